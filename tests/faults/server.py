"""A server on 127.0.0.1 whose first path part says what goes wrong, and a small release to serve."""

from __future__ import annotations

import contextlib
import gzip
import hashlib
import json
import os
import shutil
import socket
import ssl
import struct
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from troopdata import paths
from troopdata.release import loader
from troopdata.release.manifest import canonical_json, sealed

NUMBER = "2099.01.0"
FILE = "operations.parquet"
LONGEST = 8.0  # no answer takes longer than this, whatever goes wrong with a test


def small(
    folder: Path,
    number: str = NUMBER,
    *,
    serial: int = 1000,
    before: str | None = "2026.11.0",
    index: dict[str, object] | None = None,
    entry: dict[str, object] | None = None,
    **manifest: object,
) -> Path:
    """Write a release of two real files, listed after those that came with the library."""
    real = paths.folder("releases")
    latest = loader.opened("2026.11.3")
    target = folder / number
    target.mkdir(parents=True)
    names = (FILE, "CITATION.cff")
    for name in names:
        shutil.copyfile(latest.folder / name, target / name)
    listed = json.loads((real / "index.json").read_bytes())
    known = {item["release"]: item for item in listed["releases"]}
    if (folder / "index.json").exists():
        known = {
            i["release"]: i for i in json.loads((folder / "index.json").read_bytes())["releases"]
        }
    previous = before and {"release": before, "manifest_sha256": known[before]["manifest_sha256"]}
    files = [item for item in latest.manifest["files"] if item["name"] in names]
    whole = {**latest.manifest, "release": number, "released_at": "2099-01-01",
             "previous": previous, "files": files, **manifest}  # fmt: skip
    data = canonical_json(whole)
    (target / "manifest.json").write_bytes(data)
    known[number] = {
        "release": number, "manifest_sha256": hashlib.sha256(data).hexdigest(),
        "manifest_size": len(data), "schema_version": whole["schema_version"],
        "min_reader": whole["min_reader"], "released_at": "2099-01-01", "status": "active",
        "yanked_reason": None, "superseded_by": None, **(entry or {}),
    }  # fmt: skip
    relist(folder, {"index_version": 1, "serial": serial, "latest": number,
                    "releases": list(known.values()), **(index or {})})  # fmt: skip
    return folder


def relist(folder: Path, changes: dict[str, object]) -> None:
    path = folder / "index.json"
    old = json.loads(path.read_bytes()) if path.exists() else {}
    path.write_bytes(sealed({**old, **changes}))


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Faulty

    def log_message(self, *arguments: object) -> None:
        pass

    def do_GET(self) -> None:
        with contextlib.suppress(OSError):
            self.answer()
        self.close_connection = True

    def answer(self) -> None:
        self.server.hits.append(self.path)
        self.server.asked.append(dict(self.headers))
        _, fault, *rest = self.path.split("/")
        name = "/".join(rest)
        path = self.server.folder / name
        self.data = path.read_bytes() if path.is_file() else None
        # The index is right, unless it is what goes wrong: faults start with the first file.
        if fault.startswith("index-"):
            fault = fault.removeprefix("index-") if name == "index.json" else "good"
        elif name == "index.json":
            fault = "good"
        elif fault.startswith("file-"):
            fault = fault.removeprefix("file-") if name.endswith(FILE) else "good"
        FAULTS[fault.split("=")[0]](self, fault.partition("=")[2])

    def head(self, status: int = 200, length: int | None = None, **headers: str) -> None:
        self.send_response(status)
        if length is not None:
            self.send_header("Content-Length", str(length))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Connection", "close")
        self.end_headers()

    def whole(self, data: bytes, status: int = 200, **headers: str) -> None:
        self.head(status, len(data), **headers)
        self.put(data)

    def put(self, data: bytes) -> None:
        self.wfile.write(data)
        self.server.sent += len(data)


def good(self: Handler, _: str) -> None:
    if self.data is None:
        return self.whole(b"absent", 404)
    start = self.headers.get("Range", "")
    if start:
        at = int(start.removeprefix("bytes=").rstrip("-"))
        span = f"bytes {at}-{len(self.data) - 1}/{len(self.data)}"
        return self.whole(self.data[at:], 206, Content_Range=span)
    self.whole(self.data)


def cut(self: Handler, at: str) -> None:
    """The server dies mid-body: after a share of it, every time."""
    data = self.data or b""
    self.head(200, len(data))
    self.put(data[: int(len(data) * float(at)) if "." in at else int(at)])


def once(self: Handler, fault: str) -> None:
    """A fault that passes: the first answer for each file only."""
    if self.server.hits.count(self.path) > 1:
        return good(self, "")
    FAULTS[fault.partition(":")[0]](self, fault.partition(":")[2])


def short(self: Handler, _: str) -> None:
    self.head()
    self.put((self.data or b"")[:100])


def declared(self: Handler, _: str) -> None:
    self.whole((self.data or b"")[:100])


