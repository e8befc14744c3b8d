"""Write canonical Parquet: the same rows give the same bytes on every machine."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from troopdata import paths
from troopdata.schemas import model

if TYPE_CHECKING:
    import pyarrow as pa
    from numpy.typing import NDArray

__all__ = ["write"]

ROW_GROUP = 16_384
BBOX = ("xmin", "ymin", "xmax", "ymax")


def write(path: Path, table: model.Table, content: pa.Table) -> None:
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
    """Return rows with the bounding box of each geometry, by which readers skip row groups."""
    import pyarrow as pa
    import shapely

    sides = shapely.bounds(_shapes(content)).T
    missing = content.column("geometry").combine_chunks().is_null()
    # shapely gives NaN for the bounds of a missing geometry; a reader expects null.
    columns = [pa.array(side, from_pandas=True) for side in sides]
    box = pa.StructArray.from_arrays(columns, names=list(BBOX), mask=missing)
    return content.append_column(pa.field("bbox", box.type), box)


def _shapes(content: pa.Table) -> NDArray[Any]:
    """Return the geometries of a table, None for a missing one."""
    import shapely

    shapes: NDArray[Any] = shapely.from_wkb(
        content.column("geometry").to_numpy(zero_copy_only=False)
    )
    return shapes


def _geo(content: pa.Table) -> dict[str, Any]:
    import shapely

    crs = json.loads((paths.folder("schemas") / "epsg-4326.projjson").read_text(encoding="utf-8"))
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
