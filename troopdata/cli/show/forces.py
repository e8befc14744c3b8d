"""Lay out the forces on a host's screen: a line per figure, then senders without a figure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from troopdata.cli.show.briefing import Briefing, other_counts, whole
from troopdata.cli.terminal import cells, padded, styled, truncated, unbreakable, wrap
from troopdata.cli.values import records
from troopdata.schemas import dates, model

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["forces", "when"]

COUNTED = {
    "in_country_total": "total in the country",
    "deployed_for_operation": "one operation only",
    "assigned_incl_temporary": "assigned, including temporary duty",
    "permanently_assigned": "permanently assigned",
    "unit_size_estimate": "estimated from unit sizes",
    "period_average": "average over the period",
    "combat_support": "combat role recorded (UCDP)",
    "authorised_ceiling": "limit set by mandate or order",
    "contractors_in_support": "contractors",
    "afloat": "afloat",
    "undistributed": "undistributed",
}
HEDGES = {
    "approximately": "about ",
    "at_least": "at least ",
    "more_than": "more than ",
    "up_to": "up to ",
    "fewer_than": "fewer than ",
}
FIGURELESS = {
    "presence_only": "present, no figure given",
    "suppressed": "present, figure withheld",
    "withheld": "present, figure withheld",
}
STATES = {
    "between": "between two counts",
    "reported_zero": "zero reported",
    "presence_only": "present, not counted",
    "suppressed": "present, figure withheld",
}
SENDERS_SHOWN, UNESTIMATED_SHOWN, FEW = 20, 10, 9
LONGEST_NAME = 24


def forces(briefing: Briefing, room: int) -> Iterator[str]:
    """Yield the lines about forces: whose, how many, and according to whom.

    Parameters
    ----------
    briefing : Briefing
        The data about the host.
    room : int
        Columns to fill.
    """
    best = [row for row in records(briefing.strength) if _estimate(row)]
    last = _without_estimate(briefing)
    older = [row for row in records(last) if _claim(row)]
    named = [row["name"] for row in (*best[:SENDERS_SHOWN], *older[:UNESTIMATED_SHOWN])]
    figures = [*map(_estimate, best[:SENDERS_SHOWN]), *map(_claim, older[:UNESTIMATED_SHOWN])]
    sizes = (
        min(max(map(cells, named), default=0), LONGEST_NAME),
        max(map(cells, figures), default=0),
    )
    for row in best[:SENDERS_SHOWN]:
        yield from _line(row["name"], _estimate(row), _estimated(row), sizes, room)
        if len(briefing.strength) <= FEW:
            for other in records(other_counts(briefing, row["sender"])):
                body = f"also {_claim(other) or 'no figure given'}, {_claimed(other)}"
                yield from _line("", "", body, sizes, room)
    yield from _more(len(best) - SENDERS_SHOWN, f"troopdata presence --host {briefing.host}")
    yield from _together(
        [row for row in records(briefing.strength) if not _estimate(row)], _estimated, room
    )
    if older:
        whom = "this day" if briefing.strength.empty else "the following"
        yield f"  {styled(f'no estimate for {whom}; latest count on record:', 'doubt')}"
    for row in older[:UNESTIMATED_SHOWN]:
        yield from _line(row["name"], _claim(row), _claimed(row), sizes, room)
        for other in _everyone(briefing, row):
            yield from _line("", "", f"also {_claim(other)}, {_claimed(other)}", sizes, room)
    yield from _more(
        len(older) - UNESTIMATED_SHOWN, f"troopdata get deployments --host {briefing.host}"
    )
    yield from _together([row for row in records(last) if not _claim(row)], _unfigured, room)


def _line(name: str, figure: str, body: str, sizes: tuple[int, int], room: int) -> Iterator[str]:
    left, right = sizes
    shown = styled(padded(truncated(name, left), left), "name")
    head = f"  {shown}  {styled(padded(figure, right, right=True), 'strong')}  "
    yield from wrap(body, room, head=head)


def _more(count: int, command: str) -> Iterator[str]:
    if count > 0:
        yield f"  and {count} more: {styled(command, 'code')}"


def _together(rows: list[dict[str, Any]], describe: Any, room: int) -> Iterator[str]:
    """Yield one paragraph for all senders with the same description."""
    senders_of: dict[str, list[str]] = {}
    for row in rows:
        senders_of.setdefault(describe(row), []).append(row["name"])
    for what, names in senders_of.items():
        senders = ", ".join(styled(name, "name") for name in sorted(names))
        yield from wrap(f"{what}: {senders}", room, head="  ", hang=6)


def _without_estimate(briefing: Briefing) -> pd.DataFrame:
    """Return the latest claim of each sender without an estimate: figures first, newest first."""
    counts = briefing.counts[~briefing.counts["sender"].isin(briefing.strength["sender"])]
    counted = counts[["personnel", "personnel_low", "personnel_high"]].notna().any(axis=1)
    ranked = counts.assign(counted=counted).sort_values(
        ["counted", "as_of"], ascending=[False, False], kind="stable"
    )
    return ranked.drop_duplicates("sender")


def _everyone(briefing: Briefing, row: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the latest total in the country, if the claim shown covers only a part."""
    if row["basis"] == "in_country_total" and not row["place"]:
        return []
    counts = briefing.counts[(briefing.counts["sender"] == row["sender"]) & whole(briefing.counts)]
    found = [one for one in records(counts.sort_values("as_of", ascending=False)) if _claim(one)]
    return found[:1]


