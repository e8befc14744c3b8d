"""Normalise names and codes of countries, and index country records by them."""

from __future__ import annotations

import datetime as dt
import difflib
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from numbers import Integral

from troopdata.errors import UnknownCode, UsageError, shown
from troopdata.gazetteer.records import CountryRecord
from troopdata.schemas import model
from troopdata.schemas.codes import CODE_SYSTEMS, numeric_systems

__all__ = [
    "CODES",
    "SYSTEMS",
    "indexed",
    "key_of",
    "normalised",
    "regions",
    "spellings",
    "system_of",
    "unknown_system",
]

SYSTEMS = CODE_SYSTEMS
CODES = tuple(system for system in SYSTEMS if system != "name")
# These marks are dropped (Cote d'Ivoire, U.S.); every other one becomes a space.
JOINING = "'.`\u2018\u2019\u02bb\u02bc"
PARTING = "".join(chr(c) for c in range(128) if not chr(c).isalnum() and chr(c) not in "&'.`")
SPELLING = str.maketrans({"&": " and ", **dict.fromkeys(JOINING), **dict.fromkeys(PARTING, " ")})
ARTICLE = "the"


def normalised(text: str) -> str:
    """Return a name for comparison: no case, accents, punctuation or article; ``&`` is *and*.

    Parameters
    ----------
    text : str
        A name or a code.

    Examples
    --------
    >>> normalised("Bahamas, The"), normalised("Côte d'Ivoire"), normalised("Trinidad & Tobago")
    ('bahamas', 'cote divoire', 'trinidad and tobago')
    """
    if not text.isascii():
        text = _ascii(text)
    words = text.casefold().translate(SPELLING).split()
    if ARTICLE in words:
        words = [word for word in words if word != ARTICLE] or words
    return " ".join(words)


def _ascii(text: str) -> str:
    """Strip accents, and turn dashes and odd spaces into a space."""
    kept = (c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return "".join(c if c.isalnum() or c in JOINING or c.isascii() else " " for c in kept)


def indexed(
    records: Mapping[str, Iterable[CountryRecord]],
) -> Mapping[str, Mapping[str, tuple[CountryRecord, ...]]]:
    """Return the records by system and key; "any" serves text that comes without a system."""
    index: dict[str, dict[str, list[CountryRecord]]] = {system: {} for system in ("any", *SYSTEMS)}
    for known in records.values():
        seen: dict[str, str] = {}
        for record in known:
            for system, key in _keys(record, seen):
                index[system].setdefault(key, []).append(record)
    return {
        system: {key: tuple(found) for key, found in keys.items()} for system, keys in index.items()
    }


def _keys(record: CountryRecord, seen: dict[str, str]) -> Iterator[tuple[str, str]]:
    """Yield the systems and keys of a record; `seen` caches the country's normalised names."""
    names = {seen.get(name) or seen.setdefault(name, normalised(name)) for name in record.names}
    # A country's own code is valid on every date, although ISO had another one then (SRB was YUG):
    # most data sets code the past by today's list.
    own = record.country.casefold()
    iso3 = {own, record.iso3.casefold()} if record.iso3 else {own}
    for key in names:
        yield "name", key
    for key in iso3:
        yield "iso3", key
    for key in names | iso3:
        yield "any", key
    for system in CODES:
        if system == "iso3":
            continue
        code = record.value(system)
        if code is not None:
            yield system, str(code).casefold()


def spellings(
    records: Mapping[str, Iterable[CountryRecord]], day: dt.date | None
) -> dict[str, tuple[str, str]]:
    """Return every normalised name with its spelling and country; only errors need it."""
    found: dict[str, tuple[str, str]] = {}
    for country, known in records.items():
        for record in known:
            if day is None or record.covers(day):
                for name in record.names:
                    found.setdefault(normalised(name), (name, country))
    return found


def system_of(value: object, system: str | None) -> str:
    """Return the system to look a value up in; "any" is our code, an ISO code or a name."""
    if system is not None and system not in SYSTEMS:
        raise unknown_system(system)
    if system is not None:
        return system
    return "any" if isinstance(value, str) else "cow"


def unknown_system(system: object) -> UnknownCode:
    """Return the error for an unknown system, with the nearest names."""
    near = difflib.get_close_matches(str(system), SYSTEMS)
    return UnknownCode(system, near, detail="of a country", hint=f"one of {', '.join(SYSTEMS)}")


def key_of(value: object, system: str) -> str:
    """Return the key of `value` in the index of `system`."""
    if isinstance(value, str):
        key = normalised(value) if system in ("any", "name") else value.strip().casefold()
    elif isinstance(value, Integral) and not isinstance(value, bool):
        key = str(int(value))
    else:
        hint = "give a name, a code or a whole number"
        raise UsageError(f"{shown(value)} is not a country", hint=hint, value=value)
    if not key:
        raise UsageError(f"{shown(value)} does not name a country", hint="give a name or a code")
    if system == "iso_numeric":
        return key.zfill(3)
    return key.lstrip("0") if system in numeric_systems() else key


def regions() -> dict[str, str]:
    """Return region codes by their normalised codes and labels."""
    labels = model.vocabularies()["region"].labels
    return {normalised(word): code for code in labels for word in (code, labels[code])}
