"""Events on a time axis: a line on each day, and over the axes a flag that says what it was."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

from troopdata.plot import canvas
from troopdata.plot.dyad_data import ENDS
from troopdata.plot.palette import GREY, INK, VERMILLION

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

__all__ = ["Mast", "hoist"]

SIZE, LANE, GAP = 7.5, 10.5, 3.5
MOST_LANES, LONGEST = 9, 60
# Where flags turn from right to left, in parts of the axis; the best of these is taken.
TURNS = (0.5, 0.7, 0.85, 1.0, 0.0)
# Which events a reader misses most; those not here are lines without a flag.
HEAVY = ("withdrawal_completed", "coup", "attack", "base_opened", "base_transferred")
ORDER = (
    *ENDS, *HEAVY,
    "deployment_begun", "agreement_in_force", "notice_given", "court_ruling", "withdrawal_ordered",
    "agreement_signed", "agreement_suspended", "agreement_amended", "agreement_extended",
    "base_closed", "withdrawal_begun", "force_moved", "deployment_announced",
    "construction_begun",
)  # fmt: skip


@dataclass
class Mast:
    """Which flags hang in which lane, so that no stem runs through a flag.

    Attributes
    ----------
    most : int
        How many lanes there are.
    flags : list of tuple of int, float, float
        Lane, left and right end of each flag.
    stems : list of tuple of int, float
        Lane and place of each stem.

    Examples
    --------
    >>> mast = Mast(most=2)
    >>> mast.room(10, [(10, 30)]), mast.room(20, [(20, 40)]), mast.room(25, [(25, 45)])
    ((0, 10, 30), None, None)
    >>> mast.room(5, [(5, 25)])
    (1, 5, 25)
    """

    most: int
    flags: list[tuple[int, float, float]] = field(default_factory=list)
    stems: list[tuple[int, float]] = field(default_factory=list)

    def room(
        self, stem: float, sides: Sequence[tuple[float, float]]
    ) -> tuple[int, float, float] | None:
        """Take the lowest free lane on the first side that has one, and return the room."""
        for left, right in sides:
            for lane in range(self.most):
                if self._free(lane, stem, left, right):
                    self.flags.append((lane, left, right))
                    self.stems.append((lane, stem))
                    return lane, left, right
        return None

    def _free(self, lane: int, stem: float, left: float, right: float) -> bool:
        under = any(a - 1 < stem < b + 1 for at, a, b in self.flags if at < lane)
        beside = any(left < b and a < right for at, a, b in self.flags if at == lane)
        through = any(left < x < right for at, x in self.stems if at > lane)
        return not (under or beside or through)


Room: TypeAlias = "tuple[int, float, float]"


class Flag(NamedTuple):
    """An event over the axes, in points from the left edge of the sheet."""

    date: Any
    text: str
    colour: str
    weight: int
    stem: float
    width: float


def hoist(ax: Axes, rows: pd.DataFrame, *, alpha: float = 0.75) -> tuple[float, int]:
    """Draw events; return the points that their flags need over the axes, and how many have none.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        Axes with time along x, the limits set for good.
    rows : pandas.DataFrame
        date, kind and text, as `dyad.happenings` returns them.
    alpha : float
        How strong the lines through the axes are.
    """
    figure: Any = ax.get_figure(root=True)
    canvas.settle(ax)
    scale = 72 / figure.dpi
    box = ax.get_window_extent()
    edges = (box.x0 * scale - 4, box.x1 * scale + 4)
    wanted = [_measured(ax, *told, scale) for told in _merged(rows)]
    wide = edges[1] - edges[0]
    tried = [_chosen(wanted, edges, edges[0] + part * wide) for part in TURNS]
    chosen, lanes = max(tried, key=lambda one: (sum(x.weight for x in one[0]), -_height(one[1])))
    for date, kind in zip(rows["date"], rows["kind"], strict=True):
        colour = VERMILLION if kind in ENDS else GREY
        ax.axvline(date, color=colour, linewidth=0.8, alpha=alpha, zorder=1)
    for flag, (lane, left, _) in zip(chosen, lanes, strict=True):
        _fly(ax, flag, lane, left < flag.stem)
    top = _height(lanes)
    named = rows["date"].isin([flag.date for flag in chosen]) & rows["kind"].isin(ORDER)
    return top * LANE + (3 if top else 0), int((~named).sum())


def _height(lanes: Sequence[Room]) -> int:
    """Return how many lanes are taken."""
    return max((lane + 1 for lane, _, _ in lanes), default=0)


def _chosen(
    wanted: Sequence[Flag], edges: tuple[float, float], turn: float
) -> tuple[list[Flag], list[Room]]:
    """Return the flags that find room, the weightiest first in line, and their rooms."""
    chosen: list[Flag] = []
    for flag in wanted:
        if None not in _laid(_in_order([*chosen, flag], turn), edges, turn):
            chosen.append(flag)
    ordered = _in_order(chosen, turn)
    return ordered, [room for room in _laid(ordered, edges, turn) if room]


def _merged(rows: pd.DataFrame) -> list[tuple[Any, str, int]]:
    """Return each day's events as one text with its weight, the weightiest day first."""
    rank = {kind: at for at, kind in enumerate(ORDER)}
    told = rows[rows["kind"].isin(ORDER)]
    told = told.assign(rank=told["kind"].map(rank)).sort_values(["rank", "date"])
    days = []
    for date, some in told.groupby("date", sort=False):
        counts = some["text"].value_counts(sort=False)
        words = [str(text) if n == 1 else f"{text} ({n})" for text, n in counts.items()]
        short = "; ".join(words)
        if len(short) > LONGEST and len(words) > 1:
            short = f"{words[0]} and {len(words) - 1} more"
        first = str(some["kind"].iloc[0])
        days.append((date, short, 4 if first in ENDS else 2 if first in HEAVY else 1))
    return days


