"""Child process of the validation sandbox: validate one file and report the result as JSON.

`sandbox` starts it, so that a hostile file that breaks a parser breaks only this process. The
first line of output reports that the libraries are loaded; the limits apply from then on, before
the file is opened.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from troopdata.errors import Invalid, TroopdataError

__all__ = ["limit", "main"]

MAX_FAILURES = 10_000  # the rest are only counted
MAX_CHARACTERS = 500  # of a value in a failure


def main(arguments: list[str]) -> None:
    """Validate a file; the arguments are path, table, seconds and megabytes."""
    path, table, seconds, megabytes = arguments
    import pyarrow.parquet  # noqa: F401

    from troopdata.api import checks, country_index
    from troopdata.validation import pandera_schema

    country_index.gazetteer()
    pandera_schema.column_schema(table)
    _report({"ready": True})
    limit(float(seconds), int(megabytes) << 20)
    try:
        frame = checks.validate(Path(path), table)
    except Invalid as error:
        _report_failures(error)
    except TroopdataError as error:
        _report({"error": type(error).__name__, "message": error.message, "hint": error.hint})
    except (MemoryError, RecursionError) as error:
        _report({"broke": type(error).__name__})
    except Exception as error:
        _report({"bug": f"{type(error).__name__}: {error}"[:MAX_CHARACTERS]})
    else:
        _report({"rows": len(frame)})


def _report_failures(error: Invalid) -> None:
    for failure in error.records[:MAX_FAILURES]:
        _report({"failure": [_shortened(item) for item in failure]})
    _report({"total": error.total})


def _shortened(item: Any) -> Any:
    return item[:MAX_CHARACTERS] if isinstance(item, str) else item


def _report(message: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(message) + "\n")
    sys.stdout.flush()


def limit(seconds: float, memory: int, *, files: int = 0) -> None:
    """Limit processor time, memory, file size and core dumps of this process from here on.

    Where the system has no such limits (Windows), or does not count the memory in use (macOS),
    only the parent's clock applies.
    """
    try:
        import resource
    except ImportError:
        return
    used = resource.getrusage(resource.RUSAGE_SELF)
    spent = int(used.ru_utime + used.ru_stime)
    # Twice the time, as two threads may run at once; the parent's clock usually ends it earlier.
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
