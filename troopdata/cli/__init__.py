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
    from troopdata.cli.app import run
    from troopdata.errors import TroopdataError

    try:
        return run(list(sys.argv[1:] if arguments is None else arguments))
    except TroopdataError as error:
        _complain(str(error), arguments)
        return error.exit_code
    except KeyboardInterrupt:
        _say("interrupted")
        return INTERRUPTED
    except BrokenPipeError:
        # Whoever read our output has read enough; there is nobody left to tell.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as error:
        if os.environ.get("TROOPDATA_DEBUG"):
            raise
        _say(f"bug in troopdata: {type(error).__name__}: {error}")
        _say("please report it; TROOPDATA_DEBUG=1 shows where")
        return BUG


def _complain(message: str, arguments: Sequence[str] | None) -> None:
    _say(f"troopdata: {message}")


def _say(text: str) -> None:
    sys.stderr.write(text + "\n")


def script() -> None:
    """Run the process's own command and leave with its exit code."""
    sys.exit(main())
