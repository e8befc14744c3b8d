"""The filters that all tables share: places by name or code, codes by vocabulary, days."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, TypeAlias

from troopdata import dates, release, spec
from troopdata.errors import UnknownCode, UsageError

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "Codes", "Day", "Place", "Span", "Years", "as_codes", "coded", "listed", "places", "plain",
    "year_span",
]  # fmt: skip

Place: TypeAlias = "str | int | Collection[str | int] | None"
Codes: TypeAlias = "str | Collection[str] | None"
Day: TypeAlias = "str | dt.date | None"
Span: TypeAlias = "tuple[Day, Day] | None"
Years: TypeAlias = "tuple[int, int] | int | None"


def places(
    *, on: Day = None, version: str | None = None, **asked: Place
) -> dict[str, Collection[str]]:
    """Return the codes that sender, host or party stand for."""
    day = dates.parse(on) if on is not None else None
    return {
        column: release.gazetteer(version).select(value, on=day)
        for column, value in asked.items()
        if value is not None
    }


def as_codes(value: Codes) -> str | Sequence[str] | None:
    return value if value is None or isinstance(value, str) else tuple(value)


def listed(**asked: Codes) -> dict[str, Collection[str]]:
    return {
        column: {value} if isinstance(value, str) else set(value)
        for column, value in asked.items()
        if value is not None
    }


def coded(table: str, **asked: Codes) -> dict[str, Collection[str]]:
    """Return filters by code, each code checked against its vocabulary."""
    found = listed(**asked)
    for column, values in found.items():
        vocabulary = spec.table(table)[column].vocabulary
        for value in sorted(values) if vocabulary else ():
            if vocabulary and value not in vocabulary.codes:
                hint = f"one of {', '.join(vocabulary.codes)}"
                near = vocabulary.nearest(value)
                raise UnknownCode(value, near, hint=hint, detail=f"of {column}")
    return found


def plain(frame: pd.DataFrame) -> pd.DataFrame:
    """Return a frame with a plain index, its provenance kept."""
    result = frame.reset_index(drop=True)
    result.attrs.update(frame.attrs)
    return result


def year_span(years: tuple[int, int] | int) -> tuple[int, int]:
    """Return the first and the last year asked for.

    Raises
    ------
    UsageError
        If they run backwards.

    Examples
    --------
    >>> year_span(2023), year_span((2008, 2019))
    ((2023, 2023), (2008, 2019))
    """
    first, last = (years, years) if isinstance(years, int) else years
    if first > last:
        raise UsageError(f"years {first} to {last} run backwards", hint=f"({last}, {first})")
    return first, last