def _measured(ax: Axes, date: Any, text: str, weight: int, scale: float) -> Flag:
    written = ax.text(0, 0, text, fontsize=SIZE, transform=None)
    # Letters keep to whole pixels, so that text is a little wider on some sheets than on others.
    width = 1.06 * float(written.get_window_extent().width) * scale + 2 * GAP
    written.remove()
    stem = float(ax.transData.transform((canvas.place(date), 0))[0]) * scale
    return Flag(date, text, VERMILLION if weight == 4 else GREY, weight, stem, width)


def _in_order(flags: Sequence[Flag], turn: float) -> list[Flag]:
    """Return flags as they find room best: from the turn to the left, then to the right."""
    left = sorted((flag for flag in flags if flag.stem < turn), key=lambda flag: -flag.stem)
    return [*left, *sorted((flag for flag in flags if flag.stem >= turn), key=lambda f: f.stem)]


def _laid(flags: Sequence[Flag], edges: tuple[float, float], turn: float) -> list[Room | None]:
    """Return the room of each flag."""
    mast = Mast(MOST_LANES)
    rooms = []
    for flag in flags:
        sides = [(flag.stem, flag.stem + flag.width), (flag.stem - flag.width, flag.stem)]
        if flag.stem >= turn:
            sides.reverse()
        fitting = [side for side in sides if edges[0] <= side[0] and side[1] <= edges[1]]
        rooms.append(mast.room(flag.stem, fitting))
    return rooms


def _fly(ax: Axes, flag: Flag, lane: int, leftward: bool) -> None:
    """Write a flag, with its stem down to the axes."""
    height = lane * LANE + 3
    over: dict[str, Any] = {
        "xycoords": ("data", "axes fraction"), "textcoords": "offset points",
        "annotation_clip": False,
    }  # fmt: skip
    stem = {"arrowstyle": "-", "linewidth": 0.8, "color": flag.colour, "shrinkA": 0, "shrinkB": 0}
    ax.annotate("", (flag.date, 1), (0, height + SIZE), arrowprops=stem, **over)
    ax.annotate(
        flag.text, (flag.date, 1), (-GAP if leftward else GAP, height), va="bottom", gid="event",
        ha="right" if leftward else "left", fontsize=SIZE,
        color=INK if flag.colour == GREY else flag.colour, **over,
    )  # fmt: skip
