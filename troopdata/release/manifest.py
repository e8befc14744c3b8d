"""Parse and check ``index.json`` and ``manifest.json``, and write their canonical form.

Both may come over a network. What they name becomes a path, a size that is read, a hash that is
trusted: a value of the wrong type or form is refused before it is used.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Mapping
from pathlib import PurePath
from types import MappingProxyType
from typing import Any

from troopdata.errors import IncompatibleError, ManifestError, shown

__all__ = [
    "MAX_FILE", "MAX_MANIFEST", "canonical_json", "index", "is_version", "manifest", "ordinal",
    "sealed",
]  # fmt: skip

# Limits on what a server can make us read: a manifest has 32 KB, the largest file 4 MB.
MAX_MANIFEST = 1 << 20
MAX_FILE = 1 << 31
MANIFEST_VERSION = INDEX_VERSION = 1

VERSION = re.compile(r"[0-9]{4}\.(?:0[1-9]|1[0-2])\.(?:0|[1-9][0-9]{0,3})")
TRIPLE = re.compile(r"[0-9]{1,4}\.[0-9]{1,4}\.[0-9]{1,4}")
HASH = re.compile(r"[0-9a-f]{64}")
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
NAME = re.compile(r"[a-z0-9][a-z0-9_.-]{0,63}\.(?:parquet|json|geojson|csv|md|cff)")
# Names in capitals that other programs look for.
FIXED = frozenset({"CHANGES.md", "CITATION.cff", "README.md", "SHA256SUMS"})
# On Windows these open a device, whatever follows the dot.
DEVICES = re.compile(r"(?:con|prn|aux|nul|com[0-9]|lpt[0-9])\.")
OURS = frozenset({"index.json", "manifest.json"})

Shape = Mapping[str, Callable[[Any], bool]]


def canonical_json(value: Any) -> bytes:
    r"""Return JSON as releases write it: sorted keys, two spaces, UTF-8, a line feed at the end.

    Examples
    --------
    >>> canonical_json({"b": 1, "a": "Ä"}).decode()
    '{\n  "a": "Ä",\n  "b": 1\n}\n'
    """
    text = json.dumps(value, sort_keys=True, indent=2, ensure_ascii=False, allow_nan=False)
    return (text + "\n").encode("utf-8")


def sealed(value: Mapping[str, Any]) -> bytes:
    """Return canonical JSON that carries the SHA-256 of everything else in it as ``seal``."""
    body = {key: item for key, item in value.items() if key != "seal"}
    seal = hashlib.sha256(canonical_json(body)).hexdigest()
    return canonical_json({**body, "seal": seal})


def is_version(text: object) -> bool:
    """Return whether a text is the number of a release.

    Examples
    --------
    >>> is_version("2026.11.0"), is_version("2026.13.0"), is_version("../2026")
    (True, False, False)
    """
    return isinstance(text, str) and VERSION.fullmatch(text) is not None


def ordinal(number: str) -> tuple[int, ...]:
    """Return the sort key of a number such as 2026.11.0 or 1.10.0.

    Examples
    --------
    >>> max("2026.11.9", "2026.11.10", key=ordinal)
    '2026.11.10'
    """
    return tuple(int(part) for part in number.split("."))


def is_name(text: object) -> bool:
    """Return whether a text may name a file of a release: it becomes part of a path.

    Examples
    --------
    >>> is_name("bases.parquet"), is_name("../bases.parquet"), is_name("CON.json")
    (True, False, False)
    """
    if not isinstance(text, str) or text in OURS:
        return False
    plain = NAME.fullmatch(text) is not None and ".." not in text
    return text in FIXED or (plain and DEVICES.match(text) is None)


def index(data: bytes, path: PurePath | str) -> Mapping[str, Any]:
    """Return a list of releases, its seal and every value in it checked.

    Parameters
    ----------
    data : bytes
        The file.
    path : pathlib.PurePath or str
        Where it came from, for messages.

    Raises
    ------
    ManifestError
        If it was changed after it was written, or a value is not of the right form.
    IncompatibleError
        If its format is newer than this library.
    """
    value = _parsed(data, path)
    if value.get("index_version") != INDEX_VERSION:
        raise IncompatibleError(f"{path}: index version {shown(value.get('index_version'))}")
    if sealed(value) != data:
        raise ManifestError(f"{path}: its seal does not match", file=str(path), rule="seal")
    _shaped(value, {"serial": _count, "releases": _objects, "latest": is_version}, path, "the list")
    for item in value["releases"]:
        _shaped(item, RELEASE, path, "a release")
    _distinct([item["release"] for item in value["releases"]], path)
    return MappingProxyType(value)


def manifest(data: bytes, path: PurePath | str, number: str | None = None) -> Mapping[str, Any]:
    """Return the manifest of a release, every value that the library uses checked.

    Parameters
    ----------
    data : bytes
        The file, its hash verified.
    path : pathlib.PurePath or str
        Where it came from, for messages.
    number : str, optional
        The number that the release must have.

    Raises
    ------
    ManifestError
        If a value is missing or not of the right form.
    IncompatibleError
        If its format is newer than this library.
    """
    value = _parsed(data, path)
    if value.get("manifest_version") != MANIFEST_VERSION:
        raise IncompatibleError(f"{path}: manifest version {shown(value.get('manifest_version'))}")
    if missing := {"release", "schema_version", "files"} - set(value):
        raise ManifestError(f"{path}: {', '.join(sorted(missing))} missing", file=str(path))
    _shaped(value, {**MANIFEST, "release": _one(number)}, path, "the manifest")
    for item in value["files"]:
        name = item.get("name")
        _shaped(item, {**FILE, **(TABLE if str(name).endswith(".parquet") else {})}, path, "a file")
    _distinct([item["name"] for item in value["files"]], path)
    return MappingProxyType(value)


def _one(number: str | None) -> Callable[[Any], bool]:
    return lambda found: is_version(found) and number in (None, found)


def _text(value: Any) -> bool:
    return isinstance(value, str)


def _note(value: Any) -> bool:
    return value is None or isinstance(value, str)


def _count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _objects(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(item, dict) for item in value)


def _like(pattern: re.Pattern[str]) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, str) and pattern.fullmatch(value) is not None


def _most(limit: int) -> Callable[[Any], bool]:
    return lambda value: _count(value) and value <= limit


def _previous(value: Any) -> bool:
    if value is None:
        return True
    named = isinstance(value, dict) and is_version(value.get("release"))
    return named and _like(HASH)(value.get("manifest_sha256"))


def _columns(value: Any) -> bool:
    return _objects(value) and all(_text(c.get("name")) and _text(c.get("type")) for c in value)


# Unknown keys are ignored, so that later releases can add some.
RELEASE: Shape = {
    "release": is_version, "manifest_sha256": _like(HASH), "manifest_size": _most(MAX_MANIFEST),
    "schema_version": _like(TRIPLE), "min_reader": _like(TRIPLE), "released_at": _like(DAY),
    "status": ("active", "yanked").__contains__, "yanked_reason": _note,
    "superseded_by": lambda value: value is None or is_version(value),
}  # fmt: skip
MANIFEST: Shape = {
    "schema_version": _like(TRIPLE), "min_reader": _like(TRIPLE), "released_at": _like(DAY),
    "previous": _previous, "files": _objects,
}  # fmt: skip
FILE: Shape = {"name": is_name, "size": _most(MAX_FILE), "sha256": _like(HASH)}
TABLE: Shape = {"rows": _count, "columns": _columns}


def _shaped(value: Mapping[str, Any], shape: Shape, path: PurePath | str, what: str) -> None:
    for key, fits in shape.items():
        try:
            good = fits(value.get(key))
        except TypeError:  # a list or an object where a text is expected
            good = False
        if not good:
            message = f"{path}: {what} has {key} {shown(value.get(key))}"
            raise ManifestError(message, file=str(path), column=key, rule="manifest")


def _distinct(names: list[str], path: PurePath | str) -> None:
    """Refuse names that are the same file where a file system ignores case."""
    seen: set[str] = set()
    for name in names:
        if name.casefold() in seen:
            message = f"{path}: duplicate name {shown(name)}"
            raise ManifestError(message, file=str(path), rule="manifest", value=name)
        seen.add(name.casefold())


def _parsed(data: bytes, path: PurePath | str) -> dict[str, Any]:
    """Return strict JSON: an object of bounded size, without duplicate keys or NaN, canonical.

    Programs differ in how they read anything else: one might load what another one verified.
    """

    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) != len(pairs):
            keys = [key for key, _ in pairs]
            duplicate = next(key for key in keys if keys.count(key) > 1)
            raise ValueError(f"duplicate key {shown(duplicate)}")
        return found

    def refuse(constant: str) -> None:
        raise ValueError(f"{constant} is not JSON")

    try:
        if len(data) > MAX_MANIFEST:
            raise ValueError(f"larger than {MAX_MANIFEST} bytes")
        value = json.loads(data, object_pairs_hook=unique, parse_constant=refuse)
        if not isinstance(value, dict) or canonical_json(value) != data:
            raise ValueError("not the canonical form that releases are written in")
    except (ValueError, RecursionError) as error:
        raise ManifestError(f"{path}: {error}", file=str(path), rule="manifest") from None
    return value
