"""Search bases near places with a compiled k-d tree whose nodes know when their bases were in use.

A node stores the bounding box of its bases, the first day on which any of them opened and the day
by which all of them had closed, so the search skips whole nodes that are too far or were not in use
on the place's day. Needs numba; the compiled functions release the GIL.

The traversals are repeated in each function rather than shared: a call or a callback for each node
would cost more than the node itself.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from troopdata.geo.ellipsoid import ANY_CHORD, ECCENTRICITY_2, EQUAL, FAR
from troopdata.geo.search.vincenty import compiled, vincenty_km

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from troopdata.geo.base_index import Sites

__all__ = ["Tree", "build_tree", "count", "list_pairs", "nearest_one"]

# A leaf holds at most this many bases, unless they share one point.
LEAF = 10
# Nodes waiting on the stack of a traversal, at most: one for each level, and each level halves the
# bases, so 64 suffice for any number of them.
DEEPEST = 64
# A squared chord, in squared axes: a quarter of the way around the ellipsoid, about 10,000 km.
# Beyond, Vincenty's iteration converges slowly and near the antipode not at all.
LONGEST = 2.0
# Kilometres. Vincenty's formula is accurate to a tenth of a millimetre, so bases whose distances
# differ by less than a millimetre are left to Karney's algorithm.
CLOSE = 1e-6


class Tree(NamedTuple):
    """The nodes of a tree and the bases in its leaves, as arrays that numba can read.

    Attributes
    ----------
    children : numpy.ndarray of int32, shape (nodes, 2)
        The numbers of a node's two children; -1 for a leaf.
    spans : numpy.ndarray of int32, shape (nodes, 2)
        First position of the node's bases in the arrays below, and the position after the last.
    boxes : numpy.ndarray of float64, shape (nodes, 6)
        Least x, y, z and greatest x, y, z of the node's bases.
    days : numpy.ndarray of int64, shape (nodes, 2)
        First day on which any of the node's bases is in use, and first day after all of them.
    site : numpy.ndarray of int32
        The number of each base in `Sites`, in the order of the leaves.
    points, opened, closed : numpy.ndarray
        The bases in the order of the leaves, so that a leaf reads adjacent memory.
    longitude, latitude : numpy.ndarray of float64
        The bases in the order of `Sites`.
    """

    children: NDArray[np.int32]
    spans: NDArray[np.int32]
    boxes: NDArray[np.float64]
    days: NDArray[np.int64]
    site: NDArray[np.int32]
    points: NDArray[np.float64]
    opened: NDArray[np.int32]
    closed: NDArray[np.int32]
    longitude: NDArray[np.float64]
    latitude: NDArray[np.float64]


@dataclass
class _Nodes:
    """The nodes of a tree while it is built, in the order of their numbers."""

    children: list[tuple[int, int]]
    spans: list[tuple[int, int]]
    boxes: list[NDArray[np.float64]]
    days: list[tuple[int, int]]
    leaves: list[NDArray[np.int64]]


def build_tree(sites: Sites) -> Tree:
    """Return the tree of some bases, of which there is at least one."""
    nodes = _Nodes([], [], [], [], [])
    _add_node(sites, np.arange(len(sites)), nodes)
    site = np.concatenate(nodes.leaves)
    return Tree(
        children=np.array(nodes.children, dtype="int32"),
        spans=np.array(nodes.spans, dtype="int32"),
        boxes=np.array(nodes.boxes),
        days=np.array(nodes.days, dtype="int64"),
        site=site.astype("int32"),
        points=np.ascontiguousarray(sites.points[site]),
        opened=sites.opened[site],
        closed=sites.closed[site],
        longitude=sites.longitude,
        latitude=sites.latitude,
    )


def _add_node(sites: Sites, members: NDArray[np.int64], nodes: _Nodes) -> int:
    """Add a node and its children; return its number."""
    at = len(nodes.spans)
    points = sites.points[members]
    low, high = points.min(axis=0), points.max(axis=0)
    first = sum(map(len, nodes.leaves))
    nodes.children.append((-1, -1))
    nodes.spans.append((first, first + len(members)))
    nodes.boxes.append(np.concatenate([low, high]))
    nodes.days.append((int(sites.opened[members].min()), int(sites.closed[members].max())))
    if len(members) <= LEAF or (low == high).all():
        nodes.leaves.append(members)
        return at
    # Split at the median of the longest side of the box.
    ranked = members[np.argsort(points[:, int(np.argmax(high - low))], kind="stable")]
    half = len(ranked) // 2
    left, right = _add_node(sites, ranked[:half], nodes), _add_node(sites, ranked[half:], nodes)
    nodes.children[at] = (left, right)
    return at


@compiled
def _reach(square: float) -> Any:
    """Do what `ellipsoid.widen` does, for one chord."""
    if square > FAR:
        return ANY_CHORD
    return square * (1 + (0.0017 + 0.0005 * square) * square) + EQUAL


@compiled
def _box(boxes: Any, node: int, x: float, y: float, z: float) -> Any:
    """Return the squared distance from a point to a node's box; 0 inside it."""
    dx = max(boxes[node, 0] - x, x - boxes[node, 3], 0.0)
    dy = max(boxes[node, 1] - y, y - boxes[node, 4], 0.0)
    dz = max(boxes[node, 2] - z, z - boxes[node, 5], 0.0)
    square: float = dx * dx + dy * dy + dz * dz
    return square


