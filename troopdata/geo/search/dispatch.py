"""Choose a search by the number of places: compiled if it pays, otherwise scipy's tree."""

from __future__ import annotations

import importlib.util
from typing import TYPE_CHECKING, Any, Literal

from troopdata.geo.batches import BATCH, run_batches
from troopdata.geo.ellipsoid import chord_limits, geodesic_km
from troopdata.geo.search import scipy_tree

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from troopdata.geo.base_index import Sites

__all__ = ["Kernel", "around", "closest", "counts", "kernel_for", "pair_distances"]

Kernel = Literal["compiled", "scipy"]
# For fewer places, scipy's tree finishes before numba is imported.
MANY = 100_000
# The maximum number of pairs of a place and a base in one batch, a few tens of megabytes.
PAIRS = 4_000_000


def kernel_for(count: int) -> Kernel:
    """Return the fastest installed search for a number of places."""
    if count >= MANY and importlib.util.find_spec("numba") is not None:
        return "compiled"
    return "scipy"


def closest(
    sites: Sites,
    longitude: NDArray[np.float64],
    latitude: NDArray[np.float64],
    day: NDArray[np.int32],
    k: int = 1,
    *,
    kernel: Kernel | None = None,
) -> tuple[NDArray[np.int32], NDArray[np.float64]]:
    """Return the `k` nearest bases in use on each place's day, and their distances.

    Parameters
    ----------
    sites : Sites
        The bases.
    longitude, latitude : numpy.ndarray of float64
        Degrees.
    day : numpy.ndarray of int32
        Days since 1970.
    k : int
        Number of bases.
    kernel : {"compiled", "scipy"}, optional
        The search; by default the fastest.

    Returns
    -------
    tuple of numpy.ndarray, both of shape (n, k)
        Sites (-1 where there are fewer than k) and kilometres (infinite there).
    """
    import numpy as np

    site = np.full((len(day), k), -1, dtype="int32")
    km = np.full((len(day), k), np.inf)
    if len(sites) == 0 or len(day) == 0:
        return site, km
    if k == 1 and (kernel or kernel_for(len(day))) == "compiled":
        left = _one(sites, longitude, latitude, day, site[:, 0], km[:, 0])
    else:
        left = np.arange(len(day))
    east, north = longitude[left], latitude[left]

    def take(rows: NDArray[np.int64], found: NDArray[np.int32]) -> None:
        answers = rank_candidates(sites, east[rows], north[rows], found, k)
        site[left[rows]], km[left[rows]] = answers

    scipy_tree.candidates(sites, east, north, day[left], k, take)
    return site, km


def _one(
    sites: Sites, longitude: Any, latitude: Any, day: Any, site: Any, km: Any
) -> NDArray[np.int64]:
    """Write the nearest base of each place; return the places that only Karney's geodesics decide.

    Those are the places that the compiled search marks as unsure; they go through scipy's tree.
    """
    import numpy as np

    from troopdata.geo.search import numba_tree

    tree = numba_tree.build_tree(sites)
    unsure = np.zeros(len(day), dtype=bool)

    def part(chosen: slice) -> None:
        numba_tree.nearest_one(
            tree, longitude[chosen], latitude[chosen], day[chosen],
            site[chosen], km[chosen], unsure[chosen],
        )  # fmt: skip

    run_batches(part, len(day))
    return np.flatnonzero(unsure)


def rank_candidates(
    sites: Sites,
    longitude: NDArray[np.float64],
    latitude: NDArray[np.float64],
    found: NDArray[np.int32],
    k: int,
) -> tuple[NDArray[np.int32], NDArray[np.float64]]:
    """Return the `k` nearest candidates by geodesic; ties go to the first by base_id."""
    import numpy as np

    # Sites are numbered by base_id, so sorting them and then their distances with a stable sort
    # puts the first base_id first among equals. Empty cells get the highest number and sort last.
    absent = len(sites)
    ordered = np.sort(np.where(found < 0, absent, found), axis=1)
    # Most places have few candidates beyond the k-th: drop the columns that are empty throughout.
    ordered = ordered[:, : max(k, int((ordered < absent).sum(axis=1).max(initial=0)))]
    if ordered.shape[1] < k:
        ordered = np.pad(ordered, ((0, 0), (0, k - ordered.shape[1])), constant_values=absent)
    row, column = np.nonzero(ordered < absent)
    site = ordered[row, column]
    km = np.full(ordered.shape, np.inf)
    km[row, column] = pair_distances(sites, longitude, latitude, row, site)
    if ordered.shape[1] > 1:
        first = np.argsort(km, axis=1, kind="stable")[:, :k]
        ordered = np.take_along_axis(ordered, first, axis=1)
        km = np.take_along_axis(km, first, axis=1)
    return np.where(ordered == absent, -1, ordered).astype("int32"), km


