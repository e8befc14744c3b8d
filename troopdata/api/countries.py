"""Resolve the name or code of a country."""

from __future__ import annotations

from typing import TYPE_CHECKING

from troopdata.api import country_index
from troopdata.api.filters import Day

if TYPE_CHECKING:
    pass

__all__ = ["country"]


def country(
    value: str | int, *, system: str | None = None, on: Day = None, version: str | None = None
) -> str:
    """Return the code of a country.

    Parameters
    ----------
    value : str or int
        A name, an alias or a code; a whole number is a COW code unless `system` says otherwise.
    system : {"name", "iso3", "iso_numeric", "cow", "cow_abbr", "gw"}, optional
        What `value` is.
    on : str or datetime.date, optional
        The day on which it was so; by default any day, present ones first.

    Raises
    ------
    UnknownCountry
        With the nearest names. Nothing is ever matched in part.
    AmbiguousCountry
        If several countries carry it.

    Examples
    --------
    >>> country("Ivory Coast"), country("Niger"), country(255, system="cow", on="1995-01-01")
    ('CIV', 'NER', 'DEU')
    """
    return country_index.gazetteer(version).resolve(value, system=system, on=on)
