"""Sums of operations, by their latest reports, and the greatest single part."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from troopdata.estimation.claim_arrays import ClaimArrays
from troopdata.estimation.comparisons import exceeds
from troopdata.estimation.context import NEVER, Context
from troopdata.estimation.dyad_days import DyadDays
from troopdata.estimation.grid import Grid, Pairs
from troopdata.estimation.stationed import numbered
from troopdata.schemas.model import estimation_rule

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["Parts", "none_counted", "on_record", "parts", "withdrawn"]


class Parts(NamedTuple):
    """The parts counted in or near each row's period.

    Attributes
    ----------
    total : numpy.ndarray of float64
        Sum over operations; NaN where none has a figure.
    greatest : numpy.ndarray of float64
        The greatest current part of the period, NaN where there is none.
    added : Pairs
        The claims that were added.
    lead : numpy.ndarray of int64
        The latest claim of the sum, or -1.
    single : Pairs
        All parts of the period.
    current : Pairs
        Those among them that no later figure of their operation replaced, and that are not from
        before a count of none.
    """

    total: NDArray[np.float64]
    greatest: NDArray[np.float64]
    added: Pairs
    lead: NDArray[np.int64]
    single: Pairs
    current: Pairs


def parts(rows: Grid, claims: ClaimArrays, around: Context) -> Parts:
    """Return the sum of the operations of each period, one report an operation.

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
    current = single.where(claims.replaced[single.claim] > rows.end[single.row])
    # Those who were there before a count of none have gone.
    none = none_counted(rows, claims)
    current = current.where(claims.first[current.claim] >= none[current.row])
    greatest = current.reduced(np.fmax, claims.floor[current.claim], size)
    added = _one_an_operation(rows, claims, chosen, around)
    lead = np.full(size, -1)
    if not len(added.row):
        return Parts(np.full(size, np.nan), greatest, added, lead, single, current)
    begin = added.begin
    total = np.full(size, np.nan)
    total[added.row[begin]] = np.add.reduceat(claims.figure[added.claim], begin)
    newest = added.sorted(-claims.first[added.claim], added.claim)
    lead[newest.row[newest.begin]] = newest.claim[newest.begin]
    return Parts(total, greatest, added, lead, single, current)


def _one_an_operation(
    rows: Grid, claims: ClaimArrays, chosen: NDArray[np.int64], around: Context
) -> Pairs:
    """Return each row beside one report of every operation: the best source, then the latest.

    Troops, staff officers and observers of one mission are counted apart and add up, if one source
    counts them on one day; claims of an operation that lies inside another one of the same row,
    directly or through others, are dropped.
    """
    named = (claims.operation[chosen] >= 0) & ~np.isnan(claims.figure[chosen])
    whole = claims.frame["whole"].to_numpy(dtype=bool)[chosen]
    chosen = chosen[named & whole]
    # A count that a later one replaced is never the one that goes first.
    pairs = rows.touching(claims, chosen, ahead=estimation_rule()["parts_age"], current=True)
    pairs = pairs.where(_lasting(rows, claims, pairs, around))
    pairs = pairs.where(claims.first[pairs.claim] >= none_counted(rows, claims)[pairs.row])
    # A claim of the period goes before one from the half year before it.
    older = claims.last[pairs.claim] < rows.start[pairs.row]
    order = np.lexsort(
        (
            pairs.claim,
            -claims.figure[pairs.claim],
            -claims.first[pairs.claim],
            claims.rank[pairs.claim],
            older,
            claims.operation[pairs.claim],
            pairs.row,
        )
    )
    pairs = Pairs(pairs.row[order], pairs.claim[order])
    pairs = _going_on(rows, claims, _of_one_report(pairs, claims), around)
    return _outermost(_together(pairs, claims), claims, around.inside)


def _of_one_report(pairs: Pairs, claims: ClaimArrays) -> Pairs:
    """Return one claim of each kind of force from the report of each row's operations.

    The pairs are sorted by row and operation, and the first claim of an operation names the report:
    its source and day. Kinds that the report does not have are not taken from an older one.
    """
    if not len(pairs.row):
        return pairs
    new = np.ones(len(pairs.row), dtype=bool)
    operation = claims.operation[pairs.claim]
    new[1:] = (np.diff(pairs.row) != 0) | (np.diff(operation) != 0)
    lead = pairs.claim[np.flatnonzero(new)[np.cumsum(new) - 1]]
    same = claims.source[pairs.claim] == claims.source[lead]
    same &= claims.first[pairs.claim] == claims.first[lead]
    pairs, group = pairs.where(same), np.cumsum(new)[same]
    kind = _kinds(claims)[pairs.claim]
    order = np.lexsort((pairs.claim, -claims.figure[pairs.claim], kind, group))
    pairs, group, kind = Pairs(pairs.row[order], pairs.claim[order]), group[order], kind[order]
    first = np.ones(len(pairs.row), dtype=bool)
    first[1:] = (np.diff(group) != 0) | (np.diff(kind) != 0)
    return pairs.where(first)


def _kinds(claims: ClaimArrays) -> NDArray[np.int64]:
    """Return the kind of force of each claim: 0 for forces, and a number for each part of them."""
    apart = {force: at for at, force in enumerate(estimation_rule()["part_forces"], start=1)}
    kinds = claims.frame["force"].map(apart).fillna(0)
    return kinds.to_numpy(dtype="int64")


