"""Convert coordinates to WKB points, and frames with WKB to GeoDataFrames."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd

__all__ = ["located", "points"]


def points(longitude: pd.Series, latitude: pd.Series) -> pd.Series:
    """Return points as little-endian WKB; None where a coordinate is missing.

    Examples
    --------
    >>> import pandas as pd
    >>> points(pd.Series([7.9, None]), pd.Series([17.0, None])).notna().tolist()
    [True, False]
    """
    import struct

    import numpy as np
    import pandas as pd

    sides = (side.to_numpy("float64", na_value=np.nan) for side in (longitude, latitude))
    # Adding 0.0 turns -0.0 into 0.0: equal points must have equal bytes.
    x, y = (side + 0.0 for side in sides)
    known = ~(np.isnan(x) | np.isnan(y))
    # WKB: byte order (1 is little-endian), geometry type (1 is a point), x, y.
    found = [
        struct.pack("<BIdd", 1, 1, *pair) if there else None
        for there, *pair in zip(known, x, y, strict=True)
    ]
    return pd.Series(found, index=longitude.index, dtype=object)


def located(frame: pd.DataFrame) -> gpd.GeoDataFrame:
    """Return a frame with WKB as a GeoDataFrame in EPSG:4326."""
    import geopandas as gpd
    import shapely

    known = frame["geometry"].astype(object)
    points = shapely.from_wkb(known.where(known.notna(), None).to_numpy(dtype=object))
    shapes = gpd.GeoSeries(points, index=frame.index, crs=4326)
    result = gpd.GeoDataFrame(frame.assign(geometry=shapes), geometry="geometry")
    result.attrs.update(frame.attrs)
    return result
