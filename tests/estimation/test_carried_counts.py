"""Step 3 of the rule at its limits: counts that are carried, bound a gap or are remembered."""

from __future__ import annotations

import pandas as pd
import pytest
from made_claims import Row, answer, around, best, given, part, series, sign, total

FOLLOWS = {"basis": "assigned_incl_temporary"}


@pytest.mark.parametrize(
    ("day", "official", "press"),
    [
        ("2019-12-31", "B", "C"),
        ("2018-12-31", "B", "C"),
        ("2018-12-30", "C", "C"),
        ("2017-12-31", "C", "C"),
        ("2017-12-30", "E", "E"),
        ("2014-12-31", "E", "E"),
        ("2014-12-30", None, None),
    ],
    ids=["1 day", "366", "367", "731", "732", "1827", "1828"],
)
def test_the_age_of_a_count_at_the_start_of_the_period_gives_its_grade(
    day: str, official: str | None, press: str | None
) -> None:
    states = {"B": "carried", "C": "carried", "E": "last_known", None: "unknown"}
    for source, grade in (("letter", official), ("press", press)):
        found = best(total(day, 730, source_id=source), to=2020).loc["2020"]
        figure = 730 if states[grade] == "carried" else None
        assert answer(found) == (states[grade], figure, figure, figure, grade)
        assert found["last_total"] == 730
        assert found["last_total_as_of"] == pd.Timestamp(day)
        if grade:
            assert given(found) == [0]
            assert found["as_of"] == pd.Timestamp(day)


@pytest.mark.parametrize(("figure", "state"), [(1, "last_known"), (0, "reported_zero")])
def test_one_person_is_remembered_and_none_is_not(figure: int, state: str) -> None:
    assert best(total("2016-06-01", figure), to=2020).loc["2020", "state"] == state


def test_a_zero_that_was_ended_is_not_remembered() -> None:
    found = best(total("2016-06-01", 0), sign("2016-07-01"), to=2020)
    assert found.loc["2020", "state"] == "unknown"


def test_a_last_count_that_is_a_lower_bound_is_remembered_and_an_upper_bound_is_not() -> None:
    least = best(total("2018-06-01", personnel_low=300), to=2020).loc["2020"]
    assert answer(least) == ("last_known", None, None, None, "E")
    assert least["last_total"] == 300
    most = best(total("2018-06-01", personnel_high=300), to=2020).loc["2020"]
    assert most["state"] == "unknown"
    assert pd.isna(most["last_total"])
    assert pd.isna(most["last_total_as_of"])


@pytest.mark.parametrize(
    ("day", "near", "far"),
    [("2018-06-08", "carried", "last_known"), ("2018-06-09", "unknown", "unknown")],
)
def test_a_withdrawal_after_the_day_of_the_count_ends_it(day: str, near: str, far: str) -> None:
    found = best(total("2018-06-08", 730), facts=around(withdrawn=(day,)), to=2021)
    assert found.loc[["2019", "2021"], "state"].tolist() == [near, far]


def test_after_a_withdrawal_an_older_count_bounds_nothing() -> None:
    rows = (total("2018-06-08", 730), total("2022-06-08", 808))
    found = best(*rows, facts=around(withdrawn=("2019-05-01",)))
    assert found.loc["2021", "state"] == "unknown"


def combat(day: str) -> Row:
    return sign(
        day, basis="combat_support", source_id="paper", place="Agadez", as_of_precision="year"
    )


def test_combat_ends_a_count_in_its_year_alone() -> None:
    found = best(total("2020-06-08", 800), combat("2021-01-01"), to=2022)
    assert found.loc[["2021", "2022"], "state"].tolist() == ["presence_only", "carried"]
    assert best(total("2020-06-08", 0), combat("2021-01-01")).loc["2021", "state"] == (
        "reported_zero"
    ), "combat at one place does not end a zero"


def test_combat_of_the_year_of_a_count_does_not_end_it() -> None:
    found = best(total("2021-01-01", 800), combat("2021-01-01"), freq="quarter")
    assert found.loc[["2021-Q1", "2021-Q4"], "state"].tolist() == ["observed", "carried"]


def test_a_count_that_combat_ended_bounds_with_the_first_claim_on_record() -> None:
    rows = (part("2019-03-01", 300), total("2019-06-08", 800), combat("2020-01-01"))
    found = best(*rows).loc["2020"]
    assert answer(found) == ("between", None, 300, 800, "D")
    assert given(found) == [0, 1]


