"""Lay out the changes between two releases: counts first, then cells with their reasons."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from troopdata.cli.terminal import padded, styled, truncated, unbreakable, wrap
from troopdata.schemas import model

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["changelog"]

OPS = ("added", "changed", "closed", "retracted")
CELLS_SHOWN = 10
NAMES = ("title", "name", "description", "sender", "host", "as_of", "personnel")


def changelog(found: pd.DataFrame, old: str, new: str, *, room: int = 80) -> str:
    """Return the result of `diff` as text no wider than `room`.

    Parameters
    ----------
    found : pandas.DataFrame
        The changes.
    old, new : str
        The two sides, as the user named them.
    room : int
        Columns to fill.
    """
    command = f"troopdata diff {old} {new}"
    lines = [styled(truncated(f"From {old} to {new}", room), "head"), ""]
    if found.empty:
        return "\n".join([*lines, "No differences."])
    lines += [*_counts(found), ""]
    for (table, op, column, _), part in _groups(found):
        lines += [*_group(table, op, column, part, command, room), ""]
    every = unbreakable(f"{command} --format csv")
    return "\n".join(
        [*lines, *wrap(f"All changed cells, including added rows: {every}, or -o FILE", room)]
    )


def _counts(found: pd.DataFrame) -> Iterator[str]:
    """Yield one line per table: rows added, changed, closed and retracted."""
    wide = max(len("rows"), *(len(name) for name in found["table"].unique()))
    yield styled(f"{'rows':<{wide}}" + "".join(f"{op:>11}" for op in OPS), "head")
    counts = found.groupby(["table", "op"])["key"].nunique()
    for name in model.tables():
        if name in counts.index.get_level_values("table"):
            cells = [counts.get((name, op), 0) for op in OPS]
            row = "".join(f"{count:>11,}" if count else f"{'-':>11}" for count in cells)
            yield f"{name:<{wide}}{row}"


def _groups(found: pd.DataFrame) -> Iterator[tuple[Any, pd.DataFrame]]:
    """Yield the cells that changed for one reason; a retracted row is a group without a column."""
    changed = found[found["op"] != "added"]
    retracted = changed["op"] == "retracted"
    column = changed["column"].mask(retracted, "")
    keys = [changed["table"], changed["op"], column, changed["reason"].fillna("")]
    yield from changed.groupby(keys, sort=True)


def _group(
    table: str, op: str, column: str, part: pd.DataFrame, command: str, room: int
) -> Iterator[str]:
    count = part["key"].nunique()
    what = f"{table}, {column}" if column else table
    title = f"{what}: {count:,} {'row' if count == 1 else 'rows'}"
    yield from wrap(title, room, head=f"{styled(op.upper(), 'head')}  ")
    reason = part["reason"].dropna().unique()
    if len(reason):
        yield from wrap(f"reason: {reason[0]}", room, head="  ", hang=4)
    yield from _retracted(part, room) if op == "retracted" else _changed(part, room)
    if count > CELLS_SHOWN:
        rest = unbreakable(f"{command} --table {table} --format csv")
        yield from wrap(f"and {count - CELLS_SHOWN:,} more: {styled(rest, 'code')}", room,
                        head="  ", hang=4)  # fmt: skip


def _changed(part: pd.DataFrame, room: int) -> Iterator[str]:
    """Yield the key and both values of each cell, on two lines where keys are long."""
    rows = part.astype(object).where(part.notna(), None).head(CELLS_SHOWN).to_dict("records")
    wide = max(len(row["key"]) for row in rows)
    for row in rows:
        body = f"{_shown(row['before'])} → {_shown(row['after'])}"
        if wide > room // 2:
            yield f"  {styled(row['key'], 'name')}"
            yield from wrap(body, room, head=" " * 6)
        else:
            yield from wrap(body, room, head=f"  {styled(padded(row['key'], wide), 'name')}  ")


def _retracted(part: pd.DataFrame, room: int) -> Iterator[str]:
    """Yield one line per retracted row: its key, and the cells that identify it to a reader."""
    named = part[part["column"].isin(NAMES)]
    named = named.sort_values("column", key=lambda names: names.map(NAMES.index), kind="stable")
    names = named.groupby("key")["before"].agg(", ".join)
    for key in part["key"].unique()[:CELLS_SHOWN]:
        yield from wrap(names.get(key, ""), room, head=f"  {styled(key, 'name')}  ", hang=6)


def _shown(cell: Any) -> str:
    return "(empty)" if cell is None else str(cell)
