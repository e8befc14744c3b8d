"""Run one piece: read it in batches, answer each, write one file. Engines send this to workers."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from troopdata import errors
from troopdata.errors import StorageError, TroopdataError, UsageError
from troopdata.geo import run_context
from troopdata.geo.jobs import output_folder

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

    from troopdata.geo.jobs.source_pieces import Piece

__all__ = ["BATCH_ROWS", "Task", "parse_outcome", "run_piece"]

# A batch takes a few tens of megabytes; with smaller ones the fixed cost of a call matters.
BATCH_ROWS = 131_072


@dataclass(frozen=True, eq=False)
class Task:
    """The work to do on every piece.

    Attributes
    ----------
    function : str
        Name of a function of `troopdata.geo`.
    options : dict
        Its arguments after the places.
    needed : tuple of str
        Columns of the source that the function reads.
    schema : pyarrow.Schema
        Columns of the source.
    result : pyarrow.Schema
        Columns of the result: those of the source, then those that the function adds.
    sink : str
        The folder of results.
    question : str
        Hash of function, options, release and source.
    threads : int or None
        Thread limit of one worker; None for all cores.
    """

    function: str
    options: dict[str, Any]
    needed: tuple[str, ...]
    schema: pa.Schema
    result: pa.Schema
    sink: str
    question: str
    threads: int | None


def run_piece(task: Task, piece: Piece) -> str:
    """Run a piece unless it is finished; return the outcome as JSON.

    Errors caused by the input or the disk are returned, not raised: an engine would retry them in
    vain and wrap the message in its own.
    """
    try:
        finished = output_folder.stored_outcome(Path(task.sink), piece.piece, task.question)
        return json.dumps(finished or _run(task, piece))
    except TroopdataError as error:
        fields = {"message": error.message, "hint": error.hint, "file": error.file}
        return json.dumps({"error": type(error).__name__, **fields})


def parse_outcome(text: str) -> dict[str, Any]:
    """Parse the result of `run_piece`, or raise the error in it."""
    found: dict[str, Any] = json.loads(text)
    if "error" not in found:
        return found
    kind = getattr(errors, found.pop("error"))
    # Subclasses have constructors of their own, which would format the message a second time.
    error = kind.__new__(kind)
    TroopdataError.__init__(error, found.pop("message"), **found)
    raise error


def _run(task: Task, piece: Piece) -> dict[str, Any]:
    import pyarrow.parquet as pq

    begun = time.perf_counter()
    read = written = 0
    unanswered: dict[str, int] = {}
    with (
        output_folder.atomic_write(
            output_folder.part_path(Path(task.sink), piece.piece)
        ) as temporary,
        run_context.batch_of_run(task.threads),
        pq.ParquetWriter(temporary, task.result, use_dictionary=_texts(task.result)) as writer,
    ):
        for batch in _batches(task, piece):
            rows, reasons = answer_batch(task, batch)
            writer.write_table(rows)
            read, written = read + batch.num_rows, written + rows.num_rows
            for why, count in reasons.items():
                unanswered[why] = unanswered.get(why, 0) + count
        if read != piece.rows:
            raise StorageError(f"expected {piece.rows} rows in {piece.path}, read {read}",
                               hint="was the file changed during the run?",
                               file=piece.path)  # fmt: skip
        outcome = {
            "question": task.question, "piece": piece.piece, "source_rows": read,
            "rows": written, "unanswered": unanswered,
        }  # fmt: skip
        writer.add_key_value_metadata({"troopdata": json.dumps(outcome)})
    return {**outcome, "seconds": round(time.perf_counter() - begun, 3)}


def _texts(schema: pa.Schema) -> list[str] | bool:
    """Return the text columns, for which a dictionary pays; numbers and points rarely repeat."""
    import pyarrow as pa

    text = (pa.types.is_string, pa.types.is_large_string, pa.types.is_dictionary)
    return [field.name for field in schema if any(one(field.type) for one in text)] or False


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
        message = f"cannot read {piece.path}: {str(error).splitlines()[0]}"
        raise UsageError(message, file=piece.path) from None


def _with_folders(batch: pa.RecordBatch, piece: Piece, schema: pa.Schema) -> pa.RecordBatch:
    """Return a batch with the columns from the names of its folders."""
    import pyarrow as pa

    added = [
        pa.repeat(pa.scalar(value, schema.field(name).type), batch.num_rows)
        for name, value in piece.partition
    ]
    return pa.RecordBatch.from_arrays([*batch.columns, *added], schema=schema)


def answer_batch(task: Task, batch: pa.RecordBatch) -> tuple[pa.Table, dict[str, int]]:
    """Return the rows of a batch with the function's columns, and counts of unanswered places.

    Only the columns that the function needs pass through pandas, so that all others keep types
    that pandas does not have.
    """
    import pyarrow as pa

    from troopdata import geo

    frame = to_frame(batch.select(list(task.needed)))
    found = getattr(geo, task.function)(frame, **task.options)
    rows = pa.Table.from_batches([batch])
    # The frame's index numbers the rows of the batch; functions with several rows per place
    # repeat it.
    at = found.index.to_numpy()
    if len(at) != batch.num_rows or (at[1:] <= at[:-1]).any():
        rows = rows.take(pa.array(at))
    added = list(task.result)[len(task.schema) :]
    columns = [pa.array(found[field.name], from_pandas=True).cast(field.type) for field in added]
    about = found.attrs.get("troopdata", {})
    reasons = about.get("unanswered", about.get("match", {}))
    return pa.Table.from_arrays([*rows.columns, *columns], schema=task.result), reasons


def to_frame(batch: pa.RecordBatch) -> Any:
    """Return rows as a frame, a GeoDataFrame if the batch comes from GeoParquet."""
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

    from troopdata.geo.point_files import LONGEST_POINT

    lengths = frame[name].str.len()
    if (lengths > LONGEST_POINT).any():
        hint = "places.set_geometry(places.representative_point()).to_parquet(...)"
        raise UsageError(f"column {name} contains geometries that are not points", hint=hint)
    # GeoParquet: an absent crs means longitude and latitude, null means that it is unknown.
    crs = column.get("crs", "OGC:CRS84")
    try:
        shapes = shapely.from_wkb(frame[name].to_numpy(dtype=object))
    except shapely.GEOSException as error:
        raise UsageError(f"column {name} is not WKB: {error}", hint="GeoParquet") from None
    return gpd.GeoDataFrame(frame.assign(**{name: gpd.GeoSeries(shapes, crs=crs)}), geometry=name)
