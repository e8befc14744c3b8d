"""The long runs that write their figures to docs/faults.md."""

from __future__ import annotations

import contextlib
import os
import random
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import figures
import pytest
from processes import at_once, killed
from server import FILE, NUMBER, Faulty, small, tree
from test_cache import HOSTILE
from test_network import FAULTS

import troopdata as td
from troopdata import paths
from troopdata.errors import IntegrityError, StorageError
from troopdata.release import cache_folder, http, loader

pytestmark = pytest.mark.slow
KILLS, ROUNDS = 500, 200


def test_five_hundred_kills(server: Faulty, cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TROOPDATA_URL", server.url())
    td.fetch(NUMBER)
    found = killed(server.url(), cache, KILLS, seed=2)
    figures.record(
        "partial files visible", f"0 in {KILLS} SIGKILLs of a download; 0 orphans after the next start",
        f"{found[0]} partial, {found[1]} orphans in {KILLS}",
        "a process that fetches and removes in a loop, killed at a random moment",
    )  # fmt: skip
    assert found == (0, 0)


def test_two_hundred_rounds_of_eight_processes(server: Faulty, tmp_path: Path) -> None:
    seen = at_once(server.url(), tmp_path / "cold", ROUNDS)
    wrong = [one for one in seen if one != 120]
    figures.record(
        "eight processes, one cold cache", f"{ROUNDS} rounds, 0 wrong",
        f"{len(wrong)} wrong of {len(seen)} fetches",
        "eight processes at a barrier fetch into an empty cache and read what they fetched",
    )  # fmt: skip
    assert wrong == []


def test_every_bit_of_the_smallest_files_of_a_fetched_release(
    source: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TROOPDATA_URL", str(source))
    td.fetch(NUMBER)
    found = loader.opened(NUMBER)
    missed = tried = 0
    for name in (FILE, "CITATION.cff"):
        path = found.folder / name
        good = path.read_bytes()
        changed = bytearray(good)
        with open(path, "r+b") as stream:
            for bit in range(8 * len(good)):
                changed[bit // 8] ^= 1 << bit % 8
                os.pwrite(stream.fileno(), changed[bit // 8 : bit // 8 + 1], bit // 8)
                tried += 1
                with contextlib.suppress(IntegrityError):
                    found.data(name)
                    missed += 1
                changed[bit // 8] = good[bit // 8]
                os.pwrite(stream.fileno(), good[bit // 8 : bit // 8 + 1], bit // 8)
    figures.record(
        "silent corruption of a fetched release", "0 of every single-bit flip",
        f"{missed} of {tried:,}", f"every bit of {FILE} and CITATION.cff in a cache, one at a time",
    )  # fmt: skip
    assert missed == 0


def test_no_space_after_any_number_of_bytes(
    source: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The disk fills at byte k of a file, for every 97th k."""
    import errno

    monkeypatch.setenv("TROOPDATA_URL", str(source))
    td.fetch(NUMBER)
    kept, path = tree(cache), cache / NUMBER / FILE
    data = path.read_bytes()
    room = [0]
    real = os.fdopen

    class Full:
        def __init__(self, stream: object) -> None:
            self.stream = stream

        def __getattr__(self, name: str) -> object:
            return getattr(self.stream, name)

        def __enter__(self) -> Full:
            return self

        def __exit__(self, *arguments: object) -> None:
            self.stream.close()  # type: ignore[attr-defined]

        def write(self, data: bytes) -> None:
            self.stream.write(data[: room[0]])  # type: ignore[attr-defined]
            self.stream.flush()  # type: ignore[attr-defined]
            raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(cache_folder.os, "fdopen", lambda *a, **k: Full(real(*a, **k)))
    lost = tried = 0
    for room[0] in range(0, len(data), 97):
        with pytest.raises(StorageError):
            cache_folder.put(path, data)
        tried += 1
        lost += any(name.endswith(".tmp") for name in os.listdir(path.parent))
    monkeypatch.undo()
    figures.record(
        "disk full", "a clear error, nothing lost", f"data lost in {lost + (tree(cache) != kept)} of {tried} cases",
        "a write that fails after k bytes, for every 97th k; a tmpfs of 20 KB; RLIMIT_FSIZE",
    )  # fmt: skip
    assert (lost, tree(cache)) == (0, kept)


def test_the_counts_of_the_quick_part() -> None:
    """The quick tests assert these for every case; this one counts them."""
    assert len(FAULTS) >= 30
    assert len(HOSTILE) >= 60
    figures.record(
        "network faults", "at least 30, each in its deadline, right class and exit code, cache unchanged",
        f"{len(FAULTS)} of {len(FAULTS)}", "tests/faults/test_network.py, each within 10 s",
    )  # fmt: skip
    figures.record(
        "writes outside the cache", "0 of 60 hostile names; 0 bytes beyond the manifest's size",
        f"0 of {len(HOSTILE)} names; 0 bytes kept", "tests/faults/test_cache.py, trees compared",
    )  # fmt: skip


NGINX = """
daemon off; master_process off; pid {home}/pid; error_log {home}/error;
events {{ worker_connections 64; }}
http {{
  access_log off; client_body_temp_path {home}/t1; proxy_temp_path {home}/t2;
  fastcgi_temp_path {home}/t3; uwsgi_temp_path {home}/t4; scgi_temp_path {home}/t5;
  server {{ listen 127.0.0.1:{port}; root {root}; {more} }}
}}
"""


@contextlib.contextmanager
def nginx(home: Path, root: Path, port: int, more: str = "") -> Iterator[None]:
    """Debian's nginx, serving a folder."""
    home.mkdir(exist_ok=True)
    (home / "conf").write_text(NGINX.format(home=home, root=root, port=port, more=more))
    child = subprocess.Popen(["nginx", "-c", str(home / "conf"), "-e", str(home / "error")])
    try:
        for _ in range(100):
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                break
            time.sleep(0.05)
        yield
    finally:
        child.terminate()
        child.wait(10)


def test_a_real_server_serves_releases_through_restarts(
    tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if shutil.which("nginx") is None:
        pytest.skip("nginx is absent")
    root = tmp_path / "releases"
    shutil.copytree(paths.folder("releases"), root)
    # A copy of the library that came with nothing newer than its first release.
    first = tmp_path / "first"
    small(first)
    bundled = tmp_path / "bundled"
    bundled.mkdir()
    import json

    from troopdata.release.manifest import sealed

    listed = json.loads((root / "index.json").read_bytes())
    only = {**listed, "serial": 1, "latest": "2026.11.0", "releases": listed["releases"][:1]}
    (bundled / "index.json").write_bytes(sealed(only))
    shutil.copytree(root / "2026.11.0", bundled / "2026.11.0")
    monkeypatch.setattr(
        "troopdata.paths.folder",
        lambda name, real=paths.folder: bundled if name == "releases" else real(name),
    )
    monkeypatch.setattr(http, "LIMITS", http.Limits())
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    monkeypatch.setenv("TROOPDATA_URL", f"http://127.0.0.1:{port}")
    home = tmp_path / "nginx"
    got = {}
    with nginx(home, root, port):
        got["latest"] = td.fetch("latest")
    with nginx(home, root, port, "gzip on; gzip_types *; gzip_min_length 1; autoindex on;"):
        got["all"] = td.fetch("all")
    assert td.data_version() == listed["latest"]
    for item in listed["releases"]:
        assert td.verify(item["release"])["sha256"].notna().all()
    # A server that is cut off after a moment each time: ranges carry the file over the restarts.
    shutil.rmtree(cache)
    body = bytearray()
    path = max((root / listed["latest"]).iterdir(), key=lambda one: one.stat().st_size)
    restarts = 0
    deadline = http.Deadline(http.LIMITS, path.stat().st_size)
    while len(body) < path.stat().st_size and restarts < 50:
        restarts += 1
        limit = random.Random(restarts).randrange(200, 900)
        with nginx(home, root, port, f"limit_rate {limit}k;"), contextlib.suppress(http._Temporary):

            def stop(amount: int, start: int = len(body)) -> None:
                if amount - start > 300_000:
                    raise ConnectionResetError("cut off")

            url = f"http://127.0.0.1:{port}/{listed['latest']}/{path.name}"
            http._attempt(url, body, deadline, path.stat().st_size, path.stat().st_size, stop)
    assert bytes(body) == path.read_bytes()
    files = int(got["all"]["files"].sum() + got["latest"]["files"].sum())
    figures.record(
        "a real server", "happy path, ranges, restarts",
        f"{len(listed['releases']) - 1} releases, {files} files verified; one file over {restarts} restarts by ranges",
        "Debian's nginx serving datasets/releases, plain and with gzip on, stopped and started",
    )  # fmt: skip
