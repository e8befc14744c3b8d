"""The other questions: one published series, territories under their host, sums and their bounds."""

from __future__ import annotations

import itertools

import pandas as pd
import pytest

import troopdata as td
from troopdata.api import country_index

KEYS = ("sender", "host", "region", "service")
EVERY_BY = [by for size in range(1, 5) for by in itertools.combinations(KEYS, size)]
MEASURES = ("in_country", "assigned", "operation")
# One sum by each key at every change, all sums before a release.
SOME_BY = [(key,) for key in KEYS]
BY = [
    *SOME_BY,
    *(pytest.param(by, marks=pytest.mark.exhaustive) for by in EVERY_BY if by not in SOME_BY),
]
FREQ = ["year", pytest.param("quarter", marks=pytest.mark.exhaustive)]


def test_one_series_says_what_its_reports_print() -> None:
    rows = td.presence(sender="USA", host="NER", series="us-dmdc", years=(2016, 2024))
    claims = td.deployments(sender="USA", host="NER", force="active_duty", service="all")
    days = claims[claims["source_id"].str.startswith("dmdc-")].set_index("as_of")["personnel"]
    assert rows["personnel"].tolist() == days.reindex(rows["as_of"]).tolist()
    assert rows["source_ids"].str.startswith("dmdc-location-").all()
    # In 2017 the series ceases to count forces on temporary duty; "small_hosts" breaks too.
    breaks = rows.set_index("year")["series_break"]
    assert breaks[[2016, 2017, 2019]].all()
    assert not breaks[[2020, 2021, 2022, 2023, 2024]].any()
    assert rows.set_index("year").loc[2017, "basis_break"]
    assert rows.attrs["troopdata"]["series"] == "us-dmdc"


def test_a_series_is_given_by_its_name() -> None:
    with pytest.raises(td.UsageError, match="unknown series 'us-dmcd'; one of us-dmdc"):
        td.presence(series="us-dmcd")


def test_a_measure_is_given_by_its_name() -> None:
    with pytest.raises(td.UsageError, match="one of in_country, assigned, operation"):
        td.presence(measure="stationed")  # type: ignore[arg-type]


def test_a_break_of_the_series_is_marked_on_its_report_alone() -> None:
    rows = td.presence(
        sender="USA", host="JPN", measure="assigned", freq="quarter", years=(2015, 2016)
    )
    breaks = rows.set_index("period")["series_break"]
    assert breaks.index[breaks].tolist() == ["2015-Q4", "2016-Q1"]
    # Said to be out of line with those before and after: 55,744, 71,567 and 47,422.
    assert rows.set_index("period")["personnel"].loc["2015-Q3":"2016-Q1"].tolist() == [
        55_744, 71_567, 47_422,
    ]  # fmt: skip


def test_the_territories_of_cyprus_are_under_cyprus() -> None:
    apart = td.presence(host=["CYP", "XNC", "XAD"], years=(2018, 2022))
    together = td.presence(host="CYP", years=(2018, 2022), territories=True)
    assert {"XNC", "XAD"} <= set(apart["host"])
    assert set(together["host"]) == {"CYP"}
    turkey = together[together["sender"] == "TUR"].set_index("year")
    north = apart[(apart["host"] == "XNC") & (apart["sender"] == "TUR")].set_index("year")
    assert len(north) == 5
    assert turkey["low"].fillna(-1).tolist() == north["low"].fillna(-1).tolist()
    # How many are in the rest of the island, as they were in 1974, no source says of these years.
    assert turkey["high"].isna().all()
    # 73 airmen were in Akrotiri on 30 September 2017; the reports since then count only people who
    # are permanently assigned, 0 or 1, so how many are there is not known.
    usa = together[together["sender"] == "USA"].set_index("year")
    own = apart[apart["sender"] == "USA"].groupby("year")["low"].sum()
    assert usa["low"].tolist() == own.tolist() == [17, 12, 9, 12, 14]
    assert usa["personnel"].isna().all()
    assert set(usa["missing"]) == {"XAD"}
    assert (usa["parts"] == 2).all()


def test_the_russian_forces_in_transnistria_are_under_moldova() -> None:
    alone = td.presence(host="MDA", years=2020).set_index("sender")
    assert alone.loc["RUS", "state"] == "unknown"  # Counts of other years name Moldova.
    (russia,) = td.presence(sender="RUS", host="MDA", years=2020, territories=True).to_dict(
        "records"
    )
    (own,) = td.presence(sender="RUS", host="XTN", years=2020).to_dict("records")
    assert (russia["host"], russia["low"]) == ("MDA", own["low"])
    assert russia["low"] == 1500
    # What is elsewhere in Moldova is not known of that year, so that nothing bounds it from above.
    assert pd.isna(russia["high"])


def test_a_territory_that_is_asked_for_stays_itself() -> None:
    rows = td.presence(host=["CYP", "XNC"], years=2020, territories=True)
    assert set(rows["host"]) == {"CYP", "XNC"}


def test_a_host_as_sender_is_not_its_own_territory() -> None:
    # British forces in Akrotiri are in Cyprus, not in Britain.
    rows = td.presence(sender="GBR", territories=True, years=(2000, 2020))
    assert not (rows["host"] == "GBR").any()


