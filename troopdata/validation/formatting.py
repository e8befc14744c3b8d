"""Format files of facts canonically: columns in order, rows sorted, claim ids computed."""

from __future__ import annotations

from pathlib import Path

from troopdata.errors import Invalid
from troopdata.io import csv_reader, csv_writer
from troopdata.schemas import model
from troopdata.schemas.keys import claim_ids
from troopdata.validation import parsing

__all__ = ["formatted", "paths"]


def paths(home: Path) -> list[Path]:
    """Return the files of facts in a ``datasets`` folder."""
    names = [name for name in model.tables() if not model.table(name).derived]
    return [path for name in names if (path := home / "facts" / f"{name}.csv").exists()]


def formatted(path: Path) -> str:
    """Return a file of facts in its canonical form.

    Parameters
    ----------
    path : pathlib.Path
        A file named after its table.

    Returns
    -------
    str
        The same facts, with rows sorted as in the schema and claim ids computed. No value changes.

    Raises
    ------
    Invalid
        If the text or a cell cannot be read; nothing is written.
    """
    table = model.table(path.stem)
    text = csv_reader.read(path)
    found = list(text.failures) or parsing.header(text, table)
    if found:
        raise Invalid(found)
    frame, found = parsing.typed(text, table)
    if found:
        raise Invalid(found)
    columns, rows = list(text.columns), [list(row) for row in text.rows]
    if table.name == "deployments":
        columns, rows = _identified(columns, rows, claim_ids(frame))
    at = [columns.index(name) for name in table.order]
    return csv_writer.rendered(columns, sorted(rows, key=lambda row: [row[i] for i in at]))


def _identified(
    columns: list[str], rows: list[list[str]], ids: list[str]
) -> tuple[list[str], list[list[str]]]:
    """Return rows with the claim id as their first column."""
    if "claim_id" in columns:
        at = columns.index("claim_id")
        columns = columns[:at] + columns[at + 1 :]
        rows = [row[:at] + row[at + 1 :] for row in rows]
    return ["claim_id", *columns], [[key, *row] for key, row in zip(ids, rows, strict=True)]
