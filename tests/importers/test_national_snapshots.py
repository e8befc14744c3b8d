"""Lists of one day: labels become codes, a ceiling is no strength, several missions are parts."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path

import pytest

from troopdata.importers.national_snapshots import COLUMNS, NationalSnapshots

KFOR = "https://docslib.org/doc/4697084/kosovo-force-kfor-kosovo-force-kfor"
GERMANY = (
    "https://www.frieden-fragen.de/entdecken/weltkarten/einsaetze-der-bundeswehr-weltweit.html"
)


@pytest.fixture
def home(tmp_path: Path, root: Path) -> Path:
    series = tmp_path / "datasets" / "series" / "national-snapshots"
    series.mkdir(parents=True)
    committed = root / "datasets" / "series" / "national-snapshots"
    for name in ("sources.csv", "labels.csv", "missions.csv", "pages.csv"):
        shutil.copy(committed / name, series)
    header = (committed / "decisions.csv").read_text().splitlines()[0]
    (series / "decisions.csv").write_text(header + "\n")
    return series


def made(folder: Path, *rows: dict[str, str]) -> list[dict[str, str]]:
    published = folder / "up" / "world"
    published.mkdir(parents=True)
    path = published / "transcribed_snapshots.csv"
    with open(path, "w", encoding="utf-8", newline="") as handle:
        writer = csv.DictWriter(handle, list(COLUMNS.values()), restval="")
        writer.writeheader()
        usual = {"start": "2017-02", "personnel_category": "military", "source_url": KFOR}
        writer.writerows({**usual, **row} for row in rows)
    NationalSnapshots(folder).rebuild(folder / "up")
    return NationalSnapshots(folder).rows()["deployments"]


def test_a_contingent_is_part_of_its_operation(home: Path) -> None:
    row = {"sender_iso3": "ITA", "host_iso3": "XKX", "mission": "KFOR", "count": "551"}
    (claim,) = made(home, row)
    assert (claim["operation_id"], claim["basis"]) == ("kfor", "deployed_for_operation")
    assert (claim["as_of"], claim["as_of_precision"]) == ("2017-02-01", "month")


@pytest.mark.parametrize(
    ("label", "host", "place"),
    [
        ("CYP (north)", "XNC", ""),
        ("GEO (Abkhazia)", "XAB", ""),
        ("GEO (South Ossetia)", "XSO", ""),
        ("MDA (Transnistria)", "XTN", ""),
        ("Gulf of Guinea", "", "Gulf of Guinea"),
    ],
)
def test_a_label_has_a_code_or_a_place(home: Path, label: str, host: str, place: str) -> None:
    (claim,) = made(home, {"sender_iso3": "TUR", "host_iso3": label, "count": "5"})
    assert (claim["host"], claim["place"]) == (host, place)


def test_a_ceiling_beside_a_figure_is_a_claim_of_its_own(home: Path) -> None:
    row = {"sender_iso3": "DEU", "host_iso3": "LBN", "mission": "UNIFIL", "source_url": GERMANY}
    found = made(home, {**row, "start": "2018-01-29", "count": "150", "high": "300"})
    assert [(c["basis"], c["personnel"], c["personnel_high"]) for c in found] == [
        ("deployed_for_operation", "150", ""),
        ("authorised_ceiling", "", "300"),
    ]


def test_two_missions_in_one_host_are_parts(home: Path) -> None:
    row = {"sender_iso3": "DEU", "host_iso3": "MLI", "source_url": GERMANY, "count": "100"}
    found = made(home, {**row, "mission": "EUTM Mali"}, {**row, "mission": "MINUSMA"})
    assert all(claim["place"].startswith("part of the forces") for claim in found)


def test_the_army_alone_is_not_every_service(home: Path) -> None:
    row = {"sender_iso3": "FRA", "host_iso3": "IRQ", "mission": "Chammal", "count": "100"}
    (claim,) = made(home, {**row, "personnel_category": "army only"})
    assert claim["service"] == "army"


def test_the_lists_add_up_to_their_printed_totals(root: Path) -> None:
    folder = root / "datasets" / "series" / "national-snapshots"
    found = NationalSnapshots(folder).rows()["deployments"]
    totals = {"kfor-placemat-201702": 4273, "isaf-afp-201011": 130930}
    for source, total in totals.items():
        assert sum(int(c["personnel"]) for c in found if c["source_id"] == source) == total
