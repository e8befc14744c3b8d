"""Say where a mission of the United Nations is on a day, by the one table of missions.

The table is ``datasets/series/un-contributions/missions.csv``: mission as the United Nations
abbreviate it, its row in `operations`, and host and place, from ``valid_from`` until before
``valid_to``. The host of a mission between or in several states is an area of `countries`; where no
area fits, the line has a place and no host.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

from troopdata.errors import Failure
from troopdata.io import csv_reader

__all__ = ["FOLDER", "Mission", "Missions"]

FOLDER = "un-contributions"
FILE = "missions.csv"


class Mission(NamedTuple):
    """One line of the table: where a mission is over a time; an open end is empty."""

    mission: str
    operation_id: str
    host: str
    place: str
    valid_from: str
    valid_to: str
    note: str
    source: str

    def holds(self, day: str) -> bool:
        """Whether the line is about a day, given as ``YYYY-MM-DD``.

        Examples
        --------
        >>> line = Mission("UNMIS", "unmis", "SDN", "", "", "2011-07-09", "", "")
        >>> line.holds("2011-07-08"), line.holds("2011-07-09")
        (True, False)
        """
        return self.valid_from <= day and (not self.valid_to or day < self.valid_to)


class Missions:
    """The lines of the table by mission.

    Parameters
    ----------
    lines : iterable of Mission
        The table.
    """

    def __init__(self, lines: Iterable[Mission]) -> None:
        self.by_name: dict[str, list[Mission]] = defaultdict(list)
        for line in lines:
            self.by_name[line.mission].append(line)

    @classmethod
    def read(cls, folder: Path) -> Missions:
        """Return the table.

        Parameters
        ----------
        folder : pathlib.Path
            ``datasets/series``.
        """
        return cls(Mission(*row) for row in csv_reader.read(folder / FOLDER / FILE).rows)

    def on(self, mission: str, day: str) -> Mission | None:
        """Return the line of a mission on a day, if there is one."""
        return next((line for line in self.by_name.get(mission, ()) if line.holds(day)), None)

    def faults(self) -> list[Failure]:
        """Return the lines that overlap another one of their mission, or say no place."""
        found = []
        for name, lines in self.by_name.items():
            for line in lines:
                if not line.host and not line.place:
                    found.append(
                        _fault(line, "place", "required", "", "neither a host nor a place")
                    )
            ordered = sorted(lines, key=lambda line: line.valid_from)
            for before, after in pairwise(ordered):
                if before.holds(after.valid_from):
                    message = f"two lines say where {name} was"
                    found.append(_fault(after, "valid_from", "overlap", after.valid_from, message))
        return found


def _fault(line: Mission, column: str, rule: str, value: str, message: str) -> Failure:
    return Failure(FILE, None, line.mission, column, rule, value, message)
