"""Read the monthly report of the United Nations from its PDF, in the layouts of 2015 to 2025.

The layouts differ in order and in what they total; `report_head` tells them apart:

- by country, then mission (to February 2018 and October 2019), or by mission, then country;
- a line for each class of personnel, or a column for each (October 2019 and September 2023);
- by country only, without missions (March 2018 to August 2019 and September 2023).
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from troopdata.errors import Failure, Invalid
from troopdata.importers.un_contributions import pdf_lines, report_head, report_rows
from troopdata.importers.un_contributions.pdf_lines import Line
from troopdata.importers.un_contributions.report_head import Head
from troopdata.importers.un_contributions.report_rows import PrintedRow

__all__ = ["Figure", "Printed", "PrintedTotal", "parse", "read"]

# Men, women and both are printed side by side.
SEXES = 3


class Figure(NamedTuple):
    """One printed figure; `mission` is empty in an edition by country only."""

    mission: str
    sender: str
    kind: str
    people: int
    page: int


class PrintedTotal(NamedTuple):
    """One printed total: of a sender, a mission, a sender in a mission, or of everything."""

    mission: str
    sender: str
    people: int
    page: int


@dataclass(slots=True)
class Printed:
    """What a report prints.

    Attributes
    ----------
    as_of : str
        The last day of its month.
    by_mission : bool
        Whether it tells missions apart.
    figures : list of Figure
        Every printed figure, zeros included.
    totals : list of PrintedTotal
        Every printed total.
    splits : list of Figure
        Figures that differ from the men and women printed beside them.
    failures : list of Failure
        Lines that are not understood.
    """

    as_of: str
    by_mission: bool
    figures: list[Figure] = field(default_factory=list)
    totals: list[PrintedTotal] = field(default_factory=list)
    splits: list[Figure] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)


def read(path: Path, names: Collection[str]) -> Printed:
    """Return what a report prints.

    Parameters
    ----------
    path : pathlib.Path
        The PDF.
    names : collection of str
        Names of countries as the reports print them.

    Raises
    ------
    UsageError
        If the file is not a PDF.
    Invalid
        With every line that is not understood, or if it is not such a report.
    """
    printed = parse(pdf_lines.read(path), names, path)
    if printed.failures:
        raise Invalid(printed.failures)
    return printed


def parse(lines: Sequence[Line], names: Collection[str], path: Path) -> Printed:
    """Return what the lines of a report print, with the lines that are not understood."""
    head = report_head.read(lines, path)
    reading = _Reading(head, Printed(head.as_of, head.by_mission), frozenset(names), str(path))
    for row in report_rows.rows(lines, head, names):
        reading.take(row)
    return reading.printed


class _Reading:
    """Goes through the rows of a report; the mission and the country hold until the next."""

    def __init__(self, head: Head, printed: Printed, names: frozenset[str], file: str) -> None:
        self.head, self.printed, self.names, self.file = head, printed, names, file
        self.mission = self.sender = ""

    def take(self, row: PrintedRow) -> None:
        """Add the figures or the total of a row."""
        if row.fault:
            self._fault(row, "country", "layout", row.name, row.fault)
        if row.total:
            self._total(row)
        elif row.kind and row.counts:
            self._place(row)
            self._figure(row, row.kind, row.counts[-1])
            if len(row.counts) == SEXES and sum(row.counts[:2]) != row.counts[2]:
                self.printed.splits.append(self.printed.figures[-1])
        elif self.head.columns and row.counts:
            self._wide(row)
        elif not row.counts:
            self._place(row)
        else:
            self._unlabelled_total(row)

    def _place(self, row: PrintedRow) -> None:
        """Go on to the mission and the country that a row names."""
        if self.head.centred and row.kind:
            self.sender = ""
        if row.mission:
            self.mission = row.mission
            if self.head.mission_first:
                self.sender = ""
        if row.name:
            if row.name not in self.names:
                message = "not a country that the reports name"
                hint = "add the spelling to senders.csv of the series, with its country"
                self._fault(row, "country", "sender", row.name, message, hint)
            self.sender = row.name
            if not self.head.mission_first:
                self.mission = row.mission

    def _fault(self, row: PrintedRow, column: str, rule: str, *said: str) -> None:
        where = (self.file, None, f"page {row.page}", column, rule)
        self.printed.failures.append(Failure(*where, *said))

    def _figure(self, row: PrintedRow, kind: str, count: int) -> None:
        if not self.sender or (self.head.by_mission and not self.mission):
            lacks = "country" if not self.sender else "mission"
            self._fault(row, lacks, "layout", str(count), f"a figure without a {lacks}")
        figure = Figure(self.mission, self.sender, kind, count, row.page)
        self.printed.figures.append(figure)

    def _wide(self, row: PrintedRow) -> None:
        """Take a line with all classes: columns of one class, as of men and women, add up."""
        self._place(row)
        found: dict[str, int] = {}
        for kind, count in zip(self.head.columns, row.counts, strict=True):
            found[kind] = found.get(kind, 0) + count
        if "" in found:
            self._add_total("", self.sender, found.pop(""), row)
        for kind, count in found.items():
            self._figure(row, kind, count)

    def _total(self, row: PrintedRow) -> None:
        """Take a total that says what it is of."""
        # A line with a column for each class has the total of all in the last, or in none.
        wide = bool(self.head.columns) and "" not in self.head.columns
        count = sum(row.counts) if wide else row.counts[-1]
        if "Country" in row.total:
            self._add_total("", self.sender, count, row)
        elif row.total.endswith("for Mission"):
            self._add_total(self.mission, self.sender, count, row)
        else:
            self._add_total(row.mission, "", count, row)
            self.mission = self.sender = ""

    def _unlabelled_total(self, row: PrintedRow) -> None:
        """Take figures without a class: what they are the total of follows from the layout."""
        count = row.counts[-1]
        if row.mission and self.head.mission_first:
            self._place(row)
            self._add_total(row.mission, "", count, row)
        elif row.mission:
            self._add_total(self.mission, self.sender, count, row)
        elif row.name and self.head.mission_first:
            self._place(row)
            self._add_total(self.mission, self.sender, count, row)
        elif row.name:
            self._add_total("", self.sender, count, row)
        elif len(row.counts) >= SEXES:
            # Figures alone are the total of the mission above them, or else of everything; or that
            # of a country whose name the report left out.
            ended = (self.mission, "") if self.head.mission_first else ("", self.sender)
            self._add_total(*ended, count, row)
            self.mission = self.sender = ""

    def _add_total(self, mission: str, sender: str, count: int, row: PrintedRow) -> None:
        self.printed.totals.append(PrintedTotal(mission, sender, count, row.page))
