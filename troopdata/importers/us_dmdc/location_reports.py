"""Read the transcribed location reports, from September 2008."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from troopdata.errors import Failure, Invalid
from troopdata.importers.us_dmdc.columns import ACTIVE, CIVILIAN, GRAND, RESERVE, heads
from troopdata.importers.us_dmdc.printed_totals import Total
from troopdata.importers.us_dmdc.report import Line, Report
from troopdata.importers.us_dmdc.transcribed_rows import by_date

__all__ = ["FILES", "FIRST", "REPORTS", "TOTALS", "WORKBOOK", "reports", "totals"]

FIRST = "2008-09-30"
STATES = "dmdc_us_states_2008_2025.csv"
MISSING = "dmdc_location_rows_missing_from_reports.csv"
DIFFERING = "dmdc_location_rows_differing.csv"
TOTALS = "dmdc_location_printed_totals.csv"
LATEST = "dmdc_location_2026-03_active_duty_overseas.csv"
REPORTS = "dmdc_reports_1950_2025.csv"
FILES = (REPORTS, STATES, MISSING, DIFFERING, TOTALS, LATEST)
# The workbook of this day is among the originals, and is read instead of its transcription.
WORKBOOK = "2025-12-31"
ARMY_GAP = ("2022-12-31", "2023-06-30")
# Printed branches, with the names that the three transcriptions give them.
ACTIVE_NAMES = {
    "ARMY": "army", "NAVY": "navy", "MARINE CORPS": "marine_corps", "AIR FORCE": "air_force",
    "AIR FORCE/SPACE FORCE": "air_force", "SPACE FORCE": "space_force",
    "COAST GUARD": "coast_guard", "TOTAL": "total",
}  # fmt: skip
SECTIONS = {
    "united_states": "UNITED STATES TOTAL",
    "overseas": "OVERSEAS TOTAL",
    "grand": "GRAND TOTAL",
}


def reports(
    upstream: Path, recent: Mapping[str, list[dict[str, str]]]
) -> Iterator[tuple[Report, tuple[str, ...]]]:
    """Yield every transcribed location report and the files that it comes from.

    Parameters
    ----------
    upstream : pathlib.Path
        The folder of the files.
    recent : mapping of str to list of dict
        Rows of the first file by report date.
    """
    states, missing = by_date(upstream / STATES), by_date(upstream / MISSING)
    differing = by_date(upstream / DIFFERING)
    for as_of in recent:
        if as_of == WORKBOOK:
            continue
        columns = heads(as_of)
        home = [_state(as_of, row) for row in states.get(as_of, [])]
        hosts = [_host(as_of, row) for row in recent[as_of] if _is_host(row)]
        hosts += [_missing(as_of, row) for row in missing.get(as_of, [])]
        abroad = _amended(as_of, hosts, differing.get(as_of, []))
        lines = (*home, *sorted(abroad, key=lambda line: line.label))
        names = (REPORTS, STATES, MISSING, *((DIFFERING,) if differing.get(as_of, []) else ()))
        yield Report(as_of, "location", columns, lines), names
    yield _latest(upstream)


def _latest(upstream: Path) -> tuple[Report, tuple[str, ...]]:
    """Return the report of March 2026: active duty abroad only."""
    (as_of, rows) = next(iter(by_date(upstream / LATEST).items()))
    columns = tuple(head for head in heads(as_of) if head.startswith(ACTIVE))
    lines = [Line("overseas", row["source_label"], _active(columns, row)) for row in rows]
    ordered = tuple(sorted(lines, key=lambda line: line.label))
    return Report(as_of, "location", columns, ordered), (LATEST,)


def _is_host(row: Mapping[str, str]) -> bool:
    """Whether a row of the first file is a line of the report, and not among the missing lines.

    Its "United States" is computed, and a starred line comes from the file of missing lines.
    """
    return row["Location"] != "United States" and not row["Location"].endswith("*")


def _host(as_of: str, row: Mapping[str, str]) -> Line:
    return Line("overseas", row["Location"], tuple(row[_name(head)] for head in heads(as_of)))


def _name(head: str) -> str:
    """Return the first file's name of a printed column.

    Examples
    --------
    >>> _name("ACTIVE DUTY AIR FORCE/SPACE FORCE"), _name("APF DOD CIVILIAN DOD")
    ('Air Force Active Duty', 'DOD Civilian')
    >>> _name("NATIONAL GUARD / RESERVE TOTAL"), _name("GRAND TOTAL")
    ('Total Selected Reserve', 'Grand Total')
    """
    group = next(group for group in (ACTIVE, RESERVE, CIVILIAN, GRAND) if head.startswith(group))
    branch = head[len(group) + 1 :]
    if group == GRAND:
        return "Grand Total"
    if group == RESERVE:
        return "Total Selected Reserve" if branch == "TOTAL" else branch.title()
    words = "DOD" if branch == "DOD" else branch.removesuffix("/SPACE FORCE").title()
    return f"{words} {'Active Duty' if group == ACTIVE else 'Civilian'}"


def _state(as_of: str, row: Mapping[str, str]) -> Line:
    cells = []
    for head in heads(as_of):
        cell = row.get(_state_name(head), "")
        # In this period the Army reported nothing: an empty cell is not a zero.
        gap = not cell and head != GRAND and ARMY_GAP[0] <= as_of <= ARMY_GAP[1]
        cells.append("not_reported" if gap else cell)
    return Line("united_states", row["state"].upper(), tuple(cells))


def _state_name(head: str) -> str:
    name = _name(head).lower().replace(" ", "_")
    if name == "total_active_duty":
        return "troops_ad"
    return name.replace("_active_duty", "_ad")


def _missing(as_of: str, row: Mapping[str, str]) -> Line:
    columns = heads(as_of)
    if row["state"] == "suppressed":
        cells = tuple("suppressed" if head.startswith(ACTIVE) else "" for head in columns)
        return Line("overseas", row["printed_label"], cells)
    cells = _active(columns, row)
    if row["state"] == "army_not_reported":
        gone = {f"{ACTIVE} ARMY", f"{ACTIVE} TOTAL"}
        cells = tuple(
            "not_reported" if head in gone else cell
            for head, cell in zip(columns, cells, strict=True)
        )
    return Line("overseas", row["printed_label"], cells)


def _active(columns: Iterable[str], row: Mapping[str, str]) -> tuple[str, ...]:
    """Return the active-duty cells of a row, and nothing in the other columns."""
    return tuple(
        row[ACTIVE_NAMES[head[len(ACTIVE) + 1 :]]] if head.startswith(ACTIVE) else ""
        for head in columns
    )


def _amended(as_of: str, lines: list[Line], differing: list[dict[str, str]]) -> list[Line]:
    """Return the lines with second printed lines added and misread cells replaced.

    Where the report prints two lines for one host, the first file has only one of them, and the
    file of differing rows has both together.
    """
    by_label = {line.label: line for line in lines}
    for row in differing:
        label = row["label_in_reports_file"]
        if label not in by_label:
            message = f"{REPORTS} has no such line on {as_of}"
            place = (DIFFERING, None, as_of, "label_in_reports_file", "label", label)
            raise Invalid([Failure(*place, message)])
        known = by_label[label]
        read = _active(heads(as_of), row)
        others = [name for name in row["printed_labels"].split(" + ") if name != known.label]
        if others:
            lines = [*lines, Line("overseas", others[0], _difference(read, known.cells))]
        else:
            lines = [line._replace(cells=_over(read, line.cells)) if line is known else line
                     for line in lines]  # fmt: skip
    return lines


def _difference(joined: tuple[str, ...], first: tuple[str, ...]) -> tuple[str, ...]:
    """Return a second printed line: the sum of both less the first."""
    return tuple(
        str(int(both) - int(one)) if both else "" for both, one in zip(joined, first, strict=True)
    )


def _over(read: tuple[str, ...], cells: tuple[str, ...]) -> tuple[str, ...]:
    """Return a line with cells as read again, without its grand total, the sum of the old ones."""
    return (*(new or old for new, old in zip(read[:-1], cells[:-1], strict=True)), "")


def totals(rows: Iterable[Mapping[str, str]]) -> Iterator[Total]:
    """Yield the printed sums of every location report: active duty only."""
    for row in rows:
        as_of, section = row["as_of"], row["section"]
        if as_of == WORKBOOK:
            continue
        for head in heads(as_of):
            if head.startswith(ACTIVE):
                cell = row[ACTIVE_NAMES[head[len(ACTIVE) + 1 :]]] or "not_reported"
                yield Total(as_of, section, SECTIONS[section], head, cell)
