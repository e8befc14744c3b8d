"""The written rule of ``docs/method.md``, step by step, on small claims."""

from __future__ import annotations

import pandas as pd
import pytest
from made_claims import (
    NOTHING_ELSE,
    SOURCES,
    Row,
    answer,
    around,
    best,
    cap,
    claims,
    in_year,
    known,
    part,
    series,
    sign,
    total,
)

import troopdata as td
from troopdata.api.release_context import release_context
from troopdata.errors import UnknownCode
from troopdata.estimation import candidates
from troopdata.estimation.context import Context
from troopdata.estimation.dyads import dyads
from troopdata.estimation.estimate import estimate
from troopdata.estimation.periods import period
from troopdata.schemas import model

# --- step 1: counts of the period ----------------------------------------------------------------


def test_the_count_nearest_the_end_gives_the_figure_and_all_counts_the_bounds() -> None:
    found = best(total("2023-06-08", 1016), total("2023-12-07", 648)).loc["2023"]
    assert answer(found) == ("observed", 648, 648, 1016, "A")
    assert found["conflict"]
    assert found["claim_ids"] == f"{1:016x}"
    assert found["as_of"] == pd.Timestamp("2023-12-07")


def test_official_sources_go_before_reference_works_and_press() -> None:
    found = best(
        total("2023-12-07", 648),
        total("2023-12-20", 1100, source_id="press"),
        {**in_year(2023), "personnel": 900, "source_id": "factbook"},
    ).loc["2023"]
    assert answer(found) == ("observed", 648, 648, 1100, "A")
    assert found["source_ids"] == "factbook;letter;press"


def test_a_count_by_another_than_the_state_is_a_b() -> None:
    found = best({**in_year(2023), "personnel": 900, "source_id": "factbook"})
    assert answer(found.loc["2023"]) == ("observed", 900, 900, 900, "B")


def test_a_figure_goes_before_a_bound_of_a_better_source_which_widens_it() -> None:
    found = best(
        total("2023-12-07", personnel_low=1500), total("2023-06-07", 1100, source_id="press")
    )
    assert answer(found.loc["2023"]) == ("observed", 1100, 1100, 1500, "B")
    found = best(
        total("2023-12-07", personnel_high=900), total("2023-06-07", 1100, source_id="press")
    )
    assert answer(found.loc["2023"]) == ("observed", 1100, 900, 1100, "B")


def test_two_readings_of_one_day_give_their_median() -> None:
    found = best(total("2017-06-06", 500), total("2017-06-06", 700), to=2018)
    assert answer(found.loc["2017"]) == ("observed", 600, 500, 700, "A")
    assert answer(found.loc["2018"]) == ("carried", 600, 500, 700, "B"), "and are carried as such"
    assert found.loc["2018", "last_total"] == 600


def test_a_bound_gives_no_figure_and_leaves_its_other_side_open() -> None:
    up_to = best(total("2024-05-03", personnel_high=1000))
    assert answer(up_to.loc["2024"]) == ("observed", None, None, 1000, "D")
    more_than = best(total("2024-05-03", personnel_low=1000))
    assert answer(more_than.loc["2024"]) == ("observed", None, 1000, None, "D")


def test_bounds_alone_close_in_unless_they_cross() -> None:
    inside = best(
        total("2024-05-03", personnel_low=500), total("2024-06-03", personnel_low=700),
        total("2024-07-03", personnel_high=900),
    )  # fmt: skip
    assert answer(inside.loc["2024"]) == ("observed", None, 700, 900, "D")
    crossed = best(total("2024-05-03", personnel_low=500), total("2024-07-03", personnel_high=300))
    assert answer(crossed.loc["2024"]) == ("observed", None, 300, 500, "D")


def test_a_part_raises_the_bounds_but_never_low_past_the_figure() -> None:
    found = best(
        total("2023-12-07", 600), total("2023-06-07", 400, source_id="press"),
        part("2023-06-30", 500),
    )  # fmt: skip
    assert answer(found.loc["2023"]) == ("observed", 600, 500, 600, "A")
    found = best(total("2023-12-07", 600), part("2023-02-01", 900))
    assert answer(found.loc["2023"]) == ("observed", 600, 600, 900, "A"), "ten months apart"


