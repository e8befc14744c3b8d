"""The data dictionary, a page of the documentation written from ``schemas/``."""

from __future__ import annotations

from collections.abc import Iterator

from troopdata.curate.docs.markdown import cell, table
from troopdata.schemas import model

__all__ = ["dictionary"]

HEAD = """\
# Data dictionary

Every table, every column and every code, as `schemas/` version {version} has them. The number of
rows is that of release {release}. This page is written by `troopdata handbook`; in Python,
`td.describe("deployments")` and `td.describe("deployments", "basis")` say the same.

In every table an empty cell means *not known to us*, never zero. A column that "may be empty: no"
always holds a value. A date is a day, and the column `..._precision` beside it says how sharp.
"""


def dictionary(release: str, rows: dict[str, int]) -> str:
    """Return the page.

    Parameters
    ----------
    release : str
        Number of the release that `rows` were counted in.
    rows : dict of str to int
        Rows of each table.
    """
    head = HEAD.format(version=model.schema_version(), release=release)
    contents = table(
        ["table", "one row is", "rows"],
        [
            [f"[{name}](#{name})", model.table(name).grain, rows.get(name, 0)]
            for name in model.tables()
        ],
        numbers=1,
    )
    sections = [_table(model.table(name)) for name in model.tables()]
    codes = ["## Codes\n\nWhat the codes of each vocabulary mean."]
    codes += [_vocabulary(item) for item in model.vocabularies().values()]
    return "\n\n".join([head.rstrip(), contents, *sections, *codes]) + "\n"


def _table(one: model.Table) -> str:
    parts = [f"## {one.name}", f"One row is {cell(one.grain)}."]
    key = ", ".join(f"`{name}`" for name in one.primary_key)
    made = " Derived from the other tables." if one.derived else ""
    parts.append(f"Key: {key}.{made}")
    parts.append(
        table(
            ["column", "meaning", "type", "unit", "may be empty"],
            [_column(one, item) for item in one.fields],
        )
    )
    parts += [*_references(one), *_rules(one), *_estimate(one)]
    return "\n\n".join(parts)


def _column(one: model.Table, item: model.Field) -> list[str]:
    said = [item.description]
    if item.vocabulary:
        said.append(f"Codes: [{item.vocabulary.name}](#codes-{item.vocabulary.name}).")
    if item.country:
        said.append("A code of [countries](#countries).")
    if item.separator:
        said.append(f"A list, joined by `{item.separator}`.")
    kind = "list of " + item.type if item.separator else item.type
    # A part of the key is never empty, whether or not the schema says so twice.
    empty = "no" if item.required or item.name in one.primary_key else "yes"
    return [f"`{item.name}`", " ".join(said), kind, item.unit, empty]


def _references(one: model.Table) -> Iterator[str]:
    if one.references:
        leads = [
            f"`{item.column}` to [{item.table}](#{item.table}) `{item.target}`"
            for item in one.references
        ]
        yield f"References: {'; '.join(leads)}."


def _rules(one: model.Table) -> Iterator[str]:
    if one.rules:
        told = dict.fromkeys((rule.name, rule.message) for rule in one.rules)
        lines = [f"- `{name}`: {cell(message)}" for name, message in told]
        yield "Rules that every row keeps:\n\n" + "\n".join(lines)


def _estimate(one: model.Table) -> Iterator[str]:
    steps = one.estimate.get("steps", ())
    if steps:
        lines = [f"{at}. {cell(step)}" for at, step in enumerate(steps, start=1)]
        yield "The rule of the best estimate:\n\n" + "\n".join(lines)


def _vocabulary(one: model.Vocabulary) -> str:
    grows = "closed" if one.closed else "open: later releases may add codes"
    rows = [
        [f"`{code}`", one.definitions[code] or one.labels[code], one.labels[code]]
        for code in one.codes
    ]
    return f"### Codes: {one.name}\n\n{cell(one.title)} ({grows}).\n\n" + table(
        ["code", "meaning", "label"], rows
    )
