"""Sums of operations, and the greatest single part."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from troopdata.estimation.claim_arrays import ClaimArrays
from troopdata.estimation.context import NEVER, Context
from troopdata.estimation.dyad_days import DyadDays
from troopdata.estimation.grid import Grid, Pairs
from troopdata.estimation.stationed import numbered
from troopdata.schemas.model import estimation_rule

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["Parts", "on_record", "parts", "withdrawn"]


class Parts(NamedTuple):
    """The parts counted in or near each row's period.

    Attributes
    ----------
    total : numpy.ndarray of float64
        Sum over operations; NaN where none has a figure.
    greatest : numpy.ndarray of float64
        The greatest single part counted in the period, NaN where there is none.
    added : Pairs
        The claims that were added.
    lead : numpy.ndarray of int64
        The latest claim of the sum, or -1.
    single : Pairs
        All parts of the period.
    """

    total: NDArray[np.float64]
    greatest: NDArray[np.float64]
    added: Pairs
    lead: NDArray[np.int64]
    single: Pairs


def parts(rows: Grid, claims: ClaimArrays, around: Context) -> Parts:
    """Return the sum of the operations of each period, one claim an operation and kind of force.

    Parameters
    ----------
    rows : Grid
        The rows.
    claims : ClaimArrays
        The claims.
    around : Context
        Withdrawals; when operations ended, and which are part of another.
    """
    size = len(rows)
    chosen = claims.having("part")
    single = rows.touching(claims, chosen)
    greatest = single.reduced(np.fmax, claims.floor[single.claim], size)
    added = _one_an_operation(rows, claims, chosen, around)
    lead = np.full(size, -1)
    if not len(added.row):
        return Parts(np.full(size, np.nan), greatest, added, lead, single)
    begin = added.begin
    total = np.full(size, np.nan)
    total[added.row[begin]] = np.add.reduceat(claims.figure[added.claim], begin)
    newest = added.sorted(-claims.first[added.claim], added.claim)
    lead[newest.row[newest.begin]] = newest.claim[newest.begin]
    return Parts(total, greatest, added, lead, single)


def _one_an_operation(
    rows: Grid, claims: ClaimArrays, chosen: NDArray[np.int64], around: Context
) -> Pairs:
    """Return each row beside one claim of every operation: the best source, then the latest.

    Troops and observers of one mission are counted apart and add up; claims of an operation that
    lies inside another one of the same row are dropped.
    """
    named = (claims.operation[chosen] >= 0) & ~np.isnan(claims.figure[chosen])
    whole = claims.frame["whole"].to_numpy(dtype=bool)[chosen]
    chosen = chosen[named & whole]
    pairs = rows.touching(claims, chosen, ahead=estimation_rule()["parts_age"])
    pairs = pairs.where(_lasting(rows, claims, pairs, around))
    kind = claims.frame["force"].isin(estimation_rule()["part_forces"]).to_numpy(dtype=bool)
    key = claims.operation[pairs.claim] * 2 + kind[pairs.claim]
    # A claim of the period goes before one from the half year before it.
    older = claims.last[pairs.claim] < rows.start[pairs.row]
    order = np.lexsort(
        (
            pairs.claim,
            -claims.figure[pairs.claim],
            -claims.first[pairs.claim],
            claims.rank[pairs.claim],
            older,
            key,
            pairs.row,
        )
    )
    pairs, key = Pairs(pairs.row[order], pairs.claim[order]), key[order]
    new = np.ones(len(pairs.row), dtype=bool)
    new[1:] = (np.diff(pairs.row) != 0) | (np.diff(key) != 0)
    pairs = _together(pairs.where(new), claims)
    return _outermost(pairs, claims, around.inside)


def _lasting(rows: Grid, claims: ClaimArrays, pairs: Pairs, around: Context) -> NDArray[np.bool_]:
    """Return which claims hold in each row: those of its period, and older ones of what goes on.

    An older claim does not outlast its operation, nor a completed withdrawal of the sender.
    """
    names = claims.frame["operation_id"].to_numpy(dtype=object)[pairs.claim]
    ends = np.array([around.ended.get(name, NEVER) for name in names], dtype="int64")
    here = claims.last[pairs.claim] >= rows.start[pairs.row]
    gone = withdrawn(rows, around)[pairs.row] > claims.first[pairs.claim]
    return here | ((ends >= rows.start[pairs.row]) & ~gone)


def withdrawn(rows: Grid, around: Context) -> NDArray[np.int64]:
    """Return the day of the last completed withdrawal by each period's end."""
    gone = numbered(around.withdrawals, rows.dyads).sort_values(["dyad", "day"])
    days = DyadDays(gone["dyad"].to_numpy(dtype="int64"), gone["day"].to_numpy(dtype="int64"))
    return days.last_day_by(rows.dyad, rows.end, missing=-NEVER)


