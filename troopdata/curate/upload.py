"""Copy releases to where users fetch them from: a folder, or a bucket (``s3://bucket/prefix``).

A published release is never overwritten. A release's manifest is written after its files, and
``index.json`` after all releases, so that a concurrent reader sees the old list or the new one.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from troopdata.errors import IntegrityError, StorageError, shown

__all__ = ["mirror"]

INDEX = "index.json"
MANIFEST = "manifest.json"


def mirror(releases: Path, target: str) -> list[str]:
    """Copy every release that the target does not have, then the list of releases.

    Parameters
    ----------
    releases : pathlib.Path
        The folder with ``index.json`` and the releases.
    target : str
        A folder, or a URL of a file system that pyarrow knows (``s3://``, ``gs://``, ``file://``).

    Returns
    -------
    list of str
        The files written, in order.

    Raises
    ------
    IntegrityError
        If the target holds a release of one of these numbers with other content, or a list with
        a higher serial; nothing is written.
    StorageError
        If the target is not reachable or not writable.
    """
    files, base = _filesystem(target)
    index = json.loads((releases / INDEX).read_bytes())
    try:
        _refuse_older(files, base, index)
        missing = [item for item in index["releases"] if not _published(files, base, item)]
        return [*_copied(files, base, releases, [item["release"] for item in missing])]
    except OSError as error:
        raise StorageError(
            f"{target}: {error}", hint="nothing is listed yet: run it again"
        ) from None


def _filesystem(target: str) -> tuple[Any, str]:
    from pyarrow import ArrowInvalid, fs

    try:
        if "://" in target:
            files, base = fs.FileSystem.from_uri(target)
        else:
            files, base = fs.LocalFileSystem(), str(Path(target).absolute())
    except (ArrowInvalid, OSError) as error:
        hint = "a folder, or a URL such as s3://bucket/prefix"
        raise StorageError(f"{shown(target)}: {error}", hint=hint) from None
    return files, base.rstrip("/")


def _read(files: Any, path: str) -> bytes | None:
    """Return a file's bytes, or None if there is none."""
    from pyarrow import fs

    if files.get_file_info(path).type == fs.FileType.NotFound:
        return None
    with files.open_input_stream(path) as stream:
        data: bytes = stream.read()
    return data


def _refuse_older(files: Any, base: str, index: dict[str, Any]) -> None:
    """Refuse to replace a list of releases by an older one."""
    data = _read(files, f"{base}/{INDEX}")
    serial = json.loads(data)["serial"] if data else 0
    if serial > index["serial"]:
        message = f"{base}/{INDEX} has serial {serial}, and this one {index['serial']}"
        raise IntegrityError(message, hint="pull the later releases first", rule="serial")


def _published(files: Any, base: str, item: dict[str, Any]) -> bool:
    """Return whether the target has a release already; raise where it has another content."""
    path = f"{base}/{item['release']}/{MANIFEST}"
    data = _read(files, path)
    if data is None:
        return False
    found = hashlib.sha256(data).hexdigest()
    if found != item["manifest_sha256"]:
        message = f"{path} differs from the local release of that number"
        hint = "a release is never edited: use a new number"
        raise IntegrityError(message, hint=hint, rule="sha256", value=found)
    return True


def _copied(files: Any, base: str, releases: Path, numbers: list[str]) -> list[str]:
    written = []
    for number in numbers:
        files.create_dir(f"{base}/{number}", recursive=True)
        names = sorted(path.name for path in (releases / number).iterdir() if path.name != MANIFEST)
        for name in [*names, MANIFEST]:
            written.append(_put(files, f"{base}/{number}/{name}", releases / number / name))
    written.append(_put(files, f"{base}/{INDEX}", releases / INDEX))
    return written


def _put(files: Any, path: str, source: Path) -> str:
    """Write a file under a temporary name, then rename it: a reader never sees part of it."""
    from pyarrow import fs

    local = isinstance(files, fs.LocalFileSystem)
    name = f"{path}.part" if local else path  # an object store shows complete objects only
    with files.open_output_stream(name) as stream:
        stream.write(source.read_bytes())
    if local:
        files.move(name, path)
    return path
