"""One piece: read in batches, asked, and written whole. What every engine hands to its workers."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from troopdata import errors
from troopdata.errors import StorageError, TroopdataError, UsageError
from troopdata.geo import thread_share
from troopdata.geo.jobs import output_folder

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

    from troopdata.geo.jobs.partitions import Piece

__all__ = ["BATCH_ROWS", "Task", "attempt", "outcome"]

# Some tens of megabytes a batch; fewer and the cost of each call begins to show.
BATCH_ROWS = 131_072


@dataclass(frozen=True, eq=False)
class Task:
    """What is asked of every piece.

    Attributes
    ----------
    function : str
        Name of a function of `troopdata.geo`.
    options : dict
        Its arguments after the places.
    needed : tuple of str
        Columns of the source that it reads.
    schema : pyarrow.Schema
        Columns of the source.
    result : pyarrow.Schema
        Columns of the result: those of the source, then those that the function adds.
    sink : str
        The folder of results.
    question : str
        Hash over function, options, release and source.
    threads : int or None
        Threads of one worker; None for all cores.
    """

    function: str
    options: dict[str, Any]
    needed: tuple[str, ...]
    schema: pa.Schema
    result: pa.Schema
    sink: str
    question: str
    threads: int | None


def attempt(task: Task, piece: Piece) -> str:
    """Do a piece unless it is done; return as JSON what came of it.

    What a user or a disk can cause is told, not raised: an engine would try in vain again, and
    wrap the message in its own.
    """
    try:
        told = output_folder.finished(Path(task.sink), piece.piece, task.question)
        return json.dumps(told or _done(task, piece))
    except TroopdataError as error:
        fields = {"message": error.message, "hint": error.hint, "file": error.file}
        return json.dumps({"error": type(error).__name__, **fields})


def outcome(text: str) -> dict[str, Any]:
    """Return what `attempt` told, or raise what it met."""
    told: dict[str, Any] = json.loads(text)
    if "error" not in told:
        return told
    kind = getattr(errors, told.pop("error"))
    error = kind.__new__(kind)
    TroopdataError.__init__(error, told.pop("message"), **told)
    raise error


def _done(task: Task, piece: Piece) -> dict[str, Any]:
    import pyarrow.parquet as pq

    begun = time.perf_counter()
    read = written = 0
    unanswered: dict[str, int] = {}
    with (
        output_folder.replace(output_folder.part(Path(task.sink), piece.piece)) as temporary,
        thread_share.of_a_whole(task.threads),
        pq.ParquetWriter(temporary, task.result, use_dictionary=_texts(task.result)) as writer,
    ):
        for batch in _batches(task, piece):
            rows, reasons = answered(task, batch)
            writer.write_table(rows)
            read, written = read + batch.num_rows, written + rows.num_rows
            for why, count in reasons.items():
                unanswered[why] = unanswered.get(why, 0) + count
        if read != piece.rows:
            raise StorageError(f"{piece.path} had {piece.rows} rows here, now {read}",
                               hint="was it written to meanwhile?", file=piece.path)  # fmt: skip
        told = {
            "question": task.question, "piece": piece.piece, "source_rows": read,
            "rows": written, "unanswered": unanswered,
        }  # fmt: skip
        writer.add_key_value_metadata({"troopdata": json.dumps(told)})
    return {**told, "seconds": round(time.perf_counter() - begun, 3)}


def _texts(schema: pa.Schema) -> list[str] | bool:
    """Return the columns of words, which repeat; numbers and points hardly do."""
    import pyarrow as pa

    words = (pa.types.is_string, pa.types.is_large_string, pa.types.is_dictionary)
    return [field.name for field in schema if any(one(field.type) for one in words)] or False


def _batches(task: Task, piece: Piece) -> Iterator[pa.RecordBatch]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        with pq.ParquetFile(piece.path) as file:
            groups = list(range(*piece.groups))
            threads = task.threads != 1
            for batch in file.iter_batches(BATCH_ROWS, row_groups=groups, use_threads=threads):
                yield _with_folders(batch, piece, task.schema)
    except (pa.ArrowException, OSError) as error:
        message = f"{piece.path} cannot be read: {str(error).splitlines()[0]}"
        raise UsageError(message, file=piece.path) from None


def _with_folders(batch: pa.RecordBatch, piece: Piece, schema: pa.Schema) -> pa.RecordBatch:
    """Return a batch with the columns that the names of folders add."""
    import pyarrow as pa

    added = [
        pa.repeat(pa.scalar(value, schema.field(name).type), batch.num_rows)
        for name, value in piece.partition
    ]
    return pa.RecordBatch.from_arrays([*batch.columns, *added], schema=schema)


def answered(task: Task, batch: pa.RecordBatch) -> tuple[pa.Table, dict[str, int]]:
    """Return the rows of a batch with what the function adds, and why it could not answer some.

    Only what the function needs goes through pandas: the other columns keep types and bytes.
    """
    import pyarrow as pa

    from troopdata import geo

    asked = places(batch.select(list(task.needed)))
    found = getattr(geo, task.function)(asked, **task.options)
    rows = pa.Table.from_batches([batch])
    at = found.index.to_numpy()
    if len(at) != batch.num_rows or (at[1:] <= at[:-1]).any():
        rows = rows.take(pa.array(at))
    added = list(task.result)[len(task.schema) :]
    columns = [pa.array(found[field.name], from_pandas=True).cast(field.type) for field in added]
    told = found.attrs.get("troopdata", {})
    reasons = told.get("unanswered", told.get("match", {}))
    return pa.Table.from_arrays([*rows.columns, *columns], schema=task.result), reasons


def places(batch: pa.RecordBatch) -> Any:
    """Return rows as a frame, of points where the file says where its points are."""
    frame = batch.to_pandas(date_as_object=False, ignore_metadata=True)
    described = (batch.schema.metadata or {}).get(b"geo")
    if described is None:
        return frame
    geo = json.loads(described)
    name = geo.get("primary_column", "geometry")
    column = geo.get("columns", {}).get(name, {})
    if name not in frame:
        return frame
    if column.get("encoding") != "WKB":
        hint = 'places.to_parquet(..., geometry_encoding="WKB")'
        raise UsageError(f"points are encoded as {column.get('encoding')}, not WKB", hint=hint)
    return _points(frame, name, column)


def _points(frame: pd.DataFrame, name: str, column: dict[str, Any]) -> Any:
    import geopandas as gpd
    import shapely

    from troopdata.geo.jobs.point_files import LONGEST_POINT

    lengths = frame[name].str.len()
    if (lengths > LONGEST_POINT).any():
        hint = "places.set_geometry(places.representative_point()).to_parquet(...)"
        raise UsageError(f"column {name} holds geometries that are no points", hint=hint)
    # The format says that no word on it means longitude and latitude, and null that none is known.
    crs = column.get("crs", "OGC:CRS84")
    try:
        shapes = shapely.from_wkb(frame[name].to_numpy(dtype=object))
    except shapely.GEOSException as error:
        raise UsageError(f"column {name} holds no WKB: {error}", hint="GeoParquet") from None
    return gpd.GeoDataFrame(frame.assign(**{name: gpd.GeoSeries(shapes, crs=crs)}), geometry=name)
