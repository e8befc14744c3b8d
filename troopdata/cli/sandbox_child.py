"""The inmate: parse and check one file within limits, and tell what came of it in JSON.

It runs in a process of its own (see `guard`), so that whatever a hostile file does to a parser,
it does to nobody else. One line says that the libraries are loaded; then the limits hold, and
the file is opened.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from troopdata.errors import Invalid, TroopdataError

__all__ = ["CUT", "MOST", "limit", "main"]

MOST = 10_000  # failures that are told one by one; the others are counted
CUT = 500  # characters of a cell that a report shows


def main(arguments: list[str]) -> None:
    """Check a file: its path, its table, seconds and megabytes."""
    path, table, seconds, megabytes = arguments
    import pyarrow.parquet  # noqa: F401

    from troopdata.api import checks, country_index
    from troopdata.validation import pandera_schema

    country_index.gazetteer()
    pandera_schema.column_schema(table)
    _say({"ready": True})
    limit(float(seconds), int(megabytes) << 20)
    try:
        frame = checks.validate(Path(path), table)
    except Invalid as error:
        _tell(error)
    except TroopdataError as error:
        _say({"error": type(error).__name__, "message": error.message, "hint": error.hint})
    except (MemoryError, RecursionError) as error:
        _say({"broke": type(error).__name__})
    except Exception as error:
        _say({"bug": f"{type(error).__name__}: {error}"[:CUT]})
    else:
        _say({"rows": len(frame)})


def _tell(error: Invalid) -> None:
    for failure in error.records[:MOST]:
        _say({"failure": [_cut(item) for item in failure]})
    _say({"total": error.total})


def _cut(item: Any) -> Any:
    return item[:CUT] if isinstance(item, str) else item


def _say(told: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(told) + "\n")
    sys.stdout.flush()


def limit(seconds: float, memory: int, *, files: int = 0) -> None:
    """Bound what the process may take from here on: processor time, memory, files, a core dump.

    A system without such limits (Windows), or without a count of the memory in use (macOS), has
    the clock of the guard alone.
    """
    try:
        import resource
    except ImportError:
        return
    used = resource.getrusage(resource.RUSAGE_SELF)
    spent = int(used.ru_utime + used.ru_stime)
    # Two threads may run at once; the guard's clock ends it earlier than this.
    wanted = {
        resource.RLIMIT_CPU: spent + 2 * int(seconds) + 2,
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_FSIZE: files,
    }
    statm = Path("/proc/self/statm")
    if statm.exists():
        pages = int(statm.read_text().split()[0])
        wanted[resource.RLIMIT_AS] = pages * resource.getpagesize() + memory
    for which, most in wanted.items():
        _, hard = resource.getrlimit(which)
        bound = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(which, (bound, bound))
