"""Read files of releases from a server or a folder, and check that each is the right one."""

from __future__ import annotations

import hashlib
import os
import urllib.parse
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from troopdata.errors import IntegrityError, ManifestError, StorageError
from troopdata.io import files
from troopdata.release import login_page, manifest

__all__ = ["Source", "file", "index"]

Progress = Callable[[int], None]
Result = TypeVar("Result")


@dataclass(frozen=True)
class Source:
    """A URL or a folder that releases are fetched from."""

    base: str

    def get(
        self, name: str, *, most: int, size: int | None = None, progress: Progress | None = None
    ) -> bytes:
        """Return a file, by its name below the base."""
        if "://" not in self.base:
            return self._local(name, most, size)
        # urllib3 is imported only where something is fetched over a network.
        from troopdata.release import http

        url = self.base.rstrip("/") + "/" + urllib.parse.quote(name)
        return http.get(url, most=most, size=size, progress=progress)

    def _local(self, name: str, most: int, size: int | None) -> bytes:
        path = Path(os.path.abspath(os.path.expanduser(self.base))) / name
        try:
            data = files.read(path, most=most if size is None else size)
        except OSError as error:
            hint = "is TROOPDATA_URL the folder that holds index.json?"
            raise StorageError(f"{path}: {error.strerror}", hint=hint, file=str(path)) from None
        if len(data) > most or (size is not None and len(data) != size):
            message = f"{path}: {len(data):,} bytes, not {size if size is not None else most:,}"
            raise IntegrityError(message, file=str(path), rule="size")
        return data


def index(source: Source) -> tuple[bytes, Mapping[str, Any]]:
    """Return the list of releases of a source, as bytes and parsed."""
    return _twice(lambda: _index(source))


def _index(source: Source) -> tuple[bytes, Mapping[str, Any]]:
    data = source.get("index.json", most=manifest.MAX_MANIFEST)
    try:
        return data, manifest.index(data, f"{source.base}/index.json")
    except ManifestError as error:
        raise _or_login_page(error, data) from None


def file(
    source: Source, number: str, item: Mapping[str, Any], progress: Progress | None = None
) -> bytes:
    """Return a file of a release, its size and SHA-256 verified.

    Parameters
    ----------
    source : Source
        Where to read it from.
    number : str
        The release.
    item : mapping
        The name, size and sha256 that the file must have.
    progress : callable, optional
        Called with the number of bytes received so far.

    Raises
    ------
    IntegrityError
        If the file is still another one at the second try.
    """

    def attempt() -> bytes:
        name, size = f"{number}/{item['name']}", item["size"]
        data = source.get(name, most=size, size=size, progress=progress)
        found = hashlib.sha256(data).hexdigest()
        if found != item["sha256"]:
            message = f"{source.base}/{name}: SHA-256 {found}, not {item['sha256']}"
            hint = "nothing of it was kept"
            error = IntegrityError(message, hint=hint, rule="sha256", value=found)
            raise _or_login_page(error, data)
        return data

    return _twice(attempt)


def _or_login_page(error: IntegrityError, data: bytes) -> IntegrityError:
    """Return the error, with a hint at a login page if the body is a web page."""
    if login_page.is_page(data):
        return type(error)(error.message, hint=login_page.HINT, file=error.file, rule=error.rule)
    return error


def _twice(attempt: Callable[[], Result]) -> Result:
    """Try once more after wrong bytes: a fault on the way has passed, one at the source stays."""
    try:
        return attempt()
    except IntegrityError as error:
        if error.rule in ("scheme", "url"):
            raise
        return attempt()
