from __future__ import annotations

import datetime as dt

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from troopdata.errors import UsageError
from troopdata.schemas import dates, model

PRECISIONS = model.vocabularies()["precision"].codes
DAYS = st.dates(dt.date(1800, 1, 1), dt.date(2100, 12, 31))


@given(DAYS, st.sampled_from(PRECISIONS))
def test_bounds_hold_the_date(day: dt.date, precision: str) -> None:
    low, high = dates.bounds(day, precision)
    assert low <= day <= high


@given(DAYS, st.sampled_from(PRECISIONS))
def test_columns_agree_with_single_dates(day: dt.date, precision: str) -> None:
    values = pd.Series([pd.Timestamp(day)], dtype="datetime64[s]")
    codes = pd.Series([precision], dtype="string")
    low, high = dates.bounds(day, precision)
    assert dates.earliest(values, codes).dt.date.tolist() == [low]
    assert dates.latest(values, codes).dt.date.tolist() == [high]


def test_missing_dates_stay_missing() -> None:
    values = pd.Series([None], dtype="datetime64[s]")
    codes = pd.Series([None], dtype="string")
    assert dates.earliest(values, codes).isna().all()
    assert dates.latest(values, codes).isna().all()


@pytest.mark.parametrize(
    "text", ["16/03/2024", "03/16/2024", "45367", "20240316", "24-03-16", "2024-02-30", "2024-3-16",
             "2024-03-16T00:00:00Z", "٢٠٢٤-٠٣-١٦", "", None, 45367],
)  # fmt: skip
def test_only_iso_days_are_dates(text: object) -> None:
    with pytest.raises(UsageError, match="2024-03-17"):
        dates.parse(text)


@pytest.mark.parametrize(
    ("day", "precision", "fits"),
    [
        ("2018-01-01", "year", True),
        ("2018-01-02", "year", False),
        ("2018-04-01", "quarter", True),
        ("2018-05-01", "quarter", False),
        ("2010-01-01", "decade", True),
        ("2015-01-01", "decade", False),
        ("2018-06-08", "day", True),
        ("2018-06-08", "month", False),
        ("2018-06-08", "not_later_than", True),
    ],
)
def test_a_period_is_written_as_its_first_day(day: str, precision: str, fits: bool) -> None:
    assert dates.fits(dates.parse(day), precision) is fits


def test_dates_are_spelled_in_english_whatever_the_locale() -> None:
    assert dates.spelled(dt.date(2024, 3, 16), "day") == "16 Mar 2024"
    assert dates.spelled(dt.date(1950, 1, 1), "decade") == "1950s"
    assert dates.spelled(dt.date(1959, 12, 31), "not_later_than") == "by 31 Dec 1959"


@pytest.mark.parametrize(
    ("day", "precision", "first", "last"),
    [
        ("2024-02-29", "day", "2024-02-29", "2024-02-29"),
        ("2024-02-01", "month", "2024-02-01", "2024-02-29"),
        ("2023-02-01", "month", "2023-02-01", "2023-02-28"),
        ("2023-12-01", "month", "2023-12-01", "2023-12-31"),
        ("2023-01-01", "quarter", "2023-01-01", "2023-03-31"),
        ("2023-10-01", "quarter", "2023-10-01", "2023-12-31"),
        ("2023-01-01", "year", "2023-01-01", "2023-12-31"),
        ("1950-01-01", "decade", "1950-01-01", "1959-12-31"),
        ("1950-05-06", "not_later_than", "0001-01-01", "1950-05-06"),
        ("1950-05-06", "not_earlier_than", "1950-05-06", "9999-12-31"),
    ],
)
def test_a_period_ends_on_its_last_day(day: str, precision: str, first: str, last: str) -> None:
    expected = dates.parse(first), dates.parse(last)
    assert dates.bounds(dates.parse(day), precision) == expected
    values = pd.Series([pd.Timestamp(day)], dtype="datetime64[s]")
    codes = pd.Series([precision], dtype="string")
    columns = dates.earliest(values, codes), dates.latest(values, codes)
    assert tuple(column.dt.date.item() for column in columns) == expected


@given(DAYS.map(lambda day: day.replace(day=1)))
def test_the_last_day_of_a_month_is_the_one_before_the_next(day: dt.date) -> None:
    _, last = dates.bounds(day, "month")
    assert (last + dt.timedelta(days=1)).day == 1
    assert (last.year, last.month) == (day.year, day.month)


def test_a_date_without_a_precision_is_that_day() -> None:
    values = pd.Series([pd.Timestamp("2024-03-16")], dtype="datetime64[s]")
    codes = pd.Series([None], dtype="string")
    assert dates.earliest(values, codes).tolist() == values.tolist()
    assert dates.latest(values, codes).tolist() == values.tolist()


def test_a_missing_date_has_no_last_day_even_without_a_bound() -> None:
    values = pd.Series([None], dtype="datetime64[s]")
    codes = pd.Series(["not_earlier_than"], dtype="string")
    assert dates.latest(values, codes).isna().all()


@pytest.mark.parametrize(
    ("month", "quarter"),
    [(1, 1), (2, 1), (3, 1), (4, 2), (6, 2), (7, 3), (9, 3), (10, 4), (12, 4)],
)
def test_a_quarter_is_spelled_by_its_number(month: int, quarter: int) -> None:
    assert dates.spelled(dt.date(2018, month, 1), "quarter") == f"2018-Q{quarter}"


def test_every_month_has_its_name() -> None:
    names = [dates.spelled(dt.date(2018, month, 1), "month")[:3] for month in range(1, 13)]
    assert names == [
        "Jan",
        "Feb",
        "Mar",
        "Apr",
        "May",
        "Jun",
        "Jul",
        "Aug",
        "Sep",
        "Oct",
        "Nov",
        "Dec",
    ]
    assert dates.spelled(dt.date(2018, 1, 1), "year") == "2018"
    assert dates.spelled(dt.date(2018, 1, 2), "not_earlier_than") == "2 Jan 2018 or later"


def test_dates_of_python_and_pandas_are_days_already() -> None:
    assert dates.parse(dt.date(2024, 3, 16)) == dt.date(2024, 3, 16)
    assert type(dates.parse(dt.datetime(2024, 3, 16, 12))) is dt.date
    assert dates.parse(pd.Timestamp("2024-03-16 12:00")) == dt.date(2024, 3, 16)


def test_every_month_fits_its_own_first_day() -> None:
    assert dates.fits(dt.date(2018, 5, 1), "month")
    assert not dates.fits(dt.date(2018, 4, 2), "quarter")
    assert not dates.fits(dt.date(2018, 5, 1), "decade")
