"""Run pieces on this machine: in the current process, or in child processes.

The children are not started by multiprocessing, which imports the caller's script again (so that
the script must be written for it) and leaves children running when the caller is killed. These
children import nothing of the caller, and exit when the caller's end of the pipe closes.
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
    from troopdata.geo.jobs.source_pieces import Piece

__all__ = ["serve", "start"]

# The command of a child. It takes over the parent's sys.path before it imports troopdata, so that
# both run the same code.
CHILD_COMMAND = (
    "import pickle, sys; sys.path[:] = pickle.load(sys.stdin.buffer);"
    "from troopdata.geo.jobs.engines.local import serve; serve()"
)


def start(task: tasks.Task, pieces: Sequence[Piece], workers: int | None) -> Iterator[str]:
    """Run pieces one after another, or in the given number of processes."""
    if workers is None:
        return (tasks.run_piece(task, piece) for piece in pieces)
    return _in_processes(task, pieces, min(workers, len(pieces)))


def _in_processes(task: tasks.Task, pieces: Sequence[Piece], workers: int) -> Iterator[str]:
    queue: SimpleQueue[Piece] = SimpleQueue()
    for piece in pieces:
        queue.put(piece)
    children = [_child(task) for _ in range(workers)]
    with ThreadPoolExecutor(workers) as pool:
        try:
            feeds = [pool.submit(_feed, child, queue) for child in children]
            wait(feeds, return_when=FIRST_EXCEPTION)
            yield from _outcomes(feeds)
        finally:
            for child in children:
                child.kill()
                child.communicate()


def _outcomes(feeds: list[Future[list[str]]]) -> Iterator[str]:
    """Yield the outcomes; if a child has failed, raise that before waiting for the others."""
    for feed in feeds:
        if feed.done() and (error := feed.exception()) is not None:
            raise error
    for feed in feeds:
        yield from feed.result()


def _child(task: tasks.Task) -> subprocess.Popen[bytes]:
    child = subprocess.Popen(  # noqa: S603 -- this Python and a constant command
        [sys.executable, "-c", CHILD_COMMAND], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    _send(child, sys.path)
    _send(child, task)
    return child


def _send(child: subprocess.Popen[bytes], value: Any) -> None:
    if child.stdin is not None:
        pickle.dump(value, child.stdin)
        child.stdin.flush()


def _feed(child: subprocess.Popen[bytes], queue: SimpleQueue[Piece]) -> list[str]:
    """Send a child one piece at a time until the queue is empty or a piece fails."""
    outcomes: list[str] = []
    while True:
        try:
            piece = queue.get_nowait()
        except Empty:
            return outcomes
        try:
            _send(child, piece)
            line = child.stdout.readline() if child.stdout is not None else b""
        except BrokenPipeError:
            line = b""
        if not line.endswith(b"\n"):
            raise TroopdataError(
                f"a worker process ended with {child.wait()} while it ran piece {piece.piece}",
                hint="if memory ran out, use fewer workers; the same call runs only what is left",
            )
        # Raises here what the piece met, so that this child gets no further piece.
        tasks.parse_outcome(line.decode())
        outcomes.append(line.decode())


def serve() -> None:
    """Run the pieces that arrive on standard input; the main function of a child.

    Standard output carries the outcomes, so anything printed goes to standard error instead.
    """
    outcomes, sys.stdout = sys.stdout, sys.stderr
    task = pickle.load(sys.stdin.buffer)  # noqa: S301 -- from the process that started this one
    while True:
        try:
            piece = pickle.load(sys.stdin.buffer)  # noqa: S301
        except EOFError:
            return
        outcomes.write(tasks.run_piece(task, piece) + "\n")
        outcomes.flush()
