"""The country of a place equals an exact test of every point, and `match` says how it was found."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

import troopdata as td
from troopdata.errors import UsageError
from troopdata.geo.country_grid import CountryGrid
from troopdata.geometry.borders import Atlas


def frame(*points: tuple[float, float]) -> pd.DataFrame:
    return pd.DataFrame(points, columns=["longitude", "latitude"])


def everywhere(borders: gpd.GeoDataFrame, count: int, seed: int) -> pd.DataFrame:
    """Random places on the globe, a third of them on or very near an outline."""
    draw = np.random.default_rng(seed)
    x, y = draw.uniform(-180, 180, count), np.degrees(np.arcsin(draw.uniform(-1, 1, count)))
    corners = shapely.get_coordinates(borders.geometry)
    picked = draw.integers(0, len(corners), count // 3)
    near = corners[picked] + draw.choice([0.0, 1e-7, -1e-4, 0.03], (len(picked), 1))
    x[: len(picked)], y[: len(picked)] = (
        np.clip(near[:, 0], -180, 180),
        np.clip(near[:, 1], -90, 90),
    )
    return frame(*zip(x, y, strict=True))


@pytest.mark.parametrize("seed", [1, 2])
def test_the_country_equals_an_exact_test_of_every_point(
    borders: gpd.GeoDataFrame, seed: int
) -> None:
    places = everywhere(borders, 6_000, seed)
    found = td.geo.locate(places, tolerance_km=0)
    points = gpd.GeoDataFrame(
        geometry=gpd.points_from_xy(places.longitude, places.latitude, crs=4326)
    )
    exact = gpd.sjoin(points, borders[["area_id", "geometry"]], predicate="intersects")
    # A point on a common line lies in several areas: the first of them counts.
    first = exact.sort_values("area_id").groupby(level=0)["area_id"].first()
    expected = first.reindex(found.index).astype("string")
    assert found["area_id"].fillna("-").tolist() == expected.fillna("-").tolist()
    assert (found["match"] == "inside").sum() == len(first) > 1_500


@pytest.mark.integration
def test_near_is_the_nearest_outline_with_its_distance(
    borders: gpd.GeoDataFrame, atlas: Atlas
) -> None:
    places = everywhere(borders, 4_000, 3)
    found = td.geo.locate(places)
    near = found[found["match"] == "near"]
    assert len(near) > 200
    measured = atlas.distances(near.longitude, near.latitude, near.country.fillna("-"))
    known = near["country"].notna().to_numpy()
    assert measured[known] == pytest.approx(near["outside_km"].to_numpy(float)[known], abs=1e-3)
    none = found[found["match"] == "none"].head(150)
    for country in atlas.outlines:
        away = atlas.distances(none.longitude, none.latitude, [country] * len(none))
        assert (away > 25).all(), country


def test_without_tolerance_nothing_is_near() -> None:
    places = frame((-25.0, 0.0), (7.99, 16.97), (3.0, 5.9))
    assert td.geo.locate(places, tolerance_km=0)["match"].tolist() == ["none", "inside", "none"]
    wide = td.geo.locate(places, tolerance_km=400)
    assert wide["match"].tolist() == ["none", "inside", "near"]
    assert 0 < wide["outside_km"].iloc[2] < 60


def test_g01_across_180_degrees_the_nearer_shore_counts() -> None:
    found = td.geo.locate(frame((-179.99, -16.75), (179.99, -16.75), (180, 68.0), (-180, 68.0)))
    assert found["country"].tolist() == ["FJI", "FJI", "RUS", "RUS"]
    assert (found["outside_km"].iloc[:2] < 25).all()


def test_g02_poles() -> None:
    found = td.geo.locate(frame((0, -90), (123, -90), (0, 90), (-180, 90)))
    assert found["country"].fillna("").tolist() == ["ATA", "ATA", "", ""]
    assert found["match"].tolist() == ["inside", "inside", "none", "none"]


def test_g03_a_place_without_a_point_is_kept_and_marked() -> None:
    places = frame((np.nan, 3.0), (7.99, 16.97), (np.inf, 0.0), (5.0, 95.0))
    found = td.geo.locate(places)
    assert found["match"].tolist() == ["no_point", "inside", "no_point", "out_of_range"]
    assert found["country"].isna().tolist() == [True, False, True, True]
    assert found.attrs["troopdata"]["match"] == {
        "inside": 1, "near": 0, "none": 0, "no_point": 2, "out_of_range": 1,
    }  # fmt: skip


def test_g04_the_crs_is_respected_and_kept() -> None:
    agadez = gpd.GeoDataFrame(geometry=gpd.points_from_xy([7.99], [16.97], crs=4326), index=["a"])
    moved = agadez.to_crs(3857)
    found = td.geo.locate(moved)
    assert found.crs == moved.crs
    assert found.index.tolist() == ["a"]
    assert found["country"].item() == "NER"
    with pytest.raises(UsageError, match="no coordinate reference system"):
        td.geo.locate(agadez.set_crs(None, allow_override=True))


def test_g08_disputed_areas_follow_de_facto_control() -> None:
    places = {"XNC": (33.6, 35.25), "XKX": (21.1, 42.6), "RUS": (34.1, 44.95), "ISR": (35.8, 33.1)}
    assert td.geo.locate(frame(*places.values()))["country"].tolist() == list(places)
    unassigned = td.geo.locate(frame((77.1, 35.4)))
    assert unassigned["area_id"].item() == "siachen-glacier"
    assert unassigned["country"].isna().item()


def test_the_bases_lie_in_their_hosts() -> None:
    """Except those that the release marks as off the map."""
    bases = td.bases()
    sharp = ~bases["location_precision"].isin(["region", "country"])
    bases = bases[sharp & bases.geometry.notna() & bases["off_map"].isna()]
    found = td.geo.locate(bases)
    assert (found["match"] != "none").all()
    # Near a border a coarse outline may put a harbour on the neighbour's side.
    assert (found["country"] == found["host"]).mean() > 0.99


def test_an_empty_frame_keeps_its_columns() -> None:
    found = td.geo.locate(frame().astype(float))
    assert found.columns.tolist() == [
        "longitude",
        "latitude",
        "country",
        "area_id",
        "outside_km",
        "match",
    ]
    assert found.dtypes.astype(str).tolist()[2:] == ["string", "string", "Float64", "string"]


@pytest.mark.parametrize("tolerance", [-1.0, float("nan")])
def test_an_impossible_tolerance_is_a_usage_error(tolerance: float) -> None:
    with pytest.raises(UsageError, match="not a distance"):
        td.geo.locate(frame((0, 0)), tolerance_km=tolerance)


def test_an_existing_column_is_not_overwritten() -> None:
    with pytest.raises(UsageError, match="already have a column country"):
        td.geo.locate(frame((0, 0)).assign(country="NER"))


@pytest.mark.integration
@given(
    st.lists(
        st.tuples(st.floats(-179, 178), st.floats(-89, 88), st.floats(0.001, 1.0)),
        min_size=1,
        max_size=4,
    ),
    st.lists(st.tuples(st.floats(-180, 180), st.floats(-90, 90)), min_size=1, max_size=30),
)
def test_the_grid_equals_an_exact_test_for_any_areas(
    boxes: list[tuple[float, float, float]], points: list[tuple[float, float]]
) -> None:
    shapes: list[shapely.Geometry] = []
    for west, south, size in boxes:
        box = shapely.box(west, south, west + size, south + size)
        if all(shapely.disjoint(box, other) for other in shapes):
            shapes.append(box)
    corners = [corner for box in shapes for corner in box.exterior.coords]
    x, y = np.array([*points, *corners]).T
    found = CountryGrid.from_shapes(shapes).lookup(x, y)
    for number, (one, two) in enumerate(zip(x, y, strict=True)):
        exact = [at for at, shape in enumerate(shapes) if shapely.intersects_xy(shape, one, two)]
        assert found[number] == (exact[0] if exact else -1)
