"""The same queries in other tools, written as their users would write them."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pandas as pd

from troopdata.geo.base_index import Sites


def by_year(places: pd.DataFrame, sites: Sites) -> int:
    """geopandas `sjoin_nearest` in degrees, year by year: planar, with days rounded to years."""
    import geopandas as gpd

    points = gpd.GeoDataFrame(
        places, geometry=gpd.points_from_xy(places["longitude"], places["latitude"], crs=4326)
    )
    bases = gpd.GeoDataFrame(
        {"base_id": sites.base_id, "opened": sites.opened, "closed": sites.closed},
        geometry=gpd.points_from_xy(sites.longitude, sites.latitude, crs=4326),
    )
    rows = 0
    for year, part in points.groupby(points["day"].dt.year):
        day = int((np.datetime64(f"{year}-07-01") - np.datetime64("1970-01-01")).astype(int))
        used = bases[(bases["opened"] <= day) & (day < bases["closed"])]
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # geopandas warns that degrees are likely incorrect.
            rows += len(part.sjoin_nearest(used[["base_id", "geometry"]]))
    return rows


def ball_tree(places: pd.DataFrame, sites: Sites, k: int = 8) -> int:
    """scikit-learn's BallTree on the sphere: k nearest, filtered by date, the rest unanswered."""
    from sklearn.neighbors import BallTree

    tree = BallTree(
        np.radians(np.column_stack([sites.latitude, sites.longitude])), metric="haversine"
    )
    day = _days(places)
    _, near = tree.query(np.radians(places[["latitude", "longitude"]].to_numpy()), k=k)
    used = (sites.opened[near] <= day[:, None]) & (day[:, None] < sites.closed[near])
    return int(used.any(axis=1).sum())


def ball_tree_count(places: pd.DataFrame, sites: Sites, km: float) -> int:
    """The same tree, counting within a radius regardless of the date."""
    from sklearn.neighbors import BallTree

    tree = BallTree(
        np.radians(np.column_stack([sites.latitude, sites.longitude])), metric="haversine"
    )
    radians = np.radians(places[["latitude", "longitude"]].to_numpy())
    return int(tree.query_radius(radians, km / 6371.0088, count_only=True).sum())


def duckdb_join(places: pd.DataFrame, sites: Sites) -> int:
    """A range join in SQL with the spherical distance, the nearest by arg_min."""
    import duckdb

    asked = places.assign(day=_days(places), place=np.arange(len(places)))
    bases = pd.DataFrame(
        {"base_id": sites.base_id, "east": sites.longitude, "north": sites.latitude,
         "opened": sites.opened, "closed": sites.closed}
    )  # fmt: skip
    connection = duckdb.connect()
    connection.register("asked", asked)
    connection.register("bases", bases)
    found = connection.execute(
        """
        select place, arg_min(base_id, far) from (
          select place, base_id, 12742.0176 * asin(sqrt(
            pow(sin(radians(north - latitude) / 2), 2) + cos(radians(latitude))
            * cos(radians(north)) * pow(sin(radians(east - longitude) / 2), 2))) as far
          from asked join bases on asked.day >= bases.opened and asked.day < bases.closed
        ) group by place
        """
    ).fetchall()
    return len(found)


def within_areas(places: pd.DataFrame) -> int:
    """geopandas `sjoin` of the points with the same outlines."""
    import geopandas as gpd

    import troopdata as td

    points = gpd.GeoDataFrame(
        places, geometry=gpd.points_from_xy(places["longitude"], places["latitude"], crs=4326)
    )
    areas = td.load("borders")[["area_id", "geometry"]]
    return len(points.sjoin(areas, how="left", predicate="intersects"))


def geodesics(places: pd.DataFrame, sites: Sites) -> float:
    """One geodesic per place with pyproj on one thread: the arithmetic alone, without a search."""
    from pyproj import Geod

    pick = np.arange(len(places)) % len(sites)
    *_, metres = Geod(ellps="WGS84").inv(
        places["longitude"].to_numpy(), places["latitude"].to_numpy(),
        sites.longitude[pick], sites.latitude[pick],
    )  # fmt: skip
    return float(metres.sum())


def brute_count(places: pd.DataFrame, sites: Sites, km: float) -> int:
    """Every place against every base, compiled, on all cores: squared chords and dates."""
    from troopdata.geo.batches import run_batches
    from troopdata.geo.ellipsoid import cartesian, chord_limits

    points, day = (
        cartesian(places["longitude"].to_numpy(), places["latitude"].to_numpy()),
        _days(places),
    )
    counts = np.empty(len(day), dtype="int32")
    limit, axes = chord_limits(km)[1], np.ascontiguousarray(sites.points.T)
    run_batches(
        lambda at: _brute()(
            points[at], day[at], axes, sites.opened, sites.closed, limit, counts[at]
        ),
        len(day),
    )
    return int(counts.sum())


def _brute() -> Any:
    if not _compiled:
        from numba import njit

        @njit(nogil=True, fastmath=True)  # type: ignore[untyped-decorator, unused-ignore]
        def brute(
            points: Any, day: Any, axes: Any, opened: Any, closed: Any, limit: Any, counts: Any
        ) -> None:
            for row in range(len(day)):
                count = 0
                for at in range(len(opened)):
                    x, y, z = (
                        points[row, 0] - axes[0, at],
                        points[row, 1] - axes[1, at],
                        points[row, 2] - axes[2, at],
                    )
                    count += (
                        (x * x + y * y + z * z <= limit)
                        & (opened[at] <= day[row])
                        & (day[row] < closed[at])
                    )
                counts[row] = count

        _compiled.append(brute)
    return _compiled[0]


_compiled: list[Any] = []


def _days(places: pd.DataFrame) -> Any:
    return places["day"].to_numpy().astype("datetime64[D]").astype("int64").astype("int32")
