"""A report from which on a series counts otherwise is found, and has a row in `series_breaks`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from pathlib import Path

import pandas as pd
import pytest

from troopdata.curate import facts
from troopdata.curate.checks import series_breaks
from troopdata.schemas import arrow, model

# What the US series shows by itself: measured apart from this code before it was written.
FOUND = {
    "2008-09-30": (65, 110), "2012-09-30": (64, 120), "2015-12-31": (91, 127),
    "2016-03-31": (49, 106), "2017-06-30": (69, 135), "2017-09-30": (52, 136),
    "2019-12-31": (54, 140),
}  # fmt: skip

Tables = dict[str, pd.DataFrame]
Figure = Callable[[int, int], int]


def typed(table: str, rows: list[Mapping[str, object]]) -> pd.DataFrame:
    """Rows of a table with the columns and dtypes that a build gives it."""
    spec = model.table(table)
    frame = pd.DataFrame(rows, columns=list(spec.columns))
    return frame.astype({item.name: arrow.dtype(item) for item in spec.fields})


def made(figure: Figure, *, hosts: int = 40, reports: int = 12, **cells: object) -> Tables:
    """A series of annual reports from 1990 on; `figure` says how many there are, by host and year."""
    claims = [
        {
            "sender": "USA", "host": f"H{host}", "as_of": dt.datetime(1990 + year, 9, 30),
            "as_of_precision": "day", "force": "active_duty", "service": "all",
            "personnel": figure(host, year), "value_state": "reported", "status": "accepted",
            "basis": "assigned_incl_temporary", "source_id": f"report-{1990 + year}", **cells,
        }
        for host in range(hosts)
        for year in range(reports)
    ]  # fmt: skip
    sources = [
        {"source_id": f"report-{1990 + year}", "kind": "official_series", "series": "made"}
        for year in range(reports)
    ]
    return {
        "deployments": typed("deployments", claims),
        "sources": typed("sources", sources),
        "series_breaks": typed("series_breaks", []),
    }


def days(content: Tables) -> list[str]:
    return [failure.value for failure in series_breaks.faults(content)]


def quiet(host: int, year: int) -> int:
    """Figures as they usually are: one host of twenty doubles in a year."""
    return 40 + host if (host + year) % 20 else 2 * (40 + host)


def broken(host: int, year: int) -> int:
    """From 1996 to 1998 every other host has a quarter of its people."""
    return quiet(host, year) // (4 if year in (6, 7, 8) and host % 2 else 1)


def test_a_series_without_a_break_passes() -> None:
    assert days(made(quiet)) == []


def test_a_break_and_its_end_are_named_with_the_line_to_add() -> None:
    first, last = series_breaks.faults(made(broken))
    assert (first.value, last.value) == ("1996-09-30", "1999-09-30")
    assert (first.file, first.column, first.rule) == (
        "datasets/facts/series_breaks.csv", "day", "series-break",
    )  # fmt: skip
    assert "of 40 hosts with 5 to 500 people fall by more than 40 percent" in first.message
    assert "rise" in last.message
    assert (
        "made,1996-09-30,small_hosts,,detected,WHAT CHANGED,HOW IT SHOWS,report-1996" in first.hint
    )


def test_a_row_names_the_break_by_its_day_and_its_end() -> None:
    content = made(broken)
    row = {"series": "made", "day": "1996-09-30", "until": "1999-09-30"}
    assert days({**content, "series_breaks": typed("series_breaks", [row])}) == []
    for lacking, day in (("until", "1999-09-30"), ("series", "1996-09-30")):
        row_of_less = {**row, lacking: "other" if lacking == "series" else None}
        content["series_breaks"] = typed("series_breaks", [row_of_less])
        assert day in days(content)


def test_hosts_that_move_apart_are_not_a_break() -> None:
    """In 1996 a quarter of the hosts falls and another quarter rises."""

    def mixed(host: int, year: int) -> int:
        return 100 if year < 6 else {0: 25, 1: 400}.get(host % 4, 100)

    assert days(made(mixed)) == []


def test_a_series_that_always_moves_has_no_break() -> None:
    """Every year a tenth of the hosts falls, and in 1996 two fifths: four times as many."""

    def restless(host: int, year: int) -> int:
        falls = host % 10 < 4 if year == 6 else (host + year) % 10 == 0
        return 40 if falls else 100

    assert series_breaks.steps(*pair(made(restless)))[5].share == 0.4
    assert days(made(restless)) == []


def pair(content: Tables) -> tuple[pd.DataFrame, pd.DataFrame]:
    return content["deployments"], content["sources"]


def test_a_third_of_the_hosts_is_a_break_and_less_is_not() -> None:
    def falling(share: float) -> Figure:
        return lambda host, year: 40 if year >= 6 and host < share * 60 else 100

    assert days(made(falling(20 / 60), hosts=60)) == ["1996-09-30"]
    assert days(made(falling(19 / 60), hosts=60)) == []


def test_forty_percent_is_measured_from_the_greater_figure() -> None:
    """From 100 to 60, or from 60 to 100, is 40 percent and not more."""
    to = [(100, 60, []), (100, 59, ["1996-09-30"]), (60, 100, []), (59, 100, ["1996-09-30"])]
    for before, after, found in to:
        assert days(made(lambda h, y, b=before, a=after: b if y < 6 else a)) == found


@pytest.mark.parametrize(
    ("times", "found"), [(0.04, []), (1, ["1996-09-30", "1999-09-30"]), (13, [])]
)
def test_only_small_hosts_are_looked_at(times: float, found: list[str]) -> None:
    """Hosts of 2 to 3, of 40 to 80, and of 520 and more people."""
    assert days(made(lambda host, year: round(broken(host % 20, year) * times))) == found


def test_a_few_hosts_are_not_a_series() -> None:
    assert days(made(broken, hosts=19)) == []
    assert days(made(broken, hosts=20)) == ["1996-09-30", "1999-09-30"]


@pytest.mark.parametrize(
    "cells",
    [
        {"personnel": None, "value_state": "suppressed"},
        {"basis": "in_country_total"}, {"force": "civilian"}, {"service": "army"},
        {"place": "Ashore"}, {"status": "superseded"}, {"as_of_precision": "year"},
    ],
    ids=str,
)  # fmt: skip
def test_only_stationed_active_duty_of_whole_hosts_counts(cells: dict[str, object]) -> None:
    assert days(made(broken, **cells)) == []


def test_a_source_that_is_not_an_official_series_has_no_breaks() -> None:
    content = made(broken)
    for column, value in (("kind", "press"), ("series", None)):
        sources = content["sources"].assign(**{column: value})
        assert days({**content, "sources": sources.astype(content["sources"].dtypes)}) == []


def test_the_change_of_basis_by_itself_hides_no_break() -> None:
    """The steps go on from one basis of the series to the next."""
    content = made(broken)
    late = content["deployments"]["as_of"] >= "1996-01-01"
    content["deployments"].loc[late, "basis"] = "permanently_assigned"
    assert days(content) == ["1996-09-30", "1999-09-30"]


def test_a_row_of_a_day_without_a_report_is_named() -> None:
    content = made(quiet)
    rows = [
        {"series": "made", "day": "1996-09-30", "scope": "all", "until": "1997-01-01"},
        {"series": "mad", "day": "1996-09-30", "scope": "all"},
    ]
    content["series_breaks"] = typed("series_breaks", rows)
    wrong, unknown = sorted(series_breaks.faults(content), key=lambda f: f.column, reverse=True)
    assert (wrong.column, wrong.rule, wrong.value) == ("until", "series-break-day", "1997-01-01")
    assert wrong.key == "made|1996-09-30|all"
    assert unknown.hint == "no source belongs to mad: one of made"


@pytest.fixture(scope="module")
def content(root: Path, series_tables: Tables) -> Tables:
    """The published series and the facts of the checkout."""
    listed, failures = facts.read(root / "datasets")
    assert failures == []
    return {
        "deployments": series_tables["deployments"],
        "sources": series_tables["sources"],
        "series_breaks": listed["series_breaks"],
    }


def test_the_breaks_of_the_us_series_are_these_and_no_others(content: Tables) -> None:
    steps = series_breaks.steps(*pair(content))
    assert {step.series for step in steps} == {"us-dmdc"}
    found = {str(step.day): (step.moving, step.hosts) for step in series_breaks.breaks(steps)}
    assert found == FOUND


def test_every_break_of_the_facts_has_its_row(content: Tables) -> None:
    assert list(series_breaks.faults(content)) == []


def test_a_row_that_is_taken_out_is_named(content: Tables) -> None:
    listed = content["series_breaks"]
    gone = listed["day"].eq("2008-09-30")
    assert gone.sum() == 1
    fewer = {**content, "series_breaks": listed[~gone].reset_index(drop=True)}
    # 2008-09-30 is also the end of the span before it, so only its own end has no other row.
    assert days(fewer) == ["2012-09-30"]
    gone |= listed["day"].eq("2002-09-30")
    fewer = {**content, "series_breaks": listed[~gone].reset_index(drop=True)}
    first, second = series_breaks.faults(fewer)
    assert (first.key, second.key) == (
        "us-dmdc|2008-09-30|small_hosts", "us-dmdc|2012-09-30|small_hosts",
    )  # fmt: skip
    assert (
        "65 of 110 hosts with 5 to 500 people fall by more than 40 percent (59%)" in first.message
    )
    assert "dmdc-location-2008-09-30" in first.hint


@pytest.mark.parametrize("day", ["2015-12-31", "2017-09-30"])
def test_each_row_is_needed(content: Tables, day: str) -> None:
    listed = content["series_breaks"]
    fewer = listed[listed["day"] != day].reset_index(drop=True)
    assert day in days({**content, "series_breaks": fewer})


def test_the_numbers_of_the_facts_are_those_of_the_figures(content: Tables) -> None:
    shows = " ".join(content["series_breaks"]["shows"])
    for step in series_breaks.breaks(series_breaks.steps(*pair(content))):
        assert f"{step.moving} of {step.hosts} " in shows, step
