"""The faults V01 to V36: each is reported by its rule, at its row and column, and nothing else is."""

from __future__ import annotations

import re
import resource
import shutil
import time
from functools import cache
from pathlib import Path

import figures
import pandas as pd
import pytest
from mutators import MUTATORS, Mutator, Row

import troopdata as td
from troopdata import paths
from troopdata.api import checks, country_index
from troopdata.cli import sandbox
from troopdata.cli.output import csv_text
from troopdata.curate import publish
from troopdata.curate.checks import drift, row_counts
from troopdata.curate.checks.change_reasons import Reasons
from troopdata.errors import Failure, Invalid
from troopdata.importers import us_dmdc
from troopdata.io import csv_reader
from troopdata.io.csv_writer import rendered
from troopdata.release import loader
from troopdata.schemas import model
from troopdata.schemas.keys import claim_ids
from troopdata.validation import cross_table, notes, table_schema, withdrawals

ROWS = 50
NONE = Reasons({})
DAYS_OF_SPELLS = ("started", "ended")
Tables = dict[str, pd.DataFrame]


@cache
def good(table: str) -> tuple[Row, ...]:
    """Rows of the release as text, without what the build computes, mixed and apart in time."""
    frame = td.load(table)
    typed = [f.name for f in model.table(table).fields if not f.computed]
    frame = frame[typed].sample(frac=1, random_state=7)
    if table == "tenancies":
        frame = frame.drop_duplicates(["base_id", "sender"])
    if table == "countries":
        frame = frame.drop_duplicates("country")
    text = csv_reader.read(csv_text(pd.DataFrame(frame.head(5_000))).encode())
    return tuple(text.records())


def written(folder: Path, table: str, rows: list[Row]) -> Path:
    path = folder / f"{table}.csv"
    columns = list(good(table)[0])
    path.write_bytes(b"")
    lines = [[row[name] for name in columns] for row in rows]
    path.write_text(raw(columns, lines), encoding="utf-8", newline="")
    return path


def raw(columns: list[str], lines: list[list[str]]) -> str:
    """CSV text as it is, without the canonical form that would mend it."""
    quoted = [
        ['"' + cell.replace('"', '""') + '"' if cell else "" for cell in line] for line in lines
    ]
    return "\n".join(",".join(line) for line in [columns, *quoted]) + "\n"


def reported(path: Path, table: str) -> list[Failure]:
    with pytest.raises(Invalid) as caught:
        td.validate(path, table)
    assert {record.file for record in caught.value.records} == {str(path)}
    return list(caught.value.records)


@pytest.mark.parametrize("table", sorted({m.table for m in MUTATORS}))
def test_rows_of_the_release_are_valid(tmp_path: Path, table: str) -> None:
    rows = list(good(table))
    assert len(td.validate(written(tmp_path, table, rows), table)) == len(rows)


def test_there_are_enough_mutators() -> None:
    assert len(MUTATORS) >= 60


@pytest.mark.parametrize("mutator", MUTATORS, ids=str)
def test_every_spoilt_row_is_reported_and_no_other(tmp_path: Path, mutator: Mutator) -> None:
    found, lines = spoilt(tmp_path, mutator)
    assert {(r.column, r.rule) for r in found} == {(mutator.column, mutator.rule)}
    assert sorted(r.row or 0 for r in found) == lines


def spoilt(folder: Path, mutator: Mutator) -> tuple[list[Failure], list[int]]:
    """Spoil good rows, each beside itself; return the failures, and the lines of the bad rows."""
    rows = [row for row in good(mutator.table) if mutator.fits(row)][:ROWS]
    assert len(rows) >= 10
    mixed: list[Row] = []
    for row in rows:
        mixed += [row, {**row, **_key(mutator, row), **mutator.change(row)}]
    path = written(folder, mutator.table, mixed)
    lines = csv_reader.read(path).lines
    return reported(path, mutator.table), lines[1::2]


