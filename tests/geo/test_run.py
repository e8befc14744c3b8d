"""Runs over files: equal rows from every engine, and complete files whatever happens."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import troopdata as td
from troopdata.errors import StorageError, UsageError
from troopdata.geo.jobs import output_folder, source_pieces

pytestmark = pytest.mark.integration

FILES, ROWS = 12, 500


def dated(rows: int, seed: int = 1) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    latitude = np.degrees(np.arcsin(rng.uniform(-1, 1, rows)))
    day = np.datetime64("1990-01-01", "ms") + rng.integers(0, 12_000, rows).astype("timedelta64[D]")
    columns = {"id": np.arange(rows), "longitude": rng.uniform(-180, 180, rows)}
    return pd.DataFrame({**columns, "latitude": latitude, "day": day})


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("places")
    frame = dated(FILES * ROWS)
    frame.loc[3, "longitude"], frame.loc[4, "day"], frame.loc[5, "latitude"] = np.nan, pd.NaT, 91
    for number in range(FILES):
        part = frame.iloc[number * ROWS : (number + 1) * ROWS]
        part.to_parquet(folder / f"{number:02d}.parquet", index=False, row_group_size=200)
    return folder


@pytest.fixture(scope="module")
def answer(source: Path) -> pd.DataFrame:
    return td.geo.nearest(pd.read_parquet(source), on="day", sender="USA")


@pytest.fixture(scope="session")
def spark() -> Iterator[Any]:
    sql = pytest.importorskip("pyspark.sql", reason="pyspark is not installed: extra spark")
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    # Spark's workers are separate processes, which must find this checkout.
    here = str(Path(td.__file__).parents[1])
    builder = sql.SparkSession.builder.master("local[2]").config("spark.ui.enabled", "false")
    session = builder.config("spark.executorEnv.PYTHONPATH", here).getOrCreate()
    yield session
    session.stop()


def read(sink: Path) -> pd.DataFrame:
    return pd.read_parquet(sink)


def assert_complete(sink: Path, frame: pd.DataFrame) -> None:
    pd.testing.assert_frame_equal(read(sink), frame)
    manifest = json.loads((sink / output_folder.MANIFEST).read_bytes())
    assert manifest["complete"]
    assert manifest["rows"] == sum(one["rows"] for one in manifest["files"]) == len(frame)
    assert sorted(os.listdir(sink)) == sorted(
        [output_folder.MANIFEST, *(one["file"] for one in manifest["files"])]
    )


@pytest.mark.parametrize("workers", [None, 1, 2])
def test_local_gives_the_same_as_a_frame_in_memory(
    source: Path, answer: pd.DataFrame, tmp_path: Path, workers: int | None
) -> None:
    done = td.geo.run(source, tmp_path / "s", "nearest", workers=workers, on="day", sender="USA")
    assert_complete(tmp_path / "s", answer)
    assert done.columns.tolist() == ["piece", "source_rows", "rows", "file", "seconds"]
    assert done["rows"].sum() == FILES * ROWS
    assert done.attrs["troopdata"]["release"] == td.data_version()


def test_dask_gives_the_same(source: Path, answer: pd.DataFrame, tmp_path: Path) -> None:
    pytest.importorskip("dask", reason="dask is not installed: extra dask")
    td.geo.run(source, tmp_path / "s", "nearest", engine="dask", workers=2, on="day", sender="USA")
    assert_complete(tmp_path / "s", answer)


def test_dask_uses_the_scheduler_that_is_set(source: Path, tmp_path: Path) -> None:
    dask = pytest.importorskip("dask", reason="dask is not installed: extra dask")
    with dask.config.set(scheduler="synchronous"):
        with pytest.raises(UsageError, match="leave workers out"):
            td.geo.run(source, tmp_path / "s", "locate", engine="dask", workers=2)
        done = td.geo.run(source, tmp_path / "s", "locate", engine="dask")
    assert done["rows"].sum() == FILES * ROWS


def test_spark_gives_the_same(
    source: Path, answer: pd.DataFrame, tmp_path: Path, spark: Any
) -> None:
    td.geo.run(source, tmp_path / "s", "nearest", engine="spark", on="day", sender="USA")
    assert_complete(tmp_path / "s", answer)
    with pytest.raises(UsageError, match="leave workers out"):
        td.geo.run(source, tmp_path / "t", "nearest", engine="spark", workers=2)


def test_spark_raises_an_error_unwrapped(tmp_path: Path, spark: Any) -> None:
    polygons(tmp_path / "p.parquet")
    with pytest.raises(UsageError, match="not points"):
        td.geo.run(tmp_path / "p.parquet", tmp_path / "s", "locate", engine="spark")


@pytest.mark.parametrize(
    ("function", "options"),
    [
        ("within", {"km": 800, "on": "day"}),
        ("count_within", {"km": 300, "on": "day"}),
        ("nearest", {"k": 3, "on": "2010-01-01", "max_km": 2000}),
        ("locate", {}),
        ("exposure", {"km": 300, "on": "day"}),
    ],
)
def test_every_place_function(
    source: Path, tmp_path: Path, function: str, options: dict[str, Any]
) -> None:
    td.geo.run(source, tmp_path / "s", function, **options)
    expected = getattr(td.geo, function)(pd.read_parquet(source), **options)
    assert_complete(tmp_path / "s", expected.reset_index(drop=True))


def test_a_users_own_bases_reach_the_workers_and_are_part_of_the_query(
    source: Path, tmp_path: Path
) -> None:
    bases = pd.DataFrame({"base_id": ["a", "b"], "longitude": [0.0, 90], "latitude": [0.0, 0]})
    td.geo.run(source, tmp_path / "s", "nearest", workers=1, bases=bases)
    assert_complete(tmp_path / "s", td.geo.nearest(pd.read_parquet(source), bases=bases))
    with pytest.raises(UsageError, match="bases"):
        td.geo.run(source, tmp_path / "s", "nearest", bases=bases.assign(latitude=1.0))


def test_columns_keep_types_that_pandas_does_not_have(tmp_path: Path) -> None:
    table = pa.table(
        {
            "longitude": pa.array([8.0, None]),
            "latitude": pa.array([17.0, 1.0], pa.float32()),
            "count": pa.array([None, 2**60 + 1]),
            "price": pa.array([None, "1.10"]).cast(pa.decimal128(5, 2)),
            "day": pa.array(["2024-08-04", None]).cast(pa.date32()),
            "tags": pa.array([["x"], []]),
        }
    )
    pq.write_table(table, tmp_path / "p.parquet")
    td.geo.run(tmp_path / "p.parquet", tmp_path / "s", "nearest", on="day")
    found = pq.read_table(tmp_path / "s")
    assert found.select(table.column_names).equals(table)
    assert found["why"].to_pylist() == [None, "no_point"]


def test_geoparquet_stays_geoparquet(tmp_path: Path) -> None:
    import geopandas as gpd

    frame = dated(50)
    points = gpd.points_from_xy(frame.longitude, frame.latitude.clip(-80, 80), crs=4326)
    frame = gpd.GeoDataFrame(frame[["id", "day"]], geometry=points).to_crs(3857)
    frame.to_parquet(tmp_path / "p.geoparquet")
    td.geo.run(tmp_path / "p.geoparquet", tmp_path / "s", "nearest", on="day")
    (part,) = (tmp_path / "s").glob("*.parquet")
    found = gpd.read_parquet(part)
    assert found.crs == frame.crs
    pd.testing.assert_frame_equal(found, td.geo.nearest(frame, on="day"))


def polygons(path: Path) -> None:
    import geopandas as gpd
    from shapely import box

    gpd.GeoDataFrame({"a": [1]}, geometry=[box(0, 0, 1, 1)], crs=4326).to_parquet(path)


def test_folders_are_columns(tmp_path: Path) -> None:
    for year, code in ((2001, "07"), (2002, "08")):
        folder = tmp_path / "p" / f"year={year}" / f"code={code}"
        folder.mkdir(parents=True)
        dated(20, year).to_parquet(folder / "x.parquet")
    td.geo.run(tmp_path / "p", tmp_path / "s", "locate")
    found = read(tmp_path / "s")
    assert found["year"].tolist() == [2001] * 20 + [2002] * 20
    assert set(found["code"]) == {"07", "08"}


def test_a_batch_with_only_wrong_points_is_not_an_error(tmp_path: Path) -> None:
    (tmp_path / "p").mkdir()
    frame = dated(2)
    frame.assign(latitude=95.0).to_parquet(tmp_path / "p" / "a.parquet")
    frame.to_parquet(tmp_path / "p" / "b.parquet")
    td.geo.run(tmp_path / "p", tmp_path / "s", "nearest")
    assert read(tmp_path / "s")["why"].tolist()[:2] == ["out_of_range"] * 2
    manifest = json.loads((tmp_path / "s" / output_folder.MANIFEST).read_bytes())
    assert manifest["unanswered"]["out_of_range"] == 2


def test_no_rows_and_a_row_group_without_rows(tmp_path: Path) -> None:
    table = pa.Table.from_pandas(dated(5), preserve_index=False)
    (tmp_path / "p").mkdir()
    with pq.ParquetWriter(tmp_path / "p" / "a.parquet", table.schema) as writer:
        for rows in (table[:0], table[:2], table[:0], table[2:]):
            writer.write_table(rows)
    td.geo.run(tmp_path / "p", tmp_path / "s", "nearest", on="day")
    assert_complete(tmp_path / "s", td.geo.nearest(dated(5), on="day"))
    pq.write_table(table[:0], tmp_path / "none.parquet")
    done = td.geo.run(tmp_path / "none.parquet", tmp_path / "t", "within", km=5, workers=2)
    assert done["rows"].tolist() == [0]
    assert read(tmp_path / "t").columns[-3:].tolist() == ["base_id", "distance_km", "why"]


def test_pieces_cover_every_row_group_once() -> None:
    assert list(source_pieces._cut([3, 3, 5, 0, 1, 9], 6)) == [
        (0, 2, 0, 6),
        (2, 5, 6, 12),
        (5, 6, 12, 21),
    ]
    assert list(source_pieces._cut([], 6)) == [(0, 0, 0, 0)]
    assert list(source_pieces._cut([0, 0], 6)) == [(0, 2, 0, 0)]


def test_pieces_of_one_file_are_in_order(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(source_pieces, "PIECE_ROWS", 200)
    done = td.geo.run(source, tmp_path / "s", "locate")
    assert len(done) == FILES * 3
    assert read(tmp_path / "s")["id"].tolist() == list(range(FILES * ROWS))


def test_a_finished_sink_is_not_run_again(source: Path, tmp_path: Path) -> None:
    td.geo.run(source, tmp_path / "s", "locate")
    before = {path: path.stat().st_mtime_ns for path in (tmp_path / "s").glob("part-*")}
    done = td.geo.run(source, tmp_path / "s", "locate")
    assert {path: path.stat().st_mtime_ns for path in (tmp_path / "s").glob("part-*")} == before
    assert done["seconds"].isna().all()
    assert done["rows"].sum() == FILES * ROWS


def test_a_torn_file_is_written_again(source: Path, answer: pd.DataFrame, tmp_path: Path) -> None:
    td.geo.run(source, tmp_path / "s", "nearest", on="day", sender="USA")
    parts = sorted((tmp_path / "s").glob("part-*"))
    parts[0].write_bytes(parts[0].read_bytes()[:-9])
    parts[1].write_bytes(b"")
    parts[2].unlink()
    td.geo.run(source, tmp_path / "s", "nearest", on="day", sender="USA")
    assert_complete(tmp_path / "s", answer)


def test_a_sink_of_another_query_is_refused(source: Path, tmp_path: Path) -> None:
    sink = tmp_path / "s"
    td.geo.run(source, sink, "nearest", k=2)
    with pytest.raises(UsageError, match=r"was made with k=2, not 1; give the name of a new"):
        td.geo.run(source, sink, "nearest", k=1)
    with pytest.raises(UsageError, match=r"with function 'nearest', not 'locate'"):
        td.geo.run(source, sink, "locate")
    manifest = sink / output_folder.MANIFEST
    original = json.loads(manifest.read_bytes())
    manifest.write_text(json.dumps({**original, "release": "1999.1.0"}))
    with pytest.raises(UsageError, match=r"with release '1999\.1\.0', not '2"):
        td.geo.run(source, sink, "nearest", k=2)
    manifest.write_text(json.dumps(original))
    other = tmp_path / "other"
    other.mkdir()
    dated(7).to_parquet(other / "00.parquet")
    with pytest.raises(UsageError, match=r"other files: 00\.parquet has changed"):
        td.geo.run(other, sink, "nearest", k=2)


def test_a_sink_with_other_files_is_refused(source: Path, tmp_path: Path) -> None:
    (tmp_path / "thesis.docx").touch()
    with pytest.raises(UsageError, match="thesis"):
        td.geo.run(source, tmp_path, "locate")
    td.geo.run(source, tmp_path / "s", "locate")
    dated(3).to_parquet(tmp_path / "s" / "part-x.parquet")
    with pytest.raises(StorageError, match="part-x.parquet is not one of its results"):
        td.geo.run(source, tmp_path / "s", "locate")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"function": "neerest"}, "did you mean nearest"),
        ({"function": "run"}, "did you mean"),
        ({"engine": "sparc"}, "did you mean spark"),
        ({"workers": 0}, "workers=2"),
        ({"senders": "USA"}, "did you mean sender"),
        ({"function": "within"}, "needs km"),
        ({"on": "daay"}, "did you mean day"),
        ({"k": 0}, "k=1"),
    ],
)  # fmt: skip
def test_usage(source: Path, tmp_path: Path, arguments: dict[str, Any], message: str) -> None:
    with pytest.raises(UsageError, match=message):
        td.geo.run(source, tmp_path / "s", **{"function": "nearest", **arguments})
    assert not (tmp_path / "s").exists()


def test_invalid_sources_are_refused(source: Path, tmp_path: Path) -> None:
    for place, message in ((tmp_path / "no", "no source"), (tmp_path, "no Parquet file")):
        with pytest.raises(UsageError, match=message):
            td.geo.run(place, tmp_path.parent / "never", "locate")
    with pytest.raises(UsageError, match="lies in the source"):
        td.geo.run(source, source / "out", "locate")
    (tmp_path / "bad.parquet").write_bytes(b"PAR1")
    with pytest.raises(UsageError, match="not a readable Parquet file"):
        td.geo.run(tmp_path / "bad.parquet", tmp_path / "s", "locate")
    (tmp_path / "two").mkdir()
    dated(2).to_parquet(tmp_path / "two" / "a.parquet")
    dated(2).assign(extra=1).to_parquet(tmp_path / "two" / "b.parquet")
    with pytest.raises(UsageError, match=r"b\.parquet has a column 'extra'"):
        td.geo.run(tmp_path / "two", tmp_path / "s", "locate")


def test_a_missing_extra_says_what_to_install(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "dask", None)
    with pytest.raises(UsageError, match=r'pip install "troopdata\[dask\]"'):
        td.geo.run(source, tmp_path / "s", "locate", engine="dask")


def test_a_sink_that_cannot_be_written(source: Path, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StorageError, match="cannot write"):
        td.geo.run(source, tmp_path / "file" / "s", "locate")


def test_a_full_disk_leaves_no_partial_file(
    source: Path, answer: pd.DataFrame, tmp_path: Path
) -> None:
    limit = (
        "import resource, signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN);"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (12_000, 12_000));"
    )
    code = limit + CODE
    done = subprocess.run(
        [sys.executable, "-c", code, str(source), str(tmp_path / "s"), "0"],
        capture_output=True, text=True, check=False, env=environment(),
    )  # fmt: skip
    assert "StorageError: cannot write" in done.stderr
    assert "MB free" in done.stderr
    assert os.listdir(tmp_path / "s") == [output_folder.MANIFEST]
    td.geo.run(source, tmp_path / "s", "nearest", on="day", sender="USA")
    assert_complete(tmp_path / "s", answer)


def test_only_abandoned_temporary_files_are_removed(source: Path, tmp_path: Path) -> None:
    sink = tmp_path / "s"
    td.geo.run(source, sink, "locate")
    dead = subprocess.Popen([sys.executable, "-c", ""])
    dead.wait()
    with output_folder.atomic_write(sink / "part-a.parquet") as living:
        living.touch()
        orphan = living.with_name(living.name.replace(f".{os.getpid()}.", f".{dead.pid}."))
        orphan.touch()
        elsewhere, old = (living.with_name(f".p.host-{at}.1.0123abcd.tmp") for at in "ab")
        elsewhere.touch()
        old.touch()
        os.utime(old, (0, time.time() - output_folder.DAY - 60))
        output_folder.remove_abandoned(sink)
        assert living.exists()
        assert elsewhere.exists()
        assert not orphan.exists()
        assert not old.exists()
    (sink / "part-a.parquet").unlink()


CODE = """
import os, sys
import troopdata as td
source, sink, workers = sys.argv[1:4]
import pandas, pyarrow.parquet
print("ready", flush=True)
td.geo.run(source, sink, "nearest", workers=int(workers) or None, on="day", sender="USA")
"""
# The process kills itself at its n-th call of a function of `os`.
AT_STEP = """
import os, signal
def deadly(name, at):
    original, count = getattr(os, name), [0]
    def step(*arguments, **named):
        count[0] += 1
        if count[0] == at:
            os.kill(os.getpid(), signal.SIGKILL)
        return original(*arguments, **named)
    setattr(os, name, step)
