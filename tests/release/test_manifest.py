"""The two documents of releases: what is accepted as written, and each value that is not."""

from __future__ import annotations

import json
from typing import Any

import pytest

from troopdata.errors import IncompatibleError, ManifestError
from troopdata.release import manifest

HASH = "a" * 64
MIB = 2**20


def release(**changed: object) -> dict[str, object]:
    return {
        "release": "2026.11.0", "manifest_sha256": HASH, "manifest_size": 10,
        "schema_version": "1.0.0", "min_reader": "0.1.0", "released_at": "2026-11-24",
        "status": "active", "yanked_reason": None, "superseded_by": None, **changed,
    }  # fmt: skip


def listed(**changed: object) -> dict[str, object]:
    return {
        "index_version": 1, "serial": 0, "releases": [release()], "latest": "2026.11.0", **changed,
    }  # fmt: skip


def table(**changed: object) -> dict[str, object]:
    columns = [{"name": "base_id", "type": "string"}, {"name": "host", "type": "string"}]
    return {
        "name": "bases.parquet", "size": 0, "sha256": HASH, "rows": 0, "columns": columns, **changed,
    }  # fmt: skip


def document(**changed: object) -> dict[str, object]:
    plain = {"name": "README.md", "size": 5, "sha256": HASH}
    return {
        "manifest_version": 1, "release": "2026.11.0", "schema_version": "1.0.0",
        "min_reader": "0.1.0", "released_at": "2026-11-24", "previous": None,
        "files": [table(), plain], **changed,
    }  # fmt: skip


def read_index(value: dict[str, Any]) -> Any:
    return manifest.index(manifest.sealed(value), "index.json")


def read_manifest(value: dict[str, Any], number: str | None = None) -> Any:
    return manifest.manifest(manifest.canonical_json(value), "manifest.json", number)


def test_a_list_and_a_manifest_are_read_as_they_were_written() -> None:
    assert read_index(listed())["releases"] == [release()]
    assert dict(read_manifest(document())) == document()
    assert read_manifest(document(), "2026.11.0")["release"] == "2026.11.0"


@pytest.mark.parametrize(
    "changed",
    [
        {"manifest_size": MIB},
        {"manifest_size": 0},
        {"status": "yanked", "yanked_reason": "A wrong figure."},
        {"superseded_by": "2026.11.1"},
    ],
    ids=str,
)
def test_a_release_may_be(changed: dict[str, object]) -> None:
    read_index(listed(releases=[release(**changed)]))


@pytest.mark.parametrize(
    "changed",
    [
        {"release": "2026.13.0"},
        {"release": 1},
        {"manifest_sha256": "A" * 64},
        {"manifest_sha256": HASH + "a"},
        {"manifest_sha256": None},
        {"manifest_size": MIB + 1},
        {"manifest_size": -1},
        {"manifest_size": True},
        {"manifest_size": "10"},
        {"manifest_size": 1.5},
        {"schema_version": "1.0"},
        {"min_reader": None},
        {"released_at": "24/11/2026"},
        {"status": "gone"},
        {"status": ["active"]},
        {"yanked_reason": 1},
        {"superseded_by": "../2026"},
        {"superseded_by": 1},
    ],
    ids=str,
)
def test_a_release_of_another_shape_is_refused(changed: dict[str, object]) -> None:
    with pytest.raises(ManifestError) as caught:
        read_index(listed(releases=[release(release="2026.11.1"), release(**changed)]))
    assert caught.value.column in changed
    assert caught.value.file == "index.json"


@pytest.mark.parametrize(
    "changed",
    [
        {"serial": -1},
        {"serial": False},
        {"releases": {}},
        {"releases": [release(), "2026.11.1"]},
        {"latest": None},
        {"latest": "latest"},
    ],
    ids=lambda changed: str(changed)[:40],
)
def test_a_list_of_another_shape_is_refused(changed: dict[str, object]) -> None:
    with pytest.raises(ManifestError) as caught:
        read_index(listed(**changed))
    assert caught.value.column in changed


def test_a_list_names_a_release_once() -> None:
    with pytest.raises(ManifestError):
        read_index(listed(releases=[release(), release()]))


def test_a_list_whose_seal_is_not_its_own_is_refused() -> None:
    data = manifest.sealed(listed())
    assert json.loads(data)["seal"] in data.decode()
    assert manifest.sealed(json.loads(data)) == data
    with pytest.raises(ManifestError) as caught:
        manifest.index(data.replace(b'"serial": 0', b'"serial": 1'), "index.json")
    assert caught.value.rule == "seal"


@pytest.mark.parametrize(
    "changed",
    [
        {"previous": {"release": "2026.11.0", "manifest_sha256": HASH}},
        {"files": []},
        {"files": [table(size=2**31)]},
    ],
    ids=lambda changed: str(changed)[:40],
)
def test_a_manifest_may_be(changed: dict[str, object]) -> None:
    read_manifest(document(**changed))


