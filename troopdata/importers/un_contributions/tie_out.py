"""Compare the reports with the totals that they print by country, by mission and over all."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from troopdata.errors import Failure
from troopdata.importers.un_contributions import report
from troopdata.importers.un_contributions.printed_totals import FILE, Total
from troopdata.importers.un_contributions.report import Report
from troopdata.importers.un_contributions.report_head import CLASSES
from troopdata.importers.un_contributions.series import Correction, MonthlySeries

__all__ = ["TieOut", "check", "sums"]


@dataclass(slots=True)
class TieOut:
    """The result of comparing reports with their printed totals.

    Attributes
    ----------
    tied, excepted : Counter of str
        Totals that agree, and those that differ as a correction says, by what they are of
        (``country``, ``mission`` or ``all``).
    reports, without : int
        Reports with printed totals, and those without any.
    failures : list of Failure
        Totals that differ, cells that are not figures, and what the lists of the series lack.
    """

    tied: Counter[str] = field(default_factory=Counter)
    excepted: Counter[str] = field(default_factory=Counter)
    reports: int = 0
    without: int = 0
    failures: list[Failure] = field(default_factory=list)

    def __str__(self) -> str:
        kinds = f"{self.tied['country']:,} by country, {self.tied['mission']:,} by mission"
        return (
            f"UN contributions: {self.reports} reports hold against their printed totals "
            f"({kinds}, {self.tied['all']:,} over all agree, "
            f"{self.excepted.total():,} differ as listed, {len(self.failures):,} fail); "
            f"{self.without} reports print none"
        )


def sums(one: Report) -> Counter[tuple[str, str]]:
    """Return the people of a report by mission and contributor, also with either or both empty."""
    found: Counter[tuple[str, str]] = Counter()
    for row in one.rows:
        people = sum(int(cell) for cell in row.cells if cell)
        for key in {(row.mission, row.sender), (row.mission, ""), ("", row.sender), ("", "")}:
            found[key] += people
    return found


def check(series: MonthlySeries) -> TieOut:
    """Compare every report of a series with its printed totals."""
    found = TieOut()
    by_month: dict[str, list[Total]] = {}
    for total in series.totals:
        by_month.setdefault(total.month, []).append(total)
    excepted = {item.as_of[:7] + item.row: item for item in series.corrections if _excepts(item)}
    for one in series.reports:
        month = one.as_of[:7]
        found.failures += report.faults(one, f"reports/{month}.csv")
        _compare(one, by_month.get(month, []), excepted, found)
    found.failures += _unknown(series)
    found.failures += _stale(series)
    found.failures += series.missions.faults()
    return found


def _excepts(item: Correction) -> bool:
    return item.action == "except_sum"


def _compare(
    one: Report, totals: list[Total], excepted: dict[str, Correction], found: TieOut
) -> None:
    if not totals:
        found.without += 1
        return
    found.reports += 1
    counted = sums(one)
    for total in totals:
        people = counted[total.mission, total.sender]
        if total.printed == str(people):
            found.tied[total.kind] += 1
        elif f"{total.month}{_row(total)}" in excepted:
            found.excepted[total.kind] += 1
        else:
            message = f"{_row(total)} ({total.month}): the rows add up to {people:,}, not to this"
            hint = "correct the cell, or add a line to corrections.csv if the report is at fault"
            where = (FILE, None, _row(total), total.kind, "ties-out", total.printed)
            found.failures.append(Failure(*where, message, hint))


def _row(total: Total) -> str:
    return f"total: {' '.join(filter(None, [total.mission, total.sender])) or 'all'}"


def _unknown(series: MonthlySeries) -> Iterable[Failure]:
    """Yield every contributor and mission that the lists of the series do not know."""
    for one in series.reports:
        file = f"reports/{one.as_of[:7]}.csv"
        for name in sorted({row.sender for row in one.rows} - set(series.senders)):
            hint = "add it to senders.csv, with its country"
            yield Failure(file, None, "", "sender", "sender", name, "an unknown contributor", hint)
        for name in sorted({row.mission for row in one.rows if row.mission}):
            if series.missions.on(name, one.as_of) is None:
                message = f"missions.csv does not say where it was on {one.as_of}"
                hint = "add a line to missions.csv, and its operation to facts/operations.csv"
                yield Failure(file, None, "", "mission", "mission", name, message, hint)


def _stale(series: MonthlySeries) -> Iterable[Failure]:
    """Yield the corrections that expect what the series does not print."""
    printed = {
        (one.as_of, f"{row.mission}: {row.sender}", column): cell
        for one in series.reports
        for row in one.rows
        for column, cell in zip(CLASSES, row.cells, strict=True)
    }
    printed |= {
        (entry, _row(total), total.kind): total.printed
        for total in series.totals
        for entry in series.entries
        if entry.startswith(total.month)
    }
    for item in series.corrections:
        value = printed.get((item.as_of, item.row, item.column), "")
        wrong = item.action == "move" and item.corrected not in series.senders
        if value != item.expected or wrong:
            said = "an unknown contributor" if wrong else f"the series prints {value or 'nothing'}"
            where = ("corrections.csv", None, item.correction_id, item.column)
            hint = "remove the correction if the source was corrected"
            yield Failure(*where, "correction-expected", item.expected, said, hint)
