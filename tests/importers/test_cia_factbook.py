"""The Factbook: its tag is the date, a bound or a range is no figure, a silence is no withdrawal."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path

import pytest

from troopdata.importers.cia_factbook import CiaFactbook

EDITION = "fb-tu-2022-03-31"
HEADER = [
    "sender_iso3", "host_iso3", "host_place", "operation", "observed_on", "count", "count_low",
    "count_high", "source_id", "note",
]  # fmt: skip


@pytest.fixture
def home(tmp_path: Path, root: Path) -> Path:
    series = tmp_path / "datasets" / "series" / "cia-factbook"
    series.mkdir(parents=True)
    committed = root / "datasets" / "series" / "cia-factbook"
    for name in ("sources.csv", "operations.csv", "places.csv"):
        shutil.copy(committed / name, series)
    header = (committed / "decisions.csv").read_text().splitlines()[0]
    (series / "decisions.csv").write_text(header + "\n")
    return series


def made(folder: Path, *rows: dict[str, str]) -> list[dict[str, str]]:
    published = folder / "up" / "world"
    published.mkdir(parents=True)
    path = published / "claims_deployments.csv"
    with open(path, "w", encoding="utf-8", newline="") as handle:
        writer = csv.DictWriter(handle, HEADER, restval="")
        writer.writeheader()
        usual = {"sender_iso3": "TUR", "observed_on": "2021", "source_id": EDITION}
        writer.writerows({**usual, **row} for row in rows)
    CiaFactbook(folder).rebuild(folder / "up")
    return CiaFactbook(folder).rows()["deployments"]


def test_the_tag_is_the_date_and_the_archive_only_says_when_it_was_out(home: Path) -> None:
    (claim,) = made(home, {"host_iso3": "AZE", "count": "170"})
    assert (claim["as_of"], claim["as_of_precision"]) == ("2021-01-01", "year")
    assert claim["published_on"] == "2022-03-31"
    assert (claim["basis"], claim["personnel"]) == ("in_country_total", "170")


def test_a_range_has_no_figure_and_an_estimate_says_so(home: Path) -> None:
    row = {"host_iso3": "QAT", "count_low": "3000", "count_high": "5000"}
    (claim,) = made(home, {**row, "note": 'tag; item: "est. 3-5,000 Qatar"'})
    assert (claim["personnel"], claim["qualifier"]) == ("", "range")
    assert (claim["personnel_low"], claim["personnel_high"]) == ("3000", "5000")
    assert claim["value_state"] == "estimated"


def test_up_to_is_only_ever_a_high(home: Path) -> None:
    row = {"host_iso3": "QAT", "count_high": "5000", "note": 'tag; item: "up to 5,000 Qatar"'}
    (claim,) = made(home, row)
    assert (claim["personnel"], claim["personnel_high"]) == ("", "5000")
    assert claim["qualifier"] == "up_to"


def test_two_operations_in_one_host_are_parts(home: Path) -> None:
    found = made(
        home,
        {"host_iso3": "SDN", "operation": "UNAMID", "count": "800"},
        {"host_iso3": "SDN", "operation": "UNITAMS", "count": "3"},
        {"host_iso3": "LBN", "operation": "UNIFIL", "count": "100"},
    )
    assert {row["host"]: bool(row["place"]) for row in found} == {"SDN": True, "LBN": False}


def test_a_force_between_two_states_is_in_its_area_and_no_part_of_another(home: Path) -> None:
    found = made(
        home,
        {"host_iso3": "SDN", "operation": "UNAMID", "count": "800"},
        {"host_iso3": "SDN", "operation": "UNISFA", "count": "3600"},
        {"host_iso3": "SYR", "host_place": "Golan Heights", "operation": "UNDOF", "count": "150"},
        {"host_iso3": "SYR", "count": "10000"},
    )
    places = {(row["host"], row["place"], row["operation_id"], row["personnel"]) for row in found}
    assert places == {
        ("SDN", "", "unamid", "800"),
        ("XAY", "", "unisfa", "3600"),
        ("XGO", "", "undof", "150"),
        ("SYR", "", "", "10000"),
    }
    assert {row["host"]: row["basis"] for row in found}["SYR"] == "in_country_total"


def test_northern_cyprus_has_its_own_code(home: Path) -> None:
    row = {"host_iso3": "CYP", "host_place": "northern Cyprus", "count": "30000"}
    (claim,) = made(home, row)
    assert (claim["host"], claim["place"]) == ("XNC", "")


def test_other_sources_own_forces_and_niger_stay_out(home: Path) -> None:
    assert not made(
        home,
        {"host_iso3": "SOM", "count": "200", "source_id": "hd-20170809"},
        {"host_iso3": "TUR", "count": "200"},
        {"host_iso3": "NER", "count": "200"},
    )
