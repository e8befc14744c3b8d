"""Compare the reports with the sums that they print themselves.

In every line the services are compared with the line's total, and every sum over lines with those
lines. Where the two differ a correction must say so, and every correction must be needed.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from troopdata.errors import Failure
from troopdata.importers.us_dmdc.corrections import FILE as CORRECTIONS
from troopdata.importers.us_dmdc.corrections import (
    Correction,
    amended,
    amended_totals,
    place_of,
    stale,
)
from troopdata.importers.us_dmdc.printed_sums import ABROAD, Sum, sums
from troopdata.importers.us_dmdc.printed_totals import FILE, Total
from troopdata.importers.us_dmdc.series import ReportSeries

__all__ = ["TieOut", "check", "with_gaps"]


@dataclass(slots=True)
class TieOut:
    """The result of comparing reports with their printed sums.

    Attributes
    ----------
    tied, excepted : int
        Sums that agree as printed; sums that differ as a correction says.
    failures : list of Failure
        Sums that differ without a correction; corrections that no longer fit or are not needed.
    reports : int
        Reports whose lines abroad were all compared with the printed total abroad.
    """

    tied: int = 0
    excepted: int = 0
    failures: list[Failure] = field(default_factory=list)
    reports: int = 0

    def __str__(self) -> str:
        return (
            f"US series: {self.reports} reports hold against their printed totals; "
            f"{self.tied:,} sums agree, {self.excepted:,} differ as listed, "
            f"{len(self.failures):,} fail"
        )


def check(series: ReportSeries) -> TieOut:
    """Compare every report of a series with its printed sums.

    Parameters
    ----------
    series : ReportSeries
        Reports, printed sums and corrections.
    """
    found = TieOut(failures=stale(series.reports, series.totals, series.corrections))
    corrected, gaps = _corrected(series), {place_of(total): total.gap for total in series.totals}
    excepting = {item.place: item for item in series.corrections if item.action == "except_sum"}
    needed: set[str] = set()
    compared = list(sums(series, series.reports, series.totals))
    for item in compared:
        exception = excepting.get(item.place)
        if item.printed == item.parts:
            found.tied += 1
        elif _agrees(corrected.get(item.identity)):
            found.excepted += 1
            needed |= _relevant(series.corrections, item)
        elif exception and _excepted(item, gaps.get(item.place, "")):
            found.excepted += 1
            needed.add(exception.correction_id)
        else:
            found.failures.append(_failure(item))
    found.failures += [_unneeded(c) for c in series.corrections if c.correction_id not in needed]
    found.reports = len({item.as_of for item in compared if _over_all_abroad(item)})
    return found


def _agrees(item: Sum | None) -> bool:
    return item is not None and item.printed == item.parts


def _over_all_abroad(item: Sum) -> bool:
    """Whether a comparison is of the lines abroad with a report's total abroad."""
    section, _, line = item.row.partition(": ")
    return item.kind == "lines" and section in ABROAD and "total" in line.lower()


def _corrected(series: ReportSeries) -> dict[tuple[object, ...], Sum]:
    """Return the comparisons of the corrected figures, for reports with corrections."""
    dates = {item.as_of for item in series.corrections}
    reports = [
        amended(report, series.corrections) for report in series.reports if report.as_of in dates
    ]
    totals = [total for total in series.totals if total.as_of in dates]
    totals = amended_totals(totals, series.corrections)
    return {item.identity: item for item in sums(series, reports, totals)}


def _relevant(listed: list[Correction], item: Sum) -> set[str]:
    """Return the corrections that can make a sum agree: those of its line, or of its column."""
    return {
        correction.correction_id
        for correction in listed
        if correction.as_of == item.as_of
        and correction.action != "except_sum"
        and (
            correction.row == item.row
            or (item.kind != "services" and correction.column == item.column)
            or correction.action == "drop_duplicate"
        )
    }


def _excepted(item: Sum, gap: str) -> bool:
    """Whether a sum differs by exactly the gap that is listed for it.

    Sums over services have no listed gap: any difference is excepted.
    """
    return item.kind not in ("lines", "halves") or gap == str(item.parts - item.printed)


def _failure(item: Sum) -> Failure:
    file = f"reports/{item.as_of}.csv" if item.line else FILE
    what = {
        "services": "the services add up to",
        "ashore": "the services ashore add up to",
        "lines": "the lines add up to",
        "halves": "the United States and the rest add up to",
    }[item.kind]
    message = f"{item.row} ({item.as_of}): {what} {item.parts:,}, the report prints"
    hint = f"correct the cell, or add a line to {CORRECTIONS} if the report is at fault"
    value = f"{item.printed:,}"
    return Failure(file, item.line or None, item.row, item.column, "ties-out", value, message, hint)


def _unneeded(item: Correction) -> Failure:
    message = f"the figures agree without this correction ({item.as_of}, {item.row})"
    hint = f"remove {item.correction_id}"
    return Failure(
        CORRECTIONS, None, item.correction_id, item.column, "correction-needed",
        item.expected, message, hint,
    )  # fmt: skip


def with_gaps(series: ReportSeries) -> list[Total]:
    """Return the printed sums, with their gap where a correction lets the sum differ."""
    excepted = {item.place for item in series.corrections if item.action == "except_sum"}
    gaps = {
        item.place: str(item.parts - item.printed)
        for item in sums(series, series.reports, series.totals)
        if item.kind in ("lines", "halves")
    }
    return [
        total._replace(gap=gaps.get(place, "") if place in excepted else "")
        for total in series.totals
        for place in (place_of(total),)
    ]
