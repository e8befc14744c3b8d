"""Rows of a table as the filters of a command ask for them."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from troopdata.errors import UsageError, shown

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["selected", "span"]

FILTERS = ("host", "sender", "on", "years", "basis", "force", "service", "kind", "party")


def selected(table: str, asked: Mapping[str, Any], version: str | None) -> pd.DataFrame:
    """Return rows of a table, filtered.

    Parameters
    ----------
    table : str
        Name of the table.
    asked : mapping of str to Any
        Filters by name; empty ones are not asked for.
    version : str or None
        Release of the data.

    Raises
    ------
    UsageError
        If the table has no such filter.
    """
    import troopdata as td
    from troopdata.schemas import model

    filters = {name: value for name, value in asked.items() if value}
    model.table(table)
    function = getattr(td, table, None) or (lambda **k: td.load(table, **k))
    known = inspect.signature(function).parameters
    unfit = [name for name in filters if name not in known]
    if unfit:
        fit = [f"--{name}" for name in known if name in FILTERS]
        hint = f"it has {', '.join(fit)}" if fit else "it has no filters"
        raise UsageError(f"{table} has no filter --{unfit[0]}", hint=hint)
    frame: pd.DataFrame = function(**filters, version=version)
    return frame


def span(text: str | None) -> tuple[int, int] | None:
    """Return the first and the last year that an option names.

    Raises
    ------
    UsageError
        If it is neither a year nor a span of years.

    Examples
    --------
    >>> span("2013-2025"), span("2023"), span(None)
    ((2013, 2025), (2023, 2023), None)
    """
    if text is None:
        return None
    first, _, last = text.partition("-")
    if not (first.isdigit() and (last or first).isdigit()):
        raise UsageError(f"{shown(text)} is no span of years", hint="write it as 2013-2025")
    return int(first), int(last or first)
