"""Write CHANGES.md of a release: rows by table, reasons, and the largest changed estimates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from troopdata.curate.checks.change_reasons import Reasons
from troopdata.curate.docs.markdown import table

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["changes_page"]

LARGEST = 20


def changes_page(
    title: str,
    entries: Sequence[Mapping[str, Any]],
    content: Mapping[str, pd.DataFrame],
    before: pd.DataFrame | None,
    reasons: Reasons,
) -> str:
    """Return what changed in a release, as Markdown.

    Parameters
    ----------
    title : str
        Number and day of the release.
    entries : sequence of mapping
        The files, as the manifest describes them.
    content : mapping of str to pandas.DataFrame
        The tables.
    before : pandas.DataFrame or None
        Table `presence` of the previous release.
    reasons : Reasons
        The reasons stated for this release.
    """
    counts = "\n".join(_line(entry, content.get("changes")) for entry in entries)
    page = f"# Release {title}\n\n{counts}\n"
    if before is None:
        return page
    rows = _largest(before, content["presence"])
    if not len(rows):
        return page
    why = reasons.of("presence", "personnel")
    header = ["sender", "host", "year", "before", "it counted", "now", "low", "high", "grade"]
    lead = f"{why}\n\n" if why else ""
    return (
        f"{page}\n## The {len(rows)} largest changes of a best estimate\n\n{lead}"
        f"{table(header, rows)}\n"
    )


def _line(entry: Mapping[str, Any], changes: pd.DataFrame | None) -> str:
    """Return a line about a table: its number of rows, changes by kind, and their reasons."""
    line = f"- {entry['name']}: {entry['rows']:,} rows"
    if changes is None:
        return line
    of_table = changes[changes["table"] == entry["name"].removesuffix(".parquet")]
    counts = of_table.groupby("op")["key"].nunique()
    kinds = ", ".join(f"{count:,} {op}" for op, count in counts.items())
    lines = [f"{line} ({kinds})" if kinds else line]
    given = of_table.dropna(subset=["reason"]).drop_duplicates(["column", "reason"])
    lines += [f"  - {row['column']}: {row['reason']}" for row in given.to_dict("records")]
    return "\n".join(lines)


def _largest(before: pd.DataFrame, now: pd.DataFrame) -> list[list[Any]]:
    """Return the rows whose figure changed most; one that lost its figure changed by all of it."""
    keys = ["sender", "host", "period"]
    old = before[[*keys, "personnel", "basis"]]
    both = old.merge(now, on=keys, how="outer", suffixes=("_before", ""))
    was, has = (
        both[name].astype("Float64").fillna(0) for name in ("personnel_before", "personnel")
    )
    moved = (both["personnel_before"].isna() != both["personnel"].isna()) | (was != has)
    rows = both.assign(size=(was - has).abs())[moved.fillna(False).astype(bool)]
    rows = rows.sort_values(["size", *keys], ascending=[False, True, True, True]).head(LARGEST)
    shown = ["sender", "host", "period", "personnel_before", "basis_before", "personnel", "low",
             "high", "grade"]  # fmt: skip
    return [
        ["" if value is None else _plain(value) for value in row]
        for row in rows[shown].astype(object).where(rows[shown].notna(), None).values.tolist()
    ]


def _plain(value: Any) -> Any:
    return value if isinstance(value, str) else int(value)
