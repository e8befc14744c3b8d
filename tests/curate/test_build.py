"""Build a release: completely or not at all, and with the same bytes on every machine."""

from __future__ import annotations

import filecmp
import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest
from frictionless import Package

import troopdata as td
from troopdata.curate import build, content_hash, parquet_writer, publish
from troopdata.curate.checks import row_counts
from troopdata.errors import Invalid, StorageError, UsageError
from troopdata.importers import registry
from troopdata.io import csv_reader
from troopdata.release import loader
from troopdata.schemas import arrow, model
from troopdata.validation import formatting, parsing

pytestmark = pytest.mark.integration


@pytest.fixture(scope="session")
def datasets(root: Path) -> Path:
    return root / "datasets"


def test_the_facts_are_in_canonical_form(datasets: Path) -> None:
    for path in formatting.paths(datasets):
        assert formatting.formatted(path) == path.read_text(encoding="utf-8"), path


def test_formatting_sorts_and_fills_in_ids(tmp_path: Path) -> None:
    columns = [f.name for f in model.table("exercise_participants").fields]
    path = tmp_path / "exercise_participants.csv"
    path.write_text(",".join(columns) + "\nb,NER\na,USA\na,NER\n")
    assert formatting.formatted(path).splitlines()[1:] == ["a,NER", "a,USA", "b,NER"]


def test_formatting_refuses_what_it_cannot_read(tmp_path: Path) -> None:
    path = tmp_path / "exercise_participants.csv"
    path.write_text("exercise_id\nb\n")
    with pytest.raises(Invalid, match="column missing"):
        formatting.formatted(path)
    assert path.read_text() == "exercise_id\nb\n"


