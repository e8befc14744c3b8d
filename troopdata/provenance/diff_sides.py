"""Open the two sides of a comparison, and find the releases between them."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from troopdata.errors import ManifestError, UnknownRelease, UsageError
from troopdata.release import loader
from troopdata.release.loader import Release
from troopdata.schemas import arrow, model

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["between", "frame", "reasons", "same", "side"]

BUILD = "build it first: troopdata build --to FOLDER, then name that folder"


def side(value: str | Path) -> Release:
    """Return one side of a comparison: a release by its number, or the build in a folder.

    Raises
    ------
    UnknownRelease
        If the value is neither a release nor a folder.
    UsageError
        If the folder does not hold a build.
    IntegrityError
        If a file differs from the manifest.
    """
    if isinstance(value, Path):
        return _built(value)
    try:
        return loader.opened(value)
    except UnknownRelease as error:
        if Path(value).is_dir():
            return _built(Path(value))
        hint = f"{error.hint}; or name a folder that troopdata build --to made"
        raise UnknownRelease(value, hint=hint) from None


def _built(folder: Path) -> Release:
    """Open a release that no index lists; its files are verified against its manifest."""
    path = folder / "manifest.json"
    if not folder.is_dir():
        raise UsageError(f"{folder} is not a folder", hint=BUILD, file=str(folder))
    if not path.is_file():
        facts = (folder / "facts").is_dir() or any(folder.glob("*.csv"))
        problem = "holds facts that are not built" if facts else "does not hold a manifest.json"
        raise UsageError(f"{folder} {problem}", hint=BUILD, file=str(folder))
    try:
        data = path.read_bytes()
    except OSError as error:
        raise ManifestError(f"{path}: {error.strerror}", file=str(path)) from None
    return loader.described(folder, data)


def frame(opened: Release, table: str) -> pd.DataFrame:
    """Return a table of a release, empty if the release does not have the table yet."""
    if _hash(opened, table) is None:
        return arrow.empty(model.table(table))
    return arrow.frame(opened.rows(table))


def same(old: Release, new: Release, table: str) -> bool:
    """Return whether two releases hold the same rows, by the content hashes of their manifests."""
    return _hash(old, table) == _hash(new, table)


def _hash(opened: Release, table: str) -> str | None:
    listed = {item["name"]: item for item in opened.manifest["files"]}
    entry = listed.get(f"{table}.parquet")
    return str(entry["content_sha256"]) if entry else None


def reasons(steps: Iterable[Release]) -> pd.DataFrame:
    """Return the reasons that releases give for their changes.

    Parameters
    ----------
    steps : iterable of Release
        The releases, as `between` returns them.

    Returns
    -------
    pandas.DataFrame
        table, key, column, reason; a cell that changed more than once has all its reasons, oldest
        first.
    """
    import pandas as pd

    columns = ["table", "key", "column", "reason"]
    parts = [
        arrow.frame(step.rows("changes", columns=columns)).dropna(subset=["reason"])
        for step in steps
        if _hash(step, "changes")
    ]
    found = pd.concat([pd.DataFrame(columns=columns, dtype="string"), *parts], ignore_index=True)
    found = found.drop_duplicates(ignore_index=True)
    joined = found.groupby(columns[:-1], sort=False)["reason"].agg(" ".join)
    return joined.reset_index().astype("string")


def between(old: Release, new: Release) -> list[Release]:
    """Return the releases after an old one up to a new one, oldest first.

    The result is empty if the old release is not an ancestor of the new one.
    """
    known = {item["release"] for item in loader.index()["releases"]}
    steps = [new]
    while steps[0].version != old.version:
        previous = (steps[0].manifest.get("previous") or {}).get("release")
        if previous == old.version:
            return steps
        if previous not in known:
            return []
        steps.insert(0, loader.opened(previous))
    return steps
