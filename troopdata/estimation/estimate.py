"""Estimate everyone of a sender's forces in a host by the written rule.

The steps of the rule are in ``schemas/estimation_rule.json`` and ``td.describe("presence")``
prints them; each step is a function that decides the rows which no step before it decided.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from troopdata.estimation import parts as sums_of_parts
from troopdata.estimation.carry_steps import decide_carried, decide_remembered
from troopdata.estimation.claim_arrays import ClaimArrays, claim_arrays
from troopdata.estimation.context import Context
from troopdata.estimation.count_steps import decide_averaged, decide_counted
from troopdata.estimation.evidence import Evidence, evidence
from troopdata.estimation.frame import finished, without_series
from troopdata.estimation.grid import Grid, grid
from troopdata.estimation.part_steps import (
    decide_bounded,
    decide_parts,
    decide_signs,
    decide_stationed,
)
from troopdata.estimation.periods import Frequency, period
from troopdata.estimation.stationed import broken

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["decide", "estimate"]


def estimate(
    claims: pd.DataFrame,
    dyads: pd.DataFrame,
    around: Context,
    *,
    freq: Frequency = "year",
    recent: bool = False,
) -> pd.DataFrame:
    """Return the best estimate for every dyad and period asked for.

    Parameters
    ----------
    claims : pandas.DataFrame
        Result of `candidates.candidates`.
    dyads : pandas.DataFrame
        One row a dyad: sender, host, first, last (numbers of periods, inclusive).
    around : Context
        Withdrawals, bases in use, breaks of series, and the day of the release.
    freq : {"year", "quarter", "month", "day"}
        The period.
    recent : bool
        Whether to look up the greatest force on record in the five years before, for rows without
        a figure: a sum needs to know what it may leave out.

    Returns
    -------
    pandas.DataFrame
        The columns of table `presence`, sorted by sender, host and period, and `recent` (people).
    """
    dyads = dyads.sort_values(["sender", "host"], ignore_index=True)
    arrays = claim_arrays(claims, dyads)
    rows = grid(dyads, period(freq), around.until)
    if not len(arrays.dyad) or not len(rows):
        return without_series(rows, arrays)
    found = evidence(rows, arrays, around)
    decide(rows, arrays, around, found)
    seen = np.full(len(rows), np.nan)
    if recent:
        seen = sums_of_parts.on_record(rows, arrays, around, np.isnan(rows.personnel))
    return finished(
        rows, arrays, assigned=found.series.printed, last=found.last, recent=seen,
        broken=broken(rows, found.series, around),
    )  # fmt: skip


def decide(rows: Grid, claims: ClaimArrays, around: Context, found: Evidence) -> None:
    """Decide every row, step by step; what no step decides stays unknown.

    Parameters
    ----------
    rows : Grid
        The rows, undecided.
    claims : ClaimArrays
        The claims.
    around : Context
        Facts beside the claims.
    found : Evidence
        Result of `evidence`.
    """
    decide_counted(rows, claims, found)
    decide_averaged(rows, found)
    decide_carried(rows, claims, found)
    decide_stationed(rows, found)
    decide_parts(rows, claims, around, found)
    decide_bounded(rows, claims, found)
    decide_signs(rows, claims)
    decide_remembered(rows, claims, found)
