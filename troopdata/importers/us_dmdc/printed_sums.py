"""List everything in the reports that must add up: each printed sum, and the sum of its parts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from troopdata.importers.us_dmdc.columns import ACTIVE, CIVILIAN, GRAND, RESERVE, Column
from troopdata.importers.us_dmdc.printed_totals import Total
from troopdata.importers.us_dmdc.report import Line, Report, key
from troopdata.importers.us_dmdc.series import ReportSeries
from troopdata.importers.us_dmdc.table_309a import ashore, strengths

__all__ = ["ABROAD", "HOME", "Sum", "abroad", "sums"]

# The names of the two halves of a report in the two layouts.
HOME = ("United States and Territories", "united_states")
ABROAD = ("Foreign Countries", "overseas")
NO_SECTION_OF_TABLE = ("Operations", *HOME)
GROUPS = (ACTIVE, RESERVE, CIVILIAN)


class Sum(NamedTuple):
    """One comparison.

    Attributes
    ----------
    as_of, row, column : str
        Where the sum is printed, as corrections name the place.
    line : int
        Physical line of the report; 0 where `row` is a printed sum over lines.
    kind : str
        ``services``, ``ashore``, ``lines`` or ``halves``: what the parts are.
    printed, parts : int
        The printed sum, and what the parts add up to.
    """

    as_of: str
    row: str
    column: str
    line: int
    kind: str
    printed: int
    parts: int

    @property
    def place(self) -> tuple[str, str, str]:
        """Report, row and column, as corrections name them."""
        return self.as_of, self.row, self.column

    @property
    def identity(self) -> tuple[object, ...]:
        """What is compared, without the figures."""
        return (*self.place, self.line, self.kind)


def sums(series: ReportSeries, reports: Iterable[Report], totals: Iterable[Total]) -> Iterator[Sum]:
    """Yield every comparison that the reports allow.

    Parameters
    ----------
    series : ReportSeries
        Its entries say which sections are complete, its columns what they count.
    reports, totals
        The figures, as printed or as corrected.
    """
    by_date = defaultdict(list)
    for total in totals:
        by_date[total.as_of].append(total)
    for report in reports:
        columns, mine = series.of(report.layout), by_date[report.as_of]
        for number, line in enumerate(report.lines, start=2):
            row = key(line.section, line.label)
            cells = dict(zip(report.columns, line.cells, strict=True))
            yield from _line(report, row, number, cells, columns)
        for row, cells in _printed_lines(mine).items():
            yield from _line(report, row, 0, cells, columns)
        yield from _over_lines(report, mine, series.entries[report.as_of]["complete"])


def _printed_lines(totals: Iterable[Total]) -> dict[str, dict[str, str]]:
    """Return printed sums as lines, since the services of a line of totals must add up too."""
    found: dict[str, dict[str, str]] = defaultdict(dict)
    for total in totals:
        found[key(total.section, total.line)][total.column] = total.printed
    return found


def _line(
    report: Report, row: str, number: int, cells: Mapping[str, str], columns: Mapping[str, Column]
) -> Iterator[Sum]:
    compared = _location(cells) if report.layout == "location" else _table(cells, columns)
    for column, kind, printed, parts in compared:
        yield Sum(report.as_of, row, column, number, kind, printed, parts)


def _location(cells: Mapping[str, str]) -> Iterator[tuple[str, str, int, int]]:
    """Compare the branches of each group with its total, and the groups with the grand total."""
    groups = [(f"{group} TOTAL", [c for c in cells if c.startswith(group)]) for group in GROUPS]
    for total, names in groups:
        yield from _compared(cells, total, [name for name in names if name != total])
    yield from _compared(cells, GRAND, [total for total, names in groups if names])


def _compared(
    cells: Mapping[str, str], total: str, parts: list[str]
) -> Iterator[tuple[str, str, int, int]]:
    figures = [cells.get(name, "") for name in (total, *parts)]
    if parts and all(figure.isdigit() for figure in figures):
        first, *rest = map(int, figures)
        yield total, "services", first, sum(rest)


def _table(
    cells: Mapping[str, str], columns: Mapping[str, Column]
) -> Iterator[tuple[str, str, int, int]]:
    """Compare the services of table 309A with the total, and those ashore with the total ashore."""
    found = strengths(cells, columns)
    if "all" in found and len(found) > 1:
        total = found.pop("all")
        parts = sum(item.figure for item in found.values())
        yield total.columns[0], "services", total.figure, parts
    split, parts_ashore = cells.get("Total Ashore", ""), ashore(cells, columns)
    if split.isdigit() and cells.get("Total", "").isdigit() and parts_ashore is not None:
        yield "Total Ashore", "ashore", int(split), parts_ashore


def _over_lines(report: Report, totals: list[Total], complete: list[str]) -> Iterator[Sum]:
    halves = {
        (total.section in HOME, total.column): total.printed
        for total in totals
        if total.line.startswith("Total - Foreign") or total.section in (*HOME, "overseas")
    }
    for total in totals:
        row, column = key(total.section, total.line), total.column
        if not total.printed.isdigit():
            continue
        lines = _lines(report, total, complete)
        if lines is not None:
            parts = _added(report, lines, column)
            yield Sum(report.as_of, row, column, 0, "lines", int(total.printed), parts)
        elif total.section in ("Worldwide", "grand"):
            both = [halves.get((home, column), "") for home in (True, False)]
            if all(half.isdigit() for half in both):
                parts = sum(map(int, both))
                yield Sum(report.as_of, row, column, 0, "halves", int(total.printed), parts)


def _added(report: Report, lines: Iterable[Line], column: str) -> int:
    if column not in report.columns:
        return 0
    at = report.columns.index(column)
    return sum(int(line.cells[at]) for line in lines if line.cells[at].isdigit())


def _lines(report: Report, total: Total, complete: list[str]) -> list[Line] | None:
    """Return the lines that a printed sum adds up; None if the report lacks some of them."""
    if total.section in HOME:
        has_all = any(name in complete for name in HOME)
        return [line for line in report.lines if line.section in HOME] if has_all else None
    if not any(name in complete for name in ABROAD):
        return None
    mine = abroad(report)
    if total.section in ABROAD:
        if total.line in ("Ashore", "Afloat"):
            return [line for line in mine if (line.label == "Afloat") == (total.line == "Afloat")]
        return mine
    region = [line for line in mine if line.section == total.section]
    return region or None


def abroad(report: Report) -> list[Line]:
    """Return the lines of a report that its total abroad adds up."""
    return [line for line in report.lines if line.section not in NO_SECTION_OF_TABLE]
