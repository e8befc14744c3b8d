"""Each door, with spoilt inputs: only errors of ours, no crash, nothing that hangs.

A Parquet reader may be brought down or held up by a footer; that is why ``troopdata validate``
parses in a process of its own. So here, too, a reader that died is counted and goes on with the
next input, and the input is then given to the command, which must end in time with an error.
"""

from __future__ import annotations

import csv
import os
import random
import subprocess
import sys
from pathlib import Path

import fuzzing
import pytest
from hypothesis import given
from hypothesis import strategies as st

import troopdata as td
from troopdata import csvtext, doors, parsing, spec
from troopdata.cli import guard
from troopdata.errors import Invalid, TroopdataError

DOORS = ("csv", "json", "parquet")
QUICK, LONG = 300, 100_000


def read(door: str, first: int, last: int) -> tuple[list[str], int]:
    """Read inputs in a process of its own; return what it told, and the last input it took up."""
    package = str(Path(td.__file__).resolve().parents[1])
    command = [sys.executable, "-W", "ignore", fuzzing.__file__, door, "1", str(first), str(last)]
    environment = {**os.environ, **guard.QUIET, "PYTHONPATH": package}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    lines = done.stdout.splitlines()
    numbers = [int(line) for line in lines if line.isdigit()]
    assert numbers, done.stderr
    whole = lines[-1].startswith("taken")
    return [line for line in lines if line.startswith("told")], last if whole else numbers[-1]


def fuzzed(door: str, count: int) -> tuple[list[str], list[int]]:
    told, died, at = [], [], 0
    while at < count:
        found, reached = read(door, at, count)
        told += found
        if reached < count:
            died.append(reached)
        at = reached + 1 if reached < count else count
    return told, died


def judged(door: str, numbers: list[int], folder: Path) -> None:
    """Give the inputs that a reader died of to the command."""
    for number in numbers:
        path = folder / f"rows.{door}"
        path.write_bytes(fuzzing.spoilt(fuzzing.good(door), random.Random(f"1-{number}")))
        with pytest.raises(Invalid):
            guard.checked(path, fuzzing.TABLE)


@pytest.mark.parametrize("door", DOORS)
def test_a_spoilt_input_is_an_error_of_ours(door: str, tmp_path: Path) -> None:
    told, died = fuzzed(door, QUICK)
    assert told == []
    assert door != "json" or died == []
    judged(door, died, tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize("door", DOORS)
def test_many_spoilt_inputs_are_errors_of_ours(door: str, tmp_path: Path) -> None:
    """TROOPDATA_FUZZ says how many; 100,000 a door without it."""
    told, died = fuzzed(door, int(os.environ.get("TROOPDATA_FUZZ", LONG)))
    assert told == []
    assert door != "json" or died == []
    judged(door, died, tmp_path)


@given(st.binary(max_size=300))
def test_any_bytes_are_a_text_or_its_failures(data: bytes) -> None:
    text = csvtext.read(data)
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
    text = csvtext.read(data)
    table = spec.table("exercise_participants")
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
        doors.read(path, spec.table("events"))
