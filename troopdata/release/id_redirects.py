"""Ids as a release has them: one that was merged leads to the id that took its place."""

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


class Line(NamedTuple):
    """What became of an id: the one that took its place, or none; why; since which release."""

    new_id: str | None
    reason: str
    recorded_from: str


def followed(ids: Collection[str], table: str, version: str | None) -> set[str]:
    """Return ids as the rows of a table carry them.

    Parameters
    ----------
    ids : collection of str
        Ids of the table; one that was merged stands for the one that took its place.
    table : str
        The table.
    version : str or None
        The release.

    Raises
    ------
    UnknownCode
        If there is no such id: with the nearest ones, or with why it was withdrawn.
    """
    opened = loader.opened(version)
    known, lines = _ids(opened, table), _lines(opened, table)
    return {_followed(one, table, known, lines) for one in ids}


def _followed(one: str, table: str, known: frozenset[str], lines: Mapping[str, Line]) -> str:
    if one in known:
        return one
    detail = f"of {model.table(table).primary_key[0]}"
    line = lines.get(one)
    if line is None:
        near = difflib.get_close_matches(str(one), sorted(known), n=3)
        raise UnknownCode(one, near, hint=f'td.load("{table}") lists them', detail=detail)
    if line.new_id is None:
        hint = f"withdrawn in release {line.recorded_from}: {line.reason}"
        raise UnknownCode(one, hint=hint, detail=detail)
    return line.new_id


def renamed(ids: pd.Series, table: str, version: str | None) -> pd.Series:
    """Return a column of ids with those that were merged replaced; others stay as they are."""
    lines = _lines(loader.opened(version), table)
    moved = {old: line.new_id for old, line in lines.items() if line.new_id is not None}
    return ids.replace(moved) if moved else ids


@lru_cache(maxsize=64)
def _ids(opened: Release, table: str) -> frozenset[str]:
    key = model.table(table).primary_key[0]
    if not opened.has(table):
        return frozenset()
    return frozenset(opened.rows(table, columns=[key]).column(0).to_pylist())


@lru_cache(maxsize=64)
def _lines(opened: Release, table: str) -> Mapping[str, Line]:
    if not opened.has(TABLE):
        return {}
    rows = opened.rows(TABLE, where={"table": [table]}).to_pylist()
    return {row["old_id"]: Line(row["new_id"], row["reason"], row["recorded_from"]) for row in rows}