def _key(mutator: Mutator, row: Row) -> Row:
    """A key of its own for the spoilt row, beside the good one."""
    if mutator.table == "agreement_parties":
        return {"agreement_id": row["agreement_id"] + "-x"}
    if mutator.table == "countries":
        return {"valid_from": "1801-01-01", "valid_to": "1801-01-02"}
    first = model.table(mutator.table).primary_key[0]
    own = {first: row[first] + "-x"} if first in row else {}
    if mutator.table == "tenancies":
        own["base_id"] = row["base_id"] + "-x"
    if mutator.table == "sources":
        own["title"] = f"Another of {row['source_id']}"
    return own


# Rules over several rows.


def test_v03_an_end_is_the_first_day_after(tmp_path: Path) -> None:
    """Half-open: a spell may start on the day that another ended, and end on the day it started."""
    row = good("tenancies")[0]
    day = {"started_precision": "day", "ended_precision": "day", "end_mode": "", "status_as_of": ""}
    first = {**row, **day, "started": "2001-01-01", "ended": "2002-01-01"}
    second = {**row, **day, "tenancy_id": "b", "started": "2002-01-01", "ended": "2002-01-01"}
    assert len(td.validate(written(tmp_path, "tenancies", [first, second]), "tenancies")) == 2


def test_v09_a_duplicate_key_names_both_rows(tmp_path: Path) -> None:
    rows = list(good("events")[:5])
    found = reported(written(tmp_path, "events", [*rows, rows[2]]), "events")
    assert [(r.row, r.column, r.rule) for r in found] == [
        (4, "event_id", "key-unique"),
        (7, "event_id", "key-unique"),
    ]


def test_v11_spells_that_overlap(tmp_path: Path) -> None:
    row = good("tenancies")[0]
    day = {"started_precision": "day", "ended_precision": "day", "end_mode": "", "status_as_of": ""}
    first = {**row, **day, "started": "2001-01-01", "ended": "2002-01-02"}
    second = {**row, **day, "tenancy_id": "b", "started": "2002-01-01", "ended": "2003-01-01"}
    found = reported(written(tmp_path, "tenancies", [first, second]), "tenancies")
    assert [(r.row, r.column, r.rule) for r in found] == [(3, "started", "spells-apart")]


def test_v20_a_document_under_two_names(tmp_path: Path) -> None:
    row = next(row for row in good("sources") if row["url"])
    found = reported(written(tmp_path, "sources", [row, {**row, "source_id": "b"}]), "sources")
    assert [(r.row, r.column, r.rule) for r in found] == [
        (2, "url", "source-twice"),
        (3, "url", "source-twice"),
    ]


def ten_thousand(folder: Path) -> Path:
    rows = [{**row, "basis": "assigned"} for row in (good("deployments") * 2)[:10_000]]
    return written(folder, "deployments", rows)


@pytest.mark.slow
def test_the_figures_of_validation(tmp_path: Path) -> None:
    """What the quick part asserts for each mutator is counted here."""
    caught = spoilt_rows = 0
    for mutator in MUTATORS:
        found, lines = spoilt(tmp_path, mutator)
        exact = {(r.row, r.column, r.rule) for r in found} == {
            (line, mutator.column, mutator.rule) for line in lines
        }
        caught += exact and len(found) == len(lines)
        spoilt_rows += len(lines)
    tables = sorted({m.table for m in MUTATORS})
    quiet = sum(len(td.validate(written(tmp_path, t, list(good(t))), t)) for t in tables)
    released = checks.check(paths.folder("releases"))["rows"].sum()
    figures.record(
        "validation mutators",
        f"at least 60, each caught at its row, column and rule in {ROWS} rows; 0 false reports",
        f"{caught} of {len(MUTATORS)}, {spoilt_rows:,} bad rows; 0 reports on {quiet:,} good rows "
        f"as text and on all {released:,} rows of the release",
        f"tests/faults/mutators.py, each on up to {ROWS} random rows of release {td.data_version()}, "
        "beside the good row, through td.validate; check of the whole release",
    )  # fmt: skip
    assert caught == len(MUTATORS)


