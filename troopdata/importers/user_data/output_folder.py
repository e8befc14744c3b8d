"""Validate rows and write them into the user's folder, one CSV file for each table."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from troopdata.errors import Failure, Invalid
from troopdata.gazetteer.resolver import Gazetteer
from troopdata.importers.user_data.input_csv import Row
from troopdata.io import csv_reader, csv_writer
from troopdata.schemas import model
from troopdata.schemas.keys import claim_ids
from troopdata.validation import parsing, table_schema
from troopdata.validation.formatting import formatted

__all__ = ["LINE", "store"]

# A row may hold its line in the published file under this key, for messages.
LINE = "#line"


def store(
    tables: Mapping[str, list[Row]], folder: Path, *, file: Path, countries: Gazetteer
) -> list[Path]:
    """Validate rows and write them into a folder, beside what other sources put there.

    Rows of the same sources from an earlier import are replaced.

    Parameters
    ----------
    tables : mapping of str to list of dict
        Rows by table, among them ``sources``; `LINE` in a row is its line in the published file.
    folder : pathlib.Path
        The user's folder; made if it does not exist.
    file : pathlib.Path
        The published file, for messages.
    countries : Gazetteer
        What codes and dates are checked against.

    Returns
    -------
    list of pathlib.Path
        The files written, one for each table.

    Raises
    ------
    Invalid
        With everything that breaks a schema; nothing is written then.
    """
    failures = [f for name, rows in tables.items() for f in _faults(name, rows, file, countries)]
    if failures:
        raise Invalid(failures)
    sources = {row["source_id"] for row in tables["sources"]}
    return [_write(folder / f"{name}.csv", name, rows, sources) for name, rows in tables.items()]


def _faults(name: str, rows: list[Row], file: Path, countries: Gazetteer) -> list[Failure]:
    """Return what is wrong with the rows of one table, by their lines in the published file."""
    table = model.table(name)
    columns = tuple(item.name for item in table.fields if not item.computed)
    cells = [[row[column] for column in columns] for row in rows]
    lines = [int(row.get(LINE, "1")) for row in rows]
    text = csv_reader.Text(str(file), columns, cells, lines)
    frame, found = parsing.typed(text, table)
    if name == "deployments" and not found:
        # Two figures for one claim are found by its key, which the rows do not have yet.
        frame = frame.assign(claim_id=claim_ids(frame)).astype({"claim_id": "string"})
    return found or list(table_schema.failures(frame, table, countries, text=text))


def _write(path: Path, name: str, rows: list[Row], sources: set[str]) -> Path:
    columns = [item.name for item in model.table(name).fields if not item.computed]
    kept = csv_reader.read_rows(path) if path.exists() else []
    cells = [[row[column] for column in columns] for row in _merged(name, kept, rows, sources)]
    csv_writer.write(path, columns, cells)
    csv_writer.replace(path, formatted(path).encode("utf-8"))
    return path


def _merged(name: str, kept: list[Row], rows: list[Row], sources: set[str]) -> list[Row]:
    """Return new rows and those of other sources; a row of several sources cites them all."""
    # A row from an earlier import of the same source goes, unless another source has it too.
    others = [(row, set(row["source_id"].split(";")) - sources) for row in kept]
    if name in ("deployments", "sources"):
        return [row for row, left in others if left] + rows
    key = model.table(name).primary_key
    found = {tuple(row[c] for c in key): (row, left) for row, left in others if left}
    for row in rows:
        names = tuple(row[column] for column in key)
        left = found[names][1] if names in found else set()
        found[names] = (row, left | set(row["source_id"].split(";")))
    return [{**row, "source_id": ";".join(sorted(left))} for row, left in found.values()]
