"""Write docs/benchmarks.md: every tool and every size in one run on this machine.

``python tests/bench/geo_table.py`` times up to 10^6 places; ``--all`` adds 10^7; ``--small`` stops at
10^5. Run it on an idle machine; only the ratios within one run are comparable.
"""

from __future__ import annotations

import argparse
import platform
import statistics
import sys
import threading
import time
from importlib.metadata import version
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))

from workload import COUNTRY, REAL, Job, Work, jobs, work

import troopdata as td
from troopdata.geo.batches import cores

ROUNDS = 3
PACKAGES = ("geopandas", "shapely", "pyproj", "numpy", "scipy", "numba", "scikit-learn", "duckdb")
TARGET = Path(__file__).resolve().parents[2] / "docs" / "benchmarks.md"
START, END = "<!-- geo: written by tests/bench/geo_table.py -->", "<!-- geo: end -->"


def median_seconds(job: Job, asked: Work) -> float:
    """Return the median of several rounds, after one that compiles and warms up."""
    job.run(asked)
    times = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        job.run(asked)
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def extra_memory(job: Job, asked: Work) -> float:
    """Return the peak growth of the process during the job, in GB."""
    import psutil

    process, peak, done = psutil.Process(), [0], threading.Event()
    before = process.memory_info().rss

    def watch() -> None:
        while not done.wait(0.01):
            peak[0] = max(peak[0], process.memory_info().rss)

    watcher = threading.Thread(target=watch)
    watcher.start()
    answer = job.run(asked)
    peak[0] = max(peak[0], process.memory_info().rss)
    done.set()
    watcher.join()
    del answer
    return max(0, peak[0] - before) / 1e9


def tables(sizes: list[tuple[int, int]]) -> list[str]:
    lines: list[str] = []
    times: dict[tuple[str, int, int], float] = {}
    for places, bases in sizes:
        asked = work(places, bases)
        for question in dict.fromkeys(job.question for job in jobs().values()):
            chosen = {
                n: j for n, j in jobs().items() if j.question == question and j.asked(places, bases)
            }
            if not chosen:
                continue
            for name, job in chosen.items():
                times[name, places, bases] = median_seconds(job, asked)
                sys.stderr.write(
                    f"{name}, {places:,} x {bases}: {times[name, places, bases]:.3f} s\n"
                )
            lines += _table(question, chosen, times, places, bases, len(asked.sites))
    return lines + growth(times)


def _table(
    question: str,
    chosen: dict[str, Job],
    times: dict[Any, float],
    places: int,
    bases: int,
    spells: int,
) -> list[str]:
    ours = times[next(iter(chosen)), places, bases]
    which = (
        f"{bases:,} random bases" if bases else f"the release's bases ({spells:,} spells of use)"
    )
    if question == COUNTRY:
        which = f"{len(td.load('borders'))} areas of the map"
    rows = [
        f"| {name} | {times[name, places, bases]:.3f} | {times[name, places, bases] / ours:.2f} | {job.note} |"
        for name, job in chosen.items()
    ]
    head = ["| tool | seconds | times ours | what it answers |", "|---|---|---|---|"]
    return [
        "",
        f"**{question[0].upper()}{question[1:]}: {places:,} places, {which}**",
        "",
        *head,
        *rows,
    ]


def growth(times: dict[Any, float]) -> list[str]:
    lines = [
        "",
        "**How the cost grows** (microseconds a place)",
        "",
        "| tool | places | bases | µs a place |",
        "|---|---|---|---|",
    ]
    for (name, places, bases), seconds in sorted(
        times.items(), key=lambda item: (item[0][0], item[0][2], item[0][1])
    ):
        if name.startswith("td."):
            lines.append(
                f"| {name} | {places:,} | {bases or 'real'} | {seconds / places * 1e6:.2f} |"
            )
    return lines


def memory(places: int) -> list[str]:
    asked = work(places, REAL)
    lines = [
        "",
        f"**Extra memory at its greatest, {places:,} places, the answer included**",
        "",
        "| tool | GB |",
        "|---|---|",
    ]
    for name, job in jobs().items():
        if name.startswith("td.") and job.asked(places, REAL):
            lines.append(f"| {name} | {extra_memory(job, asked):.2f} |")
    return lines


def machine() -> list[str]:
    used = ", ".join(f"{name} {version(name)}" for name in PACKAGES)
    return [
        "",
        f"{cores()} cores ({_processor()}), {platform.system()}, Python {platform.python_version()}, {used}; "
        f"data release {td.data_version()}. Medians of {ROUNDS} rounds after a first one, in one process; "
        "places are random on the globe, with random days from 1950 to 2023.",
    ]


def _processor() -> str:
    info = Path("/proc/cpuinfo")
    if info.exists():
        for line in info.read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.machine()


def write(lines: list[str], target: Path) -> None:
    """Put the section into the page, replacing the previous one."""
    page = target.read_text(encoding="utf-8") if target.exists() else "# Benchmarks\n"
    section = "\n".join([START, "", "## Places and bases", *lines, "", END])
    if START in page:
        before, _, rest = page.partition(START)
        page = before + section + rest.partition(END)[2]
    else:
        page = page.rstrip("\n") + "\n\n" + section + "\n"
    target.parent.mkdir(exist_ok=True)
    target.write_text(page, encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--small", action="store_true")
    parser.add_argument("--all", action="store_true")
    parser.add_argument("-o", type=Path, default=TARGET)
    asked = parser.parse_args()
    counts = [10_000, 100_000] if asked.small else [10_000, 1_000_000]
    sizes = [(count, bases) for count in counts for bases in (REAL, 5_000)]
    if asked.all:
        sizes.append((10_000_000, REAL))
    most = 10_000_000 if asked.all else counts[-1]
    write([*machine(), *memory(most), *tables(sizes)], asked.o)


if __name__ == "__main__":
    main()
