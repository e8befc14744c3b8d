"""Follow the redirects of ids that were merged into another id, or withdrawn."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from troopdata.errors import UnknownCode
from troopdata.release import loader
from troopdata.schemas import model

if TYPE_CHECKING:
    import pandas as pd

    from troopdata.release.loader import Release

__all__ = ["followed", "renamed"]

TABLE = "id_redirects"


class Redirect(NamedTuple):
    """What became of an id.

    Attributes
    ----------
    new_id : str or None
        The id that replaces it; None if it was withdrawn.
    reason : str
        Why.
    recorded_from : str
        The release since which it is so.
    """

    new_id: str | None
    reason: str
    recorded_from: str


def followed(ids: Collection[str], table: str, version: str | None) -> set[str]:
    """Return ids as the rows of a table carry them.

    Parameters
    ----------
    ids : collection of str
        Ids of the table; one that was merged is replaced by the id that it was merged into.
    table : str
        The table.
    version : str or None
        The release.

    Raises
    ------
    UnknownCode
        If an id is unknown, with the nearest ones, or was withdrawn, with the reason.
    """
    opened = loader.opened(version)
    known, redirects = _ids(opened, table), _redirects(opened, table)
    return {_followed(one, table, known, redirects) for one in ids}


def _followed(
    one: str, table: str, known: frozenset[str], redirects: Mapping[str, Redirect]
) -> str:
    if one in known:
        return one
    detail = f"of {model.table(table).primary_key[0]}"
    redirect = redirects.get(one)
    if redirect is None:
        near = difflib.get_close_matches(str(one), sorted(known), n=3)
        raise UnknownCode(one, near, hint=f'td.load("{table}") lists them', detail=detail)
    if redirect.new_id is None:
        hint = f"withdrawn in release {redirect.recorded_from}: {redirect.reason}"
        raise UnknownCode(one, hint=hint, detail=detail)
    return redirect.new_id


def renamed(ids: pd.Series, table: str, version: str | None) -> pd.Series:
    """Return a column of ids with merged ones replaced; all others are unchanged.

    Parameters
    ----------
    ids : pandas.Series
        The column.
    table : str
        The table that the ids are of.
    version : str or None
        The release.
    """
    redirects = _redirects(loader.opened(version), table)
    merged = {old: to.new_id for old, to in redirects.items() if to.new_id is not None}
    return ids.replace(merged) if merged else ids


@lru_cache(maxsize=64)
def _ids(opened: Release, table: str) -> frozenset[str]:
    key = model.table(table).primary_key[0]
    if not opened.has(table):
        return frozenset()
    return frozenset(opened.rows(table, columns=[key]).column(0).to_pylist())


@lru_cache(maxsize=64)
def _redirects(opened: Release, table: str) -> Mapping[str, Redirect]:
    if not opened.has(TABLE):
        return {}
    rows = opened.rows(TABLE, where={"table": [table]}).to_pylist()
    return {
        row["old_id"]: Redirect(row["new_id"], row["reason"], row["recorded_from"]) for row in rows
    }
