"""What a sender's stationing series prints, and whether anything contradicts it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from troopdata.estimation.claim_arrays import ClaimArrays
from troopdata.estimation.comparisons import agrees, exceeds
from troopdata.estimation.context import NEVER, Context
from troopdata.estimation.dyad_days import DyadDays
from troopdata.estimation.grid import Grid
from troopdata.schemas.model import estimation_rule

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

__all__ = [
    "Neighbours", "Stationed", "broken", "contradicted", "exceeding", "neighbours", "numbered",
    "of_their_time", "stationed",
]  # fmt: skip

# A stationing series is compared with a count at most a year apart from it.
OWN_TIME = 366


class Stationed(NamedTuple):
    """The stationing series in each row's period.

    Attributes
    ----------
    lead : numpy.ndarray of int64
        The claim, or -1.
    printed, ashore : numpy.ndarray of float64
        People as printed; without the crews of ships.
    """

    lead: NDArray[np.int64]
    printed: NDArray[np.float64]
    ashore: NDArray[np.float64]


def stationed(rows: Grid, claims: ClaimArrays) -> Stationed:
    """Return the stationing count of each period: the nearest to its end, or one that lasts to it.

    Parameters
    ----------
    rows : Grid
        The rows.
    claims : ClaimArrays
        The claims.
    """
    series = claims.having("stationed")
    series = series[~np.isnan(claims.figure[series])]
    if not len(series):
        none = np.full(len(rows), np.nan)
        return Stationed(np.full(len(rows), -1), none, none)
    at = DyadDays(claims.dyad[series], claims.first[series]).last_by(rows.dyad, rows.end)
    claim = series[at]
    # Without a newer report, a report of up to a year ago still says more than nothing.
    lasts = claims.last[claim] + estimation_rule()["series_days"]
    there = (at >= 0) & (rows.start <= rows.end)
    there &= (claims.last[claim] >= rows.start) | (lasts >= rows.end)
    printed = np.where(there, claims.figure[claim], np.nan)
    return Stationed(
        np.where(there, claim, -1), printed, np.where(there, printed - claims.afloat[claim], np.nan)
    )


class Neighbours(NamedTuple):
    """The stationing counts before and after a period that has none, or -1."""

    before: NDArray[np.int64]
    after: NDArray[np.int64]


def neighbours(rows: Grid, claims: ClaimArrays) -> Neighbours:
    """Return the stationing counts around each period, where they are less than five years apart.

    Parameters
    ----------
    rows : Grid
        The rows.
    claims : ClaimArrays
        The claims.
    """
    series = claims.having("stationed")
    series = series[~np.isnan(claims.figure[series])]
    none = np.full(len(rows), -1)
    if not len(series):
        return Neighbours(none, none)
    at = DyadDays(claims.dyad[series], claims.first[series]).last_by(rows.dyad, rows.end)
    before, after = series[at], series[np.minimum(at + 1, len(series) - 1)]
    apart = claims.first[after] - claims.last[before]
    both = (at >= 0) & (at + 1 < len(series)) & (claims.dyad[after] == rows.dyad)
    both &= apart <= estimation_rule()["carry_days"]["bounds"]
    return Neighbours(np.where(both, before, -1), np.where(both, after, -1))


class _Evidence(NamedTuple):
    """Days of dyads on which the stationing series was contradicted, or a contradiction ended."""

    dyad: NDArray[np.int64]
    day: NDArray[np.int64]


def contradicted(rows: Grid, claims: ClaimArrays, around: Context) -> NDArray[np.bool_]:
    """Return whether a stationing count is known to leave people out at each period's end.

    A contradiction begins with a count of everyone, or of a part, that exceeds the stationing
    count of its own time, or with a break of the series across which it falls. It ends with a
    count that agrees, a completed withdrawal, the end of the break, or when five years pass
    without another and the sender uses no base in the host.

    Parameters
    ----------
    rows : Grid
        The rows.
    claims : ClaimArrays
        The claims.
    around : Context
        Withdrawals, bases and breaks.
    """
    against, ended = _by_counts(claims)
    gone = numbered(around.withdrawals, rows.dyads)
    ends = _joined(ended, _Evidence(gone["dyad"].to_numpy(), gone["day"].to_numpy()))
    spells = numbered(around.tenancies, rows.dyads).sort_values("dyad")
    found = _lasting(rows, _joined(against), ends, spells)
    for across, until in _by_breaks(claims, around):
        # The end of a break ends what the break began, and nothing that counts have shown.
        found |= (rows.end < until) & _lasting(rows, across, ends, spells)
    return found


def _lasting(
    rows: Grid, begins: _Evidence, ends: _Evidence, spells: pd.DataFrame
) -> NDArray[np.bool_]:
    """Return whether what began by each period's end has not ended, and is not out of date."""
    none = -NEVER
    since = DyadDays(*begins).last_day_by(rows.dyad, rows.end, missing=none)
    until = DyadDays(*ends).last_day_by(rows.dyad, rows.end, missing=none)
    lasting = (since > none) & (since >= until)
    old = rows.end - since > estimation_rule()["contradiction"]["days"]
    found: NDArray[np.bool_] = lasting & (~old | _base_in_use(rows, spells, lasting & old))
    return found


