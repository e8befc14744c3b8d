"""Read CSV text strictly, without guessing types or missing values.

Every cell is a string, an empty cell is missing, and ``NA`` is the code of Namibia. A file that
two programs could read differently is refused, with the line at which it goes wrong.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from troopdata.errors import Failure, Invalid, UsageError

__all__ = ["Text", "read", "read_rows", "suspicious"]

MAX_BYTES = 1 << 30
MAX_CELL = 1 << 17
# Control characters, spaces other than the plain one, marks that change the direction of text or
# join letters: two cells that differ in these look the same.
INVISIBLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00a0\u00ad\u034f\u061c\u180e\u2000-\u200f\u2028-\u202f"
    "\u205f-\u206f\u3000\ufe00-\ufe0f\ufeff\ufff9-\uffff]"
)
MARKUP = re.compile(r"<\s*(script|iframe|img|svg|object)\b|javascript:", re.IGNORECASE)
NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?", re.ASCII)
# A spreadsheet runs a cell that starts with one of these.
FORMULA = ("=", "+", "-", "@")


@dataclass(frozen=True, slots=True)
class Text:
    """A CSV file as text.

    Attributes
    ----------
    file : str
        Its name, for messages.
    columns : tuple of str
        The header.
    rows : list of list of str
        The cells; every row is as wide as the header.
    lines : list of int
        The line of the file on which each row starts; the header is line 1.
    failures : tuple of Failure
        Everything that is wrong with the text, as opposed to its values.
    """

    file: str
    columns: tuple[str, ...]
    rows: list[list[str]]
    lines: list[int]
    failures: tuple[Failure, ...] = ()

    def records(self) -> Iterator[dict[str, str]]:
        """Yield each row as a dictionary."""
        for row in self.rows:
            yield dict(zip(self.columns, row, strict=True))


def read(source: Path | bytes, *, file: str = "") -> Text:
    r"""Read one CSV file.

    Parameters
    ----------
    source : pathlib.Path or bytes
        The file, or its bytes.
    file : str, optional
        Name for messages; the path by default.

    Returns
    -------
    Text
        Its `failures` name every breach of the form: UTF-8 without a byte order mark, one header,
        commas, every row as wide as the header.

    Raises
    ------
    UsageError
        If the file cannot be read.

    Examples
    --------
    >>> read(b"country,name\nNA,Namibia\n").rows
    [['NA', 'Namibia']]
    """
    name = file or str(source if isinstance(source, Path) else "text")
    try:
        data = source.read_bytes() if isinstance(source, Path) else source
    except OSError as error:
        raise UsageError(f"cannot read {name}: {error.strerror}", file=name) from None
    text, failures = _decoded(data, name)
    if failures:
        return Text(name, (), [], [], tuple(failures))
    return _parsed(text, name)


def read_rows(path: Path) -> list[dict[str, str]]:
    """Return the rows of one of the project's own files as dictionaries.

    Parameters
    ----------
    path : pathlib.Path
        The file.

    Raises
    ------
    Invalid
        If the text is not in the form that `read` asks for.
    """
    text = read(path)
    if text.failures:
        raise Invalid(text.failures)
    return list(text.records())


def _decoded(data: bytes, name: str) -> tuple[str, list[Failure]]:
    def fault(offset: int, rule: str, message: str, hint: str) -> Failure:
        line = data.count(b"\n", 0, offset) + 1
        found = data[offset : offset + 4].hex(" ")
        return Failure(name, line, "", "", rule, found, f"{message} at byte {offset}", hint)

    save = "save it as plain UTF-8 with LF line ends"
    if data.startswith((b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")):
        return "", [fault(0, "encoding", "byte order mark", save)]
    if b"\x00" in data:
        return "", [fault(data.index(b"\x00"), "encoding", "NUL byte", save)]
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        return "", [fault(error.start, "encoding", "not UTF-8", save)]
    if b"\r" in data.replace(b"\r\n", b""):
        return "", [fault(data.index(b"\r"), "encoding", "bare carriage return", save)]
    if not text.strip():
        hint = "the first line holds the column names"
        return "", [Failure(name, 1, "", "", "csv", "", "empty file", hint)]
    return text, []


def _parsed(text: str, name: str) -> Text:
    rows: list[list[str]] = []
    lines: list[int] = []
    failures: list[Failure] = []
    csv.field_size_limit(MAX_CELL)
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    columns: tuple[str, ...] = ()
    before = 0
    try:
        columns = tuple(next(reader))
        before = reader.line_num
        if found := _separated(columns):
            message = f"the cells are separated by {found!r}, not by commas"
            hint = "save it as CSV with commas, a cell that holds a comma in quotes"
            return Text(name, (), [], [], (Failure(name, 1, "", "", "csv", "", message, hint),))
        for row in reader:
            line, before = before + 1, reader.line_num
            if len(row) == len(columns):
                rows.append(row)
                lines.append(line)
            elif row:
                message = f"{len(row)} cells where the header has {len(columns)}"
                hint = "quote a cell that holds a comma"
                failures.append(Failure(name, line, "", "", "csv", "", message, hint))
    except csv.Error as error:
        failures.append(
            Failure(name, before + 1, "", "", "csv", "", str(error), "check the quotes")
        )
    for column in sorted(c for c, times in Counter(columns).items() if times > 1):
        failures.append(Failure(name, 1, "", column, "csv", column, "duplicate column"))
    return Text(name, columns, rows, lines, tuple(failures))


def _separated(columns: tuple[str, ...]) -> str:
    """Return the separator of a file that does not use commas, as in much of Europe."""
    if len(columns) != 1:
        return ""
    return next((mark for mark in (";", "\t", "|") if mark in columns[0]), "")


def suspicious(value: str) -> str:
    r"""Return what is wrong with the text of a cell, or an empty string.

    Parameters
    ----------
    value : str
        The cell.

    Examples
    --------
    >>> suspicious("Niger")
    ''
    >>> suspicious("Niger\u200b")
    'invisible character U+200B'
    >>> suspicious("N\u0456ger")
    'mixes Latin and Cyrillic letters (U+0456)'
    """
    return _layout(value) or _formula(value) if value.isascii() else _unusual(value)


def _unusual(value: str) -> str:
    if found := INVISIBLE.search(value):
        return f"invisible character U+{ord(found[0]):04X}"
    composed = unicodedata.is_normalized("NFC", value)
    form = "" if composed else "not in Unicode NFC"
    return form or _layout(value) or _mixed(value) or _formula(value)


def _layout(value: str) -> str:
    if not value.isascii() or value.isprintable():
        broken = value != value.strip() or "  " in value
        return "leading, trailing or double space" if broken else _markup(value)
    if "\n" in value or "\t" in value:
        return "line break or tab"
    return f"invisible character U+{ord(INVISIBLE.search(value)[0]):04X}"  # type: ignore[index]


def _markup(value: str) -> str:
    return "markup or script" if MARKUP.search(value) else ""


def _formula(value: str) -> str:
    if NUMBER.fullmatch(value):
        return ""
    if value.startswith(FORMULA) and len(value) > 1 and not value[1:2].isspace():
        return "starts like a spreadsheet formula"
    return ""


def _mixed(value: str) -> str:
    """Return the first word's mix of Latin with Cyrillic or Greek letters, which look the same."""
    for word in re.findall(r"\w+", value):
        scripts = {c: unicodedata.name(c, "").split(" ")[0] for c in word if c.isalpha()}
        found = set(scripts.values())
        if "LATIN" in found and (other := found & {"CYRILLIC", "GREEK"}):
            odd = next(c for c, script in scripts.items() if script in other)
            return f"mixes Latin and {other.pop().title()} letters (U+{ord(odd):04X})"
    return ""
