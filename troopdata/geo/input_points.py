"""Read the places of a query strictly: a point for each, or the reason why it has none."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Any

from troopdata.errors import UnknownColumn, UsageError, shown
from troopdata.geo import run_context

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

__all__ = ["NO_POINT", "OUT_OF_RANGE", "Places", "check_new_columns", "coordinates", "read"]

NO_POINT, OUT_OF_RANGE = "no_point", "out_of_range"
# Column names to suggest when the expected one is missing.
USUAL = {
    "longitude": ("longitude", "lon", "long", "lng", "x"),
    "latitude": ("latitude", "lat", "y"),
}


@dataclass(frozen=True, slots=True)
class Places:
    """The user's places and their points.

    Attributes
    ----------
    frame : pandas.DataFrame
        The places as given.
    longitude, latitude : numpy.ndarray of float64
        Degrees, WGS84; 0 for a place without a usable point.
    faults : dict of str to numpy.ndarray of bool
        For each reason, the rows that cannot be answered because of it.
    """

    frame: pd.DataFrame
    longitude: NDArray[np.float64]
    latitude: NDArray[np.float64]
    faults: dict[str, NDArray[np.bool_]]


def read(
    places: Any, *, longitude: str = "longitude", latitude: str = "latitude", noun: str = "places"
) -> Places:
    """Return places with their points.

    Parameters
    ----------
    places : geopandas.GeoDataFrame, pandas.DataFrame, str or pathlib.Path
        Points in any CRS; columns in degrees; or a Parquet file of either.
    longitude, latitude : str
        Names of the columns, for a frame without points.
    noun : str
        The name of the input in messages.

    Raises
    ------
    UsageError
        If the CRS is missing or impossible, or the geometries are not points.
    UnknownColumn
        If a frame lacks these columns.
    """
    import numpy as np

    if isinstance(places, (str, Path)):
        from troopdata.geo.point_files import read_points

        places = read_points(Path(places))
    x, y = coordinates(places, longitude=longitude, latitude=latitude, noun=noun)
    missing = ~(np.isfinite(x) & np.isfinite(y))
    # Longitudes may run from -180 to 180 or from 0 to 360.
    outside = ~missing & ((np.abs(y) > 90) | (np.abs(x) > 360))
    if outside.any() and not (~missing & ~outside).any() and not run_context.in_run():
        _nowhere(places, x, y, noun)
    unusable = missing | outside
    if unusable.any():
        x, y = np.where(unusable, 0.0, x), np.where(unusable, 0.0, y)
    return Places(places, x, y, {NO_POINT: missing, OUT_OF_RANGE: outside})


def coordinates(
    frame: Any, *, longitude: str, latitude: str, noun: str
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the longitudes and latitudes of a frame in WGS84 degrees, NaN where missing."""
    import pandas as pd

    if hasattr(frame, "crs") and hasattr(frame, "to_crs"):
        return _of_points(frame, noun)
    if not isinstance(frame, pd.DataFrame):
        hint = "a GeoDataFrame, a DataFrame with longitude and latitude, or a Parquet file"
        raise UsageError(f"{noun} cannot be a {type(frame).__name__}", hint=hint)
    return _numbers(frame, longitude, "longitude"), _numbers(frame, latitude, "latitude")


def _of_points(frame: Any, noun: str) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    import numpy as np
    import shapely

    if frame.crs is None:
        hint = f"if they are longitude and latitude, {noun}.set_crs(4326)"
        raise UsageError(f"{noun} have no coordinate reference system", hint=hint)
    shapes = np.asarray(frame.geometry.array)
    kinds = shapely.get_type_id(shapes)
    if (kinds > 0).any():
        at = int(np.argmax(kinds > 0))
        hint = f"{noun}.set_geometry({noun}.representative_point())"
        kind = shapes[at].geom_type
        raise UsageError(f"row {at} of {noun} is a {kind}, not a point", hint=hint)
    there = (kinds == 0) & ~shapely.is_empty(shapes)
    if there.all():
        return _degrees(shapely.get_x(shapes), shapely.get_y(shapes), frame.crs, noun)
    x, y = np.full(len(shapes), np.nan), np.full(len(shapes), np.nan)
    x[there], y[there] = shapely.get_x(shapes[there]), shapely.get_y(shapes[there])
    return _degrees(x, y, frame.crs, noun)


