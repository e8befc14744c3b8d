"""The bases in use on the day around each place, listed or counted."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Any

from troopdata.api.filters import Codes, Place
from troopdata.geo.input_points import unclaimed
from troopdata.geo.query import Answers, Question, ask, distance
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
    longitude: str = "longitude",
    latitude: str = "latitude",
    version: str | None = None,
) -> Any:
    """Return every place with every base in use on its day within a distance, one row a pair.

    Parameters
    ----------
    places : geopandas.GeoDataFrame, pandas.DataFrame, str or pathlib.Path
        As `nearest` takes them.
    km : float
        The distance in kilometres; a base exactly that far is within.
    on, bases, sender, host, kind, certain, longitude, latitude, version
        As `nearest` takes them.

    Returns
    -------
    pandas.DataFrame or geopandas.GeoDataFrame
        The places, each repeated for its bases, in their order and with their index; then base_id
        (string; of one place in its order), distance_km (Float64) and why (string). A place
        without any base has one row, and why says ``no_point``, ``out_of_range``, ``no_date`` or
        ``none_within_km``: ``.dropna(subset="base_id")`` keeps the pairs alone.

    Raises
    ------
    UsageError, UnknownColumn
        As `nearest` does.

    Notes
    -----
    The result is as long as there are pairs; `count_within` counts them in little memory.

    Examples
    --------
    >>> import pandas as pd
    >>> niamey = pd.DataFrame({"longitude": [2.11], "latitude": [13.51]})
    >>> within(niamey, 25, on="2023-01-01")["base_id"].tolist()
    ['ner-air-base-101']
    """
    import numpy as np

    distance(km, "km")
    question = ask(
        places, on=on, bases=bases, sender=sender, host=host, kind=kind, certain=certain,
        longitude=longitude, latitude=latitude, version=version,
    )  # fmt: skip
    unclaimed(question.frame, ("base_id", "distance_km", "why"))
    row, site, far = dispatch.around(*_searched(question), km)
    alone = np.ones(len(question.day), dtype=bool)
    alone[row] = False
    none = np.flatnonzero(alone)
    row, site, far = (
        np.concatenate(pair)
        for pair in ((row, none), (site, np.full(len(none), -1)), (far, np.full(len(none), np.inf)))
    )
    order = np.argsort(row, kind="stable")
    answers = Answers(question, {"none_within_km": alone})
    return answers.columns(row[order], site[order], far[order])


def _searched(question: Question) -> tuple[Any, Any, Any, Any]:
    return question.sites, question.longitude, question.latitude, question.day


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
    longitude: str = "longitude",
    latitude: str = "latitude",
    version: str | None = None,
) -> Any:
    """Return places with the number of bases in use on each one's day within a distance.

    Parameters
    ----------
    places, on, bases, sender, host, kind, certain, longitude, latitude, version
        As `nearest` takes them.
    km : float
        The distance in kilometres; a base exactly that far is within.

    Returns
    -------
    pandas.DataFrame or geopandas.GeoDataFrame
        The places as they were, followed by bases (Int32) and why (string). Where no base was in
        use within the distance bases is 0; where the question cannot be put, for want of a point
        or a date, it is missing and why says so.

    Raises
    ------
    UsageError, UnknownColumn
        As `nearest` does.

    Examples
    --------
    >>> import pandas as pd
    >>> niamey = pd.DataFrame({"longitude": [2.11], "latitude": [13.51]})
    >>> count_within(niamey, 25, on="2023-01-01")["bases"].tolist()
    [1]
    """
    distance(km, "km")
    question = ask(
        places, on=on, bases=bases, sender=sender, host=host, kind=kind, certain=certain,
        longitude=longitude, latitude=latitude, version=version,
    )  # fmt: skip
    unclaimed(question.frame, ("bases", "why"))
    return Answers(question, {}).counted({"bases": dispatch.counts(*_searched(question), km)})
