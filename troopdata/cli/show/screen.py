"""Lay out the screen of `troopdata show`: title, sections and footer."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from troopdata.cli.show.bases import base_lines
from troopdata.cli.show.briefing import Briefing
from troopdata.cli.show.forces import forces
from troopdata.cli.show.wording import when
from troopdata.cli.terminal import NO_BREAK_SPACE, cells, padded, styled, unbreakable, wrap
from troopdata.cli.values import records
from troopdata.schemas import dates

__all__ = ["screen"]

AGREEMENTS_SHOWN = 6
# Agreements in force come first, then those in doubt, then past ones.
STANDINGS = {
    "in_force": ("in force", "strong"),
    "provisional": ("provisional", "strong"),
    "notice_running": ("on notice", "doubt"),
    "suspended": ("suspended", "doubt"),
    "presumed": ("presumed", "doubt"),
    "signed": ("signed", "doubt"),
    "superseded": ("superseded", "aside"),
    "expired": ("expired", "aside"),
    "ended": ("ended", "aside"),
}
WIDEST = max(len(word) for word, _ in STANDINGS.values())
MEANING = "everyone in the country, unless a line says otherwise"
MEANT = {
    "presumed": "Presumed: no source says that it is in force near this day, or since when; none "
    "says that it ended.",
    "signed": "Signed: no source says that it has entered into force.",
}


def screen(briefing: Briefing, *, room: int = 80) -> str:
    """Return a briefing as text no wider than `room`.

    Parameters
    ----------
    briefing : Briefing
        The data about the host.
    room : int
        Columns to fill.
    """
    lines = [_title(briefing, room), *_notes(briefing, room), ""]
    known = list(forces(briefing, room))
    for title, body in (
        ("FOREIGN FORCES", known or list(_no_forces(briefing, room))),
        ("BASES AND TENANTS", list(base_lines(briefing, room))),
        ("AGREEMENTS", list(_agreements(briefing, room))),
        ("LATEST EVENTS", list(_events(briefing, room))),
    ):
        meant = f"  {styled(MEANING, 'aside')}" if body is known else ""
        lines += [styled(title, "head") + meant, *(body or ["  nothing on record"]), ""]
    lines += [styled(line, "aside") for line in wrap(_footer(briefing), room)]
    return "\n".join(line.rstrip() for line in lines).replace(NO_BREAK_SPACE, " ")


def _title(briefing: Briefing, room: int) -> str:
    left = f"{briefing.name.upper()} ({briefing.host}) on {dates.spelled(briefing.on, 'day')}"
    right = f"troopdata {briefing.release}"
    space = max(room - cells(left) - len(right), 1)
    return styled(left, "head") + " " * space + styled(right, "aside")


def _notes(briefing: Briefing, room: int) -> Iterator[str]:
    for note in briefing.notes:
        text, _, command = note.rpartition(": ")
        lines = wrap(f"{text}: {unbreakable(command)}", room)
        yield from (styled(line, "doubt") for line in lines)


def _no_forces(briefing: Briefing, room: int) -> Iterator[str]:
    command = styled(unbreakable(f"troopdata presence --sender {briefing.host}"), "code")
    yield from wrap(f"nothing on record; its own forces abroad: {command}", room, head="  ", hang=4)


def _footer(briefing: Briefing) -> str:
    command = unbreakable(f"troopdata get deployments --host {briefing.host} --format csv")
    return (
        f"Figures are for {_day(briefing)}. Grade A: counted by the state or body that knows; B: "
        "counted by others, or up to a year old; C: older, or a part taken for everyone; D: bounds "
        f"only; E: no number. Rule: {unbreakable('troopdata describe presence')}. No record does "
        f"not mean none. Claims and sources: {command}"
    )


def _day(briefing: Briefing) -> str:
    """Return the day, and why it is this one where nobody asked for another."""
    day = unbreakable(dates.spelled(briefing.on, "day"))
    if not briefing.default_day:
        return day
    return f"{day}, the last day for which sources were read (another: {unbreakable('--on DAY')})"


def _agreements(briefing: Briefing, room: int) -> Iterator[str]:
    rows = records(briefing.agreements)
    days = [_dated(row) for row in rows]
    wide = max(map(cells, days), default=0)
    for standing, (word, kind) in STANDINGS.items():
        rows_shown = [row for row in rows if row["standing"] == standing]
        head = f"  {styled(padded(word, WIDEST), kind)}  "
        for row in rows_shown[:AGREEMENTS_SHOWN]:
            yield from wrap(row["title"], room, head=f"{head}{padded(_dated(row), wide)}  ")
        if len(rows_shown) > AGREEMENTS_SHOWN:
            command = styled(f"troopdata get agreements --party {briefing.host}", "code")
            yield f"{head}and {len(rows_shown) - AGREEMENTS_SHOWN} more: {command}"
    for standing, meaning in MEANT.items():
        if any(row["standing"] == standing for row in rows):
            yield from wrap(meaning, room, head="  ")


def _dated(row: dict[str, Any]) -> str:
    """Return the date on which an agreement ended, or since which it binds the host."""
    if row["standing"] in ("superseded", "expired", "ended") and row["host_ended"]:
        return when({**row, "ended": row["host_ended"]}, "ended")
    since = when(row, "since")
    if row["signed_only"] and since:
        return unbreakable(f"signed {since}")
    return since if not since or since.startswith("by") else unbreakable(f"since {since}")


def _events(briefing: Briefing, room: int) -> Iterator[str]:
    rows = records(briefing.events)
    wide = max((cells(when(row, "date")) for row in rows), default=0)
    for row in rows:
        yield from wrap(row["description"], room, head=f"  {padded(when(row, 'date'), wide)}  ")
