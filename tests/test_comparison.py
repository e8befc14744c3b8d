"""Changes between releases: nothing is missed, and they lead from the old table to the new."""

from __future__ import annotations

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

import troopdata as td
from troopdata import arrow, comparison, spec
from troopdata.curate import parquetfile

TABLE = spec.table("exercise_participants")
EVENTS = spec.table("events")


def test_a_release_does_not_differ_from_itself() -> None:
    assert td.diff(td.data_version(), td.data_version()).empty


def test_a_closed_spell_a_new_row_and_a_lost_row_are_told() -> None:
    old = td.load("tenancies")
    new = old.iloc[1:].reset_index(drop=True)
    at = new.index[new["ended"].isna()][0]
    new.loc[at, "ended"] = pd.Timestamp("2025-01-01")
    new.loc[at, "ended_precision"] = "day"
    found = comparison.changes({"tenancies": old}, {"tenancies": new})
    lost = found[found["op"] == "retracted"]
    assert set(lost["key"]) == {old["tenancy_id"].iloc[0]}
    closed = found[found["op"] == "closed"]
    assert closed[["column", "before", "after"]].fillna("").values.tolist() == [
        ["ended", "", "2025-01-01"]
    ]
    back = comparison.changes({"tenancies": new}, {"tenancies": old})
    assert set(back.loc[back["op"] == "added", "key"]) == {old["tenancy_id"].iloc[0]}


def test_changes_lead_from_the_old_table_to_the_new() -> None:
    for name in ("events", "spending", "sources", "deployments"):
        new = td.load(name)
        old = new.sample(frac=0.9, random_state=1).reset_index(drop=True)
        if name == "events":
            old.loc[0, "note"] = "another note"
        if name == "deployments":
            new, old = new.head(2_000), new.iloc[500:2_500].reset_index(drop=True)
        table = spec.table(name)
        found = comparison.changes({name: old}, {name: new})
        hashes = [
            parquetfile.content_sha256(parquetfile.rows(frame, table))
            for frame in (comparison.apply(found, old, name), new)
        ]
        assert hashes[0] == hashes[1], name


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
    found = comparison.changes({TABLE.name: frames[0]}, {TABLE.name: frames[1]})
    assert set(found.loc[found["op"] == "added", "key"]) == {
        "|".join(k) for k in set(new) - set(old)
    }
    applied = comparison.apply(found, frames[0], TABLE.name)
    assert {tuple(row) for row in applied.values.tolist()} == set(new)
