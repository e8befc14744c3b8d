"""Every dyad and period of a question, and what has been decided of each, as arrays."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from troopdata.estimation.claim_arrays import ClaimArrays
from troopdata.estimation.periods import Period
from troopdata.schemas.codes import presence_states

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

__all__ = ["GRADES", "STATES", "Grid", "Pairs", "grid"]

STATES = presence_states()
GRADES = ("", "A", "B", "C", "D", "E")


class Pairs(NamedTuple):
    """Rows of a grid beside claims that bear on them, sorted by row.

    Attributes
    ----------
    row, claim : numpy.ndarray of int64
        One pair each.
    """

    row: NDArray[np.int64]
    claim: NDArray[np.int64]

    def where(self, mask: NDArray[np.bool_]) -> Pairs:
        """Return the pairs that a mask keeps."""
        return Pairs(self.row[mask], self.claim[mask])

    def sorted(self, *keys: NDArray[Any]) -> Pairs:
        """Return the pairs sorted by row, then by some keys of the pairs, the first one first."""
        order = np.lexsort((*keys[::-1], self.row))
        return Pairs(self.row[order], self.claim[order])

    @property
    def begin(self) -> NDArray[np.int64]:
        """Where each row's pairs begin."""
        new = np.ones(len(self.row), dtype=bool)
        new[1:] = np.diff(self.row) != 0
        return np.flatnonzero(new)

    def sums(self, values: NDArray[np.float64], size: int) -> NDArray[np.float64]:
        """Return one value a row: the sum over its pairs, NaN where it has none."""
        result = np.full(size, np.nan)
        if len(self.row):
            begin = self.begin
            result[self.row[begin]] = np.add.reduceat(values, begin)
        return result

    def reduced(self, how: Any, values: NDArray[np.float64], size: int) -> NDArray[np.float64]:
        """Return one value a row: `how` (np.fmin, np.fmax) over the values of its pairs."""
        result = np.full(size, np.nan)
        if len(self.row):
            begin = self.begin
            result[self.row[begin]] = how.reduceat(values, begin)
        return result


@dataclass(slots=True)
class Grid:
    """One row for every dyad and period, sorted by both.

    Attributes
    ----------
    dyads : pandas.DataFrame
        Columns sender, host, first, last (numbers of periods).
    unit : Period
        The period.
    dyad, number : numpy.ndarray of int64
        Row of `dyads`, number of the period.
    start, end : numpy.ndarray of int64
        First and last day of the period, days since 1970; no period ends after the release.
    state, grade : numpy.ndarray of int8
        Places in `STATES` and `GRADES`; 0 while nothing is decided.
    lead : numpy.ndarray of int64
        The claim behind the figure or the bounds, or -1.
    personnel, low, high : numpy.ndarray of float64
        People.
    figured, behind : list of Pairs
        The claims that gave each row's figure; those behind its bounds.
    """

    dyads: pd.DataFrame
    unit: Period
    dyad: NDArray[np.int64]
    number: NDArray[np.int64]
    start: NDArray[np.int64]
    end: NDArray[np.int64]
    state: NDArray[np.int8]
    grade: NDArray[np.int8]
    lead: NDArray[np.int64]
    personnel: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    offset: NDArray[np.int64]
    figured: list[Pairs] = field(default_factory=list)
    behind: list[Pairs] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.dyad)

    @property
    def open(self) -> NDArray[np.bool_]:
        """Whether each row is undecided; one that begins after the release stays unknown."""
        free: NDArray[np.bool_] = (self.state == 0) & (self.start <= self.end)
        return free

    def touching(
        self, claims: ClaimArrays, chosen: NDArray[np.int64], *, ahead: int = 0,
        among: NDArray[np.bool_] | None = None, current: bool = False,
    ) -> Pairs:  # fmt: skip
        """Return each row beside each chosen claim whose dates, and `ahead` days, touch it.

        Parameters
        ----------
        claims : ClaimArrays
            The claims.
        chosen : numpy.ndarray of int64
            Numbers of claims.
        ahead : int, optional
            Days for which a claim is looked at after its own.
        among : numpy.ndarray of bool, optional
            The rows to look at; all by default.
        current : bool, optional
            Leave out what a later figure of the operation replaced by the row's end.
        """
        dyad = claims.dyad[chosen]
        least, most = (self.dyads[name].to_numpy(dtype="int64")[dyad] for name in ("first", "last"))
        last = claims.last[chosen] + ahead
        if current:
            last = np.minimum(last, claims.replaced[chosen] - 1)
        days = (claims.first[chosen], last)
        begins, ends = (self.unit.number(day.astype("datetime64[D]")) for day in days)
        begins, ends = np.maximum(begins, least), np.minimum(ends, most)
        lengths = np.maximum(ends - begins + 1, 0)
        claim = np.repeat(np.arange(len(chosen)), lengths)
        number = np.arange(len(claim)) + (begins - np.cumsum(lengths) + lengths)[claim]
        row = self.offset[dyad[claim]] + number - least[claim]
        pairs = Pairs(row, chosen[claim])
        kept = (self.start[row] <= self.end[row]) & (claims.first[pairs.claim] <= self.end[row])
        if among is not None:
            kept &= among[row]
        if current:
            kept &= claims.replaced[pairs.claim] > self.end[row]
        return pairs.where(kept).sorted()

    def record(self, figured: Pairs, behind: Pairs, rows: NDArray[np.int64]) -> None:
        """Note the claims that gave the figures of some rows, and those behind their bounds."""
        self.figured.append(figured.where(np.isin(figured.row, rows)))
        self.behind.append(behind.where(np.isin(behind.row, rows)))

    def decide(self, rows: NDArray[np.int64], state: str, grade: Any, **columns: Any) -> None:
        """Write what was decided of some rows: a state, a grade (or one a row), people, lead."""
        self.state[rows] = STATES.index(state)
        self.grade[rows] = GRADES.index(grade) if isinstance(grade, str) else grade
        for name, values in columns.items():
            getattr(self, name)[rows] = values


def grid(dyads: pd.DataFrame, unit: Period, until: np.datetime64 | None = None) -> Grid:
    """Return a grid in which nothing is decided.

    Parameters
    ----------
    dyads : pandas.DataFrame
        One row a dyad, sorted: sender, host, first and last (numbers of periods, inclusive).
    unit : Period
        The period.
    until : numpy.datetime64, optional
        The day of the release: what comes after it is unknown.
    """
    first = dyads["first"].to_numpy(dtype="int64")
    lengths = np.maximum(dyads["last"].to_numpy(dtype="int64") - first + 1, 0)
    offset = np.cumsum(lengths) - lengths
    dyad = np.repeat(np.arange(len(dyads)), lengths)
    size = len(dyad)
    number = np.arange(size) + (first - offset)[dyad]
    # The same few periods come again for every dyad: their days are worked out once.
    least = int(number.min()) if size else 0
    known = np.arange(least, (int(number.max()) if size else -1) + 1)
    end = unit.last_day(known).astype("int64")[number - least]
    if until is not None:
        end = np.minimum(end, int(until.astype("datetime64[D]").astype("int64")))
    return Grid(
        dyads=dyads, unit=unit, dyad=dyad, number=number,
        start=unit.first_day(known).astype("int64")[number - least], end=end,
        state=np.zeros(size, dtype="int8"), grade=np.zeros(size, dtype="int8"),
        lead=np.full(size, -1), personnel=np.full(size, np.nan), low=np.full(size, np.nan),
        high=np.full(size, np.nan), offset=offset,
    )  # fmt: skip