"""


def environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(Path(td.__file__).parents[1])}


def complete_parts(sink: Path) -> int:
    parts = list(sink.glob("*.parquet")) if sink.exists() else []
    for path in parts:
        assert pq.read_table(path).num_rows == ROWS
    return len(parts)


def killed(source: Path, sink: Path, workers: int, times: int) -> list[int]:
    """Run and kill at random moments; return the number of files after each."""
    counts = []
    for _ in range(times):
        child = subprocess.Popen(
            [sys.executable, "-c", CODE, str(source), str(sink), str(workers)],
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment(),
        )  # fmt: skip
        assert child.stdout is not None
        child.stdout.readline()
        # Wait for a number of files, then a moment in the next: independent of the machine's load.
        wanted = random.randrange(FILES - 1)
        while child.poll() is None and len(list(sink.glob("*.parquet"))) < wanted:
            time.sleep(0.001)
        time.sleep(random.uniform(0, 0.04))
        child.send_signal(signal.SIGKILL)
        child.communicate()
        counts.append(complete_parts(sink))
    return counts


def test_a_run_killed_at_random_moments_is_resumed(
    source: Path, answer: pd.DataFrame, tmp_path: Path
) -> None:
    killed(source, tmp_path / "s", 0, 2)
    td.geo.run(source, tmp_path / "s", "nearest", on="day", sender="USA")
    assert_complete(tmp_path / "s", answer)


@pytest.mark.slow
@pytest.mark.parametrize("workers", [0, 2])
def test_a_run_killed_at_ten_random_moments_is_resumed(
    source: Path, answer: pd.DataFrame, tmp_path: Path, workers: int
) -> None:
    for at in range(10):
        sink = tmp_path / f"s{at}"
        counts = killed(source, sink, workers, 1)
        print(workers, at, counts)  # noqa: T201
        td.geo.run(source, sink, "nearest", on="day", sender="USA")
        # Child processes of the killed run finish their current piece and its temporary file.
        patience = time.monotonic() + 60
        while any(name.endswith(".tmp") for name in os.listdir(sink)):
            assert time.monotonic() < patience
            time.sleep(0.1)
        assert_complete(sink, answer)


@pytest.mark.parametrize(("name", "at"), [("replace", 1), ("fsync", 4), ("replace", 3)])
def test_a_run_killed_at_a_step_is_resumed(
    source: Path, answer: pd.DataFrame, tmp_path: Path, name: str, at: int
) -> None:
    code = AT_STEP + f"deadly({name!r}, {at})\n" + CODE
    done = subprocess.run(
        [sys.executable, "-c", code, str(source), str(tmp_path / "s"), "0"],
        capture_output=True, check=False, env=environment(),
    )  # fmt: skip
    assert done.returncode == -signal.SIGKILL
    left = [name for name in os.listdir(tmp_path / "s") if name.endswith(".tmp")]
    assert len(left) == 1 or name == "fsync"
    assert complete_parts(tmp_path / "s") == {"replace": max(0, at - 2), "fsync": 1}[name]
    td.geo.run(source, tmp_path / "s", "nearest", on="day", sender="USA")
    assert_complete(tmp_path / "s", answer)


def test_a_worker_that_dies_is_reported_and_the_run_can_be_resumed(
    source: Path, answer: pd.DataFrame, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from troopdata.errors import TroopdataError
    from troopdata.geo.jobs.engines import local

    with monkeypatch.context() as patched:
        code = AT_STEP + "deadly('replace', 3)\n" + local.CHILD_COMMAND
        patched.setattr(local, "CHILD_COMMAND", code)
        with pytest.raises(TroopdataError, match="ended with -9 .* fewer workers"):
            td.geo.run(source, tmp_path / "s", "nearest", workers=2, on="day", sender="USA")
    assert 0 < complete_parts(tmp_path / "s") < FILES
    td.geo.run(source, tmp_path / "s", "nearest", on="day", sender="USA")
    assert_complete(tmp_path / "s", answer)


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_the_examples_of_the_how_to_run(root: Path) -> None:
    import doctest

    pytest.importorskip("duckdb")
    page = root / "docs" / "how-to" / "a-billion-places.md"
    result = doctest.testfile(str(page), module_relative=False)
    assert result.attempted >= 15
    assert result.failed == 0
