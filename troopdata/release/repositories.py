"""Find the releases on this machine, and choose the one that a version names.

A repository is a folder of releases with its ``index.json``: the bundled one, then the cache
folders in their order. The list with the highest serial decides which releases are withdrawn.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from troopdata import paths
from troopdata.errors import IntegrityError, ManifestError, UnknownRelease, shown
from troopdata.io import files
from troopdata.release import manifest, settings

__all__ = [
    "Entry", "Repository", "choose", "entries", "forget", "index", "list_naming", "local",
    "newest", "with_copy",
]  # fmt: skip

# What a list says of a release.
Entry = Mapping[str, Any]
INDEX, MANIFEST = "index.json", "manifest.json"


class Repository(NamedTuple):
    """A folder of releases and its parsed list.

    Attributes
    ----------
    folder : pathlib.Path
        The folder.
    place : str
        "bundled" with the library, or "cached".
    listing : mapping
        The list of releases in its ``index.json``.
    """

    folder: Path
    place: str
    listing: Mapping[str, Any]

    @property
    def serial(self) -> int:
        """The number of the list: each new list has a higher one."""
        return int(self.listing["serial"])

    def lists(self, number: str) -> bool:
        """Return whether the list names a release, here or elsewhere."""
        return any(item["release"] == number for item in self.listing["releases"])

    def holds(self, number: str) -> bool:
        """Return whether a release is here and whole: its manifest is written after its files."""
        return (self.folder / number / MANIFEST).exists()


def index(folder: Path | None = None, *, follow: bool = True) -> Mapping[str, Any]:
    """Return the list of a folder of releases, by default the bundled one, verified.

    Parameters
    ----------
    folder : pathlib.Path, optional
        The folder.
    follow : bool
        Whether the list may be a symbolic link.

    Raises
    ------
    ManifestError
        If it is missing or damaged.
    """
    path = (folder or paths.folder("releases")) / INDEX
    try:
        return _index(path, _file_identity(path), follow)
    except OSError as error:
        hint = "in a checkout, run `troopdata build` first"
        raise ManifestError(f"{path}: {error.strerror}", hint=hint, file=str(path)) from None


def _file_identity(path: Path) -> tuple[int, int, int]:
    """Return what changes when a file is replaced: as part of the key it makes a cache miss."""
    found = os.stat(path)
    return found.st_ino, found.st_size, found.st_mtime_ns


@lru_cache(maxsize=32)
def _index(path: Path, identity: tuple[int, int, int], follow: bool) -> Mapping[str, Any]:
    data = files.read(path, most=manifest.MAX_MANIFEST, follow=follow)
    return manifest.index(data, path)


def forget() -> None:
    """Clear the cache of parsed lists: the next call reads the files."""
    _index.cache_clear()


def local() -> tuple[Repository, ...]:
    """Return every folder of releases on this machine, the bundled one first.

    A cache folder that is missing, or cannot be read, is left out.

    Raises
    ------
    ManifestError
        If the list of a cache is damaged: without it a withdrawn release would load again
        unnoticed.
    """
    bundled = paths.folder("releases")
    found = [Repository(bundled, "bundled", index(bundled))]
    for folder in settings.caches():
        if os.access(folder / INDEX, os.R_OK):
            found.append(Repository(folder, "cached", _cached_index(folder)))
    return tuple(found)


def _cached_index(folder: Path) -> Mapping[str, Any]:
    try:
        return index(folder, follow=False)
    except ManifestError as error:
        hint = "fetch the list again (troopdata fetch latest), or troopdata cache clear"
        raise ManifestError(error.message, hint=hint, file=error.file, rule=error.rule) from None


def newest(found: Iterable[Repository]) -> Repository:
    """Return the repository whose list has the highest serial; the first of several."""
    return max(found, key=lambda repository: repository.serial)


def list_naming(number: str) -> bytes:
    """Return the newest list on this machine that names a release, as it is written to a file."""
    named = [repository for repository in local() if repository.lists(number)]
    return manifest.sealed(newest(named).listing)


def entries(found: Sequence[Repository]) -> dict[str, Entry]:
    """Return the entry of every listed release, by number and in order.

    Where several lists name a release, the entry of the newest list counts.

    Raises
    ------
    IntegrityError
        If two lists have different hashes for a release: a published release never changes.
    """
    known: dict[str, Entry] = {}
    for repository in sorted(found, key=lambda one: one.serial, reverse=True):
        for item in repository.listing["releases"]:
            first = known.setdefault(item["release"], item)
            if first["manifest_sha256"] != item["manifest_sha256"]:
                path = repository.folder / INDEX
                message = f"{path}: published release {item['release']} changed"
                hint = "remove the list that is not yours (troopdata cache clear)"
                raise IntegrityError(message, hint=hint, rule="published", value=item["release"])
    return {number: known[number] for number in sorted(known, key=manifest.ordinal)}


def with_copy(number: str, found: Iterable[Repository]) -> list[Repository]:
    """Return the repositories that hold a whole copy of a release."""
    return [repository for repository in found if repository.holds(number)]


def choose(
    version: str | None,
    known: Mapping[str, Entry],
    available: Sequence[str],
    *,
    where: str = "available releases",
) -> str:
    """Return the number that a version means: an exact one, the newest of a month, or the newest.

    Parameters
    ----------
    version : str, optional
        A number, a month, ``"latest"`` or nothing.
    known : mapping
        The entry of every listed release.
    available : sequence of str
        The numbers to choose from, in order.
    where : str
        What the message calls those numbers.

    Raises
    ------
    UnknownRelease
        If nothing fits. A withdrawn release is chosen by its exact number only.
    """
    if version in available:
        return str(version)
    fitting = [number for number in available if known[number]["status"] == "active"]
    if version not in (None, "latest"):
        fitting = [number for number in fitting if _month(number) == version]
    if fitting:
        return fitting[-1]
    raise UnknownRelease(version or "latest", hint=_hint(version, known, available, where))


def _month(number: str) -> str:
    return number.rsplit(".", 1)[0]


def _hint(
    version: str | None, known: Mapping[str, Entry], available: Sequence[str], where: str
) -> str:
    withdrawn = [number for number in available if known[number]["status"] == "yanked"]
    named = [number for number in known if version in (number, _month(number))]
    elsewhere = [number for number in named if number not in available]
    hint = f"{where}: {', '.join(available) or 'none'}"
    if elsewhere:
        hint = f"fetch it first (troopdata fetch {shown(elsewhere[-1])[1:-1]}); {hint}"
    if withdrawn:
        hint += f"; withdrawn, and loaded by exact number only: {', '.join(withdrawn)}"
    return hint