def _degrees(
    x: NDArray[np.float64], y: NDArray[np.float64], crs: Any, noun: str
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Convert coordinates from any CRS to WGS84 degrees, longitude first."""
    import numpy as np
    from pyproj import CRS, Transformer

    if crs == CRS(4326) or crs == CRS("OGC:CRS84"):
        return x, y
    if crs.is_projected:
        there = np.isfinite(x) & np.isfinite(y)
        if there.any() and (np.abs(x[there]) <= 180).all() and (np.abs(y[there]) <= 90).all():
            hint = f"{noun}.set_crs(4326, allow_override=True)"
            raise UsageError(f"{noun} look like degrees, yet their CRS is {crs.name}", hint=hint)
    # `always_xy`: longitude first, regardless of the axis order that the CRS's authority defines.
    east, north = Transformer.from_crs(crs, 4326, always_xy=True).transform(x, y)
    return np.asarray(east, dtype="float64"), np.asarray(north, dtype="float64")


def _numbers(frame: pd.DataFrame, column: str, role: str) -> NDArray[np.float64]:
    import pandas as pd

    if column not in frame:
        usual = [name for name in frame.columns if str(name).casefold() in USUAL[role]]
        near = usual or get_close_matches(str(column), [str(name) for name in frame.columns], n=2)
        hint = f'{role}="NAME", or a GeoDataFrame of points'
        raise UnknownColumn(column, [f'{role}="{name}"' for name in near], hint=hint)
    cells = frame[column]
    if isinstance(cells, pd.DataFrame):
        raise UsageError(f"duplicate column {shown(column)}", hint="rename all but one")
    if not pd.api.types.is_numeric_dtype(cells.dtype) or pd.api.types.is_bool_dtype(cells.dtype):
        hint = f'places["{column}"] = pd.to_numeric(places["{column}"])'
        raise UsageError(f"column {shown(column)} is not numeric", hint=hint)
    numbers: NDArray[np.float64] = cells.to_numpy(dtype="float64", na_value=float("nan"))
    return numbers


def _nowhere(frame: Any, x: NDArray[np.float64], y: NDArray[np.float64], noun: str) -> None:
    """Raise because no coordinate is on the globe, and name the likeliest cause."""
    import numpy as np

    there = np.isfinite(x) & np.isfinite(y)
    swapped = (np.abs(x[there]) <= 90).all() and (np.abs(y[there]) <= 180).all()
    if swapped and hasattr(frame, "crs"):
        hint = f"swapped? {noun}.set_geometry(gpd.points_from_xy({noun}.geometry.y, {noun}.geometry.x, crs=4326))"  # noqa: E501
    elif swapped:
        hint = 'swapped? name them: longitude="...", latitude="..."'
    elif hasattr(frame, "crs"):
        hint = f"metres? name their CRS: {noun}.set_crs(..., allow_override=True)"
    else:
        hint = "metres? gpd.GeoDataFrame(frame, geometry=gpd.points_from_xy(x, y), crs=...)"
    at = int(np.argmax(there))
    message = f"none of the {noun} lies on the globe; the first is ({x[at]:g}, {y[at]:g})"
    raise UsageError(message, hint=hint)


def check_new_columns(frame: pd.DataFrame, added: tuple[str, ...]) -> None:
    """Raise if a frame already has one of the columns to be added."""
    taken = [name for name in added if name in frame.columns]
    if taken:
        hint = f'places.rename(columns={{"{taken[0]}": "my_{taken[0]}"}})'
        raise UsageError(f"places already have a column {taken[0]}", hint=hint)
