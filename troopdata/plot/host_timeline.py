"""The timeline of a host: events, agreements and tenancies over the same years."""

from __future__ import annotations

import datetime as dt
import textwrap
from typing import TYPE_CHECKING, Any

import pandas as pd

from troopdata.api.filters import Place, Years, years_of
from troopdata.plot import canvas, captions, palette, spell_data
from troopdata.plot.event_flags import hoist
from troopdata.plot.spell_chart import Chart, bar, counts, name_years
from troopdata.release import loader
from troopdata.schemas import dates

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
    where = captions.one(host, "host", version=version)
    asked: Any = {"host": where, "sender": sender, "version": version}
    laws, stays, happened = (
        spell_data.laws(**asked),
        spell_data.stays(**asked),
        spell_data.events(**asked),
    )
    first, last = _years(laws, stays, happened, years, version)
    laws, stays = _touching(laws, first, last), _touching(stays, first, last)
    happened = happened[happened["date"].between(pd.Timestamp(first), pd.Timestamp(last))]
    ax = canvas.sheet(ax, (WIDTH, 2.8 + ROW * _height(laws, stays, happened)))
    canvas.clear(ax, grid="x")
    ax.set_xlim(first, last + (last - first) * BEHIND)  # type: ignore[arg-type]
    chart = Chart(ax, first, last, [])
    at = _strips(chart, happened)
    at = _laws(chart, laws, at + 0.6)
    at = _stays(chart, stays, at + 0.6, version)
    ax.set_ylim(at, -0.8)
    ax.set_yticks(*zip(*chart.rows, strict=True), fontsize=8, linespacing=0.95)
    name_years(chart)
    under = canvas.legend(ax, _keys(laws))
    head, lost = hoist(ax, happened, alpha=0.18)
    canvas.dress(ax, _words(where, sender, (laws, stays, happened), lost, version),
                 head=head, under=under)  # fmt: skip
    return ax


def _years(
    laws: pd.DataFrame, stays: pd.DataFrame, happened: pd.DataFrame, years: Years,
    version: str | None,
) -> tuple[dt.date, dt.date]:  # fmt: skip
    """Return the first and the last day to show."""
    cutoff = dates.parse(loader.opened(version).manifest["knowledge_cutoff"])
    span = years_of(years)
    if span is not None:
        return dt.date(span[0], 1, 1), min(dt.date(span[1], 12, 31), cutoff)
    columns = (laws["signed"], laws["sure_from"], stays["sure_from"], stays["may_from"],
               happened["date"])  # fmt: skip
    known = [part.min().date() for part in columns if part.notna().any()]
    first = min(known, default=dt.date(1990, 1, 1))
    return first - (cutoff - first) * 0.03, cutoff


def _touching(rows: pd.DataFrame, first: dt.date, last: dt.date) -> pd.DataFrame:
    """Keep the spells that may have run between two days."""
    begun = rows["may_from"].fillna(pd.Timestamp(dates.FIRST)) <= pd.Timestamp(last)
    over = rows["may_to"].fillna(pd.Timestamp(dates.LAST)) < pd.Timestamp(first)
    return rows[begun & ~over]


def _height(laws: pd.DataFrame, stays: pd.DataFrame, happened: pd.DataFrame) -> float:
    """Return how many rows the chart is about to have."""
    crowded = TALL * 1.5 + 1.5 * stays["sender"].nunique()
    strips = sum(happened["kind"].str.startswith(sorts).any() for _, _, sorts in STRIPS)
    return len(laws) + strips + 2 + (len(stays) if len(stays) <= MOST_NAMED else crowded)


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
        bar(chart, law, at, colour, hatch=None if law["stated"] else "////", label="agreement")
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
        name, colour = captions.name(str(sender), version), colours[str(sender)]
        if crowded:
            high = max(TALL * len(some) / most, 0.9)
            counts(chart, some, at, high, colour)
            chart.rows.append(
                (at + high / 2 - 0.5, f"{name}: bases in use\n({len(some)} tenancies)")
            )
            at += high + 0.6
            continue
        for stay in some.to_dict("records"):
            bar(chart, stay, at, colour, label="tenancy")
            chart.rows.append((at, _short(f"{stay['text']} ({name})")))
            at += 1
    return at


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
    whose = captions.asked(sender, version)
    what = f"{whose} in {captions.inside(host, version)}" if whose else captions.name(host, version)
    subtitle = (
        f"Agreements: {len(laws)}. Tenancies of bases: {len(stays)}. Events: {len(happened)}. "
        "Arrows: no beginning or no end is known. Bases in their senders' colours."
    )
    note = f"Events drawn without a name: {lost} (td.events lists them)." if lost else ""
    source = captions.source_line(laws, stays, happened, version=version)
    title = f"{what}: agreements, bases and events"
    return canvas.Words(title, subtitle, (note, source))
