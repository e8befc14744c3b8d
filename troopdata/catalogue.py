"""What there is: the tables, their columns, whole tables, and the countries they are about."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from troopdata import arrow, dates, footer, release, shelves, spec
from troopdata.errors import UnknownRelease, UsageError, shown
from troopdata.filters import Day

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd
    import pyarrow.dataset as ds

__all__ = [
    "countries", "country", "describe", "known", "load", "operations", "released", "scan",
    "sources", "tables",
]  # fmt: skip


def tables() -> pd.DataFrame:
    """Return the tables of the latest release.

    Returns
    -------
    pandas.DataFrame
        One row a table: table, rows (Int64), grain, title.

    Examples
    --------
    >>> tables().set_index("table").loc["deployments", "grain"]
    "one source's claim about strength or presence"
    """
    import pandas as pd

    entries = {item["name"]: item for item in release.opened().manifest["files"]}
    rows = [
        (name, entries[f"{name}.parquet"]["rows"], spec.table(name).grain, spec.table(name).title)
        for name in spec.tables()
        if f"{name}.parquet" in entries
    ]
    frame = pd.DataFrame(rows, columns=["table", "rows", "grain", "title"])
    return frame.astype({"table": "string", "rows": "Int64", "grain": "string", "title": "string"})


def describe(table: str, column: str | None = None) -> pd.DataFrame:
    """Return the data dictionary of a table, or what the codes of one column mean.

    Parameters
    ----------
    table : str
        Name of the table.
    column : str, optional
        A column with a vocabulary.

    Returns
    -------
    pandas.DataFrame
        One row a column: column, type, unit, codes, description. For `presence` the written rule
        of the best estimate stands in ``.attrs["rule"]``, a list of steps. With `column` one row a
        code: code, label, definition.

    Raises
    ------
    UnknownTable, UnknownColumn
        If there is no such table or column.
    UsageError
        If the column holds no codes.

    Examples
    --------
    >>> describe("deployments").set_index("column").loc["personnel", "unit"]
    'people'
    >>> describe("deployments", "qualifier").set_index("code").loc["more_than", "definition"]
    'The figure is personnel_low.'
    """
    import pandas as pd

    found = spec.table(table)
    if column is not None:
        return _codes(found, column)
    rows = [
        (
            item.name,
            item.type,
            item.unit,
            ", ".join(item.vocabulary.codes) if item.vocabulary else "",
            item.description,
        )
        for item in found.fields
    ]
    frame = pd.DataFrame(rows, columns=["column", "type", "unit", "codes", "description"])
    if found.estimate:
        frame.attrs["rule"] = list(found.estimate["steps"])
    return frame.astype("string")


def _codes(table: spec.Table, column: str) -> pd.DataFrame:
    """Return the codes of a column with their meaning."""
    import pandas as pd

    known = table[column].vocabulary
    if known is None:
        coded = ", ".join(item.name for item in table.fields if item.vocabulary)
        hint = f"columns with codes: {coded}" if coded else ""
        raise UsageError(f"{table.name}.{column} holds no codes", hint=hint)
    rows = [(code, label, known.definitions[code]) for code, label in known.labels.items()]
    return pd.DataFrame(rows, columns=["code", "label", "definition"]).astype("string")


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
    found = spec.table(table)
    names = [found[name].name for name in columns] if columns is not None else None
    if dtype_backend not in ("numpy_nullable", "pyarrow"):
        raise UsageError(
            f"unknown dtype_backend {shown(dtype_backend)}", hint="numpy_nullable or pyarrow"
        )
    frame = release.read(table, version=version, columns=names, backend=dtype_backend)
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
    known = shelves.entries(shelves.shelves()).values()
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

    opened, name = release.opened(version), f"{spec.table(table).name}.parquet"
    data = opened.data(name)
    # A release that came after this library is believed by its server alone: no bomb, no type of
    # another's making is handed to what reads the dataset.
    footer.guarded(data, opened.entry(name))
    form = ds.ParquetFileFormat()
    part = form.make_fragment(footer.source(data))
    return ds.FileSystemDataset([part], part.physical_schema.remove_metadata(), form)


def _followed(frame: pd.DataFrame, path: Path, version: str | None) -> pd.DataFrame:
    """Return a table followed by the rows of a user's own file, if there is one."""
    import pandas as pd

    from troopdata import validation

    table = spec.table(frame.attrs["troopdata"]["table"])
    if not path.parent.is_dir():
        raise UsageError(
            f"{path.parent} is no folder", hint="write it with troopdata import --into"
        )
    if not path.exists():
        return frame
    own = validation.conforming(path, table, release.gazetteer(version))
    joined = pd.concat([frame, own[list(frame.columns)].astype(frame.dtypes)], ignore_index=True)
    joined.attrs.update({**frame.attrs, "extra": str(path)})
    return joined


def located(frame: pd.DataFrame) -> gpd.GeoDataFrame:
    """Return a frame with WKB as a GeoDataFrame in EPSG:4326."""
    import geopandas as gpd
    import shapely

    known = frame["geometry"].astype(object)
    points = shapely.from_wkb(known.where(known.notna(), None).to_numpy(dtype=object))
    shapes = gpd.GeoSeries(points, index=frame.index, crs=4326)
    result = gpd.GeoDataFrame(frame.assign(geometry=shapes), geometry="geometry")
    result.attrs.update(frame.attrs)
    return result


def operations(*, version: str | None = None) -> pd.DataFrame:
    """Return named missions and operations, one row an operation."""
    return load("operations", version=version)


def sources(*, version: str | None = None) -> pd.DataFrame:
    """Return documents and data files that claims rest on, one row a source."""
    return load("sources", version=version)


def countries(*, version: str | None = None) -> pd.DataFrame:
    """Return states, territories and organisations, one row a stretch of time."""
    return load("countries", version=version)


def country(
    value: str | int, *, system: str | None = None, on: Day = None, version: str | None = None
) -> str:
    """Return the code of a country.

    Parameters
    ----------
    value : str or int
        A name, an alias or a code; a whole number is a COW code unless `system` says otherwise.
    system : {"name", "iso3", "iso_numeric", "cow", "cow_abbr", "gw"}, optional
        What `value` is.
    on : str or datetime.date, optional
        The day on which it was so; by default any day, present ones first.

    Raises
    ------
    UnknownCountry
        With the nearest names. Nothing is ever matched in part.
    AmbiguousCountry
        If several countries carry it.

    Examples
    --------
    >>> country("Ivory Coast"), country("Niger"), country(255, system="cow", on="1995-01-01")
    ('CIV', 'NER', 'DEU')
    """
    return release.gazetteer(version).resolve(value, system=system, on=on)
