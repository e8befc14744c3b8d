"""Any table of claims, by a mapping file that says which column is what.

The mapping is TOML beside the table::

    file = "table.csv"            # beside the mapping
    date = "year"                 # how the dates are written: day, month or year
    names = "name"                # what senders and hosts are: name (default), iso3, cow, gw ...
    missing = ["..", "n/a"]       # what stands for a missing cell
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

    [codes.basis]                 # a cell of the mapped column = our code
    "Ceiling" = "authorised_ceiling"

`sender`, `as_of`, `basis` and a `host` or `place` are needed. A row is `accepted`, of `all`
services and `military` unless the mapping says otherwise; one without a figure or bound is
``not_reported``.
"""

from __future__ import annotations

import datetime as dt
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from troopdata.errors import UsageError, shown
from troopdata.gazetteer.resolver import SYSTEMS, Gazetteer
from troopdata.importers.user_data.input_csv import Published, Row
from troopdata.importers.user_data.output_folder import LINE, blank, store
from troopdata.schemas import dates, model

__all__ = ["tables", "write"]

KEYS = ("file", "date", "names", "missing", "delimiter", "source", "columns", "values", "codes")
DEFAULTS = {"force": "military", "service": "all", "status": "accepted"}
SOURCE = {"licence": "not stated", "redistribution": "none", "interval": "irregular"}
NEEDED = ("source_id", "title", "publisher", "kind")
COUNTRIES = ("sender", "host")
DATES = ("as_of", "started", "ended")
FIGURES = ("personnel", "personnel_low", "personnel_high")
FIRST = {"day": "", "month": "-01", "year": "-01-01"}


def write(path: Path, folder: Path, *, countries: Gazetteer | None = None) -> list[Path]:
    """Write deployments and sources into the user's folder.

    Parameters
    ----------
    path : pathlib.Path
        The mapping; it names the table.
    folder : pathlib.Path
        The user's folder.
    countries : Gazetteer, optional
        Countries to resolve names against; those of the release by default.
    """
    mapping = _mapping(path)
    published = _published(path, mapping, countries)
    found = _tables(published, mapping)
    return store(found, folder, file=published.path, countries=published.countries)


def tables(path: Path, *, countries: Gazetteer | None = None) -> dict[str, list[Row]]:
    """Return the rows of deployments and sources that a mapping and its table make.

    Raises
    ------
    UsageError
        If the mapping is not as it must be.
    Invalid
        With every country, date and number that is not understood.
    """
    mapping = _mapping(path)
    return _tables(_published(path, mapping, countries), mapping)


def _mapping(path: Path) -> dict[str, Any]:
    """Return the mapping, or raise for what in it cannot mean anything."""
    try:
        mapping = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise UsageError(f"cannot read {path}: {error}", file=str(path)) from None
    for fault in _faults(mapping):
        raise UsageError(f"{path.name}: {fault}", file=str(path))
    return mapping


def _faults(mapping: Mapping[str, Any]) -> Iterator[str]:
    """Yield what is wrong with a mapping, the plainest first."""
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


def _published(path: Path, mapping: Mapping[str, Any], countries: Gazetteer | None) -> Published:
    table = path.parent / mapping["file"]
    published = Published.read(table, countries, delimiter=mapping.get("delimiter", ","))
    published.require(mapping["columns"].values())
    return published


def _tables(published: Published, mapping: Mapping[str, Any]) -> dict[str, list[Row]]:
    source = blank("sources", {**SOURCE, **mapping["source"]})
    if not (source["url"] or source["note"]):
        source["note"] = f"Read in the user's own copy, {published.path.name}."
    claims = [_claim(published, line, row, mapping) for line, row in published.records]
    published.settle()
    return {
        "deployments": [{**claim, "source_id": source["source_id"]} for claim in claims],
        "sources": [source],
    }


def _claim(published: Published, line: int, row: Row, mapping: Mapping[str, Any]) -> Row:
    cells = {**DEFAULTS, **mapping.get("values", {}), **_cells(row, mapping)}
    day = _dated(published, line, cells, mapping)
    for name in COUNTRIES:
        if cells.get(name) and day:
            column = mapping["columns"].get(name, name)
            system = mapping.get("names", "name")
            asked = None if system == "name" else system
            cells[name] = published.code(cells[name], line, column, day, system=asked)
    for name in FIGURES:
        published.count(line, mapping["columns"].get(name, name), cells.get(name, ""))
    figure = any(cells.get(name) for name in FIGURES)
    cells.setdefault("value_state", "reported" if figure else "not_reported")
    cells.setdefault("locator", f"row {line}")
    return blank("deployments", {**cells, LINE: str(line)})


def _cells(row: Row, mapping: Mapping[str, Any]) -> Row:
    """Return the mapped cells of a row, missing ones empty, codes as ours."""
    missing = mapping.get("missing", [])
    cells = {name: row[column] for name, column in mapping["columns"].items()}
    cells = {name: "" if cell in missing else cell for name, cell in cells.items()}
    codes = mapping.get("codes", {})
    return {name: codes.get(name, {}).get(cell, cell) for name, cell in cells.items()}


def _dated(
    published: Published, line: int, cells: Row, mapping: Mapping[str, Any]
) -> dt.date | None:
    """Write dates as days with a precision; return the last day that the claim's own may mean."""
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
    # A country that came to be in the year is meant by its name of that year's end.
    day = found.get("as_of", found.get("started"))
    return dates.bounds(day, precision)[1] if day else None
