"""Draw what is known of each sender and year: a total, a floor, a sign of forces, or nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from troopdata.api.coverage import KNOWN, dyad_years
from troopdata.api.coverage import coverage as count_known
from troopdata.api.filters import Place, Years
from troopdata.errors import UsageError, shown
from troopdata.plot import captions, colours, figure_layout

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

__all__ = ["coverage", "rows_of_known"]

# The most rows of their own; the others are one row together.
MOST = 24
# The height of a row, as a share of the distance between rows.
HIGH = 0.82
# Style and legend entry of each class.
STYLES: dict[str, tuple[dict[str, Any], str]] = {
    "total": ({"facecolor": "#0b559f"}, "Total: a figure"),
    "floor": ({"facecolor": colours.SKY}, "Floor: at least or at most so many"),
    "sign": ({"facecolor": "#fdc766"}, "Sign: present, number unknown"),
    "nothing": (
        {"facecolor": "white", "hatch": "//////", "edgecolor": "#b4b4b4"},
        "Nothing: no claim for the year",
    ),
}
OTHER = {"sender": "host", "host": "sender"}


def coverage(
    *,
    sender: Place = None,
    host: Place = None,
    years: Years = None,
    by: Literal["sender", "host"] = "sender",
    ax: Axes | None = None,
    version: str | None = None,
) -> Axes:
    """Draw how many hosts of each sender have a total, a floor, a sign, or nothing, by year.

    Parameters
    ----------
    sender, host : str, int or list of these, optional
        The countries to count; all by default.
    years : tuple of two int, or int, optional
        First and last year, inclusive.
    by : {"sender", "host"}
        What a row is: a sender, whose hosts are counted, or a host, whose senders are.
    ax : matplotlib.axes.Axes, optional
        Axes to draw on.
    version : str, optional
        Release of the data; the latest by default.

    Returns
    -------
    matplotlib.axes.Axes
        One row for each of those with most dyad-years, and one for all others together. The counts
        are those of `troopdata.coverage`.

    Raises
    ------
    UnknownCountry, AmbiguousCountry, UnknownRelease, UsageError
        With the nearest names or valid values; if there is nothing to count.

    Examples
    --------
    >>> ax = coverage(host="Mali")
    >>> ax.get_title(loc="left")
    'What is known of foreign forces in Mali, by sender and year'
    """
    if by not in OTHER:
        raise UsageError(f"cannot draw by {shown(by)}", hint=f"one of {', '.join(OTHER)}")
    counts = count_known(sender=sender, host=host, years=years, by=(by, "year"), version=version)
    if counts.empty:
        hint = "select more senders, hosts or years"
        raise UsageError("no claim in this selection", hint=hint)
    rows = rows_of_known(counts, by)
    ax = figure_layout.axes_or_new(ax, (10.0, 3.2 + 0.34 * len(rows)))
    span = int(counts["year"].min()), int(counts["year"].max())
    for at, (code, row) in enumerate(rows.items()):
        name = captions.name(code, version) if code else _others(counts, rows, by)
        _draw_row(ax, at, row, name, OTHER[by] if code else "pair")
    _draw_axes(ax, len(rows), span)
    under = figure_layout.add_legend(ax, _keys(counts))
    among = dyad_years(sender=sender, host=host, years=years, version=version)
    source = captions.source_line(among, version=version)
    figure_layout.add_text(ax, _text(counts, by, (sender, host), source, version), under=under)
    return ax


def rows_of_known(counts: pd.DataFrame, by: str) -> dict[str, pd.DataFrame]:
    """Return for each row of the figure the counts of each year, those with most first.

    Parameters
    ----------
    counts : pandas.DataFrame
        The result of ``troopdata.coverage(by=(by, "year"))``.
    by : str
        ``sender`` or ``host``.

    Returns
    -------
    dict of str to pandas.DataFrame
        By code, and by an empty text for all others together: one row for each year of the figure,
        one column (int64) for each class.
    """
    import pandas as pd

    total = counts.groupby(by)["dyad_years"].sum().sort_values(ascending=False, kind="stable")
    own = list(total.index[: MOST if len(total) > MOST + 1 else len(total)])
    every = pd.RangeIndex(counts["year"].min(), counts["year"].max() + 1, name="year")
    found = {}
    for code in [*own, *([""] if len(own) < len(total) else [])]:
        part = counts[counts[by].eq(code) if code else ~counts[by].isin(own)]
        sums = part.groupby("year")[list(KNOWN)].sum()
        found[str(code)] = sums.reindex(every).fillna(0).astype("int64")
    return found


def _others(counts: pd.DataFrame, rows: dict[str, pd.DataFrame], by: str) -> str:
    return f"{counts[by].nunique() - len(rows) + 1} other {by}s"


def _draw_row(ax: Axes, at: int, row: pd.DataFrame, name: str, what: str) -> None:
    """Draw the counts of a row as stacked steps; the highest step is as high as the row."""
    import numpy as np

    highest = int(row.sum(axis=1).max())
    edges = np.append(row.index.to_numpy(dtype="float64"), row.index.max() + 1.0)
    base = np.full(len(row), float(at))
    for known in KNOWN:
        top = base - row[known].to_numpy("float64") / highest * HIGH
        if row[known].any():
            # `step="post"` needs the last value twice.
            lower, upper = (np.append(line, line[-1]) for line in (base, top))
            ax.fill_between(edges, lower, upper, step="post", linewidth=0,
                            label=f"{name} {known}", **STYLES[known][0])  # fmt: skip
        base = top
    place: dict[str, Any] = {
        "xycoords": ("axes fraction", "data"),
        "textcoords": "offset points",
        "va": "center",
    }
    middle = at - HIGH / 2
    ax.annotate(name, (0, middle), (-7, 0), ha="right", fontsize=9, color=colours.INK, **place)
    most = f"{highest:,} {what}s" if highest > 1 else ""
    ax.annotate(most, (1, middle), (7, 0), ha="left", fontsize=7.5, color=colours.GREY, **place)


def _draw_axes(ax: Axes, rows: int, span: tuple[int, int]) -> None:
    figure_layout.style_axes(ax, grid="x")
    ax.set(xlim=(span[0], span[1] + 1), ylim=(rows - 0.9, -1.0), yticks=[])
    first = -(-span[0] // 10) * 10
    if span[1] - first >= 10:
        ax.set_xticks(range(first, span[1] + 1, 10))
    ax.spines["left"].set_visible(False)
    ax.hlines(range(rows), span[0], span[1] + 1, color=colours.FAINT, linewidth=0.8, zorder=0.5)


def _keys(counts: pd.DataFrame) -> list[object]:
    from matplotlib.patches import Patch

    return [Patch(label=label, **style) for known, (style, label) in STYLES.items()
            if counts[known].any()]  # fmt: skip


def _text(
    counts: pd.DataFrame, by: str, filters: tuple[Place, Place], source: str, version: str | None
) -> figure_layout.FigureText:
    sender = captions.filter_name(filters[0], version)
    host = captions.filter_name(filters[1], version, article=True)
    where = f" in {host}" if host else ""
    whose = f"the forces of {sender}" if sender else "foreign forces"
    every = int(counts["dyad_years"].sum())
    sums = {known: int(counts[known].sum()) for known in KNOWN}
    parts = ", ".join(f"{known} {sums[known]:,} ({sums[known] / every:.0%})" for known in KNOWN)
    return figure_layout.FigureText(
        f"What is known of {whose}{where}, by {by} and year",
        f"{every:,} years of a sender in a host: {parts}. A row is as high as its number of "
        f"{OTHER[by]}s in the year; the greatest is on the right.",
        (
            "From the first claim about a sender and a host to the last, without years after a "
            "withdrawal. A pair without any claim does not appear.",
            source,
        ),
    )
