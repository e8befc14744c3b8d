"""Write a folder of results that can be resumed, one atomic file per piece.

A file is written under a hidden name that contains its writer's host and process id, and renamed
in one step when it is complete. A worker that is killed, or two workers that run the same piece,
therefore leave one complete file or none. The manifest records the query that the folder answers,
and at the end that the folder is complete.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
import time
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from troopdata.errors import StorageError, UsageError, shown

__all__ = [
    "MANIFEST",
    "atomic_write",
    "mark_complete",
    "part_path",
    "prepare",
    "remove_abandoned",
    "stored_outcome",
]

MANIFEST = "_troopdata.json"
# The fields of the manifest that define the query.
IDENTITY = ("function", "options", "release", "source")
TEMPORARY = re.compile(r"^\..+\.(?P<host>[^.]+)\.(?P<pid>\d+)\.[0-9a-f]{8}\.tmp$")
# Seconds. Whether a process of another host is alive cannot be checked, so its temporary file is
# removed when it has not been written to for a day.
DAY = 86_400


def part_path(sink: Path, piece: str) -> Path:
    """Return the path of a piece's result."""
    return sink / f"part-{piece}.parquet"


@contextmanager
def atomic_write(path: Path) -> Iterator[Path]:
    """Yield a temporary path to write; rename it to `path` on success, remove it on failure.

    Raises
    ------
    StorageError
        If the disk is full, or the folder cannot be written.
    """
    host = re.sub(r"[^\w-]", "-", socket.gethostname()) or "-"
    temporary = path.with_name(f".{path.name}.{host}.{os.getpid()}.{uuid.uuid4().hex[:8]}.tmp")
    try:
        with unwritable(path):
            yield temporary
            # Content first, then the name: a power failure must not leave a name without content.
            with temporary.open("rb") as stream:
                os.fsync(stream.fileno())
            os.replace(temporary, path)
            _sync_folder(path.parent)
    finally:
        temporary.unlink(missing_ok=True)


@contextmanager
def unwritable(path: Path) -> Iterator[None]:
    """Turn an OSError into a StorageError that says how much space is free and what to do."""
    try:
        yield
    except OSError as error:
        reason = str(error).splitlines()[0]
        existing = path.parent if path.parent.is_dir() else Path()
        free = f"{shutil.disk_usage(existing).free / 1e6:,.0f} MB free"
        hint = "free some space and run the same call again: finished pieces are kept"
        raise StorageError(f"cannot write {path} ({free}): {reason}", hint=hint,
                           file=str(path)) from None  # fmt: skip


def _sync_folder(folder: Path) -> None:
    """Fsync a folder so that a rename in it survives a power failure (POSIX only)."""
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def prepare(sink: Path, identity: Mapping[str, Any]) -> None:
    """Create the folder of a query, or check that an existing one belongs to the same query.

    Parameters
    ----------
    sink : pathlib.Path
        The folder, created if it does not exist.
    identity : mapping
        function, options, release and source, as JSON values.

    Raises
    ------
    UsageError
        If the folder belongs to another query, or contains other files.
    StorageError
        If it cannot be written.
    """
    with unwritable(sink / MANIFEST):
        sink.mkdir(parents=True, exist_ok=True)
    remove_abandoned(sink)
    path = sink / MANIFEST
    if path.exists():
        _same(sink, _read(path), identity)
        return
    other = sorted(name for name in os.listdir(sink) if not TEMPORARY.match(name))
    if other:
        hint = "give the name of a new folder"
        message = f"{sink} contains {shown(other[0])}, which is not a result of this run"
        raise UsageError(message, hint=hint)
    _write(path, {"format": 1, "complete": False, **identity})


def _read(path: Path) -> dict[str, Any]:
    try:
        found = json.loads(path.read_bytes())
        return {name: found[name] for name in ("format", "complete", *IDENTITY)}
    except (ValueError, KeyError, TypeError) as error:
        hint = "give the name of a new folder"
        raise UsageError(f"{path} is not a manifest of results: {error}", hint=hint) from None


def _write(path: Path, manifest: Mapping[str, Any]) -> None:
    with atomic_write(path) as temporary:
        text = json.dumps(manifest, indent=1, ensure_ascii=False, allow_nan=False)
        temporary.write_text(text + "\n", encoding="utf-8")


