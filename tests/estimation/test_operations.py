"""Steps 5 to 7 of the rule at their limits: sums of operations, bounds, ceilings and signs."""

from __future__ import annotations

import pandas as pd
import pytest
from made_claims import (
    SOURCES,
    Row,
    answer,
    around,
    best,
    cap,
    claims,
    given,
    in_year,
    known,
    part,
    series,
    sign,
    total,
)

from troopdata.estimation.candidates import candidates
from troopdata.estimation.context import Context
from troopdata.estimation.dyads import dyads
from troopdata.estimation.estimate import estimate
from troopdata.estimation.periods import period


@pytest.mark.parametrize(("figure", "state"), [(1, "parts"), (0, "unknown")])
def test_a_sum_is_a_figure_if_it_is_positive(figure: int, state: str) -> None:
    assert best(part("2023-06-01", figure)).loc["2023", "state"] == state


def test_the_bounds_of_one_operation_are_the_claims_own_and_of_several_the_sum() -> None:
    wide = {"personnel_low": 250, "personnel_high": 350}
    one = best(part("2023-06-01", 300, **wide))
    assert answer(one.loc["2023"]) == ("parts", 300, 250, 350, "C")
    two = best(part("2023-06-01", 300, **wide), part("2023-06-01", 100, "b", personnel_low=90))
    assert answer(two.loc["2023"]) == ("parts", 400, 400, 400, "C")


def test_the_high_of_a_sum_is_raised_to_the_floor_unless_that_contradicts_it() -> None:
    found = best(part("2023-06-01", 300), part("2023-06-01", 370, place="Agadez")).loc["2023"]
    assert answer(found) == ("parts", 300, 300, 370, "C")
    assert (given(found), found["claims"]) == ([0], 2)
    found = best(part("2023-06-01", 300), part("2023-06-01", 376, place="Agadez")).loc["2023"]
    assert answer(found) == ("bounds", None, 376, None, "D")
    assert (given(found), found["claims"]) == ([1], 2)


def test_the_row_is_dated_by_the_latest_claim_of_the_sum() -> None:
    found = best(
        part("2023-09-01", 300), part("2023-06-01", 200, "b"), part("2023-08-01", 100, "c")
    ).loc["2023"]
    assert found["as_of"] == pd.Timestamp("2023-09-01")
    assert given(found) == [0, 1, 2]


@pytest.mark.parametrize(
    ("rows", "figure"),
    [
        ([part("2023-03-01", 240), part("2023-09-01", 200)], 200),
        ([part("2023-03-01", 300), part("2023-09-01", 200, source_id="press")], 300),
        ([part("2023-09-01", 300), part("2023-09-01", 310)], 310),
        ([part("2022-09-01", 240), part("2023-09-01", 200, source_id="press")], 200),
        ([part("2023-09-01", 300), part("2023-09-01", 200, place="Agadez")], 300),
        ([part("2023-09-01", 300), part("2023-09-01", None, "b", personnel_low=40)], 300),
        ([part("2023-09-01", 300), part("2023-09-01", 10, force="military_observer"),
          part("2023-09-01", 20, force="military_observer")], 320),
        ([part("2023-09-01", 300), part("2023-09-01", 10, force="military_observer"),
          part("2023-09-01", 200, "b")], 510),
        ([part("2022-12-01", 240), part("2023-01-01", 200, source_id="press")], 200),
        ([part("2023-09-01", 300), part("2023-09-01", 200, None)], 300),
    ],
    ids=["latest", "source", "greatest", "in the period", "whole host", "figures",
         "observers", "observers apart from another operation", "of the first day",
         "named operations"],
)  # fmt: skip
def test_one_claim_an_operation_is_added(rows: list[Row], figure: int) -> None:
    assert best(*rows).loc["2023", "personnel"] == figure


def month(day: str, figure: int, operation: str = "a", **more: object) -> Row:
    """A figure of a monthly series of operations."""
    return part(day, figure, operation, source_id="monthly", **more)


OBSERVERS, STAFF = {"force": "military_observer"}, {"force": "staff_officer"}


def test_troops_staff_and_observers_of_one_report_add_up_and_police_do_not() -> None:
    found = best(
        month("2023-12-31", 100), month("2023-12-31", 7, **OBSERVERS),
        month("2023-12-31", 5, **STAFF), month("2023-12-31", 140, force="formed_police"),
        month("2023-12-31", 9, force="individual_police"),
    ).loc["2023"]  # fmt: skip
    assert answer(found) == ("parts", 112, 112, 112, "C")
    assert given(found) == [0, 1, 2]


