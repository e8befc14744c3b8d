"""Ten million places from Parquet to Parquet with every engine, beside copying the same columns.

``python tests/bench/scale.py FOLDER [ROWS]`` writes the source to FOLDER, runs every installed
engine, compares their rows and prints a Markdown table. Spark runs twice in one session, so that
the difference between the runs is the cost of starting up.
"""

from __future__ import annotations

import os
import platform
import resource
import shutil
import sys
import time
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

import troopdata as td

FILE_ROWS = 1_000_000
ASKED: dict[str, Any] = {"on": "day"}
ENGINES: list[tuple[str, int | None]] = [
    ("local", None), ("local", 1), ("local", 2), ("dask", 1), ("dask", 2), ("spark", 1), ("spark", 2),
]  # fmt: skip


def made(folder: Path, rows: int) -> Path:
    """Return a folder of random dated places, uniform on the sphere."""
    source = folder / f"places-{rows}"
    if source.is_dir():
        return source
    half = source.with_name(source.name + ".half")
    half.mkdir(parents=True, exist_ok=True)
    for number, start in enumerate(range(0, rows, FILE_ROWS)):
        count = min(FILE_ROWS, rows - start)
        rng = np.random.default_rng(number)
        latitude = np.degrees(np.arcsin(rng.uniform(-1, 1, count)))
        day = np.datetime64("1990-01-01", "D") + rng.integers(0, 12_000, count)
        columns: dict[str, Any] = {
            "id": np.arange(start, start + count), "longitude": rng.uniform(-180, 180, count),
            "latitude": latitude, "day": day,
        }  # fmt: skip
        pq.write_table(pa.table(columns), half / f"{number:04d}.parquet")
    half.rename(source)
    return source


def copied(source: Path, sink: Path) -> float:
    """Only read and write the columns, in one process."""
    begun = time.perf_counter()
    sink.mkdir()
    for path in sorted(source.glob("*.parquet")):
        file = pq.ParquetFile(path)
        with pq.ParquetWriter(sink / path.name, file.schema_arrow, use_dictionary=False) as writer:
            for batch in file.iter_batches(131_072):
                writer.write_batch(batch)
    return time.perf_counter() - begun


def ran(source: Path, sink: Path, engine: str, workers: int | None) -> tuple[float, float]:
    """Return the seconds of a run, and the sum over its pieces."""
    begun = time.perf_counter()
    done = td.geo.run(source, sink, "nearest", engine=engine, workers=workers, **ASKED)
    return time.perf_counter() - begun, float(done["seconds"].sum())


def in_spark(source: Path, folder: Path, workers: int) -> list[tuple[str, float, float, Path]]:
    from pyspark.sql import SparkSession

    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    builder = SparkSession.builder.master(f"local[{workers}]").config("spark.ui.enabled", "false")
    begun = time.perf_counter()
    session = builder.getOrCreate()
    session.range(1).collect()
    print(f"spark started in {time.perf_counter() - begun:.1f} s", flush=True)  # noqa: T201
    runs = []
    for label in ("first", "again"):
        sink = folder / f"spark-{workers}-{label}"
        runs.append((f"spark, {workers}, {label}", *ran(source, sink, "spark", None), sink))
    session.stop()
    return runs


def main(folder: Path, rows: int) -> None:
    source = made(folder, rows)
    sinks = folder / "sinks"
    shutil.rmtree(sinks, ignore_errors=True)
    sinks.mkdir()
    names = ("python", "numpy", "pandas", "pyarrow", "scipy", "numba", "dask", "pyspark")
    versions = ", ".join(
        f"{n} {platform.python_version() if n == 'python' else version(n)}" for n in names
    )
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}; {versions}", flush=True)  # noqa: T201
    td.geo.run(source / "0000.parquet", sinks / "warm", "nearest", **ASKED)
    times = [("copying the columns", copied(source, sinks / "copy"), 0.0, sinks / "copy")]
    for engine, workers in ENGINES:
        if engine == "spark":
            times += in_spark(source, sinks, workers or 1)
        else:
            sink = sinks / f"{engine}-{workers}"
            times.append((f"{engine}, {workers}", *ran(source, sink, engine, workers), sink))
    print("| engine, workers | seconds | in pieces | times copying |\n|---|---|---|---|")  # noqa: T201
    for name, seconds, inside, _ in times:
        print(f"| {name} | {seconds:.2f} | {inside:.2f} | {seconds / times[0][1]:.1f} |")  # noqa: T201
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    first = pq.read_table(times[1][3])
    equal = [first.equals(pq.read_table(sink)) for *_, sink in times[2:]]
    print(f"{first.num_rows} rows, equal in every engine: {all(equal)}; peak {peak:.0f} MB")  # noqa: T201


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 10_000_000)
