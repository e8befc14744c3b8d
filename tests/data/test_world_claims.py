"""The world's forces in the released data, each fact as its source tells it."""

from __future__ import annotations

import pandas as pd
import pytest

import troopdata as td


@pytest.fixture(scope="module")
def world() -> pd.DataFrame:
    """Every claim, whatever its status."""
    return td.deployments(status=None)


def year(sender: str, host: str, when: int) -> pd.Series:
    return td.presence(sender=sender, host=host, years=when).iloc[0]


@pytest.mark.parametrize(
    ("source", "senders", "total"),
    [("kfor-placemat-201702", 30, 4273), ("isaf-afp-201011", 46, 130_930)],
)
def test_a_force_adds_up_to_its_printed_total(source: str, senders: int, total: int) -> None:
    contingents = td.deployments(source=source)
    assert contingents["sender"].nunique() == len(contingents) == senders
    assert contingents["personnel"].sum() == total


@pytest.mark.parametrize(
    ("host", "before", "figure", "left"),
    [("TCD", 2023, 1000, 2025), ("SEN", 2023, 350, 2025)],
)
def test_france_left(host: str, before: int, figure: int, left: int) -> None:
    assert year("FRA", host, before)["personnel"] == figure
    assert year("FRA", host, left)[["state", "personnel"]].tolist() == ["reported_zero", 0]


def test_france_in_mali_is_there_until_the_last_unit_left() -> None:
    zero = td.deployments(sender="FRA", host="MLI", basis="in_country_total", on="2022-08-15")
    assert 0 in zero["personnel"].tolist()
    # 150 at Timbuktu, which they handed over in December.
    assert year("FRA", "MLI", 2021)[["state", "low"]].tolist() == ["bounds", 150]
    # Nobody of their own force, but officers on the staff of the UN's mission.
    assert year("FRA", "MLI", 2022)[["state", "personnel"]].tolist() == ["parts", 25]
    rejected = td.deployments(sender="FRA", host="MLI", status="rejected")
    assert rejected["personnel"].tolist() == [5100]


def test_no_source_dates_the_last_french_soldier_in_burkina_faso() -> None:
    claims = td.deployments(sender="FRA", host="BFA", between=("2023-01-01", "2023-12-31"))
    assert 0 not in claims["personnel"].dropna().tolist()
    assert "presence_only" in claims["value_state"].tolist()
    assert year("FRA", "BFA", 2023)["personnel"] == 400
    (ended,) = td.load("operations").query("operation_id == 'sabre'")["ended"]
    assert str(ended)[:10] == "2023-02-18"


def test_a_hundred_french_soldiers_stay_in_ivory_coast() -> None:
    assert year("FRA", "CIV", 2023)["personnel"] == 900
    after = year("FRA", "CIV", 2025)
    claims = td.deployments(
        sender="FRA", host="CIV", basis="in_country_total", between=("2025-01-01", None)
    )
    assert sorted(claims["personnel"]) == [80, 100]
    # The thousand who leave are counted in the same month, so the year has no figure.
    assert (after["state"], after["grade"]) == ("observed", "D")
    assert pd.isna(after["personnel"])
    assert (after["low"], after["high"]) == (90, 1000)


def test_turkey_in_qatar_is_a_low_and_a_high() -> None:
    estimates = year("TUR", "QAT", 2021)
    assert (estimates["low"], estimates["high"]) == (3000, 5000)
    assert pd.isna(estimates["personnel"])


def test_the_factbooks_tag_is_the_date_of_its_figure(world: pd.DataFrame) -> None:
    kinds = td.sources().set_index("source_id")["publisher"]
    claims = world[world["source_id"].map(kinds) == "US Central Intelligence Agency"]
    claims = claims[claims["source_id"].str.startswith("fb-")]
    assert set(claims["as_of_precision"].unique()) == {"year", "month"}
    assert (claims["as_of_precision"] == "year").mean() > 0.8
    turkey = claims[(claims["source_id"] == "fb-tu-2022-03-31") & (claims["host"] == "QAT")]
    assert turkey[["as_of", "as_of_precision"]].astype(str).values.tolist() == [
        ["2021-01-01", "year"]
    ]


def test_a_bound_is_never_a_figure(world: pd.DataFrame) -> None:
    hedged = ["up_to", "fewer_than", "more_than", "at_least", "range"]
    bounded = world[world["qualifier"].isin(hedged)]
    assert len(bounded) > 100
    assert bounded["personnel"].isna().all()


def test_troops_in_combat_and_deaths_show_presence_and_no_strength(world: pd.DataFrame) -> None:
    shown = world[world["source_id"].isin(["ucdp-prio-acd-25-1", "un-psdata-fatalities"])]
    assert len(shown) > 5000
    assert (shown["value_state"] == "presence_only").all()
    assert shown[["personnel", "personnel_low", "personnel_high"]].isna().all(axis=None)


def test_states_that_are_gone_are_not_taken_for_those_that_followed(world: pd.DataFrame) -> None:
    ucdp = world[world["source_id"] == "ucdp-prio-acd-25-1"]
    years = ucdp["as_of"].dt.year
    assert years[ucdp["sender"] == "RVN"].max() <= 1975
    assert years[ucdp["sender"] == "SUN"].max() <= 1991
    assert years[ucdp["sender"] == "RUS"].min() >= 1992


def test_a_mission_that_had_left_is_not_counted(world: pd.DataFrame) -> None:
    minusma = world[(world["operation_id"] == "minusma") & (world["as_of"] >= "2024-01-01")]
    own = minusma["source_id"].str.startswith("un-contributions")
    # The mission's own reports list who was still winding it up, and then none.
    assert minusma.loc[own, "personnel"].max() < 250
    assert minusma.loc[own, "as_of"].max() < pd.Timestamp("2025-01-01")
    minusma = minusma[~own]
    assert set(minusma["status"]) == {"rejected"}
    assert minusma["note"].notna().all()


def test_the_world_is_wide(world: pd.DataFrame) -> None:
    others = world[world["sender"] != "USA"]
    assert len(others) >= 4000
    assert others["sender"].nunique() >= 120
    assert world["host"].nunique() >= 200


def test_every_operation_named_by_a_claim_exists(world: pd.DataFrame) -> None:
    operations = set(td.load("operations")["operation_id"])
    assert len(operations) > 100
    assert set(world["operation_id"].dropna()) <= operations
