"""Tell the layouts of the monthly report apart by their titles and the heads of their columns."""

from __future__ import annotations

import calendar
import datetime as dt
import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from troopdata.errors import Failure, Invalid
from troopdata.importers.un_contributions.pdf_lines import Line

__all__ = ["CLASSES", "Head", "kind_of", "month_end", "month_of", "read"]

CLASSES = (
    "troops",
    "staff_officers",
    "experts_on_mission",
    "individual_police",
    "formed_police_units",
)
LABELS = {
    "troops": ("contingent", "contingent troop", "contingent troops", "troops"),
    "staff_officers": ("mso", "staff", "staff officer"),
    "experts_on_mission": ("experts", "experts on mission", "unmem"),
    "individual_police": ("ind police", "individual police", "police", "unpol"),
    "formed_police_units": ("formed police units", "fpu"),
}
KINDS = {label: kind for kind, labels in LABELS.items() for label in labels}
SENDER_HEADS = ("country", "country name", "contributor")
MISSION_HEADS = ("mission", "un mission", "unmission")
# A column of men or women of a class ("Troops M"), and the columns of the edition of 2023.
SEX = re.compile(r"(?P<kind>.+) (?P<sex>[MF])")
BY_COUNTRY = {"experts on": "experts", "formed police": "fpu", "individual": "police"}

DAY = re.compile(r"(?P<day>\d{2})/(?P<month>\d{2})/(?P<year>\d{4})")
SHORT_DAY = re.compile(r"(?P<day>\d{2})-(?P<name>[A-Z][a-z]{2})-(?P<year>\d{2})\b")
END_OF = re.compile(r"End of (?P<name>[A-Z][a-z]+), (?P<year>\d{4})")
# One report does not say its month, but the name under which it was published does.
FILE_NAME = re.compile(r"(?P<year>20\d{2})[_-](?P<month>0[1-9]|1[0-2])$")


class Head(NamedTuple):
    """What the head of a report says of its lines.

    Attributes
    ----------
    as_of : str
        Last day of the month that the report counts.
    by_mission : bool
        Whether the report tells missions apart.
    mission_first : bool
        Whether it goes by mission, then by country.
    centred : bool
        Whether the name of a country is printed beside the middle of its lines.
    columns : tuple of str
        Where one line has all classes: the class of each of its figures, or "" for a sum.
    titles : frozenset of tuple of str
        Lines above the heads of columns, which later pages repeat.
    """

    as_of: str
    by_mission: bool
    mission_first: bool
    centred: bool
    columns: tuple[str, ...]
    titles: frozenset[tuple[str, ...]]


def kind_of(label: str) -> str:
    """Return the class of personnel that a label names, or nothing.

    Examples
    --------
    >>> kind_of("Contingent Troop"), kind_of("FPU"), kind_of("Kenya")
    ('troops', 'formed_police_units', '')
    """
    return KINDS.get(label.casefold(), "")


def read(lines: Sequence[Line], path: Path) -> Head:
    """Return what the head of a report says.

    Raises
    ------
    Invalid
        If the file is not such a report, or does not say its month.
    """
    at = next((at for at, line in enumerate(lines) if _is_heads(line)), None)
    if at is None:
        message = "this is not a monthly report of uniformed contributors: no column Country"
        hint = "give the PDF of peacekeeping.un.org, by mission or by country"
        raise Invalid([Failure(str(path), None, "", "", "layout", "", message, hint)])
    heads = [cell.text for cell in lines[at].cells]
    lower = [head.casefold() for head in heads]
    missions = [at for at, head in enumerate(lower) if head in MISSION_HEADS]
    senders = [at for at, head in enumerate(lower) if head in SENDER_HEADS]
    return Head(
        month_of(lines, at, path),
        bool(missions),
        bool(missions) and missions[0] < senders[0],
        "personnel type" in lower and "report date" not in lower,
        _columns(heads),
        frozenset(_texts(line) for line in lines[: at + 1]),
    )


def _texts(line: Line) -> tuple[str, ...]:
    return tuple(cell.text for cell in line.cells)


def _is_heads(line: Line) -> bool:
    lower = {cell.text.casefold() for cell in line.cells}
    return len(lower) > 3 and any(head in lower for head in SENDER_HEADS)


def _columns(heads: Iterable[str]) -> tuple[str, ...]:
    """Return the class of each figure of a line that has all classes; empty elsewhere.

    Examples
    --------
    >>> _columns(["Country", "Mission", "Troops M", "Troops F"])
    ('troops', 'troops')
    >>> _columns(["Country", "Experts on", "Staff Officer", "Total", "End Date"])
    ('experts_on_mission', 'staff_officers', '')
    """
    found: list[str] = []
    for head in heads:
        sex = SEX.fullmatch(head)
        label = sex["kind"] if sex else BY_COUNTRY.get(head.casefold(), head)
        kind = kind_of(label)
        if kind or (found and head == "Total"):
            found.append(kind)
    return tuple(found)


def month_of(lines: Sequence[Line], heads: int, path: Path) -> str:
    """Return the last day of the month that a report names in its title or in its lines.

    Parameters
    ----------
    lines : sequence of Line
        The report.
    heads : int
        The line with the heads of the columns; a title is above it.
    path : pathlib.Path
        The file, whose name is used only if the report itself does not name a month.

    Raises
    ------
    Invalid
        If neither names one.
    """
    for line in [*lines[: heads + 1], lines[min(heads + 1, len(lines) - 1)]]:
        text = " ".join(_texts(line))
        if found := DAY.search(text):
            return month_end(int(found["year"]), int(found["month"]))
        if found := SHORT_DAY.search(text):
            return month_end(2000 + int(found["year"]), _month(found["name"]))
        if found := END_OF.search(text):
            return month_end(int(found["year"]), _month(found["name"][:3]))
    if named := FILE_NAME.search(path.stem):
        return month_end(int(named["year"]), int(named["month"]))
    message = "the report does not name its month"
    hint = "let the name of the file end with the month, as in contributions_2019_10.pdf"
    raise Invalid([Failure(str(path), None, "", "", "month", "", message, hint)])


def _month(name: str) -> int:
    return list(calendar.month_abbr).index(name)


def month_end(year: int, month: int) -> str:
    """Return the last day of a month.

    Examples
    --------
    >>> month_end(2024, 2)
    '2024-02-29'
    """
    return dt.date(year, month, calendar.monthrange(year, month)[1]).isoformat()
