"""The timeline of a host: events, agreements and tenancies over the same years."""

from __future__ import annotations

import datetime as dt
import textwrap
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from troopdata import dates, release
from troopdata.filters import Place, Years, years_of
from troopdata.plot import canvas, palette, spells, wording
from troopdata.plot.flags import hoist

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["timeline"]

WIDTH, ROW = 11.5, 0.26
# More tenancies than this are counted over time, sender by sender, instead of named.
MOST_NAMED = 24
# Rows that the counts of the sender with most tenancies are high.
TALL = 7.0
# How long a row's name may be: letters of a line, and lines.
LETTERS, LINES = 50, 2
# Part of the years that is left for words behind the last day.
BEHIND = 0.2
OPEN, ENDED = "#37474f", "#a9b7bd"
# Rows of events: what each is called, and the marks and kinds of its events.
STRIPS = (
    ("Coups and attacks", "X", ("coup", "attack", "court_ruling")),
    ("Agreements", "o", ("agreement", "notice")),
    ("Deployments", "^", ("deployment", "force")),
    ("Withdrawals", "v", ("withdrawal",)),
    ("Bases", "s", ("base", "construction")),
)


def timeline(
    host: Place,
    *,
    sender: Place = None,
    years: Years = None,
    ax: Axes | None = None,
    version: str | None = None,
) -> Axes:
    """Draw the agreements of a host with their ends, who used its bases, and what happened.

    Parameters
    ----------
    host : str or int
        One country: ISO3 code, name, alias or integer COW code.
    sender : str, int or list of these, optional
        Whose agreements, tenancies and events.
    years : tuple of two int, or int, optional
        First and last year to show; by default from the first date known to the release's last.
    ax : matplotlib.axes.Axes, optional
        Axes to draw on.
    version : str, optional
        Release of the data; the latest by default.

    Returns
    -------
    matplotlib.axes.Axes
        Time along x. A bar is solid where it was certainly so, by the bounds of its dates, and
        light where it may have been; an arrow says that no beginning or no end is known. An
        agreement counts from its entry into force or, where none is stated (hatched), from its
        signature.

    Raises
    ------
    UnknownCountry, AmbiguousCountry, UnknownRelease, UsageError
        With the nearest names; if the host is not one country.

    Examples
    --------
    >>> ax = timeline("Niger", sender="USA")
    >>> "denounced 16 Mar 2024" in [text.get_text() for text in ax.texts]
    True
    """
    where = wording.one(host, "host", version=version)
    asked: Any = {"host": where, "sender": sender, "version": version}
    laws, stays, happened = spells.laws(**asked), spells.stays(**asked), spells.events(**asked)
    first, last = _years(laws, stays, happened, years, version)
    happened = happened[happened["date"].between(pd.Timestamp(first), pd.Timestamp(last))]
    ax = canvas.sheet(ax, (WIDTH, 2.8 + ROW * _height(laws, stays)))
    canvas.clear(ax, grid="x")
    ax.set_xlim(first, last + (last - first) * BEHIND)  # type: ignore[arg-type]
    chart = Chart(ax, first, last, [])
    at = _strips(chart, happened)
    at = _laws(chart, laws, at + 0.6)
    at = _stays(chart, stays, at + 0.6, version)
    ax.set_ylim(at, -0.8)
    ax.set_yticks(*zip(*chart.rows, strict=True), fontsize=8, linespacing=0.95)
    _years_below(chart)
    under = canvas.legend(ax, _keys(laws))
    head, lost = hoist(ax, happened, alpha=0.18)
    canvas.dress(ax, _words(where, sender, (laws, stays, happened), lost, version),
                 head=head, under=under)  # fmt: skip
    return ax


@dataclass(frozen=True, slots=True)
class Chart:
    """Axes with the first and the last day, and the names of the rows so far."""

    ax: Axes
    first: dt.date
    last: dt.date
    rows: list[tuple[float, str]]

    @property
    def start(self) -> float:
        return canvas.place(self.first)

    @property
    def end(self) -> float:
        return canvas.place(self.last)

    def within(self, day: Any, missing: float) -> float:
        """Return where a day is drawn; a missing one, and any outside, at an edge."""
        place = missing if pd.isna(day) else canvas.place(day)
        return min(max(place, self.start), self.end)


