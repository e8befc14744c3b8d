"""List the tables and describe their columns and codes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from troopdata.errors import UsageError
from troopdata.release import loader
from troopdata.schemas import model

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["describe", "tables"]


def tables() -> pd.DataFrame:
    """Return the tables of the latest release.

    Returns
    -------
    pandas.DataFrame
        One row per table: table, rows (Int64), grain, title.

    Examples
    --------
    >>> tables().set_index("table").loc["deployments", "grain"]
    "one source's claim about strength or presence"
    """
    import pandas as pd

    entries = {item["name"]: item for item in loader.opened().manifest["files"]}
    rows = [
        (name, entries[f"{name}.parquet"]["rows"], model.table(name).grain, model.table(name).title)
        for name in model.tables()
        if f"{name}.parquet" in entries
    ]
    frame = pd.DataFrame(rows, columns=["table", "rows", "grain", "title"])
    return frame.astype({"table": "string", "rows": "Int64", "grain": "string", "title": "string"})


def describe(table: str, column: str | None = None) -> pd.DataFrame:
    """Return the data dictionary of a table, or what the codes of one column mean.

    Parameters
    ----------
    table : str
        Name of the table.
    column : str, optional
        A column with a vocabulary.

    Returns
    -------
    pandas.DataFrame
        One row per column: column, type, unit, codes, description. For `presence`,
        ``.attrs["rule"]`` is the rule of the best estimate, a list of steps. With `column`, one
        row per code: code, label, definition.

    Raises
    ------
    UnknownTable, UnknownColumn
        If the table or column does not exist.
    UsageError
        If the column has no vocabulary.

    Examples
    --------
    >>> describe("deployments").set_index("column").loc["personnel", "unit"]
    'people'
    >>> describe("deployments", "qualifier").set_index("code").loc["more_than", "definition"]
    'The figure is personnel_low.'
    """
    import pandas as pd

    found = model.table(table)
    if column is not None:
        return _codes(found, column)
    rows = [
        (
            item.name,
            item.type,
            item.unit,
            ", ".join(item.vocabulary.codes) if item.vocabulary else "",
            item.description,
        )
        for item in found.fields
    ]
    frame = pd.DataFrame(rows, columns=["column", "type", "unit", "codes", "description"])
    if found.estimate:
        frame.attrs["rule"] = list(found.estimate["steps"])
    return frame.astype("string")


def _codes(table: model.Table, column: str) -> pd.DataFrame:
    """Return the codes of a column with their meanings."""
    import pandas as pd

    known = table[column].vocabulary
    if known is None:
        coded = ", ".join(item.name for item in table.fields if item.vocabulary)
        hint = f"columns with codes: {coded}" if coded else ""
        raise UsageError(f"{table.name}.{column} holds no codes", hint=hint)
    rows = [(code, label, known.definitions[code]) for code, label in known.labels.items()]
    return pd.DataFrame(rows, columns=["code", "label", "definition"]).astype("string")
