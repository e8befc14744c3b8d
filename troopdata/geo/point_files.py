"""Read files of places: Parquet with points or with columns in degrees, and CSV."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from troopdata.errors import UsageError, shown

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["read_points"]

# Bytes of the longest point in (E)WKB: byte order 1, type 4, SRID 4, and four doubles of 8.
LONGEST_POINT = 41


def read_points(path: Path) -> pd.DataFrame:
    """Return a file of places as a frame; a GeoDataFrame if the file is GeoParquet.

    Parameters
    ----------
    path : pathlib.Path
        A .parquet (or .geoparquet) or .csv file.

    Raises
    ------
    UsageError
        If the file does not exist, or is not a file of points.
    """
    if not path.is_file():
        raise UsageError(f"no file at {path}", file=str(path))
    readers = {".parquet": _parquet, ".geoparquet": _parquet, ".csv": _csv}
    if path.suffix.casefold() not in readers:
        hint = f"a file that ends in one of {', '.join(readers)}"
        raise UsageError(f"cannot read points from {shown(path.name)}", hint=hint, file=str(path))
    frame: pd.DataFrame = readers[path.suffix.casefold()](path)
    return frame


def _parquet(path: Path) -> Any:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        schema = pq.read_schema(path)
        if b"geo" not in (schema.metadata or {}):
            return pq.read_table(path).to_pandas()
        _only_points(path, schema.metadata[b"geo"])
        import geopandas as gpd

        return gpd.read_parquet(path)
    # The "geo" metadata is JSON from an unknown writer: its shape may be anything, so reading it
    # may fail in any of these ways.
    except (
        pa.ArrowException,
        OSError,
        ValueError,
        LookupError,
        AttributeError,
        TypeError,
    ) as error:
        first = (str(error).splitlines() or [type(error).__name__])[0]
        message = f"{path} is not a readable Parquet file: {first}"
        raise UsageError(message, file=str(path)) from None


def _only_points(path: Path, metadata: bytes) -> None:
    """Raise if a geometry is too long for a point, before any geometry is parsed.

    A huge or deeply nested geometry could exhaust memory or the stack of the parser.
    """
    import json

    import pyarrow.compute as pc
    import pyarrow.parquet as pq

    geo = json.loads(metadata)
    column = geo.get("primary_column", "geometry")
    if geo.get("columns", {}).get(column, {}).get("encoding") != "WKB":
        return
    longest = pc.max(pc.binary_length(pq.read_table(path, columns=[column])[column])).as_py()
    if (longest or 0) > LONGEST_POINT:
        hint = "frame.set_geometry(frame.representative_point()).to_parquet(...)"
        message = f"{path} contains geometries that are not points"
        raise UsageError(message, hint=hint, file=str(path))


def _csv(path: Path) -> pd.DataFrame:
    import pandas as pd

    try:
        # "NA" is Namibia: only an empty cell is missing.
        return pd.read_csv(
            path, keep_default_na=False, na_values=[""], dtype_backend="numpy_nullable"
        )
    except (pd.errors.ParserError, pd.errors.EmptyDataError, UnicodeDecodeError) as error:
        raise UsageError(f"{path} is not a readable CSV file: {error}", file=str(path)) from None
