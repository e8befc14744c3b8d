"""Faults of a network: each ends in time with the right error, and the cache as it was."""

from __future__ import annotations

import base64
import contextlib
import datetime as dt
import email.utils
import os
import shutil
import socket
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from server import FILE, NUMBER, Faulty, serving, small, tree

import troopdata as td
from troopdata.cli import main
from troopdata.errors import IntegrityError, NetworkError, TroopdataError
from troopdata.release import http

DEADLINE = 10.0

# fault, error, exit code, words of the message, the most requests for one file
FAULTS = [
    ("file-cut=0", NetworkError, 4, "broke off after 0 bytes", 4),
    ("file-cut=1", NetworkError, 4, "broke off", 4),
    ("index-cut=0.5", NetworkError, 4, "broke off", 4),
    ("index-cut=10", NetworkError, 4, "broke off", 4),
    ("file-short", IntegrityError, 3, "got 100 of 9,461 bytes", 2),
    ("file-declared", IntegrityError, 3, "100 bytes instead of 9,461", 2),
    ("file-flipped", IntegrityError, 3, "SHA-256", 2),
    ("index-flipped", IntegrityError, 3, "index.json", 2),
    ("file-loop", NetworkError, 4, "more than 5 redirects", 6),
    ("file-to=file", IntegrityError, 3, "refused", 1),
    ("file-to=ftp", IntegrityError, 3, "refused", 1),
    ("file-to=elsewhere", IntegrityError, 3, "refused", 1),
    ("file-to=data", IntegrityError, 3, "refused", 1),
    ("file-to=javascript", IntegrityError, 3, "refused", 1),
    ("file-to=port", IntegrityError, 3, "Port out of range", 1),
    ("file-to=credentials", IntegrityError, 3, "name or password", 1),
    ("file-to=control", TroopdataError, 4, "", 2),
    ("file-to=none", NetworkError, 4, "307", 1),
    ("file-trickle", NetworkError, 4, "slower|too long|timed out", 4),
    ("file-headers", NetworkError, 4, "slower|too long|timed out", 4),
    ("index-trickle", NetworkError, 4, "slower|too long|timed out", 4),
    ("file-many", NetworkError, 4, "headers", 4),
    ("file-silent", NetworkError, 4, "timed out|too long", 4),
    ("file-reset", NetworkError, 4, "reset|broke off|closed", 4),
    ("file-nothing", NetworkError, 4, "closed connection", 4),
    ("file-garbage", NetworkError, 4, "SSH", 4),
    ("file-status=500", NetworkError, 4, "500", 4),
    ("file-status=503", NetworkError, 4, "503", 4),
    ("file-status=404", NetworkError, 4, "404", 1),
    ("file-status=410", NetworkError, 4, "410", 1),
    ("file-status=403", NetworkError, 4, "403", 1),
    ("file-status=401", NetworkError, 4, "name and password", 1),
    ("file-status=407", NetworkError, 4, "proxy wants a name", 1),
    ("file-status=204", IntegrityError, 3, "204", 2),
    ("index-status=404", NetworkError, 4, "TROOPDATA_URL", 1),
    ("index-html", IntegrityError, 3, "login page", 2),
    ("file-html", IntegrityError, 3, "login page", 2),
    ("file-page", IntegrityError, 3, "login page", 2),
    ("file-longer", IntegrityError, 3, "9,462 bytes instead of 9,461", 2),
    ("file-endless", IntegrityError, 3, "more than 9,461", 2),
    ("index-endless", IntegrityError, 3, "more than 1,048,576", 2),
    ("file-huge", IntegrityError, 3, "bytes instead of", 2),
    ("file-bomb", IntegrityError, 3, "encoded", 2),
    ("file-encoded=br", IntegrityError, 3, "encoded", 2),
    ("index-encoded=deflate", IntegrityError, 3, "encoded", 2),
    ("file-chunked=bad", NetworkError, 4, "", 4),
    ("file-chunked=short", NetworkError, 4, "", 4),
    ("file-status=429:61", NetworkError, 4, "61 seconds", 1),
    ("file-status=503:1000000000", NetworkError, 4, "1,000,000,000 seconds", 1),
    ("file-status=503:-5", NetworkError, 4, "503", 4),
    ("file-status=503:soon", NetworkError, 4, "503", 4),
    ("file-wrong_range", NetworkError, 4, "another range|broke off", 4),
]  # fmt: skip


