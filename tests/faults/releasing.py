"""Release a scratch set of facts again and again, in a process that may be killed.

The published series are left out, so that one release takes about a second; with `same` the rows
are read and checked once, and each release takes as long as its writing. The process is forked from
one that has loaded all libraries: what is tried is a release, and not the loading of them. It writes
``ready`` to a log, and after each release its number and what lies beside the listed releases.
"""

from __future__ import annotations

import multiprocessing
import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow.dataset  # noqa: F401 -- what is tried is a release, not the loading of libraries

from troopdata.cli import main
from troopdata.curate import build
from troopdata.importers import registry
from troopdata.release import loader
from troopdata.schemas import arrow, model

ALWAYS = {"index.json"}


def beside(releases: Path) -> list[str]:
    """Return what lies among the releases and is none that is listed, nor the list."""
    listed = {item["release"] for item in loader.index(releases)["releases"]}
    return sorted(path.name for path in releases.iterdir() if path.name not in listed | ALWAYS)


def numbers(releases: Path) -> Iterator[str]:
    """Return numbers above the last that is listed."""
    while True:
        loader.forget()
        listed = (releases / "index.json").exists() and loader.index(releases)["latest"]
        year, month, number = (listed or "2098.12.-1").split(".")
        yield f"{year}.{month}.{int(number) + 1}"


def once(home: Path, number: str) -> int:
    return main(["release", number, "--date", "2098-12-01", "--datasets", str(home)])


def remember() -> None:
    """Have the rows of a release assembled twice: without one before it, and with one."""
    real, kept = build.assemble, {}

    def assemble(home: Path, number: str, before: Any = None, *, until: Any = None) -> Any:
        if (before is None) not in kept:
            kept[before is None] = real(home, number, before, until=until)
        return kept[before is None]

    build.assemble = assemble


def run(home: Path, count: int, log: Path, same: bool) -> None:
    registry.tables = lambda home: {"deployments": arrow.empty(model.table("deployments"))}
    if same:
        remember()
    with open(os.devnull, "w") as nowhere, open(log, "w", buffering=1) as lines:
        sys.stdout = nowhere
        lines.write("ready\n")
        for _, number in zip(range(count), numbers(home / "releases"), strict=False):
            if code := once(home, number):
                raise SystemExit(code)
            loader.forget()
            lines.write(f"{number} {beside(home / 'releases')}\n")


class Releasing:
    """A process that releases `count` times; it is running once this is made."""

    def __init__(self, home: Path, count: int = 1 << 30, *, same: bool = False) -> None:
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload(["releasing"])
        self.log = home.parent / "log"
        self.log.unlink(missing_ok=True)
        self.process = context.Process(target=run, args=(home, count, self.log, same))
        self.process.start()
        while not (self.log.exists() and self.log.read_text()):
            assert self.process.is_alive()
            time.sleep(0.001)

    def kill(self) -> list[str]:
        """Kill it, and return the lines that it wrote of its releases."""
        self.process.kill()
        return self.wait()

    def wait(self) -> list[str]:
        self.process.join()
        return [line for line in self.log.read_text().splitlines() if line.endswith("]")]