@pytest.mark.slow
def test_how_long_ten_thousand_bad_rows_take(tmp_path: Path) -> None:
    path = ten_thousand(tmp_path)
    before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    with pytest.raises(Invalid, match="10,000 failures"):
        sandbox.validate_file(path, "deployments", seconds=60)
    seconds, after = time.perf_counter() - started, resource.getrusage(resource.RUSAGE_CHILDREN)
    spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    figures.record(
        "validation of 10,000 bad rows", "all counted in under 10 s",
        f"10,000 of 10,000 reported; {seconds:.1f} s wall time, {spent:.1f} s processor time",
        "10,000 rows of deployments, each with an unknown code, by `troopdata validate` in its "
        "child process, import time included",
    )  # fmt: skip


def test_v29_ten_thousand_errors_are_counted_and_the_report_is_cut(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="10,000 failures") as caught:
        td.validate(ten_thousand(tmp_path), "deployments")
    assert [record.row for record in caught.value.records] == list(range(2, 10_002))
    assert str(caught.value).endswith("... and 9,980 more")


def test_v30_a_report_that_was_taken_in_twice(tmp_path: Path) -> None:
    claims = td.deployments(host="NER", sender="USA").head(20)
    twice = pd.concat([claims, claims.iloc[3:5]], ignore_index=True)
    found = list(table_schema.failures(twice, model.table("deployments"), None))
    assert {record.rule for record in found} == {"key-unique"}
    assert sorted(record.row or 0 for record in found) == [3, 4, 20, 21]


@pytest.mark.parametrize(
    ("column", "value"),
    [("as_of_precision", "quarter"), ("operation_id", "oef"), ("basis", "deployed_for_operation")],
)
def test_v31_v35_period_and_kind_are_part_of_the_key(column: str, value: str) -> None:
    """A quarter is not the year, and who is deployed is not who is assigned: two claims, no sum."""
    claim = td.deployments(host="NER", sender="USA").head(1).reset_index(drop=True)
    other = claim.assign(**{column: pd.Series([value], dtype="string")})
    assert claim[column].item() is pd.NA or claim[column].item() != value
    assert claim_ids(claim) != claim_ids(other)


def test_v31_presence_never_adds_claims_of_one_year() -> None:
    claims = td.deployments(host="NER", sender="USA", between=("2023-01-01", "2023-12-31"))
    assert len(claims) > 1
    best = td.presence(host="NER", sender="USA", years=2023)["personnel"].item()
    assert best in set(claims["personnel"].dropna())


# Files.

HEADER = "exercise_id,country"
FILES = [
    ("V14", "latin-1", HEADER.encode() + b"\none,NER\n\xe9t\xe9,NER\n", 3, "encoding"),
    ("V14", "utf-16", f"{HEADER}\none,NER\n".encode("utf-16"), 1, "encoding"),
    ("V14", "bom", b"\xef\xbb\xbf" + HEADER.encode() + b"\none,NER\n", 1, "encoding"),
    ("V14", "nul", HEADER.encode() + b"\none,N\x00R\n", 2, "encoding"),
    ("V14", "mixed", HEADER.encode() + "\né,NER\n".encode() + b"\xff,NER\n", 3, "encoding"),
    ("V14", "cr", HEADER.encode() + b"\rone,NER\r", 1, "encoding"),
    ("V21", "extra", b"exercise_id,country,colour\none,NER,red\n", 1, "columns"),
    ("V21", "missing", b"exercise_id\none\n", 1, "columns"),
    ("V21", "reordered", b"country,exercise_id\nNER,one\n", 1, "columns"),
    ("V21", "duplicated", b"exercise_id,country,country\none,NER,NER\n", 1, "csv"),
    ("V21", "semicolons", b"exercise_id;country\none;NER, Niger\n", 1, "csv"),
    ("V21", "tabs", b"exercise_id\tcountry\none\tNER\n", 1, "csv"),
    ("V21", "ragged", HEADER.encode() + b"\none,NER\ntwo,NER,USA\n", 3, "csv"),
    ("V21", "short", HEADER.encode() + b"\none,NER\ntwo\n", 3, "csv"),
    ("V21", "quote", HEADER.encode() + b'\none,NER\ntwo,"NER\n', 3, "csv"),
    ("V21", "empty", b"", 1, "csv"),
]


