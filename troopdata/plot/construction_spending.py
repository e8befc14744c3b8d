"""Draw US appropriations for military construction abroad, by year or by host."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from troopdata.api import readers
from troopdata.api.filters import Place, Years, years_of
from troopdata.errors import UsageError, shown
from troopdata.plot import captions, colours, figure_layout

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

__all__ = ["spending", "sum_claims"]

KIND = "construction_appropriation"
MOST_HOSTS = 25
MILLION = 1e6


def spending(
    *,
    host: Place = None,
    years: Years = None,
    by: Literal["year", "host"] = "year",
    ax: Axes | None = None,
    version: str | None = None,
) -> Axes:
    """Draw what the United States appropriated for military construction abroad.

    Parameters
    ----------
    host : str, int or list of these, optional
        Where the construction is; by default everywhere except in the states of the United States.
    years : tuple of two int, or int, optional
        First and last fiscal year, inclusive.
    by : {"year", "host"}
        One bar for each fiscal year, or one for each host, the largest first.
    ax : matplotlib.axes.Axes, optional
        Axes to draw on.
    version : str, optional
        Release of the data; the latest by default.

    Returns
    -------
    matplotlib.axes.Axes
        Bars in millions of current US dollars, not adjusted for inflation. Only appropriations:
        costs and replacement values measure something else and are not added.

    Raises
    ------
    UnknownCountry, AmbiguousCountry, UnknownRelease, UsageError
        With the nearest names or valid values; if no appropriation matches.

    Examples
    --------
    >>> ax = spending(host="Germany", years=(2008, 2019))
    >>> len(ax.patches)
    12
    """
    if by not in ("year", "host"):
        raise UsageError(f"cannot sum by {shown(by)}", hint="one of year, host")
    rows = readers.spending(host=host, years=years, kind=KIND, version=version)
    if host is None:
        rows = rows[rows["host"] != "USA"]
    if rows.empty:
        hint = 'td.spending(kind="construction_appropriation") lists them all'
        raise UsageError("no appropriation there in these years", hint=hint)
    covered = readers.spending(kind=KIND, version=version)["date"].dt.year
    first, last = years_of(years) or (int(covered.min()), int(covered.max()))
    sums = sum_claims(rows, by)
    if by == "year":
        ax = figure_layout.axes_or_new(ax, (9.0, 5.4))
        _columns(ax, sums, first, last)
    else:
        shown_hosts = min(len(sums), MOST_HOSTS)
        ax = figure_layout.axes_or_new(ax, (9.0, 2.2 + 0.27 * shown_hosts))
        _rows(ax, sums.head(MOST_HOSTS), version)
    where = captions.filter_name(host, version, article=True)
    title = f"US military construction {f'in {where}' if where else 'abroad and in US territories'}"
    subtitle = "Appropriations in millions of current US dollars, not adjusted for inflation."
    notes = [_rest(sums)] if by == "host" else [_gaps(sums, covered, first, last)]
    text = figure_layout.FigureText(
        f"{title}, {captions.year_range(first, last)}",
        subtitle,
        (*notes, captions.source_line(rows, version=version)),
    )
    figure_layout.add_text(ax, text)
    return ax


def sum_claims(rows: pd.DataFrame, by: Literal["year", "host"]) -> pd.DataFrame:
    """Return year or host, amount (sum in millions of US dollars) and rows (number of claims)."""
    keyed = rows.assign(year=rows["date"].dt.year, amount=rows["amount_usd"] / MILLION)
    grouped = keyed.groupby(by, as_index=False).agg(
        amount=("amount", "sum"), rows=("amount", "size")
    )
    if by == "host":
        return grouped.sort_values(["amount", "host"], ascending=[False, True], ignore_index=True)
    return grouped


def _columns(ax: Axes, sums: pd.DataFrame, first: int, last: int) -> None:
    """Draw a column for each fiscal year with appropriations."""
    from matplotlib.ticker import StrMethodFormatter

    figure_layout.style_axes(ax)
    years = sums["year"].astype(int)
    bars = ax.bar(years, sums["amount"].astype(float), width=0.72, color=colours.BLUE)
    ax.bar_label(bars, labels=[captions.number_text(value) for value in sums["amount"]], fontsize=8,
                 padding=2, color=colours.INK)  # fmt: skip
    ax.set_xticks(range(first, last + 1, 1 if last - first <= 16 else 5))
    ax.set_xlim(first - 0.7, last + 0.7)
    ax.yaxis.set_major_formatter(StrMethodFormatter("{x:,.0f}"))
    ax.set_ylabel("Million US dollars", fontsize=9, color=colours.GREY)
    ax.margins(y=0.08)


def _rows(ax: Axes, sums: pd.DataFrame, version: str | None) -> None:
    """Draw a bar for each host."""
    from matplotlib.ticker import StrMethodFormatter

    figure_layout.style_axes(ax, grid="x")
    ax.spines["left"].set_visible(False)
    ax.tick_params(axis="y", length=0)
    names = [captions.name(code, version) for code in sums["host"]]
    bars = ax.barh(range(len(sums)), sums["amount"].astype(float), height=0.72, color=colours.BLUE)
    ax.bar_label(bars, labels=[captions.number_text(value) for value in sums["amount"]], fontsize=8,
                 padding=3, color=colours.INK)  # fmt: skip
    ax.set_yticks(range(len(sums)), names)
    ax.set_ylim(len(sums) - 0.4, -0.6)
    ax.xaxis.set_major_formatter(StrMethodFormatter("{x:,.0f}"))
    ax.set_xlabel("Million US dollars", fontsize=9, color=colours.GREY)
    ax.margins(x=0.08)


def _gaps(sums: pd.DataFrame, covered: pd.Series, first: int, last: int) -> str:
    """Return a note on what a year without a column means."""
    oldest, newest = int(covered.min()), int(covered.max())
    if first < oldest or last > newest:
        return f"The sources cover {oldest} to {newest}; other years are unknown, not zero."
    missing = (last - first + 1) - len(sums)
    return "For a year without a column the sources list no appropriation." if missing else ""


def _rest(sums: pd.DataFrame) -> str:
    rest = sums.iloc[MOST_HOSTS:]
    if rest.empty:
        return ""
    amount = captions.number_text(rest["amount"].sum())
    return f"Not drawn: {len(rest)} further hosts with {amount} million in total."
