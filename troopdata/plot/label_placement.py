"""Labels that do not collide."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from importlib import import_module
from typing import TYPE_CHECKING, Any, NamedTuple

from troopdata.plot import canvas
from troopdata.plot.palette import GREY

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["Label", "beside", "lanes"]

GID = "label"
# Where a label may stand beside its point: offset in points, alignment.
PLACES = (
    (5, 0, "left", "center"), (-5, 0, "right", "center"), (0, 5, "center", "bottom"),
    (0, -5, "center", "top"), (5, 6, "left", "bottom"), (5, -6, "left", "top"),
    (-5, 6, "right", "bottom"), (-5, -6, "right", "top"),
)  # fmt: skip
# Farther off, with a line to the point.
FAR = tuple(
    (side * right, up * high, "left" if side > 0 else "right", "bottom" if up > 0 else "top")
    for right, high in ((14, 18), (22, 32), (30, 48), (44, 64), (60, 84), (8, 40), (8, 70))
    for up in (1, -1)
    for side in (1, -1)
)


class Label(NamedTuple):
    """A text for a point.

    Attributes
    ----------
    x, y : float
        The point, as data.
    text : str
        What to write.
    style : dict
        How, as matplotlib's text has it.
    clear : float
        Points to leave free beside the point.
    """

    x: float
    y: float
    text: str
    style: dict[str, Any]
    clear: float = 0


def lanes(spans: Sequence[tuple[float, float]], most: int) -> list[int | None]:
    """Return the lane of each label, the lowest that is free; None where all are taken.

    Parameters
    ----------
    spans : sequence of tuple of two float
        Where each label begins and ends, the most important label first.
    most : int
        How many lanes there are.

    Examples
    --------
    >>> lanes([(0, 10), (5, 15), (11, 20), (6, 9)], most=2)
    [0, 1, 0, None]
    """
    taken: list[list[tuple[float, float]]] = [[] for _ in range(most)]
    found: list[int | None] = []
    for low, high in spans:
        free = (at for at, lane in enumerate(taken) if all(high <= a or low >= b for a, b in lane))
        lane = next(free, None)
        if lane is not None:
            taken[lane].append((low, high))
        found.append(lane)
    return found


def beside(
    ax: Axes,
    labels: Iterable[Label],
    *,
    keep_off: Iterable[tuple[float, float]] = (),
    centred: bool = False,
) -> int:
    """Write labels beside their points, each where it hits no other; return how many found none.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        The axes, their limits and their place on the sheet set for good.
    labels : iterable of Label
        The most important first.
    keep_off : iterable of tuple of two float
        Points that no label may cover.
    centred : bool
        Write upon the point itself, if that is free, and never far from it.
    """
    figure: Any = ax.get_figure(root=True)
    canvas.settle(ax)
    room = ax.get_window_extent()
    half = 3 * figure.dpi / 72
    points = [_square(ax.transData.transform(point), half) for point in keep_off]
    taken = [*points, *(_extent(text) for text in ax.texts if text.get_gid() == GID)]
    lost = 0
    for label in labels:
        own = _square(ax.transData.transform((label.x, label.y)), half)
        rivals = [other for other in taken if other.bounds != own.bounds]
        tried = ((0, 0, "center", "center"), *PLACES) if centred else (*PLACES, *FAR)
        for place in tried:
            written = _written(ax, label, place)
            box = _extent(written)
            inside = room.x0 <= box.x0 and box.x1 <= room.x1
            inside = inside and room.y0 <= box.y0 and box.y1 <= room.y1
            hit = any(box.overlaps(other) for other in rivals)
            if inside and not hit and not (place in FAR and _crosses(own, box, rivals)):
                taken.append(box)
                break
            written.remove()
        else:
            lost += 1
    return lost


def _written(ax: Axes, label: Label, place: tuple[float, float, str, str]) -> Any:
    """Write a label in one of its places."""
    right, up, across, along = place
    halo = import_module("matplotlib.patheffects").withStroke(linewidth=2.5, foreground="white")
    aside = right + (math.copysign(label.clear, right) if right else 0)
    corner = (0 if across == "left" else 1, 0 if along == "bottom" else 1)
    line = {
        "arrowstyle": "-", "linewidth": 0.6, "color": GREY, "shrinkA": 0, "shrinkB": 3,
        "relpos": corner,
    }  # fmt: skip
    written = ax.annotate(
        label.text, (label.x, label.y), (aside, up), textcoords="offset points", ha=across,
        va=along, path_effects=[halo], gid=GID, arrowprops=line if place in FAR else None,
        zorder=6, **label.style,
    )  # fmt: skip
    # What stands in the axes must not move them.
    written.set_in_layout(False)
    return written


def _extent(written: Any) -> Any:
    """Return the room of a label's text, without its line."""
    written.get_window_extent()  # moves the text to where it belongs
    return import_module("matplotlib.text").Text.get_window_extent(written)


def _crosses(point: Any, box: Any, rivals: Sequence[Any]) -> bool:
    """Return whether the line from a point to its label runs through another label."""
    x, y = (point.x0 + point.x1) / 2, (point.y0 + point.y1) / 2
    end = (min(max(x, box.x0), box.x1), min(max(y, box.y0), box.y1))
    line = import_module("matplotlib.path").Path([(x, y), end])
    wide = [other for other in rivals if other.width > 2 * point.width]
    return any(line.intersects_bbox(other, filled=True) for other in wide)


def _square(point: Any, half: float) -> Any:
    bbox = import_module("matplotlib.transforms").Bbox
    x, y = point
    return bbox.from_extents(x - half, y - half, x + half, y + half)
