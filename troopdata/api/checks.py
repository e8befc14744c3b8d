"""Validate a file or a whole release against the schemas."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from troopdata.api import country_index
from troopdata.errors import Invalid
from troopdata.gazetteer.resolver import Gazetteer
from troopdata.release import loader
from troopdata.schemas import dates, model
from troopdata.validation import table_schema
from troopdata.validation.cross_table import across
from troopdata.validation.notes import notes as notes_on

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["check", "last_seen_day", "validate"]


def check(folder: str | Path | None = None) -> pd.DataFrame:
    """Check a whole release: every schema, every reference, every rule, every licence.

    Parameters
    ----------
    folder : str or pathlib.Path, optional
        A folder with ``index.json`` and releases; the one beside the library by default. Its
        latest release is checked.

    Returns
    -------
    pandas.DataFrame
        One row a table: table, rows, rules (how many were run), notes; it is only returned when
        nothing is wrong. What is worth a look and breaks nothing is told in ``.attrs["notes"]``,
        a list of records with severity ``note``: sources that no row rests on, spells a day apart,
        columns without a value.

    Raises
    ------
    Invalid
        With every failure of every table.
    IntegrityError
        If a file is not what was released.

    Examples
    --------
    >>> check().query("table == 'bases'")["rows"].item() > 0
    True
    """
    import pandas as pd

    opened = loader.opened(None, Path(folder) if folder else None)
    names = [name for name in model.tables() if opened.has(name)]
    tables = {name: arrowed(opened, name) for name in names}
    countries = Gazetteer.from_rows(opened.rows("countries").to_pylist())
    found = list(across(tables, countries, until=_released(opened)))
    if found:
        raise Invalid(found)
    notes = list(notes_on(tables))
    counts = Counter(note.file for note in notes)
    summary = [(n, len(tables[n]), len(model.table(n).rules), counts[n]) for n in names]
    told = pd.DataFrame(summary, columns=["table", "rows", "rules", "notes"])
    told.attrs["notes"] = notes
    return told


def validate(source: pd.DataFrame | str | Path, table: str) -> pd.DataFrame:
    """Return a typed copy of a frame or CSV or Parquet file, or raise with all that is wrong.

    Parameters
    ----------
    source : pandas.DataFrame, str or pathlib.Path
        Rows of one table. Columns that are computed may be left out of a CSV file.
    table : str
        The table that they claim to be.

    Returns
    -------
    pandas.DataFrame
        The rows with the dtypes of the schema; the source is left as it was.

    Raises
    ------
    Invalid
        With every failure in `.failures`: file, row, column, rule, value, message, hint.
    UnknownTable
        If there is no such table.

    Notes
    -----
    The file is read by this process, with its memory and for as long as it takes. A file of
    strangers is better checked by ``troopdata validate FILE --as TABLE``, which parses it in a
    process of its own, within limits.

    Examples
    --------
    >>> import troopdata as td
    >>> operations = td.load("operations")
    >>> td.validate(operations, "operations").equals(operations)
    True
    """
    return table_schema.conforming(
        source, model.table(table), country_index.gazetteer(), until=last_seen_day()
    )


def last_seen_day() -> dt.date:
    """Return the last day that can have been seen: today, or the day of the latest release."""
    return max(dt.date.today(), _released(loader.opened()))


def _released(opened: loader.Release) -> dt.date:
    """Return the day of a release: a clock that runs behind makes nothing a future."""
    return dates.parse(opened.manifest["released_at"])


def arrowed(opened: loader.Release, name: str) -> pd.DataFrame:
    """Return one table of a release with a plain index."""
    from troopdata.schemas import arrow

    return arrow.frame(opened.rows(name))
