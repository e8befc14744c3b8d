"""The layout of the package: floors, circles, names, sizes."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import troopdata as td

PACKAGE = Path(td.__file__).parent
# A subpackage imports from floors below its own only; those on one floor do not know each other.
FLOORS = [
    {"errors", "paths", "progress", "geometry"},
    {"schemas", "io"},
    {"release", "gazetteer", "validation", "estimation"},
    {"api", "provenance", "importers"},
    {"curate", "geo", "plot"},
    {"cli"},
    {"__main__"},
]
LONGEST_MODULE, LONGEST_FUNCTION = 400, 50

MODULES = {
    ".".join(("troopdata", *path.relative_to(PACKAGE).with_suffix("").parts)).removesuffix(
        ".__init__"
    ): path
    for path in sorted(PACKAGE.rglob("*.py"))
}


def imported(name: str) -> set[str]:
    """Return the modules that a module imports, in functions too, but for type checking."""
    tree = ast.parse(MODULES[name].read_text(encoding="utf-8"))
    typing_only = {
        id(inner)
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test)
        for inner in ast.walk(node)
    }
    found = set()
    for node in ast.walk(tree):
        if id(node) in typing_only:
            continue
        if isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            for alias in node.names:
                whole = f"{node.module}.{alias.name}"
                found.add(whole if whole in MODULES else node.module)
        elif isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
    return {other for other in found if other.split(".")[0] == "troopdata"} - {name}


IMPORTS = {name: imported(name) for name in MODULES}


def subpackage(module: str) -> str:
    return [*module.split("."), ""][1]


def circle(graph: dict[str, set[str]]) -> list[str]:
    """Return one circle of a graph, empty where there is none."""
    done: set[str] = set()

    def visit(node: str, path: list[str]) -> list[str]:
        if node in path:
            return [*path[path.index(node) :], node]
        if node not in done:
            for after in sorted(graph.get(node, ())):
                if found := visit(after, [*path, node]):
                    return found
            done.add(node)
        return []

    return next((found for node in sorted(graph) if (found := visit(node, []))), [])


def test_every_subpackage_has_a_floor() -> None:
    assert {subpackage(name) for name in MODULES} - {""} == {
        one for floor in FLOORS for one in floor
    }


@pytest.mark.parametrize("name", [name for name in MODULES if subpackage(name)])
def test_imports_go_down_only(name: str) -> None:
    floor = {one: at for at, level in enumerate(FLOORS) for one in level}
    here = subpackage(name)
    upward = [
        other
        for other in IMPORTS[name]
        if (there := subpackage(other)) and there != here and floor[there] >= floor[here]
    ]
    assert upward == []


def test_the_public_module_is_imported_by_no_library_module() -> None:
    users = {
        subpackage(name)
        for name, others in IMPORTS.items()
        if any(other == "troopdata" for other in others)
    }
    assert users <= {"", "cli", "curate", "__main__", "geo", "provenance", "plot", "release"}


def test_no_circle_between_modules() -> None:
    graph = {name: {one for one in others if subpackage(one)} for name, others in IMPORTS.items()}
    assert circle(graph) == []


def test_a_circle_is_found() -> None:
    assert circle({"a": {"b"}, "b": {"c"}, "c": {"b"}}) == ["b", "c", "b"]


def test_few_modules_lie_directly_in_the_package() -> None:
    assert len(list(PACKAGE.glob("*.py"))) <= 8


@pytest.mark.parametrize("name", MODULES)
def test_a_module_says_what_it_is_for(name: str) -> None:
    tree = ast.parse(MODULES[name].read_text(encoding="utf-8"))
    first = (ast.get_docstring(tree) or "").split("\n\n")[0]
    assert first.rstrip().endswith("."), name


@pytest.mark.parametrize("name", MODULES)
def test_a_module_is_one_noun_and_a_function_one_thing(name: str) -> None:
    text = MODULES[name].read_text(encoding="utf-8")
    assert len(text.splitlines()) < LONGEST_MODULE
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            body = node.body[1:] if ast.get_docstring(node) else node.body
            length = body[-1].end_lineno - body[0].lineno + 1 if body else 0  # type: ignore[operator]
            assert length <= LONGEST_FUNCTION, node.name


def test_no_subpackage_or_module_bears_a_public_name() -> None:
    for package in (PACKAGE, PACKAGE / "geo", PACKAGE / "plot"):
        public = set(getattr(td, package.name, td).__all__ if package != PACKAGE else td.__all__)
        taken = {path.stem for path in package.iterdir() if path.name != "__init__.py"}
        assert taken & (public - {"geo", "plot"}) == set()
