"""How far a point may lie outside its country: maps cut coasts, and lack small islands."""

from __future__ import annotations

__all__ = ["TOLERANCE_KM"]

# How far outside its host a point may lie. Outlines at 1:50 million cut off capes and islands.
TOLERANCE_KM = 25
