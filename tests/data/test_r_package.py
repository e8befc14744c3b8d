"""Every defect of the R package of the same name that touches these tables, as a test.

Each was reproduced there; none may happen here. The figures are what the reports print.
"""

from __future__ import annotations

import pandas as pd
import pytest

import troopdata as td
from troopdata.errors import UnknownCountry, UsageError

ASSIGNED = (
    "permanently_assigned",
    "assigned_incl_temporary",
    "assigned_without_contingency",
)


def printed(host: str, day: str, service: str = "all", force: str = "active_duty") -> list[int]:
    claims = td.deployments(
        sender="USA", host=host, on=day, service=service, force=force, basis=ASSIGNED
    )
    return claims.loc[claims["place"].isna(), "personnel"].tolist()


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("Niger", "NER"), ("Mali", "MLI"), ("Oman", "OMN"), ("Guinea", "GIN"), ("UK", "GBR"),
        ("US", "USA"), ("Dominica", "DMA"), ("Republic of the Congo", "COG"), ("South Korea", "KOR"),
        ("Sudan", "SDN"),
    ],
)  # fmt: skip
def test_names_are_not_patterns(name: str, code: str) -> None:
    assert td.country(name) == code
    assert set(td.deployments(host=name)["host"].unique()) == {code}


def test_a_whole_number_is_one_country() -> None:
    assert set(td.deployments(host=436)["host"].unique()) == {"NER"}


def test_unknown_hosts_are_errors_not_empty_frames() -> None:
    with pytest.raises(UnknownCountry, match="Niger"):
        td.deployments(host="Nigr")


def test_reversed_years_are_an_error() -> None:
    with pytest.raises(UsageError, match="is after the last"):
        td.presence(sender="USA", host="NER", years=(2024, 2020))


def test_hosts_that_it_lacks_are_there() -> None:
    assert printed("Diego Garcia", "2025-12-31") == [246]
    assert printed("Yemen", "2025-12-31") == [3]
    assert printed("Yemen", "2010-09-30") == [104]
    for host in ("Marshall Islands", "Guam", "Puerto Rico", "Greenland", "Kosovo"):
        assert printed(host, "2016-09-30"), host
    assert len(printed("Palau", "2025-12-31")) == 1


def test_serbia_has_kosovo_and_russia_is_not_the_former_soviet_union() -> None:
    assert printed("SRB", "1999-09-30") == [6410]
    assert printed("RUS", "1999-09-30") == [88]
    assert printed("RUS", "1996-09-30") == [74]
    assert printed("RUS", "2005-09-30") == [44]


def test_quarters_are_not_doubled() -> None:
    assert printed("ITA", "2025-12-31") == [12_662]
    assert printed("KOR", "2025-12-31") == [23_495]
    assert printed("South Vietnam", "1968-09-30") == [537_377]


def test_quarterly_and_annual_values_are_not_added() -> None:
    assert printed("NER", "2017-09-30") == [510]
    assert printed("DEU", "2014-06-30") == [38_478]


def test_totals_of_the_fifties_are_the_printed_ones() -> None:
    assert printed("DEU", "1953-06-30") == [254_347]


def test_germany_has_one_code_here_and_both_elsewhere() -> None:
    assert td.country(260, system="cow", on="1980-01-01") == "DEU"
    assert td.country(255, system="cow", on="1995-01-01") == "DEU"
    assert len(td.presence(sender="USA", host=255, years=(1995, 2005), basis=ASSIGNED)) == 11


def test_vietnam_yemen_and_seychelles_are_not_zero() -> None:
    for host in ("VNM", "YEM", "SYC"):
        claims = td.deployments(sender="USA", host=host, force="active_duty", service="all")
        assert claims["personnel"].max() > 0, host


def test_the_navy_is_there_after_2008() -> None:
    claims = td.deployments(
        sender="USA", host="JPN", service="navy", force="active_duty", between=("2008-09-01", None)
    )
    assert len(claims) > 45
    assert (claims["personnel"].dropna() > 0).all()


def test_the_army_gap_is_not_zero() -> None:
    for day in ("2022-12-31", "2023-03-31", "2023-06-30"):
        claims = td.deployments(sender="USA", on=day, service="army", force="active_duty")
        claims = claims[claims["host"] != "USA"]
        assert len(claims) > 0
        assert claims["personnel"].isna().all()
        assert set(claims["value_state"]) == {"not_reported"}


