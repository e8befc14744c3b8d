"""Releases that did not come with the library: which there are, and how they get here.

Who is believed: https, then the hashes of manifests that came with the library, then every list
that was accepted before. A list never goes back, and what it says of a release never changes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from troopdata.errors import (
    IntegrityError,
    ManifestError,
    NetworkError,
    StorageError,
    UnknownRelease,
)
from troopdata.io import files
from troopdata.progress import Bar
from troopdata.release import (
    cache_folder,
    loader,
    manifest,
    remote,
    repositories,
    rollback,
    settings,
)
from troopdata.release.repositories import INDEX, MANIFEST, Entry

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["fetch", "releases"]

UNSET = "no server is set (TROOPDATA_URL): these are the releases at hand"
OFFLINE = "offline (TROOPDATA_OFFLINE): these are the releases at hand"


def releases() -> pd.DataFrame:
    """Return every release that is known, and where it is at hand.

    Returns
    -------
    pandas.DataFrame
        One row a release, in order: release, released_at (datetime64[s]), schema_version,
        min_reader, status (active or yanked), yanked_reason, superseded_by (the release to take
        instead), place (bundled, cached; missing where it would have to be fetched), folder.
        ``.attrs["troopdata"]`` says which list was read (serial) and, in `message`, whether a
        server was asked.

    Raises
    ------
    IntegrityError
        If the server's list is older than one seen before, or tells another story.

    Notes
    -----
    With ``TROOPDATA_URL`` set the server's list is read first; if it cannot be reached, the last
    list at hand stands, and `message` says so.

    Examples
    --------
    >>> releases().set_index("release").loc["2026.11.0", "place"]
    'bundled'
    """
    import pandas as pd

    message = _standing()
    if not message:
        try:
            _refreshed(remote.Source(settings.source()), allow_rollback=False)
        except (NetworkError, StorageError) as error:
            message = f"the server's list could not be had: {error}"
    found = repositories.shelves()
    rows = [_row(number, item, found) for number, item in repositories.entries(found).items()]
    frame = pd.DataFrame(rows, columns=list(COLUMNS)).astype(COLUMNS)
    serial = repositories.newest(found).listed["serial"]
    frame.attrs["troopdata"] = {"serial": serial, "message": message}
    return frame


COLUMNS = {
    "release": "string", "released_at": "datetime64[s]", "schema_version": "string",
    "min_reader": "string", "status": "string", "yanked_reason": "string",
    "superseded_by": "string", "place": "string", "folder": "string",
}  # fmt: skip


def _row(number: str, entry: Entry, found: Sequence[repositories.Shelf]) -> tuple[Any, ...]:
    copies = repositories.copies(number, found)
    said = [entry.get(name) for name in COLUMNS if name not in ("place", "folder")]
    if not copies:
        return (*said, None, None)
    return (*said, copies[0].place, str(copies[0].folder / number))


def _standing() -> str:
    """Return why no server is asked; nothing if one is."""
    return OFFLINE if settings.offline() else "" if settings.source() else UNSET


def fetch(version: str = "latest", *, allow_rollback: bool = False) -> pd.DataFrame:
    """Bring a release, or all, into the cache; `load` finds it there by its number.

    Parameters
    ----------
    version : str
        A number (``"2026.11.0"``), a month for the newest of it (``"2026.11"``), ``"latest"``,
        or ``"all"``.
    allow_rollback : bool
        Whether a list may be taken that is older than one seen before.

    Returns
    -------
    pandas.DataFrame
        One row a release asked for: release, status, yanked_reason, place (bundled; cached, if it
        was there before; fetched), files and bytes (fetched now), folder.
        ``.attrs["troopdata"]["message"]`` says why no server was asked, if none was.

    Raises
    ------
    UnknownRelease
        If there is none of that number.
    NetworkError
        If it cannot be had, or the library is told to stay offline and has it not.
    IntegrityError
        If what came is not what was released; nothing of it is kept.
    StorageError
        If no cache folder can be written, or a disk is full.
    IncompatibleError
        If this library cannot read it.

    Notes
    -----
    Settings are read at each call: ``TROOPDATA_URL`` (https, http on this machine, or a folder;
    unset, the releases at hand serve), ``TROOPDATA_CACHE`` (one folder, or several as in
    ``PATH``: all are searched, the first that can be written is written to),
    ``TROOPDATA_OFFLINE``. An exact number that is at hand asks no server. A file is in its place
    only when it is whole and its SHA-256 is right, the manifest after all others.

    Examples
    --------
    >>> fetch("2026.11.0")["place"].item()
    'bundled'
    """
    import pandas as pd

    loader.forget()  # what is at hand is hashed again
    message = _standing()
    if manifest.is_version(version) and (row := _here(version)):
        rows = [row]
    elif message:
        rows = [_at_hand(number) for number in _wanted_here(version, message)]
    else:
        place = remote.Source(settings.source())
        known = _refreshed(place, allow_rollback=allow_rollback)
        rows = [_fetched(place, known[number], known) for number in _wanted(version, known)]
    columns = ["release", "status", "yanked_reason", "place", "files", "bytes", "folder"]
    numbers = {"files": "Int64", "bytes": "Int64"}
    frame = pd.DataFrame(rows, columns=columns)
    frame = frame.astype({name: numbers.get(name, "string") for name in columns})
    frame.attrs["troopdata"] = {"message": message}
    return frame


def _wanted(version: str, known: Mapping[str, Entry]) -> list[str]:
    """Return the numbers that are asked for, in order."""
    in_order = sorted(known, key=manifest.ordinal)
    if version == "all":
        return [number for number in in_order if loader.readable(known[number])]
    try:
        return [repositories.chosen(version, known, in_order)]
    except UnknownRelease as error:
        hint = error.hint.replace("releases at hand", "releases there")
        raise UnknownRelease(version, hint=hint) from None


def _wanted_here(version: str, message: str) -> list[str]:
    found = repositories.shelves()
    known = repositories.entries(found)
    numbers = [number for number in known if repositories.copies(number, found)]
    if version == "all":
        return numbers
    try:
        return [repositories.chosen(version, known, numbers)]
    except UnknownRelease as error:
        if settings.offline():
            said = f"{message.split(':', maxsplit=1)[0]}, and release {version} is not at hand"
            raise NetworkError(said, hint=error.hint, rule="offline", value=version) from None
        hint = f"TROOPDATA_URL names the folder or server to fetch it from; {error.hint}"
        raise UnknownRelease(version, hint=hint) from None


def _here(number: str) -> tuple[Any, ...] | None:
    """Return the row of a release that is at hand and whole; None if it has to be fetched.

    A damaged copy, or a damaged list, is fetched anew where there is a server, and told where
    there is none.
    """
    try:
        return _at_hand(number)
    except UnknownRelease:
        return None
    except IntegrityError:
        if _standing():
            raise
        return None


def _at_hand(number: str) -> tuple[Any, ...]:
    found = loader.opened(number)
    entry = repositories.entries(repositories.shelves())[number]
    place = "cached" if found.folder.parent in settings.caches() else "bundled"
    return (number, entry["status"], entry["yanked_reason"], place, 0, 0, str(found.folder))


def _refreshed(place: remote.Source, *, allow_rollback: bool) -> dict[str, Entry]:
    """Return what a source lists, held against all lists that were seen, and keep its list."""
    data, index = remote.index(place)
    seen = rollback.seen()
    for older in seen:
        rollback.continues(index, older, f"{place.base}/{INDEX}", allow_rollback=allow_rollback)
    if allow_rollback or not any(index["seal"] == older["seal"] for older in seen):
        _keep(data)
    return {item["release"]: item for item in index["releases"]}


def _keep(data: bytes) -> None:
    """Keep a list in our cache."""
    cache_folder.put(_cache() / INDEX, data)
    repositories.forget()


def _cache() -> Path:
    """Return the cache that is written to, marked as ours and without orphans."""
    folder = cache_folder.home()
    if not cache_folder.tagged(folder):
        cache_folder.put(folder / cache_folder.TAG, cache_folder.SIGNATURE)
    files.sweep(folder)
    return folder


def _fetched(place: remote.Source, entry: Entry, known: Mapping[str, Entry]) -> tuple[Any, ...]:
    """Fetch what is missing of a release, and return its row."""
    number = entry["release"]
    if not loader.readable(entry):
        raise loader.unreadable(entry)
    if (row := _here(number)) is not None:
        return row
    folder = _cache()
    if not (folder / INDEX).exists():
        # A folder is a shelf by its list; this one was known from another shelf.
        _keep(repositories.raw(number))
    shown = Bar(f"fetching {number}", 1)
    kept, data = _manifest(place, folder, entry, known)
    files = kept["files"]
    shown.total = max(sum(item["size"] for item in files), 1)
    got, done = [], 0
    with shown:
        for item in files:
            if not _whole(folder / number / item["name"], item["size"], item["sha256"]):
                told = lambda amount, done=done: shown.at(done + amount)  # noqa: E731
                cache_folder.put(
                    folder / number / item["name"], remote.file(place, number, item, told)
                )
                got.append(item["size"])
            done += item["size"]
    cache_folder.put(folder / number / MANIFEST, data)
    loader.forget()
    found = loader.opened(number)
    return (
        number, entry["status"], entry["yanked_reason"], "fetched", len(got), sum(got),
        str(found.folder),
    )  # fmt: skip


def _manifest(
    place: remote.Source, folder: Path, entry: Entry, known: Mapping[str, Entry]
) -> tuple[Mapping[str, Any], bytes]:
    """Return a release's manifest, its hash right and its chain unbroken."""
    number = entry["release"]
    _whole(folder / number / MANIFEST, entry["manifest_size"], entry["manifest_sha256"])
    item = {"name": MANIFEST, "size": entry["manifest_size"], "sha256": entry["manifest_sha256"]}
    data = remote.file(place, number, item, None)
    found = manifest.manifest(data, f"{place.base}/{number}/{MANIFEST}", number)
    before = found["previous"]
    listed = known.get(before["release"]) if before else None
    if before and (listed is None or listed["manifest_sha256"] != before["manifest_sha256"]):
        message = f"release {number} follows another {before['release']} than the one listed"
        raise ManifestError(message, hint="tell the publisher", rule="chain")
    return found, data


def _whole(path: Path, size: int, sha256: str) -> bool:
    """Whether a file is there as released; one that is not is moved aside."""
    try:
        data = files.read(path, most=size, follow=False)
    except FileNotFoundError:
        return False
    except OSError:
        data = b""
    if len(data) == size and hashlib.sha256(data).hexdigest() == sha256:
        return True
    cache_folder.quarantine(path)
    return False
