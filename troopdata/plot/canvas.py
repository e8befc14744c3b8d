"""The sheet that a figure is drawn on: its axes, its words around them, its legend."""

from __future__ import annotations

import importlib
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any, cast

from troopdata.errors import UsageError
from troopdata.plot.palette import FAINT, GREY, INK

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.legend import Legend

__all__ = ["Words", "clear", "dress", "legend", "part", "place", "settle", "sheet", "size", "trim"]

INSTALL = 'pip install "troopdata[plot]"'
TITLE, TEXT, SMALL = 13.0, 9.0, 7.5
# Inches between the words and the edge of a sheet.
PAD = 0.15
# How wide a letter of the default font is, in parts of its height.
LETTER = 0.55


@dataclass(frozen=True, slots=True)
class Words:
    """What stands around a figure.

    Attributes
    ----------
    title : str
        What it shows.
    subtitle : str
        How it was counted, and the units.
    notes : tuple of str
        What a reader must know, and the sources.
    """

    title: str
    subtitle: str
    notes: tuple[str, ...]


def part(name: str) -> Any:
    """Return a module of matplotlib, by its name.

    Raises
    ------
    UsageError
        If matplotlib is not installed.
    """
    try:
        return importlib.import_module(f"matplotlib.{name}")
    except ModuleNotFoundError as error:
        if (error.name or "").split(".")[0] != "matplotlib":
            raise
        raise UsageError("figures need matplotlib", hint=INSTALL) from None


def sheet(ax: Axes | None, inches: tuple[float, float]) -> Axes:
    """Return the axes given, or those of a new figure of a size in inches."""
    if ax is not None:
        return ax
    figure, made = part("pyplot").subplots(figsize=inches, layout="constrained")
    figure.get_layout_engine().set(w_pad=PAD, h_pad=PAD)
    return cast("Axes", made)


def place(day: Any) -> float:
    """Return where a day lies on a time axis."""
    return float(part("dates").date2num(day))


def clear(ax: Axes, *, grid: str = "y") -> None:
    """Leave of the frame what a reader needs: no box, a faint grid along one axis."""
    for side in ("top", "right", "left" if grid == "y" else "bottom"):
        ax.spines[side].set_visible(False)
    for side in ("bottom", "left"):
        ax.spines[side].set_color(GREY)
    ax.tick_params(labelsize=TEXT, color=GREY, labelcolor=INK, length=3)
    ax.set_axisbelow(True)
    if grid in ("x", "y"):
        ax.grid(axis="x" if grid == "x" else "y", color=FAINT, linewidth=0.8)
        ax.tick_params(axis="x" if grid == "x" else "y", length=0)


def legend(
    ax: Axes, handles: Sequence[Any], *, title: str = "", beside: bool = False, drop: float = 22
) -> Legend:
    """Put a legend beside the axes, or some points under them."""
    place: dict[str, Any] = {"loc": "upper left", "bbox_to_anchor": (1.0, 1.0)}
    if not beside:
        figure: Any = ax.get_figure(root=True)
        lower = part("transforms").ScaledTranslation(0, -drop / 72, figure.dpi_scale_trans)
        place = {
            "loc": "upper left", "bbox_to_anchor": (0.0, 0.0),
            "bbox_transform": ax.transAxes + lower,
            "ncols": _columns([str(handle.get_label()) for handle in handles], ax),
        }  # fmt: skip
    return ax.legend(
        handles=list(handles), title=title or None, frameon=False, fontsize=TEXT,
        title_fontsize=TEXT, alignment="left", borderaxespad=0.4, handletextpad=0.5,
        columnspacing=1.4, **place,
    )  # fmt: skip


def _columns(labels: Sequence[str], ax: Axes) -> int:
    """Return in how many columns labels fit under the axes."""
    width = size(ax)[0]
    for columns in range(len(labels), 1, -1):
        rows, longer = divmod(len(labels), columns)
        ends = [rows * at + min(at, longer) for at in range(columns + 1)]
        widest = [max(map(len, labels[low:high])) for low, high in pairwise(ends)]
        if sum(widest) * LETTER * TEXT + columns * 42 <= width:
            return columns
    return 1


def dress(ax: Axes, words: Words, *, head: float = 0, under: Legend | None = None) -> None:
    """Write title and subtitle above the axes, notes and sources under them.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        The axes.
    words : Words
        What to write.
    head : float
        Points to leave free above the axes.
    under : matplotlib.legend.Legend, optional
        The legend that the notes stand under.
    """
    width = size(ax)[0]
    subtitle = _wrapped(words.subtitle, width, TEXT)
    lift = head + 6
    ax.annotate(
        subtitle, (0, 1), (0, lift), xycoords="axes fraction", textcoords="offset points",
        va="bottom", fontsize=TEXT, color=GREY, linespacing=1.25, annotation_clip=False,
    )  # fmt: skip
    lines = subtitle.count("\n") + 1 if subtitle else 0
    ax.set_title(
        _wrapped(words.title, width, TITLE), loc="left", fontsize=TITLE, fontweight="bold",
        color=INK, pad=lift + lines * TEXT * 1.25 + 5,
    )  # fmt: skip
    beneath: Any = under if under is not None else ax.xaxis.label
    notes = "\n".join(_wrapped(note, width, SMALL) for note in words.notes if note)
    ax.annotate(
        notes, (0, 0), (0, -7), xycoords=("axes fraction", beneath),
        textcoords="offset points", va="top", fontsize=SMALL, color=GREY, linespacing=1.3,
        annotation_clip=False,
    )  # fmt: skip


def settle(ax: Axes) -> None:
    """Lay the sheet out as it now is, so that places on it can be measured."""
    figure: Any = ax.get_figure(root=True)
    engine = figure.get_layout_engine()
    if engine is not None:
        engine.execute(figure)
    for one in figure.axes:
        one.apply_aspect()


def trim(ax: Axes) -> None:
    """Cut off a sheet of our own what a figure of fixed proportions left blank."""
    settle(ax)
    figure: Any = ax.get_figure(root=True)
    box = figure.get_tightbbox()
    figure.set_size_inches(figure.get_figwidth(), box.height + 2 * PAD)


def size(ax: Axes) -> tuple[float, float]:
    """Return width and height of the axes in points, as the layout now is."""
    settle(ax)
    box = ax.get_window_extent()
    scale = 72 / ax.get_figure(root=True).dpi  # type: ignore[union-attr]
    return box.width * scale, box.height * scale


def _wrapped(text: str, width: float, size: float) -> str:
    letters = max(24, int(width / (LETTER * size)))
    return "\n".join(textwrap.wrap(text, letters))
