"""Look up the area of a point in a grid, so that few points need an exact geometry test.

A cell that no outline touches lies wholly inside one area or outside all of them, so its label
answers for every point in it. In the remaining cells, about a twentieth of the land, the point is
tested against the areas whose outlines touch the cell. The result equals an exact test of every
point.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["NOWHERE", "CountryGrid", "cell_numbers", "cells_crossed", "segments"]

# Labels of cells and points that are not the number of an area.
NOWHERE = -1
BORDER = -2
# Cells per degree. Finer grids take longer to build than they save.
CELLS = 10
COLUMNS, ROWS = 360 * CELLS, 180 * CELLS
# Degrees. Arithmetic on coordinates rounds, so a line this close to a cell counts as touching it:
# one cell too many costs an exact test, one too few gives a wrong answer.
NEARLY = 1e-9


@dataclass(frozen=True, eq=False, slots=True)
class CountryGrid:
    """The label of every cell, and the areas to test in the cells on a border.

    Attributes
    ----------
    shapes : numpy.ndarray of shapely geometry
        The areas, prepared.
    cells : numpy.ndarray of int16
        The number of each cell's area, `NOWHERE` or `BORDER`; cells run west to east, then south
        to north.
    touched : numpy.ndarray of int64
        The number of every cell that an outline touches, sorted, once for each such area.
    areas : numpy.ndarray of int16
        The area of each entry of `touched`.
    """

    shapes: NDArray[Any]
    cells: NDArray[np.int16]
    touched: NDArray[np.int64]
    areas: NDArray[np.int16]

    @classmethod
    def from_shapes(cls, shapes: Sequence[Any] | NDArray[Any]) -> CountryGrid:
        """Build the grid from areas that do not overlap, in degrees, cut at the antimeridian."""
        import numpy as np
        import shapely

        drawn = np.asarray(shapes, dtype=object)
        shapely.prepare(drawn)
        pairs = np.unique(np.concatenate([*_touched(drawn)]), axis=0)
        cells = np.full(ROWS * COLUMNS, NOWHERE, dtype="int16")
        cells[pairs[:, 0]] = BORDER
        _label(cells, drawn)
        return cls(drawn, cells, pairs[:, 0], pairs[:, 1].astype("int16"))

    def lookup(
        self, longitude: NDArray[np.float64], latitude: NDArray[np.float64]
    ) -> NDArray[np.int16]:
        """Return the number of the area that each point lies in or on, `NOWHERE` if none.

        A point on the common line of several areas gets the first of them.
        """
        import numpy as np

        cell = cell_numbers(longitude, latitude)
        found = self.cells[cell]
        unsure = np.flatnonzero(found == BORDER)
        found[unsure] = NOWHERE
        point, area = self._candidates(cell[unsure])
        # In the order of areas, skipping points already found: the first area wins.
        for number in np.unique(area):
            rows = unsure[point[area == number]]
            rows = rows[found[rows] == NOWHERE]
            found[rows[_inside(self.shapes[number], longitude[rows], latitude[rows])]] = number
        return found

    def _candidates(self, cell: NDArray[np.int64]) -> tuple[NDArray[Any], NDArray[Any]]:
        """Return every pair of a cell's position and an area whose outline touches the cell."""
        import numpy as np

        # `touched` is sorted: the areas of a cell are `many` entries from `first` on.
        first = np.searchsorted(self.touched, cell)
        many = np.searchsorted(self.touched, cell, side="right") - first
        point = np.repeat(np.arange(len(cell)), many)
        within = np.arange(len(point)) - np.repeat(np.cumsum(many) - many, many)
        return point, self.areas[np.repeat(first, many) + within]


def cell_numbers(
    longitude: NDArray[np.float64], latitude: NDArray[np.float64], *, cells: int = CELLS
) -> NDArray[np.int64]:
    """Return the number of the cell that each point lies in, with `cells` cells per degree."""
    import numpy as np

    # The eastern and northern edges of the world belong to the last column and row.
    column = np.minimum(((longitude + 180.0) * cells).astype("int64"), 360 * cells - 1)
    row = np.minimum(((latitude + 90.0) * cells).astype("int64"), 180 * cells - 1)
    number: NDArray[np.int64] = row * 360 * cells + column
    return number


def _inside(shape: Any, x: NDArray[np.float64], y: NDArray[np.float64]) -> NDArray[np.bool_]:
    import shapely

    found: NDArray[np.bool_] = shapely.intersects_xy(shape, x, y)
    return found


def segments(shape: Any) -> NDArray[np.float64]:
    """Return the segments of an area's outline, one row each: x and y of both ends."""
    import numpy as np
    import shapely

    rings = shapely.get_rings(shapely.get_parts(shape))
    points, ring = shapely.get_coordinates(rings, return_index=True)
    # Consecutive vertices form a segment only within one ring.
    joined = ring[1:] == ring[:-1]
    return np.hstack([points[:-1][joined], points[1:][joined]])


def _touched(shapes: NDArray[Any]) -> Iterator[NDArray[np.int64]]:
    """Yield the cells that each area's outline touches, beside the area's number."""
    import numpy as np

    for number, shape in enumerate(shapes):
        cells = np.unique(cells_crossed(segments(shape)))
        yield np.column_stack([cells, np.full(len(cells), number)])


def cells_crossed(lines: NDArray[np.float64], *, cells: int = CELLS) -> NDArray[np.int64]:
    """Return the numbers of the cells that lines touch.

    A line is cut into pieces of at most half a cell. Such a piece touches no cells beyond those of
    the four corners of its bounding box, so only the corners are looked up.
    """
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
    return np.concatenate([cell_numbers(x, y, cells=cells) for x, y in corners])


def _label(cells: NDArray[np.int16], shapes: NDArray[Any]) -> None:
    """Label each run of cells between two outlines in a row with the area of its first cell.

    No outline passes within a run, so the centre of its first cell decides for the whole run.
    """
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
