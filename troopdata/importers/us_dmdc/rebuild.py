"""The series folder from the files that others typed up and the workbook at hand."""

from __future__ import annotations

import datetime as dt
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
from troopdata.importers.us_dmdc.printed_totals import Total
from troopdata.importers.us_dmdc.report import Report
from troopdata.io import csv_writer

__all__ = ["known_heads", "rebuild", "workbook_entry"]

WORKBOOKS = ("dmdc_location_report_2025-12-31.xlsx",)


def rebuild(upstream: Path, folder: Path) -> None:
    """Write every report, ``origin.json`` and the printed sums anew.

    Parameters
    ----------
    upstream : pathlib.Path
        Folder of the transcribed files and the workbook.
    folder : pathlib.Path
        Folder of the series. Its ``labels.csv``, ``columns.csv`` and ``corrections.csv`` are kept
        by hand and stay; so does a report of a day that `upstream` has nothing of.
    """
    found = transcriptions.reports(upstream)
    reports = [item.report for item in found]
    entries = {item.report.as_of: origin.transcribed(item) for item in found}
    sums = transcriptions.totals(upstream)
    for name in WORKBOOKS:
        book = workbook.read(upstream / name, known_heads(folder))
        reports.append(book.report)
        sums += book.totals
        entries[book.report.as_of] = workbook_entry(book, name)
    if (folder / series.ORIGIN).exists():
        kept = {item["as_of"]: item for item in series.origin(folder)["reports"]}
        sums += [total for total in printed_totals.read(folder) if total.as_of not in entries]
        entries = {**kept, **entries}
    write(folder, reports, entries, sums)


def known_heads(folder: Path) -> list[str]:
    """Return the column heads that a workbook may have."""
    return [head for layout, head in columns.read(folder) if layout == "location"]


def workbook_entry(book: workbook.Workbook, name: str) -> dict[str, Any]:
    """Return what ``origin.json`` says of a report read from the publisher's own workbook."""
    as_of = book.report.as_of
    late = bool(book.prepared) and dt.date.fromisoformat(book.prepared) < dt.date.fromisoformat(
        as_of
    )
    note = f"It says that it was prepared on {book.prepared}, before its own date." if late else ""
    return origin.entry(
        book.report,
        inputs=[name],
        prepared=book.prepared,
        complete=["overseas", "united_states"],
        not_covered=note,
    )


def write(
    folder: Path, reports: list[Report], entries: dict[str, dict[str, Any]], sums: list[Total]
) -> None:
    """Write reports, sums and ``origin.json``, the last when everything it lists is there."""
    for item in reports:
        data = report.rendered(item).encode("utf-8")
        csv_writer.replace(report.path(folder, item.as_of), data)
    csv_writer.replace(folder / printed_totals.FILE, printed_totals.rendered(sums).encode("utf-8"))
    text = origin.rendered(entries.values())
    csv_writer.replace(folder / series.ORIGIN, text.encode("utf-8"))
    complete = tie_out.with_gaps(series.load(folder))
    csv_writer.replace(
        folder / printed_totals.FILE, printed_totals.rendered(complete).encode("utf-8")
    )
