"""Who does the pieces. Every engine takes a task and pieces, and tells what came of each."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterable, Sequence
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, TypeAlias

from troopdata.errors import UsageError, shown

if TYPE_CHECKING:
    from troopdata.geo.jobs.partitions import Piece
    from troopdata.geo.jobs.tasks import Task

__all__ = ["Engine", "named", "threads"]

Engine: TypeAlias = "Callable[[Task, Sequence[Piece], int | None], Iterable[str]]"
# engine -> module that it needs
NEEDS = {"local": "", "dask": "dask", "spark": "pyspark"}


def named(engine: str) -> Engine:
    """Return an engine by name.

    Raises
    ------
    UsageError
        If there is none of this name, or its extra is not installed.
    """
    if engine not in NEEDS:
        near = get_close_matches(str(engine), NEEDS) or list(NEEDS)
        raise UsageError(f"unknown engine {shown(engine)}",
                         hint=f"did you mean {' or '.join(near)}?")  # fmt: skip
    try:
        if NEEDS[engine]:
            importlib.import_module(NEEDS[engine])
    except ModuleNotFoundError:
        hint = f'pip install "troopdata[{engine}]"'
        raise UsageError(f"engine {engine} is not installed", hint=hint) from None
    module: Any = importlib.import_module(f"troopdata.geo.jobs.engines.{engine}")
    start: Engine = module.start
    return start


def threads(engine: str, workers: int | None) -> int | None:
    """Return the threads of one worker: all cores where there is one alone, else one."""
    return None if engine == "local" and workers is None else 1
