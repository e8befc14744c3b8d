"""Whether a list of releases continues those that were seen before."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

from troopdata.errors import IntegrityError, ManifestError
from troopdata.release import cache_folder, repositories, settings
from troopdata.release.repositories import INDEX

__all__ = ["continues", "seen"]


def seen() -> list[Mapping[str, Any]]:
    """Return every list at hand; a damaged one of our own cache is moved aside."""
    found = [repositories.index()]
    for folder in settings.caches():
        if not os.access(folder / INDEX, os.R_OK):
            continue
        try:
            found.append(repositories.index(folder, follow=False))
        except ManifestError:
            if not cache_folder.tagged(folder):
                raise
            cache_folder.quarantine(folder / INDEX)
    return found


def continues(
    index: Mapping[str, Any], older: Mapping[str, Any], where: str, *, allow_rollback: bool
) -> None:
    """Refuse a list that goes back behind one that was seen, or contradicts it."""
    now = {item["release"]: item for item in index["releases"]}
    for item in older["releases"]:
        new = now.get(item["release"])
        if new is not None and new["manifest_sha256"] != item["manifest_sha256"]:
            message = f"{where}: published release {item['release']} changed"
            hint = f"its manifest had SHA-256 {item['manifest_sha256']}; tell the publisher"
            raise IntegrityError(message, hint=hint, rule="published", value=item["release"])
    lost = [item["release"] for item in older["releases"] if item["release"] not in now]
    back = index["serial"] < older["serial"]
    fork = index["serial"] == older["serial"] and index["seal"] != older["seal"]
    if allow_rollback or not (back or fork or lost):
        return
    said = f"{where} has serial {index['serial']}, and {older['serial']} was seen before"
    if lost and not back:
        said = f"{where} no longer lists release {lost[0]}"
    hint = "an old copy? allow_rollback=True (--allow-rollback) takes it all the same"
    raise IntegrityError(said, hint=hint, rule="rollback", value=index["serial"])
