"""Steps 1 and 2 of the rule at their limits: counts of the period, and counts of none."""

from __future__ import annotations

import pandas as pd
import pytest
from made_claims import (
    Row,
    answer,
    around,
    best,
    given,
    in_year,
    known,
    part,
    series,
    sign,
    total,
)  # fmt: skip

from troopdata.estimation.dyads import dyads
from troopdata.estimation.estimate import estimate
from troopdata.estimation.periods import period


@pytest.mark.parametrize(("day", "clash"), [("2023-04-07", True), ("2023-04-08", False)])
def test_a_part_after_the_count_contradicts_it_for_92_days(day: str, clash: bool) -> None:
    found = best(total("2023-01-05", 600), part(day, 900)).loc["2023"]
    assert answer(found)[1:] == ((None, 600, 900, "D") if clash else (600, 600, 900, "A"))


@pytest.mark.parametrize(
    ("count", "reported", "clash"),
    [
        ("2023-09-30", "2023-12-31", True),
        ("2023-09-29", "2023-12-31", False),
        ("2023-12-07", "2023-09-06", True),
        ("2023-12-07", "2023-09-05", False),
    ],
)
def test_a_stationing_count_of_its_time_that_exceeds_the_count_leaves_no_figure(
    count: str, reported: str, clash: bool
) -> None:
    found = best(total(count, 600), series(reported, 900)).loc["2023"]
    assert answer(found)[1:] == ((None, 600, 900, "D") if clash else (600, 600, 900, "A"))


def test_the_greatest_part_of_the_time_is_compared_and_not_the_series_alone() -> None:
    rows = (total("2023-12-07", 600), series("2023-12-31", 610), part("2023-12-01", 900))
    assert answer(best(*rows).loc["2023"]) == ("observed", None, 600, 900, "D")


def test_bounds_alone_are_raised_to_the_floor() -> None:
    below = best(total("2023-12-07", personnel_high=600), part("2023-12-01", 700)).loc["2023"]
    assert answer(below) == ("observed", None, 700, 700, "D")
    inside = best(
        total("2023-12-07", personnel_low=100, personnel_high=600), part("2023-12-01", 300)
    )
    assert answer(inside.loc["2023"]) == ("observed", None, 300, 600, "D")


@pytest.mark.parametrize(("exact", "taken"), [(750, True), (749, False)])
def test_a_count_of_the_series_agrees_within_a_quarter_of_the_greater_one(
    exact: int, taken: bool
) -> None:
    found = best(total("2023-12-07", 1000), series("2023-12-31", exact)).loc["2023"]
    assert found["personnel"] == (exact if taken else 1000)
    assert given(found) == ([0, 1] if taken else [0])
    assert found["basis"] == ("permanently_assigned" if taken else "in_country_total")


def test_a_count_of_the_series_on_the_day_of_an_official_count_is_taken() -> None:
    found = best(total("2023-12-31", 1000), series("2023-12-31", 912)).loc["2023"]
    assert answer(found) == ("observed", 912, 912, 1000, "A")


def test_an_official_bound_later_than_the_series_does_not_keep_it_from_being_taken() -> None:
    found = best(series("2025-09-30", 54288), total("2025-12-14", personnel_low=50000))
    assert answer(found.loc["2025"]) == ("observed", 54288, 54288, 54288, "A")


def test_the_exact_count_of_the_series_widens_the_bounds_to_hold_both() -> None:
    above = best(total("2023-12-07", 1000), series("2023-12-31", 1100)).loc["2023"]
    assert answer(above) == ("observed", 1100, 1000, 1100, "A")


def test_a_count_of_none_is_not_made_exact_by_a_series() -> None:
    found = best(total("2023-12-07", 0), series("2023-12-31", 0)).loc["2023"]
    assert answer(found) == ("reported_zero", 0, 0, 0, "A")
    assert given(found) == [0]
    assert found["basis"] == "in_country_total"


def test_the_claims_behind_the_figure_and_the_bounds_are_named() -> None:
    found = best(
        total("2023-12-07", 600), total("2023-12-07", 700), total("2023-03-07", 500),
        total("2023-12-20", 900, source_id="press"),
    ).loc["2023"]  # fmt: skip
    assert answer(found) == ("observed", 650, 500, 900, "A")
    assert given(found) == [0, 1]
    assert found["claims"] == 4
    assert found["source_ids"] == "letter;press"


@pytest.mark.parametrize(
    ("source", "grade"),
    [("letter", "A"), ("factbook", "B"), ("paper", "B"), ("press", "B")],
)
def test_only_an_official_count_is_an_a(source: str, grade: str) -> None:
    for figure, state in ((600, "observed"), (0, "reported_zero")):
        found = best(total("2023-12-07", figure, source_id=source)).loc["2023"]
        assert (found["state"], found["grade"]) == (state, grade)


def test_the_median_of_four_counts_of_a_day_is_of_those_four() -> None:
    figures = (100, 110, 130, 170)
    found = best(*(total("2023-12-07", figure) for figure in figures), total("2023-12-01", 999))
    assert found.loc["2023", "personnel"] == 120
    three = best(*(total("2023-12-07", figure) for figure in figures[1:]))
    assert three.loc["2023", "personnel"] == 130


