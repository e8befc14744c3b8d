"""Shade the land of a map: colours for the number of people, hatching where it is not known."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, Any

from troopdata.plot import colours, country_outlines

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd
    from matplotlib.axes import Axes

__all__ = ["classes", "draw_land", "shade_presence"]

EDGE: dict[str, Any] = {"edgecolor": "#b9b9b4", "linewidth": 0.4}
BLANK, ZERO = "#fbfbfa", "#bfe3d6"
# Lines over the colour of the least number of people: there may be more.
FLOOR: dict[str, Any] = {"hatch": "////", "edgecolor": colours.GREY, "linewidth": 0}
# Answers without a positive number: style and legend entry of each.
WITHOUT_NUMBER: tuple[tuple[str, dict[str, Any], str], ...] = (
    ("zero", {"facecolor": ZERO}, "Zero: none counted or stationed"),
    ("present", {"facecolor": "white", "hatch": "xxxx"}, "Present, number unknown"),
    ("unknown", {"facecolor": "white", "hatch": "////"}, "Unknown on that day"),
    ("none", {"facecolor": BLANK}, "No claim for any date"),
)


def draw_land(ax: Axes, borders: gpd.GeoDataFrame) -> None:
    """Draw the land without shading."""
    country_outlines.draw(ax, borders, facecolor=BLANK, **EDGE)


def shade_presence(
    ax: Axes, borders: gpd.GeoDataFrame, sums: pd.DataFrame, hosts: Collection[str] = ()
) -> list[Any]:
    """Shade the land by the answer for each host, and return the legend entries.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        The axes.
    borders : geopandas.GeoDataFrame
        Table `borders`.
    sums : pandas.DataFrame
        The result of `daily_status.host_sums`.
    hosts : collection of str
        The selected hosts, if any; the legend then has no entry for countries without a claim,
        because the others were not selected.
    """
    from matplotlib.patches import Patch

    answers = dict(zip(sums["host"], sums["answer"], strict=True))
    found = borders["country"].map(lambda code: answers.get(code, "none"))
    numbers = dict(zip(sums["host"], sums["personnel"].fillna(sums["low"]), strict=True))
    step = classes(borders["country"].map(numbers.get))
    entries = []
    numbered = found.isin(["figure", "at_least"])
    for at, (low, colour) in enumerate(zip(colours.CLASSES, colours.RAMP, strict=True)):
        chosen = borders[numbered & (step == at)]
        country_outlines.draw(ax, chosen, facecolor=colour, **EDGE)
        if len(chosen):
            entries.append(Patch(facecolor=colour, label=_class(at, low), **EDGE))
    least = borders[found == "at_least"]
    country_outlines.draw(ax, least, facecolor="none", **FLOOR)
    if len(least):
        middle = colours.RAMP[1]
        entries.append(Patch(label="At least the number of the colour", facecolor=middle, **FLOOR))
    for answer, style, label in WITHOUT_NUMBER:
        chosen = borders[found == answer]
        # The colour of the edge is also that of the hatching, so a hatched area is drawn twice.
        drawn = {**EDGE, **style} | ({"edgecolor": "#cfcfca"} if "hatch" in style else {})
        country_outlines.draw(ax, chosen, **drawn)
        if "hatch" in style:
            country_outlines.draw(ax, chosen, facecolor="none", **EDGE)
        if len(chosen) and not (answer == "none" and hosts):
            entries.append(Patch(label=label, **drawn))
    return entries


def classes(figures: pd.Series) -> pd.Series:
    """Return the class of each figure, its position in `colours.CLASSES`; -1 without a figure."""
    import numpy as np
    import pandas as pd

    known = pd.to_numeric(figures, errors="coerce").astype("Float64").fillna(0)
    return pd.Series(
        np.searchsorted(colours.CLASSES, known.to_numpy("float64"), side="right") - 1,
        index=figures.index,
    )


def _class(at: int, low: int) -> str:
    if at + 1 == len(colours.CLASSES):
        return f"{low:,} and more"
    return f"{low:,} to {colours.CLASSES[at + 1] - 1:,}"
