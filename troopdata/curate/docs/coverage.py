"""Generate the page on coverage and known gaps from a release and its series."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

from troopdata.curate.docs.markdown import cell, table

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["counts_by_sender", "coverage"]

HEAD = """\
# Coverage and known gaps

What release {release} has for each sender, and what the published series leave out.
`troopdata handbook` generates this page from the release and the `origin.json` of each series.

## Senders

A pair is a sender and a host. The years of a pair run from its first claim to its last, as in table
`presence`, and each is counted once:

- *figure*: a number of people, or a zero that a source states;
- *bounds*: not a number, but a low or a high ("more than 1,000"), or the figures before and after,
  fewer than five years apart;
- *present*: a source says that forces were there, and no accepted one says how many;
- *unknown*: no accepted claim covers the year. This is not a zero.

Years before the first and after the last claim of a pair are not counted. A pair without any claim
is unknown too, and is not listed. "Known" is the number of hosts with a figure in any year; "from"
and "to" are the first and last year with one.
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


def coverage(
    release: str,
    presence: pd.DataFrame,
    claims: pd.DataFrame,
    names: dict[str, str],
    series: Path,
) -> str:
    """Return the page.

    Parameters
    ----------
    release : str
        Number of the release.
    presence, claims : pandas.DataFrame
        Its tables ``presence`` and ``deployments``.
    names : dict of str to str
        Name of each sender.
    series : pathlib.Path
        The folder ``datasets/series``.
    """
    counts = counts_by_sender(presence)
    rows = [_sender(_named(str(code), names), row) for code, row in counts.iterrows()]
    header = [
        "sender", "hosts", "known", "from", "to", "years", "figure", "bounds", "present",
        "unknown", "unknown, %",
    ]  # fmt: skip
    parts = [
        HEAD.format(release=release).rstrip(),
        table(header, rows, numbers=len(header) - 1),
        COUNTED.rstrip(),
        _counted(claims, names),
        GAPS.rstrip(),
        *(_origin(path) for path in sorted(series.glob("*/origin.json"))),
    ]
    return "\n\n".join(parts) + "\n"


def counts_by_sender(presence: pd.DataFrame) -> pd.DataFrame:
    """Count the years of presence of each sender by what is known of them.

    Returns
    -------
    pandas.DataFrame
        One row per sender: hosts, known (hosts with a figure in any year), first, last (year with a
        figure), years, figure, bounds, present, unknown; the last four add up to `years`.
    """
    figure = presence["personnel"].notna()
    unknown = presence["state"].eq("unknown")
    bounds = (presence["low"].notna() | presence["high"].notna()) & ~figure & ~unknown
    parts = presence.assign(
        figure=figure, bounds=bounds, unknown=unknown, present=~(figure | bounds | unknown)
    )
    groups = parts.groupby("sender")
    with_figure = parts[parts["figure"]].groupby("sender")
    counts = groups[["figure", "bounds", "present", "unknown"]].sum()
    counts.insert(0, "years", groups.size())
    counts.insert(0, "last", with_figure["year"].max())
    counts.insert(0, "first", with_figure["year"].min())
    counts.insert(0, "known", with_figure["host"].nunique().reindex(counts.index, fill_value=0))
    counts.insert(0, "hosts", groups["host"].nunique())
    return counts.astype("Int64")


def _named(code: str, names: dict[str, str]) -> str:
    return f"{names.get(code, code)} ({code})"


def _sender(name: str, row: pd.Series) -> list[Any]:
    import pandas as pd

    span = ["" if pd.isna(row[end]) else str(row[end]) for end in ("first", "last")]
    counts = [int(row[part]) for part in ("years", "figure", "bounds", "present", "unknown")]
    share = f"{100 * counts[-1] / counts[0]:.0f}"
    return [name, int(row["hosts"]), int(row["known"]), *span, *counts, share]


def _counted(claims: pd.DataFrame, names: dict[str, str]) -> str:
    accepted = claims[claims["status"].eq("accepted")]
    counts = accepted.groupby(["sender", "basis"]).size().unstack(fill_value=0)
    rows = []
    for code, row in counts.iterrows():
        shown = [int(value) or "" for value in row]
        rows.append([_named(str(code), names), *shown, int(row.sum())])
    header = ["sender", *(name.replace("_", " ") for name in counts.columns), "all"]
    return table(header, rows, numbers=len(header) - 1)


def _origin(path: Path) -> str:
    origin = json.loads(path.read_text(encoding="utf-8"))
    title = origin.get("title", "Reports of military and civilian personnel by location")
    parts = [f"### {cell(origin['series'])}", f"{cell(title)}. {cell(origin['publisher'])}."]
    if "taken" in origin:
        parts.append(f"Taken: {cell(origin['taken'])}")
    for key, lead in (("left_out", "Left out:"), ("decisions", "Decided:")):
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
