"""Sums of the method page: what adds, what is missing, and organisations beside their members."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from troopdata.estimation.sums import sums

Row = dict[str, Any]
PEOPLE = ["personnel", "low", "high", "last_total", "recent"]


def figure(
    host: str, people: int, low: int, high: int | None, grade: str = "A", **more: Any
) -> Row:
    return {"host": host, "personnel": people, "low": low, "high": high, "grade": grade, **more}


def least(host: str, low: int | None, **more: Any) -> Row:
    return {"host": host, "low": low, "grade": "E" if low is None else "D", **more}


def table(*rows: Row) -> pd.DataFrame:
    plain = {
        "sender": "USA", "period": "2020", "year": 2020, "region": "all",
        **dict.fromkeys(PEOPLE), "grade": None,
    }  # fmt: skip
    frame = pd.DataFrame([{**plain, **row} for row in rows])
    return frame.astype(dict.fromkeys(PEOPLE, "Int64"))


def added(
    *rows: Row, keys: tuple[str, ...] = ("sender",), organisations: tuple[str, ...] = ("NATO",)
) -> pd.DataFrame:
    return sums(table(*rows), list(keys), organisations)


def says(row: pd.Series) -> tuple[Any, ...]:
    """Figure, low, high, grade, parts, unknown and missing; None where there is none."""
    names = ("personnel", "low", "high", "grade", "parts", "unknown", "missing")
    return tuple(None if pd.isna(row[name]) else row[name] for name in names)


def only(*rows: Row, **how: Any) -> tuple[Any, ...]:
    found = added(*rows, **how)
    assert len(found) == 1
    return says(found.iloc[0])


def test_figures_lows_and_highs_are_added_apart() -> None:
    rows = figure("NER", 100, 90, 130), figure("MLI", 50, 50, 60, "B")
    assert only(*rows) == (150, 140, 190, "B", 2, 0, None)


def test_the_grade_is_the_worst_of_the_figures() -> None:
    for grades, worst in (("AA", "A"), ("AB", "B"), ("CA", "C"), ("BB", "B")):
        rows = [
            figure(host, 100, 100, 100, g) for host, g in zip(("NER", "MLI"), grades, strict=True)
        ]
        assert only(*rows)[3] == worst


def test_a_sum_has_a_high_only_where_every_part_has_one() -> None:
    rows = figure("NER", 1000, 1000, 1000), figure("MLI", 50, 50, None)
    assert only(*rows) == (1050, 1050, None, "A", 2, 0, None)
    rows = figure("NER", 1000, 1000, 1000), least("MLI", 10, high=40)
    assert only(*rows) == (1010, 1010, 1040, "C", 2, 1, "MLI")


@pytest.mark.parametrize(("floor", "known"), [(49, True), (50, True), (53, False), (100, False)])
def test_a_figure_leaves_out_less_than_a_twentieth_of_it(floor: int, known: bool) -> None:
    found = only(figure("NER", 1000, 900, 1200), least("MLI", floor))
    assert found[:2] == ((1000 + floor) if known else None, 900 + floor)
    assert found[3:] == ("C" if known else "D", 2, 1, "MLI")


def test_exactly_a_twentieth_is_too_much_to_leave_out() -> None:
    assert only(figure("NER", 950, 950, 950), least("MLI", 50))[0] is None
    assert only(figure("NER", 951, 951, 951), least("MLI", 50))[0] == 1001


def test_all_parts_without_a_figure_are_weighed_together() -> None:
    rows = figure("NER", 1000, 1000, 1000), least("MLI", 30), least("TCD", 30)
    assert only(*rows) == (None, 1060, None, "D", 3, 2, "MLI;TCD")


@pytest.mark.parametrize("name", ["last_total", "recent"])
def test_a_part_weighs_its_last_count_or_the_greatest_force_of_five_years(name: str) -> None:
    heavy = only(figure("NER", 1000, 1000, 1000), least("MLI", 10, **{name: 200}))
    assert heavy == (None, 1010, None, "D", 2, 1, "MLI")
    light = only(figure("NER", 1000, 1000, 1000), least("MLI", 10, **{name: 40}))
    assert light == (1010, 1010, None, "C", 2, 1, "MLI")
    nothing = only(figure("NER", 1000, 1000, 1000), least("MLI", None, **{name: 40}))
    assert nothing == (1000, 1000, None, "C", 2, 1, "MLI"), "what it weighs is not added"


def test_the_greatest_of_the_weights_counts() -> None:
    part = least("MLI", 10, last_total=200, recent=20)
    assert only(figure("NER", 1000, 1000, 1000), part)[0] is None
    part = least("MLI", 10, last_total=20, recent=200)
    assert only(figure("NER", 1000, 1000, 1000), part)[0] is None


def test_the_last_count_of_a_part_with_a_figure_weighs_nothing() -> None:
    rows = figure("NER", 1000, 1000, 1000, last_total=5000, recent=5000), least("MLI", 10)
    assert only(*rows)[0] == 1010


def test_without_a_figure_the_low_says_at_least() -> None:
    assert only(least("NER", 40), least("MLI", None)) == (None, 40, None, "D", 2, 2, "MLI;NER")
    assert only(least("NER", None)) == (None, None, None, "E", 1, 1, "NER")
    assert only(least("NER", 0, high=0)) == (None, 0, 0, "D", 1, 1, "NER")


def test_a_sum_of_nothing_but_zeros_is_zero() -> None:
    rows = figure("NER", 0, 0, 0), figure("MLI", 0, 0, 10, "B")
    assert only(*rows) == (0, 0, 10, "B", 2, 0, None)
    assert only(figure("NER", 0, 0, 0), least("MLI", None))[0] is None


def test_a_figure_without_a_low_counts_as_its_own_floor() -> None:
    bare = {"host": "NER", "personnel": 100, "grade": "A"}
    assert only(bare) == (100, 100, None, "A", 1, 0, None)


def test_parts_are_named_by_what_the_sum_runs_over() -> None:
    rows = (
        figure("NER", 9000, 9000, 9000), least("MLI", 10), least("MLI", 10, sender="FRA"),
        figure("MLI", 9000, 9000, 9000, sender="DEU"),
    )  # fmt: skip
    by_sender = added(*rows).set_index("sender")["missing"]
    assert by_sender["USA"] == "MLI"
    by_host = added(*rows, keys=("host",)).set_index("host")["missing"]
    assert by_host["MLI"] == "FRA;USA"
    assert pd.isna(by_host["NER"])
    whole = added(*rows, keys=())
    assert whole["missing"].tolist() == ["FRA-MLI;USA-MLI"]
    both = added(*rows, keys=("sender", "host")).set_index(["sender", "host"])["missing"]
    assert both["USA", "MLI"] == "MLI"


def test_every_period_and_region_is_added_apart() -> None:
    rows = (
        figure("NER", 100, 100, 100), figure("NER", 300, 300, 300, period="2021", year=2021),
        figure("DEU", 7, 7, 7, region="Europe"), figure("NOR", 5, 5, 5, region=None),
        least("ESP", 4, region=None),
    )  # fmt: skip
    found = added(*rows, keys=("region",))
    assert [name for name in found["region"] if isinstance(name, str)] == ["Europe", "all", "all"]
    assert found["period"].tolist() == ["2020", "2020", "2021", "2020"]
    assert found["year"].tolist() == [2020, 2020, 2021, 2020]
    assert found["low"].tolist() == [7, 100, 300, 9]
    assert found["missing"].fillna("").tolist() == ["", "", "", "USA-ESP"]


def test_the_columns_have_the_types_of_a_sum() -> None:
    found = added(figure("NER", 100, 100, 100))
    assert found.columns.tolist()[:3] == ["sender", "period", "year"]
    assert found.dtypes.astype(str).to_dict().items() >= {
        "personnel": "Int64",
        "low": "Int64", "high": "Int64", "grade": "string", "parts": "Int32",
        "unknown": "Int32", "missing": "string",
    }.items()  # fmt: skip


# --- organisations -------------------------------------------------------------------------------


def nato(people: int, low: int, high: int | None, **more: Any) -> Row:
    return figure("EST", people, low, high, sender="NATO", **more)


def test_an_organisations_count_does_not_add_to_its_members() -> None:
    member = figure("EST", 1000, 900, 1100, sender="GBR")
    covered = only(member, nato(1000, 800, 1200), keys=("host",))
    assert covered == (1000, 900, 1100, "A", 2, 0, None)

    less = only(member, nato(900, 800, 1200), keys=("host",))
    assert less == (1000, 900, 1100, "A", 2, 0, None)
    one = figure("EST", 1, 1, 1, sender="GBR")
    assert only(one, nato(1, 1, 1), keys=("host",)) == (1, 1, 1, "A", 2, 0, None)


def test_an_organisations_figure_is_not_one_of_the_sum() -> None:
    member = least("EST", 900, sender="GBR")
    assert only(member, nato(800, 700, 900), keys=("host",)) == (
        None, 900, None, "D", 2, 1, "GBR",
    )  # fmt: skip


def test_what_exceeds_the_members_stays_as_a_part_without_a_figure() -> None:
    member = figure("EST", 1000, 900, 1100, sender="GBR")
    little = only(member, nato(1020, 1010, 1020), keys=("host",))
    assert little == (1010, 1010, None, "C", 2, 1, "NATO")
    much = only(member, nato(1500, 1400, 1600), keys=("host",))
    assert much == (None, 1400, None, "D", 2, 1, "NATO")
    one = only(member, nato(1001, 850, 1001), keys=("host",))
    assert one == (1000, 900, None, "C", 2, 1, "NATO"), "figures and floors are compared apart"


def test_a_member_with_a_floor_alone_counts_by_it() -> None:
    member = least("EST", 990, sender="GBR"), figure("EST", 10, 5, 10, sender="FRA")
    assert only(*member, nato(1000, 800, 1200), keys=("host",))[:2] == (None, 995)


def test_an_organisation_that_gives_a_floor_alone_is_cut_by_it() -> None:
    member = figure("EST", 1000, 900, 1100, sender="GBR")
    floor = least("EST", 1040, sender="NATO")
    assert only(member, floor, keys=("host",)) == (1040, 1040, None, "C", 2, 1, "NATO")
    old = least("EST", 500, sender="NATO", last_total=3000)
    assert only(member, old, keys=("host",)) == (None, 900, None, "D", 2, 1, "NATO")


def test_an_organisation_without_members_beside_it_stays_whole() -> None:
    rows = nato(1000, 800, 1200), figure("LVA", 300, 300, 300, sender="CAN")
    found = added(*rows, keys=("host",)).set_index("host")
    assert says(found.loc["EST"]) == (1000, 800, 1200, "A", 1, 0, None)
    zero = figure("EST", 0, 0, 0, sender="GBR")
    assert only(nato(1000, 800, 1200), zero, keys=("host",))[:3] == (1000, 800, 1200)


def test_members_of_another_period_are_not_beside_it() -> None:
    member = figure("EST", 1000, 900, 1100, sender="GBR", period="2021", year=2021)
    found = added(member, nato(1000, 800, 1200), keys=("host",)).set_index("period")
    assert found.loc["2020", "personnel"] == 1000


def test_in_sums_by_sender_an_organisation_stays_whole() -> None:
    member = figure("EST", 1000, 900, 1100, sender="GBR")
    found = added(member, nato(1500, 1400, 1600)).set_index("sender")
    assert found["personnel"].to_dict() == {"GBR": 1000, "NATO": 1500}


def test_an_organisation_is_cut_in_each_host_and_in_the_whole_world() -> None:
    rows = (
        figure("EST", 1000, 900, 1100, sender="GBR"), nato(1000, 800, 1200),
        figure("LVA", 10000, 10000, 10000, sender="CAN"),
        figure("LVA", 10300, 10200, 10400, sender="NATO"),
    )  # fmt: skip
    assert only(*rows, keys=()) == (11200, 11100, None, "C", 4, 1, "NATO-LVA")
    assert only(*rows, keys=("region",))[0] == 11200


def test_two_organisations_do_not_cut_each_other() -> None:
    rows = nato(1000, 1000, 1000), figure("EST", 400, 400, 400, sender="UN")
    assert only(*rows, keys=("host",), organisations=("NATO", "UN"))[0] == 1400
