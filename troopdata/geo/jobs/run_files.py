"""Places in files, on one machine or many: Parquet in, Parquet out."""

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
from troopdata.geo.jobs.partitions import Source, open_source
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
    """Ask where of any number of places, from Parquet to Parquet, on one machine or many.

    Parameters
    ----------
    source : str or pathlib.Path
        A Parquet or GeoParquet file, or a folder of them, perhaps partitioned as
        ``year=2024/part.parquet``. Every machine must see it under this path.
    sink : str or pathlib.Path
        A folder for the results, made if need be. Every machine must see it too.
    function : str
        ``"nearest"``, ``"within"``, ``"count_within"``, ``"locate"`` or ``"exposure"``.
    engine : {"local", "dask", "spark"}
        Who does it: this machine; Dask, with its current client or scheduler or else threads;
        Spark, in the running session or else one of this machine. Rows and files are the same.
    workers : int, optional
        Processes of ``local`` (by default the work stays in this one, with a thread a core), or
        threads of ``dask`` and of ``spark`` where none runs yet.
    **options
        Arguments of the function after the places, as ``on="day", sender="USA"``.

    Returns
    -------
    pandas.DataFrame
        A row for each piece of the source: piece and file (string), source_rows and rows (Int64),
        seconds (Float64, missing for what an earlier run had finished).
        ``.attrs["troopdata"]`` names the release.

    Raises
    ------
    UsageError
        If the function, its options or the source cannot be used, or the sink was made with
        others.
    StorageError
        If the sink cannot be written. What is finished stays; the same call does the rest.

    Notes
    -----
    A piece is a run of row groups of one file, up to about a million rows; its result is
    ``part-PIECE.parquet``, with the source's columns, in its order, followed by those of the
    function. A file appears when it is whole. A run that was killed leaves whole files and
    hidden ones, which the next run removes; it skips what is finished. When all is done
    ``_troopdata.json`` in the sink says ``"complete": true``, and how many rows each file has;
    rows are counted against the source before it says so. Memory is bounded by batches of 131,072
    places a worker, whatever their number. Only the bases of the release go to the workers;
    nothing is shuffled.

    A source is known by the paths, sizes and Parquet footers of its files.

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
    start = engines.named(engine)
    if workers is not None and (isinstance(workers, bool) or workers < 1):
        raise UsageError(f"workers {shown(workers)} is no number of workers", hint="workers=2")
    source, sink = Path(source).absolute(), Path(sink).absolute()
    if sink == source or source in sink.parents:
        raise UsageError(f"{sink} lies in the source", hint="a folder beside it")
    options = _options(function, options)
    opened = open_source(source)
    task = _task(function, options, opened, sink, engines.threads(engine, workers))
    identity = _identity(function, options, opened)
    task = _asking(task, identity)
    output_folder.claim(sink, identity)
    try:
        done = _all(task, opened, start, workers)
    finally:
        output_folder.sweep(sink)
    output_folder.seal(sink, identity, done)
    return _summary(done, sink, identity["release"])


def _options(function: str, options: dict[str, Any]) -> dict[str, Any]:
    """Return the arguments of a place function, checked, its release pinned."""
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
    """Ask about no place at all: that checks the options and tells the columns of the result."""
    import pyarrow as pa

    from troopdata import geo

    none = pa.RecordBatch.from_pylist([], schema=source.schema)
    found = getattr(geo, function)(tasks.places(none), **options)
    added = [name for name in found.columns if name not in source.schema.names]
    schema = pa.Schema.from_pandas(found[added], preserve_index=False)
    return tasks.Task(
        function, options, _needed(function, options, source.schema), source.schema,
        _result(source.schema, schema), str(sink), "", threads,
    )  # fmt: skip


def _needed(function: str, options: dict[str, Any], schema: pa.Schema) -> tuple[str, ...]:
    """Return the columns that the function reads: its points, and those that options name."""
    from troopdata import geo

    parameters = inspect.signature(getattr(geo, function)).parameters
    words = [options.get(name, parameter.default) for name, parameter in parameters.items()]
    described = json.loads((schema.metadata or {}).get(b"geo", b"{}"))
    words.append(described.get("primary_column") if described else None)
    return tuple(name for name in schema.names if name in [w for w in words if isinstance(w, str)])


def _result(source: pa.Schema, added: pa.Schema) -> pa.Schema:
    """Return the schema of results; what the source says of all its rows is said no more."""
    import pyarrow as pa

    metadata = dict(source.metadata or {})
    if b"geo" in metadata:
        described = json.loads(metadata[b"geo"])
        for column in described.get("columns", {}).values():
            column.pop("bbox", None)
        metadata[b"geo"] = json.dumps(described).encode()
    if b"pandas" in metadata:
        told = json.loads(metadata[b"pandas"])
        told["columns"] += json.loads(added.metadata[b"pandas"])["columns"]
        told["index_columns"] = [one for one in told["index_columns"] if isinstance(one, str)]
        metadata[b"pandas"] = json.dumps(told).encode()
    return pa.schema([*source, *added], metadata=metadata)


def _identity(function: str, options: dict[str, Any], source: Source) -> dict[str, Any]:
    told = {name: _plain(value) for name, value in sorted(options.items()) if name != "version"}
    return {
        "function": function, "options": told, "release": options["version"],
        "source": source.files, "made_by": f"troopdata {__version__}",
    }  # fmt: skip


def _plain(value: Any) -> Any:
    """Return an argument as JSON has it; a frame by a hash over its content."""
    import pandas as pd
    import pyarrow as pa

    if isinstance(value, pd.DataFrame):
        frame: Any = value
        if hasattr(frame, "to_wkb"):
            frame = frame.to_wkb()
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


def _asking(task: tasks.Task, identity: dict[str, Any]) -> tasks.Task:
    import dataclasses

    asked = {name: identity[name] for name in output_folder.IDENTITY}
    text = json.dumps(asked, sort_keys=True).encode()
    return dataclasses.replace(task, question=hashlib.sha256(text).hexdigest())


def _all(
    task: tasks.Task, source: Source, start: engines.Engine, workers: int | None
) -> list[dict[str, Any]]:
    """Have the pieces done that are not; return what each came to, in order."""
    sink = Path(task.sink)
    told = {
        one.piece: output_folder.finished(sink, one.piece, task.question) for one in source.pieces
    }
    missing = [one for one in source.pieces if told[one.piece] is None]
    if missing:
        for text in start(task, missing, workers):
            found = tasks.outcome(text)
            told[found["piece"]] = found
    return [found for found in told.values() if found is not None]


def _summary(done: list[dict[str, Any]], sink: Path, version: str) -> pd.DataFrame:
    import pandas as pd

    types = {
        "piece": "string", "source_rows": "Int64", "rows": "Int64", "file": "string",
        "seconds": "Float64",
    }  # fmt: skip
    files = [str(output_folder.part(sink, told["piece"])) for told in done]
    frame = pd.DataFrame(done).assign(file=files).reindex(columns=list(types)).astype(types)
    frame.attrs["troopdata"] = {"release": version}
    return frame
