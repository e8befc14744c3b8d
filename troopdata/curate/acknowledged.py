"""What the curators have stated reasons for: ``reasons.csv``, one line a release, table and column.

A line with a `key` speaks of one row, a line without one of every row of the column.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from troopdata import csvtext
from troopdata.listing import is_version, ordinal

__all__ = ["FILE", "Reasons", "hint", "later", "stated"]

FILE = "reasons.csv"


class Reasons:
    """Reasons by table, column and key; the words for one row come before those for all."""

    def __init__(self, found: Mapping[tuple[str, str, str], str]) -> None:
        self._found = dict(found)

    def of(self, table: str, column: str, key: str = "") -> str:
        """Return the reason for a cell of a row, or that for all rows; nothing if there is none."""
        return self.own(table, column, key) or self.own(table, column, "")

    def own(self, table: str, column: str, key: str) -> str:
        """Return the reason that names this very row."""
        return self._found.get((table, column, key), "")


def stated(home: Path, release: str) -> Reasons:
    """Return the reasons for what a release changes.

    Parameters
    ----------
    home : pathlib.Path
        The ``datasets`` folder.
    release : str
        Number of the release.
    """
    return _read(home, lambda number: number == release)


def later(home: Path, release: str) -> Reasons:
    """Return the reasons for the releases to come after one."""
    return _read(home, lambda number: is_version(number) and ordinal(number) > ordinal(release))


def _read(home: Path, wanted: Callable[[str], bool]) -> Reasons:
    path = home / FILE
    rows = csvtext.read_rows(path) if path.exists() else []
    mine = [row for row in rows if wanted(row["release"])]
    return Reasons({(r["table"], r["column"], r.get("key", "")): r["reason"] for r in mine})


def hint(table: str, column: str, key: str = "") -> str:
    """Return what to type where a reason is missing."""
    line = ",".join(["RELEASE", table, column, "REASON", key])
    return f"if it is meant, a line in datasets/{FILE} says why: {line}"
