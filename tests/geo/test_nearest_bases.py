"""The nearest base in use on the day: against brute force with pyproj, and at every edge case."""

from __future__ import annotations

import datetime as dt
import subprocess
import sys
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from geodesy import EDGES, GEOD, random_places, spells, wrong
from geopandas.testing import assert_geodataframe_equal
from hypothesis import given
from hypothesis import strategies as st

import troopdata as td
from troopdata.geo import ellipsoid
from troopdata.geo.base_index import index_bases

AGADEZ = pd.DataFrame(
    {"longitude": [7.99, 7.99], "latitude": [16.97, 16.97], "day": ["2024-08-04", "2024-08-05"]},
    index=["before", "after"],
)


def points(frame: pd.DataFrame, crs: object = 4326) -> gpd.GeoDataFrame:
    xy = gpd.points_from_xy(frame["longitude"], frame["latitude"])
    return gpd.GeoDataFrame(frame.drop(columns=["longitude", "latitude"]), geometry=xy, crs=crs)


def test_the_day_decides() -> None:
    found = td.geo.nearest(AGADEZ, on="day", sender="USA")
    assert found.loc["before", "base_id"] == "ner-air-base-201"
    assert found.loc["before", "distance_km"] < 5
    assert found.loc["after", "distance_km"] > 100
    assert td.geo.nearest(AGADEZ, on="2024-08-04", sender="USA")["base_id"].nunique() == 1


def test_a_few_thousand_dated_places_against_brute_force() -> None:
    places = random_places(4_000)
    count, worst, missing = wrong(td.geo.nearest(places, on="day"), places, spells())
    assert (count, missing) == (0, 0)
    assert worst < 1


def test_few_bases_far_away_against_brute_force() -> None:
    places = random_places(2_000, seed=3)
    for sender in ("JPN", "RUS", "FRA"):
        found = td.geo.nearest(places, on="day", sender=sender)
        count, worst, missing = wrong(found, places, spells(sender))
        assert (count, missing) == (0, 0)
        assert worst < 1


@pytest.mark.slow
def test_a_hundred_thousand_dated_places_against_brute_force() -> None:
    places = random_places(100_000)
    count, worst, missing = wrong(td.geo.nearest(places, on="day"), places, spells())
    sys.stdout.write(f"100,000 places: {count} wrong, worst distance error {worst:.2e} m\n")
    assert (count, missing) == (0, 0)
    assert worst < 1


def conflict_events(upstream: Path) -> pd.DataFrame:
    events = pd.read_csv(upstream / "world" / "ucdp_ged201_points.csv.gz")
    events["day"] = pd.to_datetime(events["year"].astype(str) + "-07-01").astype("datetime64[s]")
    return events


@pytest.mark.slow
def test_every_conflict_event_against_brute_force(upstream: Path) -> None:
    events = conflict_events(upstream)
    count, worst, missing = wrong(td.geo.nearest(events, on="day"), events, spells())
    sys.stdout.write(f"{len(events):,} events: {count} wrong, worst distance error {worst:.2e} m\n")
    assert len(events) == 61_296
    assert (count, missing) == (0, 0)
    assert worst < 1


def test_some_conflict_events_against_brute_force(upstream: Path) -> None:
    events = conflict_events(upstream).iloc[::40].reset_index(drop=True)
    count, worst, missing = wrong(td.geo.nearest(events, on="day"), events, spells())
    assert (count, missing) == (0, 0)
    assert worst < 1


def test_the_k_nearest_are_sorted_and_each_base_occurs_once() -> None:
    places = random_places(500, seed=5).assign(name=range(500))
    found = td.geo.nearest(places, on="day", k=4)
    assert not found.duplicated(["name", "base_id"]).any()
    assert (found.groupby("name")["distance_km"].diff().dropna() >= 0).all()
    assert found.groupby("name")["rank"].max().eq(4).all()
    first = found[found["rank"] == 1].reset_index(drop=True)
    one = td.geo.nearest(places, on="day")
    pd.testing.assert_series_equal(first["distance_km"], one["distance_km"])
    pd.testing.assert_series_equal(first["base_id"], one["base_id"])


