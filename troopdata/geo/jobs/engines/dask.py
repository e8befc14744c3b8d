"""Dask: its current client or scheduler; threads of this process where there is none."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from troopdata.errors import UsageError
from troopdata.geo.jobs import tasks

if TYPE_CHECKING:
    from troopdata.geo.jobs.partitions import Piece

__all__ = ["start"]


def start(task: tasks.Task, pieces: Sequence[Piece], workers: int | None) -> Sequence[str]:
    """Do pieces as delayed calls, the task sent once."""
    from dask import base as untyped
    from dask.delayed import delayed

    base: Any = untyped

    running = base.get_scheduler() is not None
    if running and workers is not None:
        hint = "leave workers out, or close the client"
        raise UsageError("dask has a scheduler with workers of its own", hint=hint)
    sent = delayed(task, traverse=False)
    attempts = [delayed(tasks.attempt)(sent, piece) for piece in pieces]
    # Search, reading and writing free the interpreter, and threads start at once.
    mine = {} if running else {"scheduler": "threads", "num_workers": workers}
    told: tuple[str, ...] = base.compute(*attempts, **mine)
    return told
