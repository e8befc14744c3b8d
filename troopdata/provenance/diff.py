"""Compare two releases cell by cell."""

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
        The number of a release (``2026.11.0``), or the folder of a build: ``manifest.json`` and
        Parquet files, as written by ``troopdata build --to FOLDER``.
    table : str, optional
        Compare only this table, which may be `presence`; by default every table that is not
        derived from others.

    Returns
    -------
    pandas.DataFrame
        One row per changed cell, all text: table, key (parts joined by ``|``), op (added, changed,
        closed, retracted), column, before, after (as in a CSV file), reason. An added or retracted
        row has one row per filled cell; closed means that an end was added.

    Raises
    ------
    UnknownTable, UnknownRelease
        With the nearest names.
    UsageError
        If a folder does not hold a build, or the table is `changes`.
    IntegrityError
        If a file differs from the released one.

    Notes
    -----
    The reasons are those given by the releases after `old` up to `new`; added rows need none.
    `apply` makes the new table from the old one.

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
    """Return the name of a table, unless it is `changes` itself."""
    found = model.table(name).name
    if found == "changes":
        hint = "read it with troopdata get changes, or td.load('changes')"
        raise UsageError("the table changes is not compared", hint=hint)
    return found


def _reasoned(found: pd.DataFrame, before: Release, after: Release) -> pd.DataFrame:
    """Add the reasons that releases give for cells; added rows need none."""
    steps, new = diff_sides.between(before, after), "added"
    if not steps:
        steps, new = diff_sides.between(after, before), "retracted"
    on = ["table", "key", "column"]
    reasoned = found.drop(columns="reason").merge(diff_sides.reasons(steps), on=on, how="left")
    reasoned["reason"] = reasoned["reason"].mask(reasoned["op"] == new)
    return reasoned[list(COLUMNS)].astype("string")


def compared() -> list[str]:
    """Return the tables that are compared: those not derived from others."""
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
    """Return the changed cells of all columns in order, still without reasons."""
    import pandas as pd

    none = pd.DataFrame({name: pd.Series([], dtype="string") for name in COLUMNS})
    found = pd.concat([none, *(part.astype("string") for part in parts)], ignore_index=True)
    return found.sort_values(["table", "key", "column"], ignore_index=True)


def _table(name: str, before: pd.DataFrame, after: pd.DataFrame) -> Iterator[pd.DataFrame]:
    """Yield the changed cells of one table, column by column."""
    import pandas as pd

    table = model.table(name)
    texts = [cells(frame, table) for frame in _without_equal_rows(before, after, table)]
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


def _without_equal_rows(
    before: pd.DataFrame, after: pd.DataFrame, table: model.Table
) -> list[pd.DataFrame]:
    """Leave out the rows that are equal on both sides, which are nearly all of a large table.

    As text, both sides of a quarter of a million claims would take a gigabyte.
    """
    import pandas as pd

    names = [item.name for item in table.fields if item.type != "geojson"]
    both = pd.concat([before[names], after[names]], ignore_index=True)
    # Hashing text is slow, as it works cell by cell, so number the distinct cells first.
    numbered = pd.DataFrame({name: pd.factorize(both[name])[0] for name in names})
    hashes = pd.util.hash_pandas_object(numbered, index=False)
    old, new = hashes[: len(before)], hashes[len(before) :]
    return [
        before[~old.isin(new).to_numpy()].reset_index(drop=True),
        after[~new.isin(old).to_numpy()].reset_index(drop=True),
    ]
