"""Facts beside the claims, as days: withdrawals, bases in use, breaks and operations."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pandas as pd

from troopdata.estimation.context import NEVER, Context, context


def day(text: str) -> int:
    return (dt.date.fromisoformat(text) - dt.date(1970, 1, 1)).days


def table(rows: list[dict[str, Any]], columns: list[str], *dates: str) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=columns).astype("string")
    for name in dates:
        frame[name] = pd.to_datetime(frame[name]).dt.as_unit("s")
    return frame


def events(*rows: dict[str, Any]) -> pd.DataFrame:
    plain = {
        "kind": "withdrawal_completed", "status": "accepted", "sender": "USA", "host": "NER",
        "date": "2024-09-15", "date_precision": "day",
    }  # fmt: skip
    return table([{**plain, **row} for row in rows], list(plain), "date")


def tenancies(*rows: dict[str, Any]) -> pd.DataFrame:
    plain = {
        "base_id": "agadez", "sender": "USA", "started": "2016-01-01", "ended": None,
        "ended_precision": None,
    }  # fmt: skip
    return table([{**plain, **row} for row in rows], list(plain), "started", "ended")


BASES = pd.DataFrame({"base_id": ["agadez", "niamey"], "host": ["NER", "NER"]}, dtype="string")


def breaks(*rows: dict[str, Any]) -> pd.DataFrame:
    columns = ["series", "day", "until", "scope", "note"]
    return table(
        [{"series": "us-dmdc", "scope": "all", **row} for row in rows], columns, "day", "until"
    )


def operations(*rows: dict[str, Any]) -> pd.DataFrame:
    columns = ["operation_id", "ended", "ended_precision", "part_of"]
    return table(list(rows), columns, "ended")


def facts(**more: Any) -> Context:
    plain: dict[str, Any] = {
        "events": events(), "tenancies": tenancies(), "bases": BASES, "breaks": breaks(),
        "until": None,
    }  # fmt: skip
    return context(**{**plain, **more})


def rows(frame: pd.DataFrame) -> list[tuple[Any, ...]]:
    return list(frame.itertuples(index=False, name=None))


def test_a_withdrawal_is_completed_on_the_last_day_of_its_date() -> None:
    found = facts(
        events=events({}, {"date": "2024-09-01", "date_precision": "month", "host": "TCD"})
    ).withdrawals
    assert rows(found) == [("USA", "NER", day("2024-09-15")), ("USA", "TCD", day("2024-09-30"))]


def test_only_accepted_completed_withdrawals_of_a_dyad_and_day_count() -> None:
    others = [
        {"kind": "withdrawal_announced"}, {"status": "rejected"}, {"sender": None}, {"host": None},
        {"date": None},
    ]  # fmt: skip
    for other in others:
        assert facts(events=events(other)).withdrawals.empty


def test_a_base_is_in_use_from_the_first_day_to_the_last_and_without_an_end_for_ever() -> None:
    found = facts(
        tenancies=tenancies(
            {}, {"started": None, "ended": "2024-09-01", "ended_precision": "month"},
            {"base_id": "elsewhere"},
        )
    ).tenancies  # fmt: skip
    assert rows(found) == [
        ("USA", "NER", day("2016-01-01"), NEVER), ("USA", "NER", -NEVER, day("2024-09-30")),
    ]  # fmt: skip


def test_a_base_whose_end_is_only_bounded_from_below_is_in_use_to_that_day() -> None:
    """A base last listed in 1945 does not show that the sender uses one there in 1975."""
    last = {"ended": "1945-09-03", "ended_precision": "not_earlier_than"}
    found = facts(tenancies=tenancies({"started": "1945-09-02", **last})).tenancies
    assert rows(found) == [("USA", "NER", day("1945-09-02"), day("1945-09-03"))]


def test_a_break_without_an_end_lasts_for_ever() -> None:
    found = facts(
        breaks=breaks({"day": "2017-12-31"}, {"day": "2002-09-30", "until": "2008-09-30"})
    ).breaks
    assert rows(found) == [
        ("us-dmdc", day("2017-12-31"), NEVER, "all"),
        ("us-dmdc", day("2002-09-30"), day("2008-09-30"), "all"),
    ]


def test_an_operation_has_ended_on_the_last_day_of_its_date_and_may_be_part_of_another() -> None:
    found = facts(
        operations=operations(
            {"operation_id": "a", "ended": "2022-11-01", "ended_precision": "month"},
            {"operation_id": "b", "part_of": "a"},
        )
    )
    assert dict(found.ended) == {"a": day("2022-11-30")}
    assert dict(found.inside) == {"b": "a"}


def test_operations_may_be_missing_or_say_nothing_of_one_another() -> None:
    assert (dict(facts().ended), dict(facts().inside)) == ({}, {})
    bare = operations({"operation_id": "a", "ended": "2022-11-01", "ended_precision": "day"})
    found = facts(operations=bare.drop(columns="part_of"))
    assert (dict(found.ended), dict(found.inside)) == ({"a": day("2022-11-01")}, {})


def test_the_day_of_the_release_and_the_series_of_sources_are_kept() -> None:
    assert facts().until is None
    assert dict(facts().series) == {}
    found = facts(until=dt.date(2026, 11, 30), series={"letter": "us-wpr"})
    assert found.until == np.datetime64("2026-11-30")
    assert dict(found.series) == {"letter": "us-wpr"}


def test_never_lies_beyond_every_day_and_can_be_added_to() -> None:
    assert day("9999-12-31") < NEVER
    assert NEVER + NEVER > NEVER
    assert np.iinfo("int64").max >= NEVER * 4
