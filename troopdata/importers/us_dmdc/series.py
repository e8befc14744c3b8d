"""Read the folder of the US series, and put reports into it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
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

__all__ = ["ORIGIN", "ReportSeries", "empty", "load", "origin", "with_reports"]

ORIGIN = "origin.json"


@dataclass(frozen=True, slots=True)
class ReportSeries:
    """The contents of the folder.

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


def load(folder: Path) -> ReportSeries:
    """Return the series of a folder.

    Raises
    ------
    Invalid
        If a file breaks its format, or reports and ``origin.json`` do not name the same dates.
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
    totals = printed_totals.read(folder)
    found = replace(empty(folder), entries=entries, reports=reports, totals=totals)
    if failures := _unknown_columns(found, reports):
        raise Invalid(failures)
    return found


def empty(folder: Path) -> ReportSeries:
    """Return the files of a folder that are kept by hand, as a series without reports."""
    return ReportSeries(
        entries={},
        reports=[],
        labels=host_labels.read(folder),
        columns=columns.read(folder),
        totals=[],
        corrections=read_corrections(folder),
    )


def with_reports(
    old: ReportSeries,
    reports: Iterable[Report],
    entries: Mapping[str, dict[str, Any]],
    totals: Iterable[Total],
) -> ReportSeries:
    """Return a series in which reports replace those of the same dates.

    Parameters
    ----------
    old : ReportSeries
        The series as it is.
    reports, entries, totals
        The reports, their entries of ``origin.json`` by date, and their printed sums.

    Raises
    ------
    Invalid
        If a report breaks the format of a report.
    """
    given = list(reports)
    failures = [
        failure for item in given for failure in report.faults(item, range(2, len(item.lines) + 2))
    ]
    if failures := failures + _unknown_columns(old, given):
        raise Invalid(failures)
    kept = [item for item in old.reports if item.as_of not in entries]
    return replace(
        old,
        entries={**old.entries, **entries},
        reports=sorted([*kept, *given], key=lambda item: item.as_of),
        totals=[*(total for total in old.totals if total.as_of not in entries), *totals],
    )


def _unknown_columns(series: ReportSeries, reports: Iterable[Report]) -> list[Failure]:
    return [
        _unknown(item.as_of, head)
        for item in reports
        for head in item.columns
        if (item.layout, head) not in series.columns
    ]


def _unlisted(as_of: str) -> Failure:
    message, hint = f"{ORIGIN} does not list this report", "add an entry that gives its origin"
    return Failure(f"reports/{as_of}.csv", None, as_of, "", "report-listed", "", message, hint)


def _absent(as_of: str) -> Failure:
    message = f"lists a report of {as_of}, but reports/{as_of}.csv is missing"
    return Failure(ORIGIN, None, as_of, "", "report-listed", as_of, message)


def _unknown(as_of: str, head: str) -> Failure:
    message, hint = "no row of columns.csv says what this column counts", "add it there"
    return Failure(f"reports/{as_of}.csv", 1, as_of, head, "unknown-column", head, message, hint)
