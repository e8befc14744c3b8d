"""Resolve a name or a code on a date to a country code of this data set.

A country is matched exactly (name, alias or code), never by a part of its name: Niger is not
Nigeria. Names and codes are kept by period, so Germany is COW 260 in 1980 and COW 255 in
1995, and one name may mean two countries on two days.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from troopdata.errors import AmbiguousCountry, UnknownCountry
from troopdata.gazetteer import unknown_country
from troopdata.gazetteer.names import (
    CODES,
    SYSTEMS,
    indexed,
    key_of,
    normalised,
    regions,
    system_of,
    unknown_system,
)
from troopdata.gazetteer.records import CountryRecord, country_record, spans
from troopdata.schemas import dates

__all__ = ["SYSTEMS", "Gazetteer", "normalised"]


@dataclass(frozen=True, slots=True, eq=False)
class Gazetteer:
    """Every country on every date; immutable.

    Examples
    --------
    >>> rows = [
    ...     {"country": "NER", "valid_from": "1960-08-03", "name": "Niger", "cow": "436"},
    ...     {"country": "NGA", "valid_from": "1960-10-01", "name": "Nigeria", "cow": "475"},
    ... ]
    >>> gazetteer = Gazetteer.from_rows(rows)
    >>> gazetteer.resolve("Niger"), gazetteer.resolve(475)
    ('NER', 'NGA')
    """

    records: Mapping[str, tuple[CountryRecord, ...]]
    _index: Mapping[str, Mapping[str, tuple[CountryRecord, ...]]]

    @classmethod
    def from_rows(cls, rows: Iterable[Mapping[str, object]]) -> Gazetteer:
        """Build a gazetteer from the rows of the table `countries`.

        Parameters
        ----------
        rows : iterable of mapping
            Column to value, either as the CSV has it (text, empty where missing) or typed (int,
            datetime.date, None). `country`, `valid_from` and `name` are required; other columns
            are ignored.
        """
        records: dict[str, list[CountryRecord]] = {}
        for row in rows:
            record = country_record(row)
            records.setdefault(record.country, []).append(record)
        for known in records.values():
            known.sort(key=lambda record: record.valid_from)
        return cls({code: tuple(known) for code, known in records.items()}, indexed(records))

    def resolve(
        self, value: object, *, system: str | None = None, on: str | dt.date | None = None
    ) -> str:
        """Return the country code for a name, an alias or a code.

        Parameters
        ----------
        value : str or int
            What to look up. Text is compared without case, accents, punctuation or article, and
            as a whole. A number is a Correlates of War code unless `system` says otherwise.
        system : {"name", "iso3", "iso_numeric", "cow", "cow_abbr", "gw"}, optional
            The system of `value`. By default text is a code of this data set, an ISO 3166 alpha-3
            code or a name, in that order. COW abbreviations need `system`, since many are
            another country's ISO code: AUS is Austria in one and Australia in the other.
        on : str or datetime.date, optional
            The day. Without one every record is searched, and a country that has `value` today
            is preferred to one that had it earlier.

        Raises
        ------
        UnknownCountry
            No country has it (on that day); the message says when one had it, or what is nearest.
        AmbiguousCountry
            Several countries have it: give a code, or a day.

        Examples
        --------
        >>> rows = [
        ...     {"country": "DEU", "valid_from": "1955-05-05", "valid_to": "1990-10-03",
        ...      "name": "West Germany", "aliases": "Germany;FRG", "cow": 260},
        ...     {"country": "DEU", "valid_from": "1990-10-03", "name": "Germany", "cow": 255},
        ... ]
        >>> gazetteer = Gazetteer.from_rows(rows)
        >>> gazetteer.resolve("germany", on="1980-01-01"), gazetteer.resolve(255)
        ('DEU', 'DEU')
        >>> gazetteer.resolve(260, on="1995-01-01")
        Traceback (most recent call last):
            ...
        troopdata.errors.UnknownCountry: unknown country 260 (cow) on 1995-01-01: it was DEU \
