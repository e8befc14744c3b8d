"""Reasons that the curators state for changes: ``reasons.csv``, one line per change.

A line names release, table and column. With a `key` it is about one row, without one about every
row of the column.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from troopdata.errors import Failure, Invalid
from troopdata.io import csv_reader
from troopdata.release.manifest import is_version, ordinal
from troopdata.schemas import model

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["FILE", "Reasons", "hint", "later", "stated", "with_reasons"]

FILE = "reasons.csv"
# Why a column changed that the build fills in.
COMPUTED = "Computed by the build from the facts of the release."


class Reasons:
    """Reasons by table, column and key; a reason for one row takes precedence."""

    def __init__(self, found: Mapping[tuple[str, str, str], str]) -> None:
        self._found = dict(found)

    def of(self, table: str, column: str, key: str = "") -> str:
        """Return the reason for a row's cell, else that for the whole column, else ""."""
        return self.own(table, column, key) or self.own(table, column, "")

    def own(self, table: str, column: str, key: str) -> str:
        """Return the reason that names this row, else ""."""
        return self._found.get((table, column, key), "")


def stated(home: Path, release: str) -> Reasons:
    """Return the reasons for the changes of a release.

    Parameters
    ----------
    home : pathlib.Path
        The ``datasets`` folder.
    release : str
        Number of the release.
    """
    return _read(home, lambda number: number == release)


def later(home: Path, release: str) -> Reasons:
    """Return the reasons for all releases after one."""
    return _read(home, lambda number: is_version(number) and ordinal(number) > ordinal(release))


def _read(home: Path, wanted: Callable[[str], bool]) -> Reasons:
    path = home / FILE
    rows = csv_reader.read_rows(path) if path.exists() else []
    mine = [row for row in rows if wanted(row["release"])]
    return Reasons({(r["table"], r["column"], r.get("key", "")): r["reason"] for r in mine})


def hint(table: str, column: str, key: str = "") -> str:
    """Return what to type where a reason is missing."""
    line = ",".join(["RELEASE", table, column, "REASON", key])
    return f"if it is intended, add a line to datasets/{FILE} that says why: {line}"


def with_reasons(
    changed: pd.DataFrame, home: Path, reasons: Reasons, redirects: pd.DataFrame
) -> pd.DataFrame:
    """Return changed cells, each that is not new with its stated reason.

    The reason for a retracted row is that of its id in `id_redirects`; a computed column changes
    with the facts that it is computed from.

    Parameters
    ----------
    changed : pandas.DataFrame
        The changed cells, as `diff.changes` returns them.
    home : pathlib.Path
        The ``datasets`` folder.
    reasons : Reasons
        The reasons stated for the release.
    redirects : pandas.DataFrame
        The release's table `id_redirects`.

    Raises
    ------
    Invalid
        With each table and column that changed without a stated reason.
    """
    import pandas as pd

    cells = zip(changed["table"], changed["column"], changed["key"], changed["op"], strict=True)
    lost = zip(redirects["table"], redirects["old_id"], redirects["reason"], strict=True)
    gone = {(table, old): reason for table, old, reason in lost}

    by_build = {
        (name, field.name)
        for name in model.tables()
        for field in model.table(name).fields
        if field.computed
    }

    def given_for(table: str, column: str, key: str, op: str) -> str | None:
        stated = gone.get((table, key)) if op == "retracted" else None
        computed = COMPUTED if (table, column) in by_build else ""
        return None if op == "added" else stated or reasons.of(table, column, key) or computed

    given = [given_for(*cell) for cell in cells]
    unexplained = changed[
        pd.Series(given, index=changed.index, dtype="string").eq("").fillna(False)
    ]
    unexplained = unexplained.drop_duplicates(["table", "column"])
    file, message = str(home / FILE), "changed without a stated reason"
    advice = "add a line with the release, the table, the column and the reason"
    found = [
        Failure(file, None, key, f"{table}.{column}", "reason", "", message, advice)
        for table, column, key in zip(
            unexplained["table"], unexplained["column"], unexplained["key"], strict=True
        )
    ]
    if found:
        raise Invalid(found)
    return changed.assign(reason=pd.Series(given, index=changed.index, dtype="string"))
