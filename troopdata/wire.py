"""One file over HTTP, bounded in every way: bytes, time, redirects, tries.

The standard library's client is used as it is, with four things added: a deadline that holds
through headers and body, a least rate, redirects that are checked before they are followed, and a
body that ends at the size that was promised.
"""

from __future__ import annotations

import email.utils
import functools
import http.client
import io
import os
import random
import ssl
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from troopdata.errors import IntegrityError, NetworkError, shown

__all__ = ["Limits", "checked", "get"]

CHUNK = 1 << 16
MOVED = (301, 302, 303, 307, 308)
PASSING = (408, 425, 429, 500, 502, 503, 504)
NEAR = ("127.0.0.1", "localhost", "::1")
LOGIN = "is a proxy or a login page in between?"


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


LIMITS = Limits()


class _Passing(Exception):
    """A fault that may pass; `after` is how long the server asks us to wait."""

    def __init__(self, message: str, after: float | None = None) -> None:
        super().__init__(message)
        self.after = after


class _Clock:
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

    def __init__(self, raw: Any, sock: Any, clock: _Clock) -> None:
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
    def __init__(self, sock: Any, *rest: Any, clock: _Clock, **named: Any) -> None:
        super().__init__(sock, *rest, **named)
        raw = self.fp.detach()
        self.fp = io.BufferedReader(_Timed(raw, sock, clock))


class _Handler(urllib.request.AbstractHTTPHandler):
    """Connections whose every response, a proxy's too, is read against the clock."""

    kind: Any = http.client.HTTPConnection

    def __init__(self, clock: _Clock, **named: Any) -> None:
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


def get(
    url: str, *, most: int, size: int | None = None, told: Callable[[int], None] | None = None
) -> bytes:
    """Return the body at a URL.

    Parameters
    ----------
    url : str
        Where it is: https, or http on this machine.
    most : int
        The most bytes that are read.
    size : int, optional
        How many it has, where that is known: neither more nor fewer are taken.
    told : callable, optional
        Is told how many bytes are there now.

    Raises
    ------
    NetworkError
        If it cannot be had: no name, no connection, no answer in time, a status that says no.
    IntegrityError
        If what comes cannot be it: too long, too short, encoded, from where it may not come.

    Notes
    -----
    A connection that breaks goes on where it broke. Proxies come from ``HTTP_PROXY``,
    ``HTTPS_PROXY`` and ``NO_PROXY``, certificates from ``SSL_CERT_FILE``, ``SSL_CERT_DIR``,
    ``REQUESTS_CA_BUNDLE`` or ``CURL_CA_BUNDLE``.
    """
    checked(url)
    limits = LIMITS
    clock = _Clock(limits, size or 0)
    body = bytearray()
    for attempt in range(limits.tries + 1):
        try:
            clock.restart()
            return _once(url, body, clock, most if size is None else size, size, told)
        except _Passing as error:
            after = error.after if error.after is not None else _pause(limits, attempt)
            if attempt == limits.tries or after > limits.wait or _over(clock, after):
                raise NetworkError(_told(url, error), hint=_later(after, limits)) from None
            time.sleep(after)
    raise AssertionError


def _pause(limits: Limits, attempt: int) -> float:
    return limits.pause * float(2**attempt) * random.uniform(0.75, 1.25)  # noqa: S311


def _over(clock: _Clock, after: float) -> bool:
    return clock.ends - time.monotonic() <= after


def _later(after: float, limits: Limits) -> str:
    if after <= limits.wait:
        return "try again later; what was fetched before is as it was"
    return f"try again in {after:,.0f} seconds, the server says"


def _told(url: str, error: object) -> str:
    return f"{url}: {error}"


def checked(url: str, before: str = "") -> str:
    """Return a URL that may be asked, and how: nothing but https, or http on this machine.

    Raises
    ------
    IntegrityError
        If it may not be, or leads from https to http.
    """
    try:
        parts = urllib.parse.urlsplit(url)
        host, _ = parts.hostname or "", parts.port
    except ValueError as error:
        raise IntegrityError(f"{shown(url)}: {error}", rule="url") from None
    near = parts.scheme == "http" and host in NEAR and not before.startswith("https:")
    if not host or not (parts.scheme == "https" or near):
        hint = "https is asked, http only on this machine, and never after https"
        raise IntegrityError(f"{shown(url)} is refused", hint=hint, rule="scheme", value=url)
    if parts.username is not None or parts.password is not None:
        message = f"an address with a name or password for {host} is refused"
        raise IntegrityError(message, hint="a proxy may have one, in HTTPS_PROXY", rule="url")
    return url


def _once(
    url: str, body: bytearray, clock: _Clock, most: int, size: int | None, told: Any
) -> bytes:
    """Read one answer to its end, into `body`, after what is there already."""
    try:
        response = _answer(url, len(body), clock)
        with response:
            _fit(url, response, body, most, size)
            while chunk := response.read1(min(CHUNK, most + 1 - len(body))):
                body += chunk
                if told:
                    told(len(body))
                if len(body) > most:
                    raise _not_it(url, f"more than {most:,} bytes", looks_like_a_page(body))
            rest = response.length
    except urllib.error.HTTPError as error:
        if error.code == 416 and body:
            body.clear()
            raise _Passing("a range that the server has not") from None
        raise _status(url, error) from None
    except (OSError, http.client.HTTPException) as error:
        raise _fault(url, error) from None
    if rest:
        raise _Passing(f"broke off after {len(body):,} bytes")
    if size is not None and len(body) < size:
        raise _not_it(url, f"got {len(body):,} of {size:,} bytes", looks_like_a_page(body))
    return bytes(body)


