"""Read the transcribed files: single spaces, missing cells empty, rows by report date."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from troopdata.importers import published_csv
from troopdata.importers.published_csv import Row

__all__ = ["by_date", "table"]

MONTHS = {"March": "03-31", "June": "06-30", "September": "09-30", "December": "12-31"}


def table(file: Path) -> Iterator[Row]:
    """Yield the rows of a file."""
    for row in published_csv.read(file).rows:
        yield {name: "" if cell == "NA" else " ".join(cell.split()) for name, cell in row.items()}


def by_date(file: Path) -> dict[str, list[Row]]:
    """Return the rows of a file by report date: its own, or the last day of year and month."""
    found = defaultdict(list)
    for row in table(file):
        as_of = row.get("as_of") or f"{row['year']}-{MONTHS[row['month']]}"
        found[as_of].append(row)
    return found
