"""What there is: the tables, their columns, whole tables, and the countries they are about."""

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
    """Return a whole table as it was released.

    Parameters
    ----------
    table : str
        Name of the table.
    version : str, optional
        Release of the data, such as ``"2026.11.0"``; the latest by default.
    columns : sequence of str, optional
        Only these columns, in this order.
    dtype_backend : {"numpy_nullable", "pyarrow"}
        Counts as Int32, text as string, dates as datetime64[s], flags as boolean; or all of
        them as Arrow dtypes.
    extra : str or pathlib.Path, optional
        A folder of your own with ``TABLE.csv`` files, as ``troopdata import --into`` writes them:
        its rows are validated by the same schema and follow those of the release.

    Returns
    -------
    pandas.DataFrame
        For `bases` and `borders`, with the geometry among the columns, a geopandas.GeoDataFrame
        in EPSG:4326.
        The release stands in ``.attrs["troopdata"]``.

    Raises
    ------
    UnknownTable, UnknownColumn, UnknownRelease
        With the nearest names.
    IntegrityError
        If the file is not what was released.
    Invalid
        If a row of `extra` breaks the schema, with every failure.

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
        frame = _followed(frame, Path(extra) / f"{table}.csv", version)
    return located(frame) if "geometry" in frame else frame


def known(table: str, *, at: Day, columns: Sequence[str] | None = None) -> pd.DataFrame:
    """Return a table as the release of a day held it.

    Parameters
    ----------
    table : str
        Name of the table.
    at : str or datetime.date
        The day: the last release on or before it is read.
    columns : sequence of str, optional
        Only these columns, in this order.

    Raises
    ------
    UnknownRelease
        If no release was out by then.

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
        If no release was out by then.

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
    """Return a table as an Arrow dataset, from which polars and duckdb read only what they need.

    Parameters
    ----------
    table : str
        Name of the table.
    version : str, optional
        Release of the data; the latest by default.

    Returns
    -------
    pyarrow.dataset.Dataset
        Columns and types of the table; of `bases` the geometry as WKB, and its `bbox`. Nothing is
        decoded before it is asked for, and what is decoded are the very bytes whose SHA-256 was
        right: the file is not read again.

    Raises
    ------
    UnknownTable, UnknownRelease
        With the nearest names.
    IntegrityError
        If the file is not what was released, or holds other than its manifest promises.

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
    # A release that came after this library is believed by its server alone: no bomb, no type of
    # another's making is handed to what reads the dataset.
    parquet_guard.guarded(data, opened.entry(name))
    form = ds.ParquetFileFormat()
    part = form.make_fragment(parquet_guard.source(data))
    return ds.FileSystemDataset([part], part.physical_schema.remove_metadata(), form)


def _followed(frame: pd.DataFrame, path: Path, version: str | None) -> pd.DataFrame:
    """Return a table followed by the rows of a user's own file, if there is one."""
    import pandas as pd

    from troopdata.validation import table_schema

    table = model.table(frame.attrs["troopdata"]["table"])
    if not path.parent.is_dir():
        raise UsageError(
            f"{path.parent} is no folder", hint="write it with troopdata import --into"
        )
    if not path.exists():
        return frame
    own = table_schema.conforming(path, table, country_index.gazetteer(version))
    joined = pd.concat([frame, own[list(frame.columns)].astype(frame.dtypes)], ignore_index=True)
    joined.attrs.update({**frame.attrs, "extra": str(path)})
    return joined


def operations(*, version: str | None = None) -> pd.DataFrame:
    """Return named missions and operations, one row an operation."""
    return load("operations", version=version)


def sources(*, version: str | None = None) -> pd.DataFrame:
    """Return documents and data files that claims rest on, one row a source."""
    return load("sources", version=version)


def countries(*, version: str | None = None) -> pd.DataFrame:
    """Return states, territories and organisations, one row a country and period."""
    return load("countries", version=version)
