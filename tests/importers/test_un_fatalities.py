"""Deaths in missions: proof of presence on a day, once a nationality, mission and kind."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path

import pytest

from troopdata.errors import Invalid
from troopdata.importers.un_fatalities import COLUMNS, UnFatalities
from troopdata.schemas.keys import claim_ids


@pytest.fixture
def home(tmp_path: Path, root: Path) -> Path:
    series = tmp_path / "datasets" / "series" / "un-fatalities"
    series.mkdir(parents=True)
    (tmp_path / "datasets" / "facts").mkdir()
    shutil.copy(root / "datasets" / "facts" / "countries.csv", tmp_path / "datasets" / "facts")
    for name in ("sources.csv", "nationalities.csv", "recoded.csv"):
        shutil.copy(root / "datasets" / "series" / "un-fatalities" / name, series)
    missions = series.parent / "un-contributions"
    missions.mkdir()
    shutil.copy(root / "datasets" / "series" / "un-contributions" / "missions.csv", missions)
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


@pytest.mark.parametrize(
    ("day", "mission", "operation", "host"),
    [
        ("1967-06-05", "UNEF", "unef-i", ""),
        ("1974-06-05", "UNEF", "unef-ii", ""),
        ("1993-06-05", "UNOSOM", "unosom-ii", "SOM"),
        ("1994-06-05", "UNAVEM", "unavem-ii", "AGO"),
        ("2011-07-08", "UNMIS", "unmis", "SDN"),
        ("2011-07-09", "UNMIS", "unmis", ""),
        ("2010-05-01", "UNDOF", "undof", "XGO"),
        ("1956-05-01", "UNTSO", "untso", "XMT"),
        ("1960-05-01", "UNMOGIP", "unmogip", "XKM"),
        ("2009-05-01", "MINURCAT", "minurcat", "XMC"),
        ("2011-07-08", "UNISFA", "unisfa", "XAY"),
        ("2011-07-09", "UNISFA", "unisfa", "XAY"),
    ],
)
def test_the_day_decides_the_part_and_the_place_of_a_mission(
    home: Path, day: str, mission: str, operation: str, host: str
) -> None:
    (claim,) = made(home, (day, mission, "Pakistan", "Military"))
    assert (claim["operation_id"], claim["host"]) == (operation, host)
    assert bool(claim["place"]) != bool(claim["host"])


def test_a_mission_without_a_line_for_the_day_is_named(home: Path) -> None:
    with pytest.raises(Invalid) as caught:
        made(home, ("1970-06-05", "UNEF", "Pakistan", "Military"))
    assert (caught.value.records[0].value, caught.value.records[0].key) == ("UNEF", "UNEF-0")


def test_the_former_id_of_a_claim_leads_to_the_present_one(home: Path) -> None:
    made(home, ("1974-06-05", "UNEF", "Ghana", "Military"))
    frames = dict(UnFatalities(home).frames())
    (claim,) = frames["deployments"].to_dict("records")
    (redirect,) = frames["id_redirects"].to_dict("records")
    before = frames["deployments"].assign(operation_id="unef")
    (old,), (new,) = claim_ids(before), claim_ids(frames["deployments"])
    assert (redirect["old_id"], redirect["new_id"]) == (old, new)
    assert old != new
    assert claim["operation_id"] == "unef-ii"


@pytest.mark.parametrize(
    ("mission", "codings"),
    [
        ("UNDOF", [("SYR", "Golan Heights"), (None, "Golan Heights")]),
        ("UNISFA", [("SDN", "Abyei"), (None, "Abyei")]),
        ("UNTSO", [(None, "Middle East (seat in Jerusalem)")]),
    ],
)
def test_every_former_id_of_a_claim_leads_to_the_present_one(
    home: Path, mission: str, codings: list[tuple[str | None, str]]
) -> None:
    made(home, ("2012-06-05", mission, "Ghana", "Military"))
    frames = dict(UnFatalities(home).frames())
    claims, found = frames["deployments"], frames["id_redirects"]
    targets = dict(zip(found["old_id"], found["new_id"], strict=True))
    (present,) = claim_ids(claims)
    for host, place in codings:
        former = claims.copy()
        former["host"], former["place"] = host, place
        (old,) = claim_ids(former)
        assert targets[old] == present != old
