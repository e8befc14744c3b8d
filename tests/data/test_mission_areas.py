"""Missions between or in several states: their people are somebody's presence, in no state's numbers.

The tables are assembled as for a release, so that a change of the series is noticed before one.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pandas as pd
import pytest

from troopdata.cli.show.briefing import _counted_apart
from troopdata.curate import facts
from troopdata.estimation.candidates import candidates
from troopdata.estimation.context import context
from troopdata.estimation.measures import answer
from troopdata.gazetteer.resolver import Gazetteer
from troopdata.io import csv_reader
from troopdata.schemas.keys import claim_ids

pytestmark = pytest.mark.integration

UNTIL = dt.date(2026, 11, 30)
AREAS = ("XAY", "XGO", "XKM", "XMC", "XMT")
STATES = ("CAF", "EGY", "IND", "ISR", "JOR", "LBN", "PAK", "SDN", "SSD", "SYR", "TCD")
OPERATIONS = ("minurcat", "undof", "unisfa", "unmogip", "untso")


@pytest.fixture(scope="module")
def content(root: Path, series_tables: dict[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    kept, failures = facts.read(root / "datasets")
    assert failures == []
    names = (
        "deployments",
        "sources",
        "events",
        "tenancies",
        "bases",
        "series_breaks",
        "operations",
    )
    return {
        name: pd.concat([kept[name], series_tables[name]], ignore_index=True)
        if name in series_tables
        else kept[name]
        for name in names
    }


@pytest.fixture(scope="module")
def countries(root: Path) -> Gazetteer:
    return facts.gazetteer(root / "datasets")


@pytest.fixture(scope="module")
def presence(content: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """The best estimates of the areas."""
    claims, sources = content["deployments"], content["sources"]
    claims = claims[claims["host"].isin(AREAS)]
    claims = claims.assign(claim_id=claim_ids(claims), recorded_from="2026.11.0")
    sources = sources.drop_duplicates("source_id")
    known = sources[sources["series"].notna()]
    around = context(
        content["events"], content["tenancies"], content["bases"], content["series_breaks"], UNTIL,
        dict(zip(known["source_id"], known["series"], strict=True)), content["operations"],
    )  # fmt: skip
    return answer(candidates(claims, sources), around).set_index(["sender", "host", "period"])


@pytest.mark.parametrize(
    ("sender", "host", "year", "personnel"),
    [
        # Troops and observers, by the UN's reports of December, or the last one before.
        ("ETH", "XAY", 2015, 4420),
        ("FJI", "XGO", 2014, 508),
        ("FIN", "XMT", 2015, 18),
        ("KOR", "XKM", 2015, 7),
        ("GHA", "XAY", 2023, 661),
        # By the Austrian ministry, before the UN's reports.
        ("AUT", "XGO", 2000, 369),
        # By the Australian yearbook, which counts over five states.
        ("AUS", "XMT", 2003, 12),
    ],
)
def test_a_force_in_a_mission_between_states_has_a_figure(
    presence: pd.DataFrame, sender: str, host: str, year: int, personnel: int
) -> None:
    assert presence.loc[(sender, host, str(year)), "personnel"] == personnel


def test_no_claim_about_the_missions_is_without_a_host(content: dict[str, pd.DataFrame]) -> None:
    claims = content["deployments"]
    own = claims[claims["operation_id"].isin(OPERATIONS)]
    assert len(own) > 16_000
    assert own["host"].notna().all()
    # Two pages name the one state that the observers of UNTSO are in.
    elsewhere = own[~own["host"].isin(AREAS)]
    named = set(zip(elsewhere["sender"], elsewhere["host"], elsewhere["source_id"], strict=True))
    assert named == {("SVN", "SYR", "si-mod-20120508"), ("ITA", "ISR", "wikinews-20070128")}


def test_a_state_names_the_areas_that_are_counted_apart(countries: Gazetteer) -> None:
    day = dt.date(2010, 6, 30)
    notes = {state: " ".join(_counted_apart(state, day, countries)) for state in STATES}
    assert {state for state in STATES if "show XMT" in notes[state]} == {
        "EGY", "ISR", "JOR", "LBN", "SYR",
    }  # fmt: skip
    assert {state for state in STATES if "show XMC" in notes[state]} == {"CAF", "TCD"}
    assert {state for state in STATES if "show XKM" in notes[state]} == {"IND", "PAK"}
    assert {state for state in STATES if "show XGO" in notes[state]} == {"ISR", "SYR"}
    assert not [state for state in STATES if "show XAY" in notes[state]]
    later = dt.date(2015, 6, 30)
    for state in ("SDN", "SSD"):
        (note,) = _counted_apart(state, later, countries)
        assert note == "Counted apart, Abyei: troopdata show XAY --on 2015-06-30"
    assert not list(_counted_apart("TCD", later, countries))
    (note,) = _counted_apart("XGO", later, countries)
    assert note == (
        "Counted in none of its states, Israel, Syria: troopdata show ISR --on 2015-06-30"
    )


def test_an_area_is_not_rolled_up_into_a_state(countries: Gazetteer) -> None:
    from troopdata.gazetteer.over_time import part_of

    assert [part_of(countries, area) for area in AREAS] == [frozenset()] * len(AREAS)


def test_the_map_has_no_outline_of_an_area(root: Path) -> None:
    drawn = csv_reader.read_rows(root / "datasets" / "series" / "natural-earth" / "areas.csv")
    assert not {row["country"] for row in drawn} & set(AREAS)
