"""Take a release back: the list says that it is withdrawn and why, and no file of it changes.

The latest release is then the newest that is not withdrawn. Whoever asks for the withdrawn one by
its number still gets it, with the reason.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from troopdata.curate.publish import alone
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
        What is wrong with it, as users read it.
    superseded_by : str, optional
        The release to take in its place; none by default.

    Returns
    -------
    str
        Number of the release that is the latest now.

    Raises
    ------
    UnknownRelease
        If one of the two is not listed.
    UsageError
        If it is withdrawn already, if no reason is given, if its successor is none, or if no other
        release would be left.
    """
    with alone(home):
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
    """Raise where a release cannot be withdrawn so."""
    for one in filter(None, (number, after)):
        if one not in known:
            raise UnknownRelease(one, hint=f"listed: {', '.join(known)}")
    if known[number]["status"] == "yanked":
        said = known[number]["yanked_reason"]
        raise UsageError(f"release {number} is withdrawn already: {said}", hint="nothing to do")
    if not reason.strip() or not reason.isprintable():
        raise UsageError(f"{shown(reason)} is no reason", hint='--reason "what is wrong with it"')
    active = [one for one, item in known.items() if item["status"] == "active" and one != number]
    if not active:
        hint = "release what takes its place first: without one nothing could be loaded"
        raise UsageError(f"release {number} is the only one that is not withdrawn", hint=hint)
    if after and after not in active:
        hint = f"one of {', '.join(active)}"
        raise UsageError(f"release {after} cannot take the place of {number}", hint=hint)
