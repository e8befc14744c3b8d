"""Check single cells: codes of lists, unclean text, country codes, duplicate keys."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from troopdata.io import csv_reader
from troopdata.schemas import model
from troopdata.validation.input_files import NOT_OF_TYPE
from troopdata.validation.rules import Finding

if TYPE_CHECKING:
    import pandas as pd

    from troopdata.gazetteer.resolver import Gazetteer

__all__ = ["MESSAGES", "duplicate_keys", "unclean", "unknown_countries", "unlisted"]

MESSAGES = {
    "required": "may not be empty",
    "vocabulary": "no such code",
    "pattern": "does not match the pattern of the column",
    "range": "outside the range of the column",
    "length": "longer than the column allows",
    "key-unique": "duplicate key: another row has the same one",
    "type": NOT_OF_TYPE,
    "text-clean": "text is not clean",
    "country": "no such country code",
}


def duplicate_keys(frame: pd.DataFrame, table: model.Table) -> Iterator[Finding]:
    """Yield every row whose complete key another row has too."""
    key = list(table.primary_key)
    # A key with an empty part is a failure of `required`, not a duplicate.
    repeated = frame.duplicated(key, keep=False) & frame[key].notna().all(axis=1)
    for position in frame.index[repeated]:
        yield Finding(position, key[0], str(frame[key[0]].loc[position]))


def unlisted(frame: pd.DataFrame, field: model.Field) -> Iterator[Finding]:
    """Yield the items of a column of joined lists that its vocabulary does not have."""
    if not (field.vocabulary and field.separator):
        return
    for position, value in frame[field.name].dropna().items():
        for item in value.split(field.separator):
            if item not in field.vocabulary.codes:
                yield Finding(int(str(position)), field.name, item)


def unclean(frame: pd.DataFrame, field: model.Field) -> Iterator[Finding]:
    """Yield the cells of a text column that hide something, with what it is as the detail."""
    if field.type != "string":
        return
    column = frame[field.name]
    # Each distinct text is judged once: most columns repeat a few values many times.
    faults = {value: csv_reader.suspicious(value) for value in column.dropna().unique()}
    for value in (value for value, fault in faults.items() if fault):
        for position in frame.index[(column == value).fillna(False).astype(bool)]:
            yield Finding(position, field.name, value, faults[value])


def unknown_countries(
    frame: pd.DataFrame, field: model.Field, countries: Gazetteer | None
) -> Iterator[Finding]:
    """Yield the codes of a country column that the gazetteer does not have."""
    if countries is None or not field.country:
        return
    column = frame[field.name].dropna()
    for value in column.unique():
        items = value.split(field.separator) if field.separator else [value]
        for item in (item for item in items if item not in countries):
            for position in column.index[column == value]:
                yield Finding(position, field.name, item)