def _years(
    laws: pd.DataFrame, stays: pd.DataFrame, happened: pd.DataFrame, years: Years,
    version: str | None,
) -> tuple[dt.date, dt.date]:  # fmt: skip
    """Return the first and the last day to show."""
    cutoff = dates.parse(release.opened(version).manifest["knowledge_cutoff"])
    span = years_of(years)
    if span is not None:
        return dt.date(span[0], 1, 1), min(dt.date(span[1], 12, 31), cutoff)
    columns = (laws["signed"], laws["sure_from"], stays["sure_from"], stays["may_from"],
               happened["date"])  # fmt: skip
    known = [part.min().date() for part in columns if part.notna().any()]
    first = min(known, default=dt.date(1990, 1, 1))
    return first - (cutoff - first) * 0.03, cutoff


def _years_below(chart: Chart) -> None:
    """Name years under the chart, and none behind its last day."""
    limits = chart.ax.get_xlim()
    chart.ax.set_xticks([at for at in chart.ax.get_xticks() if chart.start <= at <= chart.end])
    chart.ax.xaxis.set_major_formatter(canvas.part("dates").DateFormatter("%Y"))
    chart.ax.set_xlim(limits)
    chart.ax.spines["left"].set_visible(False)
    chart.ax.tick_params(axis="both", length=0)


def _height(laws: pd.DataFrame, stays: pd.DataFrame) -> float:
    """Return how many rows the chart is about to have."""
    crowded = TALL * 1.5 + 1.5 * stays["sender"].nunique()
    return len(laws) + len(STRIPS) + 3 + (len(stays) if len(stays) <= MOST_NAMED else crowded)


def _strips(chart: Chart, happened: pd.DataFrame) -> float:
    """Draw the events as marks, one row for each sort."""
    at = 0.0
    for name, mark, sorts in STRIPS:
        some = happened[happened["kind"].str.startswith(sorts).fillna(False).astype(bool)]
        if len(some):
            chart.ax.scatter(some["date"], [at] * len(some), marker=mark, s=24, linewidth=0,
                             color=palette.INK, alpha=0.8, label=name, zorder=3)  # fmt: skip
            chart.rows.append((at, f"Events: {name.lower()}"))
            at += 1
    return at


def _laws(chart: Chart, laws: pd.DataFrame, at: float) -> float:
    """Draw the agreements as bars, with a line from signature to entry into force."""
    for law in laws.to_dict("records"):
        colour = ENDED if law["end"] else OPEN
        _bar(chart, law, at, colour, hatch=None if law["stated"] else "////", label="agreement")
        begun = chart.within(law["sure_from"], chart.start)
        signed = chart.within(law["signed"], begun)
        chart.ax.hlines(at, signed, begun, color=colour, linewidth=1.2, zorder=2)
        chart.rows.append((at, _short(str(law["text"]))))
        at += 1
    return at


def _stays(chart: Chart, stays: pd.DataFrame, at: float, version: str | None) -> float:
    """Draw the tenancies in their senders' colours: as bars, or if they are many as counts."""
    colours = palette.senders(list(dict.fromkeys(stays["sender"])))
    crowded = len(stays) > MOST_NAMED
    most = stays["sender"].value_counts().max() if len(stays) else 1
    for sender, some in stays.groupby("sender", sort=False):
        name, colour = wording.name(str(sender), version), colours[str(sender)]
        if crowded:
            high = max(TALL * len(some) / most, 0.9)
            _counts(chart, some, at, high, colour)
            chart.rows.append(
                (at + high / 2 - 0.5, f"{name}: bases in use\n({len(some)} tenancies)")
            )
            at += high + 0.6
            continue
        for stay in some.to_dict("records"):
            _bar(chart, stay, at, colour, label="tenancy")
            chart.rows.append((at, _short(f"{stay['text']} ({name})")))
            at += 1
    return at


