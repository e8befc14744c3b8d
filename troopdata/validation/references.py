"""Find references to rows that do not exist, and suggest what they may have meant."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from troopdata.errors import Failure
from troopdata.schemas import model
from troopdata.schemas.keys import keys

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["dangling"]


def dangling(
    name: str, frame: pd.DataFrame, tables: Mapping[str, pd.DataFrame]
) -> Iterator[Failure]:
    """Yield the references of a table to rows that the other table does not have."""
    table = model.table(name)
    identifiers: list[str] | None = None
    merged = _merged(tables.get("id_redirects"))
    for reference in table.references:
        if reference.table not in tables:
            continue
        targets = set(tables[reference.table][reference.target].dropna())
        column = frame[reference.column].dropna()
        separator = table[reference.column].separator
        for value in column.unique():
            items = value.split(separator) if separator else [value]
            lost = [item for item in items if item not in targets]
            for position in column.index[column == value] if lost else ():
                identifiers = identifiers or keys(frame, table)
                yield Failure(
                    name, position, identifiers[position], reference.column, "reference",
                    lost[0], f"no such row in {reference.table}",
                    merged.get((reference.table, lost[0])) or _instead(lost[0], targets),
                )  # fmt: skip


def _merged(redirects: pd.DataFrame | None) -> dict[tuple[str, str], str]:
    """Return what became of withdrawn and merged ids, by table and id."""
    import pandas as pd

    lines = [] if redirects is None else redirects.to_dict("records")
    return {
        (line["table"], line["old_id"]): f"withdrawn: {line['reason']}"
        if pd.isna(line["new_id"])
        else f"it was merged into {line['new_id']}: use that id"
        for line in lines
    }


def _instead(lost: str, targets: set[str]) -> str:
    """Return the ids that a reference may have meant, or what to do where none is near."""
    near = difflib.get_close_matches(lost, targets, n=3, cutoff=0.75)
    return f"did you mean {' or '.join(near)}?" if near else "add the row, or correct the id"
