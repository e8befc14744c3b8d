"""What changed between two releases, cell by cell."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from troopdata.errors import UsageError
from troopdata.provenance import diff_sides
from troopdata.schemas import arrow, model
from troopdata.schemas.keys import cells

if TYPE_CHECKING:
    import pandas as pd

    from troopdata.release.loader import Release

__all__ = ["COLUMNS", "changes", "compared", "diff"]

COLUMNS = ("table", "key", "op", "column", "before", "after", "reason")


def diff(old: str | Path, new: str | Path, *, table: str | None = None) -> pd.DataFrame:
    """Return what changed from one release to another.

    Parameters
    ----------
    old, new : str or pathlib.Path
        Each the number of a release (``2026.11.0``), or a folder that holds a build:
        ``manifest.json`` and Parquet files, as ``troopdata build --to FOLDER`` makes them.
    table : str, optional
        Only this table; every table that is not derived from others by default. `presence` can
        be asked for.

    Returns
    -------
    pandas.DataFrame
        One row a changed cell, all text: table, key (parts joined by ``|``), op (added, changed,
        closed, retracted), column, before, after (as a CSV file has them), reason. A row that is
        new has one line a filled cell, a row that is gone likewise; closed is an end where none
        was known.

    Raises
    ------
    UnknownTable, UnknownRelease
        With the nearest names.
    UsageError
        If a folder holds no build, or the table is `changes`.
    IntegrityError
        If a file is not what was released.

    Notes
    -----
    The reasons are those that the releases after `old` and up to `new` give for a cell; an added
    row needs none. `apply` leads from the old table to the new one.

    Examples
    --------
    >>> import troopdata as td
    >>> len(td.diff(td.data_version(), td.data_version()))
    0
    >>> found = td.diff("2026.11.1", "2026.11.2", table="events")
    >>> found.loc[0, ["key", "op", "column", "after"]].tolist()
    ['2003-10-rus-kgz-kant-opened', 'changed', 'base_id', 'kgz-kant']
    """
    names = [_comparable(table)] if table is not None else compared()
    before, after = diff_sides.side(old), diff_sides.side(new)
    moved = [name for name in names if not diff_sides.same(before, after, name)]
    found = _joined(
        part
        for name in moved
        for part in _table(name, diff_sides.frame(before, name), diff_sides.frame(after, name))
    )
    return _reasoned(found, before, after)


def _comparable(name: str) -> str:
    """Return the name of a table, unless it is that of the differences themselves."""
    found = model.table(name).name
    if found == "changes":
        hint = 'td.load("changes") has what a release changed'
        raise UsageError("changes holds differences, and has none of its own", hint=hint)
    return found


def _reasoned(found: pd.DataFrame, before: Release, after: Release) -> pd.DataFrame:
    """Give every cell the reasons written down for it; a row that is new needs none."""
    steps, new = diff_sides.between(before, after), "added"
    if not steps:
        steps, new = diff_sides.between(after, before), "retracted"
    on = ["table", "key", "column"]
    told = found.drop(columns="reason").merge(diff_sides.reasons(steps), on=on, how="left")
    told["reason"] = told["reason"].mask(told["op"] == new)
    return told[list(COLUMNS)].astype("string")


def compared() -> list[str]:
    """Return the tables that are compared: those that are not derived from others."""
    return [name for name in model.tables() if not model.table(name).derived]


def changes(before: Mapping[str, pd.DataFrame], after: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Return what changed between two sets of typed tables, as `diff` does."""
    return _joined(
        part
        for name in compared()
        if name in after
        for part in _table(name, before.get(name, arrow.empty(model.table(name))), after[name])
    )


def _joined(parts: Iterable[pd.DataFrame]) -> pd.DataFrame:
    """Return the changed cells of all columns in order, without reasons yet."""
    import pandas as pd

    none = pd.DataFrame({name: pd.Series([], dtype="string") for name in COLUMNS})
    found = pd.concat([none, *(part.astype("string") for part in parts)], ignore_index=True)
    return found.sort_values(["table", "key", "column"], ignore_index=True)


def _table(name: str, before: pd.DataFrame, after: pd.DataFrame) -> Iterator[pd.DataFrame]:
    """Yield the changed cells of one table, column by column."""
    import pandas as pd

    table = model.table(name)
    texts = [cells(frame, table) for frame in _apart(before, after, table)]
    old, new = texts[0].align(texts[1], join="outer", axis=0)
    added = ~new.index.isin(texts[0].index)
    gone = ~new.index.isin(texts[1].index)
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


def _apart(before: pd.DataFrame, after: pd.DataFrame, table: model.Table) -> list[pd.DataFrame]:
    """Leave out the rows that stand on both sides as they are: nearly all of a large table.

    As text, two sides of a quarter of a million claims would take a gigabyte.
    """
    import pandas as pd

    names = [item.name for item in table.fields if item.type != "geojson"]
    both = pd.concat([before[names], after[names]], ignore_index=True)
    # Numbers are hashed at once, text cell by cell: so each distinct cell gets a number first.
    numbered = pd.DataFrame({name: pd.factorize(both[name])[0] for name in names})
    marks = pd.util.hash_pandas_object(numbered, index=False)
    old, new = marks[: len(before)], marks[len(before) :]
    return [
        before[~old.isin(new).to_numpy()].reset_index(drop=True),
        after[~new.isin(old).to_numpy()].reset_index(drop=True),
    ]
