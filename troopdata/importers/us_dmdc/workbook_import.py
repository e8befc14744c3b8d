"""A new workbook of the publisher into the folder of the series, whole or not at all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from troopdata.errors import Invalid, UsageError
from troopdata.importers.us_dmdc import origin, printed_totals, report, series, tie_out, workbook
from troopdata.importers.us_dmdc.rebuild import known_heads, workbook_entry
from troopdata.importers.us_dmdc.report import Report
from troopdata.importers.us_dmdc.series import Series
from troopdata.importers.us_dmdc.workbook import Workbook
from troopdata.io import csv_writer

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
        Take the place of a report of the same day that says something else.

    Returns
    -------
    pathlib.Path
        The report's file, ``reports/YYYY-MM-DD.csv``.

    Raises
    ------
    Invalid
        If a cell is not understood, a label is not known, or a printed sum does not agree with
        its lines and no correction says so; nothing is written then.
    UsageError
        If the series has another report of that day and `overwrite` is not set.
    """
    book = workbook.read(path, known_heads(folder))
    _refuse_other(book.report, folder, overwrite=overwrite)
    changed = _with(series.load(folder), book, path.name)
    _refuse_unfit(changed, book.report)
    target = report.path(folder, book.report.as_of)
    _commit(
        {
            target: report.rendered(book.report),
            folder / printed_totals.FILE: printed_totals.rendered(changed.totals),
            folder / series.ORIGIN: origin.rendered(changed.entries.values()),
        }
    )
    return target


def _refuse_other(found: Report, folder: Path, *, overwrite: bool) -> None:
    file = report.path(folder, found.as_of)
    if overwrite or not file.exists() or file.read_text("utf-8") == report.rendered(found):
        return
    message = f"the series has another report of {found.as_of}"
    raise UsageError(message, hint="compare the two; overwrite=True replaces it", file=str(file))


def _with(old: Series, book: Workbook, name: str) -> Series:
    """Return the series with the workbook's report in it."""
    as_of = book.report.as_of
    reports = [item for item in old.reports if item.as_of != as_of]
    sums = [total for total in old.totals if total.as_of != as_of]
    found = replace(
        old,
        entries={**old.entries, as_of: workbook_entry(book, name)},
        reports=sorted([*reports, book.report], key=lambda item: item.as_of),
        totals=[*sums, *book.totals],
    )
    return replace(found, totals=tie_out.with_gaps(found))


def _refuse_unfit(changed: Series, found: Report) -> None:
    """Refuse a report with an unknown label, or with sums that do not agree and are not listed."""
    changed.labels.match([found])
    one = replace(
        changed,
        reports=[found],
        totals=changed.totals_of(found.as_of),
        corrections=[item for item in changed.corrections if item.as_of == found.as_of],
    )
    failures = tie_out.check(one).failures
    if failures:
        raise Invalid(failures)


def _commit(files: Mapping[Path, str]) -> None:
    """Write all files, or put back what was there."""
    before = {file: file.read_bytes() if file.exists() else None for file in files}
    try:
        for file, text in files.items():
            csv_writer.replace(file, text.encode("utf-8"))
    except BaseException:
        for file, data in before.items():
            if data is None:
                file.unlink(missing_ok=True)
            else:
                csv_writer.replace(file, data)
        raise