def test_suppressed_is_not_zero() -> None:
    claims = td.deployments(
        sender="USA", host=["AFG", "IRQ", "SYR"], force="active_duty", service="all",
        between=("2017-12-31", "2021-09-30"), basis=ASSIGNED,
    )  # fmt: skip
    assert "suppressed" in set(claims["value_state"])
    assert claims.loc[claims["value_state"] == "suppressed", "personnel"].isna().all()


def test_what_was_not_collected_is_not_zero() -> None:
    early = td.deployments(
        sender="USA", force=["civilian", "selected_reserve"], between=(None, "2008-06-30")
    )
    assert early.empty or early["personnel"].isna().all()


def test_the_change_of_definition_is_said() -> None:
    estimates = td.presence(
        sender="USA", host="NER", years=(2016, 2018), freq="quarter", basis=ASSIGNED
    )
    estimates = estimates.set_index("period")
    assert estimates.loc["2017-Q3", "basis"] == "assigned_incl_temporary"
    assert estimates.loc["2017-Q4", "basis"] == "permanently_assigned"
    assert estimates.loc["2017-Q4", "basis_break"]


def test_sources_are_never_dropped() -> None:
    estimates = td.presence(sender="USA", host="NER")
    assert estimates.loc[estimates["state"] != "unknown", "source_ids"].notna().all()


def test_niger_is_not_17() -> None:
    estimates = td.presence(sender="USA", host="NER", years=(2023, 2024)).set_index("year")
    assert 648 <= estimates.loc[2023, "personnel"] <= 1100
    assert estimates.loc[2023, "basis"] == "in_country_total"
    assert estimates.loc[2024, "state"] == "reported_zero"


def test_a_region_is_the_sum_of_its_hosts() -> None:
    by_host = td.presence(sender="USA", host="Sub-Saharan Africa", years=2024, basis=ASSIGNED)
    by_region = td.presence(
        sender="USA", host="Sub-Saharan Africa", years=2024, basis=ASSIGNED, by=("region",)
    )
    assert by_region["personnel"].item() == by_host["personnel"].sum()
    assert by_region["personnel"].item() > by_host["personnel"].max()


def test_a_total_and_its_services_come_from_one_date() -> None:
    total = td.presence(sender="USA", host="DEU", years=(2009, 2021), basis=ASSIGNED)
    parts = td.presence(
        sender="USA", host="DEU", years=(2009, 2021), basis=ASSIGNED,
        by=("sender", "host", "service"),
    )  # fmt: skip
    sums = parts.groupby("period")["personnel"].sum()
    days = parts.groupby("period")["as_of"].nunique()
    assert (days == 1).all()
    assert total.set_index("period")["personnel"].to_dict() == sums.to_dict()


def test_quarters_are_in_time_order() -> None:
    estimates = td.presence(
        sender="USA", host="DEU", years=(2014, 2016), freq="quarter", basis=ASSIGNED
    )
    assert estimates["period"].tolist() == sorted(estimates["period"])
    assert len(estimates) == 12


def test_agadez_is_in_niger_under_one_name() -> None:
    bases = td.bases(host="NER")
    assert "ner-air-base-201" in set(bases["base_id"])
    assert set(bases["host"]) == {"NER"}
    assert not td.load("bases")["name"].str.contains("NIger").any()


def test_no_two_bases_of_a_host_share_a_name_or_an_exact_point() -> None:
    bases = td.load("bases")
    exact = bases[bases["location_precision"] == "exact"]
    assert not bases.duplicated(["host", "name"]).any()
    assert not exact.duplicated(["latitude", "longitude"]).any()


def test_one_report_is_ingested_once() -> None:
    claims = td.deployments(sender="USA", force="active_duty", service="all", basis=ASSIGNED)
    whole = claims[claims["place"].isna() & claims["subdivision"].isna()]
    assert not whole.duplicated(["host", "as_of"]).any()


def test_an_empty_answer_keeps_columns_and_types() -> None:
    none = td.deployments(host="NER", sender="Iceland")
    full = td.deployments(host="NER", sender="USA")
    assert len(none) == 0
    pd.testing.assert_series_equal(none.dtypes, full.dtypes)
