"""List what no source has shown for longest: large forces, their bases and agreements first."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from troopdata.api.load import load
from troopdata.release.loader import opened

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["COLUMNS", "stale"]

COLUMNS = ("what", "id", "sender", "host", "people", "last_seen", "years")
# Pairs without an answer for longer than this are history, not news to look for.
REMEMBERED = 10
DAYS_OF_A_YEAR = 365.25


def stale(version: str | None = None) -> pd.DataFrame:
    """Return forces, open tenancies and agreements by how long and how much they need a look.

    Parameters
    ----------
    version : str, optional
        Release of the data; the latest by default.

    Returns
    -------
    pandas.DataFrame
        what (force, tenancy or agreement), id (sender and host joined by ``|`` for a force),
        sender, host, people (the last figure or bound of the pair in the last ten years, as a
        stand-in for how many readers ask), last_seen (datetime64[s]) and years since then, one
        decimal. Sorted by people times years (at most ten), the greatest first; what has no people
        comes last.
    """
    import pandas as pd

    day = dt.date.fromisoformat(str(opened(version).manifest["released_at"]))
    forces = _forces(day.year, version)
    people = forces.set_index(["sender", "host"])["people"].to_dict()
    rows = pd.concat(
        [_of_forces(forces), _of_tenancies(people, version), _of_agreements(people, version)],
        ignore_index=True,
    )
    ages = (pd.Timestamp(day) - rows["last_seen"]).dt.days / DAYS_OF_A_YEAR
    rows = rows.assign(years=ages.round(1))
    # A base not seen for sixty years is not sixty times as urgent as one not seen for one.
    weight = rows["people"].fillna(0) * rows["years"].fillna(0).clip(upper=REMEMBERED)
    ordered = rows.assign(order=weight).sort_values(["order", "id"], ascending=[False, True])
    return ordered[list(COLUMNS)].reset_index(drop=True)


def _forces(last: int, version: str | None) -> pd.DataFrame:
    """Return the last answer of each pair in ten years: sender, host, people, as_of, state."""
    rows = load("presence", version=version)
    rows = rows[rows["year"].between(last - REMEMBERED, last)]
    people = rows[["personnel", "low", "high"]].bfill(axis=1)["personnel"]
    rows = rows.assign(people=people.astype("Int64"))
    known = rows[rows["people"].notna()].sort_values("year")
    return known.drop_duplicates(["sender", "host"], keep="last")


def _of_forces(forces: pd.DataFrame) -> pd.DataFrame:
    rows = forces[forces["people"].gt(0)]
    return rows.assign(
        what="force", id=rows["sender"] + "|" + rows["host"], last_seen=rows["as_of"]
    )[list(COLUMNS[:-1])]


def _of_tenancies(people: Mapping[Any, int], version: str | None) -> pd.DataFrame:
    rows = load("tenancies", version=version)
    rows = rows[rows["ended"].isna()]
    hosts = load("bases", columns=["base_id", "host"], version=version)
    rows = rows.merge(hosts, on="base_id")
    pairs = zip(rows["sender"], rows["host"], strict=True)
    return rows.assign(
        what="tenancy", id=rows["tenancy_id"], last_seen=rows["last_attested"],
        people=_counted(people, pairs, rows),
    )[list(COLUMNS[:-1])]  # fmt: skip


def _of_agreements(people: Mapping[Any, int], version: str | None) -> pd.DataFrame:
    """Return agreements in force or presumed so, by their first sender and host."""
    rows = load("agreements", version=version)
    rows = rows[rows["standing"].isin(["in_force", "presumed"])]
    parties = load("agreement_parties", version=version)
    for role in ("sender", "host"):
        first = parties[parties["role"].eq(role)].drop_duplicates("agreement_id")
        found = first.set_index("agreement_id")["party"].to_dict()
        rows = rows.assign(**{role: rows["agreement_id"].map(found).astype("string")})
    pairs = zip(rows["sender"], rows["host"], strict=True)
    return rows.assign(
        what="agreement", id=rows["agreement_id"], last_seen=rows["last_attested"],
        people=_counted(people, pairs, rows),
    )[list(COLUMNS[:-1])]  # fmt: skip


def _counted(
    people: Mapping[Any, int], pairs: Iterable[tuple[str, str]], rows: pd.DataFrame
) -> pd.Series:
    import pandas as pd

    counts = [people.get(pair) for pair in pairs]
    return pd.Series(counts, index=rows.index, dtype="Int64")
