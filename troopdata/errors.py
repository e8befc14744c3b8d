"""The errors of troopdata, each with what went wrong, where, and what to type next.

All of them derive from `TroopdataError`, so one ``except`` catches everything that a user, a file
or the network can cause.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, ClassVar, NamedTuple

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "AmbiguousCountry",
    "Failure",
    "IncompatibleError",
    "IntegrityError",
    "Invalid",
    "ManifestError",
    "NetworkError",
    "StorageError",
    "TroopdataError",
    "UnknownCode",
    "UnknownColumn",
    "UnknownCountry",
    "UnknownName",
    "UnknownRelease",
    "UnknownTable",
    "UsageError",
]

SHOWN_FAILURES = 20
SHOWN_CHARACTERS = 80


def shown(value: object) -> str:
    """Return `value` for a message: in ASCII, and at most 80 characters.

    A value may come from a file of a stranger: in ASCII it cannot move the cursor of a terminal or
    show one letter in place of another.

    Parameters
    ----------
    value : object
        What was found.
    """
    text = ascii(value)
    return text if len(text) <= SHOWN_CHARACTERS else text[: SHOWN_CHARACTERS - 3] + "..."


class Failure(NamedTuple):
    """One fault at one place.

    Attributes
    ----------
    file : str
        The file, or the table's name for a frame in memory.
    row : int or None
        The line of a text file (the header is line 1); the position from 0 in a frame.
    key : str
        Primary key of the row, parts joined by ``|``; empty if the table has none.
    column, rule, value, message : str
        The column, the name of the rule, the value found, and what the rule requires.
    hint : str
        What to do about it.
    severity : str
        ``error``; or ``note`` for a value that is unusual and may be right.
    """

    file: str
    row: int | None
    key: str
    column: str
    rule: str
    value: str
    message: str
    hint: str = ""
    severity: str = "error"

    def __str__(self) -> str:
        where = self.file if self.row is None else f"{self.file}:{self.row}"
        column = f" {self.column}:" if self.column else ""
        got = f" (got {shown(self.value)})" if self.value else ""
        hint = f"; {self.hint}" if self.hint else ""
        return f"{where}:{column} [{self.rule}] {self.message}{got}{hint}"


class TroopdataError(Exception):
    """An error that a user, a file or the network caused, as opposed to a bug in troopdata.

    Parameters
    ----------
    message : str
        What went wrong.
    hint : str, optional
        What to type next.
    file, row, key, column, rule, value : optional
        Where it went wrong, as far as known.
    """

    exit_code: ClassVar[int] = 1

    def __init__(
        self,
        message: str,
        *,
        hint: str = "",
        file: str = "",
        row: int | None = None,
        key: str = "",
        column: str = "",
        rule: str = "",
        value: object = None,
    ) -> None:
        self.message, self.hint, self.file, self.row = message, hint, file, row
        self.key, self.column, self.rule, self.value = key, column, rule, value
        super().__init__(message if not hint else f"{message}; {hint}")


class UsageError(TroopdataError):
    """An argument that has no meaning."""

    exit_code = 2


class UnknownName(UsageError, LookupError):
    """A name that does not exist; `suggestions` has the nearest ones."""

    noun: ClassVar[str] = "name"

    def __init__(
        self, value: object, suggestions: Sequence[str] = (), *, hint: str = "", detail: str = ""
    ) -> None:
        self.suggestions = tuple(suggestions)
        near = f"did you mean {' or '.join(self.suggestions)}?" if self.suggestions else ""
        message = f"unknown {self.noun} {shown(value)}" + (f" {detail}" if detail else "")
        super().__init__(message, hint=near or hint, value=value)


class UnknownCountry(UnknownName):
    """A name or code that is not that of a country (on that date)."""

    noun = "country"


class UnknownTable(UnknownName):
    """A table that does not exist."""

    noun = "table"


class UnknownColumn(UnknownName):
    """A column that the table does not have."""

    noun = "column"


class UnknownCode(UnknownName):
    """A code that is not in its vocabulary."""

    noun = "code"


class UnknownRelease(UnknownName):
    """A release that does not exist, or is neither bundled nor cached."""

    noun = "release"


class AmbiguousCountry(UsageError, LookupError):
    """A name of several countries; `candidates` has their codes."""

    def __init__(self, value: object, candidates: Sequence[str], *, detail: str = "") -> None:
        self.candidates = tuple(candidates)
        message = f"{shown(value)} may be {' or '.join(self.candidates)}"
        super().__init__(
            message + (f" {detail}" if detail else ""), hint="say which by its code", value=value
        )


class Invalid(TroopdataError, ValueError):
    """Data that do not conform to their schema.

    Attributes
    ----------
    records : tuple of Failure
        Every failure, ordered by file, row and column.
    total : int
        Their number; larger than that of `records` if a report was cut short.
    failures : pandas.DataFrame
        The same as `records`, with the columns file, row, key, column, rule, value, message,
        hint, severity.
    """

    def __init__(self, records: Iterable[Failure], *, total: int | None = None) -> None:
        self.records = tuple(records)
        self.total = count = len(self.records) if total is None else total
        lines = [str(record) for record in self.records[:SHOWN_FAILURES]]
        if count > SHOWN_FAILURES:
            lines.append(f"... and {count - SHOWN_FAILURES:,} more")
        plural = "failure" if count == 1 else "failures"
        super().__init__(f"{count:,} {plural}\n" + "\n".join(lines))

    @property
    def failures(self) -> pd.DataFrame:
        import pandas as pd

        frame = pd.DataFrame.from_records(list(self.records), columns=list(Failure._fields))
        text = {name: "string" for name in Failure._fields if name != "row"}
        return frame.astype({**text, "row": "Int64"})


class IntegrityError(TroopdataError):
    """A file that is not as released."""

    exit_code = 3


class ManifestError(IntegrityError):
    """A manifest or list of releases that is damaged or cannot be read."""


class NetworkError(TroopdataError):
    """A network or a server that fails, or that may not be used."""

    exit_code = 4


class StorageError(TroopdataError):
    """A folder that cannot be read or written."""

    exit_code = 5


class IncompatibleError(TroopdataError):
    """A release that this version of troopdata cannot read."""

    exit_code = 6
