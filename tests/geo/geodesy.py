"""Brute-force distances to every base with pyproj, shared by the tests of distances."""

from __future__ import annotations

import numpy as np
import pandas as pd
from pyproj import Geod

import troopdata as td
from troopdata.schemas import dates

GEOD = Geod(ellps="WGS84")
EDGES = [(179.999, 10.0), (-179.999, -10.0), (180.0, 0.0), (-180.0, 0.0), (0.0, 90.0), (77.0, 90.0),
         (-180.0, -90.0), (0.0, 0.0), (179.5, 89.999), (-0.5, -89.9)]  # fmt: skip

# Years after its last attestation for which a base without an end is certainly in use.
STALE_AFTER = 5


def random_places(count: int, seed: int = 7) -> pd.DataFrame:
    """Dated places: half anywhere on the globe, half near the antimeridian and the poles."""
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
    rows = td.load("tenancies")
    if sender:
        rows = rows[rows["sender"] == sender]
    points = td.load("bases", columns=["base_id", "longitude", "latitude"]).dropna()
    rows = rows.merge(points, on="base_id")
    rows["from"] = dates.latest(rows["started"], rows["started_precision"])
    rows["from"] = rows["from"].fillna(rows["first_attested"])
    stale = rows["last_attested"] + pd.DateOffset(years=STALE_AFTER, days=1)
    rows["to"] = dates.earliest(rows["ended"], rows["ended_precision"]).fillna(stale)
    return rows.dropna(subset="from").reset_index(drop=True)


def brute(places: pd.DataFrame, rows: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """Distance (km) of every place to every spell (infinite if not on its day), and the base ids."""
    days = places["day"].to_numpy().astype("datetime64[s]")[:, None]
    since, until = rows["from"].to_numpy()[None, :], rows["to"].to_numpy()[None, :]
    used = (since <= days) & ~(until <= days)
    row, column = np.nonzero(used)
    km = np.full(used.shape, np.inf)
    east, north = (rows[name].to_numpy(dtype=float) for name in ("longitude", "latitude"))
    *_, metres = GEOD.inv(
        places["longitude"].to_numpy()[row], places["latitude"].to_numpy()[row],
        east[column], north[column],
    )  # fmt: skip
    km[row, column] = metres / 1000
    return km, rows["base_id"].to_numpy(dtype=object)


def wrong(found: pd.DataFrame, places: pd.DataFrame, rows: pd.DataFrame) -> tuple[int, float, int]:
    """Count results over 1 m farther than the nearest, the worst distance error (m), and misses."""
    count, worst, missing = 0, 0.0, 0
    for at in range(0, len(places), 2_000):
        piece = places.iloc[at : at + 2_000]
        km, ids = brute(piece, rows)
        best = km.min(axis=1)
        results = found.iloc[at : at + 2_000]
        given = results["distance_km"].to_numpy(dtype=float, na_value=np.inf)
        named = results["base_id"].astype(object).where(results["base_id"].notna(), None).to_numpy()
        true = np.where(named[:, None] == ids[None, :], km, np.inf).min(axis=1)
        none = np.isinf(best)
        missing += int((none != np.isinf(given)).sum())
        answered = ~none & np.isfinite(given)
        error = np.abs(true[answered] - given[answered]) * 1000
        count += int((true[answered] - best[answered] > 1e-3).sum())
        worst = max(worst, float(error.max(initial=0)))
    return count, worst, missing
