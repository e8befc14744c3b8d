"""What an id stands for, by the columns that say so, and whether two rows mean the same thing.

Each entry of `MEANING` lists columns of which one at least stays as it was. Two columns in brackets
count together. A cell that was or is empty says nothing. The id of a claim is the hash of its
identity columns, so it cannot come to mean another claim.
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
    """Return the columns that say what an id of a table means."""
    found = [column for entry in MEANING.get(name, ()) for item in entry for column in _pair(item)]
    return [*found, "longitude", "latitude"] if name == "bases" else found


def _pair(item: str | tuple[str, ...]) -> tuple[str, ...]:
    return (item,) if isinstance(item, str) else item


def first(entry: Entry) -> str:
    """Return the column that a message names for an entry."""
    return _pair(entry[0])[0]


def others(old: pd.DataFrame, new: pd.DataFrame, column: str, entry: Entry) -> list[str]:
    """Return ids of which every alternative that can be compared is another."""
    same: set[str] = set()
    comparable: set[str] = set()
    for item in entry:
        before, after = (_said(frame, column, _pair(item)) for frame in (old, new))
        comparable |= {one for one, _ in before} & {one for one, _ in after}
        same |= {one for one, _ in before & after}
    return sorted(comparable - same)


def _said(frame: pd.DataFrame, column: str, names: tuple[str, ...]) -> set[tuple[str, str]]:
    """Return each id with what some columns say of it together."""
    known = frame.dropna(subset=list(names))
    parts = [texts(known[name]) for name in names]
    said = [SEPARATOR.join(cells) for cells in zip(*parts, strict=True)]
    return set(zip(known[column], said, strict=True))


def apart(pairs: pd.DataFrame) -> Any:
    """Return the great-circle distance of old and new points, in kilometres."""
    import numpy as np

    names = ("longitude", "latitude", "longitude_now", "latitude_now")
    x, y, other_x, other_y = (np.radians(pairs[name].to_numpy("float64")) for name in names)
    chord = np.sin((other_y - y) / 2) ** 2
    chord += np.cos(y) * np.cos(other_y) * np.sin((other_x - x) / 2) ** 2
    return 2 * EARTH_KM * np.arcsin(np.sqrt(chord.clip(0, 1)))
