"""The written rule, step by step, on small claims."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import troopdata as td
from troopdata.errors import UnknownCode
from troopdata.estimation import candidates
from troopdata.estimation.dyads import spans
from troopdata.estimation.estimate import estimate
from troopdata.estimation.periods import period
from troopdata.schemas import arrow, model

SOURCES = pd.DataFrame(
    {
        "source_id": ["letter", "series", "quarterly", "factbook", "paper", "press"],
        "kind": [
            "official",
            "official_series",
            "official_series",
            "reference",
            "academic",
            "press",
        ],
        "interval": ["half_year", "year", "quarter", "year", "year", "irregular"],
    }
)


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


def best(
    rows: pd.DataFrame, freq: str = "year", sources: pd.DataFrame = SOURCES, **how: object
) -> pd.DataFrame:
    spoken = candidates.candidates(rows, sources)
    dyads = spans(spoken, period(freq))
    return estimate(spoken, dyads, candidates.order(**how), freq=freq).set_index("period")  # type: ignore[arg-type]


def test_the_claim_nearest_the_end_of_the_period_speaks() -> None:
    told = best(
        claims(
            {"as_of": "2023-06-08", "personnel": 1016}, {"as_of": "2023-12-07", "personnel": 648}
        )
    )
    assert told.loc["2023", ["personnel", "low", "high", "state"]].tolist() == [
        648,
        648,
        1016,
        "observed",
    ]
    assert told.loc["2023", "conflict"]
    assert told.loc["2023", "claim_ids"] == f"{1:016x}"


def test_official_sources_speak_before_reference_works_and_press() -> None:
    told = best(
        claims(
            {"as_of": "2023-12-07", "personnel": 648},
            {"as_of": "2023-12-20", "personnel": 1100, "source_id": "press"},
            {
                "as_of": "2023-01-01",
                "as_of_precision": "year",
                "personnel": 900,
                "source_id": "factbook",
            },
        )
    )
    assert told.loc["2023", ["personnel", "low", "high"]].tolist() == [648, 648, 1100]
    assert told.loc["2023", "source_ids"] == "factbook;letter;press"


def test_a_lower_rank_speaks_where_no_higher_one_does() -> None:
    told = best(
        claims(
            {
                "as_of": "2023-01-01",
                "as_of_precision": "year",
                "personnel": 900,
                "source_id": "factbook",
            }
        )
    )
    assert told.loc["2023", "personnel"] == 900


def test_the_first_basis_of_the_order_speaks_and_is_never_mixed() -> None:
    rows = claims(
        {"as_of": "2023-12-07", "personnel": 648},
        {
            "as_of": "2023-12-31",
            "personnel": 17,
            "basis": "permanently_assigned",
            "force": "active_duty",
            "source_id": "quarterly",
        },
    )
    assert best(rows).loc["2023", ["personnel", "low", "high"]].tolist() == [648, 648, 648]
    assert best(rows, basis="permanently_assigned").loc["2023", "personnel"] == 17
    assert best(rows, prefer="permanently_assigned").loc["2023", "personnel"] == 17


def test_two_readings_of_one_day_give_their_median_and_a_conflict() -> None:
    told = best(
        claims(
            {"as_of": "2017-06-06", "personnel": 500},
            {"as_of": "2017-06-06", "personnel": 700, "locator": "x"},
        )
    )
    assert told.loc["2017", ["personnel", "low", "high", "conflict"]].tolist() == [
        600,
        500,
        700,
        True,
    ]


def test_between_two_claims_no_lower_basis_fills_the_gap() -> None:
    told = best(
        claims(
            {"as_of": "2018-06-08", "personnel": 730},
            {
                "as_of": "2019-12-31",
                "personnel": 23,
                "basis": "permanently_assigned",
                "source_id": "series",
            },
            {"as_of": "2021-06-08", "personnel": 808},
        )
    )
    assert told.loc["2019", ["state", "low", "high"]].tolist() == ["between", 730, 808]
    assert pd.isna(told.loc["2019", "personnel"])
    assert told.loc["2019", "basis"] == "in_country_total"


def test_a_gap_of_five_years_is_not_bridged() -> None:
    told = best(
        claims(
            {"as_of": "2013-02-20", "personnel": 100},
            {
                "as_of": "2015-12-31",
                "personnel": 7,
                "basis": "permanently_assigned",
                "source_id": "series",
            },
            {"as_of": "2019-06-06", "personnel": 700},
        )
    )
    assert told.loc["2015", ["personnel", "basis", "basis_break"]].tolist() == [
        7,
        "permanently_assigned",
        True,
    ]
    assert told.loc["2014", "state"] == "unknown"
    assert told.loc["2019", "basis_break"]


def test_a_claim_carries_forward_inside_its_interval_only() -> None:
    told = best(
        claims(
            {"as_of": "2023-09-30", "personnel": 5, "source_id": "quarterly"},
            {"as_of": "2030-03-31", "personnel": 5, "source_id": "quarterly"},
        ),
        freq="quarter",
    )
    assert told.loc["2023-Q3", "state"] == "observed"
    assert told.loc["2023-Q4", ["state", "personnel"]].tolist() == ["carried", 5]
    assert told.loc["2024-Q1", "state"] == "unknown"


@pytest.mark.parametrize(
    ("interval", "days"),
    [("month", 31), ("quarter", 92), ("half_year", 184), ("year", 366)],
)
def test_a_claim_carries_forward_for_the_interval_of_its_source(interval: str, days: int) -> None:
    """To the last day of a period that ends so many days after it, and no longer."""
    end = pd.Timestamp("2024-12-31")
    for since, state in ((days, "carried"), (days + 1, "unknown")):
        day = end - pd.Timedelta(days=since)
        rows = claims(
            {"as_of": str(day.date()), "personnel": 5}, {"as_of": "2040-01-01", "personnel": 5}
        )
        told = best(rows, freq="month", sources=SOURCES.assign(interval=interval))
        assert told.loc["2024-12", "state"] == state


def test_a_claim_of_a_source_without_an_interval_does_not_carry_forward() -> None:
    rows = claims({"as_of": "2024-11-30", "personnel": 5}, {"as_of": "2040-01-01", "personnel": 5})
    told = best(rows, freq="month", sources=SOURCES.assign(interval="irregular"))
    assert told.loc[["2024-11", "2024-12"], "state"].tolist() == ["observed", "unknown"]


def test_a_zero_in_the_country_stands_until_the_next_positive_claim() -> None:
    told = best(
        claims(
            {"as_of": "2024-06-07", "personnel": 700},
            {"as_of": "2024-09-15", "personnel": 0},
            {
                "as_of": "2026-12-31",
                "personnel": 11,
                "basis": "permanently_assigned",
                "source_id": "quarterly",
            },
        )
    )
    assert told.loc["2024", ["state", "personnel", "low", "high"]].tolist() == [
        "reported_zero",
        0,
        0,
        700,
    ]
    assert told.loc["2026", ["state", "personnel", "basis"]].tolist() == [
        "reported_zero",
        0,
        "in_country_total",
    ]


def test_a_bound_gives_no_figure() -> None:
    told = best(claims({"as_of": "2024-05-03", "personnel_high": 1000, "qualifier": "fewer_than"}))
    assert pd.isna(told.loc["2024", "personnel"])
    assert told.loc["2024", "high"] == 1000
    assert pd.isna(told.loc["2024", "low"])


def test_a_ceiling_is_only_ever_a_high() -> None:
    told = best(claims({"as_of": "2024-05-03", "personnel": 300, "basis": "authorised_ceiling"}))
    assert pd.isna(told.loc["2024", "personnel"])
    assert told.loc["2024", "high"] == 300
    assert pd.isna(told.loc["2024", "low"])


@pytest.mark.parametrize(
    ("value_state", "state"),
    [
        ("suppressed", "suppressed"),
        ("withheld", "suppressed"),
        ("presence_only", "presence_only"),
        ("not_reported", "unknown"),
        ("not_collected", "unknown"),
    ],
)
def test_a_missing_figure_is_never_zero(value_state: str, state: str) -> None:
    told = best(
        claims({"as_of": "2018-12-31", "value_state": value_state, "basis": "permanently_assigned"})
    )
    assert told.loc["2018", "state"] == state
    assert pd.isna(told.loc["2018", "personnel"])


def test_parts_and_rejected_claims_and_other_forces_do_not_speak() -> None:
    rows = claims(
        {"as_of": "2024-07-01", "personnel": 200, "place": "Agadez"},
        {"as_of": "2024-07-01", "personnel": 325, "status": "rejected"},
        {"as_of": "2024-07-01", "personnel": 20, "force": "contractor"},
        {"as_of": "2024-07-01", "personnel": 20, "service": "army"},
    )
    assert candidates.candidates(rows, SOURCES).empty


def test_an_unknown_basis_is_an_error() -> None:
    with pytest.raises(UnknownCode, match="in_country_total"):
        candidates.order("in_country")


def test_no_claims_give_no_rows_with_columns_and_types() -> None:
    told = best(claims())
    assert len(told) == 0
    table = model.table("presence")
    assert set(told.columns) == set(table.columns) - {"period"}
    assert str(told["personnel"].dtype) == "Int32"


DAY = st.dates(pd.Timestamp("2000-01-01").date(), pd.Timestamp("2006-12-31").date())
CLAIM = st.fixed_dictionaries(
    {
        "as_of": DAY.map(str),
        "personnel": st.integers(0, 2000),
        "sender": st.sampled_from(["USA", "FRA"]),
        "source_id": st.sampled_from(list(SOURCES["source_id"])),
        "basis": st.sampled_from(["in_country_total", "permanently_assigned"]),
    }
)


@given(st.lists(CLAIM, min_size=1, max_size=12), st.sampled_from(["year", "quarter", "month"]))
def test_what_always_holds(rows: list[dict[str, object]], freq: str) -> None:
    told = best(claims(*rows), freq=freq).reset_index()
    assert not told.duplicated(["sender", "host", "period"]).any()
    figure = told["personnel"].notna()
    assert set(told.loc[figure, "state"]) <= {"observed", "carried", "reported_zero"}
    assert (told.loc[figure, "low"] <= told.loc[figure, "personnel"]).all()
    assert (told.loc[figure, "personnel"] <= told.loc[figure, "high"]).all()
    assert (told["state"].eq("unknown") == told["basis"].isna()).all()
    assert told.loc[told["state"] != "unknown", "claim_ids"].notna().all()
    for _, dyad in told.groupby(["sender", "host"]):
        assert dyad["period"].is_monotonic_increasing


@given(st.lists(CLAIM, min_size=1, max_size=12), st.randoms())
def test_the_order_of_claims_does_not_matter(rows: list[dict[str, object]], random: object) -> None:
    frame = claims(*rows)
    shuffled = frame.sample(frac=1, random_state=random.randrange(1 << 30))  # type: ignore[attr-defined]
    left, right = best(frame).reset_index(), best(shuffled).reset_index()
    pd.testing.assert_frame_equal(left, right)


def test_a_mere_bound_yields_to_a_count_on_another_basis_of_its_rank() -> None:
    more_than = {"as_of": "2025-08-14", "personnel_low": 50000, "qualifier": "more_than"}
    counted = {"as_of": "2025-12-31", "personnel": 54288, "basis": "permanently_assigned"}
    told = best(claims(more_than, counted))
    assert told.loc["2025", ["personnel", "basis"]].tolist() == [54288, "permanently_assigned"]
    assert best(claims(more_than)).loc["2025", "low"] == 50000
    press = {**counted, "source_id": "press"}
    assert pd.isna(best(claims(more_than, press)).loc["2025", "personnel"]), "of another rank"
    span = {**more_than, "personnel_high": 60000, "qualifier": "range"}
    assert best(claims(span, counted)).loc["2025", ["low", "high"]].tolist() == [50000, 60000]


def test_a_bound_stands_where_it_rules_the_count_out() -> None:
    """More than 13,000 are there, and 1,840 of them are permanently assigned: not the same count."""
    more_than = {"as_of": "2018-12-04", "personnel_low": 13000, "qualifier": "more_than"}
    assigned = {"as_of": "2018-12-31", "personnel": 1840, "basis": "permanently_assigned"}
    told = best(claims(more_than, assigned)).loc["2018"]
    assert pd.isna(told["personnel"])
    assert (told["basis"], told["low"]) == ("in_country_total", 13000)
    up_to = {**more_than, "personnel_low": None, "personnel_high": 1000, "qualifier": "up_to"}
    assert pd.isna(best(claims(up_to, assigned)).loc["2018", "personnel"])
    other = {"as_of": "2018-06-30", "personnel": 14000, "basis": "deployed_for_operation"}
    told = best(claims(more_than, assigned, other)).loc["2018"]
    assert (told["personnel"], told["basis"]) == (14000, "deployed_for_operation")


def test_a_speech_does_not_silence_the_count_in_japan() -> None:
    japan = td.presence(sender="USA", host="JPN", years=2025).iloc[0]
    assert (japan["personnel"], japan["basis"]) == (54288, "permanently_assigned")
    spoken = td.deployments(sender="USA", host="JPN", basis="in_country_total")
    assert 50000 in set(spoken["personnel_low"].dropna()), "and the speech is there as a claim"


@pytest.mark.parametrize(
    ("host", "year", "figure", "low"),
    [
        ("IRQ", 2023, 2400, 2000),
        ("SYR", 2023, 800, 800),
        ("SOM", 2023, 450, 450),
        ("ARE", 2020, 3500, 3500),
        ("KWT", 2018, None, 13000),
        ("JOR", 2020, None, 3000),
    ],
)
def test_who_is_permanently_assigned_is_not_who_is_there(
    host: str, year: int, figure: int | None, low: int
) -> None:
    """The US series alone has 0, 0, 49, 197, 1,840 and 206 for these."""
    told = td.presence(sender="USA", host=host, years=year).iloc[0]
    assert told["basis"] == "in_country_total"
    assert told["low"] == low
    assert pd.isna(told["personnel"]) if figure is None else told["personnel"] == figure
    series = td.presence(sender="USA", host=host, years=year, basis="permanently_assigned")
    assert series["personnel"].iloc[0] < low
