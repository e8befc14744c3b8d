"""The land of the map: outlines that neighbours share, simplified together and in whole numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from troopdata.api import load

if TYPE_CHECKING:
    import numpy as np

__all__ = ["SCALE", "outlines"]

# Units of a degree, and how far an outline may stray, in degrees: about two kilometres.
SCALE, TOLERANCE = 100, 0.02


def outlines(version: str | None) -> list[dict[str, Any]]:
    """Return the areas of table `borders` with their rings.

    Returns
    -------
    list of dict
        name, country (an ISO3 code or None), kind, and rings: flat lists x0, y0, dx1, dy1, ... in
        hundredths of a degree of longitude and latitude.
    """
    import pandas as pd
    import shapely

    borders = load.load("borders", version=version)
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
    """Return the rings of a polygon or of several, holes among them, in differences.

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
    return [ring for ring in found if len(ring) >= 6]


def _differences(points: np.ndarray[Any, Any]) -> list[int]:
    import numpy as np

    steps = np.diff(points, axis=0, prepend=np.zeros((1, 2), "int64"))
    # The first of them is a place, and stays whatever it is.
    moved = [at for at, step in enumerate(steps) if at == 0 or step.any()]
    return [int(one) for one in steps[moved].ravel()]
