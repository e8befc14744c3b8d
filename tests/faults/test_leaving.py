"""A process that has read a table leaves with its own exit code, however late a thread of Arrow's is.

A thread that lets go of Python's memory while the interpreter ends has its whole process ended by
C++, after everything went right. So the bytes of a table are handed over in Arrow's own memory.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import figures
import pytest

import troopdata as td
from troopdata.release import loader, parquet_guard

ROOT = Path(td.__file__).resolve().parents[1]
LATE = (0, 500, 1_000, 1_500, 2_000)  # microseconds after the interpreter began to end
RUNS = 100

LEAVING = """
import atexit, ctypes, os, sys
atexit.register(ctypes.PyDLL(os.environ["LD_PRELOAD"]).now_leaving)
from troopdata.release import loader
if sys.argv[1] == "scan":
    import troopdata as td
    td.scan("countries").to_table()
else:
    loader.opened().rows("countries")
print("read")
"""


@pytest.fixture(params=["load", "scan"])
def door(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def test_nothing_holds_the_bytes_that_were_read(door: str, monkeypatch: pytest.MonkeyPatch) -> None:
    opened = loader.opened()
    data = opened.data("countries.parquet")
    monkeypatch.setattr(loader.Release, "data", lambda self, name: data)
    before = sys.getrefcount(data)
    if door == "scan":
        held = td.scan("countries")
        assert held.count_rows() > 0
    else:
        held = parquet_guard.guarded(data, opened.entry("countries.parquet"))
        assert held.metadata.num_rows > 0
    assert sys.getrefcount(data) == before


@pytest.mark.slow
def test_a_process_leaves_while_threads_are_at_work(tmp_path: Path) -> None:
    slowly = tmp_path / "leaving.so"
    source = Path(__file__).with_name("leaving.c")
    try:
        built = ["cc", "-shared", "-fPIC", "-o", str(slowly), str(source), "-ldl"]
        subprocess.run(built, check=True, capture_output=True)
    except (FileNotFoundError, subprocess.CalledProcessError):
        pytest.skip("there is no C compiler here")
    wrong = 0
    for run in range(RUNS):
        command = [sys.executable, "-W", "ignore", "-c", LEAVING, ("load", "scan")[run % 2]]
        environment = {**os.environ, "PYTHONPATH": str(ROOT), "LD_PRELOAD": str(slowly),
                       "TROOPDATA_LATE": str(LATE[run // 2 % len(LATE)])}  # fmt: skip
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        assert done.stdout == "read\n", done.stderr
        wrong += done.returncode != 0
    figures.record(
        "leaving after a read", f"0 of {RUNS} processes exit with a code other than their own",
        f"{wrong} of {RUNS}",
        "a process reads a table with td.load or td.scan and exits at once, while every thread that "
        "delivered its result is delayed until the interpreter shuts down (tests/faults/leaving.c)",
    )  # fmt: skip
    assert wrong == 0
