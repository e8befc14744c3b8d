"""Frames as text for a reader, or as JSON or CSV for a program."""

from __future__ import annotations

import datetime as dt
import json
import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from troopdata.cli.terminal import cells, cut, joined, padded, width

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["csv_text", "emit", "print_json", "print_text", "records", "warn", "width"]

MOST_ROWS = 60
# What makes a spreadsheet run a cell: OWASP's list, and the full-width forms of its signs.
RUN = ("=", "+", "-", "@", "\t", "\r", "\0", "\uff1d", "\uff0b", "\uff0d", "\uff20")


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


def emit(frame: pd.DataFrame, form: str, *, excel_safe: bool = False) -> None:
    """Print a frame: aligned text, JSON (one array of objects), or CSV."""
    if form == "json":
        print_json(records(frame))
    elif form == "csv":
        # Data is never spelled otherwise for a terminal's sake: CSV is UTF-8, here as in a file.
        if hasattr(sys.stdout, "reconfigure"):
            sys.stdout.reconfigure(encoding="utf-8")
        print_text(csv_text(frame, excel_safe=excel_safe).rstrip("\n"))
    else:
        print_text(aligned(frame))


def print_text(text: str) -> None:
    """Write text to standard output."""
    sys.stdout.write(joined(text) + "\n" if "\x1b" in text else text + "\n")


def print_json(value: Any, *, indent: int | None = 1) -> None:
    """Write JSON to standard output; signs that its encoding lacks as JSON's own escapes."""
    utf = (getattr(sys.stdout, "encoding", None) or "utf-8").lower().startswith("utf")
    print_text(json.dumps(value, ensure_ascii=not utf, indent=indent))


def warn(told: Mapping[str, Any]) -> None:
    """Say on standard error that a release was withdrawn, and why."""
    if told.get("yanked"):
        sys.stderr.write(f"release {told['release']} was withdrawn: {told['yanked']}\n")


def csv_text(frame: pd.DataFrame, *, excel_safe: bool = False) -> str:
    """Return a frame as CSV, missing cells empty.

    Parameters
    ----------
    frame : pandas.DataFrame
        The rows; an index is not written.
    excel_safe : bool
        Put an apostrophe before text that a spreadsheet would run, and before text that starts
        with one, so that taking one away gives the text back. Without it the text is as it is.
    """
    from troopdata.curate.canonical import rendered

    rows = [[_csv_cell(v, excel_safe) for v in row.values()] for row in records(frame)]
    return rendered([str(name) for name in frame.columns], rows)


def _csv_cell(value: Any, excel_safe: bool) -> str:
    if value is None:
        return ""
    if excel_safe and isinstance(value, str) and value.startswith((*RUN, "'")):
        return f"'{value}"
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
    texts = [[_cell(row[name]) for name in columns] for row in shown_rows]
    widths = [
        max(cells(name), *(cells(row[at]) for row in texts)) for at, name in enumerate(columns)
    ]
    widths = _fitted(widths, columns, width())
    lines = [_line(columns, widths, set())]
    lines += [
        _line(row, widths, {at for at, c in enumerate(columns) if c in numeric}) for row in texts
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


def _line(row: list[str], widths: list[int], right: set[int]) -> str:
    sized = enumerate(zip(row, widths, strict=True))
    return "  ".join(padded(cut(cell, size), size, right=at in right) for at, (cell, size) in sized)
