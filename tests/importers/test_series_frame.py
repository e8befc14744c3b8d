"""The frame of the importers, and that each rebuilds its series byte for byte."""

from __future__ import annotations

from pathlib import Path

import pytest

from troopdata.importers import table_rows
from troopdata.importers.cia_factbook import CiaFactbook
from troopdata.importers.national_snapshots import NationalSnapshots
from troopdata.importers.series import ClaimSeries
from troopdata.importers.ucdp_support import UcdpSupport
from troopdata.importers.un_fatalities import UnFatalities
from troopdata.importers.war_powers import WarPowers
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
