"""Any table of claims, by a mapping file that gives the meaning of its columns.

The mapping is TOML beside the table::

    file = "table.csv"            # beside the mapping
    date = "year"                 # how the dates are written: day, month or year
    names = "name"                # senders and hosts are: name (default), iso3, cow, gw ...
    missing = ["..", "n/a"]       # cells that mean missing
    delimiter = ","

    [source]                      # columns of `sources`; these four are needed
    source_id = "my-institute-2024"
    title = "Troops abroad"
    publisher = "My Institute"
    kind = "academic"

    [columns]                     # column of `deployments` = column of the table
    sender = "Sender"
    host = "Recipient"
    as_of = "Year"
    personnel = "Troops"

    [values]                      # column of `deployments` = one value for every row
    basis = "in_country_total"
    force = "military"

    [codes.basis]                 # a cell of the mapped column = code
    "Ceiling" = "authorised_ceiling"

`sender`, `as_of`, `basis` and a `host` or `place` are needed. A row is `accepted`, of `all`
services and `military` unless the mapping says otherwise; one without a figure or bound is
``not_reported``.
"""

from __future__ import annotations

import datetime as dt
import tomllib
from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

from troopdata.errors import UsageError, shown
from troopdata.gazetteer.resolver import SYSTEMS
from troopdata.importers.table_rows import blank
from troopdata.importers.user_data.importer import Importer, Tables
from troopdata.importers.user_data.input_csv import Published, Row
from troopdata.importers.user_data.output_folder import LINE
from troopdata.schemas import dates, model

__all__ = ["ColumnMapping"]

KEYS = ("file", "date", "names", "missing", "delimiter", "source", "columns", "values", "codes")
DEFAULTS = {"force": "military", "service": "all", "status": "accepted"}
SOURCE = {"licence": "not stated", "redistribution": "none", "interval": "irregular"}
NEEDED = ("source_id", "title", "publisher", "kind")
COUNTRIES = ("sender", "host")
DATES = ("as_of", "started", "ended")
FIGURES = ("personnel", "personnel_low", "personnel_high")
FIRST = {"day": "", "month": "-01", "year": "-01-01"}


class ColumnMapping(Importer):
    """A table of claims, by a mapping file beside it."""

    name = "mapping"

    @cached_property
    def mapping(self) -> dict[str, Any]:
        """The mapping; `UsageError` if it is not valid."""
        return _mapping(self.path)

    @cached_property
    def published(self) -> Published:
        """The table that the mapping names."""
        mapping = self.mapping
        delimiter = mapping.get("delimiter", ",")
        table = self.path.parent / mapping["file"]
        published = Published.read(table, self._countries, delimiter=delimiter)
        published.require(mapping["columns"].values())
        return published

    def source_row(self) -> Row:
        """Return the row of `sources` that the mapping gives."""
        source = blank("sources", {**SOURCE, **self.mapping["source"]})
        if not (source["url"] or source["note"]):
            source["note"] = f"Read in the user's own copy, {self.published.path.name}."
        return source

    def rows(self) -> Tables:
        """Return the rows of deployments."""
        published = self.published
        claims = [_claim(published, line, row, self.mapping) for line, row in published.records]
        published.settle()
        source = self.source_row()["source_id"]
        return {"deployments": [{**claim, "source_id": source} for claim in claims]}


def _mapping(path: Path) -> dict[str, Any]:
    """Return the mapping, or raise `UsageError` for the first thing wrong with it."""
    try:
        mapping = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise UsageError(f"cannot read {path}: {error}", file=str(path)) from None
    for fault in _faults(mapping):
        raise UsageError(f"{path.name}: {fault}", file=str(path))
    return mapping


def _faults(mapping: Mapping[str, Any]) -> Iterator[str]:
    """Yield what is wrong with a mapping, most basic first."""
    yield from (f"no such key {shown(key)}" for key in mapping if key not in KEYS)
    for key, kind in (("file", str), ("source", dict), ("columns", dict)):
        if not isinstance(mapping.get(key), kind):
            yield f"it needs {key!r}"
            return
    for key, table in (
        ("source", "sources"),
        ("columns", "deployments"),
        ("values", "deployments"),
    ):
        known = [item.name for item in model.table(table).fields if not item.computed]
        for name, value in mapping.get(key, {}).items():
            if name not in known:
                yield f"{table} has no column {shown(name)}"
            if not isinstance(value, str):
                yield f"{key}.{name} is not text"
    yield from (f"source lacks {name!r}" for name in NEEDED if name not in mapping["source"])
    given = {**mapping["columns"], **mapping.get("values", {})}
    yield from (
        f"no column is {name!r}" for name in ("sender", "as_of", "basis") if name not in given
    )
    if mapping.get("date", "day") not in FIRST:
        yield f"date is one of {', '.join(FIRST)}"
    if mapping.get("names", "name") not in SYSTEMS:
        yield f"names is one of {', '.join(SYSTEMS)}"


def _claim(published: Published, line: int, row: Row, mapping: Mapping[str, Any]) -> Row:
    cells = {**DEFAULTS, **mapping.get("values", {}), **_cells(row, mapping)}
    day = _dated(published, line, cells, mapping)
    for name in COUNTRIES:
        if cells.get(name) and day:
            column = mapping["columns"].get(name, name)
            system = mapping.get("names", "name")
            # Names are not a system of codes: `code` takes them with no system.
            code_system = None if system == "name" else system
            cells[name] = published.code(cells[name], line, column, day, system=code_system)
    for name in FIGURES:
        published.count(line, mapping["columns"].get(name, name), cells.get(name, ""))
    figure = any(cells.get(name) for name in FIGURES)
    cells.setdefault("value_state", "reported" if figure else "not_reported")
    cells.setdefault("locator", f"row {line}")
    return blank("deployments", {**cells, LINE: str(line)})


def _cells(row: Row, mapping: Mapping[str, Any]) -> Row:
    """Return the mapped cells of a row, missing ones empty, codes translated."""
    missing = mapping.get("missing", [])
    cells = {name: row[column] for name, column in mapping["columns"].items()}
    cells = {name: "" if cell in missing else cell for name, cell in cells.items()}
    codes = mapping.get("codes", {})
    return {name: codes.get(name, {}).get(cell, cell) for name, cell in cells.items()}


def _dated(
    published: Published, line: int, cells: Row, mapping: Mapping[str, Any]
) -> dt.date | None:
    """Write dates as days with a precision; return the last day that the claim's date covers."""
    precision = mapping.get("date", "day")
    found: dict[str, dt.date] = {}
    for name in DATES:
        if not cells.get(name):
            continue
        column = mapping["columns"].get(name, name)
        day = published.day(line, column, cells[name] + FIRST[precision])
        if day:
            found[name], cells[name] = day, day.isoformat()
            cells.setdefault(f"{name}_precision", precision)
    # A country that became independent in the year is named as at the end of that year.
    day = found.get("as_of", found.get("started"))
    return dates.bounds(day, precision)[1] if day else None
