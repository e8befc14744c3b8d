"""How much foreign basing a place is exposed to: bases, or people as far as they are known."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from troopdata.api.filters import Codes, Place
from troopdata.errors import UsageError, shown
from troopdata.estimation import candidates
from troopdata.estimation.estimate import estimate
from troopdata.estimation.periods import period
from troopdata.geo.base_index import SEPARATOR, tenants
from troopdata.geo.input_points import unclaimed
from troopdata.geo.query import Answers, Question, ask, distance
from troopdata.geo.search import dispatch
from troopdata.geo.within_distance import count_within
from troopdata.release import loader

if TYPE_CHECKING:
    import geopandas as gpd
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

__all__ = ["exposure"]

FIGURES = ("personnel", "low", "high")


def exposure(
    places: gpd.GeoDataFrame | pd.DataFrame | str | Path,
    km: float,
    *,
    on: str | dt.date | None = None,
    weight: Literal["bases", "personnel"] = "bases",
    sender: Place = None,
    host: Place = None,
    kind: Codes = None,
    certain: bool = True,
    longitude: str = "longitude",
    latitude: str = "latitude",
    version: str | None = None,
) -> Any:
    """Return places with what foreign forces there are within a distance on each one's day.

    Parameters
    ----------
    places, on, sender, host, kind, certain, longitude, latitude, version
        As `nearest` takes them; people need a day.
    km : float
        The distance in kilometres.
    weight : {"bases", "personnel"}
        Count bases, or the people that sources place at them.

    Returns
    -------
    pandas.DataFrame or geopandas.GeoDataFrame
        The places as they were, followed by bases (Int32) and why (string), as `count_within`
        has them. With ``weight="personnel"`` also tenants (Int32: senders at bases, each pair
        once), unknown (Int32: how many of them no source gives a figure for), and personnel, low
        and high (Int64, people: the sum over those that have one, missing if none has).

    Raises
    ------
    UsageError
        If people are asked for without a day; else as `nearest` does.

    Notes
    -----
    Nearly all figures of strength are about a sender in a whole host, and nothing says how such
    a figure spreads over the bases there: it is not shared out. People are those of claims
    about one base, as the rule of `presence` estimates them for sender, base and month. In
    most places `unknown` is therefore nearly as great as `tenants`, and personnel is a floor.

    Examples
    --------
    >>> import pandas as pd
    >>> agadez = pd.DataFrame({"longitude": [7.99], "latitude": [16.97]})
    >>> near = exposure(agadez, 50, on="2024-07-24", weight="personnel")
    >>> near[["bases", "tenants", "unknown", "personnel"]].values.tolist()
    [[1, 1, 0, 200]]
    """
    if weight not in ("bases", "personnel"):
        raise UsageError(f"unknown weight {shown(weight)}", hint="bases or personnel")
    asked: dict[str, Any] = {
        "on": on, "sender": sender, "host": host, "kind": kind, "certain": certain,
        "longitude": longitude, "latitude": latitude, "version": version,
    }  # fmt: skip
    if weight == "bases":
        return count_within(places, km, **asked)
    distance(km, "km")
    if on is None:
        raise UsageError("people are at a base on a day", hint='on="2024-01-01", or a column')
    question = ask(places, bases=None, **asked)
    unclaimed(question.frame, ("bases", "tenants", "unknown", *FIGURES, "why"))
    found = tenants(sender=sender, host=host, kind=kind, certain=certain, version=version)
    return _summed(replace(question, sites=found), km, _figures(version))


def _figures(version: str | None) -> pd.DataFrame:
    """Return the best estimate for each sender, base and month that claims speak of."""
    import pandas as pd

    claims = loader.read("deployments", version=version, columns=list(candidates.COLUMNS))
    claims = claims[claims["base_id"].notna()]
    columns = ["source_id", "kind", "interval"]
    sources = loader.read("sources", version=version, columns=columns)
    # The rule knows senders and hosts; here the base stands in the host's place.
    nothing: dict[str, Any] = dict.fromkeys(("place", "subdivision", "base_id"), pd.NA)
    spoken = candidates.candidates(claims.assign(host=claims["base_id"], **nothing), sources)
    unit = period("month")
    months = spoken.assign(
        first=unit.number(spoken["first"].to_numpy("datetime64[D]")),
        # A claim carries forward for a year at the most.
        last=unit.number(spoken["last"].to_numpy("datetime64[D]")) + 12,
    )
    keys = ["sender", "host"]
    dyads = months.groupby(keys, as_index=False).agg(first=("first", "min"), last=("last", "max"))
    told = estimate(spoken, dyads, candidates.order(), freq="month")
    key = told["host"].astype("string") + SEPARATOR + told["sender"].astype("string")
    month = pd.PeriodIndex(told["period"], freq="M").astype("int64")
    return told.assign(key=key, month=month)[["key", "month", *FIGURES]]


def _summed(question: Question, km: float, figures: pd.DataFrame) -> Any:
    import numpy as np
    import pandas as pd

    sites, size = question.sites, len(question.day)
    row, site, _ = dispatch.around(sites, question.longitude, question.latitude, question.day, km)
    base = np.array([key.split(SEPARATOR)[0] for key in sites.base_id], dtype=object)
    first = np.ones(len(row), dtype=bool)
    first[1:] = (row[1:] != row[:-1]) | (base[site[1:]] != base[site[:-1]])
    month = question.day[row].astype("datetime64[D]").astype("datetime64[M]").astype("int64")
    pairs = pd.DataFrame({"key": pd.array(sites.base_id[site], dtype="string"), "month": month})
    told = pairs.merge(figures, on=["key", "month"], how="left")
    counted = {
        "bases": _count(row[first], size),
        "tenants": _count(row, size),
        "unknown": _count(row[told["personnel"].isna().to_numpy(dtype=bool)], size),
    }
    result = Answers(question, {}).counted(counted)
    why = result.pop("why")
    for name in FIGURES:
        sums = told[name].groupby(row).sum(min_count=1).reindex(range(size)).astype("Int64")
        result[name] = _placed(sums, question)
    result["why"] = why
    return result


def _count(row: NDArray[np.int64], size: int) -> NDArray[np.int32]:
    import numpy as np

    return np.bincount(row, minlength=size).astype("int32")


def _placed(sums: pd.Series, question: Question) -> Any:
    """Return sums of the searched places as a column of all places."""
    import numpy as np

    at = np.arange(len(question.frame)) if question.rows is None else question.rows
    return sums.set_axis(at).reindex(range(len(question.frame))).array
