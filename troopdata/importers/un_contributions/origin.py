"""Write ``origin.json``: where each report comes from."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Mapping
from typing import Any

__all__ = ["FILE", "STAFF_APART", "entry", "from_pdf", "rendered", "transcribed"]

FILE = "origin.json"
# The department was renamed at the beginning of 2019.
RENAMED = "2019-01-31"
BEFORE, SINCE = (
    "United Nations Department of Peacekeeping Operations",
    "United Nations Department of Peace Operations",
)
STAFF_APART = "2017-05-31"
TITLE = "Monthly report of uniformed personnel contributors"
BY_MISSION = "by mission, country and class of personnel"
BY_COUNTRY = "by country and class of personnel"
WITHOUT_MISSIONS = "The edition is by country only: it does not tell missions apart."
WITHOUT_TOTALS = "The collection has neither the printed zeros nor the printed totals."
PAGE = "https://peacekeeping.un.org/en/troop-and-police-contributors"
COPIES = "https://github.com/kl371218/kl371218/blob/3589eca"
COLLECTED = "https://github.com/IPIDataLab/PPP_Loader/tree/2653920"
IPI = "IPI Peacekeeping Database (Perry and Smith), IPIDataLab/PPP_Loader"


def rendered(entries: Iterable[Mapping[str, Any]], head: Mapping[str, Any]) -> str:
    """Return ``origin.json`` as text: what is said of the series as a whole, and its reports."""
    reports = sorted(entries, key=lambda item: str(item["as_of"]))
    return json.dumps({**head, "reports": reports}, indent=1, ensure_ascii=False) + "\n"


def entry(as_of: str, *, by_mission: bool, **known: str) -> dict[str, Any]:
    """Return the entry of a report.

    Parameters
    ----------
    as_of : str
        Last day of its month.
    by_mission : bool
        Whether it tells missions apart.
    **known : str
        url, transcribed_via, file, locator (what the locators of its rows count), not_covered.
    """
    day = dt.date.fromisoformat(as_of)
    return {
        "as_of": as_of,
        "source_id": f"un-contributions-{as_of[:7]}",
        "title": f"{TITLE} {BY_MISSION if by_mission else BY_COUNTRY}, {day:%B %Y}",
        "publisher": SINCE if as_of >= RENAMED else BEFORE,
        **known,
        "by_mission": by_mission,
        "not_covered": known.get("not_covered", "") if by_mission else WITHOUT_MISSIONS,
    }


def transcribed(as_of: str, name: str) -> dict[str, Any]:
    """Return the entry of a report that the International Peace Institute collected."""
    return entry(
        as_of, by_mission=True, url=COLLECTED, transcribed_via=IPI, file=name, locator="line"
    )


def from_pdf(as_of: str, name: str, *, by_mission: bool, copy: bool) -> dict[str, Any]:
    """Return the entry of a report that was read from its PDF.

    Parameters
    ----------
    as_of, name : str
        Last day of its month; the name of the file.
    by_mission : bool
        Whether it tells missions apart.
    copy : bool
        Whether the PDF is from the repository that holds those of 2015 to 2025, rather than from
        the publisher.
    """
    url, via = (f"{COPIES}/{name}", "kl371218/kl371218 (copy of the PDF)") if copy else (PAGE, "")
    return entry(
        as_of, by_mission=by_mission, url=url, transcribed_via=via, file=name, locator="p."
    )