@pytest.mark.parametrize(("day", "clash"), [("2023-09-06", True), ("2023-09-05", False)])
def test_a_part_of_its_time_that_exceeds_the_count_leaves_no_figure(day: str, clash: bool) -> None:
    found = best(total("2023-12-07", 600), part(day, 900)).loc["2023"]
    figure, grade = (None, "D") if clash else (600, "A")
    assert answer(found) == ("observed", figure, 600, 900, grade)


@pytest.mark.parametrize(("count", "figure"), [(126, None), (125, 100)])
def test_a_contradiction_is_more_than_a_quarter_and_20_people(
    count: int, figure: int | None
) -> None:
    found = best(total("2023-12-07", 100), part("2023-12-01", count)).loc["2023"]
    assert answer(found)[1] == figure
    few = best(total("2023-12-07", 10), part("2023-12-01", 30)).loc["2023"]
    assert answer(few)[1] == 10


def test_the_exact_count_of_the_series_is_taken_where_it_agrees() -> None:
    found = best(total("2023-12-07", 1000), series("2023-12-31", 912)).loc["2023"]
    assert answer(found) == ("observed", 912, 912, 1000, "A")
    assert found["assigned"] == 912
    assert answer(best(total("2023-12-07", 1000), series("2023-12-31", 740)).loc["2023"])[1] == 1000


def test_an_official_count_later_than_the_series_keeps_its_figure() -> None:
    found = best(series("2023-09-30", 912), total("2023-12-07", 1000))
    assert answer(found.loc["2023"]) == ("observed", 1000, 1000, 1000, "A")
    press = best(series("2023-09-30", 912), total("2023-12-07", 1000, source_id="press"))
    assert answer(press.loc["2023"]) == ("observed", 912, 912, 1000, "B")


def test_the_series_gives_no_figure_where_a_part_contradicts_the_count() -> None:
    found = best(total("2023-12-07", 1000), series("2023-12-31", 980), part("2023-12-01", 2000))
    assert answer(found.loc["2023"]) == ("observed", None, 1000, 2000, "D")


def test_a_bound_is_made_exact_by_the_series_only_where_it_agrees_with_the_bound_itself() -> None:
    exact = best(total("2025-08-14", personnel_low=50000), series("2025-12-31", 54288))
    assert answer(exact.loc["2025"]) == ("observed", 54288, 54288, 54288, "A")
    missed = best(total("2025-08-14", personnel_low=50000), series("2025-12-31", 48000))
    assert answer(missed.loc["2025"]) == ("observed", 48000, 48000, 50000, "A")
    more = best(total("2025-08-14", personnel_low=4000), series("2025-12-31", 5540))
    assert answer(more.loc["2025"]) == ("observed", None, 5540, None, "D")
    few = best(total("2018-12-04", personnel_low=13000), series("2018-12-31", 1840))
    assert answer(few.loc["2018"]) == ("observed", None, 13000, None, "D")


def test_an_average_gives_a_c_where_there_is_no_count() -> None:
    mean = {**in_year(2023), "personnel": 700, "basis": "period_average"}
    assert answer(best(mean).loc["2023"]) == ("observed", 700, 700, 700, "C")
    assert answer(best(mean, total("2023-06-01", 650)).loc["2023"])[:2] == ("observed", 650)
    over = best(mean, part("2023-06-01", 900)).loc["2023"]
    assert answer(over)[0] != "observed"


# --- step 2: a count of none ---------------------------------------------------------------------


def test_a_count_of_none_holds_and_high_covers_who_left_in_the_year() -> None:
    found = best(total("2024-06-07", 700), total("2024-09-15", 0), to=2027)
    assert answer(found.loc["2024"]) == ("reported_zero", 0, 0, 700, "A")
    assert answer(found.loc["2025"]) == ("reported_zero", 0, 0, 0, "B")
    assert answer(found.loc["2027"]) == ("reported_zero", 0, 0, 0, "C")


def test_the_high_of_a_zero_covers_the_last_count_of_the_year_before() -> None:
    found = best(total("2023-06-07", 700), total("2024-01-15", 0))
    assert answer(found.loc["2024"]) == ("reported_zero", 0, 0, 700, "A")
    found = best(total("2022-06-07", 700), total("2024-01-15", 0))
    assert answer(found.loc["2024"]) == ("reported_zero", 0, 0, 0, "A")


def test_only_parts_after_a_zero_contradict_it() -> None:
    before = best(part("2024-08-20", 500), total("2024-09-15", 0))
    assert answer(before.loc["2024"]) == ("reported_zero", 0, 0, 500, "A")
    after = best(total("2024-09-15", 0), part("2024-10-20", 500))
    assert answer(after.loc["2024"]) == ("parts", 500, 500, 500, "C")


