"""Work cut into batches, so that memory stays bounded, and spread over the cores."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator

from troopdata.geo import thread_share

__all__ = ["BATCH", "cores", "slices", "spread"]

# A batch of places with a handful of candidates each stays within some megabytes.
BATCH = 65_536
# What takes less than a few milliseconds is not worth a thread.
SMALL = 8_192


def cores() -> int:
    """Return the number of cores that this call may use."""
    if (allowed := thread_share.threads()) is not None:
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


def spread(work: Callable[[slice], None], count: int, size: int = BATCH) -> None:
    """Call `work` for each batch, in threads where there is more than one core.

    Parameters
    ----------
    work : callable
        Takes a slice and writes its own part of the result; it should free the interpreter.
    count : int
        How many rows there are.
    size : int
        Rows of one batch, at most.
    """
    if SMALL < count <= size:
        size = -(-count // cores())
    parts = list(slices(count, size))
    if len(parts) <= 1 or cores() == 1:
        for part in parts:
            work(part)
        return
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(min(cores(), len(parts))) as pool:
        for _ in pool.map(work, parts):
            pass
