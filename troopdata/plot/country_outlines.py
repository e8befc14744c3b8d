"""Draw the outlines of countries, and choose which part of the world a map shows.

Coordinates remain longitude and latitude, so that anything in EPSG:4326 can be drawn over a map.
"""

from __future__ import annotations

import math
from collections.abc import Collection
from typing import TYPE_CHECKING, Any

from troopdata.api import load
from troopdata.plot import captions
from troopdata.plot.colours import GREY, INK
from troopdata.plot.label_placement import Label

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd
    from matplotlib.axes import Axes

__all__ = [
    "Extent",
    "countries",
    "country_labels",
    "draw",
    "extent",
    "frame_map",
    "without_outline",
]

# West, south, east, north.
Extent = tuple[float, float, float, float]
WORLD: Extent = (-180.0, -58.0, 180.0, 84.0)
# A world map has the proportions of this latitude, near which most land lies.
WORLD_LATITUDE = 35.0
# A part of a host is shown only if its area is at least this fraction of the largest part, so that
# overseas territories do not turn every map of France into one of the world.
LEAST_PART = 0.05
# Degrees that a map is wide and high at least, and the margin as a fraction of its size.
LEAST_DEGREES, MARGIN = 1.5, 0.07
# Up to this many hosts, each is shown and labelled even if it is small.
FEW = 5


def countries(version: str | None) -> gpd.GeoDataFrame:
    """Return table `borders`, one row per area."""
    return load.load("borders", version=version)


def extent(borders: gpd.GeoDataFrame, hosts: Collection[str], places: gpd.GeoDataFrame) -> Extent:
    """Return the extent of a map of some hosts: their land and the places in them."""
    import shapely

    if not hosts:
        return WORLD
    shapes = borders.loc[borders["country"].isin(list(hosts)), "geometry"]
    pieces = [shapely.get_parts(shape) for shape in shapes]
    together = max((shapely.area(some).max() for some in pieces), default=0.0)
    # With a few hosts only their small parts are left out, with many also the small hosts.
    parts = [
        piece
        for some in pieces
        for piece in some[shapely.area(some) >= _least(shapely.area(some).max(), together, hosts)]
    ]
    parts += list(places.geometry.dropna())
    if not parts:
        return WORLD
    west, south, east, north = shapely.total_bounds(parts)
    # Land on both sides of the date line is contiguous on no other map than the world's.
    return WORLD if east - west > 200 else _with_margin(west, south, east, north)


def _least(largest: float, together: float, hosts: Collection[str]) -> float:
    """Return the least area of a part, in square degrees, for the map to show it."""
    own = LEAST_PART * largest
    return own if len(hosts) <= FEW else max(own, 0.005 * together)


def _with_margin(west: float, south: float, east: float, north: float) -> Extent:
    wide, high = (max(length, LEAST_DEGREES) for length in (east - west, north - south))
    middle, centre = (west + east) / 2, (south + north) / 2
    half, tall = wide * (0.5 + MARGIN), high * (0.5 + MARGIN)
    return (
        max(middle - half, -180.0), max(centre - tall, -90.0),
        min(middle + half, 180.0), min(centre + tall, 90.0),
    )  # fmt: skip


def frame_map(ax: Axes, shown: Extent) -> None:
    """Set the extent and proportions of a map, without ticks."""
    west, south, east, north = shown
    latitude = WORLD_LATITUDE if shown == WORLD else (south + north) / 2
    ax.set_xlim(west, east)
    ax.set_ylim(south, north)
    ax.set_aspect(1 / max(math.cos(math.radians(latitude)), 0.2))
    ax.set_xticks([])
    ax.set_yticks([])
    ax.set_anchor("NW")
    ax.set_facecolor("#eef3f6")
    for spine in ax.spines.values():
        spine.set_color("#c8d0d4")


def draw(ax: Axes, land: gpd.GeoDataFrame, **style: Any) -> None:
    """Draw outlines."""
    if len(land):
        # geopandas would set the aspect itself, and label the axes.
        land.plot(ax=ax, aspect=None, **style)
        ax.set(xlabel="", ylabel="")


def country_labels(
    borders: gpd.GeoDataFrame, shown: Extent, hosts: Collection[str], version: str | None
) -> list[Label]:
    """Return labels for the countries of a map of some hosts, each on its own visible land."""
    import shapely

    window = shapely.box(*shown)
    wanted = []
    for country, shape in zip(borders["country"], borders["geometry"], strict=True):
        if not isinstance(country, str):
            continue
        seen = shapely.intersection(shapely.make_valid(shape), window)
        share = shapely.area(seen) / shapely.area(window)
        least = (0 if len(hosts) <= FEW else 0.002) if country in hosts else 0.012
        # A neighbour must fill a noticeable part of the map to be labelled.
        if share > least:
            largest = max(shapely.get_parts(seen), key=shapely.area)
            point = shapely.point_on_surface(largest)
            style: dict[str, Any] = {"color": INK if country in hosts else GREY, "fontsize": 9}
            wanted.append(Label(point.x, point.y, captions.name(country, version), style))
    return wanted


def without_outline(borders: pd.DataFrame, hosts: Collection[str]) -> list[str]:
    """Return the hosts that have no outline on the present-day map, such as former states."""
    return sorted(set(hosts) - set(borders["country"].dropna()))