def of_their_time(
    claims: ClaimArrays, series: NDArray[np.int64], dyad: NDArray[np.int64],
    day: NDArray[np.int64],
) -> NDArray[np.float64]:  # fmt: skip
    """Return the stationing count of the time of each day, ashore; NaN where there is none.

    It is the last one by that day, otherwise the first one, and at most a year apart.

    Parameters
    ----------
    claims : ClaimArrays
        The claims.
    series : numpy.ndarray of int64
        Claims of the series.
    dyad, day : numpy.ndarray of int64
        The days to look up.
    """
    if not len(series):
        return np.full(len(day), np.nan)
    before = DyadDays(claims.dyad[series], claims.first[series]).last_by(dyad, day)
    after = np.searchsorted(claims.dyad[series], dyad, side="left")
    own = series[np.where(before >= 0, before, np.minimum(after, len(series) - 1))]
    near = (claims.dyad[own] == dyad) & (np.abs(claims.first[own] - day) <= OWN_TIME)
    return np.where(near, claims.floor[own], np.nan)


class _Comparison(NamedTuple):
    """Counts and parts beside the stationing count of their own time."""

    counts: NDArray[np.int64]
    said: NDArray[np.float64]
    ashore: NDArray[np.float64]


def _compared(claims: ClaimArrays) -> _Comparison:
    """Return counts of everyone and parts beside the stationing count of their own time."""
    series = claims.having("stationed")
    series = series[~np.isnan(claims.figure[series])]
    counts = claims.having("total", "part")
    counts = counts[~np.isnan(claims.floor[counts])]
    ashore = of_their_time(claims, series, claims.dyad[counts], claims.first[counts])
    return _Comparison(counts, claims.floor[counts], ashore)


def exceeding(claims: ClaimArrays) -> NDArray[np.int64]:
    """Return the counts and parts that exceed the stationing count of their own time."""
    found = _compared(claims)
    over: NDArray[np.int64] = found.counts[exceeds(found.said, found.ashore)]
    return over


def _by_counts(claims: ClaimArrays) -> tuple[_Evidence, _Evidence]:
    """Return when counts of everyone or of a part exceed the series, and when counts agree."""
    counts, said, ashore = _compared(claims)
    over = exceeds(said, ashore)
    total = np.isin(counts, claims.having("total")) & ~np.isnan(claims.figure[counts])
    close = total & (agrees(said, ashore) | (said <= ashore))
    dyad, day = claims.dyad[counts], claims.first[counts]
    return _Evidence(dyad[over], day[over]), _Evidence(dyad[close], day[close])


