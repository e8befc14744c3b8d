"""Foreign troop presence: deployments, bases and agreements, every figure with its source.

A row is one source's claim: who says how many of whose forces, counted how, were where, when.
A best estimate is derived from claims by a written rule and never replaces them.

>>> import troopdata as td
>>> td.presence(sender="USA", host="Niger", years=2015, basis="permanently_assigned").state.item()
'unknown'

The names below load what they need when they are first used: importing this package imports
neither pandas nor pyarrow.
"""

from __future__ import annotations

import lazy_loader

__version__ = "0.4.0"

# `__init__.pyi` lists the public names and the modules that define them.
__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
