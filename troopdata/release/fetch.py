"""Fetch releases that are not bundled with the library, and list the known ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from troopdata.errors import IntegrityError, NetworkError, StorageError, UnknownRelease
from troopdata.release import (
    cache_folder,
    download,
    fetch_plan,
    loader,
    manifest,
    remote,
    repositories,
    server_list,
    settings,
)
from troopdata.release.repositories import INDEX, Entry

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["fetch", "releases"]

NO_SERVER = "TROOPDATA_URL is not set: these are the bundled and cached releases"
OFFLINE = "offline (TROOPDATA_OFFLINE): these are the bundled and cached releases"
LISTED = {
    "release": "string", "released_at": "datetime64[s]", "schema_version": "string",
    "min_reader": "string", "status": "string", "yanked_reason": "string",
    "superseded_by": "string", "place": "string", "folder": "string",
}  # fmt: skip
FETCHED = {
    "release": "string", "status": "string", "yanked_reason": "string", "place": "string",
    "files": "Int64", "bytes": "Int64", "folder": "string",
}  # fmt: skip

Row = tuple[Any, ...]


def releases() -> pd.DataFrame:
    """Return every known release, and where this machine has a copy of it.

    Returns
    -------
    pandas.DataFrame
        One row a release, in order: release, released_at (datetime64[s]), schema_version,
        min_reader, status (active or yanked), yanked_reason, superseded_by (the release to take
        instead), place (bundled or cached; missing where it would have to be fetched), folder.
        ``.attrs["troopdata"]`` says which list was read (serial) and, in `message`, why no server
        was asked, if none was.

    Raises
    ------
    IntegrityError
        If the server's list is older than one accepted before, or contradicts it.

    Notes
    -----
    With ``TROOPDATA_URL`` set the server's list is read first; if that fails, the last list on
    this machine is used, and `message` says so.

    Examples
    --------
    >>> releases().set_index("release").loc["2026.11.0", "place"]
    'bundled'
    """
    import pandas as pd

    message = _no_server()
    if not message:
        try:
            server_list.accept(remote.Source(settings.source()), allow_rollback=False)
        except (NetworkError, StorageError) as error:
            message = f"the server's list could not be read: {error}"
    found = repositories.local()
    rows = [_listed(number, item, found) for number, item in repositories.entries(found).items()]
    frame = pd.DataFrame(rows, columns=list(LISTED)).astype(LISTED)
    serial = repositories.newest(found).serial
    frame.attrs["troopdata"] = {"serial": serial, "message": message}
    return frame


def _listed(number: str, entry: Entry, found: Sequence[repositories.Repository]) -> Row:
    values = [entry.get(name) for name in LISTED if name not in ("place", "folder")]
    copies = repositories.with_copy(number, found)
    if not copies:
        return (*values, None, None)
    return (*values, copies[0].place, str(copies[0].folder / number))


def _no_server() -> str:
    """Return why no server is asked; an empty string if one is."""
    return OFFLINE if settings.offline() else "" if settings.source() else NO_SERVER


def fetch(version: str = "latest", *, allow_rollback: bool = False) -> pd.DataFrame:
    """Fetch a release, or all, into the cache; `load` then finds it by its number.

    Parameters
    ----------
    version : str
        A number (``"2026.11.0"``), a month for the newest release of it (``"2026.11"``),
        ``"latest"``, or ``"all"``.
    allow_rollback : bool
        Whether to accept a list of releases that is older than one accepted before.

    Returns
    -------
    pandas.DataFrame
        One row a requested release: release, status, yanked_reason, place (bundled; cached, if it
        was there before; fetched), files and bytes (downloaded now), folder.
        ``.attrs["troopdata"]["message"]`` says why no server was asked, if none was.

    Raises
    ------
    UnknownRelease
        If there is no such release.
    NetworkError
        If the release cannot be downloaded, or the library is offline and the release is neither
        bundled nor cached.
    IntegrityError
        If a downloaded file is not as released; nothing of it is kept.
    StorageError
        If no cache folder can be written, or a disk is full.
    IncompatibleError
        If this library cannot read the release.

    Notes
    -----
    Settings are read at each call: ``TROOPDATA_URL`` (https, http on this machine, or a folder;
    without it only bundled and cached releases are found), ``TROOPDATA_CACHE`` (one folder, or
    several as in ``PATH``: all are searched, the first writable one is written to),
    ``TROOPDATA_OFFLINE``. For an exact number that is bundled or cached no server is asked. A file
    is moved to its place only when it is whole and its SHA-256 is right, the manifest after all
    others.

    Examples
    --------
    >>> fetch("2026.11.0")["place"].item()
    'bundled'
    """
    import pandas as pd

    loader.forget()  # every local copy is hashed again
    message = _no_server()
    if manifest.is_version(version) and (row := _intact(version)):
        rows = [row]
    elif message:
        rows = [_local(number) for number in _wanted_locally(version)]
    else:
        source = remote.Source(settings.source())
        known = server_list.accept(source, allow_rollback=allow_rollback)
        rows = [_fetched(source, known[number], known) for number in _wanted(version, known)]
    frame = pd.DataFrame(rows, columns=list(FETCHED)).astype(FETCHED)
    frame.attrs["troopdata"] = {"message": message}
    return frame


def _fetched(source: remote.Source, entry: Entry, known: Mapping[str, Entry]) -> Row:
    """Plan, download and commit a release that has no intact local copy; return its row."""
    number = entry["release"]
    if not loader.readable(entry):
        raise loader.unreadable(entry)
    if row := _intact(number):
        return row
    folder = cache_folder.prepare()
    if not (folder / INDEX).exists():
        # Without a list the folder is not searched; this list came from another folder.
        server_list.cache(repositories.list_naming(number))
    plan = fetch_plan.plan(source, entry, known, folder)
    sizes = download.download(source, plan)
    found = download.commit(plan)
    return _row(entry, "fetched", found, sizes)


def _row(entry: Entry, place: str, found: loader.Release, sizes: Sequence[int] = ()) -> Row:
    values = (entry["release"], entry["status"], entry["yanked_reason"], place)
    return (*values, len(sizes), sum(sizes), str(found.folder))


def _intact(number: str) -> Row | None:
    """Return the row of a release with an intact local copy; None if it has to be fetched.

    A damaged copy, or a damaged list, is fetched again where there is a server, and an error
    where there is none.
    """
    try:
        return _local(number)
    except UnknownRelease:
        return None
    except IntegrityError:
        if _no_server():
            raise
        return None


def _local(number: str) -> Row:
    """Return the row of a release with a local copy, every file of which is verified."""
    found = loader.opened(number)
    entry = repositories.entries(repositories.local())[number]
    place = "cached" if found.folder.parent in settings.caches() else "bundled"
    return _row(entry, place, found)


def _wanted(version: str, known: Mapping[str, Entry]) -> list[str]:
    """Return the numbers that a version means among those of the server, in order."""
    numbers = sorted(known, key=manifest.ordinal)
    if version == "all":
        return [number for number in numbers if loader.readable(known[number])]
    return [repositories.choose(version, known, numbers, where="releases on the server")]


def _wanted_locally(version: str) -> list[str]:
    """Return the numbers that a version means among those with a local copy, in order."""
    found = repositories.local()
    known = repositories.entries(found)
    numbers = [number for number in known if repositories.with_copy(number, found)]
    if version == "all":
        return numbers
    try:
        return [repositories.choose(version, known, numbers)]
    except UnknownRelease as error:
        if settings.offline():
            message = f"offline (TROOPDATA_OFFLINE), and release {version} is not cached"
            raise NetworkError(message, hint=error.hint, rule="offline", value=version) from None
        hint = f"set TROOPDATA_URL to the folder or server to fetch it from; {error.hint}"
        raise UnknownRelease(version, hint=hint) from None
