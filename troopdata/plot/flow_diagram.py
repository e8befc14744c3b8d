"""Senders and hosts of a day, and how many people bind them."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, NamedTuple

from troopdata.api.filters import Day, Place, plain
from troopdata.errors import UsageError, shown
from troopdata.plot import canvas, captions, palette
from troopdata.plot.daily_status import strengths
from troopdata.schemas import dates

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

__all__ = ["links", "network", "ranked"]

# Points that the widest link is wide; the narrowest that can be seen.
WIDEST, NARROWEST = 40.0, 1.0
# Points between two names.
ROOM = 13.0
MOST_TOLD = 4


def network(
    on: Day,
    *,
    sender: Place = None,
    host: Place = None,
    minimum: int = 1_000,
    ax: Axes | None = None,
    version: str | None = None,
) -> Axes:
    """Draw senders and hosts on a day, and how many people bind them.

    Parameters
    ----------
    on : str or datetime.date
        The day.
    sender, host : str, int or list of these, optional
        Whose; where.
    minimum : int
        The least number of people for a link to be drawn; how many are smaller is said.
    ax : matplotlib.axes.Axes, optional
        Axes to draw on.
    version : str, optional
        Release of the data; the latest by default.

    Returns
    -------
    matplotlib.axes.Axes
        Senders at the left and hosts at the right, those with most people first. The width of a
        link grows with the number of people, the best estimate of the day's month.

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
        raise UsageError(f"{shown(minimum)} is no least number of people", hint="minimum=1000")
    day = dates.parse(on)
    rows = strengths(host=host, sender=sender, on=day, version=version)
    drawn = links(rows, minimum)
    if drawn.empty:
        known = int(rows["personnel"].fillna(0).max()) if len(rows) else 0
        largest = f"the largest is {known:,}" if known else "none has a figure"
        raise UsageError(f"no link of {minimum:,} people; {largest}", hint="a smaller minimum=")
    tall = max(drawn["sender"].nunique(), drawn["host"].nunique())
    ax = canvas.sheet(ax, (9.5, 2.4 + 0.27 * max(tall, 6)))
    ax.set(xlim=(-0.62, 1.62), xticks=[], yticks=[])
    for spine in ax.spines.values():
        spine.set_visible(False)
    canvas.dress(ax, _words(rows, drawn, (sender, host), minimum, day, version))
    _draw(ax, drawn, version, day)
    return ax


def links(rows: pd.DataFrame, minimum: int) -> pd.DataFrame:
    """Return the rows with at least so many people, the largest first."""
    large = rows[(rows["personnel"] >= minimum).fillna(False).astype(bool)]
    return plain(large.sort_values(["personnel", "sender", "host"], ascending=[False, True, True]))


def ranked(drawn: pd.DataFrame) -> tuple[list[str], list[str]]:
    """Return senders and hosts from top to bottom.

    Senders stand by their totals; hosts near the senders that they are bound to, so that links
    cross little.
    """
    totals = drawn.groupby("sender")["personnel"].sum().sort_values(ascending=False, kind="stable")
    rank = {str(sender): at for at, sender in enumerate(totals.index)}
    weighted = drawn.assign(pull=drawn["sender"].map(rank) * drawn["personnel"])
    sums = weighted.groupby("host")[["pull", "personnel"]].sum().astype(float)
    sums["middle"] = sums["pull"] / sums["personnel"]
    hosts = sums.sort_values(["middle", "personnel"], ascending=[True, False]).index
    return list(rank), [str(host) for host in hosts]


class Link(NamedTuple):
    """One link, and how wide it is in points."""

    sender: str
    host: str
    people: int
    wide: float


def _sized(drawn: pd.DataFrame, height: float) -> list[Link]:
    """Return the links as wide as names leave room for, in a height in points."""
    people = drawn["personnel"].astype(float)
    nodes = max(drawn["sender"].nunique(), drawn["host"].nunique())
    scale = min(WIDEST / people.max(), max(height - ROOM * nodes, height / 4) / people.sum())
    return [
        Link(sender, host, number, max(float(number) * scale, NARROWEST))
        for sender, host, number in zip(
            drawn["sender"], drawn["host"], drawn["personnel"], strict=True
        )
    ]


