"""Step 4 of the rule at its limits: the stationing series, contradictions and breaks."""

from __future__ import annotations

import pandas as pd
import pytest
from made_claims import answer, around, best, given, part, series, total

from troopdata.estimation.context import Context


def test_the_series_gives_the_figure_by_its_last_report_of_the_period() -> None:
    found = best(series("2023-03-31", 300), series("2023-09-30", 400)).loc["2023"]
    assert answer(found) == ("stationed", 400, 400, 400, "C")
    assert (given(found), found["as_of"]) == ([1], pd.Timestamp("2023-09-30"))
    assert found["basis"] == "permanently_assigned"
    assert found["assigned"] == 400


def test_the_series_is_not_taken_where_a_part_contradicts_it() -> None:
    found = best(series("2023-03-31", 300), part("2023-04-30", 400, place="Agadez")).loc["2023"]
    assert answer(found) == ("bounds", None, 400, None, "D")


def test_the_series_is_not_taken_where_the_sum_of_operations_contradicts_it() -> None:
    rows = (series("2023-03-31", 300), part("2023-04-30", 250), part("2023-05-31", 250, "b"))
    assert answer(best(*rows).loc["2023"]) == ("parts", 500, 500, 500, "C")
    counted = best(total("2019-06-08", 900), *rows).loc["2023"]
    assert answer(counted) == ("between", None, 500, 900, "D"), "so the older count bounds"


@pytest.mark.parametrize(("day", "figure"), [("2022-12-31", 5), ("2022-12-30", None)])
def test_a_report_lasts_366_days_after_its_last_day(day: str, figure: int | None) -> None:
    found = best(series(day, 5), to=2024).loc[["2023", "2024"], "personnel"]
    assert pd.isna(found["2024"])
    years = best(series("2023-01-01", 5), to=2024).loc["2024", "personnel"]
    assert pd.isna(years), "730 days before the end"
    by_day = best(series("2022-12-31", 5), series("2024-06-01", 5), freq="day")
    assert by_day.loc["2024-01-01", "personnel"] == 5
    assert pd.isna(by_day.loc["2024-01-02", "personnel"])
    assert (found["2023"] == 5) if figure else True


def test_a_report_of_a_year_lasts_from_its_last_day() -> None:
    year = series("2022-01-01", 5, as_of_precision="year")
    by_month = best(year, series("2025-01-01", 5), freq="month")["personnel"]
    assert by_month["2022-01"] == 5
    assert by_month["2023-12"] == 5
    assert pd.isna(by_month["2024-01"])


def test_a_bound_of_the_series_gives_no_figure() -> None:
    found = best(series("2023-03-31", 300), series("2023-12-31", None, personnel_low=900))
    assert answer(found.loc["2023"]) == ("stationed", 300, 300, 300, "C")


# --- between two reports -------------------------------------------------------------------------


@pytest.mark.parametrize(("first", "state"), [("2020-12-31", "between"), ("2020-12-30", "unknown")])
def test_two_reports_1827_days_apart_bound_the_years_between(first: str, state: str) -> None:
    found = best(series(first, 700), series("2026-01-01", 500)).loc["2024"]
    bounds = (500, 700, "D") if state == "between" else (None, None, None)
    assert answer(found) == (state, None, *bounds)
    if state == "between":
        assert given(found) == [0, 1]
        assert found["as_of"] == pd.Timestamp(first)


def test_a_floor_raises_both_bounds_between_two_reports_unless_it_contradicts_both() -> None:
    rows = (series("2020-12-31", 500), series("2024-06-30", 700))
    inside = best(*rows, part("2023-03-01", 600, place="Agadez"))
    assert answer(inside.loc["2023"]) == ("between", None, 600, 700, "D")
    above = best(*rows, part("2023-03-01", 800, place="Agadez"))
    assert answer(above.loc["2023"]) == ("between", None, 800, 800, "D")
    against = best(*rows, part("2023-03-01", 900, place="Agadez"))
    assert answer(against.loc["2023"]) == ("bounds", None, 900, None, "D")


def test_a_series_that_is_incomplete_does_not_bound_the_years_between_reports() -> None:
    rows = (series("2020-12-31", 17), series("2024-06-30", 17))
    found = best(*rows, part("2021-01-31", 800, place="Agadez"))
    assert found.loc["2023", "state"] == "unknown"


