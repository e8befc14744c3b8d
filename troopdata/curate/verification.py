"""Draw fields to hold against their pages, and count what the checks found."""

from __future__ import annotations

import math
import random
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, NamedTuple

from troopdata.schemas import model
from troopdata.schemas.keys import keys

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["COLUMNS", "SHARES", "Drawn", "drawn", "rates"]

# The share of each table in a draw: where an audit found most faults, most is drawn.
SHARES = {
    "tenancies": 0.3,
    "agreement_parties": 0.25,
    "deployments": 0.15,
    "events": 0.1,
    "bases": 0.1,
    "agreements": 0.05,
    "operations": 0.05,
}
# Columns that no page states: ids, our own words, and how sharp a date is, which goes with it.
UNSTATED = (
    "claim_id", "source_id", "locator", "note", "status", "aliases", "title", "description",
    "location_precision", "coordinate_source", "geometry", "off_map", "value_state", "part_of",
)  # fmt: skip
SUFFIXES = ("_precision", "_id")
COLUMNS = ("table", "id", "field", "value", "pages")


class Drawn(NamedTuple):
    """A field to check, with the pages that its row cites, joined by spaces."""

    table: str
    id: str
    field: str
    value: str
    pages: str


def drawn(tables: Mapping[str, pd.DataFrame], number: int, seed: str) -> list[Drawn]:
    """Return a sample of fields that have a value, the same one for the same seed.

    Rows are drawn, and all fields of a row: its page, once opened, shows them all.

    Parameters
    ----------
    tables : mapping of str to pandas.DataFrame
        The tables of a release, `sources` among them.
    number : int
        How many fields, at least.
    seed : str
        What the sample follows from, such as ``2026.11.10-1``.
    """
    chance = random.Random(seed)  # noqa: S311 -- a sample to repeat, not a secret
    known = tables["sources"].dropna(subset=["url"])
    sources = dict(zip(known["source_id"], known["url"], strict=True))
    found: list[Drawn] = []
    for name, share in SHARES.items():
        table = model.table(name)
        rows = tables[name].assign(_key=keys(tables[name], table))
        rows = rows.sort_values("_key", ignore_index=True)
        places = list(range(len(rows)))
        chance.shuffle(places)
        some: list[Drawn] = []
        while places and len(some) < math.ceil(number * share):
            some += _fields(rows.iloc[places.pop()], table, sources)
        found += some
    return found


def _fields(row: pd.Series, table: model.Table, sources: Mapping[str, str]) -> list[Drawn]:
    """Return the fields of a row that a page can show."""
    import pandas as pd

    pages = [sources[one] for one in str(row["source_id"]).split(";") if one in sources]
    found = []
    for field in table.fields:
        value = row[field.name]
        own = field.name in (*UNSTATED, table.primary_key[0]) or field.name.endswith(SUFFIXES)
        if field.computed or own or pd.isna(value):
            continue
        text = str(value.date()) if isinstance(value, pd.Timestamp) else str(value)
        found.append(Drawn(table.name, row["_key"], field.name, text, " ".join(pages)))
    return found


def rates(ledger: pd.DataFrame) -> Iterator[tuple[str, str, int, int, int]]:
    """Yield draw, table, fields that a page decided, wrong ones, and those not found.

    Parameters
    ----------
    ledger : pandas.DataFrame
        Rows of `verifications`.
    """
    for (draw, table), rows in ledger.groupby(["draw", "table"], sort=True):
        verdicts = rows["verdict"].value_counts()
        wrong, lost = int(verdicts.get("wrong", 0)), int(verdicts.get("not_found", 0))
        yield str(draw), str(table), len(rows) - lost, wrong, lost
