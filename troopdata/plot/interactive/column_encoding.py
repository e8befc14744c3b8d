"""Encode frames as compact text: dictionary and difference encoding, deflate, base64.

A column is ``{"kind", ...}``. ``text`` has the distinct values and a position for each row (-1 is
missing); ``numbers`` has numbers; ``days`` has, in days since 1970, the differences from one row to
the next, which compress better than the days; ``lists`` has lists of integers. Missing is null.
``static/data.js`` decodes the result in the browser, `unpack` and `values` in Python.
"""

from __future__ import annotations

import base64
import json
import zlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["column", "frame", "pack", "unpack", "values"]

# Seconds.
DAY = 86_400


def frame(rows: pd.DataFrame) -> dict[str, Any]:
    """Return a frame as columns of plain lists."""
    return {"rows": len(rows), "columns": {name: column(rows[name]) for name in rows}}


def column(values: pd.Series) -> dict[str, Any]:
    """Return an encoded column; its kind follows from its dtype.

    Examples
    --------
    >>> import pandas as pd
    >>> column(pd.Series(["a", None, "a"], dtype="string"))
    {'kind': 'text', 'values': ['a'], 'at': [0, -1, 0]}
    >>> column(pd.Series(pd.to_datetime(["1970-01-03", None, "1970-01-04"])))
    {'kind': 'days', 'steps': [2, None, 1]}
    """
    import pandas as pd

    if pd.api.types.is_datetime64_any_dtype(values):
        return {"kind": "days", "steps": _steps(values)}
    if pd.api.types.is_bool_dtype(values) or pd.api.types.is_integer_dtype(values):
        return {"kind": "numbers", "at": [None if pd.isna(one) else int(one) for one in values]}
    if pd.api.types.is_float_dtype(values):
        # The floats are coordinates: four decimals of a degree are about ten metres.
        rounded = [None if pd.isna(one) else round(float(one), 4) for one in values]
        return {"kind": "numbers", "at": rounded}
    if len(values) and isinstance(values.iloc[0], list):
        return {"kind": "lists", "at": values.tolist()}
    codes, known = pd.factorize(values)
    return {"kind": "text", "values": [str(one) for one in known], "at": codes.tolist()}


def _steps(values: pd.Series) -> list[int | None]:
    steps: list[int | None] = []
    before = 0
    for number in values.astype("datetime64[s]").astype("int64") // DAY:
        # NaT is the least int64, far before any date.
        if number < -(10**9):
            steps.append(None)
            continue
        steps.append(int(number) - before)
        before = int(number)
    return steps


def values(column: dict[str, Any]) -> list[Any]:
    """Return the values of an encoded column, days as numbers since 1970.

    Examples
    --------
    >>> values({"kind": "days", "steps": [2, None, 1]})
    [2, None, 3]
    """
    if column["kind"] == "text":
        return [None if at < 0 else column["values"][at] for at in column["at"]]
    if column["kind"] != "days":
        return list(column["at"])
    found, before = [], 0
    for step in column["steps"]:
        before += step or 0
        found.append(None if step is None else before)
    return found


def pack(data: Any) -> str:
    """Return data as JSON, deflated without a header, in base64.

    Base64 has no character that could end a script element, so data cannot break out of the page.
    """
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    # Negative window bits: raw deflate, which browsers call "deflate-raw".
    deflate = zlib.compressobj(9, zlib.DEFLATED, -15)
    return base64.b64encode(deflate.compress(text.encode()) + deflate.flush()).decode("ascii")


def unpack(text: str) -> Any:
    """Return the data that `pack` encoded."""
    return json.loads(zlib.decompress(base64.b64decode(text), -15))
