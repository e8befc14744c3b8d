"""Bases near places, compiled: a k-d tree whose nodes know when their bases were in use.

A node keeps the box of its bases, the first day on which any of them opened and the day by which
all of them had closed: what is too far, or was not in use on the place's day, is passed over
unseen. Needs numba; everything here frees the interpreter.

T. Vincenty, Direct and inverse solutions of geodesics on the ellipsoid with application of nested
equations, Survey Review 23 (1975), 88-93.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
from numba import njit

from troopdata.geo.ellipsoid import AXIS_KM, ECCENTRICITY_2, EQUAL, EVERYTHING, FAR, FLATTENING

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from troopdata.geo.base_index import Sites

__all__ = ["Tree", "count", "list_pairs", "nearest_one", "planted"]

LEAF = 10
DEEPEST = 64
# Beyond 10,000 km Vincenty's iteration slows down and, near the antipode, fails.
LONGEST = 2.0
# An angle settled to this is a length settled to a hundredth of a millimetre.
SETTLED = 2e-12
# Of bases whose distances differ by less than a millimetre another algorithm decides.
CLOSE = 1e-6
B_KM = AXIS_KM * (1 - FLATTENING)

Tree = tuple[Any, ...]


def compiled(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return a function compiled at its first call, for ever where a cache can be kept."""
    try:
        return njit(cache=True, nogil=True, fastmath=False)(function)
    except RuntimeError:
        # No folder can be written: it is compiled anew in each process.
        return njit(nogil=True)(function)


def planted(sites: Sites) -> Tree:
    """Return the tree of some bases, as arrays: children, ranges, boxes, days, and its leaves."""
    order: list[NDArray[np.int64]] = []
    nodes: list[list[float]] = []
    _plant(sites, np.arange(len(sites)), order, nodes)
    table = np.array(nodes).reshape(-1, 12)
    site = np.concatenate(order) if order else np.empty(0, dtype="int64")
    return (
        table[:, :4].astype("int32"), np.ascontiguousarray(table[:, 4:10]),
        table[:, 10:].astype("int64"), site.astype("int32"),
        np.ascontiguousarray(sites.points[site]), sites.opened[site], sites.closed[site],
        sites.longitude, sites.latitude,
    )  # fmt: skip


def _plant(
    sites: Sites, members: NDArray[np.int64], order: list[Any], nodes: list[list[float]]
) -> int:
    """Add a node and its children; return its number."""
    at = len(nodes)
    points = sites.points[members]
    low, high = points.min(axis=0), points.max(axis=0)
    first = sum(map(len, order))
    days = [float(sites.opened[members].min()), float(sites.closed[members].max())]
    nodes.append([-1, -1, first, first + len(members), *low, *high, *days])
    if len(members) <= LEAF or (low == high).all():
        order.append(members)
        return at
    ranked = members[np.argsort(points[:, int(np.argmax(high - low))], kind="stable")]
    half = len(ranked) // 2
    nodes[at][0] = _plant(sites, ranked[:half], order, nodes)
    nodes[at][1] = _plant(sites, ranked[half:], order, nodes)
    return at


@compiled
def _reach(square: float) -> Any:
    """Return what `ellipsoid.widened` does, for one chord."""
    if square > FAR:
        return EVERYTHING
    return square * (1 + (0.0017 + 0.0005 * square) * square) + EQUAL


@compiled
def _box(boxes: Any, node: int, x: float, y: float, z: float) -> Any:
    """Return the squared distance from a point to a node's box."""
    dx = max(boxes[node, 0] - x, x - boxes[node, 3], 0.0)
    dy = max(boxes[node, 1] - y, y - boxes[node, 4], 0.0)
    dz = max(boxes[node, 2] - z, z - boxes[node, 5], 0.0)
    square: float = dx * dx + dy * dy + dz * dz
    return square


@compiled
def _point(longitude: float, latitude: float) -> tuple[float, float, float]:
    """Return what `ellipsoid.cartesian` does, for one point."""
    east, north = math.radians(longitude), math.radians(latitude)
    sine = math.sin(north)
    normal = 1 / math.sqrt(1 - ECCENTRICITY_2 * sine * sine)
    across = normal * math.cos(north)
    return across * math.cos(east), across * math.sin(east), normal * (1 - ECCENTRICITY_2) * sine


