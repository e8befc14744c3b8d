"""Draw the strength of one sender in one host over time: claims, best estimates, events."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from troopdata.api.filters import Place, Years, years_of
from troopdata.plot import captions, colours, dyad_data, figure_layout
from troopdata.plot.event_labels import draw_events
from troopdata.release import loader

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

__all__ = ["series"]

SIZE = (10.0, 6.4)
# With more claims than this, marks are smaller.
MANY = 150


def series(
    *,
    sender: Place,
    host: Place,
    years: Years = None,
    ax: Axes | None = None,
    version: str | None = None,
) -> Axes:
    """Draw every claim about a sender in a host, the best estimates, and the events.

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
        Time along x, people along y. A claim is a mark whose shape shows its basis, filled if the
        best estimate may rest on it; a claim without a figure is a mark under the axis. The line
        is the best estimate of each year, of everyone in the country, interrupted where it has no
        figure; an arrow begins at a low without a high ("at least"); the band spans low to high.
        The thin line is what the sender's own stationing series prints, which is never joined
        with the estimate; dotted lines mark its breaks. Among the events, the ends of agreements
        are red.

    Raises
    ------
    UnknownCountry, AmbiguousCountry, UnknownRelease, UsageError
        With the nearest names; if sender or host is not exactly one country.

    Examples
    --------
    >>> ax = series(sender="USA", host="Niger", years=(2012, 2025))
    >>> [line.get_label() for line in ax.lines if line.get_label()[0] != "_"]
    ['Best estimate', 'Assigned: stationing series as printed']
    """
    codes = {
        "sender": captions.one_country(sender, "sender", version=version),
        "host": captions.one_country(host, "host", version=version),
    }
    query: Any = {**codes, "years": years, "version": version}
    claims = dyad_data.claims(**query)
    rows = dyad_data.estimates(claims, **query)
    first, last = years_of(years) or _span(rows, claims, version)
    events = dyad_data.events(**{**query, "years": (first, last)})
    ax = figure_layout.axes_or_new(ax, SIZE)
    figure_layout.style_axes(ax)
    january = figure_layout.date_position(dt.date(first, 1, 1))
    ax.set_xlim(january, figure_layout.date_position(dt.date(last + 1, 1, 1)))
    keys = _draw_estimates(ax, rows) + _draw_assigned(ax, rows) + _draw_claims(ax, claims)
    _scale(ax, rows, claims)
    under_axis = bool(claims["value"].isna().any())
    if under_axis:
        # Make room for the marks between the axis and its tick labels.
        ax.tick_params(axis="x", pad=11)
    under = figure_layout.add_legend(ax, keys, drop=31 if under_axis else 22)
    head, unlabelled = draw_events(ax, events)
    text = _text(codes, (first, last), rows, claims, events, unlabelled, version)
    if claims.empty:
        ax.set_yticks([])
    figure_layout.add_text(ax, text, head=head, under=under)
    return ax


def _text(
    codes: dict[str, str],
    years: tuple[int, int],
    rows: pd.DataFrame,
    claims: pd.DataFrame,
    events: pd.DataFrame,
    unlabelled: int,
    version: str | None,
) -> figure_layout.FigureText:
    sender = captions.name(codes["sender"], version)
    host = captions.name_with_article(codes["host"], version)
    subtitle = (
        "People in the country. Each mark is a claim, its shape shows what was counted. The line "
        "is the best estimate of everyone there at the end of each year, with gaps where there is "
        "no figure."
    )
    notes = [_last_count(rows)]
    if claims["value"].isna().any():
        notes.append("Marks under the axis: claims without a figure.")
    if claims.empty:
        notes.append("The release has no claim about these forces in these years.")
    if rows["break_at"].notna().any():
        notes.append("Dotted: from that day the stationing series counts otherwise.")
    if unlabelled:
        notes.append(f"Events without a label: {unlabelled} (td.events lists them).")
    source = captions.source_line(claims, events, version=version)
    title = f"{sender}: forces in {host}, {captions.year_range(*years)}"
    return figure_layout.FigureText(title, subtitle, (*notes, source))


def _span(rows: pd.DataFrame, claims: pd.DataFrame, version: str | None) -> tuple[int, int]:
    """Return the first and last year of claims; without claims, the years since 1950."""
    years = [*rows["year"].dropna(), *claims["at"].dt.year.dropna()]
    cutoff = int(loader.opened(version).manifest["knowledge_cutoff"][:4])
    return (int(min(years)), int(max(years))) if years else (1950, cutoff)


def _last_count(rows: pd.DataFrame) -> str:
    """Return the last count on record, where the last year has no figure."""
    last = rows.tail(1)
    if not last["personnel"].isna().all() or not last["last_total"].notna().any():
        return ""
    year, people, day = last[["year", "last_total", "last_total_as_of"]].iloc[0]
    return f"Last count before {year + 1}: {people:,}, in {day.year}."


def _draw_estimates(ax: Axes, rows: pd.DataFrame) -> list[Any]:
    """Draw the line, the band and the floors, and return their legend entries."""
    from matplotlib.patches import Patch

    (line,) = ax.plot(
        rows["at"], _numbers(rows["personnel"]), color=colours.INK, linewidth=1.6, marker=".",
        markersize=4, zorder=3, label="Best estimate",
    )  # fmt: skip
    known = rows[rows["low"].notna() & rows["high"].notna()]
    # Consecutive years form a run; each run is one band.
    runs = (known["year"].diff() != 1).cumsum()
    for _, run in known.groupby(runs):
        edges: Any = [dt.date(int(year), 1, 1) for year in [*run["year"], run["year"].iloc[-1] + 1]]
        low, high = ([*run[end], run[end].iloc[-1]] for end in ("low", "high"))
        ax.fill_between(
            edges, low, high, step="post", color=colours.GREY, alpha=0.28, linewidth=0, zorder=1.5,
            label="_band",
        )  # fmt: skip
    keys: list[Any] = [line] if rows["personnel"].notna().any() else []
    if len(known):
        label = "Low to high of the year"
        keys.append(Patch(color=colours.GREY, alpha=0.28, linewidth=0, label=label))
    return keys + _draw_floors(ax, rows)


def _draw_floors(ax: Axes, rows: pd.DataFrame) -> list[Any]:
    """Draw the lows of years with neither a figure nor a high, and return their legend entry."""
    from matplotlib.lines import Line2D

    floors = rows[rows["personnel"].isna() & rows["high"].isna() & (rows["low"] > 0).fillna(False)]
    if floors.empty:
        return []
    style: dict[str, Any] = {"marker": r"$\uparrow$", "color": colours.INK}
    begin, end = ([dt.date(int(year) + more, 1, 1) for year in floors["year"]] for more in (0, 1))
    low = floors["low"].astype(float)
    ax.hlines(low, begin, end, color=colours.INK, linewidth=1.0, zorder=3)  # type: ignore[arg-type]
    # The arrows point up from the low: their middle is five points above it.
    from matplotlib.transforms import ScaledTranslation

    figure: Any = ax.get_figure(root=True)
    lifted = ax.transData + ScaledTranslation(0, 5 / 72, figure.dpi_scale_trans)
    days = [figure_layout.date_position(day) + 182 for day in begin]
    ax.scatter(days, low, s=42, linewidth=0, transform=lifted, zorder=3, label="floors", **style)
    label = "At least: no figure for everyone"
    return [Line2D([], [], linestyle="none", markersize=8, label=label, **style)]


def _draw_assigned(ax: Axes, rows: pd.DataFrame) -> list[Any]:
    """Draw the stationing series as its own line, and return its legend entries."""
    differs = rows["assigned"].notna() & (rows["assigned"] != rows["personnel"]).fillna(True)
    if not differs.any():
        return []
    days, people = _line_with_gaps(rows)
    (line,) = ax.plot(
        days, people, color=colours.BLUE, linewidth=0.9, linestyle=(0, (5, 2)), zorder=2,
        label="Assigned: stationing series as printed",
    )  # fmt: skip
    broken = rows["break_at"].dropna()
    for day in broken:
        ax.axvline(day, color=colours.BLUE, linewidth=0.8, linestyle=":", zorder=1, label="_break")
    return [line]


def _line_with_gaps(rows: pd.DataFrame) -> tuple[Any, list[float]]:
    """Return the points of the stationing series, with NaN where it is missing and at breaks."""
    days: list[dt.datetime] = []
    people: list[float] = []
    printed = _numbers(rows["assigned"])
    breaks = rows["series_break"].fillna(False)
    for at, figure, broken in zip(rows["at"], printed, breaks, strict=True):
        day = at.to_pydatetime()
        if broken and days:
            days.append(day)
            people.append(float("nan"))
        days.append(day)
        people.append(float(figure))
    return days, people


def _numbers(values: pd.Series) -> Any:
    return values.astype("Float64").to_numpy("float64", na_value=float("nan"))


def _draw_claims(ax: Axes, claims: pd.DataFrame) -> list[Any]:
    """Draw the claims, and return their legend entries."""
    from matplotlib.lines import Line2D

    shared: dict[str, Any] = {"linestyle": "none", "markersize": 6}
    entries = []
    for basis, rows in claims.groupby("basis", sort=False):
        mark, colour = colours.basis_style(str(basis))
        for counted, some in rows.groupby("counted"):
            _draw_marks(ax, some, mark, colour, filled=bool(counted), small=len(claims) > MANY)
        label = captions.label("basis", basis)
        entries.append(Line2D([], [], marker=mark, color=colour, label=label, **shared))
    if not claims["counted"].all():
        label = "Hollow: not in the estimate (civilians, reserves, ships)"
        hollow = {**shared, "marker": "o", "markerfacecolor": "none"}
        entries.append(Line2D([], [], color=colours.INK, label=label, **hollow))
    return entries


def _draw_marks(
    ax: Axes, rows: pd.DataFrame, mark: str, colour: str, *, filled: bool, small: bool
) -> None:
    """Draw claims of one basis, those without a figure under the axis."""
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
    figures, without = rows[rows["value"].notna()], rows[rows["value"].isna()]
    ax.scatter(figures["at"], figures["value"].astype(float), s=size, **style)
    if len(without):
        # Dates along x, but a fraction of the axes along y: -0.03 is just under the axis.
        under = ax.get_xaxis_transform()
        ax.scatter(without["at"], [-0.03] * len(without), s=30, transform=under, **style)
    wide = figures[figures["most"] > figures["least"]]
    ax.vlines(wide["at"], wide["least"].astype(float), wide["most"].astype(float), color=colour)
    long = figures[(figures["last"] - figures["first"]).dt.days > 45]
    ax.hlines(long["value"].astype(float), long["first"], long["last"], color=colour, linewidth=0.7)


def _scale(ax: Axes, rows: pd.DataFrame, claims: pd.DataFrame) -> None:
    """Scale people from zero to above the highest mark."""
    from matplotlib.ticker import StrMethodFormatter

    columns = (rows["high"], rows["low"], rows["assigned"], claims["most"])
    tops = [part.max() for part in columns if part.notna().any()]
    ax.set_ylim(0, 1.06 * max(map(float, tops)) if tops and max(tops) > 0 else 1)
    ax.yaxis.set_major_formatter(StrMethodFormatter("{x:,.0f}"))
    ax.set_ylabel("People", fontsize=9, color=colours.GREY)
