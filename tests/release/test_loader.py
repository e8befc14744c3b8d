"""The released files: nothing but the bytes that were released is ever read, by any reader."""

from __future__ import annotations

import itertools
import json
import random
import shutil
from pathlib import Path

import pandas as pd
import pytest

import troopdata as td
from troopdata import paths
from troopdata.errors import (
    IncompatibleError,
    IntegrityError,
    ManifestError,
    UnknownRelease,
    UnknownTable,
)
from troopdata.release import loader
from troopdata.schemas import model

HOME = paths.folder("releases")
FILES = [item["name"] for item in loader.opened().manifest["files"]]
TABLES = [name.removesuffix(".parquet") for name in FILES if name.endswith(".parquet")]


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A private copy of the releases folder."""
    target = tmp_path / "releases"
    shutil.copytree(HOME, target)
    return target


def flip(path: Path, bit: int) -> None:
    data = bytearray(path.read_bytes())
    data[bit // 8] ^= 1 << bit % 8
    path.write_bytes(data)


def fresh(folder: Path) -> loader.Release:
    loader.forget()
    try:
        return loader.opened(None, folder)
    finally:
        loader.forget()


@pytest.mark.parametrize("name", FILES)
def test_one_flipped_bit_in_any_file_stops_every_load(copy: Path, name: str) -> None:
    path = copy / td.data_version() / name
    flip(path, random.randrange(8 * path.stat().st_size))
    with pytest.raises(IntegrityError, match=name):
        fresh(copy)


@pytest.mark.parametrize("name", ["index.json", "manifest.json"])
def test_every_sampled_bit_of_the_lists_is_guarded(copy: Path, name: str) -> None:
    path = copy / name if name == "index.json" else copy / td.data_version() / name
    good = path.read_bytes()
    for bit in random.Random(1).sample(range(8 * len(good)), 200):
        flip(path, bit)
        with pytest.raises((IntegrityError, IncompatibleError)):
            fresh(copy)
        path.write_bytes(good)
    assert fresh(copy).version == td.data_version()


@pytest.mark.integration
@pytest.mark.parametrize("name", ["operations.parquet", "CITATION.cff"])
def test_the_bits_of_a_small_file_are_guarded(copy: Path, name: str) -> None:
    """Every bit of the citation, and some 8,000 spread over a Parquet file."""
    opened = fresh(copy)
    path = opened.folder / name
    good = path.read_bytes()
    for bit in range(0, 8 * len(good), max(1, len(good) // 1_000)):
        changed = bytearray(good)
        changed[bit // 8] ^= 1 << bit % 8
        path.write_bytes(changed)
        with pytest.raises(IntegrityError):
            opened.data(name)


def test_a_file_that_changes_after_opening_is_caught_at_the_next_read(copy: Path) -> None:
    opened = fresh(copy)
    flip(opened.folder / "events.parquet", 800)
    with pytest.raises(IntegrityError, match=r"events\.parquet"):
        opened.rows("events")


def test_no_parser_sees_a_byte_before_the_hash_is_right(
    copy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import pyarrow.parquet as pq

    opened = fresh(copy)
    flip(opened.folder / "events.parquet", 800)
    monkeypatch.setattr(pq, "ParquetFile", lambda *a, **k: pytest.fail("parsed unverified bytes"))
    with pytest.raises(IntegrityError):
        opened.rows("events")


@pytest.mark.parametrize("damage", ["truncate", "empty", "remove", "swap"])
def test_other_damage_names_the_file(copy: Path, damage: str) -> None:
    folder = copy / td.data_version()
    path, other = folder / "events.parquet", folder / "bases.parquet"
    data = path.read_bytes()
    if damage == "truncate":
        path.write_bytes(data[:-1])
    elif damage == "empty":
        path.write_bytes(b"")
    elif damage == "remove":
        path.unlink()
    else:
        path.write_bytes(other.read_bytes())
    with pytest.raises(IntegrityError, match=r"events\.parquet") as caught:
        fresh(copy)
    assert caught.value.exit_code == 3
    assert caught.value.hint


def reseal(folder: Path, **changes: object) -> None:
    path = folder / "index.json"
    path.write_bytes(loader.sealed({**json.loads(path.read_bytes()), **changes}))


def test_an_index_of_another_kind_is_refused(copy: Path) -> None:
    reseal(copy, index_version=2)
    with pytest.raises(IncompatibleError):
        fresh(copy)


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"[]",
        b"{",
        b'{"a": 1, "a": 1}',
        b'{"a": NaN}',
        b"\xff",
        b"[" * 100_000,
        b'{"index_version":1}',
    ],
)
def test_json_that_is_not_ours_is_refused(copy: Path, text: bytes) -> None:
    (copy / "index.json").write_bytes(text)
    with pytest.raises(ManifestError):
        fresh(copy)


def test_releases_are_found_by_number_and_by_month() -> None:
    version = td.data_version()
    assert td.data_version(version) == version
    assert td.data_version(version.rsplit(".", 1)[0]) == version
    with pytest.raises(UnknownRelease, match="1999"):
        td.load("events", version="1999.01.0")


@pytest.mark.parametrize("table", TABLES)
def test_every_reader_sees_the_same_rows_and_sums(table: str) -> None:
    import duckdb
    import polars as pl
    import pyarrow.parquet as pq

    path = HOME / td.data_version() / f"{table}.parquet"
    ours = td.load(table)
    arrow, frame = pq.read_table(path), pl.read_parquet(path)
    rows = duckdb.sql(f"select count(*) from '{path}'").fetchall()[0][0]
    assert len(ours) == arrow.num_rows == frame.height == rows
    numbers = [f.name for f in model.table(table).fields if f.type in ("integer", "number")]
    for name in numbers:
        total = duckdb.sql(f"select sum(\"{name}\") from '{path}'").fetchall()[0][0]
        wanted = float(total or 0)
        assert float(ours[name].sum()) == pytest.approx(wanted, rel=1e-12)
        assert float(frame[name].sum() or 0) == pytest.approx(wanted, rel=1e-12)


@pytest.mark.parametrize("table", TABLES)
def test_loading_keeps_the_promised_columns_and_dtypes(table: str) -> None:
    from troopdata.schemas import arrow

    frame = td.load(table)
    assert tuple(frame.columns) == model.table(table).columns
    for field in model.table(table).fields:
        if field.name != "geometry":
            assert str(frame[field.name].dtype) == arrow.dtype(field)
    assert frame.attrs["troopdata"] == {"release": td.data_version(), "table": table}
    backed = td.load(table, dtype_backend="pyarrow")
    assert all("pyarrow" in str(t) for n, t in backed.dtypes.items() if n != "geometry")


def test_geopandas_reads_the_bases_as_geoparquet() -> None:
    import geopandas as gpd

    frame = gpd.read_parquet(HOME / td.data_version() / "bases.parquet")
    ours = td.load("bases")
    assert frame.crs == ours.crs == "EPSG:4326"
    assert frame.geometry.geom_equals(ours.geometry).sum() == ours.geometry.notna().sum()


def test_the_checksums_are_those_of_the_files() -> None:
    import hashlib

    folder = HOME / td.data_version()
    lines = (folder / "SHA256SUMS").read_text().splitlines()
    assert len(lines) >= len(TABLES)
    for line in lines:
        digest, name = line.split("  ")
        assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == digest


def test_presence_as_released_is_what_the_rule_gives_now() -> None:
    released = td.load("presence")
    derived = td.presence()
    pd.testing.assert_frame_equal(released, derived)


@pytest.mark.exhaustive
@pytest.mark.integration
def test_the_release_is_clean() -> None:
    summary = td.check()
    assert set(summary["table"]) == set(TABLES)


def test_a_folder_of_ones_own_follows_the_release(tmp_path: Path) -> None:
    from troopdata.errors import Invalid, UsageError

    path = tmp_path / "exercise_participants.csv"
    path.write_text("exercise_id,country\nmine-1,NER\n")
    released = td.load("exercise_participants")
    joined = td.load("exercise_participants", extra=tmp_path)
    assert len(joined) == len(released) + 1
    assert joined.iloc[-1].tolist() == ["mine-1", "NER"]
    assert joined.dtypes.equals(released.dtypes)
    assert len(td.load("operations", extra=tmp_path)) == len(td.load("operations"))
    path.write_text("exercise_id,country\nmine-1,XQQ\n")
    with pytest.raises(Invalid, match="country"):
        td.load("exercise_participants", extra=tmp_path)
    with pytest.raises(UsageError, match="absent is not a folder; write one with"):
        td.load("operations", extra=tmp_path / "absent")


def test_what_was_known_on_a_day_is_what_its_release_held() -> None:
    releases = [item["release"] for item in loader.index()["releases"]]
    last = td.known("events", at="2999-01-01")
    pd.testing.assert_frame_equal(last, td.load("events", version=releases[-1]))
    with pytest.raises(UnknownRelease, match="no release yet"):
        td.known("events", at="2026-11-23")


@pytest.mark.exhaustive
def test_every_release_ever_made_loads_and_its_changes_lead_to_the_next() -> None:
    """What is loaded has the hash of its release: tests/provenance/test_diff.py."""
    from troopdata.provenance import diff

    releases = [item["release"] for item in loader.index()["releases"]]
    for old, new in itertools.pairwise(releases):
        changes = td.load("changes", version=new)
        for name in diff.compared():
            if not loader.opened(old).has(name) or name == "borders":
                continue  # outlines are not compared cell by cell
            applied = td.apply(changes, td.load(name, version=old), table=name)
            pd.testing.assert_frame_equal(applied, td.load(name, version=new), obj=name)


def test_an_older_release_names_a_table_that_came_later() -> None:
    with pytest.raises(
        UnknownTable, match=r"'borders' in release 2026\.11\.0; later releases have it"
    ):
        td.load("borders", version="2026.11.0")
    old = td.load("bases", version="2026.11.0")
    assert old["off_map"].isna().all()
    assert old.columns.tolist() == td.load("bases").columns.tolist()


def test_an_old_release_lacks_what_is_required_since() -> None:
    """Its rows are read with the column, and every cell of it is missing."""
    required = [item.name for item in model.table("presence").fields if item.required]
    old = loader.opened("2026.11.7")
    has = {item["name"] for item in old.entry("presence.parquet")["columns"]}
    since = [name for name in required if name not in has]
    rows = old.rows("presence", columns=["sender", *since])
    assert rows.column_names == ["sender", *since]
    assert {rows.column(name).null_count for name in since} <= {rows.num_rows}
    assert rows.num_rows > 0
