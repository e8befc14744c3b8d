"""The list of what no source has shown for longest."""

from __future__ import annotations

import pandas as pd
import pytest

import troopdata as td
from troopdata.cli import main
from troopdata.curate.staleness import COLUMNS, stale


@pytest.fixture(scope="module")
def rows() -> pd.DataFrame:
    return stale()


def test_what_has_ended_is_not_in_the_list(rows: pd.DataFrame) -> None:
    assert tuple(rows.columns) == COLUMNS
    assert set(rows["what"]) == {"force", "tenancy", "agreement"}
    ended = td.load("tenancies").dropna(subset=["ended"])["tenancy_id"]
    over = td.load("agreements")
    over = over[over["standing"].isin(["ended", "expired", "superseded"])]["agreement_id"]
    assert not rows["id"].isin({*ended, *over}).any()


def test_every_open_tenancy_is_in_it_once_with_its_last_attestation(rows: pd.DataFrame) -> None:
    spells = td.load("tenancies")
    spells = spells[spells["ended"].isna()].set_index("tenancy_id")["last_attested"]
    own = rows[rows["what"].eq("tenancy")].set_index("id")["last_seen"]
    assert own.sort_index().tolist() == spells.sort_index().tolist()


def test_the_list_is_sorted_by_people_times_ten_years_at_most(rows: pd.DataFrame) -> None:
    weight = rows["people"].fillna(0) * rows["years"].fillna(0).clip(upper=10)
    assert weight.is_monotonic_decreasing


def test_the_command_prints_as_many_rows_as_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["stale", "--limit", "3"]) == 0
    assert len(capsys.readouterr().out.splitlines()) == 4
