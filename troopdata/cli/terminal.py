"""The terminal: how wide it is, whether it shows colour, and text measured as it shows it."""

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
    "cut",
    "ink",
    "joined",
    "padded",
    "ready",
    "width",
    "wrap",
]

NARROWEST, NARROW, READABLE = 40, 80, 120
ESCAPE = re.compile(r"\x1b\[[0-9;]*m")
FIRM = "\xa0"
RESET = "\x1b[0m"
NEIGHBOURS = re.compile(r"(\x1b\[\d+m)([^\x1b]*(?:\x1b\[0m +\1[^\x1b]*)+)")
# Bold, faint, blue-green and yellow: told apart by every kind of colour vision, and on light and
# dark grounds. A colour only repeats what the words beside it say.
INKS = {"head": "1", "strong": "1", "name": "36", "code": "36", "doubt": "33", "aside": "2"}
# What a terminal that is not UTF-8 gets for a sign that has no plain letter in it; one for one,
# so that columns stay where they are.
PLAIN = {"…": "~", "→": ">", "–": "-", "—": "-", "’": "'", "‘": "'", "“": '"', "”": '"'}  # noqa: RUF001


def width() -> int:
    """Return the columns to fill: ``COLUMNS``, or the terminal's, or 80 in a pipe."""
    columns = shutil.get_terminal_size((NARROW, 24)).columns if _known() else NARROW
    return max(NARROWEST, columns)


def _known() -> bool:
    return os.environ.get("COLUMNS", "").isdigit() or sys.stdout.isatty()


def colour(stream: TextIO | None = None) -> bool:
    """Return whether a stream is to be coloured.

    ``NO_COLOR`` says no, then ``FORCE_COLOR`` says yes; a pipe and ``TERM=dumb`` say no.
    """
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR", "0") not in ("", "0"):
        return True
    return os.environ.get("TERM") != "dumb" and (stream or sys.stdout).isatty()


def ink(text: str, kind: str, stream: TextIO | None = None) -> str:
    """Return text in the ink of its kind, or as it is where there is no colour.

    Every word is inked by itself, so that a line may be broken between any two.
    """
    if not text or not colour(stream):
        return text
    return " ".join(f"\x1b[{INKS[kind]}m{word}{RESET}" if word else "" for word in text.split(" "))


def cells(text: str) -> int:
    """Return how many columns text takes: none for a combining mark, two for a wide sign.

    Examples
    --------
    >>> cells("Côte d'Ivoire"), cells("Co\u0302te"), cells("日本")
    (13, 4, 4)
    """
    if text.isascii() and "\x1b" not in text:
        return len(text)
    return sum(map(_cell, ESCAPE.sub("", text)))


def _cell(sign: str) -> int:
    if unicodedata.combining(sign) or unicodedata.category(sign) in ("Cf", "Me", "Mn"):
        return 0
    return 2 if unicodedata.east_asian_width(sign) in "WF" else 1


def firm(text: str) -> str:
    """Return text that `wrap` does not break: a date, a command."""
    return text.replace(" ", FIRM)


def padded(text: str, room: int, *, right: bool = False) -> str:
    """Return text with spaces up to `room` columns, before it if it is to stand `right`."""
    space = " " * (room - cells(text))
    return space + text if right else text + space


def cut(text: str, room: int) -> str:
    """Return text that takes at most `room` columns; an ellipsis says that some of it is gone."""
    if cells(text) <= room:
        return text
    kept, taken = "", 0
    for sign in ESCAPE.sub("", text):
        taken += _cell(sign)
        if taken > room - 1:
            break
        kept += sign
    return kept.rstrip() + "…"


def wrap(text: str, room: int, *, head: str = "", hang: int | None = None) -> Iterator[str]:
    """Yield the lines of text after `head`, those after the first hanging `hang` columns in.

    A word is never broken: a name, a date or a command stays whole, even where it is longer than
    a line.
    """
    hang = cells(head) if hang is None else hang
    line, taken, empty = head, cells(head), True
    for word in filter(None, text.split(" ")):
        size = cells(word)
        if not empty and taken + 1 + size > room:
            yield line.replace(FIRM, " ")
            line, taken, empty = " " * hang, hang, True
        line += word if empty else f" {word}"
        taken += size + (0 if empty else 1)
        empty = False
    yield line.replace(FIRM, " ")


def joined(text: str) -> str:
    """Return text in which neighbouring words of one ink share one escape."""
    return NEIGHBOURS.sub(
        lambda found: found[1] + re.sub(r"\x1b\[0m( +)\x1b\[\d+m", r"\1", found[2]), text
    )


def ready() -> None:
    """Let the streams replace what their encoding lacks, instead of failing on it."""
    codecs.register_error("troopdata", _replaced)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="troopdata")


def _replaced(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return "".join(map(_plain, error.object[error.start : error.end])), error.end


def _plain(sign: str) -> str:
    bare = unicodedata.normalize("NFKD", sign).encode("ascii", "ignore").decode("ascii")
    return PLAIN.get(sign) or bare or "?" * _cell(sign)