def _by_breaks(claims: ClaimArrays, around: Context) -> Iterator[tuple[_Evidence, int]]:
    """Yield for each break the dyads whose count falls across it, and when it is over."""
    series = claims.having("stationed")
    counted = series[~np.isnan(claims.figure[series])]
    names = claims.frame["source_id"].map(around.series).to_numpy(dtype=object)[counted]
    spans = around.breaks[["series", "day", "until", "scope"]]
    for name, day, until, scope in spans.itertuples(index=False):
        series = counted[names == name]
        dyads = np.unique(claims.dyad[series])
        days = DyadDays(claims.dyad[series], claims.first[series])
        edges = np.full(len(dyads), day), np.full(len(dyads), min(until, NEVER))
        before, last = (days.last_by(dyads, edge, strictly=True) for edge in edges)
        first, after = before + 1, last + 1
        # The first count from the day on lies within the break; `_exceeds_at` asks whose it is.
        inside = claims.first[series[np.minimum(first, len(series) - 1)]] < until
        falls = inside & _exceeds_at(claims, series, before, first, dyads, scope)
        falls |= inside & _exceeds_at(claims, series, after, last, dyads, scope, twice=True)
        yield _Evidence(dyads[falls], np.full(int(falls.sum()), day)), int(until)


def _exceeds_at(
    claims: ClaimArrays, series: NDArray[np.int64], one: NDArray[np.int64],
    other: NDArray[np.int64], dyads: NDArray[np.int64], scope: str, *, twice: bool = False,
) -> NDArray[np.bool_]:  # fmt: skip
    """Return whether the count at one place exceeds that at another, both of the dyad, in reach.

    A break that shows in small hosts alone says nothing of a fall in a large one. Years may pass
    within a break, and forces grow: the first count after it must be twice the last one within.
    """
    # A place beyond either end becomes that of the other count itself, or of another dyad.
    left, right = (series[np.clip(at, 0, len(series) - 1)] for at in (one, other))
    inside = (claims.dyad[left] == dyads) & (claims.dyad[right] == dyads)
    apart = np.abs(claims.first[left] - claims.first[right])
    inside &= apart <= estimation_rule()["contradiction"]["days"]
    if scope == "small_hosts":
        inside &= claims.floor[left] <= estimation_rule()["small_host"]
    if twice:
        inside &= claims.floor[left] > estimation_rule()["after_break"] * claims.floor[right]
    return np.asarray(inside & exceeds(claims.floor[left], claims.floor[right]), dtype=bool)


def _joined(*parts: _Evidence) -> _Evidence:
    """Return evidence of several kinds, sorted by dyad and day."""
    dyad = np.concatenate([part.dyad for part in parts]).astype("int64")
    day = np.concatenate([part.day for part in parts]).astype("int64")
    order = np.lexsort((day, dyad))
    return _Evidence(dyad[order], day[order])


def numbered(frame: pd.DataFrame, dyads: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of a frame that are about one of the dyads, with its number."""
    numbered = dyads[["sender", "host"]].assign(dyad=np.arange(len(dyads)))
    return frame.merge(numbered, on=["sender", "host"], how="inner")


def _base_in_use(rows: Grid, spells: pd.DataFrame, asked: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return for the rows asked about whether a spell of use (sorted by dyad) includes its end."""
    used = np.zeros(len(rows), dtype=bool)
    at = np.flatnonzero(asked)
    if not len(at):
        return used
    dyad, first, last = (spells[name].to_numpy() for name in ("dyad", "first", "last"))
    begin, end = (np.searchsorted(dyad, rows.dyad[at], side=side) for side in ("left", "right"))
    sizes = end - begin
    row = np.repeat(at, sizes)
    spell = np.arange(len(row)) + np.repeat(begin - np.cumsum(sizes) + sizes, sizes)
    inside = (first[spell] <= rows.end[row]) & (rows.end[row] <= last[spell])
    used[row[inside]] = True
    return used


def broken(rows: Grid, found: Stationed, around: Context) -> NDArray[np.bool_]:
    """Return whether the stationing series began, or ended, to count otherwise in each period."""
    marked = np.zeros(len(rows), dtype=bool)
    small = ~(found.printed > estimation_rule()["small_host"])
    for day, until, scope in around.breaks[["day", "until", "scope"]].itertuples(index=False):
        shows = small if scope == "small_hosts" else np.ones(len(rows), dtype=bool)
        for edge in (day, until):
            marked |= shows & (rows.start <= edge) & (edge <= rows.end)
    return marked & (found.lead >= 0)
