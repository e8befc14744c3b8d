"""A release as CSV: the rows that the Parquet files have, and a package that others can check."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pandas as pd
import pytest
from frictionless import Package

import troopdata as td
from troopdata.cli import main
from troopdata.release.csv_export import export_csv
from troopdata.schemas import model

pytestmark = pytest.mark.integration

LARGE = {"changes", "deployments", "presence", "borders", "spending"}
LONG = {"exercise_participants", "exercises", "id_redirects"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("export") / "csv"
    export_csv(folder)
    return folder


def test_every_table_of_the_release_is_there(folder: Path) -> None:
    tables = set(td.tables()["table"])
    assert {path.stem for path in folder.glob("*.csv")} == tables
    for name in tables:
        header = (folder / f"{name}.csv").read_text(encoding="utf-8").partition("\n")[0]
        assert header.replace('"', "").split(",") == list(model.table(name).columns)


@pytest.mark.parametrize("name", ["deployments", "presence", "agreement_parties", "sources"])
def test_the_rows_are_those_of_the_parquet_files(folder: Path, name: str) -> None:
    wanted = td.load(name)
    # NA is no gap here, and text that is empty is not a gap either.
    read = pd.read_csv(
        folder / f"{name}.csv", dtype="string", keep_default_na=False, na_values=[""]
    )
    assert len(read) == len(wanted)
    for column in wanted:
        cells = wanted[column].astype("string")
        if pd.api.types.is_bool_dtype(wanted[column].dtype):
            cells = cells.str.lower()
        if pd.api.types.is_float_dtype(wanted[column].dtype):
            assert read[column].astype("Float64").equals(wanted[column].astype("Float64")), column
        else:
            assert read[column].equals(cells), column


@pytest.mark.parametrize(
    "but", [LARGE | LONG, pytest.param(LARGE, marks=pytest.mark.exhaustive)], ids=["short", "all"]
)
def test_frictionless_finds_nothing_and_would_find_something(
    folder: Path, tmp_path: Path, but: set[str]
) -> None:
    package = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))
    package["resources"] = [item for item in package["resources"] if item["name"] not in but]
    kept = {item["name"] for item in package["resources"]}
    for item in package["resources"]:
        keys = item["schema"]["foreignKeys"]
        item["schema"]["foreignKeys"] = [
            key for key in keys if key["reference"]["resource"] in {"", *kept}
        ]
        shutil.copy(folder / item["path"], tmp_path)
    (tmp_path / "datapackage.json").write_text(json.dumps(package), encoding="utf-8")
    assert errors(tmp_path) == []
    path = tmp_path / "events.csv"
    path.write_text(path.read_text("utf-8").replace("base_closed", "base_shut"), encoding="utf-8")
    assert "hash-count" in errors(tmp_path)
    package = json.loads((tmp_path / "datapackage.json").read_text(encoding="utf-8"))
    for item in package["resources"]:
        del item["hash"], item["bytes"]
    (tmp_path / "datapackage.json").write_text(json.dumps(package), encoding="utf-8")
    assert "constraint-error" in errors(tmp_path)


def errors(folder: Path) -> list[str]:
    report = Package(str(folder / "datapackage.json")).validate()
    return [error.type for task in report.tasks for error in task.errors]


def test_checksums_hold(folder: Path) -> None:
    if shutil.which("sha256sum") is None:
        pytest.skip("sha256sum is not there")
    done = subprocess.run(["sha256sum", "-c", "--quiet", "SHA256SUMS"], cwd=folder, check=False)
    assert done.returncode == 0


def test_the_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["export", str(tmp_path / "csv"), "--release", "2026.11.0"]) == 0
    assert "files in" in capsys.readouterr().out
    assert not (tmp_path / "csv" / "borders.csv").exists(), "that release had no borders"
    (tmp_path / "taken").write_text("")
    assert main(["export", str(tmp_path / "taken")]) == 5