@pytest.mark.parametrize(
    ("fault", "kind", "code", "words", "most"), FAULTS, ids=lambda v: str(v)[:24]
)
def test_a_fault_ends_in_time_and_leaves_the_cache_as_it_was(
    server: Faulty, cache: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
    fault: str, kind: type[TroopdataError], code: int, words: str, most: int, tmp_path: Path,
) -> None:  # fmt: skip
    import re

    monkeypatch.setenv("TROOPDATA_URL", str(tmp_path / "source"))
    td.fetch(NUMBER)
    kept = tree(cache)
    small(server.folder, "2099.02.0", serial=1001, before=NUMBER)
    server.sent = 0
    monkeypatch.setenv("TROOPDATA_URL", server.url(fault))
    started = time.monotonic()
    with pytest.raises(kind) as caught:
        td.fetch("2099.02.0")
    assert time.monotonic() - started < DEADLINE
    assert caught.value.exit_code == code
    assert re.search(words, str(caught.value)), str(caught.value)
    assert max(server.hits.count(path) for path in server.hits) <= most
    assert server.sent < 20_000_000
    # Nothing that was there changed; what is new is the list, and files that are whole.
    now = tree(cache)
    assert {k: v for k, v in now.items() if k in kept and k != "index.json"} == {
        k: v for k, v in kept.items() if k != "index.json"
    }
    assert not [name for name in now if name.endswith((".tmp", f"2099.02.0/{FILE}"))]
    assert td.load("operations", version=NUMBER).attrs["troopdata"]["release"] == NUMBER
    assert main(["verify", "2099.02.0"]) == 2
    assert "troopdata fetch 2099.02.0" in capsys.readouterr().err or fault.startswith("index-")


@pytest.mark.parametrize(
    "fault",
    ["good", "once=cut:0.5", "once=cut:0", "once=status:503", "once=reset", "once=nothing",
     "once=flipped", "once=silent", "once=short", "once=html", "file-to=good", "chunked=whole",
     "no_range", "encoded=identity", "once=status:429", "once=garbage"],
)  # fmt: skip
def test_what_passes_is_tried_again(
    server: Faulty, cache: Path, monkeypatch: pytest.MonkeyPatch, fault: str
) -> None:
    monkeypatch.setenv("TROOPDATA_URL", server.url(fault))
    row = td.fetch(NUMBER).iloc[0]
    assert (row["place"], row["files"]) == ("fetched", 2)
    assert len(td.load("operations", version="2099.01")) == 120
    assert all(asked["Accept-Encoding"] == "identity" for asked in server.asked)
    hits = len(server.hits)
    assert td.fetch(NUMBER)["place"].item() == "cached"
    assert len(server.hits) == hits


