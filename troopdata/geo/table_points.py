"""Locate the rows of any table as points."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from troopdata.errors import UsageError, shown
from troopdata.release import loader

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd

__all__ = ["points"]


def points(frame: pd.DataFrame, *, version: str | None = None) -> gpd.GeoDataFrame:
    """Return rows as points: at their own coordinates, otherwise at their base.

    Parameters
    ----------
    frame : pandas.DataFrame
        Rows with longitude and latitude, or with base_id; with both, a row without coordinates is
        placed at its base. A GeoDataFrame is returned in EPSG:4326.
    version : str, optional
        Release that supplies the bases; the latest by default.

    Returns
    -------
    geopandas.GeoDataFrame
        The rows with their index, columns and dtypes, followed by point_of (string: ``row`` or
        ``base``, the origin of the point) and geometry (EPSG:4326). Both are missing where neither
        the row nor its base has a point.

    Raises
    ------
    UsageError
        If the frame has neither coordinates nor base_id. A row about a whole host has no point:
        the centre of a country is not where its foreign forces are.

    Examples
    --------
    >>> import troopdata as td
    >>> spells = td.tenancies(base="ner-air-base-201")
    >>> points(spells).geometry.x.round(2).unique().tolist()
    [8.02]
    """
    import geopandas as gpd
    import numpy as np

    if isinstance(frame, gpd.GeoDataFrame) and frame.active_geometry_name:
        if frame.crs is None:
            raise UsageError("frame has no coordinate reference system", hint="frame.set_crs(4326)")
        return frame.to_crs(4326)
    own = {"longitude", "latitude"} <= set(frame)
    if not own and "base_id" not in frame:
        hint = "it needs longitude and latitude, or base_id"
        raise UsageError(f"no points in columns {shown(list(frame.columns))}", hint=hint)
    x, y = (_column(frame, name) for name in ("longitude", "latitude"))
    of_row = np.isfinite(x) & np.isfinite(y)
    east, north = _at_base(frame, version)
    x, y = np.where(of_row, x, east), np.where(of_row, y, north)
    return _with_points(frame, x, y, of_row)


def _column(frame: pd.DataFrame, name: str) -> Any:
    import numpy as np

    if name not in frame:
        return np.full(len(frame), np.nan)
    return frame[name].to_numpy(dtype="float64", na_value=np.nan)


def _at_base(frame: pd.DataFrame, version: str | None) -> tuple[Any, Any]:
    import numpy as np

    if "base_id" not in frame:
        nowhere = np.full(len(frame), np.nan)
        return nowhere, nowhere
    columns = ["base_id", "longitude", "latitude"]
    bases = loader.read("bases", version=version, columns=columns).set_index("base_id")
    at = bases.reindex(frame["base_id"].astype("string"))
    return _column(at, "longitude"), _column(at, "latitude")


def _with_points(frame: pd.DataFrame, x: Any, y: Any, of_row: Any) -> gpd.GeoDataFrame:
    import geopandas as gpd
    import numpy as np
    import pandas as pd
    import shapely

    known = np.isfinite(x) & np.isfinite(y)
    shapes = np.full(len(frame), None, dtype=object)
    shapes[known] = shapely.points(x[known], y[known])
    origin = np.where(of_row, "row", "base").astype(object)
    origin[~known] = pd.NA
    geometry = gpd.GeoSeries(shapes, index=frame.index, crs=4326)
    result = gpd.GeoDataFrame(
        frame.assign(point_of=pd.array(origin, dtype="string")), geometry=geometry, crs=4326
    )
    result.attrs.update(frame.attrs)
    return result
