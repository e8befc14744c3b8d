"""Generate the page with the data dictionary from ``schemas/``."""

from __future__ import annotations

from collections.abc import Iterator

from troopdata.curate.docs.markdown import cell, table
from troopdata.schemas import model

__all__ = ["dictionary"]

HEAD = """\
# Data dictionary

Every table, column and code of `schemas/`, version {version}, with the numbers of rows in release
{release}. `troopdata handbook` generates this page; in Python, `td.describe("deployments")` and
`td.describe("deployments", "basis")` return the same.

In every table an empty cell means *not known to us*, never zero. A column with "may be empty: no"
always has a value. A date is stored as a day, and its column `..._precision` says how exact it is.
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
    notes = [item.description]
    if item.vocabulary:
        notes.append(f"Codes: [{item.vocabulary.name}](#codes-{item.vocabulary.name}).")
    if item.country:
        notes.append("A code of [countries](#countries).")
    if item.separator:
        notes.append(f"A list, joined by `{item.separator}`.")
    kind = "list of " + item.type if item.separator else item.type
    # A part of the key is never empty, whether or not the schema repeats it as a constraint.
    empty = "no" if item.required or item.name in one.primary_key else "yes"
    return [f"`{item.name}`", " ".join(notes), kind, item.unit, empty]


def _references(one: model.Table) -> Iterator[str]:
    if one.references:
        leads = [
            f"`{item.column}` to [{item.table}](#{item.table}) `{item.target}`"
            for item in one.references
        ]
        yield f"References: {'; '.join(leads)}."


def _rules(one: model.Table) -> Iterator[str]:
    if one.rules:
        rules = dict.fromkeys((rule.name, rule.message) for rule in one.rules)
        lines = [f"- `{name}`: {cell(message)}" for name, message in rules]
        yield "Rules for every row:\n\n" + "\n".join(lines)


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
