"""Read and write one monthly report as printed: a row for each contributor of each mission."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from troopdata.errors import Failure, Invalid
from troopdata.importers.un_contributions.report_head import CLASSES
from troopdata.io import csv_reader, csv_writer

__all__ = ["COLUMNS", "Report", "ReportRow", "faults", "path", "read", "rendered"]

COLUMNS = ("mission", "sender", *CLASSES, "locator")


class ReportRow(NamedTuple):
    """What a report prints of one contributor in one mission.

    Attributes
    ----------
    mission, sender : str
        As printed; `mission` is empty in an edition by country only.
    cells : tuple of str
        A figure for each of `CLASSES`; empty where nothing is printed.
    locator : str
        Page of the PDF, or line of the file that it was transcribed into.
    """

    mission: str
    sender: str
    cells: tuple[str, ...]
    locator: str


class Report(NamedTuple):
    """One report: the last day of its month, and its rows by mission and contributor."""

    as_of: str
    rows: tuple[ReportRow, ...]

    @property
    def by_mission(self) -> bool:
        """Whether it tells missions apart."""
        return any(row.mission for row in self.rows)


def path(folder: Path, as_of: str) -> Path:
    """Return the file of a report in the folder of the series."""
    return folder / "reports" / f"{as_of[:7]}.csv"


def rendered(rows: Iterable[ReportRow]) -> str:
    r"""Return a report as canonical CSV text.

    Examples
    --------
    >>> print(rendered([ReportRow("UNIFIL", "Ghana", ("863", "", "", "", ""), "9")]))
    mission,sender,troops,staff_officers,experts_on_mission,individual_police,formed_police_units,locator
    UNIFIL,Ghana,863,,,,,9
    <BLANKLINE>
    """
    ordered = sorted(rows, key=lambda row: (row.mission, row.sender))
    return csv_writer.rendered(
        COLUMNS, ((row.mission, row.sender, *row.cells, row.locator) for row in ordered)
    )


def read(file: Path, as_of: str) -> Report:
    """Return a report.

    Raises
    ------
    Invalid
        If the file is not clean text in the columns of a report.
    """
    text = csv_reader.read(file)
    if text.failures:
        raise Invalid(text.failures)
    if text.columns != COLUMNS:
        where = (str(file), 1, "", "", "columns", ",".join(text.columns))
        raise Invalid([Failure(*where, f"the columns are not {','.join(COLUMNS)}")])
    rows = (
        ReportRow(mission, sender, tuple(cells), locator)
        for mission, sender, *cells, locator in text.rows
    )
    return Report(as_of, tuple(rows))


def faults(report: Report, file: str) -> list[Failure]:
    """Return the cells of a report that are not figures, and contributors that it lists twice."""
    found, seen = [], set()
    for line, row in enumerate(report.rows, start=2):
        key = f"{row.mission}: {row.sender}"
        for column, cell in zip(CLASSES, row.cells, strict=True):
            if cell and not (cell.isascii() and cell.isdigit()):
                where = (file, line, key, column, "type", cell)
                found.append(Failure(*where, "not a number of people", "digits, or nothing"))
        if key in seen:
            where = (file, line, key, "sender", "unique", row.sender)
            found.append(Failure(*where, "the report lists it twice", "add the two up"))
        seen.add(key)
    return found
