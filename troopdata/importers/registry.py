"""The published series that a build reads: which importer turns which folder into rows.

A series is a folder of ``datasets/series``. Its importer is a module with ``rows(folder)``, the
rows of our tables as text, and, where the source can contradict itself, ``check(folder)``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from troopdata.errors import Failure, Invalid
from troopdata.importers import (
    cia_factbook,
    dod_base_structure,
    mme_exercises,
    national_snapshots,
    natural_earth,
    ucdp_support,
    un_fatalities,
    us_construction,
    us_dmdc,
    vine_bases,
    war_powers,
)
from troopdata.io import csv_reader
from troopdata.schemas import model
from troopdata.validation import parsing

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["ROWS", "tables"]

Row: TypeAlias = dict[str, str]
Rows: TypeAlias = Mapping[str, list[Row]]

ROWS: Mapping[str, Callable[[Path], Rows]] = {
    "cia-factbook": cia_factbook.rows,
    "dod-base-structure": dod_base_structure.rows,
    "mme": mme_exercises.rows,
    "national-snapshots": national_snapshots.rows,
    "natural-earth": natural_earth.rows,
    "ucdp-support": ucdp_support.rows,
    "un-fatalities": un_fatalities.rows,
    "us-c1-construction": us_construction.rows,
    "vine-bases": vine_bases.rows,
    "war-powers": war_powers.rows,
}
CHECKS: Mapping[str, Callable[[Path], list[Failure]]] = {
    "dod-base-structure": dod_base_structure.check,
    "mme": mme_exercises.check,
    "us-c1-construction": us_construction.check,
    "vine-bases": vine_bases.check,
    "war-powers": war_powers.check,
    "us-dmdc": lambda folder: us_dmdc.check(folder).failures,
}


def tables(home: Path) -> dict[str, pd.DataFrame]:
    """Return what the published series add to the tables.

    Parameters
    ----------
    home : pathlib.Path
        The ``datasets`` folder.

    Returns
    -------
    dict of str to pandas.DataFrame
        Typed rows by table; computed columns are empty.

    Raises
    ------
    Invalid
        If a series contradicts itself in a way that is not listed, if a row has not the type of
        its column, or if a folder has no importer.
    """
    import pandas as pd

    folder = home / "series"
    found = [failure for name, check in CHECKS.items() for failure in check(folder / name)]
    found += _orphans(folder)
    if found:
        raise Invalid(found)
    parts: dict[str, list[pd.DataFrame]] = {}
    for table, frame in _frames(folder):
        parts.setdefault(table, []).append(frame)
    return {table: pd.concat(frames, ignore_index=True) for table, frames in parts.items()}


def _orphans(folder: Path) -> list[Failure]:
    known = {*ROWS, *CHECKS}
    hint = "add its importer to troopdata/curate/series.py"
    return [
        Failure(str(path), None, "", "", "series", path.name, "no importer reads this folder", hint)
        for path in sorted(folder.iterdir())
        if path.name not in known and any(path.iterdir())
    ]


def _frames(folder: Path) -> Iterator[tuple[str, pd.DataFrame]]:
    dmdc = folder / "us-dmdc"
    yield "deployments", us_dmdc.claims(dmdc)
    yield "sources", parsed("sources", us_dmdc.sources(dmdc))
    yield "corrections", parsed("corrections", us_dmdc.corrections(dmdc))
    for name, rows in ROWS.items():
        for table, found in rows(folder / name).items():
            yield table, parsed(table, found, file=f"datasets/series/{name}")


def parsed(name: str, rows: list[Row], *, file: str = "") -> pd.DataFrame:
    """Return rows of text as a typed table, through the parser of all text."""
    table = model.table(name)
    columns = tuple(item.name for item in table.fields if not item.computed)
    cells = [[row.get(column, "") for column in columns] for row in rows]
    text = csv_reader.Text(file or name, columns, cells, list(range(2, len(cells) + 2)))
    frame, found = parsing.typed(text, table)
    if found:
        raise Invalid(found)
    return frame
