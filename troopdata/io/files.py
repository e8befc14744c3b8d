"""Read regular files with a bound and replace files atomically."""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
import stat
import time
from collections.abc import Iterator
from pathlib import Path

from troopdata.errors import StorageError

__all__ = ["read", "replace", "sweep", "writing"]


try:
    import fcntl
except ImportError:  # Windows: an open file cannot be removed there, which protects it as well
    fcntl = None  # type: ignore[assignment]

A_DAY = 24 * 3600
TRIES = 3


def read(path: Path, *, most: int, follow: bool = True) -> bytes:
    """Return the bytes of a regular file, at most `most` and one more.

    Parameters
    ----------
    path : pathlib.Path
        The file.
    most : int
        The wanted number of bytes. A longer result shows that the file is larger; how much larger
        does not matter, and is not read.
    follow : bool
        Whether the file may be a symbolic link.

    Raises
    ------
    OSError
        If it cannot be read, or is a device, a pipe or (unless followed) a link.
    """
    flags = os.O_RDONLY
    # O_NONBLOCK: opening a pipe that nobody writes to would wait for ever.
    for name in ("O_BINARY", "O_CLOEXEC", "O_NONBLOCK", *(() if follow else ("O_NOFOLLOW",))):
        flags |= getattr(os, name, 0)
    handle = os.open(path, flags)
    with os.fdopen(handle, "rb") as stream:
        found = os.fstat(handle)
        if not stat.S_ISREG(found.st_mode):
            raise OSError(errno.EINVAL, "not a regular file", str(path))
        return stream.read(min(most, found.st_size) + 1)


def replace(path: Path, data: bytes) -> None:
    """Write a file in one step: a reader sees the old file or the new one, whole.

    The temporary file is in the same folder, because a rename is atomic only within a file system.
    It is locked until its writer ends, so that `sweep` can recognise an orphan; nothing else
    depends on the lock.

    Parameters
    ----------
    path : pathlib.Path
        The file; its folder is created if missing.
    data : bytes
        Its content.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    for left in reversed(range(TRIES)):
        temporary = path.with_name(f".{path.name[:64]}.{secrets.token_hex(6)}.tmp")
        try:
            return _replaced(path, temporary, data)
        except FileNotFoundError:
            # Another process swept the file after it was created and before it was locked.
            if not left:
                raise


def _replaced(path: Path, temporary: Path, data: bytes) -> None:
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
    for name in ("O_BINARY", "O_CLOEXEC", "O_NOFOLLOW"):
        flags |= getattr(os, name, 0)
    try:
        with os.fdopen(os.open(temporary, flags, 0o644), "wb") as stream:
            with contextlib.suppress(OSError):  # a file system without locks
                _lock(stream.fileno())
            stream.write(data)
            stream.flush()
            # Before the rename: a name must never point to data that are not on the disk.
            os.fsync(stream.fileno())
            if os.name != "nt":
                os.fchmod(stream.fileno(), 0o644)
                os.replace(temporary, path)
        if os.name == "nt":  # Windows renames closed files only
            os.replace(temporary, path)
    except BaseException:
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)
        raise
    _fsync_folder(path.parent)


def _fsync_folder(folder: Path) -> None:
    """Write a folder's names to disk, so that a rename survives a power failure.

    Some systems cannot open a folder; the rename is atomic there too, only perhaps not durable.
    """
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
    """Raise a failure to write to `path` as a `StorageError`: a full disk is not a bug.

    Parameters
    ----------
    path : pathlib.Path
        What is written, for the message.
    """
    try:
        yield
    except OSError as error:
        raise StorageError(
            f"cannot write {path}: {error.strerror or error}",
            hint="free some space, or choose a folder that you can write, and try again",
            file=str(path), rule="write",
        ) from None  # fmt: skip


def sweep(folder: Path) -> int:
    """Remove temporary files whose writers have ended, and return how many there were.

    Parameters
    ----------
    folder : pathlib.Path
        A cache folder; the folders of its releases are swept too.
    """
    return sum(_remove_orphan(path) for path in _temporary(folder))


def _temporary(folder: Path) -> Iterator[Path]:
    for pattern in (".*.tmp", "[0-9]*/.*.tmp"):
        yield from sorted(folder.glob(pattern))


def _remove_orphan(path: Path) -> bool:
    """Remove a temporary file that no living process has locked, and return whether it did."""
    try:
        handle = os.open(path, os.O_RDWR | getattr(os, "O_NOFOLLOW", 0))
    except OSError:
        return False
    try:
        try:
            _lock(handle)
        except BlockingIOError:
            return False
        except OSError:  # a file system without locks: judge by the age
            if time.time() - os.fstat(handle).st_mtime < A_DAY:
                return False
        path.unlink(missing_ok=True)
        return True
    except OSError:
        return False
    finally:
        os.close(handle)
