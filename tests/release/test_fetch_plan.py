"""The plan of a fetch: what is downloaded, replaced and kept, before anything is written."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path

import pytest
from server import FILE, NUMBER, small, tree

from troopdata.errors import ManifestError
from troopdata.release import cache_folder, download, fetch_plan, remote

DATA = b"ten bytes!"
SHA256 = hashlib.sha256(DATA).hexdigest()


@pytest.mark.parametrize(
    ("content", "action"),
    [(None, "download"), (DATA, "keep"), (b"", "replace"), (DATA[:-1], "replace"),
     (DATA + b"x", "replace"), (b"Ten bytes!", "replace")],
)  # fmt: skip
def test_the_action_follows_from_what_is_at_a_files_place(
    tmp_path: Path, content: bytes | None, action: str
) -> None:
    path = tmp_path / "x.csv"
    if content is not None:
        path.write_bytes(content)
    assert fetch_plan.action(path, len(DATA), SHA256) == action


@pytest.mark.parametrize("kind", ["link", "pipe", "folder"])
def test_what_is_not_a_regular_file_is_replaced(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "x.csv"
    if kind == "link":
        (tmp_path / "right").write_bytes(DATA)
        path.symlink_to(tmp_path / "right")
    elif kind == "pipe":
        os.mkfifo(path)
    else:
        path.mkdir()
    assert fetch_plan.action(path, len(DATA), SHA256) == "replace"


@pytest.fixture
def source(tmp_path: Path) -> Path:
    return small(tmp_path / "source")


def planned(source: Path, cache: Path) -> fetch_plan.ReleasePlan:
    listed = json.loads((source / "index.json").read_bytes())["releases"]
    known = {item["release"]: item for item in listed}
    return fetch_plan.plan(remote.Source(str(source)), known[NUMBER], known, cache)


def actions(plan: fetch_plan.ReleasePlan) -> dict[str, str]:
    return {file.path.name: file.action for file in (*plan.files, plan.manifest)}


def test_a_plan_writes_nothing_and_a_commit_makes_the_release(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache = tmp_path / "cache"
    monkeypatch.setenv("TROOPDATA_CACHE", str(cache))
    plan = planned(source, cache)
    assert not cache.exists()
    assert actions(plan) == {
        FILE: "download",
        "CITATION.cff": "download",
        "manifest.json": "download",
    }
    assert plan.size == sum(file.size for file in plan.files)
    sizes = download.download(remote.Source(str(source)), plan)
    assert sizes == [file.size for file in plan.files]
    assert set(tree(cache)) == {f"{NUMBER}/{FILE}", f"{NUMBER}/CITATION.cff"}
    # Without a list the release would not be found: `fetch` caches it first.
    cache_folder.put(cache / "index.json", (source / "index.json").read_bytes())
    assert download.commit(plan).version == NUMBER
    assert set(actions(planned(source, cache)).values()) == {"keep"}


def test_a_second_fetch_downloads_only_what_the_first_did_not(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache = tmp_path / "cache"
    monkeypatch.setenv("TROOPDATA_CACHE", str(cache))
    download.download(remote.Source(str(source)), planned(source, cache))
    path = cache / NUMBER / FILE
    path.write_bytes(b"damaged")
    plan = planned(source, cache)
    assert actions(plan) == {FILE: "replace", "CITATION.cff": "keep", "manifest.json": "download"}
    assert path.read_bytes() == b"damaged"
    assert download.download(remote.Source(str(source)), plan) == [path.stat().st_size]
    assert path.with_name(f"{FILE}.corrupt-1").read_bytes() == b"damaged"


def test_a_file_that_another_process_repaired_is_not_moved_aside(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache = tmp_path / "cache"
    monkeypatch.setenv("TROOPDATA_CACHE", str(cache))
    path = cache / NUMBER / FILE
    path.parent.mkdir(parents=True)
    path.write_bytes(b"damaged")
    plan = planned(source, cache)
    path.write_bytes((source / NUMBER / FILE).read_bytes())
    download.download(remote.Source(str(source)), plan)
    assert sorted(os.listdir(path.parent)) == ["CITATION.cff", FILE]


def test_a_broken_chain_ends_the_plan(source: Path, tmp_path: Path) -> None:
    listed = json.loads((source / "index.json").read_bytes())["releases"]
    known = {item["release"]: {**item, "manifest_sha256": "1" * 64} for item in listed[:-1]}
    with pytest.raises(ManifestError, match="follows another 2026.11.0"):
        fetch_plan.plan(remote.Source(str(source)), listed[-1], known, tmp_path / "cache")
