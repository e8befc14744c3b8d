"""Draw events on a time axis: a line at each date, and a label above the axes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

from troopdata.plot import figure_layout
from troopdata.plot.colours import GREY, INK, VERMILLION
from troopdata.plot.dyad_data import ENDS

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

__all__ = ["Lanes", "draw_events"]

# Points: font size, height of a lane, and the gap between a stem and its text.
SIZE, LANE, GAP = 7.5, 10.5, 3.5
# The most lanes of labels, and the most letters of one label.
MOST_LANES, LONGEST = 9, 60
# Labels left of this fraction of the axis extend to the right, the others to the left. All of these
# are tried, and the layout that shows the most important labels wins.
TURNS = (0.5, 0.7, 0.85, 1.0, 0.0)
# Kinds of events by importance. Other kinds are drawn as lines without a label.
MAJOR = ("withdrawal_completed", "coup", "attack", "base_opened", "base_transferred")
ORDER = (
    *ENDS, *MAJOR,
    "deployment_begun", "agreement_in_force", "notice_given", "court_ruling", "withdrawal_ordered",
    "agreement_signed", "agreement_suspended", "agreement_amended", "agreement_extended",
    "base_closed", "withdrawal_begun", "force_moved", "deployment_announced",
    "construction_begun",
)  # fmt: skip


@dataclass
class Lanes:
    """The lanes above the axes, filled so that no stem crosses a label.

    A stem is the line from a label down to the axes, at the date of the event.

    Attributes
    ----------
    most : int
        Number of lanes.
    labels : list of tuple of int, float, float
        Lane, left and right end of each label.
    stems : list of tuple of int, float
        Lane of the label and position of each stem.

    Examples
    --------
    >>> lanes = Lanes(most=2)
    >>> lanes.reserve(10, [(10, 30)]), lanes.reserve(20, [(20, 40)]), lanes.reserve(25, [(25, 45)])
    ((0, 10, 30), None, None)
    >>> lanes.reserve(5, [(5, 25)])
    (1, 5, 25)
    """

    most: int
    labels: list[tuple[int, float, float]] = field(default_factory=list)
    stems: list[tuple[int, float]] = field(default_factory=list)

    def reserve(
        self, stem: float, sides: Sequence[tuple[float, float]]
    ) -> tuple[int, float, float] | None:
        """Reserve the lowest free lane on the first side that has one; None if there is none."""
        for left, right in sides:
            for lane in range(self.most):
                if self._free(lane, stem, left, right):
                    self.labels.append((lane, left, right))
                    self.stems.append((lane, stem))
                    return lane, left, right
        return None

    def _free(self, lane: int, stem: float, left: float, right: float) -> bool:
        # The new stem must cross no label below, the new label no other and no stem from above.
        crosses = any(a - 1 < stem < b + 1 for at, a, b in self.labels if at < lane)
        overlaps = any(left < b and a < right for at, a, b in self.labels if at == lane)
        crossed = any(left < x < right for at, x in self.stems if at > lane)
        return not (crosses or overlaps or crossed)


Slot: TypeAlias = "tuple[int, float, float]"


class EventLabel(NamedTuple):
    """The label of a day's events, in points from the left edge of the figure."""

    date: Any
    text: str
    colour: str
    weight: int
    stem: float
    width: float


def draw_events(ax: Axes, rows: pd.DataFrame, *, alpha: float = 0.75) -> tuple[float, int]:
    """Draw events; return the height of their labels in points, and the number without a label.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        Axes with time along x, whose limits are final.
    rows : pandas.DataFrame
        date, kind and text, as returned by `dyad_data.events`.
    alpha : float
        Opacity of the lines through the axes.
    """
    figure: Any = ax.get_figure(root=True)
    figure_layout.apply_layout(ax)
    scale = 72 / figure.dpi
    box = ax.get_window_extent()
    edges = (box.x0 * scale - 4, box.x1 * scale + 4)
    wanted = [_measured(ax, *day, scale) for day in _by_day(rows)]
    width = edges[1] - edges[0]
    layouts = [_chosen(wanted, edges, edges[0] + turn * width) for turn in TURNS]
    # The greatest weight of labels; of equal ones, the fewest lanes.
    labels, slots = max(layouts, key=lambda one: (sum(x.weight for x in one[0]), -_height(one[1])))
    for date, kind in zip(rows["date"], rows["kind"], strict=True):
        colour = VERMILLION if kind in ENDS else GREY
        ax.axvline(date, color=colour, linewidth=0.8, alpha=alpha, zorder=1)
    for label, (lane, left, _) in zip(labels, slots, strict=True):
        _write(ax, label, lane, left < label.stem)
    top = _height(slots)
    labelled = rows["date"].isin([label.date for label in labels]) & rows["kind"].isin(ORDER)
    return top * LANE + (3 if top else 0), int((~labelled).sum())