@compiled
def _point(longitude: float, latitude: float) -> tuple[float, float, float]:
    """Do what `ellipsoid.cartesian` does, for one point."""
    east, north = math.radians(longitude), math.radians(latitude)
    sine = math.sin(north)
    normal = 1 / math.sqrt(1 - ECCENTRICITY_2 * sine * sine)
    across = normal * math.cos(north)
    return across * math.cos(east), across * math.sin(east), normal * (1 - ECCENTRICITY_2) * sine


@compiled
def _nearest_by_geodesic(
    tree: Tree, stack: Any, longitude: float, latitude: float, today: int, above: float
) -> tuple[int, float, bool]:
    """Return the base with the shortest geodesic among those within a chord, and its distance.

    The third value says whether another base is too close to tell the two apart.
    """
    children, spans, boxes, days = tree.children, tree.spans, tree.boxes, tree.days
    points, opened, closed, site = tree.points, tree.opened, tree.closed, tree.site
    east, north = tree.longitude, tree.latitude
    x, y, z = _point(longitude, latitude)
    best, second, found = np.inf, np.inf, -1
    stack[0], top = 0, 1
    while top > 0:
        top -= 1
        node = stack[top]
        if not days[node, 0] <= today < days[node, 1] or _box(boxes, node, x, y, z) > above:
            continue
        if children[node, 0] >= 0:
            stack[top], stack[top + 1] = children[node, 0], children[node, 1]
            top += 2
            continue
        for at in range(spans[node, 0], spans[node, 1]):
            dx, dy, dz = x - points[at, 0], y - points[at, 1], z - points[at, 2]
            if opened[at] <= today < closed[at] and dx * dx + dy * dy + dz * dz <= above:
                member = site[at]
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
    """Write the nearest base of each place and its distance; mark the places left to Karney.

    The search descends into the nearer child first (it is pushed last) and keeps the shortest and
    the second shortest chord. If no other chord is within the margin of the shortest, that base is
    the nearest; otherwise the geodesics of all bases within the margin decide.

    Parameters
    ----------
    tree : Tree
        The bases.
    longitude, latitude, day : numpy.ndarray
        The places.
    site, km, unsure : numpy.ndarray of int32, float64, bool
        Output: the number of the base (-1 for none), its distance, and whether Karney's algorithm
        must decide because the base is far or another one is equally near.
    """
    children, spans, boxes, days = tree.children, tree.spans, tree.boxes, tree.days
    points, opened, closed, members = tree.points, tree.opened, tree.closed, tree.site
    east, north = tree.longitude, tree.latitude
    stack, depth = np.empty(DEEPEST, dtype=np.int32), np.empty(DEEPEST)
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
            if children[node, 0] < 0:
                for at in range(spans[node, 0], spans[node, 1]):
                    if opened[at] <= today < closed[at]:
                        dx, dy, dz = x - points[at, 0], y - points[at, 1], z - points[at, 2]
                        square = dx * dx + dy * dy + dz * dz
                        if square < best:
                            second, best, found = best, square, members[at]
                            reach = _reach(best)
                        elif square == best:
                            # The same point, so the distance is equal too: the first by base_id.
                            found = min(found, members[at])
                        elif square < second:
                            second = square
                continue
            left, right = children[node, 0], children[node, 1]
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
            site[row], km[row], unsure[row] = _nearest_by_geodesic(
                tree, stack, longitude[row], latitude[row], today, reach
            )


@compiled
def count(
    tree: Tree, longitude: Any, latitude: Any, day: Any, below: float, above: float,
    sure: Any, unsure: Any,
) -> None:  # fmt: skip
    """Count the bases of each place with a chord below the first limit, and between the two.

    Parameters
    ----------
    tree, longitude, latitude, day
        As in `nearest_one`.
    below, above : float
        Squared chords from `ellipsoid.chord_limits`.
    sure, unsure : numpy.ndarray of int32
        Output: the counts of bases below the first limit, and between the two.
    """
    children, spans, boxes, days = tree.children, tree.spans, tree.boxes, tree.days
    points, opened, closed = tree.points, tree.opened, tree.closed
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
            if children[node, 0] >= 0:
                stack[top], stack[top + 1] = children[node, 0], children[node, 1]
                top += 2
                continue
            for at in range(spans[node, 0], spans[node, 1]):
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
    """Write the bases within a chord of each place, sorted, from its `start` on.

    `start` follows from the counts of `count` with the same limit.
    """
    children, spans, boxes, days = tree.children, tree.spans, tree.boxes, tree.days
    points, opened, closed, members = tree.points, tree.opened, tree.closed, tree.site
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
            if children[node, 0] >= 0:
                stack[top], stack[top + 1] = children[node, 0], children[node, 1]
                top += 2
                continue
            for at in range(spans[node, 0], spans[node, 1]):
                if opened[at] <= today < closed[at]:
                    dx, dy, dz = x - points[at, 0], y - points[at, 1], z - points[at, 2]
                    if dx * dx + dy * dy + dz * dz <= above:
                        site[here] = members[at]
                        here += 1
        site[start[row] : here].sort()