def test_bounds_that_meet_do_not_cross() -> None:
    found = best(
        total("2024-05-03", personnel_low=500), total("2024-06-03", personnel_low=700),
        total("2024-07-03", personnel_high=700), total("2024-08-03", personnel_high=900),
    )  # fmt: skip
    assert answer(found.loc["2024"]) == ("observed", None, 700, 700, "D")


def test_beside_a_figure_the_bounds_of_all_counts_are_spanned() -> None:
    found = best(
        total("2024-05-03", 600, personnel_low=500, personnel_high=700),
        total("2024-07-03", 610, personnel_low=550, personnel_high=650),
    )
    assert answer(found.loc["2024"]) == ("observed", 610, 500, 700, "A")


@pytest.mark.parametrize(("other", "conflict"), [(124, False), (125, False), (126, True)])
def test_counts_more_than_a_quarter_apart_are_a_conflict(other: int, conflict: bool) -> None:
    found = best(total("2023-03-07", other), total("2023-12-07", 100)).loc["2023"]
    assert (found["low"], found["high"], found["conflict"]) == (100, other, conflict)


def test_without_a_figure_bounds_far_apart_are_no_conflict() -> None:
    found = best(total("2023-12-07", personnel_low=100, personnel_high=900)).loc["2023"]
    assert (found["low"], found["high"], found["conflict"]) == (100, 900, False)


def test_each_year_has_the_median_of_its_own_counts() -> None:
    rows = [
        total(f"{year}-06-01", figure)
        for year, figures in ((2020, (100, 110, 140)), (2021, (105,)), (2022, (90, 100)))
        for figure in figures
    ]
    assert best(*rows)["personnel"].tolist() == [110, 105, 95]
    assert best(*rows, total("2023-06-01", 96))["personnel"].tolist() == [110, 105, 95, 96]


def test_a_claim_outside_the_years_asked_for_gives_none_of_them_a_count() -> None:
    found, unit = known(total("2019-06-01", 600), total("2026-06-01", 700)), period("year")
    asked = dyads(found, unit, (unit.of_year(2021), unit.of_year(2022)))
    states = estimate(found, asked, around())["state"].tolist()
    assert states == ["carried", "between"]
    backwards = dyads(found, unit, (unit.of_year(2022), unit.of_year(2020)))
    assert len(estimate(found, backwards, around())) == 0


def test_a_count_of_after_the_release_is_not_of_its_year() -> None:
    rows = (total("2024-03-01", 700), total("2024-09-01", 500))
    found = best(*rows, facts=around(until="2024-06-30"))
    assert answer(found.loc["2024"]) == ("observed", 700, 700, 700, "A")


# --- averages ------------------------------------------------------------------------------------


def average(year: int, figure: int | None, **more: object) -> Row:
    return {**in_year(year), "personnel": figure, "basis": "period_average", **more}


def test_an_average_is_chosen_as_a_count_is_and_bounded_by_all_averages() -> None:
    found = best(average(2023, 700), average(2023, 800, source_id="press")).loc["2023"]
    assert answer(found) == ("observed", 700, 700, 800, "C")
    assert (given(found), found["claims"], found["source_ids"]) == ([0], 2, "letter;press")


def test_the_high_of_an_average_is_raised_to_the_floor() -> None:
    found = best(average(2023, 700), part("2023-06-01", 760)).loc["2023"]
    assert answer(found) == ("observed", 700, 700, 760, "C")


def test_an_average_without_a_figure_gives_none() -> None:
    found = best(average(2023, None, personnel_low=700))
    assert found.loc["2023", "state"] == "unknown"


# --- counts of none ------------------------------------------------------------------------------


@pytest.mark.parametrize("seen", [part("2024-09-15", 500), series("2024-09-15", 500)])
def test_what_was_counted_on_the_day_of_a_zero_does_not_contradict_it(seen: Row) -> None:
    found = best(total("2024-09-15", 0), seen).loc["2024"]
    assert answer(found) == ("reported_zero", 0, 0, 500, "A")


@pytest.mark.parametrize(
    ("seen", "state"),
    [(part("2024-09-16", 500), "parts"), (series("2024-09-16", 500), "stationed")],
)
def test_what_was_counted_the_day_after_a_zero_is_who_came_since(seen: Row, state: str) -> None:
    """French staff of the UN's mission were in Mali at the end of 2022, after France had left."""
    found = best(total("2024-09-15", 0), seen).loc["2024"]
    assert answer(found) == (state, 500, 500, 500, "C")
    few = best(total("2024-09-15", 0), {**seen, "personnel": 20}).loc["2024"]
    assert answer(few) == ("reported_zero", 0, 0, 20, "A")