def _height(slots: Sequence[Slot]) -> int:
    """Return the number of lanes in use."""
    return max((lane + 1 for lane, _, _ in slots), default=0)


def _chosen(
    wanted: Sequence[EventLabel], edges: tuple[float, float], turn: float
) -> tuple[list[EventLabel], list[Slot]]:
    """Return the labels that fit, preferring those first in line, and their slots."""
    chosen: list[EventLabel] = []
    for label in wanted:
        # A label is kept if it and all labels before it fit together.
        if None not in _slots(_in_order([*chosen, label], turn), edges, turn):
            chosen.append(label)
    ordered = _in_order(chosen, turn)
    return ordered, [slot for slot in _slots(ordered, edges, turn) if slot]


def _by_day(rows: pd.DataFrame) -> list[tuple[Any, str, int]]:
    """Return date, text and weight of each day's events, the most important day first."""
    rank = {kind: at for at, kind in enumerate(ORDER)}
    known = rows[rows["kind"].isin(ORDER)]
    known = known.assign(rank=known["kind"].map(rank)).sort_values(["rank", "date"])
    days = []
    for date, group in known.groupby("date", sort=False):
        counts = group["text"].value_counts(sort=False)
        parts = [str(text) if n == 1 else f"{text} ({n})" for text, n in counts.items()]
        text = "; ".join(parts)
        if len(text) > LONGEST and len(parts) > 1:
            text = f"{parts[0]} and {len(parts) - 1} more"
        first = str(group["kind"].iloc[0])
        # The end of an agreement counts as much as two major or four minor events.
        days.append((date, text, 4 if first in ENDS else 2 if first in MAJOR else 1))
    return days


def _measured(ax: Axes, date: Any, text: str, weight: int, scale: float) -> EventLabel:
    written = ax.text(0, 0, text, fontsize=SIZE, transform=None)
    # Glyphs snap to whole pixels, so a text is up to a few percent wider at another resolution.
    width = 1.06 * float(written.get_window_extent().width) * scale + 2 * GAP
    written.remove()
    stem = float(ax.transData.transform((figure_layout.date_position(date), 0))[0]) * scale
    return EventLabel(date, text, VERMILLION if weight == 4 else GREY, weight, stem, width)


def _in_order(labels: Sequence[EventLabel], turn: float) -> list[EventLabel]:
    """Return labels in the order in which most fit: from the turn leftwards, then rightwards."""
    left = sorted((one for one in labels if one.stem < turn), key=lambda one: -one.stem)
    return [*left, *sorted((one for one in labels if one.stem >= turn), key=lambda one: one.stem)]


def _slots(
    labels: Sequence[EventLabel], edges: tuple[float, float], turn: float
) -> list[Slot | None]:
    """Return the slot of each label, None for one that does not fit."""
    lanes = Lanes(MOST_LANES)
    slots = []
    for label in labels:
        sides = [(label.stem, label.stem + label.width), (label.stem - label.width, label.stem)]
        if label.stem >= turn:
            sides.reverse()
        fitting = [side for side in sides if edges[0] <= side[0] and side[1] <= edges[1]]
        slots.append(lanes.reserve(label.stem, fitting))
    return slots


def _write(ax: Axes, label: EventLabel, lane: int, leftward: bool) -> None:
    """Write a label, with its stem down to the axes."""
    height = lane * LANE + 3
    over: dict[str, Any] = {
        "xycoords": ("data", "axes fraction"), "textcoords": "offset points",
        "annotation_clip": False,
    }  # fmt: skip
    stem = {"arrowstyle": "-", "linewidth": 0.8, "color": label.colour, "shrinkA": 0, "shrinkB": 0}
    ax.annotate("", (label.date, 1), (0, height + SIZE), arrowprops=stem, **over)
    ax.annotate(
        label.text, (label.date, 1), (-GAP if leftward else GAP, height), va="bottom", gid="event",
        ha="right" if leftward else "left", fontsize=SIZE,
        color=INK if label.colour == GREY else label.colour, **over,
    )  # fmt: skip
