"""Add a workbook of the publisher to the US series, whole or not at all."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from troopdata.errors import Invalid, UsageError
from troopdata.importers import file_changes
from troopdata.importers.us_dmdc import rebuild, report, series, tie_out, workbook
from troopdata.importers.us_dmdc.report import Report
from troopdata.importers.us_dmdc.series import ReportSeries

__all__ = ["import_workbook"]


def import_workbook(path: Path, folder: Path, *, overwrite: bool = False) -> Path:
    """Read a location report as its publisher made it, and add it to the series.

    Parameters
    ----------
    path : pathlib.Path
        The workbook, xlsx or xls.
    folder : pathlib.Path
        Folder of the series.
    overwrite : bool, default False
        Replace a report of the same day that differs.

    Returns
    -------
    pathlib.Path
        The report's file, ``reports/YYYY-MM-DD.csv``.

    Raises
    ------
    Invalid
        If a cell is not understood, a label is unknown, or a printed sum does not agree with
        its lines and no correction says so; nothing is written then.
    UsageError
        If the series has another report of that day and `overwrite` is not set.
    """
    book = workbook.read(path, rebuild.known_heads(folder))
    as_of = book.report.as_of
    _refuse_other(book.report, folder, overwrite=overwrite)
    entries = {as_of: rebuild.workbook_entry(book, path.name)}
    whole = series.with_reports(series.load(folder), [book.report], entries, book.totals)
    whole = replace(whole, totals=tie_out.with_gaps(whole))
    _refuse_unfit(whole, book.report)
    file_changes.write(folder, rebuild.rendered(whole, entries))
    return report.path(folder, as_of)


def _refuse_other(found: Report, folder: Path, *, overwrite: bool) -> None:
    file = report.path(folder, found.as_of)
    if overwrite or not file.exists() or file.read_text("utf-8") == report.rendered(found):
        return
    message = f"the series has another report of {found.as_of}"
    raise UsageError(message, hint="compare the two; overwrite=True replaces it", file=str(file))


def _refuse_unfit(whole: ReportSeries, found: Report) -> None:
    """Refuse a report with an unknown label, or with sums that differ without a correction."""
    whole.labels.match([found])
    one = replace(
        whole,
        reports=[found],
        totals=whole.totals_of(found.as_of),
        corrections=[item for item in whole.corrections if item.as_of == found.as_of],
    )
    failures = tie_out.check(one).failures
    if failures:
        raise Invalid(failures)
