"""The WGS84 ellipsoid: points in space, geodesics, and bounds on a geodesic from its chord.

A geodesic is a curve in space whose radius of curvature lies between `LEAST_RADIUS` and
`GREATEST_RADIUS`. The chord of a geodesic of length s is therefore at least ``2 r sin(s / 2 r)``
with the least radius (Schur's comparison theorem) and at most the same with the greatest, up to one
part in 10^11. Trees search by chord, which is cheap; with this margin they find every base that may
be the nearest, and the geodesics of those few decide.

pyproj computes geodesics by C. F. F. Karney, Algorithms for geodesics, J. Geodesy 87 (2013), 43-55.
"""

from __future__ import annotations

import math
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from troopdata.geo.batches import run_batches

if TYPE_CHECKING:
    from collections.abc import Iterable

    import numpy as np
    from numpy.typing import NDArray

__all__ = [
    "AXIS_KM", "cartesian", "chord_limits", "geodesic_km", "widen",
]  # fmt: skip

# Semi-major axis and flattening as WGS84 defines them.
AXIS_KM = 6378.137
FLATTENING = 1 / 298.257223563
ECCENTRICITY_2 = FLATTENING * (2 - FLATTENING)
# Radii of curvature in km: along the meridian at the equator, and at the poles.
LEAST_RADIUS = AXIS_KM * (1 - FLATTENING) ** 2
GREATEST_RADIUS = AXIS_KM / (1 - FLATTENING)
# A squared chord, in squared axes. Chords that differ by less than about two micrometres count as
# equal, because coordinates in double precision resolve no more.
EQUAL = 1e-25
# A chord, in axes: coordinates on the ellipsoid are rounded by a few tens of nanometres.
ROUNDING = 1e-14
# Squared chords in squared axes, of at most 4 (the diameter). Beyond FAR the order of chords says
# nothing about the order of geodesics up to the antipode, so every base remains a candidate.
FAR = 3.5
ANY_CHORD = 5.0


def cartesian(longitude: NDArray[np.float64], latitude: NDArray[np.float64]) -> Any:
    """Return points on the ellipsoid as x, y, z in units of its semi-major axis.

    Parameters
    ----------
    longitude, latitude : numpy.ndarray of float64
        Degrees.

    Returns
    -------
    numpy.ndarray of float64, shape (n, 3)
    """
    import numpy as np

    east, north = np.radians(longitude), np.radians(latitude)
    sine = np.sin(north)
    normal = 1 / np.sqrt(1 - ECCENTRICITY_2 * sine * sine)
    across = normal * np.cos(north)
    points = np.empty((len(east), 3))
    points[:, 0] = across * np.cos(east)
    points[:, 1] = across * np.sin(east)
    points[:, 2] = normal * (1 - ECCENTRICITY_2) * sine
    return points


def widen(square: Any) -> Any:
    """Return the greatest squared chord at which a base may still be nearer than one at this chord.

    Parameters
    ----------
    square : numpy.ndarray of float64
        Squared chords, in squared semi-major axes.

    Notes
    -----
    By the module's bounds, a chord admits a longest geodesic, which in turn admits a longest chord.
    Up to `FAR` the square of that chord is below
    ``square * (1 + (0.0017 + 0.0005 * square) * square)``, a polynomial fitted from above; a test
    compares the two at 200,001 chords.
    """
    import numpy as np

    near = square * (1 + (0.0017 + 0.0005 * square) * square) + EQUAL
    return np.where(square > FAR, np.where(np.isinf(square), square, ANY_CHORD), near)


def chord_limits(km: float) -> tuple[float, float]:
    """Return two squared chords: shorter than the first is within `km`, longer than the second not.

    Between the two only the geodesic decides.

    Parameters
    ----------
    km : float
        Length of a geodesic.
    """
    # 1e-9 covers the rounding of the sine and the bound's own error of one part in 10^11.
    least = (1 - 1e-9) * _chord(km, LEAST_RADIUS) - ROUNDING
    # Close to the antipode the sine has passed its maximum and bounds nothing from above.
    if km > math.pi * LEAST_RADIUS * 0.999:
        return least**2, ANY_CHORD
    most = (1 + 1e-9) * _chord(km, GREATEST_RADIUS) + ROUNDING
    return max(least, 0.0) ** 2, most**2


def _chord(km: float, radius: float) -> float:
    """Return the chord of an arc, in units of the semi-major axis."""
    return 2 * radius * math.sin(min(km / (2 * radius), math.pi / 2)) / AXIS_KM


@lru_cache(maxsize=1)
def _geod() -> Any:
    from pyproj import Geod

    return Geod(ellps="WGS84")


def geodesic_km(ends: Iterable[NDArray[np.float64]]) -> NDArray[np.float64]:
    """Return lengths of geodesics, computed on all cores (pyproj releases the GIL).

    Parameters
    ----------
    ends : four numpy.ndarray of float64
        Longitude and latitude of one end, then of the other, in degrees.

    Returns
    -------
    numpy.ndarray of float64
        Kilometres.

    Examples
    --------
    >>> import numpy as np
    >>> ends = [np.array([degrees]) for degrees in (179.9, 0.0, -179.9, 0.0)]
    >>> round(geodesic_km(ends).item(), 1)
    22.3
    """
    import numpy as np

    arrays = tuple(ends)
    lengths = np.empty(len(arrays[0]))

    def part(chosen: slice) -> None:
        # `inplace` overwrites its arguments, so it gets copies.
        pieces = [np.array(array[chosen], dtype="float64") for array in arrays]
        *_, metres = _geod().inv(*pieces, inplace=True, return_back_azimuth=False)
        np.divide(metres, 1000, out=lengths[chosen])

    run_batches(part, len(lengths))
    return lengths
