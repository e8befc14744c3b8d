"""What the codes of the vocabularies mean in numbers and columns, for code that computes with them.

The vocabularies say it in words only. Everything else about the schemas is read through
`troopdata.schemas.model`. `tests/schemas/test_codes.py` ties each constant to its vocabulary, so
that a new code cannot be forgotten here.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from troopdata.schemas import model

__all__ = [
    "CODE_SYSTEMS",
    "ENTRIES_OPEN",
    "ENTRIES_WITH_DAY",
    "FIGURES",
    "INTERVAL_DAYS",
    "OPEN_PRECISIONS",
    "PERIOD_MONTHS",
    "QUALIFIER_BOUNDS",
    "STATES_WITH_FIGURE",
    "UNDECIDED",
    "identity_columns",
    "numeric_systems",
    "presence_states",
    "tables_by_id",
]

# Days that a claim carries forward: the longest that its source's reporting interval can be.
INTERVAL_DAYS = {"month": 31, "quarter": 92, "half_year": 184, "year": 366, "irregular": 0}
# Months of the period that a date with this precision means. `day` is the date itself.
PERIOD_MONTHS = {"month": 1, "quarter": 3, "year": 12, "decade": 120}
# Precisions of a date that bounds the day on one side only.
OPEN_PRECISIONS = ("not_later_than", "not_earlier_than")

FIGURES = ("personnel", "personnel_low", "personnel_high")
# The columns that hold what the source says, by qualifier; the other qualifiers go with a figure.
QUALIFIER_BOUNDS = {
    "at_least": ("personnel_low",),
    "more_than": ("personnel_low",),
    "up_to": ("personnel_high",),
    "fewer_than": ("personnel_high",),
    "range": ("personnel_low", "personnel_high"),
}
# Value states with a figure or a bound; every other state has none.
STATES_WITH_FIGURE = ("reported", "estimated", "interpolated")

# Ways of entry into force that come with a day; one of the open ones may; the others have none.
ENTRIES_WITH_DAY = ("stated", "on_signature")
ENTRIES_OPEN = ("provisional",)

# The columns of table `countries` by which a country is found and given a code.
CODE_SYSTEMS = ("name", "iso3", "iso_numeric", "cow", "cow_abbr", "gw")

UNDECIDED = "unknown"


@cache
def presence_states() -> tuple[str, ...]:
    """Return the states of a best estimate, `unknown` first: arrays of states start as zeros.

    Examples
    --------
    >>> presence_states()[:2]
    ('unknown', 'observed')
    """
    known = model.vocabularies()["presence_state"].codes
    return (UNDECIDED, *(code for code in known if code != UNDECIDED))


@cache
def identity_columns() -> tuple[str, ...]:
    """Return the columns of which the id of a claim is the hash, in order.

    Examples
    --------
    >>> identity_columns()[:2]
    ('sender', 'host')
    """
    rules = model.table("deployments").rules
    (rule,) = (rule for rule in rules if rule.kind == "claim_id")
    return rule.columns[1:]


@cache
def numeric_systems() -> frozenset[str]:
    """Return the systems whose codes are numbers.

    Examples
    --------
    >>> sorted(numeric_systems())
    ['cow', 'gw']
    """
    table = model.table("countries")
    return frozenset(name for name in CODE_SYSTEMS if table[name].type == "integer")


@cache
def tables_by_id() -> Mapping[str, str]:
    """Return the table that each id column refers to, by the column's name.

    Examples
    --------
    >>> tables_by_id()["base_id"]
    'bases'
    """
    references = (one for name in model.tables() for one in model.table(name).references)
    return MappingProxyType({one.target: one.table for one in references})
