"""Frames as files: CSV, JSON, GeoJSON, Parquet and Excel, by the ending of the name."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from troopdata.cli.output import csv_text
from troopdata.cli.values import records
from troopdata.errors import StorageError, UsageError, shown

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["save"]


def save(frame: pd.DataFrame, path: Path, *, excel_safe: bool = False) -> None:
    """Write a frame to a file, in the format that its name says, whole or not at all.

    Parameters
    ----------
    frame : pandas.DataFrame
        The rows.
    path : pathlib.Path
        The file: ``.csv``, ``.parquet``, ``.geojson``, ``.json`` or ``.xlsx``.
    excel_safe : bool
        Escape what a spreadsheet would run in a CSV file; a workbook always does.

    Raises
    ------
    UsageError
        If the name ends in nothing that we write, or the rows do not fit into the format.
    StorageError
        If the folder cannot be written.
    """
    from troopdata.io.files import replace

    if path.suffix not in WRITERS:
        hint = f"end it in one of {', '.join(WRITERS)}"
        raise UsageError(f"cannot write {shown(path.name)}", hint=hint)
    if excel_safe and path.suffix not in (".csv", ".xlsx"):
        raise UsageError(f"{shown(path.name)} is no spreadsheet", hint="--excel-safe is for .csv")
    safely = partial(_csv, excel_safe=excel_safe)
    data = (safely if path.suffix == ".csv" else WRITERS[path.suffix])(frame)
    try:
        replace(path, data)
    except OSError as error:
        raise StorageError(f"cannot write {path}: {error.strerror}", file=str(path)) from None


def _csv(frame: pd.DataFrame, *, excel_safe: bool = False) -> bytes:
    plain = frame.drop(columns="geometry", errors="ignore")
    return csv_text(plain, excel_safe=excel_safe).encode("utf-8")


def _json(frame: pd.DataFrame) -> bytes:
    rows = records(frame.drop(columns="geometry", errors="ignore"))
    return (json.dumps(rows, ensure_ascii=False, indent=1) + "\n").encode("utf-8")


def _parquet(frame: pd.DataFrame) -> bytes:
    out = io.BytesIO()
    frame.to_parquet(out, index=False)
    return out.getvalue()


def _geojson(frame: pd.DataFrame) -> bytes:
    from troopdata.geo import to_geojson

    placed = {"longitude", "latitude"} <= set(frame.columns)
    if "geometry" not in frame and not placed:
        raise UsageError("this table has no points", hint="bases has; or take .csv")
    return (to_geojson(frame) + "\n").encode("utf-8")


def _xlsx(frame: pd.DataFrame) -> bytes:
    from troopdata.cli.excel import workbook

    return workbook(frame.drop(columns="geometry", errors="ignore"))


WRITERS: Mapping[str, Callable[[pd.DataFrame], bytes]] = {
    ".csv": _csv,
    ".parquet": _parquet,
    ".geojson": _geojson,
    ".json": _json,
    ".xlsx": _xlsx,
}
