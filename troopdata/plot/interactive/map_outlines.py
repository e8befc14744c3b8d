"""Simplify the outlines of the map, and encode them as integers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from troopdata.api import load

if TYPE_CHECKING:
    import numpy as np

__all__ = ["SCALE", "outlines"]

# Units per degree, and the tolerance of simplification in degrees, about two kilometres.
SCALE, TOLERANCE = 100, 0.02


def outlines(version: str | None) -> list[dict[str, Any]]:
    """Return the areas of table `borders` with their rings.

    Returns
    -------
    list of dict
        name, country (ISO3 code or None), kind, and rings: flat lists x0, y0, dx1, dy1, ... in
        hundredths of a degree of longitude and latitude.
    """
    import pandas as pd
    import shapely

    borders = load.load("borders", version=version)
    # Simplifying a coverage keeps common borders identical, so that no gaps open between countries.
    shapes = shapely.coverage_simplify(borders["geometry"].to_numpy(), TOLERANCE)
    return [
        {
            "name": row["name"],
            "country": None if pd.isna(row["country"]) else row["country"],
            "kind": row["kind"],
            "rings": rings(shape),
        }
        for row, shape in zip(borders.to_dict("records"), shapes, strict=True)
    ]


def rings(shape: Any) -> list[list[int]]:
    """Return the rings of a polygon or multipolygon, including holes, difference-encoded.

    Examples
    --------
    >>> import shapely
    >>> rings(shapely.box(0, 0, 1, 1))
    [[100, 0, 0, 100, -100, 0, 0, -100]]
    """
    import shapely

    found = []
    for polygon in shapely.get_parts(shape):
        for ring in shapely.get_rings(polygon):
            points = (shapely.get_coordinates(ring)[:-1] * SCALE).round().astype("int64")
            found.append(_differences(points))
    # A ring that has collapsed to fewer than three points is invisible.
    return [ring for ring in found if len(ring) >= 6]


def _differences(points: np.ndarray[Any, Any]) -> list[int]:
    import numpy as np

    steps = np.diff(points, axis=0, prepend=np.zeros((1, 2), "int64"))
    # The first entry is a position rather than a step, and is kept even if it is zero.
    moved = [at for at, step in enumerate(steps) if at == 0 or step.any()]
    return [int(one) for one in steps[moved].ravel()]
