"""Measure the foreign forces around a place: bases, or people where their number is known."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from troopdata.api.filters import Codes, Place
from troopdata.api.release_context import release_context
from troopdata.errors import UsageError, shown
from troopdata.estimation import candidates
from troopdata.estimation.periods import period
from troopdata.estimation.pinned import pinned
from troopdata.geo.base_index import SEPARATOR, index_tenants
from troopdata.geo.input_points import check_new_columns
from troopdata.geo.query import Query, Results, check_distance, read_query
from troopdata.geo.search import dispatch
from troopdata.geo.within_distance import count_within
from troopdata.release import loader

if TYPE_CHECKING:
    import geopandas as gpd
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

__all__ = ["exposure"]

# What a claim about a base can say of the people there; ceilings and signs do not count them.
COUNTED = ("total", "average", "stationed", "part")
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
    stale_after: int | None = None,
    longitude: str = "longitude",
    latitude: str = "latitude",
    version: str | None = None,
) -> Any:
    """Return places with the foreign forces within a distance on each place's day.

    Parameters
    ----------
    places, on, sender, host, kind, certain, stale_after, longitude, latitude, version
        As in `nearest`; counting people needs a day.
    km : float
        The distance in kilometres.
    weight : {"bases", "personnel"}
        Count bases, or the people that sources place at them.

    Returns
    -------
    pandas.DataFrame or geopandas.GeoDataFrame
        The places, followed by bases (Int32) and why (string) as in `count_within`. With
        ``weight="personnel"`` also tenants (Int32: pairs of base and sender), unknown (Int32: the
        tenants for which no source gives a figure), and personnel, low and high (Int64, people:
        the sum over the tenants with a figure, missing if none has one).

    Raises
    ------
    UsageError
        If people are counted without a day; otherwise as in `nearest`.

    Notes
    -----
    Nearly all figures of strength are about a sender in a whole host, and no source says how such
    a figure is distributed over the bases there, so it is not distributed here. People come from
    counts of a single base, ceilings left out, read for each sender, base and month as `presence`
    reads pinned bases: the count of the month, otherwise the last one, for at most a year. In most
    places `unknown` is therefore nearly as large as `tenants`, and personnel is a lower bound.

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
    options: dict[str, Any] = {
        "on": on, "sender": sender, "host": host, "kind": kind, "certain": certain,
        "stale_after": stale_after,
        "longitude": longitude, "latitude": latitude, "version": version,
    }  # fmt: skip
    if weight == "bases":
        return count_within(places, km, **options)
    check_distance(km, "km")
    if on is None:
        raise UsageError("people are counted on a day", hint='on="2024-01-01", or a column')
    query = read_query(places, bases=None, **options)
    check_new_columns(query.frame, ("bases", "tenants", "unknown", *FIGURES, "why"))
    found = index_tenants(
        sender=sender,
        host=host,
        kind=kind,
        certain=certain,
        stale_after=stale_after,
        version=version,
    )
    return _summed(replace(query, sites=found), km, _figures(version))


def _figures(version: str | None) -> pd.DataFrame:
    """Return the best estimate for each sender, base and month with claims."""
    import pandas as pd

    claims = loader.read("deployments", version=version, columns=list(candidates.COLUMNS))
    claims = claims[claims["base_id"].notna()]
    columns = ["source_id", "kind", "interval"]
    sources = loader.read("sources", version=version, columns=columns)
    # Estimates are by sender and host, and a claim about a base is only a part of its host. Here
    # the base takes the place of the host, and the claim covers all of it.
    nothing: dict[str, Any] = dict.fromkeys(("place", "subdivision", "base_id"), pd.NA)
    eligible = candidates.candidates(claims.assign(host=claims["base_id"], **nothing), sources)
    eligible = eligible[eligible["role"].isin(COUNTED)]
    unit = period("month")
    months = eligible.assign(
        first=unit.number(eligible["first"].to_numpy("datetime64[D]")),
        # A claim carries forward for at most a year.
        last=unit.number(eligible["last"].to_numpy("datetime64[D]")) + 12,
    )
    keys = ["sender", "host"]
    pairs = months.groupby(keys, as_index=False).agg(first=("first", "min"), last=("last", "max"))
    rows = pinned(eligible, pairs, release_context(version), freq="month")
    key = rows["host"].astype("string") + SEPARATOR + rows["sender"].astype("string")
    month = pd.PeriodIndex(rows["period"], freq="M").astype("int64")
    return rows.assign(key=key, month=month)[["key", "month", *FIGURES]]


def _summed(query: Query, km: float, figures: pd.DataFrame) -> Any:
    import numpy as np
    import pandas as pd

    sites, size = query.sites, len(query.day)
    row, site, _ = dispatch.around(sites, query.longitude, query.latitude, query.day, km)
    base = np.array([key.split(SEPARATOR)[0] for key in sites.base_id], dtype=object)
    # Pairs are sorted by place and then by base_id|sender, so the tenants of a base are adjacent:
    # the first of each run counts the base once.
    first = np.ones(len(row), dtype=bool)
    first[1:] = (row[1:] != row[:-1]) | (base[site[1:]] != base[site[:-1]])
    month = query.day[row].astype("datetime64[D]").astype("datetime64[M]").astype("int64")
    pairs = pd.DataFrame({"key": pd.array(sites.base_id[site], dtype="string"), "month": month})
    matched = pairs.merge(figures, on=["key", "month"], how="left")
    counted = {
        "bases": _count(row[first], size),
        "tenants": _count(row, size),
        "unknown": _count(row[matched["personnel"].isna().to_numpy(dtype=bool)], size),
    }
    result = Results(query, {}).counted(counted)
    why = result.pop("why")
    for name in FIGURES:
        sums = matched[name].groupby(row).sum(min_count=1).reindex(range(size)).astype("Int64")
        result[name] = _placed(sums, query)
    result["why"] = why
    return result


def _count(row: NDArray[np.int64], size: int) -> NDArray[np.int32]:
    import numpy as np

    return np.bincount(row, minlength=size).astype("int32")


def _placed(sums: pd.Series, query: Query) -> Any:
    """Return the sums of the searched places as a column over all places."""
    import numpy as np

    at = np.arange(len(query.frame)) if query.rows is None else query.rows
    return sums.set_axis(at).reindex(range(len(query.frame))).array
