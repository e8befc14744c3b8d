"""Every error that troopdata raises, each with what went wrong, where, and what to type next.

All of them derive from `TroopdataError`, so one ``except`` catches whatever a user can cause.
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
    """Return `value` as a message may show it: ASCII, and at most 80 characters."""
    text = ascii(value)
    return text if len(text) <= SHOWN_CHARACTERS else text[: SHOWN_CHARACTERS - 3] + "..."


class Failure(NamedTuple):
    """One thing wrong at one place.

    Attributes
    ----------
    file : str
        The file, or the table's name for a frame in memory.
    row : int or None
        Physical line of a text file (the header is line 1); position from 0 in a frame.
    key : str
        Primary key of the row, parts joined by ``|``; empty where there is none.
    column, rule, value, message : str
        The column, the rule's name, the value as found, and what the rule says.
    hint : str
        What to do about it.
    severity : str
        ``error``; or ``note`` for what is worth a look and breaks nothing.
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
    """Something that a user, a file or the network caused, never a bug of ours.

    Parameters
    ----------
    message : str
        What went wrong.
    hint : str, optional
        What to type next.
    file, row, key, column, rule, value : optional
        Where it went wrong, as far as that is known.
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
    """An argument that cannot mean anything."""

    exit_code = 2


class UnknownName(UsageError, LookupError):
    """A name that nothing carries; `suggestions` holds the nearest ones."""

    noun: ClassVar[str] = "name"

    def __init__(
        self, value: object, suggestions: Sequence[str] = (), *, hint: str = "", detail: str = ""
    ) -> None:
        self.suggestions = tuple(suggestions)
        near = f"did you mean {' or '.join(self.suggestions)}?" if self.suggestions else ""
        message = f"unknown {self.noun} {shown(value)}" + (f" {detail}" if detail else "")
        super().__init__(message, hint=near or hint, value=value)


class UnknownCountry(UnknownName):
    """No country carries this name or code (on that date)."""

    noun = "country"


class UnknownTable(UnknownName):
    """No such table."""

    noun = "table"


class UnknownColumn(UnknownName):
    """No such column in that table."""

    noun = "column"


class UnknownCode(UnknownName):
    """A code that is not in its vocabulary."""

    noun = "code"


class UnknownRelease(UnknownName):
    """No such release of the data."""

    noun = "release"


class AmbiguousCountry(UsageError, LookupError):
    """Several countries carry this name; `candidates` holds their codes."""

    def __init__(self, value: object, candidates: Sequence[str], *, detail: str = "") -> None:
        self.candidates = tuple(candidates)
        message = f"{shown(value)} may be {' or '.join(self.candidates)}"
        super().__init__(
            message + (f" {detail}" if detail else ""), hint="say which by its code", value=value
        )


class Invalid(TroopdataError, ValueError):
    """Data that break their schema.

    Attributes
    ----------
    records : tuple of Failure
        Every failure, in file, row and column order.
    total : int
        How many there are; more than `records` where a report was cut short.
    failures : pandas.DataFrame
        The same as `records`, with columns file, row, key, column, rule, value, message,
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
    """Bytes that are not the ones that were released."""

    exit_code = 3


class ManifestError(IntegrityError):
    """A manifest or index that cannot be trusted or understood."""


class NetworkError(TroopdataError):
    """The network, a server, or the lack of both."""

    exit_code = 4


class StorageError(TroopdataError):
    """A folder that cannot be read or written."""

    exit_code = 5


class IncompatibleError(TroopdataError):
    """A release that this version of the library cannot read."""

    exit_code = 6
