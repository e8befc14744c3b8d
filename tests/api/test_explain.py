"""The claims behind a number: every sampled row of the release is explained by its own claims."""

from __future__ import annotations

import json

import pandas as pd
import pytest

import troopdata as td
from troopdata.estimation.claim_roles import ROLES

SPEAKING = {"won", "carried", "standing_zero", "neighbour"}


def check(row: pd.Series) -> None:
    """The winners are the row's claims, and they alone give its figure."""
    why = td.explain(row)
    winners = why[why["speaks"]]
    wanted = set(row["claim_ids"].split(";")) if isinstance(row["claim_ids"], str) else set()
    assert set(winners["claim_id"]) == wanted
    assert set(winners["role"]) <= SPEAKING
    assert set(why["role"]) <= set(ROLES)
    assert why["why"].str.len().min() > 10 if len(why) else True
    assert not why["claim_id"].duplicated().any()
    if pd.notna(row["personnel"]):
        assert round(winners["figure"].median()) == row["personnel"]
    if row["state"] == "between":
        assert winners["low"].min() == row["low"]
        assert winners["high"].max() == row["high"]
    in_period = why["role"].isin(["won", "same_series", "range", "no_figure"]) & (
        why["basis"] == row["basis"]
    )
    if (winners["role"] == "won").any() and "service" not in row:
        assert in_period.sum() == row["claims"]
        limits = why.loc[in_period, ["low", "high"]].agg({"low": "min", "high": "max"})
        told = row[["low", "high"]]
        assert [pd.isna(x) or x for x in limits] == [pd.isna(x) or x for x in told]


@pytest.mark.integration
@pytest.mark.parametrize(
    ("how", "size"),
    [
        ({"freq": "year"}, 12),
        ({"freq": "quarter"}, 6),
        ({"freq": "month"}, 6),
        ({"basis": ("permanently_assigned", "assigned_incl_temporary")}, 8),
        ({"prefer": "permanently_assigned", "sender": "USA"}, 12),
        ({"published_before": "2024-03-17", "host": "NER"}, 12),
        ({"by": ("sender", "host", "service"), "sender": "USA", "years": (2005, 2020)}, 40),
    ],
    ids=str,
)
def test_the_winners_are_the_claims_of_the_row(how: dict[str, object], size: int) -> None:
    frame = td.presence(**how)  # type: ignore[arg-type]
    # The same number of rows of each state: the rare ones are where a rule goes wrong.
    for _, rows in frame.groupby("state"):
        picked = rows.sample(min(size, len(rows)), random_state=4)
        for at in range(len(picked)):
            check(picked.iloc[at])


def test_niger_in_2023_is_told_with_what_lost_and_why() -> None:
    row = td.presence(sender="USA", host="NER", years=2023).iloc[0]
    why = td.explain(row)
    assert why.loc[why["speaks"], ["role", "figure", "publisher"]].to_numpy().tolist() == [
        ["won", 648, why["publisher"].iloc[0]]
    ]
    roles = why.groupby("role")["claim_id"].size()
    assert {"same_series", "range", "outranked_by_basis", "not_military", "one_service"} <= set(
        roles.index
    )
    pinned = why[(why["role"] == "outranked_by_basis") & (why["figure"] == 17)]
    assert pinned["why"].str.contains("in_country_total is asked before permanently_assigned").any()
    # Those that speak come first, then the other candidates.
    assert why["speaks"].tolist() == sorted(why["speaks"], reverse=True)


def test_a_row_may_be_a_series_a_frame_or_a_mapping() -> None:
    frame = td.presence(sender="USA", host="NER", years=2023, basis="permanently_assigned")
    told = td.explain(frame)
    assert told.loc[told["speaks"], "figure"].tolist() == [17]
    pd.testing.assert_frame_equal(td.explain(frame.iloc[0]), told)
    keys = {"sender": "United States", "host": "Niger", "period": "2023"}
    pd.testing.assert_frame_equal(td.explain(keys, basis="permanently_assigned"), told)
    assert td.explain(keys).loc[0, "figure"] == 648


def test_an_unknown_row_says_what_lies_out_of_reach() -> None:
    frame = td.presence(sender="USA", host="NER", years=(2013, 2060), basis="permanently_assigned")
    last = td.explain(frame.iloc[-1])
    assert not last["speaks"].any()
    assert set(last["role"]) == {"out_of_reach"}


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ({"host": "NER", "period": "2023"}, "no sender: it is a sum"),
        ({"sender": "USA", "period": "2023"}, "no host: it is a sum"),
        ({"sender": "USA", "host": "NER"}, "no period"),
        ({"sender": "USA", "host": "NER", "period": "2023-13"}, "write it as 2023"),
        ({"sender": "USA", "host": "Nigerr", "period": "2023"}, "did you mean"),
        (17, "is not a row of presence"),
    ],
    ids=str,
)
def test_what_is_no_row_says_what_to_type(row: object, message: str) -> None:
    with pytest.raises(td.UsageError, match=message):
        td.explain(row)  # type: ignore[arg-type]


def test_a_sum_is_told_to_explain_its_parts() -> None:
    total = td.presence(host="NER", years=2023, by=("host",))
    with pytest.raises(td.UsageError, match="explain its parts"):
        td.explain(total.iloc[0])
    with pytest.raises(td.UsageError, match=r"explain\(frame.iloc\[0\]\)"):
        td.explain(td.presence(host="NER", years=2023))


def test_what_a_frame_was_asked_is_json() -> None:
    frame = td.presence(sender="USA", host="NER", years=2023, prefer=["permanently_assigned"])
    assert json.loads(json.dumps(frame.attrs["troopdata"]))["prefer"] == ["permanently_assigned"]
