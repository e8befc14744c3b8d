"""The same list by several hands is one claim, and the best source is kept."""

from __future__ import annotations

from typing import Any

import pytest

from troopdata.importers.duplicate_figures import Statement, duplicates, same, source_rank
from troopdata.importers.table_rows import claim, dated

AGENCY = {"kind": "press", "publisher": "Associated Press", "transcribed_via": ""}
PAPER = {"kind": "press", "publisher": "Der Tagesspiegel", "transcribed_via": ""}
MINISTRY = {"kind": "official", "publisher": "A ministry", "transcribed_via": ""}
REPOST = {"kind": "press", "publisher": "Associated Press", "transcribed_via": "a blog"}
USUAL = {"sender": "POL", "host": "IRQ", "personnel": "900", "basis": "deployed_for_operation"}


def statement(
    source: dict[str, str] = AGENCY,
    *,
    turn: int = 1,
    on: str = "2007-02-24",
    page: str = "",
    **cells: Any,
) -> Statement:
    key = page or f"{source['publisher']}-{source['transcribed_via']}"
    made = claim(**{**USUAL, **dated("as_of", on), "source_id": key, **cells})
    return Statement(made, source, turn, (key, on, str(turn)))


def test_the_rank_of_sources() -> None:
    assert [source_rank(source) for source in (MINISTRY, AGENCY, PAPER, REPOST)] == [0, 1, 2, 3]
    copied = {**MINISTRY, "transcribed_via": "a mirror"}
    assert source_rank(copied) == 0


@pytest.mark.parametrize(
    ("other", "is_same"),
    [
        ({"on": "2007-03-24"}, True),
        ({"on": "2007-03-28"}, False),
        ({"on": "2007-02"}, True),
        ({"on": "2007"}, False),
        ({"personnel": "901"}, False),
        ({"host": "AFG"}, False),
        ({"place": "one camp"}, False),
        ({"operation_id": "mnf-iraq"}, True),
        ({"basis": "in_country_total"}, True),
        ({"basis": "authorised_ceiling"}, False),
        ({"force": "police"}, False),
        ({"service": "army"}, False),
        ({"personnel": "", "personnel_low": "900"}, True),
        ({"personnel": "", "personnel_low": "900", "personnel_high": "950"}, False),
    ],
)
def test_what_is_the_same_statement_on_two_pages(other: dict[str, str], is_same: bool) -> None:
    assert same(statement(), statement(PAPER, **other)) is is_same
    assert same(statement(PAPER, **other), statement()) is is_same


def test_two_operations_are_two_statements() -> None:
    one = statement(operation_id="isaf")
    assert not same(one, statement(PAPER, operation_id="enduring-freedom"))


def test_a_year_repeats_only_that_year() -> None:
    assert same(statement(on="2007"), statement(PAPER, on="2007"))
    assert not same(statement(on="2007"), statement(PAPER, on="2008"))


def test_two_dates_of_one_page_are_two_statements_of_one_reader() -> None:
    one, other = statement(on="2007-02", page="p"), statement(on="2007-03", page="p")
    assert not same(one, other)
    reader = statement(on="2007-03", page="p", turn=2)
    assert same(one, reader)
    assert not same(one, statement(on="2009", page="p", turn=2))


def test_one_page_that_two_readers_coded_otherwise_is_one_statement() -> None:
    one = statement(page="p", operation_id="isaf")
    other = statement(page="p", turn=2, place="part", basis="authorised_ceiling")
    assert same(one, other)


def kept(*statements: Statement) -> list[Statement]:
    left = {one.key for one, _ in duplicates(statements)}
    return [one for one in statements if one.key not in left]


def test_the_best_source_is_kept_whatever_the_order() -> None:
    several = [statement(source) for source in (REPOST, PAPER, MINISTRY, AGENCY)]
    for turned in (several, several[::-1]):
        (best,) = kept(*turned)
        assert best.source is MINISTRY
    assert {original.source["kind"] for _, original in duplicates(several)} == {"official"}


def test_what_the_release_holds_is_kept() -> None:
    (best,) = kept(statement(MINISTRY), statement(REPOST, turn=0))
    assert best.turn == 0


def test_of_one_page_a_ceiling_then_a_total_then_the_sharper_date_is_kept() -> None:
    ceiling = statement(page="p", basis="authorised_ceiling")
    total = statement(page="p", turn=2, basis="in_country_total")
    part = statement(page="p", turn=3)
    assert kept(part, total, ceiling) == [ceiling]
    assert kept(part, total) == [total]
    month, day = statement(page="p", on="2007-02"), statement(page="p", turn=2)
    assert kept(month, day) == [day]


def test_equal_figures_of_many_months_do_not_collapse_into_one() -> None:
    months = [statement(on=f"2007-0{month}-01", page=f"p{month}") for month in range(1, 8)]
    assert [one.claim["as_of"] for one in kept(*months)] == [
        "2007-01-01", "2007-03-01", "2007-05-01", "2007-07-01",
    ]  # fmt: skip


def test_a_duplicate_names_the_nearest_of_equal_figures() -> None:
    first, second = statement(on="1968", page="p"), statement(on="1969", page="p")
    again = statement(on="1969", page="p", turn=2)
    ((one, original),) = duplicates([first, second, again])
    assert (one.key, original.claim["as_of"]) == (again.key, "1969-01-01")
