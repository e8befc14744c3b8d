"""Codes of other systems for the countries of a frame, at each row's own date."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import TYPE_CHECKING

from troopdata import dates, release
from troopdata.errors import UnknownCode, UnknownColumn, UsageError, shown
from troopdata.periods import PERIODS

if TYPE_CHECKING:
    import pandas as pd

    from troopdata.gazetteer import Gazetteer

__all__ = ["codes"]

SYSTEMS = ("cow", "cow_abbr", "gw", "iso3", "iso_numeric", "name", "region")
NUMBERS = {"cow", "gw"}


def codes(
    frame: pd.DataFrame,
    *,
    column: str = "host",
    to: Sequence[str] | str = ("cow", "gw", "iso_numeric", "name", "region"),
    on: str | dt.date = "period",
    version: str | None = None,
) -> pd.DataFrame:
    """Return a frame with codes of other systems beside a column of our country codes.

    Parameters
    ----------
    frame : pandas.DataFrame
        Any rows with a column of our codes; it is left as it was.
    column : str
        The column that holds them.
    to : str or sequence of {"cow", "cow_abbr", "gw", "iso3", "iso_numeric", "name", "region"}
        The systems wanted.
    on : str or datetime.date
        A column with each row's date (days, or periods such as ``2023``, ``2023-Q4``,
        ``2023-12``, of which the last day counts), or one day for all rows.
    version : str, optional
        Release of the data; the latest by default.

    Returns
    -------
    pandas.DataFrame
        The rows with columns ``<column>_<system>`` (cow and gw Int32, the others string) and
        ``<column>_note``: why a code is missing, for each row that lacks one. No row is dropped.

    Raises
    ------
    UnknownColumn, UnknownCode, UsageError
        If a column or a system is unknown, or a date is none.

    Examples
    --------
    >>> import pandas as pd
    >>> panel = pd.DataFrame({"host": ["DEU", "DEU", "GUM"], "period": ["1980", "1995", "1995"]})
    >>> coded = codes(panel, to="cow")
    >>> coded.host_cow.dropna().tolist(), coded.host_note.dropna().tolist()
    ([260, 255], ['GUM had no code of cow on 1995-12-31 (territory of USA)'])
    """
    import pandas as pd

    systems = [to] if isinstance(to, str) else list(to)
    for system in systems:
        if system not in SYSTEMS:
            raise UnknownCode(system, hint=f"one of {', '.join(SYSTEMS)}", detail="of systems")
    if column not in frame:
        raise UnknownColumn(column, hint=f"it has {', '.join(map(str, frame.columns))}")
    countries = release.gazetteer(version)
    pairs = list(zip(frame[column].astype(object), _days(frame, on), strict=True))
    found = {pair: _of_pair(pair, systems, countries) for pair in set(pairs)}
    result = frame.copy()
    for at, system in enumerate(systems):
        values = [found[pair][0][at] for pair in pairs]
        kind = "Int32" if system in NUMBERS else "string"
        result[f"{column}_{system}"] = pd.Series(values, index=frame.index, dtype=kind)
    notes = [found[pair][1] for pair in pairs]
    result[f"{column}_note"] = pd.Series(notes, index=frame.index, dtype="string")
    return result


def _days(frame: pd.DataFrame, on: str | dt.date) -> list[dt.date | None]:
    """Return each row's day."""
    import pandas as pd

    if not isinstance(on, str) or on not in frame:
        try:
            return [dates.parse(on)] * len(frame)
        except UsageError:
            hint = f"a day, or a column: {', '.join(map(str, frame.columns))}"
            raise UsageError(f"{shown(on)} is neither", hint=hint) from None
    if pd.api.types.is_datetime64_any_dtype(frame[on]):
        return [None if pd.isna(day) else day.date() for day in frame[on]]
    known = {value: _last_day(value) for value in frame[on].dropna().unique()}
    return [known.get(value) for value in frame[on]]


def _last_day(label: object) -> dt.date:
    """Return the last day of a period as `Period.label` writes it, of a year, or a day itself."""
    text = str(label)
    if len(text) == 10:
        return dates.parse(text)
    try:
        if "-Q" in text:
            year, quarter = text.split("-Q")
            month, unit = 3 * int(quarter) - 2, PERIODS["quarter"]
        elif "-" in text:
            year, part = text.split("-")
            month, unit = int(part), PERIODS["month"]
        else:
            year, month, unit = text, 1, PERIODS["year"]
        first = dt.date(int(year), month, 1)
    except ValueError:
        hint = "2023, 2023-Q4, 2023-12 or 2023-12-31"
        raise UsageError(f"{shown(label)} is no period", hint=hint) from None
    names = {12: "year", 3: "quarter", 1: "month"}
    return dates.bounds(first, names[unit.months])[1]


def _of_pair(
    pair: tuple[object, dt.date | None], systems: Sequence[str], countries: Gazetteer
) -> tuple[list[object], str | None]:
    """Return the codes of a country on a day, and why one is missing."""
    code, day = pair
    if not isinstance(code, str) or day is None:
        return [None] * len(systems), "no country" if not isinstance(code, str) else "no date"
    stretch = countries.stretch(code, day) if code in countries else None
    if stretch is None:
        known = "did not exist" if code in countries else "is no country code"
        return [None] * len(systems), f"{code} {known} on {day}"
    values = [stretch.value(system) for system in systems]
    missing = [system for system, value in zip(systems, values, strict=True) if value is None]
    if not missing:
        return list(values), None
    kind = f"{stretch.kind} of {stretch.sovereign}" if stretch.sovereign else stretch.kind
    return list(values), f"{code} had no code of {', '.join(missing)} on {day} ({kind})"