@pytest.mark.exhaustive
def test_a_rebuild_elsewhere_gives_the_same_bytes(datasets: Path, tmp_path: Path) -> None:
    """Another folder, time zone, locale, hash seed and umask; the facts copied in another order."""
    copied = tmp_path / "a folder with spaces" / "datasets"
    for name in ("releases", "series", "facts"):
        shutil.copytree(datasets / name, copied / name)
    shutil.copy(datasets / "reasons.csv", copied)
    target = tmp_path / "rebuilt"
    environment = {
        **os.environ, "TZ": "Pacific/Kiritimati", "LC_ALL": "tr_TR.UTF-8", "PYTHONHASHSEED": "7",
        "PYTHONWARNINGS": "ignore",
    }  # fmt: skip
    command = [
        sys.executable,
        "-m",
        "troopdata",
        "build",
        "--to",
        str(target),
        "--datasets",
        str(copied),
    ]
    done = subprocess.run(
        command, env=environment, cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    released = datasets / "releases" / td.data_version()
    names = sorted(path.name for path in released.iterdir())
    assert sorted(path.name for path in target.iterdir()) == names
    same, different, missing = filecmp.cmpfiles(released, target, names, shallow=False)
    assert (different, missing) == ([], [])
    assert len(same) == len(names)


def test_content_hashes_do_not_depend_on_the_order_of_rows() -> None:
    table = model.table("events")
    frame = td.load("events")
    shuffled = frame.sample(frac=1, random_state=3).reset_index(drop=True)
    first, second = (content_hash.rows(f, table) for f in (frame, shuffled))
    assert content_hash.content_sha256(first) == content_hash.content_sha256(second)
    changed = frame.copy()
    changed.loc[0, "note"] = "another note"
    assert content_hash.content_sha256(
        content_hash.rows(changed, table)
    ) != content_hash.content_sha256(first)


def test_content_hashes_of_the_release_are_those_of_its_rows() -> None:
    opened = loader.opened()
    for item in opened.manifest["files"]:
        if item["name"].endswith(".parquet"):
            rows = opened.rows(item["name"].removesuffix(".parquet"))
            assert content_hash.content_sha256(rows) == item["content_sha256"], item["name"]
            assert rows.num_rows == item["rows"]


def small(folder: Path, datasets: Path) -> Path:
    """A datasets folder with countries and sources and nothing else."""
    home = folder / "datasets"
    (home / "facts").mkdir(parents=True)
    for name in ("countries.csv", "sources.csv"):
        shutil.copy(datasets / "facts" / name, home / "facts" / name)
    return home


@pytest.fixture
def home(tmp_path: Path, datasets: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    empty = arrow.empty(model.table("deployments"))
    monkeypatch.setattr(registry, "tables", lambda home: {"deployments": empty})
    return small(tmp_path, datasets)


STAMP = build.Stamp("2030.01.0", "2030-01-01", "2029-12-31")


def test_a_release_is_listed_last_and_never_edited(home: Path) -> None:
    folder = publish.publish(home, STAMP)
    opened = loader.opened(None, home / "releases")
    assert (opened.version, opened.folder) == ("2030.01.0", folder)
    with pytest.raises(UsageError, match="is not above"):
        publish.publish(home, STAMP)
    with pytest.raises(UsageError, match="exists"):
        build.build(home, folder, STAMP)


def test_a_release_describes_itself_to_other_programs(home: Path) -> None:
    """The package is found sound; checksums hold of all but the manifest and their own file."""
    folder = build.build(home, home / "releases" / "2030.01.0", STAMP)
    names = {path.name for path in folder.iterdir()}
    assert {"datapackage.json", "croissant.json", "dcat.json"} < names
    package = Package(str(folder / "datapackage.json"))
    reports = [package.get_resource(name).validate() for name in ("countries", "sources")]
    assert all(report.valid for report in reports), [r.flatten() for r in reports]
    assert package.version == STAMP.release
    lines = (folder / "SHA256SUMS").read_text(encoding="utf-8").splitlines()
    assert {line.split("  ")[1] for line in lines} == names - {"manifest.json", "SHA256SUMS"}
    for line in lines:
        sha256, name = line.split("  ")
        assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == sha256


@pytest.mark.parametrize("number", ["2030.1.0", "2030.13.0", "30.01", "latest"])
def test_a_malformed_number_is_refused(home: Path, number: str) -> None:
    publish.publish(home, STAMP)
    loader.forget()
    with pytest.raises(UsageError, match="2026.11.0"):
        publish.publish(home, build.Stamp(number, "2030-01-01", "2029-12-31"))


def test_a_failed_build_leaves_nothing(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*arguments: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(parquet_writer, "write", full)
    with pytest.raises(StorageError, match="No space"):
        publish.publish(home, STAMP)
    assert list((home / "releases").iterdir()) == []


def test_a_bad_fact_stops_the_build_with_its_line(home: Path) -> None:
    path = home / "facts" / "exercise_participants.csv"
    path.write_text("exercise_id,country\nnone,NER\nnone,XQQ\n")
    with pytest.raises(Invalid) as caught:
        publish.publish(home, STAMP)
    assert [(r.file, r.row, r.column, r.rule) for r in caught.value.records] == [
        ("datasets/facts/exercise_participants.csv", 3, "country", "country")
    ]
    path.write_text("exercise_id,country\nnone,NER\n")
    with pytest.raises(Invalid) as caught:
        publish.publish(home, STAMP)
    assert [(r.column, r.rule, r.value) for r in caught.value.records] == [
        ("exercise_id", "reference", "none")
    ]


def test_claims_keep_the_release_that_first_held_them(datasets: Path) -> None:
    before = loader.opened()
    content = td.load("deployments", columns=["claim_id", "recorded_from"])
    assert content["claim_id"].is_unique
    known = before.rows("deployments", columns=["claim_id", "recorded_from"]).to_pydict()
    assert set(known["recorded_from"]) <= {r["release"] for r in loader.index()["releases"]}


def test_a_frame_of_facts_reads_back_as_its_text() -> None:
    text = csv_reader.read(b"exercise_id,country\na,NER\n")
    frame, found = parsing.typed(text, model.table("exercise_participants"))
    assert found == []
    pd.testing.assert_frame_equal(
        frame, pd.DataFrame({"exercise_id": ["a"], "country": ["NER"]}, dtype="string")
    )


def test_a_change_of_an_old_row_needs_a_reason(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = home / "facts" / "operations.csv"
    columns = [f.name for f in model.table("operations").fields]
    row = dict.fromkeys(columns, "") | {"operation_id": "one", "name": "One", "kind": "un"}
    row["source_id"] = csv_reader.read_rows(home / "facts" / "sources.csv")[0]["source_id"]
    path.write_text(",".join(columns) + "\n" + ",".join(row.values()) + "\n")
    publish.publish(home, STAMP)
    loader.forget()
    path.write_text(path.read_text().replace(",un,", ",eu,"))
    later = build.Stamp("2030.02.0", "2030-02-01", "2030-01-31")
    with pytest.raises(
        Invalid, match=r"operations\.kind: \[reason\] changed without a stated reason"
    ):
        publish.publish(home, later)
    lines = "release,table,column,reason\n2030.02.0,operations,kind,The mission says so.\n"
    (home / "reasons.csv").write_text(lines)
    folder = publish.publish(home, later)
    assert "  - kind: The mission says so." in (folder / "CHANGES.md").read_text()


def test_a_row_that_is_gone_has_the_reason_of_its_id(home: Path) -> None:
    path = home / "facts" / "operations.csv"
    columns = [f.name for f in model.table("operations").fields]
    row = dict.fromkeys(columns, "") | {"operation_id": "one", "name": "One", "kind": "un"}
    row["source_id"] = csv_reader.read_rows(home / "facts" / "sources.csv")[0]["source_id"]
    kept = ",".join((row | {"operation_id": "two", "name": "Two"}).values()) + "\n"
    header = ",".join(columns) + "\n"
    path.write_text(header + ",".join(row.values()) + "\n" + kept)
    publish.publish(home, STAMP)
    loader.forget()
    path.write_text(header + kept)
    later = build.Stamp("2030.02.0", "2030-02-01", "2030-01-31")
    with pytest.raises(Invalid, match=r"operations\.kind: \[reason\]"):
        publish.publish(home, later)
    lines = "table,old_id,new_id,reason\noperations,one,,It never was.\n"
    (home / "facts" / "id_redirects.csv").write_text(lines)
    with pytest.raises(Invalid, match="1 of 2 rows are gone"):
        publish.publish(home, later)
    lines = "release,table,column,reason,key\n2030.02.0,operations,rows,One never was.,\n"
    (home / "reasons.csv").write_text(lines)
    publish.publish(home, later)
    opened = loader.opened(None, home / "releases")
    changes = arrow.frame(opened.rows("changes"))
    assert set(changes.loc[changes["op"] == "retracted", "reason"]) == {"It never was."}
    gone = opened.rows("id_redirects").to_pylist()
    assert [(row["old_id"], row["recorded_from"]) for row in gone] == [("one", "2030.02.0")]


def test_b09_two_releases_at_once(home: Path) -> None:
    code = (
        "import sys, time; from pathlib import Path; from troopdata.curate import publish\n"
        "with publish.locked(Path(sys.argv[1])):\n"
        "    print('held', flush=True); time.sleep(60)"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, str(home)], stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(UsageError, match=f"process {holder.pid} is making a release"):
            publish.publish(home, STAMP)
        holder.kill()
    # A lock dies with its process.
    assert publish.publish(home, STAMP).is_dir()


def test_b10_a_dirty_tree_is_not_released(home: Path) -> None:
    def git(*words: str) -> None:
        subprocess.run(["git", "-C", str(home), *words], check=True, capture_output=True)

    git("init", "-q")
    git("add", ".")
    git("-c", "user.name=a", "-c", "user.email=a@example.org", "commit", "-qm", "facts")
    with open(home / "facts" / "sources.csv", "a") as handle:
        handle.write("\n")
    with pytest.raises(UsageError, match=r"not committed: facts/sources\.csv"):
        publish.publish(home, STAMP)
    git("checkout", "-q", ".")
    assert publish.publish(home, STAMP).is_dir()


def test_v26_rows_are_counted_by_table_and_year(home: Path) -> None:
    content = {"events": td.load("events"), "countries": td.load("countries")}
    row_counts.accept(content, home)
    assert row_counts.check(content, home) == []
    fewer = {**content, "events": content["events"].query("date.dt.year != 2024")}
    lost = row_counts.check(fewer, home)
    assert {failure.key for failure in lost} == {"events|2024"}
    assert lost[0].message.startswith("events 2024: 0 rows")


def test_the_accepted_counts_are_those_of_the_release(datasets: Path) -> None:
    listed = csv_reader.read_rows(datasets / row_counts.FILE)
    rows = {row["table"]: 0 for row in listed}
    for row in listed:
        rows[row["table"]] += int(row["rows"])
    released = td.tables().set_index("table")["rows"].to_dict()
    assert rows == {name: count for name, count in released.items() if count and name != "changes"}
