"""Read the transcribed files: single spaces, missing cells empty, rows by report date."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from troopdata.errors import Failure, Invalid
from troopdata.importers import published_csv
from troopdata.importers.published_csv import Row

__all__ = ["by_date", "table"]

MONTHS = {"March": "03-31", "June": "06-30", "September": "09-30", "December": "12-31"}


def table(file: Path) -> Iterator[Row]:
    """Yield the rows of a file.

    Raises
    ------
    Invalid
        If a column of a row is looked up that the file lacks.
    """
    for row in published_csv.read(file).rows:
        yield _Row(
            file,
            {name: "" if cell == "NA" else " ".join(cell.split()) for name, cell in row.items()},
        )


class _Row(Row):
    """A row that refuses a column which its file lacks.

    The twelve files have few columns in common, so each reader would need a list of those it uses.
    """

    def __init__(self, file: Path, cells: Row) -> None:
        super().__init__(cells)
        self.file = file

    def __missing__(self, column: str) -> str:
        raise published_csv.missing_columns(self.file, self, [column]) or KeyError(column)


def by_date(file: Path) -> dict[str, list[Row]]:
    """Return the rows of a file by report date: its own, or the last day of year and month.

    Raises
    ------
    Invalid
        If a month is not one at whose end a report counts.
    """
    found = defaultdict(list)
    for row in table(file):
        as_of = row.get("as_of") or f"{row['year']}-{_last_day(file, row['month'])}"
        found[as_of].append(row)
    return found


def _last_day(file: Path, month: str) -> str:
    if month in MONTHS:
        return MONTHS[month]
    message = f"a report is of {', '.join(MONTHS)}"
    raise Invalid([Failure(str(file), None, "", "month", "month", month, message)])
