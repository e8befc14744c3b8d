"""An id that was merged leads to the one that took its place; an unknown one is an error."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest

import troopdata as td
from troopdata.curate import content_hash, parquet_writer
from troopdata.errors import UnknownCode
from troopdata.release import id_redirects, loader
from troopdata.release.manifest import canonical_json
from troopdata.schemas import model
from troopdata.validation import references

LINES = [
    ("bases", "ner-agadez", "ner-air-base-201", "Listed under two names."),
    ("bases", "ner-nowhere", None, "It never was."),
    ("operations", "operation-one", "new-nero", "The same mission."),
    ("sources", "old-document", "dbe-20230922", "The same page."),
    ("deployments", "0123456789abcdef", "a92cbab7492bcb06", "The date was misread."),
]
COLUMNS = ["table", "old_id", "new_id", "reason"]


@pytest.fixture
def merged(tmp_path: Path, root: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[loader.Release]:
    """The latest release as if some ids had been merged in it."""
    number = td.data_version()
    folder = tmp_path / number
    shutil.copytree(root / "datasets" / "releases" / number, folder)
    lines = pd.DataFrame(LINES, columns=COLUMNS).assign(recorded_from=number).astype("string")
    table = model.table("id_redirects")
    rows = content_hash.rows(lines, table)
    parquet_writer.write(folder / "id_redirects.parquet", table, rows)
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    files = [one for one in manifest["files"] if one["name"] != "id_redirects.parquet"]
    columns = [{"name": f.name, "type": str(f.type), "nullable": f.nullable} for f in rows.schema]
    from troopdata.curate.build import _entry

    entry = {**_entry(folder / "id_redirects.parquet"), "rows": len(lines), "columns": columns}
    data = canonical_json({**manifest, "files": [*files, entry]})
    opened = loader.described(folder, data)
    monkeypatch.setattr(loader, "opened", lambda version=None, folder=None: opened)
    yield opened
    id_redirects._ids.cache_clear()


@pytest.mark.usefixtures("merged")
def test_filters_follow_a_merged_id() -> None:
    assert td.tenancies(base="ner-agadez").equals(td.tenancies(base="ner-air-base-201"))
    assert td.tenancies(base=["ner-agadez", "ner-air-base-201"])["base_id"].nunique() == 1
    claims = td.deployments(operation="operation-one", source="old-document")
    assert claims["claim_id"].tolist() == ["a92cbab7492bcb06"]


@pytest.mark.usefixtures("merged")
def test_rows_of_long_ago_are_cited_by_what_took_their_place() -> None:
    for column, value in (
        ("source_id", "old-document"),
        ("source_ids", "old-document;dbe-20230922"),
        ("claim_id", "0123456789abcdef"),
    ):
        frame = pd.DataFrame({column: [value]}, dtype="string")
        assert td.sources_of(frame)["source_id"].tolist() == ["dbe-20230922"]
        assert "does not have these sources" not in td.cite(frame)


@pytest.mark.usefixtures("merged")
def test_an_id_that_was_withdrawn_says_why() -> None:
    with pytest.raises(UnknownCode, match=r"'ner-nowhere' of base_id; withdrawn.*It never was"):
        td.tenancies(base="ner-nowhere")


def test_an_unknown_id_offers_the_nearest() -> None:
    with pytest.raises(UnknownCode, match="did you mean ner-air-base-201"):
        td.tenancies(base="ner-air-base-20")
    with pytest.raises(UnknownCode, match="of operation_id"):
        td.deployments(operation="no-such-operation")
    with pytest.raises(UnknownCode, match="of source_id"):
        td.deployments(source=["dbe-20230922", "zzz"])


def test_a_release_without_redirects_knows_its_ids() -> None:
    assert len(td.tenancies(base="ner-air-base-201", version="2026.11.2")) > 0


def test_v10_a_fact_that_names_a_merged_id_is_told_the_new_one() -> None:
    events = td.load("events").head(3)
    lost = events.assign(base_id=pd.Series(["ner-agadez", "ner-nowhere", pd.NA], dtype="string"))
    lines = pd.DataFrame(LINES, columns=COLUMNS).assign(recorded_from="2030.01.0")
    tables = {"bases": td.load("bases"), "id_redirects": lines.astype("string")}
    found = list(references.dangling("events", lost, tables))
    assert [(f.row, f.column, f.rule) for f in found] == [
        (0, "base_id", "reference"),
        (1, "base_id", "reference"),
    ]
    assert [f.hint for f in found] == [
        "it was merged into ner-air-base-201: use that id",
        "withdrawn: It never was.",
    ]
