"""Measure, wrap and colour text for a terminal.

rich measures text (`rich.cells`). Wrapping, colour and width are our own: rich breaks lines at
no-break spaces and crops or folds words longer than a line, keeps bold under ``NO_COLOR``, and
takes ``FORCE_COLOR=0`` for a yes.
"""

from __future__ import annotations

import codecs
import os
import re
import shutil
import sys
import unicodedata
from collections.abc import Iterator
from typing import TextIO

__all__ = [
    "READABLE",
    "cells",
    "colour",
    "configure_streams",
    "merge_escapes",
    "padded",
    "styled",
    "truncated",
    "unbreakable",
    "width",
    "wrap",
]

NARROWEST, NARROW, READABLE = 40, 80, 120
ESCAPE = re.compile(r"\x1b\[[0-9;]*m")
NO_BREAK_SPACE = "\xa0"
RESET = "\x1b[0m"
# A styled word followed by words of the same style: each word has escapes of its own.
ADJACENT = re.compile(r"(\x1b\[\d+m)([^\x1b]*(?:\x1b\[0m +\1[^\x1b]*)+)")
# Bold, faint, cyan and yellow can be distinguished with every kind of colour vision, and on light
# and dark backgrounds. Colour only repeats what the words beside it say.
STYLES = {"head": "1", "strong": "1", "name": "36", "code": "36", "doubt": "33", "aside": "2"}
# Replacements for characters that have no ASCII letter in them, on a terminal that is not UTF-8.
# One character each, so that columns stay aligned.
PLAIN = {"…": "~", "→": ">", "–": "-", "—": "-", "’": "'", "‘": "'", "“": '"', "”": '"'}  # noqa: RUF001


def width() -> int:
    """Return the columns to fill: ``COLUMNS``, else the terminal's width, or 80 in a pipe."""
    columns = shutil.get_terminal_size((NARROW, 24)).columns if _known() else NARROW
    return max(NARROWEST, columns)


def _known() -> bool:
    return os.environ.get("COLUMNS", "").isdigit() or sys.stdout.isatty()


def colour(stream: TextIO | None = None) -> bool:
    """Return whether to colour a stream.

    ``NO_COLOR`` turns colour off, otherwise ``FORCE_COLOR`` turns it on. Without either, only a
    terminal is coloured, and not with ``TERM=dumb``.
    """
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR", "0") not in ("", "0"):
        return True
    return os.environ.get("TERM") != "dumb" and (stream or sys.stdout).isatty()


def styled(text: str, style: str, stream: TextIO | None = None) -> str:
    """Return text in one of `STYLES`, or unchanged where there is no colour.

    Each word is styled separately, so that a line can be broken between any two words;
    `merge_escapes` joins what was not broken.
    """
    if not text or not colour(stream):
        return text
    start = f"\x1b[{STYLES[style]}m"
    return " ".join(f"{start}{word}{RESET}" if word else "" for word in text.split(" "))


def cells(text: str) -> int:
    """Return the columns that text takes: 0 for a combining mark, 2 for a wide character.

    Examples
    --------
    >>> cells("Côte d'Ivoire"), cells("Co\u0302te"), cells("日本")
    (13, 4, 4)
    """
    if text.isascii() and "\x1b" not in text:
        return len(text)
    # Imported here: most lines are ASCII, and --help needs no rich.
    from rich.cells import cell_len

    return cell_len(ESCAPE.sub("", text))


def unbreakable(text: str) -> str:
    """Return text that `wrap` keeps on one line, such as a date or a command."""
    return text.replace(" ", NO_BREAK_SPACE)


def padded(text: str, room: int, *, right: bool = False) -> str:
    """Return text padded with spaces to `room` columns, aligned left, or `right`."""
    space = " " * (room - cells(text))
    return space + text if right else text + space


def truncated(text: str, room: int) -> str:
    """Return text cut to at most `room` columns, ending in an ellipsis if it was longer."""
    if cells(text) <= room:
        return text
    from rich.cells import set_cell_size

    return set_cell_size(ESCAPE.sub("", text), room - 1).rstrip() + "…"


def wrap(text: str, room: int, *, head: str = "", hang: int | None = None) -> Iterator[str]:
    """Yield the lines of `head` and text, with later lines indented by `hang` columns.

    Words are never broken: a name, a date or a command stays whole even if it is longer than a
    line.
    """
    hang = cells(head) if hang is None else hang
    line, taken, empty = head, cells(head), True
    for word in filter(None, text.split(" ")):
        size = cells(word)
        if not empty and taken + 1 + size > room:
            yield line.replace(NO_BREAK_SPACE, " ")
            line, taken, empty = " " * hang, hang, True
        line += word if empty else f" {word}"
        taken += size + (0 if empty else 1)
        empty = False
    yield line.replace(NO_BREAK_SPACE, " ")


def merge_escapes(text: str) -> str:
    """Return text in which adjacent words of one style share one pair of escapes."""
    return ADJACENT.sub(
        lambda found: found[1] + re.sub(r"\x1b\[0m( +)\x1b\[\d+m", r"\1", found[2]), text
    )


def configure_streams() -> None:
    """Make the streams replace characters that their encoding lacks, instead of failing."""
    codecs.register_error("troopdata", _replaced)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="troopdata")


def _replaced(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return "".join(map(_plain, error.object[error.start : error.end])), error.end


def _plain(character: str) -> str:
    bare = unicodedata.normalize("NFKD", character).encode("ascii", "ignore").decode("ascii")
    return PLAIN.get(character) or bare or "?" * cells(character)
