"""What the collected figures answer: one test for each war or garrison, each by its source.

The tables are assembled as for a release, so that a change of the series is noticed before one.
"""

from __future__ import annotations

import datetime as dt

import pandas as pd
import pytest

import troopdata as td
from troopdata.estimation.candidates import candidates
from troopdata.estimation.context import context
from troopdata.estimation.measures import answer

pytestmark = pytest.mark.integration

UNTIL = dt.date(2026, 11, 30)
DYADS = {
    ("POL", "IRQ"), ("GEO", "IRQ"), ("POL", "AFG"), ("GEO", "AFG"), ("KOR", "RVN"),
    ("CUB", "AGO"), ("VNM", "LAO"), ("SUN", "DDR"), ("SUN", "AFG"), ("VNM", "KHM"), ("SYR", "LBN"),
    ("RUS", "UKR"), ("PRK", "RUS"), ("FRA", "MLI"), ("TUR", "XNC"),
}  # fmt: skip


@pytest.fixture(scope="module")
def content() -> dict[str, pd.DataFrame]:
    names = (
        "deployments", "sources", "events", "tenancies", "bases", "series_breaks", "operations",
    )  # fmt: skip
    return {name: pd.DataFrame(td.load(name)) for name in names}


@pytest.fixture(scope="module")
def presence(content: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """The best estimates of the dyads, without what the UN's own reports add to them."""
    claims, sources = content["deployments"], content["sources"]
    reports = sources.loc[sources["series"].eq("un-contributions"), "source_id"]
    claims = claims[~claims["source_id"].isin(reports)]
    pairs = pd.Series(list(zip(claims["sender"], claims["host"], strict=True)), index=claims.index)
    known = sources[sources["series"].notna()]
    around = context(
        content["events"], content["tenancies"], content["bases"], content["series_breaks"], UNTIL,
        dict(zip(known["source_id"], known["series"], strict=True)), content["operations"],
    )  # fmt: skip
    rows = answer(candidates(claims[pairs.isin(DYADS)], sources), around)
    return rows.set_index(["sender", "host", "period"])


def said(presence: pd.DataFrame, sender: str, host: str, year: int) -> tuple[object, ...]:
    """Return figure, bounds, grade and state; None where there is no number."""
    row = presence.loc[(sender, host, str(year))]
    numbers = [None if pd.isna(cell) else int(cell) for cell in row[["personnel", "low", "high"]]]
    return (*numbers, row["grade"], row["state"])


@pytest.mark.parametrize(
    ("sender", "host", "day", "personnel", "source"),
    [
        ("POL", "IRQ", "2005-07-06", 1700, "reuters-20050706"),
        ("POL", "IRQ", "2005-01-17", 2400, "reuters-20050117"),
        ("GEO", "IRQ", "2005-12-02", 898, "ap-20051202"),
        ("POL", "AFG", "2010-11-01", 2519, "isaf-afp-201011"),
        ("GEO", "AFG", "2010-11-01", 924, "isaf-afp-201011"),
        ("FRA", "MLI", "2013-01-23", 2300, "afp-20130123"),
        ("FRA", "MLI", "2013-06-29", 3200, "afp-20130629"),
        ("FRA", "MLI", "2014-07-10", 1600, "french-ministry-of-201407"),
    ],
)
def test_a_contingent_by_its_source(
    content: dict[str, pd.DataFrame], sender: str, host: str, day: str, personnel: int, source: str
) -> None:
    claims = content["deployments"]
    found = claims[
        claims["sender"].eq(sender)
        & claims["host"].eq(host)
        & claims["as_of"].astype(str).str[:10].eq(day)
        & claims["source_id"].eq(source)
    ]
    (only,) = found["personnel"].tolist()
    assert (only, found["basis"].item()) == (personnel, "deployed_for_operation")


@pytest.mark.parametrize(
    ("sender", "host", "year", "expected"),
    [
        # 2,400 in January, 1,700 in July: the later count replaces the earlier ones.
        ("POL", "IRQ", 2005, (1700, 1700, 1700, "C", "parts")),
        ("GEO", "IRQ", 2005, (898, 898, 898, "C", "parts")),
        ("POL", "AFG", 2010, (2519, 2519, 2519, "C", "parts")),
        ("GEO", "AFG", 2010, (924, 924, 924, "C", "parts")),
        # The US Army's history of the Free World forces.
        ("KOR", "RVN", 1968, (50000, 50000, 50000, "A", "observed")),
        # The US National Security Council in 1977, the State Department in 1985, a study in 1988.
        ("CUB", "AGO", 1977, (19000, 19000, 19000, "B", "observed")),
        ("CUB", "AGO", 1985, (35000, 35000, 35000, "B", "observed")),
        ("CUB", "AGO", 1988, (52000, 52000, 52000, "B", "observed")),
        # A Soviet report, and US inspectors under a treaty.
        ("SUN", "DDR", 1990, (363600, 363600, 363700, "A", "observed")),
        # The Soviet General Staff gave 100,300, Western estimates 115,000.
        ("SUN", "AFG", 1988, (115000, 100300, 115000, "B", "observed")),
        ("SUN", "AFG", 1984, (115000, 115000, 115000, "B", "observed")),
        # The foreign minister of Australia: more than 160,000.
        ("VNM", "KHM", 1983, (None, 160000, None, "D", "observed")),
        ("VNM", "KHM", 1987, (120000, 120000, 120000, "B", "observed")),
        ("VNM", "LAO", 1974, (47000, 47000, 47000, "A", "observed")),
        ("SYR", "LBN", 1985, (40000, 40000, 40000, "B", "observed")),
        ("SYR", "LBN", 2001, (22000, 22000, 22000, "B", "observed")),
        # 14,000 in February, 4,000 in April.
        ("SYR", "LBN", 2005, (4000, 4000, 14000, "B", "observed")),
        # The Pentagon: nearly all of 190,000.
        ("RUS", "UKR", 2022, (190000, 190000, 190000, "B", "observed")),
        # Ukrainian intelligence at the end of the year; the zone of the operation is no host.
        ("RUS", "UKR", 2024, (575000, 470000, 575000, "B", "observed")),
        ("PRK", "RUS", 2024, (10000, 10000, 12000, "B", "observed")),
        ("TUR", "XNC", 1990, (30000, 30000, 30000, "B", "observed")),
        # A little under 30,000, by the Secretary-General of the United Nations.
        ("TUR", "XNC", 1994, (30000, 30000, 30000, "A", "observed")),
    ],
)
def test_the_best_estimate(
    presence: pd.DataFrame, sender: str, host: str, year: int, expected: tuple[object, ...]
) -> None:
    assert said(presence, sender, host, year) == expected


@pytest.mark.parametrize(
    ("year", "expected"),
    [
        (2013, (3000, 3000, 3000, "C", "parts")),
        (2014, (2600, 2600, 2600, "A", "observed")),
        # Of 2015 to 2021 only the army, a base, or the five states of the Sahel together are counted:
        # between the 2,600 of January 2014 and what was counted of a part.
        (2015, (None, None, None, "E", "presence_only")),
        (2016, (None, 1000, 2600, "D", "between")),
        (2017, (None, 1700, 2600, "D", "between")),
        (2018, (None, 0, 2600, "D", "between")),
        (2019, (None, 0, 2600, "D", "between")),
        (2020, (None, 1000, 2600, "D", "between")),
        (2021, (None, 150, None, "D", "bounds")),
        (2022, (0, 0, 2400, "A", "reported_zero")),
    ],
)
def test_france_in_mali_year_by_year(
    presence: pd.DataFrame, year: int, expected: tuple[object, ...]
) -> None:
    assert said(presence, "FRA", "MLI", year) == expected


def test_a_zone_of_war_is_not_a_host(content: dict[str, pd.DataFrame]) -> None:
    claims = content["deployments"]
    zone = claims[claims["place"].isin(["the zone of the special military operation"])]
    assert {617000, 700000} <= set(zone["personnel"].dropna())
    assert zone["host"].isna().all()


def test_the_former_yugoslavia_and_the_gulf_are_not_bosnia_and_saudi_arabia(
    content: dict[str, pd.DataFrame],
) -> None:
    claims = content["deployments"]
    lords = claims[claims["operation_id"].isin(["ifor", "sfor"]) & claims["source_id"].eq(
        claims.loc[claims["place"].eq("the former Yugoslavia"), "source_id"].mode().item()
    )]  # fmt: skip
    assert len(lords) == 65
    assert lords["host"].isna().all()
    gulf = claims[claims["place"].eq("the Gulf theatre")]
    assert {"EGY", "FRA", "GBR", "SYR"} & set(gulf["sender"])
    assert gulf["host"].isna().all()


def test_mercenaries_do_not_count_as_armed_forces(content: dict[str, pd.DataFrame]) -> None:
    claims = content["deployments"]
    hired = claims[claims["basis"].eq("contractors_in_support") & claims["sender"].eq("RUS")]
    assert {"BFA", "CAF", "LBY"} <= set(hired["host"].dropna())
    assert set(hired["force"]) == {"contractor"}
