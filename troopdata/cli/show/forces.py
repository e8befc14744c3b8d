"""Lay out the forces on a host's screen: a line per figure, then senders without a figure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from troopdata.cli.show import columns, earlier, missions, wording
from troopdata.cli.show.briefing import Briefing, other_counts
from troopdata.cli.show.columns import Entry, Widths
from troopdata.cli.show.missions import MANY, Member
from troopdata.cli.show.strength import RECENT, STATIONED
from troopdata.cli.terminal import styled, wrap
from troopdata.cli.values import records

__all__ = ["forces"]

SENDERS_SHOWN, OTHERS_SHOWN, FEW = 40, 3, 9
# A force last counted at so many, and at more than any figure shown, is named first.
LARGE = 1_000
UNKNOWN = "unknown"
# Signs of the day itself; with any other state, a sign is an older one.
OF_THE_DAY = ("presence_only", "suppressed")
EARLIER = "on record earlier, number on this day unknown; some counts are of a part:"


class Sign(NamedTuple):
    """A force without a number: whose, and what is known of it."""

    name: str
    short_name: str
    words: str
    day: str
    grade: str


def forces(briefing: Briefing, room: int) -> Iterator[str]:
    """Yield the lines about forces: whose, how many, how sure, and according to whom.

    Parameters
    ----------
    briefing : Briefing
        The data about the host.
    room : int
        Columns to fill.
    """
    rows = records(briefing.strength)
    territories = records(briefing.territories)
    counted = [row for row in rows if wording.estimate_figure(row)]
    small = missions.small(row for row in counted if not _beside(row))
    together = {row["sender"] for members in small.values() for row in members}
    large = [row for row in counted if row["sender"] not in together]
    shown = large[:SENDERS_SHOWN]
    signs = _signs(rows, briefing)
    last = earlier.earlier(rows, briefing)
    alone = _alone([*signs, *_signs(territories, briefing, claims=False)])
    widths = columns.widths([*_entries([*shown, *territories]), *last.entries(), *alone])
    first = _leading(rows, shown, briefing)
    yield from _sign_lines(first, widths, room)
    for row in shown:
        yield from _estimate_lines(row, widths, room)
        if len(rows) <= FEW:
            yield from _other_lines(briefing, row, widths, room)
    yield from columns.more(len(large) - len(shown), f"troopdata presence --host {briefing.host}")
    yield from _small_lines(small, room)
    signs = [sign for sign in signs if sign not in first]
    yield from _sign_lines([sign for sign in signs if sign.grade], widths, room)
    yield from _territory_lines(territories, briefing, widths, room)
    older = [sign for sign in signs if not sign.grade]
    if any(last) or older:
        yield f"  {styled(EARLIER, 'doubt')}"
    yield from earlier.lines(last, briefing.host, widths, room)
    yield from _sign_lines(older, widths, room)


def _entries(rows: list[dict[str, Any]]) -> list[Entry]:
    """Return the name, figure and words of each row that has a figure, of its day or an older."""
    entries = []
    for row in rows:
        if wording.estimate_figure(row):
            figure, words = wording.estimate_figure(row), wording.estimate_words(row)
            entries.append(Entry(row["short_name"], figure, words, row["grade"] or ""))
        elif wording.last_count(row):
            figure, words = wording.last_count_figure(row), wording.last_count_words(row)
            entries.append(Entry(row["short_name"], figure, words))
    return entries


def _estimate_lines(row: dict[str, Any], widths: Widths, room: int) -> Iterator[str]:
    """Yield the estimate of one sender, and beside it what its other counts say."""
    for entry in _entries([row]):
        yield from columns.line(entry, widths, room)
    for words in _beside(row):
        yield from columns.line(Entry(words=words), widths, room)


def _small_lines(small: dict[str, list[dict[str, Any]]], room: int) -> Iterator[str]:
    """Yield a paragraph for the small contingents of each mission."""
    for words, rows in small.items():
        members = [Member(row["name"], wording.estimate_figure(row)) for row in rows]
        yield from missions.paragraph(words, members, room)


def _beside(row: dict[str, Any]) -> list[str]:
    """Return what the other counts of a sender say beside its estimate."""
    beside = []
    if row["widest"] is not None:
        beside.append(wording.widest_words(row))
    if _total_beside(row):
        beside.append(wording.last_total_words(row))
    if row["assigned"] is not None and row["basis"] not in STATIONED:
        beside.append(wording.assigned_words(row))
    return beside


def _total_beside(row: dict[str, Any]) -> bool:
    """Return whether the last total is worth a line: it is not the figure itself."""
    if not row["last_total"]:
        return False
    if row["state"] in ("observed", "carried", "reported_zero"):
        return row["basis"] in STATIONED
    return True


def _other_lines(
    briefing: Briefing, row: dict[str, Any], widths: Widths, room: int
) -> Iterator[str]:
    """Yield a few other recent claims about the sender; those who are not forces share a line."""
    apart: dict[str, list[str]] = {}
    others = missions.added(records(other_counts(briefing, row["sender"])))
    for other in others[:OTHERS_SHOWN]:
        figure, force = wording.claim_figure(other), wording.force_label(other)
        if figure and force and other["basis"] in STATIONED:
            counted = wording.source(other["publisher"], wording.when(other, "as_of"))
            apart.setdefault(counted, []).append(f"{figure} {force}")
        else:
            body = f"also {figure}, {wording.claim_words(other)}"
            yield from columns.line(Entry(words=body), widths, room)
    for counted, figures in apart.items():
        body = f"not included: {', '.join(figures)}; {counted}"
        yield from columns.line(Entry(words=body), widths, room)


def _territory_lines(
    rows: list[dict[str, Any]], briefing: Briefing, widths: Widths, room: int
) -> Iterator[str]:
    """Yield the forces in the host's territories and in areas within it, under their names."""
    for territory in dict.fromkeys(row["territory"] for row in rows):
        yield f"  {styled(f'in {territory}:', 'doubt')}"
        own = [row for row in rows if row["territory"] == territory]
        for row in own:
            if wording.estimate_figure(row):
                yield from _estimate_lines(row, widths, room)
        for entry in _entries([row for row in own if not wording.estimate_figure(row)]):
            yield from columns.line(entry, widths, room)
        yield from _sign_lines(_signs(own, briefing, claims=False), widths, room)


