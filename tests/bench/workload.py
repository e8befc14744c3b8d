"""The benchmark's places and bases, and each tool's implementation of the queries."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
import other_tools
import pandas as pd

import troopdata as td
from troopdata.geo.base_index import Sites, index_bases
from troopdata.geo.search import dispatch

if TYPE_CHECKING:
    from collections.abc import Iterator

REAL = 0
RADIUS = 300


@dataclass(frozen=True, eq=False)
class Work:
    """Places, and bases as a frame (None for the release's) and as an index."""

    places: pd.DataFrame
    bases: pd.DataFrame | None
    sites: Sites


@dataclass(frozen=True)
class Job:
    """One tool's implementation of one query, and the most places that it is timed with."""

    question: str
    run: Callable[[Work], Any]
    most: int
    note: str = ""

    def asked(self, places: int, bases: int) -> bool:
        """Return whether to time this size; a country does not depend on the bases."""
        return places <= self.most and (self.question != COUNTRY or bases == REAL)


@lru_cache(maxsize=2)
def work(places: int, bases: int) -> Work:
    """Return random places from 1950 to 2023 all over the globe, and random bases if `bases`."""
    draw = np.random.default_rng(20261124)
    frame = _points(draw, places)
    days = np.datetime64("1950-01-01", "s") + draw.integers(0, 27_000, places).astype(
        "timedelta64[D]"
    )
    frame["day"] = days
    own = None
    if bases:
        own = _points(draw, bases)
        own["base_id"] = [f"base-{at:06}" for at in range(bases)]
        own["started"] = np.datetime64("1945-01-01", "s") + draw.integers(0, 25_000, bases).astype(
            "timedelta64[D]"
        )
        own["ended"] = own["started"] + pd.to_timedelta(draw.integers(100, 12_000, bases), unit="D")
    return Work(frame, own, index_bases(own, dated=True))


def _points(draw: np.random.Generator, count: int) -> pd.DataFrame:
    east, north = draw.uniform(-180, 180, count), np.degrees(np.arcsin(draw.uniform(-1, 1, count)))
    return pd.DataFrame({"longitude": east, "latitude": north})


@contextmanager
def light() -> Iterator[None]:
    """Use scipy's tree, as an installation without numba does."""
    before, dispatch.MANY = dispatch.MANY, 1 << 62
    try:
        yield
    finally:
        dispatch.MANY = before


def _nearest(asked: Work) -> Any:
    return td.geo.nearest(asked.places, on="day", bases=asked.bases)


def _nearest_light(asked: Work) -> Any:
    with light():
        return _nearest(asked)


def _count(asked: Work) -> Any:
    return td.geo.count_within(asked.places, RADIUS, on="day", bases=asked.bases)


def _count_light(asked: Work) -> Any:
    with light():
        return _count(asked)


NEAREST, COUNT = "nearest base in use on the day", f"bases in use on the day within {RADIUS} km"
COUNTRY = "the country of a place"


def jobs() -> dict[str, Job]:
    """Return the jobs, those of troopdata first."""
    return {
        "td.geo.nearest": Job(NEAREST, _nearest, 10_000_000, "exact"),
        "td.geo.nearest, without numba": Job(NEAREST, _nearest_light, 10_000_000, "exact"),
        "pyproj.Geod.inv, one thread": Job(
            NEAREST, lambda asked: other_tools.geodesics(asked.places, asked.sites), 10_000_000,
            "no search: one geodesic a place",
        ),
        "geopandas sjoin_nearest by year": Job(
            NEAREST, lambda asked: other_tools.by_year(asked.places, asked.sites), 1_000_000,
            "planar degrees, in use on 1 July",
        ),
        "scikit-learn BallTree, k = 8": Job(
            NEAREST, lambda asked: other_tools.ball_tree(asked.places, asked.sites), 1_000_000,
            "sphere; open where none of 8 was in use",
        ),
        "duckdb range join": Job(
            NEAREST, lambda asked: other_tools.duckdb_join(asked.places, asked.sites), 10_000, "sphere"
        ),
        "td.geo.count_within": Job(COUNT, _count, 10_000_000, "exact"),
        "td.geo.count_within, without numba": Job(COUNT, _count_light, 1_000_000, "exact"),
        "compiled brute force": Job(
            COUNT, lambda asked: other_tools.brute_count(asked.places, asked.sites, RADIUS), 10_000_000,
            "chords, all cores",
        ),
        "scikit-learn BallTree, radius": Job(
            COUNT, lambda asked: other_tools.ball_tree_count(asked.places, asked.sites, RADIUS), 1_000_000,
            "sphere, whatever the date",
        ),
        "td.geo.locate": Job(
            COUNTRY, lambda asked: td.geo.locate(asked.places), 10_000_000,
            "the area it lies in, or the nearest within 25 km",
        ),
        "td.geo.locate, tolerance_km=0": Job(
            COUNTRY, lambda asked: td.geo.locate(asked.places, tolerance_km=0), 10_000_000,
            "the area it lies in",
        ),
        "geopandas sjoin": Job(
            COUNTRY, lambda asked: other_tools.within_areas(asked.places), 1_000_000, "the area it lies in"
        ),
    }  # fmt: skip
