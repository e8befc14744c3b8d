"""Write GeoJSON by RFC 7946: WGS84, longitude first, no NaN, exterior rings counter-clockwise."""

from __future__ import annotations

import datetime as dt
import json
import math
from pathlib import Path
from typing import TYPE_CHECKING, Any

from troopdata.errors import StorageError, UnknownTable, UsageError, shown
from troopdata.io import files
from troopdata.schemas import model

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["to_geojson"]

# Ten decimal places of a degree are a hundredth of a millimetre.
DECIMALS = 10
# The whole collection is built in memory, as Python objects and then as text.
MOST_VERTICES = 5_000_000


def to_geojson(frame: pd.DataFrame, path: str | Path | None = None) -> str:
    """Return rows as a GeoJSON FeatureCollection (RFC 7946).

    Parameters
    ----------
    frame : pandas.DataFrame
        A GeoDataFrame in any CRS, or any frame that `points` accepts.
    path : str or pathlib.Path, optional
        A file to write the text to as well, atomically.

    Returns
    -------
    str
        The collection. A feature's id is the row's primary key if the frame has the key columns
        of its table, which keeps ids stable between releases, otherwise its index label. Dates
        are ISO text and missing cells null; a row without a geometry has a null geometry.
        Coordinates are converted to WGS84, and rings follow the right-hand rule.

    Raises
    ------
    UsageError
        If the frame has no CRS, no points, or more than five million vertices.
    StorageError
        If the file cannot be written.

    Examples
    --------
    >>> import json, troopdata as td
    >>> feature = json.loads(to_geojson(td.bases(host="NER", sender="RUS")))["features"][0]
    >>> feature["id"], feature["geometry"]["type"]
    ('ner-air-base-101', 'Point')
    """
    from troopdata.geo.table_points import points

    located = points(frame)
    shapes = _oriented(located)
    plain = located.drop(columns=located.active_geometry_name)
    features = [
        {"type": "Feature", "id": key, "geometry": shape, "properties": row}
        for key, shape, row in zip(_ids(plain), shapes, _properties(plain), strict=True)
    ]
    whole = {"type": "FeatureCollection", "features": features}
    text = json.dumps(whole, ensure_ascii=False, allow_nan=False)
    if path is not None:
        _written(text, Path(path))
    return text


def _oriented(located: Any) -> list[Any]:
    """Return geometries as GeoJSON objects, None where there is none."""
    import numpy as np
    import shapely

    shapes = np.asarray(located.geometry.array)
    if shapely.get_num_coordinates(shapes).sum() > MOST_VERTICES:
        hint = "frame.set_geometry(frame.simplify(0.01))"
        raise UsageError(f"more than {MOST_VERTICES:,} vertices", hint=hint)
    flat, owner = shapely.get_coordinates(shapes, return_index=True)
    # JSON has no infinity and no NaN: a geometry with such a coordinate becomes null.
    infinite = np.unique(owner[~np.isfinite(flat).all(axis=1)])
    if len(infinite):
        shapes = shapes.copy()
        shapes[infinite] = None
    oriented = shapely.orient_polygons(shapes, exterior_cw=False)
    return [None if _empty(one) else _rounded(shapely.geometry.mapping(one)) for one in oriented]


def _empty(shape: Any) -> bool:
    return shape is None or bool(shape.is_empty)


def _rounded(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _rounded(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [_rounded(inner) for inner in value]
    return round(value, DECIMALS) if isinstance(value, float) else value


def _ids(plain: pd.DataFrame) -> list[Any]:
    """Return the primary key of each row, else its index label, else its position."""
    keys = _key(plain)
    if keys and not plain.duplicated(keys).any() and not plain[keys].isna().to_numpy().any():
        cells = zip(*(plain[name].astype(str) for name in keys), strict=True)
        return ["|".join(row) for row in cells]
    if plain.index.is_unique:
        return [_cell(label) if isinstance(label, int) else str(label) for label in plain.index]
    return list(range(len(plain)))


def _key(plain: pd.DataFrame) -> list[str]:
    try:
        table = model.table(plain.attrs["troopdata"]["table"])
        keys = list(table.primary_key)
    except (KeyError, TypeError, UnknownTable):
        keys = ["base_id"]
    return keys if set(keys) <= set(plain.columns) else []


def _properties(plain: pd.DataFrame) -> list[dict[str, Any]]:
    names = [str(name) for name in plain.columns]
    rows = plain.astype(object).itertuples(index=False, name=None)
    return [dict(zip(names, map(_cell, row), strict=True)) for row in rows]


def _cell(value: Any) -> Any:
    """Return a cell as a JSON value."""
    import pandas as pd

    if isinstance(value, (list, tuple)) or type(value).__name__ == "ndarray":
        return [_cell(inner) for inner in value]
    if value is None or pd.isna(value) or (isinstance(value, float) and math.isinf(value)):
        return None
    if isinstance(value, dt.datetime):
        return value.isoformat() if value.time() != dt.time() else value.date().isoformat()
    if isinstance(value, dt.date):
        return value.isoformat()
    if hasattr(value, "item"):
        return _cell(value.item())
    return value if isinstance(value, (str, bool, int, float)) else str(value)


def _written(text: str, path: Path) -> None:
    if path.suffix not in (".geojson", ".json"):
        raise UsageError(f"{shown(path.name)} is not a GeoJSON name", hint="end it in .geojson")
    if not path.parent.is_dir():
        raise StorageError(f"cannot write {path}: no such folder", file=str(path))
    try:
        files.replace(path, (text + "\n").encode("utf-8"))
    except OSError as error:
        raise StorageError(f"cannot write {path}: {error.strerror}", file=str(path)) from None