def _lasting(rows: Grid, claims: ClaimArrays, pairs: Pairs, around: Context) -> NDArray[np.bool_]:
    """Return which claims hold in each row: those of its period, and older ones of what goes on.

    An older claim does not outlast its operation, nor a completed withdrawal of the sender.
    """
    ends = _ends(claims, around)[pairs.claim]
    here = claims.last[pairs.claim] >= rows.start[pairs.row]
    gone = withdrawn(rows, around)[pairs.row] > claims.first[pairs.claim]
    return here | ((ends >= rows.start[pairs.row]) & ~gone)


def _ends(claims: ClaimArrays, around: Context) -> NDArray[np.int64]:
    """Return the first day without the operation of each claim; `NEVER` where it goes on."""
    _, first, place = np.unique(claims.operation, return_index=True, return_inverse=True)
    names = claims.frame["operation_id"].to_numpy(dtype=object)[first]
    ends = np.array([around.ended.get(name, NEVER) for name in names], dtype="int64")
    return ends[place]


def _going_on(rows: Grid, claims: ClaimArrays, pairs: Pairs, around: Context) -> Pairs:
    """Return the pairs without operations that were over by the period's end, if another goes on.

    The forces of the one may be those of the other: IFOR's were SFOR's at the end of 1996.
    """
    over = _ends(claims, around)[pairs.claim] <= rows.end[pairs.row]
    lasts = np.zeros(len(rows), dtype=bool)
    lasts[pairs.row[~over]] = True
    return pairs.where(~(over & lasts[pairs.row]))


def none_counted(rows: Grid, claims: ClaimArrays) -> NDArray[np.int64]:
    """Return the day of the last count of none by each period's end."""
    none = claims.having("total")
    none = none[claims.figure[none] == 0]
    days = DyadDays(claims.dyad[none], claims.first[none])
    return days.last_day_by(rows.dyad, rows.end, missing=-NEVER)


def withdrawn(rows: Grid, around: Context) -> NDArray[np.int64]:
    """Return the day of the last completed withdrawal by each period's end."""
    gone = numbered(around.withdrawals, rows.dyads).sort_values(["dyad", "day"])
    days = DyadDays(gone["dyad"].to_numpy(dtype="int64"), gone["day"].to_numpy(dtype="int64"))
    return days.last_day_by(rows.dyad, rows.end, missing=-NEVER)


def _together(pairs: Pairs, claims: ClaimArrays) -> Pairs:
    """Return the pairs whose claims lie within half a year of the newest one of the row.

    A small claim beside the greatest one does not make it old.
    """
    if not len(pairs.row):
        return pairs
    begin = pairs.begin
    sizes = np.diff(np.append(begin, len(pairs.row)))
    figure, first = claims.figure[pairs.claim], claims.first[pairs.claim]
    greatest = np.repeat(np.maximum.reduceat(figure, begin), sizes)
    counts = (figure == greatest) | exceeds(greatest + figure, greatest)
    newest = np.maximum.reduceat(np.where(counts, first, -NEVER), begin)
    return pairs.where(
        np.repeat(newest, sizes) - claims.last[pairs.claim] <= estimation_rule()["parts_days"]
    )


def _outermost(pairs: Pairs, claims: ClaimArrays, inside: Mapping[str, str]) -> Pairs:
    """Return the pairs without operations that are part of another one of the same row."""
    if not inside:
        return pairs
    operation = claims.operation[pairs.claim]
    codes, first = np.unique(operation, return_index=True)
    names = claims.frame["operation_id"].to_numpy(dtype=object)[pairs.claim[first]]
    code_of = dict(zip(names, codes, strict=True))
    inner = np.zeros(len(pairs.row), dtype=bool)
    for name in set(code_of) & set(inside):
        wholes = [code_of[whole] for whole in _wholes(name, inside) if whole in code_of]
        own = operation == code_of[name]
        inner[own] = np.isin(pairs.row[own], pairs.row[np.isin(operation, wholes)])
    return pairs.where(~inner)


def _wholes(operation: str, inside: Mapping[str, str]) -> Iterator[str]:
    """Yield the operations that one is a part of, directly or through others."""
    whole = inside.get(operation)
    while whole is not None:
        yield whole
        whole = inside.get(whole)


def on_record(
    rows: Grid, claims: ClaimArrays, around: Context, asked: NDArray[np.bool_]
) -> NDArray[np.float64]:
    """Return the greatest force on record in the five years to each period's end.

    A force that left since does not count: after a completed withdrawal, or a count of none, a
    new one begins. Neither does what a later figure of the same operation replaced.

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
    days = estimation_rule()["larger_force_days"]
    pairs = rows.touching(claims, chosen, ahead=days, among=asked, current=True)
    since = _left(rows, claims, around)
    pairs = pairs.where(claims.first[pairs.claim] > since[pairs.row])
    return pairs.reduced(np.fmax, claims.floor[pairs.claim], len(rows))


def _left(rows: Grid, claims: ClaimArrays, around: Context) -> NDArray[np.int64]:
    """Return the last day by each period's end on which the sender's forces were gone."""
    return np.maximum(withdrawn(rows, around), none_counted(rows, claims))
