"""Dates with a precision, and the first and last day that they can mean.

Bounds are inclusive days. A source that says "2018" gives 1 January 2018 with precision ``year``;
the bounds are 1 January and 31 December, and filters compare the bounds, not the stored date.
"""

from __future__ import annotations

import calendar
import datetime as dt
from typing import TYPE_CHECKING

from troopdata.errors import UsageError, shown
from troopdata.schemas.codes import OPEN_PRECISIONS, PERIOD_MONTHS

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["bounds", "earliest", "fits", "latest", "parse", "spelled"]

FIRST, LAST = dt.date(1, 1, 1), dt.date(9999, 12, 31)
# Not strftime's %b, which depends on the machine's locale.
NAMES = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def parse(text: object) -> dt.date:
    """Return an ISO date.

    Parameters
    ----------
    text : str, datetime.date, datetime.datetime or pandas.Timestamp
        A day. Text is ``YYYY-MM-DD`` and nothing else.

    Raises
    ------
    UsageError
        If it is not such a day.

    Examples
    --------
    >>> parse("2024-03-16")
    datetime.date(2024, 3, 16)
    """
    if isinstance(text, dt.datetime):
        return text.date()
    if isinstance(text, dt.date):
        return text
    try:
        if not isinstance(text, str) or len(text) != 10 or not text.isascii():
            raise ValueError
        return dt.date.fromisoformat(text)
    except ValueError:
        raise UsageError(
            f"{shown(text)} is not a date", hint="write it as 2024-03-17", value=text
        ) from None


def bounds(value: dt.date, precision: str) -> tuple[dt.date, dt.date]:
    """Return the first and the last day that a date of this precision can mean.

    Parameters
    ----------
    value : datetime.date
        The date as stored.
    precision : str
        A code of the vocabulary `precision`.

    Examples
    --------
    >>> bounds(dt.date(2018, 1, 1), "year")
    (datetime.date(2018, 1, 1), datetime.date(2018, 12, 31))
    >>> bounds(dt.date(2018, 6, 8), "not_later_than")
    (datetime.date(1, 1, 1), datetime.date(2018, 6, 8))
    """
    if precision == "day":
        return value, value
    if precision == "not_later_than":
        return FIRST, value
    if precision == "not_earlier_than":
        return value, LAST
    month = value.month + PERIOD_MONTHS[precision] - 1
    year, month = value.year + (month - 1) // 12, (month - 1) % 12 + 1
    return value, dt.date(year, month, calendar.monthrange(year, month)[1])


def fits(value: dt.date, precision: str) -> bool:
    """Return whether `value` is the first day of the period that `precision` names.

    Examples
    --------
    >>> fits(dt.date(2018, 6, 8), "year")
    False
    """
    if precision == "day" or precision in OPEN_PRECISIONS:
        return True
    starts = {
        "month": True,
        "quarter": value.month % 3 == 1,
        "year": value.month == 1,
        "decade": value.month == 1 and value.year % 10 == 0,
    }
    return value.day == 1 and starts[precision]


def spelled(value: dt.date, precision: str) -> str:
    """Return a date with its precision, in words.

    Examples
    --------
    >>> spelled(dt.date(2013, 1, 1), "month"), spelled(dt.date(2013, 1, 28), "day")
    ('Jan 2013', '28 Jan 2013')
    """
    month = f"{NAMES[value.month - 1]} {value.year}"
    day = f"{value.day} {month}"
    words = {
        "day": day,
        "month": month,
        "quarter": f"{value.year}-Q{(value.month + 2) // 3}",
        "year": f"{value.year}",
        "decade": f"{value.year}s",
        "not_later_than": f"by {day}",
        "not_earlier_than": f"{day} or later",
    }
    return words[precision]


def earliest(dates: pd.Series, precisions: pd.Series) -> pd.Series:
    """Return the first day that each date can mean: NaT for NaT, 1 January 1 for no bound.

    Parameters
    ----------
    dates : pandas.Series of datetime64[s]
    precisions : pandas.Series of str

    Returns
    -------
    pandas.Series of datetime64[s]
    """
    import pandas as pd

    open_ended = (precisions == "not_later_than").fillna(False).astype(bool)
    return dates.where(~open_ended, pd.Timestamp(FIRST).as_unit("s"))


def latest(dates: pd.Series, precisions: pd.Series) -> pd.Series:
    """Return the last day that each date can mean: NaT for NaT, 31 December 9999 for no bound.

    Parameters
    ----------
    dates : pandas.Series of datetime64[s]
    precisions : pandas.Series of str

    Returns
    -------
    pandas.Series of datetime64[s]
    """
    import numpy as np
    import pandas as pd

    # There are few precisions and many dates: what each means is looked up once.
    codes, names = pd.factorize(precisions)
    months = np.array([*(PERIOD_MONTHS.get(name, 0) for name in names), 0])[codes]
    open_ended = np.array([*(name == "not_earlier_than" for name in names), False])[codes]
    days = dates.to_numpy(dtype="datetime64[D]")
    first = days.astype("datetime64[M]") + months.astype("timedelta64[M]")
    period_end = first.astype("datetime64[D]") - np.timedelta64(1, "D")
    ends = np.where(months > 0, period_end, days).astype("datetime64[s]")
    result = pd.Series(ends, index=dates.index)
    return result.where(~(open_ended & dates.notna()), pd.Timestamp(LAST).as_unit("s"))
