"""Read the publisher's own workbook (xlsx or xls) as a report.

One sheet. A line "As of December 31, 2025"; a row of groups (ACTIVE DUTY, NATIONAL GUARD /
RESERVE, APF DOD CIVILIAN, GRAND TOTAL) and under it a row of branches; column A says UNITED STATES
or OVERSEAS, merged down, column B names the place; three rows of totals; notes. Their positions
have moved over the years, so they are found by their text. Anything else is refused, with its
cell.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from troopdata.errors import Failure, Invalid
from troopdata.importers.us_dmdc.columns import ACTIVE, GRAND, GROUPS
from troopdata.importers.us_dmdc.printed_totals import Total
from troopdata.importers.us_dmdc.report import Line, Report

__all__ = ["Workbook", "read"]

AS_OF = re.compile(r"As of ([A-Z][a-z]+ [0-9]{1,2}, [0-9]{4})\.?")
PREPARED = re.compile(r"Prepared by .* on ([A-Z][a-z]+ [0-9]{1,2}, [0-9]{4})\.?")
MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip
# The sections in print order, with the text of column A; a row "... TOTAL" ends each.
SECTIONS = (("united_states", "UNITED STATES"), ("overseas", "OVERSEAS"), ("grand", "GRAND"))
EXPECTED = "a whole number, N/A, or a blank in a line marked *"


class Workbook(NamedTuple):
    """A workbook's report, its printed sums, and the day on which it says it was prepared."""

    report: Report
    totals: tuple[Total, ...]
    prepared: str


@dataclass
class Sheet:
    """A sheet's cells, and those not understood so far."""

    file: str
    name: str
    rows: list[list[Any]]
    failures: list[Failure] = field(default_factory=list)

    def text(self, row: int, column: int) -> str:
        """Return a cell as text with single spaces; an absent cell is empty."""
        cells = self.rows[row]
        value = cells[column] if column < len(cells) else ""
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        return " ".join(str(value).split())

    def fault(self, row: int, column: int, message: str, hint: str = "", key: str = "") -> None:
        """Note that a cell was not understood."""
        place, value = f"{self.name}!{letters(column)}{row + 1}", self.text(row, column)
        self.failures.append(
            Failure(self.file, row + 1, key, place, "workbook", value, message, hint)
        )

    def refuse(self) -> None:
        """Raise `Invalid` with everything that was not understood."""
        if self.failures:
            raise Invalid(self.failures)


def letters(column: int) -> str:
    """Return the spreadsheet name of a column, counted from 0.

    Examples
    --------
    >>> letters(0), letters(23), letters(26)
    ('A', 'X', 'AA')
    """
    head, last = divmod(column, 26)
    return (letters(head - 1) if head else "") + chr(ord("A") + last)


def read(path: Path, known: Iterable[str]) -> Workbook:
    """Return the report of a workbook.

    Parameters
    ----------
    path : pathlib.Path
        The workbook.
    known : iterable of str
        The column heads that may occur, group and branch joined by a space.

    Raises
    ------
    Invalid
        With every cell that was not understood: its name, its value, and what was expected.
    """
    sheet = _sheet(path)
    top = _header(sheet)
    as_of = _as_of(sheet, top)
    heads = _heads(sheet, top, set(known))
    sheet.refuse()
    body = _Body(sheet, as_of, heads)
    body.read(top + 2)
    sheet.refuse()
    report = Report(as_of, "location", tuple(heads.values()), tuple(body.lines))
    return Workbook(report, tuple(body.totals), body.prepared)


def _sheet(path: Path) -> Sheet:
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        book = CalamineWorkbook.from_path(path)
        names = [(str(name), book.get_sheet_by_name(name)) for name in book.sheet_names]
        sheets = [
            Sheet(path.name, name, found.to_python(skip_empty_area=False)) for name, found in names
        ]
    except (CalamineError, OSError) as error:
        raise Invalid([_whole(path, f"not a readable workbook: {error}")]) from error
    having = [sheet for sheet in sheets if _rows_with(sheet, ACTIVE)]
    if len(having) != 1:
        message = f"{len(having)} sheets with a cell {ACTIVE}, where a report has exactly one"
        raise Invalid([_whole(path, message)])
    return having[0]


def _whole(path: Path, message: str) -> Failure:
    hint = "give the location report as the Defense Manpower Data Center publishes it"
    return Failure(path.name, None, "", "", "workbook", "", message, hint)


def _rows_with(sheet: Sheet, words: str) -> list[int]:
    return [
        row
        for row, cells in enumerate(sheet.rows)
        if any(sheet.text(row, column).rstrip("* ") == words for column in range(len(cells)))
    ]


def _header(sheet: Sheet) -> int:
    """Return the row of groups."""
    found = _rows_with(sheet, ACTIVE)
    for row in found[1:]:
        sheet.fault(row, 0, f"a second row of groups: {ACTIVE} is in row {found[0] + 1} too")
    if found[0] + 1 >= len(sheet.rows):
        sheet.fault(found[0], 0, "the row of branches under the row of groups is missing")
    sheet.refuse()
    return found[0]


