"""Run pieces on Spark: in the active session, or in a local one that ends with the run.

No rows pass through the JVM. Spark distributes the numbers of the pieces, one per partition, and
its Python workers read and write the Parquet files themselves; the task with its bases is
broadcast.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from troopdata.errors import UsageError
from troopdata.geo.jobs import tasks

if TYPE_CHECKING:
    import pyarrow as pa

    from troopdata.geo.jobs.source_pieces import Piece

__all__ = ["start"]


def start(task: tasks.Task, pieces: Sequence[Piece], workers: int | None) -> list[str]:
    """Run pieces as the partitions of a frame, in `mapInArrow`."""
    with _session(workers) as session:
        sent = session.sparkContext.broadcast((task, tuple(pieces)))
        try:
            numbers = session.range(0, len(pieces), 1, len(pieces))
            rows = numbers.mapInArrow(_runner(sent), "outcome string").collect()
        finally:
            sent.destroy()
    return [row.outcome for row in rows]


def _runner(sent: Any) -> Callable[[Iterator[pa.RecordBatch]], Iterator[pa.RecordBatch]]:
    """Return the function that turns batches of piece numbers into batches of outcomes."""

    def run(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        import pyarrow as pa

        task, pieces = sent.value
        for batch in batches:
            numbers = batch.column(0).to_pylist()
            outcomes = [tasks.run_piece(task, pieces[number]) for number in numbers]
            yield pa.RecordBatch.from_pydict({"outcome": pa.array(outcomes, pa.string())})

    return run


@contextmanager
def _session(workers: int | None) -> Iterator[Any]:
    """Yield the active session, or start one and stop it afterwards."""
    from pyspark.sql import SparkSession

    running = SparkSession.getActiveSession()
    if running is not None:
        if workers is not None:
            hint = "leave workers out, or stop the session"
            raise UsageError("the active Spark session has workers of its own", hint=hint)
        yield running
        return
    # Otherwise Spark starts whichever "python3" is on the PATH, which may lack troopdata.
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    builder = SparkSession.builder.appName("troopdata")
    if workers is not None:
        builder = builder.master(f"local[{workers}]")
    session = builder.config("spark.ui.showConsoleProgress", "false").getOrCreate()
    try:
        yield session
    finally:
        session.stop()
