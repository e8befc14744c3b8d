"""Counts of everyone in the country: of a period, and the last ones before it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from troopdata.estimation.claim_arrays import ClaimArrays
from troopdata.estimation.comparisons import exceeds
from troopdata.estimation.dyad_days import DyadDays
from troopdata.estimation.grid import Grid, Pairs
from troopdata.schemas.model import estimation_rule

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = [
    "LastCounts", "PeriodCounts", "carry_grade", "last_counts", "of_one_day", "of_period",
]  # fmt: skip

# The counts of one month are read together: the best source among them is the last count. Those
# of a year show how far it moved.
SAME_MONTH, SAME_YEAR = 31, 366
# How many claims back the counts of one year are looked for; no pair has more than 14 of them.
MOST_OF_A_YEAR = 40


class PeriodCounts(NamedTuple):
    """The counts of each row's period.

    Attributes
    ----------
    lead : numpy.ndarray of int64
        The claim that gives the figure or the bound, or -1.
    figure, low, high : numpy.ndarray of float64
        People; figure is NaN where there are only bounds.
    speaking, all : Pairs
        The claims of the day of the figure; all counts of the period.
    """

    lead: NDArray[np.int64]
    figure: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    speaking: Pairs
    all: Pairs


def of_period(rows: Grid, claims: ClaimArrays, role: str = "total") -> PeriodCounts:
    """Return the counts of each row's period: the best source, then nearest the period's end.

    Parameters
    ----------
    rows : Grid
        The rows.
    claims : ClaimArrays
        The claims.
    role : {"total", "average"}
        Which claims.
    """
    size = len(rows)
    pairs = rows.touching(claims, claims.having(role))
    bound = np.isnan(claims.figure)
    pairs = pairs.sorted(
        bound[pairs.claim], _overtaken(pairs, claims, size), claims.rank[pairs.claim],
        -claims.first[pairs.claim], pairs.claim,
    )  # fmt: skip
    lead = np.full(size, -1)
    lead[pairs.row[pairs.begin]] = pairs.claim[pairs.begin]
    best = lead[pairs.row]
    same = (
        (bound[pairs.claim] == bound[best])
        & (claims.rank[pairs.claim] == claims.rank[best])
        & (claims.first[pairs.claim] == claims.first[best])
    )
    speaking = pairs.where(same)
    figure = _medians(speaking, claims.figure, size)
    return PeriodCounts(lead, figure, *_range(pairs, claims, figure), speaking, pairs)


def _overtaken(pairs: Pairs, claims: ClaimArrays, size: int) -> NDArray[np.bool_]:
    """Return whether the last count of the period is much later than each one and contradicts it.

    US forces in Afghanistan were officially 12,000 in February 2020 and, by the press, 4,000 in
    December: the answer is about the end of the year.
    """
    bound = np.isnan(claims.figure[pairs.claim])
    newest = pairs.sorted(bound, -claims.first[pairs.claim], claims.rank[pairs.claim], pairs.claim)
    last = np.full(size, -1)
    last[newest.row[newest.begin]] = newest.claim[newest.begin]
    latest, figure = last[pairs.row], claims.figure[pairs.claim]
    later = claims.first[latest] - claims.last[pairs.claim] > estimation_rule()["same_time_days"]
    other = claims.figure[latest]
    return np.asarray(later & (exceeds(figure, other) | exceeds(other, figure)), dtype=bool)


def of_one_day(claims: ClaimArrays, at: NDArray[np.int64], lead: NDArray[np.int64]) -> Pairs:
    """Return some rows beside the counts whose median is the figure of their last count.

    Parameters
    ----------
    claims : ClaimArrays
        The claims.
    at, lead : numpy.ndarray of int64
        Rows, and the last count of each, which has a figure.
    """
    counts = claims.having("total")
    counts = counts[~np.isnan(claims.figure[counts])]
    keys = np.stack([
        claims.dyad[counts], claims.first[counts], claims.rank[counts], claims.figure[counts] == 0,
    ])  # fmt: skip
    _, group = np.unique(keys, axis=1, return_inverse=True)
    order = np.argsort(group, kind="stable")
    begins = np.searchsorted(group[order], np.arange(len(counts) + 1))
    of = np.zeros(len(claims.figure), dtype="int64")
    of[counts] = group
    begin, lengths = begins[of[lead]], begins[of[lead] + 1] - begins[of[lead]]
    row = np.repeat(np.arange(len(at)), lengths)
    place = np.arange(len(row)) + (begin - np.cumsum(lengths) + lengths)[row]
    return Pairs(at[row], counts[order[place]])


def _medians(pairs: Pairs, values: NDArray[np.float64], size: int) -> NDArray[np.float64]:
    """Return one figure a row: the median where one day has several."""
    result = np.full(size, np.nan)
    begin = pairs.begin
    result[pairs.row[begin]] = values[pairs.claim[begin]]
    ends = np.append(begin[1:], len(pairs.row)) if len(begin) else begin
    for at in np.flatnonzero(ends - begin > 1):
        result[pairs.row[begin[at]]] = np.median(values[pairs.claim[begin[at] : ends[at]]])
    return result


def _range(
    pairs: Pairs, claims: ClaimArrays, figure: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the span of all counts: beside a figure a bound widens it, alone bounds close in."""
    size = len(figure)
    low, high = claims.low[pairs.claim], claims.high[pairs.claim]
    least, most = pairs.reduced(np.fmin, low, size), pairs.reduced(np.fmax, high, size)
    floor, roof = pairs.reduced(np.fmax, low, size), pairs.reduced(np.fmin, high, size)
    counted = ~np.isnan(figure)
    wide_low, wide_high = np.fmin(least, roof), np.fmax(most, floor)
    crossed = floor > roof
    return (
        np.where(counted | crossed, wide_low, floor),
        np.where(counted | crossed, wide_high, roof),
    )


