"""The version of the schemas says what changed in them."""

from __future__ import annotations

import copy
import datetime as dt
import itertools
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from troopdata.curate.checks import schema_contract
from troopdata.schemas import model

Edit = Callable[[dict[str, Any]], object]
NOW = schema_contract.promised()


def column(promise: dict[str, Any], name: str, table: str = "deployments") -> dict[str, Any]:
    return next(item for item in promise["tables"][table]["columns"] if item["name"] == name)


def columns(promise: dict[str, Any], table: str = "deployments") -> list[dict[str, Any]]:
    return promise["tables"][table]["columns"]


def new(**words: Any) -> dict[str, Any]:
    return {**columns(NOW)[-1], "name": "new", "required": False, **words}


def codes(promise: dict[str, Any], name: str) -> list[str]:
    return promise["vocabularies"][name]["codes"]


OPEN = next(name for name, known in NOW["vocabularies"].items() if not known["closed"])
CLOSED = next(name for name, known in NOW["vocabularies"].items() if known["closed"])

EDITS: list[tuple[str, Edit, str | None]] = [
    ("nothing", lambda p: None, None),
    ("a table is gone", lambda p: p["tables"].pop("events"), "major"),
    ("a table is new", lambda p: p["tables"].update(new=p["tables"]["events"]), "minor"),
    ("another key", lambda p: p["tables"]["events"].update(key=["date"]), "major"),
    ("a longer key", lambda p: p["tables"]["events"]["key"].append("date"), "major"),
    ("another rule", lambda p: p["tables"]["events"]["rules"].append("new"), "minor"),
    ("another title", lambda p: p["tables"]["events"].update(title="New"), "patch"),
    ("another grain", lambda p: p["tables"]["events"].update(grain="new"), "patch"),
    ("a column is gone", lambda p: columns(p).pop(), "major"),
    ("a column is renamed", lambda p: column(p, "note").update(name="remark"), "major"),
    ("a last column is new", lambda p: columns(p).append(new()), "minor"),
    ("a first column is new", lambda p: columns(p).insert(0, new()), "major"),
    ("a new column is required", lambda p: columns(p).append(new(required=True)), "major"),
    ("columns are moved", lambda p: columns(p).reverse(), "major"),
    ("two columns swap", lambda p: columns(p).insert(3, columns(p).pop(5)), "major"),
    ("a count becomes a number", lambda p: column(p, "personnel").update(type="number"), "minor"),
    ("a count becomes text", lambda p: column(p, "personnel").update(type="string"), "minor"),
    ("text becomes a count", lambda p: column(p, "note").update(type="integer"), "major"),
    ("a date becomes a number", lambda p: column(p, "as_of").update(type="number"), "major"),
    ("a column may be empty", lambda p: column(p, "sender").update(required=False), "major"),
    ("a column is never empty", lambda p: column(p, "place").update(required=True), "minor"),
    ("another unit", lambda p: column(p, "personnel").update(unit="thousand people"), "major"),
    ("another vocabulary", lambda p: column(p, "force").update(vocabulary="service"), "major"),
    ("no codes of countries", lambda p: column(p, "sender").update(country=False), "major"),
    ("a list", lambda p: column(p, "place").update(separator=";"), "major"),
    ("other limits", lambda p: column(p, "note")["constraints"].update(maxLength=3), "minor"),
    ("deprecated", lambda p: column(p, "note").update(deprecated="2027-01-01"), "minor"),
    ("other words", lambda p: column(p, "note").update(description="New."), "patch"),
    ("a vocabulary is gone", lambda p: p["vocabularies"].pop(OPEN), "major"),
    ("a code is gone", lambda p: codes(p, OPEN).pop(), "major"),
    ("an open one has a new code", lambda p: codes(p, OPEN).append("new"), "minor"),
    ("a closed one has a new code", lambda p: codes(p, CLOSED).append("new"), "major"),
    ("an open one is closed", lambda p: p["vocabularies"][OPEN].update(closed=True), "major"),
    (
        "the greatest of several counts",
        lambda p: (columns(p).append(new()), p["tables"].pop("events")),
        "major",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("what", "edit", "step"), EDITS, ids=[edit[0] for edit in EDITS])
def test_b06_an_edit_needs_its_step(what: str, edit: Edit, step: str | None) -> None:
    edited = copy.deepcopy(NOW)
    edit(edited)
    assert schema_contract.required(schema_contract.differences(NOW, edited)) == step, what


def test_this_version_is_written_down_and_says_what_changed(root: Path) -> None:
    history = root / "schemas" / "history"
    assert schema_contract.check(history, dt.date(2026, 11, 24)) == []
    assert (history / f"{model.schema_version()}.json").exists()
    versions = sorted((path.stem for path in history.glob("*.json")), key=schema_contract._parts)
    for old, later in itertools.pairwise(versions):
        one, two = (json.loads((history / f"{v}.json").read_text()) for v in (old, later))
        step = schema_contract.required(schema_contract.differences(one, two))
        assert step is None or schema_contract._steps(old, later, step)


@pytest.mark.parametrize(
    ("version", "fails"), [("1.1.0", True), ("1.1.1", True), ("1.2.0", True), ("2.0.0", False)]
)
def test_a_table_that_is_gone_needs_a_major_step(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, version: str, fails: bool
) -> None:
    old = {**copy.deepcopy(NOW), "schema_version": "1.1.0"}
    old["tables"]["gone"] = {**old["tables"]["events"], "columns": []}
    (tmp_path / "1.1.0.json").write_text(json.dumps(old))
    monkeypatch.setattr(schema_contract, "promised", lambda: {**NOW, "schema_version": version})
    found = schema_contract.check(tmp_path, dt.date(2030, 1, 1))
    assert [failure.message for failure in found] == (["table gone is gone"] if fails else [])
    if fails:
        assert "1.1.0 needs a major step" in found[0].hint


@pytest.mark.parametrize(
    ("since", "day", "words"),
    [
        ([], "2030-01-01", "deprecated in 0 minor versions and for 0 days"),
        (["1.9.0"], "2027-12-31", "deprecated in 1 minor versions and for 364 days"),
        (["1.9.0", "1.9.1"], "2027-12-31", "deprecated in 1 minor versions and for 364 days"),
        (["1.9.0", "1.10.0"], "2027-06-29", "deprecated in 2 minor versions and for 179 days"),
        (["1.9.0", "1.10.0"], "2027-06-30", ""),
    ],
)
@pytest.mark.parametrize("table", ["deployments", "gone"])
def test_b14_a_column_goes_only_after_a_long_enough_deprecation(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    since: list[str],
    day: str,
    words: str,
    table: str,
) -> None:
    for version in ("1.8.0", *since):
        old = {**copy.deepcopy(NOW), "schema_version": version}
        old["tables"].setdefault(table, {**old["tables"]["events"], "columns": []})
        notice = {"deprecated": "2027-01-01"} if version in since else {}
        old["tables"][table]["columns"].append(new(name="old", **notice))
        (tmp_path / f"{version}.json").write_text(json.dumps(old))
    monkeypatch.setattr(schema_contract, "promised", lambda: {**NOW, "schema_version": "2.0.0"})
    found = schema_contract.check(tmp_path, dt.date.fromisoformat(day))
    assert [str(failure.column) for failure in found] == ([f"{table}.old"] if words else [])
    assert all(words in failure.message and failure.rule == "deprecation" for failure in found)


def test_a_promise_is_written_once(tmp_path: Path) -> None:
    path = schema_contract.record(tmp_path)
    first = path.read_bytes()
    path.write_text("{}")
    assert schema_contract.record(tmp_path) == path
    assert path.read_text() == "{}"
    assert json.loads(first)["schema_version"] == model.schema_version()


def test_a_deprecated_column_says_so_wherever_it_is_described() -> None:
    raw = {"name": "old", "type": "string", "description": "Take new.", "deprecated": "2027-01-01"}
    field = model._field(raw)
    assert (field.deprecated, field.description) == (
        "2027-01-01",
        "Deprecated since 2027-01-01. Take new.",
    )
