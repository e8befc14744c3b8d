"""The types of a field, and what each is called in pandas, Arrow and Croissant."""

from __future__ import annotations

from typing import NamedTuple

__all__ = ["FIELD_TYPES", "FieldType"]


class FieldType(NamedTuple):
    """What a type of Table Schema is elsewhere.

    Attributes
    ----------
    pandas : str
        The dtype of a column in a frame.
    arrow : str
        The name of the Arrow type in a release.
    croissant : str
        The data type in Croissant metadata.
    """

    pandas: str
    arrow: str
    croissant: str


FIELD_TYPES = {
    "string": FieldType("string", "string", "sc:Text"),
    "integer": FieldType("Int32", "int32", "sc:Integer"),
    "number": FieldType("Float64", "double", "sc:Float"),
    "boolean": FieldType("boolean", "bool", "sc:Boolean"),
    # Seconds, since nanoseconds end in 2262 and an open date is bounded by the year 9999.
    "date": FieldType("datetime64[s]", "date32[day]", "sc:Date"),
    "geojson": FieldType("object", "binary", "sc:Text"),
}