def _counts(chart: Chart, stays: pd.DataFrame, at: float, high: float, colour: str) -> None:
    """Draw how many tenancies ran at a time: certainly, and at most."""
    totals = spells.counts(stays, pd.Timestamp(chart.last))
    days = [chart.within(day, chart.start) for day in totals["day"]] + [chart.end]
    base, scale = at + high - 0.5, high / len(stays)
    for column, alpha in (("may", 0.28), ("sure", 1.0)):
        heights = [base - count * scale for count in [*totals[column], totals[column].iloc[-1]]]
        chart.ax.fill_between(days, heights, base, step="post", color=colour, alpha=alpha,
                              linewidth=0, zorder=2, label=column)  # fmt: skip
    sure, may = totals["sure"].iloc[-1], totals["may"].iloc[-1]
    chart.ax.annotate(f"at the end {sure} certain,\n{may} possible", (chart.end, base - high / 2),
                      (6, 0), textcoords="offset points", va="center", fontsize=7.5)  # fmt: skip


def _bar(
    chart: Chart, spell: Mapping[Any, Any], at: float, colour: str, *, label: str,
    hatch: str | None = None,
) -> None:  # fmt: skip
    """Draw a spell: light where it may have been, solid where it certainly was, and its end."""
    left = chart.within(spell["may_from"], chart.start)
    right = chart.within(spell["may_to"], chart.end)
    chart.ax.barh(at, right - left, 0.6, left=left, color=colour, alpha=0.3, linewidth=0,
                  zorder=2, label="possible")  # fmt: skip
    sure = chart.within(spell["sure_from"], chart.end)
    over = sure if spell["no_end_before"] else chart.within(spell["sure_to"], chart.end)
    if over > sure:
        chart.ax.barh(at, over - sure, 0.6, left=sure, facecolor=colour, hatch=hatch,
                      edgecolor="white" if hatch else "none", linewidth=0, zorder=2.5,
                      label=label)  # fmt: skip
    for missing, x, mark in ((spell["may_from"], left, "<"), (spell["may_to"], right, ">")):
        if pd.isna(missing):
            chart.ax.plot([x], [at], marker=mark, color=colour, markersize=7, clip_on=False)
    if spell["end"]:
        chart.ax.annotate(spell["end"], (right, at), (7 if pd.isna(spell["may_to"]) else 4, 0),
                          textcoords="offset points", va="center", fontsize=7.5, zorder=4,
                          color=palette.INK)  # fmt: skip


def _short(text: str) -> str:
    """Return a name in as many lines as a row has room for."""
    lines = textwrap.wrap(text, LETTERS)
    if len(lines) > LINES:
        lines = [
            *lines[: LINES - 1],
            textwrap.shorten(" ".join(lines[1:]), LETTERS, placeholder=" ..."),
        ]
    return "\n".join(lines)


def _keys(laws: pd.DataFrame) -> list[Any]:
    patch = canvas.part("patches").Patch
    keys = []
    if laws["end"].eq("").any():
        keys.append(patch(color=OPEN, label="Agreement, no end known"))
    if laws["end"].ne("").any():
        keys.append(patch(color=ENDED, label="Agreement, ended"))
    if len(laws) and not laws["stated"].all():
        keys.append(patch(facecolor=OPEN, edgecolor="white", hatch="////", linewidth=0,
                          label="Hatched: from signature, no entry into force stated"))  # fmt: skip
    return [*keys, patch(color=palette.INK, alpha=0.28, label="Light: possibly")]


def _words(
    host: str,
    sender: Place,
    frames: tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame],
    lost: int,
    version: str | None,
) -> canvas.Words:
    laws, stays, happened = frames
    whose = wording.asked(sender, version)
    what = f"{whose} in {wording.inside(host, version)}" if whose else wording.name(host, version)
    subtitle = (
        f"{len(laws)} agreements, {len(stays)} tenancies of bases, {len(happened)} events. "
        "Arrows: no beginning or no end is known. Bases in their senders' colours."
    )
    note = f"Events not named for want of room: {lost} (td.events lists them)." if lost else ""
    source = wording.source_line(laws, stays, happened, version=version)
    title = f"{what}: agreements, bases and events"
    return canvas.Words(title, subtitle, (note, source))
