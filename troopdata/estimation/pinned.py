"""Estimate from pinned bases or one published series: nothing else moves the figure or its bounds.

The claims are read as one series. The best source is asked first; the next one only for periods
of which the first says nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from troopdata.estimation.claim_arrays import ClaimArrays, claim_arrays
from troopdata.estimation.context import Context
from troopdata.estimation.dyad_days import DyadDays
from troopdata.estimation.frame import finished, without_series
from troopdata.estimation.grid import Grid, Pairs, grid
from troopdata.estimation.periods import Frequency, period
from troopdata.estimation.stationed import Stationed, broken
from troopdata.estimation.totals import LastCounts
from troopdata.schemas.model import estimation_rule

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

__all__ = ["pinned"]


def pinned(
    claims: pd.DataFrame, dyads: pd.DataFrame, around: Context, *, freq: Frequency = "year"
) -> pd.DataFrame:
    """Return the estimate of every dyad and period from these claims alone.

    Parameters
    ----------
    claims : pandas.DataFrame
        Rows of `candidates.candidates`: those of the bases or the series asked for.
    dyads : pandas.DataFrame
        One row a dyad: sender, host, first, last (numbers of periods, inclusive).
    around : Context
        Breaks of series, and the day of the release.
    freq : {"year", "quarter", "month", "day"}
        The period.

    Returns
    -------
    pandas.DataFrame
        The columns of table `presence`; `basis_break` marks rows whose basis is another than that
        of the dyad's row before.
    """
    dyads = dyads.sort_values(["sender", "host"], ignore_index=True)
    arrays = claim_arrays(claims, dyads)
    rows = grid(dyads, period(freq), around.until)
    if not len(arrays.dyad) or not len(rows):
        return without_series(rows, arrays)
    counts = ~(np.isnan(arrays.figure) & np.isnan(arrays.low) & np.isnan(arrays.high))
    for rank in np.unique(arrays.rank[counts]):
        _observe(rows, arrays, np.flatnonzero(counts & (arrays.rank == rank)))
        series = np.flatnonzero((arrays.rank == rank) & ~np.isnan(arrays.figure))
        _carry(rows, arrays, series)
    _without_figure(rows, arrays, np.flatnonzero(~counts))
    _spread(rows, arrays)
    empty = np.full(len(rows), np.nan)
    none = np.full(len(rows), -1)
    # A row without a claim has lead -1, whichever side is taken.
    of_series = arrays.frame["series"].to_numpy(dtype=bool)[rows.lead]
    printed = Stationed(np.where(of_series, rows.lead, -1), rows.personnel, empty)
    frame = finished(
        rows, arrays, assigned=empty, last=LastCounts(none, none, *[empty] * 4),
        recent=empty, broken=broken(rows, printed, around),
    )  # fmt: skip
    frame["basis_break"] = _breaks(rows, arrays)
    return frame


def _observe(rows: Grid, claims: ClaimArrays, chosen: NDArray[np.int64]) -> None:
    """Take the claim nearest the period's end; the median where one day has several."""
    pairs = rows.touching(claims, chosen)
    pairs = pairs.where(rows.open[pairs.row])
    bound = np.isnan(claims.figure)
    pairs = pairs.sorted(bound[pairs.claim], -claims.first[pairs.claim], pairs.claim)
    if not len(pairs.row):
        return
    lead = np.full(len(rows), -1)
    lead[pairs.row[pairs.begin]] = pairs.claim[pairs.begin]
    best = lead[pairs.row]
    same = pairs.where(
        (bound[pairs.claim] == bound[best]) & (claims.first[pairs.claim] == claims.first[best])
    )
    begin = same.begin
    ends = np.append(begin[1:], len(same.row))
    at = same.row[begin]
    figure = claims.figure[same.claim[begin]].copy()
    for place in np.flatnonzero(ends - begin > 1):
        figure[place] = np.median(claims.figure[same.claim[begin[place] : ends[place]]])
    grade = np.where(np.isnan(figure), 4, np.where(claims.rank[lead[at]] == 1, 1, 2))
    rows.decide(at, "observed", grade, lead=lead[at], personnel=figure)
    rows.decide(at[figure == 0], "reported_zero", grade[figure == 0])
    rows.figured.append(same)