def test_a_base_with_five_tenants_is_one_base() -> None:
    djibouti = pd.DataFrame({"longitude": [43.15], "latitude": [11.55]})
    found = td.geo.nearest(djibouti, on="2023-01-01", k=50)
    assert found["base_id"].is_unique


def test_fewer_bases_than_asked_for() -> None:
    found = td.geo.nearest(AGADEZ, on="2020-06-01", sender="CHN", k=20)
    assert found.loc[["before"], "base_id"].tolist() == found.loc[["after"], "base_id"].tolist()
    assert len(found) == 2 * found["base_id"].nunique() < 40


def test_beyond_max_km_there_is_a_reason_instead_of_a_base() -> None:
    found = td.geo.nearest(AGADEZ, on="day", sender="USA", max_km=50)
    assert found["why"].astype(object).where(found["why"].notna(), None).tolist() == [
        None, "none_within_max_km",
    ]  # fmt: skip
    assert found["distance_km"].isna().tolist() == [False, True]


def test_without_a_day_a_base_counts_regardless_of_when_it_was_used() -> None:
    found = td.geo.nearest(AGADEZ, sender="USA")
    assert found["base_id"].tolist() == ["ner-air-base-201"] * 2


def test_certain_false_adds_possible_use() -> None:
    places = random_places(300, seed=9)
    sure = td.geo.nearest(places, on="day")["distance_km"]
    maybe = td.geo.nearest(places, on="day", certain=False)["distance_km"]
    assert (maybe <= sure.fillna(np.inf)).all()
    assert (maybe < sure).any()


@pytest.mark.parametrize("certain", [True, False])
@pytest.mark.parametrize("day", ["1945-09-02", "1962-10-22", "1991-12-26", "2024-08-05"])
def test_the_search_index_has_the_bases_that_td_bases_returns(day: str, certain: bool) -> None:
    index = index_bases(dated=True, certain=certain)
    number = np.datetime64(day, "D").astype(int)
    used = index.base_id[(index.opened <= number) & (number < index.closed)]
    expected = td.bases(on=day, certain=certain)
    assert sorted(used) == sorted(expected.loc[expected.geometry.notna(), "base_id"])
    assert index.without_point == int(td.bases().geometry.isna().sum())


def test_filters_by_host_and_kind() -> None:
    found = td.geo.nearest(AGADEZ, on="2023-01-01", host="DJI")
    assert found["base_id"].str.startswith("dji").all()
    with pytest.raises(td.UnknownCode):
        td.geo.nearest(AGADEZ, kind="airport")


def test_g01_across_the_antimeridian() -> None:
    own = pd.DataFrame({"base_id": ["east"], "longitude": [-179.9], "latitude": [0.0]})
    place = pd.DataFrame({"longitude": [179.9], "latitude": [0.0]})
    assert round(td.geo.nearest(place, bases=own)["distance_km"].item(), 1) == 22.3


def test_g02_poles_and_both_longitudes_of_the_antimeridian() -> None:
    places = pd.DataFrame(EDGES, columns=["longitude", "latitude"])
    found = td.geo.nearest(places)
    assert found["distance_km"].notna().all()
    assert found.loc[2, "distance_km"] == pytest.approx(found.loc[3, "distance_km"], abs=1e-9)
    assert found.loc[4, "distance_km"] == pytest.approx(found.loc[5, "distance_km"], abs=1e-9)
    assert found.loc[4, "base_id"] == found.loc[5, "base_id"]


