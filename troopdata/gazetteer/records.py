"""Country records: one country over one period, with its name, kind and codes of that time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from numbers import Integral

from troopdata.errors import UsageError, shown
from troopdata.schemas import dates, model

__all__ = ["OPEN", "CountryRecord", "Span", "country_record", "described", "spans"]

OPEN = dt.date.max
# First day, first day after, value.
Span = tuple[dt.date, dt.date, str | int]


@dataclass(frozen=True, slots=True)
class CountryRecord:
    """One country over one period, half-open: `valid_to` is the first day after it.

    Attributes
    ----------
    country : str
        Its code in this data set.
    valid_from : datetime.date
        First day.
    valid_to : datetime.date or None
        First day after the period; None while it lasts.
    name : str
        Usual English name.
    aliases : tuple of str
        Other spellings.
    kind : str
        state, territory, disputed, mission_area, waters or organisation.
    sovereign : str or None
        The state that a territory belonged to.
    iso3, iso_numeric, cow_abbr : str or None
        ISO 3166 codes and Correlates of War abbreviation.
    cow, gw : int or None
        Correlates of War and Gleditsch-Ward numbers.
    region : str or None
        World Bank region, a code of the vocabulary `region`.
    within : str or None
        The state within whose land an area lies that belongs, or is held, apart from it.
    states : tuple of str
        The states that an area lies between or in, of which it is counted as no part.
    """

    country: str
    valid_from: dt.date
    valid_to: dt.date | None
    name: str
    aliases: tuple[str, ...] = ()
    kind: str = "state"
    sovereign: str | None = None
    iso3: str | None = None
    iso_numeric: str | None = None
    cow: int | None = None
    cow_abbr: str | None = None
    gw: int | None = None
    region: str | None = None
    within: str | None = None
    states: tuple[str, ...] = ()

    def covers(self, day: dt.date) -> bool:
        """Return whether the period includes that day."""
        return self.valid_from <= day and (self.valid_to is None or day < self.valid_to)

    @property
    def names(self) -> tuple[str, ...]:
        """The usual name and the aliases."""
        return (self.name, *self.aliases)

    def value(self, system: str) -> str | int | None:
        """Return the code of one system, or the name."""
        found: str | int | None = getattr(self, system)
        return found

    @property
    def span(self) -> str:
        """The period, in words."""
        until = f" to {self.valid_to}" if self.valid_to else ""
        return f"from {self.valid_from}{until}"


def country_record(row: Mapping[str, object]) -> CountryRecord:
    """Return the record of a row of table `countries`, read from CSV or Parquet."""
    country, first, name = (row.get(column) for column in ("country", "valid_from", "name"))
    if not (country and first and name):
        raise UsageError(
            f"a row of countries has no country, valid_from or name: {shown(dict(row))}"
        )
    return CountryRecord(
        country=str(country),
        valid_from=dates.parse(first),
        valid_to=_day(row.get("valid_to")),
        name=str(name),
        aliases=_list(row, "aliases"),
        kind=_text(row.get("kind")) or "state",
        sovereign=_text(row.get("sovereign")),
        iso3=_text(row.get("iso3")),
        iso_numeric=_text(row.get("iso_numeric")),
        cow=_number(row.get("cow")),
        cow_abbr=_text(row.get("cow_abbr")),
        gw=_number(row.get("gw")),
        region=_text(row.get("region")),
        within=_text(row.get("within")),
        states=_list(row, "states"),
    )


def _text(value: object) -> str | None:
    if value is None or isinstance(value, str):
        return value or None
    raise UsageError(f"{shown(value)} is not text", hint="missing is None or ''", value=value)


def _list(row: Mapping[str, object], column: str) -> tuple[str, ...]:
    cell = _text(row.get(column))
    return tuple(cell.split(model.table("countries")[column].separator)) if cell else ()


def _number(value: object) -> int | None:
    if value is None or value == "":
        return None
    if isinstance(value, Integral) or (isinstance(value, str) and value.isdecimal()):
        return int(value)
    raise UsageError(f"{shown(value)} is not a whole number", hint="missing is None", value=value)


def _day(value: object) -> dt.date | None:
    return None if value is None or value == "" else dates.parse(value)


def spans(known: Iterable[CountryRecord], system: str) -> list[Span]:
    """Return a country's codes of one system; adjacent periods with one code are joined."""
    found: list[Span] = []
    for record in known:
        value = record.value(system)
        if value is not None:
            _append(found, (record.valid_from, record.valid_to or OPEN, value))
    return found


def described(found: Iterable[CountryRecord]) -> str:
    """Return the periods of each country of some records, in words.

    Examples
    --------
    >>> described([country_record({"country": "NER", "valid_from": "1960-08-03", "name": "Niger"})])
    'NER from 1960-08-03'
    """
    known: dict[str, list[Span]] = {}
    for record in found:
        span = (record.valid_from, record.valid_to or OPEN, "")
        _append(known.setdefault(record.country, []), span)
    words = [
        f"{code} from {first}" + ("" if last == OPEN else f" to {last}")
        for code, joined in known.items()
        for first, last, _ in joined
    ]
    return ", ".join(words)


def _append(joined: list[Span], span: Span) -> None:
    """Append a span, or extend the last one by it."""
    first, last, value = span
    if joined and joined[-1][1] == first and joined[-1][2] == value:
        span = (joined.pop()[0], last, value)
    joined.append(span)
