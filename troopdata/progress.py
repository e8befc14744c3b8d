"""Show progress on a terminal while something takes longer than a second.

Nothing is drawn elsewhere: not to a pipe, a file or a dumb terminal. rich draws the line, and is
imported only once one is drawn, because that takes as long as many commands.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, RLock, Thread
from types import TracebackType
from typing import TYPE_CHECKING, Self, TextIO

if TYPE_CHECKING:
    from rich.progress import Progress

__all__ = ["Bar", "aside", "doing", "stop", "working"]

# Seconds before a line is drawn, its redraws a second, and the cells of its bar.
QUIET, REFRESH, WIDTH = 1.0, 10.0, 24


def drawable(stream: TextIO) -> bool:
    """Return whether a progress line can be drawn on a stream."""
    return stream.isatty() and os.environ.get("TERM") != "dumb"


def _rich_progress(stream: TextIO, title: str, total: int | None, started: float) -> Progress:
    """Return rich's line with one task; it vanishes when it is stopped."""
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    progress = Progress(
        TextColumn("{task.description}", markup=False),
        BarColumn(bar_width=WIDTH),
        TextColumn("{task.fields[part]}", markup=False),
        TimeElapsedColumn(),
        console=Console(file=stream, force_terminal=True),
        refresh_per_second=REFRESH,
        transient=True,
        # Our own output is written between `stop` and `start` instead: see `aside`.
        redirect_stdout=False,
        redirect_stderr=False,
        get_time=time.monotonic,
    )
    progress.add_task(title, total=total, part="")
    # The work began before its line: the elapsed time is that of the work.
    progress.tasks[0].start_time = started
    return progress


class Bar:
    """A progress bar for a known amount of bytes.

    Parameters
    ----------
    title : str
        What is being done.
    total : int
        The whole amount in bytes.
    stream : text stream, optional
        Where to draw it; standard error by default.

    Examples
    --------
    >>> with Bar("fetching", 100) as bar:
    ...     bar.at(50)
    """

    def __init__(self, title: str, total: int, stream: TextIO | None = None) -> None:
        self.title, self.total, self.stream = title, max(total, 1), stream or sys.stderr
        self.started = time.monotonic()
        self.progress: Progress | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self.progress is not None:
            self.progress.stop()

    def at(self, done: int) -> None:
        """Show that `done` bytes are done.

        Parameters
        ----------
        done : int
            The bytes done so far.
        """
        if self.progress is None:
            if time.monotonic() - self.started <= QUIET or not drawable(self.stream):
                return
            stop()  # the line of the command, which this one replaces
            self.progress = _rich_progress(self.stream, self.title, self.total, self.started)
            self.progress.start()
        share = min(done / self.total, 1.0)
        part = f"{share:.0%} of {self.total / 1e6:.1f} MB"
        self.progress.update(self.progress.task_ids[0], completed=done, part=part)


class _Work:
    """The progress line of a command, which a thread of its own draws after a second."""

    def __init__(self, title: str, stream: TextIO) -> None:
        self.title, self.stream = title, stream
        self.part, self.total = 0, 0
        self.started = time.monotonic()
        self.progress: Progress | None = None
        # Reentrant: `stop` may be called inside `aside`, which holds it.
        self.lock, self.over = RLock(), Event()
        self.thread = Thread(target=self._run, daemon=True)

    def _run(self) -> None:
        if self.over.wait(QUIET):
            return
        # Outside the lock: importing rich must not hold up a command that writes its answer.
        progress = _rich_progress(self.stream, self.title, None, self.started)
        with self.lock:
            if not self.over.is_set():
                self.progress = progress
                self.show()
                progress.start()

    def update(self, title: str, part: int, total: int) -> None:
        """Change the title, and the part of the total; 0 of 0 where the total is not known."""
        with self.lock:
            self.title, self.part, self.total = title, part, total
            self.show()

    def show(self) -> None:
        """Give rich what is being done; it draws at its own pace."""
        if self.progress is None:
            return
        task = self.progress.tasks[0]
        # `update` takes None for "as before"; a bar without a total moves to and fro.
        task.total = self.total or None
        part = f"{self.part} of {self.total}" if self.total else ""
        self.progress.update(task.id, description=self.title, completed=self.part, part=part)

    def stop(self) -> None:
        """Remove the line for good."""
        with self.lock:
            self.over.set()
            if self.progress is not None:
                self.progress.stop()


# A stack of lines, of which the last is shown: a command may run another one.
_lines: list[_Work] = []


@contextmanager
def working(title: str, stream: TextIO | None = None) -> Iterator[None]:
    """Show a progress line while the block runs, if it runs longer than a second.

    Parameters
    ----------
    title : str
        What is being done.
    stream : text stream, optional
        Where to draw it; standard error by default.
    """
    stream = stream or sys.stderr
    if not drawable(stream):
        yield
        return
    work = _Work(title, stream)
    _lines.append(work)
    work.thread.start()
    try:
        yield
    finally:
        _lines.remove(work)
        work.stop()
        work.thread.join()


def doing(title: str, at: int = 0, total: int = 0) -> None:
    """Change what the line says, if one is shown.

    Parameters
    ----------
    title : str
        What is being done now.
    at, total : int
        The part being done, and the number of parts, where they are known.
    """
    for work in _lines[-1:]:
        work.update(title, at, total)


@contextmanager
def aside() -> Iterator[None]:
    """Remove the line while the block writes other output to the terminal."""
    if not _lines:
        yield
        return
    work = _lines[-1]
    with work.lock:
        if work.progress is not None:
            work.progress.stop()
        yield
        sys.stdout.flush()
        if not sys.stdout.isatty():
            # The program at the other end of a pipe, perhaps a pager, uses the terminal now.
            work.over.set()
        elif work.progress is not None and not work.over.is_set():
            work.progress.start()


def stop() -> None:
    """Remove the line for good, because another one is about to be drawn."""
    for work in _lines[-1:]:
        work.stop()
