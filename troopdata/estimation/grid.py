"""Every dyad and period of a question, and what has been decided of each, as arrays."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from troopdata.estimation.periods import Period
from troopdata.schemas.codes import presence_states

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

__all__ = ["STATES", "Grid", "grid"]

STATES = presence_states()


@dataclass(frozen=True, slots=True)
class Grid:
    """One row for every dyad and period, sorted by both.

    Attributes
    ----------
    dyads : pandas.DataFrame
        Columns sender, host (and service), first, last (numbers of periods).
    unit : Period
        The period.
    dyad, number : numpy.ndarray of int64
        Row of `dyads`, number of the period.
    start, end : numpy.ndarray of int64
        First and last day of the period, days since 1970.
    state : numpy.ndarray of int8
        Place in `STATES`; 0 while nothing is decided.
    group : numpy.ndarray of int64
        Which group of claims the figure was observed in, or -1.
    lead, follow : numpy.ndarray of int64
        Claim that speaks (or lies before), claim that lies after, or -1.
    personnel, low, high : numpy.ndarray of float64
        People.
    """

    dyads: pd.DataFrame
    unit: Period
    dyad: NDArray[np.int64]
    number: NDArray[np.int64]
    start: NDArray[np.int64]
    end: NDArray[np.int64]
    state: NDArray[np.int8]
    group: NDArray[np.int64]
    lead: NDArray[np.int64]
    follow: NDArray[np.int64]
    personnel: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    offset: NDArray[np.int64]

    def at(self, dyad: NDArray[np.int64], number: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the row of each dyad and period, or -1 where the question does not cover it."""
        first = self.dyads["first"].to_numpy(dtype="int64")[dyad]
        last = self.dyads["last"].to_numpy(dtype="int64")[dyad]
        row = self.offset[dyad] + number - first
        return np.where((first <= number) & (number <= last), row, -1)

    def open(self, row: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Return whether each row exists and is undecided."""
        free: NDArray[np.bool_] = row >= 0
        free[free] = self.state[row[free]] == 0
        return free

    def decide(self, rows: NDArray[np.int64], state: Any, **columns: NDArray[Any]) -> None:
        """Write what was decided of some rows; a state is a name, or one name a row."""
        places = {name: place for place, name in enumerate(STATES)}
        coded = places[state] if isinstance(state, str) else [places[name] for name in state]
        self.state[rows] = coded
        for name, values in columns.items():
            getattr(self, name)[rows] = values


def grid(dyads: pd.DataFrame, unit: Period) -> Grid:
    """Return a grid in which nothing is decided.

    Parameters
    ----------
    dyads : pandas.DataFrame
        One row a dyad, sorted: its keys, first and last (numbers of periods, inclusive).
    unit : Period
        The period.
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
    return Grid(
        dyads=dyads, unit=unit, dyad=dyad, number=number,
        start=unit.first_day(known).astype("int64")[number - least],
        end=unit.last_day(known).astype("int64")[number - least],
        state=np.zeros(size, dtype="int8"),
        group=np.full(size, -1), lead=np.full(size, -1), follow=np.full(size, -1),
        personnel=np.full(size, np.nan), low=np.full(size, np.nan), high=np.full(size, np.nan),
        offset=offset,
    )  # fmt: skip
