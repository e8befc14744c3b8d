"""Each door, with spoilt inputs: only our own errors, no crash, nothing that hangs.

A Parquet reader may be brought down or held up by a footer; that is why ``troopdata validate``
parses in a process of its own. So here, too, a reader that died is counted and goes on with the
next input, and the input is then given to the command, which must end in time with an error.
"""

from __future__ import annotations

import csv
import os
import signal
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import figures
import fuzzing
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

import troopdata as td
from troopdata.cli import sandbox
from troopdata.errors import Invalid, TroopdataError
from troopdata.io import csv_reader
from troopdata.schemas import model
from troopdata.validation import input_files as doors
from troopdata.validation import parsing

DOORS = ("csv", "json", "parquet")
QUICK, PART, LONG = 300, 5_000, 1_000_000


@dataclass(slots=True)
class Outcome:
    """What became of inputs: how many were read, which errors were reported, and which inputs ended the process."""

    read: Counter[str] = field(default_factory=Counter)
    reported: list[str] = field(default_factory=list)
    died: list[tuple[int, int]] = field(default_factory=list)  # the input, and the signal


def through(door: str, number: int) -> str:
    return fuzzing.MIX[number % 10] if door == "all" else door


def run(door: str, first: int, last: int, outcome: Outcome) -> int:
    """Read inputs in a process of its own; return the next one that is to be read."""
    package = str(Path(td.__file__).resolve().parents[1])
    command = [sys.executable, "-W", "ignore", fuzzing.__file__, door, str(first), str(last)]
    environment = {**os.environ, **sandbox.QUIET, "PYTHONPATH": package}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    lines = done.stdout.splitlines()
    numbers = [int(line) for line in lines if line.isdigit()]
    assert numbers, done.stderr
    outcome.read.update(through(door, number) for number in numbers)
    outcome.reported += [line for line in lines if line.startswith("reported")]
    if lines[-1].startswith("taken"):
        return last
    outcome.died.append((numbers[-1], -done.returncode))
    return numbers[-1] + 1


def fuzzed(door: str, first: int, last: int, outcome: Outcome, folder: Path) -> None:
    """No bug is reported; inputs that end a reader are given to the command, which survives."""
    known = len(outcome.died)
    while first < last:
        first = run(door, first, last, outcome)
    assert outcome.reported == []
    for number, _ in outcome.died[known:]:
        one = through(door, number)
        assert one != "json", number
        path = folder / f"rows.{one}"
        path.write_bytes(fuzzing.made(one, number))
        with pytest.raises(Invalid):
            sandbox.validate_file(path, fuzzing.table_of(number))


@pytest.mark.parametrize("door", DOORS)
def test_a_spoilt_input_is_an_error_of_ours(door: str, tmp_path: Path) -> None:
    fuzzed(door, 0, QUICK, Outcome(), tmp_path)


@pytest.mark.parametrize("number", [6271, 8416])
def test_text_in_a_parquet_file_that_is_no_utf8(number: int, tmp_path: Path) -> None:
    """Two inputs that were reported as a bug once, when their text was shown."""
    path = tmp_path / "rows.parquet"
    text = pa.array([b"one", b"\xe2me-100"]).view(pa.string())
    pq.write_table(pa.table({"exercise_id": text, "country": ["NER", "NER"]}), path)
    with pytest.raises(Invalid, match="cannot be read: .*UTF8"):
        td.validate(path, "exercise_participants")
    fuzzed("parquet", number, number + 1, Outcome(), tmp_path)


@pytest.mark.slow
def test_a_million_spoilt_inputs_are_errors_of_ours(tmp_path: Path) -> None:
    """TROOPDATA_FUZZ says how many; a million without it. A run that is ended leaves its figure."""
    outcome, count = Outcome(), int(os.environ.get("TROOPDATA_FUZZ", LONG))
    for first in range(0, count, PART):
        fuzzed("all", first, min(count, first + PART), outcome, tmp_path)
        late = sum(fate in (signal.SIGALRM, signal.SIGPROF) for _, fate in outcome.died)
        doors = ", ".join(f"{door} {outcome.read[door]:,}" for door in DOORS)
        figures.record(
            "readers", f"{LONG:,} fuzzed inputs: 0 crashes, hangs over {fuzzing.SECONDS} s, tracebacks",
            f"0 tracebacks in {outcome.read.total():,} inputs ({doors}); "
            f"{len(outcome.died) - late} crashes and {late} hangs of the child, 0 of the command",
            "tests/faults/fuzzing.py: good files with 1 to 8 changes of bytes, and manifests with a "
            "value changed, in a child process with limits of memory and of 10 s of processor time per input; "
            "an input that ended the child is given to `troopdata validate`, which must report an error",
        )  # fmt: skip


@given(st.binary(max_size=300))
def test_any_bytes_are_a_text_or_its_failures(data: bytes) -> None:
    text = csv_reader.read(data)
    assert text.failures or all(len(row) == len(text.columns) for row in text.rows)
    assert len(text.rows) == len(text.lines)


@given(st.lists(st.lists(st.text(max_size=8), min_size=2, max_size=3), max_size=6))
def test_any_cells_are_typed_or_told(rows: list[list[str]]) -> None:
    import io

    out = io.StringIO(newline="")
    csv.writer(out).writerows([["exercise_id", "country"], *rows])
    try:
        data = out.getvalue().encode()
    except UnicodeEncodeError:
        return
    text = csv_reader.read(data)
    table = model.table("exercise_participants")
    if not text.failures and not parsing.header(text, table):
        frame, failures = parsing.typed(text, table)
        assert len(frame) == len(text.rows)
        assert failures == []


@given(data=st.binary(max_size=400))
def test_any_bytes_are_no_parquet_file(
    data: bytes, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("fuzz") / "rows.parquet"
    path.write_bytes(b"PAR1" + data + b"PAR1")
    with pytest.raises(TroopdataError):
        doors.read(path, model.table("events"))