@pytest.mark.parametrize(
    ("later", "holds"),
    [
        (part("2025-03-01", 21), False),
        (part("2025-03-01", 20), True),
        (sign("2025-03-01"), False),
        (sign("2025-03-01", place="Agadez"), True),
        (series("2025-12-31", 11), True),
        (series("2025-12-31", 30), False),
    ],
)
def test_a_zero_holds_until_something_shows_forces(later: Row, holds: bool) -> None:
    found = best(total("2024-09-15", 0), later).loc["2025"]
    assert (found["state"] == "reported_zero") == holds


def test_a_zero_in_a_series_is_not_a_count_of_none() -> None:
    found = best(series("2024-12-31", 0), to=2026)
    assert answer(found.loc["2024"]) == ("stationed", 0, 0, 0, "C")
    assert found.loc["2026", "state"] == "unknown"


# --- step 3: carried counts ----------------------------------------------------------------------


def test_a_count_is_carried_for_two_years_and_remembered_for_five() -> None:
    found = best(total("2018-06-08", 730), to=2025)
    assert answer(found.loc["2019"]) == ("carried", 730, 730, 730, "B")
    assert answer(found.loc["2020"]) == ("carried", 730, 730, 730, "C")
    for year in range(2021, 2024):
        assert answer(found.loc[str(year)]) == ("last_known", None, None, None, "E")
        assert found.loc[str(year), "last_total"] == 730
    assert found.loc["2024", "state"] == "unknown"


def test_past_two_years_the_next_count_bounds_the_gap() -> None:
    found = best(total("2018-06-08", 730), total("2022-06-08", 808))
    assert answer(found.loc["2021"]) == ("between", None, 730, 808, "D")


def test_a_side_that_a_count_leaves_open_stays_open() -> None:
    found = best(total("2018-06-08", personnel_high=200), total("2022-06-08", 500))
    assert answer(found.loc["2021"]) == ("between", None, None, 500, "D")
    found = best(total("2018-06-08", personnel_low=200), total("2022-06-08", 500))
    assert answer(found.loc["2021"]) == ("between", None, 200, None, "D")
    found = best(total("2018-06-08", personnel_high=200), total("2022-06-08", personnel_low=500))
    # "At most 200" does not show that anyone was there.
    assert found.loc["2021", "state"] == "unknown"


def test_the_best_source_of_a_month_is_carried_with_the_span_of_a_year() -> None:
    found = best(
        total("2022-12-10", 600), total("2022-12-28", 900, source_id="press"),
        total("2022-03-01", personnel_low=1000), to=2023,
    )  # fmt: skip
    assert answer(found.loc["2023"]) == ("carried", 600, 600, 1000, "B")


@pytest.mark.parametrize(
    ("later", "facts"),
    [
        (series("2022-12-31", 5), around(withdrawn=("2022-05-01",))),
        ({**in_year(2022), **sign("2022-01-01"), "as_of_precision": "year",
          "basis": "combat_support", "source_id": "paper"}, NOTHING_ELSE),
        (part("2022-03-01", 2000), NOTHING_ELSE),
    ],
    ids=["withdrawal", "combat", "a greater part"],
)  # fmt: skip
def test_a_count_is_not_carried_past_what_ends_it(later: Row, facts: Context) -> None:
    before = total("2021-06-08", 800)
    assert best(before, to=2022).loc["2022", "state"] == "carried"
    assert best(before, later, facts=facts).loc["2022", "state"] != "carried"


def test_a_count_is_not_carried_where_the_series_of_deployments_moved() -> None:
    follows = {"basis": "assigned_incl_temporary"}
    left = best(
        series("2010-12-31", 50000, **follows), total("2011-04-01", 53300),
        series("2012-12-31", 164, **follows),
    )  # fmt: skip
    assert left.loc["2012", "state"] != "carried"
    stayed = best(
        series("2010-12-31", 50000), total("2011-04-01", 53300), series("2012-12-31", 164)
    )
    assert stayed.loc["2012", "state"] == "carried", "a series of the assigned says nothing of it"


def test_an_old_count_no_longer_bounds_a_force_that_was_seen_to_be_greater() -> None:
    found = best(
        total("2018-06-08", 730), series("2021-12-31", 900),
        part("2021-12-01", 2000, place="Agadez"),
    )  # fmt: skip
    assert answer(found.loc["2021"]) == ("bounds", None, 2000, None, "D")


