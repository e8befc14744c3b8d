"""Find the codes that a name stood for in each period: Vietnam in 1968 is two states."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, TypeAlias

from troopdata.api.filters import Place, places_over

if TYPE_CHECKING:
    import datetime as dt

    import pandas as pd

    from troopdata.estimation.periods import Period

__all__ = ["Bearers", "bearers_over", "rows_of_bearers"]

# For each filter its codes, and for each code the spells in which it bore the name; none: always.
Bearers: TypeAlias = "Mapping[str, Mapping[str, tuple[tuple[dt.date, dt.date], ...] | None]]"


def bearers_over(
    unit: Period, span: tuple[int, int] | None, *, version: str | None = None, **asked: Place
) -> Bearers:
    """Return the codes that each filter means over a span, and when.

    Parameters
    ----------
    unit : Period
        The period.
    span : tuple of two int or None
        Numbers of the first and the last period; None for any time.
    version : str, optional
        Release of the data.
    **asked : str, int or list of these
        The filters, by column.
    """
    import datetime as dt

    import numpy as np

    days: tuple[dt.date, dt.date] = (dt.date.min, dt.date.max)
    if span is not None:
        first = unit.first_day(np.array([span[0]]))[0].astype(object)
        days = (first, unit.last_day(np.array([span[1]]))[0].astype(object))
    return places_over(days, version=version, **asked)


def rows_of_bearers(rows: pd.DataFrame, bearers: Bearers, unit: Period) -> pd.DataFrame:
    """Return the rows of periods in which a country bore the name that was asked for."""
    import numpy as np

    from troopdata.estimation.periods import labelled

    kept = np.ones(len(rows), dtype=bool)
    for column, codes in bearers.items():
        for code, spells in codes.items():
            if spells is None:
                continue
            own = rows[column].eq(code).to_numpy(dtype=bool)
            numbers = np.array([labelled(text)[1] for text in rows["period"][own]], dtype="int64")
            first, last = unit.first_day(numbers), unit.last_day(numbers)
            inside = np.zeros(len(numbers), dtype=bool)
            for begins, ends in spells:
                inside |= (first < np.datetime64(ends)) & (last >= np.datetime64(begins))
            kept[np.flatnonzero(own)[~inside]] = False
    return rows[kept].reset_index(drop=True)
