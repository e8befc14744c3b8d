"""`td.schema`: the pandera schema of each table, its rules as checks, on the user's own frames."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pandas as pd
import pandera.pandas as pandera
import pytest
from pandera.engines import pandas_engine
from pandera.errors import SchemaErrors

import troopdata as td
from troopdata.errors import Invalid, UnknownTable
from troopdata.schemas import arrow, model

TABLES = model.tables()
FEW = 2_000


@pytest.fixture(scope="session")
def released() -> dict[str, pd.DataFrame]:
    """Every table as `td.load` gives it; of a long one rows from all of it."""
    tables = {name: td.load(name) for name in TABLES}
    return {name: frame.iloc[:: 1 + len(frame) // FEW] for name, frame in tables.items()}


def failures(schema: Any, frame: pd.DataFrame) -> set[tuple[str, str, object]]:
    """Return rule, column and index label of everything that a frame breaks."""
    with pytest.raises(SchemaErrors) as caught:
        schema.validate(frame, lazy=True)
    cases = caught.value.failure_cases
    rules = cases["check"].str.partition(":")[0]
    return set(zip(rules, cases["column"], cases["index"], strict=True))


@pytest.mark.parametrize("name", TABLES)
def test_every_rule_is_a_check_with_its_message(name: str) -> None:
    checks = Counter((check.name, check.error) for check in td.schema(name).checks)
    rules = Counter((rule.name, f"{rule.name}: {rule.message}") for rule in model.table(name).rules)
    assert rules <= checks


@pytest.mark.parametrize("name", TABLES)
def test_columns_have_the_types_and_limits_of_the_schema(name: str) -> None:
    table, schema = model.table(name), td.schema(name)
    types = arrow.empty(table).dtypes
    assert tuple(schema.columns) == table.columns
    assert schema.strict is True
    assert not schema.coerce
    for field in table.fields:
        column = schema.columns[field.name]
        assert (column.nullable, column.required) == (not field.required, not field.computed)
        assert not column.coerce
        if field.type != "geojson":
            kind = types[field.name]
            # pandera knows days of any resolution and text of any storage as one type each.
            assert column.dtype.check(pandas_engine.Engine.dtype(kind))
            assert isinstance(column.dtype.type, type(kind))
        names = Counter(check.name for check in column.checks)
        limits = field.constraints
        assert +names == +Counter(
            vocabulary=int(bool(field.vocabulary and not field.separator)),
            pattern=int("pattern" in limits),
            range=("minimum" in limits) + ("maximum" in limits),
            length=int("maxLength" in limits),
        )


@pytest.mark.integration
@pytest.mark.parametrize("name", TABLES)
def test_the_release_passes_unchanged(released: dict[str, pd.DataFrame], name: str) -> None:
    frame = released[name]
    kept = frame.copy()
    validated = td.schema(name).validate(frame, lazy=True)
    assert type(validated) is type(frame)
    assert validated.dtypes.equals(kept.dtypes)
    for seen in (validated, frame):
        pd.testing.assert_frame_equal(pd.DataFrame(seen), pd.DataFrame(kept))


def day(text: str) -> pd.Timestamp:
    return pd.Timestamp(text)


SPELL = {
    "started": day("2020-01-01"), "started_precision": "day",
    "ended": day("2019-01-01"), "ended_precision": "day",
}  # fmt: skip
# A row whose other cells break no rule below, the cells to break, and the column that is named.
FAULTS: list[tuple[str, str, dict[str, Any], str]] = [
    ("deployments", "figure-within-bounds", {"personnel_low": 700, "personnel": 648}, "personnel"),
    ("deployments", "figure-matches-state", {"value_state": "suppressed"}, "personnel"),
    ("deployments", "sender-not-host", {"host": "USA"}, "subdivision"),
    ("deployments", "claim-located", {"host": None, "place": None}, "host"),
    ("deployments", "claim-dated", {"as_of": None, "as_of_precision": None}, "as_of"),
    ("deployments", "claim-id", {"claim_id": "0" * 16}, "claim_id"),
    ("deployments", "country-existed", {"host": "RVN", "as_of": day("2020-01-01"), "as_of_precision": "day"}, "host"),
    ("deployments", "date-precision", {"as_of_precision": None}, "as_of_precision"),
    ("deployments", "dates-ordered", SPELL, "ended"),
    ("deployments", "bound-without-figure", {"qualifier": "at_least"}, "personnel"),
    ("bases", "point-whole", {"coordinate_source": None}, "coordinate_source"),
    ("bases", "point-not-null-island", {"latitude": 0.0, "longitude": 0.0}, "latitude"),
    ("tenancies", "date-precision", {"started": day("2016-04-19"), "started_precision": "year"}, "started"),
    ("tenancies", "dates-ordered", SPELL, "ended"),
    ("tenancies", "end-mode-needs-end", {"ended": None, "ended_precision": None, "end_mode": "closed"}, "ended"),
    ("tenancies", "status-or-end", {"ended": day("2024-08-05"), "ended_precision": "day", "status_as_of": day("2024-01-01")}, "status_as_of"),
    ("tenancies", "status-not-before-start", {"ended": None, "ended_precision": None, "end_mode": None, "status_as_of": day("1900-01-01")}, "status_as_of"),
    ("agreement_parties", "date-precision", {"signed": None, "signed_precision": "day"}, "signed"),
    ("agreement_parties", "dates-ordered", {"in_force": day("2013-01-28"), "in_force_precision": "day", "ended": day("2012-01-01"), "ended_precision": "day"}, "ended"),
    ("agreement_parties", "end-mode-needs-end", {"ended": None, "ended_precision": None, "end_mode": "denounced"}, "ended"),
    ("agreement_parties", "entry-explains-in-force", {"entry": "never"}, "entry"),
    ("countries", "dates-ordered", {"valid_to": day("1700-01-01")}, "valid_to"),
    ("events", "date-precision", {"date": day("2024-03-16"), "date_precision": "month"}, "date"),
    ("exercises", "date-precision", {"ended_precision": None, "ended": day("2024-03-16")}, "ended_precision"),
    ("exercises", "dates-ordered", SPELL, "ended"),
    ("operations", "date-precision", {"started": day("2020-02-02"), "started_precision": "decade"}, "started"),
    ("operations", "dates-ordered", SPELL, "ended"),
    ("operations", "part-of-another", {"operation_id": "loop", "part_of": "loop"}, "part_of"),
    ("series_breaks", "break-ends-later", {"day": day("2020-02-02"), "until": day("2020-02-02")}, "until"),
    ("sources", "date-precision", {"published_on": day("2020-02-02"), "published_on_precision": "quarter"}, "published_on"),
    ("sources", "source-traceable", {"url": None, "archive_url": None, "transcribed_via": None, "note": None}, "url"),
    ("spending", "date-precision", {"date": day("2020-02-02"), "date_precision": "year"}, "date"),
]  # fmt: skip
TWO_ROWS = {("countries", "spells-apart"), ("tenancies", "spells-apart")}


def broken(frame: pd.DataFrame, cells: dict[str, Any]) -> pd.DataFrame:
    """Return three rows with labels, the second with other cells."""
    rows = frame.head(3).set_axis(["one", "two", "three"])
    return rows.assign(
        **{
            name: pd.Series([rows[name].iloc[0], value, rows[name].iloc[2]], rows.index).astype(
                rows[name].dtype
            )
            for name, value in cells.items()
        }
    )


def rows_of(released: dict[str, pd.DataFrame], name: str) -> pd.DataFrame:
    frame = released[name]
    if name == "agreement_parties":
        frame = frame[frame["in_force"].notna()]
        return frame.assign(entry=pd.Series("stated", frame.index, frame["entry"].dtype))
    return frame.query("sender == 'USA' and personnel > 0") if name == "deployments" else frame


@pytest.mark.integration
@pytest.mark.parametrize(("name", "rule", "cells", "column"), FAULTS, ids=lambda v: str(v)[:30])
def test_a_fault_is_caught_by_the_name_of_its_rule_at_its_row(
    released: dict[str, pd.DataFrame], name: str, rule: str, cells: dict[str, Any], column: str
) -> None:
    frame = broken(rows_of(released, name), cells)
    found = failures(td.schema(name), frame)
    assert (rule, column, "two") in found
    assert {label for _, _, label in found} == {"two"}
    with pytest.raises(Invalid) as caught:
        td.validate(frame, name)
    assert {(r.rule, r.column) for r in caught.value.records} <= {found[:2] for found in found}


def test_the_faults_above_cover_every_rule_of_every_table() -> None:
    every = {(name, rule.name) for name in TABLES for rule in model.table(name).rules}
    assert {(name, rule) for name, rule, *_ in FAULTS} | TWO_ROWS == every


@pytest.mark.parametrize(("name", "start"), [("countries", "valid_from"), ("tenancies", "started")])
def test_spells_that_overlap_are_caught(
    released: dict[str, pd.DataFrame], name: str, start: str
) -> None:
    frame = released[name]
    row = frame[frame[start].notna() & (frame[start] > "1900-01-01")].iloc[[0, 0]].copy()
    ends = {"countries": "valid_to", "tenancies": "ended"}[name]
    row[ends] = pd.NaT
    if name == "tenancies":
        row["started_precision"] = pd.array(["day", "day"], dtype="string")
        row["ended_precision"] = pd.array([None, None], dtype="string")
        row["tenancy_id"] = pd.array(["one", "two"], dtype="string")
    row[start] = [row[start].iloc[0], row[start].iloc[0] + pd.Timedelta(days=40)]
    found = failures(td.schema(name), row.set_axis(["one", "two"]).astype(frame.dtypes))
    assert ("spells-apart", start, "two") in found


LIMITS = [
    ("basis", "assigned", "vocabulary"),
    ("host", "niger", "pattern"),
    ("host", "XQ", "country"),
    ("personnel", -1, "range"),
    ("note", "x" * 2001, "length"),
    ("note", "=1+1", "text-clean"),
    ("as_of", pd.Timestamp("1850-01-01"), "date-plausible"),
    ("sender", None, "not_nullable"),
]


@pytest.mark.parametrize(("column", "value", "rule"), LIMITS, ids=lambda v: str(v)[:20])
def test_the_limits_of_a_column_are_caught(
    released: dict[str, pd.DataFrame], column: str, value: Any, rule: str
) -> None:
    frame = broken(rows_of(released, "deployments"), {column: value})
    assert (rule, column, "two") in failures(td.schema("deployments"), frame)


def test_points_and_documents_are_checked(released: dict[str, pd.DataFrame]) -> None:
    blunt = {"location_precision": "exact", "latitude": 10.5, "longitude": 20.5}
    bases = broken(released["bases"], blunt)
    assert ("point-sharp", "location_precision", "two") in failures(td.schema("bases"), bases)
    first = released["sources"].query("url.notna()").iloc[[0, 0]].set_axis(["one", "two"])
    twice = first.assign(source_id=pd.array(["one", "two"], dtype="string"))
    assert ("source-twice", "url", "one") in failures(td.schema("sources"), twice)


def test_a_duplicate_key_names_both_rows_even_under_a_duplicated_index(
    released: dict[str, pd.DataFrame],
) -> None:
    rows = released["events"].iloc[[0, 1, 0]]
    found = failures(td.schema("events"), rows)
    assert found == {("key-unique", "event_id", rows.index[0])}


def test_a_row_of_a_multiindex_is_named(released: dict[str, pd.DataFrame]) -> None:
    rows = broken(released["operations"], SPELL)
    rows.index = pd.MultiIndex.from_tuples([("a", 1), ("a", 2), ("b", 1)])
    assert ("dates-ordered", "ended", ("a", 2)) in failures(td.schema("operations"), rows)


def test_every_failing_row_is_reported_once(released: dict[str, pd.DataFrame]) -> None:
    frame = released["deployments"].query("personnel > 0").head(500)
    frame = frame.assign(personnel_low=frame["personnel"] + 1, personnel_high=pd.NA)
    frame = frame.astype(released["deployments"].dtypes)
    with pytest.raises(SchemaErrors) as caught:
        td.schema("deployments").validate(frame, lazy=True)
    cases = caught.value.failure_cases
    mine = cases[cases["check"].str.startswith("figure-within-bounds:")]
    assert sorted(mine["index"]) == sorted(frame.index)
    assert mine["column"].unique().tolist() == ["personnel"]


def test_columns_may_be_in_any_order_and_computed_ones_missing(
    released: dict[str, pd.DataFrame],
) -> None:
    frame = released["deployments"].drop(columns=["claim_id", "recorded_from"])
    frame = frame[frame.columns[::-1]]
    pd.testing.assert_frame_equal(td.schema("deployments").validate(frame, lazy=True), frame)


def test_a_column_more_or_less_is_named(released: dict[str, pd.DataFrame]) -> None:
    frame = released["events"].drop(columns="date").assign(colour="red")
    with pytest.raises(SchemaErrors) as caught:
        td.schema("events").validate(frame, lazy=True)
    cases = caught.value.failure_cases
    assert set(zip(cases["check"], cases["failure_case"], strict=True)) == {
        ("column_in_dataframe", "date"),
        ("column_in_schema", "colour"),
    }


@pytest.mark.parametrize(
    ("column", "values"),
    [
        ("as_of", ["03/04/2024", "2024-03-16"]),
        ("as_of", [20240316, 20240317]),
        ("as_of", pd.to_datetime(["2024-03-16", "2024-03-17"], utc=True)),
        ("personnel", [1.5, 2.0]),
        ("personnel", ["648", "649"]),
        ("personnel", [648, 649]),
        ("host", [436, 436]),
        ("host", pd.Series(["NER", "NER"], dtype="category")),
    ],
)
def test_another_type_is_named_and_never_coerced(
    released: dict[str, pd.DataFrame], column: str, values: list[Any]
) -> None:
    frame = released["deployments"].head(2).reset_index(drop=True)
    frame = frame.assign(**{column: values})
    with pytest.raises(SchemaErrors) as caught:
        td.schema("deployments").validate(frame, lazy=True)
    cases = caught.value.failure_cases
    checks = cases.loc[cases["column"] == column, "check"]
    assert checks.str.startswith("dtype(").any()
    assert set(cases["schema_context"]) == {"Column"}  # no rule that reads it was run
    assert frame[column].tolist() == list(values)


@pytest.mark.parametrize("unit", ["s", "ms", "us", "ns"])
def test_days_of_every_resolution_are_read_by_the_rules(
    released: dict[str, pd.DataFrame], unit: str
) -> None:
    days = [field.name for field in model.table("tenancies").fields if field.type == "date"]
    frame = released["tenancies"].head(30).astype(dict.fromkeys(days, f"datetime64[{unit}]"))
    td.schema("tenancies").validate(frame, lazy=True)
    rows = broken(frame, SPELL)
    assert ("dates-ordered", "ended", "two") in failures(td.schema("tenancies"), rows)


@pytest.mark.parametrize("text", ["str", "string", "string[python]", "string[pyarrow]"])
def test_text_of_every_kind_is_read_by_the_rules(
    released: dict[str, pd.DataFrame], text: str
) -> None:
    words = [field.name for field in model.table("tenancies").fields if field.type == "string"]
    frame = released["tenancies"].head(30).astype(dict.fromkeys(words, text))
    cells = {"end_mode": "closed", "ended": None, "ended_precision": None}
    found = failures(td.schema("tenancies"), broken(frame, cells))
    assert ("end-mode-needs-end", "ended", "two") in found


def test_a_wrong_type_breaks_no_rule_that_reads_it(released: dict[str, pd.DataFrame]) -> None:
    frame = released["deployments"].head(2).astype({"personnel": "float64"})
    with pytest.raises(SchemaErrors) as caught:
        td.schema("deployments").validate(frame, lazy=True)
    assert set(caught.value.failure_cases["check"]) == {"dtype('Int32')"}


def test_a_schema_is_the_caller_s_own() -> None:
    first = td.schema("events")
    first.columns.clear()
    assert tuple(td.schema("events").columns) == model.table("events").columns


def test_a_schema_can_be_extended(released: dict[str, pd.DataFrame]) -> None:
    schema = td.schema("tenancies").add_columns({"mine": pandera.Column("Int64")})
    schema = schema.remove_columns(["note"])
    frame = released["tenancies"].head(3).drop(columns="note")
    own = frame.assign(mine=pd.array([1, 2, 3], dtype="Int64"))
    assert len(schema.validate(own, lazy=True)) == 3
    found = failures(schema, broken(own, SPELL))
    assert ("dates-ordered", "ended", "two") in found


def test_an_unknown_table_offers_the_nearest() -> None:
    with pytest.raises(UnknownTable, match="deployments"):
        td.schema("deployment")
