"""List the cached releases, and clear the cache."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from troopdata.errors import StorageError, UnknownRelease
from troopdata.release import cache_folder, loader, manifest, repositories, settings

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["clear", "contents"]


def contents() -> pd.DataFrame:
    """Return the releases in the cache folders, one row a release and folder.

    Returns
    -------
    pandas.DataFrame
        folder, release, files, bytes, whole (it has its manifest), ours (troopdata writes to the
        folder), others_may_write.
    """
    import pandas as pd

    rows = [
        (str(folder), number.name, *_sizes(number), (number / repositories.MANIFEST).exists(),
         cache_folder.is_ours(folder), cache_folder.open_to_others(folder))
        for folder in settings.caches()
        for number in _numbers(folder)
    ]  # fmt: skip
    columns = ["folder", "release", "files", "bytes", "whole", "ours", "others_may_write"]
    return pd.DataFrame(rows, columns=columns)


def _numbers(folder: Path) -> list[Path]:
    """Return the folders of releases in a cache, in order."""
    with contextlib.suppress(OSError):
        found = [path for path in folder.iterdir() if manifest.is_version(path.name)]
        return sorted(found, key=lambda path: manifest.ordinal(path.name))
    return []


def _sizes(folder: Path) -> tuple[int, int]:
    found = [path.lstat().st_size for path in folder.iterdir()]
    return len(found), sum(found)


def clear(version: str | None = None) -> tuple[int, int]:
    """Remove releases from our own cache, and no file that troopdata did not put there.

    Parameters
    ----------
    version : str, optional
        Only this release; by default all, and the list of releases with them.

    Returns
    -------
    tuple of int
        How many files were removed, and how many bytes.

    Raises
    ------
    UnknownRelease
        If that release is not in the cache.
    StorageError
        If the cache cannot be written, or is not one that troopdata wrote.
    """
    folder = cache_folder.writable()
    if not cache_folder.is_ours(folder):
        return 0, 0
    numbers = [one for one in _numbers(folder) if version in (None, one.name)]
    if version is not None and not numbers:
        here = ", ".join(one.name for one in _numbers(folder)) or "nothing"
        raise UnknownRelease(version, hint=f"{folder} holds {here}")
    count = size = 0
    for path in [*_release_files(numbers), *(_lists(folder) if version is None else ())]:
        size += path.lstat().st_size
        count += 1
        _remove(path)
    for number in numbers:
        with contextlib.suppress(OSError):  # not empty: a file that troopdata did not put there
            number.rmdir()
    loader.forget()
    return count, size


def _release_files(numbers: list[Path]) -> Iterator[Path]:
    """Yield files of releases, the manifest first: if this is interrupted, the rest is unused."""
    for number in numbers:
        if number.is_symlink():
            yield number
            continue
        names = sorted(os.listdir(number), key=lambda name: (name != repositories.MANIFEST, name))
        yield from (number / name for name in names if _is_release_file(name))


def _is_release_file(name: str) -> bool:
    plain = name.split(".corrupt-", maxsplit=1)[0]
    temporary = name.startswith(".") and name.endswith(".tmp")
    return temporary or plain == repositories.MANIFEST or manifest.is_name(plain)


def _lists(folder: Path) -> Iterator[Path]:
    for name in sorted(os.listdir(folder)):
        if name.split(".corrupt-")[0] == repositories.INDEX:
            yield folder / name


def _remove(path: Path) -> None:
    try:
        path.unlink()
    except OSError as error:
        message = f"cannot remove {path}: {error.strerror}"
        raise StorageError(message, hint=cache_folder.HINT, file=str(path)) from None
