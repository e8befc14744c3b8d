"""Releases copied to where users fetch them from: a folder, or a bucket (``s3://bucket/prefix``).

Nothing that is published there is ever overwritten. A release's manifest follows its files, and
``index.json`` follows all releases: who reads meanwhile sees the old list or the new one, whole.
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
    """Copy every release that the target lacks, then the list of releases.

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
        a higher serial; nothing is written then.
    StorageError
        If the target cannot be reached or written.
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
    """Refuse to put an older list of releases in a newer one's place."""
    data = _read(files, f"{base}/{INDEX}")
    serial = json.loads(data)["serial"] if data else 0
    if serial > index["serial"]:
        message = f"{base}/{INDEX} has serial {serial}, and this one {index['serial']}"
        raise IntegrityError(message, hint="pull the releases that came since", rule="serial")


def _published(files: Any, base: str, item: dict[str, Any]) -> bool:
    """Whether a release is there already, as it is here."""
    path = f"{base}/{item['release']}/{MANIFEST}"
    data = _read(files, path)
    if data is None:
        return False
    found = hashlib.sha256(data).hexdigest()
    if found != item["manifest_sha256"]:
        message = f"{path} is not the release of that number here"
        hint = "a release is never edited: take a new number"
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
    """Write a file under another name, then move it: a local reader never sees half of it."""
    from pyarrow import fs

    local = isinstance(files, fs.LocalFileSystem)
    name = f"{path}.part" if local else path  # an object store shows an object when it is whole
    with files.open_output_stream(name) as stream:
        stream.write(source.read_bytes())
    if local:
        files.move(name, path)
    return path
