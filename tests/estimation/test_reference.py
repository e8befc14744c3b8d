"""The quick rule against the plain one, on the release and on claims made up by hypothesis."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reference_presence import COLUMNS, RULE, reference
from test_estimate import claims

import troopdata as td
from troopdata.estimation import candidates as eligible
from troopdata.estimation.estimate import estimate
from troopdata.estimation.periods import period

SOURCES = pd.DataFrame(
    {
        "source_id": ["letter", "quarterly", "factbook", "paper", "press"],
        "kind": ["official", "official_series", "reference", "academic", "press"],
        "interval": ["half_year", "quarter", "year", "year", "irregular"],
    }
)


def quick(spoken: pd.DataFrame, first: int, last: int, freq: str) -> pd.DataFrame:
    unit = period(freq)
    dyads = spoken[["sender", "host"]].drop_duplicates()
    dyads = dyads.assign(first=unit.of_year(first), last=unit.of_year(last + 1) - 1)
    return estimate(spoken, dyads, eligible.order(), freq=freq)  # type: ignore[arg-type]


def same(left: pd.DataFrame, right: pd.DataFrame) -> None:
    left = left[list(COLUMNS)].reset_index(drop=True)
    right = right.sort_values(["sender", "host", "period"], ignore_index=True)
    for name in ("personnel", "low", "high"):
        right[name] = right[name].astype("Float64").round()
    pd.testing.assert_frame_equal(left, right.astype(left.dtypes.to_dict()))


@pytest.mark.integration
@pytest.mark.parametrize(("freq", "count"), [("year", 12), ("quarter", 3), ("month", 1)])
def test_the_release_is_answered_as_by_the_plain_rule(freq: str, count: int) -> None:
    spoken = eligible.candidates(td.deployments(), td.sources())
    dyads = spoken[["sender", "host"]].drop_duplicates().sample(count, random_state=4)
    niger = pd.DataFrame({"sender": ["USA", "FRA"], "host": ["NER", "NER"]}, dtype="string")
    chosen = spoken.merge(pd.concat([dyads, niger]).drop_duplicates(), on=["sender", "host"])
    first = 1950 if freq == "year" else 2010
    same(quick(chosen, first, 2025, freq), reference(chosen, first, 2025, freq))


DAY = st.dates(pd.Timestamp("2000-01-01").date(), pd.Timestamp("2008-12-31").date())
CLAIM = st.fixed_dictionaries(
    {
        "as_of": DAY.map(str),
        "personnel": st.one_of(st.none(), st.integers(0, 3), st.integers(0, 2000)),
        "personnel_low": st.none(),
        "value_state": st.sampled_from(["presence_only", "suppressed", "not_reported"]),
        "sender": st.sampled_from(["USA", "FRA"]),
        "source_id": st.sampled_from(list(SOURCES["source_id"])),
        "basis": st.sampled_from(
            ["in_country_total", "permanently_assigned", "authorised_ceiling"]
        ),
    }
)


def candidates(rows: list[dict[str, object]], prefix: str = "0") -> pd.DataFrame:
    named = [
        {
            **row,
            "claim_id": f"{prefix}{at:015x}",
            "value_state": "reported" if row["personnel"] is not None else row["value_state"],
        }
        for at, row in enumerate(rows)
    ]
    return eligible.candidates(claims(*named), SOURCES)


FREQ = st.sampled_from(["year", "quarter"])


@pytest.mark.integration
@settings(max_examples=15)
@given(st.lists(CLAIM, min_size=1, max_size=10), FREQ)
def test_any_claims_are_answered_as_by_the_plain_rule(
    rows: list[dict[str, object]], freq: str
) -> None:
    spoken = candidates(rows)
    same(quick(spoken, 1999, 2010, freq), reference(spoken, 1999, 2010, freq))


@pytest.mark.integration
@given(st.lists(CLAIM, min_size=1, max_size=12), FREQ)
def test_presence_never_exceeds_the_greatest_claim(
    rows: list[dict[str, object]], freq: str
) -> None:
    spoken = candidates(rows)
    told = quick(spoken, 1999, 2010, freq)
    greatest = spoken.groupby(["sender", "host"])["high"].max().astype("Float64").reset_index()
    limit = told[["sender", "host"]].merge(greatest, on=["sender", "host"], how="left")["high"]
    for name in ("personnel", "low", "high"):
        known = told[name].notna()
        assert (told.loc[known, name] <= limit[known]).all()
    figure = told["personnel"].notna()
    assert (told.loc[figure, "low"] <= told.loc[figure, "personnel"]).all()
    assert (told.loc[figure, "personnel"] <= told.loc[figure, "high"]).all()


@pytest.mark.integration
@given(st.lists(CLAIM, min_size=1, max_size=10), CLAIM, FREQ)
def test_a_claim_of_a_later_basis_leaves_every_answered_period_alone(
    rows: list[dict[str, object]], more: dict[str, object], freq: str
) -> None:
    """The property, precisely: it may answer a period that no better series answered, and only it.

    The added claim is of the last rank and basis of all. A period with a state other than
    unknown keeps its answer: figure, low, high, basis, state and claims. (Periods that only show
    presence, or a figure withheld, are answered by no series: a figure may still come.)
    """
    bases = [row["basis"] for row in rows if row["basis"] != "authorised_ceiling"]
    rows = [{**row, "basis": row["basis"] if bases else "in_country_total"} for row in rows]
    rows = [row for row in rows if row["basis"] != "authorised_ceiling"]
    last = {**more, "source_id": "press", "basis": RULE["basis_order"][-1]}
    before, added = candidates(rows), candidates([{**last, "sender": rows[0]["sender"]}], "f")
    told = quick(before, 1999, 2010, freq)
    after = quick(pd.concat([before, added], ignore_index=True), 1999, 2010, freq)
    keep = ~told["state"].isin(["unknown", "presence_only", "suppressed"])
    columns = [
        "sender",
        "host",
        "period",
        "personnel",
        "low",
        "high",
        "basis",
        "state",
        "claim_ids",
    ]
    pd.testing.assert_frame_equal(told.loc[keep, columns], after.loc[keep, columns])
