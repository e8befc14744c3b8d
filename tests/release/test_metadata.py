"""A release as other programs read it: each reads the rows that ours are."""

from __future__ import annotations

import json
import shutil
import subprocess
import warnings
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from frictionless import Package

import troopdata as td
from troopdata.release import metadata
from troopdata.schemas import model

pytestmark = pytest.mark.integration

LARGE = {"changes", "deployments", "presence"}
# What frictionless reads in seconds; it takes half a minute for the rest.
LONG = {"borders", "exercise_participants", "id_redirects", "spending"}


def described(folder: Path, root: Path, *, but: set[str]) -> Path:
    """The latest release, without some tables, with its metadata beside it."""
    released = root / "datasets" / "releases" / td.data_version()
    content = json.loads((released / "manifest.json").read_text(encoding="utf-8"))
    entries = [
        entry
        for entry in content["files"]
        if "rows" in entry and entry["name"].removesuffix(".parquet") not in but
    ]
    for entry in entries:
        shutil.copy(released / entry["name"], folder)
    texts = metadata.documents(
        content["release"], content["released_at"], content["cite_as"], entries
    )
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, root: Path) -> Path:
    """The latest release; those before 2026.11.5 carry no metadata, which is written beside them."""
    released = root / "datasets" / "releases" / td.data_version()
    if (released / "datapackage.json").exists():
        return released
    return described(tmp_path_factory.mktemp("release"), root, but=LARGE)


def faults(folder: Path, *, but: set[str] = LARGE) -> list[str]:
    package = Package(str(folder / "datapackage.json"))
    reports = [one.validate() for one in package.resources if one.name not in but]
    return [str(error) for report in reports for task in report.tasks for error in task.errors] + [
        str(error) for report in reports for error in report.errors
    ]


def test_frictionless_finds_nothing(folder: Path) -> None:
    assert faults(folder, but=LARGE | LONG) == []


@pytest.mark.exhaustive
def test_frictionless_finds_nothing_in_the_longer_tables(folder: Path) -> None:
    assert faults(folder) == []


@pytest.mark.slow
def test_frictionless_finds_nothing_in_the_whole_release(tmp_path: Path, root: Path) -> None:
    assert faults(described(tmp_path, root, but=set()), but=set()) == []


def test_frictionless_would_find_something(folder: Path, tmp_path: Path) -> None:
    shutil.copytree(folder, tmp_path / "spoilt")
    path = tmp_path / "spoilt" / "events.parquet"
    rows = pq.read_table(path)
    kinds = pa.array(["party"] * len(rows))
    pq.write_table(rows.set_column(rows.schema.get_field_index("kind"), "kind", kinds), path)
    others = set(model.tables()) - {"events"}
    assert any("constraint" in fault for fault in faults(tmp_path / "spoilt", but=others))


def test_the_package_says_what_the_schemas_say(folder: Path) -> None:
    content = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))
    assert {item["name"] for item in content["resources"]} - LARGE == set(
        td.tables()["table"]
    ) - LARGE
    for item in content["resources"]:
        table = model.table(item["name"])
        assert tuple(item["schema"]["primaryKey"]) == table.primary_key
        names = [field["name"] for field in item["schema"]["fields"] if field["name"] != "bbox"]
        assert tuple(names) == table.columns
        assert (folder / item["path"]).stat().st_size == item["size"]


@pytest.mark.parametrize("table", ["events", "bases", "agreement_parties", "exercise_participants"])
def test_croissant_streams_the_rows(folder: Path, table: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        croissant = pytest.importorskip("mlcroissant", reason="mlcroissant is not installed")
        dataset = croissant.Dataset(jsonld=str(folder / "croissant.json"))
        records = list(dataset.records(record_set=table))
    assert not dataset.metadata.ctx.issues.errors
    frame = td.load(table)
    assert len(records) == len(frame)
    assert set(records[0]) == {f"{table}/{name}" for name in model.table(table).columns}
    for key in model.table(table).primary_key:
        assert [row[f"{table}/{key}"].decode() for row in records] == frame[key].tolist()


def test_dcat_is_a_graph_of_one_dataset_and_its_files(folder: Path) -> None:
    rdflib = pytest.importorskip("rdflib", reason="rdflib is not installed")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        graph = rdflib.Graph().parse(folder / "dcat.json", format="json-ld")
    dcat = rdflib.Namespace("http://www.w3.org/ns/dcat#")
    kinds = list(graph.subjects(rdflib.RDF.type, dcat.Dataset))
    assert len(kinds) == 1
    links = {str(link).rsplit("/", 1)[-1] for link in graph.objects(None, dcat.downloadURL)}
    assert links == {path.name for path in folder.glob("*.parquet")}


def test_the_texts_depend_on_nothing_but_the_release(root: Path, tmp_path: Path) -> None:
    for name in ("once", "again"):
        (tmp_path / name).mkdir()
    once, again = (described(tmp_path / name, root, but=LARGE) for name in ("once", "again"))
    for name in ("datapackage.json", "croissant.json", "dcat.json"):
        text = (once / name).read_bytes()
        assert text == (again / name).read_bytes()
        assert str(tmp_path).encode() not in text


def test_checksums_hold(root: Path) -> None:
    if shutil.which("sha256sum") is None:
        pytest.skip("sha256sum is not there")
    for released in (root / "datasets" / "releases").glob("*/SHA256SUMS"):
        command = ["sha256sum", "--check", "--strict", "--quiet", "SHA256SUMS"]
        done = subprocess.run(
            command, cwd=released.parent, capture_output=True, text=True, check=False
        )
        assert (done.returncode, done.stdout) == (0, ""), done
