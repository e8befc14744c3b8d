"""A release that is broken off, by a kill, a full disk or a second one, shows nothing of itself."""

from __future__ import annotations

import json
import multiprocessing
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import figures
import pytest
import releasing
from releasing import Releasing
from server import tree

import troopdata as td
from troopdata.curate import build, publish
from troopdata.errors import TroopdataError
from troopdata.importers import registry
from troopdata.io import csv_writer
from troopdata.provenance import diff
from troopdata.release import loader
from troopdata.schemas import arrow, model

ROOT = Path(td.__file__).resolve().parents[1]
DATASETS = ROOT / "datasets"
KILLS, WHOLE_KILLS, CYCLES, ROUNDS = 200, 10, 1_000, 50
GIT = ["git", "-c", "user.name=a", "-c", "user.email=a@example.org"]
FIRST = build.Stamp("2098.12.0", "2098-12-01", "2098-12-01")
NEXT = build.Stamp("2098.12.1", "2098-12-01", "2098-12-01")


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A repository with countries and sources and nothing else."""
    home = tmp_path / "datasets"
    (home / "facts").mkdir(parents=True)
    for name in ("countries.csv", "sources.csv"):
        shutil.copy(DATASETS / "facts" / name, home / "facts")
    committed(tmp_path)
    return home


@pytest.fixture
def alone(monkeypatch: pytest.MonkeyPatch) -> None:
    empty = arrow.empty(model.table("deployments"))
    monkeypatch.setattr(registry, "tables", lambda home: {"deployments": empty})


def committed(folder: Path) -> None:
    subprocess.run([*GIT, "init", "-q", str(folder)], check=True)
    subprocess.run([*GIT, "-C", str(folder), "add", "."], check=True)
    subprocess.run([*GIT, "-C", str(folder), "commit", "-qm", "facts"], check=True)


def whole(home: Path, known: Iterable[str] = ()) -> dict[str, str]:
    """Return the hash of every file of every listed release; those not yet known must be whole."""
    releases = home / "releases"
    loader.forget()
    if not (releases / "index.json").exists():
        return {}
    files: dict[str, str] = {}
    for item in loader.index(releases)["releases"]:
        number = item["release"]
        files |= {f"{number}/{name}": sha for name, sha in tree(releases / number).items()}
        if f"{number}/manifest.json" in known:
            continue
        opened = loader.opened(number, releases)
        assert opened.rows("countries").num_rows == opened.entry("countries.parquet")["rows"]
        names = {entry["name"] for entry in opened.manifest["files"]} | {"manifest.json"}
        assert {path.name for path in opened.folder.iterdir()} == names
    return files


def test_a_number_that_was_withdrawn_is_not_given_again(home: Path, alone: None) -> None:
    publish.publish(home, FIRST)
    loader.forget()
    publish.publish(home, NEXT)
    path = home / "releases" / "index.json"
    listed = json.loads(path.read_bytes())
    listed["releases"][1] |= {"status": "yanked", "yanked_reason": "a test"}
    path.write_bytes(loader.sealed({**listed, "latest": FIRST.release}))
    before = tree(home)
    loader.forget()
    with pytest.raises(TroopdataError, match=f"is not above {NEXT.release}"):
        publish.publish(home, NEXT)
    assert tree(home) == before


def test_the_list_is_replaced_last_when_all_else_is_on_the_disk(
    home: Path, alone: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The order of calls, which is what a power failure leaves: written, synced, renamed, listed."""
    calls: list[tuple[str, Path]] = []
    real = {name: getattr(os, name) for name in ("fsync", "rename", "replace")}

    def synced(handle: int) -> None:
        calls.append(("fsync", Path(os.readlink(f"/proc/self/fd/{handle}"))))
        real["fsync"](handle)

    def moved(name: str) -> Callable[..., None]:
        def move(old: Path, new: Path) -> None:
            calls.append((name, Path(new)))
            real[name](old, new)

        return move

    monkeypatch.setattr(os, "fsync", synced)
    for name in ("rename", "replace"):
        monkeypatch.setattr(os, name, moved(name))
    folder = publish.publish(home, FIRST)
    monkeypatch.undo()
    releases = folder.parent
    at = calls.index(("rename", folder))
    staged = {path for call, path in calls[:at] if call == "fsync"}
    parent = next(path for path in staged if path.name.startswith(f".{folder.name}."))
    assert {parent, *(parent / path.name for path in folder.iterdir())} <= staged
    after = calls[at + 1 :]
    assert after[0] == ("fsync", releases)
    listed = after.index(("replace", releases / "index.json"))
    kind, written = after[listed - 1]
    assert kind == "fsync"
    assert written.name.startswith(".index.json.")
    # Nothing but the list itself follows, and its name is synced too.
    assert after[listed + 1 :] == [("fsync", releases)]