def _estimate(row: dict[str, Any]) -> str:
    """Return the figure of an estimate, or its bounds, or an empty string."""
    if row["personnel"] is not None:
        return f"{row['personnel']:,}"
    return _bounds(row["low"], row["high"])


def _claim(row: dict[str, Any]) -> str:
    """Return the figure of a claim as its source prints it, or its bounds, or an empty string."""
    hedge = HEDGES.get(row["qualifier"] or "", "")
    low, high = row["personnel_low"], row["personnel_high"]
    if row["personnel"] is not None:
        return f"{hedge}{row['personnel']:,}"
    if hedge and (low is None) != (high is None):
        return f"{hedge}{low if high is None else high:,}"
    return _bounds(low, high)


def _bounds(low: int | None, high: int | None) -> str:
    if low is None:
        return "" if high is None else f"up to {high:,}"
    if high is None:
        return f"at least {low:,}"
    return f"{low:,}" if low == high else f"{low:,} to {high:,}"


def _estimated(row: dict[str, Any]) -> str:
    """Return the range, state, basis and source of an estimate."""
    low, high = row["low"], row["high"]
    ranged = row["personnel"] is not None and row["state"] != "reported_zero" and low != high
    span = _bounds(low, high) if ranged else ""
    return _parts(span, STATES.get(row["state"], ""), COUNTED.get(row["basis"] or "", ""), row)


def _claimed(row: dict[str, Any]) -> str:
    """Return what a claim counts, and its source."""
    uniformed = row["force"] in ("military", "active_duty")
    force = "" if uniformed else model.vocabularies()["force"].labels[row["force"]].lower()
    counted = COUNTED.get(row["basis"], row["basis"])
    return _parts(force, row["place"] or "", counted, row)


def _unfigured(row: dict[str, Any]) -> str:
    return f"{FIGURELESS.get(row['value_state'], 'no figure given')}; {_claimed(row)}"


def _parts(first: str, second: str, third: str, row: dict[str, Any]) -> str:
    source = ", ".join(word for word in (_publisher(row), when(row, "as_of")) if word)
    return "; ".join(word for word in (first, second, third, styled(source, "aside")) if word)


def _publisher(row: dict[str, Any]) -> str:
    """Return the publisher, without any parenthesis."""
    return str(row["publisher"] or "").split(" (")[0]


def when(row: dict[str, Any], column: str) -> str:
    """Return a row's date in words, at its own precision."""
    if row[column] is None:
        return ""
    return unbreakable(dates.spelled(dates.parse(row[column]), row[f"{column}_precision"]))
