"""Tables as points, and GeoJSON by RFC 7946."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

import troopdata as td


def test_tenancies_lie_at_their_bases() -> None:
    spells = td.tenancies(host="NER")
    found = td.geo.points(spells)
    assert found.crs.to_epsg() == 4326
    assert found.columns.tolist() == [*spells.columns, "point_of", "geometry"]
    assert set(found["point_of"].dropna()) == {"base"}
    at = td.bases(host="NER").set_index("base_id").geometry
    for base, point in zip(found["base_id"], found.geometry, strict=True):
        assert point == at[base]


def test_rows_with_their_own_point_keep_it() -> None:
    money = td.spending(host="NER")
    found = td.geo.points(money)
    assert (found["point_of"].notna() == found.geometry.notna()).all()
    assert len(found) == len(money)


def test_a_whole_host_has_no_point() -> None:
    with pytest.raises(td.UsageError, match="base_id"):
        td.geo.points(td.presence(sender="USA", host="NER", years=2023))
    claims = td.geo.points(td.deployments(sender="USA", host="NER"))
    assert claims.geometry.notna().any()
    assert (claims["base_id"].isna() <= claims.geometry.isna()).all()


def parsed(text: str) -> dict[str, object]:
    def refuse(constant: str) -> None:
        raise AssertionError(constant)

    return json.loads(text, parse_constant=refuse)


def test_g11_bases_as_geojson(tmp_path: Path) -> None:
    bases = td.bases()
    text = td.geo.to_geojson(bases, tmp_path / "bases.geojson")
    features = parsed(text)["features"]
    assert [feature["id"] for feature in features] == bases["base_id"].tolist()
    assert sum(feature["geometry"] is None for feature in features) == int(
        bases.geometry.isna().sum()
    )
    agadez = next(feature for feature in features if feature["id"] == "ner-air-base-201")
    east, north = agadez["geometry"]["coordinates"]
    assert (round(east), round(north)) == (8, 17)
    back = gpd.read_file(tmp_path / "bases.geojson")
    assert len(back) == len(bases)
    assert (tmp_path / "bases.geojson").read_text(encoding="utf-8") == text + "\n"
    shuffled = bases.sample(frac=1, random_state=1)
    assert {f["id"] for f in parsed(td.geo.to_geojson(shuffled))["features"]} == set(
        bases["base_id"]
    )


def test_g11_no_nan_dates_are_text_and_another_crs_is_converted() -> None:
    frame = gpd.GeoDataFrame(
        {"n": [1.5, np.nan], "m": pd.array([1, None], dtype="Int32"), "day": pd.to_datetime(["2024-03-16", None]),
         "f": [np.inf, 0.0]},
        geometry=gpd.points_from_xy([8.0, np.nan], [17.0, 1.0], crs=4326), index=["a", "b"],
    ).to_crs(3857)  # fmt: skip
    first, second = parsed(td.geo.to_geojson(frame))["features"]
    assert first["geometry"]["coordinates"] == pytest.approx([8.0, 17.0], abs=1e-9)
    assert first["properties"] == {"n": 1.5, "m": 1, "day": "2024-03-16", "f": None}
    assert second["geometry"] is None
    assert second["properties"] == {"n": None, "m": None, "day": None, "f": 0.0}
    assert (first["id"], second["id"]) == ("a", "b")


def test_g11_rings_follow_the_right_hand_rule() -> None:
    hole = [(2, 2), (3, 2), (3, 3), (2, 3)]
    clockwise = shapely.Polygon([(0, 0), (0, 9), (9, 9), (9, 0)], [hole])
    shape = parsed(td.geo.to_geojson(gpd.GeoDataFrame(geometry=[clockwise], crs=4326)))["features"][
        0
    ]
    outer, inner = (shapely.LinearRing(ring) for ring in shape["geometry"]["coordinates"])
    assert outer.is_ccw
    assert not inner.is_ccw


def test_g05_g04_what_cannot_be_geojson_is_refused() -> None:
    with pytest.raises(td.UsageError, match="set_crs"):
        td.geo.to_geojson(gpd.GeoDataFrame(geometry=[shapely.Point(0, 0)]))
    ring = np.column_stack([np.cos(angle := np.linspace(0, 6.28, 3_000_000)), np.sin(angle)])
    huge = gpd.GeoDataFrame(geometry=[shapely.LineString(ring)] * 2, crs=4326)
    with pytest.raises(td.UsageError, match="vertices"):
        td.geo.to_geojson(huge)


def test_a_missing_folder_is_a_storage_error(tmp_path: Path) -> None:
    with pytest.raises(td.StorageError, match="absent"):
        td.geo.to_geojson(td.bases(host="NER"), tmp_path / "absent" / "x.geojson")
    with pytest.raises(td.UsageError, match=r"\.geojson"):
        td.geo.to_geojson(td.bases(host="NER"), tmp_path / "x.shp")


def test_an_empty_frame_is_an_empty_collection() -> None:
    assert parsed(td.geo.to_geojson(td.bases(host="NER").iloc[:0]))["features"] == []


def test_bases_convert_to_the_json_that_explore_needs() -> None:
    bases = td.bases(host="NER")
    assert len(json.loads(bases.to_json())["features"]) == len(bases)
    found = td.geo.nearest(bases.drop(columns="base_id"), on="2020-01-01", sender="USA")
    assert len(json.loads(found.to_json())["features"]) == len(bases)
    spells = td.geo.points(td.tenancies(host="NER"))
    assert len(json.loads(spells.astype({"started": "string", "ended": "string"}).to_json(default=str))["features"]) == len(spells)  # fmt: skip


@pytest.mark.skipif(importlib.util.find_spec("folium") is None, reason="explore needs folium")
@pytest.mark.filterwarnings("ignore")
def test_explore_draws_bases_and_tenancies() -> None:
    assert "Air Base 201" in td.bases(host="NER").explore().get_root().render()
    assert (
        "ner-air-base-201" in td.geo.points(td.tenancies(host="NER")).explore().get_root().render()
    )
