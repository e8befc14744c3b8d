"""The land of a map: its colour says how many are there, its hatching that nobody says."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, Any

from troopdata.plot import canvas, country_outlines, palette

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd
    from matplotlib.axes import Axes

__all__ = ["classes", "coloured", "plain"]

EDGE: dict[str, Any] = {"edgecolor": "#b9b9b4", "linewidth": 0.4}
BLANK, ZERO = "#fbfbfa", "#bfe3d6"
# Answers without a figure, and how each looks.
SILENT: tuple[tuple[str, dict[str, Any], str], ...] = (
    ("zero", {"facecolor": ZERO}, "Reported zero, no other figure"),
    ("present", {"facecolor": "white", "hatch": "xxxx"}, "Present, no figure"),
    ("unknown", {"facecolor": "white", "hatch": "////"}, "Unknown that month"),
    ("none", {"facecolor": BLANK}, "No claim of any date"),
)


def plain(ax: Axes, borders: gpd.GeoDataFrame) -> list[Any]:
    """Draw the land without colours, of which the legend says nothing."""
    country_outlines.draw(ax, borders, facecolor=BLANK, **EDGE)
    return []


def coloured(
    ax: Axes, borders: gpd.GeoDataFrame, sums: pd.DataFrame, hosts: Collection[str] = ()
) -> list[Any]:
    """Colour the land by the answer for each host, and return what the legend says of it.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        The axes.
    borders : geopandas.GeoDataFrame
        Table `borders`.
    sums : pandas.DataFrame
        What `daily.by_host` returned.
    hosts : collection of str
        The hosts asked for; of others nothing is said.
    """
    answers = dict(zip(sums["host"], sums["answer"], strict=True))
    said = borders["country"].map(lambda code: answers.get(code, "none"))
    sizes = dict(zip(sums["host"], sums["personnel"], strict=True))
    figures = borders["country"].map(sizes.get)
    step = classes(figures)
    patch = canvas.part("patches").Patch
    keys = []
    for at, (low, colour) in enumerate(zip(palette.CLASSES, palette.RAMP, strict=True)):
        chosen = borders[(said == "figure") & (step == at)]
        country_outlines.draw(ax, chosen, facecolor=colour, **EDGE)
        if len(chosen):
            keys.append(patch(facecolor=colour, label=_class(at, low), **EDGE))
    for answer, style, label in SILENT:
        chosen = borders[said == answer]
        drawn = {**EDGE, **style} | ({"edgecolor": "#cfcfca"} if "hatch" in style else {})
        country_outlines.draw(ax, chosen, **drawn)
        if "hatch" in style:
            country_outlines.draw(ax, chosen, facecolor="none", **EDGE)
        if len(chosen) and not (answer == "none" and hosts):
            keys.append(patch(label=label, **drawn))
    return keys


def classes(figures: pd.Series) -> pd.Series:
    """Return in which power of ten each figure lies; -1 where there is none."""
    import numpy as np
    import pandas as pd

    known = pd.to_numeric(figures, errors="coerce").astype("Float64").fillna(0)
    return pd.Series(
        np.searchsorted(palette.CLASSES, known.to_numpy("float64"), side="right") - 1,
        index=figures.index,
    )


def _class(at: int, low: int) -> str:
    if at + 1 == len(palette.CLASSES):
        return f"{low:,} and more"
    return f"{low:,} to {palette.CLASSES[at + 1] - 1:,}"
