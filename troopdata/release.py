"""Open a release, verify it, and read its tables.

A release is a folder of Parquet files with a manifest; ``index.json`` beside it lists the
releases and seals itself. No parser sees a byte of a table before its size and SHA-256 are right,
and what is parsed is the very buffer that was hashed.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from troopdata import arrow, spec
from troopdata.errors import (
    IncompatibleError,
    IntegrityError,
    ManifestError,
    UnknownRelease,
    UnknownTable,
)
from troopdata.gazetteer import Gazetteer

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

__all__ = [
    "Release",
    "canonical_json",
    "data_version",
    "described",
    "gazetteer",
    "index",
    "opened",
    "verify",
]

MAX_MANIFEST = 1 << 20
MANIFEST_VERSION = INDEX_VERSION = 1
SCHEMA_MAJOR = 1


def canonical_json(value: Any) -> bytes:
    r"""Return JSON as releases write it: sorted keys, two spaces, UTF-8, a line feed at the end.

    Examples
    --------
    >>> canonical_json({"b": 1, "a": "Ä"}).decode()
    '{\n  "a": "Ä",\n  "b": 1\n}\n'
    """
    text = json.dumps(value, sort_keys=True, indent=2, ensure_ascii=False, allow_nan=False)
    return (text + "\n").encode("utf-8")


def sealed(value: Mapping[str, Any]) -> bytes:
    """Return canonical JSON that carries the SHA-256 of everything else in it as ``seal``."""
    body = {key: item for key, item in value.items() if key != "seal"}
    seal = hashlib.sha256(canonical_json(body)).hexdigest()
    return canonical_json({**body, "seal": seal})


@dataclass(frozen=True, slots=True)
class Release:
    """One release, verified.

    Attributes
    ----------
    version : str
        Its number, such as ``2026.11.0``.
    folder : pathlib.Path
        Where its files lie.
    manifest : mapping
        Its manifest, as read.
    """

    version: str
    folder: Path
    manifest: Mapping[str, Any]

    def has(self, table: str) -> bool:
        """Return whether the release holds a table: newer releases have more of them."""
        return any(item["name"] == f"{table}.parquet" for item in self.manifest["files"])

    def entry(self, name: str) -> Mapping[str, Any]:
        """Return what the manifest says of a file."""
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
            If the file is absent, or its size or SHA-256 is not the manifest's.
        """
        path, wanted = self.folder / name, self.entry(name)
        hint = "install troopdata again, or restore the file"
        try:
            data = path.read_bytes()
        except OSError as error:
            raise IntegrityError(
                f"{path}: {error.strerror}", hint=hint, file=str(path), rule="file"
            ) from None
        if len(data) != wanted["size"]:
            message = f"{path}: {len(data)} bytes, the manifest says {wanted['size']}"
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
        """Return the rows of a table as Arrow.

        Parameters
        ----------
        table : str
            The table.
        columns : sequence of str, optional
            Only these columns, in this order.
        where : mapping of str to collection of str, optional
            Keep rows whose column holds one of the values.
        """
        import pyarrow as pa
        import pyarrow.compute as pc
        import pyarrow.parquet as pq

        if not self.has(spec.table(table).name):
            hint = "later releases have it: leave version out for the latest"
            raise UnknownTable(table, hint=hint, detail=f"in release {self.version}")
        data = self.data(f"{table}.parquet")
        names = list(columns) if columns is not None else list(spec.table(table).columns)
        needed = list(dict.fromkeys([*names, *(where or {})]))
        # Codes repeat: as dictionaries they are read in half the time and filtered in a third.
        # The buffer was hashed as a whole, so the checksums of its pages have nothing to add.
        has = {item["name"]: item["type"] for item in self.entry(f"{table}.parquet")["columns"]}
        repeated = [
            name
            for name, kind in has.items()
            if kind == "string" and (name,) != spec.table(table).primary_key
        ]
        file = pq.ParquetFile(pa.BufferReader(data), read_dictionary=repeated)
        groups = _touched(file, {key: found for key, found in (where or {}).items() if key in has})
        result = file.read_row_groups(groups, columns=[name for name in needed if name in has])
        if len(result.column_names) < len(needed):
            result = _widened(result, needed, spec.table(table))
        for column, values in (where or {}).items():
            wanted = pa.array(sorted(values), type=pa.string())
            result = result.filter(pc.is_in(result.column(column), value_set=wanted))
        return _spelled(result.select(names)).replace_schema_metadata()


def _spelled(rows: pa.Table) -> pa.Table:
    """Return rows with every dictionary spelled out."""
    import pyarrow as pa

    fields = [
        field.with_type(field.type.value_type) if pa.types.is_dictionary(field.type) else field
        for field in rows.schema
    ]
    return rows.cast(pa.schema(fields))


def _widened(rows: pa.Table, needed: Sequence[str], table: spec.Table) -> pa.Table:
    """Return rows with the columns that came after their release, empty."""
    import pyarrow as pa

    schema = arrow.schema(table)
    for name in needed:
        if name not in rows.column_names:
            field = schema.field(name)
            rows = rows.append_column(field, pa.nulls(rows.num_rows, field.type))
    return rows


def _touched(file: Any, where: Mapping[str, Collection[str]]) -> list[int]:
    """Return the row groups that may hold a wanted value, by their statistics."""
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