# --- step 4: the stationing series ---------------------------------------------------------------


def test_the_series_is_taken_for_everyone_while_nothing_contradicts_it() -> None:
    found = best(series("2022-12-31", 400), part("2022-06-01", 410))
    assert answer(found.loc["2022"]) == ("stationed", 400, 400, 410, "C")


def test_the_series_is_a_floor_from_a_greater_count_to_one_that_agrees() -> None:
    found = best(
        series("2019-12-31", 17), total("2020-01-15", 800), series("2024-12-31", 17),
        total("2025-02-01", 20), series("2028-12-31", 17),
    )  # fmt: skip
    assert answer(found.loc["2024"])[0] != "stationed"
    assert found.loc["2024", "low"] == 17
    assert answer(found.loc["2028"]) == ("stationed", 17, 17, 17, "C")


@pytest.mark.parametrize(
    ("facts", "state"),
    [
        (NOTHING_ELSE, "stationed"),
        (around(bases=(("2015-01-01", None),)), "between"),
        (around(bases=(("2015-01-01", "2024-06-30"),)), "stationed"),
    ],
    ids=["no base", "a base in use", "a base that was left"],
)
def test_five_years_without_a_greater_count_or_a_base_end_the_contradiction(
    facts: Context, state: str
) -> None:
    found = best(
        series("2019-12-31", 17), total("2020-01-15", 800), series("2025-12-31", 17), facts=facts
    )
    assert found.loc["2025", "state"] == state


def test_a_withdrawal_ends_the_contradiction() -> None:
    rows = (series("2021-12-31", 17), total("2022-01-15", 800), series("2023-12-31", 17))
    assert best(*rows).loc["2023", "state"] == "carried"
    gone = around(withdrawn=("2022-09-01",))
    assert answer(best(*rows, facts=gone).loc["2023"]) == ("stationed", 17, 17, 17, "C")


def test_a_break_across_which_the_series_falls_makes_it_a_floor_while_it_lasts() -> None:
    rows = (series("2017-09-30", 9241), series("2018-09-30", 2082), series("2020-09-30", 9000))
    facts = around(breaks=(("us-dmdc", "2017-12-31", "2020-09-30"),))
    found = best(*rows, facts=facts)
    assert answer(found.loc["2017"])[0] == "bounds", "the break begins on the last day of 2017"
    assert answer(found.loc["2018"]) == ("bounds", None, 2082, None, "D")
    assert answer(found.loc["2020"]) == ("stationed", 9000, 9000, 9000, "C"), "the first as before"
    other = best(*rows, facts=around(breaks=(("uk-mod", "2017-12-31", None),)))
    assert other.loc["2018", "state"] == "stationed", "a break of another series"


def test_a_break_of_small_hosts_says_nothing_of_a_large_one() -> None:
    for before, after, state in ((400, 300, "bounds"), (57080, 38791, "stationed")):
        rows = (series("2008-06-30", before), series("2009-06-30", after))
        facts = around(breaks=(("us-dmdc", "2008-09-30", None),), scope="small_hosts")
        assert best(*rows, facts=facts).loc["2009", "state"] == state


def test_the_first_count_after_a_break_must_be_twice_the_last_one_within() -> None:
    for within, after, state in ((32803, 42521, "stationed"), (411, 6426, "bounds")):
        rows = (series("2006-09-30", within), series("2008-09-30", after))
        facts = around(breaks=(("us-dmdc", "2002-09-30", "2008-09-30"),))
        assert best(*rows, facts=facts).loc["2006", "state"] == state


def test_a_break_bears_on_each_host_by_its_own_figures() -> None:
    """A break without an end is far off: it must not reach into the next host."""
    hosts = ["AFG", "BHR", "DEU", "ESP", "GBR", "ITA", "JPN", "KOR", "KWT", "NER", "QAT", "TUR"]
    fallen = hosts[::2]
    rows = [
        series(day, 2082 if host in fallen and day > "2018" else 9000, host=host)
        for host in hosts
        for day in ("2017-09-30", "2018-09-30")
    ]
    found = best(*rows, facts=around(breaks=(("us-dmdc", "2017-12-31", None),)))
    states = found.loc["2018"].set_index("host")["state"].to_dict()
    assert states == {host: "bounds" if host in fallen else "stationed" for host in hosts}


