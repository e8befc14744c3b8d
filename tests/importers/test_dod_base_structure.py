"""The base structure report: a value is a claim, zero is land, and a link is a base."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path

import pytest

from troopdata.errors import Invalid
from troopdata.importers.dod_base_structure import COLUMNS, DodBaseStructure
from troopdata.io import csv_reader

PLAIN = {
    "Country/State": "Nowhere",
    "Site": "X  AIR BASE",
    "Component": "Air Force Active",
    "Name Nearest City": "Unknown",
    "Count Building Owned": "3",
    "Plant Replacement Value ($M)": "253.37764195",
}


@pytest.fixture
def series(tmp_path: Path) -> Path:
    (tmp_path / "hosts.csv").write_text("country,host\nNiger,NER\nNowhere,NWH\n")
    (tmp_path / "links.csv").write_text("row,base_id,reason\n1,nwh-x,exact name\n")
    return tmp_path


def made(series: Path, *rows: dict[str, str]) -> list[dict[str, str]]:
    (series / "bases").mkdir()
    path = series / "bases" / "dod_base_structure_report_fy25_sites.csv"
    with open(path, "w", newline="") as handle:
        published = dict.fromkeys(name for name in COLUMNS.values() if name != "row")
        writer = csv.DictWriter(handle, published, restval="")
        writer.writeheader()
        writer.writerows(rows)
    DodBaseStructure(series).rebuild(series)
    return DodBaseStructure(series).rows()["spending"]


def test_a_site_becomes_a_replacement_value_in_dollars(series: Path) -> None:
    (row,) = made(series, PLAIN)
    assert row["spending_id"] == "bsr-fy25-nwh-x-air-base"
    assert (row["amount"], row["amount_usd"], row["currency"]) == (
        "253377641.95", "253377641.95", "USD",
    )  # fmt: skip
    assert (row["date"], row["date_precision"], row["kind"]) == (
        "2024-09-30", "day", "replacement_value",
    )  # fmt: skip
    assert (row["base_id"], row["place"]) == ("nwh-x", "X AIR BASE")
    assert csv_reader.read_rows(series / "sites.csv")[0]["nearest_city"] == ""


def test_zero_states_and_agadez_give_no_claim(series: Path) -> None:
    zero = {**PLAIN, "Plant Replacement Value ($M)": "0.0"}
    state = {**PLAIN, "Country/State": "Alabama"}
    agadez = {**PLAIN, "Country/State": "Niger", "Site": "CSL AGADEZ"}
    assert made(series, zero, state, agadez) == []
    assert [row["row"] for row in csv_reader.read_rows(series / "sites.csv")] == ["1", "3"]


def test_two_sites_of_one_name_have_two_ids(series: Path) -> None:
    ids = [row["spending_id"] for row in made(series, PLAIN, PLAIN)]
    assert ids == ["bsr-fy25-nwh-x-air-base", "bsr-fy25-nwh-x-air-base-2"]


def test_a_link_to_a_missing_site_is_named(series: Path) -> None:
    (series / "links.csv").write_text("row,base_id,reason\n7,nwh-x,hand link\n7,nwh-y,hand link\n")
    with pytest.raises(Invalid) as caught:
        made(series, PLAIN)
    assert {record.rule for record in caught.value.records} == {"link-row", "link-once"}


def test_the_published_report_gives_the_committed_series(
    upstream: Path, root: Path, tmp_path: Path
) -> None:
    committed = root / "datasets" / "series" / DodBaseStructure.name
    shutil.copy(committed / "hosts.csv", tmp_path)
    DodBaseStructure(tmp_path).rebuild(upstream)
    assert (tmp_path / "sites.csv").read_bytes() == (committed / "sites.csv").read_bytes()
    assert len(DodBaseStructure(committed).rows()["spending"]) == 466
