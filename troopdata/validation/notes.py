"""Find what is not an error and still worth a look: notes on a whole release."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from troopdata.errors import Failure
from troopdata.schemas import model
from troopdata.schemas.keys import keys

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["notes"]

NOTE = "note"
Tables = Mapping[str, "pd.DataFrame"]


def notes(tables: Tables) -> Iterator[Failure]:
    """Yield the notes on a release, each with severity ``note``.

    Parameters
    ----------
    tables : mapping of str to pandas.DataFrame
        Typed tables by name, each with a plain index from 0.
    """
    yield from _unused(tables)
    for name, frame in tables.items():
        for rule in model.table(name).rules:
            if rule.kind == "spells_apart":
                yield from _one_day_gaps(name, frame, rule.columns)
        yield from _empty_columns(name, frame)


def _unused(tables: Tables) -> Iterator[Failure]:
    """Yield sources that no row of any table cites."""
    sources = tables["sources"]
    named: set[str] = set()
    for name, frame in tables.items():
        for reference in model.table(name).references:
            if reference.table == "sources":
                separator = model.table(name)[reference.column].separator
                for cell in frame[reference.column].dropna().unique():
                    named.update(cell.split(separator) if separator else [cell])
    for position, one in sources["source_id"].items():
        if one not in named:
            message = "no row cites this source"
            hint = "cite it in a row, or leave it: it does no harm"
            yield Failure("sources", int(str(position)), one, "source_id", "source-unused", one,
                          message, hint, NOTE)  # fmt: skip


def _one_day_gaps(name: str, frame: pd.DataFrame, columns: tuple[str, ...]) -> Iterator[Failure]:
    """Yield spells that start the day after the previous one ended.

    An end is the first day without the spell, so that such spells have a gap of one day, which is
    likely to be a mistake. Only dates that are known to the day are compared.
    """
    import pandas as pd

    *same, started, ended = columns
    spells = frame[[*same, started, ended]].copy()
    for column in (started, ended):
        if f"{column}_precision" in frame:
            spells[column] = spells[column].where(frame[f"{column}_precision"] == "day")
    spells = spells.sort_values([*same, started])
    gap = spells[started] - spells.groupby(same)[ended].shift()
    short = frame[(gap == pd.Timedelta(days=1)).reindex(frame.index).fillna(False).astype(bool)]
    for position, key in zip(short.index, keys(short, model.table(name)), strict=True):
        value = str(frame[started].loc[position])[:10]
        message = (
            "the previous spell ended on the day before: there is a gap of one day between them"
        )
        hint = f"{ended} is the first day after a spell"
        yield Failure(name, int(position), key, started, "spells-gap", value, message, hint, NOTE)


def _empty_columns(name: str, frame: pd.DataFrame) -> Iterator[Failure]:
    """Yield columns in which no row has a value."""
    for column in frame.columns if len(frame) else ():
        if frame[column].isna().all():
            message = "no row has a value"
            yield Failure(name, None, "", column, "column-bare", "", message, "", NOTE)
