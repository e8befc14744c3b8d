"""Draw the timeline of a host: events, agreements and tenancies over the same years."""

from __future__ import annotations

import datetime as dt
import textwrap
from typing import TYPE_CHECKING, Any

import pandas as pd

from troopdata.api.filters import Place, Years, years_of
from troopdata.plot import captions, colours, figure_layout, spell_data
from troopdata.plot.event_labels import draw_events
from troopdata.plot.spell_chart import Chart, draw_counts, draw_spell, label_years
from troopdata.release import loader
from troopdata.schemas import dates

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["timeline"]

# Inches: the width of the figure, and the height of a row.
WIDTH, ROW = 11.5, 0.26
# More tenancies than this are counted over time, sender by sender, instead of listed.
MOST_NAMED = 24
# The height in rows of the counts for the sender with most tenancies.
TALL = 7.0
# The longest name of a row: letters in a line, and lines.
LETTERS, LINES = 50, 2
# The space for text after the last day, as a fraction of the time shown.
BEHIND = 0.2
OPEN, ENDED = "#37474f", "#a9b7bd"
# Rows of events: name, marker, and the beginnings of the kinds of events in it.
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
    """Draw the agreements of a host, the tenancies of its bases, and its events.

    Parameters
    ----------
    host : str or int
        One country: ISO3 code, name, alias or integer COW code.
    sender : str, int or list of these, optional
        Only agreements, tenancies and events of these countries.
    years : tuple of two int, or int, optional
        First and last year to show; by default from the first known date to the release's last.
    ax : matplotlib.axes.Axes, optional
        Axes to draw on.
    version : str, optional
        Release of the data; the latest by default.

    Returns
    -------
    matplotlib.axes.Axes
        Time along x. A bar is solid where the spell is certain, given the precision of its dates,
        and light where it is possible; an arrow marks an unknown beginning or end. An agreement
        runs from its entry into force or, if none is stated (hatched), from its signature.

    Raises
    ------
    UnknownCountry, AmbiguousCountry, UnknownRelease, UsageError
        With the nearest names; if the host is not exactly one country.

    Examples
    --------
    >>> ax = timeline("Niger", sender="USA")
    >>> "denounced 16 Mar 2024" in [text.get_text() for text in ax.texts]
    True
    """
    code = captions.one_country(host, "host", version=version)
    filters: Any = {"host": code, "sender": sender, "version": version}
    agreements, tenancies, events = (
        spell_data.agreements(**filters),
        spell_data.tenancies(**filters),
        spell_data.events(**filters),
    )
    first, last = _years(agreements, tenancies, events, years, version)
    agreements, tenancies = _within(agreements, first, last), _within(tenancies, first, last)
    events = events[events["date"].between(pd.Timestamp(first), pd.Timestamp(last))]
    height = 2.8 + ROW * _height(agreements, tenancies, events)
    ax = figure_layout.axes_or_new(ax, (WIDTH, height))
    figure_layout.style_axes(ax, grid="x")
    ax.set_xlim(first, last + (last - first) * BEHIND)  # type: ignore[arg-type]
    chart = Chart(ax, first, last, [])
    at = _draw_strips(chart, events)
    at = _draw_agreements(chart, agreements, at + 0.6)
    at = _draw_tenancies(chart, tenancies, at + 0.6, version)
    ax.set_ylim(at, -0.8)
    places, labels = [at for at, _ in chart.rows], [label for _, label in chart.rows]
    ax.set_yticks(places, labels, fontsize=8, linespacing=0.95)
    label_years(chart)
    under = figure_layout.add_legend(ax, _legend_entries(agreements))
    head, unlabelled = draw_events(ax, events, alpha=0.18)
    text = _text(code, sender, (agreements, tenancies, events), unlabelled, version)
    figure_layout.add_text(ax, text, head=head, under=under)
    return ax


def _years(
    agreements: pd.DataFrame, tenancies: pd.DataFrame, events: pd.DataFrame, years: Years,
    version: str | None,
) -> tuple[dt.date, dt.date]:  # fmt: skip
    """Return the first and the last day to show."""
    cutoff = dates.parse(loader.opened(version).manifest["knowledge_cutoff"])
    span = years_of(years)
    if span is not None:
        return dt.date(span[0], 1, 1), min(dt.date(span[1], 12, 31), cutoff)
    columns = (agreements["signed"], agreements["sure_from"], tenancies["sure_from"],
               tenancies["may_from"], events["date"])  # fmt: skip
    known = [part.min().date() for part in columns if part.notna().any()]
    first = min(known, default=dt.date(1990, 1, 1))
    # A margin, so that the first bar does not begin at the axis like one of unknown beginning.
    return first - (cutoff - first) * 0.03, cutoff


def _within(rows: pd.DataFrame, first: dt.date, last: dt.date) -> pd.DataFrame:
    """Keep the spells that possibly overlap the time between two days."""
    begun = rows["may_from"].fillna(pd.Timestamp(dates.FIRST)) <= pd.Timestamp(last)
    over = rows["may_to"].fillna(pd.Timestamp(dates.LAST)) < pd.Timestamp(first)
    return rows[begun & ~over]


