"""Reports of 2002 to 2007 leave the wars out: their basis says so, and no former id is lost."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path

import pandas as pd
import pytest

from troopdata.curate import facts
from troopdata.curate.checks import id_ledger
from troopdata.curate.checks.change_reasons import Reasons
from troopdata.importers import registry, us_dmdc
from troopdata.importers.un_contributions import UnContributions
from troopdata.importers.un_fatalities import UnFatalities
from troopdata.io import csv_reader
from troopdata.release import loader
from troopdata.release.loader import Release
from troopdata.schemas import arrow, model
from troopdata.schemas.keys import claim_ids

# The last release that had the old code. Its files never change.
LAST_BEFORE = "2026.11.7"
BEFORE, NOW = "assigned_incl_temporary", "assigned_without_contingency"
Recorded = Mapping[str, Mapping[str, str]]


@pytest.fixture(scope="module")
def folder(root: Path) -> Path:
    return root / "datasets" / "series" / "us-dmdc"


@pytest.fixture(scope="module")
def claims(folder: Path) -> pd.DataFrame:
    return us_dmdc.claims(folder)


@pytest.fixture(scope="module")
def redirects(folder: Path, claims: pd.DataFrame) -> dict[str, str]:
    return {row["old_id"]: row["new_id"] for row in us_dmdc.redirects(folder, claims)}


@pytest.fixture(scope="module")
def last_before() -> Release:
    return loader.opened(LAST_BEFORE)


@pytest.fixture(scope="module")
def recorded(last_before: Release) -> Recorded:
    rows = last_before.rows("deployments", columns=["claim_id", "recorded_from"]).to_pydict()
    return {"deployments": dict(zip(rows["claim_id"], rows["recorded_from"], strict=True))}


def whole(claims: pd.DataFrame, host: str) -> dict[int, tuple[str, str, object]]:
    """Basis, state and figure of everyone in a host, by the year of an annual report."""
    found = claims[
        (claims["host"] == host) & (claims["service"] == "all") & claims["place"].isna()
        & (claims["force"] == "active_duty") & claims["as_of"].between("2001-01-01", "2008-12-31")
    ]  # fmt: skip
    years = found["as_of"].dt.year
    assert years.is_unique
    said = zip(found["basis"], found["value_state"], found["personnel"], strict=True)
    return dict(zip(years, said, strict=True))


def test_kuwait_without_the_war_is_another_basis(claims: pd.DataFrame) -> None:
    found = whole(claims, "KWT")
    assert found[2001] == (BEFORE, "reported", 4_208)
    assert found[2002] == (NOW, "reported", 567)
    assert {found[year][:2] for year in range(2003, 2008)} == {(NOW, "not_reported")}
    assert found[2008] == (BEFORE, "reported", 42_291)


def test_austria_keeps_its_figures(claims: pd.DataFrame) -> None:
    found = whole(claims, "AUT")
    assert [found[year][2] for year in range(2001, 2009)] == [24, 20, 24, 21, 23, 25, 20, 10]
    assert [found[year][0] for year in range(2001, 2009)] == [BEFORE, *[NOW] * 6, BEFORE]


def test_the_basis_is_that_of_the_six_reports_and_of_no_other(claims: pd.DataFrame) -> None:
    recoded = claims[claims["basis"] == NOW]
    days = sorted(recoded["as_of"].dt.strftime("%Y-%m-%d").unique())
    assert days == [f"{year}-09-30" for year in range(2002, 2008)]
    others = claims[claims["as_of"].isin(recoded["as_of"]) & (claims["basis"] != NOW)]
    assert set(others["basis"]) == {"afloat", "undistributed", "deployed_for_operation"}


def test_nothing_but_the_basis_and_the_id_has_changed(
    claims: pd.DataFrame, redirects: dict[str, str], last_before: Release
) -> None:
    """Every claim that the last release with the old code held of those years, cell by cell."""
    columns = [name for name in model.table("deployments").columns if name != "recorded_from"]
    old = arrow.frame(last_before.rows("deployments", columns=columns))
    old = old[old["claim_id"].isin(redirects)].set_index("claim_id").sort_index()
    assert set(old["basis"]) == {BEFORE}
    assert len(old) == len(redirects) == (claims["basis"] == NOW).sum()
    new = claims.assign(claim_id=claim_ids(claims)).set_index("claim_id")
    new = new.loc[[redirects[one] for one in old.index], old.columns].set_axis(old.index)
    pd.testing.assert_frame_equal(new.drop(columns="basis"), old.drop(columns="basis"))
    assert set(new["basis"]) == {NOW}


def test_every_id_that_was_released_leads_to_the_claim(
    root: Path,
    recorded: Recorded,
    last_before: Release,
    series_tables: dict[str, pd.DataFrame],
    redirects: dict[str, str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    read_once = {name: frame.copy() for name, frame in series_tables.items()}
    monkeypatch.setattr(registry, "tables", lambda home: read_once)
    content = facts.assembled(root / "datasets", recorded=recorded, release="9999.12.0")
    found = [
        failure
        for failure in id_ledger.broken(content, last_before, Reasons({}))
        if failure.file == "deployments"
        or (failure.file == "id_redirects" and failure.value in redirects)
    ]
    assert found == []
    assert content["id_redirects"]["recorded_from"].eq("9999.12.0").all()


def test_only_ids_that_a_release_held_are_redirected(
    redirects: dict[str, str], recorded: Recorded
) -> None:
    """A line that the series gains later was never released under the old code."""
    rows = [{"table": "deployments", "old_id": o, "new_id": n} for o, n in redirects.items()]
    frame = pd.DataFrame([*rows, {"table": "deployments", "old_id": "f" * 16, "new_id": "e" * 16}])
    assert list(facts._released(frame, recorded)["old_id"]) == list(redirects)
    assert facts._released(frame, {}).empty
    later = {"deployments": {}, "id_redirects": {f"deployments|{one}": "" for one in redirects}}
    assert list(facts._released(frame, later)["old_id"]) == list(redirects)


def test_a_claim_recoded_twice_leads_from_both_ids_to_the_present_one(
    tmp_path: Path, folder: Path, claims: pd.DataFrame
) -> None:
    claim = claims[claims["basis"] == NOW].head(1)
    first = csv_reader.read_rows(folder / "recoded.csv")[0]
    again = first | {"before": first["now"], "now": "period_average", "reason": "Averaged."}
    lines = [",".join(row[name] for name in first if name != "reason") for row in (first, again)]
    header = ",".join(first)
    text = "\n".join([header, f"{lines[0]},Left out.", f"{lines[1]},Averaged."])
    (tmp_path / "recoded.csv").write_text(text + "\n")
    present = claim.assign(basis="period_average")
    kept = present.copy()
    found = us_dmdc.redirects(tmp_path, present)
    pd.testing.assert_frame_equal(present, kept)
    middle, oldest = (claim_ids(claim.assign(basis=basis))[0] for basis in (NOW, BEFORE))
    new = claim_ids(present)[0]
    assert [(row["old_id"], row["new_id"], row["reason"]) for row in found] == [
        (middle, new, "Averaged."),
        (oldest, new, "Left out."),
    ]


def test_a_series_without_recoded_claims_has_no_redirects(
    tmp_path: Path, folder: Path, claims: pd.DataFrame
) -> None:
    assert us_dmdc.redirects(tmp_path, claims) == []
    shutil.copy(folder / "recoded.csv", tmp_path)
    assert us_dmdc.redirects(tmp_path, claims[claims["as_of"] < "2002-01-01"]) == []


def test_the_registry_passes_the_redirects_on(
    series_tables: dict[str, pd.DataFrame], redirects: dict[str, str], folder: Path
) -> None:
    found = series_tables["id_redirects"]
    others = pd.concat(
        dict(series(folder.parent / series.name).frames())["id_redirects"]
        for series in (UnFatalities, UnContributions)
    )
    own = redirects | dict(zip(others["old_id"], others["new_id"], strict=True))
    assert len(own) == len(redirects) + len(others)
    assert dict(zip(found["old_id"], found["new_id"], strict=True)) == own
    assert set(found["table"]) == {"deployments"}
