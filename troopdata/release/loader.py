"""Find a release, open it, verify it, and read its tables.

A release is a folder of Parquet files with a manifest; ``index.json`` beside it lists the
releases and seals itself. Releases lie beside the library and in the cache folders. No parser
sees a byte of a table before its size and SHA-256 are right, and what is parsed are the very
bytes that were hashed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from troopdata.errors import IncompatibleError, IntegrityError, ManifestError
from troopdata.io import files
from troopdata.release import repositories as shelved
from troopdata.release.manifest import MAX_MANIFEST, canonical_json, manifest, ordinal, sealed
from troopdata.release.release import Release, mending
from troopdata.release.repositories import MANIFEST, Entry, Shelf, index
from troopdata.schemas import arrow

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "Release",
    "canonical_json",
    "data_version",
    "described",
    "forget",
    "index",
    "opened",
    "readable",
    "sealed",
    "verify",
]

SCHEMA_MAJOR = 1


def opened(version: str | None = None, folder: Path | None = None) -> Release:
    """Open a release; every file of it is verified once.

    Parameters
    ----------
    version : str, optional
        Its number (``2026.11.0``), or a month (``2026.11``) for the newest of it. By default the
        newest at hand that is not withdrawn and that this library can read.
    folder : pathlib.Path, optional
        Where the releases lie; by default beside the library and in the cache folders.

    Raises
    ------
    UnknownRelease
        If there is no such release at hand.
    IntegrityError
        If any file of it is not what was released, in every copy at hand.
    IncompatibleError
        If this library is too old, or too new, for it.
    """
    found = (Shelf(folder, "bundled", index(folder)),) if folder else shelved.shelves()
    known = shelved.entries(found)
    at_hand = [number for number in known if shelved.copies(number, found)]
    if folder:
        at_hand = list(known)
    number = shelved.chosen(version, known, at_hand)
    if version is None and not readable(known[number]):
        fitting = [one for one in at_hand if readable(known[one])]
        number = shelved.chosen(None, known, fitting) if fitting else number
    return _whole(number, known[number], shelved.copies(number, found) or list(found[:1]))


def _whole(number: str, entry: Entry, copies: Sequence[Shelf]) -> Release:
    """Return the first copy that is as released; the first one's fault if none is."""
    if not readable(entry):
        raise unreadable(entry)
    faults = []
    for shelf in copies:
        try:
            return _opened(number, shelf.folder, entry["manifest_sha256"], shelf.place != "cached")
        except IntegrityError as error:
            faults.append(error)
    raise faults[0]


def readable(entry: Entry) -> bool:
    """Return whether this library can read a release, by its entry in a list or its manifest."""
    from troopdata import __version__

    major = int(entry["schema_version"].split(".")[0])
    return major == SCHEMA_MAJOR and ordinal(entry["min_reader"]) <= ordinal(__version__)


def unreadable(entry: Entry) -> IncompatibleError:
    """Return the error that says which library a release needs."""
    from troopdata import __version__

    message = (
        f"release {entry['release']} has schema {entry['schema_version']} and needs troopdata "
        f"{entry['min_reader']}; this is {__version__}"
    )
    return IncompatibleError(message, hint="pip install --upgrade troopdata", rule="min_reader")


@lru_cache(maxsize=32)
def _opened(number: str, folder: Path, sha256: str, follow: bool) -> Release:
    path = folder / number / MANIFEST
    try:
        data = files.read(path, most=MAX_MANIFEST, follow=follow)
    except OSError as error:
        hint = mending(number, folder)
        raise ManifestError(f"{path}: {error.strerror}", hint=hint, file=str(path)) from None
    if hashlib.sha256(data).hexdigest() != sha256:
        message = f"{path}: SHA-256 is not the one that index.json lists"
        hint = mending(number, folder)
        raise ManifestError(message, hint=hint, file=str(path), rule="sha256")
    return described(folder / number, data, number=number, follow=follow)


def described(
    folder: Path, data: bytes, *, number: str | None = None, follow: bool = True
) -> Release:
    """Return the release of a folder, given its manifest; every file of it is verified."""
    found = manifest(data, folder / MANIFEST, number)
    if not readable(found):
        raise unreadable(found)
    release = Release(found["release"], folder, found, follow)
    for item in release.manifest["files"]:
        release.data(item["name"])
    return release


def withdrawn(number: str) -> str:
    """Return why a release at hand was withdrawn, and what to take; nothing if it was not."""
    entry = shelved.entries(shelved.shelves()).get(number)
    if entry is None or entry["status"] != "yanked":
        return ""
    said, after = entry["yanked_reason"] or "no reason given", entry.get("superseded_by")
    return f"{said} (superseded by {after})" if after else str(said)


def forget() -> None:
    """Forget what was verified: the next question reads and hashes every file again."""
    shelved.forget()
    _opened.cache_clear()


def data_version(version: str | None = None) -> str:
    """Return the number of a release, the latest by default.

    Examples
    --------
    >>> data_version().count(".")
    2
    """
    return opened(version).version


def verify(version: str | None = None) -> pd.DataFrame:
    """Hash every file of a release and compare it with the manifest.

    Parameters
    ----------
    version : str, optional
        The release; the latest by default.

    Returns
    -------
    pandas.DataFrame
        One row a file: name, size (bytes), rows, sha256, content_sha256.

    Raises
    ------
    IntegrityError
        Naming the first file that is not what was released.
    UnknownRelease
        If the release is not at hand.

    Notes
    -----
    Why a release was withdrawn, if it was, stands in ``.attrs["troopdata"]["yanked"]``.

    Examples
    --------
    >>> "deployments.parquet" in set(verify()["name"])
    True
    """
    import pandas as pd

    release = opened(version)
    for item in release.manifest["files"]:
        release.data(item["name"])
    columns = ["name", "size", "rows", "sha256", "content_sha256"]
    listed = pd.DataFrame(list(release.manifest["files"])).reindex(columns=columns)
    types = {"size": "Int64", "rows": "Int64"}
    listed = listed.astype({name: types.get(name, "string") for name in columns})
    listed.attrs["troopdata"] = {"release": release.version, "folder": str(release.folder)}
    if reason := withdrawn(release.version):
        listed.attrs["troopdata"]["yanked"] = reason
    return listed


def read(
    table: str,
    *,
    version: str | None = None,
    columns: Sequence[str] | None = None,
    where: Mapping[str, Collection[str]] | None = None,
    backend: arrow.Backend = "numpy_nullable",
) -> pd.DataFrame:
    """Return rows of a table as pandas, with the release in ``.attrs["troopdata"]``."""
    release = opened(version)
    rows = release.coded(table, columns=columns, where=where)
    frame = arrow.frame(rows, backend=backend)
    frame.attrs["troopdata"] = {"release": release.version, "table": table}
    if reason := withdrawn(release.version):
        frame.attrs["troopdata"]["yanked"] = reason
    return frame
