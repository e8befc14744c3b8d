"""Words that figures share: who says so, when, and how much."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

from troopdata.api import country_index
from troopdata.api.filters import Day, Place, places
from troopdata.errors import UsageError
from troopdata.provenance.citation import sources_of
from troopdata.release import loader
from troopdata.schemas import dates, model

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "asked",
    "counted",
    "day_of",
    "label",
    "listing",
    "name",
    "one",
    "source_line",
    "span",
    "told",
]

# Publishers that a reader knows better by a shorter name.
SHORT = {
    "US Defense Manpower Data Center": "US DMDC",
    "US Department of Defense": "US DoD",
    "US Department of State": "US State Department",
    "US Central Intelligence Agency": "CIA World Factbook",
    "US Africa Command": "AFRICOM",
    "The White House": "White House",
    "David Vine, American University": "Vine (American University)",
    "Kingdom of the Netherlands, wetten.overheid.nl": "Kingdom of the Netherlands",
    "Congressional Research Service": "CRS",
}
MOST = 4
# From here on what stands in brackets is left out.
LONGEST = 30
# How names that take an article begin, and end.
WITH_ARTICLE = (
    ("United ", "Soviet ", "Central African", "Democratic ", "Dominican ", "British "),
    ("Islands", "Republic", "Territory", "Netherlands", "Philippines", "Bahamas", "Gambia",
     "Comoros", "Maldives", "Seychelles"),
)  # fmt: skip


def day_of(on: Day, version: str | None) -> dt.date:
    """Return the day asked for; without one, the last 31 December that the release covers.

    Reports of a year come out in the next, so on the very day of the release most are missing.
    """
    if on is not None:
        return dates.parse(on)
    cutoff = dates.parse(loader.opened(version).manifest["knowledge_cutoff"])
    return dt.date(cutoff.year - 1, 12, 31)


def told(day: dt.date) -> str:
    return dates.spelled(day, "day")


def one(value: Place, what: str, *, on: Day = None, version: str | None = None) -> str:
    """Return the code of the one country that a figure is about.

    Raises
    ------
    UnknownCountry, AmbiguousCountry
        If there is no such country.
    UsageError
        If it is not one.
    """
    codes = sorted(places(country=value, on=on, version=version).get("country", ()))
    if len(codes) != 1:
        found = f"{len(codes)} are asked for" if codes else "none is given"
        raise UsageError(f"the figure shows one {what}, and {found}", hint=f'{what}="Niger"')
    return codes[0]


def name(code: str, version: str | None, on: dt.date | None = None) -> str:
    """Return the name of a country (on a day, if it existed then)."""
    countries = country_index.gazetteer(version)
    if on is not None and countries.exists(code, on):
        return countries.name(code, on)
    return countries.name(code) if code in countries else code


def asked(place: Place, version: str | None, *, on: Day = None, inside: bool = False) -> str:
    """Return how a filter is called: a region by its name, countries by theirs, nothing if none."""
    if place is None:
        return ""
    codes = sorted(places(country=place, on=on, version=version)["country"])
    if isinstance(place, str) and len(codes) > 1:
        return place
    return listing(codes, version, inside=inside)


def inside(code: str, version: str | None) -> str:
    """Return the name of a country as it stands after "in".

    Examples
    --------
    >>> inside("PHL", None), inside("NER", None)
    ('the Philippines', 'Niger')
    """
    return _inside(name(code, version))


def _inside(name: str) -> str:
    article = name.startswith(WITH_ARTICLE[0]) or name.endswith(WITH_ARTICLE[1])
    return f"the {name}" if article else name


def listing(
    codes: Iterable[str], version: str | None, *, most: int = MOST, inside: bool = False
) -> str:
    """Return names as a reader lists them.

    Examples
    --------
    >>> listing(["NER", "TCD"], None)
    'Niger and Chad'
    """
    names = [_inside(name(code, version)) if inside else name(code, version) for code in codes]
    if len(names) > most:
        names = [*names[: most - 1], f"{len(names) - most + 1} others"]
    return " and ".join(part for part in (", ".join(names[:-1]), names[-1]) if part)


def label(vocabulary: str, code: object) -> str:
    """Return what a code is called."""
    return str(model.vocabularies()[vocabulary].labels.get(str(code), code))


def counted(number: float) -> str:
    """Return a number as a reader writes it."""
    return f"{number:,.0f}"


def span(first: int, last: int) -> str:
    return str(first) if first == last else f"{first} to {last}"


def source_line(*frames: pd.DataFrame, version: str | None, others: Iterable[str] = ()) -> str:
    """Return the release and the publishers of the rows that a figure shows.

    Examples
    --------
    >>> import troopdata as td
    >>> line = source_line(td.presence(sender="USA", host="NER", years=2023), version=None)
    >>> line.split("; ")[1].split(", ")[0]
    'White House'
    """
    weight: dict[str, int] = {}
    for frame in frames:
        known = sources_of(frame, version=version) if len(frame) else None
        for publisher, rows in (
            () if known is None else zip(known["publisher"], known["rows"], strict=True)
        ):
            short = SHORT.get(publisher, publisher)
            if len(short) > LONGEST:
                short = re.sub(r" \(.*\)", "", short)
            weight[short] = weight.get(short, 0) + int(rows)
    ranked = sorted(weight, key=lambda publisher: (-weight[publisher], publisher))
    more = [f"{len(ranked) - MOST} others"] if len(ranked) > MOST + 1 else ranked[MOST:]
    listed = ", ".join([*ranked[:MOST], *more, *others])
    return f"troopdata {loader.data_version(version)}" + (f"; {listed}" if listed else "")