def test_a_kind_that_the_latest_report_lacks_is_not_taken_from_an_older_one() -> None:
    found = best(
        month("2023-05-31", 90), month("2023-05-31", 5, **OBSERVERS), month("2023-06-30", 100)
    )
    assert answer(found.loc["2023"]) == ("parts", 100, 100, 100, "C")
    only_observers = best(month("2023-05-31", 90), month("2023-06-30", 5, **OBSERVERS))
    assert answer(only_observers.loc["2023"]) == ("parts", 5, 5, 5, "C")


def test_a_kind_of_another_source_is_not_added_to_a_report() -> None:
    found = best(
        part("2023-06-30", 100), part("2023-06-30", 5, source_id="press", **OBSERVERS)
    ).loc["2023"]  # fmt: skip
    assert found["personnel"] == 100


@pytest.mark.parametrize("day", ["2023-01-31", "2021-01-31"])
def test_a_later_report_of_a_series_replaces_a_larger_one(day: str) -> None:
    """Neither as the floor of the period nor as a larger force of the five years before."""
    found = best(month(day, 900), month("2023-12-31", 300)).loc["2023"]
    assert answer(found) == ("parts", 300, 300, 300, "C")


def test_a_report_replaces_nothing_of_other_operations_or_sources() -> None:
    found = best(month("2023-01-31", 900, "b"), month("2023-12-31", 300)).loc["2023"]
    assert answer(found) == ("bounds", None, 900, None, "D")
    found = best(part("2023-01-31", 900), month("2023-12-31", 300)).loc["2023"]
    assert answer(found) == ("bounds", None, 900, None, "D")


@pytest.mark.parametrize("source", ["factbook", "paper", "press"])
def test_a_report_replaces_what_others_than_officials_said_before(source: str) -> None:
    found = best(part("2023-01-31", 900, source_id=source), month("2023-12-31", 300)).loc["2023"]
    assert answer(found) == ("parts", 300, 300, 300, "C")
    later = part("2023-12-31", 900, source_id=source, as_of_precision="day")
    assert answer(best(month("2023-11-30", 300), later).loc["2023"]) == (
        "bounds", None, 900, None, "D",
    )  # fmt: skip
    at_a_place = part("2023-01-31", 900, source_id=source, place="Agadez")
    assert best(at_a_place, month("2023-12-31", 300)).loc["2023", "low"] == 900


@pytest.mark.parametrize(
    ("greatest", "later", "figure"),
    [(60, 20, 80), (60, 21, None), (400, 100, 500), (400, 101, None)],
)
def test_a_small_later_claim_does_not_make_the_greatest_one_old(
    greatest: int, later: int, figure: int | None
) -> None:
    """A few observers of another mission say nothing of when the others were counted."""
    found = best(part("2023-01-01", greatest), month("2023-12-31", later, "b")).loc["2023"]
    if figure is None:
        assert answer(found) == ("bounds", None, greatest, None, "D")
    else:
        assert answer(found) == ("parts", figure, figure, figure, "C")


def test_a_contributor_that_leaves_an_operation_has_none_there_from_the_next_report_on() -> None:
    """The operation goes on, so the last figure would be carried for half a year and more."""
    rows = (month("2023-05-31", 90), month("2023-05-31", 4, **OBSERVERS))
    gone = month("2023-06-30", 0)
    assert best(*rows, freq="month", to=2023).loc["2023-07", "personnel"] == 94
    found = best(*rows, gone, freq="month", to=2023)
    assert answer(found.loc["2023-05"]) == ("parts", 94, 94, 94, "C")
    assert answer(found.loc["2023-06"]) == ("unknown", None, None, None, None)
    assert answer(found.loc["2023-07"]) == ("unknown", None, None, None, None)
    back = best(*rows, gone, month("2023-08-31", 30), freq="month", to=2023)
    assert answer(back.loc["2023-09"]) == ("parts", 30, 30, 30, "C")


@pytest.mark.parametrize(("day", "state"), [("2022-12-31", "parts"), ("2022-12-30", "unknown")])
def test_an_older_claim_of_an_operation_counts_for_366_days(day: str, state: str) -> None:
    assert best(part(day, 300), to=2024).loc["2024", "state"] == state


