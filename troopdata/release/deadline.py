"""Limit how long a download may take, in total and between two reads."""

from __future__ import annotations

import time
from dataclasses import dataclass

__all__ = ["Deadline", "Limits"]


@dataclass(frozen=True)
class Limits:
    """Limits of one download, retries and pauses included.

    Attributes
    ----------
    connect, read : float
        Seconds to wait for a connection, and for the next bytes.
    slowest, window : float
        A transfer fails when it stays below `slowest` bytes a second for `window` seconds.
    total, rate : float
        A file may take `total` seconds, plus one second for each `rate` bytes of its size.
    retries, redirects : int
        How many times a temporary fault is retried, and how many redirects are followed.
    longest_pause, first_pause : float
        The longest ``Retry-After`` that is obeyed, and the first pause of our own in seconds;
        each later one is twice as long.
    """

    connect: float = 10.0
    read: float = 20.0
    slowest: float = 1024.0
    window: float = 30.0
    total: float = 120.0
    rate: float = 8192.0
    retries: int = 3
    redirects: int = 5
    longest_pause: float = 60.0
    first_pause: float = 0.5


class Deadline:
    """The time left for a download, and a check that its bytes keep coming.

    A timeout of a socket bounds one wait only: a server that sends a byte now and then would
    never meet it. So every read is given what is left of the whole, and the rate is measured too.

    Parameters
    ----------
    limits : Limits
        The limits.
    size : int
        The size of the file in bytes, 0 where it is not known.
    """

    def __init__(self, limits: Limits, size: int) -> None:
        self.limits = limits
        # Monotonic: a clock that is set while a file is downloaded changes nothing.
        self.ends = time.monotonic() + limits.total + size / limits.rate
        self.restart_rate()

    def restart_rate(self) -> None:
        """Start a new window of time over which the rate is measured."""
        self.window_start, self.window_bytes = time.monotonic(), 0

    def remaining(self) -> float:
        """Return the seconds left.

        Raises
        ------
        TimeoutError
            If none are left.
        """
        seconds = self.ends - time.monotonic()
        if seconds <= 0:
            raise TimeoutError("took too long")
        return seconds

    def read_timeout(self) -> float:
        """Return how long the next read may take."""
        return min(self.limits.read, self.remaining())

    def count(self, amount: int) -> None:
        """Count the bytes of a read.

        Raises
        ------
        TimeoutError
            If too few came during the window that just ended.
        """
        self.window_bytes += amount
        seconds = time.monotonic() - self.window_start
        if seconds > self.limits.window:
            if self.window_bytes < self.limits.slowest * seconds:
                raise TimeoutError(f"slower than {self.limits.slowest:g} bytes a second")
            self.restart_rate()
