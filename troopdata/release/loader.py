"""Find, open and verify a release, and read its tables.

A release is a folder of Parquet files with a manifest; ``index.json`` beside it lists the
releases and carries its own hash. Releases are bundled with the library or cached. No byte of a
table is parsed before its size and SHA-256 are verified, and exactly the bytes that were hashed
are parsed: the file is read once.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from troopdata.errors import IncompatibleError, IntegrityError, ManifestError
from troopdata.io import files
from troopdata.release import repositories
from troopdata.release.manifest import MAX_MANIFEST, canonical_json, manifest, ordinal, sealed
from troopdata.release.release import Release, repair_hint
from troopdata.release.repositories import MANIFEST, Entry, Repository, index
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

# The schema versions that this library reads: 2 added the one quantity of `presence`.
SCHEMA_MAJORS = (1, 2, 3, 4)


def opened(version: str | None = None, folder: Path | None = None) -> Release:
    """Open a release; every file of it is verified once.

    Parameters
    ----------
    version : str, optional
        Its number (``2026.11.0``), or a month (``2026.11``) for the newest release of it. By
        default the newest available one that is not withdrawn and that this library can read.
    folder : pathlib.Path, optional
        The folder of releases; by default the bundled one and the cache folders.

    Raises
    ------
    UnknownRelease
        If the release is neither bundled nor cached.
    IntegrityError
        If no copy of it is as released.
    IncompatibleError
        If this library is too old, or too new, for it.
    """
    if folder:
        found: Sequence[Repository] = (Repository(folder, "bundled", index(folder)),)
    else:
        found = repositories.local()
    known = repositories.entries(found)
    # In a folder that was named, a listed release without a manifest is an error, not unknown.
    available = [one for one in known if folder or repositories.with_copy(one, found)]
    number = repositories.choose(version, known, available)
    if version is None and not readable(known[number]):
        fitting = [one for one in available if readable(known[one])]
        number = repositories.choose(None, known, fitting) if fitting else number
    copies = repositories.with_copy(number, found) or found[:1]
    return _first_intact(number, known[number], copies)


def _first_intact(number: str, entry: Entry, copies: Sequence[Repository]) -> Release:
    """Return the first copy that is as released; raise the first one's fault if none is."""
    if not readable(entry):
        raise unreadable(entry)
    faults = []
    for copy in copies:
        try:
            # What the user installs may be links; a link in a cache was put there by someone else.
            follow = copy.place != "cached"
            return _opened(number, copy.folder, entry["manifest_sha256"], follow)
        except IntegrityError as error:
            faults.append(error)
    raise faults[0]


def readable(entry: Entry) -> bool:
    """Return whether this library can read a release.

    Parameters
    ----------
    entry : mapping
        Its entry in a list of releases, or its manifest.
    """
    from troopdata import __version__

    major = int(entry["schema_version"].split(".")[0])
    return major in SCHEMA_MAJORS and ordinal(entry["min_reader"]) <= ordinal(__version__)


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
        hint = repair_hint(number, folder)
        raise ManifestError(f"{path}: {error.strerror}", hint=hint, file=str(path)) from None
    if hashlib.sha256(data).hexdigest() != sha256:
        message = f"{path}: SHA-256 is not the one that index.json lists"
        hint = repair_hint(number, folder)
        raise ManifestError(message, hint=hint, file=str(path), rule="sha256")
    return described(folder / number, data, number=number, follow=follow)


def described(
    folder: Path, data: bytes, *, number: str | None = None, follow: bool = True
) -> Release:
    """Return the release in a folder, given its manifest; every file of it is verified.

    Parameters
    ----------
    folder : pathlib.Path
        The folder.
    data : bytes
        The manifest, verified.
    number : str, optional
        The number that the manifest must have.
    follow : bool
        Whether files may be symbolic links.
    """
    found = manifest(data, folder / MANIFEST, number)
    if not readable(found):
        raise unreadable(found)
    release = Release(found["release"], folder, found, follow)
    for item in release.manifest["files"]:
        release.data(item["name"])
    return release


def withdrawn(number: str) -> str:
    """Return why a release was withdrawn, and what supersedes it; empty if it was not."""
    entry = repositories.entries(repositories.local()).get(number)
    if entry is None or entry["status"] != "yanked":
        return ""
    reason, after = entry["yanked_reason"] or "no reason given", entry.get("superseded_by")
    return f"{reason} (superseded by {after})" if after else str(reason)


def forget() -> None:
    """Forget what was verified: the next call reads and hashes every file again."""
    repositories.forget()
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
        With the first file that is not as released.
    UnknownRelease
        If the release is neither bundled nor cached.

    Notes
    -----
    The reason for a withdrawal is in ``.attrs["troopdata"]["yanked"]``.

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
