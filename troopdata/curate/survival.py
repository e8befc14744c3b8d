"""Estimate how long a base in use stays in use, from the tenancies of a release."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from troopdata.schemas import dates

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["by_group", "curve", "observed", "still_listed"]

DAYS_OF_A_YEAR = 365.25
# Starts and ends that a page bounds on one side only say nothing of a length.
BOUNDS = ("not_later_than", "not_earlier_than")
# The lists of US bases abroad, and the years between them.
LISTS = (("vine-1945", "vine-1989", 44), ("vine-1989", "vine-2015", 26))


def observed(tenancies: pd.DataFrame, bases: pd.DataFrame) -> pd.DataFrame:
    """Return the spells whose start is known, with how long they were seen to last.

    Parameters
    ----------
    tenancies, bases : pandas.DataFrame
        Rows of the tables.

    Returns
    -------
    pandas.DataFrame
        sender, host, kind, years (from the latest day of the start to the middle of the end's
        bounds, else to the last attestation) and over (whether an end is known). Only spells kept
        by hand: a list of bases shows neither end.
    """
    rows = tenancies[~tenancies["source_id"].str.contains("vine")]
    rows = rows[rows["started"].notna() & ~rows["started_precision"].isin(BOUNDS)]
    began = dates.latest(rows["started"], rows["started_precision"])
    first, last = (
        bound(rows["ended"], rows["ended_precision"]) for bound in (dates.earliest, dates.latest)
    )
    over = rows["ended"].notna() & ~rows["ended_precision"].isin(BOUNDS)
    until = (first + (last - first) / 2).where(over, rows["last_attested"])
    years = (until - began).dt.days / DAYS_OF_A_YEAR
    found = rows.assign(years=years, over=over).merge(bases[["base_id", "host", "kind"]], "left")
    return found.loc[found["years"] >= 0, ["sender", "host", "kind", "years", "over"]]


def curve(spells: pd.DataFrame, years: list[int]) -> list[float]:
    """Return the share of spells that go on after some years (Kaplan and Meier, 1958).

    Parameters
    ----------
    spells : pandas.DataFrame
        Result of `observed`.
    years : list of int
        The years, whole ones.
    """
    share, found = 1.0, {}
    for year in range(1, max(years) + 1):
        at_risk = int((spells["years"] >= year - 1).sum())
        ended = int((spells["over"] & (spells["years"] < year)
                     & (spells["years"] >= year - 1)).sum())  # fmt: skip
        share *= 1 - ended / at_risk if at_risk else 1
        found[year] = round(share, 2)
    return [found[year] for year in years]


def by_group(spells: pd.DataFrame, column: str, least: int = 10) -> pd.DataFrame:
    """Return how fast spells end, by group: the years after which nine in ten go on.

    Parameters
    ----------
    spells : pandas.DataFrame
        Result of `observed`, with `column`.
    column : str
        The group.
    least : int
        Ends that a group must have; fewer say little.
    """
    grouped = spells.groupby(column).agg(
        spells=("years", "size"), ended=("over", "sum"), years=("years", "sum")
    )
    grouped = grouped[grouped["ended"] >= least]
    nine_in_ten = -math.log(0.9) * grouped["years"] / grouped["ended"]
    found = grouped.assign(years=grouped["years"].round().astype(int),
                           nine_in_ten=nine_in_ten.round(1))  # fmt: skip
    return found.sort_values("spells", ascending=False)


def still_listed(tenancies: pd.DataFrame) -> list[tuple[str, int, float, float]]:
    """Return each list, its bases, the share that the next one names, years for nine in ten."""
    found = []
    for name, following, years in LISTS:
        listed, later = (
            set(tenancies.loc[tenancies["source_id"].str.contains(one), "base_id"])
            for one in (name, following)
        )
        share = len(listed & later) / len(listed)
        found.append((name, len(listed), round(share, 2),
                      round(math.log(0.9) / math.log(share) * years, 1)))  # fmt: skip
    return found
