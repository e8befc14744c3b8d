"""Transcribed files as rows of text: one spacing, gaps as empty cells."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

__all__ = ["by_date", "table"]

MONTHS = {"March": "03-31", "June": "06-30", "September": "09-30", "December": "12-31"}


def table(file: Path) -> Iterator[dict[str, str]]:
    """Yield the rows of a file."""
    with open(file, encoding="utf-8", newline="") as handle:
        for row in csv.DictReader(handle):
            yield {
                name: "" if cell == "NA" else " ".join(cell.split()) for name, cell in row.items()
            }


def by_date(file: Path) -> dict[str, list[dict[str, str]]]:
    """Return the rows of a file by report date: its own, or the last day of year and month."""
    found = defaultdict(list)
    for row in table(file):
        as_of = row.get("as_of") or f"{row['year']}-{MONTHS[row['month']]}"
        found[as_of].append(row)
    return found
