"""The share that a call has of a larger work: how many threads are its own, and that there is more.

Engines set it around each batch; what the batch calls asks for it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

__all__ = ["is_share", "of_a_whole", "threads"]

_SHARED = ContextVar("shared", default=False)
_THREADS: ContextVar[int | None] = ContextVar("threads", default=None)


def is_share() -> bool:
    """Return whether the places at hand are some of many: all of them wrong may be few wrong."""
    return _SHARED.get()


def threads() -> int | None:
    """Return the number of threads to use at most; None for as many as there are cores."""
    return _THREADS.get()


@contextmanager
def of_a_whole(threads: int | None) -> Iterator[None]:
    """Work on a share of the places, with so many threads.

    Examples
    --------
    >>> from troopdata.geo.batches import cores
    >>> with of_a_whole(1):
    ...     cores()
    1
    """
    marks = _SHARED.set(True), _THREADS.set(threads)
    try:
        yield
    finally:
        _SHARED.reset(marks[0])
        _THREADS.reset(marks[1])
