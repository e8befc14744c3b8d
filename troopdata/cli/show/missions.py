"""Gather what one publisher counted of a mission's members, which share a paragraph."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from troopdata.cli.show import wording
from troopdata.cli.terminal import NO_BREAK_SPACE, styled, unbreakable, wrap

__all__ = ["MANY", "Member", "added", "mission", "paragraph", "small", "usual_day"]

# So many senders with one description, such as the members of a mission, share a paragraph.
MANY = 4
# Contingents of fewer people than this share one even if all have an estimate.
SMALL = 100
POLICE = ("police", "formed_police", "individual_police")
TROOPS = ("military", "active_duty", "staff_officer", "military_observer")


class Member(NamedTuple):
    """What a paragraph says of one sender: whose, how many, and when if that differs."""

    name: str
    figure: str = ""
    day: str = ""


def mission(claim: dict[str, Any]) -> str:
    """Return the operation that a claim counts troops or police of; empty for other claims.

    Parameters
    ----------
    claim : dict
        A claim, as in `Briefing.counts`.

    Examples
    --------
    >>> claim = {"basis": "deployed_for_operation", "operation": "UNIFIL", "place": None}
    >>> mission({**claim, "force": "staff_officer"}), mission({**claim, "force": "police"})
    ('UNIFIL', 'police in UNIFIL')
    """
    if claim["basis"] != "deployed_for_operation" or not claim["operation"] or claim["place"]:
        return ""
    if claim["force"] in POLICE:
        return f"police in {claim['operation']}"
    return str(claim["operation"]) if claim["force"] in TROOPS else ""


def added(claims: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return claims, with a mission's troops, staff officers and observers of one day as one.

    Parameters
    ----------
    claims : iterable of dict
        Claims about one host.

    Examples
    --------
    >>> claim = {"sender": "ITA", "basis": "deployed_for_operation", "operation": "UNIFIL",
    ...          "place": None, "publisher": "UN", "as_of": "2025-07-31", "qualifier": None}
    >>> troops, staff = [(940, "military"), (5, "staff_officer")]
    >>> rows = [{**claim, "personnel": many, "force": force} for many, force in (troops, staff)]
    >>> [(row["personnel"], row["force"]) for row in added(rows)]
    [(945, 'military')]
    """
    found: dict[tuple[Any, ...], dict[str, Any]] = {}
    for at, claim in enumerate(claims):
        label = mission(claim)
        if not label or claim["personnel"] is None or claim["qualifier"]:
            found[(at,)] = claim
            continue
        key = (claim["sender"], label, claim["publisher"], claim["as_of"])
        if key not in found:
            found[key] = claim
        else:
            total = found[key]["personnel"] + claim["personnel"]
            force = "police" if claim["force"] in POLICE else "military"
            found[key] = {**found[key], "personnel": total, "force": force}
    return list(found.values())


def small(rows: Iterable[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    """Return the small contingents of each mission in which they are many, by their description.

    Parameters
    ----------
    rows : iterable of dict
        Estimates that have no other figure to be shown beside them.
    """
    found: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        if row["state"] == "parts" and (row["personnel"] or SMALL) < SMALL:
            words = f"{wording.estimate_words(row)}; grade {row['grade']}, under {SMALL} each"
            found.setdefault(words, []).append(row)
    return {words: members for words, members in found.items() if len(members) >= MANY}


def usual_day(members: Iterable[Member]) -> str:
    """Return the day of most members."""
    return Counter(member.day for member in members).most_common(1)[0][0]


def paragraph(words: str, members: Iterable[Member], room: int) -> Iterator[str]:
    """Yield a paragraph about several forces; a day is named where it is not that of most.

    Parameters
    ----------
    words : str
        What they have in common.
    members : iterable of Member
        The forces, in order.
    room : int
        Terminal columns to fill.

    Examples
    --------
    >>> few = [Member("Italy", "945"), Member("Spain", "647"), Member("Fiji", "1", "May 2025")]
    >>> list(paragraph("UNIFIL", few, 80))
    ['  UNIFIL: Italy 945, Spain 647, Fiji 1 (May 2025)']
    """
    listed = list(members)
    usual = usual_day(listed)
    shown = []
    for member in listed:
        parts = [styled(unbreakable(member.name), "name")]
        parts += [unbreakable(member.figure)] if member.figure else []
        parts += [unbreakable(f"({member.day})")] if member.day != usual else []
        shown.append(NO_BREAK_SPACE.join(parts))
    yield from wrap(f"{words}: {', '.join(shown)}", room, head="  ", hang=6)
