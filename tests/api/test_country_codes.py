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


@pytest.mark.parametrize(
    ("host", "period", "why"),
    [
        (None, "1980", "no_country"),
        ("DEU", None, "no_date"),
        ("XYZ", "1980", "unknown_code"),
        ("DDR", "1995", "did_not_exist"),
        ("DDR", "1990", "ended_within_period"),
        ("DDR", "1990-10", "ended_within_period"),
        ("DDR", "1990-Q3", None),
        ("VAT", "1995", "state_not_listed"),
        ("GUM", "1995", "territory"),
        ("ESH", "1995", "disputed"),
        ("UN", "1995", "organisation"),
        ("NATO", "1995", "organisation"),
    ],
)
def test_every_row_without_a_code_says_why(host: str, period: str, why: str | None) -> None:
    frame = pd.DataFrame({"host": [host], "period": [period]}, dtype="string")
    coded = td.codes(frame, to="cow")
    assert coded["host_why"].tolist() == [why if why else pd.NA]
    assert coded["host_why"].isna().item() == coded["host_note"].isna().item()
    assert coded.attrs["codes"]["host"]["why"] == ({why: 1} if why else {})


def test_a_state_of_part_of_a_year_can_have_its_code_of_that_part() -> None:
    frame = pd.DataFrame({"host": ["DDR", "YMD", "DDR"], "period": ["1990", "1990", "1991"]})
    coded = td.codes(frame, to=("cow", "gw"), within_period=True)
    assert coded["host_cow"].tolist() == [265, 680, pd.NA]
    assert coded["host_gw"].tolist() == [265, 680, pd.NA]
    assert coded["host_why"].tolist() == [pd.NA, pd.NA, "did_not_exist"]


def test_two_countries_with_one_code_in_one_year_are_told() -> None:
    frame = pd.DataFrame({"host": ["YUG", "SRB", "DEU"], "period": ["1992"] * 3})
    assert td.codes(frame, to="cow").attrs["codes"]["host"]["shared"] == []
    both = td.codes(frame, to="cow", within_period=True).attrs["codes"]["host"]["shared"]
    assert both == [{"system": "cow", "on": "1992-12-31", "code": 345, "countries": ["SRB", "YUG"]}]


@pytest.mark.parametrize("system", ["cow", "gw", "cow_abbr", "iso3", "iso_numeric", "name"])
def test_no_two_countries_have_one_code_on_one_day(system: str) -> None:
    spans = td.countries().dropna(subset=[system])
    spans = spans.assign(until=spans["valid_to"].fillna(pd.Timestamp("2200-01-01")))
    spans = spans[["country", "valid_from", "until", system]]
    pairs = spans.merge(spans, on=system)
    pairs = pairs[pairs["country_x"] < pairs["country_y"]]
    overlap = (pairs["valid_from_x"] < pairs["until_y"]) & (
        pairs["valid_from_y"] < pairs["until_x"]
    )
    assert pairs[overlap].empty


@pytest.mark.parametrize(("system", "key"), [("cow", "cowcode"), ("gw", "gwcode")])
def test_a_dyad_year_panel_merges_with_a_state_list_and_every_row_is_accounted_for(
    upstream: Path, system: str, key: str
) -> None:
    states = pd.read_csv(upstream / "countries" / f"{system}_states.csv")
    years = range(1950, 2017)
    listed = pd.DataFrame(
        [
            (code, year)
            for code, start, end in zip(states[key], states["start"], states["end"], strict=True)
            for year in years
            if start <= f"{year}-12-31" and f"{year}-01-01" <= end
        ],
        columns=[f"host_{system}", "year"],
    ).drop_duplicates()
    panel = td.presence(years=(years[0], years[-1]))
    coded = td.codes(panel, to=system, within_period=True)
    merged = coded.merge(
        listed.astype({f"host_{system}": "Int32"}),
        on=[f"host_{system}", "year"], how="left", indicator=True, validate="m:1",
    )  # fmt: skip
    assert len(merged) == len(panel)
    lost = merged[merged["_merge"] == "left_only"]
    assert lost["host_why"].notna().all()
    assert merged.loc[merged["_merge"] == "both", "host_why"].isna().all()
    told = coded.attrs["codes"]["host"]
    assert told["coded"] + sum(told["why"].values()) == told["rows"] == len(panel)
    assert set(told["why"]) <= {
        "territory", "disputed", "state_not_listed", "did_not_exist", "organisation", "waters",
        "mission_area",
    }  # fmt: skip
