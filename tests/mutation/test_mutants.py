"""The generator of mutants, and the list of those that nothing can notice."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import mutation_run
import pytest
from mutants import mutants


def changed(source: str) -> list[str]:
    return [mutant.source for mutant in mutants(source)]


@pytest.mark.parametrize(
    ("source", "others"),
    [
        ("x < y", ["x <= y", "x >= y"]),
        ("x == y", ["x != y"]),
        ("x is not None", ["x is None"]),
        ("x in y", ["x not in y"]),
        ("x and y or z", ["(x and y) and z", "(x or y) or z"]),
        ("x = 7", ["x = 8", "x = 6"]),
        ("x = True", ["x = False"]),
        ("x = not y", ["x = not not y"]),
        ("x = ~y", ["x = ~~y"]),
        ("x + y", ["x - y"]),
        ("x & y", ["x | y"]),
        ("x = any(y)", ["x = all(y)"]),
        ("x = dates.earliest(y)", ["x = dates.latest(y)"]),
        ("f()", ["pass"]),
        ("if x:\n    raise y", ["if not x:\n    raise y", "if x:\n    pass"]),
        ("x = y if z else w", ["x = y if not z else w"]),
        ("x: int | str = y", []),
        ("from x import y", []),
        ("'''A text of 7 < 8.'''", []),
    ],
)
def test_each_change(source: str, others: list[str]) -> None:
    assert sorted(changed(source)) == sorted(others)


def test_a_mutant_is_named_by_function_and_change_and_number() -> None:
    found = mutants("def f(x):\n    return x < 1, x < 1\n")
    assert [(mutant.name, mutant.line) for mutant in found if "<=" in mutant.name] == [
        ("f: x < 1 -> x <= 1", 2),
        ("f: x < 1 -> x <= 1 #2", 2),
    ]


def test_every_equivalent_names_a_mutant_and_says_why() -> None:
    known = {
        module.name: {mutant.name for mutant in module.mutants()}
        for module in mutation_run.modules()
    }
    for entry in mutation_run.CONFIG.get("equivalent", []):
        assert entry["mutant"] in known[entry["module"]], entry
        assert entry["reason"].endswith(".")


def test_every_module_of_the_estimate_is_mutated() -> None:
    folder = mutation_run.ROOT / "troopdata" / "estimation"
    there = {f"estimation/{path.stem}" for path in folder.glob("[!_]*.py")}
    assert there <= {module.name for module in mutation_run.modules()}


def test_the_tests_of_every_module_are_there() -> None:
    for module in mutation_run.modules():
        assert all((mutation_run.ROOT / path).exists() for path in module.tests), module.name


@pytest.mark.slow
@pytest.mark.parametrize("module", [module.name for module in mutation_run.modules()])
def test_of_a_hundred_mutants_ninety_five_are_noticed(module: str) -> None:
    workers = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    jobs = max(1, (os.cpu_count() or 1) // workers)
    script = Path(mutation_run.__file__)
    done = subprocess.run(
        [sys.executable, script, module],
        env={**os.environ, "JOBS": str(jobs)}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
