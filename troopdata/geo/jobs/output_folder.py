"""A folder of results that is whole, or says what it still lacks.

A file is written under a hidden name that says who writes it, and gets its own name when it is
whole, in one step. So whoever is killed, and whoever does a piece twice, leaves one whole file or
none. The manifest says what the folder is an answer to, and at the end that it is complete.
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

__all__ = ["MANIFEST", "claim", "finished", "part", "replace", "seal", "sweep"]

MANIFEST = "_troopdata.json"
IDENTITY = ("function", "options", "release", "source")
ORPHANED = re.compile(r"^\..+\.(?P<host>[^.]+)\.(?P<pid>\d+)\.[0-9a-f]{8}\.tmp$")
# After a day a writer elsewhere is taken for dead.
DAY = 86_400


def part(sink: Path, piece: str) -> Path:
    """Return the file of a piece."""
    return sink / f"part-{piece}.parquet"


@contextmanager
def replace(path: Path) -> Iterator[Path]:
    """Give a temporary path to write; put it under `path` if all went well, else remove it.

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
            with temporary.open("rb") as stream:
                os.fsync(stream.fileno())
            os.replace(temporary, path)
            _keep_names(path.parent)
    finally:
        temporary.unlink(missing_ok=True)


@contextmanager
def unwritable(path: Path) -> Iterator[None]:
    """Turn what the system says into what to do."""
    try:
        yield
    except OSError as error:
        said = str(error).splitlines()[0]
        with_room = path.parent if path.parent.is_dir() else Path()
        free = f"{shutil.disk_usage(with_room).free / 1e6:,.0f} MB free"
        hint = "make room and run the same again: what is finished is kept"
        raise StorageError(f"cannot write {path} ({free}): {said}", hint=hint,
                           file=str(path)) from None  # fmt: skip


def _keep_names(folder: Path) -> None:
    """Make a rename outlive the power, where the system can."""
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def claim(sink: Path, identity: Mapping[str, Any]) -> None:
    """Make a folder the answer to a question, or find that it is.

    Parameters
    ----------
    sink : pathlib.Path
        The folder, made if need be.
    identity : mapping
        function, options, release and source, as JSON has them.

    Raises
    ------
    UsageError
        If the folder answers another question, or holds files of somebody else.
    StorageError
        If it cannot be written.
    """
    with unwritable(sink / MANIFEST):
        sink.mkdir(parents=True, exist_ok=True)
    sweep(sink)
    path = sink / MANIFEST
    if path.exists():
        _same(sink, _read(path), identity)
        return
    strange = sorted(name for name in os.listdir(sink) if not ORPHANED.match(name))
    if strange:
        hint = "give the name of a new folder"
        raise UsageError(f"{sink} holds {shown(strange[0])}, no results of this", hint=hint)
    _write(path, {"format": 1, "complete": False, **identity})


def _read(path: Path) -> dict[str, Any]:
    try:
        found = json.loads(path.read_bytes())
        return {name: found[name] for name in ("format", "complete", *IDENTITY)}
    except (ValueError, KeyError, TypeError) as error:
        hint = "give the name of a new folder"
        raise UsageError(f"{path} is no manifest of results: {error}", hint=hint) from None


def _write(path: Path, manifest: Mapping[str, Any]) -> None:
    with replace(path) as temporary:
        text = json.dumps(manifest, indent=1, ensure_ascii=False, allow_nan=False)
        temporary.write_text(text + "\n", encoding="utf-8")


def _same(sink: Path, held: Mapping[str, Any], identity: Mapping[str, Any]) -> None:
    """Raise if a folder answers another question, with the first difference."""
    for name in IDENTITY:
        if held[name] == identity[name]:
            continue
        was, now = held[name], identity[name]
        if name == "options":
            key = min(k for k in {*was, *now} if was.get(k) != now.get(k))
            told = f"with {key}={shown(was.get(key))}, not {shown(now.get(key))}"
        elif name == "source":
            told = f"from other files: {_changed(was, now)}"
        else:
            told = f"with {name} {shown(was)}, not {shown(now)}"
        hint = f"give the name of a new folder, or remove {sink}"
        raise UsageError(f"{sink} was made {told}", hint=hint)


def _changed(was: list[dict[str, Any]], now: list[dict[str, Any]]) -> str:
    old, new = ({entry["path"]: entry for entry in entries} for entries in (was, now))
    for path in sorted({*old, *new}):
        if path not in new:
            return f"{path} is gone"
        if path not in old:
            return f"{path} is new"
        if old[path] != new[path]:
            return f"{path} has changed"
    return "another order"


def sweep(sink: Path) -> None:
    """Remove temporary files whose writer is dead, or has been silent for a day."""
    here = re.sub(r"[^\w-]", "-", socket.gethostname()) or "-"
    for name in os.listdir(sink):
        match = ORPHANED.match(name)
        if match is None:
            continue
        path = sink / name
        try:
            old = time.time() - path.stat().st_mtime > DAY
        except FileNotFoundError:
            continue
        if old or (match["host"] == here and not _alive(int(match["pid"]))):
            path.unlink(missing_ok=True)


def _alive(pid: int) -> bool:
    if os.name != "posix":
        return True
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def finished(sink: Path, piece: str, question: str) -> dict[str, Any] | None:
    """Return what a piece's file says of itself; None if there is no whole file of this question.

    Parameters
    ----------
    sink : pathlib.Path
        The folder.
    piece : str
        The piece.
    question : str
        The hash that every file of this question bears.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    path = part(sink, piece)
    try:
        footer = pq.read_metadata(path)
        told: dict[str, Any] = json.loads((footer.metadata or {})[b"troopdata"])
    except (FileNotFoundError, pa.ArrowException, KeyError, ValueError, OSError):
        return None
    whole = told.get("question") == question and told.get("rows") == footer.num_rows
    return told if whole else None


def seal(sink: Path, identity: Mapping[str, Any], done: list[dict[str, Any]]) -> None:
    """Write that a folder is complete, and what each of its files holds.

    Raises
    ------
    StorageError
        If a row of the source is missing, or there is a file too many.
    """
    names = {part(sink, told["piece"]).name for told in done}
    there = {path.name for path in sink.glob("*.parquet")}
    wrong = sorted(names ^ there)
    if wrong:
        what = "is missing" if wrong[0] in names else "is none of its results"
        raise StorageError(f"{sink / wrong[0]} {what}", hint="run the same again in a new folder")
    expected = sum(entry["rows"] for entry in identity["source"])
    read = sum(told["source_rows"] for told in done)
    if read != expected:
        message = f"the source has {expected} rows, {read} of them were read"
        raise StorageError(message, hint="was it written to meanwhile? run again in a new folder")
    counts: dict[str, int] = {}
    for told in done:
        for why, count in told["unanswered"].items():
            counts[why] = counts.get(why, 0) + count
    totals = {"source_rows": read, "rows": sum(told["rows"] for told in done)}
    listed = [
        {"file": part(sink, told["piece"]).name, **{k: told[k] for k in ("source_rows", "rows")}}
        for told in done
    ]
    _write(
        sink / MANIFEST,
        {"format": 1, "complete": True, **identity, **totals, "unanswered": counts,
         "files": listed},
    )  # fmt: skip
