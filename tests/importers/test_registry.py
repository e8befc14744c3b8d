"""The registry reads every folder of ``datasets/series``, and says which one a source is from."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from troopdata.curate import facts
from troopdata.importers import registry
from troopdata.io import csv_reader
from troopdata.schemas import model


@pytest.fixture(scope="module")
def sources(series_tables: dict[str, pd.DataFrame]) -> pd.DataFrame:
    return series_tables["sources"]


def test_every_source_of_a_series_names_its_folder(root: Path, sources: pd.DataFrame) -> None:
    folders = {path.name for path in (root / "datasets" / "series").iterdir()}
    assert sources["series"].notna().all()
    assert set(sources["series"]) <= folders
    of = dict(zip(sources["source_id"], sources["series"], strict=True))
    assert of["dmdc-309a-2002-09-30"] == of["dmdc-location-2025-12-31"] == "us-dmdc"
    assert of["ucdp-prio-acd-25-1"] == "ucdp-support"
    assert of["vine-1945"] == "vine-bases"
    reports = len(list((root / "datasets" / "series" / "us-dmdc" / "reports").glob("*.csv")))
    assert (sources["series"] == "us-dmdc").sum() == reports


def test_a_source_kept_by_hand_names_no_series(root: Path) -> None:
    assert model.table("sources")["series"].computed
    assert "series" not in csv_reader.read_rows(root / "datasets/facts/sources.csv")[0]
    tables, found = facts.read(root / "datasets")
    assert found == []
    assert tables["sources"]["series"].isna().all()


def test_a_document_of_two_series_is_one_row(
    root: Path, sources: pd.DataFrame, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It keeps the first of the series; one that the hand-kept list has keeps none."""
    by_hand, _ = facts.read(root / "datasets")
    again = sources.head(1).assign(series="another")
    kept = by_hand["sources"].head(1).assign(series="another")
    both = pd.concat([sources, again, kept], ignore_index=True)
    monkeypatch.setattr(registry, "tables", lambda home: {"sources": both})
    found = facts.assembled(root / "datasets", recorded={}, release="9999.12.0")["sources"]
    assert found["source_id"].is_unique
    first, hand = (frame["source_id"].iloc[0] for frame in (again, kept))
    series = found.set_index("source_id")["series"]
    assert series[first] == sources["series"].iloc[0]
    assert pd.isna(series[hand])