def _together(pairs: Pairs, claims: ClaimArrays) -> Pairs:
    """Return the pairs whose claims lie within half a year of the newest one of the row."""
    if not len(pairs.row):
        return pairs
    begin = pairs.begin
    newest = np.maximum.reduceat(claims.first[pairs.claim], begin)
    sizes = np.diff(np.append(begin, len(pairs.row)))
    return pairs.where(
        np.repeat(newest, sizes) - claims.last[pairs.claim] <= estimation_rule()["parts_days"]
    )


def _outermost(pairs: Pairs, claims: ClaimArrays, inside: Mapping[str, str]) -> Pairs:
    """Return the pairs without operations that are part of another one of the same row."""
    if not inside:
        return pairs
    names = claims.frame["operation_id"].to_numpy(dtype=object)[pairs.claim]
    there = set(zip(pairs.row.tolist(), names, strict=True))
    kept = [
        inside.get(name) is None or (row, inside[name]) not in there
        for row, name in zip(pairs.row.tolist(), names, strict=True)
    ]
    return pairs.where(np.array(kept, dtype=bool))


def on_record(
    rows: Grid, claims: ClaimArrays, around: Context, asked: NDArray[np.bool_]
) -> NDArray[np.float64]:
    """Return the greatest force on record in the five years to each period's end.

    A force that left since does not count: after a completed withdrawal, or a count of none, a
    new one begins.

    Parameters
    ----------
    rows : Grid
        The rows.
    claims : ClaimArrays
        The claims.
    around : Context
        Withdrawals.
    asked : numpy.ndarray of bool
        The rows to look at.
    """
    chosen = claims.having("total", "average", "stationed", "part")
    chosen = chosen[~np.isnan(claims.floor[chosen])]
    needed = np.unique(rows.dyad[asked])
    chosen = chosen[np.isin(claims.dyad[chosen], needed)]
    pairs = rows.touching(claims, chosen, ahead=estimation_rule()["larger_force_days"])
    pairs = pairs.where(asked[pairs.row])
    since = _left(rows, claims, around)
    pairs = pairs.where(claims.first[pairs.claim] > since[pairs.row])
    return pairs.reduced(np.fmax, claims.floor[pairs.claim], len(rows))


def _left(rows: Grid, claims: ClaimArrays, around: Context) -> NDArray[np.int64]:
    """Return the last day by each period's end on which the sender's forces were gone."""
    gone = numbered(around.withdrawals, rows.dyads)
    none = claims.having("total")
    none = none[claims.figure[none] == 0]
    dyad = np.concatenate([gone["dyad"].to_numpy(dtype="int64"), claims.dyad[none]])
    day = np.concatenate([gone["day"].to_numpy(dtype="int64"), claims.first[none]])
    order = np.lexsort((day, dyad))
    return DyadDays(dyad[order], day[order]).last_day_by(rows.dyad, rows.end, missing=-NEVER)
