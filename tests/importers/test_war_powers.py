"""Official counts of US forces: withheld is not zero, a part is no total, one letter is one claim."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path

import pytest

from troopdata.errors import Invalid
from troopdata.importers.war_powers import COLUMNS, WarPowers

USUAL = {"as_of": "2022-06-08", "force": "military", "source_id": "wpr-20220608",
         "basis": "in_country_total", "value_state": "reported"}  # fmt: skip


@pytest.fixture
def home(tmp_path: Path, root: Path) -> Path:
    series = tmp_path / "datasets" / "series" / "war-powers"
    series.mkdir(parents=True)
    committed = root / "datasets" / "series" / "war-powers"
    for name in ("sources.csv", "operations.csv", "letters.csv"):
        shutil.copy(committed / name, series)
    header = (committed / "decisions.csv").read_text().splitlines()[0]
    (series / "decisions.csv").write_text(header + "\n")
    return series


def made(folder: Path, *rows: dict[str, str]) -> list[dict[str, str]]:
    published = folder / "up" / "warpowers"
    published.mkdir(parents=True)
    with open(published / "deployments.csv", "w", encoding="utf-8", newline="") as handle:
        writer = csv.DictWriter(handle, list(COLUMNS.values()), restval="")
        writer.writeheader()
        writer.writerows({**USUAL, **row} for row in rows)
    WarPowers(folder).rebuild(folder / "up")
    return WarPowers(folder).rows()["deployments"]


def test_a_withheld_number_is_kept_and_is_not_zero(home: Path) -> None:
    (claim,) = made(home, {"host_iso3": "SOM", "value_state": "withheld"})
    assert (claim["value_state"], claim["personnel"]) == ("withheld", "")
    assert claim["published_on"] == "2022-06-08"


def test_a_region_has_a_place_and_no_host(home: Path) -> None:
    (claim,) = made(home, {"host_place": "NATO countries in Europe", "personnel": "90000"})
    assert (claim["host"], claim["place"]) == ("", "NATO countries in Europe")


def test_one_letter_read_on_two_pages_is_one_claim(home: Path) -> None:
    row = {"host_iso3": "SAU", "as_of": "2019-11-19", "personnel": "3000"}
    found = made(
        home,
        {**row, "source_id": "kaine-20191126"},
        {**row, "source_id": "tersbakis-20191119"},
        {"host_iso3": "NER", "personnel": "800"},
    )
    assert [claim["source_id"] for claim in found] == ["wpr-20191119"]


def test_a_bound_is_no_figure(home: Path) -> None:
    row = {"host_iso3": "IRQ", "personnel_high": "300", "qualifier": "up to"}
    (claim,) = made(home, row)
    assert (claim["personnel"], claim["qualifier"]) == ("", "up_to")


def test_a_decision_changes_its_row_and_stops_when_the_row_is_gone(home: Path) -> None:
    path = home / "decisions.csv"
    header = path.read_text()
    key = "wpr-20220608,DJI,2022-06-08,deployed_for_operation,130"
    path.write_text(f"{header}{key},standby force,,,,,,Besides the others.\n")
    row = {"host_iso3": "DJI", "basis": "deployed_for_operation", "personnel": "130"}
    (claim,) = made(home, row)
    assert (claim["place"], claim["note"]) == ("standby force", "Besides the others.")
    path.write_text(f"{header}{key.replace('130', '131')},standby force,,,,,,\n")
    with pytest.raises(Invalid, match="decision-expected"):
        WarPowers(home).rows()
