"""What a day's figures show: who is at which base, and how many are where."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from troopdata.api import readers
from troopdata.api.filters import Place, plain
from troopdata.api.presence import presence
from troopdata.release import loader

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd

__all__ = ["by_host", "occupied", "strengths"]


def occupied(*, host: Place, sender: Place, on: dt.date, version: str | None) -> gpd.GeoDataFrame:
    """Return who is at which base on a day, one row a base and sender.

    Returns
    -------
    geopandas.GeoDataFrame
        base_id, name, host, sender, certain (boolean: the tenancy certainly ran that day; else it
        may have), source_id, geometry.
    """
    from troopdata.geometry.points import located

    maybe = readers.tenancies(host=host, sender=sender, on=on, certain=False, version=version)
    sure = readers.tenancies(host=host, sender=sender, on=on, version=version)
    maybe["certain"] = maybe["tenancy_id"].isin(sure["tenancy_id"]).astype("boolean")
    spells = maybe.sort_values(["base_id", "sender", "certain"], ascending=[True, True, False])
    spells = spells.drop_duplicates(["base_id", "sender"])
    columns = ["base_id", "name", "host", "geometry"]
    where = {"base_id": set(spells["base_id"])}
    sites = loader.read("bases", version=version, columns=columns, where=where)
    shown = spells[["base_id", "sender", "certain", "source_id"]].merge(sites, on="base_id")
    shown.attrs.update(sites.attrs)
    return located(plain(shown))


def strengths(*, host: Place, sender: Place, on: dt.date, version: str | None) -> pd.DataFrame:
    """Return the best estimates of the month that a day lies in.

    Returns
    -------
    pandas.DataFrame
        The rows of `presence` with ``freq="month"``, one a sender and host that ever had a claim.
    """
    rows = presence(host=host, sender=sender, years=on.year, freq="month", version=version)
    return plain(rows[rows["period"] == f"{on:%Y-%m}"])


def by_host(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the sum for each host, and what kind of answer it is.

    Parameters
    ----------
    rows : pandas.DataFrame
        What `strengths` returned.

    Returns
    -------
    pandas.DataFrame
        host, personnel (Int64, of the senders that have a figure), answer (``figure``; ``zero``:
        the only figures are reported zeros; ``present``: there, and no figure; ``unknown``), and
        unknown (Int64): how many senders had no figure.
    """
    import pandas as pd

    marked = rows.assign(
        # At least so many are there; at most so many may be none.
        seen=(
            rows["state"].isin(["presence_only", "suppressed", "between"]).astype(bool)
            | (rows["low"] > 0).fillna(False).astype(bool)
        ),
        unsaid=rows["personnel"].isna(),
    )
    summed = marked.groupby("host", as_index=False).agg(
        personnel=("personnel", lambda part: part.sum(min_count=1)),
        seen=("seen", "any"),
        unknown=("unsaid", "sum"),
    )
    figures = summed["personnel"].astype("Int64")
    positive = (figures > 0).fillna(False).astype(bool)
    answer = pd.Series("unknown", index=summed.index)
    answer[figures.notna() & ~positive] = "zero"
    answer[summed["seen"] & ~positive] = "present"
    answer[positive] = "figure"
    return pd.DataFrame(
        {
            "host": summed["host"].astype("string"),
            "personnel": figures,
            "answer": answer.astype("string"),
            "unknown": summed["unknown"].astype("Int64"),
        }
    )
