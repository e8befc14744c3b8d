"""The first and last day on which sources show a tenancy or an agreement alive."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

import troopdata as td
from troopdata.curate.attestation import attested
from troopdata.schemas import arrow, model

Row = dict[str, Any]
TABLES = (
    "tenancies", "agreements", "agreement_parties", "deployments", "events", "spending", "sources",
)  # fmt: skip


def typed(name: str, rows: list[Row]) -> pd.DataFrame:
    table = model.table(name)
    found = pd.DataFrame(rows, columns=[field.name for field in table.fields])
    for field in table.fields:
        if field.type == "date":
            found[field.name] = pd.to_datetime(found[field.name]).astype("datetime64[s]")
    return found.astype({f.name: arrow.dtype(f) for f in table.fields if f.type != "geojson"})


def given(**rows: list[Row]) -> dict[str, pd.DataFrame]:
    """Tables in which only some have rows."""
    return attested({name: typed(name, rows.get(name, [])) for name in TABLES})


def tenancy(**more: Any) -> Row:
    plain = {"tenancy_id": "t", "base_id": "b", "sender": "USA", "role": "tenant", "source_id": "s"}
    return {**plain, **more}


def days(frame: pd.DataFrame) -> tuple[str, ...]:
    """First and last attested of the only row, and by whom."""
    row = frame.iloc[0]
    texts = [
        "" if pd.isna(row[n]) else str(row[n].date()) for n in ("first_attested", "last_attested")
    ]
    return (*texts, "" if pd.isna(row["attested_by"]) else row["attested_by"])


SINCE = {"started": "2010-01-01", "started_precision": "year"}


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ({}, ("", "", "")),
        (SINCE, ("2010-12-31", "2010-12-31", "s")),
        ({**SINCE, "status_as_of": "2015-03-04"}, ("2010-12-31", "2015-03-04", "s")),
        ({"started": "2010-05-05", "started_precision": "not_earlier_than"}, ("", "", "")),
        ({"started": "2010-05-05", "started_precision": "not_later_than"}, ("2010-05-05", "2010-05-05", "s")),
        ({**SINCE, "ended": "2012-01-01", "ended_precision": "year"}, ("2010-12-31", "2011-12-31", "s")),
        ({**SINCE, "ended": "2012-05-05", "ended_precision": "not_later_than"}, ("2010-12-31", "2010-12-31", "s")),
        ({"ended": "2012-05-05", "ended_precision": "not_earlier_than"}, ("2012-05-04", "2012-05-04", "s")),
    ],
)  # fmt: skip
def test_its_own_dates_attest_a_tenancy(row: Row, expected: tuple[str, ...]) -> None:
    assert days(given(tenancies=[tenancy(**row)])["tenancies"]) == expected


def claim(**more: Any) -> Row:
    plain = {
        "claim_id": "0" * 16, "sender": "USA", "base_id": "b", "as_of": "2020-01-01",
        "as_of_precision": "year", "personnel": 5, "status": "accepted",
        "value_state": "reported", "source_id": "c",
    }  # fmt: skip
    return {**plain, **more}


@pytest.mark.parametrize(
    ("row", "seen"),
    [
        ({}, True),
        ({"personnel": 0}, False),
        ({"personnel": None, "personnel_low": 3}, True),
        ({"personnel": None, "value_state": "presence_only"}, True),
        ({"personnel": None, "value_state": "suppressed"}, False),
        ({"status": "rejected"}, False),
        ({"sender": "FRA"}, False),
        ({"base_id": "other"}, False),
        ({"base_id": None}, False),
        ({"as_of": "2009-01-01"}, False),
    ],
)
def test_a_claim_of_somebody_at_the_base_attests_it(row: Row, seen: bool) -> None:
    found = given(tenancies=[tenancy(**SINCE)], deployments=[claim(**row)])
    expected = ("2010-12-31", "2020-01-01", "c") if seen else ("2010-12-31", "2010-12-31", "s")
    assert days(found["tenancies"]) == expected


def event(**more: Any) -> Row:
    plain = {
        "event_id": "e", "date": "2020-02-01", "date_precision": "month", "kind": "attack",
        "sender": "USA", "host": "NER", "base_id": "b", "status": "accepted", "source_id": "n",
    }  # fmt: skip
    return {**plain, **more}


@pytest.mark.parametrize(
    ("row", "seen"),
    [
        ({}, True),
        ({"kind": "base_closed"}, False),
        ({"kind": "withdrawal_completed"}, False),
        ({"status": "conflict"}, False),
        ({"sender": None}, False),
        ({"sender": "RUS"}, False),
    ],
)
def test_an_event_that_names_base_and_sender_attests_it(row: Row, seen: bool) -> None:
    found = given(tenancies=[tenancy(**SINCE)], events=[event(**row)])
    assert days(found["tenancies"])[1] == ("2020-02-01" if seen else "2010-12-31")


def test_a_base_structure_report_attests_what_the_united_states_use() -> None:
    worth = {"spending_id": "w", "base_id": "b", "date": "2024-09-30", "date_precision": "day",
             "kind": "replacement_value", "source_id": "bsr"}  # fmt: skip
    cost = {**worth, "spending_id": "x", "kind": "construction_cost", "date": "2025-01-01"}
    rows = [tenancy(**SINCE), tenancy(tenancy_id="u", sender="FRA", **SINCE)]
    found = given(tenancies=rows, spending=[worth, cost])["tenancies"].set_index("tenancy_id")
    assert found["attested_by"].to_dict() == {"t": "bsr", "u": "s"}
    assert str(found["last_attested"]["t"].date()) == "2024-09-30"


def test_a_sight_belongs_to_the_last_spell_that_had_begun() -> None:
    old = tenancy(started="1945-09-02", started_precision="not_later_than", ended="1945-09-03",
                  ended_precision="not_earlier_than")  # fmt: skip
    new = tenancy(tenancy_id="u", **SINCE)
    found = given(tenancies=[old, new], deployments=[claim()])["tenancies"].set_index("tenancy_id")
    assert found["last_attested"].dt.date.astype(str).to_dict() == {
        "t": "1945-09-02", "u": "2020-01-01",
    }  # fmt: skip


def test_a_page_that_gives_no_day_attests_on_its_own() -> None:
    pages = [{"source_id": "s", "published_on": "2018-03-01", "published_on_precision": "month"}]
    rows = [tenancy(), tenancy(tenancy_id="u", status_as_of="2015-01-01")]
    found = given(tenancies=rows, sources=pages)["tenancies"].set_index("tenancy_id")
    assert found["last_attested"].dt.date.astype(str).to_dict() == {
        "t": "2018-03-01", "u": "2015-01-01",
    }  # fmt: skip


def test_an_agreement_is_attested_by_parties_events_amendments_and_tenancies() -> None:
    rows = [
        {"agreement_id": name, "title": name, "source_id": f"of-{name}", **more}
        for name, more in (
            ("a", {}), ("b", {"amends": "a"}), ("c", {"status_as_of": "2022-02-02"}), ("d", {}),
            ("e", {}),
        )
    ]  # fmt: skip
    parties = [
        {"agreement_id": "a", "party": "USA", "signed": "1990-01-01", "signed_precision": "day", "source_id": "p"},
        {"agreement_id": "b", "party": "USA", "signed": "2001-01-01", "signed_precision": "day", "source_id": "p"},
        {"agreement_id": "d", "party": "USA", "in_force": "1999-01-01", "in_force_precision": "day", "ended": "2005-06-06", "ended_precision": "day", "source_id": "p"},
    ]  # fmt: skip
    happened = [
        event(event_id="f", agreement_id="e", kind="agreement_extended", date="2010-10-01"),
        event(event_id="g", agreement_id="e", kind="agreement_expired", date="2015-01-01"),
    ]
    used = [tenancy(agreement_id="b", status_as_of="2019-09-09")]
    found = given(agreements=rows, agreement_parties=parties, events=happened, tenancies=used)
    agreements = found["agreements"].set_index("agreement_id")
    assert agreements["last_attested"].dt.date.astype(str).to_dict() == {
        "a": "2001-01-01", "b": "2019-09-09", "c": "2022-02-02", "d": "2005-06-05",
        "e": "2010-10-01",
    }  # fmt: skip
    assert agreements["attested_by"].to_dict() == {
        "a": "of-b", "b": "s", "c": "of-c", "d": "p", "e": "n",
    }  # fmt: skip


def test_every_open_tenancy_of_the_release_was_seen_on_a_day() -> None:
    tenancies = td.load("tenancies")
    assert tenancies.loc[tenancies["ended"].isna(), "last_attested"].notna().all()


@pytest.mark.parametrize(
    "tenancy_id",
    ["irq-abu-ghraib", "mli-gao", "bfa-ouagadougou", "irq-ain-al-asad", "irq-camp-taji", "syr-t4"],
)
def test_dead_bases_of_an_audit_are_not_certain(tenancy_id: str) -> None:
    now = td.tenancies(on="2026-06-01")["tenancy_id"]
    assert not now.str.startswith(tenancy_id).any()
