"""Claims and contexts made up for the tests of the estimate."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from troopdata.estimation import candidates as eligible
from troopdata.estimation.context import NEVER, Context
from troopdata.estimation.dyads import dyads
from troopdata.estimation.estimate import estimate
from troopdata.estimation.periods import period
from troopdata.schemas import arrow, model

Row = dict[str, object]

SOURCES = pd.DataFrame(
    [
        ("letter", "official", "half_year"),
        ("series", "official_series", "year"),
        ("quarterly", "official_series", "quarter"),
        ("monthly", "official_series", "month"),
        ("factbook", "reference", "year"),
        ("paper", "academic", "year"),
        ("press", "press", "irregular"),
    ],
    columns=["source_id", "kind", "interval"],
)
SERIES = {"series": "us-dmdc", "quarterly": "us-dmdc"}


def claims(*rows: dict[str, object]) -> pd.DataFrame:
    """Rows of deployments; what a row does not say is a US claim about Niger."""
    table = model.table("deployments")
    plain = {
        "sender": "USA", "host": "NER", "as_of_precision": "day", "force": "military",
        "service": "all", "value_state": "reported", "basis": "in_country_total",
        "status": "accepted", "source_id": "letter",
    }  # fmt: skip
    full = [{**plain, "claim_id": f"{at:016x}", **row} for at, row in enumerate(rows)]
    frame = pd.DataFrame(full, columns=[item.name for item in table.fields])
    frame["as_of"] = pd.to_datetime(frame["as_of"]).dt.as_unit("s")
    return frame.astype({item.name: arrow.dtype(item) for item in table.fields})


def known(*rows: dict[str, object]) -> pd.DataFrame:
    """The candidates among made-up claims."""
    return eligible.candidates(claims(*rows), SOURCES)


def days(day: str | None, missing: int) -> int:
    return missing if day is None else (dt.date.fromisoformat(day) - dt.date(1970, 1, 1)).days


def around(
    *,
    withdrawn: tuple[str, ...] = (),
    bases: tuple[tuple[str | None, str | None], ...] = (),
    breaks: tuple[tuple[str, str, str | None], ...] = (),
    scope: str = "all",
    until: str | None = None,
    ended: Mapping[str, str] | None = None,
    inside: Mapping[str, str] | None = None,
) -> Context:
    """What the estimate knows beside the claims, of US forces in Niger."""
    dyad = {"sender": "USA", "host": "NER"}
    gone = [{**dyad, "day": days(day, 0)} for day in withdrawn]
    used = [{**dyad, "first": days(a, -NEVER), "last": days(b, NEVER)} for a, b in bases]
    spans = [
        {"series": s, "day": days(a, 0), "until": days(b, NEVER), "scope": scope}
        for s, a, b in breaks
    ]
    return Context(
        pd.DataFrame(gone, columns=["sender", "host", "day"]).astype({"day": "int64"}),
        pd.DataFrame(used, columns=["sender", "host", "first", "last"]).astype(
            {"first": "int64", "last": "int64"}
        ),
        pd.DataFrame(spans, columns=["series", "day", "until", "scope"]).astype(
            {"day": "int64", "until": "int64"}
        ),
        None if until is None else np.datetime64(until, "D"),
        SERIES,
        {operation: days(day, 0) for operation, day in (ended or {}).items()},
        dict(inside or {}),
    )


NOTHING_ELSE = around()


def best(*rows: Row, facts: Context = NOTHING_ELSE, freq: str = "year", to: int = 0) -> Any:
    """The estimate by period, from the first claim to the last or to the end of a year."""
    found, unit = known(*rows), period(freq)
    pairs = dyads(found, unit)
    pairs["last"] = pairs["last"].clip(lower=unit.of_year(to + 1) - 1) if to else pairs["last"]
    return estimate(found, pairs, facts, freq=freq).set_index("period")  # type: ignore[arg-type]


def answer(row: pd.Series) -> tuple[object, ...]:
    """State, figure, low, high and grade; None where there is none."""
    values = (row[name] for name in ("state", "personnel", "low", "high", "grade"))
    return tuple(None if pd.isna(value) else value for value in values)


def given(row: pd.Series) -> list[int]:
    """The places, in the order given to `claims`, of the claims that gave a row's figure."""
    ids = row["claim_ids"]
    return [] if pd.isna(ids) else [int(claim_id, 16) for claim_id in ids.split(";")]


def total(day: str, figure: int | None = None, **more: object) -> Row:
    return {"as_of": day, "personnel": figure, **more}


def series(day: str, figure: int, **more: object) -> Row:
    basis = {"basis": "permanently_assigned", "source_id": "series"}
    return {"as_of": day, "personnel": figure, **basis, **more}


def part(day: str, figure: int | None, operation: str | None = "a", **more: object) -> Row:
    kind = {"basis": "deployed_for_operation", "operation_id": operation}
    return {"as_of": day, "personnel": figure, **kind, **more}


def cap(day: str, figure: int, operation: str | None = "a") -> Row:
    kind = {"basis": "authorised_ceiling", "operation_id": operation}
    return {"as_of": day, "personnel": figure, **kind}


def sign(day: str, state: str = "presence_only", **more: object) -> Row:
    return {"as_of": day, "value_state": state, **more}


def in_year(year: int) -> Row:
    return {"as_of": f"{year}-01-01", "as_of_precision": "year"}