@compiled
def vincenty_km(east: float, north: float, east_2: float, north_2: float) -> float:
    """Return the length of a geodesic below 10,000 km, in kilometres; NaN if it does not settle."""
    tan_1 = (1 - FLATTENING) * math.tan(math.radians(north))
    tan_2 = (1 - FLATTENING) * math.tan(math.radians(north_2))
    cos_1, cos_2 = 1 / math.sqrt(1 + tan_1 * tan_1), 1 / math.sqrt(1 + tan_2 * tan_2)
    sin_1, sin_2 = tan_1 * cos_1, tan_2 * cos_2
    apart = math.radians(east_2 - east)
    turn, before, older = apart, np.nan, np.nan
    for step in range(20):
        sin_turn, cos_turn = math.sin(turn), math.cos(turn)
        across, along = cos_2 * sin_turn, cos_1 * sin_2 - sin_1 * cos_2 * cos_turn
        sin_arc = math.sqrt(across * across + along * along)
        if sin_arc == 0.0:
            return 0.0
        cos_arc = sin_1 * sin_2 + cos_1 * cos_2 * cos_turn
        arc = math.atan2(sin_arc, cos_arc)
        sin_azimuth = cos_1 * cos_2 * sin_turn / sin_arc
        cos2_azimuth = 1 - sin_azimuth * sin_azimuth
        middle = cos_arc - 2 * sin_1 * sin_2 / cos2_azimuth if cos2_azimuth > 1e-14 else 0.0
        c = FLATTENING / 16 * cos2_azimuth * (4 + FLATTENING * (4 - 3 * cos2_azimuth))
        inner = middle + c * cos_arc * (2 * middle * middle - 1)
        older, before = before, turn
        turn = apart + (1 - c) * FLATTENING * sin_azimuth * (arc + c * sin_arc * inner)
        if abs(turn - before) < SETTLED:
            break
        if step == 1 and turn - 2 * before + older != 0.0:
            # Each step leaves the same small part of the error, so two steps foretell the limit.
            turn -= (turn - before) ** 2 / (turn - 2 * before + older)
    else:
        return np.nan
    u = cos2_azimuth * (1 / (1 - FLATTENING) ** 2 - 1)
    a = 1 + u / 16384 * (4096 + u * (-768 + u * (320 - 175 * u)))
    b = u / 1024 * (256 + u * (-128 + u * (74 - 47 * u)))
    twice = 2 * middle * middle - 1
    last = b / 6 * middle * (4 * sin_arc * sin_arc - 3) * (4 * middle * middle - 3)
    return B_KM * a * (arc - b * sin_arc * (middle + b / 4 * (cos_arc * twice - last)))


@compiled
def _decided(
    tree: Tree, stack: Any, longitude: float, latitude: float, today: int, above: float
) -> tuple[int, float, bool]:
    """Return the base with the shortest geodesic of those within a chord, and if it is close."""
    links, boxes, days, members, points, opened, closed, east, north = tree
    x, y, z = _point(longitude, latitude)
    best, second, found = np.inf, np.inf, -1
    stack[0], top = 0, 1
    while top > 0:
        top -= 1
        node = stack[top]
        if not days[node, 0] <= today < days[node, 1] or _box(boxes, node, x, y, z) > above:
            continue
        if links[node, 0] >= 0:
            stack[top], stack[top + 1] = links[node, 0], links[node, 1]
            top += 2
            continue
        for at in range(links[node, 2], links[node, 3]):
            dx, dy, dz = x - points[at, 0], y - points[at, 1], z - points[at, 2]
            if opened[at] <= today < closed[at] and dx * dx + dy * dy + dz * dz <= above:
                member = members[at]
                length = vincenty_km(longitude, latitude, east[member], north[member])
                if np.isnan(length):
                    return member, length, True
                if length == best:
                    found = min(found, member)
                elif length < best:
                    best, second, found = length, best, member
                else:
                    second = min(second, length)
    return found, best, second - best < CLOSE


