"""Years, quarters, months and days as whole numbers, so that they add, compare and sort."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from troopdata.errors import UsageError, shown
from troopdata.schemas import dates

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["Frequency", "Period", "labelled", "period"]

Frequency = Literal["year", "quarter", "month", "day"]
EPOCH_YEAR = 1970


@dataclass(frozen=True, slots=True)
class Period:
    """A kind of period, `months` long; 0 for a day."""

    name: str
    months: int

    @property
    def per_year(self) -> int:
        return 12 // self.months

    def number(self, days: NDArray[np.datetime64]) -> NDArray[np.int64]:
        """Return the number of the period that each day lies in."""
        if not self.months:
            return days.astype("datetime64[D]").astype("int64")
        months = days.astype("datetime64[M]").astype("int64")
        return months // self.months

    def of_year(self, year: int) -> int:
        """Return the number of a year's first period."""
        return (year - EPOCH_YEAR) * self.per_year

    def first_day(self, numbers: NDArray[np.int64]) -> NDArray[np.datetime64]:
        """Return the first day of each period."""
        if not self.months:
            return np.asarray(numbers).astype("datetime64[D]")
        return (numbers * self.months).astype("datetime64[M]").astype("datetime64[D]")

    def last_day(self, numbers: NDArray[np.int64]) -> NDArray[np.datetime64]:
        """Return the last day of each period."""
        if not self.months:
            return self.first_day(numbers)
        return self.first_day(numbers + 1) - 1

    def year(self, number: int) -> int:
        """Return the calendar year of a period."""
        if not self.months:
            return int(np.datetime64(number, "D").astype("datetime64[Y]").astype("int64")) + 1970
        return EPOCH_YEAR + number // self.per_year

    def label(self, number: int) -> str:
        """Return a period as text that sorts in time order.

        Examples
        --------
        >>> period("quarter").label(215), period("month").label(647), period("year").label(53)
        ('2023-Q4', '2023-12', '2023')
        """
        if not self.months:
            return str(np.datetime64(number, "D"))
        year, part = self.year(number), number % self.per_year + 1
        if self.name == "year":
            return f"{year:04d}"
        return f"{year:04d}-Q{part}" if self.name == "quarter" else f"{year:04d}-{part:02d}"


LABEL = re.compile(r"(\d{4})(?:-(Q[1-4]|0[1-9]|1[0-2]))?")
DAY = re.compile(r"\d{4}-\d{2}-\d{2}")

PERIODS = {
    name: Period(name, months)
    for name, months in [("year", 12), ("quarter", 3), ("month", 1), ("day", 0)]
}


def period(name: str) -> Period:
    """Return the period of this name.

    Raises
    ------
    UsageError
        If it is not one of year, quarter, month, day.
    """
    if name not in PERIODS:
        raise UsageError(
            f"unknown freq {shown(name)}", hint=f"one of {', '.join(PERIODS)}", value=name
        )
    return PERIODS[name]


def labelled(label: object) -> tuple[Period, int]:
    """Return the kind and the number of the period that a label names.

    Raises
    ------
    UsageError
        If it is not the label of a period.

    Examples
    --------
    >>> unit, number = labelled("2023-Q4")
    >>> unit.name, number, unit.label(number)
    ('quarter', 215, '2023-Q4')
    """
    if isinstance(label, str) and DAY.fullmatch(label):
        return PERIODS["day"], int(np.datetime64(dates.parse(label), "D").astype("int64"))
    found = LABEL.fullmatch(label) if isinstance(label, str) else None
    if found is None:
        hint = "write it as 2023, 2023-Q4, 2023-12 or 2023-12-31"
        raise UsageError(f"{shown(label)} is not a period", hint=hint, value=label)
    year, part = found.groups()
    name = "year" if part is None else "quarter" if part.startswith("Q") else "month"
    unit = PERIODS[name]
    return unit, unit.of_year(int(year)) + int((part or "1").removeprefix("Q")) - 1
