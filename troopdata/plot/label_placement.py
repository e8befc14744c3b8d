"""Place labels beside points so that they do not overlap."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from troopdata.plot import figure_layout
from troopdata.plot.colours import GREY

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.text import Annotation
    from matplotlib.transforms import Bbox

__all__ = ["Label", "place_labels"]

# Marks the labels among all texts of the axes.
GID = "label"
# Positions of a label beside its point, in order of preference: offset in points, alignment.
PLACES = (
    (5, 0, "left", "center"), (-5, 0, "right", "center"), (0, 5, "center", "bottom"),
    (0, -5, "center", "top"), (5, 6, "left", "bottom"), (5, -6, "left", "top"),
    (-5, 6, "right", "bottom"), (-5, -6, "right", "top"),
)  # fmt: skip
# Positions farther away, with a line to the point.
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
        The point, in data coordinates.
    text : str
        The text.
    style : dict
        Properties of matplotlib's text.
    clear : float
        Points to leave free beside the point.
    """

    x: float
    y: float
    text: str
    style: dict[str, Any]
    clear: float = 0


def place_labels(
    ax: Axes,
    labels: Iterable[Label],
    *,
    keep_off: Iterable[tuple[float, float]] = (),
    centred: bool = False,
) -> int:
    """Write labels beside their points without overlaps; return how many did not fit.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        The axes, whose limits and position in the figure are final.
    labels : iterable of Label
        The most important first.
    keep_off : iterable of tuple of two float
        Points that no label may cover.
    centred : bool
        Prefer a position on the point itself, and use none far from it.
    """
    figure: Any = ax.get_figure(root=True)
    figure_layout.apply_layout(ax)
    room = ax.get_window_extent()
    half = 3 * figure.dpi / 72
    points = [_square(ax.transData.transform(point), half) for point in keep_off]
    taken = [*points, *(_extent(text) for text in ax.texts if text.get_gid() == GID)]
    unplaced = 0
    for label in labels:
        own = _square(ax.transData.transform((label.x, label.y)), half)
        others = [other for other in taken if other.bounds != own.bounds]
        tried = ((0, 0, "center", "center"), *PLACES) if centred else (*PLACES, *FAR)
        for place in tried:
            written = _written(ax, label, place)
            box = _extent(written)
            inside = room.x0 <= box.x0 and box.x1 <= room.x1
            inside = inside and room.y0 <= box.y0 and box.y1 <= room.y1
            overlaps = any(box.overlaps(other) for other in others)
            if inside and not overlaps and not (place in FAR and _crosses(own, box, others)):
                taken.append(box)
                break
            written.remove()
        else:
            unplaced += 1
    return unplaced


def _written(ax: Axes, label: Label, place: tuple[float, float, str, str]) -> Annotation:
    """Write a label at one of its positions."""
    from matplotlib.patheffects import withStroke

    right, up, across, along = place
    halo = withStroke(linewidth=2.5, foreground="white")
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
    # The layout engine must not move the axes to make room for the label, whose position depends
    # on them.
    written.set_in_layout(False)
    return written


def _extent(written: Any) -> Bbox:
    """Return the bounding box of a label's text, without its line."""
    from matplotlib.text import Text

    # The first call moves an annotation's text to its position, but its box includes the line; the
    # method of the base class then measures the text alone.
    written.get_window_extent()
    return Text.get_window_extent(written)


def _crosses(point: Bbox, box: Bbox, others: Sequence[Bbox]) -> bool:
    """Return whether the line from a point to its label crosses another label."""
    from matplotlib.path import Path

    x, y = (point.x0 + point.x1) / 2, (point.y0 + point.y1) / 2
    end = (min(max(x, box.x0), box.x1), min(max(y, box.y0), box.y1))
    line = Path([(x, y), end])
    # Boxes as small as a point are dots, which a line may cross.
    labels = [other for other in others if other.width > 2 * point.width]
    return any(line.intersects_bbox(other, filled=True) for other in labels)


def _square(point: Any, half: float) -> Bbox:
    from matplotlib.transforms import Bbox

    x, y = point
    return Bbox.from_extents(x - half, y - half, x + half, y + half)
