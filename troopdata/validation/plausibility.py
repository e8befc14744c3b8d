"""What no schema says of one table: days that cannot be, points too blunt for their claim."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import TYPE_CHECKING

from troopdata.schemas.model import Table
from troopdata.validation.rules import Finding

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["MESSAGES", "implausible"]

# Days on which something was seen, said or done; others may lie ahead: an end, an entry into force.
PAST = ("accessed_on", "as_of", "date", "published_on", "signed", "status_as_of")
SEEN = ("accessed_on", "as_of", "published_on", "status_as_of")
COUNTED_FROM = dt.datetime(1900, 1, 1)
BEGUN_FROM = dt.datetime(1800, 1, 1)
SHARP = 2  # decimals of a degree: a kilometre
Named = tuple[str, Finding]


def implausible(frame: pd.DataFrame, table: Table, until: dt.date | None) -> Iterator[Named]:
    """Yield the rule and the place of everything that cannot be so.

    Parameters
    ----------
    frame : pandas.DataFrame
        Typed rows of one table.
    table : Table
        Its specification.
    until : datetime.date or None
        The last day that can have been seen; None leaves the future alone.
    """
    for field in table.fields:
        if field.type == "date":
            yield from _day(frame[field.name], field.name, until)
    if table.name == "bases":
        yield from _blunt(frame)
    if table.name == "sources":
        yield from _twice(frame)


def _day(days: pd.Series, name: str, until: dt.date | None) -> Iterator[Named]:
    first = COUNTED_FROM if name in SEEN else BEGUN_FROM
    for position, value in days[days < first].items():
        yield "date-plausible", _finding(position, name, value, f"before {first.year}")
    if until is not None and name in PAST:
        last = dt.datetime(until.year, until.month, until.day)
        for position, value in days[days > last].items():
            yield "date-plausible", _finding(position, name, value, f"after {until}")


def _finding(position: object, name: str, value: object, detail: str) -> Finding:
    return Finding(int(str(position)), name, str(value)[:10], detail)


def _blunt(bases: pd.DataFrame) -> Iterator[Named]:
    """Yield exact points of which neither coordinate has two decimals."""
    exact = bases[(bases["location_precision"] == "exact").fillna(False)]
    for row in exact[["latitude", "longitude"]].dropna().itertuples():
        blunt = all(round(value, SHARP - 1) == value for value in row[1:])
        if blunt and any(row[1:]):  # 0, 0 has a rule of its own
            where = f"{row[1]}, {row[2]}"
            yield "point-sharp", Finding(row[0], "location_precision", where)


def _twice(sources: pd.DataFrame) -> Iterator[Named]:
    """Yield documents that stand there under two names."""
    known = sources[sources["url"].notna()]
    same = known.duplicated(["url", "title", "published_on"], keep=False)
    for position, url in known.loc[same, "url"].items():
        yield "source-twice", Finding(int(str(position)), "url", str(url))


MESSAGES = {
    "date-plausible": "no such day can be meant",
    "point-sharp": "an exact point has two decimals",
    "source-twice": "the same document under another source_id",
}
