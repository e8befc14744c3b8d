"""Release a scratch set of facts again and again: python releasing.py HOME COUNT [same].

The published series are left out, so that one release takes about a second; with ``same`` the
rows are read and checked once, and each release takes as long as its writing. It prints ``ready``,
and after each release its number and what lies beside the listed releases.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow.dataset  # noqa: F401 -- what is tried is a release, not the loading of libraries

from troopdata import arrow, release, spec
from troopdata.cli import main
from troopdata.curate import build, series

ALWAYS = {"index.json"}


def beside(releases: Path) -> list[str]:
    """Return what lies among the releases and is none that is listed, nor the list."""
    listed = {item["release"] for item in release.index(releases)["releases"]}
    return sorted(path.name for path in releases.iterdir() if path.name not in listed | ALWAYS)


def numbers(releases: Path) -> Iterator[str]:
    """Return numbers above the last that is listed."""
    while True:
        release.forget()
        listed = (releases / "index.json").exists() and release.index(releases)["latest"]
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


def run(home: str, count: str, same: str = "") -> None:
    series.tables = lambda home: {"deployments": arrow.empty(spec.table("deployments"))}
    if same:
        remember()
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    for _, number in zip(range(int(count)), numbers(Path(home) / "releases"), strict=False):
        if code := once(Path(home), number):
            raise SystemExit(code)
        release.forget()
        sys.stdout.write(f"{number} {beside(Path(home) / 'releases')}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    run(*sys.argv[1:])
