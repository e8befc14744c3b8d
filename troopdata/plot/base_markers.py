"""The bases of a map: a dot in its sender's colour, hollow where only possibly in use."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from troopdata.plot import canvas, captions, palette

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd
    from matplotlib.axes import Axes

__all__ = ["dots"]


def dots(ax: Axes, sites: gpd.GeoDataFrame, version: str | None) -> list[Any]:
    """Draw the bases, and return what the legend says of them.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        The axes.
    sites : geopandas.GeoDataFrame
        What `daily.occupied` returned.
    version : str, optional
        Release of the data.
    """
    drawn = sites[sites.geometry.notna()]
    if drawn.empty:
        return []
    ranked = drawn["sender"].value_counts().index.tolist()
    colours = palette.senders(ranked)
    size = 34 if len(sites) < 60 else 18 if len(sites) < 500 else 10
    slots = _slots(drawn)
    for (sure, code, slot), chosen in drawn.groupby(["certain", "sender", slots], sort=True):
        ax.scatter(
            chosen.geometry.x, chosen.geometry.y, s=size,
            facecolor=colours[code] if sure else "white",
            edgecolor="white" if sure else colours[code],
            linewidth=0.5 if sure else 0.9, zorder=4 if sure else 3,
            label=f"{code} {'certain' if sure else 'possible'}",
            transform=_aside(ax, int(slot), math.sqrt(size)),
        )  # fmt: skip
    return _keys(ranked, colours, drawn, version)


def _slots(sites: gpd.GeoDataFrame) -> pd.Series[int]:
    """Return which place each dot has among those of one spot; 0 is the spot itself."""
    spots = [sites.geometry.x.round(2).rename("x"), sites.geometry.y.round(2).rename("y")]
    count: pd.Series[int] = sites.sort_values("certain", ascending=False).groupby(spots).cumcount()
    return count.reindex(sites.index).rename("slot")


def _aside(ax: Axes, slot: int, size: float) -> Any:
    """Return the axes' own transformation, moved so that dots of one spot lie side by side."""
    moved = canvas.part("transforms").ScaledTranslation
    scale = ax.get_figure(root=True).dpi_scale_trans  # type: ignore[union-attr]
    # As seeds lie in a sunflower: however many there are, none covers another much.
    away, turn = 0.8 * size * math.sqrt(slot), slot * math.pi * (3 - math.sqrt(5))
    return ax.transData + moved(away * math.cos(turn) / 72, away * math.sin(turn) / 72, scale)


def _keys(
    ranked: list[str], colours: dict[str, str], sites: gpd.GeoDataFrame, version: str | None
) -> list[Any]:
    line = canvas.part("lines").Line2D
    plain = {"marker": "o", "linestyle": "none", "markersize": 6}
    own = [code for code in ranked if colours[code] != palette.GREY]
    rest = len(ranked) - len(own)
    # A state and its successor share a colour.
    shared: dict[str, list[str]] = {}
    for code in own:
        shared.setdefault(colours[code], []).append(captions.name(code, version))
    keys = [
        line([], [], color=colour, label=", ".join(names), **plain)
        for colour, names in shared.items()
    ]
    if rest:
        keys.append(line([], [], color=palette.GREY, label=f"{rest} other senders", **plain))
    if not bool(sites["certain"].all()):
        hollow = {**plain, "markerfacecolor": "white"}
        label = "Hollow: possibly in use"
        keys.append(line([], [], color=palette.INK, label=label, **hollow))
    return keys
