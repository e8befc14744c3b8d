"""List every figure of every line, before lines are assigned to hosts.

A figure is a printed cell, or a service that a line of the older table gives in parts.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from troopdata.importers.us_dmdc.columns import Column
from troopdata.importers.us_dmdc.corrections import amended
from troopdata.importers.us_dmdc.host_labels import Label
from troopdata.importers.us_dmdc.report import Line, Report, key
from troopdata.importers.us_dmdc.series import ReportSeries
from troopdata.importers.us_dmdc.table_309a import strengths

__all__ = ["Figure", "Numbered", "figures", "numbered"]

JOIN = " + "
SPLIT_ONLY = "The report prints no total for this line, only what is ashore."


@dataclass(frozen=True, slots=True)
class Numbered:
    """A line of a report and what its label means.

    Attributes
    ----------
    report : Report
        With figures as corrected.
    line, printed : Line
        The line as corrected, and as printed.
    label : Label
        What the label means.
    """

    report: Report
    line: Line
    printed: Line
    label: Label


class Figure(NamedTuple):
    """One figure.

    Attributes
    ----------
    line : int
        Number of the line among all lines.
    force, service : str
        Codes of the vocabularies.
    part, basis : str
        Part of the service (ashore, afloat) and its basis; empty for the whole.
    columns : str
        The printed columns, joined by `` + ``.
    cell : str
        Digits, or a code of `value_state`.
    status : str
        accepted, or superseded where a correction replaces the figure.
    note : str
        A caveat.
    """

    line: int
    force: str
    service: str
    part: str
    basis: str
    columns: str
    cell: str
    status: str = "accepted"
    note: str = ""


def numbered(series: ReportSeries) -> list[Numbered]:
    """Return every line with the meaning of its label, including the sums that have one.

    Raises
    ------
    Invalid
        With every unknown label.
    """
    reports = [_with_sums(series, report) for report in series.reports]
    meanings = series.labels.match(reports)
    found: list[Numbered] = []
    for report, labels in zip(reports, meanings, strict=True):
        corrected = amended(report, series.corrections)
        found += [
            Numbered(corrected, line, printed, label)
            for line, printed, label in zip(corrected.lines, report.lines, labels, strict=True)
        ]
    return found


def _with_sums(series: ReportSeries, report: Report) -> Report:
    """Return a report, with the printed sums that have a meaning in ``labels.csv`` as lines."""
    cells: dict[tuple[str, str], dict[str, str]] = defaultdict(dict)
    for total in series.totals_of(report.as_of):
        label = series.labels.find(report.layout, total.section, total.line, report.as_of)
        if label and label.role == "domestic":
            cells[total.section, total.line][total.column] = total.printed
    lines = [
        Line(section, line, tuple(found.get(head, "") for head in report.columns))
        for (section, line), found in cells.items()
    ]
    return Report(report.as_of, report.layout, report.columns, (*report.lines, *lines))


def figures(series: ReportSeries, lines: list[Numbered]) -> Iterator[Figure]:
    """Yield every figure of every line.

    Parameters
    ----------
    series : ReportSeries
        The series; its columns give the meaning of the cells.
    lines : list of Numbered
        The result of `numbered`.
    """
    reasons = {item.place: item.reason for item in series.corrections if item.action == "replace"}
    layouts = {layout: series.of(layout) for layout in ("309a", "location")}
    for number, item in enumerate(lines):
        columns = layouts[item.report.layout]
        cells = dict(zip(item.report.columns, item.line.cells, strict=True))
        in_parts = _in_parts(cells, columns)
        yield from _cells(number, cells, columns, _changed(item, reasons), in_parts=in_parts)
        if in_parts:
            yield from _services(number, cells, columns)


def _changed(
    item: Numbered, reasons: Mapping[tuple[str, str, str], str]
) -> dict[str, tuple[str, str]]:
    """Return the printed cell and the reason for each column that a correction changes."""
    if item.line.cells == item.printed.cells or not any(item.line.cells):
        return {}
    row = key(item.line.section, item.line.label)
    cells = zip(item.report.columns, item.line.cells, item.printed.cells, strict=True)
    return {
        head: (old, reasons[item.report.as_of, row, head]) for head, new, old in cells if new != old
    }


def _in_parts(cells: Mapping[str, str], columns: Mapping[str, Column]) -> bool:
    """Whether a line splits a service, or its total, into ashore and afloat."""
    return any(
        cell and columns[head].role in ("component", "split") for head, cell in cells.items()
    )


def _cells(
    number: int,
    cells: Mapping[str, str],
    columns: Mapping[str, Column],
    changed: Mapping[str, tuple[str, str]],
    *,
    in_parts: bool,
) -> Iterator[Figure]:
    """Yield the printed cells; only the parts of a line in parts, whose wholes are computed."""
    for head, cell in cells.items():
        column = columns[head]
        whole = column.role in ("service", "total")
        if not cell or column.role == "sum" or (in_parts and whole):
            continue
        known = number, column.force, column.service, column.place, column.basis
        if head in changed:
            old, reason = changed[head]
            yield Figure(*known, head, old, "superseded", reason)
            yield Figure(*known, f"{head} (corrected)", cell, "accepted", reason)
        else:
            yield Figure(*known, head, cell, "accepted", column.note)


def _services(
    number: int, cells: Mapping[str, str], columns: Mapping[str, Column]
) -> Iterator[Figure]:
    """Yield the services of a line that prints them in parts, each as one figure."""
    for service, found in strengths(cells, columns).items():
        names = JOIN.join(found.columns)
        note = SPLIT_ONLY if service == "all" and found.columns == ("Total Ashore",) else ""
        yield Figure(
            number, "active_duty", service, "", "", names, str(found.figure), "accepted", note
        )
