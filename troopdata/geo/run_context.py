"""The context of a call that answers one batch of a run over files: its thread limit.

The engines set it around each piece. The code that a batch calls reads it, so that the public
functions need no parameter for it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

__all__ = ["batch_of_run", "in_run", "thread_limit"]

_IN_RUN = ContextVar("in_run", default=False)
_THREADS: ContextVar[int | None] = ContextVar("threads", default=None)


def in_run() -> bool:
    """Return whether the places are one batch of many.

    If every place of a user's frame is off the globe, the coordinates are swapped or projected,
    and that is an error. In one batch of many it may be a few bad rows.
    """
    return _IN_RUN.get()


def thread_limit() -> int | None:
    """Return the maximum number of threads; None for one per core."""
    return _THREADS.get()


@contextmanager
def batch_of_run(threads: int | None) -> Iterator[None]:
    """Mark the calls inside as one batch of a run, with at most this many threads.

    Examples
    --------
    >>> from troopdata.geo.batches import cores
    >>> with batch_of_run(1):
    ...     cores()
    1
    """
    tokens = _IN_RUN.set(True), _THREADS.set(threads)
    try:
        yield
    finally:
        _IN_RUN.reset(tokens[0])
        _THREADS.reset(tokens[1])