@pytest.mark.parametrize(
    ("changed", "column"),
    [
        ({"release": "2026.11"}, "release"),
        ({"schema_version": "1"}, "schema_version"),
        ({"min_reader": 1}, "min_reader"),
        ({"released_at": None}, "released_at"),
        ({"previous": "2026.11.0"}, "previous"),
        ({"previous": {"release": "2026.11.0"}}, "previous"),
        ({"previous": {"release": "x", "manifest_sha256": HASH}}, "previous"),
        ({"files": None}, "files"),
        ({"files": [table(), 1]}, "files"),
        ({"files": [table(name="../bases.parquet")]}, "name"),
        ({"files": [table(name=None)]}, "name"),
        ({"files": [table(size=2**31 + 1)]}, "size"),
        ({"files": [table(size=-1)]}, "size"),
        ({"files": [table(sha256="")]}, "sha256"),
        ({"files": [table(rows=None)]}, "rows"),
        ({"files": [table(columns=None)]}, "columns"),
        ({"files": [table(columns=[1])]}, "columns"),
        ({"files": [table(columns=[{"name": "a", "type": "string"}, {"name": "b"}])]}, "columns"),
        ({"files": [table(columns=[{"name": "a", "type": "string"}, {"type": "b"}])]}, "columns"),
    ],
    ids=lambda value: str(value)[:60],
)
def test_a_manifest_of_another_shape_is_refused(changed: dict[str, object], column: str) -> None:
    with pytest.raises(ManifestError) as caught:
        read_manifest(document(**changed))
    assert (caught.value.column, caught.value.file) == (column, "manifest.json")


@pytest.mark.parametrize("absent", ["release", "schema_version", "files"])
def test_what_a_manifest_lacks_is_named(absent: str) -> None:
    value = document()
    del value[absent]
    with pytest.raises(ManifestError, match=absent) as caught:
        read_manifest(value)
    assert caught.value.column == ""


def test_a_manifest_is_of_the_release_that_was_meant() -> None:
    with pytest.raises(ManifestError) as caught:
        read_manifest(document(), "2026.11.1")
    assert caught.value.column == "release"


def test_file_names_that_differ_by_case_are_one() -> None:
    with pytest.raises(ManifestError) as caught:
        read_manifest(document(files=[table(), table()]))
    assert caught.value.rule == "manifest"


@pytest.mark.parametrize("version", [None, 0, 2, "1"])
def test_a_document_of_another_version_is_refused(version: object) -> None:
    with pytest.raises(IncompatibleError):
        read_index(listed(index_version=version))
    with pytest.raises(IncompatibleError):
        read_manifest(document(manifest_version=version))


@pytest.mark.parametrize(
    "name",
    [
        "bases.parquet",
        "a.json",
        "bases-2.geojson",
        "x.y.csv",
        "README.md",
        "SHA256SUMS",
        "console.md",
    ],
)
def test_names_of_files(name: str) -> None:
    assert manifest.is_name(name)


@pytest.mark.parametrize(
    "name",
    [
        "index.json", "manifest.json", "../a.json", "a..json", "a/b.json", "A.json", "con.json",
        "lpt1.csv", "a.exe", "a", "", "sha256sums", ".json", "x" * 65 + ".json", None, 1, [],
    ],
    ids=str,
)  # fmt: skip
def test_what_does_not_name_a_file(name: object) -> None:
    assert not manifest.is_name(name)


@pytest.mark.parametrize(
    "number", [None, 20261100, "2026.11", "2026.1.0", "2026.11.01", "v2026.11.0"]
)
def test_what_does_not_number_a_release(number: object) -> None:
    assert not manifest.is_version(number)


def test_canonical_json_is_sorted_indented_and_plain_text() -> None:
    text = manifest.canonical_json({"b": [1], "a": "Ä"})
    assert text == '{\n  "a": "Ä",\n  "b": [\n    1\n  ]\n}\n'.encode()
    with pytest.raises(ValueError, match="JSON"):
        manifest.canonical_json({"a": float("nan")})


CANONICAL = manifest.canonical_json(document())


@pytest.mark.parametrize(
    "data",
    [
        b"[]\n",
        b"",
        b"{",
        json.dumps(document()).encode(),
        CANONICAL + b"\n",
        CANONICAL.replace(b'"previous": null', b'"previous": NaN'),
        CANONICAL.replace(b'"previous": null', b'"previous": null,\n  "previous": null'),
    ],
    ids=range(7),
)
def test_bytes_that_are_not_canonical_are_refused(data: bytes) -> None:
    with pytest.raises(ManifestError) as caught:
        manifest.manifest(data, "manifest.json")
    assert caught.value.rule == "manifest"


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (CANONICAL.replace(b'"previous": null', b'"previous": NaN'), "NaN"),
        (
            CANONICAL.replace(b'"previous": null', b'"previous": 1,\n  "previous": null'),
            "key .previous",
        ),
        (b"[]\n", "canonical"),
    ],
    ids=["constant", "key", "list"],
)
def test_the_message_names_the_reason(data: bytes, reason: str) -> None:
    with pytest.raises(ManifestError, match=reason):
        manifest.manifest(data, "manifest.json")


def test_a_document_has_at_most_a_mebibyte() -> None:
    filled = {**document(), "note": ""}
    room = MIB - len(manifest.canonical_json(filled))
    whole = manifest.canonical_json({**filled, "note": "x" * room})
    assert len(whole) == MIB
    assert manifest.manifest(whole, "manifest.json")["release"] == "2026.11.0"
    over = manifest.canonical_json({**filled, "note": "x" * (room + 1)})
    with pytest.raises(ManifestError, match="1048576"):
        manifest.manifest(over, "manifest.json")