def _carry(rows: Grid, claims: ClaimArrays, series: NDArray[np.int64]) -> None:
    """Fill gaps: a zero that holds, a claim inside its interval, or two neighbours."""
    if not len(series):
        return
    at = np.flatnonzero(rows.open)
    days = DyadDays(claims.dyad[series], claims.first[series])
    before = days.last_by(rows.dyad[at], rows.start[at], strictly=True)
    after = days.last_by(rows.dyad[at], rows.end[at]) + 1
    inside = after < len(series)
    later = np.where(inside, series[np.minimum(after, len(series) - 1)], -1)
    earlier = np.where(before >= 0, series[before], -1)
    has_earlier = earlier >= 0
    has_later = inside & (claims.dyad[later] == rows.dyad[at])
    in_country = claims.frame["basis"].eq("in_country_total").to_numpy(dtype=bool)
    zero = has_earlier & in_country[earlier] & (claims.figure[earlier] == 0)
    lasts = rows.end[at] - claims.last[earlier] <= claims.reach[earlier]
    carried = has_earlier & ~zero & lasts
    gap = claims.first[later] - claims.last[earlier]
    between = (
        has_earlier
        & has_later
        & ~zero
        & ~carried
        & (gap < estimation_rule()["between_years"] * 365.25)
    )
    for mask, state in ((zero, "reported_zero"), (carried, "carried")):
        lead = earlier[mask]
        grade = np.where(claims.rank[lead] == 1, 2, 3)
        rows.decide(at[mask], state, grade, lead=lead, personnel=claims.figure[lead],
                    low=claims.low[lead], high=claims.high[lead])  # fmt: skip
        rows.figured.append(Pairs(at[mask], lead))
    lead, follow = earlier[between], later[between]
    rows.decide(at[between], "between", "D", lead=lead,
                low=np.fmin(claims.low[lead], claims.low[follow]),
                high=np.fmax(claims.high[lead], claims.high[follow]))  # fmt: skip
    rows.figured += [Pairs(at[between], lead), Pairs(at[between], follow)]


def _without_figure(rows: Grid, claims: ClaimArrays, silent: NDArray[np.int64]) -> None:
    """Say why a period has no figure: only presence is shown, or the figure is held back."""
    pairs = rows.touching(claims, silent)
    says = claims.frame["value_state"].to_numpy(dtype=object)[pairs.claim]
    for state, values in (
        ("presence_only", ["presence_only"]), ("suppressed", ["suppressed", "withheld"])
    ):  # fmt: skip
        match = np.isin(says.astype(str), values) & rows.open[pairs.row]
        some = pairs.where(match)
        some = some.sorted(claims.rank[some.claim], some.claim)
        at = some.row[some.begin]
        rows.decide(at, state, "E", lead=some.claim[some.begin])
        rows.figured.append(Pairs(at, some.claim[some.begin]))


def _spread(rows: Grid, claims: ClaimArrays) -> None:
    """Give every figure of the period the least and greatest claim of its basis in it."""
    pairs = rows.touching(claims, np.arange(len(claims.dyad)))
    # Each claim of a period has decided its row, or one before it has: every row here has a lead.
    pairs = pairs.where(claims.basis[pairs.claim] == claims.basis[rows.lead[pairs.row]])
    low = pairs.reduced(np.fmin, claims.low[pairs.claim], len(rows))
    high = pairs.reduced(np.fmax, claims.high[pairs.claim], len(rows))
    # A carried figure keeps its own bounds where no claim of its basis in the period has any:
    # there is none, or the report of the period withholds the number.
    there = ~(np.isnan(low) & np.isnan(high))
    rows.low = np.where(there, low, rows.low)
    rows.high = np.where(there, high, rows.high)
    rows.behind.append(pairs)


def _breaks(rows: Grid, claims: ClaimArrays) -> NDArray[np.bool_]:
    """Mark rows whose basis is not that of the last row of the dyad that had one."""
    with_basis = np.flatnonzero(rows.lead >= 0)
    basis, dyad = claims.basis[rows.lead[with_basis]], rows.dyad[with_basis]
    breaks = np.zeros(len(rows), dtype=bool)
    breaks[with_basis[1:]] = (np.diff(basis) != 0) & (np.diff(dyad) == 0)
    return breaks
