"""What the footer of a Parquet file says, held against the manifest before anything is decoded."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from troopdata.errors import IntegrityError

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["guarded", "source"]

# The largest table of a release has 0.3 million rows and a footer of 51 KB.
LONGEST_TEXT = 16 << 20
MOST_PARTS = 1 << 20
# What may be decoded at once. Real tables shrink to a half or a quarter; a bomb, to a thousandth.
ALWAYS, MOST, RATIO = 64 << 20, 8 << 30, 100
# GeoParquet's covering, which stands in the file for others and in no schema of ours.
COVERING = ("bbox", "struct<xmin: double, ymin: double, xmax: double, ymax: double>")


def guarded(data: bytes, entry: Mapping[str, Any], *, repeated: Sequence[str] = ()) -> Any:
    """Return a Parquet file that promises what its manifest does, nothing of it decoded yet.

    Parameters
    ----------
    data : bytes
        The file, its hash known to be right.
    entry : mapping
        What the manifest says of it.
    repeated : sequence of str
        Columns to be read as dictionaries.

    Raises
    ------
    IntegrityError
        If rows, columns or types are others, or it would take far more room than it should. An
        extension type is always another type: none is ever in a manifest of ours.
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
        raise _refused(entry, f"is no Parquet file: {error}") from None
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
    """Return a reader of a copy of `data` that lies in Arrow's own memory.

    A thread of Arrow's may be the last to let go of what it read, and needs the interpreter to let
    go of Python's bytes. Where that interpreter is just ending, C++ ends the whole process with
    "terminate called without an active exception", its work done and its exit code lost.
    """
    import pyarrow as pa

    own = pa.allocate_buffer(len(data))
    memoryview(own).cast("B")[:] = data
    return pa.BufferReader(own)


def _refused(entry: Mapping[str, Any], message: str) -> IntegrityError:
    hint = "tell whoever published the release"
    return IntegrityError(
        f"{entry['name']} {message}", hint=hint, file=entry["name"], rule="footer"
    )
