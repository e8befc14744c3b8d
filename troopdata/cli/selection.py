"""Select the rows of a table that match a command's filters."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from troopdata.errors import UsageError, shown

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["parse_years", "select_rows"]

FILTERS = ("host", "sender", "on", "years", "basis", "force", "service", "kind", "party")


def select_rows(table: str, filters: Mapping[str, Any], version: str | None) -> pd.DataFrame:
    """Return the rows of a table that match.

    Parameters
    ----------
    table : str
        Name of the table.
    filters : mapping of str to Any
        Filters by name; empty ones are ignored.
    version : str or None
        Release of the data.

    Raises
    ------
    UsageError
        If the table does not have one of the filters.
    """
    import troopdata as td
    from troopdata.schemas import model

    given = {name: value for name, value in filters.items() if value}
    model.table(table)
    function = getattr(td, table, None) or (lambda **k: td.load(table, **k))
    known = inspect.signature(function).parameters
    unknown = [name for name in given if name not in known]
    if unknown:
        available = [f"--{name}" for name in known if name in FILTERS]
        hint = f"it has {', '.join(available)}" if available else "it has no filters"
        raise UsageError(f"{table} has no filter --{unknown[0]}", hint=hint)
    frame: pd.DataFrame = function(**given, version=version)
    return frame


def parse_years(text: str | None) -> tuple[int, int] | None:
    """Return the first and last year that an option names.

    Raises
    ------
    UsageError
        If the text is neither a year nor a range of years in order.

    Examples
    --------
    >>> parse_years("2013-2025"), parse_years("2023"), parse_years(None)
    ((2013, 2025), (2023, 2023), None)
    """
    if text is None:
        return None
    first, _, last = text.partition("-")
    if not (first.isdigit() and (last or first).isdigit()):
        raise UsageError(
            f"{shown(text)} is not a year or a range of years",
            hint="write --years 2013-2025 or --years 2023",
        )
    years = int(first), int(last or first)
    if years[0] > years[1]:
        message = f"the first year, {years[0]}, is after the last, {years[1]}"
        raise UsageError(message, hint=f"write --years {last}-{first}")
    return years