def flipped(self: Handler, _: str) -> None:
    data = bytearray(self.data or b"")
    data[len(data) // 2] ^= 1
    self.whole(bytes(data))


def loop(self: Handler, _: str) -> None:
    self.head(302, 0, Location=self.path)


def to(self: Handler, where: str) -> None:
    targets = {
        "file": "file:///etc/passwd", "ftp": "ftp://127.0.0.1/x", "elsewhere": "http://192.0.2.1/x",
        "data": "data:text/plain,x", "javascript": "javascript:x", "none": "",
        "control": "http://127.0.0.1/a b\x7f", "port": "http://127.0.0.1:99999/",
        "plain": "http://127.0.0.1:9/x",
        "credentials": "http://me:secret@127.0.0.1/",
        "good": self.path.replace("/file-to=good", "/good"),
    }  # fmt: skip
    self.head(307, 0, Location=targets[where])


def trickle(self: Handler, _: str) -> None:
    self.head(200, len(self.data or b""))
    ends = time.monotonic() + LONGEST
    for byte in self.data or b"":
        self.put(bytes([byte]))
        time.sleep(0.05)
        if time.monotonic() > ends:
            return


def headers(self: Handler, _: str) -> None:
    """Header lines that never end, slowly."""
    self.wfile.write(b"HTTP/1.1 200 OK\r\n")
    for number in range(int(LONGEST / 0.1)):
        self.wfile.write(f"X-{number % 50}: 1"[: 1 + number % 6].encode())
        time.sleep(0.1)


def many(self: Handler, _: str) -> None:
    self.wfile.write(b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 5000 + b"\r\n")


def silent(self: Handler, _: str) -> None:
    time.sleep(3)


def reset(self: Handler, _: str) -> None:
    linger = struct.pack("ii", 1, 0)
    self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
    self.head(200, len(self.data or b""))
    self.put((self.data or b"")[:10])
    self.wfile.flush()
    self.connection.close()


def status(self: Handler, code: str) -> None:
    number, _, after = code.partition(":")
    self.whole(b"no", int(number), **({"Retry_After": after.replace("_", " ")} if after else {}))


def html(self: Handler, _: str) -> None:
    self.whole(b"<!DOCTYPE html><title>Sign in to the network</title>", Content_Type="text/html")


def page(self: Handler, _: str) -> None:
    """A page of exactly the right size."""
    text = b"<html>" + b" " * (len(self.data or b"") - 6)
    self.whole(text)


def longer(self: Handler, _: str) -> None:
    self.whole((self.data or b"") + b"x")


def endless(self: Handler, _: str) -> None:
    self.head()
    ends = time.monotonic() + LONGEST
    while time.monotonic() < ends:
        self.put(b"x" * 65536)


def huge(self: Handler, _: str) -> None:
    self.head(200, 10**15)
    endless(self, "")


# Made before anyone waits for it: what is tried is not how fast this machine packs.
BOMB = gzip.compress(bytes(64 << 20), 1)


def bomb(self: Handler, _: str) -> None:
    self.whole(BOMB, Content_Encoding="gzip")


def encoded(self: Handler, coding: str) -> None:
    self.whole(self.data or b"", Content_Encoding=coding)


def chunked(self: Handler, how: str) -> None:
    self.head(Transfer_Encoding="chunked")
    data = self.data or b""
    half = data[: len(data) // 2]
    self.put(b"%x\r\n%s\r\n" % (len(half), half))
    if how == "bad":
        self.put(b"zz\r\n")
    elif how == "whole":
        self.put(b"%x\r\n%s\r\n0\r\n\r\n" % (len(data) - len(half), data[len(half) :]))


def garbage(self: Handler, _: str) -> None:
    self.wfile.write(b"SSH-2.0-OpenSSH_9.2\r\n")


def nothing(self: Handler, _: str) -> None:
    pass


def body(self: Handler, name: str) -> None:
    self.whole(self.server.bodies[name])


def wrong_range(self: Handler, _: str) -> None:
    """Breaks off, then answers with another range than the one asked for."""
    data = self.data or b""
    if "Range" in self.headers:
        return self.whole(data[3:], 206, Content_Range=f"bytes 3-{len(data) - 1}/{len(data)}")
    cut(self, "0.5")


def no_range(self: Handler, _: str) -> None:
    """Breaks off, then knows no ranges."""
    if "Range" in self.headers:
        return self.whole(b"", 416)
    if len([hit for hit in self.server.hits if hit == self.path]) < 3:
        return cut(self, "0.5")
    self.whole(self.data or b"")


FAULTS: dict[str, Callable[[Handler, str], None]] = {
    function.__name__: function
    for function in (
        good, cut, once, short, declared, flipped, loop, to, trickle, headers, many, silent, reset,
        status, html, page, longer, endless, huge, bomb, encoded, chunked, garbage, nothing, body,
        wrong_range, no_range,
    )
}  # fmt: skip


class Faulty(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def __init__(self, folder: Path, context: ssl.SSLContext | None = None) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.scheme = "https" if context else "http"
        if context:
            self.socket = context.wrap_socket(self.socket, server_side=True)
        self.folder, self.hits, self.asked, self.sent = (
            folder,
            list[str](),
            list[dict[str, str]](),
            0,
        )
        self.bodies: dict[str, bytes] = {}

    def url(self, fault: str = "good") -> str:
        return f"{self.scheme}://127.0.0.1:{self.server_port}/{fault}"

    def handle_error(self, *arguments: object) -> None:
        pass


@contextlib.contextmanager
def serving(folder: Path, context: ssl.SSLContext | None = None) -> Iterator[Faulty]:
    server = Faulty(folder, context)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def tree(folder: Path) -> dict[str, str]:
    """Every file below a folder with the hash of what it holds, links as what they point to."""
    found = {}
    for path in sorted(folder.rglob("*")):
        name = str(path.relative_to(folder))
        if path.is_symlink():
            found[name] = "-> " + os.readlink(path)
        elif path.is_file():
            found[name] = hashlib.sha256(path.read_bytes()).hexdigest()
    return found
