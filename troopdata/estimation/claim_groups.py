"""The claims that may speak, as arrays, and the groups in which they are heard."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from troopdata.estimation.candidates import Order
from troopdata.estimation.periods import Period

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

__all__ = ["Heard", "Voices", "heard", "spoken_for", "voices"]

# What sets one rank of source apart from the next, in the numbers of the series.
RANK = 100


@dataclass(frozen=True, slots=True)
class Voices:
    """Claims of the dyads and bases asked for, sorted by dyad, day and id.

    Attributes
    ----------
    frame : pandas.DataFrame
        The claims.
    dyad, level : numpy.ndarray of int64
        Whose, and in which turn: rank of source first, then place of the basis.
    basis : numpy.ndarray of int64
        Number of the basis; equal numbers, equal bases.
    first, last, reach : numpy.ndarray of int64
        Days since 1970 that bound the claim; days that it carries forward.
    figure, low, high : numpy.ndarray of float64
        People, NaN where the claim does not say.
    claim, number : numpy.ndarray of int64
        One pair for every claim and period that its dates touch.
    """

    frame: pd.DataFrame
    dyad: NDArray[np.int64]
    level: NDArray[np.int64]
    basis: NDArray[np.int64]
    first: NDArray[np.int64]
    last: NDArray[np.int64]
    reach: NDArray[np.int64]
    figure: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    claim: NDArray[np.int64]
    number: NDArray[np.int64]

    @property
    def counts(self) -> NDArray[np.bool_]:
        """Whether each claim says anything of how many."""
        silent: NDArray[np.bool_] = np.isnan(self.figure) & np.isnan(self.low) & np.isnan(self.high)
        return ~silent


def voices(claims: pd.DataFrame, dyads: pd.DataFrame, order: Order, unit: Period) -> Voices:
    """Return the claims of some dyads in the order in which they speak.

    Parameters
    ----------
    claims : pandas.DataFrame
        What `speakers.candidates` returned.
    dyads : pandas.DataFrame
        One row a dyad; its place is the number of the dyad.
    order : Order
        Which bases speak, in which order.
    unit : Period
        The period.
    """
    import pandas as pd

    keys = [name for name in ("sender", "host", "service") if name in dyads]
    place = {code: at for at, level in enumerate(order.levels) for code in level}
    numbered = dyads[keys].assign(dyad=np.arange(len(dyads)))
    kept = claims[claims["basis"].isin(place)].merge(numbered, on=keys, how="inner")
    kept = kept.sort_values(["dyad", "first", "claim_id"], ignore_index=True)
    turn = kept["basis"].map(place).astype("int64")
    level: NDArray[np.int64] = (kept["rank"] * RANK + turn).to_numpy(dtype="int64")
    first, last = (kept[name].to_numpy(dtype="datetime64[D]") for name in ("first", "last"))
    claim, number = _touched(unit.number(first), unit.number(last))
    figures = {
        name: kept[name].to_numpy(dtype="float64", na_value=np.nan)
        for name in ("figure", "low", "high")
    }
    return Voices(
        frame=kept,
        dyad=kept["dyad"].to_numpy(dtype="int64"),
        level=level,
        basis=pd.factorize(kept["basis"])[0].astype("int64"),
        first=first.astype("int64"),
        last=last.astype("int64"),
        reach=kept["reach"].to_numpy(dtype="int64"),
        claim=claim,
        number=number,
        **figures,
    )


def _touched(
    first: NDArray[np.int64], last: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return each claim once for every period from its first to its last."""
    lengths = last - first + 1
    claim = np.repeat(np.arange(len(first)), lengths)
    starts = np.cumsum(lengths) - lengths
    return claim, np.arange(len(claim)) + (first - starts)[claim]


@dataclass(frozen=True, slots=True)
class Heard:
    """Groups of claims that speak together: one day of one series in one period.

    Attributes
    ----------
    level, dyad, number : numpy.ndarray of int64
        Series, dyad and period of each group, sorted.
    begin, end : numpy.ndarray of int64
        Where its claims lie in `claim`.
    claim : numpy.ndarray of int64
        The claims, group after group, by id within each.
    figure : numpy.ndarray of float64
        The claims' median; NaN where they give bounds only.
    """

    level: NDArray[np.int64]
    dyad: NDArray[np.int64]
    number: NDArray[np.int64]
    begin: NDArray[np.int64]
    end: NDArray[np.int64]
    claim: NDArray[np.int64]
    figure: NDArray[np.float64]


def heard(voices: Voices) -> Heard:
    """Return for every series and period the claims that stand nearest the period's end.

    A claim with a figure goes before one that gives only a bound.
    """
    counting = voices.counts[voices.claim]
    claim, number = voices.claim[counting], voices.number[counting]
    bound = np.isnan(voices.figure)
    keys = (claim, -voices.first[claim], bound[claim], number, voices.dyad[claim])
    order = np.lexsort((*keys, voices.level[claim]))
    claim, number = claim[order], number[order]
    level, dyad = voices.level[claim], voices.dyad[claim]
    new = np.ones(len(claim), dtype=bool)
    new[1:] = (np.diff(level) != 0) | (np.diff(dyad) != 0) | (np.diff(number) != 0)
    best = claim[new][np.cumsum(new) - 1]
    speaks = (bound[claim] == bound[best]) & (voices.first[claim] == voices.first[best])
    begin = np.flatnonzero(new[speaks])
    end = np.append(begin[1:], speaks.sum()) if len(begin) else begin
    speaking = claim[speaks]
    figure = voices.figure[speaking[begin]].copy()
    for at in np.flatnonzero((end - begin > 1) & ~np.isnan(figure)):
        figure[at] = np.median(voices.figure[speaking[begin[at] : end[at]]])
    return Heard(level[new], dyad[new], number[new], begin, end, speaking, figure)


def spoken_for(voices: Voices, groups: Heard) -> NDArray[np.int64]:
    """Return which group speaks in the place of each: itself, unless it has a mere bound.

    "More than 50,000" says less than a count that it allows: where another basis of the same rank
    made such a count in the period, the first one speaks. A count that it rules out (the 1,800 who
    are permanently assigned, where more than 13,000 are in the country) counts something else, and
    the bound stands. So does a bound on both sides.
    """
    lead = groups.claim[groups.begin]
    low, high = voices.low[lead], voices.high[lead]
    counted = ~np.isnan(groups.figure)
    mere = np.flatnonzero(~counted & (np.isnan(low) | np.isnan(high)))
    cell = np.stack([groups.level // RANK, groups.dyad, groups.number])
    _, key = np.unique(cell, axis=1, return_inverse=True)
    # Groups are sorted by level, and so are, in the end, those of one cell.
    counts = np.flatnonzero(counted)
    counts = counts[np.argsort(key[counts], kind="stable")]
    begin, end = (np.searchsorted(key[counts], key[mere], side=side) for side in ("left", "right"))
    speaks = np.arange(len(key))
    for at, others in zip(mere, map(slice, begin, end), strict=True):
        figure = groups.figure[counts[others]]
        # A bound that is missing rules nothing out: what is compared with it is never true.
        allowed = counts[others][~((figure < low[at]) | (figure > high[at]))]
        if len(allowed):
            speaks[at] = allowed[0]
    return speaks
