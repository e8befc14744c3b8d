"""Draw US forces by US state, as a map of tiles."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from troopdata.api import readers
from troopdata.api.filters import Day, plain
from troopdata.errors import UsageError, shown
from troopdata.plot import captions, colours, figure_layout
from troopdata.schemas import dates

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

__all__ = ["claims_by_state", "states"]

# Column and row of each state, in the arrangement common in newspapers.
GRID = """
AK . . . . . . . . . . ME
. . . . . . . . . . VT NH
. WA ID MT ND MN IL WI MI NY RI MA
. OR NV WY SD IA IN OH PA NJ CT .
. CA UT CO NE MO KY WV VA MD DE .
. . AZ NM KS AR TN NC SC DC . .
. . . . OK LA MS AL GA . . .
HI . . . TX . . . . FL . .
"""
SIZE = (10.0, 8.2)
# The greatest age of a report. Reports describe one day and are quarterly, formerly annual.
REACH = dt.timedelta(days=366)
CLASSES = (0, 500, 2_000, 5_000, 10_000, 25_000, 50_000, 100_000)
RAMP = (
    "#f7fbff", "#dce9f6", "#bcd7eb", "#89bedc", "#539ecd", "#2b7bba", "#0b559f", "#08306b",
)  # fmt: skip
# The first class that is dark enough to need white text.
DARK = 5
EDGE = "#c8d0d4"


def states(on: Day, *, ax: Axes | None = None, version: str | None = None) -> Axes:
    """Draw how many US forces are permanently stationed in each state of the United States.

    Parameters
    ----------
    on : str or datetime.date
        The day. The figure shows the last report of the Defense Manpower Data Center up to this
        day, at most a year old, and gives its date.
    ax : matplotlib.axes.Axes, optional
        Axes to draw on.
    version : str, optional
        Release of the data; the latest by default.

    Returns
    -------
    matplotlib.axes.Axes
        One tile per state, with its code and its figure. A state that is not in the report is
        hatched, never zero.

    Raises
    ------
    UsageError
        If the year up to that day has no report.

    Examples
    --------
    >>> ax = states("2025-06-30")
    >>> ax.get_title(loc="left")
    'US active duty forces by US state, 30 Jun 2025'
    """
    rows = claims_by_state(on, version=version)
    day = rows["as_of"].iloc[0].date()
    ax = figure_layout.axes_or_new(ax, SIZE)
    ax.set(xlim=(-0.55, 11.55), ylim=(7.6, -0.6), aspect="equal", xticks=[], yticks=[], anchor="NW")
    for spine in ax.spines.values():
        spine.set_visible(False)
    figures = dict(zip(rows["subdivision"].str[3:], rows["personnel"], strict=True))
    for code, (column, row) in _places().items():
        _tile(ax, code, column, row, figures.get(code))
    under = figure_layout.add_legend(ax, _keys(figures), drop=2)
    basis = captions.label("basis", rows["basis"].iloc[0]).lower()
    total = sum(figures.values())
    printed = f"{len(set(figures) - {'DC'})} states"
    printed += " and the District of Columbia" if "DC" in figures else ""
    subtitle = f"People on active duty in all services ({basis}): {total:,} in {printed}."
    note = "Excludes people in transit between stations, afloat, or in an unstated state."
    text = figure_layout.FigureText(
        f"US active duty forces by US state, {captions.day_text(day)}",
        subtitle,
        (note, captions.source_line(rows, version=version)),
    )
    figure_layout.add_text(ax, text, under=under)
    return ax


def claims_by_state(on: Day, *, version: str | None = None) -> pd.DataFrame:
    """Return the claims of the last report up to a day, one row per state.

    Raises
    ------
    UsageError
        If the year up to that day has no report.
    """
    day = dates.parse(on)
    claims = readers.deployments(
        sender="USA", host="USA", force="active_duty", service="all", version=version,
        between=(day - REACH, day),
    )  # fmt: skip
    # A state is "US-TX"; longer codes are of places below it.
    known = claims["subdivision"].str.len().eq(5) & claims["personnel"].notna()
    claims = claims[known.fillna(False).astype(bool) & claims["basis"].ne("afloat")]
    if claims.empty:
        hint = 'the end of a quarter, on="2025-12-31"; td.deployments(host="USA") lists them all'
        raise UsageError(f"no report by state up to {shown(day.isoformat())}", hint=hint)
    return plain(claims[claims["as_of"] == claims["as_of"].max()].sort_values("subdivision"))


def _places() -> dict[str, tuple[int, int]]:
    """Return column and row of each state in the grid."""
    rows = [line.split() for line in GRID.strip().splitlines()]
    return {
        code: (column, row)
        for row, codes in enumerate(rows)
        for column, code in enumerate(codes)
        if code != "."
    }


def _class(figure: int) -> int:
    return sum(figure >= low for low in CLASSES) - 1


def _tile(ax: Axes, code: str, column: int, row: int, figure: int | None) -> None:
    """Draw one state."""
    from matplotlib.patches import FancyBboxPatch

    known = figure is not None
    at = _class(figure) if figure is not None else 0
    box: dict[str, Any] = {
        "boxstyle": "round,pad=0,rounding_size=0.06", "edgecolor": EDGE, "linewidth": 0.7,
        **({"facecolor": RAMP[at]} if known else {"facecolor": "white", "hatch": "////"}),
    }  # fmt: skip
    ax.add_patch(FancyBboxPatch((column - 0.45, row - 0.45), 0.9, 0.9, label=code, **box))
    ink = "white" if known and at >= DARK else colours.INK
    ax.text(column, row - 0.12, code, ha="center", va="center", fontsize=11, fontweight="bold",
            color=ink)  # fmt: skip
    text = f"{figure:,}" if known else "no figure"
    ax.text(column, row + 0.2, text, ha="center", va="center", fontsize=7.5, color=ink, gid=code)


def _keys(figures: dict[str, int]) -> list[object]:
    from matplotlib.patches import Patch

    keys: list[object] = []
    for at, low in enumerate(CLASSES):
        if any(_class(figure) == at for figure in figures.values()):
            high = f"to {CLASSES[at + 1] - 1:,}" if at + 1 < len(CLASSES) else "and more"
            keys.append(Patch(facecolor=RAMP[at], edgecolor=EDGE, label=f"{low:,} {high}"))
    if set(figures) < set(_places()):
        keys.append(Patch(facecolor="white", edgecolor=EDGE, hatch="////",
                          label="Not in the report"))  # fmt: skip
    return keys
