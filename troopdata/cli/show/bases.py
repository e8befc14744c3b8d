"""The bases on a host's screen: who uses or used each, and since when."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

from troopdata.cli.show.briefing import Briefing
from troopdata.cli.show.forces import when
from troopdata.cli.terminal import cells, firm, ink, padded, wrap
from troopdata.cli.values import records
from troopdata.schemas import dates, model

__all__ = ["sites"]

SHOWN = 12
STANDINGS = {
    "running": "in use",
    "may run": "perhaps in use: the dates on record leave it open",
    "over": "no longer in use",
}


def sites(told: Briefing, room: int) -> Iterator[str]:
    """Yield the lines that say which bases there are and who is on them.

    Parameters
    ----------
    told : Briefing
        What is known.
    room : int
        Columns to fill.
    """
    bases: dict[str, list[dict[str, Any]]] = {}
    for row in records(told.tenancies):
        bases.setdefault(row["base_id"], []).append(row)
    # A base stands where the best of its spells does: they come in that order.
    shown = list(bases.values())[:SHOWN]
    longest = max((cells(_site(spells)) for spells in shown), default=0)
    beside = longest + 2 if longest <= room // 3 else 0
    standing = ""
    if len(bases) > SHOWN:
        yield from wrap(_summary(list(bases.values())), room, head="  ")
    for spells in shown:
        if spells[0]["standing"] != standing:
            standing = spells[0]["standing"]
            yield f"  {ink(STANDINGS[standing], 'doubt' if standing == 'may run' else 'aside')}"
        yield from _base(spells, beside, room)
    if len(bases) > SHOWN:
        command = ink(f"troopdata get tenancies --host {told.host}", "code")
        yield f"  and {len(bases) - SHOWN} more: {command}"


def _summary(bases: list[list[dict[str, Any]]]) -> str:
    """Return how many bases each sender uses; a screen shows only a few of them."""
    users: dict[str, int] = {}
    for spells in bases:
        for name in {row["sender_name"] for row in spells if row["standing"] == "running"}:
            users[name] = users.get(name, 0) + 1
    most = sorted(users.items(), key=lambda user: (-user[1], user[0]))
    told = ", ".join(f"{name} {count}" for name, count in most) or "none for certain"
    return f"{len(bases)} bases on record; in use by: {told}. The first by name:"


def _base(spells: list[dict[str, Any]], beside: int, room: int) -> Iterator[str]:
    name = _site(spells)
    body = "; ".join(f"{row['sender_name']} {_spell(row)}" for row in spells)
    if beside:
        yield from wrap(body, room, head=f"    {ink(padded(name, beside), 'name')}")
    else:
        yield from wrap(f"{ink(name, 'name')}: {body}", room, head="    ", hang=8)


def _site(spells: list[dict[str, Any]]) -> str:
    """Return a base's name, and its place where the name does not say it."""
    name, place = spells[0]["base_name"], spells[0]["place"]
    if not place or place in name:
        return str(name)
    return str(place) if place.startswith(f"{name},") else f"{name}, {place}"


def _spell(row: dict[str, Any]) -> str:
    start, end = when(row, "started"), when(row, "ended")
    if row["standing"] == "running":
        return f"there {start}" if _bound(start) else f"since {start}"
    if row["standing"] == "may run" and not end:
        begun = f"there {start}" if _bound(start) else f"from {start}" if start else ""
        seen = f"last seen {_day(row['status_as_of'])}" if row["status_as_of"] else "end unknown"
        return ", ".join(word for word in (begun, seen) if word)
    if _bound(start) and row["ended_precision"] == "not_earlier_than":
        return _seen(row)
    mode = _mode(row)
    if not start or _bound(start) or _bound(end):
        begun = f"there {start}, " if _bound(start) else f"from {start}, " if start else ""
        gone = f"gone {end}" if _bound(end) else f"until {end}"
        return f"{begun}{gone}{mode}"
    return f"{start} to {end}{mode}"


def _bound(when: str) -> bool:
    """Return whether a date in words is only the last day that it may have been."""
    return when.startswith(firm("by "))


def _mode(row: dict[str, Any]) -> str:
    if not row["end_mode"]:
        return ""
    return f", {model.vocabularies()['tenancy_end'].labels[row['end_mode']].lower()}"


def _seen(row: dict[str, Any]) -> str:
    """Return the days between which a tenant is on record, when neither is known to be an end."""
    first = dates.parse(row["started"])
    # `ended` is the first day after, and no earlier than this.
    last = dates.parse(row["ended"]) - dt.timedelta(days=1)
    days = [first] if last <= first else [first, last]
    return f"on record {' to '.join(_spelled(day) for day in days)}{_mode(row)}"


def _day(day: str) -> str:
    return _spelled(dates.parse(day))


def _spelled(day: dt.date) -> str:
    return firm(dates.spelled(day, "day"))
