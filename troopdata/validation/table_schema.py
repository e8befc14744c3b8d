"""One frame or file against its schema: a typed copy, or every failure at once."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from troopdata.errors import Failure, Invalid, UsageError
from troopdata.io import csv_reader
from troopdata.schemas import arrow, model
from troopdata.schemas.keys import keys
from troopdata.validation import input_files, plausibility, rules

if TYPE_CHECKING:
    import datetime as dt

    import pandas as pd
    import pandera.pandas as pandera

    from troopdata.gazetteer.resolver import Gazetteer
    from troopdata.io.csv_reader import Text

__all__ = ["conforming", "failures", "pandera_schema"]

MESSAGES = {
    "required": "may not be empty",
    "vocabulary": "no such code",
    "pattern": "does not have the form that the schema asks for",
    "range": "outside the range that the schema allows",
    "length": "longer than the schema allows",
    "key-unique": "the same key stands in another row",
    "type": input_files.NOT_OF_TYPE,
    "text-clean": "text is not clean",
    "country": "no such country code",
}


@cache
def pandera_schema(name: str) -> pandera.DataFrameSchema:
    """Return the pandera schema of a table, compiled from ``schemas/``.

    Parameters
    ----------
    name : str
        Name of the table.

    Returns
    -------
    pandera.pandas.DataFrameSchema
        Strict: no column more or less, no coercion. Each check bears the name of its rule.

    Examples
    --------
    >>> pandera_schema("deployments").columns["basis"].checks[0].name
    'vocabulary'
    """
    import pandera.pandas as pandera

    table = model.table(name)
    columns = {
        item.name: pandera.Column(
            arrow.dtype(item), checks=_checks(item), nullable=True, required=True
        )
        for item in table.fields
    }
    return pandera.DataFrameSchema(columns, strict=True, ordered=True, name=name)


def _checks(field: model.Field) -> list[Any]:
    import pandera.pandas as pandera

    limits = field.constraints
    found = []
    if field.vocabulary and not field.separator:
        found.append(
            pandera.Check.isin(list(field.vocabulary.codes), name="vocabulary", error="vocabulary")
        )
    if "pattern" in limits:
        pattern = rf"^(?:{limits['pattern']})\Z"
        found.append(pandera.Check.str_matches(pattern, name="pattern", error="pattern"))
    if "minimum" in limits:
        found.append(pandera.Check.ge(limits["minimum"], name="range", error="range"))
    if "maximum" in limits:
        found.append(pandera.Check.le(limits["maximum"], name="range", error="range"))
    if "maxLength" in limits:
        found.append(
            pandera.Check.str_length(max_value=limits["maxLength"], name="length", error="length")
        )
    return found


def conforming(
    source: pd.DataFrame | str | Path,
    table: model.Table,
    countries: Gazetteer | None,
    *,
    until: dt.date | None = None,
) -> pd.DataFrame:
    """Return a typed copy of a frame or file, or raise with all that is wrong.

    Parameters
    ----------
    source : pandas.DataFrame, str or pathlib.Path
        Rows of one table.
    table : Table
        What they claim to be.
    countries : Gazetteer or None
        The countries to check codes and dates against; None skips those rules.
    until : datetime.date, optional
        The last day that can have been seen; by default the future is left alone.

    Raises
    ------
    Invalid
        With every failure.
    """
    import pandas as pd

    text: Text | None = None
    found: list[Failure] = []
    if isinstance(source, pd.DataFrame):
        frame = input_files.framed(source, table)
    else:
        frame, text, found = input_files.read(Path(source), table)
    found = found or list(failures(frame, table, countries, text=text, until=until))
    if found:
        raise Invalid(sorted(found, key=lambda f: (f.file, f.row or 0)))
    return frame


def failures(
    frame: pd.DataFrame,
    table: model.Table,
    countries: Gazetteer | None,
    *,
    text: Text | None = None,
    file: str = "",
    until: dt.date | None = None,
) -> Iterator[Failure]:
    """Yield everything that is wrong with a typed frame.

    Parameters
    ----------
    frame : pandas.DataFrame
        Typed rows with a plain index from 0.
    table : Table
        Its specification.
    countries : Gazetteer or None
        The countries to check codes and dates against; None skips those rules.
    text : Text, optional
        The file that the rows came from: its lines are named in messages.
    until : datetime.date, optional
        The last day that can have been seen.
    """
    name = file or (text.file if text else table.name)
    identifiers = keys(frame, table)

    def failure(
        position: int, column: str, rule: str, value: str, message: str, hint: str = ""
    ) -> Failure:
        line = text.lines[position] if text else position
        return Failure(name, line, identifiers[position], column, rule, value, message, hint)

    # A cell is told once, by its narrowest rule: a wider rule that reads a broken cell is silent.
    told: set[tuple[int, str]] = set()
    for position, column, rule, value in _column_failures(frame, table, from_text=text is not None):
        told.add((position, column))
        hint = _hint(table, column, rule, value)
        yield failure(position, column, rule, value, MESSAGES[rule], hint)
    for position, column, value, detail in _unclean(frame, table):
        if (position, column) not in told:
            told.add((position, column))
            yield failure(position, column, "text-clean", value, detail)
    unknown: set[tuple[int, str]] = set()
    for position, column, value in _unknown_countries(frame, table, countries):
        if (position, column) not in told:
            unknown.add((position, column))
            near = ", ".join(countries.near(value)) if countries else ""
            hint = f"did you mean {near}?" if near else "add it to datasets/facts/countries.csv"
            yield failure(position, column, "country", value, MESSAGES["country"], hint)
    told |= unknown
    for rule, finding in plausibility.implausible(frame, table, until):
        if (finding.position, finding.column) not in told:
            told.add((finding.position, finding.column))
            message = "; ".join(filter(None, (plausibility.MESSAGES[rule], finding.detail)))
            yield failure(finding.position, finding.column, rule, finding.value, message)
    for rule_ in table.rules:
        if rule_.kind == "claim_id" and text is not None and "claim_id" not in text.columns:
            continue
        for finding in rules.broken(frame, rule_, countries):
            if told and not told.isdisjoint((finding.position, name) for name in rule_.columns):
                continue
            message = f"{rule_.message}; {finding.detail}" if finding.detail else rule_.message
            yield failure(finding.position, finding.column, rule_.name, finding.value, message)


def _hint(table: model.Table, column: str, rule: str, value: str) -> str:
    field = table[column]
    if rule == "required" and field.vocabulary:
        return f"one of {', '.join(field.vocabulary.codes)}"
    if rule == "vocabulary" and field.vocabulary:
        near = field.vocabulary.nearest(value) or list(field.vocabulary.codes)
        return f"one of {', '.join(near)}"
    limits = field.constraints
    if rule == "range":
        return f"between {limits.get('minimum', '...')} and {limits.get('maximum', '...')}"
    if rule == "pattern" and field.country:
        return "the code that countries.csv gives it, as NER for Niger"
    if rule == "pattern":
        return f"expected {limits['pattern']}"
    return ""


def _column_failures(
    frame: pd.DataFrame, table: model.Table, *, from_text: bool
) -> Iterator[tuple[int, str, str, str]]:
    """Yield position, column, rule and value of what single columns forbid."""
    import pandera.errors

    for field in table.fields:
        if field.required and not (field.computed and from_text):
            for position in frame.index[frame[field.name].isna()]:
                yield position, field.name, "required", ""
    yield from _unlisted(frame, table)
    repeated = frame.duplicated(list(table.primary_key), keep=False) & frame[
        list(table.primary_key)
    ].notna().all(axis=1)
    for position in frame.index[repeated]:
        column = table.primary_key[0]
        yield position, column, "key-unique", str(frame[column].loc[position])
    try:
        pandera_schema(table.name).validate(frame, lazy=True)
    except pandera.errors.SchemaErrors as error:
        cases = error.failure_cases
        for case in cases[cases["index"].notna()].itertuples(index=False):
            yield int(case.index), str(case.column), str(case.check), str(case.failure_case)
        for case in cases[cases["index"].isna()].itertuples(index=False):
            raise UsageError(f"{table.name}: {case.check} {case.failure_case}") from None


def _unlisted(frame: pd.DataFrame, table: model.Table) -> Iterator[tuple[int, str, str, str]]:
    """Yield the items of joined lists that their vocabulary lacks."""
    for field in table.fields:
        if not (field.vocabulary and field.separator):
            continue
        for position, value in frame[field.name].dropna().items():
            for item in value.split(field.separator):
                if item not in field.vocabulary.codes:
                    yield int(str(position)), field.name, "vocabulary", item


def _unclean(frame: pd.DataFrame, table: model.Table) -> Iterator[tuple[int, str, str, str]]:
    """Yield the cells whose text hides something."""
    for field in table.fields:
        if field.type != "string":
            continue
        column = frame[field.name]
        faults = {value: csv_reader.suspicious(value) for value in column.dropna().unique()}
        for value in (value for value, fault in faults.items() if fault):
            for position in frame.index[(column == value).fillna(False).astype(bool)]:
                yield position, field.name, value, faults[value]


def _unknown_countries(
    frame: pd.DataFrame, table: model.Table, countries: Gazetteer | None
) -> Iterator[tuple[int, str, str]]:
    """Yield the country codes that no country carries."""
    if countries is None:
        return
    for field in table.fields:
        if not field.country:
            continue
        column = frame[field.name].dropna()
        for value in column.unique():
            items = value.split(field.separator) if field.separator else [value]
            for item in (item for item in items if item not in countries):
                for position in column.index[column == value]:
                    yield position, field.name, item
