"""Read the day of each place in a query."""

from __future__ import annotations

import datetime as dt
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from troopdata.errors import UnknownColumn, UsageError, shown
from troopdata.schemas import dates

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

__all__ = ["NO_DATE", "day_numbers", "days_of", "is_day"]

NO_DATE = "no_date"


def is_day(on: Any) -> bool:
    """Return whether `on` is one day for all places rather than the name of a column."""
    if isinstance(on, dt.date):
        return True
    try:
        dates.parse(on)
    except UsageError:
        return False
    return True


def days_of(frame: pd.DataFrame, on: str | dt.date | None) -> NDArray[np.datetime64] | None:
    """Return the day of each row, NaT where it has none; None if the query has no day.

    Parameters
    ----------
    frame : pandas.DataFrame
        The places.
    on : str, datetime.date or None
        A column of dates (any resolution, or ISO text), or one day for all rows.

    Raises
    ------
    UnknownColumn
        If it is neither a column nor a day.
    UsageError
        If a cell of the column is not a date.
    """
    import numpy as np

    if on is None:
        return None
    if isinstance(on, str) and on in frame.columns:
        return _of_column(frame[on], on)
    if not is_day(on):
        near = get_close_matches(str(on), [str(name) for name in frame.columns], n=2)
        hint = "a column of places, or a day as 2024-03-17"
        raise UnknownColumn(on, near, hint=hint)
    return np.full(len(frame), np.datetime64(dates.parse(on), "D"))


def _of_column(cells: pd.Series, name: str) -> NDArray[np.datetime64]:
    import pandas as pd

    kind = cells.dtype
    if isinstance(kind, pd.DatetimeTZDtype):
        # The local calendar day, not the day in UTC.
        cells = cells.dt.tz_localize(None)
    elif isinstance(kind, pd.ArrowDtype):
        import pyarrow as pa

        timed = pa.types.is_date(kind.pyarrow_dtype) or pa.types.is_timestamp(kind.pyarrow_dtype)
        cells = cells.astype("datetime64[s]" if timed else object)
    if pd.api.types.is_datetime64_dtype(cells.dtype):
        days: NDArray[np.datetime64] = cells.to_numpy().astype("datetime64[D]")
        return days
    if pd.api.types.is_numeric_dtype(cells.dtype):
        hint = f'for years, pd.to_datetime(places["{name}"].astype(str) + "-07-01")'
        raise UsageError(f"column {shown(name)} holds numbers, not dates", hint=hint)
    return _of_texts(cells, name)


def _of_texts(cells: pd.Series, name: str) -> NDArray[np.datetime64]:
    """Parse dates from ISO text, each distinct text once."""
    import numpy as np
    import pandas as pd

    codes, distinct = pd.factorize(cells.astype(object))
    # A missing cell has the code -1, which picks the last element: it stays NaT.
    days = np.full(len(distinct) + 1, np.datetime64("NaT", "D"))
    for at, text in enumerate(distinct):
        try:
            days[at] = np.datetime64(dates.parse(text), "D")
        except UsageError as error:
            row = int(np.argmax(codes == at))
            message = f"{error.message} (column {name}, row {row})"
            raise UsageError(message, hint=error.hint, row=row, column=name, value=text) from None
    return days[codes]


def day_numbers(days: NDArray[np.datetime64]) -> NDArray[np.int32]:
    """Return days since 1970; NaT becomes a meaningless number, so callers mask it."""
    numbers: NDArray[np.int32] = days.astype("datetime64[D]").astype("int64").astype("int32")
    return numbers
