"""Correlates of War Formal Alliances, version 4.1.

Published layouts, one row for an alliance and member (``alliance_v4.1_by_member``: ``version4id``,
``ccode``, ``mem_st_day`` ... ``mem_end_year``) or an alliance and pair, in one or both directions,
with or without a ``year`` (``alliance_v4.1_by_dyad``, ``_by_dyad_yearly``, ``_by_directed``,
``_by_directed_yearly``: ``version4id``, ``ccode1``, ``ccode2``, ``dyad_st_day`` ...
``dyad_end_year``); all with ``right_censor`` (1 while it lasts) and the flags ``defense``,
``neutrality``, ``nonaggression``, ``entente``. An unknown day or month is ``-9`` or empty; an end
is the last day.

An alliance is an agreement; a member is bound from its first day in any of its pairs to its last.
A member has the code of its first day, also where its number later passes to a successor.
Alliances that ended before 1945 are left out.
"""

from __future__ import annotations

import datetime as dt
from typing import ClassVar

from troopdata.importers.user_data.agreement_rows import SINCE, Bound, Instrument, rows
from troopdata.importers.user_data.importer import Importer, Tables
from troopdata.importers.user_data.input_csv import Published, Row

__all__ = ["CowAlliances"]

FLAGS = {
    "defense": "defence",
    "neutrality": "neutrality",
    "nonaggression": "non-aggression",
    "entente": "consultation",
}
COMMON = ("version4id", "right_censor", *FLAGS)
RESTORED = dt.date(1945, 12, 31)
UNKNOWN = ("", "-9", "0", ".", "NA")


class CowAlliances(Importer):
    """Formal alliances by member or by pair."""

    name = "cow-alliances"
    source: ClassVar[Row] = {
        "source_id": "own-cow-alliances-4-1",
        "title": "Formal Alliances, version 4.1",
        "publisher": "Correlates of War Project (Gibler)",
        "url": "https://correlatesofwar.org/data-sets/formal-alliances/",
        "licence": "terms not stated; cite the publisher",
        "interval": "irregular",
    }

    def rows(self) -> Tables:
        """Return the rows of agreements and agreement_parties."""
        published = self.published
        by_member = "mem_st_year" in published.columns
        prefix, members = ("mem", ("ccode",)) if by_member else ("dyad", ("ccode1", "ccode2"))
        ends = (f"{prefix}_st", f"{prefix}_end")
        dates = [f"{end}_{part}" for end in ends for part in ("year", "month", "day")]
        published.require([*COMMON, *members, *dates])
        found: dict[str, Instrument] = {}
        for line, row in published.records:
            first, last = (_bound(published, line, row, end) for end in ends)
            last = None if row["right_censor"] == "1" else last
            if first is None or (last and last.day < SINCE):
                continue
            instrument = found.setdefault(row["version4id"], _instrument(row))
            # In early 1945 much of Europe had no government in the state system.
            days = max(first.day, SINCE), max(first.day, RESTORED), last.day if last else RESTORED
            for column in members:
                if code := published.code(row[column], line, column, *days, system="cow"):
                    instrument.bind(code, first, last and _after(last))
        published.settle()
        return rows(found.values(), self.source["source_id"])


def _bound(published: Published, line: int, row: Row, prefix: str) -> Bound | None:
    """Return a published date; None where it is missing, or impossible, which is noted."""
    year, month, day = (
        row[f"{prefix}_{part}"].removesuffix(".0") for part in ("year", "month", "day")
    )
    if year in UNKNOWN:
        return None
    text = [year, "1" if month in UNKNOWN else month, "1" if day in UNKNOWN else day]
    precision = "year" if month in UNKNOWN else "month" if day in UNKNOWN else "day"
    if precision == "year":
        text[2] = "1"
    try:
        return Bound(dt.date(*map(int, text)), precision)
    except ValueError:
        value = "-".join((year, month, day))
        published.fault(line, f"{prefix}_year", "type", value, "no such day in the calendar")
        return None


def _after(last: Bound) -> Bound:
    """Return the day after a last day; a month or year stays as it is."""
    day = last.day + dt.timedelta(days=1) if last.precision == "day" else last.day
    return Bound(day, last.precision)


def _instrument(row: Row) -> Instrument:
    duties = [word for column, word in FLAGS.items() if row[column] == "1"]
    return Instrument(
        key=f"cow-alliance-{row['version4id']}",
        title=f"Formal alliance {row['version4id']} (Correlates of War)",
        kind="mutual_defence" if row["defense"] == "1" else "defence_cooperation",
        note=f"Coded obligations: {', '.join(duties) or 'none'}.",
    )
