"""The frame of the importers: what it refuses, what it reports, and byte for byte rebuilds."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path

import pytest

from troopdata.errors import Invalid, UsageError
from troopdata.importers import file_changes, table_rows
from troopdata.importers.cia_factbook import CiaFactbook
from troopdata.importers.national_snapshots import NationalSnapshots
from troopdata.importers.series import ClaimSeries
from troopdata.importers.ucdp_support import UcdpSupport
from troopdata.importers.un_fatalities import UnFatalities
from troopdata.importers.war_powers import COLUMNS, WarPowers
from troopdata.io import csv_reader

CLAIMS = (CiaFactbook, NationalSnapshots, UcdpSupport, UnFatalities, WarPowers)


@pytest.mark.parametrize("importer", CLAIMS, ids=lambda importer: importer.name)
def test_the_committed_series_is_what_the_published_file_gives(
    importer: type[ClaimSeries], upstream: Path, tmp_path: Path, root: Path
) -> None:
    importer(tmp_path).rebuild(upstream)
    (file,) = importer.files
    committed = root / "datasets" / "series" / importer.name / file.name
    assert (tmp_path / file.name).read_bytes() == committed.read_bytes()


@pytest.mark.parametrize(
    ("text", "day", "precision"),
    [
        ("2020", "2020-01-01", "year"),
        ("2020-06", "2020-06-01", "month"),
        ("2020-06-15", "2020-06-15", "day"),
        ("2020-Q4", "2020-10-01", "quarter"),
        ("", "", ""),
    ],
)
def test_a_date_is_as_sharp_as_its_text(text: str, day: str, precision: str) -> None:
    assert table_rows.dated("as_of", text) == {"as_of": day, "as_of_precision": precision}


def test_a_source_that_is_kept_by_hand_is_not_given_twice(tmp_path: Path) -> None:
    series = tmp_path / "series" / "made-up"
    series.mkdir(parents=True)
    (tmp_path / "facts").mkdir()
    (series / "sources.csv").write_text("source_id\na\nb\nc\n")
    (tmp_path / "facts" / "sources.csv").write_text("source_id\nb\n")
    found = WarPowers(series).cited([{"source_id": "a"}, {"source_id": "b"}])
    assert [row["source_id"] for row in found] == ["a"]


def test_every_claim_of_the_series_has_its_source(root: Path) -> None:
    kept = csv_reader.read_rows(root / "datasets" / "facts" / "sources.csv")
    known = {row["source_id"] for row in kept}
    for importer in CLAIMS:
        found = importer(root / "datasets" / "series" / importer.name).rows()
        named = {row["source_id"] for row in found["deployments"]}
        assert named <= known | {row["source_id"] for row in found["sources"]}


# --- rebuilding -----------------------------------------------------------------------------


def published(upstream: Path, *rows: dict[str, str], header: list[str] | None = None) -> Path:
    """Write the original of the War Powers series, and return its folder."""
    (upstream / "warpowers").mkdir(parents=True, exist_ok=True)
    path = upstream / "warpowers" / "deployments.csv"
    with open(path, "w", encoding="utf-8", newline="") as handle:
        writer = csv.DictWriter(handle, header or list(COLUMNS.values()), restval="")
        writer.writeheader()
        writer.writerows(rows)
    return upstream


FIRST = {"host_iso3": "SOM", "as_of": "2022-06-08", "source_id": "wpr-20220608"}
SECOND = {"host_iso3": "DJI", "as_of": "2022-06-08", "source_id": "wpr-20220608"}


def test_a_rebuild_says_what_it_created_changed_and_left(tmp_path: Path) -> None:
    series = WarPowers(tmp_path / "series")
    (created,) = series.rebuild(published(tmp_path / "up", FIRST))
    assert str(created) == f"{tmp_path / 'series' / 'claims.csv'}: created, 1 row"
    moved = {**FIRST, "personnel": "50"}
    (changed,) = series.rebuild(published(tmp_path / "up", moved, SECOND))
    assert (changed.state, changed.rows, changed.added, changed.removed) == ("changed", 2, 2, 1)
    assert str(changed).endswith("claims.csv: changed, 2 rows (2 added, 1 removed)")
    before = (tmp_path / "series" / "claims.csv").stat().st_mtime_ns
    (same,) = series.rebuild(tmp_path / "up")
    assert (same.state, same.added, same.removed) == ("unchanged", 0, 0)
    assert (tmp_path / "series" / "claims.csv").stat().st_mtime_ns == before


def test_rows_in_another_order_are_a_change(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("x\n2\n1\n")
    (change,) = file_changes.write(tmp_path, {"a.csv": "x\n1\n2\n"})
    assert (change.state, change.added, change.removed) == ("changed", 0, 0)
    assert (tmp_path / "a.csv").read_text() == "x\n1\n2\n"


def test_every_missing_original_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"up lacks warpowers/deployments\.csv; .*--help"):
        WarPowers(tmp_path / "series").rebuild(tmp_path / "up")
    assert not (tmp_path / "series").exists()


def test_every_missing_column_is_named_and_nothing_is_written(tmp_path: Path) -> None:
    header = [name for name in COLUMNS.values() if name not in ("basis", "source_id")]
    upstream = published(tmp_path / "up", header=header)
    with pytest.raises(Invalid) as caught:
        WarPowers(tmp_path / "series").rebuild(upstream)
    assert [(f.row, f.column, f.rule) for f in caught.value.records] == [
        (1, "basis", "columns"), (1, "source_id", "columns"),
    ]  # fmt: skip
    assert not (tmp_path / "series").exists()


def test_a_cell_that_is_not_a_number_is_named(tmp_path: Path) -> None:
    path = tmp_path / "world" / "ucdp_secondary_troops_1946_2024.csv"
    path.parent.mkdir()
    header = list(UcdpSupport.files[0].columns.values())
    path.write_text(",".join(header) + "\n" + ",".join("MCMXC" for _ in header) + "\n")
    with pytest.raises(Invalid, match=r"ucdp_secondary.*not understood: .*'MCMXC'"):
        UcdpSupport(tmp_path / "series").rebuild(tmp_path)


def test_a_failed_write_puts_back_every_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a.csv").write_text("old\n")
    real = file_changes.replace

    def failing(path: Path, data: bytes) -> None:
        if path.name == "c.csv":
            raise OSError("disk full")
        real(path, data)

    monkeypatch.setattr(file_changes, "replace", failing)
    with pytest.raises(OSError, match="disk full"):
        file_changes.write(tmp_path, {"a.csv": "new\n", "b.csv": "new\n", "c.csv": "new\n"})
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == {"a.csv": "old\n"}


DECIDED = [importer for importer in CLAIMS if importer.decision_key]


@pytest.mark.parametrize("importer", DECIDED, ids=lambda importer: importer.name)
def test_a_decision_about_a_row_that_is_not_printed_stops(
    importer: type[ClaimSeries], tmp_path: Path, root: Path
) -> None:
    committed = root / "datasets" / "series" / importer.name
    assert importer(committed).check() == []
    series = tmp_path / "series"
    shutil.copytree(committed, series)
    path = series / importer.files[0].name
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text(lines[0], encoding="utf-8")
    decisions = csv_reader.read_rows(series / "decisions.csv")
    with pytest.raises(Invalid) as caught:
        importer(series).rows()
    assert {record.rule for record in caught.value.records} == {"decision-expected"}
    assert [record.row for record in caught.value.records] == list(range(2, len(decisions) + 2))
    assert caught.value.records[0].key == "|".join(
        decisions[0][name] for name in importer.decision_key
    )
