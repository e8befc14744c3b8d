"""Search sorted days of many dyads at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["DyadDays"]


class DyadDays:
    """Days of dyads, sorted by dyad and day, that one binary search serves together.

    NumPy searches structured arrays field by field, a hundred times slower than numbers; so a
    dyad and a day are packed into one number. The width is that of the days asked and known, and
    so no day of one dyad reaches into the next.

    Parameters
    ----------
    dyad, day : numpy.ndarray of int64
        Sorted by both.
    """

    def __init__(self, dyad: NDArray[np.int64], day: NDArray[np.int64]) -> None:
        self.dyad, self.day = dyad, day

    def last_by(
        self, dyad: NDArray[np.int64], day: NDArray[np.int64], *, strictly: bool = False
    ) -> NDArray[np.int64]:
        """Return the place of the last day of the dyad that is not after each day, or -1.

        Parameters
        ----------
        dyad, day : numpy.ndarray of int64
            The queries: a dyad and a day each.
        strictly : bool
            Only days before it.
        """
        if not len(self.day) or not len(day):
            return np.full(len(day), -1)
        # A day asked beyond those known is as good as the one beside them; kept as it is, a "never"
        # would widen the numbers until they overflow.
        least, most = int(self.day.min()) - 1, int(self.day.max()) + 1
        day = np.clip(day, least, most)
        width = most - least + 1
        known = self.dyad * width + (self.day - least)
        asked = dyad * width + (day - least)
        # Before all known days the place is -1, which is the answer whatever dyad is there.
        at = np.searchsorted(known, asked, side="left" if strictly else "right") - 1
        return np.where(self.dyad[at] == dyad, at, -1)

    def last_day_by(
        self, dyad: NDArray[np.int64], day: NDArray[np.int64], *, missing: int
    ) -> NDArray[np.int64]:
        """Return the last day of the dyad that is not after each day, or `missing`."""
        at = self.last_by(dyad, day)
        return (
            np.where(at >= 0, self.day[at], missing)
            if len(self.day)
            else np.full(len(day), missing)
        )
