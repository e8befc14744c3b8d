"""Folders of releases on this machine: where they lie, and how their files are read and written.

A cache has the form of any folder of releases: ``index.json`` and a folder for each release. Every
setting is read from the environment when it is asked for.
"""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
import shutil
import stat
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from troopdata.errors import StorageError

try:
    import fcntl
except ImportError:  # Windows: an open file cannot be removed there, which serves as well
    fcntl = None  # type: ignore[assignment]

__all__ = [
    "TAG", "caches", "home", "offline", "open_to_others", "put", "quarantine", "read", "replace",
    "source", "sweep", "writing",
]  # fmt: skip

HINT = "set TROOPDATA_CACHE to a folder that you can write"
# https://bford.info/cachedir/: backups leave such a folder out, and we write to no other.
TAG = "CACHEDIR.TAG"
SIGNATURE = b"Signature: 8a477f597d28d172789f06886806bc55\n# Releases of troopdata.\n"
A_DAY = 24 * 3600
TRIES = 3


def caches() -> tuple[Path, ...]:
    """Return the cache folders, in the order in which they are searched.

    ``TROOPDATA_CACHE`` names one, or several separated as in ``PATH``: a shared one that is
    read only, then one of your own. Without it there is the user's own cache folder.
    """
    named = [part for part in os.environ.get("TROOPDATA_CACHE", "").split(os.pathsep) if part]
    folders = [os.path.abspath(os.path.expanduser(part)) for part in named or _own()]
    return tuple(Path(folder) for folder in dict.fromkeys(folders))


def _own() -> list[str]:
    """Return the user's own cache folder, where there is one."""
    if sys.platform == "win32":
        base = os.environ.get("LOCALAPPDATA", "")
    elif sys.platform == "darwin":
        base = os.path.expanduser("~/Library/Caches")
    else:
        base = os.environ.get("XDG_CACHE_HOME", "")
        base = base if os.path.isabs(base) else os.path.expanduser("~/.cache")
    return [os.path.join(base, "troopdata")] if os.path.isabs(base) else []


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


def offline() -> bool:
    """Return whether ``TROOPDATA_OFFLINE`` says that no network is to be used."""
    said = os.environ.get("TROOPDATA_OFFLINE", "").strip().lower()
    return said not in ("", "0", "false", "no", "off")


def source() -> str:
    """Return ``TROOPDATA_URL``: where releases are fetched from; empty where nothing is set."""
    return os.environ.get("TROOPDATA_URL", "").strip()


def read(path: Path, *, most: int, follow: bool = True) -> bytes:
    """Return the bytes of a regular file: one more than `most` tells that it holds more.

    Parameters
    ----------
    path : pathlib.Path
        The file.
    most : int
        How many bytes are read at most, less one.
    follow : bool
        Whether the file may be a symbolic link.

    Raises
    ------
    OSError
        If it cannot be read, or is a device, a pipe or (unless followed) a link.
    """
    flags = os.O_RDONLY
    for name in ("O_BINARY", "O_CLOEXEC", "O_NONBLOCK", *(() if follow else ("O_NOFOLLOW",))):
        flags |= getattr(os, name, 0)
    handle = os.open(path, flags)
    with os.fdopen(handle, "rb") as stream:
        found = os.fstat(handle)
        if not stat.S_ISREG(found.st_mode):
            raise OSError(errno.EINVAL, "not a regular file", str(path))
        return stream.read(min(most, found.st_size) + 1)


def replace(path: Path, data: bytes) -> None:
    """Put `data` under `path` in one step: a reader sees the old file or the new one, whole.

    The temporary file lies in the same folder and is locked for as long as its writer lives, so
    that `sweep` knows an orphan; nothing else depends on the lock.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    for left in reversed(range(TRIES)):
        temporary = path.with_name(f".{path.name[:64]}.{secrets.token_hex(6)}.tmp")
        try:
            return _replaced(path, temporary, data)
        except FileNotFoundError:
            # Swept between the file's creation and its lock.
            if not left:
                raise


def _replaced(path: Path, temporary: Path, data: bytes) -> None:
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
    for name in ("O_BINARY", "O_CLOEXEC", "O_NOFOLLOW"):
        flags |= getattr(os, name, 0)
    try:
        with os.fdopen(os.open(temporary, flags, 0o644), "wb") as stream:
            with contextlib.suppress(OSError):
                _lock(stream.fileno())
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
            if os.name != "nt":
                os.fchmod(stream.fileno(), 0o644)
                os.replace(temporary, path)
        if os.name == "nt":
            os.replace(temporary, path)
    except BaseException:
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)
        raise
    _settled(path.parent)


def _settled(folder: Path) -> None:
    """Have a folder's new names survive a power failure, where the system can do that."""
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _lock(handle: int) -> None:
    if fcntl is not None:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)


@contextlib.contextmanager
def writing(path: Path) -> Iterator[None]:
    """Tell what the system says of writing to `path` as a `StorageError`: a full disk is no bug."""
    try:
        yield
    except OSError as error:
        raise StorageError(
            f"cannot write {path}: {error.strerror or error}",
            hint="make room, or take a folder that you can write, and try again",
            file=str(path), rule="write",
        ) from None  # fmt: skip


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


def sweep(folder: Path) -> int:
    """Remove temporary files whose writers are gone, and return how many there were."""
    return sum(_swept(path) for path in _temporary(folder))


def _temporary(folder: Path) -> Iterator[Path]:
    for pattern in (".*.tmp", "[0-9]*/.*.tmp"):
        yield from sorted(folder.glob(pattern))


def _swept(path: Path) -> bool:
    try:
        handle = os.open(path, os.O_RDWR | getattr(os, "O_NOFOLLOW", 0))
    except OSError:
        return False
    try:
        try:
            _lock(handle)
        except BlockingIOError:
            return False
        except OSError:  # a file system without locks: only age tells
            if time.time() - os.fstat(handle).st_mtime < A_DAY:
                return False
        path.unlink(missing_ok=True)
        return True
    except OSError:
        return False
    finally:
        os.close(handle)
