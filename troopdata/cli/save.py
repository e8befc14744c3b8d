"""Save frames as CSV, JSON, GeoJSON, Parquet or Excel files, by suffix."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from troopdata.cli.output import csv_text
from troopdata.cli.values import records
from troopdata.errors import StorageError, UsageError, shown

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["save"]


def save(frame: pd.DataFrame, path: Path, *, excel_safe: bool = False) -> None:
    """Write a frame to a file in the format of its suffix, atomically.

    Parameters
    ----------
    frame : pandas.DataFrame
        The rows.
    path : pathlib.Path
        The file, ending in ``.csv``, ``.parquet``, ``.geojson``, ``.json`` or ``.xlsx``.
    excel_safe : bool
        Escape text in a CSV file that a spreadsheet would run; a workbook always does.

    Raises
    ------
    UsageError
        If the suffix is not supported, or the format cannot hold the rows.
    StorageError
        If the file cannot be written.
    """
    from troopdata.io.files import replace

    if path.suffix not in WRITERS:
        hint = f"end the name in one of {', '.join(WRITERS)}"
        raise UsageError(f"{shown(path.name)} has no supported format", hint=hint)
    if excel_safe and path.suffix not in (".csv", ".xlsx"):
        raise UsageError(
            f"--excel-safe does not apply to {shown(path.name)}",
            hint="use it with a .csv or .xlsx file",
        )
    writer = WRITERS[path.suffix]
    data = writer(frame) if writer is not _csv else _csv(frame, excel_safe=excel_safe)
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
        raise UsageError("this table has no points", hint="write it to .csv, or get bases instead")
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
