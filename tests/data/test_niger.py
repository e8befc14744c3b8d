"""The case that tests everything: Niger 2012 to 2025, as every release must have it."""

from __future__ import annotations

import datetime as dt

import pytest

import troopdata as td


def letters() -> list[tuple[str, int]]:
    claims = td.deployments(sender="USA", host="NER", basis="in_country_total", force="military")
    sources = td.sources().set_index("source_id")
    official = claims[claims["source_id"].map(sources["kind"]) == "official"]
    return [
        (str(day)[:7], int(count))
        for day, count in official[["as_of", "personnel"]].dropna().values.tolist()
    ]


@pytest.mark.parametrize(
    ("month", "personnel"),
    [
        ("2013-02", 100), ("2017-06", 645), ("2017-06", 575), ("2017-12", 800), ("2018-06", 730),
        ("2021-06", 808), ("2021-12", 831), ("2022-06", 773), ("2022-12", 1001),
        ("2023-06", 1016), ("2023-12", 648), ("2024-06", 700), ("2024-09", 0),
    ],
)  # fmt: skip
def test_what_the_president_told_congress(month: str, personnel: int) -> None:
    assert (month, personnel) in letters()


def test_the_best_estimate_never_mixes_bases() -> None:
    estimates = td.presence(sender="USA", host="NER", years=(2013, 2025)).set_index("year")
    assert 648 <= estimates.loc[2023, "personnel"] <= 1100
    assert estimates.loc[2023, "basis"] == "in_country_total"
    assert estimates.loc[2024, "state"] == "reported_zero"
    assert estimates.loc[2025, "state"] == "reported_zero"
    # A count of 1 November 2019 says 800; the President's letters of 2018 and 2021 730 and 808.
    row = estimates.loc[2019]
    assert row[["state", "personnel", "low", "high", "grade"]].tolist() == [
        "observed", 800, 800, 800, "B",
    ]  # fmt: skip
    pinned = td.presence(sender="USA", host="NER", years=2023, basis="permanently_assigned")
    assert pinned["personnel"].item() == 17


def test_one_letter_read_in_two_ways_stays_a_conflict() -> None:
    estimates = td.presence(sender="USA", host="NER", years=2017).iloc[0]
    assert estimates["low"] == 575
    assert estimates["conflict"]


@pytest.mark.parametrize(
    ("on", "there"), [("2024-03-15", True), ("2024-03-16", False), ("2024-03-17", False)]
)
def test_the_status_of_forces_agreement_ends_on_16_march_2024(on: str, there: bool) -> None:
    found = td.agreements(party="USA", host="NER", on=on)
    assert ("usa-ner-sofa-2013" in set(found["agreement_id"])) is there


def test_the_agreement_is_an_exchange_of_notes_and_a_denunciation() -> None:
    events = td.events(host="NER")
    events = events[events["agreement_id"] == "usa-ner-sofa-2013"]
    days = {(kind, day.date()) for kind, day in events[["kind", "date"]].values.tolist()}
    assert ("agreement_signed", dt.date(2012, 7, 6)) in days
    assert ("agreement_signed", dt.date(2013, 1, 28)) in days
    assert ("agreement_denounced", dt.date(2024, 3, 16)) in days
    reported = events[events["status"] == "conflict"]
    assert reported["date"].dt.date.tolist() == [dt.date(2024, 3, 17)]


@pytest.mark.parametrize(
    ("on", "bases"),
    [
        ("2024-07-06", {"ner-air-base-101", "ner-air-base-201"}),
        ("2024-07-07", {"ner-air-base-201"}),
        ("2024-08-04", {"ner-air-base-201"}),
        ("2024-08-06", set()),
    ],
)
def test_the_bases_change_hands_on_their_days(on: str, bases: set[str]) -> None:
    found = set(td.bases(host="NER", sender="USA", on=on)["base_id"])
    assert found & {"ner-air-base-101", "ner-air-base-201"} == bases
    assert bases or not found


def test_the_other_senders() -> None:
    estimates = td.presence(host="NER", years=(2022, 2024)).set_index(["sender", "year"])
    assert estimates.loc[("FRA", 2022), "high"] >= 1_000
    assert estimates.loc[("FRA", 2023), "state"] == "reported_zero"
    tenants = set(td.tenancies(base="ner-air-base-101")["sender"])
    assert {"USA", "DEU", "ITA", "RUS"} <= tenants
    denounced = td.events(
        host="NER", kind="agreement_denounced", between=("2023-08-01", "2023-08-31")
    )
    assert len(denounced) == 5


def test_money_claims_are_of_different_kinds() -> None:
    estimates = td.spending(host="NER")
    estimates = estimates[estimates["base_id"] == "ner-air-base-201"]
    costs = set(estimates.loc[estimates["kind"] == "construction_cost", "amount_usd"])
    assert {100e6, 110e6} <= costs
    assert set(estimates.loc[estimates["kind"] == "construction_appropriation", "amount_usd"]) == {
        50e6
    }
    assert estimates.loc[estimates["kind"] == "replacement_value", "amount_usd"].round(
        -5
    ).tolist() == [253.4e6]


def test_agadez_lies_in_niger() -> None:
    base = td.bases(host="NER").set_index("base_id").loc["ner-air-base-201"]
    assert 11 < base["latitude"] < 24
    assert 0 < base["longitude"] < 16
    assert (base.geometry.x, base.geometry.y) == (base["longitude"], base["latitude"])
