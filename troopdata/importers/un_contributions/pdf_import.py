"""Add a PDF of the United Nations to the series, whole or not at all."""

from __future__ import annotations

from pathlib import Path

from troopdata.errors import UsageError
from troopdata.importers import file_changes
from troopdata.importers.un_contributions import pdf_report, rebuild, report, series
from troopdata.importers.un_contributions.rebuild import Found

__all__ = ["import_pdf"]


def import_pdf(path: Path, folder: Path, *, overwrite: bool = False) -> Found:
    """Read a monthly report as its publisher made it, and add it to the series.

    Parameters
    ----------
    path : pathlib.Path
        The PDF.
    folder : pathlib.Path
        Folder of the series.
    overwrite : bool, default False
        Replace a report of the same month that differs.

    Returns
    -------
    Found
        The report, which is now ``reports/YYYY-MM.csv``, its origin, and its printed totals.

    Raises
    ------
    Invalid
        If a line is not understood, a contributor or a mission is unknown, or a printed total does
        not agree with its rows and no correction says so; nothing is written then.
    UsageError
        If the series has that month already.
    """
    printed = pdf_report.read(path, series.senders(folder))
    found = rebuild.from_printed(printed, path.name, copy=False)
    whole = series.load(folder)
    _refuse_same_month(found, whole, path, folder, overwrite=overwrite)
    rebuild.refuse_unfit([found], whole)
    file_changes.write(folder, rebuild.rendered([found], folder))
    return found


def _refuse_same_month(
    found: Found, whole: series.MonthlySeries, path: Path, folder: Path, *, overwrite: bool
) -> None:
    as_of = found.report.as_of
    if as_of not in whole.entries or overwrite:
        return
    file = report.path(folder, as_of)
    month = as_of[:7]
    if file.read_text("utf-8") == report.rendered(found.report.rows):
        message = f"{path.name} is the report of {month}, which the series has already"
        hint = "nothing was written; if another month was meant, the file is a copy of this one"
    else:
        message = f"{path.name} is a report of {month}, and the series has another one"
        hint = f"compare it with {file}; remove that file's entry first if it is to be replaced"
    raise UsageError(message, hint=hint, file=str(path))
