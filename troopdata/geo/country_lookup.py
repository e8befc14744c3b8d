"""Find the country that each place lies in."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from troopdata.api import load
from troopdata.errors import UsageError, shown
from troopdata.geo import input_points
from troopdata.geo.batches import run_batches
from troopdata.geo.country_grid import NOWHERE, CountryGrid
from troopdata.geo.nearest_coast import Coast
from troopdata.geo.query import masked_array, string_array
from troopdata.geometry.coast_tolerance import TOLERANCE_KM
from troopdata.release import loader

if TYPE_CHECKING:
    import geopandas as gpd
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

__all__ = ["locate"]

ADDED = ("country", "area_id", "outside_km", "match")


@dataclass(frozen=True, eq=False, slots=True)
class CountryMap:
    """The map of a release, indexed: the area at a point, and the nearest one outside them."""

    area_id: NDArray[np.object_]
    country: NDArray[np.object_]
    grid: CountryGrid
    coast: Coast


@cache
def _country_map(version: str) -> CountryMap:
    import numpy as np
    import pandas as pd

    borders = load.load("borders", version=version)
    shapes = borders["geometry"].to_numpy()
    area_id, country = (
        np.array([None if value is pd.NA else value for value in borders[name]], dtype=object)
        for name in ("area_id", "country")
    )
    return CountryMap(area_id, country, CountryGrid.from_shapes(shapes), Coast.from_shapes(shapes))


def locate(
    places: gpd.GeoDataFrame | pd.DataFrame | str | Path,
    *,
    tolerance_km: float = TOLERANCE_KM,
    longitude: str = "longitude",
    latitude: str = "latitude",
    version: str | None = None,
) -> Any:
    """Return places with the country that each lies in, or the nearest one within a tolerance.

    Parameters
    ----------
    places : geopandas.GeoDataFrame, pandas.DataFrame, str or pathlib.Path
        Points in any CRS; a frame with columns in degrees; or a Parquet or CSV file of either.
    tolerance_km : float
        A point outside every area is assigned to the nearest one no farther than this: outlines
        at 1:50 million cut off capes, harbours and small islands. 0 matches only points inside.
    longitude, latitude : str
        Names of the columns in degrees, for a frame without points.
    version : str, optional
        Release of the data; the latest by default.

    Returns
    -------
    pandas.DataFrame or geopandas.GeoDataFrame
        The places with their index, columns and dtypes, followed by country and area_id (of table
        `borders`, string), outside_km (Float64, geodesic kilometres outside the area; 0 inside)
        and match (string): ``inside`` (or on the line), ``near``, ``none`` (nothing within the
        tolerance), ``no_point`` or ``out_of_range``. An area that the map assigns to no country
        has an area_id and no country. No place is dropped.

    Raises
    ------
    UsageError
        If the places have no CRS or an impossible one, are not points, or already have a column
        with one of these names.
    UnknownColumn
        If `longitude` or `latitude` is not among the columns.

    Notes
    -----
    The map is Natural Earth at 1:50 million, which draws de facto control rather than claims:
    Crimea lies in Russia, Hargeisa in Somaliland. A point on a shared line belongs to the area
    that comes first by area_id.

    Examples
    --------
    >>> import pandas as pd
    >>> towns = pd.DataFrame({"longitude": [7.99, 43.15, -30.0], "latitude": [16.97, 11.6, 0.0]})
    >>> found = locate(towns)
    >>> found.country.fillna("").tolist(), found.match.tolist()
    (['NER', 'DJI', ''], ['inside', 'near', 'none'])
    """
    if not tolerance_km >= 0:
        message = f"tolerance_km {shown(tolerance_km)} is not a distance"
        raise UsageError(message, hint="tolerance_km=25, in kilometres")
    read = input_points.read(places, longitude=longitude, latitude=latitude)
    input_points.check_new_columns(read.frame, ADDED)
    number = loader.data_version(version)
    area, outside = _searched(_country_map(number), read.longitude, read.latitude, tolerance_km)
    bad = next(iter(read.faults.values())).copy()
    for flags in read.faults.values():
        bad |= flags
    area[bad] = NOWHERE
    return _finished(read, _country_map(number), area, outside, number)


def _searched(
    country_map: CountryMap, x: NDArray[np.float64], y: NDArray[np.float64], tolerance_km: float
) -> tuple[NDArray[np.int16], NDArray[np.float64]]:
    """Return the area of each point, and by how many kilometres the point lies outside it."""
    import numpy as np

    # Input may run to 360 degrees, the grid runs from -180 to 180.
    x = np.where(np.abs(x) > 180, (x + 180) % 360 - 180, x)
    area = np.empty(len(x), dtype="int16")
    outside = np.zeros(len(x))

    def work(part: slice) -> None:
        area[part] = country_map.grid.lookup(x[part], y[part])
        if tolerance_km > 0:
            at = np.flatnonzero(area[part] == NOWHERE) + part.start
            area[at], outside[at] = country_map.coast.nearest(x[at], y[at], km=tolerance_km)

    run_batches(work, len(x))
    return area, outside


def _finished(
    read: input_points.Places,
    country_map: CountryMap,
    area: NDArray[np.int16],
    outside: NDArray[np.float64],
    version: str,
) -> Any:
    import numpy as np

    none = area == NOWHERE
    # Positions in `words`: inside, near, none, then the faults.
    code = np.where(none, 2, np.where(outside > 0, 1, 0)).astype("int8")
    for number, flags in enumerate(read.faults.values(), start=3):
        code[flags] = number
    words = np.array(["inside", "near", "none", *read.faults], dtype=object)
    result = read.frame.assign(
        country=string_array(country_map.country, area),
        area_id=string_array(country_map.area_id, area),
        outside_km=masked_array(np.where(none, 0.0, outside), none),
        match=string_array(words, code),
    )
    result.attrs.update(read.frame.attrs)
    counts = {str(word): int((code == number).sum()) for number, word in enumerate(words)}
    result.attrs["troopdata"] = {"release": version, "table": "borders", "match": counts}
    return result
