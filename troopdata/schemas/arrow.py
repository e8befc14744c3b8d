"""Arrow schemas of the tables, and the conversion of Arrow rows to pandas frames."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from troopdata.schemas.field_types import FIELD_TYPES
from troopdata.schemas.model import Field, Table

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

__all__ = ["Backend", "dtype", "empty", "frame", "schema", "without_dictionaries"]

Backend = Literal["numpy_nullable", "pyarrow"]


def dtype(field: Field) -> str:
    """Return the pandas dtype of a column.

    Examples
    --------
    >>> from troopdata.schemas import model
    >>> dtype(model.table("deployments")["personnel"])
    'Int32'
    """
    return FIELD_TYPES[field.type].pandas


def schema(table: Table) -> pa.Schema:
    """Return the explicit Arrow schema of a table: names, types and nullability.

    Examples
    --------
    >>> from troopdata.schemas import model
    >>> schema(model.table("deployments")).field("as_of").type
    DataType(date32[day])
    """
    import pyarrow as pa

    types = {name: pa.type_for_alias(kind.arrow) for name, kind in FIELD_TYPES.items()}
    return pa.schema(
        [pa.field(item.name, types[item.type], nullable=not item.required) for item in table.fields]
    )


def without_dictionaries(rows: pa.Table, *, large: bool = False) -> pa.Table:
    """Return rows with every dictionary decoded to text; to `large` text, which pandas keeps."""
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
        Columns of string, int32, float64, bool, date32 or binary; text may be dictionaries.
    backend : {"numpy_nullable", "pyarrow"}
        Counts as Int32, text as string, dates as datetime64[s], flags as boolean; or all columns
        as Arrow dtypes.
    """
    import pandas as pd
    import pyarrow as pa

    rows = without_dictionaries(rows, large=backend != "pyarrow")
    if backend == "pyarrow":
        with_arrow_dtypes: pd.DataFrame = rows.to_pandas(types_mapper=pd.ArrowDtype)
        return with_arrow_dtypes
    mapped = {
        pa.type_for_alias(kind.arrow): pd.api.types.pandas_dtype(kind.pandas)
        for kind in FIELD_TYPES.values()
        if kind.arrow not in ("date32[day]", "binary")  # Arrow's own conversion is right for bytes
    }
    mapped[pa.large_string()] = mapped[pa.string()]
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
    >>> from troopdata.schemas import model
    >>> empty(model.table("events")).dtypes["effective_on"]
    dtype('<M8[s]')
    """
    import pandas as pd

    return pd.DataFrame({item.name: pd.Series([], dtype=dtype(item)) for item in table.fields})
