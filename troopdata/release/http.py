"""Download one file over HTTP, with limits on bytes, time, redirects and retries.

urllib3 handles the protocol; this module decides what is allowed. Its own retries and redirects are
switched off: a retry has to resume the body where it broke off, all of them share one deadline,
and a redirect is checked before it is followed.
"""

from __future__ import annotations

import email.utils
import random
import re
import ssl
import time
import urllib.parse
from collections.abc import Callable
from typing import Any

import urllib3

from troopdata.errors import IntegrityError, NetworkError, shown
from troopdata.release import login_page
from troopdata.release.deadline import Deadline, Limits
from troopdata.release.http_connection import PROXY_HINT, pool_manager

__all__ = ["Deadline", "Limits", "checked", "get"]

CHUNK = 1 << 16
REDIRECTS = (301, 302, 303, 307, 308)
# Too early, too many requests, and the faults of a server that is restarted or overloaded.
TEMPORARY = (408, 425, 429, 500, 502, 503, 504)
THIS_MACHINE = ("127.0.0.1", "localhost", "::1")
# urllib3 would encode these; a server that sends them in a redirect is broken, or an attack.
UNSAFE = re.compile(r"[^\x21-\x7e]")
STATUS_HINTS = {
    401: "the server wants a name and password; take another in TROOPDATA_URL",
    403: "the server refuses; take another in TROOPDATA_URL",
    407: "the proxy wants a name and password: HTTPS_PROXY=http://NAME:PASSWORD@HOST:PORT",
}

LIMITS = Limits()


class _Temporary(Exception):
    """A fault that may pass; `after` is how long the server asks us to wait."""

    def __init__(self, message: str, after: float | None = None) -> None:
        super().__init__(message)
        self.after = after


def get(
    url: str, *, most: int, size: int | None = None, progress: Callable[[int], None] | None = None
) -> bytes:
    """Return the body at a URL.

    Parameters
    ----------
    url : str
        An https URL, or an http URL of this machine.
    most : int
        The most bytes to read.
    size : int, optional
        The size of the file, if known: the body must have exactly this many bytes.
    progress : callable, optional
        Called with the number of bytes received so far.

    Raises
    ------
    NetworkError
        If the file cannot be had: an unknown name, no connection, a timeout, an error status.
    IntegrityError
        If the body cannot be the file: too long, too short, compressed, or from a URL that is
        not allowed.

    Notes
    -----
    A broken download resumes where it broke off. Proxies come from ``HTTP_PROXY``,
    ``HTTPS_PROXY`` and ``NO_PROXY``, certificates from ``SSL_CERT_FILE``, ``SSL_CERT_DIR``,
    ``REQUESTS_CA_BUNDLE`` or ``CURL_CA_BUNDLE``.
    """
    checked(url)
    limits = LIMITS
    deadline = Deadline(limits, size or 0)
    body = bytearray()
    for attempt in range(limits.retries + 1):
        try:
            deadline.restart_rate()
            return _attempt(url, body, deadline, most if size is None else size, size, progress)
        except _Temporary as error:
            pause = error.after if error.after is not None else _pause(limits, attempt)
            late = deadline.ends - time.monotonic() <= pause
            if attempt == limits.retries or pause > limits.longest_pause or late:
                message = f"{url}: {error}"
                raise NetworkError(message, hint=_retry_hint(pause, limits)) from None
            time.sleep(pause)
    raise AssertionError


def _pause(limits: Limits, attempt: int) -> float:
    """Return a pause that doubles with each attempt.

    The random part keeps clients that failed at the same moment from returning at the same one.
    """
    return limits.first_pause * float(2**attempt) * random.uniform(0.75, 1.25)  # noqa: S311


def _retry_hint(pause: float, limits: Limits) -> str:
    if pause <= limits.longest_pause:
        return "try again later; files that were fetched before are unchanged"
    return f"the server asks to try again in {pause:,.0f} seconds"


def checked(url: str, redirected_from: str = "") -> str:
    """Return a URL if it may be requested: https, or http on this machine.

    Raises
    ------
    IntegrityError
        If it may not, or if it is an http URL to which an https URL redirects.
    """
    try:
        parts = urllib.parse.urlsplit(url)
        host, _ = parts.hostname or "", parts.port
    except ValueError as error:
        raise IntegrityError(f"{shown(url)}: {error}", rule="url") from None
    local = parts.scheme == "http" and host in THIS_MACHINE
    allowed = parts.scheme == "https" or (local and not redirected_from.startswith("https:"))
    if not host or not allowed:
        hint = "only https is allowed, or http on this machine, and never http after https"
        raise IntegrityError(f"{shown(url)} is refused", hint=hint, rule="scheme", value=url)
    if parts.username is not None or parts.password is not None:
        # The URL is not shown: it may hold a password.
        message = f"an address with a name or password for {host} is refused"
        raise IntegrityError(message, hint="a proxy may have one, in HTTPS_PROXY", rule="url")
    return url


def _attempt(
    url: str, body: bytearray, deadline: Deadline, most: int, size: int | None, progress: Any
) -> bytes:
    """Read one response to its end, appending it to what `body` holds of the file already."""
    try:
        response = _response(url, body, deadline)
        try:
            _check_headers(url, response, body, most, size)
            # One byte more than allowed is read, to see that there is more.
            while chunk := response.read1(min(CHUNK, most + 1 - len(body))):
                body += chunk
                if progress:
                    progress(len(body))
                if len(body) > most:
                    raise _wrong_body(url, f"more than {most:,} bytes", login_page.is_page(body))
            missing = response.length_remaining
        finally:
            response.close()
    except (OSError, urllib3.exceptions.HTTPError) as error:
        raise _connection_fault(url, error) from None
    if missing:
        raise _Temporary(f"broke off after {len(body):,} bytes")
    if size is not None and len(body) < size:
        raise _wrong_body(url, f"got {len(body):,} of {size:,} bytes", login_page.is_page(body))
    return bytes(body)


