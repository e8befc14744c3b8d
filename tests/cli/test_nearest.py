"""``troopdata nearest``: what it reads, what it writes, and its messages."""

from __future__ import annotations

import json
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest

from troopdata.cli import main

PLACES = "name,longitude,latitude,day\nAgadez,7.99,16.97,2024-08-04\nAgadez,7.99,16.97,2024-08-05\nNA,,1,2024-01-01\n"


@pytest.fixture
def places(tmp_path: Path) -> Path:
    path = tmp_path / "places.csv"
    path.write_text(PLACES, encoding="utf-8")
    return path


@pytest.mark.parametrize("name", ["out.csv", "out.parquet", "out.geojson", "out.json"])
def test_a_file_in_a_file_out(
    places: Path, tmp_path: Path, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / name
    assert main(["nearest", str(places), "--on", "day", "--sender", "USA", "-o", str(out)]) == 0
    printed = capsys.readouterr().err
    assert "3 rows" in printed
    assert "1 without a base: no_point" in printed
    readers = {".csv": lambda p: pd.read_csv(p, keep_default_na=False, na_values=[""]), ".parquet": pd.read_parquet,
               ".geojson": gpd.read_file, ".json": pd.read_json}  # fmt: skip
    found = readers[out.suffix](out)
    assert found["base_id"].tolist()[0] == "ner-air-base-201"
    assert found["base_id"].tolist()[1] != "ner-air-base-201"
    assert found["name"].tolist() == ["Agadez", "Agadez", "NA"]
    assert found["why"].tolist()[2] == "no_point"


def test_geoparquet_in_and_out_keeps_its_crs(tmp_path: Path) -> None:
    points = gpd.GeoDataFrame(
        {"n": [1]}, geometry=gpd.points_from_xy([7.99], [16.97]), crs=4326
    ).to_crs(32632)
    points.to_parquet(tmp_path / "in.parquet")
    arguments = [
        "nearest",
        str(tmp_path / "in.parquet"),
        "--on",
        "2024-08-04",
        "-o",
        str(tmp_path / "out.parquet"),
    ]
    assert main(arguments) == 0
    found = gpd.read_parquet(tmp_path / "out.parquet")
    assert found.crs == points.crs
    assert found["base_id"].tolist() == ["ner-air-base-201"]


def test_k_and_max_km_and_geojson_features_are_the_places(places: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.geojson"
    arguments = [
        "nearest",
        str(places),
        "--on",
        "day",
        "--k",
        "3",
        "--max-km",
        "2000",
        "-o",
        str(out),
    ]
    assert main(arguments) == 0
    features = json.loads(out.read_text())["features"]
    assert [f["properties"]["rank"] for f in features] == [1, 2, 3, 1, 2, 3, None]
    assert features[0]["geometry"]["coordinates"] == [7.99, 16.97]
    assert len({f["id"] for f in features}) == len(features)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["absent.csv"], "absent.csv"),
        (["{}", "--on", "dya"], "day"),
        (["{}", "--sender", "Nigr"], "Niger"),
        (["{}", "--longitude", "lon"], "did you mean --longitude longitude?"),
        (["{}", "--k", "0"], "--k 1"),
        (["{}", "--max-km", "-1"], "--max-km 300, in kilometres"),
        (["{}", "-o", "x.shp"], ".geojson"),
    ],
)
def test_mistakes_say_what_to_type(
    places: Path, arguments: list[str], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["nearest", *(part.replace("{}", str(places)) for part in arguments)]) == 2
    printed = capsys.readouterr().err
    assert words in printed
    assert "Traceback" not in printed


def test_it_prints(places: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["nearest", str(places), "--on", "day", "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out)[0]["base_id"] == "ner-air-base-201"
