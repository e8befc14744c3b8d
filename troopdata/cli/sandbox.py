"""Validate an untrusted file in a child process with limits on time and memory."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Timer
from typing import Any

from troopdata import errors
from troopdata.errors import Failure, Invalid, TroopdataError, UsageError
from troopdata.schemas import model
from troopdata.validation import input_files

__all__ = ["validate_file"]

SECONDS, MEGABYTES = 10.0, 1024
# Seconds to import the libraries. They do not count against the file: the machine may be busy.
LOADING = 120.0
RUN = (
    "import sys; sys.path.insert(0, sys.argv[1]); "
    "from troopdata.cli.sandbox_child import main; main(sys.argv[2:])"
)
# Memory pools and threads reserve address space, which would count against the memory limit.
QUIET = {
    "ARROW_DEFAULT_MEMORY_POOL": "system",
    "MALLOC_ARENA_MAX": "2",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "PYTHONDONTWRITEBYTECODE": "1",
    "PYTHONWARNINGS": "ignore",
}


def validate_file(
    path: Path, table: str, *, seconds: float = SECONDS, megabytes: int = MEGABYTES
) -> int:
    """Validate a file against the schema of a table in a child process, and count its rows.

    Parameters
    ----------
    path : pathlib.Path
        A CSV or Parquet file from any source.
    table : str
        The table whose schema applies.
    seconds : float
        Time limit for parsing and checking.
    megabytes : int
        Memory limit for parsing and checking.

    Raises
    ------
    Invalid
        With every failure. Reading that takes too long or too much memory is a failure of the
        rule ``limits``, and a child that ended without a result one of the rule ``crash``.
    UsageError
        If the file or the table does not exist.
    """
    model.table(table)
    input_files.refuse_unsupported(path)
    if not path.exists():
        raise UsageError(f"cannot read {path}: No such file", file=str(path))
    lines, code, late = _run_child([str(path), table, str(seconds), str(megabytes)], seconds)
    return _row_count(lines, code, late, path)


def _run_child(arguments: list[str], seconds: float) -> tuple[list[dict[str, Any]], int, bool]:
    """Run the child; return its messages, its exit code, and whether the clock stopped it."""
    root = str(Path(input_files.__file__).resolve().parents[1])
    command = [sys.executable, "-P", "-c", RUN, root, *arguments]
    quiet = None if os.environ.get("TROOPDATA_DEBUG") else subprocess.DEVNULL
    with subprocess.Popen(  # noqa: S603
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=quiet,
        env={**os.environ, **QUIET}, text=True, encoding="utf-8",
    ) as child:  # fmt: skip
        assert child.stdout is not None  # noqa: S101
        with _killed_after(LOADING, child):
            first = child.stdout.readline()
        with _killed_after(seconds, child) as late:
            lines = list(child.stdout) if "ready" in first else [first]
            code = child.wait()
    return [json.loads(line) for line in lines if line.endswith("}\n")], code, bool(late)


@contextmanager
def _killed_after(seconds: float, child: subprocess.Popen[str]) -> Iterator[list[bool]]:
    """Kill the child after some seconds; the list that is yielded is then no longer empty."""
    late: list[bool] = []

    def end() -> None:
        late.append(True)
        child.kill()

    timer = Timer(seconds, end)
    timer.start()
    try:
        yield late
    except BaseException:
        child.kill()
        raise
    finally:
        timer.cancel()


def _row_count(lines: list[dict[str, Any]], code: int, late: bool, path: Path) -> int:
    """Return the number of rows of a valid file, or raise what the child reported or ended by."""
    found = {name: value for line in lines for name, value in line.items()}
    if "rows" in found:
        return int(found["rows"])
    if "total" in found:
        raise Invalid([Failure(*line["failure"]) for line in lines if "failure" in line],
                      total=found["total"])  # fmt: skip
    if "error" in found:
        raise _error_class(found["error"])(found["message"], hint=found["hint"], file=str(path))
    if "bug" in found:
        raise RuntimeError(found["bug"])
    raise Invalid([_limit_or_crash(found.get("broke", ""), code, late, str(path))])


def _error_class(name: str) -> type[TroopdataError]:
    """Return an error class; for one whose constructor takes other arguments, its base class."""
    kind = getattr(errors, name)
    return UsageError if issubclass(kind, UsageError) else kind


def _limit_or_crash(broke: str, code: int, late: bool, file: str) -> Failure:
    """Return the failure of a child that reported no result."""
    if late or code == -getattr(signal, "SIGXCPU", 24):
        return Failure(
            file,
            None,
            "",
            "",
            "limits",
            "",
            "reading takes too long",
            "allow more time: --seconds 60",
        )
    if broke:
        memory = broke == "MemoryError"
        message = "reading takes too much memory" if memory else "nested too deeply"
        hint = "allow more memory: --megabytes 4096" if memory else ""
        return Failure(file, None, "", "", "limits", "", message, hint)
    name = signal.Signals(-code).name if code < 0 else f"exit code {code}"
    return Failure(file, None, "", "", "crash", "", f"the process that reads it ended with {name}")
