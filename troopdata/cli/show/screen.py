"""One host on one screen, as a journalist reads it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from troopdata.cli.show.bases import sites
from troopdata.cli.show.briefing import Briefing
from troopdata.cli.show.forces import forces, when
from troopdata.cli.terminal import FIRM, cells, firm, ink, padded, wrap
from troopdata.cli.values import records
from troopdata.schemas import dates

__all__ = ["screen"]

AGREEMENTS_SHOWN = 6
# In force first: a past instrument is news only beside what holds.
STANDINGS = {
    "in force": "strong",
    "contested": "doubt",
    "unclear": "doubt",
    "ended": "aside",
}
MEANT = {
    "contested": "Contested: what is known of the end leaves open whether it is in force.",
    "unclear": "Unclear: no other party is on record as bound.",
}


def screen(told: Briefing, *, room: int = 80) -> str:
    """Return a briefing as text no wider than `room`.

    Parameters
    ----------
    told : Briefing
        What is known.
    room : int
        Columns to fill.
    """
    lines = [_title(told, room), *_notes(told, room), ""]
    for title, body in (
        ("FOREIGN FORCES", list(forces(told, room)) or list(_nobody(told, room))),
        ("BASES AND TENANTS", list(sites(told, room))),
        ("AGREEMENTS", list(_agreements(told, room))),
        ("LAST EVENTS", list(_events(told, room))),
    ):
        lines += [ink(title, "head"), *(body or ["  nothing on record"]), ""]
    lines += [ink(line, "aside") for line in wrap(_footer(told), room)]
    return "\n".join(line.rstrip() for line in lines).replace(FIRM, " ")


def _title(told: Briefing, room: int) -> str:
    left = f"{told.name.upper()} ({told.host}) on {dates.spelled(told.on, 'day')}"
    right = f"troopdata {told.release}"
    space = max(room - cells(left) - len(right), 1)
    return ink(left, "head") + " " * space + ink(right, "aside")


def _notes(told: Briefing, room: int) -> Iterator[str]:
    for note in told.notes:
        yield from (ink(line, "doubt") for line in wrap(note, room))


def _nobody(told: Briefing, room: int) -> Iterator[str]:
    command = ink(firm(f"troopdata presence --sender {told.host}"), "code")
    yield from wrap(f"nothing on record; its own forces abroad: {command}", room, head="  ", hang=4)


def _footer(told: Briefing) -> str:
    return (
        "Strength is the best estimate by the rule of `troopdata describe presence`, from claims "
        "of the year before the day; a range spans all of that count. Nothing on record is not "
        "zero. Sources: " + firm(f"troopdata get deployments --host {told.host} --format csv")
    )


def _agreements(told: Briefing, room: int) -> Iterator[str]:
    rows = records(told.agreements)
    days = [_dated(row) for row in rows]
    wide = max(map(cells, days), default=0)
    for standing, kind in STANDINGS.items():
        alike = [row for row in rows if row["standing"] == standing]
        head = f"  {ink(padded(standing, 9), kind)}  "
        for row in alike[:AGREEMENTS_SHOWN]:
            yield from wrap(row["title"], room, head=f"{head}{padded(_dated(row), wide)}  ")
        if len(alike) > AGREEMENTS_SHOWN:
            command = ink(f"troopdata get agreements --party {told.host}", "code")
            yield f"{head}and {len(alike) - AGREEMENTS_SHOWN} more: {command}"
    for standing, meaning in MEANT.items():
        if any(row["standing"] == standing for row in rows):
            yield from wrap(meaning, room, head="  ")


def _dated(row: dict[str, Any]) -> str:
    """Return when an instrument ended, or since when it binds the host."""
    if row["standing"] == "ended":
        return when({**row, "ended": row["host_ended"]}, "ended")
    since = when(row, "since")
    return since if not since or since.startswith("by") else firm(f"since {since}")


def _events(told: Briefing, room: int) -> Iterator[str]:
    rows = records(told.events)
    wide = max((cells(when(row, "date")) for row in rows), default=0)
    for row in rows:
        yield from wrap(row["description"], room, head=f"  {padded(when(row, 'date'), wide)}  ")
