"""The command line: ``troopdata`` and ``python -m troopdata``.

It may import every other subpackage, and no other subpackage imports it. Commands are in
``commands``, the screen of ``troopdata show`` in ``show``.

Exit codes: 0 success, 1 invalid data, 2 usage, 3 integrity, 4 network or offline, 5 storage,
6 incompatible schema or reader, 70 a bug in troopdata.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

__all__ = ["main"]

BUG = 70
INTERRUPTED = 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code, without a traceback for any user error.

    Parameters
    ----------
    arguments : sequence of str, optional
        The command and its options; by default those of the process.
    """
    try:
        return _run(list(sys.argv[1:] if arguments is None else arguments))
    except KeyboardInterrupt:
        # The shell has already shown ^C; a message would add nothing.
        return INTERRUPTED
    except BrokenPipeError:
        # The reader has closed the pipe. Python would fail again when it flushes at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as error:
        if os.environ.get("TROOPDATA_DEBUG"):
            raise
        sys.stderr.write(f"bug in troopdata: {type(error).__name__}: {error}\n")
        sys.stderr.write("please report it; run again with TROOPDATA_DEBUG=1 for a traceback\n")
        return BUG


def _run(arguments: list[str]) -> int:
    """Run one command; print a user's error, and raise a closed pipe."""
    from troopdata import progress
    from troopdata.cli import app, terminal
    from troopdata.cli.hints import as_options
    from troopdata.errors import TroopdataError

    terminal.configure_streams()
    try:
        with progress.working(next(iter(arguments), "")):
            code = app.run(arguments)
    except TroopdataError as error:
        sys.stdout.flush()
        name = terminal.styled("troopdata:", "strong", sys.stderr)
        text = f"{error.message}; {as_options(error.hint)}" if error.hint else str(error)
        sys.stderr.write(f"{name} {text}\n")
        code = error.exit_code
    except SystemExit as leaving:
        # Typer turns a closed pipe into an exit of its own.
        if isinstance(leaving.__context__, BrokenPipeError):
            raise leaving.__context__ from None
        raise
    sys.stdout.flush()
    return code


def script() -> None:
    """Run the command of this process and exit with its code."""
    sys.exit(main())
