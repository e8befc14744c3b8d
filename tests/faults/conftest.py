"""What the fault tests share: a small release, a server, a cache, and short waits."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from server import Faulty, serving, small

from troopdata.release import http, loader

PROXIES = ("http_proxy", "https_proxy", "no_proxy", "all_proxy")
SHORT = http.Limits(
    connect=1, read=0.7, slowest=1000, window=0.5, total=1.5, rate=1e9, first_pause=0.01
)


@pytest.fixture(autouse=True)
def _settings(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name in PROXIES:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    for name in ("SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(http, "LIMITS", SHORT)
    yield
    loader.forget()


@pytest.fixture
def source(tmp_path: Path) -> Path:
    return small(tmp_path / "source")


@pytest.fixture
def server(source: Path) -> Iterator[Faulty]:
    with serving(source) as server:
        yield server


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "ein Cache, ünïcode"
    monkeypatch.setenv("TROOPDATA_CACHE", str(folder))
    return folder
