"""Write ``origin.json``: the origin of each report, how it counts, and what it lacks."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable
from typing import Any

from troopdata.importers.us_dmdc.report import Report
from troopdata.importers.us_dmdc.transcriptions import Transcribed

__all__ = ["basis", "entry", "rendered", "transcribed"]

PUBLISHER = "US Defense Manpower Data Center"
# The page that offers the location reports; it does not offer the older tables.
PAGE = "https://dwp.dmdc.osd.mil/dwp/app/dod-data-reports/workforce-reports"
FIRST = "meflynn/troopdata"
SECOND = "corbett-hobbs/congress-ideology"
# From the first to before the second day, the forces of the wars are in tables of their own.
WARS_APART = ("2002-09-30", "2008-09-30")
DEFINED_ANEW = "2017-12-31"
QUARTERLY = "2013-09-30"
# Hosts with thousands of troops in the years around, whose line was not transcribed.
ABSENT = {
    "1950-06-30": "Italy and Israel have no line here.",
    **dict.fromkeys(
        (f"{year}-09-30" for year in (1964, *range(1966, 1973))), "Japan has no line here."
    ),
}
STATES = 51  # including the District of Columbia
ARMY_GAP = ("2022-12-31", "2023-03-31", "2023-06-30")
TITLES = {
    "309a": "Active duty military personnel strengths by regional area and by country (309A)",
    "location": "Military and civilian personnel by duty location (location report)",
}


def basis(as_of: str) -> str:
    """Return the basis on which a report of this day counts.

    Examples
    --------
    >>> basis("2017-09-30"), basis("2017-12-31")
    ('assigned_incl_temporary', 'permanently_assigned')
    >>> basis("2007-09-30"), basis("2008-09-30")
    ('assigned_without_contingency', 'assigned_incl_temporary')
    """
    if as_of >= DEFINED_ANEW:
        return "permanently_assigned"
    apart, together = WARS_APART
    return (
        "assigned_without_contingency" if apart <= as_of < together else "assigned_incl_temporary"
    )


def entry(report: Report, **known: Any) -> dict[str, Any]:
    """Return the entry of ``origin.json`` for a report.

    Parameters
    ----------
    report : Report
        The report.
    **known
        transcribed_via, inputs, prepared, complete, not_covered.
    """
    as_of, layout = report.as_of, report.layout
    found = {
        "as_of": as_of,
        "layout": layout,
        "source_id": f"dmdc-{layout}-{as_of}",
        "title": f"{TITLES[layout]}, {_words(as_of)}",
        "publisher": PUBLISHER,
        "url": PAGE if layout == "location" else "",
        "published_on": "",
        "prepared": "",
        "transcribed_via": "",
        "inputs": [],
        "basis": basis(as_of),
        "interval": "quarter" if as_of >= QUARTERLY else "year",
        "complete": [],
        "not_covered": "",
    }
    return {**found, **known}


def _words(as_of: str) -> str:
    day = dt.date.fromisoformat(as_of)
    month = {3: "March", 6: "June", 9: "September", 12: "December"}[day.month]
    return f"{day.day} {month} {day.year}"


def transcribed(item: Transcribed) -> dict[str, Any]:
    """Return the entry of ``origin.json`` for a transcribed report."""
    as_of, layout = item.report.as_of, item.report.layout
    sections = {line.section for line in item.report.lines}
    first = any(name.startswith("dmdc_reports") for name in item.inputs)
    second = as_of == "2026-03-31" or not first or layout == "location"
    via = [name for name, used in ((FIRST, first), (SECOND, second)) if used]
    if layout == "location":
        complete = [] if as_of in ARMY_GAP else ["overseas"]
        missing = _location(item.report)
    elif "Europe" in sections:
        home = "United States and Territories"
        complete = ["Foreign Countries", *([home] if home in sections else [])]
        missing = [] if home in sections else ["The section on the United States is not here."]
    else:
        complete, missing = [], _table()
        missing += [ABSENT[as_of]] if as_of in ABSENT else []
    for cell in item.left_out:
        missing.append(f"{cell}: negative in the transcription, left out.")
    return entry(
        item.report,
        transcribed_via=" and ".join(via),
        inputs=list(item.inputs),
        complete=complete,
        not_covered=" ".join(missing),
    )


def _table() -> list[str]:
    return [
        "Sections, sums, afloat and undistributed lines are not here.",
        "In the years that can be compared the transcription lacks lines of a few hosts.",
    ]


def _location(report: Report) -> list[str]:
    as_of = report.as_of
    if as_of == "2026-03-31":
        return ["Active duty abroad only: no states, reserves or civilians."]
    missing = [
        "Lines that one transcription lacks come from another, of active duty only:",
        "their reserves and civilians are not here.",
        "Among the states, territories and unplaced forces are not here, nor grand totals.",
    ]
    states = sum(line.section == "united_states" for line in report.lines)
    if states < STATES:
        missing.append(f"{STATES - states} of {STATES} states are not here.")
    if as_of in ARMY_GAP:
        missing.insert(0, "The Army reported nothing: most hosts are not here.")
    return missing


def rendered(entries: Iterable[dict[str, Any]]) -> str:
    """Return ``origin.json`` as text, oldest report first."""
    ordered = sorted(entries, key=lambda item: str(item["as_of"]))
    whole = {
        "series": "us-dmdc",
        "publisher": PUBLISHER,
        "licence": "US Government work, public domain",
        "reports": ordered,
    }
    return json.dumps(whole, ensure_ascii=False, indent=1) + "\n"
