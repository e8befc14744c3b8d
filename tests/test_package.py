"""The package as a whole: what an import drags in, who may import whom, what is documented."""

from __future__ import annotations

import ast
import inspect
import subprocess
import sys
from pathlib import Path

import pytest

import troopdata as td

PACKAGE = Path(td.__file__).parent
# Imports go down only.
LAYERS = [
    {"errors"},
    {"spec", "bibliography"},
    {"csvtext", "dates", "arrow", "periods", "atlas", "listing", "store", "footer"},
    {"connection", "progress"},
    {"wire"},
    {"supply"},
    {"stretches", "identity", "parsing", "contenthash", "doors"},
    {"nameindex"},
    {"gazetteer"},
    {"rules", "plausible", "departures", "references", "remarks"},
    {"validation", "shelves"},
    {"edition", "trust"},
    {"release"},
    {"redirects"},
    {"fetching", "keep", "audit", "asof", "speakers", "filters", "grid", "sides", "provenance"},
    {"voices", "panel"},
    {"traces", "roles"},
    {"catalogue", "comparison", "estimate"},
    {"patch", "reading", "answers", "citation", "coding", "drills"},
    {"briefing", "reasons", "geo"},
    {"plot"},
    {"explorer"},
    {"curate"},
    {"cli"},
]
READERS = {name for layer in LAYERS[:-2] for name in layer}


def imports(path: Path) -> set[str]:
    """Names of our modules that a file imports, anywhere in it but for type checking."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
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
        if isinstance(node, ast.ImportFrom) and node.module == "troopdata":
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("troopdata."):
            found.add((node.module or "").split(".")[1])
    return found


def modules() -> list[tuple[str, Path]]:
    files = [
        path
        for path in PACKAGE.rglob("*.py")
        if path.name not in ("__init__.py", "__main__.py") or path.parent != PACKAGE
    ]
    return [(path.relative_to(PACKAGE).parts[0].removesuffix(".py"), path) for path in files]


def test_every_module_has_a_layer() -> None:
    assert {name for name, _ in modules()} == {name for layer in LAYERS for name in layer}


def test_imports_go_down_only() -> None:
    level = {name: at for at, layer in enumerate(LAYERS) for name in layer}
    upward = [
        (str(path.relative_to(PACKAGE)), other)
        for name, path in modules()
        for other in imports(path)
        if other in level and level[other] > level[name]
    ]
    assert upward == []


def test_readers_never_import_the_curators() -> None:
    assert [path for name, path in modules() if name in READERS and "curate" in imports(path)] == []


@pytest.mark.parametrize(
    "statement", ["import troopdata", "import troopdata as td; dir(td); td.HOMES"]
)
def test_import_is_light(statement: str) -> None:
    heavy = {"pandas", "pyarrow", "pandera", "geopandas", "numpy", "shapely", "ssl", "typer"}
    code = f"{statement}; import sys; print(*sorted({heavy!r} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""


def test_presence_does_not_load_pandera_or_geopandas() -> None:
    code = (
        "import troopdata as td; td.presence(sender='USA', host='NER', years=2023);"
        "import sys; print(*sorted({'pandera', 'geopandas', 'shapely'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""


def test_no_module_takes_the_place_of_a_public_name() -> None:
    taken = {path.stem for path in PACKAGE.glob("*.py")} | {path.name for path in PACKAGE.iterdir()}
    assert set(td.HOMES) & taken == set()


def test_every_public_name_resolves_and_is_documented() -> None:
    for name in td.HOMES:
        assert (inspect.getdoc(getattr(td, name)) or "").strip(), name


def test_the_stub_names_what_the_package_has() -> None:
    tree = ast.parse((PACKAGE / "__init__.pyi").read_text(encoding="utf-8"))
    named = {
        alias.asname or alias.name
        for node in tree.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    assert named == {*td.HOMES, *td.PARTS}


def test_unknown_attribute_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="presense"):
        td.presense  # noqa: B018
