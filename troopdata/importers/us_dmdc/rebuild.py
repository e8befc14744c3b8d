"""Make the files of the US series from transcriptions of the reports and a workbook."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from troopdata.importers.us_dmdc import (
    columns,
    origin,
    printed_totals,
    report,
    series,
    tie_out,
    transcriptions,
    workbook,
)
from troopdata.importers.us_dmdc.series import ReportSeries

__all__ = ["ORIGINALS", "known_heads", "rendered", "transcribed", "workbook_entry"]

FOLDER = "us"
WORKBOOKS = ("dmdc_location_report_2025-12-31.xlsx",)
ORIGINALS = tuple(f"{FOLDER}/{name}" for name in (*transcriptions.FILES, *WORKBOOKS))


def transcribed(upstream: Path, folder: Path) -> dict[str, str]:
    """Return the text of every file of the series by name.

    Parameters
    ----------
    upstream : pathlib.Path
        Folder of the published files; those of this series are in ``us``.
    folder : pathlib.Path
        Folder of the series. A report of a day that the published files lack stays as it is.
    """
    home = upstream / FOLDER
    found = transcriptions.reports(home)
    reports = [item.report for item in found]
    entries = {item.report.as_of: origin.transcribed(item) for item in found}
    totals = transcriptions.totals(home)
    for name in WORKBOOKS:
        book = workbook.read(home / name, known_heads(folder))
        reports.append(book.report)
        totals += book.totals
        entries[book.report.as_of] = workbook_entry(book, name)
    old = series.load(folder) if (folder / series.ORIGIN).exists() else series.empty(folder)
    whole = series.with_reports(old, reports, entries, totals)
    return rendered(replace(whole, totals=tie_out.with_gaps(whole)), entries)


def rendered(whole: ReportSeries, dates: Mapping[str, object]) -> dict[str, str]:
    """Return the files of a series as text by name: the reports of some dates, and the lists.

    ``origin.json`` comes last, so that every report that it lists is written before it.
    """
    return {
        **{
            f"reports/{item.as_of}.csv": report.rendered(item)
            for item in whole.reports
            if item.as_of in dates
        },
        printed_totals.FILE: printed_totals.rendered(whole.totals),
        series.ORIGIN: origin.rendered(whole.entries.values()),
    }


def known_heads(folder: Path) -> list[str]:
    """Return the column heads that a workbook may have."""
    return [head for layout, head in columns.read(folder) if layout == "location"]


def workbook_entry(book: workbook.Workbook, name: str) -> dict[str, Any]:
    """Return the entry of ``origin.json`` for a report read from the publisher's own workbook."""
    as_of = book.report.as_of
    # ISO dates compare as text; the workbook need not give the day.
    early = "" < book.prepared < as_of
    note = f"It says that it was prepared on {book.prepared}, before its own date." if early else ""
    return origin.entry(
        book.report,
        inputs=[name],
        prepared=book.prepared,
        complete=["overseas", "united_states"],
        not_covered=note,
    )