def _draw(ax: Axes, drawn: pd.DataFrame, version: str | None, day: dt.date) -> None:
    """Draw the links side by side, and the names of their ends."""
    height = canvas.size(ax)[1]
    ax.set_ylim(height, 0)
    senders, hosts = ranked(drawn)
    colours = palette.senders(senders)
    sized = _sized(drawn, height)
    turned = [Link(link.host, link.sender, link.people, link.wide) for link in sized]
    names = {code: captions.name(code, version, day) for code in (*senders, *hosts)}
    left, right = _ends(sized, senders, hosts, height), _ends(turned, hosts, senders, height)
    _names(ax, sized, left, names, 0)
    _names(ax, turned, right, names, 1)
    for link in sized:
        begin, end = left[link.sender, link.host], right[link.host, link.sender]
        label = f"{link.sender} {link.host}"
        _band(ax, begin, end, link.wide, facecolor=colours[link.sender], label=label)


def _ends(
    sized: list[Link], own: list[str], others: list[str], height: float
) -> dict[tuple[str, str], float]:
    """Return where each link ends on one side, in points from above."""
    gap = (height - sum(link.wide for link in sized)) / len(own)
    down, ends = gap / 2, {}
    for code in own:
        mine = [link for link in sized if link.sender == code]
        for link in sorted(mine, key=lambda link: others.index(link.host)):
            ends[code, link.host] = down + link.wide / 2
            down += link.wide
        down += gap
    return ends


def _names(
    ax: Axes,
    sized: list[Link],
    ends: dict[tuple[str, str], float],
    names: dict[str, str],
    side: int,
) -> None:
    """Write the names of one side, each in the middle of its links."""
    for code in dict.fromkeys(link.sender for link in sized):
        mine = [link for link in sized if link.sender == code]
        edges = [ends[code, link.host] + half * link.wide / 2 for link in mine for half in (-1, 1)]
        words = f"{names[code]}  {sum(link.people for link in mine):,}"
        ax.annotate(words, (side, (min(edges) + max(edges)) / 2), (6 if side else -6, 0),
                    va="center", textcoords="offset points", ha="left" if side else "right",
                    fontsize=9, color=palette.INK, gid="host" if side else "sender")  # fmt: skip


def _band(ax: Axes, begin: float, end: float, wide: float, **style: Any) -> None:
    path, patch = canvas.part("path").Path, canvas.part("patches").PathPatch
    half = wide / 2
    points = [
        (0, begin - half), (0.45, begin - half), (0.55, end - half), (1, end - half),
        (1, end + half), (0.55, end + half), (0.45, begin + half), (0, begin + half),
        (0, begin - half),
    ]  # fmt: skip
    curve = [path.MOVETO, *[path.CURVE4] * 3, path.LINETO, *[path.CURVE4] * 3, path.CLOSEPOLY]
    ax.add_patch(patch(path(points, curve), linewidth=0, alpha=0.65, **style))


def _silent(rows: pd.DataFrame, version: str | None) -> str:
    """Return which forces are present without a figure."""
    if len(rows) > MOST_TOLD:
        return f"{len(rows)} with forces present and no figure"
    pairs = [
        f"{captions.name(sender, version)} in {captions.inside(host, version)}"
        for sender, host in zip(rows["sender"], rows["host"], strict=True)
    ]
    return f"present without a figure: {', '.join(pairs)}"


def _words(
    rows: pd.DataFrame,
    drawn: pd.DataFrame,
    asked: tuple[Place, Place],
    minimum: int,
    day: dt.date,
    version: str | None,
) -> canvas.Words:
    whose = captions.asked(asked[0], version, on=day)
    where = captions.asked(asked[1], version, on=day, inside=True)
    title = f"{f'{whose}: forces' if whose else 'Forces'} {f'in {where}' if where else 'abroad'}"
    month = dates.spelled(day, "month")
    small = rows["personnel"].between(1, minimum - 1).fillna(False).astype(bool)
    present = rows["state"].isin(["presence_only", "between", "suppressed"])
    together = int(rows.loc[small, "personnel"].sum())
    left_out = []
    if small.any():
        left_out.append(f"{int(small.sum()):,} links of fewer people ({together:,} together)")
    if present.any():
        left_out.append(_silent(rows[present], version))
    notes = f"Not drawn: {' and '.join(left_out)}." if left_out else ""
    silent = rows["sender"].nunique() - rows.loc[rows["personnel"].notna(), "sender"].nunique()
    if silent:
        notes += f" Senders with claims of other dates and no figure for {month}: {silent}."
    return canvas.Words(
        f"{title}, {captions.told(day)}",
        f"Senders at the left, hosts at the right. People, best estimates for {month}; links of at "
        f"least {minimum:,}. Sums are of the links drawn.",
        (notes.strip(), captions.source_line(drawn, version=version)),
    )
