"""One release beside the one before it: what may not follow from it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from troopdata.curate.checks import drift, id_ledger, row_counts
from troopdata.curate.checks.change_reasons import Reasons
from troopdata.errors import Failure
from troopdata.provenance import diff
from troopdata.schemas import arrow

if TYPE_CHECKING:
    import pandas as pd

    from troopdata.release.loader import Release

__all__ = ["faults", "held"]

Tables = Mapping[str, "pd.DataFrame"]


def held(before: Release) -> dict[str, pd.DataFrame]:
    """Return the tables of the release before that the next one is held against."""
    names = [*diff.compared(), "presence"]
    return {name: arrow.frame(before.rows(name)) for name in names if before.has(name)}


def faults(content: Tables, before: Release, old: Tables, reasons: Reasons) -> Iterator[Failure]:
    """Yield what may not follow from the release before, but for what has a reason.

    Parameters
    ----------
    content : mapping of str to pandas.DataFrame
        The tables at hand.
    before : Release
        The release before.
    old : mapping of str to pandas.DataFrame
        Its tables, as `held` returns them.
    reasons : Reasons
        What the curators have stated.
    """
    yield from id_ledger.broken(content, before, reasons)
    yield from row_counts.emptied(old, content)
    yield from drift.broken(old, content, reasons)
