"""A name or a number means every country that had it in the period, and only in those periods."""

from __future__ import annotations

import pandas as pd
import pytest

import troopdata as td


def hosts(name: object, years: object, **how: object) -> dict[str, list[int]]:
    """Return the hosts that a name gives, each with its years."""
    rows = td.presence(sender="USA", host=name, years=years, **how)  # type: ignore[arg-type]
    return {str(host): own["year"].tolist() for host, own in rows.groupby("host")}


def figure(name: object, year: int) -> pd.Series:
    return td.presence(sender="USA", host=name, years=year).iloc[0]  # type: ignore[arg-type]


def test_vietnam_in_1968_is_the_south_and_the_north() -> None:
    rows = td.presence(sender="USA", host="Vietnam", years=1968).set_index("host")
    assert set(rows.index) == {"RVN", "VNM"}
    assert rows.loc["RVN", "personnel"] == 537_377
    assert rows.loc["VNM", "state"] == "unknown"
    assert hosts("Vietnam", 2000) == {"VNM": [2000]}


def test_russia_in_1985_is_the_soviet_union() -> None:
    assert hosts("Russia", 1985) == {"SUN": [1985]}
    assert figure("Russia", 1985)["personnel"] == 57
    whole = td.presence(sender="USA", host="Russia").groupby("host")["year"]
    # The Soviet Union ended on 26 December 1991: that year is of both.
    assert whole.max()["SUN"] == 1991
    assert whole.min()["RUS"] >= 1991


@pytest.mark.parametrize("name", ["Okinawa", "Ryukyu Islands"])
def test_okinawa_before_1972_is_not_japan(name: str) -> None:
    assert hosts(name, 1965) == {"XRY": [1965]}
    assert pd.isna(figure(name, 1965)["personnel"])
    assert figure("JPN", 1965)["personnel"] > 0
    both = hosts(name, (1970, 1974))
    # It was returned on 15 May 1972.
    assert both == {"XRY": [1970, 1971, 1972], "JPN": [1972, 1973, 1974]}


def test_a_number_is_read_at_the_year_of_each_row() -> None:
    assert hosts(365, (1985, 1995)) == {
        "SUN": list(range(1985, 1992)),
        "RUS": list(range(1991, 1996)),
    }
    # The Socialist Federal Republic ended on 27 April 1992.
    assert hosts(345, (1990, 1993)) == {"YUG": [1990, 1991, 1992], "SRB": [1992, 1993]}
    panel = td.presence(sender="USA", host=365, years=(1985, 1995), balanced=True)
    assert panel.loc[panel["state"] != "unknown", "year"].tolist()[:3] == [1992, 1993, 1994]
    assert panel.groupby("host")["year"].agg(["min", "max"]).loc["SUN"].tolist() == [1985, 1991]


def test_a_code_is_one_country_in_every_year() -> None:
    assert hosts("RUS", (1985, 1995)) == {"RUS": list(range(1985, 1996))}
    assert hosts("RVN", (1974, 1980)) == {"RVN": list(range(1974, 1981))}


@pytest.mark.parametrize("years", [None, 2020, (1950, 2020)])
def test_a_name_of_two_countries_of_today_stays_an_error(years: object) -> None:
    for read in (
        lambda: td.presence(sender="USA", host="Korea", years=years),  # type: ignore[arg-type]
        lambda: td.deployments(host="Korea"),
        lambda: td.deployments(host="Korea", between=("1960-01-01", "2020-12-31")),
    ):
        with pytest.raises(td.AmbiguousCountry, match="KOR or PRK"):
            read()


def test_on_a_day_a_name_means_the_country_that_had_it_on_that_day() -> None:
    day = td.presence(sender="USA", host="Russia", on="1985-06-30")
    assert day[["host", "period", "year"]].to_numpy().tolist() == [["SUN", "1985-06-30", 1985]]
    # On the day of a report the day's answer is its figure.
    day = td.presence(sender="USA", host="Russia", on="1985-09-30").iloc[0]
    assert (day["personnel"], day["as_of"]) == (57, pd.Timestamp("1985-09-30"))
    day = td.presence(sender="USA", host="NER", on="2024-09-15").iloc[0]
    assert (day["personnel"], day["state"]) == (0, "reported_zero")
    assert td.presence(sender="USA", host="NER", on="2024-09-14").iloc[0]["personnel"] != 0
    with pytest.raises(td.UsageError, match="on and years both say when"):
        td.presence(sender="USA", on="2024-09-15", years=2024)


def test_claims_of_a_span_are_of_every_country_that_had_the_name() -> None:
    span = ("1964-01-01", "1973-12-31")
    claims = td.deployments(host="Vietnam", between=span)
    expected = td.deployments(host=["RVN", "VNM"], between=span)
    assert len(claims) > 100
    pd.testing.assert_frame_equal(claims, expected)


def test_claims_are_of_the_days_on_which_a_country_had_the_name() -> None:
    claims = td.deployments(sender="USA", host="Okinawa", between=("1968-01-01", "1975-12-31"))
    days = claims.groupby("host")["as_of"].agg(["min", "max"])
    assert days.loc["XRY", "max"] < pd.Timestamp("1972-05-15") <= days.loc["JPN", "min"]
    by_number = td.deployments(host=365, between=("1985-01-01", "1995-12-31"))
    assert set(by_number["host"]) == {"SUN", "RUS"}
    assert by_number.loc[by_number["host"] == "RUS", "as_of"].min() >= pd.Timestamp("1991-12-26")


def test_claims_of_a_day_are_of_the_country_that_had_the_name_on_it() -> None:
    on = "1968-09-30"
    claims = td.deployments(sender="USA", host="Vietnam", on=on)
    pd.testing.assert_frame_equal(claims, td.deployments(sender="USA", host="RVN", on=on))
    assert 537_377 in claims["personnel"].tolist()


def test_claims_without_a_span_are_of_any_time() -> None:
    assert set(td.deployments(host="Vietnam")["host"]) == {"RVN", "VNM"}


def test_events_and_money_follow_the_name_too() -> None:
    events = td.events(sender="Russia", between=("1980-01-01", "1990-12-31"))
    assert len(events)
    assert set(events["sender"]) == {"SUN"}
    money = td.spending(host="Germany", years=(2008, 2019))
    pd.testing.assert_frame_equal(money, td.spending(host="DEU", years=(2008, 2019)))
