"""Resolve a name or a number over a span of time: to every country that bore it, and when."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping

from troopdata.errors import AmbiguousCountry
from troopdata.gazetteer.names import key_of, normalised, regions, system_of
from troopdata.gazetteer.resolver import Gazetteer

__all__ = ["areas_of", "bearers", "kind", "part_of"]

# First day, first day after.
Spell = tuple[dt.date, dt.date]


def bearers(
    countries: Gazetteer, selection: object, first: dt.date, last: dt.date
) -> dict[str, tuple[Spell, ...] | None]:
    """Return the codes that a filter means over a span, and the spells in which each is meant.

    Parameters
    ----------
    countries : Gazetteer
        The countries.
    selection : str, int, or iterable of them
        Codes, names, Correlates of War numbers, or World Bank regions.
    first, last : datetime.date
        The span.

    Returns
    -------
    dict of str to tuple of (datetime.date, datetime.date), or None
        None for a country that is meant at any time: one given by its own code, or in a region.

    Raises
    ------
    UnknownCountry
        Nothing carries it.
    AmbiguousCountry
        Several countries carry it today, so that time cannot tell them apart.

    Examples
    --------
    >>> rows = [
    ...     {"country": "SUN", "valid_from": "1922-12-30", "valid_to": "1991-12-26",
    ...      "name": "Soviet Union", "cow": 365},
    ...     {"country": "RUS", "valid_from": "1991-12-26", "name": "Russia", "cow": 365},
    ... ]
    >>> found = bearers(Gazetteer.from_rows(rows), 365, dt.date(1985, 1, 1), dt.date(1995, 1, 1))
    >>> sorted(found), found["SUN"][0][1].isoformat()
    (['RUS', 'SUN'], '1991-12-26')
    """
    found: dict[str, tuple[Spell, ...] | None] = {}
    for item in _items(selection):
        for code, spells in _of_item(countries, item, first, last).items():
            before = found.get(code, ())
            found[code] = None if spells is None or before is None else (*before, *spells)
    return found


def _of_item(
    countries: Gazetteer, item: object, first: dt.date, last: dt.date
) -> Mapping[str, tuple[Spell, ...] | None]:
    region = regions().get(normalised(item)) if isinstance(item, str) else None
    if region is not None:
        return dict.fromkeys(countries.select(item))
    system = system_of(item, None)
    key = key_of(item, system)
    if system == "any" and key.upper() in countries:
        return {key.upper(): None}
    records = countries.carrying(system, key)
    there = [one for one in records if one.valid_from <= last
             and (one.valid_to is None or one.valid_to > first)]  # fmt: skip
    if not there:
        return {countries.resolve(item): None}
    current = {one.country for one in there if one.valid_to is None}
    if len(current) > 1:
        raise AmbiguousCountry(item, sorted(current))
    spells: dict[str, tuple[Spell, ...]] = {}
    for one in there:
        spell = (one.valid_from, one.valid_to or dt.date.max)
        spells[one.country] = (*spells.get(one.country, ()), spell)
    # The only one that ever carried it is meant at any time, before it was a state too.
    return dict.fromkeys(spells) if len({one.country for one in records}) == 1 else spells


def _items(selection: object) -> Iterable[object]:
    if isinstance(selection, Iterable) and not isinstance(selection, (str, bytes)):
        return selection
    return (selection,)


def kind(countries: Gazetteer, country: str) -> str:
    """Return what a country was last: state, territory, disputed, mission_area and so on."""
    return countries.records[country][-1].kind if country in countries else ""


def part_of(countries: Gazetteer, country: str) -> frozenset[str]:
    """Return the states that a territory belongs to, or within which an area lies.

    Examples
    --------
    >>> rows = [
    ...     {"country": "XAD", "valid_from": "1960-08-16", "name": "Akrotiri and Dhekelia",
    ...      "kind": "territory", "sovereign": "GBR", "within": "CYP"},
    ... ]
    >>> sorted(part_of(Gazetteer.from_rows(rows), "XAD"))
    ['CYP', 'GBR']
    """
    if country not in countries:
        return frozenset()
    last = countries.records[country][-1]
    if last.valid_to is not None:
        return frozenset()
    return frozenset(code for code in (last.sovereign, last.within) if code)


def areas_of(countries: Gazetteer, state: str, on: dt.date) -> tuple[str, ...]:
    """Return the areas that a state claims or shares on a day, and that are counted apart from it.

    Examples
    --------
    >>> rows = [
    ...     {"country": "XGO", "valid_from": "1967-07-01", "name": "Golan Heights",
    ...      "kind": "disputed", "states": "ISR;SYR"},
    ... ]
    >>> areas_of(Gazetteer.from_rows(rows), "SYR", dt.date(2024, 1, 1))
    ('XGO',)
    """
    return tuple(
        code
        for code, records in countries.records.items()
        for record in records
        if state in record.states and record.covers(on)
    )
