"""Every release ever made: it loads, leads to the next and back, and is found by its day."""

from __future__ import annotations

import itertools

import figures
import pandas as pd
import pytest

import troopdata as td
from troopdata import paths
from troopdata.curate import content_hash
from troopdata.provenance import diff, patch
from troopdata.release import loader
from troopdata.schemas import model

LISTED = loader.index(paths.folder("releases"))["releases"]
NUMBERS = [item["release"] for item in LISTED]
# Outlines of states are compared whole: they are not compared cell by cell.
TOLD = [name for name in diff.compared() if name != "borders"]


def tables(number: str) -> list[str]:
    opened = loader.opened(number)
    return [name for name in model.tables() if opened.has(name)]


def same(frame: pd.DataFrame, number: str, table: str) -> bool:
    """Whether rows are those of a release, by the hash of its manifest."""
    entry = loader.opened(number).entry(f"{table}.parquet")
    rows = content_hash.rows(frame, model.table(table))
    # A column that a later release brought is not in the file that was hashed.
    rows = rows.select([column["name"] for column in entry["columns"]])
    return content_hash.content_sha256(rows) == entry["content_sha256"]


def applied(old: str, new: str, table: str) -> tuple[bool, bool]:
    """Whether the changes lead from one release to the other, and their inverse back."""
    changes = td.diff(old, new, table=table)
    forward = td.apply(changes, td.load(table, version=old), table=table)
    back = td.apply(patch.inverted(changes), td.load(table, version=new), table=table)
    return same(forward, new, table), same(back, old, table)


def pairs() -> list[tuple[str, str, str]]:
    """Each release with the next, and the first with the last, for every table that both have."""
    ends = [*itertools.pairwise(NUMBERS), (NUMBERS[0], NUMBERS[-1])]
    return [
        (old, new, table) for old, new in dict.fromkeys(ends) for table in TOLD
        if table in tables(old) and table in tables(new)
    ]  # fmt: skip


@pytest.mark.parametrize("number", NUMBERS)
def test_a_small_table_of_each_release_loads(number: str) -> None:
    assert same(td.load("operations", version=number), number, "operations")


@pytest.mark.exhaustive
def test_what_changed_leads_there_and_back() -> None:
    assert applied(NUMBERS[0], NUMBERS[-1], "events") == (True, True)


def last_of_days() -> dict[str, str]:
    """Return the last release of each day that is not withdrawn."""
    return {item["released_at"]: item["release"] for item in LISTED if item["status"] == "active"}


@pytest.mark.slow
def test_every_release_ever_made() -> None:
    loaded = [(number, name) for number in NUMBERS for name in tables(number)]
    wrong = [one for one in loaded if not same(td.load(one[1], version=one[0]), *one)]
    walked = {pair: applied(*pair) for pair in pairs()}
    lost = [pair for pair, found in walked.items() if found != (True, True)]
    days = last_of_days()
    unlike = [
        (day, name) for day, number in days.items() for name in tables(number)
        if not same(td.known(name, at=day), number, name)
    ]  # fmt: skip
    figures.record(
        "history",
        "every release ever made loads; apply(diff, old) == new; known(at=released_at(R)) == R",
        f"{len(loaded) - len(wrong)} of {len(loaded)} tables of {len(NUMBERS)} releases; "
        f"{len(walked) - len(lost)} of {len(walked)} differences apply and revert; the data known "
        f"on {len(days)} of {len(days)} days are the last release of that day in all tables"
        if not unlike else f"known differs: {unlike}",
        f"today's code on {NUMBERS[0]} to {NUMBERS[-1]}, content_sha256 of what td.load returns against "
        "the manifest; td.diff and td.apply, and the inverse, between each release and the next and "
        "the first and the last, all tables except outlines and derived ones; td.known. "
        f"{len(NUMBERS)} releases have {len({i['released_at'] for i in LISTED})} dates, and only the "
        "last release of a day is reached by its date, the others by their number",
    )  # fmt: skip
    assert (wrong, lost, unlike) == ([], [], [])
