"""Read a server's list of releases, and cache it once it is accepted.

What is trusted: https, then the hashes of manifests in the bundled list, then every list that was
accepted before. A list never goes back, and its entry for a release never changes.
"""

from __future__ import annotations

from troopdata.release import cache_folder, remote, repositories, rollback
from troopdata.release.repositories import INDEX, Entry

__all__ = ["accept", "cache"]


def accept(source: remote.Source, *, allow_rollback: bool) -> dict[str, Entry]:
    """Return the entries of a source's list, by number.

    Parameters
    ----------
    source : remote.Source
        Where the list is read.
    allow_rollback : bool
        Whether a list is accepted that is older than one accepted before.

    Raises
    ------
    IntegrityError
        If the list does not continue those that were accepted before.
    """
    data, index = remote.index(source)
    before = rollback.accepted_before()
    for older in before:
        where = f"{source.base}/{INDEX}"
        rollback.check_continues(index, older, where, allow_rollback=allow_rollback)
    if allow_rollback or not any(index["seal"] == older["seal"] for older in before):
        cache(data)
    return {item["release"]: item for item in index["releases"]}


def cache(data: bytes) -> None:
    """Write a list to the cache folder."""
    cache_folder.put(cache_folder.prepare() / INDEX, data)
    repositories.forget()