def test_a_report_of_the_series_lasts_for_a_year() -> None:
    found = best(series("2023-09-30", 5), series("2030-03-31", 5), freq="quarter")
    assert answer(found.loc["2024-Q3"])[:2] == ("stationed", 5)
    assert found.loc["2024-Q4", "state"] == "unknown"


def test_crews_of_ships_are_not_in_the_figure_but_in_assigned() -> None:
    line = {"basis": "assigned_incl_temporary"}
    crew = {**series("2023-12-31", 300), "basis": "afloat", "place": "Afloat"}
    found = best(series("2023-12-31", 1000, **line), crew).loc["2023"]
    assert answer(found) == ("stationed", 700, 700, 700, "C")
    assert found["assigned"] == 1000


def test_a_part_is_compared_with_those_of_the_series_who_are_ashore() -> None:
    rows = (
        series("2020-12-31", 1000),
        series("2020-12-31", 300, basis="afloat", place="Afloat"),
        series("2023-12-31", 700),
    )
    for people, state in ((875, "stationed"), (876, "bounds")):
        found = best(*rows, part("2021-01-31", people, place="Agadez"))
        assert found.loc["2023", "state"] == state


# --- steps 5 to 7 --------------------------------------------------------------------------------


def test_operations_add_up_and_parts_without_one_do_not() -> None:
    found = best(
        part("2023-06-01", 300), part("2023-09-01", 200, "b"), part("2023-09-01", 90, None)
    )
    assert answer(found.loc["2023"]) == ("parts", 500, 500, 500, "C")


def test_troops_and_observers_of_one_operation_add_up() -> None:
    found = best(part("2023-06-01", 300), part("2023-06-01", 40, force="military_observer"))
    assert found.loc["2023", "personnel"] == 340


def test_an_operation_that_is_part_of_another_does_not_add() -> None:
    found = known(part("2023-06-01", 300), part("2023-09-01", 200, "b"))
    pairs = dyads(found, period("year"))
    row = estimate(found, pairs, around(inside={"b": "a"})).iloc[0]
    assert answer(row) == ("parts", 300, 300, 300, "C")


def test_an_operation_that_is_part_of_another_through_a_third_does_not_add() -> None:
    found = known(part("2023-06-01", 300), part("2023-09-01", 200, "c"))
    pairs = dyads(found, period("year"))
    row = estimate(found, pairs, around(inside={"c": "b", "b": "a"})).iloc[0]
    assert answer(row) == ("parts", 300, 300, 300, "C")


@pytest.mark.parametrize(
    ("facts", "state"),
    [
        (NOTHING_ELSE, "parts"),
        (around(ended={"a": "2023-11-30"}), "unknown"),
        (around(ended={"a": "2024-02-01"}), "parts"),
        (around(withdrawn=("2023-11-30",)), "unknown"),
    ],
    ids=["goes on", "ended before", "ended in the period", "withdrawal"],
)
def test_an_operation_is_carried_for_a_year_while_it_goes_on(facts: Context, state: str) -> None:
    found = best(part("2023-06-01", 300), facts=facts, to=2025)
    assert found.loc["2024", "state"] == state
    assert found.loc["2025", "state"] == "unknown"


def test_a_larger_force_of_five_years_makes_the_sum_a_floor() -> None:
    rows = (total("2019-06-01", 5000), part("2023-06-01", 300))
    assert answer(best(*rows).loc["2023"])[0] == "between"
    assert best(*rows).loc["2023", "low"] == 300
    gone = around(withdrawn=("2021-06-01",))
    assert answer(best(*rows, facts=gone).loc["2023"]) == ("parts", 300, 300, 300, "C")


def test_a_part_of_a_base_is_a_floor() -> None:
    found = best(part("2024-07-01", 200, place="Agadez"))
    assert answer(found.loc["2024"]) == ("bounds", None, 200, None, "D")


def test_a_ceiling_is_only_ever_a_high_of_its_own_operation() -> None:
    assert answer(best(cap("2024-05-03", 300)).loc["2024"]) == ("bounds", None, None, 300, "D")
    own = best(cap("2024-05-03", 300), part("2024-05-01", None, personnel_low=100))
    assert answer(own.loc["2024"]) == ("bounds", None, 100, 300, "D")
    other = best(cap("2024-05-03", 300), part("2024-05-01", None, "b", personnel_low=100))
    assert answer(other.loc["2024"]) == ("bounds", None, 100, None, "D")
    unnamed = best(cap("2024-05-03", 300, None))
    assert unnamed.loc["2024", "state"] == "unknown"


