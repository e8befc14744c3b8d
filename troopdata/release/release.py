"""Read the files of a verified release, and the rows of its tables as Arrow."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from troopdata.errors import IntegrityError, ManifestError, UnknownTable
from troopdata.io import files
from troopdata.release import settings
from troopdata.release.parquet_guard import guarded
from troopdata.schemas import arrow, model

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["Release", "repair_hint"]


@dataclass(frozen=True, slots=True, eq=False)
class Release:
    """A release whose files are verified when they are read.

    Attributes
    ----------
    version : str
        Its number, such as ``2026.11.0``.
    folder : pathlib.Path
        The folder of its files.
    manifest : mapping
        Its manifest, as read.
    follow : bool
        Whether its files may be symbolic links: not in a cache.
    """

    version: str
    folder: Path
    manifest: Mapping[str, Any]
    follow: bool = True

    def has(self, table: str) -> bool:
        """Return whether the release has a table: newer releases have more of them."""
        return any(item["name"] == f"{table}.parquet" for item in self.manifest["files"])

    def entry(self, name: str) -> Mapping[str, Any]:
        """Return the manifest's entry for a file."""
        for item in self.manifest["files"]:
            if item["name"] == name:
                return MappingProxyType(item)
        has = ", ".join(item["name"] for item in self.manifest["files"])
        raise ManifestError(f"release {self.version} has no file {name}; it has {has}", file=name)

    def data(self, name: str) -> bytes:
        """Return the bytes of a file of this release.

        Raises
        ------
        IntegrityError
            If the file is missing, or its size or SHA-256 is not the manifest's.
        """
        path, wanted = self.folder / name, self.entry(name)
        hint = repair_hint(self.version, self.folder)
        try:
            data = files.read(path, most=wanted["size"], follow=self.follow)
        except OSError as error:
            raise IntegrityError(
                f"{path}: {error.strerror}", hint=hint, file=str(path), rule="file"
            ) from None
        if len(data) != wanted["size"]:
            more = " or more" if len(data) > wanted["size"] else ""
            message = f"{path}: {len(data)} bytes{more}, the manifest says {wanted['size']}"
            raise IntegrityError(message, hint=hint, file=str(path), rule="size", value=len(data))
        found = hashlib.sha256(data).hexdigest()
        if found != wanted["sha256"]:
            message = f"{path}: SHA-256 {found}, the manifest says {wanted['sha256']}"
            raise IntegrityError(message, hint=hint, file=str(path), rule="sha256", value=found)
        return data

    def rows(
        self,
        table: str,
        *,
        columns: Sequence[str] | None = None,
        where: Mapping[str, Collection[str]] | None = None,
    ) -> pa.Table:
        """Return the rows of a table as Arrow, text as text.

        Parameters
        ----------
        table : str
            The table.
        columns : sequence of str, optional
            Only these columns, in this order.
        where : mapping of str to collection of str, optional
            Keep rows whose column holds one of the values.
        """
        return arrow.without_dictionaries(self.coded(table, columns=columns, where=where))

    def coded(
        self,
        table: str,
        *,
        columns: Sequence[str] | None = None,
        where: Mapping[str, Collection[str]] | None = None,
    ) -> pa.Table:
        """Return the rows of a table as Arrow, text that repeats as dictionaries.

        Parameters
        ----------
        table : str
            The table.
        columns : sequence of str, optional
            Only these columns, in this order.
        where : mapping of str to collection of str, optional
            Keep rows whose column holds one of the values.

        Raises
        ------
        UnknownTable
            If the release does not have the table.
        IntegrityError
            If its file is not as released.
        """
        import pyarrow as pa
        import pyarrow.compute as pc

        if not self.has(model.table(table).name):
            hint = "later releases have it: leave version out for the latest"
            raise UnknownTable(table, hint=hint, detail=f"in release {self.version}")
        data = self.data(f"{table}.parquet")
        names = list(columns) if columns is not None else list(model.table(table).columns)
        needed = list(dict.fromkeys([*names, *(where or {})]))
        # Codes repeat: as dictionaries they are read in half the time and filtered in a third.
        # The checksums of pages are not verified: the whole file was hashed.
        has = {item["name"]: item["type"] for item in self.entry(f"{table}.parquet")["columns"]}
        repeated = [
            name
            for name, kind in has.items()
            if kind == "string" and (name,) != model.table(table).primary_key
        ]
        file = guarded(data, self.entry(f"{table}.parquet"), repeated=repeated)
        groups = _touched(file, {key: found for key, found in (where or {}).items() if key in has})
        result = file.read_row_groups(groups, columns=[name for name in needed if name in has])
        if len(result.column_names) < len(needed):
            result = _widened(result, needed, model.table(table))
        for column, values in (where or {}).items():
            wanted = pa.array(sorted(values), type=pa.string())
            result = result.filter(pc.is_in(result.column(column), value_set=wanted))
        return result.select(names).replace_schema_metadata()


def _widened(rows: pa.Table, needed: Sequence[str], table: model.Table) -> pa.Table:
    """Return rows with columns that later releases added, all missing."""
    import pyarrow as pa

    schema = arrow.schema(table)
    for name in needed:
        if name not in rows.column_names:
            # A column that is required now is missing from every row of a release before it.
            field = schema.field(name).with_nullable(True)
            rows = rows.append_column(field, pa.nulls(rows.num_rows, field.type))
    return rows


def _touched(file: Any, where: Mapping[str, Collection[str]]) -> list[int]:
    """Return the row groups that may hold a wanted value, judged by their minimum and maximum.

    A group whose range excludes every wanted value is not read at all.
    """
    names = file.schema_arrow.names
    groups = range(file.num_row_groups)
    for column, values in where.items():
        at = names.index(column)
        kept = []
        for group in groups:
            found = file.metadata.row_group(group).column(at).statistics
            if (
                found is None
                or not found.has_min_max
                or any(found.min <= value <= found.max for value in values)
            ):
                kept.append(group)
        groups = kept  # type: ignore[assignment]
    return list(groups)


def repair_hint(number: str, folder: Path) -> str:
    """Return what to type when a file of a release is not as released."""
    if any(cache in (folder, folder.parent) for cache in settings.caches()):
        return f"troopdata fetch {number} puts the right file in its place"
    return "install troopdata again, or restore the file"
