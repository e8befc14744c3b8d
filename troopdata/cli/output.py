"""Frames as text for a reader, as JSON for a program, or as a file."""

from __future__ import annotations

import datetime as dt
import json
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from troopdata.errors import StorageError, UsageError, shown

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["emit", "records", "save", "warn", "width"]

MOST_ROWS = 60
NARROW, WIDE = 80, 160


def width() -> int:
    """Return the columns of the terminal; 80 in a pipe."""
    if not sys.stdout.isatty():
        return NARROW
    return max(40, min(shutil.get_terminal_size((NARROW, 24)).columns, WIDE))


def plain(value: Any) -> Any:
    """Return a cell as JSON can hold it: days as ISO text, a missing cell as null."""
    import pandas as pd

    if value is None or pd.isna(value):
        return None
    if isinstance(value, (pd.Timestamp, dt.date)):
        return str(value)[:10]
    if isinstance(value, (str, bool, int, float)):
        return value
    if hasattr(value, "item"):
        return value.item()
    return str(value)


def records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Return rows as dictionaries that JSON can hold."""
    columns = [str(name) for name in frame.columns]
    return [
        {name: plain(value) for name, value in zip(columns, row, strict=True)}
        for row in frame.astype(object).itertuples(index=False, name=None)
    ]


def emit(frame: pd.DataFrame, form: str) -> None:
    """Print a frame: aligned text, JSON (one array of objects), or CSV."""
    if form == "json":
        print_text(json.dumps(records(frame), ensure_ascii=False, indent=1))
    elif form == "csv":
        print_text(csv_text(frame).rstrip("\n"))
    else:
        print_text(aligned(frame))


def print_text(text: str) -> None:
    """Write text to standard output."""
    sys.stdout.write(text + "\n")


def warn(told: Mapping[str, Any]) -> None:
    """Say on standard error that a release was withdrawn, and why."""
    if told.get("yanked"):
        sys.stderr.write(f"release {told['release']} was withdrawn: {told['yanked']}\n")


def csv_text(frame: pd.DataFrame) -> str:
    """Return a frame as CSV, missing cells empty."""
    from troopdata.curate.canonical import rendered

    rows = [["" if v is None else _csv_cell(v) for v in row.values()] for row in records(frame)]
    return rendered([str(name) for name in frame.columns], rows)


def _csv_cell(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def aligned(frame: pd.DataFrame, *, most: int = MOST_ROWS) -> str:
    """Return a frame as columns of text: numbers right, long cells cut, the rest counted."""
    if frame.empty:
        return "no rows"
    shown_rows = records(frame.head(most))
    columns = list(shown_rows[0])
    numeric = {
        c for c in columns if all(isinstance(r[c], (int, float, type(None))) for r in shown_rows)
    }
    cells = [[_cell(row[name]) for name in columns] for row in shown_rows]
    widths = [max(len(name), *(len(row[at]) for row in cells)) for at, name in enumerate(columns)]
    widths = _fitted(widths, columns, width())
    lines = [_line(columns, widths, set())]
    lines += [
        _line(row, widths, {at for at, c in enumerate(columns) if c in numeric}) for row in cells
    ]
    if len(frame) > most:
        lines.append(f"... {len(frame) - most:,} more rows; -o FILE keeps them all")
    return "\n".join(line.rstrip() for line in lines)


def _cell(value: Any) -> str:
    if value is None:
        return "-"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:g}" if isinstance(value, float) else str(value)


def _fitted(widths: list[int], columns: list[str], room: int) -> list[int]:
    """Return widths that fit the room: the widest column gives way first."""
    widths = list(widths)
    while sum(widths) + 2 * (len(widths) - 1) > room:
        at = max(range(len(widths)), key=widths.__getitem__)
        if widths[at] <= 8:
            break
        widths[at] -= 1
    return widths


def _line(cells: list[str], widths: list[int], right: set[int]) -> str:
    parts = []
    for at, (cell, size) in enumerate(zip(cells, widths, strict=True)):
        text = cell if len(cell) <= size else cell[: size - 1] + "…"
        parts.append(text.rjust(size) if at in right else text.ljust(size))
    return "  ".join(parts)


def save(frame: pd.DataFrame, path: Path) -> None:
    """Write a frame to a file, in the format that its name says, whole or not at all.

    Raises
    ------
    UsageError
        If the name ends in nothing that we write.
    StorageError
        If the folder cannot be written.
    """
    from troopdata.store import replace

    writers = {".csv": _csv, ".parquet": _parquet, ".geojson": _geojson, ".json": _json}
    if path.suffix not in writers:
        hint = f"end it in one of {', '.join(writers)}"
        raise UsageError(f"cannot write {shown(path.name)}", hint=hint)
    data = writers[path.suffix](frame)
    try:
        replace(path, data)
    except OSError as error:
        raise StorageError(f"cannot write {path}: {error.strerror}", file=str(path)) from None


def _csv(frame: pd.DataFrame) -> bytes:
    return csv_text(frame.drop(columns="geometry", errors="ignore")).encode("utf-8")


def _json(frame: pd.DataFrame) -> bytes:
    rows = records(frame.drop(columns="geometry", errors="ignore"))
    return (json.dumps(rows, ensure_ascii=False, indent=1) + "\n").encode("utf-8")


def _parquet(frame: pd.DataFrame) -> bytes:
    import io

    out = io.BytesIO()
    frame.to_parquet(out, index=False)
    return out.getvalue()


def _geojson(frame: pd.DataFrame) -> bytes:
    from troopdata.geo.geojson import to_geojson

    if "geometry" not in frame:
        raise UsageError("this table has no points", hint="bases has; or take .csv")
    return (to_geojson(frame) + "\n").encode("utf-8")
