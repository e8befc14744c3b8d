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
except ImportError:  # Windows: an open file cannot be removed there, which serves as well
    fcntl = None  # type: ignore[assignment]


A_DAY = 24 * 3600


TRIES = 3


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
