"""A grid over the world whose cells know their country, so that few points need an exact test.

A cell that no outline touches lies wholly in one area or in none, and one look answers for every
point in it. In the others, a twentieth of the land, the point is tested against the areas whose
outlines touch the cell. The answer is that of an exact test for every point.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["NOWHERE", "Labels", "crossed", "segments", "square"]

NOWHERE = -1
BORDER = -2
# A tenth of a degree: finer cells take longer to make than they save.
CELLS = 10
COLUMNS, ROWS = 360 * CELLS, 180 * CELLS
# Sums of degrees round; a line that close to a cell touches it.
NEARLY = 1e-9


@dataclass(frozen=True, eq=False, slots=True)
class Labels:
    """The cells, and the areas to test in those on a border.

    Attributes
    ----------
    shapes : numpy.ndarray of shapely geometry
        The areas, prepared.
    cells : numpy.ndarray of int16
        For each cell, row by row from the south, the number of its area, `NOWHERE` or `BORDER`.
    touched : numpy.ndarray of int64
        The cells that an outline touches, once for each area, in order.
    areas : numpy.ndarray of int16
        The area of each of those.
    """

    shapes: NDArray[Any]
    cells: NDArray[np.int16]
    touched: NDArray[np.int64]
    areas: NDArray[np.int16]

    @classmethod
    def of(cls, shapes: Sequence[Any] | NDArray[Any]) -> Labels:
        """Return the grid of areas that do not overlap, in degrees, cut at 180."""
        import numpy as np
        import shapely

        drawn = np.asarray(shapes, dtype=object)
        shapely.prepare(drawn)
        pairs = np.unique(np.concatenate([*_touched(drawn)]), axis=0)
        cells = np.full(ROWS * COLUMNS, NOWHERE, dtype="int16")
        cells[pairs[:, 0]] = BORDER
        _label(cells, drawn)
        return cls(drawn, cells, pairs[:, 0], pairs[:, 1].astype("int16"))

    def at(
        self, longitude: NDArray[np.float64], latitude: NDArray[np.float64]
    ) -> NDArray[np.int16]:
        """Return the number of the area that each point lies in or on, `NOWHERE` in none."""
        import numpy as np

        cell = square(longitude, latitude)
        found = self.cells[cell]
        unsure = np.flatnonzero(found == BORDER)
        found[unsure] = NOWHERE
        point, area = self._candidates(cell[unsure])
        for number in np.unique(area):
            asked = unsure[point[area == number]]
            asked = asked[found[asked] == NOWHERE]
            found[asked[_inside(self.shapes[number], longitude[asked], latitude[asked])]] = number
        return found

    def _candidates(self, cell: NDArray[np.int64]) -> tuple[NDArray[Any], NDArray[Any]]:
        """Return each cell's position with each area whose outline touches the cell."""
        import numpy as np

        first = np.searchsorted(self.touched, cell)
        many = np.searchsorted(self.touched, cell, side="right") - first
        point = np.repeat(np.arange(len(cell)), many)
        within = np.arange(len(point)) - np.repeat(np.cumsum(many) - many, many)
        return point, self.areas[np.repeat(first, many) + within]


def square(
    longitude: NDArray[np.float64], latitude: NDArray[np.float64], *, cells: int = CELLS
) -> NDArray[np.int64]:
    """Return the cell that each point lies in, of a grid with so many cells to a degree."""
    import numpy as np

    column = np.minimum(((longitude + 180.0) * cells).astype("int64"), 360 * cells - 1)
    row = np.minimum(((latitude + 90.0) * cells).astype("int64"), 180 * cells - 1)
    number: NDArray[np.int64] = row * 360 * cells + column
    return number


def _inside(shape: Any, x: NDArray[np.float64], y: NDArray[np.float64]) -> NDArray[np.bool_]:
    import shapely

    found: NDArray[np.bool_] = shapely.intersects_xy(shape, x, y)
    return found


def segments(shape: Any) -> NDArray[np.float64]:
    """Return the segments of an area's outline: one row each, x and y of both ends."""
    import numpy as np
    import shapely

    rings = shapely.get_rings(shapely.get_parts(shape))
    points, ring = shapely.get_coordinates(rings, return_index=True)
    joined = ring[1:] == ring[:-1]
    return np.hstack([points[:-1][joined], points[1:][joined]])


def _touched(shapes: NDArray[Any]) -> Iterator[NDArray[np.int64]]:
    """Yield the cells that each area's outline touches, with the area's number."""
    import numpy as np

    for number, shape in enumerate(shapes):
        cells = np.unique(crossed(segments(shape)))
        yield np.column_stack([cells, np.full(len(cells), number)])


def crossed(lines: NDArray[np.float64], *, cells: int = CELLS) -> NDArray[np.int64]:
    """Return the cells that lines touch: lines are cut so short that their boxes do not mislead."""
    import numpy as np

    long = np.abs(lines[:, 2:] - lines[:, :2]).max(axis=1) * cells
    many = np.ceil(long).astype("int64").clip(min=1) * 2
    line = np.repeat(np.arange(len(lines)), many)
    step = np.arange(len(line)) - np.repeat(np.cumsum(many) - many, many)
    ends = [
        lines[line, :2] + (lines[line, 2:] - lines[line, :2]) * ((step + k) / many[line])[:, None]
        for k in (0, 1)
    ]
    low, high = np.minimum(*ends) - NEARLY, np.maximum(*ends) + NEARLY
    low, high = (np.clip(side, [-180, -90], [180, 90]) for side in (low, high))
    corners = [(x[:, 0], y[:, 1]) for x in (low, high) for y in (low, high)]
    return np.concatenate([square(x, y, cells=cells) for x, y in corners])


def _label(cells: NDArray[np.int16], shapes: NDArray[Any]) -> None:
    """Give each run of cells between two outlines the area that its first cell lies in."""
    import numpy as np
    import shapely

    rows = cells.reshape(ROWS, COLUMNS)
    clear = rows == NOWHERE
    starts = clear.copy()
    starts[:, 1:] &= ~clear[:, :-1]
    row, column = np.nonzero(starts)
    x, y = (column + 0.5) / CELLS - 180, (row + 0.5) / CELLS - 90
    first = np.full(len(row), NOWHERE, dtype="int16")
    for number, (west, south, east, north) in enumerate(shapely.bounds(shapes)):
        near = np.flatnonzero((x >= west) & (x <= east) & (y >= south) & (y <= north))
        first[near[_inside(shapes[number], x[near], y[near])]] = number
    run = np.cumsum(starts.ravel()) - 1
    at = np.flatnonzero(clear.ravel())
    cells[at] = first[run[at]]
