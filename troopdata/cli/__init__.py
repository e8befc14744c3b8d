"""The command line: ``troopdata`` and ``python -m troopdata``.

Exit codes: 0 ok, 1 invalid data, 2 usage, 3 integrity, 4 network or offline, 5 storage,
6 incompatible schema or reader, 70 a bug of ours.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

__all__ = ["main"]

BUG = 70
INTERRUPTED = 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code; nothing a user does ends in a traceback.

    Parameters
    ----------
    arguments : sequence of str, optional
        The command and its options; by default those of the process.
    """
    try:
        return _run(list(sys.argv[1:] if arguments is None else arguments))
    except KeyboardInterrupt:
        # The shell has shown the ^C, and who typed it knows why.
        return INTERRUPTED
    except BrokenPipeError:
        # Whoever read our output has read enough; there is nobody left to tell.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as error:
        if os.environ.get("TROOPDATA_DEBUG"):
            raise
        sys.stderr.write(f"bug in troopdata: {type(error).__name__}: {error}\n")
        sys.stderr.write("please report it; TROOPDATA_DEBUG=1 shows where\n")
        return BUG


def _run(arguments: list[str]) -> int:
    """Run one command; what a user did wrong is told, and a closed pipe is met here."""
    from troopdata import progress
    from troopdata.cli import app, terminal
    from troopdata.errors import TroopdataError

    terminal.ready()
    try:
        with progress.working(next(iter(arguments), "")):
            code = app.run(arguments)
    except TroopdataError as error:
        sys.stdout.flush()
        name = terminal.ink("troopdata:", "strong", sys.stderr)
        sys.stderr.write(f"{name} {error}\n")
        code = error.exit_code
    except SystemExit as leaving:
        # The parser of the command line meets a closed pipe with an exit of its own.
        if isinstance(leaving.__context__, BrokenPipeError):
            raise leaving.__context__ from None
        raise
    sys.stdout.flush()
    return code


def script() -> None:
    """Run the process's own command and leave with its exit code."""
    sys.exit(main())
