"""Changes between releases: nothing is missed, and they lead from the old table to the new."""

from __future__ import annotations

import datetime as dt
import itertools
import shutil
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import troopdata as td
from troopdata import paths
from troopdata.curate import content_hash
from troopdata.errors import (
    IntegrityError,
    Invalid,
    ManifestError,
    UnknownColumn,
    UnknownRelease,
    UnknownTable,
    UsageError,
)
from troopdata.geometry import points
from troopdata.provenance import diff, diff_sides, patch
from troopdata.release import loader
from troopdata.schemas import arrow, model

TABLE = model.table("exercise_participants")
RELEASES = [item["release"] for item in loader.index()["releases"]]


# Two releases of which one changed cells of the other, and gave its reasons.
PAIR = ("2026.11.1", "2026.11.2")


def content(frame: pd.DataFrame, name: str, version: str | None = None) -> str:
    """Content hash of a frame, in the columns that the table had in a release."""
    rows = content_hash.rows(frame, model.table(name))
    entry = loader.opened(version).entry(f"{name}.parquet")
    return content_hash.content_sha256(rows.select([item["name"] for item in entry["columns"]]))


def released(name: str, version: str) -> str:
    return str(loader.opened(version).entry(f"{name}.parquet")["content_sha256"])


def test_a_release_does_not_differ_from_itself() -> None:
    assert td.diff(td.data_version(), td.data_version()).empty


def test_a_closed_spell_a_new_row_and_a_lost_row_are_told() -> None:
    old = td.load("tenancies")
    new = old.iloc[1:].reset_index(drop=True)
    at = new.index[new["ended"].isna()][0]
    new.loc[at, "ended"] = pd.Timestamp("2025-01-01")
    new.loc[at, "ended_precision"] = "day"
    found = diff.changes({"tenancies": old}, {"tenancies": new})
    lost = found[found["op"] == "retracted"]
    assert set(lost["key"]) == {old["tenancy_id"].iloc[0]}
    closed = found[found["op"] == "closed"]
    assert closed[["column", "before", "after"]].fillna("").values.tolist() == [
        ["ended", "", "2025-01-01"]
    ]
    back = diff.changes({"tenancies": new}, {"tenancies": old})
    assert set(back.loc[back["op"] == "added", "key"]) == {old["tenancy_id"].iloc[0]}


# One step between releases at every change, each of them before a release.
STEPS = list(itertools.pairwise(RELEASES))


@pytest.mark.integration
@pytest.mark.parametrize(
    "pair",
    [
        STEPS[5],
        *(pytest.param(step, marks=pytest.mark.exhaustive) for step in STEPS if step != STEPS[5]),
    ],
    ids=" to ".join,
)
def test_changes_lead_from_every_release_to_the_next_and_back(pair: tuple[str, str]) -> None:
    found = td.diff(*pair)
    presence = td.diff(*pair, table="presence")
    for name in [*diff.compared(), "presence"]:
        if name == "borders":
            continue  # changes do not tell outlines
        if not all(loader.opened(version).has(name) for version in pair):
            continue  # the table came later
        told = presence if name == "presence" else found
        old, new = (td.load(name, version=version) for version in pair)
        applied = td.apply(told, old, table=name)
        assert content(applied, name, pair[1]) == released(name, pair[1]), name
        pd.testing.assert_frame_equal(applied, new)
        back = td.apply(patch.inverted(told), new, table=name)
        if pair[0] == RELEASES[0]:
            assert content(back, name, pair[0]) == released(name, pair[0]), name
        # The hash of a later one was compared where it was the new one.
        pd.testing.assert_frame_equal(back, old)


@pytest.mark.exhaustive
def test_releases_further_apart_and_backwards() -> None:
    first, last = RELEASES[0], RELEASES[-1]
    there, back = td.diff(first, last), td.diff(last, first)
    pd.testing.assert_frame_equal(patch.inverted(there), back)
    for name in ("events", "bases"):
        applied = td.apply(there, td.load(name, version=first), table=name)
        assert content(applied, name) == content(td.load(name, version=last), name)


def test_reasons_are_those_of_the_releases_between() -> None:
    found = td.diff("2026.11.1", "2026.11.2", table="events")
    assert set(found["reason"]) == {"The base has a row of its own since this release."}
    assert len(found) == 41
    back = td.diff("2026.11.2", "2026.11.1", table="events")
    assert back["reason"].tolist() == found["reason"].tolist()
    # Most of these events came with 2026.11.1: what is new needs no reason.
    whole = td.diff("2026.11.0", "2026.11.2", table="events")
    assert whole.loc[whole["op"] == "added", "reason"].isna().all()


