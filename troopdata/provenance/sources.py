"""Trace the rows of a frame to their sources, by source columns or by ids."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from troopdata.release import id_redirects, loader
from troopdata.schemas import model

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["lost", "traced"]

# A merge may have added a suffix: source_id_x.
SOURCE = re.compile(r"source_ids?(_.+)?")
# Id columns and the tables that they identify rows of: first the id of the row itself, then ids
# of rows that it refers to.
OWN = {
    "claim_id": "deployments",
    "event_id": "events",
    "tenancy_id": "tenancies",
    "spending_id": "spending",
    "exercise_id": "exercises",
    "correction_id": "corrections",
}
REFERRED = {"agreement_id": "agreements", "base_id": "bases", "operation_id": "operations"}


def traced(frame: pd.DataFrame, version: str | None) -> pd.Series | None:
    """Return the sources of each row of a frame, one entry per row and source.

    Parameters
    ----------
    frame : pandas.DataFrame
        Any rows.
    version : str or None
        The release in which ids are looked up.

    Returns
    -------
    pandas.Series or None
        Source ids, indexed by the position of the row; None if the frame has neither a column of
        sources nor one of ids.
    """
    import pandas as pd

    named = [frame[name] for name in frame.columns if SOURCE.fullmatch(str(name))]
    parts = [_listed(column) for column in named]
    if not parts:
        parts = [
            _looked_up(frame[name], key, table, version)
            for found in (OWN, REFERRED)
            for key, table in found.items()
            for name in _columns(frame, key)
        ]
        own = [name for key in OWN for name in _columns(frame, key)]
        parts = parts[: len(own)] if own else parts
    if not parts:
        return None
    joined = pd.concat(parts).rename("source_id").rename_axis("row").reset_index()
    joined["source_id"] = id_redirects.renamed(joined["source_id"], "sources", version)
    found: pd.Series = joined.drop_duplicates().set_index("row")["source_id"]
    return found


def _columns(frame: pd.DataFrame, key: str) -> list[str]:
    pattern = re.compile(rf"{key}s?(_.+)?")
    return [name for name in frame.columns if pattern.fullmatch(str(name))]


def _listed(column: pd.Series) -> pd.Series:
    """Return the items of a column of lists (sequences, or text with ``;``), by position."""
    import pandas as pd

    plain = column.reset_index(drop=True).dropna()
    items = [
        list(item) if isinstance(item, (list, tuple, set)) else str(item).split(";")
        for item in plain
    ]
    found = pd.Series(items, index=plain.index, dtype=object).explode().dropna()
    return found[found != ""].astype("string")


def _looked_up(column: pd.Series, key: str, table: str, version: str | None) -> pd.Series:
    """Return the sources of the rows that a column of ids identifies."""
    ids = id_redirects.renamed(_listed(column), table, version)
    wanted = set(ids.unique())
    rows = loader.read(table, version=version, columns=[key, "source_id"], where={key: wanted})
    sources = dict(zip(rows[key], rows["source_id"], strict=True))
    return _listed_by(ids, sources)


def _listed_by(ids: pd.Series, sources: dict[str, str]) -> pd.Series:
    found = ids.map(sources).dropna().astype("string").str.split(";").explode()
    return found.astype("string")


def lost(frame: pd.DataFrame) -> list[str]:
    """Return the columns that would trace a frame: those of its table, if that is known."""
    provenance = frame.attrs.get("troopdata", {})
    name = provenance.get("table") if isinstance(provenance, dict) else None
    columns = model.table(name).columns if name in model.tables() else ("source_id", "source_ids")
    ids = {*OWN, *(f"{key}s" for key in OWN)}
    return [item for item in columns if SOURCE.fullmatch(item) or item in ids]
