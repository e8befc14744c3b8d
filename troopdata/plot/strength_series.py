"""The course of one sender's strength in one host: claims, the best estimate, events."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from troopdata.api.filters import Place, Years, years_of
from troopdata.plot import canvas, captions, dyad_data, palette
from troopdata.plot.event_flags import hoist
from troopdata.release import loader

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

__all__ = ["series"]

SIZE = (10.0, 6.4)
# From here on marks are smaller.
CROWD = 150


def series(
    *,
    sender: Place,
    host: Place,
    years: Years = None,
    ax: Axes | None = None,
    version: str | None = None,
) -> Axes:
    """Draw every claim about a sender in a host, the best estimate, and what happened.

    Parameters
    ----------
    sender, host : str or int
        One country each: ISO3 code, name, alias or integer COW code.
    years : tuple of two int, or int, optional
        First and last year, inclusive; by default from the first claim to the last.
    ax : matplotlib.axes.Axes, optional
        Axes to draw on.
    version : str, optional
        Release of the data; the latest by default.

    Returns
    -------
    matplotlib.axes.Axes
        Time along x, people along y. A claim is a mark that its basis shapes, filled if the best
        estimate may rest on it. The line is the best estimate of each year and ends where it is
        unknown, lies between claims, or begins to count something else; the band is its low to
        high. What gives no figure is a mark under the axis. Agreements' ends are red among the
        events.

    Raises
    ------
    UnknownCountry, AmbiguousCountry, UnknownRelease, UsageError
        With the nearest names; if sender or host are not one country.

    Examples
    --------
    >>> ax = series(sender="USA", host="Niger", years=(2012, 2025))
    >>> [line.get_label() for line in ax.lines if line.get_label()[0] != "_"]
    ['Best estimate']
    """
    whose = captions.one(sender, "sender", version=version)
    where = captions.one(host, "host", version=version)
    asked: Any = {"sender": whose, "host": where, "years": years, "version": version}
    told = dyad_data.claims(**asked)
    rows = dyad_data.estimates(told, **asked)
    first, last = years_of(years) or _span(rows, told, version)
    happened = dyad_data.happenings(**{**asked, "years": (first, last)})
    ax = canvas.sheet(ax, SIZE)
    canvas.clear(ax)
    ax.set_xlim(canvas.place(dt.date(first, 1, 1)), canvas.place(dt.date(last + 1, 1, 1)))
    keys = _estimate(ax, rows) + _claims(ax, told)
    _scale(ax, rows, told)
    silent = bool(told["value"].isna().any())
    if silent:
        ax.tick_params(axis="x", pad=11)
    under = canvas.legend(ax, keys, drop=31 if silent else 22)
    head, lost = hoist(ax, happened)
    name = f"{captions.name(whose, version)}: forces in {captions.inside(where, version)}"
    subtitle = (
        "People. Marks are claims, shaped by what was counted; the line is each year's best "
        "estimate, and ends where that is unknown or counts something else."
    )
    notes = [f"Events drawn without a name: {lost} (td.events lists them)."] if lost else []
    if told.empty:
        notes = ["The release has no claim about these forces in these years.", *notes]
        ax.set_yticks([])
    if silent:
        notes = ["Marks under the axis: claims that give no figure.", *notes]
    source = captions.source_line(told, happened, version=version)
    words = canvas.Words(f"{name}, {captions.span(first, last)}", subtitle, (*notes, source))
    canvas.dress(ax, words, head=head, under=under)
    return ax


def _span(rows: pd.DataFrame, told: pd.DataFrame, version: str | None) -> tuple[int, int]:
    """Return the first and the last year of claims; without any, the years since 1950."""
    years = [*rows["year"].dropna(), *told["at"].dt.year.dropna()]
    cutoff = int(loader.opened(version).manifest["knowledge_cutoff"][:4])
    return (int(min(years)), int(max(years))) if years else (1950, cutoff)


def _estimate(ax: Axes, rows: pd.DataFrame) -> list[Any]:
    """Draw line and band, and return what the legend says of them."""
    days, people = _broken(rows)
    (line,) = ax.plot(
        days, people, color=palette.INK, linewidth=1.6, marker=".", markersize=4, zorder=3,
        label="Best estimate",
    )  # fmt: skip
    known = rows[rows["low"].notna() & rows["high"].notna()]
    runs = (known["year"].diff() != 1).cumsum()
    for _, run in known.groupby(runs):
        edges: Any = [dt.date(int(year), 1, 1) for year in [*run["year"], run["year"].iloc[-1] + 1]]
        low, high = ([*run[end], run[end].iloc[-1]] for end in ("low", "high"))
        ax.fill_between(
            edges, low, high, step="post", color=palette.GREY, alpha=0.28, linewidth=0, zorder=1.5,
            label="_band",
        )  # fmt: skip
    patch = canvas.part("patches").Patch(color=palette.GREY, alpha=0.28, linewidth=0)
    patch.set_label("Low to high of the year")
    return [line, patch] if len(known) else []


def _broken(rows: pd.DataFrame) -> tuple[Any, list[float]]:
    """Return the line, with nothing where nothing is known and where the basis changes."""
    days: list[dt.datetime] = []
    people: list[float] = []
    figures = rows["personnel"].astype("Float64").to_numpy("float64", na_value=float("nan"))
    for day, figure, breaks in zip(rows["at"], figures, rows["basis_break"], strict=True):
        if breaks and days:
            days.append(day.to_pydatetime())
            people.append(float("nan"))
        days.append(day.to_pydatetime())
        people.append(float(figure))
    return days, people


def _claims(ax: Axes, told: pd.DataFrame) -> list[Any]:
    """Draw the claims, and return what the legend says of them."""
    keys = []
    for basis, rows in told.groupby("basis", sort=False):
        mark, colour = palette.bases(str(basis))
        for counted, some in rows.groupby("counted"):
            _marks(ax, some, mark, colour, filled=bool(counted), small=len(told) > CROWD)
        line = canvas.part("lines").Line2D
        keys.append(
            line([], [], marker=mark, linestyle="none", color=colour, markersize=6,
                 label=captions.label("basis", basis))
        )  # fmt: skip
    if not told["counted"].all():
        label = "Hollow: civilians, reserves or a part"
        keys.append(_key(label, marker="o", markerfacecolor="none", color=palette.INK))
    return keys


def _marks(
    ax: Axes, rows: pd.DataFrame, mark: str, colour: str, *, filled: bool, small: bool
) -> None:
    """Draw claims of one basis; what gives no figure stands under the axis."""
    style: dict[str, Any] = {
        "marker": mark, "linewidth": 0.7,
        "zorder": 4, "clip_on": False, "label": "claims",
    }  # fmt: skip
    if mark == "_":
        style |= {"color": colour, "linewidth": 1.6}
    else:
        style |= {
            "facecolor": colour if filled else "none", "edgecolor": "white" if filled else colour
        }  # fmt: skip
    size = (34 if filled else 20) / (2 if small else 1)
    figures, silent = rows[rows["value"].notna()], rows[rows["value"].isna()]
    ax.scatter(figures["at"], figures["value"].astype(float), s=size, **style)
    if len(silent):
        under = ax.get_xaxis_transform()
        ax.scatter(silent["at"], [-0.03] * len(silent), s=30, transform=under, **style)
    wide = figures[figures["most"] > figures["least"]]
    ax.vlines(wide["at"], wide["least"].astype(float), wide["most"].astype(float), color=colour)
    long = figures[(figures["last"] - figures["first"]).dt.days > 45]
    ax.hlines(long["value"].astype(float), long["first"], long["last"], color=colour, linewidth=0.7)


def _key(label: str, **style: Any) -> Any:
    line = canvas.part("lines").Line2D
    return line([], [], linestyle="none", markersize=6, label=label, **style)


def _scale(ax: Axes, rows: pd.DataFrame, told: pd.DataFrame) -> None:
    """Let people begin at zero and reach over the highest mark."""
    tops = [part.max() for part in (rows["high"], told["most"]) if part.notna().any()]
    ax.set_ylim(0, 1.06 * max(map(float, tops)) if tops and max(tops) > 0 else 1)
    ax.yaxis.set_major_formatter(canvas.part("ticker").StrMethodFormatter("{x:,.0f}"))
    ax.set_ylabel("People", fontsize=9, color=palette.GREY)
