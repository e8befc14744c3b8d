"""Load whole tables, of a release or of the release of a day."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from troopdata.api import country_index
from troopdata.api.filters import Day
from troopdata.errors import UnknownRelease, UsageError, shown
from troopdata.geometry.points import located
from troopdata.release import loader, parquet_guard, repositories
from troopdata.schemas import arrow, dates, model

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow.dataset as ds

__all__ = ["countries", "known", "load", "operations", "released", "scan", "sources"]


def load(
    table: str,
    *,
    version: str | None = None,
    columns: Sequence[str] | None = None,
    dtype_backend: arrow.Backend = "numpy_nullable",
    extra: str | Path | None = None,
) -> pd.DataFrame:
    """Return a whole table of a release.

    Parameters
    ----------
    table : str
        Name of the table.
    version : str, optional
        Release of the data, such as ``"2026.11.0"``; the latest by default.
    columns : sequence of str, optional
        Only these columns, in this order.
    dtype_backend : {"numpy_nullable", "pyarrow"}
        Counts as Int32, text as string, dates as datetime64[s] and flags as boolean; or all as
        Arrow dtypes.
    extra : str or pathlib.Path, optional
        Your own folder of ``TABLE.csv`` files, as written by ``troopdata import --into``. Its rows
        are validated against the same schema and appended to those of the release.

    Returns
    -------
    pandas.DataFrame
        A geopandas.GeoDataFrame in EPSG:4326 for `bases` and `borders`, if the geometry is among
        the columns. ``.attrs["troopdata"]`` names the release.

    Raises
    ------
    UnknownTable, UnknownColumn, UnknownRelease
        With the nearest names.
    IntegrityError
        If the file differs from the released one.
    Invalid
        With every failure, if rows of `extra` break the schema.

    Examples
    --------
    >>> load("sources", columns=["source_id", "kind"]).columns.tolist()
    ['source_id', 'kind']
    """
    found = model.table(table)
    names = [found[name].name for name in columns] if columns is not None else None
    if dtype_backend not in ("numpy_nullable", "pyarrow"):
        raise UsageError(
            f"unknown dtype_backend {shown(dtype_backend)}", hint="numpy_nullable or pyarrow"
        )
    frame = loader.read(table, version=version, columns=names, backend=dtype_backend)
    if extra is not None:
        frame = _with_own_rows(frame, Path(extra) / f"{table}.csv", version)
    return located(frame) if "geometry" in frame else frame


def known(table: str, *, at: Day, columns: Sequence[str] | None = None) -> pd.DataFrame:
    """Return a table from the last release on or before a day.

    Parameters
    ----------
    table : str
        Name of the table.
    at : str or datetime.date
        The day.
    columns : sequence of str, optional
        Only these columns, in this order.

    Raises
    ------
    UnknownRelease
        If no release existed by then.

    Examples
    --------
    >>> known("events", at="2026-12-01").attrs["troopdata"]["release"] >= "2026.11.0"
    True
    """
    return load(table, version=released(at), columns=columns)


def released(at: Day) -> str:
    """Return the number of the last release on or before a day.

    Raises
    ------
    UnknownRelease
        If no release existed by then.

    Examples
    --------
    >>> released("2026-11-24") >= "2026.11.0"
    True
    """
    day = dates.parse(at).isoformat()
    known = repositories.entries(repositories.local()).values()
    listed = [item for item in known if item["status"] == "active"]
    out = [item["release"] for item in listed if item["released_at"] <= day]
    if not out:
        first = min(item["released_at"] for item in listed)
        raise UnknownRelease(
            day, hint=f"the first release is of {first}", detail="(no release yet)"
        )
    return str(out[-1])


def scan(table: str, *, version: str | None = None) -> ds.Dataset:
    """Return a table as an Arrow dataset, of which polars and duckdb read only what they need.

    Parameters
    ----------
    table : str
        Name of the table.
    version : str, optional
        Release of the data; the latest by default.

    Returns
    -------
    pyarrow.dataset.Dataset
        The columns and types of the table; for `bases`, the geometry as WKB and its `bbox`.
        Columns are decoded when they are first read, from the bytes whose SHA-256 was checked:
        the file is not read a second time.

    Raises
    ------
    UnknownTable, UnknownRelease
        With the nearest names.
    IntegrityError
        If the file differs from the released one, or its content from the manifest.

    Examples
    --------
    >>> import pyarrow.dataset as ds
    >>> niger = scan("deployments").filter(ds.field("host") == "NER")
    >>> niger.to_table(columns=["sender", "personnel"]).column_names
    ['sender', 'personnel']
    """
    import pyarrow.dataset as ds

    opened, name = loader.opened(version), f"{model.table(table).name}.parquet"
    data = opened.data(name)
    # Only its server vouches for a release newer than this library, so refuse decompression bombs
    # and extension types before another library reads the dataset.
    parquet_guard.guarded(data, opened.entry(name))
    form = ds.ParquetFileFormat()
    part = form.make_fragment(parquet_guard.source(data))
    return ds.FileSystemDataset([part], part.physical_schema.remove_metadata(), form)


def _with_own_rows(frame: pd.DataFrame, path: Path, version: str | None) -> pd.DataFrame:
    """Return a table with the rows of the user's own file appended, if the file exists."""
    import pandas as pd

    from troopdata.validation import table_schema

    table = model.table(frame.attrs["troopdata"]["table"])
    if not path.parent.is_dir():
        raise UsageError(
            f"{path.parent} is not a folder",
            hint="write one with troopdata import SERIES FILE --into FOLDER",
        )
    if not path.exists():
        return frame
    own = table_schema.conforming(path, table, country_index.gazetteer(version))
    joined = pd.concat([frame, own[list(frame.columns)].astype(frame.dtypes)], ignore_index=True)
    joined.attrs.update({**frame.attrs, "extra": str(path)})
    return joined


def operations(*, version: str | None = None) -> pd.DataFrame:
    """Return named missions and operations, one row per operation."""
    return load("operations", version=version)


def sources(*, version: str | None = None) -> pd.DataFrame:
    """Return the documents and data files behind claims, one row per source."""
    return load("sources", version=version)


def countries(*, version: str | None = None) -> pd.DataFrame:
    """Return states, territories and organisations, one row per country and period."""
    return load("countries", version=version)
