"""Folders of releases on this machine: where they lie, and how their files are read and written.

A cache has the form of any folder of releases: ``index.json`` and a folder for each release. Every
setting is read from the environment when it is asked for.
"""

from __future__ import annotations

import errno
import os
import shutil
import stat
from pathlib import Path

from troopdata.errors import StorageError
from troopdata.io.files import read, replace
from troopdata.release.settings import caches

__all__ = ["TAG", "home", "open_to_others", "put", "quarantine"]

HINT = "set TROOPDATA_CACHE to a folder that you can write"
# https://bford.info/cachedir/: backups leave such a folder out, and we write to no other.
TAG = "CACHEDIR.TAG"
SIGNATURE = b"Signature: 8a477f597d28d172789f06886806bc55\n# Releases of troopdata.\n"


def home() -> Path:
    """Return the first cache folder that can be written.

    Raises
    ------
    StorageError
        If there is none. A folder with releases that we did not put there is none of ours.
    """
    folders = caches()
    for folder in folders:
        if _writable(folder) and not ((folder / "index.json").exists() and not tagged(folder)):
            return folder
    named = ", ".join(str(folder) for folder in folders) or "no home folder"
    raise StorageError(f"no cache folder can be written ({named})", hint=HINT, rule="read-only")


def tagged(folder: Path) -> bool:
    """Return whether a folder is a cache that we wrote."""
    try:
        return read(folder / TAG, most=1024).startswith(SIGNATURE[:43])
    except OSError:
        return False


def _writable(folder: Path) -> bool:
    """Whether the folder, or the nearest above it that is there, can be written."""
    there = next((one for one in (folder, *folder.parents) if os.path.lexists(one)), folder)
    return there.is_dir() and os.access(there, os.W_OK | os.X_OK)


def open_to_others(folder: Path) -> bool:
    """Return whether others than its owner, and than us, may write to a folder."""
    try:
        found = folder.stat()
    except OSError:
        return False
    mine = not hasattr(os, "getuid") or found.st_uid in (0, os.getuid())
    return bool(found.st_mode & (stat.S_IWGRP | stat.S_IWOTH)) or not mine


def put(path: Path, data: bytes) -> None:
    """Write a file of a cache, in a folder that is no link.

    Raises
    ------
    StorageError
        Naming the path, what was needed and what is free.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.parent.is_symlink() and path.parent not in caches():
            raise OSError(errno.ELOOP, "the folder is a symbolic link")
        replace(path, data)
    except OSError as error:
        raise StorageError(
            f"cannot write {path}: {error.strerror or error} ({_room(path, len(data))})",
            hint=HINT, file=str(path), rule="write",
        ) from None  # fmt: skip


def _room(path: Path, needed: int) -> str:
    try:
        there = next(one for one in path.parents if one.is_dir())
        return f"{needed:,} bytes needed, {shutil.disk_usage(there).free:,} free"
    except (OSError, StopIteration):
        return f"{needed:,} bytes needed"


def quarantine(path: Path) -> Path:
    """Move a file that is not what was released aside, to ``NAME.corrupt-N``, and return where."""
    number = 1
    while os.path.lexists(aside := path.with_name(f"{path.name}.corrupt-{number}")):
        number += 1
    try:
        os.replace(path, aside)
    except OSError as error:
        message = f"cannot move {path} aside: {error.strerror}"
        raise StorageError(message, hint=HINT, file=str(path), rule="write") from None
    return aside