@pytest.mark.parametrize(
    ("facts", "state"),
    [
        (around(ended={"a": "2024-01-01"}), "parts"),
        (around(ended={"a": "2023-12-31"}), "unknown"),
        (around(ended={"b": "2023-12-31"}), "parts"),
        (around(withdrawn=("2023-06-01",)), "parts"),
        (around(withdrawn=("2023-06-02",)), "unknown"),
    ],
)
def test_an_older_claim_counts_while_its_operation_and_the_forces_go_on(
    facts: Context, state: str
) -> None:
    assert best(part("2023-06-01", 300), facts=facts, to=2024).loc["2024", "state"] == state


def test_a_claim_of_the_period_counts_though_its_operation_ended_and_the_forces_left() -> None:
    facts = around(ended={"a": "2022-01-01"}, withdrawn=("2023-07-01",))
    assert best(part("2023-06-01", 300), facts=facts).loc["2023", "personnel"] == 300
    assert best(part("2023-01-01", 300), facts=facts).loc["2023", "personnel"] == 300


@pytest.mark.parametrize(("day", "figure"), [("2023-03-02", 500), ("2023-03-01", 200)])
def test_a_claim_more_than_183_days_before_the_latest_one_is_dropped(day: str, figure: int) -> None:
    found = best(part(day, 300), part("2023-09-01", 200, "b")).loc["2023"]
    assert (found["personnel"] if figure == 500 else found["low"]) == (
        500 if figure == 500 else 300
    )
    assert found["state"] == ("parts" if figure == 500 else "bounds")


def test_the_sums_of_several_years_and_hosts_stay_apart() -> None:
    rows = [
        part(f"{year}-06-01", figure + at, operation, host=host)
        for host, figure in (("MLI", 100), ("NER", 500))
        for year in (2022, 2023)
        for at, operation in enumerate("abc")
    ]
    found = best(*rows).reset_index().set_index(["host", "period"])["personnel"]
    assert found.to_dict() == {
        ("MLI", "2022"): 303, ("MLI", "2023"): 303, ("NER", "2022"): 1503, ("NER", "2023"): 1503,
    }  # fmt: skip


def test_an_operation_inside_another_counts_where_the_other_has_no_claim() -> None:
    facts = around(inside={"b": "a"})
    rows = (part("2023-06-01", 300), part("2023-09-01", 200, "b"), part("2023-09-01", 10, "c"))
    assert best(*rows, facts=facts).loc["2023", "personnel"] == 310
    assert best(*rows[1:], facts=facts).loc["2023", "personnel"] == 210
    apart = (part("2022-01-01", 240), part("2024-09-01", 200, "b"))
    assert best(*apart, facts=facts, to=2025).loc["2025", "personnel"] == 200


def test_a_contingent_that_shrank_has_its_latest_count() -> None:
    """Poland in Iraq: 2,400 in 2004, then 1,400; the first is no larger force that is still there."""
    rows = (part("2004-07-01", 2400), part("2005-01-15", 2300), part("2005-12-01", 1400))
    found = best(*rows)
    assert found["personnel"].tolist() == [2400, 1400]
    assert found.loc["2005", ["state", "low", "high"]].tolist() == ["parts", 1400, 1400]
    # Counts of a place are parts of the contingent and do not replace it.
    base = part("2005-12-15", 100, place="Diwaniya")
    assert best(*rows, base).loc["2005", "personnel"] == 1400


def test_a_weaker_source_and_a_series_replace_no_statement_of_officials() -> None:
    press = {"source_id": "press"}
    stated, later = part("2005-02-01", 1000), part("2005-12-01", 500, **press)
    assert best(stated, later).loc["2005", "personnel"] == 1000
    assert best(part("2005-02-01", 1000, **press), later).loc["2005", "personnel"] == 500


def test_an_operation_that_another_followed_in_the_period_is_not_added_to_it() -> None:
    facts = around(ended={"a": "2023-07-01"})
    rows = (part("2023-06-01", 300), part("2023-09-01", 290, "b"))
    assert best(*rows, facts=facts).loc["2023", "personnel"] == 290
    assert best(*rows).loc["2023", "personnel"] == 590
    # On the last day of June it goes on; alone, its count is the last of the period.
    assert best(*rows, facts=facts, freq="quarter").loc["2023-Q2", "personnel"] == 300
    assert best(rows[0], facts=facts).loc["2023", "personnel"] == 300


