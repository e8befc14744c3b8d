"""Read untrusted tables: CSV files, Parquet files and frames, bounded and typed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from troopdata.errors import Failure, Invalid, UsageError, shown
from troopdata.io import csv_reader
from troopdata.schemas import arrow, model
from troopdata.validation import parsing

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow.parquet as pq

    from troopdata.io.csv_reader import Text

__all__ = ["NOT_OF_TYPE", "read", "refuse_unsupported", "typed_frame"]

NOT_OF_TYPE = "not of the column's type"
MAX_ROWS = 20_000_000
# Bounds on what a footer may declare, since Thrift allocates it before anything is checked; the
# footers of the release are below 60 KB.
THRIFT = {"thrift_string_size_limit": 1 << 24, "thrift_container_size_limit": 1 << 18}
EXTENSION = b"ARROW:extension:name"


def read(path: Path, table: model.Table) -> tuple[pd.DataFrame, Text | None, list[Failure]]:
    """Return the typed rows of a CSV or Parquet file, its text if it has one, and its failures."""
    refuse_unsupported(path)
    if path.suffix == ".parquet":
        return _parquet(path, table), None, []
    text = csv_reader.read(path)
    found = list(text.failures) or parsing.header(text, table)
    if found:
        return arrow.empty(table), text, found
    frame, found = parsing.typed(text, table)
    return frame, text, found


def refuse_unsupported(path: Path) -> None:
    """Refuse what is not a table: another format, a folder or device, more than a gibibyte.

    Archives, workbooks and XML are never read: their parsers can be made to exhaust memory or to
    read other files.

    Raises
    ------
    UsageError
        If the path is not a CSV or Parquet file.
    """
    if path.suffix not in (".csv", ".parquet"):
        message = f"{shown(path.name)} is neither .csv nor .parquet"
        raise UsageError(message, hint="save it as CSV", file=str(path))
    if path.exists() and not path.is_file():
        raise UsageError(f"{path} is not a file", file=str(path))
    if path.exists() and (size := path.stat().st_size) > csv_reader.MAX_BYTES:
        raise Invalid(
            [_refused(str(path), "limits", f"{size:,} bytes are more than the limit for a table")]
        )


def _parquet(path: Path, table: model.Table) -> pd.DataFrame:
    """Return the rows of a Parquet file; nothing is decoded before its footer is checked."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        with pq.ParquetFile(path, **THRIFT, page_checksum_verification=True) as file:
            _check_footer(file, table, str(path))
            rows = file.read()
            # Arrow reads text that is not UTF-8 without an error, and fails only where it is used.
            rows.validate(full=True)
            frame = arrow.frame(pa.table(rows.columns, names=rows.column_names))
    except FileNotFoundError as error:
        raise UsageError(f"cannot read {path}: {error.strerror}", file=str(path)) from None
    except Invalid:
        raise
    except MemoryError:
        raise Invalid(
            [_refused(str(path), "limits", "needs more memory than is available")]
        ) from None
    except (pa.ArrowException, OSError, ValueError) as error:
        first = (str(error).splitlines() or [type(error).__name__])[0]
        raise Invalid([_refused(str(path), "parquet", f"cannot be read: {first}")]) from None
    return typed_frame(frame, table, file=str(path))


def _check_footer(file: pq.ParquetFile, table: model.Table, name: str) -> None:
    """Refuse by the footer alone: extension types, wrong columns, too many rows or bytes."""
    import pyarrow as pa

    footer, columns = file.metadata, file.schema_arrow
    groups = (footer.row_group(at) for at in range(footer.num_row_groups))
    size = sum(group.total_byte_size for group in groups)
    found = [
        Failure(name, None, "", item.name, "parquet", str(item.type), "an extension type")
        for item in columns
        if isinstance(item.type, pa.BaseExtensionType)
        or (EXTENSION in (item.metadata or {}) and not _is_geometry(item, table))
    ]
    if footer.num_rows > MAX_ROWS or size > csv_reader.MAX_BYTES:
        message = f"declares {footer.num_rows:,} rows and {size:,} bytes"
        found.append(_refused(name, "limits", message))
    found = found or _misfits(columns.names, table, name)
    if found:
        raise Invalid(found)


def _is_geometry(item: Any, table: model.Table) -> bool:
    """Return whether a column is a geometry as geopandas writes it: bytes, never unpickled."""
    import pyarrow as pa

    wanted = item.name in table.columns and table[item.name].type == "geojson"
    return wanted and item.metadata[EXTENSION] == b"geoarrow.wkb" and item.type == pa.binary()


def _refused(name: str, rule: str, message: str) -> Failure:
    return Failure(name, None, "", "", rule, "", message)


def _misfits(columns: Sequence[str], table: model.Table, name: str) -> list[Failure]:
    """Return a failure for each missing, unknown or duplicate column."""
    absent = [c for c in table.columns if c not in columns and not table[c].computed]
    extra = [str(c) for c in columns if c not in table.columns]
    duplicates = sorted({str(c) for c, times in Counter(columns).items() if times > 1})
    bad = [Failure(name, None, "", c, "columns", "", "column missing") for c in absent]
    bad += [
        Failure(name, None, "", c, "columns", c, f"no such column in {table.name}") for c in extra
    ]
    bad += [Failure(name, None, "", c, "columns", c, "duplicate column") for c in duplicates]
    return bad


def typed_frame(source: pd.DataFrame, table: model.Table, *, file: str = "") -> pd.DataFrame:
    """Return a copy with the table's dtypes, or raise for columns and types that differ."""
    import pandas as pd

    name = file or table.name
    bad = _misfits(list(source.columns), table, name)
    if bad:
        raise Invalid(bad)
    result: dict[str, pd.Series] = {}
    for field in table.fields:
        if field.name not in source.columns:
            result[field.name] = pd.Series([None] * len(source), dtype=arrow.dtype(field))
            continue
        column = source[field.name].reset_index(drop=True)
        try:
            result[field.name] = _cast(column, field)
        except (TypeError, ValueError):
            kind = str(column.dtype)
            hint = f"give it dtype {arrow.dtype(field)}"
            bad.append(Failure(name, None, "", field.name, "type", kind, NOT_OF_TYPE, hint))
    if bad:
        raise Invalid(bad)
    return pd.DataFrame(result)


def _cast(column: pd.Series, field: model.Field) -> pd.Series:
    """Return a column with the field's dtype, or raise where that would change its values."""
    import pandas as pd

    wanted = arrow.dtype(field)
    if str(column.dtype) == wanted or wanted == "object":
        return column.copy()
    is_text = pd.api.types.is_string_dtype(column) or column.isna().all()
    is_number = pd.api.types.is_numeric_dtype(column) and not pd.api.types.is_bool_dtype(column)
    fits = {
        "string": is_text,
        "Int32": is_number,
        "Float64": is_number,
        "boolean": pd.api.types.is_bool_dtype(column),
        "datetime64[s]": pd.api.types.is_datetime64_dtype(column) or column.map(_is_day).all(),
    }[wanted]
    if not (fits or column.isna().all()):
        raise TypeError
    return cast("pd.Series", column.astype(wanted))  # type: ignore[call-overload]


def _is_day(value: object) -> bool:
    import datetime as dt

    import pandas as pd

    return isinstance(value, dt.date) or value is None or value is pd.NaT