from 1955-05-05 to 1990-10-03; DEU has 255 on that day
        """
        system = system_of(value, system)
        key = key_of(value, system)
        day = None if on is None else dates.parse(on)
        if system == "any" and (code := self._own(key, day)):
            return code
        found = self._index[system].get(key, ())
        return self._only(value, found, day) or self._unknown(value, system, found, day)

    def select(self, selection: object, *, on: str | dt.date | None = None) -> frozenset[str]:
        """Return the country codes that a filter selects.

        Parameters
        ----------
        selection : str, int, or iterable of them
            Codes, names, Correlates of War numbers, or a World Bank region by its label or code,
            for all of its countries. A name or number is resolved as by `resolve`, to exactly
            one country: "Yugoslavia" without a day is an error, since both YUG and, until 2003,
            SRB had that name.
        on : str or datetime.date, optional
            The day; a region then selects its countries on that day.

        Examples
        --------
        >>> row = {"country": "NER", "valid_from": "1960-08-03", "name": "Niger",
        ...        "region": "sub_saharan_africa"}
        >>> sorted(Gazetteer.from_rows([row]).select(["Sub-Saharan Africa", "NER"]))
        ['NER']
        """
        found: set[str] = set()
        for item in _items(selection):
            region = regions().get(normalised(item)) if isinstance(item, str) else None
            found |= self._within(region, on) if region else {self.resolve(item, on=on)}
        return frozenset(found)

    def codes(self, country: str, system: str, on: str | dt.date | None = None) -> str | int | None:
        """Return a country's code in another system.

        Parameters
        ----------
        country : str
            The country code.
        system : {"iso3", "iso_numeric", "cow", "cow_abbr", "gw", "name"}
            The system.
        on : str or datetime.date, optional
            The day; by default the last record.

        Returns
        -------
        str, int or None
            None where the country has no code in the system, or does not exist on that day.
        """
        if system not in SYSTEMS:
            raise unknown_system(system)
        record = self._last(country) if on is None else self.record(country, on)
        return None if record is None else record.value(system)

    def name(self, country: str, on: str | dt.date | None = None) -> str:
        """Return the usual English name of a country (on that day, else in its last record).

        Raises
        ------
        UnknownCountry
            If it does not exist on that day.
        """
        record = self._last(country) if on is None else self.record(country, on)
        if record is None:
            raise unknown_country.not_on(country, dates.parse(on), self.records[country])
        return record.name

    def __contains__(self, country: object) -> bool:
        """Return whether this is the code of a country on any date."""
        return country in self.records

    def near(self, value: str) -> list[str]:
        """Return the country codes nearest to a value that is not one, best first.

        Examples
        --------
        >>> row = {"country": "NER", "valid_from": "1960-08-03", "name": "Niger"}
        >>> Gazetteer.from_rows([row]).near("NGER")
        ['NER']
        """
        return unknown_country.nearest(value, self.records)

    def exists(self, country: str, on: str | dt.date) -> bool:
        """Return whether a country exists on that day; False for an unknown code."""
        return country in self.records and self.record(country, on) is not None

    def ended(self, country: str) -> dt.date | None:
        """Return the first day on which a country no longer existed; None where it still exists."""
        return self._last(country).valid_to

    def record(self, country: str, on: str | dt.date) -> CountryRecord | None:
        """Return the record of a country that includes a day, or None."""
        day = dates.parse(on)
        return next((known for known in self._known(country) if known.covers(day)), None)

    def region(self, country: str) -> str | None:
        """Return the World Bank region of a country, or None (organisations, Antarctica)."""
        return self._last(country).region

    def lookup(self, system: str) -> dict[str, list[tuple[dt.date, dt.date, str | int]]]:
        """Return every code of a system by country and period, for mapping whole columns.

        Parameters
        ----------
        system : {"name", "iso3", "iso_numeric", "cow", "cow_abbr", "gw"}
            The system.

        Returns
        -------
        dict of str to list of (datetime.date, datetime.date, str or int)
            The country code to its periods in order: first day, first day after, value. A
            period that lasts ends on 9999-12-31. Adjacent periods with one value are joined;
            periods without a value are left out.

        Examples
        --------
        >>> row = {"country": "NER", "valid_from": "1960-08-03", "name": "Niger", "cow": 436}
        >>> Gazetteer.from_rows([row]).lookup("cow")["NER"]
        [(datetime.date(1960, 8, 3), datetime.date(9999, 12, 31), 436)]
        """
        if system not in SYSTEMS:
            raise unknown_system(system)
        return {code: spans(known, system) for code, known in self.records.items()}

    def carrying(self, system: str, key: str) -> tuple[CountryRecord, ...]:
        """Return the records, of any time, that carry a name or a code."""
        return tuple(self._index[system].get(key, ()))

    def _known(self, country: str) -> tuple[CountryRecord, ...]:
        if country not in self.records:
            near = unknown_country.nearest_codes(country, self.records)
            raise UnknownCountry(country, near)
        return self.records[country]

    def _last(self, country: str) -> CountryRecord:
        return self._known(country)[-1]

    def _own(self, key: str, day: dt.date | None) -> str | None:
        """Return the country with this code, which takes precedence over any name."""
        known = self.records.get(key.upper(), ())
        holds = known if day is None else [record for record in known if record.covers(day)]
        return holds[0].country if holds else None

    def _only(
        self, value: object, found: tuple[CountryRecord, ...], day: dt.date | None
    ) -> str | None:
        """Return the one country that has it, or None."""
        if day is not None:
            matching = {record.country for record in found if record.covers(day)}
        else:
            current = {record.country for record in found if record.valid_to is None}
            matching = current or {record.country for record in found}
        if len(matching) > 1:
            raise AmbiguousCountry(value, sorted(matching), detail=f"on {day}" if day else "")
        return next(iter(matching), None)

    def _unknown(
        self, value: object, system: str, found: tuple[CountryRecord, ...], day: dt.date | None
    ) -> str:
        """Raise the error that says when the value was in use, or what is nearest."""
        if day is None or not found:
            raise unknown_country.unknown_country(value, system, day, self.records)
        hint = ""
        if system in CODES:
            hint = unknown_country.codes_in_use(
                {record.country: self.codes(record.country, system, day) for record in found}
            )
        raise unknown_country.not_on(value, day, found, system=system, hint=hint)

    def _within(self, region: str, on: str | dt.date | None) -> set[str]:
        day = None if on is None else dates.parse(on)
        return {
            country
            for country, known in self.records.items()
            for record in known
            if record.region == region and (day is None or record.covers(day))
        }


def _items(selection: object) -> Iterator[object]:
    if isinstance(selection, Iterable) and not isinstance(selection, (str, bytes)):
        yield from selection
    else:
        yield selection
