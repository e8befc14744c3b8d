"""The nearest bases in use on the day."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Any

from troopdata.api.filters import Codes, Place
from troopdata.errors import UsageError, shown
from troopdata.geo.input_points import unclaimed
from troopdata.geo.query import Answers, Question, ask, distance
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
    longitude: str = "longitude",
    latitude: str = "latitude",
    version: str | None = None,
) -> Any:
    """Return places with the nearest base that was in use on each place's own day.

    Parameters
    ----------
    places : geopandas.GeoDataFrame, pandas.DataFrame, str or pathlib.Path
        Points in any CRS; or a frame with columns of degrees; or a Parquet or CSV file of either.
    on : str or datetime.date, optional
        A column of dates, or one day for all. By default a base counts whenever it was used.
    bases : pandas.DataFrame, optional
        Some of `td.bases`; or bases of your own: base_id, a point (or longitude and latitude), and
        perhaps started, ended and their precisions. Several rows of one base are its spells; bases
        without dates that the release does not know are in use always. By default all bases of
        the release, with its tenancies.
    sender, host : str, int or list of these, optional
        Whose bases; where.
    kind : str or list of str, optional
        Codes of the vocabulary `base_kind`.
    k : int
        How many bases for each place.
    max_km : float, optional
        No base farther than this, in kilometres.
    certain : bool
        Count a base on the days on which it was certainly in use, by the bounds of its dates;
        False adds the days on which it may have been.
    longitude, latitude : str
        Names of the columns of degrees, for a frame without points.
    version : str, optional
        Release of the data; the latest by default.

    Returns
    -------
    pandas.DataFrame or geopandas.GeoDataFrame
        The places as they were, index, columns and dtypes, followed by base_id (string),
        distance_km (Float64, geodesic on WGS84), for ``k > 1`` rank (Int32, 1 is nearest) and why
        (string): the reason where there is no base, one of ``no_point``, ``out_of_range``,
        ``no_date``, ``no_base_in_use``, ``none_within_max_km``. With ``k > 1`` a place has a row
        for each base found, and one row where there is none. No place is dropped.
        ``.attrs["troopdata"]`` counts the reasons, and the bases left out for want of a point.

    Raises
    ------
    UsageError
        If places have no CRS or one that cannot be right, are not points, or already have a
        column of these names.
    UnknownColumn
        If `on`, `longitude` or `latitude` is not among the columns.

    Notes
    -----
    Distances are those of Karney's geodesics (J. Geodesy 87, 2013), as pyproj computes them; with
    the extra ``fast`` Vincenty's (Survey Review 23, 1975) up to 10,000 km, which are the same to a
    tenth of a millimetre. Of bases equally far the first by base_id is taken.

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
        raise UsageError(f"k {shown(k)} is no number of bases", hint="k=1")
    if max_km is not None:
        distance(max_km, "max_km")
    question = ask(
        places, on=on, bases=bases, sender=sender, host=host, kind=kind, certain=certain,
        longitude=longitude, latitude=latitude, version=version,
    )  # fmt: skip
    unclaimed(question.frame, ("base_id", "distance_km", "why", *(["rank"] if k > 1 else [])))
    return _answered(question, k, max_km)


def _answered(question: Question, k: int, max_km: float | None) -> Any:
    import numpy as np

    site, km = dispatch.closest(question.sites, question.longitude, question.latitude,
                               question.day, k)  # fmt: skip
    none = site[:, 0] < 0
    if max_km is not None:
        site[km > max_km] = -1
    beyond = (site[:, 0] < 0) & ~none
    reasons = {"no_base_in_use": none, BEYOND: beyond}
    if k == 1:
        answers = Answers(question, reasons)
        return answers.columns(None, site[:, 0], km[:, 0])
    kept = site >= 0
    kept[:, 0] = True
    row, rank = np.nonzero(kept)
    return Answers(question, reasons).columns(row, site[kept], km[kept], rank=rank + 1)
