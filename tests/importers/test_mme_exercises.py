"""The exercises: every participant, dates as sharp as printed, and what the source gets wrong."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path

import pytest

from troopdata.errors import Invalid
from troopdata.importers.mme_exercises import MmeExercises

STATES = [f"State{letter}" for letter in "ABC"]
HEADER = [
    "MMEID", "Ex_Name", "Series_Name", "Location", "lat", "lon", "StartDate", "s.year", "s.month",
    "s.day", "EndDate", "e.year", "e.month", "e.day", "CPX", "Air", "Land", "Sea", "Amphibious",
    "Cyber", "Warfighting", "Peacekeeping", "Humanitarian", "FocusDescription",
    "AdditionalParticipantInfo", *STATES,
]  # fmt: skip
PLAIN = {
    "MMEID": "mme7", "Ex_Name": "Made Up 1", "Series_Name": "Made Up", "Location": "Atlantis ",
    "lat": "10.5", "lon": "-20", "s.year": "1990", "s.month": "3", "s.day": "4", "e.year": "1990",
    "e.month": "3", "e.day": "xx", "CPX": "1", "Sea": "1", "Air": "1", "Warfighting": "1",
    "FocusDescription": "prose that stays behind", "StateA": "Netherlands", "StateB": "Russia",
}  # fmt: skip


@pytest.fixture
def home(tmp_path: Path, root: Path) -> Path:
    """A datasets folder with the countries and an empty list of corrections."""
    series = tmp_path / "datasets" / "series" / "mme"
    series.mkdir(parents=True)
    facts = tmp_path / "datasets" / "facts"
    facts.mkdir()
    shutil.copy(root / "datasets" / "facts" / "countries.csv", facts)
    committed = root / "datasets" / "series" / "mme"
    shutil.copy(committed / "sources.csv", series)
    header = (committed / "corrections.csv").read_text().splitlines()[0]
    (series / "corrections.csv").write_text(header + "\n")
    return series


def made(folder: Path, *rows: dict[str, str]) -> dict[str, list[dict[str, str]]]:
    published = folder / "up" / "exercises"
    published.mkdir(parents=True)
    with open(published / "mme_v7.csv", "w", encoding="utf-8", newline="") as handle:
        writer = csv.DictWriter(handle, HEADER, restval="")
        writer.writeheader()
        writer.writerows({**dict.fromkeys(HEADER[14:23], "0"), **row} for row in rows)
    MmeExercises(folder).rebuild(folder / "up")
    return dict(MmeExercises(folder).rows())


def test_a_row_becomes_an_exercise_and_its_participants(home: Path) -> None:
    found = made(home, PLAIN)
    (exercise,) = found["exercises"]
    assert exercise["exercise_id"] == "mme-7"
    assert (exercise["started"], exercise["started_precision"]) == ("1990-03-04", "day")
    assert (exercise["ended"], exercise["ended_precision"]) == ("1990-03-01", "month")
    assert (exercise["location"], exercise["hosts"]) == ("Atlantis", "")
    assert (exercise["domains"], exercise["focuses"]) == ("air;sea", "warfighting;command_post")
    assert "prose" not in str(found)
    assert [row["country"] for row in found["exercise_participants"]] == ["NLD", "SUN"]


def test_minus_nine_is_missing_and_a_repeated_country_takes_part_once(home: Path) -> None:
    row = {**PLAIN, "Ex_Name": "-9", "Location": "-9", "StateB": "-9", "StateC": "Netherlands"}
    found = made(home, row)
    assert found["exercises"][0]["name"] == "Unnamed exercise"
    assert found["exercises"][0]["location"] == ""
    assert [row["country"] for row in found["exercise_participants"]] == ["NLD"]


def test_a_bare_nato_takes_part_and_prose_does_not(home: Path) -> None:
    info = "AdditionalParticipantInfo"
    first = {**PLAIN, info: "NATO", "StateA": "-9", "StateB": ""}
    second = {**PLAIN, "MMEID": "mme8", info: "troops from NATO countries", "StateB": ""}
    found = made(home, first, second)["exercise_participants"]
    assert [(row["exercise_id"], row["country"]) for row in found] == [
        ("mme-7", "NATO"), ("mme-8", "NLD"),
    ]  # fmt: skip


def test_a_number_of_two_exercises_makes_two_ids(home: Path) -> None:
    found = made(home, PLAIN, {**PLAIN, "Ex_Name": "Other"})["exercises"]
    assert [row["exercise_id"] for row in found] == ["mme-7", "mme-7-2"]
    assert all("two exercises" in row["note"] for row in found)


def test_every_unknown_participant_is_named_with_its_line(home: Path) -> None:
    with pytest.raises(Invalid) as caught:
        made(home, {**PLAIN, "StateA": "Atlantis", "StateC": "Lemuria"})
    assert [(f.row, f.value) for f in caught.value.records] == [(2, "Atlantis"), (4, "Lemuria")]


def test_a_correction_whose_value_is_no_longer_printed_stops(home: Path) -> None:
    line = "x,exercises,,mme-7,ended,1980-01,,replace,why,mme-v7\n"
    with open(home / "corrections.csv", "a") as handle:
        handle.write(line)
    with pytest.raises(Invalid, match="does not print 1980-01"):
        made(home, PLAIN)


@pytest.fixture(scope="module")
def committed(root: Path) -> dict[str, list[dict[str, str]]]:
    return dict(MmeExercises(root / "datasets" / "series" / "mme").rows())


def test_rebuild_reproduces_the_series(upstream: Path, root: Path, tmp_path: Path) -> None:
    MmeExercises(tmp_path).rebuild(upstream)
    for name in ("exercises.csv", "participants.csv"):
        published = root / "datasets" / "series" / "mme" / name
        assert (tmp_path / name).read_bytes() == published.read_bytes()


def test_the_counts(committed: dict[str, list[dict[str, str]]]) -> None:
    assert len(committed["exercises"]) == 3707
    assert len(committed["exercise_participants"]) == 13689
    assert len({row["exercise_id"] for row in committed["exercises"]}) == 3707


def test_combined_endeavor_2010_keeps_all_39(committed: dict[str, list[dict[str, str]]]) -> None:
    """The R package cuts at 24: the Netherlands, the 25th by name, is lost there."""
    found = {
        row["country"]
        for row in committed["exercise_participants"]
        if row["exercise_id"] == "mme-3380"
    }
    assert len(found) == 39
    assert {"NLD", "USA", "GBR", "CHE"} <= found


def test_an_end_before_its_beginning_is_left_empty(
    committed: dict[str, list[dict[str, str]]],
) -> None:
    ended = {row["exercise_id"]: row["ended"] for row in committed["exercises"]}
    corrected = [row for row in committed["corrections"] if row["column"] == "ended"]
    assert len(corrected) == 6
    assert all(ended[row["row"]] == "" and row["expected"] for row in corrected)
    both = [r for r in committed["exercises"] if r["started_precision"] == r["ended_precision"]]
    assert all(row["started"] <= row["ended"] for row in both)


def test_states_bear_the_code_of_their_day(committed: dict[str, list[dict[str, str]]]) -> None:
    found = {(r["exercise_id"], r["country"]) for r in committed["exercise_participants"]}
    assert {("mme-2457", "SRB"), ("mme-2488", "SRB")} <= found
    assert {("mme-3493", code) for code in ("EST", "LVA", "LTU")} <= found
    started = {row["exercise_id"]: row["started"] for row in committed["exercises"]}
    soviet = {started[key] for key, code in found if code == "SUN"}
    russian = {started[key] for key, code in found if code == "RUS"}
    assert max(soviet) < min(russian)
    assert not {code for _, code in found} & {"-9", "YUG"}
