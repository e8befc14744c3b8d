"""Years, quarters, months and days, and their labels."""

from __future__ import annotations

import numpy as np
import pytest

from troopdata.errors import UsageError
from troopdata.estimation.periods import labelled, period


def days(*texts: str) -> np.ndarray:
    return np.array(texts, dtype="datetime64[D]")


@pytest.mark.parametrize(
    ("freq", "day", "first", "last", "label"),
    [
        ("year", "1970-01-01", "1970-01-01", "1970-12-31", "1970"),
        ("year", "1969-12-31", "1969-01-01", "1969-12-31", "1969"),
        ("year", "2024-02-29", "2024-01-01", "2024-12-31", "2024"),
        ("quarter", "2023-12-31", "2023-10-01", "2023-12-31", "2023-Q4"),
        ("quarter", "2024-01-01", "2024-01-01", "2024-03-31", "2024-Q1"),
        ("quarter", "1969-09-30", "1969-07-01", "1969-09-30", "1969-Q3"),
        ("month", "2024-02-29", "2024-02-01", "2024-02-29", "2024-02"),
        ("month", "1969-12-31", "1969-12-01", "1969-12-31", "1969-12"),
        ("day", "2024-02-29", "2024-02-29", "2024-02-29", "2024-02-29"),
        ("day", "1969-12-31", "1969-12-31", "1969-12-31", "1969-12-31"),
    ],
)
def test_a_day_lies_in_one_period_with_a_first_and_last_day_and_a_label(
    freq: str, day: str, first: str, last: str, label: str
) -> None:
    unit = period(freq)
    numbers = unit.number(days(day))
    assert unit.first_day(numbers).tolist() == days(first).tolist()
    assert unit.last_day(numbers).tolist() == days(last).tolist()
    number = int(numbers[0])
    assert unit.label(number) == label
    assert unit.year(number) == int(day[:4])
    assert labelled(label) == (unit, number)


@pytest.mark.parametrize(("freq", "count"), [("year", 1), ("quarter", 4), ("month", 12)])
def test_a_year_has_its_periods_one_after_another(freq: str, count: int) -> None:
    unit = period(freq)
    assert unit.per_year == count
    begin, end = unit.of_year(2024), unit.of_year(2025)
    assert end - begin == count
    assert unit.first_day(np.array([begin])).tolist() == days("2024-01-01").tolist()
    assert [unit.year(number) for number in (begin - 1, begin, end - 1, end)] == [
        2023, 2024, 2024, 2025,
    ]  # fmt: skip


def test_labels_sort_in_the_order_of_time() -> None:
    unit = period("month")
    labels = [unit.label(number) for number in range(unit.of_year(998), unit.of_year(1002))]
    assert labels == sorted(labels)
    assert labels[0] == "0998-01"
    assert period("year").label(period("year").of_year(998)) == "0998"
    assert period("quarter").label(period("quarter").of_year(998)) == "0998-Q1"


@pytest.mark.parametrize(
    "label", ["2023-Q5", "2023-Q0", "2023-13", "2023-00", "23", "2023-Q4 ", "2023-1", 2023, None]
)
def test_what_is_not_a_label_is_an_error_that_shows_it_and_how_to_write_one(label: object) -> None:
    with pytest.raises(UsageError, match="is not a period") as caught:
        labelled(label)
    assert caught.value.value == label
    assert "2023-Q4" in str(caught.value)


def test_an_unknown_frequency_is_an_error_that_names_the_known_ones() -> None:
    with pytest.raises(UsageError, match="unknown freq 'weekly'") as caught:
        period("weekly")
    assert "year, quarter, month, day" in str(caught.value)
    assert caught.value.value == "weekly"
