"""Generate the page on coverage and known gaps from a release and its series."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

from troopdata.curate.docs.markdown import cell, table
from troopdata.schemas import model

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["coverage"]

HEAD = """\
# Coverage and known gaps

What release {release} has for each sender and decade, and what the published series leave out.
`troopdata handbook` generates this page and its picture. [`td.coverage`][troopdata.coverage] and
[`troopdata coverage`](command-line.md#coverage) count the same for any selection.

A pair is a sender and a host. Its years run from its first claim to its last, as in table
`presence`, and each is counted once:

- **total**: the best estimate is a figure, or a zero that a source states;
- **floor**: not a figure, but at least or at most so many ("more than 1,000"), or the figures
  before and after, fewer than five years apart;
- **sign**: a source says that forces were there, and no accepted one says how many;
- **nothing**: no accepted claim says anything of the year, though others before and after it do.
  This is not a zero.

Years before the first and after the last claim of a pair are not counted, nor are years without a
claim after a recorded withdrawal, nor pairs without any claim. What no source mentions can
therefore not appear as missing: the shares say how well known forces are counted, not how many are
known.

![{alt}](coverage.png)
"""

ALT = (
    "How many hosts of each sender have a total, a floor, a sign or nothing in each year; the "
    "table by sender and decade has the numbers"
)

SHORT = """\
## In short

{years:,} years of {senders} senders in {hosts} hosts: {total} have a total, {floor} a floor, {sign}
a sign, {nothing} nothing. The United States alone are {usa:,} of them.
"""

WHY = """\
## What the numbers rest on, and what is missing

Accepted claims with a number of people, by the published series that they belong to, or else by the
kind of their source:
"""

UNITED_STATES = """\
- **The United States** report their people in every country in a series of their own, and
  {usa_total} of their years have a total. {stationed} of these totals are that series taken for
  everyone, which may leave out those who are there for an operation: see
  [the method](../method.md). Where there is nothing, no report of the year has a line for the host;
  a missing line is not a zero.
"""

OTHERS = """\
- **The other {others} senders**: {other_total} of their {other_years:,} years have a total,
  {other_number} a total or a floor. A sender is known where it takes part in something that one of
  the sources above lists. Forces that none of them lists are not counted here at all.
- **Before {early_until}** {early_total} of the {early:,} years of the other senders have a total.
- **The last years** look better than they are: {open:,} pairs whose forces are last known between
  {since} and {before} have no claim for {last}, so that {last} is not among their years.
"""

DECADES = """\
## By decade

Years of a sender in a host. The shares are of all years of the row.
"""

TILES = """\
## By sender and decade

In each cell: years with a **total** / a **floor** / a **sign** / **nothing**. Empty: no year is
counted.
"""

SENDERS = """\
## Senders

"With total" is the number of hosts with a total in any year; "from" and "to" are the first and last
year with one.
"""

COUNTED = """\
## What was counted

Accepted claims of each sender by [what was counted](data-dictionary.md#codes-basis). Do not add or
compare two columns: each counts something else. An empty cell means that there are no claims.
"""

GAPS = """\
## Known gaps of the published series

What each series covers, leaves out and decides, from its `origin.json`.
"""

# The first year after the Cold War.
EARLY_UNTIL = 1990
# Years after its last answer in which a pair is likely to be missing rather than gone.
LIKELY = 5
CLASSES = ("total", "floor", "sign", "nothing")


def coverage(
    release: str,
    claims: pd.DataFrame,
    sources: pd.DataFrame,
    names: dict[str, str],
    series: Path,
) -> str:
    """Return the page.

    Parameters
    ----------
    release : str
        Number of the release.
    claims, sources : pandas.DataFrame
        Its tables ``deployments`` and ``sources``.
    names : dict of str to str
        Name of each sender.
    series : pathlib.Path
        The folder ``datasets/series``.
    """
    import troopdata

    years = troopdata.coverage(by=("sender", "host", "year", "state"))
    parts = [
        HEAD.format(release=release, alt=ALT).rstrip(),
        _short(years),
        WHY.rstrip(),
        _rests_on(claims, sources, series),
        _why(years),
        DECADES.rstrip(),
        _by_decade(),
        TILES.rstrip(),
        _by_sender_and_decade(names),
        SENDERS.rstrip(),
        _by_sender(years, names),
        COUNTED.rstrip(),
        _counted(claims, names),
        GAPS.rstrip(),
        *(_origin(path) for path in sorted(series.glob("*/origin.json"))),
    ]
    return "\n\n".join(parts) + "\n"


def _share(part: float, whole: float) -> str:
    """Return a share as text.

    Examples
    --------
    >>> _share(1, 3), _share(1, 2000), _share(0, 0)
    ('33 %', 'under 1 %', '0 %')
    """
    share = 100 * part / whole if whole else 0
    return "under 1 %" if 0 < share < 0.5 else f"{share:.0f} %"


def _short(years: pd.DataFrame) -> str:
    shares = {one: _share(int(years[one].sum()), len(years)) for one in CLASSES}
    return SHORT.format(
        years=len(years), senders=years["sender"].nunique(), hosts=years["host"].nunique(),
        usa=int(years["sender"].eq("USA").sum()), **shares,
    ).rstrip()  # fmt: skip


def _rests_on(claims: pd.DataFrame, sources: pd.DataFrame, series: Path) -> str:
    """Return a table of the series and kinds of sources that claims with a number come from."""
    number = claims[["personnel", "personnel_low", "personnel_high"]].notna().any(axis=1)
    rows = claims[number & claims["status"].eq("accepted")].copy()
    # Several sources behind one claim are joined by semicolons, the first being the main one.
    rows["source_id"] = rows["source_id"].str.split(";").str[0]
    rows = rows.merge(sources[["source_id", "series", "kind"]], on="source_id", how="left")
    titles = {
        path.parent.name: f"[{path.parent.name}](#{path.parent.name}): {_title(path)}"
        for path in series.glob("*/origin.json")
    }
    labels = model.vocabularies()["source_kind"].labels
    rows["what"] = [
        titles.get(name, name)
        if isinstance(name, str)
        else f"Other sources: {labels[kind].lower()}"
        for name, kind in zip(rows["series"].astype(object), rows["kind"], strict=True)
    ]
    table_rows = []
    for what, group in sorted(rows.groupby("what"), key=lambda item: (-len(item[1]), item[0])):
        days = group["as_of"].dt.year
        span = ["" if days.isna().all() else str(int(end)) for end in (days.min(), days.max())]
        usa = int(group["sender"].eq("USA").sum())
        others = group.loc[group["sender"].ne("USA"), "sender"].nunique()
        table_rows.append([what, *span, usa, len(group) - usa, others])
    header = ["what", "from", "to", "claims, United States", "claims, others", "other senders"]
    return table(header, table_rows, numbers=len(header) - 1)


def _why(years: pd.DataFrame) -> str:
    import troopdata

    mine = years["sender"].eq("USA")
    usa, others = years[mine], years[~mine]
    early = others[others["year"] < EARLY_UNTIL]
    last_known = years[years["nothing"].eq(0)].groupby(["sender", "host"]).last()
    there = last_known.loc[last_known["state"].ne("reported_zero"), "year"]
    # The last whole year of the release.
    last = int(troopdata.data_version()[:4]) - 1
    numbered = int(others["total"].sum() + others["floor"].sum())
    return (UNITED_STATES + OTHERS).format(
        usa_total=_share(int(usa["total"].sum()), len(usa)),
        stationed=_share(int(usa["state"].eq("stationed").sum()), int(usa["total"].sum())),
        others=others["sender"].nunique(), other_years=len(others),
        other_total=_share(int(others["total"].sum()), len(others)),
        other_number=_share(numbered, len(others)),
        early_until=EARLY_UNTIL, early=len(early),
        early_total=_share(int(early["total"].sum()), len(early)),
        open=int(there.between(last - LIKELY, last - 1).sum()),
        since=last - LIKELY, before=last - 1, last=last,
    ).rstrip()  # fmt: skip


def _by_decade() -> str:
    """Return a table of decades, the United States and all others apart."""
    import troopdata

    counts = troopdata.coverage(by=("sender", "decade"))
    counts["whose"] = counts["sender"].eq("USA").map({True: "United States", False: "all others"})
    rows = []
    sums = counts.groupby(["decade", "whose"])[["dyad_years", *CLASSES]].sum().reset_index()
    for row in sums.to_dict("records"):
        every = int(row["dyad_years"])
        shares = [_share(int(row[one]), every) for one in CLASSES]
        rows.append([f"{row['decade']}s", row["whose"], every, *shares])
    return table(["decade", "senders", "years", *CLASSES], rows, numbers=1 + len(CLASSES))


def _by_sender_and_decade(names: dict[str, str]) -> str:
    import troopdata

    counts = troopdata.coverage(by=("sender", "decade"))
    cells = {
        (row["sender"], row["decade"]): " / ".join(f"{row[one]:,}" for one in CLASSES)
        for row in counts.to_dict("records")
    }
    decades = sorted(counts["decade"].unique())
    rows = [
        [_named(code, names), *(cells.get((code, decade), "") for decade in decades)]
        for code in counts["sender"].unique()
    ]
    return table(["sender", *(f"{decade}s" for decade in decades)], rows, numbers=len(decades))


def _by_sender(years: pd.DataFrame, names: dict[str, str]) -> str:
    """Return a table of senders: hosts, the years with a total, and the years of each class."""
    rows = []
    for code, group in years.groupby("sender"):
        known = group[group["total"].eq(1)]
        span = [str(end) for end in (known["year"].min(), known["year"].max())]
        counts = [int(group[one].sum()) for one in CLASSES]
        rows.append([
            _named(str(code), names), group["host"].nunique(), known["host"].nunique(),
            *(span if len(known) else ["", ""]), len(group), *counts,
            _share(counts[-1], len(group)),
        ])  # fmt: skip
    header = ["sender", "hosts", "with total", "from", "to", "years", *CLASSES, "nothing, share"]
    return table(header, rows, numbers=len(header) - 1)


def _named(code: str, names: dict[str, str]) -> str:
    return f"{names.get(code, code)} ({code})"


def _counted(claims: pd.DataFrame, names: dict[str, str]) -> str:
    accepted = claims[claims["status"].eq("accepted")]
    counts = accepted.groupby(["sender", "basis"]).size().unstack(fill_value=0)
    rows = []
    for code, row in counts.iterrows():
        shown = [int(value) or "" for value in row]
        rows.append([_named(str(code), names), *shown, int(row.sum())])
    header = ["sender", *(name.replace("_", " ") for name in counts.columns), "all"]
    return table(header, rows, numbers=len(header) - 1)


def _title(path: Path) -> str:
    """Return the title of a series, from its `origin.json`."""
    origin = json.loads(path.read_text(encoding="utf-8"))
    return str(origin.get("title", "Reports of military and civilian personnel by location"))


def _origin(path: Path) -> str:
    origin = json.loads(path.read_text(encoding="utf-8"))
    parts = [f"### {cell(origin['series'])}", f"{cell(_title(path))}. {cell(origin['publisher'])}."]
    if "taken" in origin:
        parts.append(f"Taken: {cell(origin['taken'])}")
    lists = (("left_out", "Left out:"), ("decisions", "Decided:"), ("checks", "Compared:"))
    for key, lead in lists:
        if origin.get(key):
            parts.append(lead + "\n\n" + "\n".join(f"- {cell(line)}" for line in origin[key]))
    parts += _reports(origin.get("reports", []))
    return "\n\n".join(parts)


def _reports(reports: list[dict[str, Any]]) -> Iterator[str]:
    """Yield a table of what reports do not cover, consecutive reports with the same gap joined."""
    if not reports:
        return
    rows = []
    for lacking, group in groupby(reports, key=lambda report: str(report["not_covered"])):
        days = [str(report["as_of"]) for report in group]
        span = days[0] if len(days) == 1 else f"{days[0]} to {days[-1]}"
        rows.append([span, lacking or "Nothing that we know of.", len(days)])
    yield table(["reports of", "not covered", "reports"], rows, numbers=1)
