"""Check what a schema cannot say: implausible days, blunt points, documents listed twice."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING

from troopdata.schemas.model import Table
from troopdata.validation.rules import Finding

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["MESSAGES", "checks", "implausible"]

# Days on which something was seen, published or done. Other days may lie in the future: an end, an
# entry into force.
PAST = ("accessed_on", "as_of", "date", "published_on", "signed", "status_as_of")
SEEN = ("accessed_on", "as_of", "published_on", "status_as_of")
COUNTED_FROM = dt.datetime(1900, 1, 1)
BEGUN_FROM = dt.datetime(1800, 1, 1)
SHARP = 2  # decimals of a degree: about a kilometre
Find = Callable[["pd.DataFrame"], Iterator[Finding]]


def checks(table: Table, until: dt.date | None) -> Iterator[tuple[str, tuple[str, ...], Find]]:
    """Yield each check of a table: its rule, the columns it reads, and what finds its failures.

    Parameters
    ----------
    table : Table
        The table's specification.
    until : datetime.date or None
        The last day that can have been seen; None leaves the future alone.
    """
    for field in table.fields:
        if field.type == "date":
            yield "date-plausible", (field.name,), partial(_days, name=field.name, until=until)
    if table.name == "bases":
        yield "point-sharp", ("location_precision", "latitude", "longitude"), _blunt
    if table.name == "sources":
        yield "source-twice", ("url", "title", "published_on"), _twice


def implausible(
    frame: pd.DataFrame, table: Table, until: dt.date | None
) -> Iterator[tuple[str, Finding]]:
    """Yield the rule and the cell of everything that cannot be so.

    Parameters
    ----------
    frame : pandas.DataFrame
        Typed rows of one table with a plain index from 0.
    table : Table
        Its specification.
    until : datetime.date or None
        The last day that can have been seen; None leaves the future alone.
    """
    for rule, _, find in checks(table, until):
        for finding in find(frame):
            yield rule, finding


def _days(frame: pd.DataFrame, name: str, until: dt.date | None) -> Iterator[Finding]:
    """Yield days before anything was counted or begun, and seen days that lie in the future."""
    days = frame[name]
    first = COUNTED_FROM if name in SEEN else BEGUN_FROM
    for position, value in days[days < first].items():
        yield _finding(position, name, value, f"before {first.year}")
    if until is not None and name in PAST:
        last = dt.datetime(until.year, until.month, until.day)
        for position, value in days[days > last].items():
            yield _finding(position, name, value, f"after {until}")


def _finding(position: object, name: str, value: object, detail: str) -> Finding:
    return Finding(int(str(position)), name, str(value)[:10], detail)


def _blunt(bases: pd.DataFrame) -> Iterator[Finding]:
    """Yield exact points of which neither coordinate has two decimals."""
    exact = bases[(bases["location_precision"] == "exact").fillna(False)]
    for row in exact[["latitude", "longitude"]].dropna().itertuples():
        blunt = all(round(value, SHARP - 1) == value for value in row[1:])
        if blunt and any(row[1:]):  # 0, 0 has a rule of its own
            where = f"{row[1]}, {row[2]}"
            yield Finding(row[0], "location_precision", where)


def _twice(sources: pd.DataFrame) -> Iterator[Finding]:
    """Yield documents that are listed under two ids."""
    known = sources[sources["url"].notna()]
    same = known.duplicated(["url", "title", "published_on"], keep=False)
    for position, url in known.loc[same, "url"].items():
        yield Finding(int(str(position)), "url", str(url))


MESSAGES = {
    "date-plausible": "not a plausible day",
    "point-sharp": "an exact point has two decimals",
    "source-twice": "the same document under another source_id",
}