def test_the_carried_count_has_the_floor_of_the_later_period() -> None:
    found = best(
        total("2020-06-08", 800), total("2020-03-08", 500), part("2021-03-01", 700),
        part("2022-03-01", 900),
    )  # fmt: skip
    assert answer(found.loc["2021"]) == ("carried", 800, 700, 800, "B")
    assert answer(found.loc["2022"]) == ("carried", 800, 800, 900, "C")


def test_a_carried_count_is_made_exact_by_the_series() -> None:
    found = best(total("2020-06-08", 800), series("2021-12-31", 750)).loc["2021"]
    assert answer(found) == ("carried", 750, 750, 800, "B")
    assert given(found) == [0, 1]
    older = best(series("2020-03-31", 750), total("2020-06-08", 800), to=2021).loc["2021"]
    assert older["personnel"] == 800, "an official count later than the series"


def test_a_carried_zero_is_not_made_exact_by_the_series() -> None:
    found = best(total("2020-06-08", 0), series("2021-12-31", 0)).loc["2021"]
    assert (found["state"], given(found)) == ("reported_zero", [0])


# --- a series of deployments that moved ----------------------------------------------------------


def test_the_series_moves_up_as_well_as_down() -> None:
    up = best(
        series("2010-12-31", 1000, **FOLLOWS), total("2011-04-01", 1100),
        series("2012-12-31", 1350, **FOLLOWS),
    )  # fmt: skip
    assert up.loc["2012", "state"] != "carried"
    stayed = best(
        series("2010-12-31", 1000, **FOLLOWS), total("2011-04-01", 1100),
        series("2012-12-31", 1250, **FOLLOWS),
    )  # fmt: skip
    assert stayed.loc["2012", "state"] == "carried"


def test_the_first_report_after_the_count_is_of_its_time_where_none_is_before_it() -> None:
    rows = (total("2011-04-01", 1100), series("2011-12-31", 900, **FOLLOWS))
    moved = best(*rows, series("2012-12-31", 300, **FOLLOWS))
    assert moved.loc["2012", "state"] != "carried"


def test_a_report_that_counts_otherwise_says_nothing_of_a_move() -> None:
    rows = (series("2010-12-31", 50000, **FOLLOWS), total("2011-04-01", 53300))
    assert best(*rows, series("2012-12-31", 164)).loc["2012", "state"] == "carried"
    other = (series("2010-12-31", 50000), total("2011-04-01", 53300))
    assert best(*other, series("2012-12-31", 164, **FOLLOWS)).loc["2012", "state"] == "carried"


def test_without_a_report_now_nothing_has_moved() -> None:
    rows = (series("2009-12-31", 50000, **FOLLOWS), total("2010-10-01", 50000))
    assert best(*rows, to=2011).loc["2011", "state"] == "carried"


# --- bounds by older and later counts ------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "after", "state"),
    [
        ("2014-12-31", "2021-06-01", "between"),
        ("2014-12-30", "2021-06-01", "unknown"),
        ("2017-12-01", "2026-01-01", "between"),
        ("2017-12-01", "2026-01-02", "last_known"),
    ],
    ids=["1827 days old", "1828 days old", "1827 days until the next", "1828 days"],
)
def test_counts_bound_a_gap_of_five_years_on_either_side(
    before: str, after: str, state: str
) -> None:
    found = best(total(before, 730), total(after, 808)).loc["2020"]
    bounds = (730, 808) if state == "between" else (None, None)
    assert (found["state"], *answer(found)[2:4]) == (state, *bounds)
    if state == "between":
        assert given(found) == [0, 1]
        assert found["as_of"] == pd.Timestamp(before)
        assert found["grade"] == "D"


def test_a_next_count_that_is_lower_or_wider_gives_its_side() -> None:
    found = best(
        total("2018-06-08", 730),
        total("2022-06-08", 500, personnel_low=400, personnel_high=900),
    )
    assert answer(found.loc["2021"]) == ("between", None, 400, 900, "D")


def test_the_best_of_the_next_counts_of_a_day_bounds_the_gap() -> None:
    rows = (
        total("2018-06-08", 730), total("2022-06-08", 5000, source_id="press"),
        total("2022-06-08", 800), total("2022-06-08", 4000, source_id="factbook"),
        total("2022-06-08", personnel_high=9000),
    )  # fmt: skip
    assert answer(best(*rows).loc["2021"]) == ("between", None, 730, 800, "D")


