"""Draw the bases of a map: a dot in the sender's colour, hollow if only possibly in use."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from troopdata.plot import captions, colours

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd
    from matplotlib.axes import Axes

__all__ = ["draw_bases"]


def draw_bases(ax: Axes, sites: gpd.GeoDataFrame, version: str | None) -> list[Any]:
    """Draw the bases, and return their legend entries.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        The axes.
    sites : geopandas.GeoDataFrame
        The result of `daily_status.bases_in_use`.
    version : str, optional
        Release of the data.
    """
    drawn = sites[sites.geometry.notna()]
    if drawn.empty:
        return []
    ranked = drawn["sender"].value_counts().index.tolist()
    colour_of = colours.sender_colours(ranked)
    size = 34 if len(sites) < 60 else 18 if len(sites) < 500 else 10
    slots = _slots(drawn)
    for (sure, code, slot), chosen in drawn.groupby(["certain", "sender", slots], sort=True):
        ax.scatter(
            chosen.geometry.x, chosen.geometry.y, s=size,
            facecolor=colour_of[code] if sure else "white",
            edgecolor="white" if sure else colour_of[code],
            linewidth=0.5 if sure else 0.9, zorder=4 if sure else 3,
            label=f"{code} {'certain' if sure else 'possible'}",
            transform=_aside(ax, int(slot), math.sqrt(size)),
        )  # fmt: skip
    return _keys(ranked, colour_of, drawn, version)


def _slots(sites: gpd.GeoDataFrame) -> pd.Series[int]:
    """Return the number of each dot among those at the same point; 0 is at the point itself."""
    spots = [sites.geometry.x.round(2).rename("x"), sites.geometry.y.round(2).rename("y")]
    count: pd.Series[int] = sites.sort_values("certain", ascending=False).groupby(spots).cumcount()
    return count.reindex(sites.index).rename("slot")


def _aside(ax: Axes, slot: int, size: float) -> Any:
    """Return the data transformation, shifted so that dots at one point lie side by side."""
    from matplotlib.transforms import ScaledTranslation

    scale = ax.get_figure(root=True).dpi_scale_trans  # type: ignore[union-attr]
    # A sunflower spiral (golden angle, radius growing with the square root): any number of dots
    # spreads evenly, and none covers another much.
    radius, angle = 0.8 * size * math.sqrt(slot), slot * math.pi * (3 - math.sqrt(5))
    right, up = radius * math.cos(angle) / 72, radius * math.sin(angle) / 72
    return ax.transData + ScaledTranslation(right, up, scale)


def _keys(
    ranked: list[str], colour_of: dict[str, str], sites: gpd.GeoDataFrame, version: str | None
) -> list[Any]:
    from matplotlib.lines import Line2D

    plain: dict[str, Any] = {"marker": "o", "linestyle": "none", "markersize": 6}
    own = [code for code in ranked if colour_of[code] != colours.GREY]
    rest = len(ranked) - len(own)
    # A state and its successor (the Soviet Union and Russia) share a colour, and so an entry.
    shared: dict[str, list[str]] = {}
    for code in own:
        shared.setdefault(colour_of[code], []).append(captions.name(code, version))
    keys = [
        Line2D([], [], color=colour, label=", ".join(names), **plain)
        for colour, names in shared.items()
    ]
    if rest:
        keys.append(Line2D([], [], color=colours.GREY, label=f"{rest} other senders", **plain))
    if not bool(sites["certain"].all()):
        hollow = {**plain, "markerfacecolor": "white"}
        label = "Hollow: possibly in use"
        keys.append(Line2D([], [], color=colours.INK, label=label, **hollow))
    return keys
