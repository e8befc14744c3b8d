"""Validate one frame or file: return a typed copy, or raise with every failure at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from troopdata.errors import Failure, Invalid
from troopdata.schemas import model
from troopdata.schemas.keys import keys
from troopdata.validation import cell_checks, input_files, plausibility, rules
from troopdata.validation.cell_checks import MESSAGES
from troopdata.validation.rules import Finding

if TYPE_CHECKING:
    import datetime as dt

    import pandas as pd

    from troopdata.gazetteer.resolver import Gazetteer
    from troopdata.io.csv_reader import Text

__all__ = ["conforming", "failures"]


def conforming(
    source: pd.DataFrame | str | Path,
    table: model.Table,
    countries: Gazetteer | None,
    *,
    until: dt.date | None = None,
) -> pd.DataFrame:
    """Return a typed copy of a frame or file, or raise with every failure.

    Parameters
    ----------
    source : pandas.DataFrame, str or pathlib.Path
        Rows of one table.
    table : Table
        The table that the rows are of.
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
        frame = input_files.typed_frame(source, table)
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
    """Yield every failure of a typed frame.

    Parameters
    ----------
    frame : pandas.DataFrame
        Typed rows with a plain index from 0.
    table : Table
        Its specification.
    countries : Gazetteer or None
        The countries to check codes and dates against; None skips those rules.
    text : Text, optional
        The file that the rows come from, for the line numbers in messages.
    until : datetime.date, optional
        The last day that can have been seen.
    """
    name = file or (text.file if text else table.name)
    identifiers = keys(frame, table)

    def failure(finding: Finding, rule: str, message: str, hint: str = "") -> Failure:
        position, column, value, detail = finding
        line = text.lines[position] if text else position
        whole = "; ".join(filter(None, (message, detail)))
        return Failure(name, line, identifiers[position], column, rule, value, whole, hint)

    # A cell is reported once, by its narrowest rule: a wider rule that reads a broken cell is
    # skipped, since what it would say follows from the cell.
    broken: set[tuple[int, str]] = set()
    for rule, finding in _column_failures(frame, table, from_text=text is not None):
        broken.add((finding.position, finding.column))
        yield failure(finding, rule, MESSAGES[rule], _hint(table, rule, finding))
    for finding in _each(cell_checks.unclean, frame, table):
        if (finding.position, finding.column) not in broken:
            broken.add((finding.position, finding.column))
            yield failure(finding, "text-clean", "")
    # Added after the loop: a cell that lists two unknown countries is reported for both.
    strangers: set[tuple[int, str]] = set()
    for finding in _each(partial(cell_checks.unknown_countries, countries=countries), frame, table):
        if (finding.position, finding.column) not in broken:
            strangers.add((finding.position, finding.column))
            near = ", ".join(countries.near(finding.value)) if countries else ""
            hint = f"did you mean {near}?" if near else "add it to datasets/facts/countries.csv"
            yield failure(finding, "country", MESSAGES["country"], hint)
    broken |= strangers
    for rule, finding in plausibility.implausible(frame, table, until):
        if (finding.position, finding.column) not in broken:
            broken.add((finding.position, finding.column))
            yield failure(finding, rule, plausibility.MESSAGES[rule])
    for named in table.rules:
        if named.kind == "claim_id" and text is not None and "claim_id" not in text.columns:
            continue
        for finding in rules.broken(frame, named, countries):
            cells = {(finding.position, column) for column in named.columns}
            if broken.isdisjoint(cells):
                yield failure(finding, named.name, named.message)


def _each(
    check: Callable[[pd.DataFrame, model.Field], Iterator[Finding]],
    frame: pd.DataFrame,
    table: model.Table,
) -> Iterator[Finding]:
    """Yield what a check of single columns finds in each column of a table."""
    for field in table.fields:
        yield from check(frame, field)


def _hint(table: model.Table, rule: str, finding: Finding) -> str:
    field = table[finding.column]
    if rule == "required" and field.vocabulary:
        return f"one of {', '.join(field.vocabulary.codes)}"
    if rule == "vocabulary" and field.vocabulary:
        near = field.vocabulary.nearest(finding.value) or list(field.vocabulary.codes)
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
) -> Iterator[tuple[str, Finding]]:
    """Yield the rule and the cell of everything that single columns and the key forbid."""
    from troopdata.validation import pandera_schema

    for field in table.fields:
        if field.required and not (field.computed and from_text):
            for position in frame.index[frame[field.name].isna()]:
                yield "required", Finding(position, field.name, "")
    for finding in _each(cell_checks.unlisted, frame, table):
        yield "vocabulary", finding
    for finding in cell_checks.duplicate_keys(frame, table):
        yield "key-unique", finding
    yield from pandera_schema.column_failures(frame, table)
