"""What code knows of the codes and types is what the schemas say of them."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import pyarrow as pa
import pytest

from troopdata.api import country_codes
from troopdata.estimation import grid
from troopdata.gazetteer import names
from troopdata.schemas import arrow, codes, dates, model
from troopdata.schemas.field_types import FIELD_TYPES
from troopdata.validation import parsing


def vocabulary(name: str) -> set[str]:
    return set(model.vocabularies()[name].codes)


def test_every_reporting_interval_has_its_days() -> None:
    assert set(codes.INTERVAL_DAYS) == vocabulary("interval")
    # The longest month, quarter, half-year and year; an irregular source carries nothing forward.
    assert codes.INTERVAL_DAYS == {
        "month": 31, "quarter": 92, "half_year": 184, "year": 366, "irregular": 0,
    }  # fmt: skip


@pytest.mark.parametrize("months", [1, 3, 6, 12])
def test_an_interval_is_as_long_as_its_longest_period(months: int) -> None:
    starts = pd.date_range("2000-01-01", "2027-12-01", freq="MS")
    starts = starts[(starts.month - 1) % months == 0]
    longest = max((start + pd.DateOffset(months=months) - start).days for start in starts)
    name = {1: "month", 3: "quarter", 6: "half_year", 12: "year"}[months]
    assert codes.INTERVAL_DAYS[name] == longest


def test_every_precision_is_a_day_a_period_or_open() -> None:
    parts = [{"day"}, set(codes.PERIOD_MONTHS), set(codes.OPEN_PRECISIONS)]
    assert set().union(*parts) == vocabulary("precision")
    assert sum(map(len, parts)) == len(vocabulary("precision"))


@pytest.mark.parametrize("precision", model.vocabularies()["precision"].codes)
def test_dates_know_every_precision(precision: str) -> None:
    first, last = dates.bounds(dt.date(2010, 1, 1), precision)
    assert first <= dt.date(2010, 1, 1) <= last
    assert dates.fits(dt.date(2010, 1, 1), precision)
    assert "2010" in dates.spelled(dt.date(2010, 1, 1), precision)


def test_every_qualifier_is_a_bound_or_goes_with_a_figure() -> None:
    assert set(codes.QUALIFIER_BOUNDS) | {"exact", "approximately"} == vocabulary("qualifier")
    definitions = model.vocabularies()["qualifier"].definitions
    for code, columns in codes.QUALIFIER_BOUNDS.items():
        if len(columns) == 1:
            assert definitions[code] == f"The figure is {columns[0]}."
        assert set(columns) <= set(codes.FIGURES)


def test_the_figures_are_those_that_the_schema_orders() -> None:
    rules = {rule.name: rule.columns for rule in model.table("deployments").rules}
    assert set(codes.FIGURES) == set(rules["figure-within-bounds"])
    assert rules["figure-matches-state"][1:] == codes.FIGURES


def test_states_with_a_figure_are_those_of_the_rule() -> None:
    rules = {rule.name: rule.message for rule in model.table("deployments").rules}
    stated = rules["figure-matches-state"].partition(" value has")[0]
    assert stated.replace(" or", ",").replace("a ", "").split(", ") == list(
        codes.STATES_WITH_FIGURE
    )
    assert set(codes.STATES_WITH_FIGURE) < vocabulary("value_state")


def test_every_way_of_entry_has_a_day_may_have_one_or_has_none() -> None:
    days, open_ = set(codes.ENTRIES_WITH_DAY), set(codes.ENTRIES_OPEN)
    assert days | open_ | {"not_yet", "never", "not_found"} == vocabulary("agreement_entry")
    assert not days & open_
    (rule,) = (r for r in model.table("agreement_parties").rules if r.kind == "entry_into_force")
    assert rule.columns[:2] == ("entry", "in_force")


def test_the_states_of_an_estimate_are_the_vocabulary_s_with_unknown_as_zero() -> None:
    assert codes.presence_states() == grid.STATES
    assert grid.STATES[0] == "unknown"
    assert sorted(grid.STATES) == sorted(vocabulary("presence_state"))


def test_the_id_of_a_claim_is_made_of_the_columns_of_its_rule() -> None:
    assert codes.identity_columns() == (
        "sender", "host", "place", "subdivision", "base_id", "operation_id", "as_of",
        "as_of_precision", "force", "service", "basis", "source_id", "locator",
    )  # fmt: skip


def test_code_systems_are_columns_of_countries_in_their_order() -> None:
    columns = model.table("countries").columns
    assert [name for name in columns if name in codes.CODE_SYSTEMS] == list(codes.CODE_SYSTEMS)
    assert names.SYSTEMS == codes.CODE_SYSTEMS
    assert set(country_codes.SYSTEMS) == {*codes.CODE_SYSTEMS, "region"}
    assert codes.numeric_systems() == {"cow", "gw"}


def test_an_id_column_refers_to_the_table_whose_key_it_is() -> None:
    for column, name in codes.tables_by_id().items():
        assert model.table(name).primary_key == (column,)
    assert {"base_id", "operation_id", "source_id"} <= set(codes.tables_by_id())


def test_every_type_of_a_field_is_known_everywhere() -> None:
    used = {field.type for name in model.tables() for field in model.table(name).fields}
    assert used == set(FIELD_TYPES) == set(parsing.PARSERS)


@pytest.mark.parametrize("name", FIELD_TYPES)
def test_a_type_is_the_same_in_arrow_and_pandas(name: str) -> None:
    kind = FIELD_TYPES[name]
    rows = pa.table({"x": pa.array([None], type=pa.type_for_alias(kind.arrow))})
    assert str(pa.type_for_alias(kind.arrow)) == kind.arrow
    assert str(arrow.frame(rows)["x"].dtype) == kind.pandas
