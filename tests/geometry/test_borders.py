"""The map of countries: its areas, and the distances of points from their hosts."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from pyproj import Geod

import troopdata as td
from troopdata.geometry.borders import Atlas


def inside(borders: gpd.GeoDataFrame, longitude: float, latitude: float) -> list[str]:
    found = borders[borders.geometry.intersects(shapely.Point(longitude, latitude))]
    return found["area_id"].tolist()


def test_every_outline_is_valid_and_within_the_world(borders: gpd.GeoDataFrame) -> None:
    assert borders.crs == 4326
    assert borders.geometry.is_valid.all()
    assert (borders.geometry.geom_type == "MultiPolygon").all()
    west, south, east, north = borders.total_bounds
    assert (west, south, east) == (-180, -90, 180)
    assert north < 90
    assert (shapely.get_num_coordinates(borders.geometry) == borders["vertices"]).all()


def test_areas_do_not_overlap(borders: gpd.GeoDataFrame) -> None:
    """Neighbours share lines, not land."""
    tree = shapely.STRtree(borders.geometry.to_numpy())
    left, right = tree.query(borders.geometry.to_numpy(), predicate="overlaps")
    shapes = borders.geometry.to_numpy()
    for a, b in zip(left, right, strict=True):
        assert shapely.area(shapely.intersection(shapes[a], shapes[b])) < 1e-3, (a, b)


@pytest.mark.parametrize(
    ("longitude", "latitude", "area"),
    [
        (7.99, 16.95, "ner"),  # Agadez
        (-52.7, 4.9, "guf"),  # a territory that the map draws with France
        (16, 78.9, "sjm"),  # the same for Norway
        (25.7, 71.05, "nor"),  # Norway's own northernmost island
        (-175, 66.5, "rus"),  # beyond 180 degrees
        (178.9, -16.6, "fji"),
        (-179.9, -16.8, "fji"),
        (0, -89.9, "ata"),
        (34.1, 44.95, "rus"),  # Crimea, by de facto control
        (44.0, 9.55, "xsl"),
        (21.1, 42.6, "xkx"),
        (33.6, 35.25, "xnc"),
        (77.1, 35.4, "siachen-glacier"),
    ],
)
def test_places_lie_in_one_area(
    borders: gpd.GeoDataFrame, longitude: float, latitude: float, area: str
) -> None:
    assert inside(borders, longitude, latitude) == [area]


def test_territories_and_disputed_areas_are_marked(borders: gpd.GeoDataFrame) -> None:
    areas = borders.set_index("area_id")
    assert areas.loc[["guf", "pri", "grl"], "sovereign"].tolist() == ["FRA", "USA", "DNK"]
    assert areas.loc["ashmore-and-cartier-islands", "kind"] == "territory"
    assert areas.loc[["esh", "pse", "xnc", "xsl", "siachen-glacier"], "kind"].unique() == "disputed"
    assert pd.isna(areas.loc["siachen-glacier", "country"])
    assert areas.loc[["fra", "ner", "xkx"], "kind"].tolist() == ["state"] * 3
    known = set(td.countries()["country"])
    assert set(areas["country"].dropna()) <= known


def test_the_map_agrees_with_another_one(atlas: Atlas) -> None:
    """A point inside each country of Natural Earth's coarse map lies in the same country here.

    The coarse map joins the two Falkland Islands and draws The Gambia wider, so that a few of the
    points lie just outside.
    """
    import pyogrio

    shapes = Path(pyogrio.__file__).parent / "tests/fixtures/naturalearth_lowres"
    coarse = gpd.read_file(shapes / "naturalearth_lowres.shp")
    coded = coarse[coarse["iso_a3"] != "-99"]
    middles = coded.geometry.representative_point()
    away = atlas.distances(middles.x, middles.y, coded["iso_a3"])
    assert len(coded) > 170
    assert coded.loc[~(away < 25), "iso_a3"].tolist() == []
    assert (away == 0).sum() >= len(coded) - 5


def test_distances_are_geodesics_across_the_cut(atlas: Atlas) -> None:
    # Fiji lies on both sides of 180 degrees: the nearer shore counts from either side.
    east, west = atlas.distances([-179.0, 179.0], [-19.0, -19.0], ["FJI", "FJI"])
    shore = shapely.get_coordinates(atlas.outlines["FJI"])
    for found, longitude in ((east, -179.0), (west, 179.0)):
        many = np.full(len(shore), longitude), np.full(len(shore), -19.0)
        vertex = Geod(ellps="WGS84").inv(*many, shore[:, 0], shore[:, 1])[2].min() / 1_000
        # The nearest point of the outline is at most as far as its nearest vertex.
        assert vertex - 5 < found <= vertex


def test_a_host_off_the_map_and_a_missing_point_have_no_distance(atlas: Atlas) -> None:
    found = atlas.distances([-5.35, np.nan], [36.15, 16.0], ["GIB", "NER"])
    assert np.isnan(found).all()
