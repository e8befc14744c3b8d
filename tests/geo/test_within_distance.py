"""Bases around places, listed, counted and weighted; every search gives equal results."""

from __future__ import annotations

import importlib.util

import numpy as np
import pandas as pd
import pytest
from geodesy import brute, random_places, spells
from hypothesis import given, settings
from hypothesis import strategies as st

import troopdata as td
from troopdata.geo import exposure_index
from troopdata.geo.base_index import SEPARATOR, index_bases
from troopdata.geo.query_days import day_numbers
from troopdata.geo.search import dispatch

KERNELS = ["scipy", *(["compiled"] if importlib.util.find_spec("numba") else [])]
NIAMEY = pd.DataFrame({"longitude": [2.11], "latitude": [13.51]})


def searched(places: pd.DataFrame) -> tuple[object, ...]:
    days = day_numbers(places["day"].to_numpy())
    return (
        index_bases(dated=True),
        places["longitude"].to_numpy(),
        places["latitude"].to_numpy(),
        days,
    )


@pytest.mark.parametrize("kernel", KERNELS)
@pytest.mark.parametrize("k", [1, 3])
def test_every_search_gives_the_same_nearest(kernel: dispatch.Kernel, k: int) -> None:
    arguments = searched(random_places(6_000, seed=11))
    site, km = dispatch.closest(*arguments, k=k, kernel="scipy")
    other, far = dispatch.closest(*arguments, k=k, kernel=kernel)
    assert (site == other).all()
    assert np.nanmax(np.abs(np.where(np.isinf(km), 0, km - np.where(np.isinf(far), 0, far)))) < 1e-6


@pytest.mark.parametrize("kernel", KERNELS)
@pytest.mark.parametrize("km", [0.0, 25.0, 300.0, 5_000.0, 19_950.0, 20_100.0])
def test_every_search_finds_and_counts_the_same_bases(kernel: dispatch.Kernel, km: float) -> None:
    places = random_places(400, seed=12)
    distances, ids = brute(places, spells())
    row, column = np.nonzero(distances <= km)
    truth = pd.Series(ids[column]).groupby(row).nunique().reindex(range(len(places)), fill_value=0)
    arguments = searched(places)
    found, site, far = dispatch.around(*arguments, km, kernel=kernel)
    assert np.bincount(found, minlength=len(places)).tolist() == truth.tolist()
    assert (far <= km).all()
    assert dispatch.counts(*arguments, km, kernel=kernel).tolist() == truth.tolist()
    assert (np.lexsort((site, found)) == np.arange(len(found))).all()


@pytest.mark.skipif("compiled" not in KERNELS, reason="the compiled search needs numba")
def test_a_compiled_length_is_a_geodesic_to_a_tenth_of_a_millimetre() -> None:
    from geodesy import GEOD

    from troopdata.geo.search.vincenty import vincenty_km

    draw = np.random.default_rng(2)
    count = 20_000
    east, north = draw.uniform(-180, 180, count), np.degrees(np.arcsin(draw.uniform(-1, 1, count)))
    length = draw.uniform(0, 10_000_000, count) * draw.choice([1, 1e-3, 1e-6], count)
    east_2, north_2, _ = GEOD.fwd(east, north, draw.uniform(0, 360, count), length)
    true = GEOD.inv(east, north, east_2, north_2)[2]
    found = [vincenty_km(*ends) for ends in zip(east, north, east_2, north_2, strict=True)]
    assert np.abs(np.array(found) * 1000 - true).max() < 1e-4


OWN = st.tuples(
    st.sampled_from("abcdef"), st.integers(0, 3), st.integers(0, 60), st.integers(1, 40)
)


@settings(max_examples=40)
@given(st.lists(OWN, max_size=12), st.lists(st.integers(0, 100), min_size=1, max_size=8))
def test_overlapping_spells_and_coincident_points_give_each_base_once(
    rows: list[tuple[str, int, int, int]], asked: list[int]
) -> None:
    day = np.datetime64("2000-01-01", "D")
    own = pd.DataFrame(
        {"base_id": [name for name, *_ in rows], "longitude": [float(ord(name) % 3) for name, *_ in rows],
         "latitude": 0.0, "started": [day + start for *_, start, _ in rows],
         "ended": [day + start + length for *_, start, length in rows]}
    ).astype({"base_id": "string", "longitude": "float64", "started": "datetime64[s]", "ended": "datetime64[s]"})  # fmt: skip
    places = pd.DataFrame({"longitude": 0.4, "latitude": 0.0, "day": [day + n for n in asked]})
    found = td.geo.nearest(places.reset_index(), on="day", bases=own, k=9).dropna(subset="base_id")
    truth = {
        (at, name)
        for at, n in enumerate(asked)
        for name, _, start, length in rows
        if start <= n < start + length
    }
    assert not found.duplicated(["index", "base_id"]).any()
    assert set(zip(found["index"], found["base_id"], strict=True)) == truth
    counted = td.geo.count_within(places, 500, on="day", bases=own)["bases"]
    assert counted.tolist() == [
        len({name for at, name in truth if at == n}) for n in range(len(asked))
    ]


