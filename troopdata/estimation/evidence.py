"""Gather what the claims say of each row, before the steps choose among it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from troopdata.estimation import parts as sums_of_parts
from troopdata.estimation import totals
from troopdata.estimation.claim_arrays import ClaimArrays
from troopdata.estimation.context import Context
from troopdata.estimation.grid import Grid
from troopdata.estimation.parts import Parts
from troopdata.estimation.stationed import Stationed, contradicted, stationed
from troopdata.estimation.totals import LastCounts, PeriodCounts

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["Evidence", "evidence", "greatest_floor"]


class Evidence(NamedTuple):
    """What the claims say of each row, before the steps choose among it.

    Attributes
    ----------
    counts, averages : PeriodCounts
        Counts of everyone in the period; averages over it.
    last : LastCounts
        The last count by the period's end, and the next one.
    series : Stationed
        The stationing series.
    incomplete : numpy.ndarray of bool
        Whether the stationing series is known to leave people out.
    parts : Parts
        Operations and other parts.
    floor : numpy.ndarray of float64
        The greatest part or stationing count of the period, NaN where there is none.
    withdrawn : numpy.ndarray of int64
        The day of the last completed withdrawal by the period's end.
    """

    counts: PeriodCounts
    averages: PeriodCounts
    last: LastCounts
    series: Stationed
    incomplete: NDArray[np.bool_]
    parts: Parts
    floor: NDArray[np.float64]
    withdrawn: NDArray[np.int64]


def evidence(rows: Grid, claims: ClaimArrays, around: Context) -> Evidence:
    """Return what the claims say of each row.

    Parameters
    ----------
    rows : Grid
        The rows.
    claims : ClaimArrays
        The claims.
    around : Context
        Facts beside the claims.
    """
    parts = sums_of_parts.parts(rows, claims, around)
    series = stationed(rows, claims)
    floor = np.fmax(np.fmax(parts.greatest, series.ashore), parts.total)
    return Evidence(
        counts=totals.of_period(rows, claims),
        averages=totals.of_period(rows, claims, "average"),
        last=totals.last_counts(rows, claims),
        series=series,
        incomplete=contradicted(rows, claims, around),
        parts=parts,
        floor=floor,
        withdrawn=sums_of_parts.withdrawn(rows, around),
    )


def greatest_floor(rows: Grid, claims: ClaimArrays, found: Evidence) -> NDArray[np.int64]:
    """Return the claim of the greatest floor of each row, or -1."""
    current = found.parts.current
    current = current.where(~np.isnan(claims.floor[current.claim]))
    current = current.sorted(-claims.floor[current.claim], current.claim)
    lead = np.full(len(rows), -1)
    lead[current.row[current.begin]] = current.claim[current.begin]
    greater = found.series.ashore > np.where(lead >= 0, claims.floor[lead], -1)
    lead = np.where(greater, found.series.lead, lead)
    summed = found.parts.total > np.where(lead >= 0, claims.floor[lead], -1)
    return np.where(summed, found.parts.lead, lead)
