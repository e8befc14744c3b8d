"""Correct figures that their own report contradicts, if the source still prints them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from troopdata.errors import Failure
from troopdata.importers.us_dmdc.printed_totals import Total
from troopdata.importers.us_dmdc.report import Line, Report, key
from troopdata.io import csv_reader

__all__ = ["FILE", "Correction", "amended", "amended_totals", "place_of", "read", "stale"]

FILE = "corrections.csv"


class Correction(NamedTuple):
    """One row of ``corrections.csv``: the columns of the schema `corrections`.

    `row` names a line as ``section: label``, or a printed sum as ``section: line``.
    """

    correction_id: str
    table: str
    as_of: str
    row: str
    column: str
    expected: str
    corrected: str
    action: str
    reason: str
    source_id: str

    @property
    def place(self) -> tuple[str, str, str]:
        """Report, row and column that the correction is about."""
        return self.as_of, self.row, self.column


def read(folder: Path) -> list[Correction]:
    """Return the corrections of a series; none if it has no such file."""
    file = folder / FILE
    return [Correction(**row) for row in csv_reader.read_rows(file)] if file.exists() else []


def amended(report: Report, corrections: Iterable[Correction]) -> Report:
    """Return a report with figures replaced; a duplicate line loses its cells.

    Examples
    --------
    >>> lines = (Line("overseas", "PERU", ("3",)), Line("overseas", "PERU", ("3",)))
    >>> report = Report("2013-09-30", "location", ("ACTIVE DUTY TOTAL",), lines)
    >>> same = Correction("a", "us-dmdc", "2013-09-30", "overseas: PERU", "ACTIVE DUTY TOTAL",
    ...                   "3", "", "drop_duplicate", "Printed twice.", "dmdc")
    >>> [line.cells for line in amended(report, [same]).lines]
    [('3',), ('',)]
    """
    own = [item for item in corrections if item.as_of == report.as_of]
    if not own:
        return report
    lines = list(report.lines)
    for item in own:
        for at in _found(report.columns, lines, item):
            lines[at] = _changed(report.columns, lines[at], item)
    return Report(report.as_of, report.layout, report.columns, tuple(lines))


def _found(columns: Sequence[str], lines: Sequence[Line], item: Correction) -> list[int]:
    """Return the line that a correction is about: the last one with the expected figure.

    A duplicate prints the same figure twice, and the second line is the one to drop.
    """
    if item.column not in columns or item.action == "except_sum":
        return []
    at = columns.index(item.column)
    return [
        number
        for number, line in enumerate(lines)
        if key(line.section, line.label) == item.row and line.cells[at] == item.expected
    ][-1:]


def _changed(columns: Sequence[str], line: Line, item: Correction) -> Line:
    if item.action == "drop_duplicate":
        return line._replace(cells=("",) * len(line.cells))
    at = columns.index(item.column)
    return line._replace(cells=(*line.cells[:at], item.corrected, *line.cells[at + 1 :]))


def amended_totals(totals: Iterable[Total], corrections: Iterable[Correction]) -> list[Total]:
    """Return printed sums with figures replaced."""
    wanted = {item.place: item for item in corrections if item.action == "replace"}
    return [_replaced(total, wanted.get(place_of(total))) for total in totals]


def place_of(total: Total) -> tuple[str, str, str]:
    """Return report, row and column of a printed sum, as corrections name them."""
    return total.as_of, key(total.section, total.line), total.column


def _replaced(total: Total, item: Correction | None) -> Total:
    if item is None or total.printed != item.expected:
        return total
    return total._replace(printed=item.corrected)


def stale(
    reports: Iterable[Report], totals: Iterable[Total], corrections: Sequence[Correction]
) -> list[Failure]:
    """Return a failure for every correction whose figure the source no longer prints."""
    printed: dict[tuple[str, str, str], set[str]] = {place_of(t): {t.printed} for t in totals}
    dates = {item.as_of for item in corrections}
    for report in reports:
        for line in report.lines if report.as_of in dates else ():
            for column, cell in zip(report.columns, line.cells, strict=True):
                where = report.as_of, key(line.section, line.label), column
                printed.setdefault(where, set()).add(cell)
    return [
        _stale(item, printed.get(item.place, set()))
        for item in corrections
        if item.expected not in printed.get(item.place, set())
    ]


def _stale(item: Correction, found: set[str]) -> Failure:
    value = ", ".join(sorted(found)) or "no such line or column"
    message = f"the source no longer prints {item.expected} ({item.as_of}, {item.row})"
    hint = f"if the source was corrected, remove correction {item.correction_id}"
    return Failure(
        FILE, None, item.correction_id, item.column, "correction-expected", value, message, hint
    )