def test_within_keeps_every_place() -> None:
    places = random_places(300, seed=4).assign(name=range(300))
    places.loc[5, "longitude"] = np.nan
    places.loc[6, "day"] = pd.NaT
    found = td.geo.within(places, 300, on="day")
    assert found["name"].is_monotonic_increasing
    assert set(found["name"]) == set(range(300))
    assert found.loc[found["name"].isin([5, 6]), "why"].tolist() == ["no_point", "no_date"]
    assert set(found["why"].dropna()) == {"no_point", "no_date", "none_within_km"}
    counted = td.geo.count_within(places, 300, on="day")
    assert counted["bases"].isna().to_numpy().nonzero()[0].tolist() == [5, 6]
    pairs = found.dropna(subset="base_id").groupby("name").size().reindex(range(300), fill_value=0)
    assert (counted["bases"].fillna(0) == pairs.to_numpy()).all()


def test_where_no_base_is_in_use_the_count_is_zero() -> None:
    assert td.geo.count_within(NIAMEY, 300, on="1700-01-01")["bases"].tolist() == [0]
    assert td.geo.within(NIAMEY, 300, on="1700-01-01")["why"].tolist() == ["none_within_km"]


@pytest.mark.parametrize("km", [-1, float("nan"), float("inf"), "300", True, None])
def test_an_impossible_distance_is_a_usage_error(km: object) -> None:
    with pytest.raises(td.UsageError, match="is not a distance; km=300, in kilometres"):
        td.geo.count_within(NIAMEY, km)


def test_exposure_to_people_counts_the_tenants_without_a_figure() -> None:
    found = td.geo.exposure(NIAMEY, 30, on="2024-07-15", weight="personnel")
    near = td.geo.within(NIAMEY, 30, on="2024-07-15")["base_id"].dropna()
    assert found["bases"].item() == len(near)
    senders = pd.concat([td.tenancies(base=base, on="2024-07-15") for base in near])
    assert found["tenants"].item() == len(senders[["base_id", "sender"]].drop_duplicates())
    assert 0 < found["unknown"].item() < found["tenants"].item()
    assert found["personnel"].item() >= 100
    assert found.attrs["troopdata"]["release"] == td.data_version()


def test_exposure_to_people_reads_the_count_of_the_month() -> None:
    agadez = pd.DataFrame({"longitude": [7.99] * 3, "latitude": [16.97] * 3})
    agadez["day"] = pd.to_datetime(["2024-02-01", "2024-07-24", "2025-06-30"])
    found = td.geo.exposure(agadez, 50, on="day", weight="personnel")
    assert found["personnel"].tolist()[:2] == [600, 200]
    assert found["low"].iloc[1] <= 200 <= found["high"].iloc[1]
    # Handed over in August 2024: the count of July is not carried to a base no longer in use.
    assert found["bases"].tolist() == [1, 1, 0]
    assert pd.isna(found["personnel"].iloc[2])


def test_a_ceiling_for_a_base_is_not_a_count_of_people() -> None:
    claims = td.deployments(host="NER", sender="DEU")
    claims = claims[claims["base_id"].eq("ner-tillia").fillna(False)]
    assert "authorised_ceiling" in claims["basis"].tolist()
    rows = exposure_index._figures(None)
    rows = rows[rows["key"] == f"ner-tillia{SEPARATOR}DEU"]
    # The ceiling is of all 2022, but the first count of the people there is of May.
    months = pd.PeriodIndex.from_ordinals(rows["month"], freq="M")
    assert str(months.min()) == "2022-05"
    assert rows["personnel"].dropna().isin([200, 230, 260]).all()


def test_a_missing_figure_is_not_zero() -> None:
    ramstein = pd.DataFrame({"longitude": [7.6, np.nan], "latitude": [49.44, 0.0]})
    found = td.geo.exposure(ramstein, 30, on="2020-01-01", weight="personnel")
    assert found["personnel"].isna().all()
    assert found["unknown"][0] == found["tenants"][0] > 0
    assert found["why"].tolist()[1] == "no_point"
    assert td.geo.exposure(ramstein, 30, on="2020-01-01")["bases"][0] == found["bases"][0]
    with pytest.raises(td.UsageError, match="on a day"):
        td.geo.exposure(NIAMEY, 30, weight="personnel")
    with pytest.raises(td.UsageError, match="bases or personnel"):
        td.geo.exposure(NIAMEY, 30, weight="people")
