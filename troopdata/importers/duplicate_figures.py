"""Find figures that were taken from one list more than once, and choose the best source of each.

The rule, for two figures of one sender:

1. They are *the same statement* if host, place and figure or bounds are equal
   and their days are at most 31 apart; a figure of a year repeats only one of that year. They must
   not name two operations, count two forces or services, or be a ceiling and a strength.
   One page was often read by several people: of one page only host, figure and date are compared,
   and two readers may date it up to a year apart. One reader's two dates are two statements.
2. What the latest release holds is kept; then the best source: a state's or organisation's own
   document, then a news agency, then a newspaper or reference work, then a repost. Of equal
   sources a ceiling is kept before a strength, a count of everyone before a part, a figure with an
   operation before one without, and then the sharper date.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from troopdata.errors import Failure
from troopdata.importers.published_csv import Row
from troopdata.schemas import dates

if TYPE_CHECKING:
    from troopdata.importers.published_figures import PublishedFigures

__all__ = ["Statement", "duplicates", "same", "source_rank", "statements", "undecided"]

AGENCIES = (
    "AFP",
    "AP",
    "APA",
    "Anadolu Agency",
    "Associated Press",
    "BNS",
    "CNA",
    "CTK",
    "Deutsche Presse-Agentur",
    "Hina",
    "Interfax",
    "PANA",
    "Press Association",
    "Prensa Latina",
    "Reuters",
    "TASR",
    "TASS",
    "UPI",
    "Xinhua",
    "Yonhap",
    "dpa",
)
OFFICIAL = frozenset({"official", "official_series", "treaty_text"})
APART = dt.timedelta(days=31)
READERS_APART = dt.timedelta(days=366)
LONG = frozenset({"year", "quarter", "decade"})
FIGURE = ("personnel", "personnel_low", "personnel_high")
ORDER = ("authorised_ceiling", "in_country_total", "period_average", "deployed_for_operation")


class Statement(NamedTuple):
    """A claim with its source, and where it is recorded.

    Attributes
    ----------
    claim : dict
        A row of `deployments`.
    source : dict
        Its row of `sources`.
    turn : int
        Number of the series; 0 is what the release holds already.
    key : tuple of str
        What decisions.csv of the series names the figure by.
    """

    claim: Row
    source: Row
    turn: int
    key: tuple[str, ...] = ()

    @property
    def days(self) -> tuple[dt.date, dt.date]:
        """The first and the last day that the date can mean."""
        day = dt.date.fromisoformat(self.claim["as_of"])
        return dates.bounds(day, self.claim["as_of_precision"])

    @property
    def figure(self) -> tuple[str, ...]:
        """The figure and its bounds; a lone bound counts as a figure."""
        cells = [self.claim[name] for name in FIGURE]
        lone = [cell for cell in cells if cell]
        return (lone[0],) if len(lone) == 1 else tuple(cells)


def source_rank(source: Row) -> int:
    """Return how good a source is: 0 the body that knows, 1 an agency, 2 others, 3 a repost.

    Examples
    --------
    >>> source_rank({"kind": "press", "publisher": "Associated Press", "transcribed_via": ""})
    1
    >>> source_rank({"kind": "press", "publisher": "Reuters", "transcribed_via": "a forum"})
    3
    """
    if source["kind"] in OFFICIAL:
        return 0
    if source["transcribed_via"]:
        return 3
    return 1 if source["publisher"].startswith(AGENCIES) else 2


def same(one: Statement, other: Statement) -> bool:
    """Return whether two figures are the same statement, by part 1 of the rule."""
    a, b = one.claim, other.claim
    if a["sender"] != b["sender"] or one.figure != other.figure or not any(one.figure):
        return False
    if a["source_id"] == b["source_id"]:
        limit = dt.timedelta(0) if one.turn == other.turn else READERS_APART
        return a["host"] == b["host"] and _days_apart(one, other) <= limit
    ceilings = {a["basis"], b["basis"]} & {"authorised_ceiling"}
    return (
        (a["host"], a["place"]) == (b["host"], b["place"])
        and a["force"] == b["force"]
        and a["service"] == b["service"]
        and (not ceilings or a["basis"] == b["basis"])
        and not (a["operation_id"] and b["operation_id"] and a["operation_id"] != b["operation_id"])
        and _near(one, other)
    )


def _near(one: Statement, other: Statement) -> bool:
    """Return whether two dates of different pages can be the date of one list."""
    precisions = {one.claim["as_of_precision"], other.claim["as_of_precision"]}
    if precisions & LONG:
        return one.days == other.days
    return _days_apart(one, other) <= APART


def _days_apart(one: Statement, other: Statement) -> dt.timedelta:
    """Return the days between two dates as sharp as they are; nothing where they overlap."""
    (first, last), (begins, ends) = one.days, other.days
    return max(begins - last, first - ends)


def duplicates(statements: Iterable[Statement]) -> Iterator[tuple[Statement, Statement]]:
    """Yield each figure that repeats another, with the one that is kept, by part 2 of the rule.

    A figure is compared with those that are kept, never with another duplicate, so that a row of
    equal figures of many months does not collapse into one.
    """
    kept: dict[tuple[object, ...], list[Statement]] = defaultdict(list)
    for one in sorted(statements, key=_preference):
        bucket = kept[one.claim["sender"], one.claim["host"], one.figure]
        originals = [other for other in bucket if same(one, other)]
        if originals:
            yield one, min(originals, key=lambda other: abs(_days_apart(one, other)))
        else:
            bucket.append(one)


def _preference(one: Statement) -> tuple[object, ...]:
    first, last = one.days
    basis = one.claim["basis"]
    turn = ORDER.index(basis) if basis in ORDER else len(ORDER)
    # What a release holds stays: its id is known to users.
    recorded = one.turn > 0
    named = not one.claim["operation_id"]
    return (recorded, source_rank(one.source), turn, named, last - first, one.turn, one.key)


def statements(families: Iterable[PublishedFigures]) -> list[Statement]:
    """Return the claims of families of figures, numbered from 1 in the order of the families."""
    found = []
    for turn, family in enumerate(families, 1):
        sources = family.keyed("sources.csv", "source_id")
        for key, made in family.keyed_claims():
            found.append(Statement(made, sources[made["source_id"]], turn, key))
    return found


def undecided(families: Sequence[PublishedFigures]) -> list[Failure]:
    """Return the figures that repeat another without a line in ``decisions.csv``.

    Parameters
    ----------
    families : sequence of PublishedFigures
        Families whose own `check` found nothing.
    """
    found = []
    for one, original in duplicates(statements(families)):
        family = families[one.turn - 1]
        if family.decisions().get(one.key, {}).get("decision") == "keep":
            continue
        message = f"repeats a figure of {original.claim['source_id']}"
        hint = "decide in decisions.csv: duplicate or keep"
        path = str(family.folder / family.files[0].name)
        key = "|".join(one.key)
        found.append(Failure(path, None, key, "", "duplicate-figure", key, message, hint))
    return found
