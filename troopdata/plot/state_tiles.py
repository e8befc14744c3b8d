"""The United States as tiles: how many US forces are in which state."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from troopdata.api import readers
from troopdata.api.filters import Day, plain
from troopdata.errors import UsageError, shown
from troopdata.plot import canvas, captions, palette
from troopdata.schemas import dates

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

__all__ = ["states", "stationed"]

# Column and row of each state, as newspapers lay the tiles.
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
# A report speaks of a day, and stands until the next one: a quarter, in older years a year.
REACH = dt.timedelta(days=366)
CLASSES = (0, 500, 2_000, 5_000, 10_000, 25_000, 50_000, 100_000)
RAMP = (
    "#f7fbff", "#dce9f6", "#bcd7eb", "#89bedc", "#539ecd", "#2b7bba", "#0b559f", "#08306b",
)  # fmt: skip
DARK = 5
EDGE = "#c8d0d4"


def states(on: Day, *, ax: Axes | None = None, version: str | None = None) -> Axes:
    """Draw how many US forces are permanently stationed in each state of the United States.

    Parameters
    ----------
    on : str or datetime.date
        The day; drawn is the last report of the Defense Manpower Data Center up to it, at most a
        year old, and its date is said.
    ax : matplotlib.axes.Axes, optional
        Axes to draw on.
    version : str, optional
        Release of the data; the latest by default.

    Returns
    -------
    matplotlib.axes.Axes
        One tile a state, with its code and its figure. A state that the report does not print is
        hatched, and never zero.

    Raises
    ------
    UsageError
        If there is no report of the year up to that day.

    Examples
    --------
    >>> ax = states("2025-06-30")
    >>> ax.get_title(loc="left")
    'US active duty forces by US state, 30 Jun 2025'
    """
    rows = stationed(on, version=version)
    day = rows["as_of"].iloc[0].date()
    ax = canvas.sheet(ax, SIZE)
    ax.set(xlim=(-0.55, 11.55), ylim=(7.6, -0.6), aspect="equal", xticks=[], yticks=[], anchor="NW")
    for spine in ax.spines.values():
        spine.set_visible(False)
    figures = dict(zip(rows["subdivision"].str[3:], rows["personnel"], strict=True))
    for code, (column, row) in _places().items():
        _tile(ax, code, column, row, figures.get(code))
    under = canvas.legend(ax, _keys(figures), drop=2)
    basis = captions.label("basis", rows["basis"].iloc[0]).lower()
    total = sum(figures.values())
    printed = f"{len(set(figures) - {'DC'})} states"
    printed += " and the District of Columbia" if "DC" in figures else ""
    subtitle = f"People on active duty in all services ({basis}): {total:,} in {printed}."
    note = "Without those on the way between stations, afloat, or in no stated state."
    words = canvas.Words(
        f"US active duty forces by US state, {captions.told(day)}",
        subtitle,
        (note, captions.source_line(rows, version=version)),
    )
    canvas.dress(ax, words, under=under)
    return ax


def stationed(on: Day, *, version: str | None = None) -> pd.DataFrame:
    """Return the claims of the last report up to a day, one row a state.

    Raises
    ------
    UsageError
        If there is none of the year up to that day.
    """
    day = dates.parse(on)
    claims = readers.deployments(
        sender="USA", host="USA", force="active_duty", service="all", version=version,
        between=(day - REACH, day),
    )  # fmt: skip
    known = claims["subdivision"].str.len().eq(5) & claims["personnel"].notna()
    claims = claims[known.fillna(False).astype(bool) & claims["basis"].ne("afloat")]
    if claims.empty:
        hint = 'an end of a quarter, as "2025-12-31"; td.deployments(host="USA") has them all'
        raise UsageError(f"no report by state up to {shown(day.isoformat())}", hint=hint)
    return plain(claims[claims["as_of"] == claims["as_of"].max()].sort_values("subdivision"))


def _places() -> dict[str, tuple[int, int]]:
    """Return column and row of each state."""
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
    square = canvas.part("patches").FancyBboxPatch
    known = figure is not None
    at = _class(figure) if figure is not None else 0
    look = {"facecolor": RAMP[at]} if known else {"facecolor": "white", "hatch": "////"}
    box = {"boxstyle": "round,pad=0,rounding_size=0.06", "edgecolor": EDGE, "linewidth": 0.7}
    ax.add_patch(square((column - 0.45, row - 0.45), 0.9, 0.9, label=code, **box, **look))
    ink = "white" if known and at >= DARK else palette.INK
    ax.text(column, row - 0.12, code, ha="center", va="center", fontsize=11, fontweight="bold",
            color=ink)  # fmt: skip
    words = f"{figure:,}" if known else "no figure"
    ax.text(column, row + 0.2, words, ha="center", va="center", fontsize=7.5, color=ink, gid=code)


def _keys(figures: dict[str, int]) -> list[object]:
    patch = canvas.part("patches").Patch
    keys = []
    for at, low in enumerate(CLASSES):
        if any(_class(figure) == at for figure in figures.values()):
            high = f"to {CLASSES[at + 1] - 1:,}" if at + 1 < len(CLASSES) else "and more"
            keys.append(patch(facecolor=RAMP[at], edgecolor=EDGE, label=f"{low:,} {high}"))
    if set(figures) < set(_places()):
        keys.append(patch(facecolor="white", edgecolor=EDGE, hatch="////",
                          label="Not printed by the report"))  # fmt: skip
    return keys
