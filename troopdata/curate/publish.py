"""Releases as a sequence: number them, list them, build one anew, check the checkout."""

from __future__ import annotations

import datetime as dt
import errno
import hashlib
import json
import os
import secrets
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TextIO

from troopdata import paths, progress
from troopdata.api import checks
from troopdata.curate import facts
from troopdata.curate.build import Stamp, assemble, build
from troopdata.curate.checks import against_previous, change_reasons, row_counts, schema_contract
from troopdata.errors import Failure, Invalid, UsageError, shown
from troopdata.importers.us_dmdc import check as tied_out
from troopdata.io import csv_writer, files
from troopdata.release.loader import index, opened, sealed
from troopdata.release.manifest import is_version
from troopdata.schemas import dates, model
from troopdata.validation import formatting, notes

__all__ = ["alone", "checked", "indexed", "publish", "rebuilt"]


def publish(home: Path, stamp: Stamp) -> Path:
    """Build a release and list it in ``releases/index.json``, which is replaced last.

    Parameters
    ----------
    home : pathlib.Path
        The ``datasets`` folder.
    stamp : Stamp
        Number and dates; the number lies above every one before.

    Raises
    ------
    UsageError
        If the number is no calendar version, or not above the last.
    StorageError
        If the disk is full, or cannot be written: nothing is listed then.
    """
    releases = home / "releases"
    listed = releases / "index.json"
    _refuse_dirty(home)
    with alone(home):
        return _published(home, stamp, releases, listed)


def _published(home: Path, stamp: Stamp, releases: Path, listed: Path) -> Path:
    before = opened(None, releases) if listed.exists() else None
    # The last number may be one that was withdrawn: it is not given again.
    last = index(releases)["releases"][-1]["release"] if before else "0000.01.0"
    if _ordinal(stamp.release) <= _ordinal(last):
        message = f"release {stamp.release} does not lie above {last}"
        raise UsageError(message, hint="a release is never edited: take the next number")
    history = paths.folder("schemas") / "history"
    if found := schema_contract.check(history, dates.parse(stamp.released_at)):
        raise Invalid(found)
    _tidy(releases, stamp.release)
    files.sweep(history)
    folder = build(home, releases / stamp.release, stamp, before=before)
    with files.writing(listed):
        schema_contract.record(history)
        csv_writer.replace(listed, indexed(folder, listed if before else None))
    return folder


def _tidy(releases: Path, number: str) -> None:
    """Remove what a release that was broken off left; no reader ever saw any of it.

    A whole folder of this number is none that is listed, for the number lies above those. Its name
    is taken from it first: whoever breaks this off, too, leaves nothing that seems whole.
    """
    unlisted = releases / number
    if (unlisted / "manifest.json").is_file():
        os.rename(unlisted, releases / f".{number}.{secrets.token_hex(4)}")
    for folder in releases.glob(".*.*.*.*"):
        if folder.is_dir() and is_version(folder.name[1:].rpartition(".")[0]):
            shutil.rmtree(folder)
    files.sweep(releases)


