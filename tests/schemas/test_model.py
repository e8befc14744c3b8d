"""The schemas: other tools accept them, and every part of them is used."""

from __future__ import annotations

from pathlib import Path

import pytest
from frictionless import Schema

from troopdata.errors import UnknownColumn, UnknownTable
from troopdata.schemas import arrow, model
from troopdata.validation import pandera_schema, rules

TABLES = model.tables()


@pytest.mark.parametrize("name", TABLES)
def test_frictionless_accepts_the_schema(root: Path, name: str) -> None:
    schema = Schema.from_descriptor(str(root / "schemas" / f"{name}.json"))
    assert [field.name for field in schema.fields] == list(model.table(name).columns)


@pytest.mark.parametrize("name", TABLES)
def test_every_rule_is_known_and_its_columns_exist(name: str) -> None:
    table = model.table(name)
    for rule in table.rules:
        assert rule.kind in rules.RULES
        assert set(rule.columns) <= set(table.columns)


@pytest.mark.parametrize("name", TABLES)
def test_every_reference_points_at_a_key(name: str) -> None:
    for reference in model.table(name).references:
        assert model.table(reference.table).primary_key == (reference.target,)
        assert reference.column in model.table(name).columns


@pytest.mark.parametrize("name", TABLES)
def test_the_compiled_schemas_agree(name: str) -> None:
    table = model.table(name)
    assert arrow.schema(table).names == list(table.columns)
    assert list(pandera_schema.column_schema(name).columns) == list(table.columns)
    assert {item: str(kind) for item, kind in arrow.empty(table).dtypes.items()} == {
        item.name: arrow.dtype(item) for item in table.fields
    }


def test_every_vocabulary_is_used_and_listed(root: Path) -> None:
    used = {f.vocabulary.name for name in TABLES for f in model.table(name).fields if f.vocabulary}
    files = {path.stem for path in (root / "schemas/vocabularies").glob("*.csv")} - {"index"}
    assert used == files == set(model.vocabularies())


def test_every_rule_kind_is_used() -> None:
    assert {rule.kind for name in TABLES for rule in model.table(name).rules} == set(rules.RULES)


def test_unknown_names_offer_the_nearest() -> None:
    with pytest.raises(UnknownTable, match="deployments"):
        model.table("deployment")
    with pytest.raises(UnknownColumn, match="personnel"):
        model.table("deployments")["personel"]
