"""Withdraw a release: the list says so, with the reason, and its files stay as they are.

The latest release is then the newest that is not withdrawn. A withdrawn release can still be loaded
by its number, and the reason is reported with it.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from troopdata.curate.publish import locked
from troopdata.errors import UnknownRelease, UsageError, shown
from troopdata.io import csv_writer
from troopdata.release import loader
from troopdata.release.loader import sealed
from troopdata.release.manifest import ordinal

__all__ = ["withdraw"]


def withdraw(home: Path, number: str, reason: str, *, superseded_by: str = "") -> str:
    """Mark a release as withdrawn in ``releases/index.json``, which is replaced in one step.

    Parameters
    ----------
    home : pathlib.Path
        The ``datasets`` folder.
    number : str
        The release.
    reason : str
        What is wrong with it, for its users.
    superseded_by : str, optional
        The release to use instead; none by default.

    Returns
    -------
    str
        Number of the release that is now the latest.

    Raises
    ------
    UnknownRelease
        If either release is not listed.
    UsageError
        If it is already withdrawn, if the reason is empty, if its successor is withdrawn, or if no
        other release would be left.
    """
    with locked(home):
        listed = dict(loader.index(home / "releases"))
        known = {item["release"]: dict(item) for item in listed["releases"]}
        _refuse(known, number, reason, superseded_by)
        known[number].update(
            status="yanked", yanked_reason=reason.strip(), superseded_by=superseded_by or None
        )
        left = [one for one, item in known.items() if item["status"] == "active"]
        latest: str = max(left, key=ordinal)
        listed.update(serial=listed["serial"] + 1, latest=latest, releases=list(known.values()))
        csv_writer.replace(home / "releases" / "index.json", sealed(listed))
    return latest


def _refuse(known: dict[str, dict[str, Any]], number: str, reason: str, after: str) -> None:
    """Raise if a release cannot be withdrawn in this way."""
    for one in filter(None, (number, after)):
        if one not in known:
            raise UnknownRelease(one, hint=f"listed: {', '.join(known)}")
    if known[number]["status"] == "yanked":
        said = known[number]["yanked_reason"]
        raise UsageError(f"release {number} is already withdrawn: {said}", hint="nothing to do")
    if not reason.strip() or not reason.isprintable():
        raise UsageError(
            f"{shown(reason)} is not a reason", hint='--reason "what is wrong with it"'
        )
    active = [one for one, item in known.items() if item["status"] == "active" and one != number]
    if not active:
        hint = "release its successor first: without one there is nothing to load"
        raise UsageError(f"release {number} is the only one that is not withdrawn", hint=hint)
    if after and after not in active:
        hint = f"one of {', '.join(active)}"
        raise UsageError(f"release {after} cannot supersede {number}", hint=hint)