class LastCounts(NamedTuple):
    """For each row, the last count on or before the period's end, and the first one after it.

    Attributes
    ----------
    lead, following : numpy.ndarray of int64
        The claims, or -1.
    figure, low, high : numpy.ndarray of float64
        People, by the last count; low and high span the counts of the year up to it.
    least : numpy.ndarray of float64
        The figure, or the low of a last count that is a bound.
    """

    lead: NDArray[np.int64]
    following: NDArray[np.int64]
    figure: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    least: NDArray[np.float64]


def last_counts(rows: Grid, claims: ClaimArrays) -> LastCounts:
    """Return the last count of everyone before or in each row's period, and the next one.

    Parameters
    ----------
    rows : Grid
        The rows.
    claims : ClaimArrays
        The claims.
    """
    size = len(rows)
    counts = claims.having("total")
    none = np.full(size, -1)
    if not len(counts):
        empty = np.full(size, np.nan)
        return LastCounts(none, none, empty, empty, empty, empty)
    counts = _best_last(claims, counts)
    best, low, high = _of_the_month(claims, counts)
    figure, least = _of_the_day(claims, counts)
    at = _before(rows, claims, counts)
    known = at >= 0
    first = np.searchsorted(claims.dyad[counts], rows.dyad, side="left")
    after = np.where(known, at + 1, first)
    inside = after < len(counts)
    after = _best_of_its_day(claims, counts, np.minimum(after, len(counts) - 1))
    following = counts[after]
    following = np.where(inside & (claims.dyad[following] == rows.dyad), following, -1)
    lead = np.where(known, counts[best[at]], -1)
    return LastCounts(
        lead, following,
        np.where(known, figure[best[at]], np.nan),
        np.where(known, low[at], np.nan), np.where(known, high[at], np.nan),
        np.where(known, least[best[at]], np.nan),
    )  # fmt: skip


