"""Work out the strength of each service in one line of table 309A.

Until 1976 the table splits services into ashore and afloat. *Navy Temporary Ashore* is always part
of the Navy; *Navy Other*, *Navy Afloat* and *Marine Corps Afloat* are in the printed total of some
years and of some lines only, so a line counts them if its own total does.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from troopdata.importers.us_dmdc.columns import Column

__all__ = ["Strength", "ashore", "strengths"]


class Strength(NamedTuple):
    """A figure and the printed columns that it is the sum of."""

    figure: int
    columns: tuple[str, ...]


def strengths(cells: Mapping[str, str], columns: Mapping[str, Column]) -> dict[str, Strength]:
    """Return the strength of every service, and of all, that a line gives.

    Parameters
    ----------
    cells : mapping of str to str
        The line's cells by printed column.
    columns : mapping of str to Column
        The meaning of the columns.

    Examples
    --------
    >>> def column(name, service, role):
    ...     return Column("309a", name, "active_duty", service, role, "", "", "")
    >>> columns = {
    ...     "Total": column("Total", "all", "total"),
    ...     "Navy Ashore": column("Navy Ashore", "navy", "component"),
    ...     "Navy Other": column("Navy Other", "navy", "counted"),
    ... }
    >>> strengths({"Total": "9", "Navy Ashore": "9", "Navy Other": "5"}, columns)["navy"]
    Strength(figure=9, columns=('Navy Ashore',))
    >>> strengths({"Total": "14", "Navy Ashore": "9", "Navy Other": "5"}, columns)["navy"]
    Strength(figure=14, columns=('Navy Ashore', 'Navy Other'))
    """
    printed = {name: int(cell) for name, cell in cells.items() if cell.isdigit()}
    total = _total(printed, columns)
    base = _services(printed, columns, ("component",))
    every = _services(printed, columns, ("component", "counted"))
    counted = total and sum(found.figure for found in every.values()) == total.figure
    found = dict(every if counted else base)
    if total:
        found["all"] = total
    return found


def _total(printed: Mapping[str, int], columns: Mapping[str, Column]) -> Strength | None:
    """Return the printed total; if it is missing, the sum of its printed parts."""
    for roles in (("total",), ("split",)):
        names = tuple(name for name in printed if columns[name].role in roles)
        if names:
            return Strength(sum(printed[name] for name in names), names)
    return None


def _services(
    printed: Mapping[str, int], columns: Mapping[str, Column], parts: Iterable[str]
) -> dict[str, Strength]:
    """Return each service: its own column if printed, else the sum of its parts."""
    whole = {columns[name].service: name for name in printed if columns[name].role == "service"}
    found = {service: Strength(printed[name], (name,)) for service, name in whole.items()}
    for name, figure in printed.items():
        service = columns[name].service
        if columns[name].role in parts and service not in whole:
            before = found.get(service, Strength(0, ()))
            found[service] = Strength(before.figure + figure, (*before.columns, name))
    return found


def ashore(cells: Mapping[str, str], columns: Mapping[str, Column]) -> int | None:
    """Return the sum of the services ashore in a line, or None if the line is not split."""
    split = {name for name in cells if columns[name].role == "component"}
    if not split or not any(cells[name] for name in split):
        return None
    kept = [
        name
        for name, cell in cells.items()
        if cell.isdigit()
        and (columns[name].place == "ashore" or columns[name].service in ("army", "air_force"))
        and columns[name].role != "split"
    ]
    return sum(int(cells[name]) for name in kept)
