"""Text that figures share: names, dates, numbers and the line of sources."""

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
    "day_of", "day_text", "filter_name", "grade_counts", "grade_key", "label", "name", "name_list",
    "name_with_article", "number_text", "one_country", "source_line", "year_range",
]  # fmt: skip

# Publishers that are better known by a shorter name.
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
# The most names in a list.
MOST = 4
# Publishers longer than this lose what is in parentheses.
LONGEST = 30
# Beginnings and endings of country names that take an article.
WITH_ARTICLE = (
    ("United ", "Soviet ", "Central African", "Democratic ", "Dominican ", "British "),
    ("Islands", "Republic", "Territory", "Netherlands", "Philippines", "Bahamas", "Gambia",
     "Comoros", "Maldives", "Seychelles"),
)  # fmt: skip


def day_of(on: Day, version: str | None) -> dt.date:
    """Return the given day; without one, the last 31 December that the release covers.

    Sources report on a year in the following one, so that on the day of the release most figures
    for the current year are missing.
    """
    if on is not None:
        return dates.parse(on)
    cutoff = dates.parse(loader.opened(version).manifest["knowledge_cutoff"])
    return dt.date(cutoff.year - 1, 12, 31)


def day_text(day: dt.date) -> str:
    """Return a day as text, such as "16 Mar 2024"."""
    return dates.spelled(day, "day")


def one_country(value: Place, what: str, *, on: Day = None, version: str | None = None) -> str:
    """Return the code of the single country that a figure is about.

    Raises
    ------
    UnknownCountry, AmbiguousCountry
        If the country does not exist.
    UsageError
        If the value is not exactly one country.
    """
    codes = sorted(places(country=value, on=on, version=version).get("country", ()))
    if len(codes) != 1:
        found = f"{len(codes)} were given" if codes else "none was given"
        raise UsageError(f"the figure shows one {what}, but {found}", hint=f'{what}="Niger"')
    return codes[0]


def name(code: str, version: str | None, on: dt.date | None = None) -> str:
    """Return the name of a country: on a day if it existed then, otherwise its latest."""
    countries = country_index.gazetteer(version)
    if on is not None and countries.exists(code, on):
        return countries.name(code, on)
    return countries.name(code) if code in countries else code


def filter_name(place: Place, version: str | None, *, on: Day = None, article: bool = False) -> str:
    """Return the name of a filter: a region as given, countries by name, empty without a filter."""
    if place is None:
        return ""
    codes = sorted(places(country=place, on=on, version=version)["country"])
    if isinstance(place, str) and len(codes) > 1:
        return place
    return name_list(codes, version, article=article)


def name_with_article(code: str, version: str | None) -> str:
    """Return the name of a country as used within a sentence.

    Examples
    --------
    >>> name_with_article("PHL", None), name_with_article("NER", None)
    ('the Philippines', 'Niger')
    """
    return _with_article(name(code, version))


def _with_article(name: str) -> str:
    article = name.startswith(WITH_ARTICLE[0]) or name.endswith(WITH_ARTICLE[1])
    return f"the {name}" if article else name


def name_list(
    codes: Iterable[str], version: str | None, *, most: int = MOST, article: bool = False
) -> str:
    """Return names as a list in a sentence; those beyond `most` are counted.

    Examples
    --------
    >>> name_list(["NER", "TCD"], None)
    'Niger and Chad'
    """
    names = [name_with_article(code, version) if article else name(code, version) for code in codes]
    if len(names) > most:
        names = [*names[: most - 1], f"{len(names) - most + 1} others"]
    return " and ".join(part for part in (", ".join(names[:-1]), names[-1]) if part)


def label(vocabulary: str, code: object) -> str:
    """Return the label of a code in a vocabulary."""
    return str(model.vocabularies()[vocabulary].labels.get(str(code), code))


def number_text(number: float) -> str:
    """Return a number as text, without decimals and with commas."""
    return f"{number:,.0f}"


def grade_counts(rows: pd.DataFrame) -> str:
    """Return how many hosts have each grade, as a sentence; empty without any."""
    graded = rows.loc[rows["answer"] != "unknown", "grade"].value_counts().sort_index()
    counts = ", ".join(f"{grade} {number:,}" for grade, number in graded.items())
    return f"Hosts by grade: {counts}." if counts else ""


def grade_key(rows: pd.DataFrame) -> str:
    """Return the meaning of the grades that occur, as a sentence; empty without any.

    Examples
    --------
    >>> import troopdata as td
    >>> grade_key(td.presence(sender="USA", host="NER", years=2023))
    'Grade A: counted by the state or body that knows.'
    """
    known = model.vocabularies()["grade"].definitions
    letters = sorted(rows["grade"].dropna().unique())
    texts = [f"{letter}: {_lower(known[letter].rstrip('.'))}" for letter in letters]
    return f"Grade {'; '.join(texts)}." if texts else ""


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]


def year_range(first: int, last: int) -> str:
    """Return a range of years as text, a single year once."""
    return str(first) if first == last else f"{first} to {last}"


def source_line(*frames: pd.DataFrame, version: str | None, others: Iterable[str] = ()) -> str:
    """Return the release and the publishers of a figure's rows, those with most rows first.

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
