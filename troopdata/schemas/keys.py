"""Identify rows: cells as canonical text, primary keys, and ids of claims.

The id of a claim is a hash of its content, so that the same claim keeps its id in every release.
"""

from __future__ import annotations

import hashlib
from decimal import Decimal
from typing import TYPE_CHECKING

from troopdata.schemas import model
from troopdata.schemas.codes import identity_columns

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["cells", "claim_ids", "keys", "texts"]

SEPARATOR = "\x1f"


def texts(column: pd.Series) -> list[str]:
    """Return a column as canonical text: ISO dates, plain numbers, "" for a missing cell.

    Examples
    --------
    >>> import pandas as pd
    >>> texts(pd.Series([1, None], dtype="Int32"))
    ['1', '']
    """
    import pandas as pd

    if pd.api.types.is_datetime64_any_dtype(column):
        days = column.to_numpy().astype("datetime64[D]").astype(str)
        return ["" if day == "NaT" else day for day in days]
    if pd.api.types.is_bool_dtype(column):
        return ["" if pd.isna(v) else str(bool(v)).lower() for v in column]
    if pd.api.types.is_float_dtype(column):
        return ["" if pd.isna(v) else _number(float(v)) for v in column]
    return column.astype("string").fillna("").tolist()


def _number(value: float) -> str:
    """Return a number in full, as the CSV files have it: 0.00001, not 1e-05."""
    text = repr(value + 0.0)  # -0.0 becomes 0.0
    return f"{Decimal(text):f}" if "e" in text else text


def claim_ids(frame: pd.DataFrame) -> list[str]:
    """Return the id of every claim in a frame.

    Parameters
    ----------
    frame : pandas.DataFrame
        Rows of `deployments`; only the identity columns are read.

    Returns
    -------
    list of str
        First 16 hex digits of the SHA-256 over the identity columns, in order.
    """
    if len(frame) == 0:
        return []
    columns = [texts(frame[name]) for name in identity_columns()]
    return [
        hashlib.sha256(SEPARATOR.join(cells).encode()).hexdigest()[:16]
        for cells in zip(*columns, strict=True)
    ]


def keys(frame: pd.DataFrame, table: model.Table) -> list[str]:
    """Return the primary key of every row as one text, with its parts joined by ``|``."""
    if len(frame) == 0:
        return []
    columns = [texts(frame[name]) for name in table.primary_key]
    return ["|".join(cells) for cells in zip(*columns, strict=True)]


def cells(frame: pd.DataFrame, table: model.Table) -> pd.DataFrame:
    """Return a table as text, indexed by key, without the geometry that the coordinates imply."""
    import pandas as pd

    names = [item.name for item in table.fields if item.type != "geojson"]
    columns = {name: texts(frame[name]) for name in names}
    return pd.DataFrame(columns, index=pd.Index(keys(frame, table), dtype="str"), dtype="str")