def _response(url: str, body: bytearray, deadline: Deadline) -> urllib3.BaseHTTPResponse:
    """Return the response at the end of the redirects, from where `body` ends."""
    here = url
    for _ in range(deadline.limits.redirects + 1):
        response = _request(here, len(body), deadline)
        target = response.headers.get("Location")
        if response.status in REDIRECTS and target:
            response.close()
            here = checked(urllib.parse.urljoin(here, target), here)
        elif 200 <= response.status < 300:
            return response
        else:
            response.close()
            if response.status == 416 and body:
                body.clear()
                raise _Temporary("the server does not have the range that was requested")
            raise _status_fault(url, response)
    message = f"{url}: more than {deadline.limits.redirects} redirects"
    raise NetworkError(message, hint=login_page.HINT, rule="redirects")


def _request(url: str, start: int, deadline: Deadline) -> urllib3.BaseHTTPResponse:
    """Send one request and return its response, the body unread."""
    if unsafe := UNSAFE.search(url):
        message = f"{shown(url)}: an address cannot hold {shown(unsafe[0])}"
        raise NetworkError(message, hint=PROXY_HINT, rule="url")
    headers = {"Accept-Encoding": "identity", "User-Agent": "troopdata"}
    if start:
        headers["Range"] = f"bytes={start}-"
    connect = min(deadline.limits.connect, deadline.remaining())
    return pool_manager(url, deadline).request(
        "GET",
        url,
        headers=headers,
        timeout=urllib3.Timeout(connect=connect, read=deadline.limits.read),
        retries=False,
        redirect=False,
        preload_content=False,
        decode_content=False,
        # A body that breaks off is kept and resumed, not an error.
        enforce_content_length=False,
    )


def _check_headers(
    url: str,
    response: urllib3.BaseHTTPResponse,
    body: bytearray,
    most: int,
    size: int | None,
) -> None:
    """Refuse a response whose headers show that it cannot be the file."""
    page = "html" in response.headers.get("Content-Type", "").lower()
    encoding = response.headers.get("Content-Encoding", "identity").lower()
    if encoding != "identity":
        # A few bytes of gzip may unpack to gigabytes, so nothing is ever unpacked.
        raise _wrong_body(url, f"encoded ({shown(encoding)}), which was not requested", page)
    if response.status == 206 and body:
        if not response.headers.get("Content-Range", "").startswith(f"bytes {len(body)}-"):
            body.clear()
            raise _Temporary("another range than the one that was requested")
    elif response.status != 200:
        raise _wrong_body(url, f"status {response.status}", page)
    else:
        # The server ignored the range and sends the file from its start.
        body.clear()
    if response.length_remaining is None:
        return
    promised = len(body) + response.length_remaining
    if promised > most or (size is not None and promised < size):
        raise _wrong_body(url, f"{promised:,} bytes instead of {most:,}", page)


def _wrong_body(url: str, message: str, page: bool) -> IntegrityError:
    hint = login_page.HINT if page else "nothing of it was kept"
    return IntegrityError(f"{url}: {message}", hint=hint, file=url, rule="body")


def _status_fault(url: str, response: urllib3.BaseHTTPResponse) -> Exception:
    """Return the error for an error status: a temporary one, or one with what to do."""
    message = f"{response.status} {shown(response.reason or '')[1:-1]}".strip()
    if response.status in TEMPORARY:
        return _Temporary(message, _retry_after(response.headers.get("Retry-After")))
    hint = STATUS_HINTS.get(response.status, "is TROOPDATA_URL the folder that holds index.json?")
    return NetworkError(f"{url}: {message}", hint=hint, rule="status", value=response.status)


def _retry_after(text: str | None) -> float | None:
    """Return the seconds that a server asks for; None if it names no time, or one in the past.

    urllib3 has such a function too; it takes a time in the past for 0 seconds, at which a server
    that is overloaded would be asked again at once, and cuts a long one, which the user has to
    know.
    """
    if not text:
        return None
    if text.strip().isascii() and text.strip().isdigit():
        return float(text.strip()[:12])
    try:
        moment = email.utils.parsedate_to_datetime(text)
    except (ValueError, TypeError):
        return None
    seconds = moment.timestamp() - time.time()
    return seconds if seconds > 0 else None


def _connection_fault(url: str, error: BaseException) -> Exception:
    """Return the error for a broken connection: a temporary one, or one with what to do."""
    cause = _root(error)
    message = str(cause) or type(cause).__name__
    if isinstance(error, urllib3.exceptions.ProxyError):
        message = f"cannot connect to the proxy: {message}"
    if isinstance(cause, ssl.SSLCertVerificationError):
        hint = "if your network has its own certificates, name them in SSL_CERT_FILE"
        if "expired" in message or "not yet" in message:
            hint = "check your clock"
        return NetworkError(f"{url}: {message}", hint=hint, rule="certificate")
    if "Tunnel connection failed: 407" in message:
        return NetworkError(f"{url}: {message}", hint=STATUS_HINTS[407], rule="status", value=407)
    if isinstance(cause, urllib3.exceptions.LocationValueError):
        return NetworkError(f"{url}: {message}", hint=PROXY_HINT, rule="url")
    return _Temporary(message)


def _root(error: BaseException) -> BaseException:
    """Return the fault of the system or the protocol that urllib3 wrapped in its own."""
    wrapped = [found for found in error.args if isinstance(found, BaseException)]
    inner = error.__cause__ or next(iter(wrapped), None)
    return error if inner is None else _root(inner)
