"""The meaning of the printed columns, and the column heads of each period."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from troopdata.errors import Failure, Invalid
from troopdata.io import csv_reader

__all__ = ["ACTIVE", "CIVILIAN", "FILE", "GRAND", "GROUPS", "RESERVE", "Column", "heads", "read"]

FILE = "columns.csv"
ACTIVE, RESERVE, CIVILIAN, GRAND = (
    "ACTIVE DUTY",
    "NATIONAL GUARD / RESERVE",
    "APF DOD CIVILIAN",
    "GRAND TOTAL",
)
GROUPS = (ACTIVE, RESERVE, CIVILIAN, GRAND)
# Reports that print the Space Force in the Air Force's column; then it has its own.
MERGED = ("2021-12-31", "2023-06-30")
APART = "2023-09-30"
ROLES = ("service", "total", "component", "counted", "split", "sum")


class Column(NamedTuple):
    """The meaning of one printed column.

    Attributes
    ----------
    layout, column : str
        The printed column: group and branch joined by a space.
    force, service : str
        Codes of the vocabularies; empty where the column mixes forces.
    role : str
        ``service`` and ``total`` count a whole service or all services; a ``component`` is a part
        of a service, which is summed where the service has no column; a ``counted`` part is summed
        only in lines whose printed total includes it; ``split`` is a part of the total; ``sum``
        makes no claim.
    place, basis : str
        Name of the part, and its basis where it differs from the report's.
    note : str
        A caveat for the claims.
    """

    layout: str
    column: str
    force: str
    service: str
    role: str
    place: str
    basis: str
    note: str


def read(folder: Path) -> dict[tuple[str, str], Column]:
    """Return the columns of a series by layout and printed head."""
    rows = [Column(**row) for row in csv_reader.read_rows(folder / FILE)]
    wrong = [row for row in rows if row.role not in ROLES]
    if wrong:
        message = f"a column's role is one of {', '.join(ROLES)}"
        raise Invalid(
            Failure(FILE, None, row.column, "role", "role", row.role, message) for row in wrong
        )
    return {(row.layout, row.column): row for row in rows}


def heads(as_of: str) -> tuple[str, ...]:
    """Return the columns of the location report of a day, in print order.

    Examples
    --------
    >>> len(heads("2013-09-30")), len(heads("2024-12-31"))
    (21, 22)
    >>> heads("2022-06-30")[3]
    'ACTIVE DUTY AIR FORCE/SPACE FORCE'
    """
    merged = MERGED[0] <= as_of <= MERGED[1]
    air = "AIR FORCE/SPACE FORCE" if merged else "AIR FORCE"
    space = ("SPACE FORCE",) if as_of >= APART else ()
    active = ("ARMY", "NAVY", "MARINE CORPS", air, *space, "COAST GUARD", "TOTAL")
    reserve = (
        "ARMY NATIONAL GUARD", "ARMY RESERVE", "NAVY RESERVE", "MARINE CORPS RESERVE",
        "AIR NATIONAL GUARD", "AIR FORCE RESERVE", "COAST GUARD RESERVE", "TOTAL",
    )  # fmt: skip
    civilian = ("ARMY", "NAVY", "MARINE CORPS", "AIR FORCE", "DOD", "TOTAL")
    groups = ((ACTIVE, active), (RESERVE, reserve), (CIVILIAN, civilian))
    return (*(f"{group} {branch}" for group, branches in groups for branch in branches), GRAND)
