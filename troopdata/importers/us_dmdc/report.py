"""A report of the US series as printed: its date, its columns, its lines."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from troopdata.errors import Failure, Invalid
from troopdata.io import csv_reader, csv_writer

__all__ = ["STATES", "Line", "Report", "key", "path", "read", "rendered"]

LEADING = ("section", "label")
# Codes that a cell may hold instead of digits; an empty cell is one where nothing is printed.
STATES = ("suppressed", "not_reported", "not_collected")
CELL = re.compile(r"0|[1-9][0-9]*", re.ASCII)


class Line(NamedTuple):
    """One printed line: section, label, and a cell for each column of the report."""

    section: str
    label: str
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """One report.

    Attributes
    ----------
    as_of : str
        Day that was counted, ``YYYY-MM-DD``.
    layout : str
        "309a" (to 2007) or "location" (from 2008).
    columns : tuple of str
        Printed columns, group and branch joined by a space, in print order.
    lines : tuple of Line
        Printed lines in print order, without the totals of a location report.
    """

    as_of: str
    layout: str
    columns: tuple[str, ...]
    lines: tuple[Line, ...]


def key(section: str, label: str) -> str:
    """Return how corrections name a line.

    Examples
    --------
    >>> key("overseas", "ZIMBABWE"), key("", "Japan")
    ('overseas: ZIMBABWE', 'Japan')
    """
    return f"{section}: {label}" if section else label


def path(folder: Path, as_of: str) -> Path:
    """Return the file of a report inside the folder of the series."""
    return folder / "reports" / f"{as_of}.csv"


def rendered(report: Report) -> str:
    r"""Return a report as canonical CSV text.

    Examples
    --------
    >>> line = Line("overseas", "ITALY", ("12662",))
    >>> rendered(Report("2025-12-31", "location", ("ACTIVE DUTY TOTAL",), (line,)))
    'section,label,ACTIVE DUTY TOTAL\noverseas,ITALY,12662\n'
    """
    rows = ((line.section, line.label, *line.cells) for line in report.lines)
    return csv_writer.rendered((*LEADING, *report.columns), rows)


def read(file: Path, layout: str) -> Report:
    """Return the report that a file holds.

    Parameters
    ----------
    file : pathlib.Path
        ``reports/YYYY-MM-DD.csv``.
    layout : str
        "309a" or "location".

    Raises
    ------
    Invalid
        If the name is no date, or a line or cell is not as it must be, with every such place.
    """
    text = csv_reader.read(file, file=f"reports/{file.name}")
    failures = [*text.failures, *_misnamed(file)]
    if tuple(text.columns[:2]) != LEADING:
        failures.append(_fault(text, 1, "", "columns", "", "a report starts with section,label"))
    if failures:
        raise Invalid(failures)
    columns = tuple(text.columns[2:])
    lines = tuple(Line(row[0], row[1], tuple(row[2:])) for row in text.rows)
    failures = list(_faults(text, columns, lines))
    if failures:
        raise Invalid(failures)
    return Report(file.stem, layout, columns, lines)


def _misnamed(file: Path) -> Iterable[Failure]:
    try:
        dt.date.fromisoformat(file.stem)
    except ValueError:
        message = "a report is named after its date, as 2025-12-31.csv"
        yield Failure(f"reports/{file.name}", None, "", "", "file-name", file.stem, message)


def _faults(
    text: csv_reader.Text, columns: tuple[str, ...], lines: tuple[Line, ...]
) -> Iterable[Failure]:
    for number, line in zip(text.lines, lines, strict=True):
        if not line.label or csv_reader.suspicious(line.label):
            message = csv_reader.suspicious(line.label) or "a line without a label"
            yield _fault(text, number, "label", "label", line.label, message)
        for column, cell in zip(columns, line.cells, strict=True):
            if cell and cell not in STATES and not CELL.fullmatch(cell):
                message = f"a cell is a whole number, empty, or one of {', '.join(STATES)}"
                yield _fault(text, number, column, "cell", cell, message, line.label)


def _fault(
    text: csv_reader.Text,
    number: int,
    column: str,
    rule: str,
    value: str,
    message: str,
    key: str = "",
) -> Failure:
    return Failure(text.file, number, key, column, rule, value, message)
