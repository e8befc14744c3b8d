"""Decide rows by the stationing series, sums of operations, floors and signs (steps 4 to 7)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from troopdata.estimation import parts as sums_of_parts
from troopdata.estimation.claim_arrays import ClaimArrays
from troopdata.estimation.comparisons import exceeds
from troopdata.estimation.context import Context
from troopdata.estimation.evidence import Evidence, greatest_floor
from troopdata.estimation.grid import Grid, Pairs
from troopdata.estimation.stationed import neighbours

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["decide_bounded", "decide_parts", "decide_signs", "decide_stationed"]


def decide_stationed(rows: Grid, found: Evidence) -> None:
    """Take the stationing series for everyone where nothing contradicts it (step 4)."""
    series = found.series
    sure = ~np.isnan(series.ashore) & ~found.incomplete
    sure &= ~exceeds(found.floor, series.ashore)
    at = np.flatnonzero(rows.open & sure)
    count = series.ashore[at]
    rows.decide(at, "stationed", "C", lead=series.lead[at], personnel=count, low=count,
                high=np.fmax(count, found.floor[at]))  # fmt: skip
    rows.figured.append(Pairs(at, series.lead[at]))


def decide_parts(rows: Grid, claims: ClaimArrays, around: Context, found: Evidence) -> None:
    """Add up operations, unless a larger force was on record (step 5)."""
    parts = found.parts
    asked = rows.open & (parts.total > 0)
    whole = asked & ~exceeds(found.floor, parts.total)
    larger = sums_of_parts.on_record(rows, claims, around, whole)
    whole &= ~exceeds(larger, parts.total)
    at = np.flatnonzero(whole)
    total, lead = parts.total[at], parts.lead[at]
    single = np.bincount(parts.added.row, minlength=len(rows))[at] == 1
    high = np.where(single, claims.high[lead], total)
    rows.decide(at, "parts", "C", lead=lead, personnel=total,
                low=np.where(single, claims.low[lead], total),
                high=np.fmax(high, found.floor[at]))  # fmt: skip
    rows.record(parts.added, parts.current, at)


def decide_bounded(rows: Grid, claims: ClaimArrays, found: Evidence) -> None:
    """Bound rows by the greatest floor, and a ceiling if nothing else is there (step 6)."""
    _between_reports(rows, claims, found)
    caps = rows.touching(claims, claims.having("cap", "wider"))
    ceiling = _ceiling(rows, claims, found, caps)
    floor = np.where(found.floor > 0, found.floor, np.nan)
    at = np.flatnonzero(rows.open & (~np.isnan(floor) | ~np.isnan(ceiling)))
    lead = greatest_floor(rows, claims, found)
    cap = np.full(len(rows), -1)
    cap[caps.row[caps.begin]] = caps.claim[caps.begin]
    lead = np.where(lead >= 0, lead, cap)
    rows.decide(at, "bounds", "D", lead=lead[at], low=floor[at], high=ceiling[at])
    rows.figured.append(Pairs(at, lead[at]))
    current = found.parts.current
    rows.behind.append(current.where(np.isin(current.row, at)))


def _between_reports(rows: Grid, claims: ClaimArrays, found: Evidence) -> None:
    """Bound rows that lie between two reports of a series that nothing contradicts."""
    before, after = neighbours(rows, claims)
    between = rows.open & (before >= 0) & np.isnan(found.series.ashore) & ~found.incomplete
    sides = np.stack([claims.floor[before], claims.floor[after]])
    least, most = sides.min(axis=0), sides.max(axis=0)
    at = np.flatnonzero(between & ~exceeds(found.floor, most))
    rows.decide(at, "between", "D", lead=before[at], low=np.fmax(least[at], found.floor[at]),
                high=np.fmax(most[at], found.floor[at]))  # fmt: skip
    rows.figured += [Pairs(at, before[at]), Pairs(at, after[at])]


def _ceiling(rows: Grid, claims: ClaimArrays, found: Evidence, caps: Pairs) -> NDArray[np.float64]:
    """Return the least ceiling of each period where no other force of the sender is known."""
    least = caps.reduced(np.fmin, claims.high[caps.claim], len(rows))
    kind = np.full(len(rows), -2)
    kind[caps.row[caps.begin]] = claims.operation[caps.claim[caps.begin]]
    current = found.parts.current
    other = current.where(claims.operation[current.claim] != kind[current.row])
    apart = np.zeros(len(rows), dtype=bool)
    apart[other.row] = True
    apart |= found.series.ashore > 0
    apart[caps.row[claims.operation[caps.claim] != kind[caps.row]]] = True
    # A ceiling that names no operation does not say whom it bounds.
    apart |= kind < 0
    # What was counted above the ceiling shows that it does not bound this force.
    return np.where(apart | (found.floor > least), np.nan, least)


def decide_signs(rows: Grid, claims: ClaimArrays) -> None:
    """Note presence without a number, or a withheld figure (step 7)."""
    pairs = rows.touching(claims, claims.having("sign"))
    says = claims.frame["value_state"].to_numpy(dtype=object)[pairs.claim]
    for state, values in (
        ("presence_only", ["presence_only"]), ("suppressed", ["suppressed", "withheld"])
    ):  # fmt: skip
        match = np.isin(says.astype(str), values) & rows.open[pairs.row]
        some = pairs.where(match).sorted(claims.rank[pairs.claim[match]], pairs.claim[match])
        at = some.row[some.begin]
        rows.decide(at, state, "E", lead=some.claim[some.begin])
        rows.figured.append(Pairs(at, some.claim[some.begin]))