def test_the_floor_of_the_period_is_the_low_of_a_gap() -> None:
    rows = (total("2018-06-08", 730), part("2021-06-01", 300, place="Agadez"))
    assert answer(best(*rows).loc["2021"]) == ("between", None, 300, 730, "D")
    assert given(best(*rows).loc["2021"]) == [0, 1], "the count and the floor, none after them"
    closed = best(*rows, total("2022-06-08", 200))
    assert answer(closed.loc["2021"]) == ("between", None, 300, 730, "D")


def test_the_floor_is_a_low_beside_a_count_that_is_open_below() -> None:
    rows = (total("2018-06-08", personnel_high=730), part("2021-06-01", 300, place="Agadez"))
    assert answer(best(*rows).loc["2021"]) == ("between", None, 300, 730, "D")


def test_a_count_open_above_leaves_the_gap_open_above_with_a_floor() -> None:
    rows = (total("2018-06-08", personnel_low=200), part("2021-06-01", 300, place="Agadez"))
    assert answer(best(*rows).loc["2021"]) == ("between", None, 300, None, "D")
    after = best(
        total("2018-06-08", 400), part("2021-06-01", 300, place="Agadez"),
        total("2022-06-08", personnel_low=500),
    )  # fmt: skip
    assert answer(after.loc["2021"]) == ("between", None, 300, None, "D")


def test_a_floor_above_both_counts_is_the_high_of_the_gap() -> None:
    rows = (series("2018-05-31", 17), total("2018-06-08", 730), series("2021-12-31", 800))
    assert answer(best(*rows).loc["2021"]) == ("between", None, 800, 800, "D")


def test_a_floor_that_contradicts_the_last_count_bounds_alone() -> None:
    rows = (series("2018-05-31", 17), total("2018-06-08", 730), series("2021-12-31", 920))
    found = best(*rows, total("2022-06-08", 950))
    assert answer(found.loc["2021"]) == ("bounds", None, 920, None, "D")


@pytest.mark.parametrize(
    ("seen", "state"),
    [
        (part("2019-03-01", 730, place="Agadez"), "between"),
        (part("2019-03-01", 731, place="Agadez"), "last_known"),
        (part("2018-06-08", 731, place="Agadez"), "between"),
        (part("2018-06-09", None, place="Agadez", personnel_low=731), "last_known"),
        (part("2018-06-09", None, place="Agadez", personnel_high=900), "between"),
    ],
    ids=["as many", "more", "on the day of the count", "at least more", "at most more"],
)
def test_a_greater_part_since_the_count_keeps_it_from_bounding_a_gap(seen: Row, state: str) -> None:
    found = best(total("2018-06-08", 730), seen, total("2022-06-08", 808))
    assert found.loc["2021", "state"] == state


def test_a_stationing_series_that_is_complete_answers_before_older_counts() -> None:
    rows = (total("2018-06-08", 730), series("2021-12-31", 650), total("2022-06-08", 640))
    assert answer(best(*rows).loc["2021"]) == ("stationed", 650, 650, 650, "C")
    more = best(*rows, part("2021-06-01", 700, place="Agadez"))
    assert answer(more.loc["2021"]) == ("stationed", 650, 650, 700, "C")


def test_a_series_that_is_incomplete_or_contradicted_leaves_older_counts_to_bound() -> None:
    rows = (total("2018-06-08", 730), series("2021-12-31", 500), total("2022-06-08", 808))
    found = best(*rows, part("2021-01-15", 700, place="Agadez"))
    assert answer(found.loc["2021"]) == ("between", None, 700, 808, "D")


# --- which count is the last ---------------------------------------------------------------------


@pytest.mark.parametrize(("day", "figure"), [("2022-12-01", 600), ("2022-11-30", 900)])
def test_the_best_source_within_31_days_of_the_latest_count_is_the_last_one(
    day: str, figure: int
) -> None:
    rows = (total(day, 600), total("2023-01-01", 900, source_id="press"))
    found = best(*rows, to=2024).loc["2024"]
    assert (found["personnel"], found["last_total"]) == (figure, figure)
    assert (found["low"], found["high"]) == (600, 900)


