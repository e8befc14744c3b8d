"""Decide whether two rows with one id are about the same thing, by the columns that define it.

Each entry of `MEANING` lists columns of which at least one must keep its value; a tuple of columns
counts as one. An empty cell, before or now, is not compared. The id of a claim is the hash of its
identity columns, so that it cannot come to mean another claim.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from troopdata.schemas.keys import SEPARATOR, texts

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["MEANING", "Entry", "apart", "columns", "first", "others"]

EARTH_KM = 6371.0088
Entry = tuple[str | tuple[str, ...], ...]
MEANING: Mapping[str, tuple[Entry, ...]] = {
    "agreements": (("kind",),),
    "bases": (("host",),),
    "borders": (("country",),),
    "corrections": (("table",), ("row",), ("column",)),
    "countries": (("name", "iso_numeric", "cow"),),
    "events": (("kind",), ("sender",), ("host",)),
    "exercises": (("name", "started"),),
    "operations": (("name", "started"),),
    "sources": (("url", ("title", "publisher")),),
    "spending": (("host",), ("kind",)),
    "tenancies": (("base_id",), ("sender",)),
}


def columns(name: str) -> list[str]:
    """Return the columns that define what an id of a table means."""
    found = [column for entry in MEANING.get(name, ()) for item in entry for column in _pair(item)]
    return [*found, "longitude", "latitude"] if name == "bases" else found


def _pair(item: str | tuple[str, ...]) -> tuple[str, ...]:
    return (item,) if isinstance(item, str) else item


def first(entry: Entry) -> str:
    """Return the column to name in a message about an entry."""
    return _pair(entry[0])[0]


def others(old: pd.DataFrame, new: pd.DataFrame, column: str, entry: Entry) -> list[str]:
    """Return the ids of which every column that can be compared has another value."""
    same: set[str] = set()
    comparable: set[str] = set()
    for item in entry:
        before, after = (_values(frame, column, _pair(item)) for frame in (old, new))
        comparable |= {one for one, _ in before} & {one for one, _ in after}
        same |= {one for one, _ in before & after}
    return sorted(comparable - same)


def _values(frame: pd.DataFrame, column: str, names: tuple[str, ...]) -> set[tuple[str, str]]:
    """Return each id with its values in some columns."""
    known = frame.dropna(subset=list(names))
    parts = [texts(known[name]) for name in names]
    values = [SEPARATOR.join(cells) for cells in zip(*parts, strict=True)]
    return set(zip(known[column], values, strict=True))


def apart(pairs: pd.DataFrame) -> Any:
    """Return the great-circle distance of old and new points, in kilometres."""
    import numpy as np

    names = ("longitude", "latitude", "longitude_now", "latitude_now")
    x, y, other_x, other_y = (np.radians(pairs[name].to_numpy("float64")) for name in names)
    chord = np.sin((other_y - y) / 2) ** 2
    chord += np.cos(y) * np.cos(other_y) * np.sin((other_x - x) / 2) ** 2
    return 2 * EARTH_KM * np.arcsin(np.sqrt(chord.clip(0, 1)))
