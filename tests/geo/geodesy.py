"""What tests of distances share: brute force over every base, with pyproj."""

from __future__ import annotations

import numpy as np
import pandas as pd
from pyproj import Geod

import troopdata as td
from troopdata.schemas import dates

GEOD = Geod(ellps="WGS84")
EDGES = [(179.999, 10.0), (-179.999, -10.0), (180.0, 0.0), (-180.0, 0.0), (0.0, 90.0), (77.0, 90.0),
         (-180.0, -90.0), (0.0, 0.0), (179.5, 89.999), (-0.5, -89.9)]  # fmt: skip


def random_places(count: int, seed: int = 7) -> pd.DataFrame:
    """Dated places: half of them all over the globe, half near the antimeridian and the poles."""
    draw = np.random.default_rng(seed)
    longitude = draw.uniform(-180, 180, count)
    latitude = np.degrees(np.arcsin(draw.uniform(-1, 1, count)))
    quarter = count // 4
    longitude[:quarter] = 180 - draw.exponential(0.5, quarter) * draw.choice([-1, 1], quarter)
    longitude[longitude > 180] -= 360
    latitude[quarter : 2 * quarter] = (90 - np.abs(draw.normal(0, 2, quarter))) * draw.choice(
        [-1, 1], quarter
    )
    for at, (east, north) in enumerate(EDGES[:count]):
        longitude[at], latitude[at] = east, north
    days = np.datetime64("1945-06-01") + draw.integers(0, 29_500, count).astype("timedelta64[D]")
    return pd.DataFrame(
        {"longitude": longitude, "latitude": latitude, "day": days.astype("datetime64[s]")}
    )


def spells(sender: str | None = None) -> pd.DataFrame:
    """Tenancies with a point and the days between which they certainly ran."""
    told = td.load("tenancies")
    if sender:
        told = told[told["sender"] == sender]
    points = td.load("bases", columns=["base_id", "longitude", "latitude"]).dropna()
    told = told.merge(points, on="base_id")
    told["from"] = dates.latest(told["started"], told["started_precision"])
    told["to"] = dates.earliest(told["ended"], told["ended_precision"])
    return told.dropna(subset="from").reset_index(drop=True)


def brute(places: pd.DataFrame, told: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """Distance (km) of every place to every spell on its day (infinite if none), and the base ids."""
    days = places["day"].to_numpy().astype("datetime64[s]")[:, None]
    since, until = told["from"].to_numpy()[None, :], told["to"].to_numpy()[None, :]
    used = (since <= days) & ~(until <= days)
    row, column = np.nonzero(used)
    km = np.full(used.shape, np.inf)
    east, north = (told[name].to_numpy(dtype=float) for name in ("longitude", "latitude"))
    *_, metres = GEOD.inv(
        places["longitude"].to_numpy()[row], places["latitude"].to_numpy()[row],
        east[column], north[column],
    )  # fmt: skip
    km[row, column] = metres / 1000
    return km, told["base_id"].to_numpy(dtype=object)


def wrong(found: pd.DataFrame, places: pd.DataFrame, told: pd.DataFrame) -> tuple[int, float, int]:
    """Count answers farther than the nearest by over 1 m; the worst distance error in metres."""
    count, worst, missing = 0, 0.0, 0
    for at in range(0, len(places), 2_000):
        piece = places.iloc[at : at + 2_000]
        km, ids = brute(piece, told)
        best = km.min(axis=1)
        mine = found.iloc[at : at + 2_000]
        said = mine["distance_km"].to_numpy(dtype=float, na_value=np.inf)
        named = mine["base_id"].astype(object).where(mine["base_id"].notna(), None).to_numpy()
        true = np.where(named[:, None] == ids[None, :], km, np.inf).min(axis=1)
        none = np.isinf(best)
        missing += int((none != np.isinf(said)).sum())
        answered = ~none & np.isfinite(said)
        error = np.abs(true[answered] - said[answered]) * 1000
        count += int((true[answered] - best[answered] > 1e-3).sum())
        worst = max(worst, float(error.max(initial=0)))
    return count, worst, missing
