"""Check the tables of the next release against the previous release."""

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

__all__ = ["faults", "tables"]

Tables = Mapping[str, "pd.DataFrame"]


def tables(before: Release) -> dict[str, pd.DataFrame]:
    """Return the tables of the previous release that the next one is compared with."""
    names = [*diff.compared(), "presence"]
    return {name: arrow.frame(before.rows(name)) for name in names if before.has(name)}


def faults(content: Tables, before: Release, old: Tables, reasons: Reasons) -> Iterator[Failure]:
    """Yield what may not change from the previous release without a stated reason.

    Parameters
    ----------
    content : mapping of str to pandas.DataFrame
        The tables of the next release.
    before : Release
        The previous release.
    old : mapping of str to pandas.DataFrame
        Its tables, as `tables` returns them.
    reasons : Reasons
        The reasons that the curators stated.
    """
    yield from id_ledger.broken(content, before, reasons)
    yield from row_counts.emptied(old, content)
    yield from drift.broken(old, content, reasons)
