"""Decide rows with a count of everyone, of none, or an average (steps 1 and 2)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from troopdata.estimation.claim_arrays import ClaimArrays
from troopdata.estimation.comparisons import agrees, exceeds
from troopdata.estimation.evidence import Evidence
from troopdata.estimation.grid import Grid, Pairs
from troopdata.schemas.model import estimation_rule

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["confirmed", "decide_averaged", "decide_counted", "raised"]


def decide_counted(rows: Grid, claims: ClaimArrays, found: Evidence) -> None:
    """Decide rows with a count of everyone, or of none (steps 1 and 2)."""
    counts = found.counts
    above = _exceeded(rows, claims, found)
    # Those who came after a count of none are counted by the later steps.
    ended = (counts.figure == 0) & exceeds(above, 0.0)
    at = np.flatnonzero(rows.open & (counts.lead >= 0) & ~ended)
    lead = counts.lead[at]
    grade = np.where(claims.rank[lead] == 1, 1, 2)
    figure, low, high = counts.figure[at], counts.low[at], counts.high[at]
    floor = found.floor[at]
    # Nobody is there at the end; high covers the people counted before.
    none = figure == 0
    low = np.where(none, 0, raised(low, floor, figure))
    open_above = np.isnan(figure) & np.isnan(high)
    high = np.where(open_above, np.nan, np.fmax(high, floor))
    before = np.fmax(_carried_in(rows, claims, found), _seen(rows, claims, found))
    high = np.where(none, np.fmax(high, before[at]), high)
    clash = exceeds(above[at], figure)
    rows.decide(at, "observed", np.where(np.isnan(figure) | clash, 4, grade),
                lead=lead, personnel=np.where(clash, np.nan, figure),
                low=low, high=high)  # fmt: skip
    rows.decide(at[none], "reported_zero", grade[none])
    rows.figured.append(counts.speaking.where(np.isin(counts.speaking.row, at)))
    rows.behind.append(counts.all.where(np.isin(counts.all.row, at)))
    # The counts' own low is compared: one that the series has raised would always agree.
    asked = ~none & ~clash
    confirmed(rows, claims, found, lead[asked], at[asked], figure[asked],
               counts.low[at[asked]], grade[asked])  # fmt: skip


def _seen(rows: Grid, claims: ClaimArrays, found: Evidence) -> NDArray[np.float64]:
    """Return the greatest part of each period, of those who have left since too."""
    single = found.parts.single
    return single.reduced(np.fmax, claims.floor[single.claim], len(rows))


def raised(
    low: NDArray[np.float64], floor: NDArray[np.float64], figure: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return lows that reach the greatest part counted, but never past the figure."""
    part = np.where(np.isnan(figure), floor, np.minimum(floor, figure))
    return np.fmax(low, part)


def _carried_in(rows: Grid, claims: ClaimArrays, found: Evidence) -> NDArray[np.float64]:
    """Return the count that was in force when the period began, if it was a year old at most."""
    counts = claims.having("total")
    counts = counts[~np.isnan(claims.figure[counts])]
    pairs = rows.touching(claims, counts, ahead=estimation_rule()["carry_days"]["one_grade"])
    before = pairs.where(claims.last[pairs.claim] < rows.start[pairs.row])
    newest = before.sorted(-claims.first[before.claim], before.claim)
    result = np.full(len(rows), np.nan)
    result[newest.row[newest.begin]] = claims.high[newest.claim[newest.begin]]
    return result


def _exceeded(rows: Grid, claims: ClaimArrays, found: Evidence) -> NDArray[np.float64]:
    """Return the greatest part counted at the time of the count; after it, where that is none."""
    # A row without a count has lead -1 and is not asked about; one without a report has series -1
    # and nobody ashore.
    parts = found.parts.single
    lead = found.counts.lead[parts.row]
    apart = claims.first[parts.claim] - claims.first[lead]
    near = np.abs(apart) <= estimation_rule()["same_time_days"]
    near &= (claims.figure[lead] != 0) | (apart > 0)
    parts = parts.where(near)
    greatest = parts.reduced(np.fmax, claims.floor[parts.claim], len(rows))
    series, lead = found.series.lead, found.counts.lead
    apart = claims.first[series] - claims.first[lead]
    near = np.abs(apart) <= estimation_rule()["same_time_days"]
    near &= (claims.figure[lead] != 0) | (apart > 0)
    return np.fmax(greatest, np.where(near, found.series.ashore, np.nan))


def confirmed(
    rows: Grid, claims: ClaimArrays, found: Evidence, count: NDArray[np.int64],
    at: NDArray[np.int64], figure: NDArray[np.float64], bound: NDArray[np.float64],
    grade: NDArray[np.int64],
) -> None:  # fmt: skip
    """Let the exact count of the stationing series give the figure where a count agrees with it."""
    exact, series = found.series.ashore[at], found.series.lead[at]
    close = agrees(exact, np.where(np.isnan(figure), bound, figure))
    # An official count that is later than the series knows as much, and more recently.
    official = (claims.rank[count] == 1) & ~np.isnan(figure)
    close &= ~(official & (claims.first[count] > claims.first[series]))
    at, exact, series, grade = at[close], exact[close], series[close], grade[close]
    rows.personnel[at], rows.grade[at], rows.lead[at] = exact, grade, series
    rows.low[at] = np.fmin(rows.low[at], exact)
    rows.high[at] = np.fmax(np.fmax(rows.high[at], exact), figure[close])
    # A bound that the exact count misses by little still says how far it may be out.
    rows.high[at] = np.fmax(rows.high[at], bound[close])
    rows.figured.append(Pairs(at, series))


def decide_averaged(rows: Grid, found: Evidence) -> None:
    """Take an average over the period where there is no count (step 1)."""
    average = found.averages
    at = np.flatnonzero(rows.open & ~np.isnan(average.figure))
    over = exceeds(found.floor[at], average.figure[at])
    at = at[~over]
    rows.decide(at, "observed", "C", lead=average.lead[at], personnel=average.figure[at],
                low=average.low[at], high=np.fmax(average.high[at], found.floor[at]))  # fmt: skip
    rows.record(average.speaking, average.all, at)
