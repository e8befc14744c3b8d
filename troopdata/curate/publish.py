"""Publish releases: number and list them, rebuild the latest, check the checkout."""

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
from troopdata.importers import un_contributions
from troopdata.importers.us_dmdc import check as tied_out
from troopdata.io import csv_writer, files
from troopdata.release.loader import index, opened, sealed
from troopdata.release.manifest import is_version
from troopdata.schemas import dates, model
from troopdata.validation import formatting, notes

__all__ = ["checked", "indexed", "locked", "publish", "rebuilt"]


def publish(home: Path, stamp: Stamp) -> Path:
    """Build a release and list it in ``releases/index.json``, which is replaced last.

    Parameters
    ----------
    home : pathlib.Path
        The ``datasets`` folder.
    stamp : Stamp
        Number and dates; the number is above all earlier ones.

    Raises
    ------
    UsageError
        If the number is not a calendar version, or not above the last.
    StorageError
        If the disk is full or not writable; nothing is listed.
    """
    releases = home / "releases"
    listed = releases / "index.json"
    _refuse_dirty(home)
    with locked(home):
        return _published(home, stamp, releases, listed)


def _published(home: Path, stamp: Stamp, releases: Path, listed: Path) -> Path:
    before = opened(None, releases) if listed.exists() else None
    # The last number may be that of a withdrawn release: it is not used again.
    last = index(releases)["releases"][-1]["release"] if before else "0000.01.0"
    if _ordinal(stamp.release) <= _ordinal(last):
        message = f"release {stamp.release} is not above {last}"
        raise UsageError(message, hint="a release is never edited: use the next number")
    history = paths.folder("schemas") / "history"
    if found := schema_contract.check(history, dates.parse(stamp.released_at)):
        raise Invalid(found)
    _remove_leftovers(releases, stamp.release)
    files.sweep(history)
    folder = build(home, releases / stamp.release, stamp, before=before)
    with files.writing(listed):
        schema_contract.record(history)
        csv_writer.replace(listed, indexed(folder, listed if before else None))
    return folder


def _remove_leftovers(releases: Path, number: str) -> None:
    """Remove what an interrupted release left; it was never listed, so no reader has seen it.

    A complete folder of this number cannot be a listed release, since the number is above all
    listed ones. It is renamed before it is removed, so that an interruption here leaves nothing
    that looks complete.
    """
    unlisted = releases / number
    if (unlisted / "manifest.json").is_file():
        os.rename(unlisted, releases / f".{number}.{secrets.token_hex(4)}")
    for folder in releases.glob(".*.*.*.*"):
        if folder.is_dir() and is_version(folder.name[1:].rpartition(".")[0]):
            shutil.rmtree(folder)
    files.sweep(releases)


def _refuse_dirty(home: Path) -> None:
    """Refuse to release uncommitted facts; outside a git repository there is nothing to compare."""
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
def locked(home: Path) -> Iterator[None]:
    """Lock the facts for one release; a second one at the same time fails at once.

    The operating system releases the lock with its process, so that it is never stale; the file
    remains.
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
    """Return the id of the process that holds a lock, once it has written it."""
    for _ in range(100):
        lock.seek(0)
        number = lock.read()
        if number.isdigit() and _lives(int(number)):
            break
        time.sleep(0.01)
    return number


def _lives(process: int) -> bool:
    """Return whether a process exists; a killed one has left its id in the file."""
    try:
        os.kill(process, 0)
    except OSError as error:
        return error.errno == errno.EPERM  # it exists, as another user's
    return True


def indexed(folder: Path, listed: Path | None) -> bytes:
    """Return the bytes of ``index.json`` with one more release."""
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
    """Build a release into a folder outside ``datasets/releases``, without listing it.

    Parameters
    ----------
    home : pathlib.Path
        The ``datasets`` folder.
    target : pathlib.Path
        The folder to create.
    number : str, optional
        Number of the release; by default the latest is rebuilt with its own dates.
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
    """Check everything in a checkout, and yield a line of text for each check that passed.

    Parameters
    ----------
    home : pathlib.Path
        The ``datasets`` folder.
    accept_counts : bool
        Write the present numbers of rows to the file instead of comparing them.

    Raises
    ------
    Invalid
        With every failure of facts, series and references.
    """
    unformatted = [
        p for p in formatting.paths(home) if formatting.formatted(p).encode() != p.read_bytes()
    ]
    if unformatted:
        message = "not in canonical form"
        raise Invalid(
            Failure(str(path), None, "", "", "canonical", "", message, "run `troopdata fmt`")
            for path in unformatted
        )
    yield f"{len(formatting.paths(home))} files of facts are in canonical form"
    progress.doing("adding up the reports")
    sums = tied_out(home / "series" / "us-dmdc")
    if sums.failures:
        raise Invalid(sums.failures)
    yield str(sums)
    missions = un_contributions.check(home / "series" / un_contributions.UnContributions.name)
    if missions.failures:
        raise Invalid(missions.failures)
    yield str(missions)
    if found := schema_contract.check(paths.folder("schemas") / "history", dt.date.today()):
        raise Invalid(found)
    yield f"schemas {model.schema_version()}: the version number covers every change"
    progress.doing("putting the tables together")
    latest = opened(None, home / "releases")
    content = assemble(home, "9999.12.0", latest=latest)
    if accept_counts:
        yield f"wrote {row_counts.accept(content, home)}"
    elif found := row_counts.check(content, home):
        raise Invalid(found)
    reasons = change_reasons.later(home, latest.version)
    if found := list(
        against_previous.faults(content, latest, against_previous.tables(latest), reasons)
    ):
        raise Invalid(facts.traced(found, home))
    yield f"every id of every release up to {latest.version} exists or is in id_redirects"
    yield f"no table, column or figure differs much from release {latest.version} without a reason"
    rows = sum(len(frame) for frame in content.values())
    yield f"{len(content)} tables, {rows:,} rows: schemas, references and rules hold"
    progress.doing("checking the latest release")
    summary = checks.check(home / "releases")
    yield f"release {latest.version}: {len(summary)} tables are as released"
    for note in facts.traced(notes.notes(content), home):
        yield f"note: {note}"
