"""Flip every bit of the files of a release, one at a time, and count the flips that pass.

A file is either read by the library's own reader after each flip, or, where that takes too long,
the verification alone is done: SHA-256 of the changed bytes against the one of the manifest. The
digest of the bytes before a flip is taken once and copied, so that only the rest is hashed anew.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import random
import shutil
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from troopdata.errors import IncompatibleError, IntegrityError
from troopdata.release import loader

BLOCK = 4096
MANIFEST, INDEX = "manifest.json", "index.json"


@dataclass(frozen=True, slots=True)
class Task:
    """Some bits of one file of the newest release, and whether its reader reads each flip."""

    name: str
    bits: range | tuple[int, ...]
    read: bool = True


def where(home: Path, name: str) -> Path:
    return home / name if name == INDEX else home / loader.index(home)["latest"] / name


def shipped(home: Path) -> dict[str, int]:
    """Return the files of the newest release, and the list of releases, with their sizes."""
    folder = where(home, "")
    names = [path.name for path in folder.iterdir()] + [INDEX]
    return {name: where(home, name).stat().st_size for name in names}


def at_random(sizes: dict[str, int], count: int, seed: int = 5) -> list[Task]:
    """Return bits drawn from all of some files, each bit as likely as another."""
    chance, names = random.Random(seed), sorted(sizes)
    drawn = chance.choices(names, [sizes[name] for name in names], k=count)
    return [
        Task(name, tuple(chance.randrange(8 * sizes[name]) for one in drawn if one == name))
        for name in names
    ]


def parts(task: Task, most: int = 400_000) -> list[Task]:
    """Cut a task, so that processes share it."""
    starts = range(0, len(task.bits), most)
    return [replace(task, bits=task.bits[start : start + most]) for start in starts]


def passed(home: Path, tasks: list[Task], processes: int = 2) -> Iterator[tuple[Task, int]]:
    """Do tasks in their order; yield each with the number of its flips that no check saw."""
    with ProcessPoolExecutor(processes, get_context("spawn")) as pool:
        yield from zip(tasks, pool.map(partial(missed, home), tasks), strict=True)


def missed(home: Path, task: Task) -> int:
    return _read(home, task) if task.read else hashed(where(home, task.name).read_bytes(), task)


def _read(home: Path, task: Task) -> int:
    """Flip bits of a copy on disk, and read the file as the library does."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        reader = _reader(home, folder, task.name)
        path = folder / task.name
        good, count = path.read_bytes(), 0
        reader()
        with open(path, "r+b", buffering=0) as stream:
            for bit in task.bits:
                at = bit // 8
                os.pwrite(stream.fileno(), bytes([good[at] ^ 1 << bit % 8]), at)
                with contextlib.suppress(IntegrityError, IncompatibleError):
                    reader()
                    count += 1
                os.pwrite(stream.fileno(), good[at : at + 1], at)
        reader()
    return count


def _reader(home: Path, folder: Path, name: str) -> Any:
    """Copy a file, and return what reads the copy: the very functions that `td.load` calls."""
    shutil.copyfile(where(home, name), folder / name)
    if name == INDEX:

        def read() -> None:
            loader.forget()
            loader.index(folder)

        return read
    index = loader.index(home)
    entry = next(one for one in index["releases"] if one["release"] == index["latest"])
    if name == MANIFEST:
        (folder / entry["release"]).mkdir()
        (folder / entry["release"] / name).symlink_to(folder / name)
        whole = loader._opened.__wrapped__
        for item in loader.opened(None, home).manifest["files"]:
            path = folder / entry["release"] / item["name"]
            path.symlink_to(where(home, item["name"]))
        return partial(whole, entry["release"], folder, entry["manifest_sha256"], True)
    opened = replace(loader.opened(None, home), folder=folder)
    return partial(opened.data, name)


def hashed(data: bytes, task: Task) -> int:
    """Compare the SHA-256 of the bytes with each flip with the one that the file should have."""
    wanted = hashlib.sha256(data).hexdigest()
    whole, count, block = bytearray(data), 0, -1
    rest = memoryview(whole)
    for bit in task.bits:
        at = bit // 8
        if at // BLOCK != block:
            block = at // BLOCK
            before = hashlib.sha256(rest[: block * BLOCK])
        whole[at] ^= 1 << bit % 8
        digest = before.copy()
        digest.update(rest[block * BLOCK :])
        count += digest.hexdigest() == wanted
        whole[at] ^= 1 << bit % 8
    return count
