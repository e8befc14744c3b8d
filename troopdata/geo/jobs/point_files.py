"""Files of places: Parquet, with points or with columns of degrees, and CSV."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from troopdata.errors import UsageError, shown

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["read_points"]

# A point in WKB: two to four doubles after byte order and type, and perhaps an SRID.
LONGEST_POINT = 41


def read_points(path: Path) -> pd.DataFrame:
    """Return a file of places as a frame; a GeoDataFrame where the file says where its points are.

    Parameters
    ----------
    path : pathlib.Path
        A .parquet (or .geoparquet) or .csv file.

    Raises
    ------
    UsageError
        If there is no such file, or it is no file of points.
    """
    if not path.is_file():
        raise UsageError(f"there is no file {path}", file=str(path))
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
    # Whatever a stranger's "geo" says, if it says anything, may be of another shape.
    except (
        pa.ArrowException,
        OSError,
        ValueError,
        LookupError,
        AttributeError,
        TypeError,
    ) as error:
        first = (str(error).splitlines() or [type(error).__name__])[0]
        message = f"{path} is no Parquet file that can be read: {first}"
        raise UsageError(message, file=str(path)) from None


def _only_points(path: Path, metadata: bytes) -> None:
    """Raise before anything is parsed if a geometry is too long for a point."""
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
        raise UsageError(f"{path} holds geometries that are no points", hint=hint, file=str(path))


def _csv(path: Path) -> pd.DataFrame:
    import pandas as pd

    try:
        # NA is Namibia: only an empty cell is missing.
        return pd.read_csv(
            path, keep_default_na=False, na_values=[""], dtype_backend="numpy_nullable"
        )
    except (pd.errors.ParserError, pd.errors.EmptyDataError, UnicodeDecodeError) as error:
        raise UsageError(f"{path} is no CSV file: {error}", file=str(path)) from None
