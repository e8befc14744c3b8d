"""Run the tests of a module against each of its mutants: ``mutation_run.py schemas/dates``.

Each mutant runs in a fork of one process that has loaded pandas and pytest, so that it costs its
tests and not its imports. The changed source is handed over by an import hook: no file of the
checkout changes, and a run that is cut short leaves nothing behind.
"""

from __future__ import annotations

import importlib
import importlib.machinery
import importlib.util
import os
import signal
import sys
import tempfile
import time
import tomllib
import types
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from mutants import Mutant, mutants

if TYPE_CHECKING:
    import pytest

ROOT = Path(__file__).resolve().parents[2]
CONFIG = tomllib.loads(Path(__file__).with_name("mutation.toml").read_text(encoding="utf-8"))
LEAST = 0.95
HEAVY = ("geopandas", "hypothesis", "pandas", "pandera.pandas", "pyarrow.parquet", "_pytest")
OPTIONS = (
    "-x", "-q", "--import-mode=importlib", "-o", "addopts=", "-m", "not slow",
    "-p", "no:cacheprovider", "-p", "no:benchmark", "-p", "no:xdist", "--hypothesis-seed=0",
    # Modules loaded before pytest cannot have their assertions rewritten.
    "-W", "ignore::pytest.PytestAssertRewriteWarning",
)  # fmt: skip


class Module(NamedTuple):
    """A module to mutate, the tests that must notice, and the mutants that nobody can notice."""

    name: str
    tests: Sequence[str]
    equivalent: frozenset[str]

    @property
    def path(self) -> Path:
        return ROOT / "troopdata" / f"{self.name}.py"

    def mutants(self) -> list[Mutant]:
        return mutants(self.path.read_text(encoding="utf-8"))


def modules() -> list[Module]:
    """Return the modules of mutation.toml; a folder gives each module in it."""
    found = []
    for target in CONFIG["target"]:
        folder = ROOT / "troopdata" / target["module"]
        names = [target["module"]]
        if folder.is_dir():
            names = [f"{folder.name}/{path.stem}" for path in sorted(folder.glob("[!_]*.py"))]
        for name in names:
            same = {e["mutant"] for e in CONFIG.get("equivalent", []) if e["module"] == name}
            found.append(Module(name, target["tests"], frozenset(same)))
    return found


class Replaced(importlib.machinery.SourceFileLoader):
    """Load a module from a text instead of its file."""

    def __init__(self, name: str, path: str, text: str) -> None:
        super().__init__(name, path)
        self.text = text

    def get_code(self, fullname: str) -> types.CodeType:
        return compile(self.text, self.path, "exec", dont_inherit=True)

    def find_spec(self, name: str, *rest: Any) -> importlib.machinery.ModuleSpec | None:
        if name != self.name:
            return None
        return importlib.util.spec_from_file_location(name, self.path, loader=self)


class BestFirst:
    """Run first the tests that noticed most in least time, by a log that all runs write.

    Most mutants are noticed by one of a few tests: asked first, they spare the time of the others.
    """

    def __init__(self, log: Path) -> None:
        self.log = log

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        noticed: Counter[str] = Counter()
        seconds: dict[str, float] = {}
        for line in self.log.read_text(encoding="utf-8").splitlines():
            failed, duration, test = line.split(" ", 2)
            noticed[test] += int(failed)
            # A test takes longest in the run without a change, which is the first.
            seconds[test] = max(float(duration), seconds.get(test, 0.001))
        items.sort(key=lambda item: -noticed[item.nodeid] / seconds.get(item.nodeid, 1))

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.when == "call" or report.failed:
            with self.log.open("a", encoding="utf-8") as log:
                log.write(f"{int(report.failed)} {report.duration:.4f} {report.nodeid}\n")


def started(module: Module, source: str, log: Path) -> int:
    """Start the tests of a module with its source replaced; return the id of the process."""
    child = os.fork()
    if child:
        return child
    os.setsid()  # a timeout ends the processes that tests started, too
    quiet = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(quiet, stream)
    code = 3
    try:
        import pytest

        os.chdir(ROOT)
        name = f"troopdata.{module.name.replace('/', '.')}"
        sys.meta_path.insert(0, Replaced(name, str(module.path), source))
        code = int(pytest.main([*OPTIONS, *module.tests], plugins=[BestFirst(log)]))
    finally:
        os._exit(code)


def outcomes(
    module: Module, sources: Sequence[str], limit: float, jobs: int, log: Path
) -> Iterator[int]:
    """Yield the exit code of the tests for each source, in order; a timeout is -9."""
    running: dict[int, tuple[int, float]] = {}
    done: dict[int, int] = {}
    at = given = 0
    while given < len(sources):
        while at < len(sources) and len(running) < jobs:
            running[started(module, sources[at], log)] = at, time.monotonic()
            at += 1
        for process, (number, since) in list(running.items()):
            ended, status = os.waitpid(process, os.WNOHANG)
            if ended:
                done[number] = os.waitstatus_to_exitcode(status)
                del running[process]
            elif time.monotonic() - since > limit:
                os.killpg(process, signal.SIGKILL)
        while given in done:
            yield done[given]
            given += 1
        time.sleep(0.01)


def survivors(module: Module, jobs: int, log: Path) -> tuple[int, list[Mutant]]:
    """Return the number of mutants that a test could notice, and those that none did."""
    begun = time.monotonic()
    original = module.path.read_text(encoding="utf-8")
    if any(outcomes(module, [original], 600, 1, log)):
        raise SystemExit(f"{module.name}: its tests fail without a change: {module.tests}")
    limit = 10 + 5 * (time.monotonic() - begun)
    changed = [m for m in module.mutants() if m.name not in module.equivalent]
    codes = outcomes(module, [m.source for m in changed], limit, jobs, log)
    # Killed is a failed test (1), an import that failed (2, 3, 4) or a timeout (-9).
    return len(changed), [m for m, code in zip(changed, codes, strict=True) if code == 0]


def main(names: Sequence[str], jobs: int, folder: Path) -> int:
    """Print every mutant that lived; return 1 where fewer than `LEAST` were killed."""
    chosen = [m for m in modules() if not names or m.name in names or m.name.split("/")[0] in names]
    if not chosen:
        raise SystemExit(f"no module {names}; one of {[m.name for m in modules()]}")
    for name in HEAVY:
        importlib.import_module(name)
    weak = 0
    for module in chosen:
        begun = time.monotonic()
        log = folder / f"{module.name.replace('/', '.')}.log"
        log.touch()
        total, lived = survivors(module, jobs, log)
        for mutant in lived:
            print(f"troopdata/{module.name}.py:{mutant.line}: lived: {mutant.name}")
        share = 1 - len(lived) / total if total else 1
        weak += share < LEAST
        print(
            f"{module.name}: {total - len(lived)} of {total} killed ({share:.1%}), "
            f"{len(module.equivalent)} equivalent, {time.monotonic() - begun:.0f} s",
            flush=True,
        )
    return 1 if weak else 0


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        os.environ["HYPOTHESIS_STORAGE_DIRECTORY"] = folder
        jobs = int(os.environ.get("JOBS", os.cpu_count() or 1))
        sys.exit(main(sys.argv[1:], jobs, Path(folder)))
