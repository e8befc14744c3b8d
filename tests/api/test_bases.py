"""The world's bases in the released data: where they lie, who used them, from when to when."""

from __future__ import annotations

import csv
from pathlib import Path

import pandas as pd
import pytest

import troopdata as td
from troopdata.api import checks
from troopdata.errors import Failure
from troopdata.geometry.borders import Atlas
from troopdata.release import loader
from troopdata.schemas import model
from troopdata.validation import cross_table


def spells(base: str, sender: str = "USA") -> list[tuple[str, str]]:
    """Start and end of each spell, as far as they are known."""
    found = td.tenancies(base=base, sender=sender).sort_values("started")
    days = found[["started", "ended"]].astype("string").fillna("")
    return [(start, end) for start, end in days.values.tolist()]


@pytest.mark.parametrize(
    ("base", "sender", "before", "after"),
    [
        ("kgz-manas", "USA", "2014-06-02", "2014-06-03"),
        ("uzb-k2", "USA", "2005-11-20", "2005-11-21"),
        ("phl-subic", "USA", "1992-11-23", "1992-11-24"),
        ("afg-bagram", "USA", "2021-07-01", "2021-07-02"),
        ("phl-clark", "USA", "1990-12-31", "1992-01-01"),
    ],
)
def test_a_base_closes_on_its_day(base: str, sender: str, before: str, after: str) -> None:
    assert len(td.tenancies(base=base, sender=sender, on=before)) == 1
    assert len(td.tenancies(base=base, sender=sender, on=after)) == 0


@pytest.mark.parametrize(("base", "year"), [("syr-hmeimim", 2015), ("syr-tartus", 2017)])
def test_russia_is_at_its_two_bases_in_syria(base: str, year: int) -> None:
    assert len(td.tenancies(base=base, sender="RUS", on="2020-01-01")) == 1
    assert spells(base, "RUS")[0][0].startswith(str(year))


def test_djibouti_has_five_tenants_on_one_day() -> None:
    there = td.tenancies(host="DJI", on="2023-01-01")
    assert {"USA", "FRA", "JPN", "CHN", "ITA"} <= set(there["sender"])


def test_a_soviet_base_is_soviet_until_the_soviet_union_ended() -> None:
    told = td.load("tenancies")
    soviet, russian = (told[told["sender"] == code] for code in ("SUN", "RUS"))
    assert (soviet["ended"] <= pd.Timestamp("1991-12-26")).all()
    sharp = russian["started_precision"].isin(["day", "month", "year"])
    assert (russian.loc[sharp, "started"] >= pd.Timestamp("1991-01-01")).all()


def test_what_a_list_of_1945_names_alone_is_not_there_today() -> None:
    from troopdata.api import valid_time

    tenancies = td.load("tenancies")
    old = tenancies[tenancies["source_id"].eq("vine-1945")]
    assert len(old) > 300
    assert valid_time.active(old, on="1950-09-02", certain=False).shape == old.shape
    for day in ("1950-09-03", "2023-01-01"):
        assert valid_time.active(old, on=day, certain=False).empty


def placed() -> dict[str, pd.DataFrame]:
    opened = loader.opened()
    return {name: checks.arrowed(opened, name) for name in ("bases", "borders")}


def misplaced(bases: pd.DataFrame, borders: pd.DataFrame) -> list[Failure]:
    return list(cross_table._misplaced(bases, model.table("bases"), Atlas.from_rows(borders)))


def test_points_lie_in_their_hosts_or_say_why_not() -> None:
    tables = placed()
    assert misplaced(tables["bases"], tables["borders"]) == []
    sharp = ~tables["bases"]["location_precision"].isin(["region", "country"])
    assert (sharp & tables["bases"]["longitude"].notna()).sum() > 1_000
    assert tables["bases"]["off_map"].notna().sum() < 50


@pytest.mark.parametrize(
    ("latitude", "longitude", "message", "hint"),
    [
        (7.99, 16.95, "km outside NER", "swapped?"),
        (43.2, -71.5, "km outside NER", "off_map"),
    ],
)
def test_a_point_outside_its_host_is_named(
    latitude: float, longitude: float, message: str, hint: str
) -> None:
    tables = placed()
    bases = tables["bases"]
    bases.loc[bases["base_id"] == "ner-air-base-201", ["latitude", "longitude"]] = [
        latitude, longitude,
    ]  # fmt: skip
    (failure,) = misplaced(bases, tables["borders"])
    assert failure.key == "ner-air-base-201"
    assert failure.rule == "point-in-host"
    assert message in failure.message
    assert hint in failure.hint


def test_a_reason_without_need_is_named() -> None:
    tables = placed()
    bases = tables["bases"]
    bases.loc[bases["base_id"] == "ner-air-base-201", "off_map"] = "on an island"
    (failure,) = misplaced(bases, tables["borders"])
    assert failure.hint == "empty off_map"


def test_every_vine_row_of_2021_is_linked_or_says_why_not(root: Path) -> None:
    series = root / "datasets" / "series" / "vine-bases"
    with open(series / "links.csv", newline="") as handle:
        links = list(csv.DictReader(handle))
    with open(series / "2021.csv", newline="") as handle:
        rows = list(csv.DictReader(handle))
    told = [link for link in links if link["list"] == "2021"]
    # A row without a name is a country's heading.
    assert {link["row"] for link in told} == {row["row"] for row in rows if row["name"]}
    assert all(link["reason"] for link in told)
    linked = {link["row"] for link in told if link["base_id"]}
    assert len(linked) > 600
