"""Split work into batches, which bounds memory, and run them on all cores."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator

from troopdata.geo import run_context

__all__ = ["BATCH", "cores", "run_batches", "slices"]

# With a handful of candidates per place, the arrays of one batch take a few megabytes.
BATCH = 65_536
# Fewer rows than this take a few milliseconds, less than it pays to start a thread for.
SMALL = 8_192


def cores() -> int:
    """Return the number of cores that the current call may use."""
    if (allowed := run_context.thread_limit()) is not None:
        return allowed
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def slices(count: int, size: int = BATCH) -> Iterator[slice]:
    """Return consecutive slices of at most `size` that cover `count`.

    Examples
    --------
    >>> list(slices(5, 2))
    [slice(0, 2, None), slice(2, 4, None), slice(4, 5, None)]
    """
    return (slice(at, min(at + size, count)) for at in range(0, count, size))


def run_batches(work: Callable[[slice], None], count: int, size: int = BATCH) -> None:
    """Call `work` on each batch, in threads where more than one core is available.

    Parameters
    ----------
    work : callable
        Takes a slice and writes its own part of the result. It should release the GIL, or the
        threads gain nothing.
    count : int
        Number of rows.
    size : int
        Maximum number of rows in a batch.
    """
    if SMALL < count <= size:
        # One batch would leave cores idle: split it evenly, rounding up.
        size = -(-count // cores())
    parts = list(slices(count, size))
    if len(parts) <= 1 or cores() == 1:
        for part in parts:
            work(part)
        return
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(min(cores(), len(parts))) as pool:
        # Reading the results raises the first exception of a thread here.
        for _ in pool.map(work, parts):
            pass