def _answer(url: str, have: int, clock: _Clock) -> Any:
    """Return the answer at the end of the redirects."""
    opener = _opener(clock)
    here = url
    for _ in range(clock.limits.redirects + 1):
        headers = {"Accept-Encoding": "identity", "User-Agent": "troopdata"}
        if have:
            headers["Range"] = f"bytes={have}-"
        request = urllib.request.Request(here, headers=headers)  # noqa: S310
        try:
            return opener.open(request, timeout=min(clock.limits.connect, clock.left()))
        except urllib.error.HTTPError as error:
            with error:
                there = error.headers.get("Location")
            if error.code not in MOVED or not there:
                raise
            here = checked(urllib.parse.urljoin(here, there), here)
        except UnicodeError as error:
            raise http.client.InvalidURL(str(error)) from None
    message = f"{url}: more than {clock.limits.redirects} redirects"
    raise NetworkError(message, hint=LOGIN, rule="redirects")


def _opener(clock: _Clock) -> urllib.request.OpenerDirector:
    opener = urllib.request.OpenerDirector()
    for handler in (
        urllib.request.ProxyHandler(),
        _Plain(clock),
        _Secure(clock, context=_certificates()),
        urllib.request.HTTPDefaultErrorHandler(),
        urllib.request.HTTPErrorProcessor(),
        urllib.request.UnknownHandler(),
    ):
        opener.add_handler(handler)
    return opener


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


def _fit(url: str, response: Any, body: bytearray, most: int, size: int | None) -> None:
    """Refuse an answer whose headers say that it cannot be what we want."""
    headers: Mapping[str, str] = response.headers
    page = "html" in headers.get("Content-Type", "").lower()
    if (coding := headers.get("Content-Encoding", "identity").lower()) != "identity":
        raise _not_it(url, f"encoded ({shown(coding)}), which was not asked for", page)
    if response.status == 206 and body:
        if not headers.get("Content-Range", "").startswith(f"bytes {len(body)}-"):
            body.clear()
            raise _Passing("another range than the one that was asked for")
    elif response.status != 200:
        raise _not_it(url, f"status {response.status}", page)
    else:
        body.clear()
    if response.length is None:
        return
    promised = len(body) + response.length
    if promised > most or (size is not None and promised < size):
        raise _not_it(url, f"{promised:,} bytes instead of {most:,}", page)


def _not_it(url: str, message: str, page: bool) -> IntegrityError:
    hint = LOGIN if page else "nothing was kept of it"
    return IntegrityError(_told(url, message), hint=hint, file=url, rule="body")


def looks_like_a_page(body: bytes | bytearray) -> bool:
    """Return whether a body is a web page, and no file of ours."""
    start = bytes(body[:200]).lstrip().lower()
    return start.startswith((b"<!doctype", b"<html"))


def _status(url: str, error: urllib.error.HTTPError) -> Exception:
    message = f"{error.code} {shown(error.reason or '')[1:-1]}".strip()
    if error.code in PASSING:
        return _Passing(message, _retry_after(error.headers.get("Retry-After")))
    hints = {
        401: "the server wants a name and password; take another in TROOPDATA_URL",
        403: "the server refuses; take another in TROOPDATA_URL",
        407: "the proxy wants a name and password: HTTPS_PROXY=http://NAME:PASSWORD@HOST:PORT",
    }
    hint = hints.get(error.code, "is TROOPDATA_URL the folder that holds index.json?")
    return NetworkError(_told(url, message), hint=hint, rule="status", value=error.code)


def _retry_after(text: str | None) -> float | None:
    """Return the seconds that a server asks for; None for what is no time, or is past."""
    if not text:
        return None
    if text.strip().isascii() and text.strip().isdigit():
        return float(text.strip()[:12])
    try:
        day = email.utils.parsedate_to_datetime(text)
    except (ValueError, TypeError):
        return None
    found = day.timestamp() - time.time()
    return found if found > 0 else None


def _fault(url: str, error: OSError | http.client.HTTPException) -> Exception:
    """Return what a broken connection means: try again, or say what to do."""
    reason = error.reason if isinstance(error, urllib.error.URLError) else error
    message = str(reason) or type(reason).__name__
    if isinstance(reason, ssl.SSLCertVerificationError):
        hint = "check your clock" if "expired" in message or "not yet" in message else ""
        hint = hint or "if your network has its own certificates, name them in SSL_CERT_FILE"
        return NetworkError(_told(url, message), hint=hint, rule="certificate")
    if "Tunnel connection failed: 407" in message:
        hint = "the proxy wants a name and password: HTTPS_PROXY=http://NAME:PASSWORD@HOST:PORT"
        return NetworkError(_told(url, message), hint=hint, rule="status", value=407)
    if isinstance(error, http.client.InvalidURL) or "unknown url type" in message:
        return NetworkError(_told(url, message), hint="check TROOPDATA_URL and the proxies")
    return _Passing(message)
