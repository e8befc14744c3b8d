"""Read the schemas into Python objects: `Table`, `Field`, `Rule`, `Vocabulary`.

``schemas/`` is the single source of truth: the pandera and Arrow schemas, the data dictionary
and the command line all get their columns, codes and rules from this module.
"""

from __future__ import annotations

import csv
import difflib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from troopdata.errors import UnknownColumn, UnknownTable
from troopdata.paths import folder

__all__ = [
    "Field",
    "Rule",
    "Table",
    "Vocabulary",
    "attestation_rule",
    "estimation_rule",
    "schema_version",
    "table",
    "tables",
]


def _empty() -> Mapping[str, Any]:
    return MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """A set of codes. A new code in a closed one is a major version of the schemas."""

    name: str
    title: str
    closed: bool
    labels: Mapping[str, str]
    definitions: Mapping[str, str]

    @property
    def codes(self) -> tuple[str, ...]:
        return tuple(self.labels)

    def nearest(self, value: str) -> list[str]:
        """Return the codes nearest to `value`, best first."""
        return difflib.get_close_matches(value, self.codes, n=3)


@dataclass(frozen=True, slots=True)
class Field:
    """One column; `deprecated` is the day of its deprecation, or empty."""

    name: str
    type: str
    description: str
    unit: str = ""
    vocabulary: Vocabulary | None = None
    country: bool = False
    separator: str = ""
    computed: bool = False
    deprecated: str = ""
    constraints: Mapping[str, Any] = field(default_factory=_empty)

    @property
    def required(self) -> bool:
        return bool(self.constraints.get("required", False))


@dataclass(frozen=True, slots=True)
class Rule:
    """A named rule over the columns of one row, or of one table."""

    name: str
    kind: str
    columns: tuple[str, ...]
    message: str


@dataclass(frozen=True, slots=True)
class Reference:
    """A column whose values are keys of another table."""

    column: str
    table: str
    target: str


@dataclass(frozen=True, slots=True)
class Table:
    """One table: its columns in order, its key, its references and its rules.

    `order` is how a release sorts it; `estimate` holds the rule and the constants by which a
    derived table is computed.
    """

    name: str
    title: str
    grain: str
    fields: tuple[Field, ...]
    primary_key: tuple[str, ...]
    references: tuple[Reference, ...]
    rules: tuple[Rule, ...]
    derived: bool = False
    order: tuple[str, ...] = ()
    estimate: Mapping[str, Any] = field(default_factory=_empty)

    @property
    def columns(self) -> tuple[str, ...]:
        return tuple(item.name for item in self.fields)

    def __getitem__(self, column: str) -> Field:
        for item in self.fields:
            if item.name == column:
                return item
        near = difflib.get_close_matches(column, self.columns, n=3)
        raise UnknownColumn(column, near, detail=f"in {self.name}")


@cache
def vocabularies() -> Mapping[str, Vocabulary]:
    """Return every vocabulary by its name."""
    home = folder("schemas") / "vocabularies"
    with open(home / "index.csv", encoding="utf-8", newline="") as handle:
        index = list(csv.DictReader(handle))
    return MappingProxyType({row["vocabulary"]: _vocabulary(home, row) for row in index})


def _vocabulary(home: Path, row: Mapping[str, str]) -> Vocabulary:
    name = row["vocabulary"]
    with open(home / f"{name}.csv", encoding="utf-8", newline="") as handle:
        entries = list(csv.DictReader(handle))
    return Vocabulary(
        name,
        row["title"],
        row["openness"] == "closed",
        MappingProxyType({entry["code"]: entry["label"] for entry in entries}),
        MappingProxyType({entry["code"]: entry["definition"] for entry in entries}),
    )


@cache
def _contract() -> Mapping[str, Any]:
    text = (folder("schemas") / "contract.json").read_text(encoding="utf-8")
    return MappingProxyType(json.loads(text))


def schema_version() -> str:
    """Return the version of the schema contract.

    Examples
    --------
    >>> schema_version().count(".")
    2
    """
    return str(_contract()["schema_version"])


def tables() -> tuple[str, ...]:
    """Return the names of all tables, the most used first.

    Examples
    --------
    >>> tables()[:3]
    ('deployments', 'presence', 'bases')
    """
    return tuple(_contract()["tables"])


@cache
def table(name: str) -> Table:
    """Return the specification of one table.

    Parameters
    ----------
    name : str
        Name of the table.

    Raises
    ------
    UnknownTable
        If there is no such table; the message lists the nearest names.

    Examples
    --------
    >>> table("deployments").primary_key
    ('claim_id',)
    """
    if name not in tables():
        near = difflib.get_close_matches(str(name), tables(), n=3)
        raise UnknownTable(name, near, hint=f"one of {', '.join(tables())}")
    text = (folder("schemas") / f"{name}.json").read_text(encoding="utf-8")
    return _table(json.loads(text))


def _table(raw: dict[str, Any]) -> Table:
    return Table(
        name=raw["name"],
        title=raw["title"],
        grain=raw["grain"],
        fields=tuple(_field(item) for item in raw["fields"]),
        primary_key=tuple(raw["primaryKey"]),
        references=tuple(
            _reference(item) for item in raw["foreignKeys"] + raw.get("listForeignKeys", [])
        ),
        rules=tuple(
            Rule(item["name"], item["kind"], tuple(item["columns"]), item["message"])
            for item in raw["rules"]
        ),
        derived=raw.get("derived", False),
        order=tuple(raw.get("sort", raw["primaryKey"])),
        estimate=_estimate(raw.get("estimate", "")),
    )


def _estimate(name: str) -> Mapping[str, Any]:
    """Return the rule of a derived table from the file that the table names."""
    if not name:
        return _empty()
    return MappingProxyType(json.loads((folder("schemas") / name).read_text(encoding="utf-8")))


def estimation_rule() -> Any:
    """Return the constants of the best estimate and its steps in words.

    They are those of ``schemas/estimation_rule.json``.

    Examples
    --------
    >>> sorted(estimation_rule()["ranks"])[:2]
    ['academic', 'official']
    """
    return table("presence").estimate


@cache
def attestation_rule() -> Mapping[str, Any]:
    """Return how long a spell without a stated end is taken to go on once it was last seen.

    The years are those of ``schemas/attestation_rule.json``.

    Examples
    --------
    >>> attestation_rule()["stale_after"]
    5
    """
    text = (folder("schemas") / "attestation_rule.json").read_text(encoding="utf-8")
    return MappingProxyType(json.loads(text))


def _field(raw: dict[str, Any]) -> Field:
    vocabulary, deprecated = raw.get("vocabulary"), raw.get("deprecated", "")
    # In the description, so that every page and every screen that shows the column shows it.
    notice = f"Deprecated since {deprecated}. " if deprecated else ""
    return Field(
        name=raw["name"],
        type=raw["type"],
        description=notice + raw["description"],
        unit=raw.get("unit", ""),
        vocabulary=vocabularies()[vocabulary] if vocabulary else None,
        country=raw.get("country", False),
        separator=raw.get("separator", ""),
        computed=raw.get("computed", False),
        deprecated=deprecated,
        constraints=MappingProxyType(raw.get("constraints", {})),
    )


def _reference(raw: dict[str, Any]) -> Reference:
    target = raw["reference"]
    return Reference(raw["fields"][0], target["resource"], target["fields"][0])