def test_a_disk_that_fills_at_any_byte_leaves_no_release(
    home: Path, alone: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The limit on a file size simulates a full disk: the write after byte k fails."""
    assembled_once(home, monkeypatch)
    before = whole(home)
    sizes = [0, 4_095, 45_000]
    assert filled(home, sizes) == 0
    assert whole(home) == before
    loader.forget()
    assert publish.publish(home, NEXT).is_dir()
    assert releasing.beside(home / "releases") == []


def assembled_once(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Release, and read and check the rows of the next release: they need only be written then."""
    monkeypatch.setattr(build, "assemble", build.assemble)  # put back at the end
    releasing.remember()
    publish.publish(home, FIRST)
    loader.forget()
    build.assemble(home, NEXT.release, loader.opened(None, home / "releases"))


def filled(home: Path, sizes: list[int]) -> int:
    """Release with room for some bytes a file; return how often a file or the exit code was wrong."""
    before = tree(home / "releases")
    wrong = 0
    for size in sizes:
        wrong += once_in_child(home, size) != 5 or tree(home / "releases") != before
    return wrong


def once_in_child(home: Path, size: int | None = None) -> int | None:
    """Release in a process of its own, with room for some bytes a file; return its exit code."""
    child = multiprocessing.get_context("fork").Process(target=limited, args=(home, size))
    child.start()
    child.join(60)
    return child.exitcode


def limited(home: Path, size: int | None) -> None:
    import resource

    sys.stderr = open(os.devnull, "w")  # noqa: SIM115 -- it may be a file, which has no room either
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    if size is not None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
    loader.forget()
    os._exit(releasing.once(home, NEXT.release))


def killed(home: Path, kills: int, longest: float, seed: int) -> tuple[int, int, int]:
    """Kill a releasing process at random moments; return how often something was wrong or left.

    The first release of each process is the rerun of the one before: it must go through, and
    leave nothing beside the releases and the list.
    """
    chance = random.Random(seed)
    changed = orphans = reruns = 0
    before = whole(home)
    for _ in range(kills):
        child = Releasing(home)
        time.sleep(chance.uniform(0, longest))
        lines = child.kill()
        found = whole(home, before)  # raises where a listed release is not whole
        changed += sum(found.get(name) != sha for name, sha in before.items())
        before = found
        reruns += bool(lines)
        orphans += sum(not line.endswith(" []") for line in lines)
    last = Releasing(home, 1)
    orphans += [line[-3:] for line in last.wait()] != [" []"]
    assert last.process.exitcode == 0
    return changed, orphans, reruns


@pytest.fixture
def tried(home: Path) -> tuple[Path, float]:
    """The repository, and how long one release takes there now."""
    child = Releasing(home, 3)
    started = time.monotonic()
    child.wait()
    return home, (time.monotonic() - started) / 3


@pytest.mark.exhaustive
def test_a_few_kills_of_a_release(tried: tuple[Path, float]) -> None:
    home, seconds = tried
    assert killed(home, 2, 1.5 * seconds, seed=1)[:2] == (0, 0)


def at_once(home: Path, turn: int, barrier: Any, out: Any) -> None:
    loader.forget()
    barrier.wait()
    try:
        publish.publish(home, build.Stamp(f"2098.12.{turn}", "2098-12-01", "2098-12-01"))
        out.put((os.getpid(), ""))
    except TroopdataError as error:
        out.put((os.getpid(), error.message))


@pytest.mark.slow
def test_two_releases_at_once(home: Path, alone: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two processes at a barrier: one releases, the other fails at once and names it."""
    assembled_once(home, monkeypatch)
    context = multiprocessing.get_context("fork")
    wrong: list[list[str]] = []
    for turn in range(1, ROUNDS + 1):
        barrier, out = context.Barrier(2), context.Queue()
        pair = [context.Process(target=at_once, args=(home, turn, barrier, out)) for _ in range(2)]
        for one in pair:
            one.start()
        messages = dict(out.get(timeout=60) for _ in pair)
        for one in pair:
            one.join()
        holder = next((pid for pid, message in messages.items() if not message), 0)
        refused = f"{home}: process {holder} is making a release"
        if sorted(messages.values()) != ["", refused]:
            wrong.append(sorted(messages.values()))
    figures.record(
        "two releases at once", f"{ROUNDS} rounds: the second fails at once and names the first",
        f"{len(wrong)} wrong in {ROUNDS} rounds", "two processes at a barrier release the same facts",
    )  # fmt: skip
    assert wrong == []


TMPFS = ["mount", "-t", "tmpfs", "-o"]


@pytest.mark.slow
def test_a_disk_that_fills_at_any_page(
    home: Path, alone: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A disk of its own for the releases, one page larger each time, until one fits."""
    disk = home / "releases"
    disk.mkdir()
    mounted = [*TMPFS, "size=8m", "none", str(disk)]
    if subprocess.run(mounted, capture_output=True, check=False).returncode:
        pytest.skip("only root mounts a disk of its own")
    try:
        assembled_once(home, monkeypatch)
        before, used = whole(home), sum(f.stat().st_blocks for f in disk.rglob("*")) * 512
        wrong = tried = 0
        while True:
            size = f"remount,size={(used >> 12) + 1 + tried << 12}"
            subprocess.run([*TMPFS, size, "none", str(disk)], check=True)
            code = once_in_child(home)
            if code == 0:
                break
            wrong += code != 5 or whole(home) != before
            tried += 1
        figures.record(
            "disk full while releasing", "nothing published, the last release as it was, exit code 5",
            f"another outcome at {wrong} of {tried} sizes; at the next size it succeeded and removed what was left",
            "troopdata release onto a tmpfs that is one page of 4 KB larger each time; in the quick "
            "tests, a limit on the size of a file at three sizes",
        )  # fmt: skip
        assert wrong == 0
        assert before.items() <= whole(home).items()
        assert releasing.beside(disk) == []
    finally:
        subprocess.run(["umount", str(disk)], check=True)


@pytest.mark.slow
def test_two_hundred_kills_of_a_release(tried: tuple[Path, float]) -> None:
    """TROOPDATA_KILLS says how many; two hundred without it."""
    home, seconds = tried
    kills = int(os.environ.get("TROOPDATA_KILLS", KILLS))
    # A release reads the ids of all before it, so that the later ones take longer than was timed.
    longest = 4 * seconds
    changed, orphans, reruns = killed(home, kills, longest, seed=2)
    listed = len(loader.index(home / "releases")["releases"])
    figures.record(
        "partial files visible after a kill of a release",
        f"0 in {KILLS} SIGKILLs of a build; the release before untouched, a rerun works, 0 orphans",
        f"{changed} partial or changed, {orphans} orphans in {kills}; {listed} releases were made "
        "meanwhile, each complete, and every rerun that was not killed succeeded",
        f"`troopdata release` in a loop in a git repository of countries and sources, killed at a "
        f"random moment of its first {longest:.1f} s; the first release took {seconds:.1f} s",
    )  # fmt: skip
    assert (changed, orphans) == (0, 0)
    assert reruns > kills // 4


@pytest.mark.slow
def test_ten_kills_of_a_release_of_all_the_data(tmp_path: Path) -> None:
    changed, orphans = killed_with_all(tmp_path, WHOLE_KILLS)
    figures.record(
        "partial files visible after a kill of a release of all the data",
        f"0 in {WHOLE_KILLS} SIGKILLs; the rerun works, 0 orphans",
        f"{changed} partial or changed in {WHOLE_KILLS}; the rerun succeeded, {orphans} orphans",
        "`troopdata release` of all facts and series in a git repository, killed at a random moment "
        "from its start to its end",
    )  # fmt: skip
    assert (changed, orphans) == (0, 0)


def killed_with_all(folder: Path, kills: int) -> tuple[int, int]:
    """Kill the release of all facts and series; each is the rerun of the one before, the last ends."""
    home, timed = folder / "killed" / "datasets", folder / "timed" / "datasets"
    for copy in (home, timed):
        shutil.copytree(DATASETS, copy, ignore=shutil.ignore_patterns(".*"))
        reasoned(copy, "2098.12.0")
        committed(copy.parent)
    chance, environment = random.Random(4), {**os.environ, "PYTHONPATH": str(ROOT)}

    def releasing_all(at: Path, number: int) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-W", "ignore", "-m", "troopdata", "release", f"2098.12.{number}",
                   "--date", "2098-12-01", "--datasets", str(at)]  # fmt: skip
        return subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)

    started = time.monotonic()
    assert releasing_all(timed, 0).wait() == 0
    spent = time.monotonic() - started
    before, changed, made = whole(home), 0, 0
    for _ in range(kills):
        child = releasing_all(home, made)
        time.sleep(chance.uniform(0, spent))
        child.kill()
        child.wait()
        found = whole(home, before)
        changed += any(found.get(name) != sha for name, sha in before.items())
        made, before = made + (len(found) > len(before)), found
    assert releasing_all(home, made).wait() == 0
    assert len(whole(home, before)) > len(before)
    return changed, len(releasing.beside(home / "releases"))


