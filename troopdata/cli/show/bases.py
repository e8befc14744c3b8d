"""Lay out the bases on a host's screen, with who uses or used each and since when."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

from troopdata.cli.show.briefing import Briefing
from troopdata.cli.show.wording import when
from troopdata.cli.terminal import cells, padded, styled, unbreakable, wrap
from troopdata.cli.values import records
from troopdata.schemas import dates, model

__all__ = ["base_lines"]

SHOWN = 12
STANDINGS = {
    "running": "in use",
    "may run": "possibly in use: not seen lately, or the recorded dates leave it open",
    "last seen": "last on record long ago, with no end stated",
    "over": "no longer in use",
}
DOUBT = ("may run", "last seen")

# A spell that begins with one of these words follows a sender without a comma.
PHRASES = ("since", "present", "from", "until", "had", "recorded")


def base_lines(briefing: Briefing, room: int) -> Iterator[str]:
    """Yield the lines about bases and their tenants.

    Parameters
    ----------
    briefing : Briefing
        The data about the host.
    room : int
        Columns to fill.
    """
    bases: dict[str, list[dict[str, Any]]] = {}
    for row in records(briefing.tenancies):
        bases.setdefault(row["base_id"], []).append(row)
    # Tenancies come in order of standing, so a base is listed under the best of its own.
    shown = list(bases.values())[:SHOWN]
    longest = max((cells(_site(spells)) for spells in shown), default=0)
    beside = longest + 2 if longest <= room // 3 else 0
    standing = ""
    if len(bases) > SHOWN:
        yield from wrap(_summary(list(bases.values())), room, head="  ")
    for spells in shown:
        if spells[0]["standing"] != standing:
            standing = spells[0]["standing"]
            yield f"  {styled(STANDINGS[standing], 'doubt' if standing in DOUBT else 'aside')}"
        yield from _base(spells, beside, room)
    if len(bases) > SHOWN:
        command = styled(f"troopdata get tenancies --host {briefing.host}", "code")
        yield f"  and {len(bases) - SHOWN} more: {command}"


def _summary(bases: list[list[dict[str, Any]]]) -> str:
    """Return how many bases each sender uses, as the screen lists only a few bases."""
    users: dict[str, int] = {}
    for spells in bases:
        for name in {row["sender_name"] for row in spells if row["standing"] == "running"}:
            users[name] = users.get(name, 0) + 1
    most = sorted(users.items(), key=lambda user: (-user[1], user[0]))
    counts = ", ".join(f"{name} {count}" for name, count in most) or "none for certain"
    return f"{len(bases)} bases on record; in use: {counts}. The first {SHOWN}:"


def _base(spells: list[dict[str, Any]], beside: int, room: int) -> Iterator[str]:
    name = _site(spells)
    body = "; ".join(map(_tenant, spells))
    if beside:
        yield from wrap(body, room, head=f"    {styled(padded(name, beside), 'name')}")
    else:
        yield from wrap(f"{styled(name, 'name')}: {body}", room, head="    ", hang=8)


def _tenant(row: dict[str, Any]) -> str:
    """Return a sender and its spell at a base: "Italy since 2018", "Denmark, end unknown"."""
    spell = _spell(row)
    phrase = spell.split(" ", maxsplit=1)[0] in PHRASES
    return f"{row['sender_name']}{'' if phrase else ','} {spell}"


def _site(spells: list[dict[str, Any]]) -> str:
    """Return the name of a base, with its place unless the name includes it."""
    name, place = spells[0]["base_name"], spells[0]["place"]
    if not place or place in name:
        return str(name)
    return str(place) if place.startswith(f"{name},") else f"{name}, {place}"


def _spell(row: dict[str, Any]) -> str:
    start, end = when(row, "started"), when(row, "ended")
    seen = _seen(row)
    if row["standing"] == "running":
        begun = f"present {start}" if _bound(start) else f"since {start}" if start else ""
        return ", ".join(word for word in (begun, "" if end else seen) if word)
    if not end:
        begun = f"present {start}" if _bound(start) else f"from {start}" if start else ""
        return ", ".join(word for word in (begun, seen or "end unknown") if word)
    if _bound(start) and row["ended_precision"] == "not_earlier_than":
        return _recorded(row)
    mode = _mode(row)
    if not start or _bound(start) or _bound(end):
        begun = f"present {start}, " if _bound(start) else f"from {start}, " if start else ""
        left = f"had left {end}" if _bound(end) else f"until {end}"
        return f"{begun}{left}{mode}"
    return f"{start} to {end}{mode}"


def _seen(row: dict[str, Any]) -> str:
    """Return the last day on which a source shows the tenancy, unless that is its start."""
    last = row.get("last_attested") or row["status_as_of"]
    if not last or (row["started"] and last <= row["started"]):
        return ""
    return f"last seen {_day(last)}"


def _bound(when: str) -> bool:
    """Return whether a date in words is only an upper bound."""
    return when.startswith(unbreakable("by "))


def _mode(row: dict[str, Any]) -> str:
    if not row["end_mode"]:
        return ""
    return f", {model.vocabularies()['tenancy_end'].labels[row['end_mode']].lower()}"


def _recorded(row: dict[str, Any]) -> str:
    """Return the first and last day on which a tenant is recorded, if neither is a known end."""
    first = dates.parse(row["started"])
    # `ended` is the first day after the last recorded one.
    last = dates.parse(row["ended"]) - dt.timedelta(days=1)
    days = f"on {_spelled(first)}" if last <= first else f"{_spelled(first)} to {_spelled(last)}"
    return f"recorded {days}{_mode(row)}"


def _day(day: str) -> str:
    return _spelled(dates.parse(day))


def _spelled(day: dt.date) -> str:
    return unbreakable(dates.spelled(day, "day"))
