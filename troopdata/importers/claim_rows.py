"""What the importers of claims share: a claim's row with its usual values, and its dates."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from troopdata.gazetteer.resolver import Gazetteer
from troopdata.io import csv_reader
from troopdata.schemas import model

__all__ = ["claim", "countries", "dated", "grouped", "sources"]

Row = dict[str, str]

USUAL = {"force": "military", "service": "all", "value_state": "reported", "status": "accepted"}


def dated(column: str, text: str) -> Row:
    """Return a date and its precision: as sharp as the text that names it.

    Parameters
    ----------
    column : str
        The date's column.
    text : str
        ``2024``, ``2024-05``, ``2024-05-17``, ``2024-Q2`` or nothing.

    Examples
    --------
    >>> dated("as_of", "2010-Q3")
    {'as_of': '2010-07-01', 'as_of_precision': 'quarter'}
    """
    precision = {0: "", 4: "year", 7: "month", 10: "day"}[len(text)]
    if "Q" in text:
        precision = "quarter"
        text = f"{text[:4]}-{3 * int(text[-1]) - 2:02d}"
    day = f"{text}-01-01"[:10] if len(text) == 4 else f"{text}-01"[:10]
    return {column: day if text else "", f"{column}_precision": precision}


def claim(**cells: str) -> Row:
    """Return a row of `deployments`: what is given, the usual values, and nothing else.

    Examples
    --------
    >>> row = claim(sender="FRA", host="MLI", personnel="2400")
    >>> row["value_state"], row["service"], row["place"]
    ('reported', 'all', '')
    """
    columns = [field.name for field in model.table("deployments").fields if not field.computed]
    return {name: cells.get(name) or USUAL.get(name, "") for name in columns}


def countries(folder: Path) -> Gazetteer:
    """Return the countries that stand beside the series, two levels above its folder."""
    rows = csv_reader.read_rows(folder.parents[1] / "facts" / "countries.csv")
    return Gazetteer.from_rows(rows)


def grouped(folder: Path, name: str, key: str) -> dict[str, Row]:
    """Return the rows of one of the series' own tables by a column that names each once."""
    return {row[key]: row for row in csv_reader.read_rows(folder / name)}


def sources(folder: Path, claims: Iterable[Row]) -> list[Row]:
    """Return the series' sources that claims name, without those that the hand-kept list has."""
    kept = folder.parents[1] / "facts" / "sources.csv"
    known = {row["source_id"] for row in csv_reader.read_rows(kept)} if kept.exists() else set()
    used = {row["source_id"] for row in claims} - known
    return [row for row in csv_reader.read_rows(folder / "sources.csv") if row["source_id"] in used]
