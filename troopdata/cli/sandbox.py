"""The guard: another's file is parsed by a process of its own, which may die of it."""

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

__all__ = ["checked"]

SECONDS, MEGABYTES = 10.0, 1024
LOADING = 120.0  # seconds for the libraries: a busy machine is no fault of the file
RUN = (
    "import sys; sys.path.insert(0, sys.argv[1]); "
    "from troopdata.cli.sandbox_child import main; main(sys.argv[2:])"
)
# Pools of memory and of threads that are reserved and not used would count against the limit.
QUIET = {
    "ARROW_DEFAULT_MEMORY_POOL": "system",
    "MALLOC_ARENA_MAX": "2",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "PYTHONDONTWRITEBYTECODE": "1",
    "PYTHONWARNINGS": "ignore",
}


def checked(path: Path, table: str, *, seconds: float = SECONDS, megabytes: int = MEGABYTES) -> int:
    """Check a file against a table's schema in a child process, and return how many rows it has.

    Parameters
    ----------
    path : pathlib.Path
        A CSV or Parquet file of any origin.
    table : str
        The table that it claims to be.
    seconds : float
        How long parsing and checking may take.
    megabytes : int
        How much memory they may take.

    Raises
    ------
    Invalid
        With all that is wrong: also when reading the file takes too long or too much memory
        (rule ``limits``), or ends the process that reads it (rule ``crash``).
    UsageError
        If there is no such file or table.
    """
    model.table(table)
    input_files.refuse_unsupported(path)
    if not path.exists():
        raise UsageError(f"cannot read {path}: No such file", file=str(path))
    lines, code, late = _ran([str(path), table, str(seconds), str(megabytes)], seconds)
    return _judged(lines, code, late, path)


def _ran(arguments: list[str], seconds: float) -> tuple[list[dict[str, Any]], int, bool]:
    """Run the child; return what it told, its exit code, and whether its time ran out."""
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
    """Kill the child when the time is out, and then say so."""
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


def _judged(lines: list[dict[str, Any]], code: int, late: bool, path: Path) -> int:
    """Return the rows of a good file, or raise what became of the file or of its reader."""
    found = {name: value for line in lines for name, value in line.items()}
    if "rows" in found:
        return int(found["rows"])
    if "total" in found:
        raise Invalid([Failure(*line["failure"]) for line in lines if "failure" in line],
                      total=found["total"])  # fmt: skip
    if "error" in found:
        raise _error(found["error"])(found["message"], hint=found["hint"], file=str(path))
    if "bug" in found:
        raise RuntimeError(found["bug"])
    raise Invalid([_fate(found.get("broke", ""), code, late, str(path))])


def _error(name: str) -> type[TroopdataError]:
    """Return a class of ours; one with arguments of its own as what it derives from."""
    kind = getattr(errors, name)
    return UsageError if issubclass(kind, UsageError) else kind


def _fate(broke: str, code: int, late: bool, file: str) -> Failure:
    """Return why the child told nothing."""
    if late or code == -getattr(signal, "SIGXCPU", 24):
        return Failure(
            file,
            None,
            "",
            "",
            "limits",
            "",
            "reading it takes too long",
            "allow more, as --seconds 60",
        )
    if broke:
        memory = broke == "MemoryError"
        message = "reading it takes too much memory" if memory else "nested too deep"
        hint = "allow more, as --megabytes 4096" if memory else ""
        return Failure(file, None, "", "", "limits", "", message, hint)
    name = signal.Signals(-code).name if code < 0 else f"exit code {code}"
    return Failure(file, None, "", "", "crash", "", f"its reader ended by {name}")
