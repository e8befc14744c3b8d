"""Bases near places, with scipy's k-d tree: what every installation has.

Places are taken in the order of their days, a batch at a time, and each batch searches a tree of
the bases that were in use on some day of the batch. So hardly a candidate fails on its dates, and
a search that finds too few of them asks again for more.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from troopdata.geo.batches import spread
from troopdata.geo.ellipsoid import cartesian, widened

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np
    from numpy.typing import NDArray

    from troopdata.geo.base_index import Sites

__all__ = ["candidates", "pairs"]

GROWTH = 4
# Quickest of 4, 10, 16 and 32 for some hundred bases.
LEAF = 16


def candidates(
    sites: Sites,
    longitude: NDArray[np.float64],
    latitude: NDArray[np.float64],
    day: NDArray[np.int32],
    k: int,
    take: Callable[[NDArray[np.int64], NDArray[np.int32]], None],
) -> None:
    """Find for each place every base that may be among its `k` nearest.

    Parameters
    ----------
    sites : Sites
        The bases.
    longitude, latitude : numpy.ndarray of float64
        Degrees.
    day : numpy.ndarray of int32
        Days counted from 1970.
    k : int
        How many of the nearest are wanted.
    take : callable
        Called, perhaps from several threads, with rows and an array of sites of shape
        (rows, m); -1 fills up a row with less than m candidates.
    """
    order = _by_day(day)

    def part(chosen: slice) -> None:
        rows = order[chosen]
        here = _Batch(sites, longitude[rows], latitude[rows], day[rows])
        wanted = k + 1
        while len(rows):
            found, done = here.ask(k, wanted)
            take(rows[done], found[done])
            rows = rows[~done]
            here.keep(~done)
            wanted *= GROWTH

    spread(part, len(order))


def _by_day(day: NDArray[np.int32]) -> NDArray[np.int64]:
    import numpy as np

    if len(day) == 0 or (day == day[0]).all():
        return np.arange(len(day))
    return np.argsort(day, kind="stable")


class _Batch:
    """A batch of places, and a tree of the bases in use on some day of it."""

    def __init__(
        self,
        sites: Sites,
        longitude: NDArray[np.float64],
        latitude: NDArray[np.float64],
        day: NDArray[np.int32],
    ) -> None:
        import numpy as np
        from scipy.spatial import KDTree

        self.points, self.day = cartesian(longitude, latitude), day
        touched = (sites.opened <= day.max()) & (day.min() < sites.closed)
        self.sites = np.flatnonzero(touched).astype("int32")
        self.opened, self.closed = sites.opened[self.sites], sites.closed[self.sites]
        self.sharp = bool(((self.opened <= day.min()) & (day.max() < self.closed)).all())
        self.tree = KDTree(sites.points[self.sites], leafsize=LEAF) if len(self.sites) else None

    def keep(self, rows: NDArray[np.bool_]) -> None:
        self.points, self.day = self.points[rows], self.day[rows]

    def ask(self, k: int, wanted: int) -> tuple[NDArray[np.int32], NDArray[np.bool_]]:
        """Return candidates among the `wanted` nearest by chord, and where they are all."""
        import numpy as np

        if self.tree is None:
            none = np.full((len(self.points), k), -1, dtype="int32")
            return none, np.ones(len(none), dtype=bool)
        asked = min(wanted, len(self.sites))
        chord, near = self.tree.query(self.points, k=range(1, asked + 1))
        square = chord * chord
        last = square[:, -1].copy()
        if not self.sharp:
            day = self.day[:, None]
            square[(day < self.opened[near]) | (day >= self.closed[near])] = np.inf
        if asked < k:
            reach = np.full(len(square), np.inf)
        elif self.sharp:
            reach = widened(square[:, k - 1])
        else:
            reach = widened(np.partition(square, k - 1, axis=1)[:, k - 1])
        done = (last > reach) | (asked == len(self.sites))
        found = np.where(square <= reach[:, None], self.sites[near], np.int32(-1))
        found[np.isinf(square)] = -1
        return found, done


def pairs(
    sites: Sites,
    longitude: NDArray[np.float64],
    latitude: NDArray[np.float64],
    day: NDArray[np.int32],
    above: float,
) -> tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.float64]]:
    """Return every place and base in use within a chord, of one batch of places.

    Parameters
    ----------
    sites, longitude, latitude, day
        As for `candidates`.
    above : float
        Longest squared chord, in units of the semi-major axis.

    Returns
    -------
    tuple of three numpy.ndarray
        Rows of places and of sites, in that order, and their squared chords.
    """
    import numpy as np
    from scipy.spatial import KDTree

    touched = np.flatnonzero((sites.opened <= day.max()) & (day.min() < sites.closed))
    if len(touched) == 0:
        return np.empty(0, dtype="int64"), np.empty(0, dtype="int32"), np.empty(0)
    tree, there = KDTree(cartesian(longitude, latitude)), KDTree(sites.points[touched])
    found = tree.sparse_distance_matrix(there, float(np.sqrt(above)), output_type="ndarray")
    row, site = found["i"].astype("int64"), touched[found["j"]].astype("int32")
    used = (sites.opened[site] <= day[row]) & (day[row] < sites.closed[site])
    row, site, chord = row[used], site[used], found["v"][used]
    order = np.lexsort((site, row))
    return row[order], site[order], chord[order] ** 2
