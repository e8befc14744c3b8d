"""Spoilt inputs for the three doors, in a process with limits: python fuzzing.py DOOR FIRST LAST.

A door is json, parquet, csv or all: then of ten inputs four are JSON, four Parquet and two CSV, for
rows of text take longest to check. One in four is large: a table of 18 columns, a whole manifest.

Each input is a good file with some bytes flipped, cut, doubled or put in. It prints the number of
the input before it is read, so that the caller knows at which one a process died or hung,
and at the end how many were taken and how many refused. Anything but a TroopdataError is reported.
"""

from __future__ import annotations

import io
import json
import random
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pyarrow.parquet as pq

import troopdata as td
from troopdata import paths
from troopdata.cli.output import csv_text
from troopdata.cli.sandbox_child import limit
from troopdata.errors import TroopdataError
from troopdata.release import loader

TABLES = ("events", "exercise_participants", "exercise_participants", "exercise_participants")
MIX = ("json", "parquet", "json", "parquet", "csv") * 2
SECONDS, CLOCK = 10, 300
TOKENS = [
    b'"',
    b",",
    b"\n",
    b"\r\n",
    b"\x00",
    b"\xff",
    b"=",
    b"-1",
    b"9" * 40,
    b"NaN",
    b"null",
    b"[",
    b"{",
]


def say(*words: object) -> None:
    sys.stdout.write(" ".join(map(str, words)) + "\n")
    sys.stdout.flush()


def spoilt(data: bytes, random: random.Random) -> bytes:
    """Some bytes of a good file, changed."""
    body = bytearray(data)
    for _ in range(random.randint(1, 8)):
        # Half of them near the end: a Parquet file is read from there.
        last = random.random() < 0.5
        at = random.randrange(max(0, len(body) - 3000) if last else 0, len(body)) if body else 0
        kind = random.randrange(6)
        if kind <= 2 and body:
            body[at] ^= 1 << random.randrange(8) if kind else random.randrange(256)
        elif kind == 3:
            del body[at : at + random.randint(1, 200)]
        elif kind == 4:
            body[at:at] = random.choice(TOKENS)
        else:
            body[at:at] = body[at : at + random.randint(1, 400)]
    return bytes(body)


def table_of(number: int) -> str:
    return TABLES[number // 10 % 4]


@cache
def good(door: str, table: str) -> bytes:
    if door == "csv":
        return csv_text(td.load(table).head(20)).encode()
    if door == "json":
        whole = (paths.folder("releases") / td.data_version() / "manifest.json").read_bytes()
        return whole if table == TABLES[0] else shortened(whole)
    out = io.BytesIO()
    rows = loader.opened().rows(table).slice(0, 20)
    pq.write_table(rows, out, compression="zstd")
    return out.getvalue()


def shortened(manifest: bytes) -> bytes:
    """The manifest with three of its files: one table, and two that are none."""
    whole = json.loads(manifest)
    tables = [item for item in whole["files"] if "rows" in item]
    texts = [item for item in whole["files"] if "rows" not in item]
    whole["files"] = [min(tables, key=lambda item: len(item["columns"])), *texts[:2]]
    return loader.canonical_json(whole)


def made(door: str, number: int) -> bytes:
    """Return one spoilt input."""
    change = misled if door == "json" and number % 4 else spoilt
    return change(good(door, table_of(number)), random.Random(f"1-{number}"))


def reader(door: str, folder: Path) -> Callable[[bytes, str], object]:
    if door == "json":
        return lambda data, table: loader.described(folder, data)
    path = folder / f"rows.{door}"

    def read(data: bytes, table: str) -> None:
        path.write_bytes(data)
        td.validate(path, table)

    return read


JUNK = [
    None,
    True,
    -1,
    10**30,
    1.5,
    "",
    "../x",
    "x" * 99,
    [],
    {},
    [[]],
    {"": 0},
    "2026.11.0",
    "\ud800",
]


def misled(data: bytes, random: random.Random) -> bytes:
    """A manifest in good form, with a value of it replaced, taken out or put in."""
    whole = json.loads(data)
    at = whole
    while True:
        keys = list(at) if isinstance(at, dict) else list(range(len(at)))
        if not keys:
            break
        key = random.choice(keys)
        if isinstance(at[key], (dict, list)) and random.random() < 0.7:
            at = at[key]
            continue
        if random.random() < 0.3:
            del at[key]
        else:
            at[key] = random.choice(JUNK)
        break
    try:
        return loader.canonical_json(whole)
    except UnicodeEncodeError:  # half a surrogate pair: only an escape can say it
        return json.dumps(whole).encode()


@contextmanager
def bounded() -> Iterator[None]:
    """End the process where one input takes longer: no handler of Python's runs inside a parser.

    Processor time is what a parser takes; the clock, on a busy machine, is what others take as well.
    """
    signal.setitimer(signal.ITIMER_PROF, SECONDS)
    signal.setitimer(signal.ITIMER_REAL, CLOCK)
    yield
    signal.setitimer(signal.ITIMER_PROF, 0)
    signal.setitimer(signal.ITIMER_REAL, 0)


def main(door: str, first: str, last: str) -> None:
    taken = 0
    with TemporaryDirectory() as name:
        readers = {one: reader(one, Path(name)) for one in set(MIX)}
        limit(3_000, 1 << 30, files=1 << 30)
        for number in range(int(first), int(last)):
            one = MIX[number % 10] if door == "all" else door
            data = made(one, number)
            say(number)
            try:
                with bounded():
                    readers[one](data, table_of(number))
                taken += 1
            except TroopdataError:
                pass
            except Exception as error:
                say("reported", number, one, type(error).__name__, str(error)[:200])
    say("taken", taken)


if __name__ == "__main__":
    main(*sys.argv[1:])
