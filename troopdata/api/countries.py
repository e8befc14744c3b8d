"""Resolve the name or code of a country."""

from __future__ import annotations

from troopdata.api import country_index
from troopdata.api.filters import Day

__all__ = ["country"]


def country(
    value: str | int, *, system: str | None = None, on: Day = None, version: str | None = None
) -> str:
    """Return the code of a country.

    Parameters
    ----------
    value : str or int
        A name, an alias or a code; an integer is a COW code unless `system` says otherwise.
    system : {"name", "iso3", "iso_numeric", "cow", "cow_abbr", "gw"}, optional
        The system of `value`.
    on : str or datetime.date, optional
        The day on which the name or code was in use; by default any day, with present-day
        countries first.

    Raises
    ------
    UnknownCountry
        With the nearest names; names never match partially.
    AmbiguousCountry
        If several countries have the name.

    Examples
    --------
    >>> country("Ivory Coast"), country("Niger"), country(255, system="cow", on="1995-01-01")
    ('CIV', 'NER', 'DEU')
    """
    return country_index.gazetteer(version).resolve(value, system=system, on=on)
