"""Multinational exercises: how many began in each year, and how many countries met."""

from __future__ import annotations

from typing import TYPE_CHECKING

from troopdata.api.exercises import exercises as read_exercises
from troopdata.api.filters import Place, Years, years_of
from troopdata.errors import UsageError
from troopdata.plot import canvas, captions, palette

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

__all__ = ["begun", "exercises"]

# How many took part: least, greatest, what the legend says, and the colour.
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
    """Draw how many multinational exercises began in each year, by how many took part.

    Parameters
    ----------
    country : str, int or list of these, optional
        Exercises in which any of these took part.
    years : tuple of two int, or int, optional
        First and last year in which the exercise began, inclusive.
    ax : matplotlib.axes.Axes, optional
        Axes to draw on.
    version : str, optional
        Release of the data; the latest by default.

    Returns
    -------
    matplotlib.axes.Axes
        A column for each year. Years that the source does not cover are grey, and never zero.

    Raises
    ------
    UnknownCountry, AmbiguousCountry, UnknownRelease, UsageError
        With the nearest names; if the release knows of no such exercise.

    Examples
    --------
    >>> ax = exercises(country="Niger")
    >>> ax.get_ylabel()
    'Exercises begun'
    """
    rows = read_exercises(country=country, years=years, version=version)
    if rows.empty:
        raise UsageError("no such exercise in these years", hint="td.exercises() has them all")
    covered = read_exercises(version=version)["started"].dt.year
    first, last = years_of(years) or (int(covered.min()), int(covered.max()))
    counts = begun(rows, first, last)
    ax = canvas.sheet(ax, (10.0, 5.4))
    canvas.clear(ax)
    keys = _columns(ax, counts)
    keys += _uncovered(ax, int(covered.min()), int(covered.max()), first, last)
    ax.set_xlim(first - 0.6, last + 0.6)
    ax.set_ylabel("Exercises begun", fontsize=9, color=palette.GREY)
    ax.xaxis.set_major_locator(canvas.part("ticker").MaxNLocator(12, integer=True))
    ax.yaxis.set_major_locator(canvas.part("ticker").MaxNLocator(integer=True))
    under = canvas.legend(ax, keys)
    who = captions.asked(country, version)
    words = canvas.Words(
        f"Multinational military exercises{f' with {who}' if who else ''}, "
        f"{captions.span(first, last)}",
        f"{len(rows):,} exercises by the year in which they began, and by how many countries took "
        "part.",
        (captions.source_line(rows, version=version),),
    )
    canvas.dress(ax, words, under=under)
    return ax


def begun(rows: pd.DataFrame, first: int, last: int) -> pd.DataFrame:
    """Return how many exercises of each size began in each year; one column a size."""
    import pandas as pd

    year = rows["started"].dt.year
    counts = {
        label: year[rows["count"].between(low, high)].value_counts()
        for low, high, label, _ in SIZES
    }
    index = pd.RangeIndex(first, last + 1, name="year")
    return pd.DataFrame(counts).reindex(index).fillna(0).astype("int64")


def _columns(ax: Axes, counts: pd.DataFrame) -> list[object]:
    patch = canvas.part("patches").Patch
    base = counts.iloc[:, 0] * 0
    keys = []
    for _, _, label, colour in SIZES:
        if counts[label].any():
            ax.bar(counts.index, counts[label], 0.8, bottom=base, color=colour, label=label)
            keys.append(patch(color=colour, label=label.capitalize()))
        base = base + counts[label]
    return keys


def _uncovered(ax: Axes, oldest: int, newest: int, first: int, last: int) -> list[object]:
    """Shade the years that the source does not cover."""
    spans = [(first - 0.6, min(oldest, last + 1) - 0.5)] if first < oldest else []
    spans += [(max(newest, first - 1) + 0.5, last + 0.6)] if last > newest else []
    for low, high in spans:
        ax.axvspan(low, high, facecolor="white", edgecolor=palette.FAINT, hatch="////", zorder=0)
    patch = canvas.part("patches").Patch(
        facecolor="white", edgecolor=palette.FAINT, hatch="////", label="Not covered by the source"
    )
    return [patch] if spans else []
