"""No flipped bit of a shipped file passes: each file is hashed before anything of it is parsed."""

from __future__ import annotations

import hashlib
import random

import figures
import flips
import pytest
from flips import INDEX, MANIFEST, Task

import troopdata as td
from troopdata import release, spec

HOME = spec.folder("releases")
SIZES = flips.shipped(HOME)
LARGE, READ, FLIPS = 1 << 20, 100_000, 100_000
SAMPLE = 20_000


def test_every_shipped_file_is_listed_with_its_hash() -> None:
    listed = {item["name"] for item in release.opened().manifest["files"]}
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
            return real  # as if no flip could be told

    monkeypatch.setattr(flips.hashlib, "sha256", Digest)
    assert flips.hashed(data, Task("x", bits)) == len(bits)
    for bit, found in zip(bits, seen[1:], strict=True):
        changed = bytearray(data)
        changed[bit // 8] ^= 1 << bit % 8
        assert found == hashlib.new("sha256", changed).hexdigest()


@pytest.mark.slow
def test_every_bit_of_every_shipped_file_and_many_of_the_large() -> None:
    """Files up to 100 kB by the reader itself, up to 1 MB by the hash alone: 40 minutes."""
    small = {name: size for name, size in SIZES.items() if size <= LARGE}
    large = {name: size for name, size in SIZES.items() if size > LARGE}
    tasks = [Task(name, range(8 * size), size <= READ) for name, size in small.items()]
    over = {name: size for name, size in small.items() if size > READ}
    sampled = flips.at_random(over, SAMPLE) if over else []
    drawn = flips.at_random(large, FLIPS)
    every = flips.passed(HOME, [part for task in tasks for part in flips.parts(task)])
    random_ones = flips.passed(
        HOME, [part for task in [*sampled, *drawn] for part in flips.parts(task, 5_000)]
    )
    read, hashed = (sum(len(t.bits) for t in tasks if t.read is how) for how in (True, False))
    figures.record(
        "silent corruption through the load path",
        f"0 of every single-bit flip of every shipped file up to 1 MB; 0 of {FLIPS:,} random flips on larger ones",
        f"{every} of {read + hashed:,} flips of {len(small)} files up to 1 MB; "
        f"{random_ones} of {sum(len(t.bits) for t in drawn):,} random flips of {', '.join(large)}",
        f"every file of release {td.data_version()} and the list of releases. Files up to "
        f"{READ // 1000} kB, {read:,} flips: written to disk and read by the functions that td.load "
        f"calls. {', '.join(over) or 'No file'} of up to 1 MB: {hashed:,} flips in memory by SHA-256 "
        f"against the manifest's, and {sum(len(t.bits) for t in sampled):,} random ones by the reader. "
        "Larger ones by the reader",
    )  # fmt: skip
    assert (every, random_ones) == (0, 0)
