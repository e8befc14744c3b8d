"""Construction appropriations: the host follows the place, a wrong point is no point."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path

import pytest

from troopdata.errors import Invalid
from troopdata.importers.us_construction import UsConstruction

HEADER = ["countryname", "ccode", "iso3c", "year", "location", "lat", "lon", "spend_construction"]
CELLS = ["Italy", "325", "ITA", "2009", "Nowhere  Ab", "45.5", "11.25", "15000"]
PLAIN = dict(zip(HEADER, CELLS, strict=True))


@pytest.fixture
def series(tmp_path: Path, root: Path) -> Path:
    committed = root / "datasets" / "series" / "us-c1-construction"
    shutil.copy(committed / "sources.csv", tmp_path)
    header = (committed / "corrections.csv").read_text().splitlines()[0]
    (tmp_path / "corrections.csv").write_text(header + "\n")
    (tmp_path / "off_map.csv").write_text("row,reason\n")
    return tmp_path


def correct(series: Path, key: str, column: str, expected: str, corrected: str) -> None:
    with open(series / "corrections.csv", "a", newline="") as handle:
        cells = ["x", "spending", "", key, column, expected, corrected, "replace", "why", "s"]
        csv.writer(handle, lineterminator="\n").writerow(cells)


def made(series: Path, *rows: dict[str, str]) -> dict[str, list[dict[str, str]]]:
    (series / "us").mkdir()
    with open(series / "us" / "c1_construction_2008_2019.csv", "w", newline="") as handle:
        writer = csv.DictWriter(handle, HEADER)
        writer.writeheader()
        writer.writerows(rows)
    UsConstruction(series).rebuild(series)
    return dict(UsConstruction(series).rows())


def test_a_row_becomes_dollars_of_a_fiscal_year(series: Path) -> None:
    (row,) = made(series, PLAIN)["spending"]
    assert row["spending_id"] == "c1-2009-ita-nowhere-ab"
    assert (row["host"], row["place"], row["amount"]) == ("ITA", "Nowhere Ab", "15000000")
    assert (row["date"], row["date_precision"], row["note"]) == (
        "2009-01-01", "year", "Fiscal year 2009.",
    )  # fmt: skip


def test_a_row_printed_twice_counts_once_and_is_recorded(series: Path) -> None:
    other = {**PLAIN, "spend_construction": "1"}
    found = made(series, PLAIN, other, PLAIN)
    assert [row["spending_id"] for row in found["spending"]] == [
        "c1-2009-ita-nowhere-ab", "c1-2009-ita-nowhere-ab-2",
    ]  # fmt: skip
    (dropped,) = found["corrections"]
    assert (dropped["action"], dropped["expected"]) == ("drop_duplicate", "15000")
    assert "row 1." in dropped["reason"]


def test_zero_stays_zero_and_rows_without_a_country_stay_in_the_series(series: Path) -> None:
    nowhere = {**PLAIN, "countryname": "Worldwide Unspecified", "iso3c": "NA"}
    found = made(series, {**PLAIN, "spend_construction": "0"}, nowhere)["spending"]
    assert [row["amount"] for row in found] == ["0"]


def test_a_host_and_a_point_are_corrected(series: Path) -> None:
    correct(series, "Italy: Nowhere Ab", "iso3c", "ITA", "SMR")
    correct(series, "Italy: Nowhere Ab", "latitude, longitude", "(45.5, 11.25)", "")
    (row,) = made(series, PLAIN)["spending"]
    assert (row["host"], row["latitude"], row["longitude"]) == ("SMR", "", "")


def test_a_correction_whose_value_is_no_longer_printed_stops(series: Path) -> None:
    correct(series, "Italy: Nowhere Ab", "iso3c", "DEU", "SMR")
    with pytest.raises(Invalid, match="does not print DEU"):
        made(series, PLAIN)


def test_a_country_without_a_code_stops(series: Path) -> None:
    with pytest.raises(Invalid, match="no host"):
        made(series, {**PLAIN, "countryname": "Xy", "iso3c": "NA"})


@pytest.fixture(scope="module")
def committed(root: Path) -> dict[str, list[dict[str, str]]]:
    return dict(UsConstruction(root / "datasets" / "series" / "us-c1-construction").rows())


def test_rebuild_reproduces_the_series(upstream: Path, root: Path, tmp_path: Path) -> None:
    UsConstruction(tmp_path).rebuild(upstream)
    published = root / "datasets" / "series" / "us-c1-construction" / "appropriations.csv"
    assert (tmp_path / "appropriations.csv").read_bytes() == published.read_bytes()


def test_the_counts(committed: dict[str, list[dict[str, str]]]) -> None:
    assert len(committed["spending"]) == 3488
    assert len({row["spending_id"] for row in committed["spending"]}) == 3488
    dropped = [r for r in committed["corrections"] if r["action"] == "drop_duplicate"]
    assert len(dropped) == 106


@pytest.mark.parametrize(
    ("place", "host"),
    [
        ("Thule Ab", "GRL"),
        ("Punta Borinquen", "PRI"),
        ("Diego Garcia", "IOT"),
        ("Nevo Selo Fos", "BGR"),
        ("Palanquero Ab", "COL"),
        ("Wake Island", "UMI"),
        ("Kwajalein Atoll", "MHL"),
    ],
)
def test_the_host_follows_the_place(
    committed: dict[str, list[dict[str, str]]], place: str, host: str
) -> None:
    """The R package has Thule in New Hampshire and Punta Borinquen in Ecuador."""
    found = [row for row in committed["spending"] if row["place"] == place]
    assert found
    assert {row["host"] for row in found} == {host}
    if host != "MHL":
        assert {row["latitude"] for row in found} == {""}


def test_niger_is_left_to_the_facts(committed: dict[str, list[dict[str, str]]]) -> None:
    assert "NER" not in {row["host"] for row in committed["spending"]}


def test_every_point_lies_in_its_host(committed: dict[str, list[dict[str, str]]]) -> None:
    """Within 25 km of the country's outline, islands that the small map lacks aside."""
    geopandas = pytest.importorskip("geopandas")
    pyogrio = pytest.importorskip("pyogrio")
    from pyproj import Geod
    from shapely import Point
    from shapely.ops import nearest_points

    fixtures = Path(pyogrio.__file__).parent / "tests" / "fixtures" / "naturalearth_lowres"
    if not fixtures.exists():
        pytest.skip("this pyogrio comes without its map of the world")
    world = geopandas.read_file(fixtures / "naturalearth_lowres.shp")
    outlines = dict(zip(world.iso_a3, world.geometry, strict=True))
    globe = Geod(ellps="WGS84")

    def metres(host: str, longitude: str, latitude: str) -> float:
        point = Point(float(longitude), float(latitude))
        near = nearest_points(outlines[host], point)[0]
        return float(globe.inv(near.x, near.y, point.x, point.y)[2])

    lacking = {
        "Camp Mctureous", "Key West", "Mcas Futenma", "Okinawa", "San Clemente Island",
        "San Nicolas Island", "Zukeran",
    }  # fmt: skip
    points = {
        (row["host"], row["place"], row["longitude"], row["latitude"])
        for row in committed["spending"]
        if row["latitude"] and row["host"] in outlines
    }
    outside = {place for host, place, *at in points if metres(host, *at) > 25_000}
    assert len(points) > 500
    assert outside == lacking


def test_a_right_point_off_the_map_says_why(series: Path) -> None:
    (series / "off_map.csv").write_text("row,reason\nItaly: Nowhere Ab,on an island\n")
    (row,) = made(series, PLAIN)["spending"]
    assert row["off_map"] == "on an island"


def test_a_reason_for_a_place_that_is_not_printed_stops(series: Path) -> None:
    (series / "off_map.csv").write_text("row,reason\nItaly: Elsewhere,on an island\n")
    with pytest.raises(Invalid, match="no such place"):
        made(series, PLAIN)
