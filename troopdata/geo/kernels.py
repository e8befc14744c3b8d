"""The choice of a search: compiled where it pays, scipy's tree otherwise; equal answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from troopdata.geo import trees
from troopdata.geo.ellipsoid import geodesic_km

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from troopdata.geo.sites import Sites

__all__ = ["closest", "measured"]


def closest(
    sites: Sites,
    longitude: NDArray[np.float64],
    latitude: NDArray[np.float64],
    day: NDArray[np.int32],
    k: int = 1,
) -> tuple[NDArray[np.int32], NDArray[np.float64]]:
    """Return the `k` nearest bases in use on each place's day, and how far they are.

    Returns
    -------
    tuple of numpy.ndarray, both of shape (n, k)
        Sites (-1 where there are fewer than k), kilometres (infinite there).
    """
    import numpy as np

    site = np.full((len(day), k), -1, dtype="int32")
    km = np.full((len(day), k), np.inf)
    if len(sites) == 0 or len(day) == 0:
        return site, km

    def take(rows: NDArray[np.int64], found: NDArray[np.int32]) -> None:
        site[rows], km[rows] = ranked(sites, longitude[rows], latitude[rows], found, k)

    trees.candidates(sites, longitude, latitude, day, k, take)
    return site, km


def ranked(
    sites: Sites,
    longitude: NDArray[np.float64],
    latitude: NDArray[np.float64],
    found: NDArray[np.int32],
    k: int,
) -> tuple[NDArray[np.int32], NDArray[np.float64]]:
    """Return the `k` nearest of the candidates by geodesic; the first by base_id of equal ones."""
    import numpy as np

    absent = len(sites)
    ordered = np.sort(np.where(found < 0, absent, found), axis=1)
    # Candidates are few beyond the k-th: empty columns go first.
    ordered = ordered[:, : max(k, int((ordered < absent).sum(axis=1).max(initial=0)))]
    if ordered.shape[1] < k:
        ordered = np.pad(ordered, ((0, 0), (0, k - ordered.shape[1])), constant_values=absent)
    row, column = np.nonzero(ordered < absent)
    site = ordered[row, column]
    km = np.full(ordered.shape, np.inf)
    km[row, column] = measured(sites, longitude, latitude, row, site)
    if ordered.shape[1] > 1:
        first = np.argsort(km, axis=1, kind="stable")[:, :k]
        ordered = np.take_along_axis(ordered, first, axis=1)
        km = np.take_along_axis(km, first, axis=1)
    return np.where(ordered == absent, -1, ordered).astype("int32"), km


def measured(
    sites: Sites, longitude: NDArray[np.float64], latitude: NDArray[np.float64], row: Any, site: Any
) -> NDArray[np.float64]:
    """Return kilometres from places to sites, pair by pair."""
    return geodesic_km((longitude[row], latitude[row], sites.longitude[site], sites.latitude[site]))
