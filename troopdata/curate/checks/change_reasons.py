"""What the curators have stated reasons for: ``reasons.csv``, one line a release, table and column.

A line with a `key` speaks of one row, a line without one of every row of the column.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from troopdata.errors import Failure, Invalid
from troopdata.io import csv_reader
from troopdata.release.manifest import is_version, ordinal

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["FILE", "Reasons", "hint", "later", "reasoned", "stated"]

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
    rows = csv_reader.read_rows(path) if path.exists() else []
    mine = [row for row in rows if wanted(row["release"])]
    return Reasons({(r["table"], r["column"], r.get("key", "")): r["reason"] for r in mine})


def hint(table: str, column: str, key: str = "") -> str:
    """Return what to type where a reason is missing."""
    line = ",".join(["RELEASE", table, column, "REASON", key])
    return f"if it is meant, a line in datasets/{FILE} says why: {line}"


def reasoned(
    told: pd.DataFrame, home: Path, reasons: Reasons, redirects: pd.DataFrame
) -> pd.DataFrame:
    """Give every changed, closed or retracted cell the reason that the curators wrote down.

    A row is retracted for the reason that its id is: `id_redirects` has it.

    Parameters
    ----------
    told : pandas.DataFrame
        The changed cells, as `comparison.changes` returns them.
    home : pathlib.Path
        The ``datasets`` folder.
    reasons : Reasons
        What is stated for the release.
    redirects : pandas.DataFrame
        Its table `id_redirects`.

    Raises
    ------
    Invalid
        With each table and column that changed for no stated reason.
    """
    import pandas as pd

    cells = zip(told["table"], told["column"], told["key"], told["op"], strict=True)
    lost = zip(redirects["table"], redirects["old_id"], redirects["reason"], strict=True)
    gone = {(table, old): reason for table, old, reason in lost}

    def given_for(table: str, column: str, key: str, op: str) -> str | None:
        stated = gone.get((table, key)) if op == "retracted" else None
        return None if op == "added" else stated or reasons.of(table, column, key)

    given = [given_for(*cell) for cell in cells]
    silent = told[pd.Series(given, index=told.index, dtype="string").eq("").fillna(False)]
    silent = silent.drop_duplicates(["table", "column"])
    file, message = str(home / FILE), "changed without one"
    advice = "a line there says the release, the table, the column and the reason"
    found = [
        Failure(file, None, key, f"{table}.{column}", "reason", "", message, advice)
        for table, column, key in zip(silent["table"], silent["column"], silent["key"], strict=True)
    ]
    if found:
        raise Invalid(found)
    return told.assign(reason=pd.Series(given, index=told.index, dtype="string"))