def test_g03_a_place_without_a_point_is_kept_with_its_reason() -> None:
    shapes = [
        shapely.Point(8, 17),
        None,
        shapely.Point(),
        shapely.Point(np.nan, 1),
        shapely.Point(np.inf, 1),
        shapely.Point(8, 91),
    ]
    places = gpd.GeoDataFrame({"name": list("abcdef")}, geometry=shapes, crs=4326)
    found = td.geo.nearest(places)
    assert found["name"].tolist() == list("abcdef")
    assert found["base_id"].notna().tolist() == [True, *[False] * 5]
    assert found["why"].tolist()[1:] == ["no_point"] * 4 + ["out_of_range"]
    assert found.attrs["troopdata"]["unanswered"]["no_point"] == 4
    long = td.geo.nearest(places, k=2)
    assert long["name"].tolist() == list("aabcdef")


def test_g03_a_place_without_a_date_is_kept_with_its_reason() -> None:
    places = AGADEZ.assign(day=["2024-08-04", None])
    found = td.geo.nearest(places, on="day")
    assert found.loc["after", "why"] == "no_date"
    assert pd.isna(found.loc["after", "base_id"])


def test_g04_points_in_any_crs_give_the_same_result() -> None:
    places = random_places(50, seed=2)
    places = places[places["latitude"].abs() < 80]
    plain = td.geo.nearest(places, on="day")
    mercator = points(places).to_crs(3857)
    found = td.geo.nearest(mercator, on="day")
    assert found.crs == mercator.crs
    assert found["base_id"].tolist() == plain["base_id"].tolist()
    assert np.allclose(
        found["distance_km"].astype(float), plain["distance_km"].astype(float), atol=1e-5
    )


@pytest.mark.parametrize(
    ("crs", "scale", "words"),
    [(None, 1, r"set_crs\(4326\)"), (3857, 1, "set_crs\\(4326, allow_override=True\\)"),
     (4326, 1e5, "metres")],
)  # fmt: skip
def test_g04_a_missing_or_wrong_crs_says_what_to_type(
    crs: object, scale: float, words: str
) -> None:
    moved = AGADEZ.assign(
        longitude=AGADEZ["longitude"] * scale, latitude=AGADEZ["latitude"] * scale
    )
    with pytest.raises(td.UsageError, match=words):
        td.geo.nearest(points(moved, crs))


def test_g05_a_huge_or_deep_geometry_in_a_file_is_refused_unparsed(tmp_path: Path) -> None:
    angle = np.linspace(0, 2 * np.pi, 1_000_001)
    huge = shapely.Polygon(np.column_stack([np.cos(angle), np.sin(angle)]))
    path = tmp_path / "huge.parquet"
    gpd.GeoDataFrame(geometry=[huge], crs=4326).to_parquet(path)
    with pytest.raises(td.UsageError, match="not points"):
        td.geo.nearest(path)


@pytest.mark.parametrize(
    "wkt",
    ["POLYGON ((0 0, 1 1, 1 0, 0 1, 0 0))", "POLYGON ((170 -10, -170 -10, -170 10, 170 10, 170 -10))",
     "LINESTRING (0 0, 1 1)", "MULTIPOINT (0 0, 1 1)", "GEOMETRYCOLLECTION (POINT (0 0))"],
)  # fmt: skip
def test_g06_only_points_are_places(wkt: str) -> None:
    places = gpd.GeoDataFrame(geometry=[shapely.from_wkt(wkt)], crs=4326)
    with pytest.raises(td.UsageError, match="representative_point"):
        td.geo.nearest(places)


def test_g07_no_base_in_use() -> None:
    found = td.geo.nearest(AGADEZ, on="1700-01-01")
    assert found["why"].tolist() == ["no_base_in_use"] * 2
    assert str(found["base_id"].dtype) == "string"
    assert str(found["distance_km"].dtype) == "Float64"
    none = td.geo.nearest(AGADEZ, bases=td.bases(host="NER").iloc[:0])
    assert none["why"].tolist() == ["no_base_in_use"] * 2


def test_g07_no_places_at_all() -> None:
    for k in (1, 3):
        empty = td.geo.nearest(points(AGADEZ.iloc[:0]), on="day", k=k)
        full = td.geo.nearest(points(AGADEZ), on="day", k=k)
        assert empty.crs == full.crs
        assert empty.dtypes.astype(str).to_dict() == full.dtypes.astype(str).to_dict()


