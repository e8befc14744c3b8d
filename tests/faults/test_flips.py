"""No flipped bit of a shipped file passes: each file is hashed before anything of it is parsed."""

from __future__ import annotations

import hashlib
import random
from collections import Counter

import figures
import flips
import pytest
from flips import INDEX, MANIFEST, Task

import troopdata as td
from troopdata import paths
from troopdata.release import loader

HOME = paths.folder("releases")
SIZES = flips.shipped(HOME)
LARGE, READ, FLIPS = 1 << 20, 100_000, 100_000
SAMPLE = 20_000


def test_every_shipped_file_is_listed_with_its_hash() -> None:
    listed = {item["name"] for item in loader.opened().manifest["files"]}
    assert set(SIZES) == listed | {INDEX, MANIFEST}


@pytest.mark.parametrize("name", sorted(SIZES))
def test_a_hundred_random_flips_of_each_file_are_seen(name: str) -> None:
    tasks = flips.at_random({name: SIZES[name]}, 100, seed=3)
    assert sum(flips.missed(HOME, task) for task in tasks) == 0


def test_what_is_hashed_from_the_middle_is_hashed_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    """The digest with the start taken once is that of the whole changed file; nothing is skipped."""
    data = random.Random(1).randbytes(3 * flips.BLOCK + 17)
    bits = (0, 8 * flips.BLOCK - 1, 8 * flips.BLOCK, 8 * len(data) - 1)
    assert flips.hashed(data, Task("x", bits)) == 0
    real = hashlib.sha256(data).hexdigest()
    seen: list[str] = []

    class Digest:
        def __init__(self, data: bytes = b"") -> None:
            self.inner = hashlib.new("sha256", data)

        def copy(self) -> Digest:
            other = Digest()
            other.inner = self.inner.copy()
            return other

        def update(self, data: bytes) -> None:
            self.inner.update(data)

        def hexdigest(self) -> str:
            seen.append(self.inner.hexdigest())
            return real  # as if no flip were detected

    monkeypatch.setattr(flips.hashlib, "sha256", Digest)
    assert flips.hashed(data, Task("x", bits)) == len(bits)
    for bit, found in zip(bits, seen[1:], strict=True):
        changed = bytearray(data)
        changed[bit // 8] ^= 1 << bit % 8
        assert found == hashlib.new("sha256", changed).hexdigest()


def planned() -> list[Task]:
    """Every bit of the smaller files, some of the largest, then every bit of those between."""
    small = sorted((size, name) for name, size in SIZES.items() if size <= LARGE)
    read = [Task(name, range(8 * size)) for size, name in small if size <= READ]
    hashed = [Task(name, range(8 * size), read=False) for size, name in small if size > READ]
    between = {task.name: SIZES[task.name] for task in hashed}
    large = {name: size for name, size in SIZES.items() if size > LARGE}
    drawn = [*flips.at_random(large, FLIPS), *flips.at_random(between, SAMPLE)]
    parts = [part for task in drawn for part in flips.parts(task, 10_000)]
    return [*(part for task in read for part in flips.parts(task)), *parts,
            *(part for task in hashed for part in flips.parts(task))]  # fmt: skip


def row(tried: Counter[tuple[str, bool, bool]], seen: int) -> tuple[str, str]:
    """Say what was reached by what was run; a task is of a file, read or not, of every bit or not."""
    small = {name: size for name, size in SIZES.items() if size <= LARGE}
    whole = [n for n in small if max(tried[n, True, True], tried[n, False, True]) == 8 * small[n]]
    rest = [name for name in small if name not in whole]
    every, memory = (
        {n: c for (n, read, full), c in tried.items() if full and read is how}
        for how in (True, False)
    )
    drawn = {n: c for (n, _, full), c in tried.items() if not full}
    large = sum(count for name, count in drawn.items() if name not in small)
    reached = (
        f"{seen} passed of {sum(every.values()) + sum(memory.values()):,} flips, every bit of "
        f"{len(whole)} of {len(small)} files up to 1 MB{' (not yet: ' + ', '.join(rest) + ')' if rest else ''}, "
        f"and of {large:,} random flips of {', '.join(n for n in SIZES if n not in small)}"
    )
    ran = (
        f"release {td.data_version()} and the list of releases. {sum(every.values()):,} flips of files "
        f"up to {READ // 1000} kB and the random ones: written to disk and read by the functions that "
        "td.load calls"
    )
    if memory:
        ran += (
            f". {sum(memory.values()):,} flips of larger files ({', '.join(memory)}): in memory, "
            f"by SHA-256 only, and {sum(drawn.values()) - large:,} random ones of them by the reader"
        )
    return reached, ran


@pytest.mark.slow
def test_every_bit_of_every_shipped_file_and_many_of_the_large() -> None:
    """Two processes for half an hour; a run that is ended leaves its figure."""
    tried: Counter[tuple[str, bool, bool]] = Counter()
    seen = 0
    for task, passed in flips.passed(HOME, planned()):
        tried[task.name, task.read, isinstance(task.bits, range)] += len(task.bits)
        seen += passed
        figures.record(
            "silent corruption through the load path",
            f"0 of every single-bit flip of every shipped file up to 1 MB; 0 of {FLIPS:,} random flips on larger ones",
            *row(tried, seen),
        )  # fmt: skip
    assert seen == 0
