"""Defense Cooperation Agreement Dataset (DCAD), version 1.0, by pair and year.

Published layout (``DCAD-v1.0-dyadic.csv``): ``ccode1``, ``abbrev1``, ``ccode2``, ``abbrev2``,
``year`` (1980 to 2010), then flags for an agreement in force: ``dcaGeneralV1``, ``dcaGeneralV2``,
``dcaSectorV1``, ``dcaSectorV2``, ``dcaAnyV1``, ``dcaAnyV2`` (1 strict, 2 broad). States are
Correlates of War numbers.

The data set does not name instruments. An unbroken run of years with ``dcaAnyV1`` makes one package
of a pair: in force since its first year, or not later than that year where the data begin with it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import ClassVar

from troopdata.importers.user_data.agreement_rows import Bound, Instrument, rows
from troopdata.importers.user_data.importer import Importer, Tables
from troopdata.importers.user_data.input_csv import Row

__all__ = ["Dcad"]

FLAG = "dcaAnyV1"
COLUMNS = ("ccode1", "ccode2", "year", FLAG)


class Dcad(Importer):
    """Defence cooperation by pair and year."""

    name = "dcad"
    source: ClassVar[Row] = {
        "source_id": "own-dcad-1-0",
        "title": "Defense Cooperation Agreement Dataset (DCAD), version 1.0",
        "publisher": "Brandon J. Kinne",
        "url": "https://correlatesofwar.org/data-sets/defense-cooperation-agreement-dataset/",
        "licence": "terms not stated; cite the publisher",
        "interval": "year",
    }

    def rows(self) -> Tables:
        """Return the rows of agreements and agreement_parties."""
        published = self.published
        published.require(COLUMNS)
        years: dict[tuple[str, str], set[int]] = {}
        covered: set[int] = set()
        for line, row in published.records:
            year = published.count(line, "year", row["year"])
            covered |= {year} if year else set()
            if not year or row[FLAG].removesuffix(".0") != "1":
                continue
            codes = [published.state(row[name], line, name, year) for name in ("ccode1", "ccode2")]
            if all(codes) and codes[0] != codes[1]:
                first, second = sorted(codes)
                years.setdefault((first, second), set()).add(year)
        published.settle()
        packages = (
            _package(pair, run, covered)
            for pair, in_force in sorted(years.items())
            for run in _runs(in_force)
        )
        return rows(packages, self.source["source_id"])


def _runs(years: set[int]) -> Iterator[tuple[int, int]]:
    """Yield the first and last year of every unbroken run.

    Examples
    --------
    >>> list(_runs({1990, 1991, 1995}))
    [(1990, 1991), (1995, 1995)]
    """
    first = None
    for year in sorted(years):
        first = year if first is None else first
        if year + 1 not in years:
            yield first, year
            first = None


def _package(pair: tuple[str, str], run: tuple[int, int], covered: set[int]) -> Instrument:
    began, ended = run
    first = Bound(dt.date(began, 1, 1), "year")
    if began == min(covered):
        first = Bound(dt.date(began, 12, 31), "not_later_than")
    last = None if ended == max(covered) else Bound(dt.date(ended, 1, 1), "year")
    instrument = Instrument(
        key=f"dcad-{pair[0].lower()}-{pair[1].lower()}-{began}",
        title=f"Defence cooperation of {pair[0]} and {pair[1]} from {began} (DCAD)",
        kind="package",
        note="One or more agreements that the data set does not name, by its strict coding.",
    )
    for party in pair:
        instrument.bind(party, first, last)
    return instrument
