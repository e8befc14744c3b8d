"""Pictures: where bases and forces are, how a strength went, and what the law of it was.

>>> import troopdata as td
>>> ax = td.plot.series(sender="USA", host="Niger", years=(2012, 2025))
>>> ax.get_title(loc="left")
'United States: forces in Niger, 2012 to 2025'

Every figure is a matplotlib Axes: give one with ``ax=`` or take the one that is returned, whose
figure is saved with ``ax.figure.savefig("niger.png", dpi=150)``. Each says which release and whose
figures it shows. Matplotlib is loaded when the first figure is drawn: ``pip install
"troopdata[plot]"``. `explorer` needs nothing: it writes a page that opens in any browser.
"""

from __future__ import annotations

import importlib
from typing import Any

# name -> module that defines it, in this folder where it has no dots
HOMES = {
    "exercises": "meetings",
    "explorer": "troopdata.explorer.page",
    "map": "ground",
    "network": "flows",
    "series": "course",
    "spending": "costs",
    "states": "tiles",
    "timeline": "bars",
}

__all__ = [*HOMES]  # noqa: PLE0604


def __getattr__(name: str) -> Any:
    if name not in HOMES:
        raise AttributeError(f"module 'troopdata.plot' has no attribute {name!r}")
    home = HOMES[name]
    module = importlib.import_module(home if "." in home else f"troopdata.plot.{home}")
    value = getattr(module, name)
    # No module may bear a public name: importing it would put the module in the name's place.
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