@pytest.mark.parametrize(
    ("fault", "name", "data", "line", "rule"), FILES, ids=lambda v: str(v)[:12]
)
def test_files_that_are_no_table(
    tmp_path: Path, fault: str, name: str, data: bytes, line: int, rule: str
) -> None:
    path = tmp_path / f"{name}.csv"
    path.write_bytes(data)
    found = reported(path, "exercise_participants")
    assert {(record.row, record.rule) for record in found} == {(line, rule)}


def test_v16_na_is_namibia_and_no_gap(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text(rendered(["exercise_id", "country"], [["na", "NAM"], ["null", "NER"]]))
    assert td.validate(path, "exercise_participants")["exercise_id"].tolist() == ["na", "null"]


def test_v21_only_a_header_is_an_empty_table(tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text(HEADER + "\n")
    assert td.validate(tmp_path / "x.csv", "exercise_participants").empty


# A whole release.


@pytest.fixture(scope="module")
def whole() -> Tables:
    """The release with the claims of a few hosts and some changes, which is quick to check."""
    opened = loader.opened()
    tables = {name: checks.arrowed(opened, name) for name in model.tables() if opened.has(name)}
    claims = tables["deployments"]
    few = claims[claims["host"].isin(["NER", "DJI"])].reset_index(drop=True)
    short = {name: tables[name].head(100) for name in ("changes", "id_redirects")}
    return {**tables, **short, "deployments": few, "presence": tables["presence"].head(0)}


def check(whole: Tables, **spoilt: pd.DataFrame) -> list[Failure]:
    return list(cross_table.across({**whole, **spoilt}, country_index.gazetteer()))


def with_cell(frame: pd.DataFrame, position: int, **cells: object) -> pd.DataFrame:
    spoilt = frame.copy()
    for column, value in cells.items():
        spoilt.loc[position, column] = value
    return spoilt


def test_the_release_is_told_nothing(whole: Tables) -> None:
    assert check(whole) == []


def test_v07_a_point_outside_its_host(whole: Tables) -> None:
    bases = whole["bases"]
    at = bases.index[bases["base_id"] == "ner-air-base-201"][0]
    y, x = bases.loc[at, ["latitude", "longitude"]]
    found = check(whole, bases=with_cell(bases, at, latitude=x, longitude=y))
    assert [(r.file, r.row, r.column, r.rule) for r in found] == [
        ("bases", at, "latitude", "point-in-host")
    ]
    assert "swapped?" in found[0].hint


@pytest.mark.parametrize(
    ("table", "column"),
    [
        ("deployments", "source_id"), ("tenancies", "base_id"), ("tenancies", "source_id"),
        ("events", "agreement_id"), ("agreement_parties", "agreement_id"),
        ("exercise_participants", "exercise_id"), ("agreements", "source_id"),
    ],
)  # fmt: skip
def test_v10_a_reference_that_leads_nowhere(whole: Tables, table: str, column: str) -> None:
    frame = whole[table]
    at = int(frame.index[frame[column].notna()][4])
    if table == "agreement_parties":
        at = int(frame.index[frame["ended"].isna()][0])
    found = check(whole, **{table: with_cell(frame, at, **{column: "no-such-row"})})
    found = [record for record in found if record.rule != "claim-id"]
    assert [(r.file, r.row, r.column, r.rule, r.value) for r in found] == [
        (table, at, column, "reference", "no-such-row")
    ]


def test_v10_a_source_that_no_row_rests_on_is_a_note(whole: Tables) -> None:
    """The claims of other hosts are left out here, so that other sources are without a row too."""
    sources, at = whole["sources"], len(whole["sources"])
    more = pd.concat([sources, sources.head(1).assign(source_id="lonely")], ignore_index=True)
    found = [note for note in notes.notes({**whole, "sources": more}) if note.value == "lonely"]
    assert [(r.file, r.row, r.column, r.rule, r.severity) for r in found] == [
        ("sources", at, "source_id", "source-unused", "note")
    ]


def test_v11_a_gap_of_a_day_is_a_note(whole: Tables) -> None:
    spells = whole["tenancies"]
    known = spells["started_precision"].eq("day") & spells["ended_precision"].eq("day")
    at, end = int(spells.index[known.fillna(False)][0]), len(spells)
    for days, rows in ((0, []), (1, [end]), (2, [])):
        again = spells.loc[[at]].assign(
            tenancy_id="again",
            started=spells["ended"].loc[at] + pd.Timedelta(days=days),
            ended=spells["ended"].loc[at] + pd.Timedelta(days=90),
        )
        more = pd.concat([spells, again], ignore_index=True)
        found = list(notes._one_day_gaps("tenancies", more, ("base_id", "sender", *DAYS_OF_SPELLS)))
        assert [(r.row, r.column, r.rule, r.severity) for r in found] == [
            (row, "started", "spells-gap", "note") for row in rows
        ]


@pytest.mark.exhaustive
def test_a_note_is_no_failure() -> None:
    """The notes on the release are listed, and the release is valid."""
    summary = td.check()
    assert summary["notes"].sum() == len(summary.attrs["notes"])
    assert {note.severity for note in summary.attrs["notes"]} <= {"note"}
    assert {note.rule for note in summary.attrs["notes"]} <= {"column-bare"}


def test_v22_a_count_that_its_source_could_not_know(whole: Tables) -> None:
    claims = whole["deployments"]
    known = claims["source_id"].map(whole["sources"].set_index("source_id")["published_on"])
    at = int(claims.index[known.notna() & (claims["basis"] == "in_country_total")][0])
    spoilt = with_cell(claims, at, as_of=pd.Timestamp("2026-03-01"), as_of_precision="day")
    found = [record for record in check(whole, deployments=spoilt) if record.rule != "claim-id"]
    assert [(r.file, r.row, r.column, r.rule) for r in found] == [
        ("deployments", at, "as_of", "source-after-fact")
    ]


def test_v23_a_party_that_outlives_the_end_of_its_agreement(whole: Tables) -> None:
    parties = whole["agreement_parties"]
    at = int(parties.index[parties["ended"].notna()][0])
    gone = {"ended": pd.NaT, "ended_precision": pd.NA, "end_mode": pd.NA}
    found = check(whole, agreement_parties=with_cell(parties, at, **gone))
    assert [(r.file, r.row, r.column, r.rule) for r in found] == [
        ("agreement_parties", at, "ended", "agreement-follows-events")
    ]


GONE = "ner-2024-usa-withdrawal-completed"


def after_leaving(claims: pd.DataFrame, **cells: object) -> tuple[int, pd.DataFrame]:
    """A count of US forces in Niger, moved to a day after they had left."""
    mine = (claims["sender"] == "USA") & (claims["host"] == "NER") & (claims["personnel"] > 0)
    counted = claims["basis"].eq("in_country_total") & claims["status"].eq("accepted")
    at = int(claims.index[(mine & counted).fillna(False).astype(bool)][0])
    moved = {"as_of": pd.Timestamp("2025-01-15"), "as_of_precision": "day", **cells}
    return at, with_cell(claims, at, **moved)


def departed(whole: Tables, **spoilt: pd.DataFrame) -> list[tuple[str, int | None, str, str]]:
    found = withdrawals.after_withdrawal({**whole, **spoilt})
    return [(r.file, r.row, r.column, r.rule) for r in found]


def test_v23_troops_where_they_have_left(whole: Tables) -> None:
    at, claims = after_leaving(whole["deployments"])
    reported = [("deployments", at, "as_of", "claim-after-withdrawal")]
    assert departed(whole, deployments=claims) == reported
    found = check(whole, deployments=claims)
    assert {r.rule for r in found} == {"claim-after-withdrawal", "claim-id", "source-after-fact"}
    (record,) = (r for r in found if r.rule == "claim-after-withdrawal")
    assert GONE in record.message


def test_v23_who_came_back_may_be_there(whole: Tables) -> None:
    at, claims = after_leaving(whole["deployments"])
    events, spells = whole["events"], whole["tenancies"]
    back = (
        events[events["event_id"] == GONE]
        .assign(event_id="back", kind="deployment_begun", date=pd.Timestamp("2024-12-01"))
        .astype(events.dtypes)
    )
    assert departed(whole, deployments=claims, events=pd.concat([events, back])) == []
    for day, rows in (("2025-01-01", []), ("2025-02-01", [at])):
        again = spells[(spells["base_id"] == "ner-air-base-201")].assign(
            tenancy_id="back", started=pd.Timestamp(day), started_precision="day",
            ended=pd.NaT, ended_precision=pd.NA,
        ).astype(spells.dtypes)  # fmt: skip
        more = pd.concat([spells, again], ignore_index=True)
        found = departed(whole, deployments=claims, tenancies=more)
        assert [row for _, row, _, _ in found] == rows
    for cells in (
        {"basis": "permanently_assigned"},
        {"as_of_precision": "decade", "as_of": pd.Timestamp("2020-01-01")},
        {"status": "rejected"},
        {"personnel": 0},
        {"started": pd.Timestamp("2025-01-01"), "started_precision": "day"},
    ):
        assert departed(whole, deployments=after_leaving(whole["deployments"], **cells)[1]) == []


def test_v23_a_withdrawal_that_is_disputed_ends_nothing(whole: Tables) -> None:
    _, claims = after_leaving(whole["deployments"])
    events = whole["events"]
    at = int(events.index[events["event_id"] == GONE][0])
    spoilt = with_cell(events, at, status="conflict")
    assert departed(whole, deployments=claims, events=spoilt) == []


OPEN = {"ended": pd.NaT, "ended_precision": pd.NA, "end_mode": pd.NA, "status_as_of": pd.NaT}


@pytest.mark.parametrize(
    ("base", "sender", "rule"),
    [
        ("ner-air-base-201", "USA", "tenancy-after-withdrawal"),
        ("uzb-k2", "USA", "tenancy-after-withdrawal"),
        ("eri-assab", "ARE", "tenancy-after-closing"),
        ("ner-madama", "FRA", "tenancy-after-closing"),
    ],
)
@pytest.mark.parametrize("still", ["for ever", "for years"])
def test_v23_a_base_in_use_after_they_left_it(
    whole: Tables, base: str, sender: str, rule: str, still: str
) -> None:
    spells = whole["tenancies"]
    at = int(spells.index[(spells["base_id"] == base) & (spells["sender"] == sender)][-1])
    later = {**OPEN, "ended": pd.Timestamp("2026-01-01"), "ended_precision": "day"}
    spoilt = with_cell(spells, at, **(OPEN if still == "for ever" else later))
    reported = [("tenancies", at, "ended", rule)]
    assert set(departed(whole, tenancies=spoilt)) >= set(reported)
    assert {row for _, row, _, _ in departed(whole, tenancies=spoilt)} == {at}


def test_v23_a_base_seen_by_a_day_after_they_came_back_is_of_the_later_stay(
    whole: Tables,
) -> None:
    spells, events = whole["tenancies"], whole["events"]
    at = int(spells.index[spells["tenancy_id"] == "lbn-hamames-isr-2025"][0])
    assert spells.loc[at, "started_precision"] == "not_later_than"
    assert departed(whole, tenancies=spells) == []
    back = events["event_id"] == "2024-10-01-isr-lbn-begun"
    assert back.sum() == 1
    found = departed(whole, tenancies=spells, events=events[~back].reset_index(drop=True))
    assert ("tenancies", at, "ended", "tenancy-after-withdrawal") in found


def test_v34_an_open_spell_that_no_source_shows_on_a_day(whole: Tables) -> None:
    spells = whole["tenancies"]
    at = int(spells.index[spells["ended"].isna()][0])
    spoilt = with_cell(spells, at, last_attested=pd.NaT)
    found = check(whole, tenancies=spoilt)
    assert [(r.file, r.key, r.column, r.rule) for r in found] == [
        ("tenancies", spells.loc[at, "tenancy_id"], "status_as_of", "tenancy-unattested")
    ]
    assert "last day on which the page saw it in use" in found[0].hint


def test_v25_a_claim_id_that_is_not_its_hash(whole: Tables) -> None:
    claims = whole["deployments"]
    found = check(whole, deployments=with_cell(claims, 5, claim_id="0" * 16))
    assert [(r.file, r.row, r.column, r.rule) for r in found] == [
        ("deployments", 5, "claim_id", "claim-id")
    ]


def test_v26_v27_rows_that_are_lost_or_come_unseen(whole: Tables, tmp_path: Path) -> None:
    row_counts.accept(whole, tmp_path)
    assert row_counts.check(whole, tmp_path) == []
    events = whole["events"]
    year = events["date"].dt.year.mode().item()
    fewer = {**whole, "events": events[events["date"].dt.year != year]}
    more = {**whole, "events": pd.concat([events, events[events["date"].dt.year == year]])}
    for spoilt in (fewer, more):
        found = row_counts.check(spoilt, tmp_path)
        assert [(r.key, r.rule) for r in found] == [(f"events|{year}", "row-count")]


def test_v28_a_column_that_fell_empty(whole: Tables) -> None:
    events = whole["events"].assign(actor=pd.Series(pd.NA, whole["events"].index, dtype="string"))
    assert list(row_counts.emptied(whole, whole)) == []
    found = list(row_counts.emptied(whole, {**whole, "events": events}))
    assert [(r.file, r.column, r.rule) for r in found] == [("events", "actor", "column-emptied")]


def jumped(before: Tables, reasons: Reasons = NONE, **now: pd.DataFrame) -> list[Failure]:
    tables = {name: before[name] for name in now}
    return list(drift.broken(tables, now, reasons))


@pytest.mark.parametrize(("lost", "rules"), [(5, []), (8, ["table-shrunk"])])
def test_v27_a_table_that_shrinks(whole: Tables, lost: int, rules: list[str]) -> None:
    """638 events, of which six are one in a hundred."""
    events = whole["events"].head(638)
    before = {**whole, "events": events}
    fewer = events.iloc[lost:].reset_index(drop=True)
    found = jumped(before, events=fewer)
    assert [(r.file, r.column, r.rule) for r in found] == [("events", "rows", r) for r in rules]
    assert jumped(before, Reasons({("events", "rows", ""): "Listed twice."}), events=fewer) == []
    assert jumped(before, events=pd.concat([events, fewer])) == []


def test_v27_a_figure_that_jumps() -> None:
    """Of the senders that were there before; a hundred people at least."""
    presence = td.load("presence")
    best = presence.dropna(subset=["personnel"])
    usa = best[(best["sender"] == "USA") & (best["host"] == "NER") & (best["personnel"] > 500)]
    at, row = int(usa.index[0]), usa.iloc[0]
    before = {"presence": presence}
    assert jumped(before, presence=presence) == []
    key = f"NER|{row['year']}"
    for factor, reported in ((1.4, False), (2, True), (0.6, False), (0.3, True)):
        other = with_cell(presence, at, personnel=int(row["personnel"] * factor))
        found = jumped(before, presence=other)
        assert [(r.file, r.key, r.column, r.rule) for r in found] == [
            ("presence", key, "personnel", "figure-jumps")
        ] * reported
        for stated in (key, ""):
            reasons = Reasons({("presence", "personnel", stated): "The letter was misread."})
            assert jumped(before, reasons, presence=other) == []
    gone = jumped(before, presence=presence.drop(index=at).reset_index(drop=True))
    assert [(r.key, r.value) for r in gone] == [(key, "")]
    few = best[(best["personnel"] < 40) & (best["host"] == "NER")].index[0]
    assert jumped(before, presence=with_cell(presence, few, personnel=80)) == []
    new = presence.loc[[at]].assign(sender="TON", personnel=90_000)
    assert jumped(before, presence=pd.concat([presence, new.astype(presence.dtypes)])) == []


def test_v28_a_column_that_thins_out_or_says_one_thing(whole: Tables) -> None:
    events = whole["events"]
    some = events["description"].where(events.index % 3 == 0)
    cases = {
        "column-thin": events.assign(description=some),
        "column-constant": events.assign(description="The same."),
    }
    for rule, frame in cases.items():
        spoilt = frame.astype(events.dtypes)
        found = jumped(whole, events=spoilt)
        assert [(r.file, r.column, r.rule) for r in found] == [("events", "description", rule)]
        reasons = Reasons({("events", "description", ""): "They were copied words."})
        assert jumped(whole, reasons, events=spoilt) == []
        doubled = pd.concat([spoilt, spoilt], ignore_index=True)
        assert jumped(whole, events=doubled) == []
    assert jumped(whole, events=events) == []
    emptied = events.assign(actor=pd.Series(pd.NA, events.index, dtype="string"))
    assert jumped(whole, events=emptied) == []  # reported by `column-emptied`
    claims = whole["deployments"]
    assert claims["recorded_from"].nunique() > 1
    unreleased = claims.assign(recorded_from="9999.12.0").astype(claims.dtypes)
    assert jumped(whole, deployments=unreleased) == []  # computed, not stated


def test_v33_parts_that_do_not_add_up(root: Path, tmp_path: Path) -> None:
    """A figure of one line of one report, raised by one."""
    folder = tmp_path / "series" / "us-dmdc"
    (tmp_path / "facts").symlink_to(root / "datasets" / "facts")
    shutil.copytree(root / "datasets" / "series" / "us-dmdc", folder)
    path = folder / "reports" / "2016-12-31.csv"
    text = path.read_text(encoding="utf-8")
    line = next(one for one in text.splitlines() if re.match(r"[a-z_]+,GERMANY,\d", one))
    first = line.split(",")[2]
    path.write_text(text.replace(line, line.replace(f",{first},", f",{int(first) + 1},", 1)))
    found = us_dmdc.check(folder).failures
    assert found
    assert all("2016-12-31" in str(record) for record in found)
    with pytest.raises(Invalid) as caught:
        list(publish.checked(tmp_path))
    assert caught.value.records == tuple(found)


def test_v34_a_country_has_one_code(whole: Tables) -> None:
    """The same stretch of one country under a second code is refused where its rows are."""
    claims = whole["deployments"]
    found = check(whole, deployments=with_cell(claims, 3, host="NIR"))  # its other code, in COW
    found = [record for record in found if record.rule != "claim-id"]
    assert [(r.row, r.column, r.rule) for r in found] == [(3, "host", "country")]


def test_every_fault_of_the_catalogue_has_a_test() -> None:
    named = {m.fault for m in MUTATORS} | {fault for fault, *_ in FILES}
    for name in globals():
        named |= {part.upper() for part in re.findall(r"v\d\d", name) if name.startswith("test_")}
    assert named >= {f"V{number:02d}" for number in range(1, 37)}
