"""Each named rule over small frames: which rows break it, the column, the value and the words."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from troopdata.gazetteer.resolver import Gazetteer
from troopdata.schemas.codes import identity_columns
from troopdata.schemas.keys import claim_ids
from troopdata.schemas.model import Rule
from troopdata.validation import rules

COUNTRIES = Gazetteer.from_rows(
    [
        {"country": code, "valid_from": start, "valid_to": end, "name": code, "kind": "state", "cow": "", "gw": "", "iso3": ""}
        for code, start, end in (("NER", "1960-08-03", ""), ("RVN", "1954-06-04", "1975-05-01"))
    ]
)  # fmt: skip

DAYS = {"started", "ended", "date", "signed", "in_force"}
Row = tuple[Any, ...]


def broken(
    kind: str, columns: str, *rows: Row, countries: Gazetteer | None = COUNTRIES
) -> list[tuple[object, ...]]:
    """(row, column, value, words) of each row that breaks a rule over columns."""
    names = columns.split()
    frame = pd.DataFrame(rows, columns=names)
    for name in names:
        kind_of = "datetime64[s]" if name in DAYS else None
        kind_of = kind_of or ("Int64" if pd.api.types.is_numeric_dtype(frame[name]) else "string")
        frame[name] = frame[name].astype(kind_of)
    rule = Rule("a-rule", kind, tuple(names), "says so")
    return [tuple(found) for found in rules.broken(frame, rule, countries)]


def test_a_date_and_its_precision_come_together_and_fit() -> None:
    found = broken(
        "date_precision", "date date_precision",
        ("2020-01-01", "year"), ("2020-02-01", "year"), ("2020-01-01", None), (None, "day"),
        (None, None), ("2020-02-01", "year"), ("2020-02-03", "day"), ("2020-02-03", "not_later_than"),
    )  # fmt: skip
    assert found == [
        (2, "date_precision", "", "date_precision is empty"),
        (3, "date", "", "date is empty"),
        (1, "date", "2020-02-01", "precision is year"),
        (5, "date", "2020-02-01", "precision is year"),
    ]


def ordered_dates(*rows: Row) -> list[int]:
    frame = pd.DataFrame(rows, columns=["started", "started_precision", "ended", "ended_precision"])
    types = {"started": "datetime64[s]", "ended": "datetime64[s]"}
    frame = frame.astype("string").astype(types)
    found = rules.broken(frame, Rule("r", "dates_ordered", ("started", "ended"), ""), None)
    return [position for position, *_ in found]


def test_dates_are_in_order_where_their_bounds_allow_it() -> None:
    assert ordered_dates(
        ("2020-06-01", "day", "2020-06-01", "day"),
        ("2020-06-02", "day", "2020-06-01", "day"),
        ("2020-06-02", "day", "2020-06-01", "month"),
        ("2020-06-02", "not_later_than", "2019-01-01", "day"),
        ("2021-01-01", "day", "2020-01-01", "year"),
        ("2020-12-31", "day", "2020-01-01", "year"),
        (None, None, "2020-01-01", "year"),
    ) == [1, 4]


def test_dates_without_precision_are_days() -> None:
    found = broken(
        "dates_ordered", "started ended",
        ("2020-06-02", "2020-06-01"), ("2020-06-01", "2020-06-01"), ("2020-06-01", None),
    )  # fmt: skip
    assert found == [(0, "ended", "2020-06-01", "started is 2020-06-02")]


def test_any_of_three_is_filled() -> None:
    rows = [("a", None, None), (None, None, None), (None, "b", None), (None, None, "c")]
    assert broken("any_of", "x y z", *rows) == [(1, "x", "", "")]


def test_three_are_filled_together() -> None:
    rows = [("a", "b", "c"), (None, None, None), ("a", None, None), (None, "b", "c")]
    assert broken("together", "x y z", *rows) == [
        (2, "y", "", "empty: y, z"),
        (3, "x", "", "empty: x"),
    ]


PAIRS = [("a", "b"), ("a", None), (None, "b"), (None, None)]


def test_the_second_is_filled_or_empty_where_the_first_is_filled() -> None:
    assert broken("implies", "x y", *PAIRS) == [(1, "y", "", "x is a")]
    assert broken("apart", "x y", *PAIRS) == [(0, "y", "b", "x is a")]


def test_a_bound_is_not_a_figure() -> None:
    found = broken(
        "bound", "qualifier personnel personnel_low personnel_high",
        ("at_least", None, 10, None), ("at_least", 10, 10, None), ("at_least", None, None, 10),
        ("up_to", None, None, 10), ("up_to", None, 10, None), ("range", None, 1, 2),
        ("range", None, None, None), ("range", None, 1, None), ("exact", 10, None, None),
        (None, 10, None, None), ("more_than", None, None, None), ("fewer_than", None, None, None),
    )  # fmt: skip
    assert found == [
        (1, "personnel", "10", "qualifier is at_least"),
        (2, "personnel_low", "", "qualifier is at_least"),
        (4, "personnel_high", "", "qualifier is up_to"),
        (6, "personnel_low", "", "qualifier is range"),
        (7, "personnel_high", "", "qualifier is range"),
        (10, "personnel_low", "", "qualifier is more_than"),
        (11, "personnel_high", "", "qualifier is fewer_than"),
    ]


def test_columns_do_not_fall_from_left_to_right() -> None:
    rows = [(1, 2, 3), (2, 2, 2), (1, None, 0), (3, 1, 4), (1, 3, 2), (None, None, None)]
    assert broken("ordered", "low best high", *rows) == [
        (3, "best", "1", "low is 3"),
        (2, "high", "0", "low is 1"),
        (4, "high", "2", "best is 3"),
    ]


def test_there_is_a_figure_exactly_where_the_state_says_so() -> None:
    found = broken(
        "figure_state", "value_state personnel personnel_low",
        ("reported", 1, None), ("reported", None, 1), ("reported", None, None),
        ("estimated", None, None), ("interpolated", None, None), ("suppressed", None, None),
        ("suppressed", None, 5), ("unknown", 4, 5), (None, None, 3), (None, None, None),
    )  # fmt: skip
    assert found == [
        (2, "personnel", "", "value_state is reported"),
        (3, "personnel", "", "value_state is estimated"),
        (4, "personnel", "", "value_state is interpolated"),
        (6, "personnel_low", "5", "value_state is suppressed"),
        (7, "personnel", "4", "value_state is unknown"),
    ]


def test_there_is_an_entry_into_force_exactly_where_the_code_says_so() -> None:
    day, later = ("2020-01-01", "day"), ("2020-01-02", "day")
    year, none = ("2020-01-01", "year"), (None, None)
    found = broken(
        "entry_into_force", "entry in_force in_force_precision signed signed_precision",
        ("stated", *later, *day), ("stated", *later, *none), ("stated", *none, *day),
        ("on_signature", *day, *day), ("on_signature", *later, *day),
        ("on_signature", *year, *day), ("on_signature", *day, *none),
        ("on_signature", *none, *day),
        ("provisional", *day, *day), ("provisional", *none, *day),
        ("not_yet", *none, *day), ("not_yet", *later, *day), ("never", *later, *day),
        ("not_found", *later, *day), ("not_found", *none, *none),
        (None, *later, *day), (None, *none, *day),
    )  # fmt: skip
    assert found == [
        (15, "entry", "", ""),
        (16, "entry", "", ""),
        (2, "in_force", "", "entry is stated"),
        (7, "in_force", "", "entry is on_signature"),
        (11, "entry", "not_yet", "in_force is filled"),
        (12, "entry", "never", "in_force is filled"),
        (13, "entry", "not_found", "in_force is filled"),
        (4, "in_force", "2020-01-02", "signed is 2020-01-01"),
        (5, "in_force", "2020-01-01", "signed is 2020-01-01"),
        (6, "in_force", "2020-01-01", "signed is NaT"),
    ]


def test_rows_older_than_the_way_of_entry_need_none() -> None:
    columns = "entry in_force in_force_precision signed signed_precision"
    old = [(None, "2020-01-01", "day", None, None), (None, None, None, "2020-01-01", "day")]
    assert broken("entry_into_force", columns, *old) == []


def test_forces_at_home_and_only_they_carry_a_subdivision() -> None:
    found = broken(
        "domestic", "sender host subdivision",
        ("USA", "NER", None), ("USA", "USA", "US-VA"), ("USA", "USA", None), ("USA", "NER", "US-VA"),
        ("USA", None, None), ("USA", None, "US-VA"), (None, None, None),
    )  # fmt: skip
    assert found == [(2, "subdivision", "", ""), (3, "host", "NER", ""), (5, "host", "", "")]


def test_a_claim_id_is_the_hash_of_what_it_identifies() -> None:
    frame = pd.DataFrame({name: ["a", "b", "c"] for name in identity_columns()}, dtype="string")
    wanted = claim_ids(frame)
    frame["claim_id"] = pd.Series([wanted[0], wanted[0], None], dtype="string")
    rule = Rule("r", "claim_id", ("claim_id", "sender", "host"), "")
    assert [tuple(found) for found in rules.broken(frame, rule, None)] == [
        (1, "claim_id", wanted[0], f"expected {wanted[1]}")
    ]


EXISTED = [
    ("RVN", "1975-04-30", "day"), ("RVN", "1975-05-01", "day"), ("RVN", "1975-01-01", "year"),
    ("RVN", "1954-01-01", "year"), ("NER", "1960-08-02", "day"), ("NER", "1960-08-02", "day"),
    ("XXX", "2000-01-01", "day"), (None, "2000-01-01", "day"), ("NER", None, None),
]  # fmt: skip


def test_a_country_existed_on_some_day_that_the_date_may_mean() -> None:
    assert broken("country_existed", "host date date_precision", *EXISTED) == [
        (4, "host", "NER", "date is 1960-08-02"),
        (5, "host", "NER", "date is 1960-08-02"),
        (1, "host", "RVN", "date is 1975-05-01"),
        (6, "host", "XXX", "date is 2000-01-01"),
    ]
    assert broken("country_existed", "host date date_precision", *EXISTED, countries=None) == []


@pytest.mark.parametrize(
    ("point", "lost"),
    [((0, 0), True), ((0, 1), False), ((1, 0), False), ((1, 1), False), ((-1, -1), False),
     ((0, None), False)],
)  # fmt: skip
def test_a_point_is_not_at_zero_zero(point: Row, lost: bool) -> None:
    found = broken("null_island", "latitude longitude", (5, 5), point)
    assert found == [(1, "latitude", "0", "")] * lost


def overlaps(*rows: Row, precise: bool = True) -> list[tuple[object, ...]]:
    names = ["base_id", "started", "started_precision", "ended", "ended_precision"]
    frame = pd.DataFrame(rows, columns=names).astype("string")
    frame = frame.astype({"started": "datetime64[s]", "ended": "datetime64[s]"})
    if not precise:
        frame = frame.drop(columns=["started_precision", "ended_precision"])
    rule = Rule("r", "spells_apart", ("base_id", "started", "ended"), "")
    return [tuple(found)[:3] for found in rules.broken(frame, rule, None)]


def spell(base: str, start: str | None, end: str | None, *sharp: str) -> Row:
    first, last = sharp or ("day", "day")
    return (base, start, first if start else None, end, last if end else None)


def test_spells_do_not_overlap() -> None:
    assert overlaps(
        spell("a", "2003-01-01", "2005-01-01"),
        spell("a", "2001-01-01", "2003-01-01"),
        spell("b", "2004-01-01", None),
        spell("a", "2004-12-31", None),
        spell("b", "2004-01-01", "2004-01-02"),
        spell("b", None, "2004-06-01"),
    ) == [(3, "started", "2004-12-31"), (2, "started", "2004-01-01")]


def test_an_open_spell_overlaps_all_that_come_after_it() -> None:
    rows = [spell("a", "2001-01-01", None), spell("a", "9999-12-30", None)]
    assert overlaps(*rows) == [(1, "started", "9999-12-30")]


def test_only_the_certain_parts_of_spells_are_compared() -> None:
    year = spell("a", "2001-01-01", "2003-01-01", "year", "year")
    assert overlaps(year, spell("a", "2003-01-01", None, "day", "day")) == []
    assert overlaps(year, spell("a", "2002-12-31", None)) == [(1, "started", "2002-12-31")]
    assert overlaps(spell("a", "2000-01-01", "2001-12-31"), year) == []
    assert overlaps(spell("a", "2000-01-01", "2002-01-01"), year) == [(1, "started", "2001-01-01")]
    # Within the year of both, nothing is certain.
    within = spell("a", "2001-01-01", "2001-01-01", "year", "year")
    assert overlaps(within, spell("a", "2001-01-01", None)) == []


def test_a_spell_of_no_day_overlaps_nothing() -> None:
    empty = spell("a", "2002-01-01", "2002-01-01")
    assert overlaps(spell("a", "2001-01-01", "2003-01-01"), empty) == []
    assert overlaps(empty, spell("a", "2002-01-01", "2003-01-01")) == []


def test_spells_without_precision_are_of_days() -> None:
    rows = [spell("a", "2001-01-01", "2003-01-01"), spell("a", "2002-12-31", None)]
    assert overlaps(*rows, precise=False) == [(1, "started", "2002-12-31")]
    rows = [spell("a", "2001-01-01", "2003-01-01"), spell("a", "2003-01-01", None)]
    assert overlaps(*rows, precise=False) == []
