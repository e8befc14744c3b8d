"""Lay out the columns of a table, or the codes of a column, for a reader."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from troopdata.cli.terminal import styled, wrap
from troopdata.cli.values import records

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["dictionary"]


def dictionary(frame: pd.DataFrame, *, room: int = 80) -> Iterator[str]:
    """Yield the result of `describe` as lines no wider than `room`.

    Parameters
    ----------
    frame : pandas.DataFrame
        The columns of a table, or the codes of a column.
    room : int
        Columns to fill.
    """
    for row in records(frame):
        yield from _code(row, room) if "code" in row else _column(row, room)
    for step in frame.attrs.get("rule", []):
        # Steps have numbers of their own; what goes before and after them has none.
        numbered = re.match(r"\d+\. ", step)
        yield from wrap(step, room, hang=len(numbered[0]) if numbered else 0)


def _code(row: dict[str, Any], room: int) -> Iterator[str]:
    meaning = row["definition"] or row["label"]
    yield from wrap(meaning, room, head=f"{styled(row['code'], 'code')}: ", hang=4)


def _column(row: dict[str, Any], room: int) -> Iterator[str]:
    unit = f", {row['unit']}" if row["unit"] else ""
    kind = f"({row['type']}{unit})"
    yield f"{styled(row['column'], 'strong')} {styled(kind, 'aside')}"
    codes = f" One of: {row['codes']}." if row["codes"] else ""
    yield from wrap(row["description"] + codes, room, head="    ")
