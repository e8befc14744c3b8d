"""Filters that all tables share: countries, codes of vocabularies, ids, years."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from numbers import Integral
from typing import TYPE_CHECKING, TypeAlias

from troopdata.api import country_index
from troopdata.errors import UnknownCode, UsageError, shown
from troopdata.gazetteer.over_time import bearers
from troopdata.release import id_redirects
from troopdata.schemas import dates, model
from troopdata.schemas.codes import tables_by_id

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "Codes", "Day", "Place", "Span", "Years", "as_codes", "coded", "identified", "listed", "places",
    "places_over", "plain", "years_of",
]  # fmt: skip

# The bounds of `year` in the schema of `presence`.
FIRST_YEAR, LAST_YEAR = 1800, 2200

Place: TypeAlias = "str | int | Collection[str | int] | None"
Codes: TypeAlias = "str | Collection[str] | None"
Day: TypeAlias = "str | dt.date | None"
Span: TypeAlias = "tuple[Day, Day] | None"
Years: TypeAlias = "tuple[int, int] | int | None"


def places(
    *, on: Day = None, version: str | None = None, **filters: Place
) -> dict[str, Collection[str]]:
    """Return filters by country, with names and regions resolved to codes."""
    day = dates.parse(on) if on is not None else None
    return {
        column: country_index.gazetteer(version).select(value, on=day)
        for column, value in filters.items()
        if value is not None
    }


def places_over(
    days: tuple[dt.date, dt.date], *, version: str | None = None, **asked: Place
) -> dict[str, dict[str, tuple[tuple[dt.date, dt.date], ...] | None]]:
    """Return the codes that sender or host stand for over a span, and the spells of each.

    Parameters
    ----------
    days : tuple of two datetime.date
        The first and the last day of the span.
    version : str, optional
        Release of the data.
    **asked : str, int or list of these
        The filters, by column.
    """
    countries = country_index.gazetteer(version)
    return {
        column: bearers(countries, value, *days)
        for column, value in asked.items()
        if value is not None
    }


def as_codes(value: Codes) -> str | Sequence[str] | None:
    """Return a code as it is, and several as a tuple."""
    return value if value is None or isinstance(value, str) else tuple(value)


def listed(**filters: Codes) -> dict[str, Collection[str]]:
    """Return the filters that are given, each as a set of values."""
    return {
        column: {value} if isinstance(value, str) else set(value)
        for column, value in filters.items()
        if value is not None
    }


def identified(version: str | None, **filters: Codes) -> dict[str, Collection[str]]:
    """Return filters by id, with merged ids replaced by the ones that replaced them."""
    return {
        column: id_redirects.followed(ids, tables_by_id()[column], version)
        for column, ids in listed(**filters).items()
    }


def coded(table: str, **filters: Codes) -> dict[str, Collection[str]]:
    """Return filters by code, after checking each code against its vocabulary."""
    found = listed(**filters)
    for column, values in found.items():
        vocabulary = model.table(table)[column].vocabulary
        for value in sorted(values) if vocabulary else ():
            if vocabulary and value not in vocabulary.codes:
                hint = f"one of {', '.join(vocabulary.codes)}"
                near = vocabulary.nearest(value)
                raise UnknownCode(value, near, hint=hint, detail=f"of {column}")
    return found


def years_of(years: Years) -> tuple[int, int] | None:
    """Return the first and last year of an argument `years`.

    Raises
    ------
    UsageError
        If it is neither a year nor a pair of years in order.

    Examples
    --------
    >>> years_of(2023), years_of((2013, 2025)), years_of(None)
    ((2023, 2023), (2013, 2025), None)
    """
    if years is None:
        return None
    pair = tuple(years) if isinstance(years, (tuple, list)) else (years, years)
    whole = all(isinstance(year, Integral) and not isinstance(year, bool) for year in pair)
    if len(pair) != 2 or not whole:
        hint = "write a year, 2023, or the first and last year, (2013, 2025)"
        raise UsageError(
            f"{shown(years)} is not a year or a range of years", hint=hint, value=years
        )
    first, last = (int(year) for year in pair)
    if not (FIRST_YEAR <= first <= LAST_YEAR and FIRST_YEAR <= last <= LAST_YEAR):
        hint = f"years are between {FIRST_YEAR} and {LAST_YEAR}"
        outside = last if FIRST_YEAR <= first <= LAST_YEAR else first
        raise UsageError(f"year {outside} is out of range", hint=hint, value=years)
    if first > last:
        message = f"the first year, {first}, is after the last, {last}"
        raise UsageError(message, hint=f"write ({last}, {first})")
    return first, last


def plain(frame: pd.DataFrame) -> pd.DataFrame:
    """Return a frame with a default index, keeping its attributes."""
    result = frame.reset_index(drop=True)
    result.attrs.update(frame.attrs)
    return result
