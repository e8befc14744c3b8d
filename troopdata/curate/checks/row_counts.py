"""Compare the rows of each table and year with a file in git, whose diff shows every change."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from troopdata.errors import Failure
from troopdata.io import csv_reader, csv_writer

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["FILE", "accept", "check", "counted", "emptied"]

FILE = "row_counts.csv"
HEADER = ("table", "year", "rows")
# The date that gives the year of a row; a table without one is counted as a whole.
DATES: Mapping[str, str] = {
    "agreement_parties": "signed",
    "deployments": "as_of",
    "events": "date",
    "exercises": "started",
    "sources": "published_on",
    "spending": "date",
    "tenancies": "started",
}

Counts = dict[tuple[str, str], int]


def counted(content: Mapping[str, pd.DataFrame]) -> Counts:
    """Return the number of rows by table and year; the year of rows without a date is empty."""
    found: Counts = {}
    for name, frame in sorted(content.items()):
        for year, rows in _years(name, frame).value_counts().items():
            found[name, str(year)] = int(rows)
    return found


def _years(name: str, frame: pd.DataFrame) -> pd.Series:
    import pandas as pd

    if name == "presence":
        return frame["year"].astype("string")
    if name in DATES:
        years: pd.Series = frame[DATES[name]].dt.year.astype("Int64").astype("string")
        return years.fillna("")
    return pd.Series("", index=frame.index, dtype="string")


def check(content: Mapping[str, pd.DataFrame], home: Path) -> list[Failure]:
    """Return a failure for every table and year whose number of rows differs from the file."""
    path = home / FILE
    rows = csv_reader.read_rows(path) if path.exists() else []
    listed = {(row["table"], row["year"]): int(row["rows"]) for row in rows}
    return list(_moved(path, listed, counted(content)))


def _moved(path: Path, listed: Counts, found: Counts) -> Iterator[Failure]:
    hint = "if that is intended, run `troopdata check --accept-counts` and commit both together"
    for key in sorted(listed.keys() | found.keys()):
        before, now = listed.get(key, 0), found.get(key, 0)
        if before != now:
            name = " ".join(key).strip()
            message = f"{name}: {now:,} rows, and {before:,} were accepted"
            row = "|".join(key)
            yield Failure(str(path), None, row, "rows", "row-count", str(now), message, hint)


def accept(content: Mapping[str, pd.DataFrame], home: Path) -> Path:
    """Write the present numbers of rows to the file."""
    rows = [[*key, str(count)] for key, count in sorted(counted(content).items())]
    csv_writer.write(home / FILE, HEADER, rows)
    return home / FILE


def emptied(
    before: Mapping[str, pd.DataFrame], now: Mapping[str, pd.DataFrame]
) -> Iterator[Failure]:
    """Yield the columns that have no value now and had some in the previous release."""
    for name in sorted(before.keys() & now.keys()):
        for column in before[name].columns.intersection(now[name].columns):
            if before[name][column].notna().any() and now[name][column].isna().all():
                message = "no row has a value, and in the previous release some had"
                yield Failure(name, None, "", column, "column-emptied", "", message)
