"""The message for a country that is not known: when it was one, or what is spelled like it."""

from __future__ import annotations

import datetime as dt
import difflib
from collections.abc import Iterable, Mapping

from troopdata.errors import UnknownCountry
from troopdata.gazetteer.names import CODES, normalised, spellings
from troopdata.gazetteer.records import CountryRecord, described
from troopdata.schemas import model

__all__ = ["NEAREST", "codes_in_use", "nearest", "nearest_codes", "not_on", "unknown_country"]

# So many suggestions at most.
NEAREST = 3
# Words of continents and parts of them, which only a region can mean.
CONTINENTS = frozenset(
    [
        "africa",
        "america",
        "americas",
        "asia",
        "caribbean",
        "europe",
        "mideast",
        "oceania",
        "pacific",
    ]
)

Records = Mapping[str, tuple[CountryRecord, ...]]


def unknown_country(
    value: object, system: str, day: dt.date | None, records: Records
) -> UnknownCountry:
    """Return the error for a value that no country of any time bears.

    Parameters
    ----------
    value : object
        The name or code.
    system : str
        The system that it was looked up in.
    day : datetime.date or None
        The day that was asked for; suggestions existed on it.
    records : mapping of str to tuple of CountryRecord
        Every country.
    """
    detail = f"{labelled(system)}on {day}" if day else labelled(system).strip()
    region = of_a_region(value)
    near = nearest_names(value, records, day) if isinstance(value, str) and not region else []
    return UnknownCountry(value, near, hint=region or _hint(value), detail=detail)


def not_on(
    value: object, day: dt.date, found: Iterable[CountryRecord], *, system: str = "", hint: str = ""
) -> UnknownCountry:
    """Return the error for a value that countries bore on other days only.

    Parameters
    ----------
    value : object
        The name or code.
    day : datetime.date
        The day that was asked for.
    found : iterable of CountryRecord
        Who bore it, and when.
    system : str, optional
        The system that it was looked up in.
    hint : str, optional
        What to type next.
    """
    detail = f"{labelled(system)}on {day}: it was {described(found)}"
    return UnknownCountry(value, hint=hint, detail=detail)


def codes_in_use(codes: Mapping[str, object]) -> str:
    """Return which code each country has instead, in words.

    Examples
    --------
    >>> codes_in_use({"DEU": 255, "DDR": None})
    'DEU has 255 on that day'
    """
    words = [f"{country} has {code}" for country, code in codes.items() if code is not None]
    return f"{' and '.join(words)} on that day" if words else ""


def labelled(system: str) -> str:
    """Return the words that name a system of codes; nothing for names."""
    return f"({system}) " if system in CODES else ""


def nearest(value: str, records: Records) -> list[str]:
    """Return the country codes nearest to a value that is not one, best first."""
    codes = nearest_codes(value.upper(), records)
    spelled = spellings(records, None)
    names = difflib.get_close_matches(normalised(value), spelled, n=NEAREST)
    return list(dict.fromkeys(codes + [spelled[key][1] for key in names]))[:NEAREST]


def nearest_names(value: str, records: Records, day: dt.date | None) -> list[str]:
    """Return the nearest spellings, one per country, best first."""
    spelled = spellings(records, day)
    best: dict[str, str] = {}
    for key in difflib.get_close_matches(normalised(value), spelled, n=4 * NEAREST):
        name, country = spelled[key]
        best.setdefault(country, name)
    return list(best.values())[:NEAREST]


def nearest_codes(value: str, codes: Iterable[str]) -> list[str]:
    """Return the nearest codes; of equally near ones first those with more letters in place.

    Examples
    --------
    >>> nearest_codes("NGR", ["PNG", "NER", "NGA"])
    ['NGA', 'NER', 'PNG']
    """
    near = difflib.get_close_matches(value, codes, n=4 * NEAREST)
    return sorted(near, key=lambda code: _likeness(value, code), reverse=True)[:NEAREST]


def _likeness(value: str, code: str) -> tuple[float, int]:
    ratio = difflib.SequenceMatcher(None, code, value).ratio()
    return ratio, sum(one == other for one, other in zip(code, value, strict=False))


def _hint(value: object) -> str:
    if isinstance(value, str) and value.strip().isdigit():
        return 'a number as text needs its system: "iso_numeric", "cow" or "gw"'
    return ""


def of_a_region(value: object) -> str:
    """Return the regions there are, in words, if a value names a continent; otherwise nothing.

    Examples
    --------
    >>> of_a_region("Europe")[:58]
    "regions are those of the World Bank: 'Europe and Central A"
    >>> of_a_region("Nigerr")
    ''
    """
    given = set(normalised(value).split()) if isinstance(value, str) else set()
    if not (given & CONTINENTS or given >= {"middle", "east"}):
        return ""
    labels = model.vocabularies()["region"].labels.values()
    # Those that share the most words with it come first.
    shared = sorted(labels, key=lambda label: -len(given & set(normalised(label).split())))
    return f"regions are those of the World Bank: {', '.join(map(repr, shared))}"
