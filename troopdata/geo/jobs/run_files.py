"""Run a spatial function over Parquet files of places, on one machine or many."""

from __future__ import annotations

import datetime as dt
import hashlib
import inspect
import json
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Any

from troopdata import __version__
from troopdata.errors import UsageError, shown
from troopdata.geo.jobs import engines, output_folder, tasks
from troopdata.geo.jobs.source_pieces import Source, open_source
from troopdata.release import loader

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

__all__ = ["run"]


def run(
    source: str | Path,
    sink: str | Path,
    function: str,
    *,
    engine: str = "local",
    workers: int | None = None,
    **options: Any,
) -> pd.DataFrame:
    """Run a spatial function over any number of places, from Parquet to Parquet.

    Parameters
    ----------
    source : str or pathlib.Path
        A Parquet or GeoParquet file, or a folder of them, optionally partitioned as
        ``year=2024/part.parquet``. Every machine must see it under this path.
    sink : str or pathlib.Path
        A folder for the results, created if it does not exist. Every machine must see it too.
    function : str
        ``"nearest"``, ``"within"``, ``"count_within"``, ``"locate"`` or ``"exposure"``.
    engine : {"local", "dask", "spark"}
        Where to run: on this machine; on Dask, with its current client or scheduler, otherwise
        threads; on Spark, in the active session, otherwise a local one. All engines write the same
        rows and files.
    workers : int, optional
        Number of processes for ``local`` (by default the run stays in this process, with one
        thread per core), or of threads for ``dask`` and ``spark`` if none is running yet.
    **options
        Arguments of the function after the places, such as ``on="day", sender="USA"``.

    Returns
    -------
    pandas.DataFrame
        One row for each piece of the source: piece and file (string), source_rows and rows
        (Int64), seconds (Float64, missing for pieces finished by an earlier run).
        ``.attrs["troopdata"]`` names the release.

    Raises
    ------
    UsageError
        If the function, its options or the source cannot be used, or the sink belongs to a run
        with different ones.
    StorageError
        If the sink cannot be written. Finished pieces are kept, and the same call resumes the run.

    Notes
    -----
    A piece is a sequence of row groups of one file, up to about a million rows. Its result is
    ``part-PIECE.parquet``: the source's columns, in its row order, followed by the columns of the
    function. Files are renamed into place when complete. A run that was killed leaves complete
    files and hidden temporary ones; the next run removes the temporary files and skips finished
    pieces. At the end the row counts are compared with the source, and ``_troopdata.json`` in the
    sink records them with ``"complete": true``. Each worker holds one batch of 131,072 places in
    memory, regardless of the size of the source. Only the bases of the release are sent to the
    workers; nothing is shuffled.

    A source is identified by the paths, sizes and Parquet footers of its files.

    Examples
    --------
    >>> import pandas as pd, tempfile
    >>> folder = Path(tempfile.mkdtemp())
    >>> day = pd.Timestamp("2024-08-04")
    >>> agadez = pd.DataFrame({"longitude": [7.99], "latitude": [16.97], "day": [day]})
    >>> agadez.to_parquet(folder / "places.parquet")
    >>> near = folder / "near"
    >>> run(folder / "places.parquet", near, "nearest", on="day", sender="USA").rows.tolist()
    [1]
    >>> pd.read_parquet(near).base_id.item()
    'ner-air-base-201'
    """
    start = engines.by_name(engine)
    if workers is not None and (isinstance(workers, bool) or workers < 1):
        raise UsageError(f"workers {shown(workers)} is not a number of workers", hint="workers=2")
    source, sink = Path(source).absolute(), Path(sink).absolute()
    if sink == source or source in sink.parents:
        raise UsageError(f"{sink} lies in the source", hint="name a folder beside it")
    options = _options(function, options)
    opened = open_source(source)
    task = _task(function, options, opened, sink, engines.threads_per_worker(engine, workers))
    identity = _identity(function, options, opened)
    task = _with_hash(task, identity)
    output_folder.prepare(sink, identity)
    try:
        done = _run_missing(task, opened, start, workers)
    finally:
        output_folder.remove_abandoned(sink)
    output_folder.mark_complete(sink, identity, done)
    return _summary(done, sink, identity["release"])


def _options(function: str, options: dict[str, Any]) -> dict[str, Any]:
    """Check the arguments of a function of places, and pin the release."""
    from troopdata import geo

    names = sorted(name for name in geo.__all__ if name != "run" and _takes_places(name))
    if function not in names:
        near = get_close_matches(str(function), names) or names
        raise UsageError(f"unknown function {shown(function)}",
                         hint=f"did you mean {' or '.join(near)}?")  # fmt: skip
    signature = inspect.signature(getattr(geo, function))
    known = [name for name in signature.parameters if name != "places"]
    for name in options:
        if name not in known:
            near = get_close_matches(name, known) or known
            raise UsageError(f"{function} has no option {shown(name)}",
                             hint=f"did you mean {' or '.join(near)}?")  # fmt: skip
    for name in known:
        if signature.parameters[name].default is inspect.Parameter.empty and name not in options:
            raise UsageError(f"{function} needs {name}", hint=f"{name}=...")
    return {**options, "version": loader.data_version(options.get("version"))}


def _takes_places(name: str) -> bool:
    from troopdata import geo

    return next(iter(inspect.signature(getattr(geo, name)).parameters), "") == "places"


