"""Measure how far points lie from the outline of a country.

Distances are WGS84 geodesics in kilometres. The nearest point of an outline is found in a plane in
which a degree of longitude has the length it has at the point's latitude. This is accurate up to a
few hundred kilometres; beyond that the callers only need to know that the point is far away.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

__all__ = ["Atlas"]


@dataclass(frozen=True, slots=True)
class Atlas:
    """The outlines of the countries on a map.

    Attributes
    ----------
    outlines : mapping of str to shapely.MultiPolygon
        Country code to outline.
    """

    outlines: Mapping[str, Any]

    @classmethod
    def from_rows(cls, borders: pd.DataFrame) -> Atlas:
        """Build the atlas from table `borders`, with its geometry as WKB or as shapes."""
        import shapely

        drawn: dict[str, list[Any]] = defaultdict(list)
        for country, shape in zip(borders["country"], borders["geometry"], strict=True):
            if isinstance(country, str):
                known = shapely.from_wkb(shape) if isinstance(shape, bytes) else shape
                drawn[country] += shapely.get_parts(known).tolist()
        return cls({country: shapely.MultiPolygon(parts) for country, parts in drawn.items()})

    def distances(
        self,
        longitude: Sequence[float] | NDArray[np.float64],
        latitude: Sequence[float] | NDArray[np.float64],
        hosts: Iterable[str],
    ) -> NDArray[np.float64]:
        """Return how far each point lies from its host, in kilometres.

        Parameters
        ----------
        longitude, latitude : array of float
            Degrees, WGS84.
        hosts : iterable of str
            A country code for each point.

        Returns
        -------
        numpy.ndarray of float64
            0 inside; NaN if the host is not on the map or the point is missing.
        """
        import numpy as np
        import shapely

        x, y = (np.asarray(side, dtype="float64") for side in (longitude, latitude))
        codes = np.asarray(list(hosts), dtype=object)
        found = np.full(len(codes), np.nan)
        placed = np.isfinite(x) & np.isfinite(y)
        for country in set(codes[placed]) & set(self.outlines):
            at = np.flatnonzero(placed & (codes == country))
            outline = self.outlines[country]
            shapely.prepare(outline)
            found[at] = 0.0
            for one in at[~shapely.intersects_xy(outline, x[at], y[at])]:
                found[one] = _distance(outline, x[one], y[one])
        return found


def _distance(outline: Any, longitude: float, latitude: float) -> float:
    """Return the geodesic distance from a point to the nearest point of an outline."""
    import numpy as np
    import shapely
    from pyproj import Geod

    # At the poles a degree of longitude has no length; the bound keeps the division below defined.
    narrow = max(np.cos(np.radians(latitude)), 1e-6)
    flat = shapely.transform(outline, lambda points: points * [narrow, 1.0])
    # The map is cut at 180 degrees, and the outline beyond the cut may be nearer.
    turns = [shapely.Point((longitude + turn) * narrow, latitude) for turn in (-360, 0, 360)]
    ends = shapely.get_coordinates(shapely.shortest_line(turns, flat)).reshape(3, 2, 2)[:, 1]
    many = (np.full(3, longitude), np.full(3, latitude))
    metres = Geod(ellps="WGS84").inv(*many, ends[:, 0] / narrow, ends[:, 1])[2]
    return float(np.min(metres)) / 1_000
