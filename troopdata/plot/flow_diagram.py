"""Draw the flows of people between senders and hosts on a day."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, NamedTuple

from troopdata.api.filters import Day, Place, plain
from troopdata.errors import UsageError, shown
from troopdata.plot import captions, colours, figure_layout
from troopdata.plot.daily_status import day_estimates, is_present
from troopdata.schemas import dates

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

__all__ = ["links", "network", "order_nodes"]

# Points: the width of the widest link, and of the narrowest that is still visible.
WIDEST, NARROWEST = 40.0, 1.0
# Points that each name needs.
ROOM = 13.0
# The most links without a figure to list in a note.
MOST_LISTED = 4


def network(
    on: Day,
    *,
    sender: Place = None,
    host: Place = None,
    minimum: int = 1_000,
    ax: Axes | None = None,
    version: str | None = None,
) -> Axes:
    """Draw the flows of people from senders to hosts on a day.

    Parameters
    ----------
    on : str or datetime.date
        The day.
    sender, host : str, int or list of these, optional
        The senders and hosts to draw; all by default.
    minimum : int
        The least number of people for a link to be drawn; a note counts the smaller ones.
    ax : matplotlib.axes.Axes, optional
        Axes to draw on.
    version : str, optional
        Release of the data; the latest by default.

    Returns
    -------
    matplotlib.axes.Axes
        Senders on the left and hosts on the right, those with most people at the top. The width of
        a link is proportional to the best estimate for the day or, where that has no figure, to
        its low ("at least", hatched).

    Raises
    ------
    UnknownCountry, AmbiguousCountry, UnknownRelease, UsageError
        With the nearest names; if no link is that large.

    Examples
    --------
    >>> ax = network("2025-06-30", sender="USA", minimum=5_000)
    >>> ax.get_title(loc="left")
    'United States: forces abroad, 30 Jun 2025'
    """
    if isinstance(minimum, bool) or not isinstance(minimum, int) or minimum < 1:
        message = f"minimum {shown(minimum)} is not a positive number of people"
        raise UsageError(message, hint="minimum=1000")
    day = dates.parse(on)
    rows = day_estimates(host=host, sender=sender, on=day, version=version)
    drawn = links(rows, minimum)
    if drawn.empty:
        known = int(_people(rows).fillna(0).max()) if len(rows) else 0
        largest = f"the largest is {known:,}" if known else "none has a figure"
        raise UsageError(f"no link of {minimum:,} people; {largest}", hint="a smaller minimum=")
    tall = max(drawn["sender"].nunique(), drawn["host"].nunique())
    ax = figure_layout.axes_or_new(ax, (9.5, 2.4 + 0.27 * max(tall, 6)))
    ax.set(xlim=(-0.62, 1.62), xticks=[], yticks=[])
    for spine in ax.spines.values():
        spine.set_visible(False)
    figure_layout.add_text(ax, _text(rows, drawn, (sender, host), minimum, day, version))
    _draw(ax, drawn, version, day)
    return ax


def links(rows: pd.DataFrame, minimum: int) -> pd.DataFrame:
    """Return the rows with at least `minimum` people, the largest first.

    Returns
    -------
    pandas.DataFrame
        The rows, then people (Int64: personnel or, without a figure, low) and floor (boolean:
        whether people is only a low).
    """
    rows = rows.assign(people=_people(rows), floor=rows["personnel"].isna())
    large = rows[(rows["people"] >= minimum).fillna(False).astype(bool)]
    return plain(large.sort_values(["people", "sender", "host"], ascending=[False, True, True]))


def _people(rows: pd.DataFrame) -> pd.Series:
    return rows["personnel"].fillna(rows["low"]).astype("Int64")


def order_nodes(drawn: pd.DataFrame) -> tuple[list[str], list[str]]:
    """Return senders and hosts from top to bottom.

    Senders are sorted by their totals. Hosts are sorted by the mean position of their senders,
    weighted by people, which keeps crossings few.
    """
    totals = drawn.groupby("sender")["people"].sum().sort_values(ascending=False, kind="stable")
    rank = {str(sender): at for at, sender in enumerate(totals.index)}
    weighted = drawn.assign(pull=drawn["sender"].map(rank) * drawn["people"])
    sums = weighted.groupby("host")[["pull", "people"]].sum().astype(float)
    sums["middle"] = sums["pull"] / sums["people"]
    hosts = sums.sort_values(["middle", "people"], ascending=[True, False]).index
    return list(rank), [str(host) for host in hosts]


class Link(NamedTuple):
    """A link, whether its people are a lower bound, and its width in points."""

    sender: str
    host: str
    people: int
    floor: bool
    width: float


def _sized(drawn: pd.DataFrame, height: float) -> list[Link]:
    """Return the links with the widths that fit into a height in points beside the names."""
    people = drawn["people"].astype(float)
    nodes = max(drawn["sender"].nunique(), drawn["host"].nunique())
    scale = min(WIDEST / people.max(), max(height - ROOM * nodes, height / 4) / people.sum())
    return [
        Link(sender, host, number, bool(floor), max(float(number) * scale, NARROWEST))
        for sender, host, number, floor in zip(
            drawn["sender"], drawn["host"], drawn["people"], drawn["floor"], strict=True
        )
    ]


def _draw(ax: Axes, drawn: pd.DataFrame, version: str | None, day: dt.date) -> None:
    """Draw the links side by side, and the names of their ends."""
    height = figure_layout.size_in_points(ax)[1]
    ax.set_ylim(height, 0)
    senders, hosts = order_nodes(drawn)
    colour_of = colours.sender_colours(senders)
    sized = _sized(drawn, height)
    # The right side is laid out by the same code, with hosts in the role of senders.
    swapped = [link._replace(sender=link.host, host=link.sender) for link in sized]
    names = {code: captions.name(code, version, day) for code in (*senders, *hosts)}
    left, right = _ends(sized, senders, hosts, height), _ends(swapped, hosts, senders, height)
    _names(ax, sized, left, names, 0)
    _names(ax, swapped, right, names, 1)
    for link in sized:
        begin, end = left[link.sender, link.host], right[link.host, link.sender]
        label = f"{link.sender} {link.host}"
        style = {"facecolor": colour_of[link.sender], "hatch": "////" if link.floor else None}
        _band(ax, begin, end, link.width, label=label, **style)


def _ends(
    sized: list[Link], own: list[str], others: list[str], height: float
) -> dict[tuple[str, str], float]:
    """Return the centre of each link's end on one side, in points from the top."""
    gap = (height - sum(link.width for link in sized)) / len(own)
    down, ends = gap / 2, {}
    for code in own:
        linked = [link for link in sized if link.sender == code]
        for link in sorted(linked, key=lambda link: others.index(link.host)):
            ends[code, link.host] = down + link.width / 2
            down += link.width
        down += gap
    return ends


