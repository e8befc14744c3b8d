"""One host on one screen, as a journalist reads it."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from troopdata import dates, spec
from troopdata.briefing import Briefing, other_counts
from troopdata.cli.output import records

if TYPE_CHECKING:
    import datetime as dt

    import pandas as pd


__all__ = ["screen"]

COUNTED = {
    "in_country_total": "all in the country",
    "deployed_for_operation": "for one operation",
    "assigned_incl_temporary": "assigned, temporary included",
    "permanently_assigned": "permanently assigned",
    "unit_size_estimate": "from the size of units",
    "period_average": "average of the period",
    "combat_support": "fought or supported",
    "authorised_ceiling": "at most, by mandate",
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
    "suppressed": "figure withheld",
    "withheld": "figure withheld",
}
FEW_SENDERS, SENDERS_SHOWN, SILENT_SHOWN = 9, 20, 6
BASES_SHOWN, AGREEMENTS_SHOWN = 12, 6


def screen(told: Briefing, *, room: int = 80) -> str:
    """Return a briefing as text no wider than `room`.

    Parameters
    ----------
    told : Briefing
        What is known.
    room : int
        Columns to fill.
    """
    lines = [_title(told, room), ""]
    for title, body in (
        ("FOREIGN FORCES", list(_strength(told, room))),
        ("BASES AND TENANTS", list(_tenancies(told, room))),
        ("AGREEMENTS", list(_agreements(told, room))),
        ("LAST EVENTS", list(_events(told, room))),
    ):
        lines += [title, *(body or ["  nothing on record"]), ""]
    lines += textwrap.wrap(
        "Strength is the best estimate by the rule of `troopdata describe presence`, from claims "
        "of the year before the day; a range spans all of that count. Nothing on record is not "
        f"zero. Sources: troopdata get deployments --host {told.host} --format csv",
        room,
    )
    return "\n".join(line.rstrip() for line in lines)


def _title(told: Briefing, room: int) -> str:
    left = f"{told.name.upper()} ({told.host}) on {dates.spelled(told.on, 'day')}"
    right = f"troopdata {told.release}"
    return left + right.rjust(max(room - len(left), len(right) + 1))


def _wrapped(head: str, body: str, room: int) -> Iterator[str]:
    """Yield a line whose body hangs under its own start."""
    lines = textwrap.wrap(body, max(room - len(head), 20)) or [""]
    yield head + lines[0]
    for line in lines[1:]:
        yield " " * len(head) + line


def _strength(told: Briefing, room: int) -> Iterator[str]:
    names = [*told.strength["name"], *told.counts["name"]]
    longest = max((len(name) for name in names), default=0)
    indent = min(longest, 24) + 2
    few = len(told.strength) <= FEW_SENDERS
    for row in records(told.strength.head(SENDERS_SHOWN)):
        head = f"  {row['name'][:24]:<{indent}}{_figure(row):>7}  "
        yield from _wrapped(head, _claimed(row), room)
        for other in records(other_counts(told, row["sender"])) if few else ():
            yield from _wrapped(f"  {'':<{indent}}{'':>7}  ", "also " + _other(other), room)
    for row in records(_silent(told)) if few else ():
        head = f"  {row['name'][:24]:<{indent}}{'-':>7}  "
        lead = "last count " if _printed(row) else ""
        yield from _wrapped(head, lead + _other(row), room)
    left_out = len(told.strength) - SENDERS_SHOWN
    if left_out > 0:
        yield f"  and {left_out} more: troopdata presence --host {told.host}"


def _silent(told: Briefing) -> pd.DataFrame:
    """Return the last count of senders without an estimate, a figure before none, newest first."""
    counts = told.counts[~told.counts["sender"].isin(told.strength["sender"])]
    counted = counts[["personnel", "personnel_low", "personnel_high"]].notna().any(axis=1)
    ranked = counts.assign(counted=counted).sort_values(
        ["counted", "as_of"], ascending=[False, False], kind="stable"
    )
    return ranked.drop_duplicates("sender").head(SILENT_SHOWN)


def _figure(row: dict[str, Any]) -> str:
    if row["personnel"] is not None:
        return f"{row['personnel']:,}"
    if row["low"] is not None or row["high"] is not None:
        return "~"
    return "?"


def _claimed(row: dict[str, Any]) -> str:
    counted = COUNTED.get(row["basis"] or "", "")
    state = {
        "between": "between two counts",
        "reported_zero": "none reported",
        "presence_only": "present, not counted",
        "suppressed": "figure withheld",
    }.get(row["state"], "")
    span = _span(row) if row["state"] != "reported_zero" else ""
    said = ", ".join(word for word in (_publisher(row), _when(row, "as_of")) if word)
    words = [word for word in (span, state, counted, said) if word]
    return "; ".join(words)


def _span(row: dict[str, Any]) -> str:
    low, high = row["low"], row["high"]
    if low is None and high is None:
        return ""
    if low is None:
        return f"at most {high:,}"
    if high is None:
        return f"at least {low:,}"
    return f"{low:,} to {high:,}" if low != high else ""


def _other(row: dict[str, Any]) -> str:
    hedge = HEDGES.get(row["qualifier"] or "", "")
    figure = _printed(row) or FIGURELESS.get(row["value_state"], "no figure")
    uniformed = row["force"] in ("military", "active_duty")
    force = "" if uniformed else f" ({_label('force', row['force'])})"
    where = f" in {row['place']}" if row["place"] else ""
    counted = COUNTED.get(row["basis"], row["basis"])
    said = ", ".join(word for word in (_publisher(row), _when(row, "as_of")) if word)
    return f"{hedge}{figure}{force.lower()}{where}; {counted}; {said}"


def _printed(row: dict[str, Any]) -> str:
    """Return a claim's figure, or one of its bounds; nothing where it prints none."""
    figures = [row["personnel"], row["personnel_high"], row["personnel_low"]]
    return next((f"{value:,}" for value in figures if value is not None), "")


