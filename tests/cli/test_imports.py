"""What a command loads: reading and printing need neither the curators' code nor geopandas."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

RUN = (
    "import json, sys\n"
    "from troopdata.cli import main\n"
    "code = main(sys.argv[1:])\n"
    "sys.stderr.write(json.dumps(sorted(sys.modules)))\n"
    "raise SystemExit(code)\n"
)
CURATORS = ("troopdata.curate", "troopdata.importers", "pandera", "geopandas", "shapely")
PLACES = (
    "mission,year,location,latitude,longitude,No.TCC,year.overview\n"
    "UNIFIL,2012,Tyre,33.3,35.2,1,Ghana (650)\n"
)


def loaded(line: str, folder: Path) -> set[str]:
    """Return the modules that a command has loaded when it is done."""
    command = [sys.executable, "-c", RUN, *shlex.split(line)]
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, cwd=folder, env=dict(os.environ)
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout
    return set(json.loads(done.stderr.splitlines()[-1]))


def parts(modules: set[str], *names: str) -> list[str]:
    """Return the modules that are one of some packages, or lie in one of them."""
    return sorted(
        name
        for name in modules
        if any(name == package or name.startswith(f"{package}.") for package in names)
    )


@pytest.mark.parametrize(
    "line",
    [
        "presence --sender USA --host NER --format csv",
        "presence --sender USA --host NER",
        "get deployments --host NER --format json",
        "get events --host NER --excel-safe --format csv",
        "show NER",
        "show NER --format json",
        "cite deployments --host NER",
        "tables",
    ],
)
def test_reading_loads_nothing_of_the_curators(line: str, tmp_path: Path) -> None:
    assert parts(loaded(line, tmp_path), *CURATORS) == []


def test_an_export_needs_no_curators_code(tmp_path: Path) -> None:
    modules = loaded("export out", tmp_path)
    assert parts(modules, "troopdata.curate", "troopdata.importers", "pandera", "geopandas") == []


def test_a_users_own_import_needs_no_curators_code(tmp_path: Path) -> None:
    (tmp_path / "geopko.csv").write_text(PLACES, encoding="utf-8")
    modules = loaded("import geo-pko geopko.csv --into mine", tmp_path)
    assert parts(modules, "troopdata.curate") == []
