"""Open urllib3 connections that read against a deadline, with our proxies and certificates."""

from __future__ import annotations

import base64
import functools
import http.client
import io
import os
import ssl
import urllib.parse
import urllib.request
from typing import Any

import urllib3

from troopdata.errors import NetworkError
from troopdata.release.deadline import Deadline

__all__ = ["PROXY_HINT", "pool_manager"]

BUNDLES = ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")
PROXY_HINT = "check TROOPDATA_URL and the proxies"


class _TimedReader(io.RawIOBase):
    """The bytes of a socket; each read waits no longer than the deadline allows."""

    def __init__(self, raw: Any, sock: Any, deadline: Deadline) -> None:
        self.raw, self.sock, self.deadline = raw, sock, deadline

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        self.sock.settimeout(self.deadline.read_timeout())
        amount: int = self.raw.readinto(buffer)
        self.deadline.count(amount)
        return amount

    def close(self) -> None:
        self.raw.close()
        super().close()


class _TimedResponse(http.client.HTTPResponse):
    """A response whose status line, headers and body are all read against the deadline.

    urllib3's own timeout holds for each read of the socket, so header lines that never end would
    not meet it. The response of ``http.client``, on which urllib3 builds, is where all of them,
    a proxy's answer to CONNECT too, come from one file object.
    """

    def __init__(self, sock: Any, *arguments: Any, deadline: Deadline, **named: Any) -> None:
        super().__init__(sock, *arguments, **named)
        raw = self.fp.detach()
        self.fp = io.BufferedReader(_TimedReader(raw, sock, deadline))


def _timed(pool: type[urllib3.HTTPConnectionPool], deadline: Deadline) -> Any:
    """Return a class of connection pools that read against the deadline."""
    response = staticmethod(functools.partial(_TimedResponse, deadline=deadline))
    connection = type("TimedConnection", (pool.ConnectionCls,), {"response_class": response})
    return type("TimedPool", (pool,), {"ConnectionCls": connection})


def pool_manager(url: str, deadline: Deadline) -> urllib3.PoolManager:
    """Return urllib3's manager for a URL: through the proxy that the environment names for it.

    Parameters
    ----------
    url : str
        What is requested.
    deadline : Deadline
        When every read has to be over.

    Raises
    ------
    NetworkError
        If the proxy, or the file of certificates, cannot be used.
    """
    certificates = _certificates()
    proxy, headers = _proxy(url)
    if proxy is None:
        manager = urllib3.PoolManager(ssl_context=certificates)
    else:
        try:
            manager = urllib3.ProxyManager(
                proxy,
                proxy_headers=headers,
                proxy_ssl_context=certificates,
                ssl_context=certificates,
            )
        except urllib3.exceptions.HTTPError:
            # What urllib3 says of it may quote the proxy's URL; this one has no password left.
            message = f"{url}: the proxy {proxy} cannot be used"
            raise NetworkError(message, hint=PROXY_HINT, rule="proxy") from None
    manager.pool_classes_by_scheme = {
        "http": _timed(urllib3.HTTPConnectionPool, deadline),
        "https": _timed(urllib3.HTTPSConnectionPool, deadline),
    }
    return manager


def _proxy(url: str) -> tuple[str | None, dict[str, str]]:
    """Return the proxy for a URL without its credentials, and the headers that carry them."""
    parts = urllib.parse.urlsplit(url)
    named = urllib.request.getproxies().get(parts.scheme)
    if not named or urllib.request.proxy_bypass(parts.netloc):
        return None, {}
    scheme, _, rest = named.rpartition("://")
    credentials, _, host = rest.rpartition("@")
    headers = {}
    if credentials:
        plain = urllib.parse.unquote(credentials)
        basic = base64.b64encode(plain.encode("utf-8")).decode("ascii")
        headers = {"Proxy-Authorization": f"Basic {basic}"}
    # `HTTPS_PROXY=host:port` names a plain proxy, as for other programs.
    return f"{scheme or 'http'}://{host}", headers


def _certificates() -> ssl.SSLContext:
    """Return the trusted certificates: those of the usual variables, the system's or certifi's."""
    for name in BUNDLES:
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
    # Python of python.org on macOS comes without certificates.
    import certifi

    return ssl.create_default_context(cafile=certifi.where())