# --- what makes the series a floor ---------------------------------------------------------------


@pytest.mark.parametrize(("day", "state"), [("2020-12-31", "bounds"), ("2021-01-01", "stationed")])
def test_a_part_is_compared_with_a_report_at_most_366_days_before_it(day: str, state: str) -> None:
    rows = (series("2019-12-31", 17), part(day, 800, place="Agadez"), series("2023-12-31", 17))
    assert best(*rows).loc["2023", "state"] == state


@pytest.mark.parametrize(("day", "state"), [("2019-12-30", "bounds"), ("2019-12-29", "stationed")])
def test_without_a_report_before_it_a_part_is_compared_with_the_first_one(
    day: str, state: str
) -> None:
    rows = (part(day, 800, place="Agadez"), series("2020-12-30", 17), series("2023-12-31", 17))
    assert best(*rows).loc["2023", "state"] == state


def test_a_part_is_compared_with_the_last_report_before_it_and_not_with_the_next() -> None:
    rows = (series("2020-03-31", 790), part("2020-04-01", 800), series("2020-12-31", 17))
    assert best(*rows, series("2023-12-31", 17)).loc["2023", "state"] == "stationed"


def test_a_bound_from_below_contradicts_and_one_from_above_does_not() -> None:
    rows = (series("2019-12-31", 17), series("2022-12-31", 17))
    least = best(*rows, total("2020-01-15", personnel_low=800)).loc["2022", "state"]
    most = best(*rows, total("2020-01-15", personnel_high=800)).loc["2022", "state"]
    assert (least, most) == ("between", "stationed")


@pytest.mark.parametrize(
    ("count", "state"),
    [
        (total("2021-06-30", 22), "stationed"),
        (total("2021-06-30", 23), "bounds"),
        (total("2021-06-30", 3), "stationed"),
        (total("2021-06-30", personnel_low=17), "bounds"),
        (part("2021-06-30", 17, place="Agadez"), "bounds"),
    ],
    ids=["agrees", "does not", "is below", "a bound", "a part"],
)
def test_only_a_count_that_agrees_or_is_below_ends_the_contradiction(
    count: dict[str, object], state: str
) -> None:
    rows = (series("2019-12-31", 17), part("2020-01-15", 800, place="Agadez"))
    later = (series("2021-06-29", 17), series("2024-06-30", 17))
    found = best(*rows, count, *later).loc["2024"]
    assert (found["state"] == "stationed") == (state == "stationed")


def test_what_begins_and_ends_on_one_day_has_begun() -> None:
    rows = (
        series("2019-12-31", 17), total("2020-01-15", 18), part("2020-01-15", 800, place="Agadez"),
        series("2023-12-31", 17),
    )  # fmt: skip
    assert best(*rows).loc["2023", "state"] != "stationed"
    gone = around(withdrawn=("2020-01-15",))
    only = (series("2019-12-31", 17), part("2020-01-15", 800, place="Agadez"))
    assert best(*only, series("2023-12-31", 17), facts=gone).loc["2023", "state"] == "bounds"


@pytest.mark.parametrize(("day", "state"), [("2020-12-30", "bounds"), ("2020-12-29", "stationed")])
def test_a_contradiction_is_out_of_date_after_1827_days(day: str, state: str) -> None:
    rows = (series("2020-06-30", 17), part(day, 800, place="Agadez"), series("2025-12-31", 17))
    assert best(*rows).loc["2025", "state"] == state


@pytest.mark.parametrize(
    ("spell", "state"),
    [
        (("2025-12-31", None), "bounds"),
        (("2026-01-01", None), "stationed"),
        ((None, "2025-12-31"), "bounds"),
        ((None, "2025-12-30"), "stationed"),
    ],
)
def test_a_base_in_use_on_the_last_day_keeps_the_contradiction(
    spell: tuple[str | None, str | None], state: str
) -> None:
    rows = (
        series("2019-06-30", 17), part("2019-07-30", 800, place="Agadez"), series("2025-12-31", 17)
    )  # fmt: skip
    facts = around(bases=(("1990-01-01", "1991-01-01"), spell))
    assert best(*rows, facts=facts).loc["2025", "state"] == state


