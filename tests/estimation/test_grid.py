"""The claims beside the rows of a grid: which touch a period, and which count for it still."""

from __future__ import annotations

import numpy as np
from made_claims import Row, known, part, total

from troopdata.estimation.claim_arrays import ClaimArrays, claim_arrays
from troopdata.estimation.dyads import dyads
from troopdata.estimation.grid import Grid, grid
from troopdata.estimation.periods import period


def laid_out(freq: str, *rows: Row) -> tuple[Grid, ClaimArrays]:
    found, unit = known(*rows), period(freq)  # type: ignore[arg-type]
    pairs = dyads(found, unit)
    return grid(pairs, unit), claim_arrays(found, pairs)


def touched(rows: Grid, claims: ClaimArrays, **how: object) -> list[tuple[str, int]]:
    """(last day of the period, figure) of each pair."""
    pairs = rows.touching(claims, np.arange(len(claims.dyad)), **how)  # type: ignore[arg-type]
    ends = rows.end.astype("datetime64[D]").astype(str)
    return [
        (str(ends[row]), int(claims.figure[claim]))
        for row, claim in zip(pairs.row, pairs.claim, strict=True)
    ]


MONTHS = (
    part("2023-01-01", 900, as_of_precision="month"),
    part("2023-03-01", 300, as_of_precision="month"),
)


def test_a_claim_touches_the_periods_of_its_days_and_of_those_ahead() -> None:
    rows, claims = laid_out("month", *MONTHS)
    assert touched(rows, claims) == [("2023-01-31", 900), ("2023-03-31", 300)]
    assert touched(rows, claims, ahead=1) == [
        ("2023-01-31", 900), ("2023-02-28", 900), ("2023-03-31", 300),
    ]  # fmt: skip
    assert touched(rows, claims, ahead=29) == [
        ("2023-01-31", 900), ("2023-02-28", 900), ("2023-03-31", 900), ("2023-03-31", 300),
    ]  # fmt: skip


def test_a_claim_that_a_later_one_replaced_is_current_to_the_day_before() -> None:
    rows, claims = laid_out("day", part("2023-01-01", 900), part("2023-01-04", 300))
    assert touched(rows, claims, ahead=9, current=True) == [
        ("2023-01-01", 900), ("2023-01-02", 900), ("2023-01-03", 900), ("2023-01-04", 300),
    ]  # fmt: skip
    assert ("2023-01-04", 900) in touched(rows, claims, ahead=9)


def test_what_was_replaced_within_a_period_is_not_current_at_its_end() -> None:
    rows, claims = laid_out("year", *MONTHS)
    assert touched(rows, claims, current=True) == [("2023-12-31", 300)]
    assert touched(rows, claims) == [("2023-12-31", 900), ("2023-12-31", 300)]


def test_only_the_rows_asked_about_are_looked_at() -> None:
    rows, claims = laid_out("month", *MONTHS)
    asked = np.array([False, False, True])
    assert touched(rows, claims, among=asked) == [("2023-03-31", 300)]


def test_a_claim_touches_no_row_of_another_pair() -> None:
    rows, claims = laid_out("month", total("2023-01-05", 1, sender="FRA"), total("2023-03-05", 2))
    assert len(rows) == 2
    assert touched(rows, claims, ahead=90) == [("2023-01-31", 1), ("2023-03-31", 2)]
