"""Lay out a figure: its axes, the text around them, its legend."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from troopdata.errors import UsageError
from troopdata.plot.colours import FAINT, GREY, INK

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.legend import Legend

__all__ = [
    "FigureText", "add_legend", "add_text", "apply_layout", "axes_or_new", "date_position",
    "size_in_points", "style_axes", "trim_height",
]  # fmt: skip

INSTALL = 'pip install "troopdata[plot]"'
# Font sizes in points: of the title, of subtitle, legend and ticks, and of the notes.
TITLE, TEXT, SMALL = 13.0, 9.0, 7.5
# Inches between the content and the edge of a figure.
PAD = 0.15
# The average width of a letter in the default font, as a fraction of the font size. Text is wrapped
# and columns are counted by this estimate, because measuring needs a renderer and is slow.
LETTER = 0.55


@dataclass(frozen=True, slots=True)
class FigureText:
    """The text around a figure.

    Attributes
    ----------
    title : str
        What the figure shows.
    subtitle : str
        How it was counted, and the units.
    notes : tuple of str
        Caveats and sources.
    """

    title: str
    subtitle: str
    notes: tuple[str, ...]


def axes_or_new(ax: Axes | None, inches: tuple[float, float]) -> Axes:
    """Return the axes given, or those of a new figure of a size in inches.

    Every figure calls this first, so it is the one place that finds matplotlib missing.

    Raises
    ------
    UsageError
        If matplotlib is not installed.
    """
    if ax is not None:
        return ax
    try:
        from matplotlib import pyplot
    except ModuleNotFoundError as error:
        if (error.name or "").split(".")[0] != "matplotlib":
            raise
        raise UsageError("figures need matplotlib", hint=INSTALL) from None
    figure, new = pyplot.subplots(figsize=inches, layout="constrained")
    engine: Any = figure.get_layout_engine()
    engine.set(w_pad=PAD, h_pad=PAD)
    return new


def date_position(day: Any) -> float:
    """Return the position of a day on a time axis."""
    from matplotlib.dates import date2num

    return float(date2num(day))  # type: ignore[no-untyped-call]


def style_axes(ax: Axes, *, grid: str = "y") -> None:
    """Remove the box around the axes, and add a faint grid along one axis."""
    for side in ("top", "right", "left" if grid == "y" else "bottom"):
        ax.spines[side].set_visible(False)
    for side in ("bottom", "left"):
        ax.spines[side].set_color(GREY)
    ax.tick_params(labelsize=TEXT, color=GREY, labelcolor=INK, length=3)
    ax.set_axisbelow(True)
    if grid in ("x", "y"):
        ax.grid(axis="x" if grid == "x" else "y", color=FAINT, linewidth=0.8)
        ax.tick_params(axis="x" if grid == "x" else "y", length=0)


def add_legend(ax: Axes, handles: Sequence[Any], *, drop: float = 22) -> Legend:
    """Put a legend under the axes, `drop` points lower to clear the tick labels."""
    from matplotlib.transforms import ScaledTranslation

    figure: Any = ax.get_figure(root=True)
    lower = ScaledTranslation(0, -drop / 72, figure.dpi_scale_trans)
    return ax.legend(
        handles=list(handles), frameon=False, fontsize=TEXT, alignment="left", borderaxespad=0.4,
        handletextpad=0.5, columnspacing=1.4, loc="upper left", bbox_to_anchor=(0.0, 0.0),
        bbox_transform=ax.transAxes + lower,
        ncols=_columns([str(handle.get_label()) for handle in handles], ax),
    )  # fmt: skip


def _columns(labels: Sequence[str], ax: Axes) -> int:
    """Return the number of columns in which the labels fit under the axes."""
    width = size_in_points(ax)[0]
    for columns in range(len(labels), 1, -1):
        # Matplotlib fills column by column; the first `longer` columns have one row more.
        rows, longer = divmod(len(labels), columns)
        ends = [rows * at + min(at, longer) for at in range(columns + 1)]
        widest = [max(map(len, labels[low:high])) for low, high in pairwise(ends)]
        # 42 points for the marker of a column and the space around it.
        if sum(widest) * LETTER * TEXT + columns * 42 <= width:
            return columns
    return 1


def add_text(ax: Axes, text: FigureText, *, head: float = 0, under: Legend | None = None) -> None:
    """Write title and subtitle above the axes, notes and sources under them.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        The axes.
    text : FigureText
        The text.
    head : float
        Points to leave free above the axes.
    under : matplotlib.legend.Legend, optional
        The legend to put the notes under.
    """
    width = size_in_points(ax)[0]
    subtitle = _wrapped(text.subtitle, width, TEXT)
    lift = head + 6
    ax.annotate(
        subtitle, (0, 1), (0, lift), xycoords="axes fraction", textcoords="offset points",
        va="bottom", fontsize=TEXT, color=GREY, linespacing=1.25, annotation_clip=False,
    )  # fmt: skip
    lines = subtitle.count("\n") + 1 if subtitle else 0
    ax.set_title(
        _wrapped(text.title, width, TITLE), loc="left", fontsize=TITLE, fontweight="bold",
        color=INK, pad=lift + lines * TEXT * 1.25 + 5,
    )  # fmt: skip
    beneath: Any = under if under is not None else ax.xaxis.label
    notes = "\n".join(_wrapped(note, width, SMALL) for note in text.notes if note)
    ax.annotate(
        notes, (0, 0), (0, -7), xycoords=("axes fraction", beneath),
        textcoords="offset points", va="top", fontsize=SMALL, color=GREY, linespacing=1.3,
        annotation_clip=False,
    )  # fmt: skip


def apply_layout(ax: Axes) -> None:
    """Run the layout engine now, so that positions on the figure can be measured."""
    figure: Any = ax.get_figure(root=True)
    engine = figure.get_layout_engine()
    if engine is not None:
        engine.execute(figure)
    for one in figure.axes:
        one.apply_aspect()


def trim_height(ax: Axes) -> None:
    """Cut off the blank space that axes of fixed proportions leave in their figure."""
    apply_layout(ax)
    figure: Any = ax.get_figure(root=True)
    box = figure.get_tightbbox()
    figure.set_size_inches(figure.get_figwidth(), box.height + 2 * PAD)


def size_in_points(ax: Axes) -> tuple[float, float]:
    """Return width and height of the axes in points, in the current layout."""
    apply_layout(ax)
    box = ax.get_window_extent()
    scale = 72 / ax.get_figure(root=True).dpi  # type: ignore[union-attr]
    return box.width * scale, box.height * scale


def _wrapped(text: str, width: float, size: float) -> str:
    letters = max(24, int(width / (LETTER * size)))
    return "\n".join(textwrap.wrap(text, letters))