def test_a_base_in_use_bears_on_its_own_host() -> None:
    rows = [
        row
        for host in ("MLI", "NER", "TCD")
        for row in (
            series("2019-06-30", 17, host=host),
            part("2019-07-30", 800, place="Agadez", host=host),
            series("2025-12-31", 17, host=host),
        )
    ]
    facts = around(bases=(("1990-01-01", None), ("1990-01-01", "1991-01-01")))
    found = best(*rows, facts=facts).loc["2025"].set_index("host")["state"]
    assert found.to_dict() == {"MLI": "stationed", "NER": "bounds", "TCD": "stationed"}


# --- breaks --------------------------------------------------------------------------------------


def broken(day: str, until: str | None, scope: str = "all") -> Context:
    return around(breaks=(("us-dmdc", day, until),), scope=scope)


@pytest.mark.parametrize(("day", "state"), [("2018-09-30", "bounds"), ("2018-09-29", "stationed")])
def test_a_fall_from_the_last_report_before_the_break_is_of_the_break(day: str, state: str) -> None:
    rows = (series(day, 900), series("2018-10-01", 870), series("2018-12-31", 100))
    facts = broken("2018-10-01", None) if state == "stationed" else broken("2018-12-31", None)
    assert best(*rows, facts=facts).loc["2018", "state"] == state


def test_a_report_of_the_day_of_the_break_is_within_it() -> None:
    rows = (series("2017-12-31", 900), series("2018-12-31", 100), series("2019-12-31", 100))
    assert best(*rows, facts=broken("2018-12-31", None)).loc["2019", "state"] == "bounds"
    assert best(*rows, facts=broken("2019-01-01", None)).loc["2019", "state"] == "stationed"


def test_a_report_of_the_day_on_which_the_break_ends_is_after_it() -> None:
    rows = (series("2017-12-31", 900), series("2018-12-31", 100), series("2019-12-31", 100))
    found = best(*rows, facts=broken("2018-06-30", "2018-12-31"))
    assert found.loc["2018", "state"] == "stationed", "no report within the break"
    found = best(*rows, facts=broken("2018-06-30", "2019-01-01"))
    assert found.loc[["2018", "2019"], "state"].tolist() == ["bounds", "stationed"]


@pytest.mark.parametrize(
    ("before", "state"), [("2015-12-31", "bounds"), ("2015-12-30", "stationed")]
)
def test_reports_on_either_side_of_a_break_are_compared_for_1827_days(
    before: str, state: str
) -> None:
    rows = (series(before, 900), series("2020-12-31", 100))
    assert best(*rows, facts=broken("2020-06-30", None)).loc["2020", "state"] == state


@pytest.mark.parametrize(("before", "state"), [(500, "bounds"), (501, "stationed")])
def test_a_small_host_has_at_most_500_people(before: int, state: str) -> None:
    rows = (series("2019-12-31", before), series("2020-12-31", 100))
    facts = broken("2020-06-30", None, "small_hosts")
    assert best(*rows, facts=facts).loc["2020", "state"] == state


@pytest.mark.parametrize(("after", "state"), [(201, "bounds"), (200, "stationed")])
def test_the_first_report_after_a_break_is_more_than_twice_the_last_one_within(
    after: int, state: str
) -> None:
    rows = (series("2018-12-31", 150), series("2019-12-31", 100), series("2020-12-31", after))
    facts = broken("2018-06-30", "2020-06-30")
    assert best(*rows, facts=facts).loc["2019", "state"] == state


def test_one_break_ends_and_another_begins() -> None:
    rows = (
        series("2017-12-31", 900), series("2018-12-31", 100), series("2019-12-31", 880),
        series("2020-12-31", 90), series("2021-12-31", 90),
    )  # fmt: skip
    facts = around(
        breaks=(("us-dmdc", "2018-06-30", "2019-06-30"), ("us-dmdc", "2020-06-30", None))
    )
    found = best(*rows, facts=facts)["state"]
    assert found.tolist() == ["stationed", "bounds", "stationed", "bounds", "bounds"]


