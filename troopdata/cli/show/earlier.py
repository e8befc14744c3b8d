"""Lay out the last counts of forces whose number on the day of a host's screen is unknown."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from operator import itemgetter
from typing import TYPE_CHECKING, Any, NamedTuple

from troopdata.cli.show import columns, missions, wording
from troopdata.cli.show.briefing import Briefing
from troopdata.cli.show.columns import Entry, Widths
from troopdata.cli.show.missions import MANY, Member
from troopdata.cli.values import records

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Earlier", "earlier", "latest_claims", "lines"]

SHOWN = 20


class Count(NamedTuple):
    """The last count of one force, and what others have in common with it."""

    size: int
    entry: Entry
    member: Member
    shared: str
    publisher: str


class Earlier(NamedTuple):
    """Last counts: those with a line of their own, those with one description, and the zeros."""

    lone: list[Count]
    shared: list[list[Count]]
    none_left: list[list[dict[str, Any]]]

    def entries(self) -> list[Entry]:
        """Return the lines that are shown of those with a line of their own."""
        return [count.entry for count in self.lone[:SHOWN]]


def earlier(rows: Iterable[dict[str, Any]], briefing: Briefing) -> Earlier:
    """Return the last counts of forces whose number on the day is unknown, the largest first.

    Parameters
    ----------
    rows : iterable of dict
        Estimates of the day.
    briefing : Briefing
        The data about the host.
    """
    counts = [
        _of_estimate(row)
        for row in rows
        if wording.last_count(row) and not wording.estimate_figure(row)
    ]
    claims = [row for row in latest_claims(briefing) if wording.claim_figure(row)]
    none_left = _none_left(claims)
    absent = {row["sender"] for left in none_left for row in left}
    counts += [_of_claim(row) for row in claims if row["sender"] not in absent]
    counts.sort(key=lambda count: (-count.size, count.member.name))
    groups: dict[tuple[str, str], list[Count]] = {}
    for count in counts:
        groups.setdefault(_common(count), []).append(count)
    return Earlier(
        [count for count in counts if len(groups[_common(count)]) < MANY],
        [group for group in groups.values() if len(group) >= MANY],
        none_left,
    )


def _none_left(claims: list[dict[str, Any]]) -> list[list[dict[str, Any]]]:
    """Return the claims of none in a mission, by mission, where they are about several senders."""
    found: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for row in claims:
        if missions.mission(row) and row["personnel"] == 0:
            key = row["operation"], wording.source(row["publisher"], "")
            found.setdefault(key, []).append(row)
    return [left for left in found.values() if len(left) > 1]


def _common(count: Count) -> tuple[str, str]:
    """Return what counts of one paragraph share; a publisher may have had another name before."""
    return count.shared, wording.source(count.publisher, "")


def _of_estimate(row: dict[str, Any]) -> Count:
    """Return the last count of everyone."""
    figure, words = wording.last_count_figure(row), wording.last_count_words(row)
    member = Member(row["name"], figure)
    return Count(row["last_total"], Entry(row["short_name"], figure, words), member, words, "")


def _of_claim(row: dict[str, Any]) -> Count:
    """Return a claim; the members of a mission have it in common, whatever the day."""
    figure, words = wording.claim_figure(row), wording.claim_words(row)
    sizes = (row[name] for name in ("personnel", "personnel_high", "personnel_low"))
    size = next(size for size in sizes if size is not None)
    entry = Entry(row["short_name"], figure, words)
    label = missions.mission(row)
    if label and size:  # A single zero is not among those who are there.
        member = Member(row["name"], figure, wording.when(row, "as_of"))
        return Count(size, entry, member, label, row["publisher"] or "")
    return Count(size, entry, Member(row["name"], figure), words, "")


def lines(found: Earlier, host: str, widths: Widths, room: int) -> Iterator[str]:
    """Yield the lines: forces and missions by their greatest figure, then who has left a mission.

    Parameters
    ----------
    found : Earlier
        The counts.
    host : str
        Code of the host.
    widths : Widths
        Widths of the columns.
    room : int
        Columns to fill.
    """
    blocks = [[count] for count in found.lone[:SHOWN]] + found.shared
    for block in sorted(blocks, key=lambda block: -block[0].size):
        if len(block) == 1:
            yield from columns.line(block[0].entry, widths, room)
        else:
            members = [count.member for count in block]
            common = block[0].shared
            if publisher := block[0].publisher:
                common = f"{common}; {wording.source(publisher, missions.usual_day(members))}"
            yield from missions.paragraph(common, members, room)
    yield from columns.more(len(found.lone) - SHOWN, f"troopdata get deployments --host {host}")
    for left in found.none_left:
        yield from _none_left_lines(left, room)


def _none_left_lines(left: list[dict[str, Any]], room: int) -> Iterator[str]:
    """Yield who has none in a mission any more, with the day of the last report that says so."""
    last = max(left, key=itemgetter("as_of"))
    source = wording.source(last["publisher"], f"by {wording.when(last, 'as_of')}")
    members = [Member(name) for name in sorted({row["name"] for row in left})]
    yield from missions.paragraph(f"none left in {last['operation']}; {source}", members, room)


def latest_claims(briefing: Briefing) -> list[dict[str, Any]]:
    """Return the latest claims of each sender without an estimate: figures first, newest first.

    It is one claim, and for a member of a mission another one if it has police there as well.

    Parameters
    ----------
    briefing : Briefing
        The data about the host.
    """
    senders: dict[str, list[dict[str, Any]]] = {}
    for row in missions.added(records(_without_estimate(briefing))):
        senders.setdefault(row["sender"], []).append(row)
    return [row for rows in senders.values() for row in _latest(rows)]


def _latest(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the first claim of a sender, and what else its mission counted on that day."""
    label = missions.mission(rows[0])
    if label is None:
        return rows[:1]
    same = ("as_of", "operation", "publisher")
    found = {label: rows[0]}
    for row in rows[1:]:
        other = missions.mission(row)
        if other and all(row[name] == rows[0][name] for name in same):
            found.setdefault(other, row)
    # A zero of one kind is left out where the mission has people of the other kind.
    return [row for row in found.values() if row["personnel"] != 0] or rows[:1]


def _without_estimate(briefing: Briefing) -> pd.DataFrame:
    """Return the claims of senders without an estimate: figures first, newest first."""
    counts = briefing.counts[~briefing.counts["sender"].isin(briefing.strength["sender"])]
    counted = counts[["personnel", "personnel_low", "personnel_high"]].notna().any(axis=1)
    return counts.assign(counted=counted).sort_values(
        ["counted", "as_of"], ascending=[False, False], kind="stable"
    )
