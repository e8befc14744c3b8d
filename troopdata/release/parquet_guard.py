"""Check the footer of a Parquet file against the manifest before anything is decoded."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from troopdata.errors import IntegrityError

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["guarded", "source"]

# Limits of the footer's parser. The largest table has 0.3 million rows and a footer of 51 KB.
LONGEST_TEXT = 16 << 20
MOST_PARTS = 1 << 20
# A table may unpack to 64 MB in any case, else to 100 times its file, and never to more than 8 GB.
# Real tables unpack to two or four times their file; a decompression bomb to a thousand times.
ALWAYS, MOST, RATIO = 64 << 20, 8 << 30, 100
# GeoParquet's covering: a column of the file for other programs, which our schemas do not have.
COVERING = ("bbox", "struct<xmin: double, ymin: double, xmax: double, ymax: double>")


def guarded(data: bytes, entry: Mapping[str, Any], *, repeated: Sequence[str] = ()) -> Any:
    """Return a Parquet file whose footer agrees with the manifest; none of its data is decoded.

    Parameters
    ----------
    data : bytes
        The file, its hash verified.
    entry : mapping
        The manifest's entry for it.
    repeated : sequence of str
        Columns to read as dictionaries.

    Raises
    ------
    IntegrityError
        If rows, columns or types differ, or it would take far more memory than it should. An
        extension type always differs, because manifests name plain types only: such a type may
        run code of its own when it is loaded.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        own = source(data)
        file = pq.ParquetFile(
            own,
            thrift_string_size_limit=LONGEST_TEXT,
            thrift_container_size_limit=MOST_PARTS,
        )
        found = [(field.name, str(field.type)) for field in file.schema_arrow]
    except (pa.ArrowException, OSError, ValueError, TypeError) as error:
        raise _refused(entry, f"is not a Parquet file: {error}") from None
    if file.metadata.num_rows != entry["rows"]:
        raise _refused(entry, f"has {file.metadata.num_rows} rows, not {entry['rows']}")
    promised = [(column["name"], column["type"]) for column in entry["columns"]]
    if [column for column in found if column != COVERING] != promised:
        raise _refused(entry, "has other columns or types than its manifest")
    size = sum(
        file.metadata.row_group(at).total_byte_size for at in range(file.metadata.num_row_groups)
    )
    if size < 0 or size > min(max(ALWAYS, RATIO * len(data)), MOST):
        raise _refused(entry, f"would take {size:,} bytes, and has {len(data):,}")
    return pq.ParquetFile(own, metadata=file.metadata, read_dictionary=list(repeated))


def source(data: bytes) -> pa.BufferReader:
    """Return a reader of a copy of `data` in Arrow's own memory.

    A thread of Arrow may be the last owner of a buffer, and needs the interpreter to release the
    bytes of Python. If the interpreter is shutting down at that moment, C++ aborts the process
    ("terminate called without an active exception") and its exit code is lost.
    """
    import pyarrow as pa

    own = pa.allocate_buffer(len(data))
    memoryview(own).cast("B")[:] = data
    return pa.BufferReader(own)


def _refused(entry: Mapping[str, Any], message: str) -> IntegrityError:
    hint = "inform the publisher of the release"
    return IntegrityError(
        f"{entry['name']} {message}", hint=hint, file=entry["name"], rule="footer"
    )
