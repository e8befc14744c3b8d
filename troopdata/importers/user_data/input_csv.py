"""Read a user's copy of a published CSV file, and collect everything wrong in it by line."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from troopdata.errors import Failure, Invalid, TroopdataError
from troopdata.gazetteer.resolver import Gazetteer
from troopdata.importers import published_csv
from troopdata.importers.published_csv import Row
from troopdata.release.loader import opened

__all__ = ["Published", "Row"]


@dataclass(slots=True)
class Published:
    """A file, its records, and what is wrong with them.

    Attributes
    ----------
    path : pathlib.Path
        The file.
    records : list of (int, dict)
        Physical line and cells of each row.
    columns : tuple of str
        The header.
    countries : Gazetteer
        The countries that names and codes are resolved against.
    failures : list of Failure
        Grows while the file is read; `settle` raises them together.
    """

    path: Path
    records: list[tuple[int, Row]]
    columns: tuple[str, ...]
    countries: Gazetteer
    failures: list[Failure] = field(default_factory=list)
    _known: dict[tuple[object, ...], str] = field(default_factory=dict)

    @classmethod
    def read(
        cls, path: Path, countries: Gazetteer | None = None, *, delimiter: str = ","
    ) -> Published:
        """Read a file of UTF-8 text, with single spaces in every cell.

        Raises
        ------
        UsageError
            If it cannot be read as such.
        """
        file = published_csv.read(path, delimiter=delimiter)
        records = [(line, _stripped(row)) for line, row in file.records]
        return cls(path, records, file.columns, countries or _current_countries())

    def require(self, columns: Iterable[str]) -> None:
        """Raise `Invalid` if the header lacks a column of the published layout."""
        if error := published_csv.missing_columns(self.path, self.columns, columns):
            raise error

    def fault(self, line: int, column: str, rule: str, value: str, message: str) -> None:
        """Note what is wrong at one place."""
        self.failures.append(Failure(str(self.path), line, "", column, rule, value, message))

    def code(
        self, value: str, line: int, column: str, *days: dt.date, system: str | None = None
    ) -> str:
        """Return the country code of a name or code on the first of some days when it is valid.

        Nothing is returned for an unknown one, and the first row that has it is noted.
        """
        key = (value, column, days, system)
        if key not in self._known:
            found = (self.known(value, day, system) for day in days)
            self._known[key] = next((code for code in found if code), "")
            if not self._known[key]:
                self._unknown(value, line, column, days[0], system)
        return self._known[key]

    def known(self, value: str, day: dt.date, system: str | None = None) -> str:
        """Return the country code of a name or code on a day, or nothing."""
        try:
            return self.countries.resolve(_query(value, system), on=day, system=system)
        except (TroopdataError, ValueError):
            return ""

    def _unknown(
        self, value: str, line: int, column: str, day: dt.date, system: str | None
    ) -> None:
        if any((known.column, known.value) == (column, value) for known in self.failures):
            return
        message, hint = "not a number", ""
        try:
            self.countries.resolve(_query(value, system), on=day, system=system)
        except TroopdataError as error:
            message, hint = error.message, error.hint
        except ValueError:
            pass
        self.failures.append(
            Failure(str(self.path), line, "", column, "country", value, message, hint)
        )

    def state(self, cell: str, line: int, column: str, year: int) -> str:
        """Return the country code of a Correlates of War number on a year's last or first day."""
        days = dt.date(year, 12, 31), dt.date(year, 1, 1)
        return self.code(cell.removesuffix(".0"), line, column, *days, system="cow")

    def count(self, line: int, column: str, cell: str) -> int | None:
        """Return a whole number; None for an empty cell, and for any other, which is noted."""
        text = cell.removesuffix(".0")
        if text.isascii() and text.isdigit():
            return int(text)
        if cell:
            self.fault(line, column, "type", cell, "not a whole number")
        return None

    def day(self, line: int, column: str, cell: str) -> dt.date | None:
        """Return an ISO date, with or without a time; None for any other cell, which is noted."""
        try:
            return dt.date.fromisoformat(cell.replace(" ", "T").split("T")[0])
        except ValueError:
            self.fault(line, column, "type", cell, "not an ISO date; write 2024-03-16")
            return None

    def settle(self) -> None:
        """Raise `Invalid` with everything that was noted."""
        if self.failures:
            raise Invalid(sorted(self.failures, key=lambda failure: failure.row or 0))


def _query(value: str, system: str | None) -> str | int:
    return int(value) if system in ("cow", "gw") else value


def _stripped(row: Row) -> Row:
    return {name: " ".join(cell.split()) for name, cell in row.items() if name}


def _current_countries() -> Gazetteer:
    """Return the countries of the newest release."""
    return Gazetteer.from_rows(opened().rows("countries").to_pylist())
