"""Where: bases near a place, on the place's own date.

>>> import pandas as pd, troopdata as td
>>> agadez = pd.DataFrame({"longitude": [7.99], "latitude": [16.97], "day": ["2024-08-04"]})
>>> td.geo.nearest(agadez, on="day", sender="USA").base_id.item()
'ner-air-base-201'

Distances are geodesics on the WGS84 ellipsoid, in kilometres. The names below load what they need
when they are first used.
"""

from __future__ import annotations

import importlib
from typing import Any

# name -> module that defines it
HOMES = {
    "count_within": "around",
    "exposure": "weights",
    "locate": "locating",
    "nearest": "closest",
    "points": "located",
    "run": "running",
    "to_geojson": "geojson",
    "within": "around",
}

__all__ = [*HOMES]  # noqa: PLE0604


def __getattr__(name: str) -> Any:
    if name not in HOMES:
        raise AttributeError(f"module 'troopdata.geo' has no attribute {name!r}")
    module = importlib.import_module(f"troopdata.geo.{HOMES[name]}")
    value = getattr(module, name)
    # No module may bear a public name: importing it would put the module in the name's place.
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
