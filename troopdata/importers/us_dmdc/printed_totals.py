"""Read and write the sums that the reports print, against which their lines are checked."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from troopdata.io import csv_reader, csv_writer

__all__ = ["FILE", "Total", "read", "rendered"]

FILE = "printed_totals.csv"


class Total(NamedTuple):
    """One printed sum.

    Attributes
    ----------
    as_of, section, line, column : str
        The report, and where it prints the sum.
    printed : str
        The sum as printed; a code of `value_state` where there is none.
    gap : str
        Sum of the lines minus printed sum, where a correction lets the two differ; else empty.
    """

    as_of: str
    section: str
    line: str
    column: str
    printed: str
    gap: str = ""


def read(folder: Path) -> list[Total]:
    """Return every printed sum of a series."""
    return [Total(**row) for row in csv_reader.read_rows(folder / FILE)]


def rendered(totals: Iterable[Total]) -> str:
    r"""Return printed sums as canonical CSV text, oldest report first, lines in print order.

    Examples
    --------
    >>> rendered([Total("2025-12-31", "grand", "GRAND TOTAL", "GRAND TOTAL", "2810601")])
    'as_of,section,line,column,printed,gap\n2025-12-31,grand,GRAND TOTAL,GRAND TOTAL,2810601,\n'
    """
    ordered: list[Total] = sorted(totals, key=lambda total: total.as_of)
    return csv_writer.rendered(Total._fields, ordered)
