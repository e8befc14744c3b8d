"""Pictures: where bases and forces are, how a strength went, and what the law of it was.

>>> import troopdata as td
>>> ax = td.plot.map(host="Niger", sender="USA", on="2024-08-04")
>>> ax.get_title(loc="left")
'United States forces and bases in Niger, 4 Aug 2024'

Every figure is a matplotlib Axes: give one with ``ax=`` or take the one that is returned, whose
figure is saved with ``ax.figure.savefig("niger.png", dpi=150)``. Each says which release and whose
figures it shows. Matplotlib is loaded when the first figure is drawn: ``pip install
"troopdata[plot]"``.
"""

from __future__ import annotations

import importlib
from typing import Any

# name -> module that defines it
HOMES = {
    "map": "ground",
}

__all__ = [*HOMES]  # noqa: PLE0604


def __getattr__(name: str) -> Any:
    if name not in HOMES:
        raise AttributeError(f"module 'troopdata.plot' has no attribute {name!r}")
    module = importlib.import_module(f"troopdata.plot.{HOMES[name]}")
    value = getattr(module, name)
    # No module may bear a public name: importing it would put the module in the name's place.
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
