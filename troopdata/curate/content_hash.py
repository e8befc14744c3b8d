"""Return the rows of a table as a release has them, and hash their logical content."""

from __future__ import annotations

import hashlib
import unicodedata
from typing import TYPE_CHECKING

from troopdata.schemas import arrow, model

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    import pyarrow as pa
    from numpy.typing import NDArray

__all__ = ["content_sha256", "rows"]


def rows(frame: pd.DataFrame, table: model.Table) -> pa.Table:
    """Return a typed frame as the Arrow table of a release.

    Parameters
    ----------
    frame : pandas.DataFrame
        Typed rows of the table; points may be WKB or geometries.
    table : Table
        Its specification: columns, types, nullability and the order of rows.
    """
    import pyarrow as pa

    frame = frame.sort_values(list(table.order), ignore_index=True, kind="stable")
    schema = arrow.schema(table)
    columns = [_column(frame[item.name], schema.field(item.name)) for item in table.fields]
    return pa.Table.from_arrays(columns, schema=schema)


def _column(values: pd.Series, field: pa.Field) -> pa.Array:
    import pyarrow as pa

    if str(values.dtype) == "geometry":
        values = values.to_wkb(byte_order=1)
    if pa.types.is_string(field.type):
        unique = {text: unicodedata.normalize("NFC", text) for text in values.dropna().unique()}
        if any(old != new for old, new in unique.items()):
            values = values.map(unique)
    if pa.types.is_float64(field.type):
        values = values + 0.0  # -0.0 becomes 0.0
    if pa.types.is_date32(field.type):
        return pa.array(values.to_numpy("datetime64[D]"), type=field.type)
    array = pa.array(values, type=field.type, from_pandas=True)
    return array.combine_chunks() if isinstance(array, pa.ChunkedArray) else array


def content_sha256(content: pa.Table) -> str:
    """Return the SHA-256 of the logical rows, which does not depend on pyarrow or pandas versions.

    Parameters
    ----------
    content : pyarrow.Table
        Rows as `rows` returns them.

    Notes
    -----
    The hash covers, for each column in order, its name and type, which cells are missing, and the
    cells: text and bytes as lengths and UTF-8, numbers as little-endian, a missing cell as zero.
    """
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    digest = hashlib.sha256()
    for name in content.column_names:
        column = content.column(name).combine_chunks()
        if isinstance(column, pa.ChunkedArray):
            column = pa.concat_arrays(column.chunks)
        digest.update(f"{name}\x1f{column.type}\x1f{len(column)}\x1e".encode())
        digest.update(np.packbits(column.is_null().to_numpy(zero_copy_only=False)).tobytes())
        if pa.types.is_string(column.type) or pa.types.is_binary(column.type):
            filled = pc.fill_null(column, "" if pa.types.is_string(column.type) else b"")
            lengths, cells = _bytes(filled.cast(pa.binary()))
            digest.update(lengths.astype("<i8").tobytes())
            digest.update(cells)
        elif pa.types.is_boolean(column.type):
            digest.update(pc.fill_null(column, False).to_numpy(zero_copy_only=False).tobytes())
        else:
            numbers = column.cast(pa.int32()) if pa.types.is_date32(column.type) else column
            kind = "<f8" if pa.types.is_float64(column.type) else "<i4"
            digest.update(
                pc.fill_null(numbers, 0).to_numpy(zero_copy_only=False).astype(kind).tobytes()
            )
    return digest.hexdigest()


def _bytes(cells: pa.BinaryArray) -> tuple[NDArray[np.int32], pa.Buffer | bytes]:
    """Return the length of each cell, and all cells one after another.

    Read from Arrow's own buffers: a Python object for each of a million cells takes most of the
    time of a build. An empty array may have no buffers at all.
    """
    import numpy as np

    _, offsets, data = cells.buffers()
    if len(cells) == 0 or data is None:
        return np.zeros(len(cells), dtype="int32"), b""
    ends = np.frombuffer(offsets, dtype="int32")[cells.offset : cells.offset + len(cells) + 1]
    return np.diff(ends), data[int(ends[0]) : int(ends[-1])]
