"""Carry the last count of everyone into later periods, or bound them by it (step 3)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from troopdata.estimation import totals
from troopdata.estimation.claim_arrays import ClaimArrays
from troopdata.estimation.comparisons import exceeds
from troopdata.estimation.context import NEVER
from troopdata.estimation.count_steps import confirmed, raised
from troopdata.estimation.dyad_days import DyadDays
from troopdata.estimation.evidence import Evidence, greatest_floor
from troopdata.estimation.grid import Grid, Pairs
from troopdata.estimation.stationed import of_their_time
from troopdata.schemas.model import estimation_rule

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["decide_carried", "decide_remembered"]


def decide_carried(rows: Grid, claims: ClaimArrays, found: Evidence) -> None:
    """Carry the last count, or a zero, into later periods (steps 2 and 3)."""
    last = found.last
    at = np.flatnonzero(rows.open & (last.lead >= 0))
    lead = last.lead[at]
    # The age at which a period finds the count: a count of May is carried into the year after it.
    age = rows.start[at] - claims.last[lead]
    zero = claims.figure[lead] == 0
    stopped = found.withdrawn[at] > claims.first[lead]
    stirring = _stirring(rows, claims)[at] > claims.first[lead]
    floor = found.floor[at]
    over = np.where(zero, exceeds(floor, 0.0), exceeds(floor, last.high[at]))
    grade = totals.carry_grade(age, claims.rank[lead] == 1)
    grade = np.where(zero & (grade == 0), 3, grade)
    holds = ~over & np.where(
        zero,
        ~stirring,
        ~stopped & ~_fought(rows, claims, found)[at] & ~_moved(rows, claims, found)[at],
    )
    point = holds & (grade > 0) & ~np.isnan(last.figure[at])
    now = at[point]
    rows.decide(now, "carried", grade[point], lead=lead[point], personnel=last.figure[now],
                low=raised(last.low[now], floor[point], last.figure[now]),
                high=np.fmax(last.high[now], floor[point]))  # fmt: skip
    rows.decide(at[point & zero], "reported_zero", grade[point & zero])
    rows.figured.append(totals.of_one_day(claims, now, lead[point]))
    some = point & ~zero
    confirmed(rows, claims, found, lead[some], at[some], last.figure[at[some]],
               last.low[at[some]], grade[some].astype("int64"))  # fmt: skip
    _between(rows, claims, found, at[~point & ~zero & ~stopped & ~over],
             age[~point & ~zero & ~stopped & ~over])  # fmt: skip


def _between(
    rows: Grid, claims: ClaimArrays, found: Evidence, at: NDArray[np.int64], age: NDArray[np.int64]
) -> None:
    """Bound rows by older counts, the next one, or a floor of the time (step 3)."""
    limit = estimation_rule()["carry_days"]["bounds"]
    last, floor = found.last, found.floor
    # Where more than the last counts were seen there since, those no longer bound the force.
    among = np.zeros(len(rows), dtype=bool)
    among[at[age <= limit]] = True
    close = (age <= limit) & ~(_seen_since(rows, claims, found, among)[at] > last.high[at])
    at = at[close & ~_sure(found, at)]
    following = last.following[at]
    next_in_reach = (following >= 0) & (claims.first[following] - rows.end[at] <= limit)
    after_low = np.where(next_in_reach, claims.low[following], np.nan)
    after_high = np.where(next_in_reach, claims.high[following], np.nan)
    # A side that either count leaves open stays open.
    low = np.where(np.isnan(floor[at]), np.minimum(last.low[at], after_low), floor[at])
    high = np.fmax(np.fmax(last.high[at], after_high), floor[at])
    # A count that is a bound on one side leaves that side open.
    open_above = np.isnan(last.high[at]) | (next_in_reach & np.isnan(after_high))
    high = np.where(open_above, np.nan, high)
    known = (next_in_reach | ~np.isnan(floor[at])) & ~(np.isnan(low) & np.isnan(high))
    rows.decide(at[known], "between", "D", lead=last.lead[at[known]], low=low[known],
                high=high[known])  # fmt: skip
    both = next_in_reach & known
    rows.figured.append(Pairs(at[known], last.lead[at[known]]))
    # The floor is a bound too: its claim is cited beside those of the counts.
    lead = greatest_floor(rows, claims, found)[at]
    floored = known & (lead >= 0) & ~np.isnan(floor[at])
    rows.figured.append(Pairs(at[floored], lead[floored]))
    rows.figured.append(Pairs(at[both], following[both]))


def _moved(rows: Grid, claims: ClaimArrays, found: Evidence) -> NDArray[np.bool_]:
    """Return whether a series that follows deployments moved since the last count.

    The forces counted at 53,300 in Iraq in April 2011 are not carried to the end of 2012, when
    the series, which counted forces on contingency operations, has gone from 28,675 to 164.
    """
    follows = (
        claims.frame["basis"].isin(estimation_rule()["follows_deployments"]).to_numpy(dtype=bool)
    )
    series = claims.having("stationed")
    series = series[~np.isnan(claims.figure[series]) & follows[series]]
    lead, now = found.last.lead, found.series.lead
    # A row without a last count has lead -1 and gets some day: nobody asks whether it moved. One
    # without a report gets some claim, too, but has nobody ashore.
    then = of_their_time(claims, series, rows.dyad, claims.first[lead])
    current = np.where(follows[now], found.series.ashore, np.nan)
    return np.asarray(exceeds(then, current) | exceeds(current, then), dtype=bool)


def _seen_since(
    rows: Grid, claims: ClaimArrays, found: Evidence, among: NDArray[np.bool_]
) -> NDArray[np.float64]:
    """Return the greatest part counted after the last count of everyone, by each period's end."""
    chosen = claims.having("part")
    chosen = chosen[~np.isnan(claims.floor[chosen])]
    chosen = chosen[np.isin(claims.dyad[chosen], np.unique(rows.dyad[among]))]
    days = estimation_rule()["carry_days"]["bounds"]
    pairs = rows.touching(claims, chosen, ahead=days, among=among)
    # Rows without a last count (lead -1) are not asked about.
    lead = found.last.lead[pairs.row]
    pairs = pairs.where(claims.first[pairs.claim] > claims.first[lead])
    return pairs.reduced(np.fmax, claims.floor[pairs.claim], len(rows))


