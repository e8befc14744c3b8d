"""What may run code from a file is banned: by the linter, whose settings are checked, and by a search."""

from __future__ import annotations

import ast
import tomllib
from pathlib import Path

import pytest

import troopdata as td

PACKAGE = Path(td.__file__).parent
CHECKOUT = PACKAGE.parent / "pyproject.toml"
# pickle, eval, yaml.load and parsers of XML, by the linter's names.
RULES = ("S301", "S307", "S506", "S314")
MODULES = {"pickle", "cPickle", "dill", "marshal", "shelve", "yaml", "xml", "lxml", "zipfile"}
CALLS = {"eval", "exec", "read_pickle", "to_pickle"}
# Between a process and those that it started itself, through their standard input.
KNOWN = {"local.py": {"pickle"}}


@pytest.mark.skipif(not CHECKOUT.exists(), reason="a wheel has no settings of a linter")
@pytest.mark.parametrize("rule", RULES)
def test_the_linter_is_told(rule: str) -> None:
    lint = tomllib.loads(CHECKOUT.read_text(encoding="utf-8"))["tool"]["ruff"]["lint"]
    assert any(rule.startswith(prefix) for prefix in lint["select"])
    ignored = [*lint["ignore"], *lint["per-file-ignores"]["troopdata/**"]]
    assert not any(rule.startswith(prefix) for prefix in ignored)


def named(tree: ast.AST) -> set[str]:
    """Return the modules that code imports and the calls that it makes, by their last name."""
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names} & MODULES
        elif isinstance(node, ast.ImportFrom):
            found |= {(node.module or "").split(".")[0]} & MODULES
        elif isinstance(node, ast.Call):
            called = node.func
            name = called.id if isinstance(called, ast.Name) else getattr(called, "attr", "")
            found |= {name} & CALLS
            if name == "query" and not isinstance(node.args[0], ast.Name | ast.Attribute):
                found.add("query")  # of a frame, with an expression; a tree is given its points
    return found


@pytest.mark.parametrize("path", sorted(PACKAGE.rglob("*.py")), ids=lambda path: path.stem)
def test_no_module_runs_what_it_reads(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    known = KNOWN.get(path.name, set())
    assert named(ast.parse(text)) <= known
    assert known or not any(f"noqa: {rule}" in text for rule in RULES)