def test_g09_swapped_or_misnamed_coordinates_get_a_hint() -> None:
    with pytest.raises(td.UsageError, match="swapped"):
        td.geo.nearest(pd.DataFrame({"longitude": [16.9], "latitude": [107.9]}))
    with pytest.raises(td.UnknownColumn, match='longitude="lon"'):
        td.geo.nearest(pd.DataFrame({"lon": [7.9], "lat": [16.9]}))
    named = AGADEZ.rename(columns={"longitude": "lon", "latitude": "lat"})
    assert td.geo.nearest(named, longitude="lon", latitude="lat")["base_id"].notna().all()


def test_g10_ten_thousand_distances_are_geodesics() -> None:
    a, b = random_places(10_000, seed=1), random_places(10_000, seed=4)
    ends = [frame[name].to_numpy() for frame in (a, b) for name in ("longitude", "latitude")]
    *_, metres = GEOD.inv(*ends)
    assert np.abs(ellipsoid.geodesic_km(ends) - metres / 1000).max() < 1e-9


@given(st.floats(0, 20_003))
def test_a_chord_bounds_its_geodesic(km: float) -> None:
    below, above = ellipsoid.chord_limits(km)
    for latitude, azimuth in ((0.0, 90.0), (0.0, 0.0), (90.0, 0.0), (45.0, 45.0), (-30.0, 100.0)):
        east, north, _ = GEOD.fwd(10.0, latitude, azimuth, km * 1000)
        true = GEOD.inv(10.0, latitude, east, north)[2] / 1000
        a, b = ellipsoid.cartesian(np.array([10.0, east]), np.array([latitude, north]))
        chord = float(((a - b) ** 2).sum())
        assert chord <= above
        assert chord >= below or true < km - 1e-9


def test_no_chord_within_the_margin_is_missed() -> None:
    chord = np.linspace(1e-6, np.sqrt(ellipsoid.FAR), 200_001)
    longest = (
        2
        * ellipsoid.LEAST_RADIUS
        * np.arcsin(chord * ellipsoid.AXIS_KM / (2 * ellipsoid.LEAST_RADIUS))
    )
    reach = (
        2
        * ellipsoid.GREATEST_RADIUS
        * np.sin(longest / (2 * ellipsoid.GREATEST_RADIUS))
        / ellipsoid.AXIS_KM
    ) ** 2
    assert (ellipsoid.widen(chord**2) >= reach).all()


def test_the_input_is_unchanged() -> None:
    places = points(
        AGADEZ.assign(n=pd.array([1, None], dtype="Int8"), text=pd.Categorical(["x", "y"]))
    )
    before = places.copy()
    found = td.geo.nearest(places, on="day")
    assert found.columns.tolist() == [*places.columns, "base_id", "distance_km", "why"]
    assert_geodataframe_equal(places, before)
    assert_geodataframe_equal(found[places.columns], before)


@pytest.mark.parametrize("column", ["base_id", "distance_km", "why"])
def test_an_existing_result_column_is_never_overwritten(column: str) -> None:
    with pytest.raises(td.UsageError, match="rename"):
        td.geo.nearest(AGADEZ.assign(**{column: 1}))


DAYS = pd.Series(["2024-08-04", "2024-08-05"])


@pytest.mark.parametrize(
    "cells",
    [DAYS, DAYS.astype("string"), DAYS.astype("category"), pd.to_datetime(DAYS),
     pd.to_datetime(DAYS).astype("datetime64[ns]") + pd.Timedelta("23h"),
     pd.to_datetime(DAYS).dt.tz_localize("Asia/Tokyo"), pd.to_datetime(DAYS).dt.date,
     DAYS.astype("date32[pyarrow]"), DAYS.astype("string[pyarrow]")],
)  # fmt: skip
def test_dates_of_any_dtype(cells: pd.Series) -> None:
    found = td.geo.nearest(AGADEZ.reset_index(drop=True).assign(day=cells), on="day", sender="USA")
    assert (found["base_id"] == "ner-air-base-201").tolist() == [True, False]