def reasoned(home: Path, number: str) -> None:
    """Give every change a reason, whatever changed since the last release."""
    cells = [(name, column) for name in diff.compared() for column in model.table(name).columns]
    rows = [[number, *cell, "a test"] for cell in cells]
    csv_writer.write(home / "reasons.csv", ["release", "table", "column", "reason"], rows)


READER = """
import sys
from pathlib import Path
from troopdata.release import loader
releases, last, reads, seen = Path(sys.argv[1]), (), 0, set()
print("ready", flush=True)
while not (releases.parent / "done").exists():
    loader.forget()
    found = loader.opened(None, releases)
    number = tuple(map(int, found.version.split(".")))
    assert number >= last, (number, last)
    last, reads = number, reads + 1
    seen.add(found.version)
    assert f'version: "{found.version}"' in found.data("CITATION.cff").decode()
    for table in ("countries", "sources"):
        assert found.rows(table).num_rows == found.entry(f"{table}.parquet")["rows"]
print(reads, len(seen))
"""


def read_while_publishing(home: Path, cycles: int) -> tuple[int, int]:
    """Publish, and read the newest release in another process; return its reads and releases."""
    Releasing(home, 1).wait()
    command = [sys.executable, "-W", "ignore", "-c", READER, str(home / "releases")]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as reader:
        assert reader.stdout is not None
        assert reader.stdout.readline() == "ready\n"
        child = Releasing(home, cycles, same=True)
        assert len(child.wait()) == cycles
        (home / "done").touch()
        reads, seen = map(int, reader.stdout.read().split())
    assert (child.process.exitcode, reader.returncode) == (0, 0)
    return reads, seen


@pytest.mark.exhaustive
def test_a_reader_beside_a_few_releases(home: Path) -> None:
    reads, seen = read_while_publishing(home, 3)
    assert reads > 0
    assert seen > 1


@pytest.mark.slow
def test_a_reader_beside_a_thousand_releases(home: Path) -> None:
    """TROOPDATA_CYCLES says how many; a thousand without it."""
    cycles = int(os.environ.get("TROOPDATA_CYCLES", CYCLES))
    reads, seen = read_while_publishing(home, cycles)
    figures.record(
        "read while publishing", f"{CYCLES:,} cycles, every read complete and consistent",
        f"0 wrong of {reads:,} reads, which saw {seen:,} of {cycles + 1:,} releases",
        "a process that opens and verifies the newest release in a loop beside a process that "
        "releases in a loop: hashes of all files, row counts, one number throughout, never an older "
        "one. The rows were read and checked once, and written each time",
    )  # fmt: skip
    assert reads > cycles // 4
