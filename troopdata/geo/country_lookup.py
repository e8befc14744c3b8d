"""Which country a place lies in."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from troopdata.api import load
from troopdata.errors import UsageError, shown
from troopdata.geo import input_points as reading_places
from troopdata.geo.batches import spread
from troopdata.geo.country_grid import NOWHERE, Labels
from troopdata.geo.nearest_coast import Coast
from troopdata.geo.query import masked, texts
from troopdata.geometry.borders import TOLERANCE_KM
from troopdata.release import loader

if TYPE_CHECKING:
    import geopandas as gpd
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

__all__ = ["locate"]

ADDED = ("country", "area_id", "outside_km", "match")


@dataclass(frozen=True, eq=False, slots=True)
class Chart:
    """The map of a release, ready for look-ups: which area, and which one is near."""

    area_id: NDArray[np.object_]
    country: NDArray[np.object_]
    labels: Labels
    coast: Coast


@cache
def _chart(version: str) -> Chart:
    import numpy as np
    import pandas as pd

    borders = load.load("borders", version=version)
    shapes = borders["geometry"].to_numpy()
    area_id, country = (
        np.array([None if value is pd.NA else value for value in borders[name]], dtype=object)
        for name in ("area_id", "country")
    )
    return Chart(area_id, country, Labels.of(shapes), Coast.of(shapes))


def locate(
    places: gpd.GeoDataFrame | pd.DataFrame | str | Path,
    *,
    tolerance_km: float = TOLERANCE_KM,
    longitude: str = "longitude",
    latitude: str = "latitude",
    version: str | None = None,
) -> Any:
    """Return places with the country that each lies in, or is nearest to within some kilometres.

    Parameters
    ----------
    places : geopandas.GeoDataFrame, pandas.DataFrame, str or pathlib.Path
        Points in any CRS; or a frame with columns of degrees; or a Parquet or CSV file of either.
    tolerance_km : float
        A point outside every area belongs to the nearest one no farther than this: outlines of
        1:50 million cut off capes, harbours and small islands. 0 for points inside alone.
    longitude, latitude : str
        Names of the columns of degrees, for a frame without points.
    version : str, optional
        Release of the data; the latest by default.

    Returns
    -------
    pandas.DataFrame or geopandas.GeoDataFrame
        The places as they were, index, columns and dtypes, followed by country and area_id (of
        table `borders`, string), outside_km (Float64, geodesic kilometres outside the area; 0 in
        it) and match (string): ``inside`` or on the line, ``near``, ``none`` within the tolerance,
        ``no_point``, ``out_of_range``. An area that the map gives to no country has an area_id
        and no country. No place is dropped.

    Raises
    ------
    UsageError
        If places have no CRS or one that cannot be right, are not points, or already have a
        column of these names.
    UnknownColumn
        If `longitude` or `latitude` is not among the columns.

    Notes
    -----
    The map is Natural Earth's, 1:50 million, which draws the world as it is ruled and not as it is
    claimed: Crimea lies in Russia, Hargeisa in Somaliland. Of areas that share a line, the first by
    area_id has the points on it.

    Examples
    --------
    >>> import pandas as pd
    >>> towns = pd.DataFrame({"longitude": [7.99, 43.15, -30.0], "latitude": [16.97, 11.6, 0.0]})
    >>> found = locate(towns)
    >>> found.country.fillna("").tolist(), found.match.tolist()
    (['NER', 'DJI', ''], ['inside', 'near', 'none'])
    """
    if not tolerance_km >= 0:
        raise UsageError(f"tolerance_km {shown(tolerance_km)} is no distance", hint="kilometres")
    read = reading_places.read(places, longitude=longitude, latitude=latitude)
    reading_places.unclaimed(read.frame, ADDED)
    number = loader.data_version(version)
    area, outside = _searched(_chart(number), read.longitude, read.latitude, tolerance_km)
    bad = next(iter(read.faults.values())).copy()
    for flags in read.faults.values():
        bad |= flags
    area[bad] = NOWHERE
    return _finished(read, _chart(number), area, outside, number)


def _searched(
    chart: Chart, x: NDArray[np.float64], y: NDArray[np.float64], tolerance_km: float
) -> tuple[NDArray[np.int16], NDArray[np.float64]]:
    """Return the area of each point and how far outside it lies."""
    import numpy as np

    x = np.where(np.abs(x) > 180, (x + 180) % 360 - 180, x)
    area = np.empty(len(x), dtype="int16")
    outside = np.zeros(len(x))

    def work(part: slice) -> None:
        area[part] = chart.labels.at(x[part], y[part])
        if tolerance_km > 0:
            at = np.flatnonzero(area[part] == NOWHERE) + part.start
            area[at], outside[at] = chart.coast.nearest(x[at], y[at], km=tolerance_km)

    spread(work, len(x))
    return area, outside


def _finished(
    read: reading_places.Places,
    chart: Chart,
    area: NDArray[np.int16],
    outside: NDArray[np.float64],
    version: str,
) -> Any:
    import numpy as np

    none = area == NOWHERE
    code = np.where(none, 2, np.where(outside > 0, 1, 0)).astype("int8")
    for number, flags in enumerate(read.faults.values(), start=3):
        code[flags] = number
    words = np.array(["inside", "near", "none", *read.faults], dtype=object)
    result = read.frame.assign(
        country=texts(chart.country, area),
        area_id=texts(chart.area_id, area),
        outside_km=masked(np.where(none, 0.0, outside), none),
        match=texts(words, code),
    )
    result.attrs.update(read.frame.attrs)
    counts = {str(word): int((code == number).sum()) for number, word in enumerate(words)}
    result.attrs["troopdata"] = {"release": version, "table": "borders", "match": counts}
    return result
