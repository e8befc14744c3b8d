"""A line that moves while something takes longer than a second, on a terminal and nowhere else."""

from __future__ import annotations

import sys
import time
from types import TracebackType
from typing import Self, TextIO

__all__ = ["Bar"]

QUIET, EVERY, WIDTH = 1.0, 0.1, 24


class Bar:
    """How much of a known amount is done.

    Parameters
    ----------
    title : str
        What is being done.
    total : int
        The whole amount, in bytes.
    stream : text stream, optional
        Where it is drawn; standard error by default.

    Examples
    --------
    >>> with Bar("fetching", 100) as bar:
    ...     bar.at(50)
    """

    def __init__(self, title: str, total: int, stream: TextIO | None = None) -> None:
        self.title, self.total, self.stream = title, max(total, 1), stream or sys.stderr
        self.started = self.drawn = time.monotonic()
        self.length = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self.length:
            self._write("")

    def at(self, done: int) -> None:
        """Draw that so many bytes are done, if it is time to."""
        now = time.monotonic()
        if now - self.started > QUIET and now - self.drawn > EVERY and self.stream.isatty():
            self.drawn = now
            share = min(done / self.total, 1.0)
            bar = ("#" * round(WIDTH * share)).ljust(WIDTH, ".")
            self._write(f"{self.title} [{bar}] {share:4.0%} of {self.total / 1e6:.1f} MB")

    def _write(self, text: str) -> None:
        self.stream.write("\r" + text.ljust(self.length) + ("\r" if not text else ""))
        self.stream.flush()
        self.length = len(text)