def _refuse_dirty(home: Path) -> None:
    """Refuse to release what is not committed; outside a repository there is nothing to compare."""
    git = shutil.which("git")
    if git is None:
        return
    command = [
        git,
        "-C",
        str(home),
        "status",
        "--porcelain",
        "--",
        "facts",
        "series",
        "reasons.csv",
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode == 0 and done.stdout.strip():
        files = ", ".join(line[3:] for line in done.stdout.splitlines()[:5])
        raise UsageError(f"not committed: {files}", hint="commit the facts, then release them")


@contextmanager
def alone(home: Path) -> Iterator[None]:
    """Hold the facts for one release; a second one at the same time fails at once.

    The lock dies with its process, so that none is ever stale; its file stays.
    """
    import fcntl

    with files.writing(home / ".lock"):
        lock = open(home / ".lock", "a+", encoding="ascii")  # noqa: SIM115
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            message = f"{home}: process {_holder(lock)} is making a release"
            raise UsageError(message, hint="wait until it is done") from None
        with files.writing(home / ".lock"):
            lock.truncate(0)
            os.write(lock.fileno(), str(os.getpid()).encode())
        try:
            yield
        finally:
            lock.truncate(0)


def _holder(lock: TextIO) -> str:
    """Return the number of the process that holds a lock: it may still be writing it down."""
    for _ in range(100):
        lock.seek(0)
        number = lock.read()
        if number.isdigit() and _lives(int(number)):
            break
        time.sleep(0.01)
    return number


def _lives(process: int) -> bool:
    """Whether there is such a process; a killed one left its number."""
    try:
        os.kill(process, 0)
    except OSError as error:
        return error.errno == errno.EPERM  # another user's
    return True


def indexed(folder: Path, listed: Path | None) -> bytes:
    """Return ``index.json`` with one more release."""
    data = (folder / "manifest.json").read_bytes()
    manifest = json.loads(data)
    old: dict[str, Any] = (
        json.loads(listed.read_bytes()) if listed else {"serial": 0, "releases": []}
    )
    entry = {
        "release": manifest["release"],
        "manifest_sha256": hashlib.sha256(data).hexdigest(),
        "manifest_size": len(data),
        "schema_version": manifest["schema_version"],
        "min_reader": manifest["min_reader"],
        "released_at": manifest["released_at"],
        "status": "active",
        "yanked_reason": None,
        "superseded_by": None,
    }
    return sealed(
        {
            "index_version": 1,
            "serial": old["serial"] + 1,
            "latest": manifest["release"],
            "releases": [*old["releases"], entry],
        }
    )


def _ordinal(release: str) -> tuple[int, int, int]:
    try:
        year, month, number = (int(part) for part in release.split("."))
        if not (1 <= month <= 12 and len(release.split(".")[1]) == 2):
            raise ValueError
    except ValueError:
        hint = "write it as 2026.11.0: year, month, number"
        raise UsageError(f"{shown(release)} is not a release number", hint=hint) from None
    return year, month, number


def rebuilt(home: Path, target: Path, number: str = "") -> Path:
    """Build a release into a folder of its own, listed in an index of its own.

    Parameters
    ----------
    home : pathlib.Path
        The ``datasets`` folder.
    target : pathlib.Path
        The folder to make.
    number : str, optional
        Number of the release; by default the latest one is built anew with its own dates.
    """
    releases = home / "releases"
    latest = opened(None, releases)
    own = latest.manifest
    before = opened(own["previous"]["release"], releases) if own["previous"] else None
    stamp = Stamp(number or own["release"], own["released_at"], own["knowledge_cutoff"])
    if number:
        _ordinal(number)
        before = latest
    return build(home, target, stamp, before=before)


def checked(home: Path, *, accept_counts: bool = False) -> Iterator[str]:
    """Check everything that a checkout holds, and yield what was checked as lines of text.

    Parameters
    ----------
    home : pathlib.Path
        The ``datasets`` folder.
    accept_counts : bool
        Write down how many rows there are, where they are not as many as were accepted.

    Raises
    ------
    Invalid
        With every failure of facts, series and references.
    """
    moved = [
        p for p in formatting.paths(home) if formatting.formatted(p).encode() != p.read_bytes()
    ]
    if moved:
        message = "not in canonical form"
        raise Invalid(
            Failure(str(path), None, "", "", "canonical", "", message, "run `troopdata fmt`")
            for path in moved
        )
    yield f"{len(formatting.paths(home))} files of facts are in canonical form"
    progress.doing("adding up the reports")
    sums = tied_out(home / "series" / "us-dmdc")
    if sums.failures:
        raise Invalid(sums.failures)
    yield str(sums)
    if found := schema_contract.check(paths.folder("schemas") / "history", dt.date.today()):
        raise Invalid(found)
    yield f"schemas {model.schema_version()}: the version says what changed"
    progress.doing("putting the tables together")
    content = assemble(home, "9999.12.0")
    if accept_counts:
        yield f"wrote {row_counts.accept(content, home)}"
    elif found := row_counts.check(content, home):
        raise Invalid(found)
    latest = opened(None, home / "releases")
    reasons = change_reasons.later(home, latest.version)
    if found := list(
        against_previous.faults(content, latest, against_previous.held(latest), reasons)
    ):
        raise Invalid(facts.traced(found, home))
    yield f"every id of every release up to {latest.version} stands, or id_redirects tells of it"
    yield f"no table, column or figure is far from release {latest.version} without a reason"
    rows = sum(len(frame) for frame in content.values())
    yield f"{len(content)} tables, {rows:,} rows: schemas, references and rules hold"
    progress.doing("checking the latest release")
    summary = checks.check(home / "releases")
    yield f"release {latest.version}: {len(summary)} tables are as released"
    for note in facts.traced(notes.notes(content), home):
        yield f"note: {note}"
