"""Check that a list of releases continues the lists that were accepted before."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

from troopdata.errors import IntegrityError, ManifestError
from troopdata.release import cache_folder, repositories, settings
from troopdata.release.repositories import INDEX

__all__ = ["accepted_before", "check_continues"]


def accepted_before() -> list[Mapping[str, Any]]:
    """Return the bundled list and every cached one; a damaged one of our own is moved aside."""
    found = [repositories.index()]
    for folder in settings.caches():
        if not os.access(folder / INDEX, os.R_OK):
            continue
        try:
            found.append(repositories.index(folder, follow=False))
        except ManifestError:
            if not cache_folder.is_ours(folder):
                raise
            cache_folder.quarantine(folder / INDEX)
    return found


def check_continues(
    index: Mapping[str, Any], older: Mapping[str, Any], where: str, *, allow_rollback: bool
) -> None:
    """Refuse a list that is older than one accepted before, or contradicts it.

    Parameters
    ----------
    index : mapping
        The list to check.
    older : mapping
        One that was accepted before.
    where : str
        The file or URL of the list, for messages.
    allow_rollback : bool
        Whether an older list is accepted. A changed hash is refused in any case.

    Raises
    ------
    IntegrityError
        If a published release changed, the serial is lower, two lists have the same serial, or a
        release is no longer listed.
    """
    now = {item["release"]: item for item in index["releases"]}
    for item in older["releases"]:
        new = now.get(item["release"])
        if new is not None and new["manifest_sha256"] != item["manifest_sha256"]:
            message = f"{where}: published release {item['release']} changed"
            hint = f"its manifest had SHA-256 {item['manifest_sha256']}; inform the publisher"
            raise IntegrityError(message, hint=hint, rule="published", value=item["release"])
    lost = [item["release"] for item in older["releases"] if item["release"] not in now]
    back = index["serial"] < older["serial"]
    fork = index["serial"] == older["serial"] and index["seal"] != older["seal"]
    if allow_rollback or not (back or fork or lost):
        return
    message = f"{where} has serial {index['serial']}, and {older['serial']} was seen before"
    if lost and not back:
        message = f"{where} no longer lists release {lost[0]}"
    hint = "an old copy? allow_rollback=True (--allow-rollback) accepts it anyway"
    raise IntegrityError(message, hint=hint, rule="rollback", value=index["serial"])
