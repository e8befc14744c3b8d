"""Write files to the cache folder, and move damaged ones aside.

A cache has the form of any folder of releases: ``index.json`` and a folder for each release.
"""

from __future__ import annotations

import errno
import os
import shutil
import stat
from pathlib import Path

from troopdata.errors import StorageError
from troopdata.io import files
from troopdata.release.settings import caches

__all__ = ["TAG", "is_ours", "open_to_others", "prepare", "put", "quarantine", "writable"]

HINT = "set TROOPDATA_CACHE to a folder that you can write"
# https://bford.info/cachedir/: backups leave a folder with this file out. We write only to folders
# that carry it or hold no releases, so that a user's own folder of releases is never taken for a
# cache and cleared.
TAG = "CACHEDIR.TAG"
SIGNATURE = b"Signature: 8a477f597d28d172789f06886806bc55\n# Releases of troopdata.\n"
SIGNATURE_LENGTH = 43  # the standard fixes the first 43 bytes


def writable() -> Path:
    """Return the first cache folder that can be written.

    Raises
    ------
    StorageError
        If there is none. A folder with releases that troopdata did not put there is not written.
    """
    folders = caches()
    for folder in folders:
        if _can_write(folder) and not ((folder / "index.json").exists() and not is_ours(folder)):
            return folder
    named = ", ".join(str(folder) for folder in folders) or "no home folder"
    raise StorageError(f"no cache folder can be written ({named})", hint=HINT, rule="read-only")


def prepare() -> Path:
    """Return the first cache folder that can be written, tagged and without orphaned files."""
    folder = writable()
    if not is_ours(folder):
        put(folder / TAG, SIGNATURE)
    files.sweep(folder)
    return folder


def is_ours(folder: Path) -> bool:
    """Return whether a folder is a cache that troopdata wrote."""
    try:
        return files.read(folder / TAG, most=1024).startswith(SIGNATURE[:SIGNATURE_LENGTH])
    except OSError:
        return False


def _can_write(folder: Path) -> bool:
    """Return whether the folder, or the nearest existing one above it, can be written."""
    existing = next((one for one in (folder, *folder.parents) if os.path.lexists(one)), folder)
    return existing.is_dir() and os.access(existing, os.W_OK | os.X_OK)


def open_to_others(folder: Path) -> bool:
    """Return whether a user other than the current one and root may write to a folder."""
    try:
        found = folder.stat()
    except OSError:
        return False
    mine = not hasattr(os, "getuid") or found.st_uid in (0, os.getuid())
    return bool(found.st_mode & (stat.S_IWGRP | stat.S_IWOTH)) or not mine


def put(path: Path, data: bytes) -> None:
    """Write a file of a cache in one step, in a folder that is not a symbolic link.

    Parameters
    ----------
    path : pathlib.Path
        Its place.
    data : bytes
        Its content.

    Raises
    ------
    StorageError
        With the path, the bytes needed and the bytes free.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        # A cache folder may be a link that the user made; a release's folder in it never is.
        if path.parent.is_symlink() and path.parent not in caches():
            raise OSError(errno.ELOOP, "the folder is a symbolic link")
        files.replace(path, data)
    except OSError as error:
        raise StorageError(
            f"cannot write {path}: {error.strerror or error} ({_space(path, len(data))})",
            hint=HINT, file=str(path), rule="write",
        ) from None  # fmt: skip


def _space(path: Path, needed: int) -> str:
    try:
        existing = next(one for one in path.parents if one.is_dir())
        return f"{needed:,} bytes needed, {shutil.disk_usage(existing).free:,} free"
    except (OSError, StopIteration):
        return f"{needed:,} bytes needed"


def quarantine(path: Path) -> Path:
    """Move a damaged file aside, to ``NAME.corrupt-N``, and return the new path.

    Parameters
    ----------
    path : pathlib.Path
        The file; it is kept, because it may show what damaged it.

    Raises
    ------
    StorageError
        If it cannot be moved.
    """
    number = 1
    while os.path.lexists(aside := path.with_name(f"{path.name}.corrupt-{number}")):
        number += 1
    try:
        os.replace(path, aside)
    except OSError as error:
        message = f"cannot move {path} aside: {error.strerror}"
        raise StorageError(message, hint=HINT, file=str(path), rule="write") from None
    return aside
