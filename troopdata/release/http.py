"""One file over HTTP, bounded in every way: bytes, time, redirects, tries.

The standard library's client is used as it is, with four things added: a deadline that holds
through headers and body, a least rate, redirects that are checked before they are followed, and a
body that ends at the size that was promised.
"""

from __future__ import annotations

import email.utils
import http.client
import random
import ssl
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Mapping
from typing import Any

from troopdata.errors import IntegrityError, NetworkError, shown
from troopdata.release.http_connection import Clock, Limits, opener

__all__ = ["Limits", "checked", "get"]

CHUNK = 1 << 16
MOVED = (301, 302, 303, 307, 308)
PASSING = (408, 425, 429, 500, 502, 503, 504)
NEAR = ("127.0.0.1", "localhost", "::1")
LOGIN = "is a proxy or a login page in between?"


LIMITS = Limits()


class _Passing(Exception):
    """A fault that may pass; `after` is how long the server asks us to wait."""

    def __init__(self, message: str, after: float | None = None) -> None:
        super().__init__(message)
        self.after = after


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
    clock = Clock(limits, size or 0)
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


def _over(clock: Clock, after: float) -> bool:
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


def _once(url: str, body: bytearray, clock: Clock, most: int, size: int | None, told: Any) -> bytes:
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


def _answer(url: str, have: int, clock: Clock) -> Any:
    """Return the answer at the end of the redirects."""
    asker = opener(clock)
    here = url
    for _ in range(clock.limits.redirects + 1):
        headers = {"Accept-Encoding": "identity", "User-Agent": "troopdata"}
        if have:
            headers["Range"] = f"bytes={have}-"
        request = urllib.request.Request(here, headers=headers)  # noqa: S310
        try:
            return asker.open(request, timeout=min(clock.limits.connect, clock.left()))
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
