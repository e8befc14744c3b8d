"""The WGS84 ellipsoid: points in space, geodesics, and what a chord says of a geodesic.

A geodesic is a curve in space whose curvature lies between 1/`FLATTEST` and 1/`STEEPEST`, the
greatest and the least radius of curvature of the ellipsoid. So the chord of a geodesic of length s
is at least ``2 r sin(s / 2 r)`` with r = `STEEPEST` (Schur's theorem on chords), and at most the
same with r = `FLATTEST`, up to a part in 10^11. Searching by chord with that margin therefore finds
every base that may be the nearest, and the geodesics of those few decide.

C. F. F. Karney, Algorithms for geodesics, J. Geodesy 87 (2013), 43-55, is what pyproj computes.
"""

from __future__ import annotations

import math
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from troopdata.geo.batches import spread

if TYPE_CHECKING:
    from collections.abc import Iterable

    import numpy as np
    from numpy.typing import NDArray

__all__ = [
    "AXIS_KM", "cartesian", "chord_limits", "geodesic_km", "widened",
]  # fmt: skip

AXIS_KM = 6378.137
FLATTENING = 1 / 298.257223563
ECCENTRICITY_2 = FLATTENING * (2 - FLATTENING)
STEEPEST = AXIS_KM * (1 - FLATTENING) ** 2
FLATTEST = AXIS_KM / (1 - FLATTENING)
# Chords within two micrometres are taken as equal: coordinates in double precision say no more.
EQUAL = 1e-25
# Coordinates of a point are rounded by some nanometres.
ROUNDING = 1e-14
# From here on a longer chord may belong to a shorter geodesic all the way to the antipode.
FAR = 3.5
EVERYTHING = 5.0


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


def widened(square: Any) -> Any:
    """Return the greatest squared chord of a base that may be nearer than one at this chord.

    Parameters
    ----------
    square : numpy.ndarray of float64
        Squared chords, in units of the semi-major axis.

    Notes
    -----
    ``c(s(chord))`` with the least s-to-chord and the greatest chord-to-s of the module's note is
    below ``square * (1 + (0.0017 + 0.0005 square) square)`` up to `FAR`; a test walks it.
    """
    import numpy as np

    near = square * (1 + (0.0017 + 0.0005 * square) * square) + EQUAL
    return np.where(square > FAR, np.where(np.isinf(square), square, EVERYTHING), near)


def chord_limits(km: float) -> tuple[float, float]:
    """Return squared chords: what is below the first is nearer than `km`, above the second farther.

    Parameters
    ----------
    km : float
        Length of a geodesic.
    """
    least = (1 - 1e-9) * _chord(km, STEEPEST) - ROUNDING
    if km > math.pi * STEEPEST * 0.999:
        return least**2, EVERYTHING
    most = (1 + 1e-9) * _chord(km, FLATTEST) + ROUNDING
    return max(least, 0.0) ** 2, most**2


def _chord(km: float, radius: float) -> float:
    """Return the chord of an arc, in units of the semi-major axis."""
    return 2 * radius * math.sin(min(km / (2 * radius), math.pi / 2)) / AXIS_KM


@lru_cache(maxsize=1)
def _geod() -> Any:
    from pyproj import Geod

    return Geod(ellps="WGS84")


def geodesic_km(ends: Iterable[NDArray[np.float64]]) -> NDArray[np.float64]:
    """Return lengths of geodesics, on all cores: pyproj frees the interpreter.

    Parameters
    ----------
    ends : four numpy.ndarray of float64
        Longitudes and latitudes of one end, then of the other, in degrees.

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
        pieces = [np.array(array[chosen], dtype="float64") for array in arrays]
        *_, metres = _geod().inv(*pieces, inplace=True, return_back_azimuth=False)
        np.divide(metres, 1000, out=lengths[chosen])

    spread(part, len(lengths))
    return lengths
