"""Cut a source of Parquet files into pieces, the same ones on every run and every machine."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from troopdata.errors import UsageError, shown

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["PIECE_ROWS", "Piece", "Source", "open_source"]

# A piece takes row groups until it has this many rows, the default size of a pyarrow row group.
PIECE_ROWS = 1_048_576
# The last bytes of a Parquet file: the length of the footer (4 bytes) and the magic "PAR1".
TAIL = 8


@dataclass(frozen=True, slots=True)
class Piece:
    """Consecutive row groups of one file.

    Attributes
    ----------
    piece : str
        Its name: position of the file, hash of the file's path, first row, row after the last.
        Zero-padded, so that names sort in the order of the source.
    path : str
        The file.
    groups : tuple of int
        First row group, and the one after the last.
    rows : int
        Number of rows.
    partition : tuple of (str, value)
        Keys and values in the names of the folders, such as ``year=2024``.
    """

    piece: str
    path: str
    groups: tuple[int, int]
    rows: int
    partition: tuple[tuple[str, Any], ...]


@dataclass(frozen=True, eq=False)
class Source:
    """Files of places with one schema.

    Attributes
    ----------
    files : list of dict
        For each file, its path within the source, size, rows and the SHA-256 of its footer.
    pieces : list of Piece
        Every row exactly once, in the order of paths and rows.
    schema : pyarrow.Schema
        Columns of the files, followed by those from the names of the folders.
    """

    files: list[dict[str, Any]]
    pieces: list[Piece]
    schema: pa.Schema


def open_source(source: Path) -> Source:
    """List the files of a source and its pieces.

    Parameters
    ----------
    source : pathlib.Path
        A Parquet file, or a folder of them.

    Raises
    ------
    UsageError
        If it contains no Parquet file, one cannot be read, or two have different columns.
    """
    import pyarrow as pa

    home, names = _listed(source)
    files, pieces = [], []
    schema: Any = None
    source_pieces = _partitions(home, names) if source.is_dir() else [{}]
    for number, (name, partition) in enumerate(zip(names, source_pieces, strict=True)):
        footer, entry = _footer(home / name, name)
        found = footer.schema.to_arrow_schema()
        if schema is None:
            schema = found
        elif not found.equals(schema):
            raise UsageError(_difference(names[0], schema, name, found), file=str(home / name),
                             hint="write the source with one schema")  # fmt: skip
        files.append(entry)
        counts = [footer.row_group(group).num_rows for group in range(footer.num_row_groups)]
        known = tuple((key, value) for key, value in partition.items() if key not in schema.names)
        for first, after, start, stop in _cut(counts, PIECE_ROWS):
            piece = f"{number:06d}-{_short(name)}-{start:012d}-{stop:012d}"
            pieces.append(Piece(piece, str(home / name), (first, after), stop - start, known))
    for key, value in pieces[0].partition:
        kind = pa.string() if isinstance(value, str) else pa.int32()
        schema = schema.append(pa.field(key, kind))
    return Source(files, pieces, schema)


def _listed(source: Path) -> tuple[Path, list[str]]:
    """Return a folder and the paths of the Parquet files in it, without hidden and side files."""
    if source.is_file():
        return source.parent, [source.name]
    if not source.is_dir():
        raise UsageError(f"no source at {source}", hint="a Parquet file, or a folder of them")
    found = (path for kind in ("*.parquet", "*.geoparquet") for path in source.rglob(kind))
    names = (path.relative_to(source) for path in found if path.is_file())
    kept = sorted(
        name.as_posix() for name in names if not any(part[0] in "._" for part in name.parts)
    )
    if not kept:
        hint = "files end in .parquet or .geoparquet, and do not begin with . or _"
        raise UsageError(f"{source} contains no Parquet file", hint=hint)
    return source, kept


def _partitions(home: Path, names: Sequence[str]) -> list[dict[str, Any]]:
    """Return the keys and values in the folder names of each file.

    A key becomes a number only if all of its values are numbers in canonical form.
    """
    found = [dict(part.split("=", 1) for part in name.split("/")[:-1] if "=" in part)
             for name in names]  # fmt: skip
    if any(set(one) != set(found[0]) for one in found):
        hint = "put every file into a folder of each key, such as year=2024/month=1"
        raise UsageError(f"files of {home} lie in folders with different keys", hint=hint)
    numeric = {key for key in found[0] if all(one[key].lstrip("-").isdecimal() for one in found)}
    # Leading zeros are part of a code, such as "07".
    numeric -= {key for key in numeric if any(str(int(one[key])) != one[key] for one in found)}
    return [{k: int(v) if k in numeric else v for k, v in one.items()} for one in found]


def _footer(path: Path, name: str) -> tuple[Any, dict[str, Any]]:
    """Return a file's metadata, and the entry of the manifest that identifies the file.

    The footer lists the offsets and statistics of every column chunk, so its hash identifies the
    file without reading all of it.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        footer = pq.read_metadata(path)
        size = path.stat().st_size
        with path.open("rb") as stream:
            stream.seek(size - TAIL)
            length = int.from_bytes(stream.read(4), "little")
            stream.seek(max(0, size - TAIL - length))
            digest = hashlib.sha256(stream.read()).hexdigest()
    except (pa.ArrowException, OSError) as error:
        message = f"{path} is not a readable Parquet file: {str(error).splitlines()[0]}"
        raise UsageError(message, file=str(path)) from None
    return footer, {
        "path": name, "size": size, "rows": footer.num_rows, "footer_sha256": digest,
    }  # fmt: skip


def _cut(counts: Sequence[int], most: int) -> Iterator[tuple[int, int, int, int]]:
    """Yield first group, group after the last, first row and row after the last of each piece.

    A file without rows is one piece, so that the sink has a file with its columns.
    """
    first = start = stop = 0
    for group, count in enumerate(counts):
        if stop > start and stop + count - start > most:
            yield first, group, start, stop
            first, start = group, stop
        stop += count
    if stop > start or not start:
        yield first, len(counts), start, stop


def _short(name: str) -> str:
    return hashlib.sha256(name.encode()).hexdigest()[:10]


def _difference(one: str, schema: pa.Schema, other: str, found: pa.Schema) -> str:
    first = set(zip(schema.names, schema.types, strict=True))
    second = set(zip(found.names, found.types, strict=True))
    for name, kind in sorted(first ^ second, key=str):
        where, lacking = (one, other) if (name, kind) in first else (other, one)
        return f"{where} has a column {shown(name)} of type {kind}, {lacking} does not"
    return f"{one} and {other} have the same columns in a different order"
