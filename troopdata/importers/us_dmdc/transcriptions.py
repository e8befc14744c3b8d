"""Read what others transcribed of the reports, as reports of this series.

The files: ``dmdc_reports_1950_2025.csv`` (every report, hosts only, 52 columns of which the
printed ones are in capitals), ``dmdc_309A_*`` (the years that were transcribed a second time, line
by line), ``dmdc_us_states_2008_2025.csv``, ``dmdc_location_rows_*`` (lines that the first file
lacks) and ``dmdc_location_printed_totals.csv``. The first file's "United States" of the location
reports and its columns in lower case are computed, not printed, and are left out.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from troopdata.importers.us_dmdc import location_reports
from troopdata.importers.us_dmdc.location_reports import REPORTS
from troopdata.importers.us_dmdc.printed_totals import Total
from troopdata.importers.us_dmdc.report import Line, Report
from troopdata.importers.us_dmdc.transcribed_rows import by_date, table

__all__ = ["FILES", "Transcribed", "reports", "totals"]

HOSTS = "dmdc_309A_hosts_1996_2005.csv"
HOME = "dmdc_309A_us_section_1996_2005.csv"
THIN = "dmdc_309A_2003_2004_active_duty_foreign.csv"
CONTINGENCY = "dmdc_309A_contingency_2003_2005.csv"
TOTALS = "dmdc_309a_printed_totals.csv"
FILES = (*location_reports.FILES, HOSTS, HOME, THIN, CONTINGENCY, TOTALS)
OLD = (
    "Total", "Total Ashore", "Total Afloat", "Army Total", "Navy Ashore", "Navy Temporary Ashore",
    "Navy Other", "Navy Afloat", "Navy Total", "Marine Corps Ashore", "Marine Corps Afloat",
    "Marine Corps Total", "Air Force Total",
)  # fmt: skip
FIVE = ("Total", "Army Total", "Navy Total", "Marine Corps Total", "Air Force Total")
FIGURES = ("total", "army", "navy", "marine_corps", "air_force")
# Lines that refer to another table: their zeros and blanks are not figures.
ELSEWHERE = re.compile(r"\((see |not available|in/around not available)", re.IGNORECASE)
# The report of 2006 omits those words, but prints the operations' totals all the same.
PLACEHOLDERS = {("2006-09-30", "Iraq"), ("2006-09-30", "Kuwait")}


class Transcribed(NamedTuple):
    """A report, the files that it comes from, and the cells that were left out."""

    report: Report
    inputs: tuple[str, ...]
    left_out: tuple[str, ...] = ()


def reports(upstream: Path) -> list[Transcribed]:
    """Return every transcribed report, oldest first.

    Parameters
    ----------
    upstream : pathlib.Path
        The folder of the files.
    """
    first = by_date(upstream / REPORTS)
    twice = {**dict(_hosts(upstream)), **dict(_thin(upstream))}
    old = [
        twice[as_of] if as_of in twice else _old(as_of, rows)
        for as_of, rows in first.items()
        if as_of < location_reports.FIRST
    ]
    recent = {as_of: rows for as_of, rows in first.items() if as_of >= location_reports.FIRST}
    new = [
        Transcribed(report, inputs) for report, inputs in location_reports.reports(upstream, recent)
    ]
    return sorted([*old, *new], key=lambda item: item.report.as_of)


def _old(as_of: str, rows: list[dict[str, str]]) -> Transcribed:
    """Return a report of table 309A as the first file has it: without sections and sums."""
    columns = tuple(name for name in OLD if any(row[name] for row in rows))
    lines, left_out = [], []
    for row in rows:
        label = row["Location"]
        cells = [row[name] for name in columns]
        left_out += [
            f"{label}, {name}" for name, cell in zip(columns, cells, strict=True) if _negative(cell)
        ]
        cells = ["" if _negative(cell) else cell for cell in cells]
        lines.append(Line("", label, _cells(as_of, label, cells)))
    return Transcribed(Report(as_of, "309a", columns, tuple(lines)), (REPORTS,), tuple(left_out))


def _negative(cell: str) -> bool:
    # A strength cannot be negative: a slip of the transcription, listed in origin.json.
    return cell.startswith("-")


def _cells(as_of: str, label: str, cells: list[str]) -> tuple[str, ...]:
    if ELSEWHERE.search(label) or (as_of, label) in PLACEHOLDERS:
        return ("not_reported",) * len(cells)
    return tuple(cells)


def _hosts(upstream: Path) -> Iterator[tuple[str, Transcribed]]:
    """Yield the reports of 1996, 1998 to 2002 and 2005, line by line."""
    lines = defaultdict(list)
    for name in (HOME, HOSTS):
        for row in table(upstream / name):
            lines[row["as_of"]].append(_line(row["as_of"], row["region"], row["label"], row))
    yield from _second(upstream, lines, (HOSTS, HOME))


def _thin(upstream: Path) -> Iterator[tuple[str, Transcribed]]:
    """Yield the reports of 2003 and 2004: foreign countries only."""
    lines = defaultdict(list)
    for row in table(upstream / THIN):
        section = row["dmdc_region"].replace("Near East, and", "Near East and")
        lines[row["as_of"]].append(_line(row["as_of"], section, row["source_label"], row))
    yield from _second(upstream, lines, (THIN,))


def _line(as_of: str, section: str, label: str, row: dict[str, str]) -> Line:
    return Line(section, label, _cells(as_of, label, [row[name] for name in FIGURES]))


def _second(
    upstream: Path, lines: dict[str, list[Line]], inputs: tuple[str, ...]
) -> Iterator[tuple[str, Transcribed]]:
    """Yield reports with the totals of operations, which they print beside the table."""
    operations = defaultdict(list)
    for row in table(upstream / CONTINGENCY):
        as_of = f"{row['year']}-09-30"
        operations[as_of].append(_line(as_of, "Operations", row["dmdc_label"], row))
    for as_of, found in lines.items():
        report = Report(as_of, "309a", FIVE, (*found, *operations[as_of]))
        more = (CONTINGENCY,) if operations[as_of] else ()
        yield as_of, Transcribed(report, (*inputs, *more))


def totals(upstream: Path) -> list[Total]:
    """Return every printed sum of the transcribed reports."""
    found = list(location_reports.totals(table(upstream / location_reports.TOTALS)))
    for row in table(upstream / TOTALS):
        for column, name in zip(FIVE, FIGURES, strict=True):
            found.append(Total(row["as_of"], row["region"], row["line"], column, row[name]))
    return sorted(found, key=lambda total: total.as_of)
