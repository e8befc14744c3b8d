"""Published figures of presence that nobody here wrote, held against the best estimate."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

import troopdata as td

pytestmark = pytest.mark.integration

# Where the answer misleads although the rule is followed, and why: what the claims say.
MISLED = {
    ("GBR", "XKX", "1999-07-01"): "Hansard has 10,000 on 26 July, a committee 10,400 in July.",
    ("FRA", "MLI", "2022-02-15"): "They left by August; by day the answer is 2,425.",
    (
        "USA",
        "EST",
        "2023-11-29",
    ): "An official count of July is more than 750, the press later 600.",
    ("ETH", "SOM", "2020-09-21"): "The figure is of AMISOM alone; the claim counts all of 10,000.",
    ("RUS", "CAF", "2023-03-14"): "The last count of everyone is 100, of 2021.",
    ("ZAF", "COD", "2024-02-13"): "The claims count MONUSCO alone; SAMIDRC has none yet.",
}


@pytest.fixture(scope="module")
def known(root: Path) -> pd.DataFrame:
    path = root.parent / "shared" / "cases" / "known-figures" / "known.csv"
    if not path.is_file():
        pytest.skip(f"{path} is absent: published figures are not part of the project")
    return pd.read_csv(path)


def verdict(row: pd.Series, low: float, high: float) -> str:
    """Say how an estimate compares with a published figure or range."""
    if pd.notna(row["personnel"]):
        if low * 0.75 <= row["personnel"] <= high * 1.25:
            return "right"
        inside = row["low"] <= high and (pd.isna(row["high"]) or row["high"] >= low)
        return "range" if inside else "misled"
    if pd.isna(row["low"]) and pd.isna(row["high"]):
        return "missing"
    above = pd.notna(row["low"]) and row["low"] > high * 1.1
    below = pd.notna(row["high"]) and row["high"] < low * 0.9
    return "misled" if above or below else "bounds"


def test_no_answer_misleads_but_where_the_claims_say_so(known: pd.DataFrame) -> None:
    misled = {}
    for figure in known.to_dict("records"):
        asked = {"sender": figure["sender"], "host": figure["host"]}
        row = td.presence(**asked, years=int(figure["as_of"][:4])).iloc[0]
        if verdict(row, figure["figure_low"], figure["figure_high"]) == "misled":
            misled[figure["sender"], figure["host"], figure["as_of"]] = row
    assert set(misled) == set(MISLED)


def test_an_answer_that_is_off_by_more_than_a_quarter_misleads() -> None:
    exact = pd.Series({"personnel": 17, "low": 17, "high": 17})
    assert verdict(exact, 648, 648) == "misled"
    assert verdict(pd.Series({"personnel": None, "low": 17, "high": None}), 648, 648) == "bounds"
    assert verdict(pd.Series({"personnel": None, "low": 900, "high": None}), 648, 648) == "misled"
