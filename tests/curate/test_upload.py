"""Releases copied to where users fetch them from."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from troopdata import paths
from troopdata.curate.upload import mirror
from troopdata.errors import IntegrityError, StorageError
from troopdata.release import loader

RELEASES = paths.folder("releases")


@pytest.fixture
def releases(tmp_path: Path) -> Path:
    """The last two releases, listed by the index as it is."""
    home = tmp_path / "releases"
    shutil.copytree(RELEASES, home)
    return home


@pytest.mark.parametrize("scheme", ["", "file://"])
def test_a_copy_opens_and_verifies(releases: Path, tmp_path: Path, scheme: str) -> None:
    target = tmp_path / "mirror"
    written = mirror(releases, f"{scheme}{target}")
    assert written[-1].endswith("index.json")
    assert not list(target.rglob("*.part"))
    for item in loader.index(target)["releases"]:
        assert loader.opened(item["release"], target).folder == target / item["release"]


def test_a_second_copy_writes_the_list_alone(releases: Path, tmp_path: Path) -> None:
    target = tmp_path / "mirror"
    mirror(releases, str(target))
    assert mirror(releases, str(target)) == [str(target / "index.json")]


def test_manifests_follow_their_files(releases: Path, tmp_path: Path) -> None:
    written = [Path(name) for name in mirror(releases, str(tmp_path / "mirror"))]
    for folder in {path.parent for path in written[:-1]}:
        names = [path.name for path in written if path.parent == folder]
        assert names[-1] == "manifest.json"


def test_a_changed_past_release_is_refused(releases: Path, tmp_path: Path) -> None:
    target = tmp_path / "mirror"
    mirror(releases, str(target))
    path = target / "2026.11.0" / "manifest.json"
    path.write_bytes(path.read_bytes().replace(b"2026-11-24", b"2026-11-25"))
    before = {file: file.read_bytes() for file in target.rglob("*") if file.is_file()}
    with pytest.raises(IntegrityError, match="differs from the local release of that number"):
        mirror(releases, str(target))
    assert {file: file.read_bytes() for file in target.rglob("*") if file.is_file()} == before


def test_an_older_list_never_replaces_a_newer_one(releases: Path, tmp_path: Path) -> None:
    target = tmp_path / "mirror"
    mirror(releases, str(target))
    listed = json.loads((target / "index.json").read_text())
    (target / "index.json").write_text(json.dumps({**listed, "serial": listed["serial"] + 1}))
    with pytest.raises(IntegrityError, match="serial"):
        mirror(releases, str(target))


def test_a_copy_that_was_cut_short_is_finished(releases: Path, tmp_path: Path) -> None:
    target = tmp_path / "mirror"
    shutil.copytree(releases / "2026.11.0", target / "2026.11.0")
    (target / "2026.11.0" / "manifest.json").unlink()
    mirror(releases, str(target))
    assert loader.opened("2026.11.0", target).version == "2026.11.0"


def test_an_unknown_target_is_named(releases: Path, tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="nowhere://x"):
        mirror(releases, "nowhere://x")
    (tmp_path / "file").write_text("")
    with pytest.raises(StorageError, match="file"):
        mirror(releases, str(tmp_path / "file"))