def test_a_cell_that_moved_twice_has_both_reasons() -> None:
    import pyarrow as pa

    class Step:
        def __init__(self, reason: str) -> None:
            self.manifest = {"files": [{"name": "changes.parquet", "content_sha256": "0"}]}
            cells = {"table": "events", "key": "one", "column": "note", "reason": reason}
            self.table = pa.table({name: [cell] for name, cell in cells.items()})

        def rows(self, table: str, columns: list[str]) -> pa.Table:
            return self.table

    told = diff_sides.reasons([Step("First."), Step("Second."), Step("First.")])  # type: ignore[list-item]
    assert told["reason"].tolist() == ["First. Second."]


def test_a_table_is_compared_by_itself() -> None:
    found = td.diff(*PAIR, table="events")
    assert set(found["table"]) == {"events"}
    assert not td.diff(*RELEASES[:2], table="presence").empty
    with pytest.raises(UsageError, match="changes"):
        td.diff(*PAIR, table="changes")
    with pytest.raises(UnknownTable, match="events"):
        td.diff(*PAIR, table="event")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    source = paths.folder("releases") / RELEASES[-1]
    return Path(shutil.copytree(source, tmp_path / "built"))


@pytest.mark.integration
@pytest.mark.exhaustive
def test_either_side_may_be_a_folder_with_a_build(folder: Path) -> None:
    listed = td.diff(RELEASES[-2], RELEASES[-1])
    pd.testing.assert_frame_equal(td.diff(RELEASES[-2], folder), listed)
    pd.testing.assert_frame_equal(td.diff(RELEASES[-2], str(folder)), listed)
    pd.testing.assert_frame_equal(td.diff(folder, RELEASES[-2]), patch.inverted(listed))
    assert td.diff(RELEASES[-1], folder).empty


def test_a_folder_that_is_not_what_its_manifest_says_is_refused(folder: Path) -> None:
    path = folder / "events.parquet"
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    with pytest.raises(IntegrityError, match=r"events\.parquet"):
        td.diff(RELEASES[-1], folder)
    (folder / "manifest.json").write_bytes(loader.canonical_json({"manifest_version": 1}))
    with pytest.raises(ManifestError, match="files, release, schema_version missing"):
        td.diff(RELEASES[-1], folder)


def test_what_is_no_side_says_what_to_name(tmp_path: Path, root: Path) -> None:
    with pytest.raises(UsageError, match=r"does not hold a manifest\.json; .*troopdata build --to"):
        td.diff(RELEASES[-1], tmp_path)
    for facts in (root / "datasets", root / "datasets" / "facts"):
        with pytest.raises(UsageError, match="facts that are not built; .*troopdata build --to"):
            td.diff(RELEASES[-1], facts)
    with pytest.raises(UsageError, match="is not a folder"):
        td.diff(RELEASES[-1], tmp_path / "absent")
    with pytest.raises(UnknownRelease, match=r"2026\.11\.0.*or name a folder"):
        td.diff("2025.01.0", RELEASES[-1])


def test_a_table_that_a_release_does_not_have_yet_is_empty() -> None:
    first = loader.opened(RELEASES[0])
    assert diff_sides.frame(first, "changes").empty
    assert diff_sides.frame(first, "changes").dtypes.equals(
        arrow.empty(model.table("changes")).dtypes
    )


@pytest.mark.integration
def test_changes_go_through_parquet_and_csv(tmp_path: Path) -> None:
    found = td.diff(*PAIR)
    found.to_parquet(tmp_path / "changes.parquet")
    pd.testing.assert_frame_equal(pd.read_parquet(tmp_path / "changes.parquet"), found)
    events = found[found["table"] == "events"]
    events.to_csv(tmp_path / "changes.csv", index=False)
    text = pd.read_csv(tmp_path / "changes.csv", dtype="string", keep_default_na=False)
    old = td.load("events", version=PAIR[0])
    applied = td.apply(text.replace("", pd.NA), old, table="events")
    assert content(applied, "events") == content(td.load("events", version=PAIR[1]), "events")


def test_changes_that_do_not_start_from_the_table_are_refused_whole() -> None:
    old, new = (td.load("events", version=version) for version in PAIR)
    found = td.diff(*PAIR, table="events")
    with pytest.raises(UsageError, match="has another base_id"):
        td.apply(found, new, table="events")
    with pytest.raises(UsageError, match="is missing"):
        td.apply(found, old.head(0), table="events")
    with pytest.raises(UsageError, match="changes a column twice"):
        td.apply(pd.concat([found, found]), old, table="events")
    added = td.diff(*PAIR, table="bases")
    with pytest.raises(UsageError, match="is there already"):
        td.apply(added, td.load("bases", version=PAIR[1]), table="bases")
    gone = patch.inverted(added)
    with pytest.raises(UsageError, match="more cells than the changes remove"):
        td.apply(gone[gone["column"] != "note"], td.load("bases", version=PAIR[1]), table="bases")
    with pytest.raises(UsageError, match="two rows of events have the key"):
        td.apply(found, pd.concat([old, old]), table="events")


