"""Spatial functions: the bases near a place on the place's own date, and the country it lies in.

>>> import pandas as pd, troopdata as td
>>> agadez = pd.DataFrame({"longitude": [7.99], "latitude": [16.97], "day": ["2024-08-04"]})
>>> td.geo.nearest(agadez, on="day", sender="USA").base_id.item()
'ner-air-base-201'

Distances are geodesics on the WGS84 ellipsoid, in kilometres. `search/` holds the spatial searches
and `jobs/` the runs over files; this package may import `troopdata.api` and everything below it.
The public functions are loaded when they are first used.
"""

from __future__ import annotations

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