def _height(agreements: pd.DataFrame, tenancies: pd.DataFrame, events: pd.DataFrame) -> float:
    """Return the number of rows that the chart will have."""
    counted = TALL * 1.5 + 1.5 * tenancies["sender"].nunique()
    strips = sum(events["kind"].str.startswith(kinds).any() for _, _, kinds in STRIPS)
    listed = len(tenancies) if len(tenancies) <= MOST_NAMED else counted
    return len(agreements) + strips + 2 + listed


def _draw_strips(chart: Chart, events: pd.DataFrame) -> float:
    """Draw the events as marks, one row for each group of kinds; return the next row."""
    at = 0.0
    for name, mark, kinds in STRIPS:
        some = events[events["kind"].str.startswith(kinds).fillna(False).astype(bool)]
        if len(some):
            chart.ax.scatter(some["date"], [at] * len(some), marker=mark, s=24, linewidth=0,
                             color=colours.INK, alpha=0.8, label=name, zorder=3)  # fmt: skip
            chart.rows.append((at, f"Events: {name.lower()}"))
            at += 1
    return at


def _draw_agreements(chart: Chart, agreements: pd.DataFrame, at: float) -> float:
    """Draw the agreements as bars, with a line from signature to entry into force."""
    for row in agreements.to_dict("records"):
        colour = ENDED if row["end"] else OPEN
        hatch = None if row["stated"] else "////"
        draw_spell(chart, row, at, colour, hatch=hatch, label="agreement")
        begun = chart.within(row["sure_from"], chart.start)
        signed = chart.within(row["signed"], begun)
        chart.ax.hlines(at, signed, begun, color=colour, linewidth=1.2, zorder=2)
        chart.rows.append((at, _short(str(row["text"]))))
        at += 1
    return at


def _draw_tenancies(chart: Chart, tenancies: pd.DataFrame, at: float, version: str | None) -> float:
    """Draw the tenancies in their senders' colours: as bars, or as counts if there are many."""
    colour_of = colours.sender_colours(list(dict.fromkeys(tenancies["sender"])))
    counted = len(tenancies) > MOST_NAMED
    most = tenancies["sender"].value_counts().max() if len(tenancies) else 1
    for sender, some in tenancies.groupby("sender", sort=False):
        name, colour = captions.name(str(sender), version), colour_of[str(sender)]
        if counted:
            high = max(TALL * len(some) / most, 0.9)
            draw_counts(chart, some, at, high, colour)
            chart.rows.append(
                (at + high / 2 - 0.5, f"{name}: bases in use\n({len(some)} tenancies)")
            )
            at += high + 0.6
            continue
        for row in some.to_dict("records"):
            draw_spell(chart, row, at, colour, label="tenancy")
            chart.rows.append((at, _short(f"{row['text']} ({name})")))
            at += 1
    return at


def _short(text: str) -> str:
    """Wrap a name to the lines that a row has room for, and cut off the rest."""
    lines = textwrap.wrap(text, LETTERS)
    if len(lines) > LINES:
        lines = [
            *lines[: LINES - 1],
            textwrap.shorten(" ".join(lines[1:]), LETTERS, placeholder=" ..."),
        ]
    return "\n".join(lines)


def _legend_entries(agreements: pd.DataFrame) -> list[Any]:
    from matplotlib.patches import Patch

    entries = []
    if agreements["end"].eq("").any():
        entries.append(Patch(color=OPEN, label="Agreement, no known end"))
    if agreements["end"].ne("").any():
        entries.append(Patch(color=ENDED, label="Agreement, ended"))
    if len(agreements) and not agreements["stated"].all():
        label = "Hatched: from signature, entry into force not stated"
        hatched: Any = {"facecolor": OPEN, "edgecolor": "white", "hatch": "////", "linewidth": 0}
        entries.append(Patch(label=label, **hatched))
    return [*entries, Patch(color=colours.INK, alpha=0.28, label="Light: possible")]


def _text(
    host: str,
    sender: Place,
    frames: tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame],
    unlabelled: int,
    version: str | None,
) -> figure_layout.FigureText:
    agreements, tenancies, events = frames
    user = captions.filter_name(sender, version)
    place = captions.name_with_article(host, version)
    subject = f"{user} in {place}" if user else captions.name(host, version)
    subtitle = (
        f"Agreements: {len(agreements)}. Tenancies of bases: {len(tenancies)}. "
        f"Events: {len(events)}. Arrows mark an unknown beginning or end. Bases have the colours "
        "of their senders."
    )
    note = f"Events without a label: {unlabelled} (td.events lists them)." if unlabelled else ""
    source = captions.source_line(agreements, tenancies, events, version=version)
    title = f"{subject}: agreements, bases and events"
    return figure_layout.FigureText(title, subtitle, (note, source))
