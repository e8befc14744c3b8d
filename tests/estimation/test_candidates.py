"""Which claims an estimate may rest on, and what each can say of everyone in the host."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest
from made_claims import SOURCES, Row, cap, claims, known, part, series, sign, total

from troopdata.errors import UnknownCode
from troopdata.estimation.candidates import candidates, known_bases


def role(row: Row, **more: object) -> object:
    found = known({**row, **more})
    return None if found.empty else found["role"].iloc[0]


DAY = "2023-06-01"


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (total(DAY, 600), "total"),
        ({**total(DAY, 600), "basis": "period_average"}, "average"),
        (series(DAY, 600), "stationed"),
        (series(DAY, 600, basis="assigned_incl_temporary"), "stationed"),
        (part(DAY, 600), "part"),
        ({**total(DAY, 600), "basis": "unit_size_estimate"}, "part"),
        (cap(DAY, 600), "cap"),
        (sign(DAY, basis="combat_support"), "sign"),
        ({**total(DAY, 600), "basis": "afloat"}, None),
        (total(DAY, 600, force="active_duty"), "total"),
        (total(DAY, 600, force="military_observer"), "part"),
        (total(DAY, 600, force="civilian"), None),
        (total(DAY, 600, place="Agadez"), "part"),
        (total(DAY, 600, base_id="agadez"), "part"),
        ({**total(DAY, 600, place="Agadez"), "basis": "period_average"}, "part"),
        (cap(DAY, 600) | {"place": "Agadez"}, "cap"),
        (series(DAY, 600, place="Agadez"), None),
        (series(DAY, 600, source_id="letter", place="Agadez"), "part"),
        (total(DAY, 600, status="disputed"), None),
        (total(DAY, 600, service="army"), None),
        (total(DAY, 600, host=None), None),
        (total(DAY, 600, subdivision="NE-1"), None),
        (total(DAY, 0), "total"),
        (total(DAY, 600, force="staff_officer"), "part"),
        (total(DAY, 600, force="individual_police"), None),
        (total(DAY, 600, force="formed_police"), None),
        (part(DAY, 600, source_id="series", force="military_observer"), "part"),
        (part(DAY, 600, source_id="series", force="staff_officer"), "part"),
        (part(DAY, 600, source_id="series", place="Agadez"), None),
        (series(DAY, 600, force="military_observer"), None),
        (
            part(
                DAY,
                None,
                source_id="series",
                force="military_observer",
                value_state="presence_only",
            ),
            None,
        ),
    ],
)
def test_a_claim_has_a_role_by_what_it_counted_and_where(row: Row, expected: str | None) -> None:
    assert role(row) == expected


@pytest.mark.parametrize(
    ("state", "expected"),
    [("presence_only", "sign"), ("suppressed", "sign"), ("withheld", "sign"),
     ("not_reported", None), ("reported", None)],
)  # fmt: skip
def test_a_claim_without_a_figure_is_a_sign_only_where_it_shows_forces(
    state: str, expected: str | None
) -> None:
    assert role(sign(DAY, state)) == expected
    assert role(sign(DAY, state, place="Agadez")) == expected
    assert role(sign(DAY, state, basis="afloat")) is None
    assert role(sign(DAY, state, personnel_low=5)) == "total", "it has a figure"


@pytest.mark.parametrize(
    ("source", "sender", "basis", "expected"),
    [
        ("dmdc-309a-2008", "USA", "deployed_for_operation", "wider"),
        ("dmdc-309a-2008", "GBR", "deployed_for_operation", "part"),
        ("dmdc-309b-2008", "USA", "deployed_for_operation", "part"),
        ("dmdc-309a-2008", "USA", "in_country_total", "total"),
        ("fb-us-2008", "USA", "in_country_total", "copy"),
        ("fb-uk-2008", "USA", "in_country_total", "total"),
    ],
)
def test_some_sources_count_a_region_or_copy_another(
    source: str, sender: str, basis: str, expected: str
) -> None:
    row = total(DAY, 600, source_id=source, sender=sender, basis=basis)
    more = pd.DataFrame([{"source_id": source, "kind": "official", "interval": "year"}])
    assert candidates(claims(row), pd.concat([SOURCES, more]))["role"].tolist() == [expected]


def bounds(row: Row) -> list[Any]:
    found = known(row).iloc[0]
    return [
        None if pd.isna(found[name]) else int(found[name]) for name in ("figure", "low", "high")
    ]


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (total(DAY, 600), [600, 600, 600]),
        (total(DAY, 600, personnel_low=500), [600, 500, 600]),
        (total(DAY, 600, personnel_high=700), [600, 600, 700]),
        (total(DAY, 600, personnel_low=500, personnel_high=700), [600, 500, 700]),
        (total(DAY, personnel_low=500), [None, 500, None]),
        (total(DAY, personnel_high=700), [None, None, 700]),
        (total(DAY, personnel_low=500, personnel_high=700), [None, 500, 700]),
        (cap(DAY, 600), [None, None, 600]),
        ({**cap(DAY, 600), "personnel": None, "personnel_high": 700}, [None, None, 700]),
    ],
)
def test_a_claim_has_a_figure_and_bounds_and_a_ceiling_only_a_high(
    row: Row, expected: list[int | None]
) -> None:
    assert bounds(row) == expected


@pytest.mark.parametrize(
    ("more", "first", "last"),
    [
        ({"as_of": "2020-02-10"}, "2020-02-10", "2020-02-10"),
        ({"as_of": "2020-02-01", "as_of_precision": "month"}, "2020-02-01", "2020-02-29"),
        ({"as_of": "2020-01-01", "as_of_precision": "quarter"}, "2020-01-01", "2020-03-31"),
        ({"as_of": "2020-01-01", "as_of_precision": "year"}, "2020-01-01", "2020-12-31"),
        ({"as_of": "2020-02-10", "as_of_precision": "before"}, "2020-02-10", "2020-02-10"),
        ({"started": "2020-02-10", "started_precision": "day", "ended": "2020-05-06",
          "ended_precision": "day"}, "2020-02-10", "2020-05-06"),
        ({"started": "2020-02-10", "started_precision": "day"}, "2020-02-10", "2020-02-10"),
        ({"as_of": "2020-02-10", "ended": "2020-05-06", "ended_precision": "day"},
         "2020-02-10", "2020-02-10"),
    ],
)  # fmt: skip
def test_a_claim_is_about_the_days_of_its_date_and_precision(
    more: Row, first: str, last: str
) -> None:
    row = {"personnel": 600, "as_of": None, **more}
    if row["as_of"] is None:
        row["as_of_precision"] = None
    frame = claims(row)
    for name in ("started", "ended"):
        frame[name] = pd.to_datetime(pd.Series([more.get(name)])).dt.as_unit("s")
    found = candidates(frame, SOURCES).iloc[0]
    assert (found["first"], found["last"]) == (pd.Timestamp(first), pd.Timestamp(last))


def test_a_claim_knows_the_kind_rank_and_interval_of_its_source() -> None:
    found = known(*(total(DAY, 600, source_id=name) for name in SOURCES["source_id"]))
    assert found["rank"].tolist() == [1, 1, 1, 1, 2, 3, 4]
    assert found["official"].tolist() == [True, True, True, True, False, False, False]
    assert found["series"].tolist() == [False, True, True, True, False, False, False]
    assert found["reach"].tolist() == [184, 366, 92, 31, 366, 366, 0]


CREW: Row = {"basis": "afloat", "place": "Afloat"}


def crew(**more: object) -> list[int]:
    rows = known(series(DAY, 1000), series(DAY, 300, **CREW, **more))
    return [int(people) for people in rows["afloat"]]


def test_crews_of_the_same_printed_line_are_in_its_total() -> None:
    assert crew() == [300]
    assert crew(host="MLI") == [0]
    assert crew(sender="GBR") == [0]
    assert crew(source_id="quarterly") == [0]
    assert crew(as_of="2023-06-02") == [0]


def test_crews_without_a_number_and_other_places_are_not_in_a_total() -> None:
    silent = known(series(DAY, 1000), sign(DAY, "suppressed", source_id="series", **CREW))
    assert silent["afloat"].tolist() == [0]
    ashore = known(series(DAY, 1000), series(DAY, 300, basis="afloat", place="Agadez"))
    assert ashore["afloat"].tolist() == [0]
    other = known(series(DAY, 1000), series(DAY, 300, place="Afloat"))
    assert other["afloat"].tolist() == [0]


def test_a_crew_that_was_rejected_is_not_taken_from_the_count() -> None:
    rows = known(series(DAY, 1000), series(DAY, 300, **CREW, status="rejected"))
    assert rows["afloat"].tolist() == [0]


def test_crews_are_in_the_total_of_a_series_alone() -> None:
    rows = known(series(DAY, 1000), total(DAY, 900, source_id="series"), series(DAY, 300, **CREW))
    assert rows.set_index("role")["afloat"].to_dict() == {"stationed": 300, "total": 0}


def test_crews_at_a_part_of_a_host_are_in_the_total_of_the_host() -> None:
    rows = known(
        series(DAY, 2389),
        series(DAY, 1887, place="Midway Atoll"),
        series(DAY, 1305, basis="afloat", place="Midway Atoll, afloat"),
        series(DAY, 7, basis="afloat", place="Afloat"),
    )
    assert rows[["personnel", "afloat"]].to_numpy().tolist() == [[2389, 1312]]


@pytest.mark.parametrize("place", ["Ashore", "Afloat", "Temporarily ashore"])
def test_the_columns_of_a_printed_line_are_not_claims_of_their_own(place: str) -> None:
    assert known(series(DAY, 300, source_id="letter", place=place)).empty


def test_services_can_be_asked_for() -> None:
    rows = claims(total(DAY, 600), total(DAY, 400, service="army"), total(DAY, 9, service="navy"))
    found = candidates(rows, SOURCES, services=("army", "navy"))
    assert found["figure"].tolist() == [400, 9]


def test_known_bases_are_returned_as_codes() -> None:
    assert known_bases("in_country_total") == ("in_country_total",)
    assert known_bases(["afloat", "in_country_total"]) == ("afloat", "in_country_total")
    with pytest.raises(UnknownCode, match="of basis") as caught:
        known_bases(["afloat", "in_country_totl"])
    assert "did you mean in_country_total?" in str(caught.value)
    with pytest.raises(UnknownCode, match="one of .*in_country_total"):
        known_bases("everyone of them")
