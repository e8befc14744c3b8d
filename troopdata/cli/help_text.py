"""Format the help of commands: whole examples, and values named by what they are."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

__all__ = ["commands", "examples", "format_help"]

EXAMPLE = re.compile(r"^Example: (.*(?:\n(?!\n).*)*)", re.MULTILINE)
# Click does not rewrap a paragraph that begins with this character.
VERBATIM = "\b\n"
VALUES = {
    "host": "COUNTRY", "sender": "COUNTRY", "party": "COUNTRY", "on": "DAY", "released_at": "DAY",
    "knowledge_cutoff": "DAY", "version": "RELEASE", "number": "RELEASE", "old": "RELEASE",
    "new": "RELEASE", "output": "FILE", "file": "FILE", "points": "FILE", "table": "TABLE",
    "column": "COLUMN", "years": "YEARS", "by": "KEYS", "k": "NUMBER", "max_km": "KM",
    "seconds": "SECONDS", "megabytes": "MB", "datasets": "FOLDER", "into": "FOLDER",
    "target": "FOLDER", "folder": "FOLDER", "upstream": "FOLDER", "to": "PLACE",
    "longitude": "COLUMN", "latitude": "COLUMN",
}  # fmt: skip
CODED = "CODE"


def commands(command: Any, *names: str) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Yield every command with the words that call it."""
    for name, inner in getattr(command, "commands", {}).items():
        if hasattr(inner, "commands"):
            yield from commands(inner, *names, name)
        else:
            yield (*names, name), inner


def examples(help_text: str) -> list[str]:
    """Return the examples of a command's docstring, each on one line.

    Examples
    --------
    >>> examples("Print rows. Example: none" + 2 * chr(10) + "Example: troopdata get bases")
    ['troopdata get bases']
    """
    return [" ".join(found.split()) for found in EXAMPLE.findall(help_text)]


def format_help(command: Any) -> Any:
    """Put the examples of every command on lines of their own, and name the values it takes."""
    for _, inner in commands(command):
        text = inner.help or ""
        if lines := examples(text):
            title = "Example:" if len(lines) == 1 else "Examples:"
            prose = EXAMPLE.sub("", text).strip()
            inner.help = f"{prose}\n\n{VERBATIM}{title}\n  " + "\n  ".join(lines)
        for parameter in inner.params:
            _name_value(parameter)
    return command


def _name_value(parameter: Any) -> None:
    """Set the placeholder of an option that takes a value and does not list its choices."""
    if parameter.param_type_name != "option" or parameter.metavar or parameter.name == "help":
        return
    if not parameter.is_flag and parameter.name != "form":
        parameter.metavar = VALUES.get(parameter.name, CODED)
