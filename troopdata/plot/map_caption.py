"""Write the text around a map: what is counted, by whom, how sure, and what is not drawn."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from troopdata.api.coverage import known_of
from troopdata.plot import captions, country_outlines, figure_layout
from troopdata.plot.daily_status import gaps, is_present

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd

    from troopdata.api.filters import Place

__all__ = ["coverage_text", "map_text"]

# The most senders to list with a number.
MOST_LISTED = 6
# What a map has where it has no figure for a sender in a host.
WITHOUT_FIGURE = (
    ("floor", "a floor for {:,}"), ("sign", "presence only for {:,}"),
    ("nothing", "nothing for {:,} known before"),
)  # fmt: skip


def map_text(
    sites: gpd.GeoDataFrame,
    rows: pd.DataFrame,
    sums: pd.DataFrame,
    borders: gpd.GeoDataFrame,
    filters: tuple[Place, Place],
    day: dt.date,
    show: str,
    version: str | None,
) -> figure_layout.FigureText:
    """Return title, subtitle and notes of a map.

    Parameters
    ----------
    sites : geopandas.GeoDataFrame
        The result of `daily_status.bases_in_use`.
    rows, sums : pandas.DataFrame
        The results of `daily_status.day_estimates` and `host_sums`; no rows where none are shown.
    borders : geopandas.GeoDataFrame
        Table `borders`.
    filters : tuple
        Host and sender.
    day : datetime.date
        The day.
    show : str
        What the map shows.
    version : str or None
        The release.
    """
    host = captions.filter_name(filters[0], version, on=day, article=True)
    sender = captions.filter_name(filters[1], version, on=day)
    what = {"bases": "bases", "presence": "forces", "both": "forces and bases"}[show]
    subject = f"{sender}:" if sender else "Foreign"
    title = f"{subject} {what} in {host or 'the world'}, {captions.day_text(day)}"
    lines = []
    if show != "bases":
        lines.append("People in the country, best estimates for the day.")
        one = rows["host"].nunique() == 1
        if one:
            lines += [_together(sums, version), *_of_one_host(rows, sites, version)]
        else:
            lines += [
                captions.grade_counts(sums),
                coverage_text(rows, gaps(rows, version=version)),
            ]
    if show != "presence":
        sure = int(sites["certain"].sum())
        lines.append(f"Bases: {sure:,} certainly and {len(sites) - sure:,} possibly in use.")
    known = rows[rows["state"] != "unknown"]
    notes = [captions.grade_key(known), *_not_drawn(known, sites, borders, version)]
    source = captions.source_line(known, sites, version=version, others=["Natural Earth"])
    subtitle = " ".join(line for line in lines if line)
    return figure_layout.FigureText(title, subtitle, (" ".join(filter(None, notes)), source))


def coverage_text(rows: pd.DataFrame, gap: pd.Series) -> str:
    """Return for how many senders and hosts a map has a figure, a floor, a sign, or nothing.

    Parameters
    ----------
    rows : pandas.DataFrame
        The result of `daily_status.day_estimates`.
    gap : pandas.Series
        The result of `daily_status.gaps`.

    Examples
    --------
    >>> import troopdata as td
    >>> rows = td.presence(sender="USA", host=["NER", "DJI"], years=2023)
    >>> coverage_text(rows, rows["state"].eq("unknown"))
    'Coverage: a figure for 1 of 2 hosts, a floor for 1.'
    """
    known = known_of(rows)
    known = known[known.ne("nothing") | gap]
    if known.empty:
        return ""
    counted = rows.loc[known.index]
    unit = "pairs of sender and host"
    if counted["sender"].nunique() == 1 or counted["host"].nunique() == 1:
        unit = "hosts" if counted["sender"].nunique() == 1 else "senders"
    number = known.value_counts()
    parts = [f"a figure for {number.get('total', 0):,} of {len(known):,} {unit}"]
    parts += [name.format(number[code]) for code, name in WITHOUT_FIGURE if code in number]
    return f"Coverage: {', '.join(parts)}."


def _together(sums: pd.DataFrame, version: str | None) -> str:
    """Return the sum for a single host, and the senders that it has no figure for."""
    (row,) = sums.to_dict("records")
    if row["answer"] not in ("figure", "at_least"):
        return ""
    without = ""
    if row["unknown"]:
        missing = str(row["missing"]).split(";")
        without = f", no figure for {captions.name_list(missing, version)}"
    if row["answer"] == "figure":
        return f"Together {row['personnel']:,} (grade {row['grade']}{without})."
    return f"Together at least {row['low']:,}{without}."


def _of_one_host(rows: pd.DataFrame, sites: gpd.GeoDataFrame, version: str | None) -> Iterator[str]:
    """Yield sentences on the senders in a host, from the surest to the least sure."""
    large = rows[rows["personnel"] > 0].sort_values("personnel", ascending=False, kind="stable")
    floors = rows[rows["personnel"].isna() & (rows["low"] > 0).fillna(False)]
    floors = floors.sort_values("low", ascending=False, kind="stable")
    signs = rows[is_present(rows)]
    for some, beginning, number in (
        (large, "", "personnel"), (floors, "At least: ", "low"), (signs, "Number unknown: ", ""),
    ):  # fmt: skip
        listed = [_entry(row, number, version) for row in some.to_dict("records")]
        if len(listed) > MOST_LISTED:
            listed = [*listed[:MOST_LISTED], f"{len(listed) - MOST_LISTED} more senders"]
        if listed:
            yield f"{beginning}{', '.join(listed)}."
    none = sorted(rows.loc[rows["personnel"].eq(0).fillna(False), "sender"])
    if none:
        yield f"Zero: {captions.name_list(none, version)}."
    based = set(sites.loc[sites["certain"].astype(bool), "sender"])
    silent = sorted(based - set(rows.loc[rows["state"] != "unknown", "sender"]))
    if silent:
        yield f"Bases but no figure: {captions.name_list(silent, version)}."


def _entry(row: dict[Any, Any], number: str, version: str | None) -> str:
    """Return a sender, its number and grade or, where it has no figure, its last count."""
    import pandas as pd

    name = captions.name(row["sender"], version)
    if number == "personnel":
        return f"{name} {row[number]:,} ({row['grade']})"
    if number:
        name = f"{name} {row[number]:,}"
    if pd.isna(row["last_total"]):
        return name
    return f"{name} ({row['last_total']:,} counted in {row['last_total_as_of'].year})"


def _not_drawn(
    known: pd.DataFrame, sites: gpd.GeoDataFrame, borders: gpd.GeoDataFrame, version: str | None
) -> Iterator[str]:
    """Yield notes on borders, and on the bases and hosts that the map cannot show."""
    yield "Present-day borders, from Natural Earth."
    unlocated = int(sites.loc[sites.geometry.isna(), "base_id"].nunique())
    if unlocated:
        yield f"Not drawn, because no source locates them: {unlocated:,} bases."
    hosts = set(known.loc[known["personnel"].ne(0).fillna(True), "host"])
    undrawn = country_outlines.without_outline(borders, hosts)
    if undrawn:
        listed = captions.name_list(undrawn, version, most=len(undrawn))
        yield f"Not drawn, because the present-day map has no outline for them: {listed}."
