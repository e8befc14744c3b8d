"""Read the bases in use on a day, and the best estimates for it."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from troopdata.api import readers
from troopdata.api.coverage import dyad_years, years_around
from troopdata.api.filters import Place, plain
from troopdata.api.presence import presence
from troopdata.release import loader

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd

__all__ = ["bases_in_use", "day_estimates", "gaps", "host_sums", "is_present"]

# Years that a pair stays likely after it was last known: as long as the rule keeps a count.
RECENT = 5


def bases_in_use(
    *, host: Place, sender: Place, on: dt.date, version: str | None
) -> gpd.GeoDataFrame:
    """Return the bases in use on a day, one row per base and sender.

    Returns
    -------
    geopandas.GeoDataFrame
        base_id, name, host, sender, certain (boolean: whether the tenancy certainly covers the
        day, or only possibly), source_id, geometry.
    """
    from troopdata.geometry.points import located

    possible = readers.tenancies(host=host, sender=sender, on=on, certain=False, version=version)
    certain = readers.tenancies(host=host, sender=sender, on=on, version=version)
    possible["certain"] = possible["tenancy_id"].isin(certain["tenancy_id"]).astype("boolean")
    # A sender may have several tenancies at one base: a certain one comes first and is kept.
    spells = possible.sort_values(["base_id", "sender", "certain"], ascending=[True, True, False])
    spells = spells.drop_duplicates(["base_id", "sender"])
    columns = ["base_id", "name", "host", "geometry"]
    where = {"base_id": set(spells["base_id"])}
    sites = loader.read("bases", version=version, columns=columns, where=where)
    shown = spells[["base_id", "sender", "certain", "source_id"]].merge(sites, on="base_id")
    shown.attrs.update(sites.attrs)
    return located(plain(shown))


def day_estimates(*, host: Place, sender: Place, on: dt.date, version: str | None) -> pd.DataFrame:
    """Return the best estimates for a day.

    Returns
    -------
    pandas.DataFrame
        The rows of `presence`, one for each sender and host with any claim: those of the year if
        the day is its last, so that figures, page and table agree; otherwise those of the day.
    """
    return plain(presence(host=host, sender=sender, version=version, **_when(on)))


def host_sums(
    rows: pd.DataFrame, *, host: Place, sender: Place, on: dt.date, version: str | None
) -> pd.DataFrame:
    """Return the sum for each host on a day, and what kind of answer it is.

    Parameters
    ----------
    rows : pandas.DataFrame
        The result of `day_estimates` for the same filters and day.
    host, sender, on, version
        As in `day_estimates`.

    Returns
    -------
    pandas.DataFrame
        The rows of ``presence(by=("host",))``, then answer (string): ``figure``; ``at_least`` (no
        figure, but a positive low); ``present`` (forces without a number); ``zero`` (all figures
        are counts of none); ``unknown``.
    """
    import pandas as pd

    sums = presence(host=host, sender=sender, by=("host",), version=version, **_when(on))
    present = set(rows.loc[is_present(rows), "host"])
    counted = set(rows.loc[rows["personnel"].notna(), "host"])
    positive = (sums["personnel"] > 0).fillna(False).astype(bool)
    # From weak to strong: a later line overrides an earlier one.
    answer = pd.Series("unknown", index=sums.index)
    answer[sums["host"].isin(counted)] = "zero"
    answer[sums["host"].isin(present)] = "present"
    answer[(sums["low"] > 0).fillna(False).astype(bool)] = "at_least"
    answer[positive] = "figure"
    return plain(sums.assign(answer=answer.astype("string")))


def gaps(rows: pd.DataFrame, *, version: str | None) -> pd.Series:
    """Return which estimates are unknown although forces are likely to have been there.

    They are of a sender and a host that are known before: at most five years before, or also later.
    Those after a withdrawal, with no claim since, are not among them.

    Parameters
    ----------
    rows : pandas.DataFrame
        The result of `day_estimates`, or estimates of years.
    version : str or None
        The release, which says when each sender and host are known.
    """
    unknown = rows["state"].eq("unknown").astype(bool)
    around = years_around(rows[unknown], dyad_years(version=version), version)
    likely = (rows["year"] - around["before"] <= RECENT) | around["after"].notna()
    gone = around["left"] >= around["before"]
    gap = around["before"].notna() & likely & ~gone
    return gap.reindex(rows.index, fill_value=False)


def is_present(rows: pd.DataFrame) -> pd.Series:
    """Return which estimates say that forces are there, without any number of them."""
    return rows["grade"].eq("E").fillna(False).astype(bool)


def _when(on: dt.date) -> dict[str, Any]:
    """Return the arguments of `presence` for a day."""
    return {"years": on.year} if (on.month, on.day) == (12, 31) else {"on": on}