def _publisher(row: dict[str, Any]) -> str:
    """Return who says so, without what stands in brackets."""
    return str(row["publisher"] or "").split(" (")[0]


def _label(vocabulary: str, code: str) -> str:
    return spec.vocabularies()[vocabulary].labels[code]


def _parsed(day: str) -> dt.date:
    return dates.parse(day)


def _day(day: str) -> str:
    return dates.spelled(_parsed(day), "day")


def _when(row: dict[str, Any], column: str) -> str:
    if row[column] is None:
        return ""
    return dates.spelled(_parsed(row[column]), row[f"{column}_precision"])


def _tenancies(told: Briefing, room: int) -> Iterator[str]:
    rows = told.tenancies
    for base in list(dict.fromkeys(rows["base_id"]))[:BASES_SHOWN]:
        spells = records(rows[rows["base_id"] == base])
        place = spells[0]["place"]
        place = f", {place}" if place and place != spells[0]["base_name"] else ""
        parts = [f"{row['sender_name']} {_spell(row)}" for row in spells]
        yield from _wrapped(f"  {spells[0]['base_name']}{place}: ", "; ".join(parts), room)
    left_out = rows["base_id"].nunique() - BASES_SHOWN
    if left_out > 0:
        yield f"  and {left_out} more: troopdata get tenancies --host {told.host}"


def _spell(row: dict[str, Any]) -> str:
    start, end = _when(row, "started"), _when(row, "ended")
    if row["standing"] == "running":
        return f"there {start}" if start.startswith("by ") else f"since {start}"
    if row["standing"] == "may run" and not end:
        seen = f"seen {_day(row['status_as_of'])}" if row["status_as_of"] else "end unknown"
        return f"({', '.join(word for word in (start, seen) if word)})"
    mode = f", {_label('tenancy_end', row['end_mode']).lower()}" if row["end_mode"] else ""
    if not start or start.startswith("by ") or end.startswith("by "):
        begun = (
            f"there {start}, " if start.startswith("by ") else f"from {start}, " if start else ""
        )
        gone = f"gone {end}" if end.startswith("by ") else f"until {end}"
        return f"{begun}{gone}{mode}"
    return f"{start} to {end}{mode}"


def _agreements(told: Briefing, room: int) -> Iterator[str]:
    rows = records(told.agreements)
    for standing in ("ended", "in force", "contested", "unclear"):
        alike = [row for row in rows if row["standing"] == standing]
        for row in alike[:AGREEMENTS_SHOWN]:
            day = _ended(row) if standing == "ended" else _since(row)
            line = f"  {standing:<10}{day:<17}{row['title']}"
            yield line if len(line) <= room else line[: room - 1] + "…"
        if len(alike) > AGREEMENTS_SHOWN:
            yield f"  {standing:<10}and {len(alike) - AGREEMENTS_SHOWN} more"


def _since(row: dict[str, Any]) -> str:
    return _when(row, "since") if row["since"] else ""


def _ended(row: dict[str, Any]) -> str:
    return dates.spelled(_parsed(row["host_ended"]), row["ended_precision"])


def _events(told: Briefing, room: int) -> Iterator[str]:
    for row in records(told.events):
        yield from _wrapped(f"  {_when(row, 'date'):<12} ", row["description"], room)
