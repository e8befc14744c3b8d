"""Every public reader: a wrong argument says what to type, an empty answer keeps its form."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest

import troopdata as td
from troopdata.schemas import arrow, model

# One call each that finds nothing, though every argument is right.
EMPTY: dict[str, Callable[[], pd.DataFrame]] = {
    "deployments": lambda: td.deployments(sender="NER", host="USA"),
    "bases": lambda: td.bases(host="NER", kind="spaceport", on="1960-01-01"),
    "tenancies": lambda: td.tenancies(base="ner-air-base-201", sender="TON"),
    "agreements": lambda: td.agreements(party="NER", on="1901-01-01"),
    "events": lambda: td.events(sender="TON", host="NER"),
    "spending": lambda: td.spending(host="TON"),
    "exercises": lambda: td.exercises(name="no such exercise"),
    "presence": lambda: td.presence(sender=["NER", "TON"], host=["USA", "FJI"]),
}
WHOLE: dict[str, Callable[[], pd.DataFrame]] = {
    "deployments": lambda: td.deployments(host="NER"),
    "bases": lambda: td.bases(host="NER"),
    "tenancies": lambda: td.tenancies(host="NER"),
    "agreements": lambda: td.agreements(party="NER"),
    "events": lambda: td.events(host="NER"),
    "spending": lambda: td.spending(host="NER"),
    "exercises": lambda: td.exercises(years=2010),
    "presence": lambda: td.presence(host="NER"),
}


@pytest.mark.parametrize("name", list(EMPTY))
def test_an_empty_answer_keeps_columns_dtypes_and_crs(name: str) -> None:
    if name == "bases":
        empty = td.bases(host="TON", sender="NER")
        assert empty.crs == td.bases(host="NER").crs == "EPSG:4326"
        assert empty.geometry.name == "geometry"
    else:
        empty = EMPTY[name]()
    whole = WHOLE[name]()
    assert len(empty) == 0
    assert len(whole) > 0
    assert empty.dtypes.to_dict() == whole.dtypes.to_dict()
    for field in model.table(name).fields:
        if field.name in empty and field.type != "geojson":
            assert str(empty[field.name].dtype) == arrow.dtype(field)
    assert empty.index.equals(pd.RangeIndex(0))
    assert empty.attrs["troopdata"]["release"] == td.data_version()


@pytest.mark.parametrize(
    "by", [("host",), ("sender",), ("region",), ("sender", "host", "service"), ("host", "service")]
)
def test_an_empty_sum_keeps_its_columns_and_dtypes(by: tuple[str, ...]) -> None:
    empty = td.presence(sender=["NER", "TON"], host=["USA", "FJI"], by=by)
    whole = td.presence(sender="USA", host=["NER", "MLI"], by=by)
    assert len(empty) == 0
    assert empty.dtypes.to_dict() == whole.dtypes.to_dict()


@pytest.mark.parametrize("name", ["operations", "sources", "countries"])
def test_a_whole_table_may_be_read_from_an_earlier_release(name: str) -> None:
    assert len(getattr(td, name)(version="2026.11.0")) > 0


def test_an_empty_scan_keeps_its_schema() -> None:
    import pyarrow.dataset as ds

    none = td.scan("deployments").to_table(filter=ds.field("host") == "XXX")
    assert none.num_rows == 0
    assert none.schema.names == list(model.table("deployments").columns)


PLACED = {
    "deployments": ("sender", "host"),
    "bases": ("sender", "host"),
    "tenancies": ("sender", "host"),
    "agreements": ("sender", "host", "party"),
    "events": ("sender", "host"),
    "spending": ("host",),
    "exercises": ("country",),
    "presence": ("sender", "host"),
}


@pytest.mark.parametrize(
    ("reader", "argument"), [(name, key) for name, keys in PLACED.items() for key in keys]
)
def test_an_unknown_country_offers_the_nearest(reader: str, argument: str) -> None:
    with pytest.raises(td.UnknownCountry, match="did you mean") as caught:
        getattr(td, reader)(**{argument: "Germny"})
    assert "Germany" in " ".join(caught.value.suggestions)
    with pytest.raises(td.UnknownCountry):
        getattr(td, reader)(**{argument: ["USA", "XQZ"]})
    with pytest.raises(td.UnknownCountry):
        getattr(td, reader)(**{argument: 9999})
    with pytest.raises(td.TroopdataError):
        getattr(td, reader)(**{argument: 2.5})


WRONG: list[tuple[str, dict[str, Any], type[td.TroopdataError], str]] = [
    # unknown codes: the nearest, or the whole list
    ("deployments", {"basis": "in_country"}, td.UnknownCode, "in_country_total"),
    ("deployments", {"force": "soldiers"}, td.UnknownCode, "active_duty"),
    ("deployments", {"service": "navvy"}, td.UnknownCode, "navy"),
    ("deployments", {"status": "acepted"}, td.UnknownCode, "accepted"),
    ("bases", {"kind": "airbase"}, td.UnknownCode, "air"),
    ("agreements", {"kind": "soffa"}, td.UnknownCode, "sofa"),
    ("events", {"kind": "denounced"}, td.UnknownCode, "agreement_denounced"),
    ("events", {"status": "acepted"}, td.UnknownCode, "accepted"),
    ("spending", {"kind": "cost"}, td.UnknownCode, "construction_cost"),
    ("presence", {"basis": "in_country"}, td.UnknownCode, "in_country_total"),
    ("presence", {"prefer": ["permanent"]}, td.UnknownCode, "permanently_assigned"),
    # what a row is
    ("presence", {"by": ("country",)}, td.UsageError, "any of sender, host, region, service"),
    ("presence", {"by": ()}, td.UsageError, "any of sender, host, region, service"),
    ("presence", {"by": "hosts"}, td.UsageError, "any of sender, host, region, service"),
    ("presence", {"by": 3}, td.UsageError, "any of sender, host, region, service"),
    ("presence", {"freq": "week"}, td.UsageError, "one of year, quarter, month"),
    # years
    ("presence", {"years": (2025, 2013)}, td.UsageError, r"\(2013, 2025\)"),
    ("presence", {"years": "2013"}, td.UsageError, r"\(2013, 2025\)"),
    ("presence", {"years": ("2013", "2025")}, td.UsageError, r"\(2013, 2025\)"),
    ("presence", {"years": (2013, 2014, 2015)}, td.UsageError, r"\(2013, 2025\)"),
    ("presence", {"years": 2013.5}, td.UsageError, r"\(2013, 2025\)"),
    ("presence", {"years": True}, td.UsageError, r"\(2013, 2025\)"),
    ("presence", {"years": (2013, None)}, td.UsageError, r"\(2013, 2025\)"),
    ("presence", {"years": 20133}, td.UsageError, "between 1800 and 2200"),
    ("presence", {"balanced": True}, td.UsageError, "years="),
    ("exercises", {"years": (2025, 2013)}, td.UsageError, r"\(2013, 2025\)"),
    ("exercises", {"years": "2013"}, td.UsageError, r"\(2013, 2025\)"),
    # days
    ("deployments", {"on": "17 March 2024"}, td.UsageError, "2024-03-17"),
    ("deployments", {"on": "2024-02-30"}, td.UsageError, "2024-03-17"),
    ("deployments", {"between": ("2024-03-17",)}, td.UsageError, "2024-01-01"),
    ("deployments", {"between": "2024"}, td.UsageError, "2024-01-01"),
    ("deployments", {"between": ("2025-01-01", "2024-01-01")}, td.UsageError, "is after the last"),
    ("deployments", {"published_before": "March"}, td.UsageError, "2024-03-17"),
    ("deployments", {"known": "March"}, td.UsageError, "2024-03-17"),
    ("presence", {"published_before": "March"}, td.UsageError, "2024-03-17"),
    ("bases", {"on": 2024}, td.UsageError, "2024-03-17"),
    ("tenancies", {"on": "2024"}, td.UsageError, "2024-03-17"),
    ("agreements", {"on": "2024-3-17"}, td.UsageError, "2024-03-17"),
    ("events", {"between": ("2024", None)}, td.UsageError, "2024-03-17"),
    # releases
    *[
        (name, {"version": "1999.01.0"}, td.UnknownRelease, "available releases")
        for name in [*PLACED, "sources", "countries", "operations"]
    ],
]  # fmt: skip


@pytest.mark.parametrize(("reader", "arguments", "error", "message"), WRONG, ids=str)
def test_a_wrong_argument_says_what_to_type(
    reader: str, arguments: dict[str, Any], error: type[td.TroopdataError], message: str
) -> None:
    with pytest.raises(error, match=message):
        getattr(td, reader)(**arguments)


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: td.load("deployment"), td.UnknownTable, "deployments"),
        (lambda: td.describe("presense"), td.UnknownTable, "presence"),
        (lambda: td.scan("basis"), td.UnknownTable, "bases"),
        (lambda: td.known("event", at="2026-12-01"), td.UnknownTable, "events"),
        (lambda: td.load("events", columns=["dat"]), td.UnknownColumn, "date"),
        (lambda: td.load("events", dtype_backend="polars"), td.UsageError, "numpy_nullable or"),
        (lambda: td.known("events", at="2020-01-01"), td.UnknownRelease, "first release"),
        (lambda: td.known("events", at="soon"), td.UsageError, "2024-03-17"),
        (lambda: td.scan("events", version="2"), td.UnknownRelease, "available releases"),
        (lambda: td.country("Germny"), td.UnknownCountry, "Germany"),
        (lambda: td.country("Yugoslavia"), td.AmbiguousCountry, "YUG"),
        (lambda: td.country("DEU", system="iso4"), td.UnknownCode, "iso3"),
        (lambda: td.active(td.sources(), on="2024-03-17"), td.UsageError, "started and ended"),
    ],
)
def test_a_wrong_look_up_says_what_to_type(
    call: Callable[[], object], error: type[td.TroopdataError], message: str
) -> None:
    with pytest.raises(error, match=message):
        call()
