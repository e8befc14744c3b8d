"""Names and codes as they are compared, and under which of them each country is found."""

from __future__ import annotations

import datetime as dt
import difflib
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from numbers import Integral

from troopdata.errors import UnknownCode, UsageError, shown
from troopdata.gazetteer.records import Stretch
from troopdata.schemas import model

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

SYSTEMS = ("name", "iso3", "iso_numeric", "cow", "cow_abbr", "gw")
CODES = SYSTEMS[1:]
# Marks that join what they part: Cote d'Ivoire, U.S. Every other mark parts what it joins.
JOINING = "'.`\u2018\u2019\u02bb\u02bc"
PARTING = "".join(chr(c) for c in range(128) if not chr(c).isalnum() and chr(c) not in "&'.`")
SPELLING = str.maketrans({"&": " and ", **dict.fromkeys(JOINING), **dict.fromkeys(PARTING, " ")})
ARTICLE = "the"


def normalised(text: str) -> str:
    """Return a name as it is compared: no case, accents, punctuation or article; ``&`` is *and*.

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
    stretches: Mapping[str, Iterable[Stretch]],
) -> Mapping[str, Mapping[str, tuple[Stretch, ...]]]:
    """Return system to key to stretches; "any" is what text may be when no system is given."""
    index: dict[str, dict[str, list[Stretch]]] = {system: {} for system in ("any", *SYSTEMS)}
    for known in stretches.values():
        seen: dict[str, str] = {}
        for stretch in known:
            for system, key in _keys(stretch, seen):
                index[system].setdefault(key, []).append(stretch)
    return {
        system: {key: tuple(found) for key, found in keys.items()} for system, keys in index.items()
    }


def _keys(stretch: Stretch, seen: dict[str, str]) -> Iterator[tuple[str, str]]:
    """Yield under what a stretch is found; `seen` spares normalising a country's names twice."""
    names = {seen.get(name) or seen.setdefault(name, normalised(name)) for name in stretch.names}
    # A country's own ISO code is good at every date, although ISO had another one then (SRB was
    # YUG): most data code the past by today's list.
    own = stretch.country.casefold()
    iso3 = {own, stretch.iso3.casefold()} if stretch.iso3 else {own}
    for key in names:
        yield "name", key
    for key in iso3:
        yield "iso3", key
    for key in names | iso3:
        yield "any", key
    for system in ("iso_numeric", "cow", "cow_abbr", "gw"):
        code = stretch.value(system)
        if code is not None:
            yield system, str(code).casefold()


def spellings(
    stretches: Mapping[str, Iterable[Stretch]], day: dt.date | None
) -> dict[str, tuple[str, str]]:
    """Return every normalised name with its spelling and country; computed for errors only."""
    found: dict[str, tuple[str, str]] = {}
    for country, known in stretches.items():
        for stretch in known:
            if day is None or stretch.covers(day):
                for name in stretch.names:
                    found.setdefault(normalised(name), (name, country))
    return found


def system_of(value: object, system: str | None) -> str:
    """Return the system that a value is looked up in; "any" is our code, an ISO code or a name."""
    if system is not None and system not in SYSTEMS:
        raise unknown_system(system)
    if system is not None:
        return system
    return "any" if isinstance(value, str) else "cow"


def unknown_system(system: object) -> UnknownCode:
    """Return the error for a system that there is not, with the nearest names."""
    near = difflib.get_close_matches(str(system), SYSTEMS)
    return UnknownCode(system, near, detail="of a country", hint=f"one of {', '.join(SYSTEMS)}")


def key_of(value: object, system: str) -> str:
    """Return the key under which the index of `system` holds `value`."""
    if isinstance(value, str):
        key = normalised(value) if system in ("any", "name") else value.strip().casefold()
    elif isinstance(value, Integral) and not isinstance(value, bool):
        key = str(int(value))
    else:
        hint = "give a name, a code or a whole number"
        raise UsageError(f"{shown(value)} is not a country", hint=hint, value=value)
    if not key:
        raise UsageError(f"{shown(value)} names no country", hint="give a name or a code")
    if system == "iso_numeric":
        return key.zfill(3)
    return key.lstrip("0") if system in ("cow", "gw") else key


def regions() -> dict[str, str]:
    """Return region codes by their normalised codes and labels."""
    labels = model.vocabularies()["region"].labels
    return {normalised(word): code for code in labels for word in (code, labels[code])}
