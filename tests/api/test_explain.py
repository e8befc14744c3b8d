"""The claims behind a number: every sampled row of the release is explained by its own claims."""

from __future__ import annotations

import json

import pandas as pd
import pytest

import troopdata as td
from troopdata.estimation.explanation import PARTS

# The roles of claims that gave the answer.
GAVE = {"figure", "bound", "service"}


def check(row: pd.Series) -> None:
    """The claims that gave the answer are the row's claims, and they alone give its figure."""
    why = td.explain(row)
    givers = why[why["speaks"]]
    wanted = set(row["claim_ids"].split(";")) if isinstance(row["claim_ids"], str) else set()
    assert set(givers["claim_id"]) == wanted
    assert set(givers["role"]) <= GAVE
    assert not set(why.loc[~why["speaks"], "role"]) & GAVE
    assert set(why["role"]) <= set(PARTS)
    assert why["why"].str.len().min() > 10 if len(why) else True
    assert not why["claim_id"].duplicated().any()
    if pd.isna(row["personnel"]):
        assert "figure" not in set(givers["role"])
        return
    # The median of the counts, the sum of the operations, or the exact number of the series.
    at_sea = givers["why"].str.extract(r"less the ([\d,]+) people it counts aboard")[0]
    at_sea = at_sea.fillna("0").str.replace(",", "").astype(int)
    ashore = givers["figure"] - at_sea
    exact = ashore[givers["order"] != 1].tolist()
    possible = {round(givers["figure"].median()), *exact}
    if row["state"] == "stationed":
        possible = set(ashore.tolist())
    if row["state"] == "parts":
        possible = {int(givers["figure"].sum())}
    assert row["personnel"] in possible


# Questions, each with the rows of every state that all its checks take together.
QUESTIONS: list[tuple[dict[str, object], int]] = [
    ({"freq": "year"}, 12),
    ({"freq": "quarter"}, 6),
    ({"freq": "month"}, 6),
    ({"basis": ("permanently_assigned", "assigned_incl_temporary")}, 8),
    ({"prefer": "permanently_assigned", "sender": "USA"}, 12),
    ({"published_before": "2024-03-17", "host": "NER"}, 12),
    ({"measure": "assigned"}, 6),
    ({"measure": "operation"}, 6),
    ({"series": "us-dmdc"}, 6),
    ({"by": ("sender", "host", "service"), "sender": "USA", "years": (2005, 2020)}, 40),
]
# A few rows of each state at every change, all of them before a release.
SAMPLES = [
    *(pytest.param(how, 1, id=str(how)) for how, _ in QUESTIONS),
    *(
        pytest.param(how, size, id=f"{how}-{size}", marks=pytest.mark.exhaustive)
        for how, size in QUESTIONS
    ),
]


@pytest.mark.integration
@pytest.mark.parametrize(("how", "size"), SAMPLES)
def test_what_gave_the_answer_are_the_claims_of_the_row(how: dict[str, object], size: int) -> None:
    frame = td.presence(**how)  # type: ignore[arg-type]
    # The same number of rows of each state: the rare ones are where a rule goes wrong.
    for _, rows in frame.groupby("state"):
        picked = rows.sample(min(size, len(rows)), random_state=4)
        for at in range(len(picked)):
            check(picked.iloc[at])


def test_niger_in_2023_is_explained_with_what_did_not_count_and_why() -> None:
    row = td.presence(sender="USA", host="NER", years=2023).iloc[0]
    why = td.explain(row)
    assert why.loc[why["speaks"], ["role", "figure", "basis"]].to_numpy().tolist() == [
        ["figure", 648, "in_country_total"]
    ]
    roles = why.groupby("role")["figure"].agg(lambda figures: set(figures.dropna()))
    assert {1016, 1100} <= roles["count"]
    # The stationing series leaves the rotating forces out: 17 is no more than a floor.
    assert 17 in roles["series_floor"]
    assert {"not_military", "one_service"} <= set(roles.index)
    # A count of the period answers whether the series is complete or not.
    assert "contradicts" not in roles.index
    assert why["speaks"].tolist() == sorted(why["speaks"], reverse=True)
    assert why.attrs["troopdata"]["step"].startswith("Step 1: ")
    assert all(isinstance(one, str) for one in why.attrs["troopdata"]["otherwise"])


def test_a_series_that_is_a_floor_is_explained_by_what_exceeded_it() -> None:
    row = td.presence(sender="USA", host="DJI", years=2025).iloc[0]
    assert (row["state"], row["low"]) == ("between", 17)
    assert pd.isna(row["personnel"])
    why = td.explain(row)
    assert set(why.loc[why["speaks"], "role"]) == {"bound"}
    over = why[why["role"] == "contradicts"]
    assert len(over)
    assert (over[["figure", "low"]].max(axis=1) > 17 + 20).all()
    assert (over["first"] <= pd.Timestamp("2025-12-31")).all()


def test_a_row_may_be_a_series_a_frame_or_a_mapping() -> None:
    frame = td.presence(sender="USA", host="NER", years=2023, basis="permanently_assigned")
    told = td.explain(frame)
    assert told.loc[told["speaks"], "figure"].tolist() == [17]
    pd.testing.assert_frame_equal(td.explain(frame.iloc[0]), told)
    keys = {"sender": "United States", "host": "Niger", "period": "2023"}
    pd.testing.assert_frame_equal(td.explain(keys, basis="permanently_assigned"), told)
    assert td.explain(keys).loc[0, "figure"] == 648


def test_an_unknown_row_says_that_no_claim_bears_on_it() -> None:
    frame = td.presence(sender="USA", host="NER", years=(2013, 2060), basis="permanently_assigned")
    last = td.explain(frame.iloc[-1])
    assert last.empty
    assert last.attrs["troopdata"]["step"] == "No claim bears on the period."


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


def test_the_crews_that_a_figure_leaves_out_are_named() -> None:
    row = td.presence(sender="USA", host="BMU", years=1959).iloc[0]
    (giver,) = td.explain(row).query("speaks").to_dict("records")
    assert (row["personnel"], row["assigned"], giver["figure"]) == (3306, 4159, 4159)
    assert giver["why"] == "It gives the figure, less the 853 people it counts aboard ships."
