"""Codes at each row's own date, nothing lost in silence."""

from __future__ import annotations

import csv
from pathlib import Path

import pandas as pd
import pytest

import troopdata as td
from troopdata.errors import UnknownCode, UnknownColumn, UsageError


def test_a_panel_keeps_every_row_and_says_what_has_no_code() -> None:
    panel = td.presence(sender="USA", years=(1990, 1995))
    coded = td.codes(panel, to=("cow", "gw"))
    assert len(coded) == len(panel)
    lacking = coded["host_cow"].isna() | coded["host_gw"].isna()
    assert coded.loc[lacking, "host_note"].notna().all()
    assert coded.loc[~lacking, "host_note"].isna().all()
    assert "host_cow" not in panel


def test_codes_are_those_of_the_state_lists(upstream: Path) -> None:
    with open(upstream / "countries" / "cow_states.csv", newline="") as handle:
        spans = [(int(r["cowcode"]), r["start"], r["end"]) for r in csv.DictReader(handle)]
    panel = td.presence(sender="USA", years=(1950, 2016))[["host", "period", "year"]]
    coded = td.codes(panel, to="cow")
    system = {
        (cow, year)
        for cow, start, end in spans
        for year in range(1950, 2017)
        if start <= f"{year}-12-31" <= end
    }
    found = set(
        zip(coded["host_cow"].dropna(), coded.loc[coded["host_cow"].notna(), "year"], strict=True)
    )
    assert found <= system
    assert len(found) > 8_000


@pytest.mark.parametrize(
    ("on", "code"),
    [
        ("1990-10-02", 260),
        ("1990-10-03", 255),
        ("1989", 260),
        ("1990", 255),
        ("1990-Q3", 260),
        ("1990-10", 255),
    ],
)
def test_the_last_day_of_a_period_counts(on: str, code: int) -> None:
    frame = pd.DataFrame({"host": ["DEU"], "when": [on]})
    assert td.codes(frame, to="cow", on="when")["host_cow"].tolist() == [code]


def test_one_day_for_all_and_days_of_a_column() -> None:
    claims = td.deployments(host="NER", sender="FRA")
    assert set(td.codes(claims, column="sender", to="gw", on="2020-01-01")["sender_gw"]) == {220}
    assert set(
        td.codes(claims, column="sender", to="name", on="as_of")["sender_name"].dropna()
    ) == {"France"}


def test_mistakes_are_named() -> None:
    frame = pd.DataFrame({"host": ["DEU"], "period": ["soon"]})
    with pytest.raises(UnknownCode, match="cow"):
        td.codes(frame, to="fips")
    with pytest.raises(UnknownColumn, match="host"):
        td.codes(frame, column="country")
    with pytest.raises(UsageError, match="2023-Q4"):
        td.codes(frame)
    with pytest.raises(UsageError, match="neither"):
        td.codes(frame, on="date")
