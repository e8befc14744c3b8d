"""One machine: the process itself, or some processes beside it.

The processes are not multiprocessing's. Those import the caller's script again, which must be
written for it, and stay behind when the caller is killed. These import nothing of the caller, and
end when its end of the pipe closes.
"""

from __future__ import annotations

import pickle
import subprocess
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import FIRST_EXCEPTION, Future, ThreadPoolExecutor, wait
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Any

from troopdata.errors import TroopdataError
from troopdata.geo.jobs import tasks

if TYPE_CHECKING:
    from troopdata.geo.jobs.partitions import Piece

__all__ = ["serve", "start"]

FIRST_WORDS = (
    "import pickle, sys; sys.path[:] = pickle.load(sys.stdin.buffer);"
    "from troopdata.geo.jobs.engines.local import serve; serve()"
)


def start(task: tasks.Task, pieces: Sequence[Piece], workers: int | None) -> Iterator[str]:
    """Do pieces one after another, or in so many processes."""
    if workers is None:
        return (tasks.attempt(task, piece) for piece in pieces)
    return _in_processes(task, pieces, min(workers, len(pieces)))


def _in_processes(task: tasks.Task, pieces: Sequence[Piece], workers: int) -> Iterator[str]:
    queue: SimpleQueue[Piece] = SimpleQueue()
    for piece in pieces:
        queue.put(piece)
    children = [_child(task) for _ in range(workers)]
    with ThreadPoolExecutor(workers) as pool:
        try:
            works = [pool.submit(_feed, child, queue) for child in children]
            wait(works, return_when=FIRST_EXCEPTION)
            yield from _told(works)
        finally:
            for child in children:
                child.kill()
                child.communicate()


def _told(works: list[Future[list[str]]]) -> Iterator[str]:
    """Return what finished; raise what did not before waiting for the others."""
    for work in works:
        if work.done() and (error := work.exception()) is not None:
            raise error
    for work in works:
        yield from work.result()


def _child(task: tasks.Task) -> subprocess.Popen[bytes]:
    child = subprocess.Popen(  # noqa: S603 -- this Python, and words of ours
        [sys.executable, "-c", FIRST_WORDS], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    _send(child, sys.path)
    _send(child, task)
    return child


def _send(child: subprocess.Popen[bytes], value: Any) -> None:
    if child.stdin is not None:
        pickle.dump(value, child.stdin)
        child.stdin.flush()


def _feed(child: subprocess.Popen[bytes], queue: SimpleQueue[Piece]) -> list[str]:
    """Give a process a piece at a time until there are no more, or one has failed."""
    told: list[str] = []
    while True:
        try:
            piece = queue.get_nowait()
        except Empty:
            return told
        try:
            _send(child, piece)
            line = child.stdout.readline() if child.stdout is not None else b""
        except BrokenPipeError:
            line = b""
        if not line.endswith(b"\n"):
            raise TroopdataError(
                f"a process ended with {child.wait()} while it did {piece.piece}",
                hint="if memory was short, fewer workers; the same call does what is left",
            )
        tasks.outcome(line.decode())
        told.append(line.decode())


def serve() -> None:
    """Do what comes through standard input; what prints must not get between the answers."""
    answers, sys.stdout = sys.stdout, sys.stderr
    task = pickle.load(sys.stdin.buffer)  # noqa: S301 -- from the process that started this one
    while True:
        try:
            piece = pickle.load(sys.stdin.buffer)  # noqa: S301
        except EOFError:
            return
        answers.write(tasks.attempt(task, piece) + "\n")
        answers.flush()
