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
    """Check a whole release: every schema, reference, rule and licence.

    Parameters
    ----------
    folder : str or pathlib.Path, optional
        A folder with ``index.json`` and releases; by default the one bundled with the library.
        Its latest release is checked.

    Returns
    -------
    pandas.DataFrame
        One row per table: table, rows, rules (number of rules checked), notes; returned only if
        there are no failures. Findings that break no rule are in ``.attrs["notes"]``, a list of
        records with severity ``note``: unused sources, spells one day apart, empty columns.

    Raises
    ------
    Invalid
        With every failure of every table.
    IntegrityError
        If a file differs from the released one.

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
    report = pd.DataFrame(summary, columns=["table", "rows", "rules", "notes"])
    report.attrs["notes"] = notes
    return report


def validate(source: pd.DataFrame | str | Path, table: str) -> pd.DataFrame:
    """Return a typed copy of a frame, CSV file or Parquet file, or raise every failure.

    Parameters
    ----------
    source : pandas.DataFrame, str or pathlib.Path
        Rows of one table. A CSV file may leave out computed columns.
    table : str
        The table whose schema applies.

    Returns
    -------
    pandas.DataFrame
        The rows with the dtypes of the schema; `source` is not changed.

    Raises
    ------
    Invalid
        With every failure in `.failures`: file, row, column, rule, value, message, hint.
    UnknownTable
        If the table does not exist.

    Notes
    -----
    This process reads the file, without limits on time or memory. For a file from an untrusted
    source use ``troopdata validate FILE --as TABLE``, which reads it in a separate process with
    such limits.

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
    """Return the day of a release, so that on a slow clock its dates do not lie in the future."""
    return dates.parse(opened.manifest["released_at"])


def arrowed(opened: loader.Release, name: str) -> pd.DataFrame:
    """Return one table of a release as a typed frame, without provenance."""
    from troopdata.schemas import arrow

    return arrow.frame(opened.rows(name))
