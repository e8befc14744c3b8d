"""Load the files of the series: reports, printed totals, corrections, and what names mean."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

from troopdata.importers.dated_places import Missions
from troopdata.importers.un_contributions import origin, printed_totals, report
from troopdata.importers.un_contributions.printed_totals import Total
from troopdata.importers.un_contributions.report import Report
from troopdata.io import csv_reader

__all__ = ["Correction", "Incomplete", "MonthlySeries", "load", "months_apart", "senders"]

SENDERS, CORRECTIONS, INCOMPLETE = "senders.csv", "corrections.csv", "incomplete.csv"


class Correction(NamedTuple):
    """One row of ``corrections.csv``: the columns of the schema `corrections`.

    `row` is ``mission: contributor`` as printed, `column` a class of personnel.
    """

    correction_id: str
    table: str
    as_of: str
    row: str
    column: str
    expected: str
    corrected: str
    action: str
    reason: str
    source_id: str


class Incomplete(NamedTuple):
    """A mission whose contributors a report does not list in full, and why it is thought so."""

    month: str
    mission: str
    reason: str


@dataclass(frozen=True)
class MonthlySeries:
    """The reports and what is known about them.

    Attributes
    ----------
    reports : list of Report
        By month.
    head, entries : dict
        ``origin.json``: what it says of the series, and its entries by day.
    totals : list of Total
        The printed totals.
    corrections : list of Correction
        Figures under the wrong name.
    incomplete : list of Incomplete
        Missions of which a report lacks contributors.
    senders : dict of str to str
        Country codes by the name that the reports print.
    missions : Missions
        Where missions are.
    """

    reports: list[Report]
    head: dict[str, Any]
    entries: dict[str, dict[str, Any]]
    totals: list[Total]
    corrections: list[Correction]
    incomplete: list[Incomplete]
    senders: dict[str, str]
    missions: Missions

    @cached_property
    def monthly(self) -> list[str]:
        """The days of reports that tell missions apart."""
        return [item.as_of for item in self.reports if item.by_mission]


def months_apart(earlier: str, later: str) -> int:
    """Return how many months lie between two days.

    Examples
    --------
    >>> months_apart("2024-12-31", "2025-02-28")
    2
    """
    years = int(later[:4]) - int(earlier[:4])
    return 12 * years + int(later[5:7]) - int(earlier[5:7])


def senders(folder: Path) -> dict[str, str]:
    """Return country codes by the name that the reports print."""
    return {row["name"]: row["country"] for row in csv_reader.read_rows(folder / SENDERS)}


def load(folder: Path) -> MonthlySeries:
    """Return the series.

    Raises
    ------
    Invalid
        If a file breaks its format.
    """
    file = folder / origin.FILE
    head = json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
    entries = {entry["as_of"]: entry for entry in head.pop("reports", [])}
    return MonthlySeries(
        [report.read(report.path(folder, as_of), as_of) for as_of in entries],
        head,
        entries,
        printed_totals.read(folder) if entries else [],
        [Correction(**row) for row in _rows(folder / CORRECTIONS)],
        [Incomplete(**row) for row in _rows(folder / INCOMPLETE)],
        senders(folder),
        Missions.read(folder.parent),
    )


def _rows(file: Path) -> list[dict[str, str]]:
    return csv_reader.read_rows(file) if file.exists() else []
