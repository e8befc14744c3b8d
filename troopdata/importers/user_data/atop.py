"""Alliance Treaty Obligations and Provisions (ATOP), version 5.1, by pair and year.

Published layouts: ``atop5_1dy`` has one row a pair and year with ``mem1`` and ``mem2``,
``atop5_1ddyr`` one a directed pair and year with ``stateA`` and ``stateB``; both with ``year``,
``defense``, ``offense``, ``neutral``, ``nonagg``, ``consul`` for all of the pair's alliances
together, ``number`` of them, and their ids in ``atopid1``, ``atopid2`` and so on. States are
Correlates of War numbers.

An alliance is an agreement; a member is bound from its first year in any of its pairs to its last.
A member bears the code of its first year: its successor under one number is not told apart. An
alliance's kind is known from years in which it is a pair's only alliance. Years that end with the
data give no end. Years before 1945 are left out, so a first year of 1945 is a bound.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from troopdata.gazetteer.resolver import Gazetteer
from troopdata.importers.user_data.agreement_rows import SINCE, Bound, Instrument, rows
from troopdata.importers.user_data.input_csv import Published, Row
from troopdata.importers.user_data.output_folder import blank, store

__all__ = ["tables", "write"]

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
        """Return the span grown to hold a year."""
        return Span(
            min(year, self.began), max(year, self.ended), code if year < self.began else self.code
        )


def write(path: Path, folder: Path, *, countries: Gazetteer | None = None) -> list[Path]:
    """Write agreements, agreement_parties and sources from a file into the user's folder."""
    published = Published.read(path, countries)
    return store(_tables(published), folder, file=path, countries=published.countries)


def tables(path: Path, *, countries: Gazetteer | None = None) -> dict[str, list[Row]]:
    """Return the rows of agreements, agreement_parties and sources that a file makes.

    Raises
    ------
    Invalid
        With every state and year that is not understood.
    """
    return _tables(Published.read(path, countries))


def _tables(published: Published) -> dict[str, list[Row]]:
    members = ("stateA", "stateB") if "stateA" in published.columns else ("mem1", "mem2")
    published.require([*members, "year", *FLAGS, "atopid1"])
    spans: dict[tuple[str, str], Span] = {}
    duties: dict[str, set[str]] = {}
    last = 0
    for line, row, year in _years(published):
        last = max(last, year)
        ids = [_id(row[name]) for name in published.columns if name.startswith("atopid")]
        ids = [name for name in ids if name]
        codes = [published.state(row[name], line, name, year) for name in members] if ids else []
        for name in ids:
            alone = {word for flag, word in FLAGS.items() if row[flag] == "1" and len(ids) == 1}
            duties.setdefault(name, set()).update(alone)
            for column, code in zip(members, codes, strict=True):
                key = (name, row[column])
                spans[key] = spans.get(key, Span(year, year, code)).with_year(year, code)
    published.settle()
    return rows(_instruments(spans, duties, last), _source())


def _years(published: Published) -> Iterator[tuple[int, Row, int]]:
    for line, row in published.records:
        year = published.count(line, "year", row["year"])
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
    told = f"Coded obligations: {words}." if words else "Its obligations are coded by pair alone."
    return Instrument(
        key=f"atop-alliance-{name}",
        title=f"Alliance {name} (ATOP)",
        kind="mutual_defence" if "defence" in duties else "defence_cooperation",
        note=told,
    )


def _source() -> Row:
    cells = {
        "source_id": "own-atop-5-1",
        "title": "Alliance Treaty Obligations and Provisions (ATOP), version 5.1",
        "publisher": "ATOP project, Rice University (Leeds)",
        "url": "http://www.atopdata.org/",
        "licence": "terms not stated; cite the publisher",
        "redistribution": "none",
        "kind": "academic",
        "interval": "year",
        "note": "Read in the user's own copy.",
    }
    return blank("sources", cells)
