"""What changed between two releases, for a reader: counts first, then cells with their reasons."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from troopdata import spec

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["changelog"]

OPS = ("added", "changed", "closed", "retracted")
CELLS_SHOWN = 10
NAMES = ("title", "name", "description", "sender", "host", "as_of", "personnel")


def changelog(found: pd.DataFrame, old: str, new: str, *, room: int = 80) -> str:
    """Return what `diff` found as text no wider than `room`.

    Parameters
    ----------
    found : pandas.DataFrame
        The changes.
    old, new : str
        The two sides, as they were asked for.
    room : int
        Columns to fill.
    """
    command = f"troopdata diff {old} {new}"
    lines = [_cut(f"From {old} to {new}", room), ""]
    if found.empty:
        return "\n".join([*lines, "Nothing differs."])
    lines += [*_counts(found), ""]
    for (table, op, column, _), part in _groups(found):
        lines += [*_group(table, op, column, part, command, room), ""]
    every = f"Every cell, added rows too: {command} --format csv, or -o FILE"
    return "\n".join([*lines, *textwrap.wrap(every, room, break_on_hyphens=False)])


def _counts(found: pd.DataFrame) -> Iterator[str]:
    """Yield a line a table: how many rows were added, changed, closed and retracted."""
    wide = max(len("rows"), *(len(name) for name in found["table"].unique()))
    yield f"{'rows':<{wide}}" + "".join(f"{op:>11}" for op in OPS)
    counts = found.groupby(["table", "op"])["key"].nunique()
    for name in spec.tables():
        if name in counts.index.get_level_values("table"):
            cells = [counts.get((name, op), 0) for op in OPS]
            told = "".join(f"{count:>11,}" if count else f"{'-':>11}" for count in cells)
            yield f"{name:<{wide}}{told}"


def _groups(found: pd.DataFrame) -> Iterator[tuple[Any, pd.DataFrame]]:
    """Yield the cells that changed for one reason; a row that is gone is one line."""
    moved = found[found["op"] != "added"]
    gone = moved["op"] == "retracted"
    column = moved["column"].mask(gone, "")
    keys = [moved["table"], moved["op"], column, moved["reason"].fillna("")]
    yield from moved.groupby(keys, sort=True)


def _group(
    table: str, op: str, column: str, part: pd.DataFrame, command: str, room: int
) -> Iterator[str]:
    count = part["key"].nunique()
    what = f"{table}, {column}" if column else table
    yield _cut(f"{op.upper()}  {what}: {count:,} {'row' if count == 1 else 'rows'}", room)
    reason = part["reason"].dropna().unique()
    if len(reason):
        yield from textwrap.wrap(
            reason[0], room, initial_indent="  because: ", subsequent_indent="  "
        )
    lines = _retracted(part) if op == "retracted" else _moved(part)
    for line in lines[:CELLS_SHOWN]:
        yield _cut(line, room)
    if count > CELLS_SHOWN:
        rest = f"and {count - CELLS_SHOWN:,} more: {command} --table {table} --format csv"
        yield from textwrap.wrap(
            rest, room, initial_indent="  ", subsequent_indent="    ", break_on_hyphens=False
        )


def _moved(part: pd.DataFrame) -> list[str]:
    wide = min(part["key"].str.len().max(), 40)
    return [
        f"  {_cut(row['key'], wide):<{wide}}  {_shown(row['before'])} → {_shown(row['after'])}"
        for row in part.astype(object).where(part.notna(), None).to_dict("records")
    ]


def _retracted(part: pd.DataFrame) -> list[str]:
    """Return a line a row that is gone: its key, and what names it to a reader."""
    named = part[part["column"].isin(NAMES)]
    named = named.sort_values("column", key=lambda names: names.map(NAMES.index), kind="stable")
    told = named.groupby("key")["before"].agg(", ".join)
    keys = part["key"].unique()
    return [f"  {key}  {told.get(key, '')}".rstrip() for key in keys]


def _shown(cell: Any) -> str:
    return "nothing" if cell is None else str(cell)


def _cut(text: str, room: int) -> str:
    return text if len(text) <= room else text[: room - 1] + "…"