def pair_distances(
    sites: Sites, longitude: NDArray[np.float64], latitude: NDArray[np.float64], row: Any, site: Any
) -> NDArray[np.float64]:
    """Return the geodesic in kilometres for each pair of a place and a site."""
    return geodesic_km((longitude[row], latitude[row], sites.longitude[site], sites.latitude[site]))


def around(
    sites: Sites,
    longitude: Any,
    latitude: Any,
    day: Any,
    km: float,
    *,
    kernel: Kernel | None = None,
) -> tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.float64]]:
    """Return every base in use on the day within `km` of each place.

    Returns
    -------
    tuple of numpy.ndarray
        Rows of places, sites and kilometres, sorted by place and then by base_id.
    """
    import numpy as np

    _, above = chord_limits(km)
    found: dict[int, tuple[Any, Any]] = {}
    finder = _pairs(sites, kernel or kernel_for(len(day)))

    def part(chosen: slice) -> None:
        row, site = finder(longitude[chosen], latitude[chosen], day[chosen], above)
        found[chosen.start] = row + chosen.start, site

    if len(sites):
        run_batches(part, len(day), _size(sites))
    # Batches finish in any order.
    parts = [found[start] for start in sorted(found)]
    row = np.concatenate([rows for rows, _ in parts] or [np.empty(0, dtype="int64")])
    site = np.concatenate([found for _, found in parts] or [np.empty(0, dtype="int32")])
    far = pair_distances(sites, longitude, latitude, row, site)
    near = far <= km
    return row[near], site[near], far[near]


def _size(sites: Sites) -> int:
    """Return the number of places in a batch if every place were near every site."""
    return max(256, min(BATCH, PAIRS // len(sites)))


def _pairs(sites: Sites, kernel: Kernel) -> Any:
    """Return a function that lists the pairs in one batch."""
    import numpy as np

    if kernel == "scipy":
        return lambda *batch: scipy_tree.pairs(sites, *batch)[:2]
    from troopdata.geo.search import numba_tree

    tree = numba_tree.build_tree(sites)

    def listed(longitude: Any, latitude: Any, day: Any, above: float) -> tuple[Any, Any]:
        # Two passes: the first counts the pairs of each place, which sizes the array and tells
        # the second where to write.
        sure, unsure = (np.empty(len(day), dtype="int32") for _ in range(2))
        numba_tree.count(tree, longitude, latitude, day, above, above, sure, unsure)
        sizes = (sure + unsure).astype("int64")
        site = np.empty(sizes.sum(), dtype="int32")
        start = np.cumsum(sizes) - sizes
        numba_tree.list_pairs(tree, longitude, latitude, day, above, start, site)
        return np.repeat(np.arange(len(day)), sizes), site

    return listed


def counts(
    sites: Sites,
    longitude: Any,
    latitude: Any,
    day: Any,
    km: float,
    *,
    kernel: Kernel | None = None,
) -> NDArray[np.int32]:
    """Return the number of bases in use on the day within `km` of each place.

    A geodesic is computed only if the chord does not decide on which side of `km` it lies.
    """
    import numpy as np

    below, above = chord_limits(km)
    total = np.zeros(len(day), dtype="int32")
    if len(sites) == 0:
        return total
    if (kernel or kernel_for(len(day))) == "compiled":
        left = _sure(sites, longitude, latitude, day, (below, above), total)
    else:
        left = np.arange(len(day))

    def part(chosen: slice) -> None:
        rows = left[chosen]
        here = longitude[rows], latitude[rows]
        row, site, square = scipy_tree.pairs(sites, *here, day[rows], above)
        near = square < below
        near[~near] = pair_distances(sites, *here, row[~near], site[~near]) <= km
        total[rows] = np.bincount(row[near], minlength=len(rows))

    run_batches(part, len(left), _size(sites))
    return total


def _sure(
    sites: Sites, longitude: Any, latitude: Any, day: Any, limits: tuple[float, float], total: Any
) -> NDArray[np.int64]:
    """Write the counts; return the places with a base too close to the limit to decide by chord."""
    import numpy as np

    from troopdata.geo.search import numba_tree

    tree = numba_tree.build_tree(sites)
    edge = np.zeros(len(day), dtype="int32")

    def part(chosen: slice) -> None:
        here = longitude[chosen], latitude[chosen], day[chosen]
        numba_tree.count(tree, *here, *limits, total[chosen], edge[chosen])

    run_batches(part, len(day))
    return np.flatnonzero(edge)