def test_an_organisations_own_count_is_never_added_to_its_members() -> None:
    rows = td.presence(host="Estonia", years=2022).set_index("sender")
    own = rows.loc["NATO"]
    members = rows.drop("NATO")
    assert pd.isna(own["personnel"])
    (total,) = td.presence(host="Estonia", years=2022, by=("host",)).to_dict("records")
    # NATO's "about 2,200" is of the same people as the 1,601, at least, of its members.
    assert members["low"].sum() == 1_601
    assert total["low"] == max(own["low"], members["low"].sum()) == 2_200
    assert "NATO" in total["missing"].split(";")
    (alone,) = td.presence(host="Estonia", sender="NATO", years=2022, by=("sender",)).to_dict(
        "records"
    )
    assert alone["low"] == 2_200


@pytest.mark.integration
def test_a_sum_by_host_is_at_most_its_members_and_what_exceeds_them() -> None:
    rows = td.presence(years=(2015, 2025))
    countries = country_index.gazetteer()
    bodies = {code for code in rows["sender"].unique()
              if code in countries and countries.records[code][-1].kind == "organisation"}  # fmt: skip
    own = rows["sender"].isin(bodies)
    keys = ["host", "year"]
    beside = rows[own].groupby(keys)["low"].sum()
    members = rows[~own].groupby(keys)["low"].sum().rename("members")
    sums = td.presence(years=(2015, 2025), by=("host",)).set_index(keys)
    both = sums.join(beside.rename("own"), how="inner").join(members).fillna({"members": 0})
    shared = both[(both["own"] > 0) & (both["members"] > 0)]
    assert len(shared) > 10
    assert (shared["low"] <= shared[["own", "members"]].max(axis=1)).all()
    assert (shared["low"] >= shared["members"]).all()


@pytest.mark.integration
@pytest.mark.parametrize("measure", MEASURES)
@pytest.mark.parametrize("freq", FREQ)
@pytest.mark.parametrize("by", BY, ids=",".join)
def test_a_sum_is_within_its_bounds(by: tuple[str, ...], freq: str, measure: str) -> None:
    rows = td.presence(by=by, freq=freq, measure=measure)  # type: ignore[arg-type]
    assert len(rows)
    low, high, figure = rows["low"], rows["high"], rows["personnel"]
    assert not (low > high).fillna(False).any()
    assert not (low > figure).fillna(False).any()
    assert not (figure > high).fillna(False).any()
    # A figure has a low; what nobody counted has neither a figure nor the grade of one.
    assert not (figure.notna() & low.isna()).any()
    assert not (figure.isna() & rows["grade"].isin(["A", "B", "C"])).any()
    if {"sender", "host"} <= set(by):
        return
    assert rows.loc[rows["unknown"] == rows["parts"], "personnel"].isna().all()
    assert (rows["missing"].isna() == (rows["unknown"] == 0)).all()


@pytest.mark.integration
@pytest.mark.parametrize("measure", MEASURES)
@pytest.mark.parametrize("freq", FREQ)
@pytest.mark.parametrize("by", ["sender", "host", "region"])
def test_a_sum_has_a_high_only_where_all_its_parts_have_one(
    by: str, freq: str, measure: str
) -> None:
    how = {"freq": freq, "measure": measure}
    rows = td.presence(**how)  # type: ignore[arg-type]
    countries = country_index.gazetteer()
    regions = {code: countries.region(code) for code in rows["host"].unique()}
    rows = rows.assign(region=rows["host"].map(regions))
    bodies = {code for code in rows["sender"].unique()
              if code in countries and countries.records[code][-1].kind == "organisation"}  # fmt: skip
    if by != "sender":
        rows = rows[~rows["sender"].isin(bodies)]
    # Unknown rows of a state that did not exist are not parts, so only the known ones are asked.
    open_above = rows[rows["high"].isna() & rows["state"].ne("unknown") & rows[by].notna()]
    open_above = open_above.groupby([by, "period"]).size()
    sums = td.presence(by=(by,), **how)  # type: ignore[arg-type]
    sums = sums[sums[by].notna()].set_index([by, "period"])
    if measure == "in_country":
        assert len(open_above) > 100
    assert sums.reindex(open_above.index)["high"].isna().all()
    bounded = sums[sums["high"].notna()]
    if measure == "in_country":
        assert len(bounded) > 10
    added = rows.groupby([by, "period"])["high"].sum().reindex(bounded.index)
    assert (bounded["high"] >= added).all()


@pytest.mark.integration
@pytest.mark.parametrize("measure", MEASURES)
@pytest.mark.parametrize("freq", FREQ)
@pytest.mark.parametrize("by", [("sender", "host"), ("sender",), ("host",), ("region",)], ids=str)
def test_nothing_is_known_after_the_day_of_the_release(
    by: tuple[str, ...], freq: str, measure: str
) -> None:
    day = pd.Timestamp(td.releases().set_index("release")["released_at"][td.data_version()])
    rows = td.presence(by=by, freq=freq, measure=measure, years=(day.year, day.year + 3))  # type: ignore[arg-type]
    first = pd.PeriodIndex(rows["period"].str.replace("-Q", "Q"), freq=freq[0].upper()).start_time
    later = rows[first > day]
    assert set(later["year"]) >= {day.year + 1, day.year + 3}
    assert later[["personnel", "low", "high"]].isna().all(axis=None)
    if "state" in later:
        assert set(later["state"]) == {"unknown"}