@pytest.mark.parametrize(("ended", "sum_"), [("2023-12-31", 290), ("2024-01-01", 590)])
def test_an_operation_is_over_on_the_first_day_without_it(ended: str, sum_: int) -> None:
    rows = (part("2023-06-01", 300), part("2023-09-01", 290, "b"))
    assert best(*rows, facts=around(ended={"a": ended})).loc["2023", "personnel"] == sum_


def test_what_was_counted_on_the_day_of_a_zero_was_not_before_it() -> None:
    after = (total("2023-06-01", 0), part("2023-06-02", 50, "b"))
    assert best(*after, part("2023-06-01", 500)).loc["2023", "personnel"] == 550
    assert best(*after, part("2023-05-31", 500)).loc["2023", "personnel"] == 50
    placed = best(*after, part("2023-06-01", 500, place="Agadez")).loc["2023"]
    assert (placed["state"], placed["low"]) == ("bounds", 500)
    assert best(*after, part("2023-05-31", 500, place="Agadez")).loc["2023", "personnel"] == 50


def test_of_two_counts_of_one_day_the_greater_goes_first() -> None:
    rows = (part("2023-06-01", 300, source_id="monthly"), part("2023-06-01", 310))
    assert best(*rows).loc["2023", "personnel"] == 310
    assert best(*reversed(rows)).loc["2023", "personnel"] == 310


# --- a larger force on record --------------------------------------------------------------------


@pytest.mark.parametrize(("day", "state"), [("2017-12-30", "bounds"), ("2017-12-29", "parts")])
def test_a_larger_force_bears_on_the_sum_for_1827_days(day: str, state: str) -> None:
    rows = (part(day, 5000, place="Agadez"), part("2022-12-31", 300), part("2023-06-01", 300))
    found = best(*rows)
    assert found.loc["2022", "state"] == "bounds"
    assert found.loc["2023", "state"] == ("parts" if day < "2018-01-01" else "bounds")
    by_day = best(part(day, 5000, place="Agadez"), part("2022-12-31", 300), freq="day")
    assert by_day.loc["2022-12-31", "state"] == state


@pytest.mark.parametrize(
    "larger",
    [
        part("2020-06-01", 376, place="Agadez"),
        part("2020-06-01", None, "b", personnel_low=376),
        series("2020-06-01", 376),
        {**in_year(2020), "personnel": 376, "basis": "period_average"},
        total("2020-06-01", personnel_low=376),
    ],
    ids=["part", "bound", "series", "average", "total"],
)
def test_every_kind_of_force_on_record_can_be_larger(larger: Row) -> None:
    found = best(larger, part("2023-06-01", 300)).loc["2023"]
    assert found["state"] != "parts"
    assert found["low"] == 300
    smaller = {name: 375 if value == 376 else value for name, value in larger.items()}
    assert best(smaller, part("2023-06-01", 300)).loc["2023", "state"] in ("parts", "between")


@pytest.mark.parametrize(("left", "state"), [("2020-06-01", "parts"), ("2020-05-31", "bounds")])
def test_a_force_that_left_since_does_not_count(left: str, state: str) -> None:
    rows = (part("2020-06-01", 5000, place="Agadez"), part("2023-06-01", 300))
    assert best(*rows, facts=around(withdrawn=(left,))).loc["2023", "state"] == state
    assert best(*rows, total(left, 0)).loc["2023", "state"] == state


def test_a_withdrawal_after_the_period_does_not_bear_on_it() -> None:
    rows = (part("2020-06-01", 5000, place="Agadez"), part("2023-06-01", 300))
    late = around(withdrawn=("2024-01-01",))
    assert best(*rows, facts=late).loc["2023", "state"] == "bounds"


def test_the_greatest_force_on_record_is_noted_for_rows_without_a_figure() -> None:
    rows = known(
        part("2020-06-01", 500, place="Agadez"), part("2021-06-01", 400, place="Agadez"),
        total("2023-06-01", 600),
    )  # fmt: skip
    pairs = dyads(rows, period("year"))
    found = estimate(rows, pairs, around(), recent=True).set_index("period")["recent"]
    assert found.loc[["2020", "2021", "2022"]].tolist() == [500, 500, 500]
    assert pd.isna(found["2023"])
    assert estimate(rows, pairs, around())["recent"].isna().all()


