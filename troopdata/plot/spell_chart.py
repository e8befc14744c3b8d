"""Draw spells as bars: solid where a spell is certain, light where it is possible."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from troopdata.plot import colours, figure_layout, spell_data

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["Chart", "draw_counts", "draw_spell", "label_years"]

# Days. Charts over a shorter time label months instead of years.
SHORT = 1_500


@dataclass(frozen=True, slots=True)
class Chart:
    """The axes, the first and last day, and the position and name of each row so far."""

    ax: Axes
    first: dt.date
    last: dt.date
    rows: list[tuple[float, str]]

    @property
    def start(self) -> float:
        return figure_layout.date_position(self.first)

    @property
    def end(self) -> float:
        return figure_layout.date_position(self.last)

    def within(self, day: Any, missing: float) -> float:
        """Return the position of a day, clipped to the chart; `missing` for a missing day."""
        position = missing if pd.isna(day) else figure_layout.date_position(day)
        return min(max(position, self.start), self.end)


def label_years(chart: Chart) -> None:
    """Label the years on the time axis, without ticks after the last day."""
    from matplotlib.dates import DateFormatter

    # Setting ticks widens the limits, so they are restored below.
    limits = chart.ax.get_xlim()
    chart.ax.set_xticks([at for at in chart.ax.get_xticks() if chart.start <= at <= chart.end])
    short = (chart.last - chart.first).days < SHORT
    formatter = DateFormatter("%Y-%m" if short else "%Y")  # type: ignore[no-untyped-call]
    chart.ax.xaxis.set_major_formatter(formatter)
    chart.ax.set_xlim(limits)
    chart.ax.spines["left"].set_visible(False)
    chart.ax.tick_params(axis="both", length=0)


def draw_counts(chart: Chart, tenancies: pd.DataFrame, at: float, high: float, colour: str) -> None:
    """Draw the number of simultaneous tenancies over time: certainly, and at most."""
    totals = spell_data.counts_over_time(tenancies, pd.Timestamp(chart.last))
    days = [chart.within(day, chart.start) for day in totals["day"]] + [chart.end]
    base, scale = at + high - 0.5, high / len(tenancies)
    for column, alpha in (("may", 0.28), ("sure", 1.0)):
        heights = [base - count * scale for count in [*totals[column], totals[column].iloc[-1]]]
        chart.ax.fill_between(days, heights, base, step="post", color=colour, alpha=alpha,
                              linewidth=0, zorder=2, label=column)  # fmt: skip
    sure, may = totals["sure"].iloc[-1], totals["may"].iloc[-1]
    chart.ax.annotate(f"at the end {sure} certain,\n{may} possible", (chart.end, base - high / 2),
                      (6, 0), textcoords="offset points", va="center", fontsize=7.5)  # fmt: skip


def draw_spell(
    chart: Chart, spell: Mapping[Any, Any], at: float, colour: str, *, label: str,
    hatch: str | None = None,
) -> None:  # fmt: skip
    """Draw a spell, light where it is possible and solid where it is certain, and label its end."""
    left = chart.within(spell["may_from"], chart.start)
    right = chart.within(spell["may_to"], chart.end)
    chart.ax.barh(at, right - left, 0.6, left=left, color=colour, alpha=0.3, linewidth=0,
                  zorder=2, label="possible")  # fmt: skip
    sure = chart.within(spell["sure_from"], chart.end)
    over = sure if spell["no_end_before"] else chart.within(spell["sure_to"], chart.end)
    if over > sure:
        chart.ax.barh(at, over - sure, 0.6, left=sure, facecolor=colour, hatch=hatch,
                      edgecolor="white" if hatch else "none", linewidth=0, zorder=2.5,
                      label=label)  # fmt: skip
    for missing, x, mark in ((spell["may_from"], left, "<"), (spell["may_to"], right, ">")):
        if pd.isna(missing):
            chart.ax.plot([x], [at], marker=mark, color=colour, markersize=7, clip_on=False)
    if spell["end"]:
        chart.ax.annotate(spell["end"], (right, at), (7 if pd.isna(spell["may_to"]) else 4, 0),
                          textcoords="offset points", va="center", fontsize=7.5, zorder=4,
                          color=colours.INK)  # fmt: skip
