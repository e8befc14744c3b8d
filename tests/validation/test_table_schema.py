"""One bad fixture per rule: the exact row, column and rule, every bad row, and nothing else."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from troopdata.errors import Failure, Invalid
from troopdata.gazetteer.resolver import Gazetteer
from troopdata.schemas import model
from troopdata.schemas.keys import claim_ids
from troopdata.validation import cell_checks, references, table_schema

COUNTRIES = Gazetteer.from_rows(
    [
        {"country": "USA", "valid_from": "1816-01-01", "valid_to": "", "name": "United States", "kind": "state", "cow": "2", "gw": "2", "iso3": "USA"},
        {"country": "NER", "valid_from": "1960-08-03", "valid_to": "", "name": "Niger", "kind": "state", "cow": "436", "gw": "436", "iso3": "NER"},
        {"country": "RVN", "valid_from": "1954-06-04", "valid_to": "1975-05-01", "name": "South Vietnam", "kind": "state", "cow": "817", "gw": "817", "iso3": ""},
    ]
)  # fmt: skip

GOOD: dict[str, dict[str, str]] = {
    "deployments": {
        "sender": "USA", "host": "NER", "as_of": "2023-12-07", "as_of_precision": "day",
        "force": "military", "service": "all", "personnel": "648", "qualifier": "approximately",
        "value_state": "reported", "basis": "in_country_total", "status": "accepted",
        "source_id": "wpr-20231207",
    },
    "bases": {
        "base_id": "ner-air-base-201", "name": "Air Base 201", "host": "NER", "latitude": "16.95",
        "longitude": "8.02", "location_precision": "exact", "coordinate_source": "survey",
        "kind": "air", "source_id": "one;two",
    },
    "tenancies": {
        "tenancy_id": "ner-air-base-201-usa-2016", "base_id": "ner-air-base-201", "sender": "USA",
        "role": "tenant", "started": "2016-04-19", "started_precision": "day",
        "ended": "2024-08-05", "ended_precision": "day", "end_mode": "transferred",
        "source_id": "one",
    },
    "agreements": {
        "agreement_id": "usa-ner-sofa-2013", "title": "Status of forces", "kind": "sofa",
        "multilateral": "false", "criminal_jurisdiction": "sending", "source_id": "one",
    },
    "agreement_parties": {
        "agreement_id": "usa-ner-sofa-2013", "party": "NER", "role": "host",
        "signed": "2013-01-28", "signed_precision": "day", "in_force": "2013-01-01",
        "in_force_precision": "month", "ended": "2024-03-16", "ended_precision": "day",
        "end_mode": "denounced", "source_id": "one", "entry": "stated",
    },
    "events": {
        "event_id": "one", "date": "2024-03-16", "date_precision": "day",
        "kind": "agreement_denounced", "description": "Niger ends it", "status": "accepted",
        "source_id": "one",
    },
    "sources": {
        "source_id": "one", "title": "A page", "publisher": "A publisher",
        "url": "https://example.org/page", "licence": "facts", "redistribution": "facts",
        "kind": "press", "interval": "irregular",
    },
    "countries": {
        "country": "NER", "valid_from": "1960-08-03", "name": "Niger", "kind": "state",
        "iso3": "NER", "iso_numeric": "562", "cow": "436", "cow_abbr": "NIR", "gw": "436",
        "region": "sub_saharan_africa", "source_id": "one",
    },
    "operations": {"operation_id": "one", "name": "One", "kind": "un", "hosts": "NER;USA", "source_id": "one"},
    "spending": {
        "spending_id": "one", "host": "NER", "date": "2016-01-01", "date_precision": "year",
        "amount": "50000000", "currency": "USD", "kind": "construction_appropriation",
        "value_state": "reported", "source_id": "one",
    },
    "exercises": {"exercise_id": "one", "name": "One", "started": "2000-01-01", "started_precision": "day", "source_id": "one"},
    "exercise_participants": {"exercise_id": "one", "country": "NER"},
    "corrections": {
        "correction_id": "one", "table": "us-dmdc", "row": "ZIMBABWE", "column": "TOTAL",
        "expected": "8", "action": "drop_duplicate", "reason": "printed twice", "source_id": "one",
    },
    "series_breaks": {
        "series": "us-dmdc", "day": "2015-12-31", "scope": "small_hosts", "until": "2017-06-30",
        "kind": "detected", "changed": "No explanation found.", "shows": "91 of 127 hosts fall.",
        "source_id": "one;two",
    },
}  # fmt: skip


def write(folder: Path, table: str, *rows: dict[str, str]) -> Path:
    columns = [item.name for item in model.table(table).fields if not item.computed]
    lines = [",".join(columns)]
    for row in rows:
        full = {**GOOD[table], **row}
        lines.append(
            ",".join(
                '"' + full.get(c, "").replace('"', '""') + '"' if full.get(c) else ""
                for c in columns
            )
        )
    path = folder / f"{table}.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def failures(folder: Path, table: str, *rows: dict[str, str]) -> list[Failure]:
    path = write(folder, table, *rows)
    with pytest.raises(Invalid) as caught:
        table_schema.conforming(path, model.table(table), COUNTRIES)
    assert all(record.file == str(path) for record in caught.value.records)
    return list(caught.value.records)


@pytest.mark.parametrize("table", GOOD)
def test_a_good_row_passes(tmp_path: Path, table: str) -> None:
    frame = table_schema.conforming(write(tmp_path, table, {}), model.table(table), COUNTRIES)
    assert len(frame) == 1
    assert tuple(frame.columns) == model.table(table).columns


BAD = [
    # table, cells, column, rule
    ("deployments", {"sender": ""}, "sender", "required"),
    ("deployments", {"sender": "USB"}, "sender", "country"),
    ("deployments", {"host": "niger"}, "host", "pattern"),
    ("deployments", {"basis": "assigned"}, "basis", "vocabulary"),
    ("deployments", {"force": "troops"}, "force", "vocabulary"),
    ("deployments", {"service": "ARMY"}, "service", "vocabulary"),
    ("deployments", {"status": "ok"}, "status", "vocabulary"),
    ("deployments", {"value_state": "n/a"}, "value_state", "vocabulary"),
    ("deployments", {"personnel": "-1"}, "personnel", "range"),
    ("deployments", {"personnel": "1000000000"}, "personnel", "range"),
    ("deployments", {"personnel": "99999999999"}, "personnel", "type"),
    ("deployments", {"personnel": "648.5"}, "personnel", "type"),
    ("deployments", {"personnel": "1,000"}, "personnel", "type"),
    ("deployments", {"personnel": "1e3"}, "personnel", "type"),
    ("deployments", {"personnel": "٣"}, "personnel", "type"),
    ("deployments", {"personnel": "NaN"}, "personnel", "type"),
    ("deployments", {"personnel": "inf"}, "personnel", "type"),
    ("deployments", {"personnel": "N/A"}, "personnel", "type"),
    ("deployments", {"personnel": "", "value_state": "reported"}, "personnel", "figure-matches-state"),
    ("deployments", {"personnel": "0", "value_state": "suppressed"}, "personnel", "figure-matches-state"),
    ("deployments", {"personnel_low": "700"}, "personnel", "figure-within-bounds"),
    ("deployments", {"personnel_high": "600"}, "personnel_high", "figure-within-bounds"),
    ("deployments", {"as_of": "16/03/2024"}, "as_of", "type"),
    ("deployments", {"as_of": "2024-02-30"}, "as_of", "type"),
    ("deployments", {"as_of": "45367"}, "as_of", "type"),
    ("deployments", {"as_of_precision": ""}, "as_of_precision", "date-precision"),
    ("deployments", {"as_of_precision": "year"}, "as_of", "date-precision"),
    ("deployments", {"as_of": "", "as_of_precision": ""}, "as_of", "claim-dated"),
    ("deployments", {"host": ""}, "host", "claim-located"),
    ("deployments", {"host": "USA"}, "subdivision", "sender-not-host"),
    ("deployments", {"subdivision": "US-VA"}, "host", "sender-not-host"),
    ("deployments", {"host": "RVN"}, "host", "country-existed"),
    ("deployments", {"started": "2024-01-01", "started_precision": "day", "ended": "2023-01-01", "ended_precision": "day"}, "ended", "dates-ordered"),
    ("deployments", {"source_id": "War Powers"}, "source_id", "pattern"),
    ("deployments", {"place": "N\u0456amey"}, "place", "text-clean"),
    ("deployments", {"note": "=1+1"}, "note", "text-clean"),
    ("deployments", {"note": "x" * 2001}, "note", "length"),
    ("bases", {"latitude": "91"}, "latitude", "range"),
    ("bases", {"longitude": "-180.5"}, "longitude", "range"),
    ("bases", {"latitude": "0", "longitude": "0"}, "latitude", "point-not-null-island"),
    ("bases", {"latitude": ""}, "latitude", "point-whole"),
    ("bases", {"coordinate_source": ""}, "coordinate_source", "point-whole"),
    ("bases", {"source_id": "one; two"}, "source_id", "pattern"),
    ("tenancies", {"ended": "2016-04-18"}, "ended", "dates-ordered"),
    ("tenancies", {"ended": "", "ended_precision": ""}, "ended", "end-mode-needs-end"),
    ("agreements", {"multilateral": "no"}, "multilateral", "type"),
    ("agreement_parties", {"ended": "2012-01-01"}, "ended", "dates-ordered"),
    ("agreement_parties", {"entry": ""}, "entry", "entry-explains-in-force"),
    ("agreement_parties", {"entry": "never"}, "entry", "entry-explains-in-force"),
    ("agreement_parties", {"entry": "on_signature"}, "in_force", "entry-explains-in-force"),
    ("agreement_parties", {"entry": "in force"}, "entry", "vocabulary"),
    ("events", {"date": ""}, "date", "required"),
    ("sources", {"url": "", "note": ""}, "url", "source-traceable"),
    ("sources", {"url": "ftp://example.org/x"}, "url", "pattern"),
    ("sources", {"url": "https://me:secret@example.org/x"}, "url", "pattern"),
    ("countries", {"cow": "1"}, "cow", "range"),
    ("countries", {"valid_to": "1950-01-01"}, "valid_to", "dates-ordered"),
    ("operations", {"hosts": "NER;XQQ"}, "hosts", "country"),
    ("operations", {"part_of": "Inherent Resolve"}, "part_of", "pattern"),
    ("spending", {"amount": "1.2.3"}, "amount", "type"),
    ("series_breaks", {"until": "2015-09-30"}, "until", "break-ends-later"),
    ("series_breaks", {"until": "2015-12-31"}, "until", "break-ends-later"),
    ("series_breaks", {"scope": "marines"}, "scope", "vocabulary"),
    ("series_breaks", {"kind": ""}, "kind", "required"),
    ("series_breaks", {"changed": ""}, "changed", "required"),
    ("series_breaks", {"series": "US DMDC"}, "series", "pattern"),
]  # fmt: skip


@pytest.mark.parametrize(("table", "cells", "column", "rule"), BAD, ids=lambda v: str(v)[:40])
def test_a_bad_cell_is_named(
    tmp_path: Path, table: str, cells: dict[str, str], column: str, rule: str
) -> None:
    found = failures(tmp_path, table, {}, {f"{table}_id": "two", **_other_key(table), **cells})
    assert {(record.row, record.column, record.rule) for record in found} == {(3, column, rule)}


def _other_key(table: str) -> dict[str, str]:
    """Cells that give the second row a key of its own."""
    return {
        "deployments": {},
        "bases": {"base_id": "two"},
        "tenancies": {"tenancy_id": "two", "sender": "NER"},
        "agreements": {"agreement_id": "two"},
        "agreement_parties": {"party": "USA"},
        "events": {"event_id": "two"},
        "sources": {"source_id": "two"},
        "countries": {"country": "USA"},
        "operations": {"operation_id": "two"},
        "spending": {"spending_id": "two"},
        "series_breaks": {"scope": "all"},
    }[table]


def test_a_duplicate_key_names_both_rows(tmp_path: Path) -> None:
    found = failures(tmp_path, "events", {}, {"event_id": "other"}, {})
    assert [(r.row, r.column, r.rule, r.value) for r in found] == [
        (2, "event_id", "key-unique", "one"),
        (4, "event_id", "key-unique", "one"),
    ]


def test_spells_that_overlap_are_named(tmp_path: Path) -> None:
    later = {"tenancy_id": "two", "started": "2024-08-04", "ended": "2025-01-01"}
    found = failures(tmp_path, "tenancies", {}, later)
    assert [(r.row, r.column, r.rule) for r in found] == [(3, "started", "spells-apart")]


def test_a_spell_may_start_on_the_day_that_another_ended(tmp_path: Path) -> None:
    later = {"tenancy_id": "two", "started": "2024-08-05", "ended": "2025-01-01"}
    path = write(tmp_path, "tenancies", {}, later)
    assert len(table_schema.conforming(path, model.table("tenancies"), COUNTRIES)) == 2


def parts(*pairs: tuple[str, str]) -> list[dict[str, str]]:
    return [{"operation_id": one, "name": one, "part_of": whole} for one, whole in pairs]


def test_an_operation_may_be_a_part_of_a_part(tmp_path: Path) -> None:
    path = write(tmp_path, "operations", *parts(("a", "b"), ("b", "c"), ("c", ""), ("d", "c")))
    frame = table_schema.conforming(path, model.table("operations"), COUNTRIES)
    assert frame["part_of"].fillna("").tolist() == ["b", "c", "", "c"]


def test_operations_that_are_parts_of_one_another_are_named(tmp_path: Path) -> None:
    """All of the circle, and not the operation that merely leads into it."""
    found = failures(tmp_path, "operations", *parts(("a", "b"), ("b", "c"), ("c", "b"), ("d", "")))
    assert [(f.row, f.column, f.rule, f.value) for f in found] == [
        (3, "part_of", "part-of-another", "c"),
        (4, "part_of", "part-of-another", "b"),
    ]
    assert "b is part of c is part of b" in found[0].message


def test_an_operation_that_is_a_part_of_itself_is_named(tmp_path: Path) -> None:
    (found,) = failures(tmp_path, "operations", *parts(("a", "a"), ("b", "a")))
    assert (found.row, found.column, found.rule, found.value) == (
        2,
        "part_of",
        "part-of-another",
        "a",
    )


def test_the_whole_that_an_operation_is_a_part_of_exists(tmp_path: Path) -> None:
    path = write(
        tmp_path, "operations", *parts(("chammal", "inherent-resolv"), ("inherent-resolve", ""))
    )
    frame = table_schema.conforming(path, model.table("operations"), COUNTRIES)
    (found,) = references.dangling("operations", frame, {"operations": frame})
    assert (found.key, found.column, found.rule) == ("chammal", "part_of", "reference")
    assert found.hint == "did you mean inherent-resolve?"


def test_every_bad_row_is_reported_and_counted(tmp_path: Path) -> None:
    rows = [{"personnel": "-1", "locator": str(at)} for at in range(10_000)]
    found = failures(tmp_path, "deployments", *rows)
    assert len(found) == 10_000
    assert [record.row for record in found] == list(range(2, 10_002))


def test_a_code_that_nearly_fits_is_offered(tmp_path: Path) -> None:
    found = failures(tmp_path, "deployments", {"basis": "in_country_totals"})
    assert "in_country_total" in found[0].hint


def test_an_unlisted_item_of_a_joined_list_is_named() -> None:
    known = model.vocabularies()["base_kind"]
    field = model.Field("kinds", "string", "", vocabulary=known, separator=";")
    frame = pd.DataFrame({"kinds": pd.Series(["air;army", None, "air;moon;lake"], dtype="string")})
    found = [(f.position, f.column, f.value) for f in cell_checks.unlisted(frame, field)]
    assert found == [(2, "kinds", "moon"), (2, "kinds", "lake")]


@pytest.mark.parametrize(
    ("text", "column", "words"),
    [
        ("event_id,date\n", "date_precision", "column missing"),
        ("event_id,date,date_precision,kind,sender,host,actor,base_id,agreement_id,operation_id,effective_on,description,status,source_id,note,colour\n", "colour", "no such column"),
        ("date,event_id,date_precision,kind,sender,host,actor,base_id,agreement_id,operation_id,effective_on,description,status,source_id,note\n", "date", "out of order"),
    ],
)  # fmt: skip
def test_a_wrong_header_is_named(tmp_path: Path, text: str, column: str, words: str) -> None:
    path = tmp_path / "events.csv"
    path.write_text(text)
    with pytest.raises(Invalid) as caught:
        table_schema.conforming(path, model.table("events"), COUNTRIES)
    first = caught.value.records[0]
    assert (first.row, first.column) == (1, column)
    assert words in first.message


def test_a_claim_id_that_is_not_its_hash_is_reported() -> None:
    path_like = pd.DataFrame([GOOD["deployments"]])
    table = model.table("deployments")
    from troopdata.io import csv_reader
    from troopdata.validation import parsing

    columns = tuple(GOOD["deployments"])
    text = csv_reader.Text("x", columns, [list(path_like.iloc[0])], [2])
    frame, _ = parsing.typed(text, table)
    frame["claim_id"] = pd.Series(claim_ids(frame), dtype="string")
    frame["recorded_from"] = pd.Series(["2026.11.0"], dtype="string")
    assert table_schema.conforming(frame, table, COUNTRIES).equals(frame)
    frame["claim_id"] = pd.Series(["0" * 16], dtype="string")
    with pytest.raises(Invalid) as caught:
        table_schema.conforming(frame, table, COUNTRIES)
    assert [record.rule for record in caught.value.records] == ["claim-id"]


def test_a_frame_is_never_coerced() -> None:
    table = model.table("exercise_participants")
    with pytest.raises(Invalid) as caught:
        table_schema.conforming(
            pd.DataFrame({"exercise_id": [1.5], "country": ["NER"]}), table, COUNTRIES
        )
    assert [(r.column, r.rule) for r in caught.value.records] == [("exercise_id", "type")]


def test_an_invalid_carries_its_failures_as_a_frame(tmp_path: Path) -> None:
    path = write(tmp_path, "events", {"kind": "party"})
    with pytest.raises(Invalid, match="1 failure") as caught:
        table_schema.conforming(path, model.table("events"), COUNTRIES)
    frame = caught.value.failures
    assert list(frame.columns) == [
        "file",
        "row",
        "key",
        "column",
        "rule",
        "value",
        "message",
        "hint",
        "severity",
    ]
    assert frame[["row", "key", "column", "value"]].values.tolist() == [[2, "one", "kind", "party"]]
