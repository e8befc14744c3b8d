"""Search bases near places with scipy's k-d tree, which every installation has.

Places are sorted by day and split into batches, and each batch searches a tree of only the bases
that were in use on some day of the batch. Few candidates then fail on their dates; a place that
finds too few is searched again for more.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from troopdata.geo.batches import run_batches
from troopdata.geo.ellipsoid import cartesian, widen

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np
    from numpy.typing import NDArray

    from troopdata.geo.base_index import Sites

__all__ = ["candidates", "pairs"]

# By how much the number of candidates grows when too few were found.
GROWTH = 4
# The fastest of 4, 10, 16 and 32 for a few hundred bases.
LEAF = 16


def candidates(
    sites: Sites,
    longitude: NDArray[np.float64],
    latitude: NDArray[np.float64],
    day: NDArray[np.int32],
    k: int,
    take: Callable[[NDArray[np.int64], NDArray[np.int32]], None],
) -> None:
    """Find every base that may be among the `k` nearest of each place.

    Parameters
    ----------
    sites : Sites
        The bases.
    longitude, latitude : numpy.ndarray of float64
        Degrees.
    day : numpy.ndarray of int32
        Days since 1970.
    k : int
        Number of nearest bases wanted.
    take : callable
        Called with rows and an array of sites of shape (rows, m), in which -1 pads rows with fewer
        than m candidates. Several threads may call it at once, each with rows of its own.
    """
    order = _by_day(day)

    def part(chosen: slice) -> None:
        rows = order[chosen]
        batch = _Batch(sites, longitude[rows], latitude[rows], day[rows])
        # One more than k shows whether the k-th is clearly nearer than the next.
        wanted = k + 1
        while len(rows):
            found, done = batch.query(k, wanted)
            take(rows[done], found[done])
            rows = rows[~done]
            batch.keep(~done)
            wanted *= GROWTH

    run_batches(part, len(order))


def _by_day(day: NDArray[np.int32]) -> NDArray[np.int64]:
    import numpy as np

    if len(day) == 0 or (day == day[0]).all():
        return np.arange(len(day))
    return np.argsort(day, kind="stable")


class _Batch:
    """A batch of places, and a tree of the bases in use on any of its days."""

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
        # Whether every base was in use on all days of the batch, so that no date can fail.
        self.always = bool(((self.opened <= day.min()) & (day.max() < self.closed)).all())
        self.tree = KDTree(sites.points[self.sites], leafsize=LEAF) if len(self.sites) else None

    def keep(self, rows: NDArray[np.bool_]) -> None:
        self.points, self.day = self.points[rows], self.day[rows]

    def query(self, k: int, wanted: int) -> tuple[NDArray[np.int32], NDArray[np.bool_]]:
        """Return the candidates among the `wanted` nearest, and the places where they are complete.

        A place is complete once the last chord found is beyond the margin of its k-th base in use.
        """
        import numpy as np

        if self.tree is None:
            none = np.full((len(self.points), k), -1, dtype="int32")
            return none, np.ones(len(none), dtype=bool)
        count = min(wanted, len(self.sites))
        # A range keeps the result two-dimensional for a single neighbour too.
        chord, near = self.tree.query(self.points, k=range(1, count + 1))
        square = chord * chord
        last = square[:, -1].copy()
        if not self.always:
            day = self.day[:, None]
            square[(day < self.opened[near]) | (day >= self.closed[near])] = np.inf
        if count < k:
            reach = np.full(len(square), np.inf)
        elif self.always:
            reach = widen(square[:, k - 1])
        else:
            # Bases not in use are infinite and break the order, so the k-th is found again.
            reach = widen(np.partition(square, k - 1, axis=1)[:, k - 1])
        done = (last > reach) | (count == len(self.sites))
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
    """Return every pair of a place and a base in use within a chord, for one batch of places.

    Parameters
    ----------
    sites, longitude, latitude, day
        As in `candidates`.
    above : float
        Greatest squared chord, in squared semi-major axes.

    Returns
    -------
    tuple of three numpy.ndarray
        Rows of places, sites and squared chords, sorted by place and then by site.
    """
    import numpy as np
    from scipy.spatial import KDTree

    touched = np.flatnonzero((sites.opened <= day.max()) & (day.min() < sites.closed))
    if len(touched) == 0:
        return np.empty(0, dtype="int64"), np.empty(0, dtype="int32"), np.empty(0)
    places, bases = KDTree(cartesian(longitude, latitude)), KDTree(sites.points[touched])
    found = places.sparse_distance_matrix(bases, float(np.sqrt(above)), output_type="ndarray")
    row, site = found["i"].astype("int64"), touched[found["j"]].astype("int32")
    used = (sites.opened[site] <= day[row]) & (day[row] < sites.closed[site])
    row, site, chord = row[used], site[used], found["v"][used]
    order = np.lexsort((site, row))
    return row[order], site[order], chord[order] ** 2
