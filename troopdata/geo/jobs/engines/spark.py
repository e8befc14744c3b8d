"""Spark: the running session, or one of this machine that ends with the work.

Rows never pass through the JVM. Spark hands out the numbers of pieces, one a partition, and its
Python workers read and write the Parquet themselves; the task with its bases is broadcast.
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

    from troopdata.geo.jobs.partitions import Piece

__all__ = ["start"]


def start(task: tasks.Task, pieces: Sequence[Piece], workers: int | None) -> list[str]:
    """Do pieces as partitions of a frame, in `mapInArrow`."""
    with _session(workers) as session:
        sent = session.sparkContext.broadcast((task, tuple(pieces)))
        try:
            numbers = session.range(0, len(pieces), 1, len(pieces))
            rows = numbers.mapInArrow(_mapped(sent), "told string").collect()
        finally:
            sent.destroy()
    return [row.told for row in rows]


def _mapped(sent: Any) -> Callable[[Iterator[pa.RecordBatch]], Iterator[pa.RecordBatch]]:
    def each(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        import pyarrow as pa

        task, pieces = sent.value
        for batch in batches:
            told = [tasks.attempt(task, pieces[number]) for number in batch.column(0).to_pylist()]
            yield pa.RecordBatch.from_pydict({"told": pa.array(told, pa.string())})

    return each


@contextmanager
def _session(workers: int | None) -> Iterator[Any]:
    """Give the running session, or one of our own that is stopped."""
    from pyspark.sql import SparkSession

    running = SparkSession.getActiveSession()
    if running is not None:
        if workers is not None:
            hint = "leave workers out, or stop the session"
            raise UsageError("a Spark session runs with workers of its own", hint=hint)
        yield running
        return
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    builder = SparkSession.builder.appName("troopdata")
    if workers is not None:
        builder = builder.master(f"local[{workers}]")
    session = builder.config("spark.ui.showConsoleProgress", "false").getOrCreate()
    try:
        yield session
    finally:
        session.stop()
