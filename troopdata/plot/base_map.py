"""The map: bases by sender and standing, presence by host, on a day."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Collection
from typing import TYPE_CHECKING, Literal

from troopdata.api.filters import Day, Place, places
from troopdata.errors import UsageError, shown
from troopdata.plot import canvas, captions, country_outlines, palette
from troopdata.plot.base_markers import dots
from troopdata.plot.daily_status import by_host, occupied, strengths
from troopdata.plot.label_placement import Label, beside
from troopdata.plot.presence_shading import coloured, plain
from troopdata.schemas import dates

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd
    from matplotlib.axes import Axes

__all__ = ["map"]

Show = Literal["bases", "presence", "both"]
SHOW = ("bases", "presence", "both")
TALLEST = 7.0
MOST_NAMED, MOST_TOLD = 15, 6


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
        Where; the map shows these countries. By default the world.
    sender : str, int or list of these, optional
        Whose.
    on : str or datetime.date, optional
        The day; by default the last 31 December that the release covers.
    show : {"both", "bases", "presence"}
        A base is a dot in the colour of its sender: filled where a tenancy certainly ran on the
        day, hollow where its bounds only may contain the day. Presence colours a host by the sum
        of the best estimates of the day's month; a host that is unknown is blank, and never zero.
    ax : matplotlib.axes.Axes, optional
        Axes to draw on.
    version : str, optional
        Release of the data; the latest by default.

    Returns
    -------
    matplotlib.axes.Axes
        In longitude and latitude: whatever is in EPSG:4326 can be drawn over it.

    Raises
    ------
    UnknownCountry, AmbiguousCountry, UnknownRelease, UsageError
        With the nearest names, or what is wanted instead.

    Notes
    -----
    Outlines are Natural Earth's of today, whatever the day; hosts that it does not draw are named
    under the map.

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
    sites = occupied(host=host, sender=sender, on=day, version=version)
    rows = strengths(host=host, sender=sender, on=day, version=version)
    if show == "presence":
        sites = sites.head(0)
    if show == "bases":
        rows = rows.head(0)
    window = country_outlines.extent(borders, hosts, sites)
    own, ax = ax is None, canvas.sheet(ax, _size(window))
    country_outlines.frame(ax, window)
    keys = plain(ax, borders) if show == "bases" else coloured(ax, borders, by_host(rows), hosts)
    keys += dots(ax, sites, version)
    under = canvas.legend(ax, keys, drop=2) if keys else None
    words = _words(sites, rows, borders, (host, sender), day, show, version)
    canvas.dress(ax, words, under=under)
    if own:
        canvas.trim(ax)
    if hosts:
        _names(ax, borders, sites, window, hosts, version)
    return ax


def _size(window: country_outlines.Extent) -> tuple[float, float]:
    """Return a sheet of the window's proportions, with room for the words."""
    west, south, east, north = window
    if window == country_outlines.WORLD:
        return 12.0, 9.0
    latitude = math.radians((south + north) / 2)
    ratio = (east - west) * max(math.cos(latitude), 0.2) / (north - south)
    # Height enough: what the words do not need is trimmed.
    width = min(max(TALLEST * ratio, 6.5), 9.0)
    return width, width / ratio + 4


def _names(
    ax: Axes,
    borders: gpd.GeoDataFrame,
    sites: gpd.GeoDataFrame,
    window: country_outlines.Extent,
    hosts: Collection[str],
    version: str | None,
) -> None:
    """Name the bases, if they are few, then the countries."""
    shown = sites[sites.geometry.notna()].drop_duplicates("base_id")
    dots = list(zip(shown.geometry.x, shown.geometry.y, strict=True))
    if len(shown) <= MOST_NAMED:
        style = {"color": palette.INK, "fontsize": 8.5}
        shared = sites["base_id"].value_counts()
        named = [
            Label(x, y, str(name), style, 5.0 * (shared[base] > 1))
            for (x, y), name, base in zip(dots, shown["name"], shown["base_id"], strict=True)
        ]
        beside(ax, named, keep_off=dots)
    beside(ax, country_outlines.names(borders, window, hosts, version), keep_off=dots, centred=True)


def _words(
    sites: gpd.GeoDataFrame,
    rows: pd.DataFrame,
    borders: gpd.GeoDataFrame,
    asked: tuple[Place, Place],
    day: dt.date,
    show: Show,
    version: str | None,
) -> canvas.Words:
    where = captions.asked(asked[0], version, on=day, inside=True)
    whose = captions.asked(asked[1], version, on=day)
    what = {"bases": "bases", "presence": "forces", "both": "forces and bases"}[show]
    whose = f"{whose}:" if whose else "Foreign"
    title = f"{whose} {what} in {where or 'the world'}, {captions.told(day)}"
    lines = []
    if show != "bases":
        month = dates.spelled(day, "month")
        lines.append(f"People: the sum of the senders' best estimates for {month}.")
        lines.append(_strengths(rows, sites, version))
    if show != "presence":
        sure = int(sites["certain"].sum())
        lines.append(f"Bases: {sure:,} certainly and {len(sites) - sure:,} possibly in use.")
    said = rows[rows["state"] != "unknown"]
    undrawn = country_outlines.missing(borders, set(said.loc[said["personnel"] != 0, "host"]))
    notes = ["Borders are today's, as Natural Earth draws them."]
    nowhere = int(sites.loc[sites.geometry.isna(), "base_id"].nunique())
    if nowhere:
        notes.append(f"Bases not drawn, for no source says where they lie: {nowhere:,}.")
    if undrawn:
        listed = captions.listing(undrawn, version, most=len(undrawn))
        notes.append(f"Not drawn, for today's map has no outline for them: {listed}.")
    source = captions.source_line(said, sites, version=version, others=["Natural Earth"])
    return canvas.Words(title, " ".join(line for line in lines if line), (" ".join(notes), source))


def _strengths(rows: pd.DataFrame, sites: gpd.GeoDataFrame, version: str | None) -> str:
    """Return who has how many there, and who has a base and no figure, where it is one host."""
    if rows["host"].nunique() != 1:
        return ""
    known = rows[rows["personnel"] > 0].sort_values("personnel", ascending=False)
    listed = [
        f"{captions.name(code, version)} {people:,}"
        for code, people in zip(known["sender"], known["personnel"], strict=True)
    ]
    if len(listed) > MOST_TOLD:
        listed = [*listed[:MOST_TOLD], f"{len(listed) - MOST_TOLD} more senders"]
    based = set(sites.loc[sites["certain"].astype(bool), "sender"])
    silent = sorted(based - set(rows.loc[rows["personnel"].notna(), "sender"]))
    told = [f"{', '.join(listed)}."] if listed else []
    told += [f"No figure for {captions.listing(silent, version)}."] if silent else []
    return " ".join(told)
