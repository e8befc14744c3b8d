"""Troops in the conflicts of others: states by their code and year, presence without a figure."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path

import pytest

from troopdata.importers.ucdp_support import UcdpSupport

HEADER = [
    "sender_iso3", "sender_gw", "host_iso3", "host_gw", "year", "conflict_id", "type_of_conflict",
    "side_supported", "intensity_level", "gwno_b",
]  # fmt: skip


@pytest.fixture
def home(tmp_path: Path, root: Path) -> Path:
    series = tmp_path / "datasets" / "series" / "ucdp-support"
    series.mkdir(parents=True)
    (tmp_path / "datasets" / "facts").mkdir()
    shutil.copy(root / "datasets" / "facts" / "countries.csv", tmp_path / "datasets" / "facts")
    for name in ("sources.csv", "elsewhere.csv"):
        shutil.copy(root / "datasets" / "series" / "ucdp-support" / name, series)
    return series


def made(folder: Path, *rows: tuple[str, ...]) -> list[dict[str, str]]:
    """Each row is sender, host, year, conflict, type and side."""
    published = folder / "up" / "world"
    published.mkdir(parents=True)
    with open(published / "ucdp_secondary_troops_1946_2024.csv", "w", newline="") as handle:
        writer = csv.writer(handle)
        writer.writerow(HEADER)
        for sender, host, year, conflict, kind, side in rows:
            writer.writerow(["", sender, "", host, year, conflict, kind, side, "1", ""])
    UcdpSupport(folder).rebuild(folder / "up")
    return UcdpSupport(folder).rows()["deployments"]


@pytest.mark.parametrize(
    ("sender", "host", "year", "codes"),
    [
        ("817", "811", "1971", ("RVN", "KHM")),
        ("816", "811", "1979", ("VNM", "KHM")),
        ("365", "700", "1986", ("SUN", "AFG")),
        ("365", "652", "2016", ("RUS", "SYR")),
        ("345", "346", "1992", ("SRB", "BIH")),
        ("345", "432", "2015", ("SRB", "MLI")),
        ("316", "700", "2005", ("CZE", "AFG")),
    ],
)
def test_a_code_is_the_state_that_had_it(
    home: Path, sender: str, host: str, year: str, codes: tuple[str, str]
) -> None:
    (claim,) = made(home, (sender, host, year, "1", "II", "a"))
    assert (claim["sender"], claim["host"]) == codes


def test_a_claim_shows_presence_in_the_year_and_no_figure(home: Path) -> None:
    (claim,) = made(
        home,
        ("220", "432", "2013", "7", "II", "a"),
        ("220", "432", "2013", "9", "II", "b"),
    )
    assert (claim["as_of"], claim["as_of_precision"]) == ("2013-01-01", "year")
    assert (claim["value_state"], claim["basis"]) == ("presence_only", "combat_support")
    assert claim["personnel"] == claim["personnel_low"] == claim["personnel_high"] == ""
    assert claim["locator"] == "conflict 7, side a; conflict 9, side b"


def test_wars_between_states_and_conflicts_fought_elsewhere_name_no_host(home: Path) -> None:
    found = made(
        home,
        ("2", "630", "2020", "14609", "interstate", "b"),
        ("900", "200", "1950", "3", "extrasystemic", "a"),
        ("200", "2", "2005", "418", "II", "a"),
    )
    assert found == []
