"""The transcribed files: cells, dates, and what they lack."""

from __future__ import annotations

from pathlib import Path

import pytest

from troopdata.errors import Invalid
from troopdata.importers.us_dmdc import transcribed_rows


def test_rows_have_single_spaces_and_the_last_day_of_their_month(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_text("year,month,label,army\n2013,September, Saudi  Arabia ,NA\n")
    (row,) = transcribed_rows.by_date(file)["2013-09-30"]
    assert (row["label"], row["army"]) == ("Saudi Arabia", "")


def test_a_date_of_its_own_goes_first(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_text("as_of,year,month\n2013-12-31,2013,September\n")
    assert set(transcribed_rows.by_date(file)) == {"2013-12-31"}


def test_a_column_that_the_file_lacks_is_named(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_text("year,label\n2013,Italy\n")
    with pytest.raises(Invalid, match=r"a\.csv:1: month: .*column missing.*year, label"):
        transcribed_rows.by_date(file)


def test_another_month_is_named(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_text("year,month\n2013,July\n")
    with pytest.raises(Invalid, match=r"a report is of March, .* \(got 'July'\)"):
        transcribed_rows.by_date(file)