def test_a_broken_download_goes_on_where_it_broke(
    server: Faulty, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TROOPDATA_URL", server.url("file-once=cut:5000"))
    td.fetch(NUMBER)
    assert [asked["Range"] for asked in server.asked if "Range" in asked] == ["bytes=5000-"]


@pytest.mark.parametrize(
    ("asked", "slept"),
    [("7", [7.0]), ("60", [60.0]), ("0", [0.0]), ("", None), ("-3", None), ("never", None),
     ("61", []), ("1e3", None)],
)  # fmt: skip
def test_a_server_is_obeyed_for_a_minute_and_no_longer(
    server: Faulty,
    cache: Path,
    monkeypatch: pytest.MonkeyPatch,
    asked: str,
    slept: list[float] | None,
) -> None:
    naps: list[float] = []
    monkeypatch.setattr(http, "LIMITS", http.Limits())
    monkeypatch.setattr(http.time, "sleep", naps.append)
    monkeypatch.setenv("TROOPDATA_URL", server.url(f"file-once=status:503:{asked}"))
    if slept == []:
        with pytest.raises(NetworkError, match="61 seconds"):
            td.fetch(NUMBER)
    else:
        td.fetch(NUMBER)
    naps = [nap for nap in naps if nap not in (0.05, 0.1)]
    assert naps == slept if slept is not None else 0.3 < naps[0] < 0.7


def test_a_date_to_try_again_is_understood() -> None:
    soon = email.utils.format_datetime(dt.datetime.now(dt.UTC) + dt.timedelta(seconds=30))
    assert 25 < (http._retry_after(soon) or 0) <= 30
    assert http._retry_after("Mon, 01 Jan 1990 00:00:00 GMT") is None


@pytest.mark.parametrize(
    "url",
    ["http://example.org", "ftp://127.0.0.1/", "file:///etc", "https://me:pw@127.0.0.1/",
     "http://127.0.0.1.example.org/", "https://", "http://[::1", "gopher://x", "http://localhost.evil/"],
)  # fmt: skip
def test_an_address_that_may_not_be_asked_is_refused_before_a_socket_is_made(
    cache: Path, monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    monkeypatch.setattr(socket, "socket", lambda *a, **k: pytest.fail("a socket"))
    monkeypatch.setenv("TROOPDATA_URL", url)
    with pytest.raises(IntegrityError) as caught:
        td.fetch(NUMBER)
    assert "pw" not in str(caught.value)
    assert not cache.exists()


def test_https_never_leads_to_http() -> None:
    for there in ("http://127.0.0.1/x", "http://localhost/x"):
        assert http.checked(there, "http://127.0.0.1/")
        with pytest.raises(IntegrityError, match="refused"):
            http.checked(there, "https://example.org/")


@pytest.mark.parametrize("url", ["http://127.0.0.1:1", "https://nowhere.invalid"])
def test_no_server_and_no_name(cache: Path, monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.setenv("TROOPDATA_URL", url)
    if "invalid" in url:

        def unknown(*arguments: object, **named: object) -> None:
            raise socket.gaierror(-2, "Name or service not known")

        monkeypatch.setattr(socket, "getaddrinfo", unknown)
    with pytest.raises(NetworkError) as caught:
        td.fetch("latest")
    assert caught.value.exit_code == 4
    listed = td.releases()
    assert "could not be read" in listed.attrs["troopdata"]["message"]
    assert "2026.11.0" in set(listed["release"])


@pytest.mark.parametrize("said", ["1", "true", "yes"])
def test_offline_uses_no_socket(
    source: Path, cache: Path, monkeypatch: pytest.MonkeyPatch, said: str
) -> None:
    monkeypatch.setenv("TROOPDATA_URL", str(source))
    td.fetch(NUMBER)
    monkeypatch.setenv("TROOPDATA_URL", "https://127.0.0.1:1")
    monkeypatch.setenv("TROOPDATA_OFFLINE", said)
    for name in ("socket", "create_connection", "getaddrinfo"):
        monkeypatch.setattr(socket, name, lambda *a, **k: pytest.fail("a socket"))
    assert td.fetch("latest")["release"].item() == NUMBER
    assert "offline" in td.fetch("all").attrs["troopdata"]["message"]
    assert len(td.load("operations", version=NUMBER)) > 0
    assert len(td.releases()) >= 5
    started = time.monotonic()
    with pytest.raises(NetworkError, match=r"2099.05.0 is not cached.*2026.11.0") as caught:
        td.fetch("2099.05.0")
    assert caught.value.exit_code == 4
    assert time.monotonic() - started < 1


def test_a_proxy_is_asked_and_no_proxy_is_not(
    server: Faulty, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TROOPDATA_URL", server.url())
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    with pytest.raises(NetworkError, match="refused"):
        td.fetch(NUMBER)
    assert server.hits == []
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    td.fetch(NUMBER)
    assert len(server.hits) == 4


def test_a_tunnel_that_wants_a_password_says_so(
    server: Faulty, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The fault server knows no CONNECT (501); one that answers 407 is named."""
    listener = socket.create_server(("127.0.0.1", 0))

    def refuse() -> None:
        with listener.accept()[0] as talk:
            talk.recv(4096)
            talk.sendall(b"HTTP/1.1 407 Proxy Authentication Required\r\n\r\n")

    thread = threading.Thread(target=refuse, daemon=True)
    thread.start()
    monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{listener.getsockname()[1]}")
    monkeypatch.setenv("TROOPDATA_URL", "https://example.invalid")
    with pytest.raises(NetworkError, match="HTTPS_PROXY=http://NAME") as caught:
        td.fetch(NUMBER)
    thread.join()
    listener.close()
    assert caught.value.exit_code == 4


@pytest.fixture
def secure(source: Path, tmp_path: Path) -> Iterator[tuple[Faulty, Path]]:
    """The fault server behind TLS, and the certificate that it signed itself."""
    if shutil.which("openssl") is None:
        pytest.skip("openssl is absent")
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    command = (
        "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=x"
    )
    names = [
        "-addext",
        "subjectAltName=IP:127.0.0.1",
        "-keyout",
        str(key),
        "-out",
        str(certificate),
    ]
    subprocess.run([*command.split(), *names], check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    with serving(source, context) as server:
        yield server, certificate


def test_a_certificate_is_checked_and_a_bundle_of_ones_own_is_taken(
    secure: tuple[Faulty, Path], cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server, certificate = secure
    monkeypatch.setenv("TROOPDATA_URL", server.url())
    with pytest.raises(NetworkError, match="name them in SSL_CERT_FILE") as caught:
        td.fetch(NUMBER)
    assert caught.value.exit_code == 4
    for name in ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        with monkeypatch.context() as own:
            own.setenv(name, str(certificate))
            assert td.fetch("latest")["release"].item() == NUMBER
        with monkeypatch.context() as absent:
            absent.setenv(name, "/nowhere.pem")
            with pytest.raises(NetworkError, match=f"{name}=/nowhere.pem"):
                td.fetch("latest")


def test_a_redirect_from_https_to_http_is_not_followed(
    secure: tuple[Faulty, Path], cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server, certificate = secure
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    for fault, hits in (("file-to=plain", 1), ("file-to=good", 2)):
        server.hits.clear()
        monkeypatch.setenv("TROOPDATA_URL", server.url(fault))
        if hits == 1:
            with pytest.raises(IntegrityError, match="never http after https"):
                td.fetch(NUMBER)
        else:
            td.fetch(NUMBER)
        assert sum(FILE in hit for hit in server.hits) == hits


def test_no_traceback_reaches_the_command_line(
    server: Faulty, cache: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for fault, code in (
        ("file-flipped", 3),
        ("index-status=404", 4),
        ("index-html", 3),
        ("good", 0),
    ):
        monkeypatch.setenv("TROOPDATA_URL", server.url(fault))
        assert main(["fetch", NUMBER]) == code
    err = capsys.readouterr().err
    assert "Traceback" not in err
    assert "bug" not in err


class Proxy:
    """A proxy on this machine that notes the requests, and gives every one the same answer."""

    def __init__(self, answer: bytes) -> None:
        self.answer, self.seen = answer, list[bytes]()
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.address = f"127.0.0.1:{self.listener.getsockname()[1]}"
        self.thread = threading.Thread(target=self.serve, daemon=True)
        self.thread.start()

    def serve(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                with self.listener.accept()[0] as talk:
                    self.seen.append(talk.recv(4096))
                    talk.sendall(self.answer)

    def close(self) -> None:
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        self.thread.join()


@pytest.fixture
def proxy() -> Iterator[Proxy]:
    found = Proxy(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n")
    yield found
    found.close()


@pytest.mark.parametrize("scheme", ["http://", ""])
@pytest.mark.parametrize("target", ["http://127.0.0.1:9/x", "https://example.invalid/x"])
def test_only_the_proxy_sees_its_password_and_no_message_shows_it(
    proxy: Proxy, cache: Path, monkeypatch: pytest.MonkeyPatch, scheme: str, target: str
) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY"):
        monkeypatch.setenv(name, f"{scheme}me:s%C3%A9cret%40@{proxy.address}")
    monkeypatch.setenv("TROOPDATA_URL", target)
    with pytest.raises(NetworkError, match="403") as caught:
        td.fetch(NUMBER)
    basic = base64.b64encode("me:sécret@".encode())
    assert b"Proxy-Authorization: Basic " + basic in proxy.seen[0]
    assert "cret" not in str(caught.value)


@pytest.mark.parametrize(
    "proxy_url",
    ["socks5://me:secret@127.0.0.1:9", "http://me:secret@127.0.0.1:port", "http://me:secret@"],
)
def test_a_proxy_that_cannot_be_used_is_named_without_its_password(
    cache: Path, monkeypatch: pytest.MonkeyPatch, proxy_url: str
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", proxy_url)
    monkeypatch.setenv("TROOPDATA_URL", "https://example.invalid")
    with pytest.raises(NetworkError, match="prox") as caught:
        td.fetch(NUMBER)
    assert caught.value.exit_code == 4
    assert "secret" not in str(caught.value)


def test_a_password_goes_nowhere_with_a_redirect(
    server: Faulty, cache: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Neither a .netrc nor a proxy's password reaches the server."""
    home = tmp_path / "home"
    home.mkdir()
    (home / ".netrc").write_text("machine 127.0.0.1 login me password secret\n")
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("HTTP_PROXY", "http://me:secret@127.0.0.1:9")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setenv("TROOPDATA_URL", server.url("file-to=good"))
    td.fetch(NUMBER)
    assert not [asked for asked in server.asked if any("auth" in name.lower() for name in asked)]


@pytest.mark.parametrize("name", ["SSL_CERT_DIR", "certifi"])
def test_where_the_system_has_no_certificates_certifi_has(
    secure: tuple[Faulty, Path], cache: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    server, certificate = secure
    monkeypatch.setenv("TROOPDATA_URL", server.url())
    if name == "certifi":
        nothing = ssl.get_default_verify_paths()._replace(cafile=None, capath=None)
        monkeypatch.setattr(ssl, "get_default_verify_paths", lambda: nothing)
        monkeypatch.setattr("certifi.where", lambda: str(certificate))
    else:
        folder = certificate.parent / "certificates"
        folder.mkdir()
        shutil.copy(certificate, folder / "own.pem")
        subprocess.run(["openssl", "rehash", str(folder)], check=True)
        monkeypatch.setenv(name, str(folder))
    assert td.fetch("latest")["release"].item() == NUMBER


def test_urllib3_is_imported_only_when_a_network_is_used(source: Path, tmp_path: Path) -> None:
    code = (
        "import sys, troopdata as td; td.fetch(sys.argv[1]);"
        "print(*sorted({'urllib3', 'ssl', 'certifi', 'rich'} & set(sys.modules)))"
    )
    environment = {**os.environ, "PYTHONPATH": str(Path(td.__file__).parents[1]),
                   "TROOPDATA_URL": str(source), "TROOPDATA_CACHE": str(tmp_path / "cache")}  # fmt: skip
    done = subprocess.run(
        [sys.executable, "-c", code, NUMBER],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == ""


def test_a_header_that_http_forbids_is_a_network_error(
    cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    odd = Proxy(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 7\r\n\r\nhello")
    monkeypatch.setenv("TROOPDATA_URL", f"http://{odd.address}")
    with pytest.raises(NetworkError, match="Content-Length"):
        td.fetch(NUMBER)
    odd.close()
    assert len(odd.seen) == 4