def _names(
    ax: Axes,
    sized: list[Link],
    ends: dict[tuple[str, str], float],
    names: dict[str, str],
    side: int,
) -> None:
    """Write the names of one side (0 left, 1 right), each in the middle of its links."""
    for code in dict.fromkeys(link.sender for link in sized):
        linked = [link for link in sized if link.sender == code]
        edges = [ends[code, one.host] + half * one.width / 2 for one in linked for half in (-1, 1)]
        least = "at least " if any(link.floor for link in linked) else ""
        text = f"{names[code]}  {least}{sum(link.people for link in linked):,}"
        ax.annotate(text, (side, (min(edges) + max(edges)) / 2), (6 if side else -6, 0),
                    va="center", textcoords="offset points", ha="left" if side else "right",
                    fontsize=9, color=colours.INK, gid="host" if side else "sender")  # fmt: skip


def _band(ax: Axes, begin: float, end: float, width: float, **style: Any) -> None:
    """Draw a link as a band with an S-shaped Bezier curve along each edge."""
    from matplotlib.patches import PathPatch
    from matplotlib.path import Path

    half = width / 2
    points = [
        (0, begin - half), (0.45, begin - half), (0.55, end - half), (1, end - half),
        (1, end + half), (0.55, end + half), (0.45, begin + half), (0, begin + half),
        (0, begin - half),
    ]  # fmt: skip
    curve = [Path.MOVETO, *[Path.CURVE4] * 3, Path.LINETO, *[Path.CURVE4] * 3, Path.CLOSEPOLY]
    ax.add_patch(
        PathPatch(Path(points, curve), linewidth=0, alpha=0.65, edgecolor="white", **style)
    )


def _without_figure(rows: pd.DataFrame, version: str | None) -> str:
    """Return the forces that are present without a number."""
    if len(rows) > MOST_LISTED:
        return f"{len(rows)} links with forces present, their number unknown"
    pairs = [
        f"{captions.name(sender, version)} in {captions.name_with_article(host, version)}"
        for sender, host in zip(rows["sender"], rows["host"], strict=True)
    ]
    return f"present, number unknown: {', '.join(pairs)}"


def _text(
    rows: pd.DataFrame,
    drawn: pd.DataFrame,
    filters: tuple[Place, Place],
    minimum: int,
    day: dt.date,
    version: str | None,
) -> figure_layout.FigureText:
    sender = captions.filter_name(filters[0], version, on=day)
    host = captions.filter_name(filters[1], version, on=day, article=True)
    title = f"{f'{sender}: forces' if sender else 'Forces'} {f'in {host}' if host else 'abroad'}"
    small = _people(rows).between(1, minimum - 1).fillna(False).astype(bool)
    present = is_present(rows)
    left_out = []
    if small.any():
        left_out.append(f"{int(small.sum()):,} links of fewer people")
    if present.any():
        left_out.append(_without_figure(rows[present], version))
    notes = f"Not drawn: {'; '.join(left_out)}." if left_out else ""
    unknown = rows["sender"].nunique() - rows.loc[_people(rows).notna(), "sender"].nunique()
    if unknown:
        notes += f" Senders with claims for other dates but no figure for this day: {unknown}."
    notes += f" {captions.grade_key(drawn)}"
    return figure_layout.FigureText(
        f"{title}, {captions.day_text(day)}",
        f"Senders on the left, hosts on the right. People in the country, best estimates for the "
        f"day; links of at least {minimum:,}. Totals are over the links drawn. {_floors(drawn)}",
        (notes.strip(), captions.source_line(drawn, version=version)),
    )


def _floors(drawn: pd.DataFrame) -> str:
    return "Hatched: at least so many, no figure." if drawn["floor"].any() else ""