@pytest.mark.parametrize(
    ("on", "words"),
    [("dya", "day"), ("17/03/2024", "2024-03-17"), ("year", "-07-01"), ("bad", "row 1"),
     (dt.date(2024, 8, 4), None)],
)  # fmt: skip
def test_invalid_dates_are_usage_errors(on: object, words: str | None) -> None:
    places = AGADEZ.assign(year=2024, bad=["2024-01-01", "01/02/2024"])
    if words is None:
        assert td.geo.nearest(places, on=on)["base_id"].notna().all()
        return
    with pytest.raises(td.UsageError, match=words):
        td.geo.nearest(places, on=on)


def test_bases_of_your_own() -> None:
    own = pd.DataFrame(
        {"base_id": ["a", "a", "b"], "longitude": [8.0, 8.0, 9.0], "latitude": [17.0] * 3,
         "started": ["2024-01-01", "2024-08-05", "2020-01-01"], "ended": ["2024-08-01", None, None],
         "sender": ["USA", "RUS", "FRA"]}
    )  # fmt: skip
    assert td.geo.nearest(AGADEZ, on="day", bases=own)["base_id"].tolist() == ["b", "a"]
    assert (
        td.geo.nearest(AGADEZ, on="day", bases=own, sender="France")["base_id"].tolist()
        == ["b"] * 2
    )
    undated = own[["base_id", "longitude", "latitude"]]
    assert td.geo.nearest(AGADEZ, on="day", bases=undated)["base_id"].tolist() == ["a"] * 2
    with pytest.raises(td.UsageError, match="no column sender"):
        td.geo.nearest(AGADEZ, bases=undated, sender="USA")
    with pytest.raises(td.UsageError, match="two points"):
        td.geo.nearest(AGADEZ, bases=own.assign(longitude=[8.0, 8.1, 9.0]))


def test_bases_of_the_release_keep_their_tenancies() -> None:
    bases = td.bases(host="NER")
    found = td.geo.nearest(AGADEZ, on="day", bases=bases, sender="USA")
    assert found["base_id"].tolist()[0] == "ner-air-base-201"
    assert found["why"].tolist()[1] == "no_base_in_use"


def test_a_file_gives_the_same_result_as_its_frame(tmp_path: Path) -> None:
    frame = td.geo.nearest(points(AGADEZ), on="day")
    points(AGADEZ).to_parquet(tmp_path / "points.parquet")
    AGADEZ.to_parquet(tmp_path / "plain.parquet")
    AGADEZ.to_csv(tmp_path / "plain.csv")
    for name in ("points.parquet", "plain.parquet", "plain.csv"):
        found = td.geo.nearest(tmp_path / name, on="day")
        assert found["base_id"].tolist() == frame["base_id"].tolist()
    with pytest.raises(td.UsageError, match="no file"):
        td.geo.nearest("absent.parquet")
    (tmp_path / "broken.parquet").write_bytes(b"PAR1")
    with pytest.raises(td.UsageError, match="Parquet"):
        td.geo.nearest(tmp_path / "broken.parquet")


def test_a_plain_frame_needs_no_geopandas() -> None:
    code = (
        "import troopdata as td, pandas as pd;"
        "td.geo.nearest(pd.DataFrame({'longitude': [8.], 'latitude': [17.]}), on='2024-01-01');"
        "import sys; print(*sorted({'pandera', 'geopandas', 'numba'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""


def test_every_name_of_geo_resolves_and_is_documented() -> None:
    import ast

    stub = Path(td.geo.__file__).with_suffix(".pyi").read_text(encoding="utf-8")
    named = {
        alias.asname
        for node in ast.parse(stub).body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    assert named == set(td.geo.__all__)
    for name in td.geo.__all__:
        assert (getattr(td.geo, name).__doc__ or "").strip(), name
    taken = {path.stem for path in Path(td.geo.__file__).parent.glob("*.py")}
    assert not taken & set(td.geo.__all__)