def test_the_years_in_which_a_series_begins_or_ends_to_count_otherwise_are_marked() -> None:
    rows = [series(f"{year}-03-31", 100) for year in range(2017, 2023)]
    marked = best(*rows, facts=broken("2018-01-01", "2020-12-31"))["series_break"]
    assert marked[marked].index.tolist() == ["2018", "2020"]
    marked = best(*rows, facts=broken("2018-12-31", None))["series_break"]
    assert marked[marked].index.tolist() == ["2018"]
    none = best(total("2018-03-31", 100), facts=broken("2018-12-31", None))["series_break"]
    assert not none.any(), "no report of the series"


def test_a_withdrawal_ends_what_a_break_began() -> None:
    rows = (series("2017-12-31", 900), series("2018-12-31", 100), series("2020-12-31", 100))
    facts = around(breaks=(("us-dmdc", "2018-06-30", None),), withdrawn=("2019-06-30",))
    found = best(*rows, facts=facts)["state"]
    assert found[["2018", "2020"]].tolist() == ["bounds", "stationed"]


def test_a_period_that_ends_on_the_day_on_which_the_break_ends_is_after_it() -> None:
    rows = (series("2017-12-31", 900), series("2019-12-31", 100), series("2020-06-30", 100))
    ended = best(*rows, facts=broken("2018-06-30", "2020-12-31"))
    assert ended.loc[["2019", "2020"], "state"].tolist() == ["bounds", "stationed"]
    going_on = best(*rows, facts=broken("2018-06-30", "2021-01-01"))
    assert going_on.loc["2020", "state"] == "bounds"


def test_a_base_in_use_alone_does_not_make_the_series_a_floor() -> None:
    facts = around(bases=(("1990-01-01", None),))
    assert best(series("2020-06-30", 100), facts=facts).loc["2020", "state"] == "stationed"


def test_a_report_of_the_day_on_which_the_break_ends_does_not_show_a_fall() -> None:
    rows = (series("2017-12-31", 900), series("2018-12-31", 100))
    found = best(*rows, facts=broken("2018-06-30", "2018-12-31"), freq="quarter")
    assert found.loc["2018-Q3", "state"] == "stationed"


def test_a_greater_report_of_another_host_after_a_break_shows_nothing() -> None:
    rows = (series("2018-12-31", 100, host="MLI"), series("2021-12-31", 9000, host="NER"))
    found = best(*rows, facts=broken("2018-06-30", "2020-06-30"))
    assert set(found["state"]) == {"stationed"}


def test_a_break_of_small_hosts_is_not_marked_in_a_large_one() -> None:
    for figure, marked in ((500, True), (501, False)):
        small = broken("2020-06-30", None, "small_hosts")
        found = best(series("2020-12-31", figure), facts=small)
        assert found.loc["2020", "series_break"] == marked
        every = best(series("2020-12-31", figure), facts=broken("2020-06-30", None))
        assert every.loc["2020", "series_break"]


def test_a_fall_into_a_break_need_not_be_by_half() -> None:
    rows = (series("2019-12-31", 150), series("2020-12-31", 100))
    assert best(*rows, facts=broken("2020-06-30", None)).loc["2020", "state"] == "bounds"


def test_the_first_report_after_a_break_is_compared_and_not_a_later_one() -> None:
    rows = (series("2018-12-31", 150), series("2019-12-31", 100), series("2021-12-31", 120))
    facts = broken("2018-06-30", "2020-06-30")
    first = best(*rows, series("2020-12-31", 300), facts=facts)
    assert first.loc["2019", "state"] == "bounds"
    second = best(*rows, series("2020-12-31", 120), series("2022-12-31", 300), facts=facts)
    assert second.loc["2019", "state"] == "stationed"


def test_a_break_after_the_last_report_shows_nothing() -> None:
    rows = (series("2017-12-31", 900), series("2018-12-31", 100))
    found = best(*rows, facts=broken("2019-06-30", "2020-06-30"), to=2019)
    assert found["state"].tolist() == ["stationed", "stationed", "stationed"]


def test_a_part_before_the_only_report_of_the_last_host_is_compared_with_it() -> None:
    own = (part("2020-12-01", 800, place="Agadez"), series("2021-06-30", 17))
    beside = [series("2021-06-30", 900, host=host) for host in ("BFA", "MLI")]
    found = best(*own, *beside).loc["2021"].set_index("host")["state"]
    assert found.to_dict() == {"BFA": "stationed", "MLI": "stationed", "NER": "bounds"}
