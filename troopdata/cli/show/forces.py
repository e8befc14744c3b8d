"""The forces on a host's screen: a line a figure, and those whom nobody counted together."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from troopdata.cli.show.briefing import Briefing, other_counts, whole
from troopdata.cli.terminal import cells, cut, firm, ink, padded, wrap
from troopdata.cli.values import records
from troopdata.schemas import dates, model

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["forces", "when"]

COUNTED = {
    "in_country_total": "all in the country",
    "deployed_for_operation": "for one operation",
    "assigned_incl_temporary": "assigned, temporary included",
    "permanently_assigned": "permanently assigned",
    "unit_size_estimate": "from the size of units",
    "period_average": "average of the period",
    "combat_support": "fought or supported",
    "authorised_ceiling": "by mandate or order",
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
    "presence_only": "presence, no figure",
    "suppressed": "presence, figure withheld",
    "withheld": "presence, figure withheld",
}
STATES = {
    "between": "between two counts",
    "reported_zero": "none reported",
    "presence_only": "presence, not counted",
    "suppressed": "presence, figure withheld",
}
SENDERS_SHOWN, SILENT_SHOWN, FEW = 20, 10, 9
LONGEST_NAME = 24


def forces(told: Briefing, room: int) -> Iterator[str]:
    """Yield the lines that say whose forces there are, how many, and who says so.

    Parameters
    ----------
    told : Briefing
        What is known.
    room : int
        Columns to fill.
    """
    best = [row for row in records(told.strength) if _estimate(row)]
    last = _silent(told)
    older = [row for row in records(last) if _claim(row)]
    named = [row["name"] for row in (*best[:SENDERS_SHOWN], *older[:SILENT_SHOWN])]
    figures = [*map(_estimate, best[:SENDERS_SHOWN]), *map(_claim, older[:SILENT_SHOWN])]
    sizes = (
        min(max(map(cells, named), default=0), LONGEST_NAME),
        max(map(cells, figures), default=0),
    )
    for row in best[:SENDERS_SHOWN]:
        yield from _line(row["name"], _estimate(row), _estimated(row), sizes, room)
        if len(told.strength) <= FEW:
            for other in records(other_counts(told, row["sender"])):
                body = f"also {_claim(other) or 'no figure'}, {_claimed(other)}"
                yield from _line("", "", body, sizes, room)
    yield from _more(len(best) - SENDERS_SHOWN, f"troopdata presence --host {told.host}")
    yield from _together(
        [row for row in records(told.strength) if not _estimate(row)], _estimated, room
    )
    if older:
        none = "no estimate for this day" if told.strength.empty else "no estimate for these"
        yield f"  {ink(f'{none}; the last count on record:', 'doubt')}"
    for row in older[:SILENT_SHOWN]:
        yield from _line(row["name"], _claim(row), _claimed(row), sizes, room)
        for other in _everyone(told, row):
            yield from _line("", "", f"also {_claim(other)}, {_claimed(other)}", sizes, room)
    yield from _more(len(older) - SILENT_SHOWN, f"troopdata get deployments --host {told.host}")
    yield from _together([row for row in records(last) if not _claim(row)], _unfigured, room)


def _line(name: str, figure: str, body: str, sizes: tuple[int, int], room: int) -> Iterator[str]:
    left, right = sizes
    shown = ink(padded(cut(name, left), left), "name")
    head = f"  {shown}  {ink(padded(figure, right, right=True), 'strong')}  "
    yield from wrap(body, room, head=head)


def _more(count: int, command: str) -> Iterator[str]:
    if count > 0:
        yield f"  and {count} more: {ink(command, 'code')}"


def _together(rows: list[dict[str, Any]], said: Any, room: int) -> Iterator[str]:
    """Yield the senders of whom the same is said as one paragraph."""
    alike: dict[str, list[str]] = {}
    for row in rows:
        alike.setdefault(said(row), []).append(row["name"])
    for what, names in alike.items():
        senders = ", ".join(ink(name, "name") for name in sorted(names))
        yield from wrap(f"{what}: {senders}", room, head="  ", hang=6)


def _silent(told: Briefing) -> pd.DataFrame:
    """Return the last count of senders without an estimate, a figure before none, newest first."""
    counts = told.counts[~told.counts["sender"].isin(told.strength["sender"])]
    counted = counts[["personnel", "personnel_low", "personnel_high"]].notna().any(axis=1)
    ranked = counts.assign(counted=counted).sort_values(
        ["counted", "as_of"], ascending=[False, False], kind="stable"
    )
    return ranked.drop_duplicates("sender")


def _everyone(told: Briefing, row: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the latest count of everyone in the country, where the claim shown is of a part."""
    if row["basis"] == "in_country_total" and not row["place"]:
        return []
    counts = told.counts[(told.counts["sender"] == row["sender"]) & whole(told.counts)]
    found = [one for one in records(counts.sort_values("as_of", ascending=False)) if _claim(one)]
    return found[:1]


def _estimate(row: dict[str, Any]) -> str:
    """Return an estimate's figure, or its bounds; nothing where there is neither."""
    if row["personnel"] is not None:
        return f"{row['personnel']:,}"
    return _bounds(row["low"], row["high"])


def _claim(row: dict[str, Any]) -> str:
    """Return a claim's figure as it is printed, or its bounds; nothing where it prints none."""
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
    """Return what stands behind an estimate."""
    low, high = row["low"], row["high"]
    ranged = row["personnel"] is not None and row["state"] != "reported_zero" and low != high
    span = _bounds(low, high) if ranged else ""
    return _parts(span, STATES.get(row["state"], ""), COUNTED.get(row["basis"] or "", ""), row)


def _claimed(row: dict[str, Any]) -> str:
    """Return what a claim counts, and who makes it."""
    uniformed = row["force"] in ("military", "active_duty")
    force = "" if uniformed else model.vocabularies()["force"].labels[row["force"]].lower()
    counted = COUNTED.get(row["basis"], row["basis"])
    return _parts(force, row["place"] or "", counted, row)


def _unfigured(row: dict[str, Any]) -> str:
    return f"{FIGURELESS.get(row['value_state'], 'no figure')}; {_claimed(row)}"


def _parts(first: str, second: str, third: str, row: dict[str, Any]) -> str:
    said = ", ".join(word for word in (_publisher(row), when(row, "as_of")) if word)
    return "; ".join(word for word in (first, second, third, ink(said, "aside")) if word)


def _publisher(row: dict[str, Any]) -> str:
    """Return who says so, without what stands in brackets."""
    return str(row["publisher"] or "").split(" (")[0]


def when(row: dict[str, Any], column: str) -> str:
    """Return a row's date as sharp as it is known."""
    if row[column] is None:
        return ""
    return firm(dates.spelled(dates.parse(row[column]), row[f"{column}_precision"]))
