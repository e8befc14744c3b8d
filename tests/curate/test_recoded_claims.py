"""A claim that is coded anew keeps its former id, in this release and in every one after it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pandas as pd
import pytest

from troopdata.curate import build, publish
from troopdata.curate.checks import schema_contract
from troopdata.errors import Invalid
from troopdata.importers import registry
from troopdata.release import loader
from troopdata.schemas import arrow, model
from troopdata.schemas.keys import claim_ids

DAYS = ("2030-01-01", "2029-12-31")
REASON = "The wars are left out."


def typed(table: str, rows: list[dict[str, object]]) -> pd.DataFrame:
    spec = model.table(table)
    frame = pd.DataFrame(rows, columns=list(spec.columns))
    return frame.astype({item.name: arrow.dtype(item) for item in spec.fields})


@pytest.fixture
def home(tmp_path: Path, root: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    # A release records what its schemas promise, in the checkout: a release of a test must not.
    monkeypatch.setattr(schema_contract, "record", lambda folder: folder)
    facts = tmp_path / "datasets" / "facts"
    facts.mkdir(parents=True)
    for name in ("countries.csv", "sources.csv"):
        shutil.copy(root / "datasets" / "facts" / name, facts / name)
    return tmp_path / "datasets"


def claims(basis: str, *personnel: int) -> pd.DataFrame:
    """One claim a year from 2002 on."""
    rows = [
        {
            "sender": "USA", "host": "KWT", "as_of": pd.Timestamp(2002 + year, 9, 30),
            "as_of_precision": "day", "force": "active_duty", "service": "all",
            "personnel": figure, "value_state": "reported", "basis": basis,
            "status": "accepted", "source_id": "dbe-20230922",
        }
        for year, figure in enumerate(personnel)
    ]  # fmt: skip
    return typed("deployments", list(rows))


def series(monkeypatch: pytest.MonkeyPatch, basis: str, *personnel: int) -> dict[str, str]:
    """Let the series hold claims of a basis; return their former ids with the present ones."""
    now = claims(basis, *personnel)
    former = dict(zip(claim_ids(claims("assigned_incl_temporary", *personnel)), claim_ids(now),
                      strict=True))  # fmt: skip
    lines = [
        {"table": "deployments", "old_id": old, "new_id": new, "reason": REASON}
        for old, new in former.items()
        if old != new
    ]
    tables = {"deployments": now, "id_redirects": typed("id_redirects", list(lines))}
    monkeypatch.setattr(registry, "tables", lambda home: tables)
    return former


def redirected(content: dict[str, pd.DataFrame]) -> dict[str, str]:
    found = content["id_redirects"]
    return dict(zip(found["old_id"], found["new_id"], strict=True))


def test_former_ids_are_kept_of_what_was_released(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    series(monkeypatch, "assigned_incl_temporary", 567, 600)
    publish.publish(home, build.Stamp("2030.01.0", *DAYS))
    loader.forget()
    # The third report is new: it never had the old code.
    former = series(monkeypatch, "assigned_without_contingency", 567, 600, 610)
    released = dict(list(former.items())[:2])
    before = loader.opened(None, home / "releases")
    assert redirected(build.assemble(home, "9999.12.0", latest=before)) == released
    content = build.assemble(home, "2030.02.0", before)
    assert redirected(content) == released
    gone = content["changes"].query("op == 'retracted' and table == 'deployments'")
    assert set(gone["key"]) == set(released)
    assert set(gone["reason"]) == {REASON}
    publish.publish(home, build.Stamp("2030.02.0", *DAYS))
    loader.forget()
    after = loader.opened(None, home / "releases")
    assert redirected(build.assemble(home, "2030.03.0", after)) == released
    redirects = build.assemble(home, "2030.03.0", after)["id_redirects"]
    assert set(redirects["recorded_from"]) == {"2030.02.0"}


def test_a_claim_that_is_coded_anew_without_a_redirect_is_lost(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    series(monkeypatch, "assigned_incl_temporary", 567, 600)
    publish.publish(home, build.Stamp("2030.01.0", *DAYS))
    loader.forget()
    series(monkeypatch, "assigned_without_contingency", 567, 600)
    recoded = registry.tables(home)
    monkeypatch.setattr(registry, "tables", lambda home: {"deployments": recoded["deployments"]})
    before = loader.opened(None, home / "releases")
    (home / "reasons.csv").write_text(
        "release,table,column,reason,key\n"
        + "".join(f"2030.02.0,deployments,{name},Why not.,\n" for name in recoded["deployments"])
    )
    with pytest.raises(Invalid) as caught:
        build.assemble(home, "2030.02.0", before)
    assert [record.rule for record in caught.value.records] == ["id-lost", "id-lost"]