# --- bounds --------------------------------------------------------------------------------------


def test_the_greatest_part_is_the_low_and_dates_the_row() -> None:
    found = best(
        part("2024-07-01", 200, place="Agadez"), part("2024-03-01", 300, place="Dirkou"),
        part("2024-05-01", 100, place="Niamey"), part("2024-08-01", None, personnel_high=900),
    ).loc["2024"]  # fmt: skip
    assert answer(found) == ("bounds", None, 300, None, "D")
    assert (given(found), found["claims"]) == ([1], 4)
    assert found["as_of"] == pd.Timestamp("2024-03-01")


def test_a_part_of_one_person_is_a_floor_and_one_of_none_is_not() -> None:
    one = best(part("2024-07-01", 1, place="Agadez")).loc["2024"]
    assert answer(one) == ("bounds", None, 1, None, "D")
    assert best(part("2024-07-01", 0, place="Agadez")).loc["2024", "state"] == "unknown"


def test_the_greatest_of_part_series_and_sum_is_the_claim_behind_the_floor() -> None:
    early = part("2022-12-31", 5000, place="Dirkou")
    rows = (series("2023-12-31", 300), part("2023-01-31", 500, "a"), part("2023-02-28", 90, "b"))
    summed = best(early, *rows).loc["2023"]
    assert answer(summed) == ("bounds", None, 590, None, "D")
    assert given(summed) == [3], "the latest of the operations added"
    greater = best(early, *rows, part("2023-03-31", 600, place="Agadez")).loc["2023"]
    assert (greater["low"], given(greater)) == (600, [4])
    broken = around(breaks=(("us-dmdc", "2023-06-30", None),))
    floor = best(
        series("2023-03-31", 900), series("2023-12-31", 400),
        part("2023-08-31", 380, place="Agadez"), facts=broken,
    ).loc["2023"]  # fmt: skip
    assert answer(floor) == ("bounds", None, 400, None, "D")
    assert given(floor) == [1]
    equal = best(
        series("2023-03-31", 900), series("2023-12-31", 400),
        part("2023-08-31", 400, place="Agadez"), facts=broken,
    ).loc["2023"]  # fmt: skip
    assert given(equal) == [2], "a part goes before a series that is as great"


def test_the_first_claim_on_record_can_be_the_greatest_part() -> None:
    broken = around(breaks=(("us-dmdc", "2023-06-30", None),))
    series_beside = best(
        part("2023-01-31", 500, place="Agadez"), series("2023-12-31", 17), facts=broken
    ).loc["2023"]
    assert (series_beside["low"], given(series_beside)) == (500, [0])
    sum_beside = best(part("2023-01-31", 500, place="Agadez"), part("2023-12-31", 90)).loc["2023"]
    assert (sum_beside["low"], given(sum_beside)) == (500, [0])


def test_a_part_as_great_as_the_sum_is_the_claim_behind_the_floor() -> None:
    early = part("2022-12-31", 5000, place="Dirkou")
    rows = (part("2023-01-31", 300), part("2023-02-28", 200, "b"))
    found = best(early, *rows, part("2023-01-01", 500, place="Agadez")).loc["2023"]
    assert (found["low"], given(found)) == (500, [3])


def test_a_sum_of_older_claims_alone_is_the_claim_behind_the_floor() -> None:
    rows = (part("2020-12-31", 5000, place="Dirkou"), part("2023-06-01", 300))
    found = best(*rows, part("2026-12-31", 9000, place="Dirkou")).loc["2024"]
    assert answer(found) == ("bounds", None, 300, None, "D")
    assert given(found) == [1]


def test_a_floor_of_one_person_or_of_none_names_its_claim() -> None:
    early = part("2020-12-31", 5000, place="Dirkou")
    summed = best(early, part("2023-06-01", 1), to=2024).loc["2024"]
    assert (answer(summed)[:3], given(summed)) == (("bounds", None, 1), [1])
    reported = best(
        series("2020-12-31", 17), part("2021-01-31", 800, place="Agadez"), series("2023-12-31", 1)
    ).loc["2023"]
    assert (answer(reported)[:3], given(reported)) == (("bounds", None, 1), [2])
    counts = (series("2018-05-31", 17), total("2018-06-08", 730))
    for none in (series("2021-12-31", 0), part("2020-09-01", 0)):
        found = best(*counts, none, to=2021).loc["2021"]
        assert (answer(found), given(found)) == (("between", None, 0, 730, "D"), [1, 2])


