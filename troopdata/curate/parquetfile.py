"""The canonical writer: the same rows give the same bytes, whoever builds, wherever, whenever."""

from __future__ import annotations

import hashlib
import json
import unicodedata
from pathlib import Path
from typing import TYPE_CHECKING, Any

from troopdata import arrow, spec

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa
    from numpy.typing import NDArray

__all__ = ["content_sha256", "rows", "write"]

ROW_GROUP = 16_384
BBOX = ("xmin", "ymin", "xmax", "ymax")


def rows(frame: pd.DataFrame, table: spec.Table) -> pa.Table:
    """Return a typed frame as the Arrow table that a release holds.

    Parameters
    ----------
    frame : pandas.DataFrame
        Typed rows of the table.
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


def write(path: Path, table: spec.Table, content: pa.Table) -> None:
    """Write rows as canonical Parquet; a table with a geometry becomes GeoParquet 1.1."""
    import pyarrow.parquet as pq

    metadata = {}
    if "geometry" in content.column_names:
        content = _with_bbox(content)
        metadata["geo"] = json.dumps(_geo(content), sort_keys=True, ensure_ascii=True)
    writer = pq.ParquetWriter(
        path,
        content.schema.remove_metadata(),
        compression="zstd",
        compression_level=9,
        store_schema=False,
        write_page_checksum=True,
        version="2.6",
    )
    with writer:
        if metadata:
            writer.add_key_value_metadata(metadata)
        writer.write_table(content, row_group_size=ROW_GROUP)


def _with_bbox(content: pa.Table) -> pa.Table:
    """Return rows with the bounding box of each geometry, which lets readers skip by place."""
    import pyarrow as pa
    import shapely

    sides = shapely.bounds(_shapes(content)).T
    missing = content.column("geometry").combine_chunks().is_null()
    # Not a number, where there is no geometry, is not a number that a reader should meet.
    columns = [pa.array(side, from_pandas=True) for side in sides]
    box = pa.StructArray.from_arrays(columns, names=list(BBOX), mask=missing)
    return content.append_column(pa.field("bbox", box.type), box)


def _shapes(content: pa.Table) -> NDArray[Any]:
    """Return the geometries of a table, None where there is none."""
    import shapely

    shapes: NDArray[Any] = shapely.from_wkb(
        content.column("geometry").to_numpy(zero_copy_only=False)
    )
    return shapes


def _geo(content: pa.Table) -> dict[str, Any]:
    import shapely

    crs = json.loads((spec.folder("schemas") / "epsg-4326.projjson").read_text(encoding="utf-8"))
    shapes = [shape for shape in _shapes(content) if shape is not None]
    column: dict[str, Any] = {
        "encoding": "WKB",
        "geometry_types": sorted({shape.geom_type for shape in shapes}),
        "crs": crs,
        "covering": {"bbox": {side: ["bbox", side] for side in BBOX}},
    }
    if shapes:
        column["bbox"] = [float(side) for side in shapely.total_bounds(shapes)]
    return {"version": "1.1.0", "primary_column": "geometry", "columns": {"geometry": column}}


def content_sha256(content: pa.Table) -> str:
    """Return the SHA-256 of the logical rows, the same over versions of pyarrow and pandas.

    Parameters
    ----------
    content : pyarrow.Table
        Rows as `rows` returns them.

    Notes
    -----
    Hashed are, for each column in order: its name and type, which cells are missing, and the
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
            cells = filled.cast(pa.binary()).to_pylist()
            digest.update(np.array([len(cell) for cell in cells], dtype="<i8").tobytes())
            digest.update(b"".join(cells))
        elif pa.types.is_boolean(column.type):
            digest.update(pc.fill_null(column, False).to_numpy(zero_copy_only=False).tobytes())
        else:
            numbers = column.cast(pa.int32()) if pa.types.is_date32(column.type) else column
            kind = "<f8" if pa.types.is_float64(column.type) else "<i4"
            digest.update(
                pc.fill_null(numbers, 0).to_numpy(zero_copy_only=False).astype(kind).tobytes()
            )
    return digest.hexdigest()