def _sure(found: Evidence, at: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Return whether step 4 will give these rows a figure."""
    ashore = found.series.ashore[at]
    known = ~np.isnan(ashore) & ~found.incomplete[at]
    return np.asarray(known & ~exceeds(found.floor[at], ashore), dtype=bool)


def _stirring(rows: Grid, claims: ClaimArrays) -> NDArray[np.int64]:
    """Return the last day by each period's end on which something shows forces in the host."""
    parts, signs = claims.having("part"), claims.having("sign")
    # A guard of an embassy, with or without a number, is not the force that left.
    parts = parts[exceeds(claims.floor[parts], 0.0)]
    signs = signs[claims.frame["whole"].to_numpy(dtype=bool)[signs]]
    chosen = np.sort(np.concatenate([parts, signs]))
    days = DyadDays(claims.dyad[chosen], claims.first[chosen])
    return days.last_day_by(rows.dyad, rows.end, missing=-NEVER)


def _fought(rows: Grid, claims: ClaimArrays, found: Evidence) -> NDArray[np.bool_]:
    """Return whether UCDP records combat in the period's year, and the last count is older."""
    combat = claims.frame["basis"].eq("combat_support").to_numpy(dtype=bool)
    pairs = rows.touching(claims, np.flatnonzero(combat))
    fought = np.zeros(len(rows), dtype=bool)
    fought[pairs.row] = True
    counted = _year(claims.first[found.last.lead]) == _year(rows.end)
    return np.asarray(fought & ~(counted & (found.last.lead >= 0)), dtype=bool)


def _year(days: NDArray[np.int64]) -> NDArray[np.int64]:
    return days.astype("datetime64[D]").astype("datetime64[Y]").astype("int64")


def decide_remembered(rows: Grid, claims: ClaimArrays, found: Evidence) -> None:
    """Note rows of which an old count is all that is known (step 3)."""
    lead = found.last.lead
    age = rows.start - claims.last[lead]
    known = (
        (lead >= 0)
        & (age <= estimation_rule()["carry_days"]["bounds"])
        & (claims.figure[lead] != 0)
    )
    # "At most 400" does not show that anyone was there.
    known &= ~np.isnan(found.last.least)
    known &= found.withdrawn <= claims.first[lead]
    at = np.flatnonzero(rows.open & known)
    rows.decide(at, "last_known", "E", lead=lead[at])
    rows.figured.append(Pairs(at, lead[at]))
