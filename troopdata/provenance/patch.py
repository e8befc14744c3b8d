"""Apply the changes between two releases to a table, or invert them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from troopdata.errors import Invalid, UnknownColumn, UsageError, shown
from troopdata.geometry import points
from troopdata.geometry.points import located
from troopdata.io import csv_reader
from troopdata.provenance.diff import COLUMNS
from troopdata.schemas import arrow, model
from troopdata.schemas.keys import cells, keys
from troopdata.validation import parsing

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["apply", "inverted"]


def apply(changes: pd.DataFrame, old: pd.DataFrame, *, table: str) -> pd.DataFrame:
    """Return the table that results from applying changes to an old one.

    Parameters
    ----------
    changes : pandas.DataFrame
        The result of `diff`, or the table `changes` of a release. Rows about other tables are
        ignored.
    old : pandas.DataFrame
        The whole table before, as `load` returns it.
    table : str
        The name of the table.

    Returns
    -------
    pandas.DataFrame
        The new table, as `load` returns it: typed, in the order of a release, and for `bases` a
        geopandas.GeoDataFrame with points made from longitude and latitude.

    Raises
    ------
    UsageError
        If the changes do not start from this table: an added row exists, a changed row is missing,
        or a cell has another value. Nothing is then applied. Also for `borders`, as changes do not
        include outlines.
    UnknownTable, UnknownColumn
        If the table does not exist, or a column of it or of the changes is missing.
    Invalid
        If a new value does not have the type of its column.

    Examples
    --------
    >>> import troopdata as td
    >>> old = td.load("events", version="2026.11.1")
    >>> new = td.apply(td.diff("2026.11.1", "2026.11.2"), old, table="events")
    >>> new.equals(td.load("events", version="2026.11.2"))
    True
    """
    specified = model.table(table)
    if "geometry" in specified.columns and "longitude" not in specified.columns:
        hint = f'load the new table with td.load("{table}", version=NEW)'
        raise UsageError(f"the changes of {table} do not include its outlines", hint=hint)
    names = [item.name for item in specified.fields if item.type != "geojson"]
    _require_columns(changes, COLUMNS, "in the changes")
    _require_columns(old, names, f"in {table}")
    mine = changes[(changes["table"] == table).fillna(False)]
    touched = _touched(old, specified, mine)
    held = cells(old[touched], specified)
    _check_start(mine, held, specified)
    made = _typed(_after(mine, held), specified, names)
    return _whole(old.loc[~touched, names], made, specified)


def _require_columns(frame: pd.DataFrame, wanted: Iterable[str], where: str) -> None:
    for name in wanted:
        if name not in frame:
            raise UnknownColumn(name, detail=where, hint="the column is missing")


def _touched(old: pd.DataFrame, table: model.Table, mine: pd.DataFrame) -> pd.Series:
    """Return which rows of the old table the changes name."""
    import pandas as pd

    held = pd.Series(keys(old, table), index=old.index, dtype="string")
    if held.duplicated().any():
        twice = held[held.duplicated()].iloc[0]
        raise UsageError(f"two rows of {table.name} have the key {shown(twice)}")
    return held.isin(mine["key"]).astype(bool)


def _check_start(mine: pd.DataFrame, held: pd.DataFrame, table: model.Table) -> None:
    """Raise unless every change starts from the values of the old table."""
    new = mine["op"] == "added"
    known = mine["key"].isin(held.index)
    for wrong, message in ((new & known, "is there already"), (~new & ~known, "is missing")):
        if wrong.any():
            raise _start_error(table, mine.loc[wrong, "key"].iloc[0], message)
    if (twice := mine.duplicated(["key", "column"])).any():
        raise _start_error(table, mine.loc[twice, "key"].iloc[0], "changes a column twice")
    for name, part in mine[~new].groupby("column"):
        cells_held = held.loc[part["key"], table[str(name)].name].to_numpy()
        other = part["before"].fillna("").to_numpy() != cells_held
        if other.any():
            raise _start_error(table, part.loc[other, "key"].iloc[0], f"has another {name}")
    gone = mine[mine["op"] == "retracted"]
    filled = held.loc[gone["key"].unique()].astype(bool).sum(axis=1)
    more = filled[filled != gone["key"].value_counts().reindex(filled.index)]
    if len(more):
        raise _start_error(table, more.index[0], "has more cells than the changes remove")


def _start_error(table: model.Table, key: str, message: str) -> UsageError:
    return UsageError(
        f"the changes do not start from this table {table.name}: {shown(key)} {message}",
        hint=f'apply them to td.load("{table.name}", version=OLD), the release they start from',
        key=key,
    )


def _after(mine: pd.DataFrame, held: pd.DataFrame) -> list[dict[str, str]]:
    """Return the added and changed rows, as text."""
    gone = set(mine.loc[mine["op"] == "retracted", "key"])
    rows: dict[str, dict[str, str]] = {
        str(key): {str(name): cell for name, cell in row.items()}
        for key, row in zip(held.index, held.to_dict("records"), strict=True)
        if key not in gone
    }
    made = mine[mine["op"] != "retracted"]
    for key, column, after in zip(
        made["key"], made["column"], made["after"].fillna(""), strict=True
    ):
        rows.setdefault(key, {})[column] = after
    return list(rows.values())


def _typed(rows: Iterable[Mapping[str, str]], table: model.Table, names: list[str]) -> pd.DataFrame:
    """Return rows of text as typed columns."""
    found = [[row.get(name, "") for name in names] for row in rows]
    lines = list(range(2, len(found) + 2))
    text = csv_reader.Text(table.name, tuple(names), found, lines)
    frame, failures = parsing.typed(text, table)
    if failures:
        raise Invalid(failures)
    return frame[names]


def _whole(kept: pd.DataFrame, made: pd.DataFrame, table: model.Table) -> pd.DataFrame:
    """Return old and new rows together, typed and sorted as in a release."""
    import pandas as pd

    types = {item.name: arrow.dtype(item) for item in table.fields if item.name in kept}
    frame = pd.concat([pd.DataFrame(kept).astype(types), made], ignore_index=True)
    frame = frame.sort_values(list(table.order), ignore_index=True, kind="stable")
    frame.attrs.clear()
    if "geometry" not in table.columns:
        return frame
    frame["geometry"] = points.points(frame["longitude"], frame["latitude"])
    whole: pd.DataFrame = located(frame[list(table.columns)])
    return whole


def inverted(changes: pd.DataFrame) -> pd.DataFrame:
    """Return the inverse changes: the result of `diff` with its sides exchanged.

    Parameters
    ----------
    changes : pandas.DataFrame
        The result of `diff`.

    Examples
    --------
    >>> from troopdata.provenance.diff import diff
    >>> there, back = (diff(*two, table="events") for two in (
    ...     ("2026.11.1", "2026.11.2"), ("2026.11.2", "2026.11.1")))
    >>> inverted(there).equals(back)
    True
    """
    back = changes.rename(columns={"before": "after", "after": "before"})
    ends = (back["column"] == "ended") & back["before"].isna() & back["after"].notna()
    op = changes["op"].replace({"added": "retracted", "retracted": "added", "closed": "changed"})
    op = op.mask((op == "changed") & ends, "closed")
    return back.assign(op=op)[list(COLUMNS)]
