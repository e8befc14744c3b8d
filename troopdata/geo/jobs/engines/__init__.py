"""Choose an engine: a function that runs a task on pieces and yields the outcome of each."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from difflib import get_close_matches
from typing import TYPE_CHECKING, TypeAlias

from troopdata.errors import UsageError, shown

if TYPE_CHECKING:
    from troopdata.geo.jobs.source_pieces import Piece
    from troopdata.geo.jobs.tasks import Task

__all__ = ["Engine", "by_name", "threads_per_worker"]

Engine: TypeAlias = "Callable[[Task, Sequence[Piece], int | None], Iterable[str]]"


def _local() -> Engine:
    from troopdata.geo.jobs.engines import local

    return local.start


def _dask() -> Engine:
    # Imported here only to find out, before any work, whether the extra is installed.
    import dask as _installed  # noqa: F401

    from troopdata.geo.jobs.engines import dask

    return dask.start


def _spark() -> Engine:
    import pyspark as _installed  # noqa: F401

    from troopdata.geo.jobs.engines import spark

    return spark.start


ENGINES: dict[str, Callable[[], Engine]] = {"local": _local, "dask": _dask, "spark": _spark}


def by_name(engine: str) -> Engine:
    """Return an engine.

    Raises
    ------
    UsageError
        If the name is unknown, or the engine's extra is not installed.
    """
    if engine not in ENGINES:
        near = get_close_matches(str(engine), ENGINES) or list(ENGINES)
        raise UsageError(f"unknown engine {shown(engine)}",
                         hint=f"did you mean {' or '.join(near)}?")  # fmt: skip
    try:
        return ENGINES[engine]()
    except ModuleNotFoundError as error:
        if (error.name or "").startswith("troopdata"):
            raise
        hint = f'pip install "troopdata[{engine}]"'
        raise UsageError(f"engine {engine} is not installed", hint=hint) from None


def threads_per_worker(engine: str, workers: int | None) -> int | None:
    """Return the thread limit of one worker: none if it is the only one, otherwise one thread."""
    return None if engine == "local" and workers is None else 1
