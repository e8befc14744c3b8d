"""Deaths in missions: proof of presence on a day, once a nationality, mission and kind."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path

import pytest

from troopdata.errors import Invalid
from troopdata.importers.un_fatalities import COLUMNS, UnFatalities


@pytest.fixture
def home(tmp_path: Path, root: Path) -> Path:
    series = tmp_path / "datasets" / "series" / "un-fatalities"
    series.mkdir(parents=True)
    (tmp_path / "datasets" / "facts").mkdir()
    shutil.copy(root / "datasets" / "facts" / "countries.csv", tmp_path / "datasets" / "facts")
    for name in ("sources.csv", "missions.csv", "nationalities.csv"):
        shutil.copy(root / "datasets" / "series" / "un-fatalities" / name, series)
    return series


def made(folder: Path, *rows: tuple[str, str, str, str]) -> list[dict[str, str]]:
    """Each row is day, mission, nationality and kind of personnel."""
    published = folder / "up" / "world"
    published.mkdir(parents=True)
    path = published / "un_peacekeeping_fatalities_1948_2023.csv"
    with open(path, "w", encoding="utf-8", newline="") as handle:
        writer = csv.writer(handle)
        writer.writerow([*COLUMNS, "gender"])
        for number, (day, mission, name, kind) in enumerate(rows):
            writer.writerow([f"{mission}-{number}", day, mission, name, kind, "M"])
    UnFatalities(folder).rebuild(folder / "up")
    assert "gender" not in (folder / "fatalities.csv").read_text()
    return UnFatalities(folder).rows()["deployments"]


def test_one_claim_a_nationality_mission_kind_and_day(home: Path) -> None:
    found = made(
        home,
        ("1982-06-01", "UNIFIL", "Ireland", "Military"),
        ("1982-06-01", "UNIFIL", "Ireland", "Military"),
        ("1982-06-01", "UNIFIL", "Ireland", "Military Observer"),
    )
    assert [row["force"] for row in found] == ["military", "military_observer"]
    assert {(row["sender"], row["host"], row["operation_id"]) for row in found} == {
        ("IRL", "LBN", "unifil")
    }
    assert {row["value_state"] for row in found} == {"presence_only"}
    assert found[0]["locator"] == "UNIFIL: UNIFIL-0 and 1 more"


def test_a_mission_in_several_countries_has_an_area_and_no_host(home: Path) -> None:
    (claim,) = made(home, ("1993-05-01", "UNPROFOR", "France", "Military"))
    assert (claim["host"], claim["place"]) == ("", "former Yugoslavia")


def test_civilians_and_the_undetermined_are_left_out(home: Path) -> None:
    assert not made(
        home,
        ("1982-06-01", "UNIFIL", "Lebanon", "Local "),
        ("1982-06-01", "UNIFIL", "Ireland", "International Civilian"),
        ("1982-06-01", "UNIFIL", "ZZ [Undetermined]", "Military"),
    )


def test_a_name_of_today_is_the_state_of_that_day(home: Path) -> None:
    found = made(
        home,
        ("1986-07-22", "UNTSO", "Russian Federation", "Military Observer"),
        ("2000-05-06", "UNTAET", "Yugoslavia", "Military"),
    )
    assert sorted(row["sender"] for row in found) == ["SRB", "SUN"]


def test_an_unknown_nationality_is_named_with_its_line(home: Path) -> None:
    with pytest.raises(Invalid) as caught:
        made(home, ("1982-06-01", "UNIFIL", "Atlantis", "Military"))
    assert (caught.value.records[0].row, caught.value.records[0].value) == (2, "Atlantis")
