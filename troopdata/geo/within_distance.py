"""List or count the bases in use within a distance of each place."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Any

from troopdata.api.filters import Codes, Place
from troopdata.geo.input_points import check_new_columns
from troopdata.geo.query import Query, Results, check_distance, read_query
from troopdata.geo.search import dispatch

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd

__all__ = ["count_within", "within"]


def within(
    places: gpd.GeoDataFrame | pd.DataFrame | str | Path,
    km: float,
    *,
    on: str | dt.date | None = None,
    bases: pd.DataFrame | None = None,
    sender: Place = None,
    host: Place = None,
    kind: Codes = None,
    certain: bool = True,
    stale_after: int | None = None,
    longitude: str = "longitude",
    latitude: str = "latitude",
    version: str | None = None,
) -> Any:
    """Return every place with every base in use within a distance on its day, one row per pair.

    Parameters
    ----------
    places : geopandas.GeoDataFrame, pandas.DataFrame, str or pathlib.Path
        As in `nearest`.
    km : float
        The distance in kilometres; a base at exactly this distance is included.
    on, bases, sender, host, kind, certain, stale_after, longitude, latitude, version
        As in `nearest`.

    Returns
    -------
    pandas.DataFrame or geopandas.GeoDataFrame
        The places in their order and with their index, each repeated for its bases; then base_id
        (string, sorted within a place), distance_km (Float64) and why (string). A place without a
        base has one row, with ``no_point``, ``out_of_range``, ``no_date`` or ``none_within_km`` in
        why: ``.dropna(subset="base_id")`` keeps only the pairs.

    Raises
    ------
    UsageError, UnknownColumn
        As in `nearest`.

    Notes
    -----
    The result has one row for each pair; `count_within` counts the pairs in little memory.

    Examples
    --------
    >>> import pandas as pd
    >>> niamey = pd.DataFrame({"longitude": [2.11], "latitude": [13.51]})
    >>> within(niamey, 25, on="2023-01-01")["base_id"].tolist()
    ['ner-air-base-101']
    """
    import numpy as np

    check_distance(km, "km")
    query = read_query(
        places, on=on, bases=bases, sender=sender, host=host, kind=kind, certain=certain,
        stale_after=stale_after,
        longitude=longitude, latitude=latitude, version=version,
    )  # fmt: skip
    check_new_columns(query.frame, ("base_id", "distance_km", "why"))
    row, site, far = dispatch.around(*_search_arguments(query), km)
    alone = np.ones(len(query.day), dtype=bool)
    alone[row] = False
    # A place without a base gets one empty row, sorted in among the others.
    none = np.flatnonzero(alone)
    row, site, far = (
        np.concatenate(pair)
        for pair in ((row, none), (site, np.full(len(none), -1)), (far, np.full(len(none), np.inf)))
    )
    order = np.argsort(row, kind="stable")
    results = Results(query, {"none_within_km": alone})
    return results.columns(row[order], site[order], far[order])


def _search_arguments(query: Query) -> tuple[Any, Any, Any, Any]:
    return query.sites, query.longitude, query.latitude, query.day


def count_within(
    places: gpd.GeoDataFrame | pd.DataFrame | str | Path,
    km: float,
    *,
    on: str | dt.date | None = None,
    bases: pd.DataFrame | None = None,
    sender: Place = None,
    host: Place = None,
    kind: Codes = None,
    certain: bool = True,
    stale_after: int | None = None,
    longitude: str = "longitude",
    latitude: str = "latitude",
    version: str | None = None,
) -> Any:
    """Return places with the number of bases in use within a distance on each place's day.

    Parameters
    ----------
    places, on, bases, sender, host, kind, certain, stale_after, longitude, latitude, version
        As in `nearest`.
    km : float
        The distance in kilometres; a base at exactly this distance is included.

    Returns
    -------
    pandas.DataFrame or geopandas.GeoDataFrame
        The places, followed by bases (Int32) and why (string). bases is 0 if no base was in use
        within the distance; it is missing for a place without a point or a date, and why gives the
        reason.

    Raises
    ------
    UsageError, UnknownColumn
        As in `nearest`.

    Examples
    --------
    >>> import pandas as pd
    >>> niamey = pd.DataFrame({"longitude": [2.11], "latitude": [13.51]})
    >>> count_within(niamey, 25, on="2023-01-01")["bases"].tolist()
    [1]
    """
    check_distance(km, "km")
    query = read_query(
        places, on=on, bases=bases, sender=sender, host=host, kind=kind, certain=certain,
        stale_after=stale_after,
        longitude=longitude, latitude=latitude, version=version,
    )  # fmt: skip
    check_new_columns(query.frame, ("bases", "why"))
    return Results(query, {}).counted({"bases": dispatch.counts(*_search_arguments(query), km)})
