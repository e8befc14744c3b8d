"""The rule of ``schemas/presence.json`` once more, plain and slow: one dyad and period at a time.

It shares with the library the candidates (`candidates.candidates`) and nothing of how they are
chosen from: the tests hold the two against each other, the benchmarks race them.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pandas as pd

RULE: dict[str, Any] = json.loads(
    (Path(__file__).parents[2] / "schemas" / "presence.json").read_text(encoding="utf-8")
)["estimate"]
ALIASES = {"year": "Y", "quarter": "Q", "month": "M"}
COLUMNS = (
    "sender", "host", "period", "personnel", "low", "high", "basis", "state", "as_of", "claims",
    "claim_ids", "source_ids",
)  # fmt: skip


def reference(claims: pd.DataFrame, first: int, last: int, freq: str) -> pd.DataFrame:
    """Return the best estimate of every dyad for every period of the years first to last."""
    periods = pd.period_range(f"{first}-01-01", f"{last}-12-31", freq=ALIASES[freq])
    claims = claims[claims["basis"].isin(RULE["basis_order"])]
    claims = claims.assign(order=claims["basis"].map(RULE["basis_order"].index))
    grouped = claims.sort_values(["first", "claim_id"]).groupby(["sender", "host"])
    answers = grouped.apply(lambda dyad: _dyad(dyad, periods))
    rows = [
        {"sender": sender, "host": host, **row}
        for (sender, host), told in answers.items()
        for row in told
    ]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _dyad(dyad: pd.DataFrame, periods: pd.PeriodIndex) -> list[dict[str, Any]]:
    return [_period(dyad, period) for period in periods]


def _period(dyad: pd.DataFrame, period: pd.Period) -> dict[str, Any]:
    start, end = period.start_time.normalize(), period.end_time.normalize()
    label = str(period).replace("Q", "-Q")
    here = dyad[(dyad["first"] <= end) & (dyad["last"] >= start)]
    counting = dyad[["figure", "low", "high"]].notna().any(axis=1)
    # Rank first, then the order of bases; the first series with an answer speaks.
    for (rank, basis), series in dyad[counting].groupby(["rank", "order"]):
        name = RULE["basis_order"][basis]
        told = _series(series, here, start, end, name)
        if told is not None:
            bound = _mere_bound(told, here)
            for order in _counted(here, rank) if bound else []:
                other = RULE["basis_order"][order]
                one = dyad[counting & (dyad["rank"] == rank) & (dyad["order"] == order)]
                instead = _series(one, here, start, end, other)
                if instead is not None and _allows(bound, instead["personnel"]):
                    told, name = instead, other
                    break
            return {"period": label, "basis": name, **told}
    for state, values in (
        ("presence_only", ["presence_only"]),
        ("suppressed", ["suppressed", "withheld"]),
    ):
        silent = here[~counting.loc[here.index] & here["value_state"].isin(values)]
        if len(silent):
            one = silent.sort_values(["rank", "order", "claim_id"]).iloc[0]
            same = here[here["basis"] == one["basis"]]
            return {
                "period": label, "state": state, "basis": one["basis"], "as_of": one["first"],
                "claim_ids": one["claim_id"], "low": same["low"].min(), "high": same["high"].max(),
                **_behind(same),
            }  # fmt: skip
    return {"period": label, "state": "unknown", "claims": 0}


def _mere_bound(told: dict[str, Any], here: pd.DataFrame) -> tuple[float, float] | None:
    """Return the low and high of the claim that speaks, if it has one of them and no figure."""
    if told["state"] != "observed" or pd.notna(told["personnel"]):
        return None
    one = here[here["claim_id"] == told["claim_ids"].split(";")[0]].iloc[0]
    return (one["low"], one["high"]) if pd.isna(one["low"]) or pd.isna(one["high"]) else None


def _counted(here: pd.DataFrame, rank: int) -> list[int]:
    """Return the bases of the rank that have a figure in the period, in their order."""
    counted = here[(here["rank"] == rank) & here["figure"].notna()]
    return sorted(set(counted["order"].astype(int)))


def _allows(bound: tuple[float, float], figure: float) -> bool:
    low, high = bound
    return bool((pd.isna(low) or figure >= low) and (pd.isna(high) or figure <= high))


def _series(
    series: pd.DataFrame, here: pd.DataFrame, start: pd.Timestamp, end: pd.Timestamp, basis: str
) -> dict[str, Any] | None:
    in_period = series[series.index.isin(here.index)]
    if len(in_period):
        exact = in_period[in_period["figure"].notna()]
        told = exact if len(exact) else in_period
        told = told[told["first"] == told["first"].max()]
        figure = told["figure"].median()
        same = here[here["basis"] == basis]
        zero = pd.notna(figure) and figure == 0
        return {
            "state": "reported_zero" if zero else "observed", "personnel": figure,
            "low": same["low"].min(), "high": same["high"].max(), "as_of": told["first"].iloc[0],
            "claim_ids": ";".join(sorted(told["claim_id"])), **_behind(same),
        }  # fmt: skip
    figures = series[series["figure"].notna()]
    before, after = figures[figures["first"] < start], figures[figures["first"] > end]
    if not len(before):
        return None
    last = before.iloc[-1]
    zero = basis == "in_country_total" and last["figure"] == 0
    if zero or (end - last["last"]).days <= last["reach"]:
        return {
            "state": "reported_zero" if zero else "carried", "personnel": last["figure"],
            "low": last["low"], "high": last["high"], "as_of": last["first"],
            "claim_ids": last["claim_id"], **_behind(before.iloc[-1:]),
        }  # fmt: skip
    gap = RULE["between_years"] * 365.25
    if len(after) and (after.iloc[0]["first"] - last["last"]).days < gap:
        two = pd.concat([before.iloc[-1:], after.iloc[:1]])
        return {
            "state": "between", "low": two["low"].min(), "high": two["high"].max(),
            "claim_ids": ";".join(two["claim_id"]), **_behind(two),
        }  # fmt: skip
    return None


def _behind(claims: pd.DataFrame) -> dict[str, Any]:
    return {"claims": len(claims), "source_ids": ";".join(sorted(set(claims["source_id"])))}
