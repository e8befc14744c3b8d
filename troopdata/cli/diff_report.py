"""What changed between two releases, for a reader: counts first, then cells with their reasons."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from troopdata.cli.terminal import cut, firm, ink, padded, wrap
from troopdata.schemas import model

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
    lines = [ink(cut(f"From {old} to {new}", room), "head"), ""]
    if found.empty:
        return "\n".join([*lines, "Nothing differs."])
    lines += [*_counts(found), ""]
    for (table, op, column, _), part in _groups(found):
        lines += [*_group(table, op, column, part, command, room), ""]
    every = firm(f"{command} --format csv")
    return "\n".join([*lines, *wrap(f"Every cell, added rows too: {every}, or -o FILE", room)])


def _counts(found: pd.DataFrame) -> Iterator[str]:
    """Yield a line a table: how many rows were added, changed, closed and retracted."""
    wide = max(len("rows"), *(len(name) for name in found["table"].unique()))
    yield ink(f"{'rows':<{wide}}" + "".join(f"{op:>11}" for op in OPS), "head")
    counts = found.groupby(["table", "op"])["key"].nunique()
    for name in model.tables():
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
    told = f"{what}: {count:,} {'row' if count == 1 else 'rows'}"
    yield from wrap(told, room, head=f"{ink(op.upper(), 'head')}  ")
    reason = part["reason"].dropna().unique()
    if len(reason):
        yield from wrap(f"because: {reason[0]}", room, head="  ", hang=4)
    yield from _retracted(part, room) if op == "retracted" else _moved(part, room)
    if count > CELLS_SHOWN:
        rest = firm(f"{command} --table {table} --format csv")
        yield from wrap(f"and {count - CELLS_SHOWN:,} more: {ink(rest, 'code')}", room,
                        head="  ", hang=4)  # fmt: skip


def _moved(part: pd.DataFrame, room: int) -> Iterator[str]:
    """Yield what each cell was and is, beside its key or, where that is long, beneath it."""
    rows = part.astype(object).where(part.notna(), None).head(CELLS_SHOWN).to_dict("records")
    wide = max(len(row["key"]) for row in rows)
    for row in rows:
        body = f"{_shown(row['before'])} → {_shown(row['after'])}"
        if wide > room // 2:
            yield f"  {ink(row['key'], 'name')}"
            yield from wrap(body, room, head=" " * 6)
        else:
            yield from wrap(body, room, head=f"  {ink(padded(row['key'], wide), 'name')}  ")


def _retracted(part: pd.DataFrame, room: int) -> Iterator[str]:
    """Yield a line a row that is gone: its key, and what names it to a reader."""
    named = part[part["column"].isin(NAMES)]
    named = named.sort_values("column", key=lambda names: names.map(NAMES.index), kind="stable")
    told = named.groupby("key")["before"].agg(", ".join)
    for key in part["key"].unique()[:CELLS_SHOWN]:
        yield from wrap(told.get(key, ""), room, head=f"  {ink(key, 'name')}  ", hang=6)


def _shown(cell: Any) -> str:
    return "nothing" if cell is None else str(cell)