def _signs(rows: list[dict[str, Any]], briefing: Briefing, *, claims: bool = True) -> list[Sign]:
    """Return what is known of each force without a number."""
    since = (briefing.on - RECENT).isoformat()
    signs = [
        Sign(
            row["name"],
            row["short_name"],
            wording.sign_words(row, since),
            row["sign_as_of"] or row["as_of"] or "",
            row["grade"] if row["state"] in OF_THE_DAY else "",
        )
        for row in rows
        if not wording.estimate_figure(row) and not wording.last_count(row)
    ]
    if claims:
        signs += [
            Sign(row["name"], row["short_name"], wording.claim_words(row), row["as_of"] or "", "")
            for row in earlier.latest_claims(briefing)
            if not wording.claim_figure(row)
        ]
    return sorted(signs, key=lambda sign: sign.day, reverse=True)


def _leading(
    rows: list[dict[str, Any]], shown: list[dict[str, Any]], briefing: Briefing
) -> list[Sign]:
    """Return the signs of forces larger, when last counted, than any with a figure."""
    greatest = max((row["personnel"] or row["high"] or row["low"] or 0 for row in shown), default=0)
    large = [row for row in rows if (row["last_total"] or 0) >= max(greatest, LARGE)]
    return _signs(large, briefing, claims=False)


def _alone(signs: list[Sign]) -> list[Entry]:
    """Return the signs that have a line of their own, as lines."""
    described = [sign.words for sign in signs]
    return [
        Entry(sign.short_name, UNKNOWN, sign.words, sign.grade)
        for sign in signs
        if described.count(sign.words) < MANY
    ]


def _sign_lines(signs: list[Sign], widths: Widths, room: int) -> Iterator[str]:
    """Yield a line for each force without a number, or a paragraph for many of one description."""
    for entry in _alone(signs):
        yield from columns.line(entry, widths, room)
    described = [sign.words for sign in signs]
    for words in dict.fromkeys(word for word in described if described.count(word) >= MANY):
        names = sorted(sign.name for sign in signs if sign.words == words)
        senders = ", ".join(styled(name, "name") for name in names)
        yield from wrap(f"number unknown; {words}: {senders}", room, head="  ", hang=6)
