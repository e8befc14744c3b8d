"""The Arrow schema of a table, and Arrow rows as pandas frames with the dtypes we promise."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from troopdata.schemas.model import Field, Table

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

__all__ = ["Backend", "dtype", "empty", "frame", "schema", "spelled"]

Backend = Literal["numpy_nullable", "pyarrow"]

DTYPES = {
    "string": "string",
    "integer": "Int32",
    "number": "Float64",
    "boolean": "boolean",
    "date": "datetime64[s]",
    "geojson": "object",
}


def dtype(field: Field) -> str:
    """Return the pandas dtype of a column.

    Examples
    --------
    >>> from troopdata import spec
    >>> dtype(spec.table("deployments")["personnel"])
    'Int32'
    """
    return DTYPES[field.type]


def schema(table: Table) -> pa.Schema:
    """Return the explicit Arrow schema of a table: names, types and nullability.

    Examples
    --------
    >>> from troopdata import spec
    >>> schema(spec.table("deployments")).field("as_of").type
    DataType(date32[day])
    """
    import pyarrow as pa

    types = {
        "string": pa.string(),
        "integer": pa.int32(),
        "number": pa.float64(),
        "boolean": pa.bool_(),
        "date": pa.date32(),
        "geojson": pa.binary(),
    }
    return pa.schema(
        [pa.field(item.name, types[item.type], nullable=not item.required) for item in table.fields]
    )


def spelled(rows: pa.Table, *, large: bool = False) -> pa.Table:
    """Return rows with every dictionary spelled out; `large` is the text that pandas keeps."""
    import pyarrow as pa

    text = pa.large_string() if large else pa.string()
    fields = [
        field.with_type(text) if pa.types.is_dictionary(field.type) else field
        for field in rows.schema
    ]
    return rows.cast(pa.schema(fields))


def frame(rows: pa.Table, *, backend: Backend = "numpy_nullable") -> pd.DataFrame:
    """Return Arrow rows as a pandas frame.

    Parameters
    ----------
    rows : pyarrow.Table
        Columns of string, int32, float64, bool, date32 or binary; text may be in dictionaries.
    backend : {"numpy_nullable", "pyarrow"}
        Counts as Int32, text as string, dates as datetime64[s], flags as boolean; or all of them
        as Arrow dtypes.
    """
    import pandas as pd
    import pyarrow as pa

    rows = spelled(rows, large=backend != "pyarrow")
    if backend == "pyarrow":
        arrowed: pd.DataFrame = rows.to_pandas(types_mapper=pd.ArrowDtype)
        return arrowed
    mapped = {
        pa.string(): pd.StringDtype(),
        pa.large_string(): pd.StringDtype(),
        pa.int32(): pd.Int32Dtype(),
        pa.float64(): pd.Float64Dtype(),
        pa.bool_(): pd.BooleanDtype(),
    }
    for position, item in enumerate(rows.schema):
        if pa.types.is_date32(item.type):
            column = rows.column(position).cast(pa.timestamp("s"))
            rows = rows.set_column(position, item.name, column)
    result: pd.DataFrame = rows.to_pandas(types_mapper=mapped.get)
    return result


def empty(table: Table) -> pd.DataFrame:
    """Return a frame with the columns and dtypes of a table and no rows.

    Examples
    --------
    >>> from troopdata import spec
    >>> empty(spec.table("events")).dtypes["effective_on"]
    dtype('<M8[s]')
    """
    import pandas as pd

    return pd.DataFrame({item.name: pd.Series([], dtype=dtype(item)) for item in table.fields})