def _best_last(claims: ClaimArrays, counts: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return counts by dyad and day, those of one day from the worst to the best."""
    figure = claims.figure[counts]
    order = (
        counts, figure, -claims.rank[counts], ~np.isnan(figure), claims.first[counts],
        claims.dyad[counts],
    )  # fmt: skip
    return np.asarray(counts[np.lexsort(order)])


def _of_the_day(
    claims: ClaimArrays, counts: NDArray[np.int64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return each count's figure, the median of its day, rank and kind, and its figure or low."""
    import pandas as pd

    figure = claims.figure[counts]
    keys = [claims.dyad[counts], claims.first[counts], claims.rank[counts], figure == 0]
    points = pd.Series(figure).groupby(keys).transform("median")
    bounds = pd.Series(np.where(np.isnan(figure), claims.low[counts], np.nan))
    lows = bounds.groupby(keys).transform("max")
    points = points.where(~np.isnan(figure))
    return points.to_numpy("float64"), points.fillna(lows).to_numpy("float64")


def _before(rows: Grid, claims: ClaimArrays, counts: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the place in `counts` of the last one that begins by the period's end, or -1."""
    days = DyadDays(claims.dyad[counts], claims.first[counts])
    at = days.last_by(rows.dyad, rows.end)
    return np.where(rows.start <= rows.end, at, -1)


def _of_the_month(
    claims: ClaimArrays, counts: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.float64]]:
    """Return for each count the best one of the month up to it, and the span of a year.

    Nobody there and somebody there are two facts in time, not two readings of one: a zero is not
    read together with counts of people, nor a count with only a bound put before a figure.
    """
    size = len(counts)
    best = np.arange(size)
    # One that says only "more than" or "at most" reaches as far up or down as its number.
    least, most = np.fmin(claims.low, claims.high)[counts], np.fmax(claims.low, claims.high)[counts]
    low, high = least.copy(), most.copy()
    first, dyad = claims.first[counts], claims.dyad[counts]
    none, bound = claims.figure[counts] == 0, np.isnan(claims.figure[counts])
    order = np.stack([bound.astype("int64"), claims.rank[counts], -first])
    for back in range(1, min(MOST_OF_A_YEAR, size)):
        here, there = np.arange(back, size), np.arange(size - back)
        apart = first[here] - first[there]
        kin = (dyad[here] == dyad[there]) & (apart <= SAME_YEAR) & (none[here] == none[there])
        here, there, apart = here[kin], there[kin], apart[kin]
        low[here] = np.fmin(low[here], least[there])
        high[here] = np.fmax(high[here], most[there])
        better = _before_in_order(order[:, there], order[:, best[here]]) & (apart <= SAME_MONTH)
        best[here[better]] = there[better]
    # A last count that is a bound leaves the other side open, whatever was counted before it.
    low[np.isnan(claims.low[counts][best])] = np.nan
    high[np.isnan(claims.high[counts][best])] = np.nan
    return best, low, high


def _best_of_its_day(
    claims: ClaimArrays, counts: NDArray[np.int64], at: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Return the place of the best count of the day of each count."""
    days = DyadDays(claims.dyad[counts], claims.first[counts])
    return days.last_by(claims.dyad[counts[at]], claims.first[counts[at]])


def _before_in_order(one: NDArray[np.int64], other: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Return whether the columns of one array sort before those of another."""
    before = np.zeros(one.shape[1], dtype=bool)
    equal = np.ones(one.shape[1], dtype=bool)
    for left, right in zip(one, other, strict=True):
        before |= equal & (left < right)
        equal &= left == right
    return before


def carry_grade(age: NDArray[np.int64], official: NDArray[np.bool_]) -> NDArray[np.int8]:
    """Return the grade of a carried figure by its age in days, 0 where it is too old for one."""
    limit = estimation_rule()["carry_days"]
    fresh = np.where(official, 2, 3)
    grade = np.select([age <= limit["one_grade"], age <= limit["grade_c"]], [fresh, 3], 0)
    return grade.astype("int8")
