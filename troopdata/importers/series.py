"""The frame of a built-in series: published files in, files of the series and table rows out."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, TypeAlias

from troopdata.errors import Failure, Invalid, UsageError
from troopdata.gazetteer.resolver import Gazetteer
from troopdata.importers import file_changes, published_csv
from troopdata.importers.file_changes import FileChange
from troopdata.importers.published_csv import PublishedCsv, Row
from troopdata.io import csv_reader, csv_writer
from troopdata.schemas import model
from troopdata.validation import parsing

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["KEPT_BY_HAND", "NUMBER", "ClaimSeries", "Row", "Rows", "Series", "SeriesFile"]

Rows: TypeAlias = Mapping[str, list[Row]]

# Hosts whose forces are kept by hand among the facts, from more sources than one series.
KEPT_BY_HAND = frozenset({"NER"})
# `Series.records` adds this column to a published row: its number in the file, from 1.
NUMBER = "row"


@dataclass(frozen=True, slots=True)
class SeriesFile:
    """A file of a series, and the published file that it is made from.

    Attributes
    ----------
    name : str
        The file in the folder of the series.
    published : str
        The published file, relative to the folder of the originals.
    columns : mapping of str to str
        Columns of the file, each with the published column that it is taken from.
    sort_key : callable, optional
        Order of the rows; that of the published file by default.
    also_needed : tuple of str
        Published columns that the importer reads in addition to those of `columns`.
    """

    name: str
    published: str
    columns: Mapping[str, str]
    sort_key: Callable[[Row], Any] | None = None
    also_needed: tuple[str, ...] = ()

    def renamed(self, published: Row) -> Row:
        """Return a published row in the columns of the file."""
        return {name: published[theirs] for name, theirs in self.columns.items()}


class Series(ABC):
    """A published series: how its files are made, checked, and turned into rows of tables.

    An importer is a subclass. Most give `name`, `files` and `tables`; `row` where a row of the
    series is not the published cells as they are; `check` where files can contradict each other.

    Parameters
    ----------
    folder : pathlib.Path
        The folder of the series. ``facts/countries.csv`` is looked for two levels above it.
    countries : Gazetteer, optional
        The countries, if not those of ``facts/countries.csv``.
    """

    name: ClassVar[str]
    files: ClassVar[tuple[SeriesFile, ...]] = ()

    def __init__(self, folder: Path, countries: Gazetteer | None = None) -> None:
        self.folder = folder
        if countries is not None:
            self.countries = countries

    # From the published files to the files of the series.

    @classmethod
    def originals(cls) -> tuple[str, ...]:
        """Return the published files that `rebuild` reads, relative to their folder."""
        return tuple(dict.fromkeys(file.published for file in cls.files))

    def rebuild(self, upstream: Path) -> list[FileChange]:
        """Write the files of the series from the published files.

        Files that are kept by hand stay as they are. Nothing is written if anything is wrong.

        Parameters
        ----------
        upstream : pathlib.Path
            The folder of the published files.

        Raises
        ------
        UsageError
            If a published file is missing or unreadable.
        Invalid
            If a published file does not have the columns or labels that the importer knows.
        """
        if missing := [name for name in self.originals() if not (upstream / name).is_file()]:
            message = f"{upstream} lacks {', '.join(missing)}"
            hint = "troopdata import --help says what the folder must contain"
            raise UsageError(message, hint=hint, file=str(upstream / missing[0]))
        return file_changes.write(self.folder, self.transcribed(upstream))

    def transcribed(self, upstream: Path) -> dict[str, str]:
        """Return the text of every file that `rebuild` writes, by name."""
        read = {name: published_csv.read(upstream / name) for name in self.originals()}
        return {file.name: self._transcribed(file, read[file.published]) for file in self.files}

    def _transcribed(self, file: SeriesFile, published: PublishedCsv) -> str:
        needed = (*file.columns.values(), *file.also_needed)
        if error := published_csv.missing_columns(
            published.path, (*published.columns, NUMBER), dict.fromkeys(needed)
        ):
            raise error
        try:
            records = list(self.records(file, published.rows))
            if file.sort_key:
                records.sort(key=file.sort_key)
        except Invalid:
            raise
        except ValueError as error:
            message, hint = f"a cell is not understood: {error}", "correct it in the published file"
            failure = Failure(str(published.path), None, "", "", "type", "", message, hint)
            raise Invalid([failure]) from None
        columns = list(file.columns)
        return csv_writer.rendered(columns, ([row[name] for name in columns] for row in records))

    def records(self, file: SeriesFile, published: Iterable[Row]) -> Iterator[Row]:
        """Yield the rows of a file: what `row` makes of each published row."""
        for number, row in enumerate(published, start=1):
            made = self.row(file, {NUMBER: str(number), **row})
            if made is not None:
                yield made

    def row(self, file: SeriesFile, published: Row) -> Row | None:
        """Return the row of a file that a published row makes; None to leave it out."""
        return file.renamed(published)

    # From the files of the series to rows of tables.

    def check(self) -> list[Failure]:
        """Return everything in which the files of the series contradict each other."""
        return []

    @abstractmethod
    def tables(self) -> Rows:
        """Return the series as rows of text by table, assuming that `check` found nothing."""

    def rows(self) -> Rows:
        """Return the series as rows of text by table.

        Raises
        ------
        Invalid
            With everything that `check` finds, and every cell that the importer cannot place.
        """
        if failures := self.check():
            raise Invalid(failures)
        return self.tables()

    def frames(self) -> Iterator[tuple[str, pd.DataFrame]]:
        """Yield the rows of each table as a typed frame; the caller has called `check`."""
        for table, rows in self.tables().items():
            yield table, self._typed(table, rows)

    def _typed(self, name: str, rows: Sequence[Row]) -> pd.DataFrame:
        """Return rows of text as a typed table, through the parser of all text."""
        table = model.table(name)
        columns = tuple(item.name for item in table.fields if not item.computed)
        cells = [[row.get(column, "") for column in columns] for row in rows]
        lines = list(range(2, len(cells) + 2))
        text = csv_reader.Text(f"datasets/series/{self.name}", columns, cells, lines)
        frame, found = parsing.typed(text, table)
        if found:
            raise Invalid(found)
        return frame

    # What the files of a series hold.

    def read(self, name: str) -> list[Row]:
        """Return the rows of one file of the series."""
        return csv_reader.read_rows(self.folder / name)

    def keyed(self, name: str, *columns: str) -> dict[Any, Row]:
        """Return the rows of a file by one column, or by a tuple of several."""
        rows = self.read(name)
        if len(columns) == 1:
            return {row[columns[0]]: row for row in rows}
        return {tuple(row[column] for column in columns): row for row in rows}

    @cached_property
    def countries(self) -> Gazetteer:
        """The countries beside the series, in ``facts/countries.csv``."""
        rows = csv_reader.read_rows(self.folder.parents[1] / "facts" / "countries.csv")
        return Gazetteer.from_rows(rows)

    @cached_property
    def hosts(self) -> dict[str, str]:
        """Country codes by the name that the series prints, from ``hosts.csv``."""
        return {row["country"]: row["host"] for row in self.read("hosts.csv")}

    def cited(self, claims: Iterable[Row]) -> list[Row]:
        """Return the rows of ``sources.csv`` that claims cite and the hand-kept facts lack."""
        kept = self.folder.parents[1] / "facts" / "sources.csv"
        known = {row["source_id"] for row in csv_reader.read_rows(kept)} if kept.exists() else set()
        used = {row["source_id"] for row in claims} - known
        return [row for row in self.read("sources.csv") if row["source_id"] in used]

    # What `check` is made of: a file that is kept by hand against what the series prints.

    def lines(self, name: str) -> list[tuple[int, Row]]:
        """Return the rows of a file with their lines.

        Raises
        ------
        Invalid
            If the file is not clean text.
        """
        text = csv_reader.read(self.folder / name)
        if text.failures:
            raise Invalid(text.failures)
        return list(zip(text.lines, text.records(), strict=True))

    def stale_corrections(self, printed: Callable[[Row], Collection[str]]) -> list[Failure]:
        """Return the lines of ``corrections.csv`` that expect what the series does not print.

        Parameters
        ----------
        printed : callable
            The values that the series prints where a correction points.
        """
        path = str(self.folder / "corrections.csv")
        return [
            Failure(
                path,
                line,
                row["correction_id"],
                "expected",
                "correction-expected",
                " or ".join(sorted(found)),
                f"the series does not print {row['expected']}",
                "remove the correction if the source was corrected",
            )
            for line, row in self.lines("corrections.csv")
            if set(found := printed(row)) != {row["expected"]}
        ]


class ClaimSeries(Series):
    """A series of claims: rows of deployments, and the sources that they cite.

    ``decisions.csv``, if the series has one, holds editorial decisions about single rows of its
    first file; `decision_key` are the columns by which it names them.
    """

    decision_key: ClassVar[tuple[str, ...]] = ()

    @abstractmethod
    def claims(self) -> list[Row]:
        """Return the rows of deployments."""

    def tables(self) -> Rows:
        """Return the rows of deployments and sources."""
        claims = self.claims()
        return {"deployments": claims, "sources": self.cited(claims)}

    def key(self, row: Row) -> tuple[str, ...]:
        """Return what ``decisions.csv`` names a row by."""
        return tuple(row[name] for name in self.decision_key)

    def decisions(self) -> dict[tuple[str, ...], Row]:
        """Return the decisions by the key of their row."""
        return {self.key(row): row for row in self.read("decisions.csv")}

    def check(self) -> list[Failure]:
        """Return the decisions about rows that the series does not print."""
        if not self.decision_key:
            return []
        printed = set(map(self.key, self.read(self.files[0].name)))
        path = str(self.folder / "decisions.csv")
        message, hint = "the series prints no such row", "remove the decision, or correct its key"
        return [
            Failure(path, line, "|".join(self.key(row)), "", "decision-expected", "", message, hint)
            for line, row in self.lines("decisions.csv")
            if self.key(row) not in printed
        ]
