"""What the importers of claims share, and that each rebuilds its series byte for byte."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType

import pytest

from troopdata.importers import (
    cia_factbook,
    claim_rows,
    national_snapshots,
    ucdp_support,
    un_fatalities,
    war_powers,
)

TABLES = {
    cia_factbook: "deployments.csv",
    national_snapshots: "snapshots.csv",
    ucdp_support: "support.csv",
    un_fatalities: "fatalities.csv",
    war_powers: "claims.csv",
}


@pytest.mark.parametrize("importer", TABLES, ids=lambda module: module.SERIES)
def test_the_committed_series_is_what_the_published_file_gives(
    importer: ModuleType, upstream: Path, tmp_path: Path, root: Path
) -> None:
    importer.rebuild(upstream, tmp_path)
    name = TABLES[importer]
    committed = root / "datasets" / "series" / importer.SERIES / name
    assert (tmp_path / name).read_bytes() == committed.read_bytes()


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
    assert claim_rows.dated("as_of", text) == {"as_of": day, "as_of_precision": precision}


def test_a_source_that_is_kept_by_hand_is_not_given_twice(tmp_path: Path) -> None:
    series = tmp_path / "series" / "made-up"
    series.mkdir(parents=True)
    (tmp_path / "facts").mkdir()
    (series / "sources.csv").write_text("source_id\na\nb\nc\n")
    (tmp_path / "facts" / "sources.csv").write_text("source_id\nb\n")
    found = claim_rows.sources(series, [{"source_id": "a"}, {"source_id": "b"}])
    assert [row["source_id"] for row in found] == ["a"]


def test_every_claim_of_the_series_has_its_source(root: Path) -> None:
    kept = claim_rows.csv_reader.read_rows(root / "datasets" / "facts" / "sources.csv")
    known = {row["source_id"] for row in kept}
    for importer in TABLES:
        found = importer.rows(root / "datasets" / "series" / importer.SERIES)
        named = {row["source_id"] for row in found["deployments"]}
        assert named <= known | {row["source_id"] for row in found["sources"]}