@compiled
def nearest_one(  # noqa: PLR0912 - a call for each node would cost more than the node
    tree: Tree, longitude: Any, latitude: Any, day: Any, site: Any, km: Any, unsure: Any
) -> None:
    """Write the nearest base of each place and its distance; mark what geodesics must decide.

    Parameters
    ----------
    tree : tuple
        What `planted` returned.
    longitude, latitude, day : numpy.ndarray
        Places.
    site, km, unsure : numpy.ndarray of int32, float64, bool
        Written: the base with the shortest chord (-1 for none), the geodesic's length, and whether
        another base may be nearer or the length is not to be had here.
    """
    links, boxes, days, members, points, opened, closed, east, north = tree
    stack = np.empty(DEEPEST, dtype=np.int32)
    depth = np.empty(DEEPEST)
    for row in range(len(day)):
        x, y, z = _point(longitude[row], latitude[row])
        today = day[row]
        best, second, reach, found = np.inf, np.inf, np.inf, -1
        stack[0], depth[0], top = 0, 0.0, 1
        while top > 0:
            top -= 1
            node = stack[top]
            if depth[top] > reach:
                continue
            if links[node, 0] < 0:
                for at in range(links[node, 2], links[node, 3]):
                    if opened[at] <= today < closed[at]:
                        dx, dy, dz = x - points[at, 0], y - points[at, 1], z - points[at, 2]
                        square = dx * dx + dy * dy + dz * dz
                        if square < best:
                            second, best, found = best, square, members[at]
                            reach = _reach(best)
                        elif square == best:
                            # The same point: the first by base_id is taken, whatever its distance.
                            found = min(found, members[at])
                        elif square < second:
                            second = square
                continue
            left, right = links[node, 0], links[node, 1]
            near, far = _box(boxes, left, x, y, z), _box(boxes, right, x, y, z)
            if near > far:
                left, right, near, far = right, left, far, near
            if far <= reach and days[right, 0] <= today < days[right, 1]:
                stack[top], depth[top] = right, far
                top += 1
            if near <= reach and days[left, 0] <= today < days[left, 1]:
                stack[top], depth[top] = left, near
                top += 1
        if found < 0:
            site[row] = -1
        elif reach > LONGEST:
            site[row], unsure[row] = found, True
        elif second > reach:
            site[row] = found
            km[row] = vincenty_km(longitude[row], latitude[row], east[found], north[found])
            unsure[row] = np.isnan(km[row])
        else:
            site[row], km[row], unsure[row] = _decided(
                tree, stack, longitude[row], latitude[row], today, reach
            )


@compiled
def count(
    tree: Tree, longitude: Any, latitude: Any, day: Any, below: float, above: float,
    sure: Any, unsure: Any,
) -> None:  # fmt: skip
    """Write how many bases have a chord below the first limit, and how many lie between the two.

    Parameters
    ----------
    tree, longitude, latitude, day
        As for `nearest_one`.
    below, above : float
        What `ellipsoid.chord_limits` returned.
    sure, unsure : numpy.ndarray of int32
        Written.
    """
    links, boxes, days, _, points, opened, closed, _, _ = tree
    stack = np.empty(DEEPEST, dtype=np.int32)
    for row in range(len(day)):
        x, y, z = _point(longitude[row], latitude[row])
        today = day[row]
        inside, between = 0, 0
        stack[0], top = 0, 1
        while top > 0:
            top -= 1
            node = stack[top]
            if not days[node, 0] <= today < days[node, 1] or _box(boxes, node, x, y, z) > above:
                continue
            if links[node, 0] >= 0:
                stack[top], stack[top + 1] = links[node, 0], links[node, 1]
                top += 2
                continue
            for at in range(links[node, 2], links[node, 3]):
                if opened[at] <= today < closed[at]:
                    dx, dy, dz = x - points[at, 0], y - points[at, 1], z - points[at, 2]
                    square = dx * dx + dy * dy + dz * dz
                    inside += square < below
                    between += below <= square <= above
        sure[row], unsure[row] = inside, between


@compiled
def list_pairs(
    tree: Tree, longitude: Any, latitude: Any, day: Any, above: float, start: Any, site: Any
) -> None:
    """Write the bases within a chord of each place, from its `start` on, as `count` counts them."""
    links, boxes, days, members, points, opened, closed, _, _ = tree
    stack = np.empty(DEEPEST, dtype=np.int32)
    for row in range(len(day)):
        x, y, z = _point(longitude[row], latitude[row])
        today = day[row]
        here = start[row]
        stack[0], top = 0, 1
        while top > 0:
            top -= 1
            node = stack[top]
            if not days[node, 0] <= today < days[node, 1] or _box(boxes, node, x, y, z) > above:
                continue
            if links[node, 0] >= 0:
                stack[top], stack[top + 1] = links[node, 0], links[node, 1]
                top += 2
                continue
            for at in range(links[node, 2], links[node, 3]):
                if opened[at] <= today < closed[at]:
                    dx, dy, dz = x - points[at, 0], y - points[at, 1], z - points[at, 2]
                    if dx * dx + dy * dy + dz * dz <= above:
                        site[here] = members[at]
                        here += 1
        site[start[row] : here].sort()
