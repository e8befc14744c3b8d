"""Add codes of other systems to the countries of a frame, at each row's own date.

A merge on another system's codes loses the rows without one. Every such row therefore gives the
reason, as a code and as a sentence, and ``.attrs["codes"]`` summarises all rows.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from troopdata.api import country_index
from troopdata.errors import UnknownCode, UnknownColumn, UsageError, shown
from troopdata.estimation.periods import PERIODS
from troopdata.schemas import dates
from troopdata.schemas.codes import CODE_SYSTEMS, numeric_systems

if TYPE_CHECKING:
    import pandas as pd

    from troopdata.gazetteer.records import CountryRecord
    from troopdata.gazetteer.resolver import Gazetteer

__all__ = ["codes"]

SYSTEMS = tuple(sorted((*CODE_SYSTEMS, "region")))
# Why a row has no code. The last six say what the country was on that day.
WHY = (
    "no_country", "no_date", "unknown_code", "did_not_exist", "ended_within_period",
    "state_not_listed", "territory", "disputed", "mission_area", "waters", "organisation",
)  # fmt: skip


class When(NamedTuple):
    """The first and last day of the date or period of a row."""

    first: dt.date
    last: dt.date


class Found(NamedTuple):
    """The codes of a country and, if one is missing, the reason: one of `WHY`, and a sentence."""

    values: tuple[object, ...]
    why: str | None = None
    note: str | None = None


def codes(
    frame: pd.DataFrame,
    *,
    column: str = "host",
    to: Sequence[str] | str = ("cow", "gw", "iso_numeric", "name", "region"),
    on: str | dt.date = "period",
    within_period: bool = False,
    version: str | None = None,
) -> pd.DataFrame:
    """Return a frame with added columns: codes of other systems for a column of country codes.

    Parameters
    ----------
    frame : pandas.DataFrame
        Any rows with a column of ISO3 codes as in this package; the frame is not changed.
    column : str
        The column of country codes.
    to : str or sequence of {"cow", "cow_abbr", "gw", "iso3", "iso_numeric", "name", "region"}
        The systems to add.
    on : str or datetime.date
        A column with the date of each row, or one day for all rows. A column may hold days, or
        periods such as ``2023``, ``2023-Q4`` or ``2023-12``, whose last day counts.
    within_period : bool
        Give a country that ended within the period (East Germany in 1990) the codes of its last
        day, as lists of state-years do. By default such a row has no code, and a reason.
    version : str, optional
        Release of the data; the latest by default.

    Returns
    -------
    pandas.DataFrame
        All rows, with columns ``<column>_<system>`` (Int32 for cow and gw, otherwise string). For
        rows that lack a code, ``<column>_why`` is the reason (no_country, no_date, unknown_code,
        did_not_exist, ended_within_period; or what the country was: state_not_listed, territory,
        disputed, mission_area, waters, organisation) and ``<column>_note`` the same as a sentence.
        ``.attrs["codes"][column]`` counts rows and reasons, and lists under ``shared`` the codes
        that two countries of the frame have on one date.

    Raises
    ------
    UnknownColumn, UnknownCode, UsageError
        If a column or a system is unknown, or a date cannot be read.

    Notes
    -----
    No two countries have the same COW or Gleditsch-Ward number on one day. With `within_period`
    they may have the same one in a year: 345 in 1992 is both Yugoslavia, until April, and Serbia
    and Montenegro, from then on.

    Examples
    --------
    >>> import pandas as pd
    >>> panel = pd.DataFrame({"host": ["DEU", "DEU", "GUM"], "period": ["1980", "1995", "1995"]})
    >>> coded = codes(panel, to="cow")
    >>> coded.host_cow.dropna().tolist(), coded.host_note.dropna().tolist()
    ([260, 255], ['GUM had no cow code on 1995-12-31 (territory of USA)'])
    >>> coded.attrs["codes"]["host"]["why"]
    {'territory': 1}
    """
    import pandas as pd

    systems = [to] if isinstance(to, str) else list(to)
    for system in systems:
        if system not in SYSTEMS:
            raise UnknownCode(system, hint=f"one of {', '.join(SYSTEMS)}", detail="of systems")
    if column not in frame:
        raise UnknownColumn(column, hint=f"it has {', '.join(map(str, frame.columns))}")
    countries = country_index.gazetteer(version)
    pairs = list(zip(frame[column].astype(object), _dated(frame, on), strict=True))
    found = {pair: _of_pair(pair, systems, countries, within_period) for pair in set(pairs)}
    result = frame.copy()
    for at, system in enumerate(systems):
        values = [found[pair].values[at] for pair in pairs]
        kind = "Int32" if system in numeric_systems() else "string"
        result[f"{column}_{system}"] = pd.Series(values, index=frame.index, dtype=kind)
    for name in ("why", "note"):
        texts = [getattr(found[pair], name) for pair in pairs]
        result[f"{column}_{name}"] = pd.Series(texts, index=frame.index, dtype="string")
    report = {column: _report(result[f"{column}_why"], found, systems)}
    result.attrs["codes"] = {**frame.attrs.get("codes", {}), **report}
    return result


def _report(
    why: pd.Series, found: Mapping[tuple[object, When | None], Found], systems: Sequence[str]
) -> dict[str, object]:
    """Return the counts of rows with every code and of reasons, and the shared codes."""
    reasons = why.value_counts()
    counted = {word: int(reasons[word]) for word in WHY if word in reasons}
    holders: dict[tuple[str, str, object], set[str]] = {}
    for (country, when), item in found.items():
        for system, value in zip(systems, item.values, strict=True):
            if system != "region" and value is not None and when is not None:
                key = (system, str(when.last), value)
                holders.setdefault(key, set()).add(str(country))
    shared = [
        {"system": system, "on": day, "code": value, "countries": sorted(known)}
        for (system, day, value), known in sorted(holders.items(), key=str)
        if len(known) > 1
    ]
    return {"rows": len(why), "coded": int(why.isna().sum()), "why": counted, "shared": shared}


def _dated(frame: pd.DataFrame, on: str | dt.date) -> list[When | None]:
    """Return the date or period of each row."""
    import pandas as pd

    if not isinstance(on, str) or on not in frame:
        try:
            return [When(*[dates.parse(on)] * 2)] * len(frame)
        except UsageError:
            hint = f"write a day, or one of {', '.join(map(str, frame.columns))}"
            message = f"on={shown(on)} is neither a day nor a column"
            raise UsageError(message, hint=hint) from None
    if pd.api.types.is_datetime64_any_dtype(frame[on]):
        return [None if pd.isna(day) else When(*[day.date()] * 2) for day in frame[on]]
    known = {value: _period(value) for value in frame[on].dropna().unique()}
    return [known.get(value) for value in frame[on]]


def _period(label: object) -> When:
    """Return the bounds of a day, or of a period in the form of `Period.label`."""
    text = str(label)
    if len(text) == 10:
        return When(*[dates.parse(text)] * 2)
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
        hint = "write 2023, 2023-Q4, 2023-12 or 2023-12-31"
        raise UsageError(f"{shown(label)} is not a period", hint=hint) from None
    names = {12: "year", 3: "quarter", 1: "month"}
    return When(first, dates.bounds(first, names[unit.months])[1])


def _of_pair(
    pair: tuple[object, When | None],
    systems: Sequence[str],
    countries: Gazetteer,
    within_period: bool,
) -> Found:
    """Return the codes of a country on a date, and the reason if one is missing."""
    code, when = pair
    none = (None,) * len(systems)
    if not isinstance(code, str):
        return Found(none, "no_country", "no country")
    if when is None:
        return Found(none, "no_date", "no date")
    if code not in countries:
        return Found(none, "unknown_code", f"{code} is not a country code on {when.last}")
    record = countries.record(code, when.last)
    if record is None:
        ended = _ended_within(countries.records[code], when)
        if ended is None:
            return Found(none, "did_not_exist", f"{code} did not exist on {when.last}")
        if not within_period:
            note = f"{code} did not exist on {when.last}: it ended on {ended.valid_to}"
            return Found(none, "ended_within_period", note)
        record = ended
    return _of_record(record, systems, when.last)


def _ended_within(known: Sequence[CountryRecord], when: When) -> CountryRecord | None:
    """Return the last record of a country that ended within a period."""
    ended = [item for item in known if item.valid_to and when.first < item.valid_to <= when.last]
    return ended[-1] if ended else None


def _of_record(record: CountryRecord, systems: Sequence[str], day: dt.date) -> Found:
    values = tuple(record.value(system) for system in systems)
    missing = [system for system, value in zip(systems, values, strict=True) if value is None]
    if not missing:
        return Found(values)
    kind = f"{record.kind} of {record.sovereign}" if record.sovereign else record.kind
    note = f"{record.country} had no {', '.join(missing)} code on {day} ({kind})"
    return Found(values, "state_not_listed" if record.kind == "state" else record.kind, note)