def _same(sink: Path, held: Mapping[str, Any], identity: Mapping[str, Any]) -> None:
    """Raise if a folder belongs to another query, and name the first difference."""
    for name in IDENTITY:
        if held[name] == identity[name]:
            continue
        was, now = held[name], identity[name]
        if name == "options":
            key = min(k for k in {*was, *now} if was.get(k) != now.get(k))
            difference = f"with {key}={shown(was.get(key))}, not {shown(now.get(key))}"
        elif name == "source":
            difference = f"from other files: {_changed(was, now)}"
        else:
            difference = f"with {name} {shown(was)}, not {shown(now)}"
        hint = f"give the name of a new folder, or remove {sink}"
        raise UsageError(f"{sink} was made {difference}", hint=hint)


def _changed(was: list[dict[str, Any]], now: list[dict[str, Any]]) -> str:
    old, new = ({entry["path"]: entry for entry in entries} for entries in (was, now))
    for path in sorted({*old, *new}):
        if path not in new:
            return f"{path} is missing"
        if path not in old:
            return f"{path} is new"
        if old[path] != new[path]:
            return f"{path} has changed"
    return "the order has changed"


def remove_abandoned(sink: Path) -> None:
    """Remove temporary files whose writer has exited or has written nothing for a day."""
    here = re.sub(r"[^\w-]", "-", socket.gethostname()) or "-"
    for name in os.listdir(sink):
        match = TEMPORARY.match(name)
        if match is None:
            continue
        path = sink / name
        try:
            old = time.time() - path.stat().st_mtime > DAY
        except FileNotFoundError:
            # Another process has renamed or removed it since the folder was listed.
            continue
        if old or (match["host"] == here and not _alive(int(match["pid"]))):
            path.unlink(missing_ok=True)


def _alive(pid: int) -> bool:
    # On Windows signal 0 is CTRL_C_EVENT and would interrupt the process; there only age counts.
    if os.name != "posix":
        return True
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        # It exists and belongs to another user.
        return True
    return True


def stored_outcome(sink: Path, piece: str, question: str) -> dict[str, Any] | None:
    """Return the outcome stored in a piece's file; None without a complete file of this query.

    Parameters
    ----------
    sink : pathlib.Path
        The folder.
    piece : str
        The name of the piece.
    question : str
        The hash of the query, which each of its files contains.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    path = part_path(sink, piece)
    try:
        footer = pq.read_metadata(path)
        outcome: dict[str, Any] = json.loads((footer.metadata or {})[b"troopdata"])
    except (FileNotFoundError, pa.ArrowException, KeyError, ValueError, OSError):
        return None
    complete = outcome.get("question") == question and outcome.get("rows") == footer.num_rows
    return outcome if complete else None


def mark_complete(sink: Path, identity: Mapping[str, Any], done: list[dict[str, Any]]) -> None:
    """Record in the manifest that the folder is complete, and the row counts of its files.

    Raises
    ------
    StorageError
        If rows of the source are missing, or there is a file that belongs to no piece.
    """
    names = {part_path(sink, piece["piece"]).name for piece in done}
    found = {path.name for path in sink.glob("*.parquet")}
    wrong = sorted(names ^ found)
    if wrong:
        what = "is missing" if wrong[0] in names else "is not one of its results"
        hint = "run the same call with a new folder"
        raise StorageError(f"{sink / wrong[0]} {what}", hint=hint)
    expected = sum(entry["rows"] for entry in identity["source"])
    read = sum(piece["source_rows"] for piece in done)
    if read != expected:
        message = f"the source has {expected} rows, but {read} were read"
        hint = "was the source changed during the run? run again with a new folder"
        raise StorageError(message, hint=hint)
    counts: dict[str, int] = {}
    for piece in done:
        for why, count in piece["unanswered"].items():
            counts[why] = counts.get(why, 0) + count
    totals = {"source_rows": read, "rows": sum(piece["rows"] for piece in done)}
    listed = [
        {
            "file": part_path(sink, piece["piece"]).name,
            **{k: piece[k] for k in ("source_rows", "rows")},
        }
        for piece in done
    ]
    _write(
        sink / MANIFEST,
        {"format": 1, "complete": True, **identity, **totals, "unanswered": counts,
         "files": listed},
    )  # fmt: skip