def _parsed(data: bytes, path: Path) -> dict[str, Any]:
    """Return strict JSON: an object of known size, no key twice, no NaN, canonical bytes."""

    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        if len({key for key, _ in pairs}) != len(pairs):
            raise ValueError("a key stands twice")
        return dict(pairs)

    def refuse(constant: str) -> None:
        raise ValueError(f"{constant} is not JSON")

    try:
        if len(data) > MAX_MANIFEST:
            raise ValueError(f"larger than {MAX_MANIFEST} bytes")
        value = json.loads(data, object_pairs_hook=unique, parse_constant=refuse)
        if not isinstance(value, dict) or canonical_json(value) != data:
            raise ValueError("not the canonical form that releases are written in")
    except (ValueError, RecursionError) as error:
        raise ManifestError(f"{path}: {error}", file=str(path)) from None
    return value


@cache
def index(folder: Path | None = None) -> Mapping[str, Any]:
    """Return the list of releases that came with the library, its seal verified.

    Raises
    ------
    ManifestError
        If it is absent, or is not what was written.
    """
    home = folder or spec.folder("releases")
    path = home / "index.json"
    try:
        data = path.read_bytes()
    except OSError as error:
        hint = "in a checkout, run `troopdata build` first"
        raise ManifestError(f"{path}: {error.strerror}", hint=hint, file=str(path)) from None
    value = _parsed(data, path)
    if value.get("index_version") != INDEX_VERSION:
        raise IncompatibleError(f"{path}: index version {value.get('index_version')}")
    if sealed(value) != data:
        raise ManifestError(f"{path}: its seal does not match", file=str(path), rule="seal")
    return MappingProxyType(value)


@cache
def opened(version: str | None = None, folder: Path | None = None) -> Release:
    """Open a release; every file of it is verified once.

    Parameters
    ----------
    version : str, optional
        Its number (``2026.11.0``), or a month (``2026.11``) for the newest of it; the latest by
        default.
    folder : pathlib.Path, optional
        Where the releases lie; beside the library by default.

    Raises
    ------
    UnknownRelease
        If there is no such release.
    IntegrityError
        If any file of it is not what was released.
    IncompatibleError
        If this library is too old, or too new, for it.
    """
    home = folder or spec.folder("releases")
    listed = {item["release"]: item for item in index(folder)["releases"]}
    number = _numbered(version, index(folder)["latest"], list(listed))
    data = _manifest(home / number / "manifest.json", listed[number])
    return described(home / number, data)


def described(folder: Path, data: bytes) -> Release:
    """Return the release of a folder, given its manifest; every file of it is verified."""
    path = folder / "manifest.json"
    value = _parsed(data, path)
    if value.get("manifest_version") != MANIFEST_VERSION:
        raise IncompatibleError(f"{path}: manifest version {value.get('manifest_version')}")
    if missing := {"release", "schema_version", "files"} - set(value):
        raise ManifestError(f"{path}: it does not say {', '.join(sorted(missing))}", file=str(path))
    number = str(value["release"])
    if int(value["schema_version"].split(".")[0]) != SCHEMA_MAJOR:
        message = f"release {number} has schema {value['schema_version']}"
        raise IncompatibleError(
            message, hint=f"it needs troopdata {value.get('min_reader', 'of another version')}"
        )
    release = Release(number, folder, MappingProxyType(value))
    for item in release.manifest["files"]:
        release.data(item["name"])
    return release


def _manifest(path: Path, listed: Mapping[str, Any]) -> bytes:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise ManifestError(f"{path}: {error.strerror}", file=str(path)) from None
    if hashlib.sha256(data).hexdigest() != listed["manifest_sha256"]:
        message = f"{path}: SHA-256 is not the one that index.json lists"
        raise ManifestError(message, file=str(path), rule="sha256")
    return data


def _numbered(version: str | None, latest: str, listed: Sequence[str]) -> str:
    if version is None:
        return latest
    if version in listed:
        return version
    of_month = [number for number in listed if number.rsplit(".", 1)[0] == version]
    if not of_month:
        raise UnknownRelease(version, hint=f"releases at hand: {', '.join(listed)}")
    return max(of_month, key=lambda number: int(number.rsplit(".", 1)[1]))


def data_version(version: str | None = None) -> str:
    """Return the number of a release, the latest by default.

    Examples
    --------
    >>> data_version().count(".")
    2
    """
    return opened(version).version


def verify(version: str | None = None) -> pd.DataFrame:
    """Hash every file of a release and compare it with the manifest.

    Parameters
    ----------
    version : str, optional
        The release; the latest by default.

    Returns
    -------
    pandas.DataFrame
        One row a file: name, size (bytes), rows, sha256, content_sha256.

    Raises
    ------
    IntegrityError
        Naming the first file that is not what was released.

    Examples
    --------
    >>> "deployments.parquet" in set(verify()["name"])
    True
    """
    import pandas as pd

    release = opened(version)
    for item in release.manifest["files"]:
        release.data(item["name"])
    columns = ["name", "size", "rows", "sha256", "content_sha256"]
    listed = pd.DataFrame(list(release.manifest["files"])).reindex(columns=columns)
    types = {"size": "Int64", "rows": "Int64"}
    return listed.astype({name: types.get(name, "string") for name in columns})


@cache
def gazetteer(version: str | None = None) -> Gazetteer:
    """Return the countries of a release, ready for look-ups."""
    return Gazetteer.from_rows(opened(version).rows("countries").to_pylist())


def read(
    table: str,
    *,
    version: str | None = None,
    columns: Sequence[str] | None = None,
    where: Mapping[str, Collection[str]] | None = None,
    backend: arrow.Backend = "numpy_nullable",
) -> pd.DataFrame:
    """Return rows of a table as pandas, with the release in ``.attrs["troopdata"]``."""
    release = opened(version)
    rows = release.rows(table, columns=columns, where=where)
    frame = arrow.frame(rows, backend=backend)
    frame.attrs["troopdata"] = {"release": release.version, "table": table}
    return frame
