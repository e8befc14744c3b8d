"""The importer of the map of countries, on a small world of its own."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import shapely

from troopdata.errors import Invalid, UsageError
from troopdata.gazetteer.resolver import Gazetteer
from troopdata.importers import natural_earth
from troopdata.importers.natural_earth import NaturalEarth
from troopdata.io import csv_reader

COUNTRIES = Gazetteer.from_rows(
    [
        {"country": code, "valid_from": "1960-01-01", "name": name, "iso_numeric": number}
        for code, name, number in [("NER", "Niger", "562"), ("FJI", "Fiji", "242")]
    ]
)
HEADER = "area_id,map_name,west,south,east,north,country,note\n"


def square(west: int, south: int, size: int = 4) -> list[list[int]]:
    """Return an arc in whole degrees, each step told from the one before."""
    return [[west, south], [size, 0], [0, size], [-size, 0], [0, -size]]


def written(tmp_path: Path, areas: list[dict[str, object]], arcs: list[object], parts: str) -> Path:
    topology = {
        "type": "Topology",
        "transform": {"scale": [1, 1], "translate": [0, 0]},
        "arcs": arcs,
        "objects": {"countries": {"geometries": areas}},
    }
    (tmp_path / "countries-50m.json").write_text(json.dumps(topology))
    folder = tmp_path / "series"
    folder.mkdir()
    (folder / "parts.csv").write_text(HEADER + parts)
    NaturalEarth(folder, COUNTRIES).rebuild(tmp_path)
    return folder


def area(name: str, number: str | None, *arcs: list[list[int]]) -> dict[str, object]:
    found = {"type": "MultiPolygon", "properties": {"name": name}, "arcs": list(arcs)}
    return {**found, "id": number} if number else found


def test_an_area_with_a_hole_and_a_line_read_backwards(tmp_path: Path) -> None:
    arcs = [square(0, 0, 10), square(2, 2)]
    folder = written(tmp_path, [area("Niger", "562", [[0], [-2]])], arcs, "")
    outline = natural_earth.outlines(folder)["ner"]
    assert outline.area == 100 - 16
    assert outline.geoms[0].exterior.is_ccw


def test_what_crosses_180_degrees_is_cut(tmp_path: Path) -> None:
    crossing = [[178, 0], [4, 0], [0, 4], [-4, 0], [0, -4]]
    wrapped = [[178, 0], [2, 0], [-358, 0], [0, 4], [358, 0], [-2, 0], [0, -4]]
    for number, arc in enumerate((crossing, wrapped)):
        home = tmp_path / str(number)
        home.mkdir()
        folder = written(home, [area("Fiji", "242", [[0]])], [arc], "")
        outline = natural_earth.outlines(folder)["fji"]
        assert outline.is_valid
        assert outline.area == 16
        assert outline.bounds == (-180, 0, 180, 4)
        assert outline.intersects(shapely.Point(-179, 2))
        assert not outline.intersects(shapely.Point(0, 2))


def test_a_ring_round_the_south_pole_takes_it_in(tmp_path: Path) -> None:
    ring = [[-180, -70], [90, 0], [90, 0], [90, 0], [90, 0]]
    folder = written(tmp_path, [area("Ice", None, [[0]])], [ring], "ice,Ice,,,,,,\n")
    outline = natural_earth.outlines(folder)["ice"]
    assert outline.bounds == (-180, -90, 180, -70)
    assert outline.area == 360 * 20


def test_a_territory_leaves_its_state_and_comes_in_two_boxes(tmp_path: Path) -> None:
    arcs = [square(0, 0), square(20, 20), square(40, 40)]
    parts = "isle,Niger,19,19,25,25,FJI,Drawn apart.\nisle,Niger,39,39,45,45,FJI,Drawn apart.\n"
    folder = written(tmp_path, [area("Niger", "562", [[0]], [[1]], [[2]])], arcs, parts)
    outlines = natural_earth.outlines(folder)
    assert {key: len(shape.geoms) for key, shape in outlines.items()} == {"isle": 2, "ner": 1}
    rows = {row["area_id"]: row for row in natural_earth_rows(folder)}
    assert rows["isle"]["country"] == "FJI"
    assert rows["ner"]["country"] == "NER"


def natural_earth_rows(folder: Path) -> list[dict[str, str]]:
    return csv_reader.read_rows(folder / "areas.csv")


@pytest.mark.parametrize("text", ["{", "{}", '{"type": "FeatureCollection"}'])
def test_another_file_than_the_map_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "countries-50m.json").write_text(text)
    with pytest.raises(UsageError, match=r"countries-50m\.json.*world-atlas"):
        NaturalEarth(tmp_path / "series", COUNTRIES).rebuild(tmp_path)


def test_an_area_without_a_number_or_a_line_is_named(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="no ISO number") as caught:
        written(tmp_path, [area("Nowhere", None, [[0]])], [square(0, 0)], "")
    assert caught.value.failures["key"].tolist() == ["Nowhere"]