def _as_of(sheet: Sheet, top: int) -> str:
    """Return the day that the report counts, from the lines above the table."""
    lines = [(row, AS_OF.fullmatch(sheet.text(row, 0))) for row in range(top)]
    days = [day for _, found in lines if found and (day := _day(found[1]))]
    if len(days) != 1:
        sheet.fault(0, 0, f'{len(days)} lines "As of December 31, 2025" above row {top + 1}')
        return ""
    return days[0]


def _day(words: str) -> str:
    """Return ``December 31, 2025`` as an ISO date, or nothing if it is not a date."""
    month, day, year = words.replace(",", "").split()
    try:
        return dt.date(int(year), MONTHS.index(month) + 1, int(day)).isoformat()
    except ValueError:
        return ""


def _heads(sheet: Sheet, top: int, known: set[str]) -> dict[int, str]:
    """Return the printed columns by their position."""
    heads: dict[int, str] = {}
    group = ""
    for column in range(2, max(len(sheet.rows[top]), len(sheet.rows[top + 1]))):
        words, branch = (sheet.text(row, column).rstrip("* ") for row in (top, top + 1))
        if words and words not in GROUPS:
            sheet.fault(top, column, f"expected one of {', '.join(GROUPS)}")
        # A merged cell has its text in the first column only. Nothing may follow the grand total
        # but empty columns, which some files have.
        closing = group == GRAND and not words
        group = words or group
        if closing and not branch:
            continue
        head = f"{group} {branch}".strip()
        if head not in known or closing:
            hint = "if it is a new column, add it to columns.csv"
            sheet.fault(top + 1, column, f"unknown column {head!r}", hint)
        elif head in heads.values():
            sheet.fault(top + 1, column, f"duplicate column {head!r}")
        heads[column] = head
    missing = [name for name in GROUPS if not any(head.startswith(name) for head in heads.values())]
    for name in missing:
        sheet.fault(top, 2, f"group {name} is missing in this row")
    return heads


class _Body:
    """The rows under the heads, read from top to bottom."""

    def __init__(self, sheet: Sheet, as_of: str, heads: dict[int, str]) -> None:
        self.sheet, self.as_of, self.heads = sheet, as_of, heads
        self.lines: list[Line] = []
        self.totals: list[Total] = []
        self.prepared = ""
        self.closed = 0  # number of sections whose total has been read

    def read(self, first: int) -> None:
        """Read every row from `first` on."""
        for row in range(first, len(self.sheet.rows)):
            (self._note if self.closed == len(SECTIONS) else self._row)(row)
        if self.closed < len(SECTIONS):
            words = SECTIONS[self.closed][1]
            self.sheet.fault(len(self.sheet.rows) - 1, 0, f"the sheet ends before {words} TOTAL")

    def _row(self, row: int) -> None:
        section, words = SECTIONS[self.closed]
        said, label = self.sheet.text(row, 0).rstrip("* "), self.sheet.text(row, 1)
        if said == f"{words} TOTAL":
            self._total(row, section, said)
        elif said and (said != words or section == "grand"):
            self.sheet.fault(row, 0, f"expected {words}, {words} TOTAL or a blank")
        elif label:
            cells = tuple(self._cells(row, label, starred=label.endswith("*")))
            self.lines.append(Line(section, label, cells))
        elif any(self.sheet.text(row, column) for column in self.heads):
            self.sheet.fault(row, 1, "figures without a place")

    def _total(self, row: int, section: str, line: str) -> None:
        cells = self._cells(row, line, starred=False)
        for head, cell in zip(self.heads.values(), cells, strict=True):
            self.totals.append(Total(self.as_of, section, line, head, cell))
        self.closed += 1

    def _cells(self, row: int, label: str, *, starred: bool) -> Iterator[str]:
        for column in self.heads:
            cells = self.sheet.rows[row]
            found = _cell(cells[column] if column < len(cells) else "", starred=starred)
            if found is None:
                self.sheet.fault(row, column, f"expected {EXPECTED}", key=label)
            yield found or ""

    def _note(self, row: int) -> None:
        for column in range(1, len(self.sheet.rows[row])):
            if self.sheet.text(row, column):
                self.sheet.fault(row, column, "expected nothing beside the notes")
        if found := PREPARED.fullmatch(self.sheet.text(row, 0)):
            self.prepared = _day(found[1])


def _cell(value: Any, *, starred: bool) -> str | None:
    """Return a cell as the series writes it, or None if it is not understood.

    A line marked ``*`` is withheld, but some print a 0 under TOTAL.

    Examples
    --------
    >>> _cell(12662.0, starred=False), _cell("N/A", starred=False), _cell("", starred=True)
    ('12662', 'not_reported', 'suppressed')
    >>> _cell("", starred=False), _cell(1.5, starred=False), _cell(True, starred=False)
    (None, None, None)
    """
    if isinstance(value, str):
        words = value.strip()
        if words == "N/A":
            return "not_reported"
        return "suppressed" if not words and starred else None
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    if value < 0 or value != int(value):
        return None
    return "suppressed" if starred and value == 0 else str(int(value))
