"""Print frames as text for a reader, or as JSON or CSV for a program."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from troopdata import progress
from troopdata.cli.table_layout import table_text
from troopdata.cli.terminal import merge_escapes
from troopdata.cli.values import records

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["csv_text", "emit", "print_json", "print_status", "print_text", "print_withdrawal"]

# Characters at the start of a cell that make a spreadsheet run it: OWASP's list, and the
# full-width forms of its signs.
RUN = ("=", "+", "-", "@", "\t", "\r", "\0", "\uff1d", "\uff0b", "\uff0d", "\uff20")


def emit(frame: pd.DataFrame, form: str, *, excel_safe: bool = False) -> None:
    """Print a frame: text in columns, JSON (one array of objects), or CSV."""
    if form == "json":
        print_json(records(frame))
    elif form == "csv":
        # CSV is UTF-8 here as in a file: characters of data are never replaced for a terminal.
        if hasattr(sys.stdout, "reconfigure"):
            sys.stdout.reconfigure(encoding="utf-8")
        print_text(csv_text(frame, excel_safe=excel_safe).rstrip("\n"))
    else:
        print_text(table_text(frame))


def print_text(text: str) -> None:
    """Write text to standard output."""
    with progress.aside():
        sys.stdout.write(merge_escapes(text) + "\n" if "\x1b" in text else text + "\n")


def print_json(value: Any, *, indent: int | None = 1) -> None:
    """Write JSON to standard output, as ASCII with JSON escapes unless the stream is UTF-8."""
    utf = (getattr(sys.stdout, "encoding", None) or "utf-8").lower().startswith("utf")
    print_text(json.dumps(value, ensure_ascii=not utf, indent=indent))


def print_status(text: str) -> None:
    """Write a line about what was done to standard error, so that output stays clean."""
    with progress.aside():
        sys.stderr.write(text + "\n")


def print_withdrawal(provenance: Mapping[str, Any]) -> None:
    """Report on standard error that a release was withdrawn, and why."""
    if provenance.get("yanked"):
        print_status(f"release {provenance['release']} was withdrawn: {provenance['yanked']}")


def csv_text(frame: pd.DataFrame, *, excel_safe: bool = False) -> str:
    """Return a frame as CSV, with missing cells empty.

    Parameters
    ----------
    frame : pandas.DataFrame
        The rows; the index is not written.
    excel_safe : bool
        Put an apostrophe before text that a spreadsheet would run, and before text that already
        starts with one, so that removing one apostrophe restores the text. By default, text is
        written as it is.
    """
    from troopdata.io.csv_writer import rendered

    rows = [[_csv_cell(v, excel_safe) for v in row.values()] for row in records(frame)]
    return rendered([str(name) for name in frame.columns], rows)


def _csv_cell(value: Any, excel_safe: bool) -> str:
    if value is None:
        return ""
    if excel_safe and isinstance(value, str) and value.startswith((*RUN, "'")):
        return f"'{value}"
    return str(value).lower() if isinstance(value, bool) else str(value)
