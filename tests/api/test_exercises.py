"""Exercises with every filter of the R package, and money by year."""

from __future__ import annotations

import pytest

import troopdata as td
from troopdata.errors import UnknownCode, UnknownCountry, UsageError


def test_nobody_is_cut_off_at_24_participants() -> None:
    large = td.exercises(participants=(25, None))
    assert len(large) >= 10
    assert (large["participants"].str.count(";") + 1 == large["count"]).all()
    assert "NLD" in td.exercises().set_index("exercise_id").loc["mme-3380", "participants"]


@pytest.mark.parametrize(
    ("asked", "column", "kept"),
    [
        ({"years": (1990, 1999)}, "started", lambda value: 1990 <= value.year <= 1999),
        ({"years": 1992}, "started", lambda value: value.year == 1992),
        ({"duration": (10, 20)}, "days", lambda value: 10 <= value <= 20),
        ({"duration": (None, 3)}, "days", lambda value: value <= 3),
        ({"participants": (5, None)}, "count", lambda value: value >= 5),
        ({"location": "Kuwait"}, "location", lambda value: value == "Kuwait"),
        ({"name": "RIMPAC 92"}, "name", lambda value: value == "RIMPAC 92"),
        ({"domain": "sea"}, "domains", lambda value: "sea" in value.split(";")),
        ({"focus": ["peacekeeping", "humanitarian"]}, "focuses", lambda value: not {"peacekeeping", "humanitarian"}.isdisjoint(value.split(";"))),
        ({"country": "Netherlands"}, "participants", lambda value: "NLD" in value.split(";")),
    ],
)  # fmt: skip
def test_a_filter_keeps_what_it_says_and_all_of_it(asked, column, kept) -> None:
    whole = td.exercises()
    found = td.exercises(**asked)
    ids = whole.loc[whole[column].dropna().map(kept).reindex(whole.index, fill_value=False)]
    assert found["exercise_id"].tolist() == ids["exercise_id"].tolist()
    assert 0 < len(found) < len(whole)


def test_a_duration_is_of_whole_days_and_never_negative() -> None:
    assert td.exercises()["days"].min() >= 1
    assert td.exercises(duration=(None, 0)).empty


def test_filters_together_are_filters_one_after_the_other() -> None:
    both = td.exercises(country="USA", domain="air", years=(1990, 1995))
    parts = [td.exercises(**one)["exercise_id"] for one in (
        {"country": "USA"}, {"domain": "air"}, {"years": (1990, 1995)},
    )]  # fmt: skip
    assert set(both["exercise_id"]) == set.intersection(*map(set, parts))


@pytest.mark.parametrize(
    ("asked", "error", "words"),
    [
        ({"country": "Nederlnd"}, UnknownCountry, "Nederlnd"),
        ({"domain": "space"}, UnknownCode, "amphibious"),
        ({"focus": "marching"}, UnknownCode, "warfighting"),
        ({"years": (2010, 1990)}, UsageError, r"\(1990, 2010\)"),
        ({"duration": (20, 10)}, UsageError, r"\(10, 20\)"),
        ({"participants": (20, 10)}, UsageError, "exceeds the greatest"),
    ],
)
def test_a_mistake_is_an_error_and_not_an_empty_frame(asked, error, words) -> None:
    with pytest.raises(error, match=words):
        td.exercises(**asked)


def test_spending_by_year() -> None:
    whole = td.spending(host="DEU")
    part = td.spending(host="DEU", years=(2010, 2012))
    assert set(part["date"].dt.year) == {2010, 2011, 2012}
    assert len(part) == whole["date"].dt.year.between(2010, 2012).sum()
    assert set(td.spending(host="DEU", years=2012)["date"].dt.year) == {2012}
    with pytest.raises(UsageError, match="is after the last"):
        td.spending(years=(2019, 2008))


def test_construction_at_thule_is_in_greenland() -> None:
    built = td.spending(host="GRL", kind="construction_appropriation")
    assert built["place"].str.contains("Thule").any()
    assert not td.spending(host="USA")["place"].fillna("").str.contains("Thule").any()
