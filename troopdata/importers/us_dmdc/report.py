"""Read and write one report of the US series as printed: its date, columns and lines."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from troopdata.errors import Failure, Invalid
from troopdata.io import csv_reader, csv_writer

__all__ = ["STATES", "Line", "Report", "faults", "key", "path", "read", "rendered"]

LEADING = ("section", "label")
# Codes that a cell may hold instead of digits; a cell is empty where nothing is printed.
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
        Printed columns in print order, group and branch joined by a space.
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
    """Return the file of a report in the folder of the series."""
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
        If the name is not a date, or with every line and cell that breaks the format.
    """
    text = csv_reader.read(file, file=f"reports/{file.name}")
    failures = [*text.failures, *_misnamed(file)]
    if tuple(text.columns[:2]) != LEADING:
        message = "a report starts with section,label"
        failures.append(Failure(text.file, 1, "", "", "columns", "", message))
    if failures:
        raise Invalid(failures)
    columns = tuple(text.columns[2:])
    lines = tuple(Line(row[0], row[1], tuple(row[2:])) for row in text.rows)
    found = Report(file.stem, layout, columns, lines)
    if failures := faults(found, text.lines):
        raise Invalid(failures)
    return found


def _misnamed(file: Path) -> Iterable[Failure]:
    try:
        dt.date.fromisoformat(file.stem)
    except ValueError:
        message = "a report is named after its date, as 2025-12-31.csv"
        yield Failure(f"reports/{file.name}", None, "", "", "file-name", file.stem, message)


def faults(report: Report, numbers: Iterable[int]) -> list[Failure]:
    """Return every line without a proper label and every cell without a proper figure.

    Parameters
    ----------
    report : Report
        The report.
    numbers : iterable of int
        Physical line in the report's file of each line.
    """
    file = f"reports/{report.as_of}.csv"
    found = []
    for number, line in zip(numbers, report.lines, strict=False):
        if not line.label or csv_reader.suspicious(line.label):
            message = csv_reader.suspicious(line.label) or "a line without a label"
            found.append(Failure(file, number, "", "label", "label", line.label, message))
        for column, cell in zip(report.columns, line.cells, strict=True):
            if cell and cell not in STATES and not CELL.fullmatch(cell):
                message = f"a cell is a whole number, empty, or one of {', '.join(STATES)}"
                found.append(Failure(file, number, line.label, column, "cell", cell, message))
    return found
