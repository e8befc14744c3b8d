"""A line that moves while something takes longer than a second, on a terminal and nowhere else."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, RLock, Thread
from types import TracebackType
from typing import Self, TextIO

__all__ = ["Bar", "aside", "doing", "still", "working"]

QUIET, EVERY, WIDTH = 1.0, 0.1, 24
SIGNS = "|/-\\"


def drawn(stream: TextIO) -> bool:
    """Return whether a line that moves can be drawn on a stream."""
    return stream.isatty() and os.environ.get("TERM") != "dumb"


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
        if now - self.started > QUIET and now - self.drawn > EVERY and drawn(self.stream):
            still()
            self.drawn = now
            share = min(done / self.total, 1.0)
            bar = ("#" * round(WIDTH * share)).ljust(WIDTH, ".")
            self._write(f"{self.title} [{bar}] {share:4.0%} of {self.total / 1e6:.1f} MB")

    def _write(self, text: str) -> None:
        self.stream.write("\r" + text.ljust(self.length) + ("\r" if not text else ""))
        self.stream.flush()
        self.length = len(text)


class _Work:
    """A line that says what is being done, and for how long, drawn by a thread of its own."""

    def __init__(self, title: str, stream: TextIO) -> None:
        self.title, self.stream = title, stream
        self.share: tuple[int, int] | None = None
        self.started, self.length = time.monotonic(), 0
        self.lock, self.over = RLock(), Event()
        self.thread = Thread(target=self._run, daemon=True)

    def _run(self) -> None:
        self.over.wait(QUIET)
        tick = 0
        while not self.over.wait(EVERY):
            with self.lock:
                if not self.over.is_set():
                    self.write(self.line(tick))
            tick += 1

    def line(self, tick: int) -> str:
        """Return the line: how far it is where that is known, a sign that turns where not."""
        seconds = f"{time.monotonic() - self.started:.0f} s"
        if self.share is None:
            return f"{SIGNS[tick % len(SIGNS)]} {self.title}, {seconds}"
        at, total = self.share
        bar = ("#" * round(WIDTH * at / total)).ljust(WIDTH, ".")
        return f"[{bar}] {self.title}, {at} of {total}, {seconds}"

    def write(self, text: str) -> None:
        self.stream.write("\r" + text.ljust(self.length) + ("\r" if not text else ""))
        self.stream.flush()
        self.length = len(text)

    def stop(self) -> None:
        with self.lock:
            self.over.set()
            if self.length:
                self.write("")


_now: list[_Work] = []


@contextmanager
def working(title: str, stream: TextIO | None = None) -> Iterator[None]:
    """Show a line while the block runs, from its second second on, where a line can be drawn.

    Parameters
    ----------
    title : str
        What is being done.
    stream : text stream, optional
        Where it is drawn; standard error by default.
    """
    stream = stream or sys.stderr
    if not drawn(stream):
        yield
        return
    work = _Work(title, stream)
    _now.append(work)
    work.thread.start()
    try:
        yield
    finally:
        _now.remove(work)
        work.stop()
        work.thread.join()


def doing(title: str, at: int = 0, total: int = 0) -> None:
    """Say what is being done now, and which part of how many; nothing where no line is shown."""
    for work in _now[-1:]:
        work.title, work.share = title, (at, total) if total else None


@contextmanager
def aside() -> Iterator[None]:
    """Take the line away while the block writes something else to the terminal."""
    if not _now:
        yield
        return
    work = _now[-1]
    with work.lock:
        if work.length:
            work.write("")
        yield
        sys.stdout.flush()
        if not sys.stdout.isatty():
            # The other end of a pipe, a pager perhaps, has the terminal now.
            work.over.set()


def still() -> None:
    """Take the line away for good: another one is about to be drawn."""
    for work in _now[-1:]:
        work.stop()
