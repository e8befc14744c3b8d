"""Read the constants of the estimate from ``schemas/presence.json``."""

from __future__ import annotations

from typing import Any

from troopdata.schemas import model

__all__ = ["agrees", "exceeds", "rule"]


def rule() -> Any:
    """Return the constants of the rule, and its steps in words."""
    return model.table("presence").estimate


def exceeds(figure: Any, other: Any) -> Any:
    """Return whether a figure contradicts another that should contain it.

    Both the ratio and the number of people must be passed: neither 3 against 2 nor 54,300
    against 54,200 is a contradiction.

    Parameters
    ----------
    figure, other : float or numpy.ndarray of float
        People; a missing one (NaN) contradicts nothing.
    """
    limit = rule()["contradiction"]
    return (figure > limit["ratio"] * other) & (figure > other + limit["people"])


def agrees(figure: Any, other: Any) -> Any:
    """Return whether two figures are within a quarter of the greater one.

    Parameters
    ----------
    figure, other : float or numpy.ndarray of float
        People; a missing one (NaN) agrees with nothing.
    """
    import numpy as np

    return np.abs(figure - other) <= rule()["agreement_share"] * np.maximum(figure, other)
