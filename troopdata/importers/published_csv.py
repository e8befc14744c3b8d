"""Read a published CSV file, with the line of every row."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from troopdata.errors import Failure, Invalid, UsageError

__all__ = ["PublishedCsv", "Row", "missing_columns", "read"]

Row = dict[str, str]


class PublishedCsv(NamedTuple):
    """A published file as text.

    Attributes
    ----------
    path : pathlib.Path
        The file.
    columns : tuple of str
        The header, without spaces around the names.
    records : list of (int, dict)
        Physical line on which each row ends, and its cells; a cell missing at the end is empty.
    """

    path: Path
    columns: tuple[str, ...]
    records: list[tuple[int, Row]]

    @property
    def rows(self) -> list[Row]:
        """The rows without their lines."""
        return [row for _, row in self.records]


def read(path: Path, *, delimiter: str = ",") -> PublishedCsv:
    """Return the rows of a UTF-8 file, with or without a byte order mark.

    `troopdata.io.csv_reader` is stricter: it reads files that this project writes. Publishers'
    files have short rows, byte order marks and stray spaces, which are not worth a refusal.

    Raises
    ------
    UsageError
        If the file cannot be read as such.
    """
    try:
        with open(path, encoding="utf-8-sig", newline="") as handle:
            reader = csv.DictReader(handle, delimiter=delimiter, restval="")
            columns = tuple(name.strip() for name in reader.fieldnames or ())
            reader.fieldnames = list(columns)
            # Cells beyond the header are collected under None; they have no column, so they go.
            records = [
                (reader.line_num, {name: cell for name, cell in row.items() if name is not None})
                for row in reader
            ]
    except OSError as error:
        raise UsageError(f"cannot read {path}: {error.strerror}", file=str(path)) from None
    except (UnicodeDecodeError, csv.Error) as error:
        hint = "save it as plain UTF-8"
        raise UsageError(f"cannot read {path}: {error}", hint=hint, file=str(path)) from None
    return PublishedCsv(path, columns, records)


def missing_columns(path: Path, columns: Iterable[str], needed: Iterable[str]) -> Invalid | None:
    """Return the error that names every column a published layout needs and a file lacks.

    Examples
    --------
    >>> missing_columns(Path("a.csv"), ["year"], ["year"]) is None
    True
    """
    has = tuple(columns)
    missing = [name for name in needed if name not in has]
    hint = f"the file has {', '.join(has) or 'no columns'}"
    failures = [
        Failure(str(path), 1, "", name, "columns", name, "column missing", hint) for name in missing
    ]
    return Invalid(failures) if failures else None
