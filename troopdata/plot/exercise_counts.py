"""Draw how many multinational exercises began in each year, by number of participants."""

from __future__ import annotations

from typing import TYPE_CHECKING

from troopdata.api.exercises import exercises as read_exercises
from troopdata.api.filters import Place, Years, years_of
from troopdata.errors import UsageError
from troopdata.plot import captions, colours, figure_layout

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

__all__ = ["counts_by_year", "exercises"]

# Classes of participants: least, greatest, legend entry and colour.
SIZES = (
    (0, 1, "one or no participant listed", "#bdbdbd"),
    (2, 2, "two countries", "#a6cee3"),
    (3, 9, "three to nine", "#56B4E9"),
    (10, 10_000, "ten and more", "#08519c"),
)


def exercises(
    *,
    country: Place = None,
    years: Years = None,
    ax: Axes | None = None,
    version: str | None = None,
) -> Axes:
    """Draw how many multinational exercises began in each year, by number of participants.

    Parameters
    ----------
    country : str, int or list of these, optional
        Only exercises in which any of these took part.
    years : tuple of two int, or int, optional
        First and last year in which an exercise began, inclusive.
    ax : matplotlib.axes.Axes, optional
        Axes to draw on.
    version : str, optional
        Release of the data; the latest by default.

    Returns
    -------
    matplotlib.axes.Axes
        One column for each year. Years that the source does not cover are hatched, never zero.

    Raises
    ------
    UnknownCountry, AmbiguousCountry, UnknownRelease, UsageError
        With the nearest names; if no exercise matches.

    Examples
    --------
    >>> ax = exercises(country="Niger")
    >>> ax.get_ylabel()
    'Exercises begun'
    """
    rows = read_exercises(country=country, years=years, version=version)
    if rows.empty:
        raise UsageError("no such exercise in these years", hint="td.exercises() lists them all")
    covered = read_exercises(version=version)["started"].dt.year
    first, last = years_of(years) or (int(covered.min()), int(covered.max()))
    counts = counts_by_year(rows, first, last)
    ax = figure_layout.axes_or_new(ax, (10.0, 5.4))
    from matplotlib.ticker import MaxNLocator

    figure_layout.style_axes(ax)
    keys = _columns(ax, counts)
    keys += _uncovered(ax, int(covered.min()), int(covered.max()), first, last)
    ax.set_xlim(first - 0.6, last + 0.6)
    ax.set_ylabel("Exercises begun", fontsize=9, color=colours.GREY)
    ax.xaxis.set_major_locator(MaxNLocator(12, integer=True))
    ax.yaxis.set_major_locator(MaxNLocator(integer=True))
    under = figure_layout.add_legend(ax, keys)
    who = captions.filter_name(country, version)
    text = figure_layout.FigureText(
        f"Multinational military exercises{f' with {who}' if who else ''}, "
        f"{captions.year_range(first, last)}",
        f"{len(rows):,} exercises by the year in which they began and the number of participating "
        "countries.",
        (captions.source_line(rows, version=version),),
    )
    figure_layout.add_text(ax, text, under=under)
    return ax


def counts_by_year(rows: pd.DataFrame, first: int, last: int) -> pd.DataFrame:
    """Return the number of exercises that began in each year, one column per class of size."""
    import pandas as pd

    year = rows["started"].dt.year
    counts = {
        label: year[rows["count"].between(low, high)].value_counts()
        for low, high, label, _ in SIZES
    }
    index = pd.RangeIndex(first, last + 1, name="year")
    return pd.DataFrame(counts).reindex(index).fillna(0).astype("int64")


def _columns(ax: Axes, counts: pd.DataFrame) -> list[object]:
    from matplotlib.patches import Patch

    base = counts.iloc[:, 0] * 0
    keys: list[object] = []
    for _, _, label, colour in SIZES:
        if counts[label].any():
            ax.bar(counts.index, counts[label], 0.8, bottom=base, color=colour, label=label)
            keys.append(Patch(color=colour, label=label.capitalize()))
        base = base + counts[label]
    return keys


def _uncovered(ax: Axes, oldest: int, newest: int, first: int, last: int) -> list[object]:
    """Hatch the years that the source does not cover."""
    from matplotlib.patches import Patch

    spans = [(first - 0.6, min(oldest, last + 1) - 0.5)] if first < oldest else []
    spans += [(max(newest, first - 1) + 0.5, last + 0.6)] if last > newest else []
    for low, high in spans:
        ax.axvspan(low, high, facecolor="white", edgecolor=colours.FAINT, hatch="////", zorder=0)
    patch = Patch(
        facecolor="white", edgecolor=colours.FAINT, hatch="////", label="Not covered by the source"
    )
    return [patch] if spans else []