def _task(
    function: str, options: dict[str, Any], source: Source, sink: Path, threads: int | None
) -> tasks.Task:
    """Return the task, after a call without places.

    That call checks the options before any work, and its result has the columns to write.
    """
    import pyarrow as pa

    from troopdata import geo

    none = pa.RecordBatch.from_pylist([], schema=source.schema)
    found = getattr(geo, function)(tasks.to_frame(none), **options)
    added = [name for name in found.columns if name not in source.schema.names]
    schema = pa.Schema.from_pandas(found[added], preserve_index=False)
    return tasks.Task(
        function, options, _needed(function, options, source.schema), source.schema,
        _result(source.schema, schema), str(sink), "", threads,
    )  # fmt: skip


def _needed(function: str, options: dict[str, Any], schema: pa.Schema) -> tuple[str, ...]:
    """Return the columns that the function reads: its points, and those that options name.

    A string among the options may be a column or a value such as a country; one that equals the
    name of a column counts as a column, at worst one too many.
    """
    from troopdata import geo

    parameters = inspect.signature(getattr(geo, function)).parameters
    values = [options.get(name, parameter.default) for name, parameter in parameters.items()]
    described = json.loads((schema.metadata or {}).get(b"geo", b"{}"))
    values.append(described.get("primary_column") if described else None)
    texts = [value for value in values if isinstance(value, str)]
    return tuple(name for name in schema.names if name in texts)


def _result(source: pa.Schema, added: pa.Schema) -> pa.Schema:
    """Return the schema of the results.

    Metadata that describe all rows of a source file, such as its bounding box and its index, do
    not hold for a piece and are dropped.
    """
    import pyarrow as pa

    metadata = dict(source.metadata or {})
    if b"geo" in metadata:
        described = json.loads(metadata[b"geo"])
        for column in described.get("columns", {}).values():
            column.pop("bbox", None)
        metadata[b"geo"] = json.dumps(described).encode()
    if b"pandas" in metadata:
        described = json.loads(metadata[b"pandas"])
        described["columns"] += json.loads(added.metadata[b"pandas"])["columns"]
        # A RangeIndex is stored as a dict; an index with values is a column and has a name.
        stored = [one for one in described["index_columns"] if isinstance(one, str)]
        described["index_columns"] = stored
        metadata[b"pandas"] = json.dumps(described).encode()
    return pa.schema([*source, *added], metadata=metadata)


def _identity(function: str, options: dict[str, Any], source: Source) -> dict[str, Any]:
    plain = {name: _plain(value) for name, value in sorted(options.items()) if name != "version"}
    return {
        "function": function, "options": plain, "release": options["version"],
        "source": source.files, "made_by": f"troopdata {__version__}",
    }  # fmt: skip


def _plain(value: Any) -> Any:
    """Return an argument as a JSON value; a frame as a hash of its content."""
    import pandas as pd
    import pyarrow as pa

    if isinstance(value, pd.DataFrame):
        frame: Any = value
        if hasattr(frame, "to_wkb"):
            frame = frame.to_wkb()
        # Schema metadata and chunking depend on how the frame was made, not on what is in it.
        out = pa.BufferOutputStream()
        table = pa.Table.from_pandas(frame, preserve_index=False).replace_schema_metadata()
        with pa.ipc.new_stream(out, table.schema) as stream:
            stream.write_table(table.combine_chunks())
        return {"rows": len(value), "sha256": hashlib.sha256(out.getvalue()).hexdigest()}
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, (list, tuple, set, frozenset)):
        listed = [_plain(one) for one in value]
        return sorted(listed, key=str) if isinstance(value, (set, frozenset)) else listed
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    return str(value)


def _with_hash(task: tasks.Task, identity: dict[str, Any]) -> tasks.Task:
    """Return the task with the hash of its query."""
    import dataclasses

    # Not "made_by": another version of the library may resume a run.
    query = {name: identity[name] for name in output_folder.IDENTITY}
    text = json.dumps(query, sort_keys=True).encode()
    return dataclasses.replace(task, question=hashlib.sha256(text).hexdigest())


def _run_missing(
    task: tasks.Task, source: Source, start: engines.Engine, workers: int | None
) -> list[dict[str, Any]]:
    """Run the pieces that are not finished; return the outcome of every piece, in order."""
    sink = Path(task.sink)
    outcomes = {
        one.piece: output_folder.stored_outcome(sink, one.piece, task.question)
        for one in source.pieces
    }
    missing = [one for one in source.pieces if outcomes[one.piece] is None]
    if missing:
        for text in start(task, missing, workers):
            found = tasks.parse_outcome(text)
            outcomes[found["piece"]] = found
    return [found for found in outcomes.values() if found is not None]


def _summary(done: list[dict[str, Any]], sink: Path, version: str) -> pd.DataFrame:
    import pandas as pd

    types = {
        "piece": "string", "source_rows": "Int64", "rows": "Int64", "file": "string",
        "seconds": "Float64",
    }  # fmt: skip
    files = [str(output_folder.part_path(sink, piece["piece"])) for piece in done]
    frame = pd.DataFrame(done).assign(file=files).reindex(columns=list(types)).astype(types)
    frame.attrs["troopdata"] = {"release": version}
    return frame
