"""Draw the map of a day: bases by sender, presence by host."""

from __future__ import annotations

import math
from collections.abc import Collection
from typing import TYPE_CHECKING, Literal

from troopdata.api.filters import Day, Place, places
from troopdata.errors import UsageError, shown
from troopdata.plot import captions, colours, country_outlines, figure_layout
from troopdata.plot.base_markers import draw_bases
from troopdata.plot.daily_status import bases_in_use, day_estimates, host_sums
from troopdata.plot.label_placement import Label, place_labels
from troopdata.plot.map_caption import map_text
from troopdata.plot.presence_shading import draw_land, shade_presence

if TYPE_CHECKING:
    import geopandas as gpd
    from matplotlib.axes import Axes

__all__ = ["map"]

Show = Literal["bases", "presence", "both"]
SHOW = ("bases", "presence", "both")
# Inches: the height of the map itself, before its width is limited.
TALLEST = 7.0
# The most bases to label.
MOST_NAMED = 15


def map(
    *,
    host: Place = None,
    sender: Place = None,
    on: Day = None,
    show: Show = "both",
    ax: Axes | None = None,
    version: str | None = None,
) -> Axes:
    """Draw the bases in use on a day, the forces present, or both.

    Parameters
    ----------
    host : str, int or list of these, optional
        The countries to show; the world by default.
    sender : str, int or list of these, optional
        The countries whose bases and forces to draw; all by default.
    on : str or datetime.date, optional
        The day; by default the last 31 December that the release covers.
    show : {"both", "bases", "presence"}
        A base is a dot in the colour of its sender: filled if a tenancy certainly covers the day,
        hollow if it only possibly does. Presence colours a host by the sum of the best estimates
        of the people in it on the day. Where the sum has no figure, the colour is that of its low,
        with lines over it: at least so many. An unknown host is hatched, never zero.
    ax : matplotlib.axes.Axes, optional
        Axes to draw on.
    version : str, optional
        Release of the data; the latest by default.

    Returns
    -------
    matplotlib.axes.Axes
        In longitude and latitude, so that anything in EPSG:4326 can be drawn on top.

    Raises
    ------
    UnknownCountry, AmbiguousCountry, UnknownRelease, UsageError
        With the nearest names or valid values.

    Notes
    -----
    Outlines are Natural Earth's present ones, regardless of the day; hosts without an outline are
    listed under the map. The text above a map of several hosts says for how many pairs of sender
    and host it has a figure, a floor, presence only, or nothing although they are known before.
    Pairs that withdrew, or were last known more than five years before, are not counted.

    Examples
    --------
    >>> ax = map(host="NER", sender="USA", on="2024-08-04", show="bases")
    >>> ax.get_title(loc="left")
    'United States: bases in Niger, 4 Aug 2024'
    """
    if show not in SHOW:
        raise UsageError(f"a map cannot show {shown(show)}", hint=f"one of {', '.join(SHOW)}")
    day = captions.day_of(on, version)
    hosts = places(host=host, on=day, version=version).get("host", ())
    borders = country_outlines.countries(version)
    sites = bases_in_use(host=host, sender=sender, on=day, version=version)
    rows = day_estimates(host=host, sender=sender, on=day, version=version)
    sums = host_sums(rows, host=host, sender=sender, on=day, version=version)
    if show == "presence":
        sites = sites.head(0)
    if show == "bases":
        rows, sums = rows.head(0), sums.head(0)
    window = country_outlines.extent(borders, hosts, sites)
    own, ax = ax is None, figure_layout.axes_or_new(ax, _size(window))
    country_outlines.frame_map(ax, window)
    if show == "bases":
        draw_land(ax, borders)
        keys = []
    else:
        keys = shade_presence(ax, borders, sums, hosts)
    keys += draw_bases(ax, sites, version)
    under = figure_layout.add_legend(ax, keys, drop=2) if keys else None
    text = map_text(sites, rows, sums, borders, (host, sender), day, show, version)
    figure_layout.add_text(ax, text, under=under)
    if own:
        figure_layout.trim_height(ax)
    if hosts:
        # Last, because labels are measured on the final layout.
        _label(ax, borders, sites, window, hosts, version)
    return ax


def _size(window: country_outlines.Extent) -> tuple[float, float]:
    """Return the size of a figure with the window's proportions and room for the text."""
    west, south, east, north = window
    if window == country_outlines.WORLD:
        return 12.0, 9.0
    latitude = math.radians((south + north) / 2)
    ratio = (east - west) * max(math.cos(latitude), 0.2) / (north - south)
    # Four inches are enough for any text; `trim_height` cuts off the rest.
    width = min(max(TALLEST * ratio, 6.5), 9.0)
    return width, width / ratio + 4


def _label(
    ax: Axes,
    borders: gpd.GeoDataFrame,
    sites: gpd.GeoDataFrame,
    window: country_outlines.Extent,
    hosts: Collection[str],
    version: str | None,
) -> None:
    """Label the bases, if they are few, then the countries."""
    shown = sites[sites.geometry.notna()].drop_duplicates("base_id")
    points = list(zip(shown.geometry.x, shown.geometry.y, strict=True))
    if len(shown) <= MOST_NAMED:
        style = {"color": colours.INK, "fontsize": 8.5}
        # A base with several senders has dots around its point, which need some more space.
        senders = sites["base_id"].value_counts()
        labels = [
            Label(x, y, str(name), style, 5.0 * (senders[base] > 1))
            for (x, y), name, base in zip(points, shown["name"], shown["base_id"], strict=True)
        ]
        place_labels(ax, labels, keep_off=points)
    labels = country_outlines.country_labels(borders, window, hosts, version)
    place_labels(ax, labels, keep_off=points, centred=True)
