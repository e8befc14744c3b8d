"""Tables on a terminal: they fit, figures are not cut, and omitted columns are named."""

from __future__ import annotations

from functools import cache

import pandas as pd
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import troopdata as td
from troopdata.cli.table_layout import table_text
from troopdata.cli.terminal import cells
from troopdata.schemas import model


@cache
def rows(table: str) -> pd.DataFrame:
    try:
        return td.load(table).head(40)
    except td.UnknownTable:
        pytest.skip(f"the latest release has no {table} yet")


@pytest.mark.parametrize("room", [80, 120, 200])
@pytest.mark.parametrize("table", [name for name in model.tables() if name != "borders"])
def test_every_table_fits_and_names_every_column(
    monkeypatch: pytest.MonkeyPatch, table: str, room: int
) -> None:
    monkeypatch.setenv("COLUMNS", str(room))
    frame = rows(table)
    frame.attrs["troopdata"] = {"table": table}
    text = table_text(frame)
    assert max(map(cells, text.splitlines())) <= room
    if len(frame):
        shown = " ".join(text.replace(",", " ").split())
        precise = {f"{name}_precision" for name in frame}
        assert [name for name in frame if name not in precise and name not in shown] == []


@given(
    st.lists(
        st.tuples(st.text(st.characters(categories=("L", "N")), max_size=60), st.integers()),
        min_size=1,
        max_size=5,
    )
)
@example([("x" * 40, -(10**30))])
def test_a_figure_is_never_cut(rows: list[tuple[str, int]]) -> None:
    frame = pd.DataFrame(rows, columns=["name", "personnel"]).astype({"personnel": "object"})
    text = table_text(frame)
    for _, figure in rows:
        assert f"{figure:,}" in text


def test_one_value_of_all_rows_goes_above_where_room_is_short(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    frame = pd.DataFrame({"host": ["NER"] * 2, "note": ["x" * 30, "y" * 30], "gone": [None] * 2})
    lines = table_text(frame).splitlines()
    assert lines[0] == "host NER"
    assert lines[-1] == "empty columns: gone"


def test_a_date_is_shown_at_its_own_precision() -> None:
    sharp = ["day", "month", "quarter", "year", "decade", "not_later_than", "not_earlier_than"]
    day = pd.to_datetime(["2013-05-28"] * len(sharp)).astype("datetime64[s]")
    text = table_text(pd.DataFrame({"as_of": day, "as_of_precision": sharp}))
    assert text.splitlines() == [
        "as_of",
        "2013-05-28",
        "2013-05",
        "2013-Q2",
        "2013",
        "2010s",
        "by 2013-05-28",
        "2013-05-28 or later",
    ]


def test_rows_beyond_the_screen_are_counted() -> None:
    text = table_text(td.load("countries"), most=5)
    assert f"... {len(td.load('countries')) - 5:,} more rows" in text
