"""Connections of the standard library whose every wait is cut to what is left of the time."""

from __future__ import annotations

import functools
import http.client
import io
import os
import ssl
import time
import urllib.request
from dataclasses import dataclass
from typing import Any

from troopdata.errors import NetworkError

__all__ = ["Clock", "Limits", "opener"]


@dataclass(frozen=True)
class Limits:
    """How long is waited, and for what.

    Attributes
    ----------
    connect, silence : float
        Seconds until a connection stands, and until the next bytes come.
    least, window : float
        Fewer bytes a second than `least` over `window` seconds is too slow.
    total, rate : float
        A file may take `total` seconds, and one more for each `rate` bytes of it, with all its
        tries and waits.
    tries, redirects : int
        How often it is tried again after a fault that passes; how many hops are followed.
    wait, pause : float
        The longest that a server may have us wait; the first of our own pauses, which double.
    """

    connect: float = 10.0
    silence: float = 20.0
    least: float = 1024.0
    window: float = 30.0
    total: float = 120.0
    rate: float = 8192.0
    tries: int = 3
    redirects: int = 5
    wait: float = 60.0
    pause: float = 0.5


class Clock:
    """What is left of the time, and whether bytes come fast enough."""

    def __init__(self, limits: Limits, size: int) -> None:
        self.limits = limits
        self.ends = time.monotonic() + limits.total + size / limits.rate
        self.restart()

    def restart(self) -> None:
        self.since, self.bytes = time.monotonic(), 0

    def left(self) -> float:
        found = self.ends - time.monotonic()
        if found <= 0:
            raise TimeoutError("took too long")
        return found

    def wait(self) -> float:
        """Return how long the next bytes may take."""
        return min(self.limits.silence, self.left())

    def count(self, amount: int) -> None:
        self.bytes += amount
        took = time.monotonic() - self.since
        if took > self.limits.window:
            if self.bytes < self.limits.least * took:
                raise TimeoutError(f"slower than {self.limits.least:g} bytes a second")
            self.restart()


class _Timed(io.RawIOBase):
    """A socket's bytes, each wait for them cut to what is left of the time."""

    def __init__(self, raw: Any, sock: Any, clock: Clock) -> None:
        self.raw, self.sock, self.clock = raw, sock, clock

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        self.sock.settimeout(self.clock.wait())
        amount: int = self.raw.readinto(buffer)
        self.clock.count(amount)
        return amount

    def close(self) -> None:
        self.raw.close()
        super().close()


class _Response(http.client.HTTPResponse):
    def __init__(self, sock: Any, *rest: Any, clock: Clock, **named: Any) -> None:
        super().__init__(sock, *rest, **named)
        raw = self.fp.detach()
        self.fp = io.BufferedReader(_Timed(raw, sock, clock))


class _Handler(urllib.request.AbstractHTTPHandler):
    """Connections whose every response, a proxy's too, is read against the clock."""

    kind: Any = http.client.HTTPConnection

    def __init__(self, clock: Clock, **named: Any) -> None:
        super().__init__()
        self.clock, self.named = clock, named

    def connected(self, host: str, **named: Any) -> Any:
        connection = self.kind(host, **named)
        connection.response_class = functools.partial(_Response, clock=self.clock)
        return connection

    def opened(self, request: urllib.request.Request) -> Any:
        return self.do_open(self.connected, request, **self.named)


class _Plain(_Handler):
    http_open = _Handler.opened
    http_request = urllib.request.AbstractHTTPHandler.do_request_


class _Secure(_Handler):
    kind = http.client.HTTPSConnection
    https_open = _Handler.opened
    https_request = urllib.request.AbstractHTTPHandler.do_request_


def opener(clock: Clock) -> urllib.request.OpenerDirector:
    """Return what asks: through the proxies of the environment, and following no redirect."""
    found = urllib.request.OpenerDirector()
    for handler in (
        urllib.request.ProxyHandler(),
        _Plain(clock),
        _Secure(clock, context=_certificates()),
        urllib.request.HTTPDefaultErrorHandler(),
        urllib.request.HTTPErrorProcessor(),
        urllib.request.UnknownHandler(),
    ):
        found.add_handler(handler)
    return found


def _certificates() -> ssl.SSLContext:
    """Return whom to believe: the usual variables, then the system, then certifi's list."""
    for name in ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        if path := os.environ.get(name):
            try:
                folder = os.path.isdir(path)
                return ssl.create_default_context(
                    cafile=None if folder else path, capath=path if folder else None
                )
            except OSError as error:
                message = f"{name}={path}: {error.strerror or error}"
                raise NetworkError(message, hint="name a file of certificates (PEM)") from None
    paths = ssl.get_default_verify_paths()
    if paths.cafile or paths.capath or os.name == "nt":
        return ssl.create_default_context()
    import certifi

    return ssl.create_default_context(cafile=certifi.where())
