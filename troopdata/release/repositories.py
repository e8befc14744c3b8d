"""Where releases lie, which there are, and which one is meant.

A shelf is a folder of releases with its ``index.json``: the one beside the library, then the cache
folders in their order. The list with the highest serial says which releases are withdrawn.
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

__all__ = ["Shelf", "chosen", "copies", "entries", "forget", "index", "newest", "raw", "shelves"]

Entry = Mapping[str, Any]
INDEX, MANIFEST = "index.json", "manifest.json"


class Shelf(NamedTuple):
    """A folder of releases and its list; `place` is "bundled" or "cached"."""

    folder: Path
    place: str
    listed: Mapping[str, Any]


def index(folder: Path | None = None, *, follow: bool = True) -> Mapping[str, Any]:
    """Return a list of releases, by default the one that came with the library, verified.

    Raises
    ------
    ManifestError
        If it is absent, or is not what was written.
    """
    path = (folder or paths.folder("releases")) / INDEX
    try:
        return _index(path, _mark(path), follow)
    except OSError as error:
        hint = "in a checkout, run `troopdata build` first"
        raise ManifestError(f"{path}: {error.strerror}", hint=hint, file=str(path)) from None


def _mark(path: Path) -> tuple[int, int, int]:
    """Return what changes when a file is replaced, so that a list read once is read anew then."""
    found = os.stat(path)
    return found.st_ino, found.st_size, found.st_mtime_ns


@lru_cache(maxsize=32)
def _index(path: Path, mark: tuple[int, int, int], follow: bool) -> Mapping[str, Any]:
    data = files.read(path, most=manifest.MAX_MANIFEST, follow=follow)
    return manifest.index(data, path)


def raw(number: str) -> bytes:
    """Return the newest list at hand as it is written: it names a release."""
    shelf = newest([one for one in shelves() if _lists(one, number)])
    return manifest.sealed(shelf.listed)


def _lists(shelf: Shelf, number: str) -> bool:
    return any(item["release"] == number for item in shelf.listed["releases"])


def forget() -> None:
    """Forget the lists that were read: the next question reads the files."""
    _index.cache_clear()


def shelves() -> tuple[Shelf, ...]:
    """Return every folder of releases at hand, the library's own first.

    A cache folder that is absent, or cannot be read, holds nothing.

    Raises
    ------
    ManifestError
        If the list of a cache is damaged: what it withdrew must not come back unseen.
    """
    bundled = paths.folder("releases")
    found = [Shelf(bundled, "bundled", index(bundled))]
    for folder in settings.caches():
        if os.access(folder / INDEX, os.R_OK):
            found.append(Shelf(folder, "cached", _cached(folder)))
    return tuple(found)


def _cached(folder: Path) -> Mapping[str, Any]:
    try:
        return index(folder, follow=False)
    except ManifestError as error:
        hint = "fetch the list again (troopdata fetch latest), or troopdata cache clear"
        raise ManifestError(error.message, hint=hint, file=error.file, rule=error.rule) from None


def newest(found: Iterable[Shelf]) -> Shelf:
    """Return the shelf whose list has the highest serial; the first of equals."""
    return max(found, key=lambda shelf: int(shelf.listed["serial"]))


def entries(found: Sequence[Shelf]) -> dict[str, Entry]:
    """Return every release that is listed, by number and in order, as the newest list has it.

    Raises
    ------
    IntegrityError
        If two lists know a release by different hashes: what is published never changes.
    """
    known: dict[str, Entry] = {}
    for shelf in sorted(found, key=lambda shelf: -int(shelf.listed["serial"])):
        for item in shelf.listed["releases"]:
            first = known.setdefault(item["release"], item)
            if first["manifest_sha256"] != item["manifest_sha256"]:
                message = f"{shelf.folder / INDEX}: published release {item['release']} changed"
                hint = "remove the list that is not yours (troopdata cache clear)"
                raise IntegrityError(message, hint=hint, rule="published", value=item["release"])
    return {number: known[number] for number in sorted(known, key=manifest.ordinal)}


def copies(number: str, found: Iterable[Shelf]) -> list[Shelf]:
    """Return the shelves that hold a whole copy of a release: a manifest comes last."""
    return [shelf for shelf in found if (shelf.folder / number / MANIFEST).exists()]


def chosen(version: str | None, known: Mapping[str, Entry], at_hand: Sequence[str]) -> str:
    """Return the number that is meant: an exact one, the newest of a month, or the newest.

    Parameters
    ----------
    version : str, optional
        A number, a month, ``"latest"`` or nothing.
    known : mapping
        Every release that is listed.
    at_hand : sequence of str
        Numbers of those that may be meant, in order.

    Raises
    ------
    UnknownRelease
        If there is none. A withdrawn release is meant by its exact number only.
    """
    if version in at_hand:
        return str(version)
    active = [number for number in at_hand if known[number]["status"] == "active"]
    if version in (None, "latest"):
        fitting = active
    else:
        fitting = [number for number in active if number.rsplit(".", 1)[0] == version]
    if fitting:
        return fitting[-1]
    raise UnknownRelease(version or "latest", hint=_hint(version, known, at_hand))


def _hint(version: str | None, known: Mapping[str, Entry], at_hand: Sequence[str]) -> str:
    withdrawn = [number for number in at_hand if known[number]["status"] == "yanked"]
    months = [number for number in known if version in (number, number.rsplit(".", 1)[0])]
    away = [number for number in months if number not in at_hand]
    said = f"releases at hand: {', '.join(at_hand) or 'none'}"
    if away:
        said = f"fetch it first (troopdata fetch {shown(away[-1])[1:-1]}); {said}"
    if withdrawn:
        said += f"; withdrawn, and loaded by exact number only: {', '.join(withdrawn)}"
    return said
