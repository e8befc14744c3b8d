"""What was certainly, and what was possibly, so on a day: each bound of each kind of row."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import pytest

from troopdata.api import valid_time
from troopdata.errors import UsageError

DAYS = (
    "started", "ended", "as_of", "date", "signed", "in_force", "published_on", "accessed_on",
    "first_attested", "last_attested",
)  # fmt: skip


def frame(*rows: dict[str, str], columns: tuple[str, ...] = ()) -> pd.DataFrame:
    """Rows with dates as datetimes and the rest as text; what no row has is missing."""
    names = list(dict.fromkeys([*columns, *(name for row in rows for name in row)]))
    cells = {name: pd.Series([row.get(name) for row in rows], dtype="string") for name in names}
    found = pd.DataFrame(cells, index=range(10, 10 + len(rows)))
    for name, cell in cells.items():
        found[name] = cell.to_numpy()
        kind = "datetime64[s]" if name in DAYS else "string"
        found[name] = found[name].astype(kind)
    return found


SPELL = ("started", "started_precision", "ended", "ended_precision")
CLAIM = (*SPELL, "as_of", "as_of_precision")


def spell(start: str = "", sharp: str = "day", end: str = "", dull: str = "day") -> dict[str, str]:
    row = {"started": start, "started_precision": sharp} if start else {}
    return {**row, **({"ended": end, "ended_precision": dull} if end else {})}


def so(rows: pd.DataFrame, day: str, *, certain: bool = True) -> bool:
    """Whether the only row is so on a day."""
    return len(valid_time.active(rows, on=day, certain=certain)) == 1


@pytest.mark.parametrize(
    ("row", "day", "certainly", "possibly"),
    [
        (spell("2010-05-03", "day", "2012-07-09"), "2010-05-02", False, False),
        (spell("2010-05-03", "day", "2012-07-09"), "2010-05-03", True, True),
        (spell("2010-05-03", "day", "2012-07-09"), "2012-07-08", True, True),
        (spell("2010-05-03", "day", "2012-07-09"), "2012-07-09", False, False),
        (spell("2010-01-01", "year"), "2010-01-01", False, True),
        (spell("2010-01-01", "year"), "2010-12-30", False, True),
        (spell("2010-01-01", "year"), "2010-12-31", True, True),
        (spell("2010-01-01", "year"), "2200-01-01", True, True),
        (spell("2001-01-01", "day", "2010-01-01", "year"), "2009-12-31", True, True),
        (spell("2001-01-01", "day", "2010-01-01", "year"), "2010-01-01", False, True),
        (spell("2001-01-01", "day", "2010-01-01", "year"), "2010-12-30", False, True),
        (spell("2001-01-01", "day", "2010-01-01", "year"), "2010-12-31", False, False),
        (spell(end="2010-05-03"), "1800-01-01", False, True),
        (spell(end="2010-05-03"), "2010-05-03", False, False),
        (spell("2001-01-01", "day", "2010-05-03", "not_earlier_than"), "2010-05-02", True, True),
        (spell("2001-01-01", "day", "2010-05-03", "not_earlier_than"), "2010-05-03", False, True),
    ],
)
def test_a_spell_runs_between_its_bounds(
    row: dict[str, str], day: str, certainly: bool, possibly: bool
) -> None:
    rows = frame(row, columns=SPELL)
    assert (so(rows, day), so(rows, day, certain=False)) == (certainly, possibly)


@pytest.mark.parametrize(
    ("day", "precision", "on", "certainly", "possibly"),
    [
        ("2023-06-08", "day", "2023-06-07", False, False),
        ("2023-06-08", "day", "2023-06-08", True, True),
        ("2023-06-08", "day", "2023-06-09", False, False),
        ("2023-06-01", "month", "2023-05-31", False, False),
        ("2023-06-01", "month", "2023-06-01", False, True),
        ("2023-06-01", "month", "2023-06-15", False, True),
        ("2023-06-01", "month", "2023-06-30", False, True),
        ("2023-06-01", "month", "2023-07-01", False, False),
    ],
)
@pytest.mark.parametrize("column", ["as_of", "date"])
def test_a_moment_is_certain_on_its_day_alone(
    column: str, day: str, precision: str, on: str, certainly: bool, possibly: bool
) -> None:
    spells = SPELL if column == "as_of" else ()
    rows = frame({column: day, f"{column}_precision": precision}, columns=spells)
    assert (so(rows, on), so(rows, on, certain=False)) == (certainly, possibly)


def test_a_claim_of_an_arrival_is_certain_of_later_days_only_with_an_end() -> None:
    arrived = frame(spell("2010-05-03"), columns=CLAIM)
    assert not so(arrived, "2010-05-04")
    assert so(arrived, "2010-05-04", certain=False)
    lasting = frame(spell("2010-05-03", "day", "2012-07-09"), columns=CLAIM)
    assert so(lasting, "2010-05-04")
    assert so(lasting, "2010-05-04", certain=False)
    assert not so(lasting, "2012-07-09", certain=False)


def test_a_claim_with_a_date_and_an_end_may_have_begun_on_any_day_only_without_the_date() -> None:
    end = spell(end="2012-07-09")
    undated = frame(end, columns=CLAIM)
    dated = frame({**end, "as_of": "2011-01-01", "as_of_precision": "day"}, columns=CLAIM)
    assert so(undated, "1990-01-01", certain=False)
    assert not so(dated, "1990-01-01", certain=False)
    assert so(dated, "2011-01-01")


def test_a_claim_without_a_start_is_of_its_day_whatever_its_end() -> None:
    rows = frame({"as_of": "2011-01-01", "as_of_precision": "day", "ended": "2012-07-09"})
    assert not so(rows, "2011-06-01", certain=False)
    assert not so(rows, "2011-06-01")
    assert so(rows, "2011-01-01")


def test_a_frame_with_only_a_day_is_of_that_day() -> None:
    rows = frame(
        {"as_of": "2011-01-01", "as_of_precision": "day"},
        {"as_of": "2011-01-01", "as_of_precision": "year"},
        {},
        columns=("as_of", "as_of_precision"),
    )
    assert valid_time.active(rows, on="2011-01-01").index.tolist() == [10]
    assert valid_time.active(rows, on="2011-01-01", certain=False).index.tolist() == [10, 11]
    assert valid_time.active(rows, on="2011-06-01", certain=False).index.tolist() == [11]


def test_spans_are_the_certain_ones_by_default() -> None:
    rows = frame(spell("2010-01-01", "year", "2012-01-01", "year"), columns=SPELL)
    assert [str(day.item().date()) for day in valid_time.spans(rows)] == [
        "2010-12-31",
        "2012-01-01",
    ]
    possible = valid_time.spans(rows, certain=False)
    assert [str(day.item().date()) for day in possible] == ["2010-01-01", "2012-12-31"]


def test_active_keeps_order_index_and_attributes() -> None:
    rows = frame(spell("2011-01-01"), spell("2030-01-01"), spell("2001-01-01"), columns=SPELL)
    rows.attrs["release"] = "2026.11.7"
    kept = valid_time.active(rows, on=dt.date(2020, 1, 1))
    assert kept.index.tolist() == [10, 12]
    assert kept.attrs == {"release": "2026.11.7"}


def test_a_frame_without_dates_says_which_it_needs() -> None:
    with pytest.raises(UsageError, match="no dates in columns.*name") as caught:
        valid_time.active(pd.DataFrame({"name": ["a"]}), on="2020-01-01")
    assert "as_of" in caught.value.hint


def touched(rows: pd.DataFrame, low: object, high: object) -> list[int]:
    return valid_time.touching(rows, (low, high)).index.tolist()


def test_a_span_touches_with_both_ends() -> None:
    rows = frame(
        spell("2010-05-03", "day", "2012-07-09"), spell("2010-01-01", "year"), {}, columns=SPELL
    )
    assert touched(rows, "2012-07-09", None) == [10, 11]
    assert touched(rows, "2012-07-10", None) == [11]
    assert touched(rows, None, "2010-05-03") == [10, 11]
    assert touched(rows, None, "2010-05-02") == [11]
    assert touched(rows, None, "2010-01-01") == [11]
    assert touched(rows, None, "2009-12-31") == []
    assert touched(rows, None, None) == [10, 11]
    assert touched(rows, "2011-01-01", "2011-01-01") == [10, 11]


@pytest.mark.parametrize("columns", [SPELL, CLAIM], ids=["spell", "claim"])
def test_a_span_touches_a_spell_by_its_outer_bounds(columns: tuple[str, ...]) -> None:
    rows = frame(spell("2010-01-01", "year", "2012-01-01", "year"), columns=columns)
    assert touched(rows, "2012-12-31", None) == [10]
    assert touched(rows, "2013-01-01", None) == []
    assert touched(rows, None, "2010-01-01") == [10]
    assert touched(rows, None, "2009-12-31") == []


@pytest.mark.parametrize("column", ["as_of", "date"])
def test_a_span_touches_a_moment_by_its_bounds(column: str) -> None:
    rows = frame({column: "2023-06-01", f"{column}_precision": "month"})
    assert touched(rows, "2023-06-30", "2023-07-30") == [10]
    assert touched(rows, "2023-07-01", "2023-07-30") == []
    assert touched(rows, "2023-05-01", "2023-06-01") == [10]
    assert touched(rows, "2023-05-01", "2023-05-31") == []


def test_a_claim_is_dated_by_its_spell_only_without_a_day() -> None:
    point = {"as_of": "2023-06-08", "as_of_precision": "day"}
    rows = frame(
        spell("2010-05-03", "day", "2012-07-09"),
        {**spell("2010-05-03", "day", "2030-07-09"), **point},
        spell("2010-05-03"),
        columns=CLAIM,
    )
    assert touched(rows, "2011-01-01", "2011-12-31") == [10, 12]
    assert touched(rows, "2013-01-01", "2013-12-31") == [12]
    assert touched(rows, "2023-06-08", "2023-06-08") == [11, 12]
    assert touched(rows, "2025-01-01", None) == [12]


@pytest.mark.parametrize("between", ["2024-01-01", ("2024-01-01",), ("a", "b", "c"), None, {1, 2}])
def test_a_span_is_two_days(between: object) -> None:
    with pytest.raises(UsageError, match="is not a pair of days; write between="):
        valid_time.touching(frame(columns=SPELL), between)  # type: ignore[arg-type]


def test_a_span_that_runs_backwards_is_refused() -> None:
    rows = frame(spell("2010-05-03"), columns=SPELL)
    with pytest.raises(
        UsageError, match="the first day, 2024-01-02, is after the last, 2024-01-01"
    ):
        touched(rows, "2024-01-02", "2024-01-01")
    assert touched(rows, "2024-01-01", "2024-01-01") == [10]
    assert len(valid_time.touching(rows, ["2024-01-01", "2024-01-01"])) == 1  # type: ignore[arg-type]


def was_public(claim: dict[str, str], source: dict[str, str], day: str) -> tuple[bool, bool]:
    """Whether a claim was certainly, and possibly, public on a day."""
    claims = frame({"source_id": "a", **claim}, columns=("published_on", "as_of", "started"))
    columns = ("published_on", "published_on_precision", "accessed_on")
    other = {"source_id": "b", "published_on": "1999-01-01", "published_on_precision": "day"}
    sources = frame(other, {"source_id": "a", **source}, columns=columns)
    certain, possible = (
        valid_time.public(claims, sources, on=day, certain=certain) for certain in (True, False)
    )
    return len(certain) == 1, len(possible) == 1


def test_claims_that_were_certainly_public_are_kept_by_default() -> None:
    claims = frame({"source_id": "a"}, columns=("published_on", "as_of", "started"))
    sources = frame({"source_id": "a", **YEAR}, columns=("accessed_on",))
    assert valid_time.public(claims, sources, on="2015-06-01").empty
    assert len(valid_time.public(claims, sources, on="2015-12-31")) == 1


YEAR = {"published_on": "2015-01-01", "published_on_precision": "year"}


@pytest.mark.parametrize(
    ("claim", "source", "day", "expected"),
    [
        # Its own day goes before that of its source.
        ({"published_on": "2014-03-05"}, YEAR, "2014-03-04", (False, False)),
        ({"published_on": "2014-03-05"}, YEAR, "2014-03-05", (True, True)),
        ({}, YEAR, "2014-12-31", (False, False)),
        ({}, YEAR, "2015-01-01", (False, True)),
        ({}, YEAR, "2015-12-30", (False, True)),
        ({}, YEAR, "2015-12-31", (True, True)),
        # At the latest when the source was read.
        ({}, {**YEAR, "accessed_on": "2015-06-01"}, "2015-05-31", (False, True)),
        ({}, {**YEAR, "accessed_on": "2015-06-01"}, "2015-06-01", (True, True)),
        ({"as_of": "2010-01-01"}, {"accessed_on": "2015-06-01"}, "2009-12-31", (False, False)),
        ({"as_of": "2010-01-01"}, {"accessed_on": "2015-06-01"}, "2010-01-01", (False, True)),
        ({"started": "2010-01-01"}, {"accessed_on": "2015-06-01"}, "2009-12-31", (False, False)),
        ({}, {"accessed_on": "2015-06-01"}, "1900-01-01", (False, True)),
        # Without a precision, the day of its source is that day.
        ({"as_of": "2010-01-01"}, {"published_on": "2012-01-01"}, "2011-12-31", (False, False)),
        ({"as_of": "2010-01-01"}, {"published_on": "2012-01-01"}, "2012-01-01", (True, True)),
        (
            {"as_of": "2010-01-01"},
            {"published_on": "2012-01-01", "published_on_precision": "not_later_than"},
            "2009-12-31",
            (False, False),
        ),
        (
            {"as_of": "2010-01-01"},
            {"published_on": "2012-01-01", "published_on_precision": "not_later_than"},
            "2010-01-01",
            (False, True),
        ),
    ],
)
def test_a_claim_is_public_from_its_day_or_that_of_its_source(
    claim: dict[str, str], source: dict[str, str], day: str, expected: tuple[bool, bool]
) -> None:
    assert was_public(claim, source, day) == expected


SEEN = ("first_attested", "last_attested")


def seen(first: str, last: str, **row: str) -> dict[str, str]:
    return {"first_attested": first, "last_attested": last, **row}


@pytest.mark.parametrize(
    ("row", "day", "certainly", "possibly"),
    [
        # Without an end it is certain for five years after the last day on which it was seen.
        (seen("2001-05-03", "2010-06-07", **spell("2001-05-03")), "2015-06-07", True, True),
        (seen("2001-05-03", "2010-06-07", **spell("2001-05-03")), "2015-06-08", False, True),
        (seen("2001-05-03", "2010-06-07", **spell("2001-05-03")), "2200-01-01", False, True),
        (seen("2001-05-03", "2010-06-07", **spell("2001-05-03")), "2001-05-02", False, False),
        # Seen on one day alone, it is not possible either after that time.
        (seen("2010-06-07", "2010-06-07"), "2015-06-07", True, True),
        (seen("2010-06-07", "2010-06-07"), "2015-06-08", False, False),
        # Whenever it began, it was there when it was seen.
        (seen("2010-06-07", "2012-06-07"), "2010-06-06", False, True),
        (seen("2010-06-07", "2012-06-07"), "2010-06-07", True, True),
        # A stated end goes before both.
        (
            seen("2001-05-03", "2010-06-06", **spell("2001-05-03", "day", "2010-06-07")),
            "2010-06-07", False, False,
        ),
        # Missing from the next list: certain while it was listed, possible for five years more.
        (
            seen("1940-05-03", "1945-09-02",
                 **spell("1940-05-03", "day", "1945-09-03", "not_earlier_than")),
            "1945-09-02", True, True,
        ),
        (
            seen("1940-05-03", "1945-09-02",
                 **spell("1940-05-03", "day", "1945-09-03", "not_earlier_than")),
            "1950-09-02", False, True,
        ),
        (
            seen("1940-05-03", "1945-09-02",
                 **spell("1940-05-03", "day", "1945-09-03", "not_earlier_than")),
            "1950-09-03", False, False,
        ),
        # A release that does not say when it was seen: without an end it continues.
        (spell("2001-05-03"), "2200-01-01", True, True),
        (spell("1940-05-03", "day", "1945-09-03", "not_earlier_than"), "2200-01-01", False, True),
    ],
)  # fmt: skip
def test_a_spell_without_an_end_is_certain_while_it_was_seen_lately(
    row: dict[str, str], day: str, certainly: bool, possibly: bool
) -> None:
    rows = frame(row, columns=(*SPELL, *SEEN))
    assert (so(rows, day), so(rows, day, certain=False)) == (certainly, possibly)


@pytest.mark.parametrize("years", [-1, 2.5, "five", True, 1001])
def test_what_is_not_a_number_of_years_says_what_to_type(years: object) -> None:
    rows = frame(seen("2001-05-03", "2010-06-07", **spell("2001-05-03")), columns=(*SPELL, *SEEN))
    with pytest.raises(UsageError, match="whole years, 0 to 1000.*stale_after=5"):
        valid_time.active(rows, on="2020-01-01", stale_after=years)  # type: ignore[arg-type]


def test_the_years_after_which_an_attestation_is_stale_can_be_given() -> None:
    rows = frame(seen("2001-05-03", "2010-06-07", **spell("2001-05-03")), columns=(*SPELL, *SEEN))
    for years, last in ((0, "2010-06-07"), (20, "2030-06-07")):
        kept = [
            len(valid_time.active(rows, on=day, stale_after=years))
            for day in (last, dt.date.fromisoformat(last) + dt.timedelta(days=1))
        ]
        assert kept == [1, 0]