# --- ceilings ------------------------------------------------------------------------------------


def test_the_least_of_several_ceilings_bounds() -> None:
    found = best(cap("2024-05-03", 400), cap("2024-06-03", 300), cap("2024-07-03", 500))
    assert answer(found.loc["2024"]) == ("bounds", None, None, 300, "D")
    assert given(found.loc["2024"]) == [0]


def test_ceilings_of_two_operations_bound_nothing() -> None:
    found = best(cap("2024-05-03", 400), cap("2024-06-03", 300, "b"))
    assert found.loc["2024", "state"] == "unknown"
    assert best(cap("2024-05-03", 300, None)).loc["2024", "state"] == "unknown"
    unnamed = best(cap("2024-05-03", 400), cap("2024-06-03", 300, None))
    assert unnamed.loc["2024", "state"] == "unknown"


@pytest.mark.parametrize(("low", "high"), [(300, 300), (301, None)])
def test_a_floor_above_the_ceiling_shows_that_it_does_not_bound(low: int, high: int | None) -> None:
    found = best(cap("2024-05-03", 300), part("2024-05-01", None, personnel_low=low))
    assert answer(found.loc["2024"]) == ("bounds", None, low, high, "D")


def test_a_ceiling_of_the_second_operation_on_record_bounds_its_own() -> None:
    before = part("2020-05-01", None, "z", personnel_low=5)
    rows = (cap("2024-05-03", 300, "b"), part("2024-05-01", None, "b", personnel_low=100))
    assert answer(best(before, *rows).loc["2024"]) == ("bounds", None, 100, 300, "D")


def test_a_ceiling_does_not_bound_beside_a_part_without_an_operation() -> None:
    rows = (cap("2024-05-03", 300), part("2024-05-01", None, None, personnel_low=100))
    assert answer(best(*rows).loc["2024"]) == ("bounds", None, 100, None, "D")


@pytest.mark.parametrize(("figure", "high"), [(0, 300), (1, None)])
def test_a_ceiling_does_not_bound_beside_people_of_a_stationing_series(
    figure: int, high: int | None
) -> None:
    rows = (cap("2024-05-03", 300), part("2024-05-01", None, personnel_low=100))
    found = best(*rows, series("2024-12-31", figure)).loc["2024"]
    assert answer(found) == ("bounds", None, 100, high, "D")


def test_a_count_of_a_region_is_only_a_ceiling() -> None:
    sources = {"source_id": "dmdc-309a-2008"}
    known_sources = pd.concat(
        [SOURCES, pd.DataFrame([{**sources, "kind": "official", "interval": "quarter"}])]
    )
    found = candidates(claims(part("2008-06-30", 190000, **sources)), known_sources)
    row = estimate(found, dyads(found, period("year")), around()).iloc[0]
    assert answer(row) == ("bounds", None, None, 190000, "D")


# --- signs ---------------------------------------------------------------------------------------


def test_presence_goes_before_a_withheld_figure() -> None:
    found = best(sign("2018-03-31", "withheld"), sign("2018-01-31", source_id="press"))
    assert found.loc["2018", "state"] == "presence_only"
    assert given(found.loc["2018"]) == [1]


def test_the_sign_from_the_best_source_dates_the_row() -> None:
    found = best(
        sign("2018-01-31", source_id="press"), sign("2018-03-31"),
        sign("2018-02-28", source_id="factbook"),
    ).loc["2018"]  # fmt: skip
    assert (given(found), found["as_of"]) == ([1], pd.Timestamp("2018-03-31"))


def test_a_sign_does_not_take_the_place_of_an_earlier_step() -> None:
    found = best(sign("2018-01-31"), part("2018-06-30", 40, place="Agadez")).loc["2018"]
    assert found["state"] == "bounds"


def test_a_sign_goes_before_a_count_that_is_only_remembered() -> None:
    found = best(total("2018-06-08", 730), sign("2021-01-31")).loc["2021"]
    assert (found["state"], found["last_total"]) == ("presence_only", 730)