def test_a_figure_goes_before_a_bound_among_the_counts_of_a_month() -> None:
    rows = (total("2022-12-10", 600, source_id="press"), total("2022-12-28", personnel_low=700))
    found = best(*rows, to=2023).loc["2023"]
    assert answer(found) == ("carried", 600, 600, 700, "C")
    same_day = best(
        total("2022-12-28", 600, source_id="press"), total("2022-12-28", personnel_low=700), to=2023
    )
    assert answer(same_day.loc["2023"]) == ("carried", 600, 600, 700, "C")


def test_the_latest_of_equals_is_the_last_count() -> None:
    found = best(total("2022-12-10", 600), total("2022-12-28", 700), to=2023).loc["2023"]
    assert answer(found) == ("carried", 700, 600, 700, "B")


def test_a_zero_and_a_count_of_people_of_one_month_are_not_mixed() -> None:
    left = best(total("2022-12-10", 600), total("2022-12-28", 0, source_id="press"), to=2023)
    assert answer(left.loc["2023"]) == ("reported_zero", 0, 0, 0, "C")
    came = best(total("2022-12-10", 0), total("2022-12-28", 600, source_id="press"), to=2023)
    assert answer(came.loc["2023"]) == ("carried", 600, 600, 600, "C")
    both = best(total("2022-12-28", 0), total("2022-12-28", 600), to=2023)
    assert answer(both.loc["2023"]) == ("carried", 600, 600, 600, "B"), "the positive one of a day"


@pytest.mark.parametrize(("day", "low"), [("2021-12-27", 300), ("2021-12-26", 600)])
def test_the_bounds_of_a_carried_count_span_366_days(day: str, low: int) -> None:
    found = best(total(day, 300), total("2022-12-28", 600), to=2023).loc["2023"]
    assert answer(found) == ("carried", 600, low, 600, "B")


def test_bounds_of_the_year_reach_as_far_as_their_number() -> None:
    rows = (
        total("2022-03-01", personnel_high=400), total("2022-04-01", personnel_low=900),
        total("2022-12-28", 600),
    )  # fmt: skip
    assert answer(best(*rows, to=2023).loc["2023"]) == ("carried", 600, 400, 900, "B")


def test_of_several_bounds_of_a_day_the_greatest_low_is_the_last_count() -> None:
    rows = (
        total("2020-12-28", personnel_low=300), total("2020-12-28", personnel_low=500),
        total("2020-12-28", personnel_low=400),
    )  # fmt: skip
    assert best(*rows, to=2022).loc["2022", "last_total"] == 500


def test_every_day_of_a_daily_estimate_has_a_last_count() -> None:
    found = best(total("2023-01-01", 5), total("2023-01-03", 6), freq="day")
    assert found["last_total"].tolist() == [5, 5, 6]
    assert found["state"].tolist() == ["observed", "carried", "observed"]


def test_a_period_after_the_release_has_no_last_count() -> None:
    rows = (total("2022-03-01", 600), total("2024-03-01", 700))
    found = best(*rows, facts=around(until="2024-06-30"), to=2025)
    assert pd.isna(found.loc["2025", "last_total"])
    assert found.loc["2023", "last_total"] == 600


def test_the_counts_whose_median_is_carried_are_all_named() -> None:
    rows = (
        total("2022-12-04", 300, source_id="press"), total("2022-12-04", 284, source_id="press"),
        total("2022-12-04", 0, source_id="press"), total("2022-12-04", source_id="press",
        personnel_low=200), total("2022-12-05", 290, source_id="paper", sender="FRA"),
        total("2022-11-30", 310, source_id="press"),
    )  # fmt: skip
    found = best(*rows, to=2023)
    found = found[found["sender"] == "USA"].loc["2023"]
    assert answer(found) == ("carried", 292, 200, 310, "C")
    assert given(found) == [0, 1]


def test_each_carried_row_names_the_counts_of_its_own_day() -> None:
    rows = (
        total("2020-12-04", 300), total("2020-12-04", 320),
        total("2022-12-04", 500), total("2022-12-04", 520), total("2022-12-04", 540),
    )  # fmt: skip
    found = best(*rows, to=2023)
    assert found["state"].tolist() == ["observed", "carried", "observed", "carried"]
    assert [given(found.loc[year]) for year in ("2021", "2023")] == [[0, 1], [2, 3, 4]]
