"""The frame of an importer for users' own files: a published file in, tables of a folder out."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import ClassVar

from troopdata.gazetteer.resolver import Gazetteer
from troopdata.importers.table_rows import blank
from troopdata.importers.user_data import output_folder
from troopdata.importers.user_data.input_csv import Published, Row

__all__ = ["Importer", "Tables"]

Tables = dict[str, list[Row]]

# What the sources of all data sets have in common, unless an importer says otherwise.
SOURCE = {"redistribution": "none", "kind": "academic", "note": "Read in the user's own copy."}


class Importer(ABC):
    """One published layout.

    An importer is a subclass with a `name`, a `source` and `rows`.

    Parameters
    ----------
    path : pathlib.Path
        The user's file.
    countries : Gazetteer, optional
        Countries to resolve names against; those of the newest release by default.

    Attributes
    ----------
    name : str
        What the command line calls it.
    source : mapping of str to str
        Cells of its row of `sources`; the other cells are those of all importers.
    """

    name: ClassVar[str]
    source: ClassVar[Mapping[str, str]] = {}

    def __init__(self, path: Path, countries: Gazetteer | None = None) -> None:
        self.path = path
        self._countries = countries

    @cached_property
    def published(self) -> Published:
        """The file, read once."""
        return Published.read(self.path, self._countries)

    @abstractmethod
    def rows(self) -> Tables:
        """Return the rows of every table but `sources`, and note what is wrong in `published`."""

    def source_row(self) -> Row:
        """Return the row of `sources`."""
        return blank("sources", {**SOURCE, **self.source})

    def tables(self) -> Tables:
        """Return the rows of every table that the file makes, `sources` last.

        Raises
        ------
        UsageError
            If the file cannot be read.
        Invalid
            With every column that is missing, or every cell that is not understood.
        """
        return {**self.rows(), "sources": [self.source_row()]}

    def write(self, folder: Path) -> list[Path]:
        """Write the tables into the user's folder, and return the files written."""
        found = self.tables()
        published = self.published
        return output_folder.store(
            found, folder, file=published.path, countries=published.countries
        )
