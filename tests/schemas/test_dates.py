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
    if not dates.fits(day, precision):
        return
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
