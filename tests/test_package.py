"""The package as a whole: what an import drags in, who may import whom, what is documented."""

from __future__ import annotations

import ast
import inspect
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

import troopdata as td

PACKAGE = Path(td.__file__).parent
PARTS = ("geo", "plot")
CONTRACT = json.loads(Path(__file__).with_name("public_names.json").read_text(encoding="utf-8"))


def signature(name: str) -> str:
    """Return a public name's signature, or the classes that an error is caught by."""
    found = td
    for part in name.split("."):
        found = getattr(found, part)
    if inspect.isclass(found):
        return "class " + ", ".join(base.__name__ for base in found.__mro__[1:-1])
    return re.sub(r"troopdata\.[\w.]+\.(\w+)", r"\1", str(inspect.signature(found)))


def public() -> set[str]:
    inside = {f"{part}.{name}" for part in PARTS for name in getattr(td, part).__all__}
    return (set(td.__all__) - set(PARTS)) | inside


def test_public_names_are_those_of_the_contract() -> None:
    assert public() == set(CONTRACT)


@pytest.mark.parametrize("name", CONTRACT)
def test_signatures_are_those_of_the_contract(name: str) -> None:
    assert signature(name) == CONTRACT[name]


@pytest.mark.parametrize(
    "statement", ["import troopdata", "import troopdata as td; dir(td); td.__all__"]
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


def test_every_public_name_resolves_and_is_documented() -> None:
    for name in td.__all__:
        assert (inspect.getdoc(getattr(td, name)) or "").strip(), name


def test_the_stub_names_what_the_package_has() -> None:
    tree = ast.parse((PACKAGE / "__init__.pyi").read_text(encoding="utf-8"))
    named = {
        alias.asname or alias.name
        for node in tree.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    assert named == set(td.__all__)


def test_unknown_attribute_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="presense"):
        td.presense  # noqa: B018
