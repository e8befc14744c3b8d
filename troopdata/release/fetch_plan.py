"""Decide what a fetch has to download: the plan of a release, and of each of its files."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from troopdata.errors import ManifestError
from troopdata.io import files
from troopdata.release import manifest, remote
from troopdata.release.repositories import MANIFEST, Entry

__all__ = ["Action", "FilePlan", "ReleasePlan", "action", "plan"]

Action = Literal["download", "replace", "keep"]


@dataclass(frozen=True, slots=True)
class FilePlan:
    """What to do with one file.

    Attributes
    ----------
    path : pathlib.Path
        Its place in the cache.
    size : int
        Its size in bytes, as released.
    sha256 : str
        Its hash, as released.
    action : {"download", "replace", "keep"}
        The file is missing, is damaged, or is right.
    """

    path: Path
    size: int
    sha256: str
    action: Action

    @property
    def item(self) -> Mapping[str, Any]:
        """The name, size and sha256, as a manifest has them."""
        return {"name": self.path.name, "size": self.size, "sha256": self.sha256}


@dataclass(frozen=True, slots=True)
class ReleasePlan:
    """What to download of one release, and the manifest that makes it a release.

    Attributes
    ----------
    number : str
        The release.
    files : tuple of FilePlan
        Every file of it.
    manifest : FilePlan
        Its manifest, which is written after all files.
    manifest_data : bytes
        The verified bytes of that manifest.
    """

    number: str
    files: tuple[FilePlan, ...]
    manifest: FilePlan
    manifest_data: bytes

    @property
    def size(self) -> int:
        """The bytes of all files, those that are kept included."""
        return sum(file.size for file in self.files)


def action(path: Path, size: int, sha256: str) -> Action:
    """Return what to do with a file, by what is at its place.

    Parameters
    ----------
    path : pathlib.Path
        Its place.
    size : int
        Its size in bytes, as released.
    sha256 : str
        Its hash, as released.
    """
    try:
        data = files.read(path, most=size, follow=False)
    except FileNotFoundError:
        return "download"
    except OSError:  # a link, a folder, a pipe, or a file that cannot be read
        return "replace"
    right = len(data) == size and hashlib.sha256(data).hexdigest() == sha256
    return "keep" if right else "replace"


def plan(
    source: remote.Source, entry: Entry, known: Mapping[str, Entry], folder: Path
) -> ReleasePlan:
    """Return the plan of a release: only its manifest is downloaded, and nothing is written.

    Parameters
    ----------
    source : remote.Source
        Where it is fetched from.
    entry : mapping
        Its entry in the list of releases.
    known : mapping
        All entries of that list, by number.
    folder : pathlib.Path
        The cache folder.

    Raises
    ------
    ManifestError
        If the manifest is damaged, or continues another release than the list says.
    """
    number = entry["release"]
    target = folder / number
    own = _file(target / MANIFEST, entry["manifest_size"], entry["manifest_sha256"])
    data = remote.file(source, number, own.item)
    content = manifest.manifest(data, f"{source.base}/{number}/{MANIFEST}", number)
    _check_chain(content, known)
    listed = [
        _file(target / item["name"], item["size"], item["sha256"]) for item in content["files"]
    ]
    return ReleasePlan(number, tuple(listed), own, data)


def _file(path: Path, size: int, sha256: str) -> FilePlan:
    return FilePlan(path, size, sha256, action(path, size, sha256))


def _check_chain(content: Mapping[str, Any], known: Mapping[str, Entry]) -> None:
    """Refuse a manifest whose predecessor is not the listed one."""
    before = content["previous"]
    if not before:
        return
    listed = known.get(before["release"])
    if listed is None or listed["manifest_sha256"] != before["manifest_sha256"]:
        message = (
            f"release {content['release']} follows another {before['release']} than the one listed"
        )
        raise ManifestError(message, hint="inform the publisher", rule="chain")
