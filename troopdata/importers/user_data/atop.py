"""Alliance Treaty Obligations and Provisions (ATOP), version 5.1, by pair and year.

Published layouts: ``atop5_1dy`` has one row for each pair and year with ``mem1`` and ``mem2``,
``atop5_1ddyr`` one for each directed pair and year with ``stateA`` and ``stateB``; both with
``year``, ``defense``, ``offense``, ``neutral``, ``nonagg``, ``consul`` for all of the pair's
alliances together, ``number`` of them, and their ids in ``atopid1``, ``atopid2`` and so on. States
are Correlates of War numbers.

An alliance is an agreement; a member is bound from its first year in any of its pairs to its last.
A member has the code of its first year, also where its number later passes to a successor. An
alliance's kind is known from the years in which it is a pair's only alliance. A member's last year
gives no end if the data end with it. Years before 1945 are left out, so a first year of 1945 is a
bound.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import ClassVar, NamedTuple

from troopdata.importers.user_data.agreement_rows import SINCE, Bound, Instrument, rows
from troopdata.importers.user_data.importer import Importer, Tables
from troopdata.importers.user_data.input_csv import Row

__all__ = ["Atop"]

FLAGS = {
    "defense": "defence",
    "offense": "offence",
    "neutral": "neutrality",
    "nonagg": "non-aggression",
    "consul": "consultation",
}
UNKNOWN = ("", ".", "NA", "0")


class Span(NamedTuple):
    """First and last year of a member, and its code in the first."""

    began: int
    ended: int
    code: str

    def with_year(self, year: int, code: str) -> Span:
        """Return the span extended to a year."""
        return Span(
            min(year, self.began), max(year, self.ended), code if year < self.began else self.code
        )


class Atop(Importer):
    """Alliances by pair and year."""

    name = "atop"
    source: ClassVar[Row] = {
        "source_id": "own-atop-5-1",
        "title": "Alliance Treaty Obligations and Provisions (ATOP), version 5.1",
        "publisher": "ATOP project, Rice University (Leeds)",
        "url": "http://www.atopdata.org/",
        "licence": "terms not stated; cite the publisher",
        "interval": "year",
    }

    def rows(self) -> Tables:
        """Return the rows of agreements and agreement_parties."""
        columns = self.published.columns
        members = ("stateA", "stateB") if "stateA" in columns else ("mem1", "mem2")
        self.published.require([*members, "year", *FLAGS, "atopid1"])
        spans: dict[tuple[str, str], Span] = {}
        duties: dict[str, set[str]] = {}
        last = 0
        for line, row, year in self._years():
            last = max(last, year)
            ids = [_id(row[name]) for name in columns if name.startswith("atopid")]
            ids = [name for name in ids if name]
            # Pairs without an alliance hold states that countries.csv need not know.
            codes = [self.published.state(row[m], line, m, year) for m in members] if ids else []
            for name in ids:
                # The flags are of all alliances of the pair: of one alone only if it is alone.
                alone = {word for flag, word in FLAGS.items() if row[flag] == "1" and len(ids) == 1}
                duties.setdefault(name, set()).update(alone)
                for column, code in zip(members, codes, strict=True):
                    key = (name, row[column])
                    spans[key] = spans.get(key, Span(year, year, code)).with_year(year, code)
        self.published.settle()
        return rows(_instruments(spans, duties, last), self.source["source_id"])

    def _years(self) -> Iterator[tuple[int, Row, int]]:
        for line, row in self.published.records:
            year = self.published.count(line, "year", row["year"])
            if year is not None and year >= SINCE.year:
                yield line, row, year


def _id(cell: str) -> str:
    """Return an alliance's id as part of a slug.

    Examples
    --------
    >>> _id("3180.0"), _id("3180.5"), _id(".")
    ('3180', '3180-5', '')
    """
    return "" if cell in UNKNOWN else cell.removesuffix(".0").replace(".", "-")


def _instruments(
    spans: dict[tuple[str, str], Span], duties: dict[str, set[str]], last: int
) -> list[Instrument]:
    found: dict[str, Instrument] = {}
    for (name, _), (began, ended, code) in sorted(spans.items()):
        instrument = found.setdefault(name, _instrument(name, duties[name]))
        first = Bound(dt.date(began, 1, 1), "year")
        if began == SINCE.year:
            first = Bound(dt.date(began, 12, 31), "not_later_than")
        instrument.bind(code, first, None if ended == last else Bound(dt.date(ended, 1, 1), "year"))
    return list(found.values())


def _instrument(name: str, duties: set[str]) -> Instrument:
    words = ", ".join(word for word in FLAGS.values() if word in duties)
    note = f"Coded obligations: {words}." if words else "Its obligations are coded by pair alone."
    return Instrument(
        key=f"atop-alliance-{name}",
        title=f"Alliance {name} (ATOP)",
        kind="mutual_defence" if "defence" in duties else "defence_cooperation",
        note=note,
    )
