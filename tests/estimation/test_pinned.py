"""Estimates from pinned bases or one series: read as one series, and nothing else moves them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from made_claims import (
    NOTHING_ELSE,
    Row,
    answer,
    around,
    given,
    in_year,
    known,
    series,
    sign,
    total,
)

from troopdata.estimation.context import Context
from troopdata.estimation.dyads import dyads
from troopdata.estimation.periods import period
from troopdata.estimation.pinned import pinned


def alone(*rows: Row, facts: Context = NOTHING_ELSE, freq: str = "year", to: int = 0) -> Any:
    """The pinned estimate by period, from the first claim to the last or the end of a year."""
    found, unit = known(*rows), period(freq)
    pairs = dyads(found, unit)
    if to:
        pairs["last"] = unit.number(np.array([f"{to}-12-31"], dtype="datetime64[D]"))[0]
    return pinned(found, pairs, facts, freq=freq).set_index("period")  # type: ignore[arg-type]


def test_the_claim_nearest_the_end_gives_the_figure_and_the_period_the_bounds() -> None:
    found = alone(total("2023-06-08", 1016), total("2023-12-07", 648)).loc["2023"]
    assert answer(found) == ("observed", 648, 648, 1016, "A")
    assert (given(found), found["claims"]) == ([1], 2)
    assert found["as_of"] == pd.Timestamp("2023-12-07")


def test_several_of_one_day_give_their_median() -> None:
    rows = [total("2023-12-07", people) for people in (100, 120, 190)]
    found = alone(*rows, total("2023-12-01", 999), total("2022-01-01", 5), total("2024-01-01", 7))
    assert found["personnel"].tolist() == [5, 120, 7]
    assert given(found.loc["2023"]) == [0, 1, 2]
    two = alone(total("2022-12-07", 10), total("2023-12-07", 100), total("2023-12-07", 120))
    assert two["personnel"].tolist() == [10, 110]


def test_a_figure_goes_before_a_later_bound() -> None:
    found = alone(total("2023-06-08", 600), total("2023-12-07", personnel_low=700)).loc["2023"]
    assert answer(found) == ("observed", 600, 600, 600, "A")
    bound = alone(total("2023-12-07", personnel_low=700)).loc["2023"]
    assert answer(bound) == ("observed", None, 700, None, "D")


def test_the_best_source_is_asked_first_and_the_next_only_for_other_periods() -> None:
    rows = (
        total("2023-06-08", 600), total("2023-12-07", 700, source_id="press"),
        total("2024-12-07", 800, source_id="press"),
    )  # fmt: skip
    found = alone(*rows)
    assert answer(found.loc["2023"]) == ("observed", 600, 600, 700, "A")
    assert answer(found.loc["2024"]) == ("observed", 800, 800, 800, "B")
    closed = alone(*rows, total("2025-06-07", 900)).loc["2024"]
    assert given(closed) == [0, 3], "the best source bounds the year by its neighbours"


def test_a_count_of_none_holds_until_the_next_count_of_its_series() -> None:
    found = alone(total("2020-06-08", 0), total("2023-06-08", 50))
    assert answer(found.loc["2020"]) == ("reported_zero", 0, 0, 0, "A")
    assert answer(found.loc["2021"]) == ("reported_zero", 0, 0, 0, "B")
    assert answer(found.loc["2022"]) == ("reported_zero", 0, 0, 0, "B")
    assert answer(found.loc["2023"])[:2] == ("observed", 50)
    press = alone(total("2020-06-08", 0, source_id="press"), to=2022)
    assert press["grade"].tolist() == ["B", "C", "C"]


def test_a_zero_of_a_series_does_not_hold() -> None:
    found = alone(series("2020-06-30", 0), to=2023)
    assert found["state"].tolist() == ["reported_zero", "unknown", "unknown", "unknown"]


@pytest.mark.parametrize(
    ("row", "last"),
    [
        (series("2023-01-01", 5), "2024-01-02"),
        (series("2023-01-01", 5, source_id="quarterly"), "2023-04-03"),
        (total("2023-01-01", 5), "2023-07-04"),
        (total("2023-01-01", 5, source_id="press"), "2023-01-01"),
    ],
    ids=["a year", "a quarter", "half a year", "irregular"],
)
def test_a_claim_lasts_for_the_interval_of_its_source(row: Row, last: str) -> None:
    found = alone(row, freq="day", to=2024)
    some = found[found["personnel"].notna()]
    assert some.index[-1] == last
    assert set(some["state"].iloc[1:]) <= {"carried"}
    if len(some) > 1:
        assert answer(some.iloc[-1]) == ("carried", 5, 5, 5, "B")
        assert given(some.iloc[-1]) == [0]


def test_a_carried_figure_keeps_its_own_bounds_and_loses_a_grade() -> None:
    found = alone(
        total("2022-12-07", 600, personnel_low=500, personnel_high=900), freq="quarter", to=2023
    )
    assert answer(found.loc["2023-Q1"]) == ("carried", 600, 500, 900, "B")
    paper = alone(total("2022-12-07", 600, source_id="paper"), freq="quarter", to=2023)
    assert answer(paper.loc["2023-Q3"]) == ("carried", 600, 600, 600, "C")


@pytest.mark.parametrize(("day", "state"), [("2023-12-09", "between"), ("2023-12-10", "unknown")])
def test_two_counts_less_than_five_years_apart_bound_a_gap(day: str, state: str) -> None:
    found = alone(total("2018-12-09", 600), total(day, 200)).loc["2021"]
    bounds = (200, 600, "D") if state == "between" else (None, None, None)
    assert answer(found) == (state, None, *bounds)
    if state == "between":
        assert given(found) == [0, 1]
        assert found["as_of"] == pd.Timestamp("2018-12-09")


def test_the_nearest_counts_on_either_side_bound_a_gap() -> None:
    found = alone(
        total("2016-12-09", 9000), total("2018-12-09", 600), total("2022-12-09", 200),
        total("2023-12-09", 8000),
    )  # fmt: skip
    assert answer(found.loc["2020"]) == ("between", None, 200, 600, "D")


def test_a_gap_before_the_first_count_is_unknown() -> None:
    found, unit = known(total("2023-06-08", 600)), period("year")
    rows = pinned(found, dyads(found, unit, (50, 56)), NOTHING_ELSE)
    assert rows["state"].tolist() == ["unknown"] * 3 + ["observed"] + ["unknown"] * 3


@pytest.mark.parametrize(
    ("state", "expected"),
    [("presence_only", "presence_only"), ("suppressed", "suppressed"), ("withheld", "suppressed")],
)
def test_a_claim_without_a_number_says_why(state: str, expected: str) -> None:
    found = alone(sign("2018-01-31", state), sign("2018-03-31", state, source_id="press"))
    assert answer(found.loc["2018"]) == (expected, None, None, None, "E")
    assert given(found.loc["2018"]) == [0]
    counted = alone(sign("2018-01-31", state), total("2018-03-31", 20))
    assert counted.loc["2018", "state"] == "observed"
    assert given(counted.loc["2018"]) == [1]


def test_presence_goes_before_a_withheld_figure() -> None:
    found = alone(sign("2018-01-31", "suppressed"), sign("2018-03-31", source_id="press"))
    assert found.loc["2018", "state"] == "presence_only"


def test_only_claims_of_the_same_basis_widen_the_bounds() -> None:
    rows = (total("2023-12-07", 600), series("2023-06-30", 50))
    assert answer(alone(*rows).loc["2023"]) == ("observed", 600, 600, 600, "A")
    same = (total("2023-12-07", 600), total("2023-06-30", 50, source_id="press"))
    assert answer(alone(*same).loc["2023"]) == ("observed", 600, 50, 600, "A")


def test_a_row_whose_basis_is_not_that_of_the_row_before_is_marked() -> None:
    found = alone(
        total("2019-12-07", 600), series("2020-12-31", 500, source_id="quarterly"),
        series("2021-12-31", 500, source_id="quarterly"), total("2024-12-07", 600),
    )  # fmt: skip
    marked = found["basis_break"]
    assert marked[marked].index.tolist() == ["2020", "2024"]
    hosts = alone(total("2020-12-07", 600, host="MLI"), series("2021-12-31", 5, host="NER"))
    assert not hosts["basis_break"].any(), "another host"


def test_the_breaks_of_the_series_are_marked_where_the_series_gives_the_row() -> None:
    rows = [series(f"{year}-12-31", 100) for year in (2019, 2020, 2021)]
    facts = around(breaks=(("us-dmdc", "2020-06-30", None),))
    assert alone(*rows, facts=facts)["series_break"].tolist() == [False, True, False]
    first = around(breaks=(("us-dmdc", "2019-06-30", None),))
    assert alone(*rows, facts=first)["series_break"].tolist() == [True, False, False]
    counts = [total(f"{year}-12-31", 100) for year in (2019, 2020, 2021)]
    assert not alone(*counts, facts=facts)["series_break"].any()


def test_nothing_is_known_after_the_release() -> None:
    rows = (total("2024-03-01", 700), total("2024-09-01", 500))
    found = alone(*rows, facts=around(until="2024-06-30"), to=2025)
    assert answer(found.loc["2024"]) == ("observed", 700, 700, 700, "A")
    assert found.loc["2025", "state"] == "unknown"


def test_no_claims_give_no_rows_and_no_days_nothing_known() -> None:
    assert len(alone()) == 0
    found = known(total("2024-03-01", 700))
    asked = dyads(found, period("year"), (54, 54)).assign(host="MLI")
    assert pinned(found, asked, NOTHING_ELSE)["state"].tolist() == ["unknown"]
    nothing = asked.assign(host="NER", last=53)
    assert len(pinned(found, nothing, NOTHING_ELSE)) == 0


# --- a dyad among others -------------------------------------------------------------------------

HOSTS: dict[str, list[Row]] = {
    "BBA": [total("2020-06-01", 600)],
    "BBB": [total("2018-06-01", 600), total("2021-06-01", 700)],
    "BBC": [total("2018-06-01", 0)],
    "BBD": [series("2018-06-30", 30), series("2020-12-31", 40)],
    "BBE": [sign("2020-06-01")],
    "BBF": [{**in_year(2020), "personnel": 7, "source_id": "factbook"}],
    "BBG": [total("2020-06-01", personnel_low=600)],
    "BBH": [total("2020-06-01", 600), series("2021-06-30", 30)],
    "BBI": [total("2022-06-01", 600)],
}
BESIDE: dict[str, list[Row]] = {
    "counts": [total(f"{year}-03-01", 9000) for year in range(2017, 2024)],
    "zeros": [total(f"{year}-03-01", 0) for year in range(2017, 2024)],
    "one": [total("2020-03-01", 0)],
    "series": [series(f"{year}-03-01", 9000) for year in range(2017, 2024)],
    "signs": [sign(f"{year}-03-01") for year in range(2017, 2024)],
}


def answers(hosts: dict[str, list[Row]]) -> pd.DataFrame:
    rows = [
        {**row, "host": host, "claim_id": f"{host.lower().encode().hex()}{at:010x}"}
        for host, own in hosts.items()
        for at, row in enumerate(own)
    ]
    found, unit = known(*rows), period("year")
    pairs = dyads(found, unit, (unit.of_year(2016), unit.of_year(2024)))
    facts = around(breaks=(("us-dmdc", "2020-01-01", None),))
    return pinned(found, pairs, facts).set_index(["host", "period"])


@pytest.mark.parametrize("beside", BESIDE)
def test_a_dyad_is_answered_as_if_it_were_alone(beside: str) -> None:
    among = answers({"AAA": BESIDE[beside], **HOSTS, "ZZZ": BESIDE[beside]})
    for host, rows in HOSTS.items():
        pd.testing.assert_frame_equal(among.loc[[host]], answers({host: rows}))
