"""Make the files of the series from the PDFs and from the rows that were transcribed earlier."""

from __future__ import annotations

import csv
import gzip
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

from troopdata.errors import Failure, Invalid
from troopdata.importers.un_contributions import (
    origin,
    pdf_report,
    printed_totals,
    report,
    report_head,
    series,
    tie_out,
)
from troopdata.importers.un_contributions.pdf_report import Printed
from troopdata.importers.un_contributions.printed_totals import Total
from troopdata.importers.un_contributions.report import Report, ReportRow
from troopdata.importers.un_contributions.report_head import CLASSES
from troopdata.importers.un_contributions.series import MonthlySeries

__all__ = ["ORIGINALS", "Found", "from_printed", "refuse_unfit", "rendered", "transcribed"]

FOLDER = "un"
TRANSCRIBED = "un_contributions_wide_2009_2025.csv.gz"
# Later months of that file were read from the PDFs, which are read here again.
BEFORE_PDFS = "2015"
# The copies leave out July 2022.
PDFS = tuple(
    f"UN_country_contributions_{year}_{month:02d}.pdf"
    for year in range(2015, 2026)
    for month in range(1, 13)
    if (year, month) != (2022, 7) and (year, month) < (2025, 8)
)
ORIGINALS = (f"{FOLDER}/{TRANSCRIBED}", *(f"{FOLDER}/pdf/{name}" for name in PDFS))


class Found(NamedTuple):
    """One report, its entry of ``origin.json``, and the totals that it prints."""

    report: Report
    entry: Mapping[str, Any]
    totals: list[Total]


def transcribed(upstream: Path, folder: Path) -> dict[str, str]:
    """Return the text of every file of the series by name.

    Parameters
    ----------
    upstream : pathlib.Path
        Folder of the published files; those of this series are in ``un``.
    folder : pathlib.Path
        Folder of the series. A report of a month that the published files lack stays as it is.
    """
    names = series.senders(folder)
    found = {item.report.as_of: item for item in _transcribed(upstream / FOLDER / TRANSCRIBED)}
    found |= _from_pdfs([upstream / FOLDER / "pdf" / name for name in PDFS], names)
    refuse_unfit(found.values(), series.load(folder))
    return rendered(found.values(), folder)


def refuse_unfit(found: Collection[Found], whole: MonthlySeries) -> None:
    """Refuse reports with unknown names, or with totals that differ without a correction.

    Parameters
    ----------
    found : collection of Found
        The reports.
    whole : MonthlySeries
        The series that they are for.

    Raises
    ------
    Invalid
        With everything that does not fit.
    """
    entries = {item.report.as_of: dict(item.entry) for item in found}
    own = replace(
        whole,
        reports=[item.report for item in found],
        entries=entries,
        totals=[total for item in found for total in item.totals],
        corrections=[item for item in whole.corrections if item.as_of in entries],
    )
    if failures := tie_out.check(own).failures:
        raise Invalid(failures)


def rendered(found: Iterable[Found], folder: Path) -> dict[str, str]:
    """Return the files of the series as text by name: these reports, and the lists of all.

    ``origin.json`` comes last, so that every report that it lists is written before it.
    """
    made = {item.report.as_of: item for item in found}
    old = series.load(folder)
    months = {as_of[:7] for as_of in made}
    totals = [total for total in old.totals if total.month not in months]
    totals += [total for item in made.values() for total in item.totals if total.kind != "part"]
    entries = old.entries | {as_of: dict(item.entry) for as_of, item in made.items()}
    return {
        **{
            f"reports/{as_of[:7]}.csv": report.rendered(item.report.rows)
            for as_of, item in sorted(made.items())
        },
        printed_totals.FILE: printed_totals.rendered(totals),
        origin.FILE: origin.rendered(entries.values(), old.head),
    }


def _transcribed(file: Path) -> Iterator[Found]:
    """Yield the reports of 2009 to 2014 from the rows that were collected from them."""
    rows: dict[str, list[ReportRow]] = {}
    with gzip.open(file, "rt", encoding="utf-8", newline="") as handle:
        for row in csv.DictReader(handle):
            if row["as_of"] < BEFORE_PDFS:
                # The file has 0 for what a report does not print, and no line of zeros only.
                cells = tuple("" if row[name] == "0" else row[name] for name in CLASSES)
                line = row["page_or_line"].removeprefix("line ")
                rows.setdefault(_month_end(row["as_of"]), []).append(
                    ReportRow(row["operation"], row["sender"], cells, line)
                )
                name = row["file"]
    for as_of, lines in rows.items():
        yield Found(Report(as_of, tuple(lines)), origin.transcribed(as_of, name), [])


def _month_end(day: str) -> str:
    """Return the last day of a day's month."""
    return report_head.month_end(int(day[:4]), int(day[5:7]))


def _from_pdfs(files: Iterable[Path], names: Collection[str]) -> dict[str, Found]:
    """Return the reports of PDFs by day; a byte copy of another month's file is left out."""
    found: dict[str, Found] = {}
    read: dict[bytes, Path] = {}
    for file in files:
        data = file.read_bytes()
        if data in read:
            continue
        read[data] = file
        item = from_printed(pdf_report.read(file, names), file.name, copy=True)
        if item.report.as_of in found:
            other = found[item.report.as_of].entry["file"]
            message = f"{other} is another report of {item.report.as_of}"
            hint = "keep one of the two"
            where = (str(file), None, "", "", "month", item.report.as_of)
            raise Invalid([Failure(*where, message, hint)])
        found[item.report.as_of] = item
    # A copy under an earlier name is kept under the name of its own month.
    by_name = {file.name: file for file in files}
    for as_of, item in found.items():
        named = f"UN_country_contributions_{as_of[:4]}_{as_of[5:7]}.pdf"
        if named in by_name and item.entry["file"] != named:
            entry = origin.from_pdf(as_of, named, by_mission=item.report.by_mission, copy=True)
            found[as_of] = item._replace(entry=entry)
    return found


def from_printed(printed: Printed, name: str, *, copy: bool) -> Found:
    """Return what a PDF prints as a report of the series.

    Parameters
    ----------
    printed : Printed
        The PDF's figures and totals.
    name : str
        Its file name.
    copy : bool
        Whether it is one of the copies of 2015 to 2025.
    """
    cells: dict[tuple[str, str], dict[str, int]] = {}
    pages: dict[tuple[str, str], int] = {}
    for figure in printed.figures:
        key = figure.mission, figure.sender
        own = cells.setdefault(key, {})
        own[figure.kind] = own.get(figure.kind, 0) + figure.people
        pages.setdefault(key, figure.page)
    rows = tuple(
        ReportRow(*key, tuple(str(own.get(name, "")) for name in CLASSES), str(pages[key]))
        for key, own in cells.items()
    )
    month = printed.as_of[:7]
    totals = [
        Total(month, total.mission, total.sender, str(total.people)) for total in printed.totals
    ]
    entry = origin.from_pdf(printed.as_of, name, by_mission=printed.by_mission, copy=copy)
    return Found(Report(printed.as_of, rows), entry, totals)
