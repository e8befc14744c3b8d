"""Read the bases in use on a day, and the best estimates for its month."""

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

__all__ = ["bases_in_use", "month_estimates", "sum_by_host"]


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


def month_estimates(
    *, host: Place, sender: Place, on: dt.date, version: str | None
) -> pd.DataFrame:
    """Return the best estimates for the month of a day.

    Returns
    -------
    pandas.DataFrame
        The rows of `presence` with ``freq="month"``, one for each sender and host with any claim.
    """
    rows = presence(host=host, sender=sender, years=on.year, freq="month", version=version)
    return plain(rows[rows["period"] == f"{on:%Y-%m}"])


def sum_by_host(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the sum for each host, and what kind of answer it is.

    Parameters
    ----------
    rows : pandas.DataFrame
        The result of `month_estimates`.

    Returns
    -------
    pandas.DataFrame
        host, personnel (Int64, the sum over senders with a figure), answer (``figure``; ``zero``:
        all figures are reported zeros; ``present``: forces present without a figure; ``unknown``)
        and unknown (Int64): the number of senders without a figure.
    """
    import pandas as pd

    marked = rows.assign(
        # A positive lower bound proves presence; an upper bound alone does not.
        present=(
            rows["state"].isin(["presence_only", "suppressed", "between"]).astype(bool)
            | (rows["low"] > 0).fillna(False).astype(bool)
        ),
        unknown=rows["personnel"].isna(),
    )
    summed = marked.groupby("host", as_index=False).agg(
        personnel=("personnel", lambda part: part.sum(min_count=1)),
        present=("present", "any"),
        unknown=("unknown", "sum"),
    )
    figures = summed["personnel"].astype("Int64")
    positive = (figures > 0).fillna(False).astype(bool)
    # From weak to strong: a later line overrides an earlier one.
    answer = pd.Series("unknown", index=summed.index)
    answer[figures.notna() & ~positive] = "zero"
    answer[summed["present"] & ~positive] = "present"
    answer[positive] = "figure"
    return pd.DataFrame(
        {
            "host": summed["host"].astype("string"),
            "personnel": figures,
            "answer": answer.astype("string"),
            "unknown": summed["unknown"].astype("Int64"),
        }
    )
