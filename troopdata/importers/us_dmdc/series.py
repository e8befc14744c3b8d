"""The folder of the series, read whole."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from troopdata.errors import Failure, Invalid
from troopdata.importers.us_dmdc import columns, host_labels, printed_totals, report
from troopdata.importers.us_dmdc.columns import Column
from troopdata.importers.us_dmdc.corrections import Correction
from troopdata.importers.us_dmdc.corrections import read as read_corrections
from troopdata.importers.us_dmdc.host_labels import Labels
from troopdata.importers.us_dmdc.printed_totals import Total
from troopdata.importers.us_dmdc.report import Report

__all__ = ["ORIGIN", "Series", "load", "origin"]

ORIGIN = "origin.json"


@dataclass(frozen=True, slots=True)
class Series:
    """Everything that the folder of the series holds.

    Attributes
    ----------
    entries : dict of str to dict
        What ``origin.json`` says of each report, by its date.
    reports : list of Report
        The reports, oldest first.
    labels : Labels
        What the printed labels mean.
    columns : dict
        What the printed columns count, by layout and head.
    totals : list of Total
        The printed sums.
    corrections : list of Correction
        The printed figures that their own report contradicts.
    """

    entries: dict[str, dict[str, Any]]
    reports: list[Report]
    labels: Labels
    columns: dict[tuple[str, str], Column]
    totals: list[Total]
    corrections: list[Correction]

    def of(self, layout: str) -> dict[str, Column]:
        """Return the columns of one layout by their heads."""
        return {head: item for (name, head), item in self.columns.items() if name == layout}

    def totals_of(self, as_of: str) -> list[Total]:
        """Return the printed sums of one report."""
        return [total for total in self.totals if total.as_of == as_of]


def origin(folder: Path) -> dict[str, Any]:
    """Return ``origin.json``: where the reports come from."""
    found: dict[str, Any] = json.loads((folder / ORIGIN).read_text(encoding="utf-8"))
    return found


def load(folder: Path) -> Series:
    """Return the series of a folder.

    Raises
    ------
    Invalid
        If a file is not as it must be, or reports and ``origin.json`` do not name the same dates.
    """
    entries = {entry["as_of"]: entry for entry in origin(folder)["reports"]}
    present = {file.stem for file in (folder / "reports").glob("*.csv")}
    failures = [_unlisted(as_of) for as_of in sorted(present - set(entries))]
    failures += [_absent(as_of) for as_of in sorted(set(entries) - present)]
    if failures:
        raise Invalid(failures)
    reports = [
        report.read(report.path(folder, as_of), entries[as_of]["layout"])
        for as_of in sorted(entries)
    ]
    known = columns.read(folder)
    found = Series(
        entries,
        reports,
        host_labels.read(folder),
        known,
        printed_totals.read(folder),
        read_corrections(folder),
    )
    failures = [
        _unknown(item.as_of, head)
        for item in reports
        for head in item.columns
        if (item.layout, head) not in known
    ]
    if failures:
        raise Invalid(failures)
    return found


def _unlisted(as_of: str) -> Failure:
    message, hint = f"{ORIGIN} does not list this report", "say there where it comes from"
    return Failure(f"reports/{as_of}.csv", None, as_of, "", "report-listed", "", message, hint)


def _absent(as_of: str) -> Failure:
    message = f"lists a report of {as_of}, and there is no reports/{as_of}.csv"
    return Failure(ORIGIN, None, as_of, "", "report-listed", as_of, message)


def _unknown(as_of: str, head: str) -> Failure:
    message, hint = "no row of columns.csv says what this column counts", "add it there"
    return Failure(f"reports/{as_of}.csv", 1, as_of, head, "unknown-column", head, message, hint)
