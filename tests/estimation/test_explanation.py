"""The part that each claim has in an answer, and what would change it."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest
from made_claims import NOTHING_ELSE, Row, cap, in_year, known, part, series, sign, total

from troopdata.estimation.context import Context
from troopdata.estimation.dyads import dyads
from troopdata.estimation.estimate import estimate
from troopdata.estimation.explanation import PARTS, STEPS, otherwise, parts_of_claims
from troopdata.estimation.measures import Question
from troopdata.estimation.measures import answer as measured
from troopdata.estimation.periods import period
from troopdata.schemas.codes import presence_states


def explained(*rows: Row, of: str, facts: Context = NOTHING_ELSE) -> dict[int, tuple[str, bool]]:
    """The part of each claim, and whether it gave the answer, by its place."""
    found, unit = known(*rows), period("year")
    number = unit.of_year(int(of))
    dyad = dyads(found, unit, (number, number))
    answer = estimate(found, dyad, facts).iloc[0].to_dict()
    parts = list(parts_of_claims(found, dyad, facts, unit, answer))
    assert len({claim for claim, *_ in parts}) == len(parts)
    for _, name, _, why in parts:
        assert why == PARTS[name].format(period=of, force="", service="", status="", basis="")
    return {int(claim, 16): (name, gave) for claim, name, gave, _ in parts}


def test_the_claim_of_the_figure_and_the_others_of_the_period() -> None:
    found = explained(
        total("2023-12-07", 648), total("2023-06-08", 1016), part("2023-06-01", 500),
        cap("2023-06-01", 900), sign("2023-01-31"), series("2023-12-31", 400),
        {**in_year(2023), "personnel": 700, "basis": "period_average"},
        of="2023",
    )  # fmt: skip
    assert found == {
        0: ("figure", True), 1: ("count", False), 2: ("floor", False), 3: ("cap", False),
        4: ("sign", False), 5: ("series_floor", False), 6: ("average", False),
    }  # fmt: skip


def test_an_earlier_report_of_an_operation_is_replaced_by_the_latest() -> None:
    found = explained(
        part("2023-05-31", 900, source_id="monthly"), part("2023-12-31", 300, source_id="monthly"),
        part("2023-03-01", 800, source_id="press"), part("2023-09-01", 70, "b"), of="2023",
    )  # fmt: skip
    assert found == {
        0: ("replaced", False), 1: ("figure", True), 2: ("replaced", False), 3: ("figure", True),
    }  # fmt: skip


def test_the_series_beside_a_count_is_not_a_floor_while_nothing_contradicts_it() -> None:
    rows = (total("2023-12-07", 430), series("2023-09-30", 400), part("2023-06-01", 300))
    assert explained(*rows, total("2023-06-07", 420), of="2023") == {
        0: ("figure", True), 1: ("series", False), 2: ("floor", False), 3: ("count", False),
    }  # fmt: skip


def test_a_claim_without_a_figure_gives_the_bounds() -> None:
    assert explained(part("2023-06-01", 300, place="Agadez"), of="2023") == {0: ("bound", True)}


@pytest.mark.parametrize(
    ("question", "why"),
    [
        (Question(), "It gives the figure, less the 1,300 people it counts aboard ships."),
        (Question(measure="assigned"), "It gives the figure."),
    ],
    ids=["in the country", "as printed"],
)
def test_a_figure_without_the_crews_of_ships_says_how_many_they_are(
    question: Question, why: str
) -> None:
    crews: Row = {"basis": "afloat", "place": "Afloat"}
    found = known(series("2023-06-01", 5000), series("2023-06-01", 1300, **crews))
    dyad = dyads(found, period("year"))
    row = measured(found, NOTHING_ELSE, question).iloc[0].to_dict()
    parts = list(parts_of_claims(found, dyad, NOTHING_ELSE, period("year"), row))
    assert parts == [(f"{0:016x}", "figure", True, why)]


def test_the_last_and_the_next_count_of_a_period_that_neither_gives() -> None:
    rows = (total("2018-06-01", 600), total("2023-06-01", 700), total("2025-06-01", 5))
    assert explained(*rows, part("2021-06-01", 900), of="2021") == {
        0: ("last_count", False), 1: ("next_count", False), 3: ("figure", True),
    }  # fmt: skip
    assert explained(*rows, of="2021") == {0: ("bound", True), 1: ("bound", True)}


def test_what_made_the_series_a_floor_is_named_in_later_years() -> None:
    rows = (
        series("2020-12-31", 17), part("2021-01-31", 800, place="Agadez"),
        series("2023-06-30", 17), part("2023-03-31", 10, place="Agadez"),
    )  # fmt: skip
    assert explained(*rows, of="2023") == {
        1: ("contradicts", False), 2: ("bound", True), 3: ("floor", False),
    }  # fmt: skip
    ended = explained(*rows, total("2021-12-01", 15), of="2023")
    assert 1 not in ended, "a count below the series ended it"


def test_a_claim_after_the_period_is_not_what_made_the_series_a_floor() -> None:
    rows = (series("2020-12-31", 17), part("2021-01-31", 800, place="Agadez"))
    later = part("2023-01-31", 900, place="Agadez")
    found = explained(*rows, series("2022-06-30", 17), later, of="2022")
    assert found == {1: ("contradicts", False), 2: ("bound", True)}


def test_what_exceeds_the_series_does_not_matter_beside_a_count() -> None:
    rows = (series("2020-12-31", 17), part("2021-01-31", 800, place="Agadez"))
    assert explained(*rows, total("2022-06-01", 900), of="2022") == {2: ("figure", True)}


def test_without_claims_there_is_nothing_to_explain() -> None:
    found, unit = known(total("2023-12-07", 648)), period("year")
    dyad = dyads(found, unit).assign(host="MLI")
    assert list(parts_of_claims(found, dyad, NOTHING_ELSE, unit, {"claim_ids": None})) == []


def test_an_answer_without_claims_has_none_that_gave_it() -> None:
    found, unit = known(total("2023-12-07", 648)), period("year")
    for answer in ({}, {"claim_ids": None}, {"claim_ids": pd.NA, "personnel": pd.NA}):
        parts = list(parts_of_claims(found, dyads(found, unit), NOTHING_ELSE, unit, answer))
        assert [(name, gave) for _, name, gave, _ in parts] == [("count", False)]
    for personnel in (None, pd.NA):
        answer = {"claim_ids": f"{0:016x}", "personnel": personnel}
        parts = list(parts_of_claims(found, dyads(found, unit), NOTHING_ELSE, unit, answer))
        assert [(name, gave) for _, name, gave, _ in parts] == [("bound", True)]


@pytest.mark.parametrize(("personnel", "most"), [(17, "37"), (1000, "1,250"), (80, "100")])
def test_the_series_becomes_a_floor_by_more_than_a_quarter_and_20_people(
    personnel: int, most: str
) -> None:
    said = otherwise({"state": "stationed", "personnel": personnel})
    assert said[0] == "A count of everyone in the period would give the figure."
    assert said[1] == f"A count or a part of more than {most} would make the series a floor."


def test_every_state_says_what_would_change_it() -> None:
    said: dict[str, Any] = {
        state: otherwise({"state": state, "personnel": 5}) for state in presence_states()
    }
    assert set(STEPS) == set(said)
    assert "official count" in said["observed"][0]
    assert "completed withdrawal" in said["carried"][1]
    assert "after the zero" in said["reported_zero"][0]
    assert "larger force" in said["parts"][1]
    assert "would bound it" in said["unknown"][1]
    assert said["bounds"] == said["between"] == said["last_known"]
