"""Parse text cells to typed columns. Nothing is coerced: a cell is of its type or a failure."""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from troopdata.errors import Failure
from troopdata.io.csv_reader import Text
from troopdata.schemas import arrow
from troopdata.schemas.model import Field, Table

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["header", "typed"]

INTEGER = re.compile(r"-?(0|[1-9][0-9]*)", re.ASCII)
NUMBER = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?", re.ASCII)
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)


def header(text: Text, table: Table) -> list[Failure]:
    """Return the failures of a file's header.

    Columns that are computed may be left out; the others are in the order of the schema.
    """
    wanted = [item.name for item in table.fields if not item.computed or item.name in text.columns]
    missing = [name for name in wanted if name not in text.columns]
    extra = [name for name in text.columns if name not in table.columns]
    hint = f"the columns are {','.join(wanted)}"

    def fault(column: str, message: str) -> Failure:
        return Failure(text.file, 1, "", column, "columns", column, message, hint)

    found = [fault(name, "column missing") for name in missing]
    found += [fault(name, f"no such column in {table.name}") for name in extra]
    if not found and list(text.columns) != wanted:
        moved = next(a for a, b in zip(text.columns, wanted, strict=True) if a != b)
        found.append(fault(moved, "column out of order"))
    return found


def typed(text: Text, table: Table) -> tuple[pd.DataFrame, list[Failure]]:
    """Return the rows of a file as a typed frame, and a failure for every cell of another type.

    Parameters
    ----------
    text : Text
        A file without failures of its own and with the right header.
    table : Table
        The table that the file is of.

    Returns
    -------
    frame : pandas.DataFrame
        One row per line, with the columns and dtypes of the table. Cells that failed are missing;
        computed columns that the file does not have are empty.
    failures : list of Failure
    """
    import pandas as pd

    failures: list[Failure] = []
    columns: dict[str, Any] = {}
    for field in table.fields:
        if field.name in text.columns:
            at = text.columns.index(field.name)
            cells = [row[at] for row in text.rows]
            values = _column(cells, field, text, failures)
        else:
            values = [None] * len(text.rows)
        columns[field.name] = pd.Series(values, dtype=arrow.dtype(field))
    return pd.DataFrame(columns), failures


def _column(cells: list[str], field: Field, text: Text, failures: list[Failure]) -> list[Any]:
    parse = PARSERS[field.type]
    values: list[Any] = []
    for position, cell in enumerate(cells):
        try:
            values.append(parse(cell) if cell else None)
        except ValueError as error:
            values.append(None)
            line = text.lines[position]
            failures.append(Failure(text.file, line, "", field.name, "type", cell, str(error)))
    return values


def _integer(cell: str) -> int:
    if not INTEGER.fullmatch(cell):
        raise ValueError("not a whole number; write 1000, not 1,000 or 1e3")
    value = int(cell)
    if abs(value) >= 1 << 31:
        raise ValueError("too large for a count")
    return value


def _number(cell: str) -> float:
    if not NUMBER.fullmatch(cell) or not math.isfinite(float(cell)):
        raise ValueError("not a number; write 1250.5, not 1,250.5 or 1e3")
    return float(cell)


def _date(cell: str) -> dt.date:
    if not DAY.fullmatch(cell):
        raise ValueError("not an ISO date; write 2024-03-16")
    try:
        return dt.date.fromisoformat(cell)
    except ValueError:
        raise ValueError("not a day of the calendar") from None


def _boolean(cell: str) -> bool:
    if cell not in ("true", "false"):
        raise ValueError("not true or false")
    return cell == "true"


PARSERS: dict[str, Callable[[str], Any]] = {
    "string": str,
    "integer": _integer,
    "number": _number,
    "date": _date,
    "boolean": _boolean,
    "geojson": str,
}
