"""Find the nearest bases in use on each place's day."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Any

from troopdata.api.filters import Codes, Place
from troopdata.errors import UsageError, shown
from troopdata.geo.input_points import check_new_columns
from troopdata.geo.query import Query, Results, check_distance, read_query
from troopdata.geo.search import dispatch

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd

__all__ = ["nearest"]

BEYOND = "none_within_max_km"


def nearest(
    places: gpd.GeoDataFrame | pd.DataFrame | str | Path,
    *,
    on: str | dt.date | None = None,
    bases: pd.DataFrame | None = None,
    sender: Place = None,
    host: Place = None,
    kind: Codes = None,
    k: int = 1,
    max_km: float | None = None,
    certain: bool = True,
    stale_after: int | None = None,
    longitude: str = "longitude",
    latitude: str = "latitude",
    version: str | None = None,
) -> Any:
    """Return places with the nearest base that was in use on each place's own day.

    Parameters
    ----------
    places : geopandas.GeoDataFrame, pandas.DataFrame, str or pathlib.Path
        Points in any CRS; a frame with columns in degrees; or a Parquet or CSV file of either.
    on : str or datetime.date, optional
        A column of dates, or one day for all places. By default a base counts regardless of when
        it was used.
    bases : pandas.DataFrame, optional
        Rows of `td.bases`; or your own bases: base_id, a point (or longitude and latitude), and
        optionally started, ended and their precisions. Several rows of one base are its spells;
        bases without dates that are not in the release are always in use. By default every base
        of the release, with its tenancies.
    sender, host : str, int or list of these, optional
        The countries that use the bases; the countries that the bases lie in.
    kind : str or list of str, optional
        Codes of the vocabulary `base_kind`.
    k : int
        Number of bases for each place.
    max_km : float, optional
        Ignore bases farther than this, in kilometres.
    certain : bool
        Count a base on the days on which it was certainly in use, given the precision of its
        dates and the days on which sources show it; False adds those on which it may have been.
    stale_after : int, optional
        Years after its last attestation for which a base without an end is certainly in use, as
        in `troopdata.tenancies`.
    longitude, latitude : str
        Names of the columns in degrees, for a frame without points.
    version : str, optional
        Release of the data; the latest by default.

    Returns
    -------
    pandas.DataFrame or geopandas.GeoDataFrame
        The places with their index, columns and dtypes, followed by base_id (string), distance_km
        (Float64, geodesic on WGS84), rank (Int32, 1 is nearest; only for ``k > 1``) and why
        (string): the reason for a missing base, one of ``no_point``, ``out_of_range``,
        ``no_date``, ``no_base_in_use``, ``none_within_max_km``. With ``k > 1`` a place has a row
        for each base found, or one row if there is none. No place is dropped.
        ``.attrs["troopdata"]`` counts the reasons and the bases left out because they have no
        point.

    Raises
    ------
    UsageError
        If the places have no CRS or an impossible one, are not points, or already have a column
        with one of these names.
    UnknownColumn
        If `on`, `longitude` or `latitude` is not among the columns.

    Notes
    -----
    Distances are Karney's geodesics (J. Geodesy 87, 2013), computed by pyproj. With the extra
    ``fast``, distances up to 10,000 km come from Vincenty's formula (Survey Review 23, 1975), which
    agrees to a tenth of a millimetre. Ties go to the base that comes first by base_id.

    Examples
    --------
    >>> import pandas as pd
    >>> agadez = pd.DataFrame(
    ...     {"longitude": 7.99, "latitude": 16.97, "day": ["2024-08-04", "2024-08-05"]}
    ... )
    >>> found = nearest(agadez, on="day", sender="USA")
    >>> found.base_id.tolist()[0], found.distance_km.round(1).tolist()[0]
    ('ner-air-base-201', 3.4)
    >>> found.base_id.tolist()[1] == 'ner-air-base-201'
    False
    """
    if isinstance(k, bool) or not isinstance(k, int) or k < 1:
        raise UsageError(f"k {shown(k)} is not a number of bases", hint="k=1")
    if max_km is not None:
        check_distance(max_km, "max_km")
    query = read_query(
        places, on=on, bases=bases, sender=sender, host=host, kind=kind, certain=certain,
        stale_after=stale_after,
        longitude=longitude, latitude=latitude, version=version,
    )  # fmt: skip
    check_new_columns(query.frame, ("base_id", "distance_km", "why", *(["rank"] if k > 1 else [])))
    return _answered(query, k, max_km)


def _answered(query: Query, k: int, max_km: float | None) -> Any:
    import numpy as np

    site, km = dispatch.closest(query.sites, query.longitude, query.latitude,
                               query.day, k)  # fmt: skip
    none = site[:, 0] < 0
    if max_km is not None:
        site[km > max_km] = -1
    beyond = (site[:, 0] < 0) & ~none
    reasons = {"no_base_in_use": none, BEYOND: beyond}
    if k == 1:
        results = Results(query, reasons)
        return results.columns(None, site[:, 0], km[:, 0])
    # The first column is kept even where it is empty: a place without a base has one row.
    kept = site >= 0
    kept[:, 0] = True
    row, rank = np.nonzero(kept)
    return Results(query, reasons).columns(row, site[kept], km[kept], rank=rank + 1)
