"""Read and write the totals that the reports print, against which their rows are checked."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from troopdata.io import csv_reader, csv_writer

__all__ = ["FILE", "Total", "read", "rendered"]

FILE = "printed_totals.csv"


class Total(NamedTuple):
    """One printed total: of a mission, of a contributor, or, where both are empty, of everyone."""

    month: str
    mission: str
    sender: str
    printed: str

    @property
    def kind(self) -> str:
        """What the total is of: ``mission``, ``country``, ``all``, or ``part`` for one of both."""
        if self.mission and self.sender:
            return "part"
        return "mission" if self.mission else "country" if self.sender else "all"


def read(folder: Path) -> list[Total]:
    """Return every printed total of a series."""
    return [Total(*row) for row in csv_reader.read(folder / FILE).rows]


def rendered(totals: Iterable[Total]) -> str:
    r"""Return printed totals as canonical CSV text.

    Examples
    --------
    >>> rendered([Total("2025-07", "", "", "61127")])
    'month,mission,sender,printed\n2025-07,,,61127\n'
    """
    return csv_writer.rendered(Total._fields, sorted(totals))