def test_one_cell_that_changes_twice_is_named() -> None:
    """Among changes of other cells, of its own row too, which a column each may change."""
    old = td.load("events", version=PAIR[0])
    found = td.diff(*PAIR, table="events")
    cell = found.iloc[[3]]
    row = old[old["event_id"] == cell["key"].item()]
    note = cell.assign(column="note", before=row["note"].item(), after="Seen.")
    td.apply(pd.concat([found, note]), old, table="events")
    other = cell.assign(after="ner-air-base-201")
    with pytest.raises(UsageError, match="changes a column twice") as caught:
        td.apply(pd.concat([other, note, found]), old, table="events")
    assert caught.value.key == cell["key"].item()


def test_apply_names_what_is_missing_or_wrong() -> None:
    old = td.load("events", version=PAIR[0])
    found = td.diff(*PAIR, table="events")
    with pytest.raises(UnknownColumn, match="after"):
        td.apply(found.drop(columns="after"), old, table="events")
    with pytest.raises(UnknownColumn, match="base_id"):
        td.apply(found, old.drop(columns="base_id"), table="events")
    with pytest.raises(UnknownTable):
        td.apply(found, old, table="event")
    wrong = found.head(1).assign(column="date", before="2003-10-01", after="October")
    with pytest.raises(Invalid, match="ISO date"):
        td.apply(wrong, old, table="events")


ROWS = st.dictionaries(
    st.tuples(st.sampled_from("abcdef"), st.sampled_from(["NER", "USA", "FRA"])), st.none()
)


@given(ROWS, ROWS)
def test_any_two_tables(old: dict[tuple[str, str], None], new: dict[tuple[str, str], None]) -> None:
    frames = [
        pd.DataFrame(list(rows), columns=list(TABLE.columns), dtype="string")
        if rows
        else arrow.empty(TABLE)
        for rows in (old, new)
    ]
    found = diff.changes({TABLE.name: frames[0]}, {TABLE.name: frames[1]})
    assert set(found.loc[found["op"] == "added", "key"]) == {
        "|".join(k) for k in set(new) - set(old)
    }
    applied = td.apply(found, frames[0], table=TABLE.name)
    assert {tuple(row) for row in applied.values.tolist()} == set(new)


SLUGS = st.text("abc-1", min_size=1, max_size=3)
CELLS: dict[str, st.SearchStrategy[Any]] = {
    "string": st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=5),
    "integer": st.integers(-(2**31) + 1, 2**31 - 1),
    "number": st.floats(allow_nan=False, allow_infinity=False),
    "boolean": st.booleans(),
    "date": st.dates(dt.date(1000, 1, 1)),
}


@st.composite
def pairs(draw: st.DrawFn, name: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Draw two states of a table: rows are lost, new, changed in a few cells, or as they were."""
    table = model.table(name)
    names = [item.name for item in table.fields if item.type != "geojson"]
    free = [column for column in names if column not in table.primary_key]
    cell = {column: st.none() | CELLS[table[column].type] for column in free}
    row = st.fixed_dictionaries(cell)
    keys = st.tuples(*(SLUGS for _ in table.primary_key))
    old = draw(st.dictionaries(keys, row, max_size=5))
    new = {key: dict(cells) for key, cells in old.items() if draw(st.integers(0, 3))}
    for cells in new.values():
        for column in draw(st.lists(st.sampled_from(free), max_size=3)):
            cells[column] = draw(cell[column])
    new |= draw(st.dictionaries(keys, row, max_size=2))
    return frame(old, table), frame(new, table)


def frame(rows: dict[tuple[str, ...], dict[str, Any]], table: model.Table) -> pd.DataFrame:
    cells = [dict(zip(table.primary_key, key, strict=True)) | row for key, row in rows.items()]
    columns = {
        item.name: pd.Series([row.get(item.name) for row in cells], dtype=arrow.dtype(item))
        for item in table.fields
    }
    found = pd.DataFrame(columns)
    if "geometry" in found:
        found["geometry"] = points.points(found["longitude"], found["latitude"])
    return found


@pytest.mark.integration
@pytest.mark.parametrize("name", ["tenancies", "spending", "agreements", "bases", "deployments"])
@given(data=st.data())
@settings(max_examples=10)
def test_changes_lead_from_any_table_to_any_other_and_back(name: str, data: st.DataObject) -> None:
    old, new = data.draw(pairs(name))
    found = diff.changes({name: old}, {name: new})
    assert content(td.apply(found, old, table=name), name) == content(new, name)
    back = patch.inverted(found)
    assert content(td.apply(back, new, table=name), name) == content(old, name)
    reversed_sides = diff.changes({name: new}, {name: old})
    pd.testing.assert_frame_equal(back.reset_index(drop=True), reversed_sides)


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_number_as_text_is_written_in_full_and_reads_back(value: float) -> None:
    from troopdata.schemas.keys import texts

    (text,) = texts(pd.Series([value], dtype="Float64"))
    assert "e" not in text
    assert float(text) == value
