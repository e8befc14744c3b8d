"""Download the files of a release plan into the cache, and commit the release."""

from __future__ import annotations

from dataclasses import dataclass

from troopdata.progress import Bar
from troopdata.release import cache_folder, loader, remote
from troopdata.release.fetch_plan import FilePlan, ReleasePlan, action
from troopdata.release.release import Release

__all__ = ["commit", "download"]


def download(source: remote.Source, plan: ReleasePlan) -> list[int]:
    """Download what is missing of a release, and return the sizes of those files.

    Each file is verified, then put in its place in one step. What was downloaded before a fault is
    kept for the next fetch: without the manifest nothing of it is read.

    Parameters
    ----------
    source : remote.Source
        Where to download from.
    plan : ReleasePlan
        What to download.
    """
    sizes, done = [], 0
    with Bar(f"fetching {plan.number}", plan.size) as bar:
        for file in plan.files:
            if file.action != "keep":
                data = remote.file(source, plan.number, file.item, _Offset(bar, done))
                _write(file, data)
                sizes.append(file.size)
            done += file.size
    return sizes


@dataclass(frozen=True, slots=True)
class _Offset:
    """Show the progress of one file on the bar of its release."""

    bar: Bar
    before: int

    def __call__(self, amount: int) -> None:
        self.bar.at(self.before + amount)


def commit(plan: ReleasePlan) -> Release:
    """Write the manifest, which makes the files a release, and open that release.

    Parameters
    ----------
    plan : ReleasePlan
        The plan, all its files in their places.

    Raises
    ------
    IntegrityError
        If a file is not as released: it was changed in the meantime.
    """
    _write(plan.manifest, plan.manifest_data)
    loader.forget()
    return loader.opened(plan.number)


def _write(file: FilePlan, data: bytes) -> None:
    """Put a file in its place; a damaged one that is there is moved aside and kept."""
    # Another process may have repaired the file since the plan was made.
    if action(file.path, file.size, file.sha256) == "replace":
        cache_folder.quarantine(file.path)
    cache_folder.put(file.path, data)
