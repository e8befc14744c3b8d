"""Saved rows read back the same, and no text runs in a spreadsheet."""

from __future__ import annotations

import datetime as dt
import io
import sys
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import troopdata as td
from troopdata.cli import main
from troopdata.cli.excel import workbook
from troopdata.cli.output import csv_text
from troopdata.cli.save import WRITERS, save
from troopdata.errors import UsageError
from troopdata.io import csv_reader

RUNS = ["=1+1", '=HYPERLINK("http://x")', "+1", "-1+2", "@SUM(1)", "\t=1", "#REF!", "\uff1d1"]
TABLES = [name for name in td.tables()["table"] if name != "borders"]


def some(table: str) -> pd.DataFrame:
    """At most two hundred rows from all over a table."""
    frame = td.load(table)
    picked = frame.sample(min(200, len(frame)), random_state=1).reset_index(drop=True)
    picked.attrs = frame.attrs
    return picked


def plain(frame: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame(frame).drop(columns="geometry", errors="ignore")


def sheet(data: bytes | Path, at: int = 0) -> Any:
    book = openpyxl.load_workbook(io.BytesIO(data) if isinstance(data, bytes) else data)
    return book.worksheets[at]


@pytest.mark.parametrize("table", TABLES)
def test_csv_comes_back(table: str, tmp_path: Path) -> None:
    frame = some(table)
    save(frame, tmp_path / "rows.csv")
    back = td.validate(tmp_path / "rows.csv", table)
    pd.testing.assert_frame_equal(plain(back), plain(frame), check_column_type=False)


@pytest.mark.parametrize("table", TABLES)
def test_parquet_comes_back(table: str, tmp_path: Path) -> None:
    frame = some(table)
    save(frame, tmp_path / "rows.parquet")
    pd.testing.assert_frame_equal(
        plain(td.validate(tmp_path / "rows.parquet", table)), plain(frame), check_column_type=False
    )


@pytest.mark.parametrize("table", TABLES)
def test_a_workbook_comes_back(table: str, tmp_path: Path) -> None:
    """Read with the types of the table, every cell is what it was."""
    frame = plain(some(table))
    save(frame, tmp_path / "rows.xlsx")
    types = {c: t for c, t in frame.dtypes.astype(str).items() if not t.startswith("datetime")}
    days = [c for c, t in frame.dtypes.astype(str).items() if t.startswith("datetime")]
    back = pd.read_excel(
        tmp_path / "rows.xlsx",
        engine="openpyxl",
        dtype=types,
        keep_default_na=False,
        na_values=[""],
    )  # type: ignore[arg-type]
    for name in days:
        back[name] = pd.to_datetime(back[name]).astype("datetime64[s]")
    pd.testing.assert_frame_equal(back, frame, check_column_type=False)


def test_geojson_comes_back(tmp_path: Path) -> None:
    import geopandas as gpd

    frame = td.bases(host=["NER", "DJI", "DEU"])
    save(frame, tmp_path / "bases.geojson")
    back = gpd.read_file(tmp_path / "bases.geojson")
    assert back.crs == frame.crs
    assert back["base_id"].tolist() == frame["base_id"].tolist()
    frame = frame.reset_index(drop=True)
    known = frame.geometry.notna() & ~frame.geometry.is_empty
    assert known.sum() > 10
    for axis in ("x", "y"):
        there, here = (getattr(f.geometry[known], axis).to_numpy() for f in (back, frame))
        assert abs(there - here).max() < 1e-9
    for name in ("name", "kind", "host"):
        assert back[name].tolist() == frame[name].tolist()


def test_a_table_without_points_is_not_saved_as_geojson(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no points"):
        save(td.events(host="NER"), tmp_path / "events.geojson")
    save(td.spending(host="NER"), tmp_path / "spending.geojson")


def test_numbers_dates_flags_and_gaps_keep_their_kind() -> None:
    frame = pd.DataFrame(
        {
            "code": pd.Series(["NA", None, "001"], dtype="string"),
            "count": pd.Series([1, None, -3], dtype="Int32"),
            "share": pd.Series([0.1234567890123456, None, -1e-9], dtype="Float64"),
            "day": pd.Series(["2024-03-16", None, "1816-01-01"], dtype="datetime64[s]"),
            "flag": pd.Series([True, None, False], dtype="boolean"),
        }
    )
    rows = list(sheet(workbook(frame)).iter_rows(values_only=True))
    assert rows == [
        ("code", "count", "share", "day", "flag"),
        ("NA", 1, 0.1234567890123456, dt.datetime(2024, 3, 16), True),
        (None, None, None, None, None),
        ("001", -3, -1e-9, "1816-01-01", False),
    ]


@pytest.mark.parametrize("text", RUNS)
def test_text_that_a_spreadsheet_would_run_stays_text(text: str) -> None:
    frame = pd.DataFrame({"note": pd.Series([text], dtype="string")})
    cell = sheet(workbook(frame))["A2"]
    assert (cell.value, cell.data_type, cell.quotePrefix) == (text, "s", True)


@given(st.lists(st.text(st.characters(codec="utf-8", exclude_categories=["C"])), min_size=1))
@settings(max_examples=40)
def test_no_text_whatever_becomes_a_formula(texts: list[str]) -> None:
    frame = pd.DataFrame({"note": pd.Series(texts, dtype="string")})
    found = sheet(workbook(frame))
    for row, text in enumerate(texts, start=2):
        cell = found.cell(row, 1)
        assert cell.data_type != "f"
        assert (cell.value or "") == text


@pytest.mark.parametrize("text", ["x" * 32_768, "a\x01b"])
def test_text_that_no_cell_can_hold_is_refused_and_not_cut(text: str) -> None:
    with pytest.raises(UsageError, match="does not fit"):
        workbook(pd.DataFrame({"note": pd.Series([text], dtype="string")}))


def test_a_workbook_says_what_it_holds(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "niger.xlsx"
    arguments = ["presence", "--sender", "USA", "--host", "NER", "--years", "2020-2023", "-o"]
    assert main([*arguments, str(path)]) == 0
    assert "4 rows" in capsys.readouterr().err
    book = openpyxl.load_workbook(path)
    assert book.sheetnames == ["presence", "about"]
    about = list(book["about"].iter_rows(values_only=True))
    assert about[0] == ("release", td.data_version())
    assert ("rows", "4") in about
    assert any(value.startswith("The troopdata authors") for _, value in about)
    assert any("The White House" in value for _, value in about)


def test_without_openpyxl_the_error_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "openpyxl", None)
    assert main(["get", "operations", "-o", str(tmp_path / "x.xlsx")]) == 2
    assert 'pip install "troopdata[excel]"' in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def unescaped(cell: str) -> str:
    return cell[1:] if cell.startswith("'") else cell


@given(st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\r\n\0")), min_size=1))
def test_a_safe_csv_gives_the_text_back_and_runs_nothing(texts: list[str]) -> None:
    import unicodedata

    texts = [unicodedata.normalize("NFC", text) for text in texts]
    frame = pd.DataFrame({"note": pd.Series(texts, dtype="string"), "n": range(len(texts))})
    text = csv_text(frame, excel_safe=True)
    cells = [row[0] for row in csv_reader.read(text.encode()).rows]
    assert [unescaped(cell) for cell in cells] == texts
    assert not any(cell.startswith(("=", "+", "-", "@", "\t")) for cell in cells)
    lossless = csv_reader.read(csv_text(frame).encode())
    assert [row[0] for row in lossless.rows] == texts


def test_negative_numbers_stay_numbers_in_a_safe_csv() -> None:
    frame = pd.DataFrame({"note": ["-1"], "latitude": [-1.5]})
    assert csv_text(frame, excel_safe=True) == "note,latitude\n'-1,-1.5\n"
    assert csv_text(frame) == "note,latitude\n-1,-1.5\n"


def test_the_option_reaches_files_and_output(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    code = main(["get", "operations", "--format", "csv", "--excel-safe"])
    assert (code, capsys.readouterr().out.startswith("operation_id,")) == (0, True)
    assert main(["get", "operations", "--excel-safe", "-o", str(tmp_path / "x.csv")]) == 0
    assert main(["get", "operations", "--excel-safe", "-o", str(tmp_path / "x.parquet")]) == 2


def test_every_format_writes_an_answer_without_rows(tmp_path: Path) -> None:
    frame = td.bases(host="NER").iloc[:0]
    for ending in WRITERS:
        save(frame, tmp_path / f"none{ending}")
    assert len(list(tmp_path.iterdir())) == len(WRITERS)
