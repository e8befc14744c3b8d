"""Run pieces on Dask: its current client or scheduler, or threads of this process."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from troopdata.errors import UsageError
from troopdata.geo.jobs import tasks

if TYPE_CHECKING:
    from troopdata.geo.jobs.source_pieces import Piece

__all__ = ["start"]


def start(task: tasks.Task, pieces: Sequence[Piece], workers: int | None) -> Sequence[str]:
    """Run pieces as delayed calls; the task is sent once."""
    from dask import base as untyped
    from dask.delayed import delayed

    # The functions of dask.base have no annotations, which mypy's strict mode refuses to call.
    base: Any = untyped

    running = base.get_scheduler() is not None
    if running and workers is not None:
        hint = "leave workers out, or close the client"
        raise UsageError("dask has a scheduler with workers of its own", hint=hint)
    sent = delayed(task, traverse=False)
    attempts = [delayed(tasks.run_piece)(sent, piece) for piece in pieces]
    # Threads rather than processes: search, reading and writing release the GIL, and threads start
    # without delay.
    scheduler = {} if running else {"scheduler": "threads", "num_workers": workers}
    outcomes: tuple[str, ...] = base.compute(*attempts, **scheduler)
    return outcomes
