"""Convert the cells of a frame to plain values for printing."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["plain", "records"]


def plain(value: Any) -> Any:
    """Return a cell as a value that JSON can hold: days as ISO text, missing cells as None."""
    import pandas as pd

    if value is None or pd.isna(value):
        return None
    if isinstance(value, (pd.Timestamp, dt.date)):
        return str(value)[:10]
    if isinstance(value, (str, bool, int, float)):
        return value
    if hasattr(value, "item"):
        return value.item()
    return str(value)


def records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Return rows as dictionaries of values that JSON can hold."""
    columns = [str(name) for name in frame.columns]
    return [
        {name: plain(value) for name, value in zip(columns, row, strict=True)}
        for row in frame.astype(object).itertuples(index=False, name=None)
    ]
