"""Caches and sources that are wrong, broken, full or shared: no false data, and nothing lost."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import json
import multiprocessing
import os
import resource
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from processes import at_once, killed
from server import FILE, NUMBER, Faulty, relist, small, tree

import troopdata as td
from troopdata import paths
from troopdata.cli import main
from troopdata.errors import (
    IncompatibleError,
    IntegrityError,
    ManifestError,
    StorageError,
    TroopdataError,
    UnknownRelease,
)
from troopdata.io import files
from troopdata.release import cache_folder, loader, manifest, repositories, settings

# What came with the library.
LATEST = loader.index()["latest"]

HOSTILE = [
    "../x.parquet", "../../etc/passwd", "/abs.parquet", "/etc/passwd", "C:\\x.parquet", "c:x.parquet",
    "\\\\host\\share.parquet", "//host/x.parquet", "~/x.parquet", "~root.parquet", "a\x00.parquet",
    "\x00", "CON.parquet", "con.parquet", "nul.json", "aux.csv", "prn.md", "com1.parquet", "lpt9.csv",
    "con.x.parquet", "x.parquet.", "x.parquet ", " x.parquet", "x.lock", ".lock", ".x.parquet",
    "x.exe", "x.sh", "x.py", "x.pth", "x", "", ".", "..", "...", "a..parquet", "a/../x.parquet",
    "a/b.parquet", "a\\b.parquet", "x.parquet/", "X.parquet", "x.PARQUET", "\uff4f.parquet",
    "opera\u0442ions.parquet", "\u202ex.parquet", "x\u200b.parquet", "e\u0301.parquet", "x\n.parquet",
    "x.parquet\n", "x\r.parquet", "%2e%2e%2fx.parquet", "x?.parquet", "x*.parquet", "x|.parquet",
    "x:stream.parquet", "-x.parquet", "$HOME.parquet", "`x`.parquet", "a" * 65 + ".parquet",
    "index.json", "manifest.json", "x.tmp", "x.parquet.corrupt-1", "file:///x.parquet",
    "http://127.0.0.1/x.parquet", None, 7, ["x.parquet"], {}, True,
]  # fmt: skip


@pytest.fixture
def fetched(source: Path, cache: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TROOPDATA_URL", str(source))
    td.fetch(NUMBER)
    return cache


@pytest.mark.parametrize("name", HOSTILE, ids=lambda name: ascii(name)[:40])
def test_no_hostile_name_is_ever_written(
    tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch, name: Any
) -> None:
    entry = {"name": name, "size": 3, "sha256": hashlib.sha256(b"abc").hexdigest()}
    source = small(tmp_path / "source", files=[entry])
    monkeypatch.setenv("TROOPDATA_URL", str(source))
    before = tree(tmp_path)
    with pytest.raises(ManifestError) as caught:
        td.fetch(NUMBER)
    assert caught.value.exit_code == 3
    new = set(tree(tmp_path)) - set(before)
    assert new == {f"{cache.name}/index.json", f"{cache.name}/CACHEDIR.TAG"}


def test_there_are_sixty_hostile_names() -> None:
    assert len(HOSTILE) >= 60


@pytest.mark.parametrize(
    "number",
    ["../2099.01.0", "2099.01.0/..", "/2099.01.0", "2099.1.0", "x", "", "2099.01.00", "٢٠٩٩.01.0"],
)
def test_no_hostile_number_is_ever_a_folder(
    tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch, number: str
) -> None:
    source = small(tmp_path / "source", entry={"release": number})
    monkeypatch.setenv("TROOPDATA_URL", str(source))
    with pytest.raises(ManifestError):
        td.fetch("latest")
    with pytest.raises(TroopdataError):
        td.fetch(number)
    assert not cache.exists()


def test_two_names_that_differ_in_case_only_are_refused(tmp_path: Path) -> None:
    one = {"name": "README.md", "size": 1, "sha256": "0" * 64}
    source = small(tmp_path / "source", files=[one, {**one, "name": "readme.md"}])
    with pytest.raises(ManifestError, match="duplicate name 'readme.md'"):
        loader.opened(NUMBER, source)


@pytest.mark.parametrize(
    "change",
    [{"serial": -1}, {"serial": 1.5}, {"serial": True}, {"serial": None}, {"latest": "x"}, {"releases": None},
     {"releases": [7]}, {"releases": [{}]}, {"releases": {}}],
    ids=str,
)  # fmt: skip
def test_a_list_of_another_shape_is_refused(tmp_path: Path, change: dict[str, object]) -> None:
    source = small(tmp_path / "source")
    relist(source, change)
    with pytest.raises(ManifestError):
        loader.opened(NUMBER, source)


@pytest.mark.parametrize(
    "change",
    [{"manifest_sha256": "0"}, {"manifest_size": 1 << 30}, {"manifest_size": "1"}, {"status": "new"},
     {"status": None}, {"min_reader": "x"}, {"schema_version": "1"}, {"schema_version": []},
     {"released_at": "soon"}, {"yanked_reason": 7}],
    ids=str,
)  # fmt: skip
def test_an_entry_of_another_shape_is_refused(tmp_path: Path, change: dict[str, object]) -> None:
    with pytest.raises(ManifestError):
        loader.opened(NUMBER, small(tmp_path / "source", entry=change))


@pytest.mark.parametrize(
    "change",
    [{"files": None}, {"files": "x"}, {"files": [7]}, {"release": "2099.01.1"}, {"min_reader": None},
     {"previous": 7}, {"previous": {"release": ".."}}, {"released_at": None},
     {"files": [{"name": FILE, "size": -1, "sha256": "0" * 64}]},
     {"files": [{"name": FILE, "size": 1 << 40, "sha256": "0" * 64, "rows": 1, "columns": []}]},
     {"files": [{"name": FILE, "size": 1, "sha256": "0" * 64, "columns": []}]}],
    ids=str,
)  # fmt: skip
def test_a_manifest_of_another_shape_is_refused(tmp_path: Path, change: dict[str, object]) -> None:
    source = small(tmp_path / "source")
    path = source / NUMBER / "manifest.json"
    data = manifest.canonical_json({**json.loads(path.read_bytes()), **change})
    with pytest.raises(ManifestError):
        manifest.manifest(data, path, NUMBER)


def test_an_older_list_is_refused_and_the_newer_stays(
    fetched: Path, source: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    kept = tree(fetched)
    relist(source, {"serial": 999})
    with pytest.raises(IntegrityError, match="serial 999, and 1000 was seen") as caught:
        td.fetch("latest")
    assert caught.value.exit_code == 3
    assert tree(fetched) == kept
    assert main(["fetch", "latest"]) == 3
    assert "--allow-rollback" in capsys.readouterr().err
    assert main(["fetch", "latest", "--allow-rollback"]) == 0


def test_the_same_serial_with_another_list_is_refused(fetched: Path, source: Path) -> None:
    relist(source, {"note": "another"})
    with pytest.raises(IntegrityError, match="1000 was seen"):
        td.fetch("latest")


def test_a_release_that_vanishes_from_the_list_is_refused(fetched: Path, source: Path) -> None:
    listed = json.loads((source / "index.json").read_bytes())["releases"]
    relist(source, {"serial": 1001, "releases": listed[1:]})
    with pytest.raises(IntegrityError, match=r"no longer lists release 2026.11.0"):
        td.fetch("latest")


@pytest.mark.parametrize("number", ["2026.11.0", NUMBER])
def test_a_published_release_never_changes(fetched: Path, source: Path, number: str) -> None:
    listed = json.loads((source / "index.json").read_bytes())["releases"]
    for item in listed:
        if item["release"] == number:
            item["manifest_sha256"] = "0" * 64
    relist(source, {"serial": 1001, "releases": listed})
    for rollback in (False, True):
        with pytest.raises(IntegrityError, match=f"published release {number} changed"):
            td.fetch("latest", allow_rollback=rollback)


def test_a_chain_that_leads_elsewhere_is_refused(
    tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = {"release": "2026.11.0", "manifest_sha256": "1" * 64}
    monkeypatch.setenv("TROOPDATA_URL", str(small(tmp_path / "source", previous=other)))
    with pytest.raises(ManifestError, match="follows another"):
        td.fetch(NUMBER)


def test_a_withdrawn_release_is_skipped_and_loads_by_its_number_with_the_reason(
    fetched: Path, source: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert td.data_version() == NUMBER
    listed = json.loads((source / "index.json").read_bytes())["releases"]
    listed[-1].update(status="yanked", yanked_reason="counts of 2098 were doubled")
    relist(source, {"serial": 1001, "releases": listed})
    assert td.fetch("latest")["release"].item() == LATEST
    assert td.data_version() == LATEST
    frame = td.load("operations", version=NUMBER)
    assert frame.attrs["troopdata"]["yanked"] == "counts of 2098 were doubled"
    row = td.releases().set_index("release").loc[NUMBER]
    assert (row["status"], row["yanked_reason"]) == ("yanked", "counts of 2098 were doubled")
    with pytest.raises(UnknownRelease, match=f"by exact number only: {NUMBER}"):
        td.load("operations", version="2099.01")
    assert main(["verify", NUMBER]) == 0
    assert "was withdrawn: counts of 2098 were doubled" in capsys.readouterr().err


@pytest.mark.parametrize("change", [{"min_reader": "99.0.0"}, {"schema_version": "5.0.0"}])
def test_a_release_for_another_library_says_which(
    tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch, change: dict[str, Any]
) -> None:
    source = small(tmp_path / "source", **change)
    monkeypatch.setenv("TROOPDATA_URL", str(source))
    with pytest.raises(IncompatibleError, match="upgrade") as caught:
        td.fetch("latest")
    assert caught.value.exit_code == 6
    assert NUMBER not in set(td.fetch("all")["release"])
    shutil.copytree(source / NUMBER, cache / NUMBER)
    assert td.data_version() == LATEST
    with pytest.raises(IncompatibleError):
        td.load("operations", version=NUMBER)


@pytest.mark.parametrize("name", [FILE, "CITATION.cff", "manifest.json"])
@pytest.mark.parametrize(
    "damage", ["flip", "truncate", "zero", "empty", "remove", "link", "pipe", "folder"]
)
def test_a_damaged_file_of_the_cache_is_never_read_and_is_fetched_anew(
    fetched: Path, monkeypatch: pytest.MonkeyPatch, name: str, damage: str
) -> None:
    path = fetched / NUMBER / name
    good = path.read_bytes()
    path.unlink()
    if damage == "flip":
        path.write_bytes(bytes([good[0] ^ 1]) + good[1:])
    elif damage in ("truncate", "zero", "empty"):
        path.write_bytes({"truncate": good[:-1], "zero": bytes(len(good)), "empty": b""}[damage])
    elif damage == "link":
        path.symlink_to("/etc/passwd")
    elif damage == "pipe":
        os.mkfifo(path)
    elif damage == "folder":
        path.mkdir()
    loader.forget()
    gone = damage == "remove" and name == "manifest.json"
    with pytest.raises(
        UnknownRelease if gone else IntegrityError, match=f"troopdata fetch {NUMBER}"
    ):
        td.load("operations", version=NUMBER)
    with monkeypatch.context() as unset:
        unset.delenv("TROOPDATA_URL")
        with pytest.raises(TroopdataError):
            td.fetch(NUMBER)
    td.fetch(NUMBER)
    assert path.read_bytes() == good
    aside = list(path.parent.glob(f"{name}.corrupt-1"))
    assert bool(aside) == (damage != "remove")
    assert len(td.load("operations", version=NUMBER)) == 120


def test_a_damaged_list_of_the_cache_is_an_error_and_is_repaired(fetched: Path) -> None:
    path = fetched / "index.json"
    path.write_bytes(path.read_bytes()[:-9])
    with pytest.raises(ManifestError, match="troopdata fetch latest"):
        td.load("operations")
    assert td.fetch("latest")["release"].item() == NUMBER
    assert (fetched / "index.json.corrupt-1").exists()
    assert len(td.load("operations", version=NUMBER)) == 120


def test_a_file_replaced_after_the_hash_is_not_what_is_parsed(
    fetched: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = loader.opened(NUMBER)
    real = hashlib.sha256
    path = fetched / NUMBER / FILE

    def replaced(data: bytes = b"") -> Any:
        path.write_bytes(b"another file")
        return real(data)

    monkeypatch.setattr(loader.hashlib, "sha256", replaced)
    assert found.rows("operations").num_rows == 120
    monkeypatch.undo()
    with pytest.raises(IntegrityError):
        found.rows("operations")


def test_links_that_were_put_in_the_cache_are_replaced_and_never_written_through(
    source: Path, cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TROOPDATA_URL", str(source))
    target = tmp_path / "precious"
    target.write_text("mine")
    (cache / NUMBER).mkdir(parents=True)
    (cache / NUMBER / FILE).symlink_to(target)
    os.link(target, cache / NUMBER / "CITATION.cff")
    td.fetch(NUMBER)
    assert target.read_text() == "mine"
    shutil.rmtree(cache / NUMBER)
    (tmp_path / "elsewhere").mkdir()
    (cache / NUMBER).symlink_to(tmp_path / "elsewhere")
    with pytest.raises(StorageError, match="symbolic link"):
        td.fetch(NUMBER)
    assert list((tmp_path / "elsewhere").iterdir()) == []


def test_a_shared_cache_is_read_first_and_never_written(
    fetched: Path, source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = tree(fetched)
    own = tmp_path / "own"
    shared = tmp_path / "shared"
    shutil.copytree(fetched, shared)
    (shared / "CACHEDIR.TAG").unlink()
    monkeypatch.setenv("TROOPDATA_CACHE", os.pathsep.join([str(shared), str(own)]))
    assert td.fetch(NUMBER)["folder"].item() == str(shared / NUMBER)
    small(source, "2099.02.0", serial=1001, before=NUMBER)
    assert td.fetch("latest")["folder"].item() == str(own / "2099.02.0")
    assert {k: v for k, v in kept.items() if k != "CACHEDIR.TAG"} == tree(shared)
    (shared / NUMBER / FILE).write_bytes(b"damaged")
    td.fetch(NUMBER)
    assert len(td.load("operations", version=NUMBER)) == 120


def test_clearing_removes_what_we_put_there_and_nothing_else(
    fetched: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (fetched / "thesis.txt").write_text("mine")
    (fetched / NUMBER / "notes.txt").write_text("mine")
    assert main(["cache", "list"]) == 0
    assert NUMBER in capsys.readouterr().out
    assert main(["cache", "clear", "1999.01.0"]) == 2
    assert main(["cache", "clear"]) == 0
    assert set(tree(fetched)) == {"thesis.txt", f"{NUMBER}/notes.txt", "CACHEDIR.TAG"}
    assert td.data_version() == LATEST
    assert main(["cache", "path"]) == 0
    assert capsys.readouterr().out.splitlines()[-1] == str(fetched)


def test_releases_that_we_did_not_put_there_are_never_cleared(
    source: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TROOPDATA_CACHE", str(source))
    kept = tree(source)
    assert main(["cache", "clear"]) == 5
    assert tree(source) == kept
    assert len(td.load("operations", version=NUMBER)) == 120


@pytest.mark.parametrize("case", ["file", "below a file", "no home", "full"])
def test_a_cache_that_cannot_be_written_is_an_error_and_reads_go_on(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, case: str
) -> None:
    (tmp_path / "file").write_text("")
    named = {"file": "file", "below a file": "file/below", "full": "cache"}.get(case)
    monkeypatch.setenv("TROOPDATA_URL", str(source))
    monkeypatch.setenv("TROOPDATA_CACHE", str(tmp_path / named) if named else "")
    if case == "no home":
        monkeypatch.setattr(settings, "_user_cache", list)
    if case == "full":
        monkeypatch.setattr(cache_folder.os, "fsync", full)
    with pytest.raises(StorageError, match="TROOPDATA_CACHE") as caught:
        td.fetch(NUMBER)
    assert caught.value.exit_code == 5
    monkeypatch.undo()
    assert len(td.load("operations")) > 0


def full(handle: int) -> None:
    raise OSError(errno.ENOSPC, "No space left on device")


def in_child(code: str, *, env: dict[str, str], before: Any = None) -> tuple[int, str]:
    root = Path(td.__file__).parents[1]
    done = subprocess.run(
        [sys.executable, "-c", f"import sys; from troopdata.cli import main; {code}"],
        env={**os.environ, "PYTHONPATH": str(root), **env}, capture_output=True, text=True,
        preexec_fn=before, timeout=60, check=False,
    )  # fmt: skip
    return done.returncode, done.stderr


def test_a_file_size_limit_is_a_storage_error(source: Path, cache: Path) -> None:
    limit = lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (5000, 5000))  # noqa: E731
    env = {
        "TROOPDATA_URL": str(source),
        "TROOPDATA_CACHE": str(cache),
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    code, err = in_child(f"sys.exit(main(['fetch', '{NUMBER}']))", env=env, before=limit)
    assert code == 5
    assert "bytes needed" in err
    assert not [name for name in tree(cache) if name.endswith((".tmp", FILE, "manifest.json"))]


def test_a_full_disk_is_a_storage_error_and_the_cache_stays(
    source: Path, fetched: Path, tmp_path: Path
) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    options = ["mount", "-t", "tmpfs", "-o", "size=20k", "none", str(disk)]
    if subprocess.run(options, capture_output=True, check=False).returncode:
        pytest.skip("a small tmpfs cannot be mounted here")
    try:
        env = {"TROOPDATA_URL": str(source), "TROOPDATA_CACHE": str(disk / "cache")}
        code, err = in_child(f"sys.exit(main(['fetch', '{NUMBER}']))", env=env)
        assert (code, "bytes needed" in err) == (5, True)
        assert not [name for name in tree(disk) if name.endswith(".tmp")]
        subprocess.run(["mount", "-o", "remount,size=4m", str(disk)], check=True)
        assert in_child(f"sys.exit(main(['fetch', '{NUMBER}']))", env=env)[0] == 0
        subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
        assert in_child(f"sys.exit(main(['verify', '{NUMBER}']))", env=env)[0] == 0
        small(source, "2099.02.0", serial=1001, before=NUMBER)
        code, err = in_child("sys.exit(main(['fetch', 'latest']))", env=env)
        assert (code, "TROOPDATA_CACHE" in err) == (5, True)
    finally:
        subprocess.run(["umount", str(disk)], check=False)


def as_nobody(commands: list[list[str]], out: Any) -> None:
    os.setgroups([])
    os.setgid(65534)
    os.setuid(65534)
    out.put([main(command) for command in commands])


def test_another_user_reads_a_cache_that_only_its_owner_writes(
    fetched: Path, source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if os.getuid() != 0:
        pytest.skip("only root may become another user")
    # The checkout may lie where another user cannot look.
    shutil.copytree(paths.folder("releases"), tmp_path / "bundled")
    monkeypatch.setattr(repositories.paths, "folder", lambda name: tmp_path / "bundled")
    for folder in (tmp_path, *tmp_path.parents):
        if folder != folder.parent:
            folder.chmod(folder.stat().st_mode | 0o011)
    kept = tree(fetched)
    small(source, "2099.02.0", serial=1001, before=NUMBER)
    commands = [["verify", NUMBER], ["fetch", NUMBER], ["fetch", "latest"], ["cache", "clear"]]
    context = multiprocessing.get_context("fork")
    out = context.Queue()
    child = context.Process(target=as_nobody, args=(commands, out))
    child.start()
    codes = out.get(timeout=30)
    child.join(30)
    assert codes == [0, 0, 5, 5]
    assert tree(fetched) == kept


@pytest.mark.parametrize("at", range(4))
def test_no_space_at_any_write_leaves_what_was_there(
    fetched: Path, source: Path, monkeypatch: pytest.MonkeyPatch, at: int
) -> None:
    small(source, "2099.02.0", serial=1001, before=NUMBER)
    kept, calls, real = tree(fetched), [0], files._replaced

    def written(path: Path, temporary: Path, data: bytes) -> None:
        calls[0] += 1
        if calls[0] > at:
            temporary.write_bytes(data[: len(data) // 2])
            with contextlib.suppress(FileNotFoundError):
                temporary.unlink()
            full(0)
        real(path, temporary, data)

    monkeypatch.setattr(files, "_replaced", written)
    with pytest.raises(StorageError):
        td.fetch("2099.02.0")
    now = tree(fetched)
    assert {k: now[k] for k in kept if k != "index.json"} == {
        k: v for k, v in kept.items() if k != "index.json"
    }
    assert len(td.load("operations", version=NUMBER)) == 120
    monkeypatch.setattr(files, "_replaced", real)
    assert td.fetch("2099.02.0")["place"].item() == "fetched"


def test_eight_processes_at_once_all_get_it_right(server: Faulty, tmp_path: Path) -> None:
    assert at_once(server.url(), tmp_path / "cold", rounds=3) == [120] * 24


def test_a_killed_download_leaves_nothing_partial(
    server: Faulty, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TROOPDATA_URL", server.url())
    td.fetch(NUMBER)
    assert killed(server.url(), cache, kills=4, seed=1) == (0, 0)


def test_an_orphan_is_swept_and_a_living_writers_file_is_not(tmp_path: Path) -> None:
    orphan = tmp_path / ".x.parquet.0123456789ab.tmp"
    orphan.write_bytes(b"half")
    living = tmp_path / ".y.parquet.0123456789ab.tmp"
    with open(living, "wb") as stream:
        files._lock(stream.fileno())
        assert files.sweep(tmp_path) == 1
    assert (orphan.exists(), living.exists()) == (False, True)


def test_an_interrupt_leaves_no_temporary_file(
    source: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TROOPDATA_URL", str(source))

    def interrupted(handle: int) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(cache_folder.os, "fsync", interrupted)
    with pytest.raises(KeyboardInterrupt):
        td.fetch(NUMBER)
    assert tree(cache) == {}


def test_settings_are_read_at_each_call(
    source: Path, cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TROOPDATA_URL", str(source))
    assert td.fetch("2099.01")["place"].item() == "fetched"
    assert td.data_version() == NUMBER
    monkeypatch.setenv("TROOPDATA_CACHE", str(tmp_path / "other"))
    assert td.data_version() == LATEST
    monkeypatch.delenv("TROOPDATA_URL")
    with pytest.raises(UnknownRelease, match="TROOPDATA_URL"):
        td.fetch(NUMBER)


@pytest.mark.parametrize("clock", [0.0, 4102444800.0 + 1e9])
def test_a_wrong_clock_decides_nothing(
    source: Path, cache: Path, monkeypatch: pytest.MonkeyPatch, clock: float
) -> None:
    monkeypatch.setattr(time, "time", lambda: clock)
    monkeypatch.setenv("TROOPDATA_URL", str(source))
    assert td.fetch("latest")["release"].item() == NUMBER
    assert repositories.newest(repositories.local()).folder == cache