@pytest.mark.parametrize(
    ("value_state", "state"),
    [
        ("suppressed", "suppressed"),
        ("withheld", "suppressed"),
        ("presence_only", "presence_only"),
    ],
)
def test_a_missing_figure_is_never_zero(value_state: str, state: str) -> None:
    found = best(sign("2018-12-31", value_state, basis="permanently_assigned"))
    assert answer(found.loc["2018"]) == (state, None, None, None, "E")


@pytest.mark.parametrize("value_state", ["not_reported", "not_collected"])
def test_a_figure_that_was_not_collected_shows_nothing(value_state: str) -> None:
    assert known(sign("2018-12-31", value_state)).empty


# --- what holds of all steps ---------------------------------------------------------------------


def test_a_period_after_the_release_is_unknown_and_one_with_it_ends_there() -> None:
    rows = (total("2024-03-01", 700), total("2024-09-01", 500))
    found = best(*rows, facts=around(until="2024-06-30"), to=2025)
    assert answer(found.loc["2024"]) == ("observed", 700, 700, 700, "A")
    assert answer(found.loc["2025"]) == ("unknown", None, None, None, None)


def test_rejected_claims_and_other_forces_are_not_candidates() -> None:
    rows = claims(
        total("2024-07-01", 325, status="rejected"),
        total("2024-07-01", 20, force="contractor"),
        total("2024-07-01", 20, service="army"),
    )
    assert candidates.candidates(rows, SOURCES).empty


def test_an_unknown_basis_is_an_error() -> None:
    with pytest.raises(UnknownCode, match="in_country_total"):
        candidates.known_bases("in_country")


def test_no_claims_give_no_rows_with_columns_and_types() -> None:
    found = best()
    assert len(found) == 0
    assert set(model.table("presence").columns) - {"period"} <= set(found.columns)
    assert str(found["personnel"].dtype) == "Int32"


def test_a_host_without_claims_is_unknown() -> None:
    found, unit = known(total("2023-06-08", 730)), period("year")
    asked = dyads(found, unit).assign(host="MLI")
    assert answer(estimate(found, asked, NOTHING_ELSE).iloc[0]) == (
        "unknown", None, None, None, None,
    )  # fmt: skip


# --- the examples of the page --------------------------------------------------------------------


@pytest.fixture(scope="module")
def release() -> pd.DataFrame:
    return candidates.candidates(td.load("deployments"), td.load("sources"))


@pytest.mark.parametrize(
    ("sender", "host", "year", "expected"),
    [
        ("USA", "NER", 2023, ("observed", 648, 648, 1100, "A")),
        ("FRA", "MLI", 2022, ("parts", 25, 25, 25, "C")),
        ("USA", "BHR", 2023, ("observed", 5000, 5000, 5000, "B")),
        ("USA", "JPN", 2025, ("observed", 54288, 54288, 54288, "A")),
        ("USA", "IRQ", 2012, ("stationed", 164, 164, 164, "C")),
        ("RUS", "GEO", 2023, ("observed", None, None, 10000, "D")),
    ],
)
def test_the_examples_on_the_release(
    release: pd.DataFrame, sender: str, host: str, year: int, expected: tuple[object, ...]
) -> None:
    own = release[(release["sender"] == sender) & (release["host"] == host)]
    unit = period("year")
    pairs = dyads(own, unit, (unit.of_year(year), unit.of_year(year)))
    assert answer(estimate(own, pairs, release_context()).iloc[0]) == expected


@pytest.mark.parametrize(
    ("host", "year", "low"),
    [("IRQ", 2023, 2000), ("SYR", 2023, 500), ("ARE", 2020, 3500), ("KWT", 2018, 13000),
     ("JOR", 2020, 3000), ("DJI", 2025, 17)],
)  # fmt: skip
def test_the_series_is_not_taken_for_everyone_where_more_are_there(
    release: pd.DataFrame, host: str, year: int, low: int
) -> None:
    """The US series alone has 0, 0, 207, 1,840, 206 and 17 for these."""
    own = release[(release["sender"] == "USA") & (release["host"] == host)]
    unit = period("year")
    pairs = dyads(own, unit, (unit.of_year(year), unit.of_year(year)))
    found = estimate(own, pairs, release_context()).iloc[0]
    assert found["low"] == low
    assert found["state"] != "stationed"
    assert pd.isna(found["personnel"]) or found["personnel"] > found["assigned"]
