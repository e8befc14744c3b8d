"""Files from where releases are published: a server or a folder, each file what it should be."""

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
from troopdata.release import http, manifest

__all__ = ["Source", "file", "index"]

Told = Callable[[int], None]
Result = TypeVar("Result")


@dataclass(frozen=True)
class Source:
    """Where releases come from: an address, or a folder."""

    base: str

    def get(
        self, name: str, *, most: int, size: int | None = None, told: Told | None = None
    ) -> bytes:
        """Return a file of it, by its name below the base."""
        if "://" not in self.base:
            return self._local(name, most, size)
        url = self.base.rstrip("/") + "/" + urllib.parse.quote(name)
        return http.get(url, most=most, size=size, told=told)

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


def index(place: Source) -> tuple[bytes, Mapping[str, Any]]:
    """Return the list of releases of a source, as it came and parsed."""
    return _again(lambda: _index(place))


def _index(place: Source) -> tuple[bytes, Mapping[str, Any]]:
    data = place.get("index.json", most=manifest.MAX_MANIFEST)
    try:
        return data, manifest.index(data, f"{place.base}/index.json")
    except ManifestError as error:
        raise _page(error, data) from None


def _page(error: IntegrityError, data: bytes) -> IntegrityError:
    """Return an error that says so if what came is a web page."""
    if http.looks_like_a_page(data):
        return type(error)(error.message, hint=http.LOGIN, file=error.file, rule=error.rule)
    return error


def _again(ask: Callable[[], Result]) -> Result:
    """Ask once more for what came wrong: a fault on the way is over, one at the source stays."""
    try:
        return ask()
    except IntegrityError as error:
        if error.rule in ("scheme", "url"):
            raise
        return ask()


def file(place: Source, number: str, item: Mapping[str, Any], told: Told | None) -> bytes:
    """Return a file whose SHA-256 is right; what came wrong once is asked for once more."""

    def ask() -> bytes:
        data = place.get(
            f"{number}/{item['name']}", most=item["size"], size=item["size"], told=told
        )
        found = hashlib.sha256(data).hexdigest()
        if found != item["sha256"]:
            message = f"{place.base}/{number}/{item['name']}: SHA-256 {found}, not {item['sha256']}"
            error = IntegrityError(
                message, hint="nothing was kept of it", rule="sha256", value=found
            )
            raise _page(error, data)
        return data

    return _again(ask)
