"""Fields are drawn to be held against their pages, and the ledger says how many were wrong."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

import troopdata as td
from troopdata.curate import verification
from troopdata.schemas import model
from troopdata.schemas.keys import keys

TABLES = (*verification.SHARES, "sources")


@pytest.fixture(scope="module")
def tables() -> dict[str, pd.DataFrame]:
    return {name: td.load(name) for name in TABLES}


def test_the_same_seed_draws_the_same_fields_and_another_does_not(
    tables: dict[str, pd.DataFrame],
) -> None:
    one, again, other = (
        verification.drawn(tables, 60, seed) for seed in ("2026.11.10-1", "2026.11.10-1", "x")
    )
    assert one == again
    assert one != other


def test_at_least_so_many_are_drawn_and_half_of_them_of_the_weak_tables(
    tables: dict[str, pd.DataFrame],
) -> None:
    found = verification.drawn(tables, 200, "2026.11.10-3")
    counts = pd.Series([field.table for field in found]).value_counts()
    assert len(found) >= 200
    assert set(counts.index) == set(verification.SHARES)
    assert counts[["tenancies", "agreement_parties", "agreements"]].sum() >= 100
    assert sum(verification.SHARES.values()) == pytest.approx(1)


def test_a_drawn_field_is_a_value_of_its_row_with_all_others_of_it(
    tables: dict[str, pd.DataFrame],
) -> None:
    found = verification.drawn(tables, 60, "2026.11.10-3")
    spells = tables["tenancies"].set_index("tenancy_id")
    own = [field for field in found if field.table == "tenancies"]
    for field in own:
        value = spells.loc[field.id, field.field]
        text = str(value.date()) if isinstance(value, pd.Timestamp) else str(value)
        assert field.value == text
        assert field.field not in {"tenancy_id", "source_id", "last_attested", "note"}
    for name in {field.id for field in own}:
        given = {field.field for field in own if field.id == name}
        dated = {c for c in ("started", "ended", "status_as_of") if pd.notna(spells.loc[name, c])}
        assert dated <= given


def ledger(*rows: tuple[str, str, str]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["draw", "table", "verdict"])


def test_what_no_page_decides_is_not_counted() -> None:
    rows = ledger(
        ("a", "events", "right"), ("a", "events", "wrong"), ("a", "events", "not_found"),
        ("a", "events", "disputed"), ("b", "events", "right"), ("a", "bases", "right"),
    )  # fmt: skip
    assert list(verification.rates(rows)) == [
        ("a", "bases", 1, 0, 0), ("a", "events", 3, 1, 1), ("b", "events", 1, 0, 0),
    ]  # fmt: skip


def test_the_ledger_names_rows_and_columns_that_there_are() -> None:
    gone = td.load("id_redirects")
    for name, rows in td.load("verifications").groupby("table"):
        assert set(rows["field"]) <= set(model.table(name).columns)
        known = {
            *keys(td.load(name), model.table(name)),
            *gone.loc[gone["table"].eq(name), "old_id"],
        }
        assert set(rows["id"]) <= known
    assert td.load("verifications")["page"].notna().mean() > 0.9


def test_the_readme_states_the_error_rates_of_the_ledger(root: Path) -> None:
    readme = (root / "README.md").read_text(encoding="utf-8")
    rows = td.load("verifications")
    for draw, own in rows.groupby("draw"):
        decided = own[own["verdict"].ne("not_found")]
        wrong = int(decided["verdict"].eq("wrong").sum())
        assert f"{wrong} of {len(decided)} fields" in readme, draw
    for draw, table, decided, wrong, lost in verification.rates(rows):
        assert f"| {draw} | {table} | {decided} | {wrong} | {lost} |" in readme
