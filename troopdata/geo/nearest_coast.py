"""Find the nearest area for points outside every area, up to a maximum distance.

Outlines are treated as segments that are straight in degrees. The nearest point on a segment is
found in a plane in which a degree of longitude has the length it has at the point's latitude, which
is accurate up to a few hundred kilometres; the distance to that point is the WGS84 geodesic.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from troopdata.geo.country_grid import NOWHERE, cell_numbers, cells_crossed, segments

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["Coast"]

# A lower bound on the length of a degree of latitude (110.574 km at the equator), so that a search
# box in degrees is never too small.
KM_PER_DEGREE = 110.5


@dataclass(frozen=True, eq=False, slots=True)
class Coast:
    """The segments of all outlines, in a tree.

    Attributes
    ----------
    lines : numpy.ndarray of float64, (n, 4)
        The segments, in degrees: x and y of both ends.
    areas : numpy.ndarray of int16
        The number of each segment's area.
    tree : shapely.STRtree
        The bounding boxes of the segments.
    """

    lines: NDArray[np.float64]
    areas: NDArray[np.int16]
    tree: Any

    @classmethod
    def from_shapes(cls, shapes: NDArray[Any]) -> Coast:
        """Collect the segments of areas in degrees, cut at the antimeridian."""
        import numpy as np
        import shapely

        parts = [segments(shape) for shape in shapes]
        lines = np.concatenate(parts)
        numbers = np.repeat(np.arange(len(parts)), [len(part) for part in parts])
        drawn = shapely.linestrings(lines.reshape(-1, 2, 2))
        return cls(lines, numbers.astype("int16"), shapely.STRtree(drawn))

    def nearest(
        self, longitude: NDArray[np.float64], latitude: NDArray[np.float64], *, km: float
    ) -> tuple[NDArray[np.int16], NDArray[np.float64]]:
        """Return the area whose outline is nearest to each point, and its distance in kilometres.

        Points with no area within `km` get `NOWHERE` and NaN.
        """
        import numpy as np

        areas = np.full(len(longitude), NOWHERE, dtype="int16")
        distances = np.full(len(longitude), np.nan)
        # Most points lie in open sea: a grid of one-degree cells rules them out before the tree.
        near = np.flatnonzero(_reach(self, km)[cell_numbers(longitude, latitude, cells=1)])
        point, line, shift = self._near(longitude[near], latitude[near], km)
        if not len(point):
            return areas, distances
        point = near[point]
        x, y = longitude[point] + shift, latitude[point]
        foot = _foot(x, y, self.lines[line])
        apart = np.hypot((foot[:, 0] - x) * np.cos(np.radians(y)), foot[:, 1] - y)
        best = _first(point, apart)
        rows = point[best]
        metres = _geodesic(longitude[rows], latitude[rows], foot[best])
        close = metres <= km * 1_000
        areas[rows[close]] = self.areas[line[best[close]]]
        distances[rows[close]] = metres[close] / 1_000
        return areas, distances

    def _near(
        self, x: NDArray[np.float64], y: NDArray[np.float64], km: float
    ) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
        """Return pairs of a point and a segment near it, and the shift of the point's longitude.

        The map is cut at 180 degrees, so a point near the cut is also looked up 360 degrees to the
        east and to the west.
        """
        import numpy as np
        import shapely

        high = km / KM_PER_DEGREE
        # Degrees of longitude are shortest at the edge of the box that is nearest to a pole.
        farthest = np.minimum(np.abs(y) + high, 90.0)
        wide = np.minimum(high / np.maximum(np.cos(np.radians(farthest)), 1e-9), 180.0)
        found = []
        for shift in (0.0, 360.0, -360.0):
            moved = x + shift
            at = np.flatnonzero((moved + wide >= -180) & (moved - wide <= 180))
            box = shapely.box(
                moved[at] - wide[at], y[at] - high, moved[at] + wide[at], y[at] + high
            )
            point, line = self.tree.query(box)
            found.append((at[point], line, np.full(len(point), shift)))
        point, line, shifts = (np.concatenate(parts) for parts in zip(*found, strict=True))
        return point, line, shifts


@lru_cache(maxsize=8)
def _reach(coast: Coast, km: float) -> NDArray[np.bool_]:
    """Return which cells of one degree may hold a point within `km` of an outline."""
    import numpy as np

    held = np.zeros((180, 360), dtype=bool)
    held.ravel()[cells_crossed(coast.lines, cells=1)] = True
    reached = np.zeros_like(held)
    high = km / KM_PER_DEGREE
    for row in range(180):
        farthest = min(max(abs(row - 90), abs(row - 89)) + high, 89.9)
        wide = int(np.ceil(high / np.cos(np.radians(farthest))))
        tall = int(np.ceil(high))
        band = np.any(held[max(row - tall, 0) : row + tall + 1], axis=0)
        reached[row] = _widened(band, min(wide, 180))
    return reached.ravel()


def _widened(band: NDArray[np.bool_], wide: int) -> NDArray[np.bool_]:
    """Return a row of cells around the world, true where any cell within `wide` of it is true."""
    import numpy as np

    # A sliding sum over the row, which continues on its other side: sums over windows of
    # 2 * wide + 1 cells are differences of the cumulative sum.
    ring = np.concatenate([band[-wide:], band, band[:wide]]).astype("int64")
    sums = np.concatenate([[0], np.cumsum(ring)])
    near: NDArray[np.bool_] = sums[2 * wide + 1 :] > sums[: -2 * wide - 1]
    return near


def _foot(
    x: NDArray[np.float64], y: NDArray[np.float64], lines: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return the point on each segment that is nearest to the point it is paired with."""
    import numpy as np

    narrow = np.cos(np.radians(y))
    start, along = lines[:, :2], lines[:, 2:] - lines[:, :2]
    dx, dy = (x - start[:, 0]) * narrow, y - start[:, 1]
    ax, ay = along[:, 0] * narrow, along[:, 1]
    # Squared. A segment of length zero is its start.
    length = ax * ax + ay * ay
    part = np.where(length > 0, (dx * ax + dy * ay) / np.where(length > 0, length, 1.0), 0.0)
    foot: NDArray[np.float64] = start + along * np.clip(part, 0.0, 1.0)[:, None]
    return foot


def _first(point: NDArray[np.int64], apart: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return, for each point, the position of its pair with the least distance."""
    import numpy as np

    order = np.lexsort((apart, point))
    ordered = point[order]
    leads = np.ones(len(order), dtype=bool)
    leads[1:] = ordered[1:] != ordered[:-1]
    return order[leads]


def _geodesic(
    x: NDArray[np.float64], y: NDArray[np.float64], foot: NDArray[np.float64]
) -> NDArray[np.float64]:
    import numpy as np
    from pyproj import Geod

    return np.asarray(Geod(ellps="WGS84").inv(x, y, foot[:, 0], foot[:, 1])[2])
