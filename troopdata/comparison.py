"""What changed between two releases, cell by cell, and the way back from the changes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from troopdata import arrow, csvtext, parsing, release, spec
from troopdata.errors import Invalid
from troopdata.identity import keys, texts

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["apply", "changes", "diff"]

COLUMNS = ("table", "key", "op", "column", "before", "after", "reason")


def diff(old: str, new: str, *, table: str | None = None) -> pd.DataFrame:
    """Return what changed from one release to another.

    Parameters
    ----------
    old, new : str
        Numbers of two releases.
    table : str, optional
        Only this table; every table that is not derived by default.

    Returns
    -------
    pandas.DataFrame
        One row a changed cell: table, key (parts joined by ``|``), op (added, changed, closed,
        retracted), column, before, after (text as a CSV file has it), reason. A row that is new
        has one line a filled cell, a row that is gone likewise.

    Raises
    ------
    UnknownTable, UnknownRelease
        With the nearest names.

    Examples
    --------
    >>> import troopdata as td
    >>> len(td.diff(td.data_version(), td.data_version()))
    0
    """
    names = [spec.table(table).name] if table else compared()
    before, after = (
        {name: arrow.frame(one.rows(name)) for name in names if one.has(name)}
        for one in (release.opened(old), release.opened(new))
    )
    return changes(before, after)


def compared() -> list[str]:
    """Return the tables that are compared: those that are not derived from others."""
    return [name for name in spec.tables() if not spec.table(name).derived]


def changes(before: Mapping[str, pd.DataFrame], after: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Return what changed between two sets of typed tables, as `diff` does."""
    import pandas as pd

    parts = [
        frame
        for name in compared()
        if name in after
        for frame in _table(name, before.get(name, arrow.empty(spec.table(name))), after[name])
    ]
    columns = list(COLUMNS)
    if not parts:
        return pd.DataFrame({name: pd.Series([], dtype="string") for name in columns})
    found = pd.concat(parts, ignore_index=True).reindex(columns=columns).astype("string")
    return found.sort_values(["table", "key", "column"], ignore_index=True)


def _table(name: str, before: pd.DataFrame, after: pd.DataFrame) -> Iterator[pd.DataFrame]:
    """Yield the changed cells of one table, column by column."""
    import pandas as pd

    table = spec.table(name)
    sides = [_cells(frame, table) for frame in _apart(before, after, table)]
    old, new = sides[0].align(sides[1], join="outer", axis=0)
    added = ~new.index.isin(sides[0].index)
    gone = ~new.index.isin(sides[1].index)
    for column in old.columns:
        left, right = old[column].fillna(""), new[column].fillna("")
        moved = (left != right).to_numpy()
        if not moved.any():
            continue
        op = pd.Series("changed", index=old.index)
        if column == "ended":
            op = op.mask(left.eq("") & right.ne(""), "closed")
        op = op.mask(added, "added").mask(gone, "retracted")
        yield pd.DataFrame(
            {
                "table": name,
                "key": old.index[moved],
                "op": op[moved].to_numpy(),
                "column": column,
                "before": left[moved].replace("", pd.NA).to_numpy(),
                "after": right[moved].replace("", pd.NA).to_numpy(),
            }
        )


def _apart(before: pd.DataFrame, after: pd.DataFrame, table: spec.Table) -> list[pd.DataFrame]:
    """Leave out the rows that stand on both sides as they are: nearly all of a large table.

    As text, two sides of a quarter of a million claims would take a gigabyte.
    """
    import pandas as pd

    names = [item.name for item in table.fields if item.type != "geojson"]
    marks = [
        pd.util.hash_pandas_object(frame[names], index=False, categorize=False)
        for frame in (before, after)
    ]
    shared = set(marks[0]) & set(marks[1])
    return [
        frame[~mark.isin(shared)].reset_index(drop=True)
        for frame, mark in zip((before, after), marks, strict=True)
    ]


def _cells(frame: pd.DataFrame, table: spec.Table) -> pd.DataFrame:
    """Return a table as text by key; a geometry follows from its coordinates."""
    import pandas as pd

    names = [item.name for item in table.fields if item.type != "geojson"]
    columns = {name: texts(frame[name]) for name in names}
    return pd.DataFrame(columns, index=pd.Index(keys(frame, table), dtype="str"), dtype="str")


def apply(found: pd.DataFrame, old: pd.DataFrame, table: str) -> pd.DataFrame:
    """Return the table that changes lead to from an old one.

    Parameters
    ----------
    found : pandas.DataFrame
        What `diff` returned.
    old : pandas.DataFrame
        The table before.
    table : str
        Its name.

    Returns
    -------
    pandas.DataFrame
        The table after, typed, sorted by key. Geometry is left out: it follows from longitude
        and latitude.
    """
    specified = spec.table(table)
    cells = _cells(old, specified)
    mine = found[found["table"] == table]
    gone = mine.loc[mine["op"] == "retracted", "key"].unique()
    rows: dict[str, dict[str, str]] = {
        str(key): {str(name): cell for name, cell in row.items()}
        for key, row in zip(cells.index, cells.to_dict("records"), strict=True)
    }
    for key in gone:
        del rows[key]
    for change in mine[mine["op"] != "retracted"].fillna("").to_dict("records"):
        rows.setdefault(change["key"], {})[change["column"]] = change["after"]
    return _typed(rows.values(), specified)


def _typed(rows: Iterable[Mapping[str, str]], table: spec.Table) -> pd.DataFrame:
    names = tuple(item.name for item in table.fields if item.type != "geojson")
    cells = [[row.get(name, "") for name in names] for row in rows]
    text = csvtext.Text(table.name, names, cells, list(range(2, len(cells) + 2)))
    frame, failures = parsing.typed(text, table)
    if failures:
        raise Invalid(failures)
    frame = frame[list(names)]
    return frame.sort_values(list(table.primary_key), ignore_index=True)