@pytest.mark.parametrize(
    ("day", "high"), [("2022-12-30", 0), ("2022-12-31", 700), ("2023-12-31", 700)]
)
def test_the_high_of_a_zero_covers_a_count_of_366_days_before_the_period(
    day: str, high: int
) -> None:
    found = best(total(day, 700), total("2024-01-15", 0)).loc["2024"]
    assert answer(found) == ("reported_zero", 0, 0, high, "A")


def test_the_high_of_a_zero_covers_the_last_count_before_the_period_only() -> None:
    rows = (total("2023-03-07", 900), total("2023-06-07", 700), total("2024-01-15", 0))
    assert best(*rows).loc["2024", "high"] == 700
    bound = total("2023-09-07", personnel_high=950)
    assert best(*rows, bound).loc["2024", "high"] == 700, "a bound is not a count with a figure"


def test_a_count_of_the_first_day_of_the_period_is_not_one_before_it() -> None:
    rows = (total("2023-12-01", 1000), total("2024-01-01", 900), total("2024-02-01", 0))
    assert best(*rows).loc["2024", "high"] == 1000


def test_a_smaller_floor_raises_the_high_of_a_zero_that_holds() -> None:
    found = best(total("2024-09-15", 0), series("2025-12-31", 11)).loc["2025"]
    assert answer(found) == ("reported_zero", 0, 0, 11, "B")


@pytest.mark.parametrize(
    ("source", "grades"), [("letter", ["B", "C", "C"]), ("press", ["C", "C", "C"])]
)
def test_a_zero_holds_without_end_one_grade_lower_and_as_a_c_after_a_year(
    source: str, grades: list[str]
) -> None:
    found = best(total("2018-12-31", 0, source_id=source), to=2030)
    assert found.loc[["2019", "2021", "2030"], "grade"].tolist() == grades
    assert set(found["state"]) == {"reported_zero"}
    assert given(found.loc["2030"]) == [0]
    assert found.loc["2030", "as_of"] == pd.Timestamp("2018-12-31")


def test_a_sign_of_the_day_of_a_zero_does_not_end_it() -> None:
    rows = (total("2024-09-15", 0), sign("2024-09-15"))
    assert best(*rows, to=2025).loc["2025", "state"] == "reported_zero"
    later = (total("2024-09-15", 0), sign("2024-09-16"))
    assert best(*later, to=2025).loc["2025", "state"] == "unknown"


def test_a_zero_that_was_ended_bounds_nothing() -> None:
    found = best(total("2024-09-15", 0), sign("2024-10-15"), total("2027-06-01", 400))
    assert found.loc[["2025", "2026"], "state"].tolist() == ["unknown", "unknown"]


def test_a_withdrawal_combat_or_a_move_of_the_series_does_not_end_a_zero() -> None:
    follows = {"basis": "assigned_incl_temporary"}
    rows = (
        series("2024-08-30", 500, **follows), total("2024-09-15", 0),
        series("2025-12-31", 10, **follows),
    )  # fmt: skip
    assert best(*rows).loc["2025", "state"] == "reported_zero"


@pytest.mark.parametrize(
    ("later", "figure"), [("2023-09-06", 400), ("2023-09-05", 400), ("2023-09-04", 600)]
)
def test_a_count_that_one_of_93_days_later_contradicts_does_not_answer(
    later: str, figure: int
) -> None:
    rows = (total("2023-06-04", 600), total(later, 400, source_id="press"))
    found = best(*rows).loc["2023"]
    assert found["personnel"] == figure
    assert (found["low"], found["high"]) == (400, 600)


@pytest.mark.parametrize(("later", "figure"), [(479, 479), (480, 600), (750, 600), (751, 751)])
def test_a_later_count_that_does_not_contradict_leaves_the_better_source(
    later: int, figure: int
) -> None:
    rows = (total("2023-01-04", 600), total("2023-12-04", later, source_id="press"))
    assert best(*rows).loc["2023"]["personnel"] == figure


def test_a_count_of_the_whole_year_is_not_before_one_of_its_december() -> None:
    rows = (total("2023-01-01", 600, as_of_precision="year"), total("2023-12-04", 100,
            source_id="press"))  # fmt: skip
    assert best(*rows).loc["2023"]["personnel"] == 600


def test_a_later_bound_does_not_set_a_count_aside() -> None:
    rows = (total("2023-01-04", 600), total("2023-12-04", personnel_low=1000, source_id="press"))
    assert best(*rows).loc["2023"]["personnel"] == 600


def test_a_count_is_set_aside_by_the_best_of_the_last_counts_of_a_day() -> None:
    last = (total("2023-12-04", 610, source_id="paper"),
            total("2023-12-04", 100, source_id="press"))  # fmt: skip
    assert best(total("2023-01-04", 600), *last).loc["2023"]["personnel"] == 600
    assert best(total("2023-01-04", 600), *last[::-1]).loc["2023"]["personnel"] == 600


def test_each_year_sets_aside_by_its_own_last_count() -> None:
    rows = (
        total("2022-01-04", 600), total("2022-12-04", 100, source_id="press"),
        total("2023-01-04", 600), total("2023-12-04", 610, source_id="press"),
    )  # fmt: skip
    assert best(*rows)["personnel"].tolist() == [100, 600]
