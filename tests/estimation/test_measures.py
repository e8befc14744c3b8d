"""What can be asked: everyone, the assigned, operations, pinned or preferred bases, one series."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest
from made_claims import NOTHING_ELSE, Row, around, given, in_year, known, part, series, sign, total

from troopdata.estimation.dyads import dyads
from troopdata.estimation.measures import MEASURES, Question, answer
from troopdata.estimation.periods import period

DAY = "2023-06-01"
CREW: Row = {"basis": "afloat", "place": "Afloat"}


def asked(*rows: Row, **question: Any) -> pd.DataFrame:
    return answer(known(*rows), NOTHING_ELSE, Question(**question)).set_index("period")


def says(row: pd.Series) -> tuple[Any, ...]:
    """State, figure, low and high; None where there is none."""
    values = (row[name] for name in ("state", "personnel", "low", "high"))
    return tuple(None if pd.isna(value) else value for value in values)


def test_everyone_in_the_country_by_year_is_what_is_asked_by_default() -> None:
    rows = known(total(DAY, 600), part(DAY, 500))
    found = answer(rows, NOTHING_ELSE).iloc[0]
    assert found["period"] == "2023"
    assert says(found) == ("observed", 600, 600, 600)
    assert "afloat" not in found.index
    assert MEASURES == ("in_country", "assigned", "operation")


def test_the_dyads_asked_for_are_answered() -> None:
    found = known(total(DAY, 600))
    pairs = dyads(found, period("year"), (52, 54))
    assert answer(found, NOTHING_ELSE, Question(), pairs)["period"].tolist() == [
        "2022", "2023", "2024",
    ]  # fmt: skip


def test_a_sum_is_given_the_greatest_force_of_five_years() -> None:
    rows = (part("2021-06-01", 500, place="Agadez"), part(DAY, 100, place="Agadez"))
    assert asked(*rows, summed=True).loc["2023", "recent"] == 500
    assert pd.isna(asked(*rows).loc["2023", "recent"])


# --- the assigned --------------------------------------------------------------------------------


def test_the_assigned_are_the_series_as_printed_with_its_crews_beside() -> None:
    rows = (series(DAY, 1000), series(DAY, 300, **CREW), total(DAY, 5000), part(DAY, 900))
    found = asked(*rows, measure="assigned").loc["2023"]
    assert says(found) == ("observed", 1000, 1000, 1000)
    assert (found["assigned"], found["afloat"], given(found)) == (1000, 300, [0])


def test_the_assigned_have_no_crews_where_nothing_is_printed() -> None:
    found = asked(
        series("2020-06-01", 1000, source_id="quarterly"),
        sign(DAY, "suppressed", basis="permanently_assigned", source_id="quarterly"),
        measure="assigned",
    )
    assert (found.loc["2023", "state"], found.loc["2020", "afloat"]) == ("suppressed", 0)
    assert pd.isna(found.loc["2023", "afloat"])


def test_the_crews_are_those_of_the_first_report_of_a_day() -> None:
    rows = (series(DAY, 1000), series(DAY, 300, **CREW), series(DAY, 1000, source_id="quarterly"))
    found = asked(*rows, measure="assigned").loc["2023"]
    assert (given(found), found["afloat"]) == ([0, 2], 300)


def test_only_published_series_of_the_military_count_as_assigned() -> None:
    others = [
        series(DAY, 700, source_id="letter"), series(DAY, 700, place="Agadez", source_id="letter"),
        series(DAY, 700, force="trainer", source_id="letter"),
        sign(DAY, basis="combat_support", source_id="series"),
        sign(DAY, source_id="series"),
        total(DAY, 700, source_id="series"),
    ]  # fmt: skip
    for other in others:
        found = asked(other, measure="assigned")
        assert found["personnel"].isna().all()
        assert set(found["state"]) <= {"unknown"}


def test_the_assigned_are_answered_from_the_first_report_of_the_series_to_its_last() -> None:
    others = (series(DAY, 700, source_id="letter"), total(DAY, 700, source_id="series"))
    for other in others:
        found = asked(series("2021-06-01", 1000), other, measure="assigned")
        assert found["personnel"].to_dict() == {"2021": 1000}


def test_bases_of_the_assigned_can_be_pinned() -> None:
    follows = {"basis": "assigned_incl_temporary"}
    rows = (series(DAY, 1000), series("2023-09-01", 1500, **follows))
    assert asked(*rows, measure="assigned").loc["2023", "personnel"] == 1500
    bases = ("permanently_assigned",)
    assert asked(*rows, measure="assigned", bases=bases).loc["2023", "personnel"] == 1000


# --- operations ----------------------------------------------------------------------------------


def test_operations_are_added_with_their_own_bounds() -> None:
    rows = (
        part(DAY, 300, personnel_low=200, personnel_high=450), part(DAY, 50, "b"),
        total(DAY, 5000), series(DAY, 900), part(DAY, 400, place="Agadez"),
    )  # fmt: skip
    found = asked(*rows, measure="operation").loc["2023"]
    assert says(found) == ("parts", 350, 250, 500)
    assert (found["grade"], given(found)) == ("C", [0, 1])
    assert pd.isna(found["assigned"])
    assert found["as_of"] == pd.Timestamp(DAY)


def test_without_an_operation_nothing_is_said_of_one() -> None:
    assert len(asked(total(DAY, 600), measure="operation")) == 0
    none = part(DAY, 0)
    assert says(asked(none, measure="operation").loc["2023"]) == ("parts", 0, 0, 0)
    empty = known(total(DAY, 600, status="rejected"))
    assert len(answer(empty, NOTHING_ELSE, Question(measure="operation"))) == 0
    other = dyads(known(total(DAY, 600)), period("year"), (53, 53))
    found = answer(empty, NOTHING_ELSE, Question(measure="operation"), other)
    assert found["state"].tolist() == ["unknown"]
    backwards = other.assign(last=52)
    some = known(part(DAY, 5))
    assert len(answer(some, NOTHING_ELSE, Question(measure="operation"), backwards)) == 0


def test_a_year_in_which_no_operation_was_counted_is_unknown() -> None:
    found = asked(part("2020-06-01", 300), part(DAY, 400), measure="operation")
    assert found["state"].to_dict() == {
        "2020": "parts", "2021": "parts", "2022": "unknown", "2023": "parts",
    }  # fmt: skip
    assert pd.isna(found.loc["2022", "grade"])


def test_operations_after_the_release_are_unknown() -> None:
    rows = known(part(DAY, 300), part("2024-06-01", 400))
    found = answer(rows, around(until="2023-12-31"), Question(measure="operation"))
    assert found["state"].tolist() == ["parts", "unknown"]


# --- pinned and preferred bases, and one series --------------------------------------------------


def test_pinned_bases_leave_out_all_other_claims_of_the_host() -> None:
    rows = (
        total("2023-09-01", 600), {**in_year(2023), "personnel": 700, "basis": "period_average"},
        total("2023-10-01", 90, place="Agadez"), total("2023-10-01", 9, force="trainer"),
        series("2023-12-31", 400),
    )  # fmt: skip
    assert says(asked(*rows, bases=("in_country_total",)).loc["2023"]) == (
        "observed",
        600,
        600,
        600,
    )
    assert asked(*rows, bases=("period_average",)).loc["2023", "personnel"] == 700
    both = asked(*rows, bases=("in_country_total", "permanently_assigned")).loc["2023"]
    assert both["personnel"] == 400


def test_one_series_is_read_alone() -> None:
    rows = (total(DAY, 600), series("2023-12-31", 400), series("2023-09-01", 30, place="Agadez"))
    found = asked(*rows, sources=frozenset({"series"})).loc["2023"]
    assert says(found) == ("observed", 400, 400, 400)
    assert given(found) == [1]


def test_a_preferred_basis_answers_where_it_can() -> None:
    rows = (
        total("2021-06-01", 600), series("2021-12-31", 400), series("2022-12-31", 410),
        total("2022-12-31", 700, source_id="press"),
    )  # fmt: skip
    found = asked(*rows, prefer=("permanently_assigned",))
    assert found["personnel"].tolist() == [400, 410]
    assert found["last_total"].tolist() == [600, 700], "what else is known stays"
    assert found["assigned"].tolist() == [400, 410]
    first = asked(*rows, prefer=("in_country_total", "permanently_assigned"))
    assert first["personnel"].tolist() == [600, 700], "the first basis that has an answer"


def test_a_preferred_basis_that_only_bounds_does_not_answer() -> None:
    rows = (series("2020-12-31", 400), series("2024-06-30", 500), total("2022-06-01", 600))
    found = asked(*rows, prefer=("permanently_assigned",))
    assert found.loc["2022", "personnel"] == 600


@pytest.mark.parametrize("freq", ["quarter", "month"])
def test_the_period_is_the_one_asked_for(freq: Any) -> None:
    for more in (
        {}, {"measure": "assigned"}, {"bases": ("permanently_assigned",)},
        {"sources": frozenset({"series"})}, {"prefer": ("permanently_assigned",)},
    ):  # fmt: skip
        found = asked(series("2023-06-30", 400), freq=freq, **more)
        assert found.index.tolist() == [{"quarter": "2023-Q2", "month": "2023-06"}[freq]]
        assert found["personnel"].tolist() == [400]
    found = asked(part("2023-06-30", 400), freq=freq, measure="operation")
    assert found["personnel"].tolist() == [400]
