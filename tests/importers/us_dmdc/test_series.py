"""The US series as it stands in the repository: its figures, its sums, its caveats."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from troopdata.gazetteer.resolver import Gazetteer
from troopdata.importers import us_dmdc
from troopdata.importers.us_dmdc import printed_sums
from troopdata.importers.us_dmdc.series import ReportSeries, load, origin
from troopdata.io import csv_reader
from troopdata.schemas import arrow, model
from troopdata.schemas.keys import claim_ids
from troopdata.validation import parsing, table_schema

ROOT = Path(__file__).parents[3]
FOLDER = ROOT / "datasets" / "series" / "us-dmdc"
ASSIGNED = (
    "permanently_assigned",
    "assigned_incl_temporary",
    "assigned_without_contingency",
)
ARMY_GAP = ("2022-12-31", "2023-03-31", "2023-06-30")


@pytest.fixture(scope="module")
def series() -> ReportSeries:
    return load(FOLDER)


@pytest.fixture(scope="module")
def claims() -> pd.DataFrame:
    return us_dmdc.claims(FOLDER)


def rows(
    claims: pd.DataFrame, host: str, day: str, service: str = "all", force: str = "active_duty"
) -> pd.DataFrame:
    """The accepted claims about a whole host, by where forces are assigned."""
    found = claims[
        (claims["host"] == host) & (claims["as_of"] == day) & (claims["service"] == service)
        & (claims["force"] == force) & claims["basis"].isin(ASSIGNED)
        & (claims["status"] == "accepted")
    ]  # fmt: skip
    return found[found["place"].isna() & found["subdivision"].isna()]


def figure(
    claims: pd.DataFrame, host: str, day: str, service: str = "all", force: str = "active_duty"
) -> object:
    return rows(claims, host, day, service, force)["personnel"].item()


@pytest.mark.parametrize(
    ("host", "day", "personnel"),
    [
        ("ITA", "2025-12-31", 12_662), ("KOR", "2025-12-31", 23_495), ("RVN", "1968-09-30", 537_377),
        ("DEU", "1953-06-30", 254_347), ("DEU", "2014-06-30", 38_478), ("NER", "2017-09-30", 510),
        ("NER", "2023-12-31", 17), ("SRB", "1999-09-30", 6_410), ("RUS", "1999-09-30", 88),
        ("IOT", "2025-12-31", 246), ("YEM", "2025-12-31", 3), ("YEM", "2010-09-30", 104),
    ],
)  # fmt: skip
def test_figures_are_the_printed_ones(
    claims: pd.DataFrame, host: str, day: str, personnel: int
) -> None:
    assert figure(claims, host, day) == personnel


@pytest.mark.parametrize(("day", "total"), [("2025-12-31", 177_381), ("2026-03-31", 174_428)])
def test_lines_overseas_add_up_to_the_printed_total(
    series: ReportSeries, day: str, total: int
) -> None:
    report = next(item for item in series.reports if item.as_of == day)
    at = report.columns.index("ACTIVE DUTY TOTAL")
    assert sum(int(line.cells[at]) for line in printed_sums.abroad(report)) == total


def test_every_report_ties_out(series: ReportSeries) -> None:
    found = us_dmdc.check(FOLDER)
    assert found.failures == []
    assert found.reports == 53 + 9
    whole = [day for day, entry in series.entries.items() if entry["complete"]]
    assert len(whole) == found.reports
    assert len(series.reports) == 112


def test_listed_gaps_are_the_known_ones(series: ReportSeries) -> None:
    gaps = {
        total.as_of: int(total.gap)
        for total in series.totals
        if total.gap and total.line == "OVERSEAS TOTAL" and total.column == "ACTIVE DUTY TOTAL"
    }
    assert gaps == {
        "2017-12-31": 612, "2020-12-31": -534, "2021-03-31": -495, "2021-06-30": -427,
        "2021-09-30": -189,
    }  # fmt: skip


def test_a_report_without_a_day_of_its_own_came_out_no_earlier_than_its_count() -> None:
    found = {record["source_id"]: record for record in us_dmdc.sources(FOLDER)}
    entries = origin(FOLDER)["reports"]
    for entry in entries:
        record = found[entry["source_id"]]
        day, precision = record["published_on"], record["published_on_precision"]
        if entry["published_on"]:
            assert (day, precision) == (entry["published_on"], "day")
        else:
            assert (day, precision) == (entry["as_of"], "not_earlier_than")
    assert any(not entry["published_on"] for entry in entries)


@pytest.mark.integration
def test_claims_sources_and_corrections_keep_the_schemas(claims: pd.DataFrame) -> None:
    countries = Gazetteer.from_rows(csv_reader.read_rows(ROOT / "datasets/facts/countries.csv"))
    table = model.table("deployments")
    assert list(claims.columns) == [f.name for f in table.fields if not f.computed]
    whole = claims.assign(claim_id=claim_ids(claims), recorded_from="2026.11.0")
    whole = whole[list(table.columns)].astype({f.name: arrow.dtype(f) for f in table.fields})
    assert not whole["claim_id"].duplicated().any()
    assert list(table_schema.failures(whole, table, countries)) == []
    found = {"sources": us_dmdc.sources(FOLDER), "corrections": us_dmdc.corrections(FOLDER)}
    for name, records in found.items():
        columns = tuple(f.name for f in model.table(name).fields if not f.computed)
        assert set(records[0]) == set(columns)
        cells = [[record[column] for column in columns] for record in records]
        frame, failures = parsing.typed(
            csv_reader.Text(name, columns, cells, list(range(len(cells)))), model.table(name)
        )
        assert failures == []
        assert list(table_schema.failures(frame, model.table(name), countries)) == []
    known = {record["source_id"] for record in found["sources"]}
    assert set(claims["source_id"]) == known
    assert {record["source_id"] for record in found["corrections"]} <= known


def test_a_host_and_day_have_one_claim_about_the_whole(claims: pd.DataFrame) -> None:
    whole = claims[
        claims["place"].isna() & claims["subdivision"].isna() & claims["basis"].isin(ASSIGNED)
        & (claims["status"] == "accepted")
    ]  # fmt: skip
    assert not whole.duplicated(["host", "as_of", "force", "service"]).any()


def test_every_printed_figure_is_a_claim(series: ReportSeries, claims: pd.DataFrame) -> None:
    report = next(item for item in series.reports if item.as_of == "2025-12-31")
    heads = [head for head in report.columns if head != "GRAND TOTAL"]
    # Territories are printed overseas and again among the states: the line overseas is the series.
    again = ("GUAM", "NORTHERN MARIANA", "PUERTO RICO", "VIRGIN ISLANDS")
    printed = sum(
        int(line.cells[report.columns.index(head)])
        for line in report.lines
        for head in heads
        if not (line.section == "united_states" and line.label in again)
    )
    there = claims[
        (claims["as_of"] == "2025-12-31") & claims["basis"].isin([*ASSIGNED, "undistributed"])
    ]
    all_states = there[there["subdivision"].eq("US") & there["place"].isna()]["personnel"].sum()
    assert there["personnel"].sum() - all_states == printed
    assert (there["personnel"] == 0).any()


def test_parts_of_a_host_have_claims_of_their_own(claims: pd.DataFrame) -> None:
    there = claims[
        (claims["host"] == "PRT") & (claims["as_of"] == "1960-09-30") & (claims["service"] == "all")
    ]
    azores = there.loc[there["place"] == "Azores", "personnel"].item()
    whole = there.loc[there["place"].isna()].iloc[0]
    assert 0 < azores < whole["personnel"]
    assert whole["locator"] == "Portugal + Azores | Total"


def test_services_that_are_printed_in_parts_add_up_to_the_total(claims: pd.DataFrame) -> None:
    for day in ("1953-06-30", "1957-09-30", "1963-09-30", "1975-09-30"):
        services = [
            figure(claims, "JPN", day, s) for s in ("army", "navy", "marine_corps", "air_force")
        ]
        assert sum(services) == figure(claims, "JPN", day)  # type: ignore[arg-type]


def test_states_and_the_united_states_are_domestic(claims: pd.DataFrame) -> None:
    home = claims[(claims["subdivision"] == "US-CA") & (claims["as_of"] == "2025-12-31")]
    assert (
        home.loc[(home["service"] == "all") & (home["force"] == "active_duty"), "personnel"].item()
        == 162_108
    )
    whole = claims[
        (claims["subdivision"] == "US")
        & (claims["as_of"] == "2026-03-31")
        & (claims["service"] == "all")
    ]
    assert whole["personnel"].item() == 1_161_321
    assert set(home["host"]) == {"USA"}


def test_operations_are_apart_from_hosts(claims: pd.DataFrame) -> None:
    operations = claims[claims["basis"] == "deployed_for_operation"]
    assert set(operations["force"]) == {"military"}
    iraq = operations[(operations["host"] == "IRQ") & (operations["service"] == "all")]
    assert iraq.set_index(iraq["as_of"].dt.year)["personnel"].to_dict() == {
        2003: 183_002,
        2004: 170_647,
        2005: 192_600,
    }
    assert rows(claims, "IRQ", "2005-09-30")["value_state"].item() == "not_reported"
    assert rows(claims, "AFG", "2002-09-30")["value_state"].item() == "not_reported"


def test_afloat_and_undistributed_have_no_host(claims: pd.DataFrame) -> None:
    lines = claims[claims["basis"].isin(["afloat", "undistributed"]) & claims["host"].isna()]
    assert lines["place"].notna().all()
    fleet = lines[
        (lines["place"] == "East Asia and Pacific")
        & (lines["as_of"] == "2005-09-30")
        & (lines["status"] == "accepted")
    ]
    assert fleet.set_index("service")["personnel"].to_dict() == {
        "all": 11_617, "army": 0, "navy": 11_617, "marine_corps": 0, "air_force": 0,
    }  # fmt: skip


def test_a_replaced_figure_is_kept_as_superseded(claims: pd.DataFrame) -> None:
    there = claims[
        (claims["host"] == "GBR") & (claims["as_of"] == "2021-12-31") & (claims["service"] == "all")
        & (claims["force"] == "active_duty")
    ].set_index("status")  # fmt: skip
    assert there["personnel"].to_dict() == {"accepted": 9_683, "superseded": 9_619}
    assert there["note"].notna().all()


# The R package of the same name, table by table: none of this happens here.


def test_r_package_navy_is_not_zero_after_2008(claims: pd.DataFrame) -> None:
    navy = claims[
        (claims["service"] == "navy")
        & (claims["force"] == "active_duty")
        & (claims["as_of"] >= "2008-09-30")
    ]
    japan = navy[(navy["host"] == "JPN") & navy["as_of"].dt.year.eq(2024)]
    assert (japan["personnel"] > 10_000).all()
    assert (navy["personnel"].dropna() > 0).sum() > 4_000


def test_r_package_suppressed_is_not_zero(claims: pd.DataFrame) -> None:
    for host in ("AFG", "IRQ", "SYR"):
        there = rows(claims, host, "2019-09-30")
        assert there["value_state"].tolist() == ["suppressed"]
        assert there["personnel"].isna().all()
    assert rows(claims, "YEM", "2022-03-31")["value_state"].item() == "suppressed"


def test_r_package_no_doubled_quarters(claims: pd.DataFrame) -> None:
    for host, day, doubled in (
        ("ITA", "2025-12-31", 25_324),
        ("KOR", "2025-12-31", 46_990),
        ("RVN", "1968-09-30", 1_074_754),
    ):
        assert figure(claims, host, day) == doubled // 2


def test_r_package_no_annual_value_is_added_to_a_quarter(claims: pd.DataFrame) -> None:
    assert figure(claims, "NER", "2017-09-30") == 510
    assert figure(claims, "DEU", "2014-06-30") == 38_477 + 1


def test_r_package_totals_of_the_fifties_are_not_doubled(claims: pd.DataFrame) -> None:
    fifties = claims[
        (claims["as_of"] < "1957-01-01") & claims["place"].isna() & (claims["status"] == "accepted")
    ]
    fifties = fifties[fifties["host"].notna() & (fifties["host"] != "USA")]
    parts = fifties[fifties["service"] != "all"].groupby(["host", "as_of"])["personnel"].sum()
    total = fifties[fifties["service"] == "all"].set_index(["host", "as_of"])["personnel"]
    both = pd.concat([total, parts], axis=1, keys=["total", "parts"]).dropna()
    assert len(both) > 400
    # One line of 1950 counts marines afloat that its total, of those ashore, leaves out.
    assert (both["total"] == both["parts"]).all()


def test_r_package_germany_is_one_host_over_all_years(claims: pd.DataFrame) -> None:
    germany = claims[
        (claims["host"] == "DEU")
        & (claims["service"] == "all")
        & (claims["force"] == "active_duty")
    ]
    assert germany["as_of"].dt.year.nunique() > 65
    assert (germany["personnel"].dropna() > 0).any()


def test_r_package_former_soviet_total_is_not_russia(claims: pd.DataFrame) -> None:
    printed = {"1996-09-30": 74, "1998-09-30": 56, "2002-09-30": 78, "2005-09-30": 44}
    worked_out = {
        "1994-09-30": 50,
        "1995-09-30": 60,
        "1997-09-30": 68,
        "2006-09-30": 45,
        "2007-09-30": 72,
    }
    for day, personnel in {**printed, **worked_out}.items():
        assert figure(claims, "RUS", day) == personnel
    for day, personnel in worked_out.items():
        assert "less" in rows(claims, "RUS", day)["locator"].item()
        assert "Worked out" in rows(claims, "RUS", day)["note"].item()
        services = ("army", "navy", "marine_corps", "air_force")
        assert sum(figure(claims, "RUS", day, s) for s in services) == personnel  # type: ignore[misc]


def test_r_package_serbia_with_kosovo_is_there(claims: pd.DataFrame) -> None:
    found = [figure(claims, "SRB", f"{year}-09-30") for year in range(1999, 2006)]
    assert found[:4] == [6_410, 5_427, 5_679, 2_804]
    assert found[-1] == 1_801


@pytest.mark.parametrize(
    ("host", "day"),
    [
        ("YEM", "1996-09-30"), ("YEM", "2016-09-30"), ("IOT", "2012-09-30"), ("MHL", "2016-09-30"),
        ("PLW", "2025-12-31"), ("GRD", "2000-09-30"), ("FSM", "2024-09-30"), ("PRI", "2010-09-30"),
        ("XKX", "2010-09-30"), ("GRL", "1985-09-30"), ("SYC", "1980-09-30"), ("VNM", "2020-09-30"),
    ],
)  # fmt: skip
def test_r_package_missing_hosts_are_there(claims: pd.DataFrame, host: str, day: str) -> None:
    assert len(rows(claims, host, day)) == 1


def test_r_package_yemen_and_diego_garcia_present_in_every_location_report(
    claims: pd.DataFrame, series: ReportSeries
) -> None:
    days = [item.as_of for item in series.reports if item.layout == "location"]
    for host in ("YEM", "IOT"):
        assert all(len(rows(claims, host, day)) == 1 for day in days)


def test_r_package_army_gap_is_not_zero(claims: pd.DataFrame) -> None:
    there = claims[claims["as_of"].isin([pd.Timestamp(day) for day in ARMY_GAP])]
    gone = there[there["service"].isin(["army", "all"]) & (there["force"] == "active_duty")]
    assert len(gone) > 100
    assert set(gone["value_state"]) == {"not_reported"}
    assert gone["personnel"].isna().all()
    assert figure(claims, "IOT", "2022-12-31", "navy") == 221


def test_r_package_definition_change_in_december_2017_changes_basis(claims: pd.DataFrame) -> None:
    assigned = claims[claims["basis"].isin(ASSIGNED)]
    late = assigned["as_of"] >= "2017-12-31"
    wars = assigned["as_of"].between("2002-09-30", "2007-09-30")
    assert set(assigned.loc[late, "basis"]) == {"permanently_assigned"}
    assert set(assigned.loc[wars, "basis"]) == {"assigned_without_contingency"}
    assert set(assigned.loc[~late & ~wars, "basis"]) == {"assigned_incl_temporary"}


def test_r_package_uncollected_is_not_zero(claims: pd.DataFrame) -> None:
    early = claims[claims["as_of"] < "2008-09-30"]
    assert set(early["force"]) == {"active_duty", "military"}
    assert not early["service"].isin(["coast_guard", "space_force"]).any()


def test_r_package_a_united_states_worked_out_from_states_is_not_printed(
    claims: pd.DataFrame,
) -> None:
    home = claims[
        (claims["subdivision"] == "US") & claims["place"].isna() & (claims["service"] == "all")
    ]
    home = home[(home["force"] == "active_duty") & (home["status"] == "accepted")]
    assert home.set_index("as_of")["personnel"].loc["2015-12-31"] == 1_109_145
    assert home.set_index("as_of")["personnel"].isna().loc["2022-12-31"]


def test_a_state_without_a_successor_is_no_host(claims: pd.DataFrame) -> None:
    lines = claims[claims["locator"].fillna("").str.startswith("NETHERLANDS ANTILLES")]
    late = lines["as_of"] >= "2010-10-10"
    assert lines.loc[late, "host"].isna().all()
    assert set(lines.loc[~late, "host"]) == {"ANT"}
    assert claims.loc[claims["host"] == "YUG", "as_of"].max() < pd.Timestamp("1992-04-27")


def test_a_part_whose_rest_is_not_known_is_no_claim_about_the_whole(claims: pd.DataFrame) -> None:
    for host, day, place in (
        ("JPN", "1972-09-30", "Ryukyu Islands"),
        ("GBR", "1954-06-30", "England and Wales"),
    ):
        assert rows(claims, host, day).empty
        there = claims[
            (claims["host"] == host) & (claims["as_of"] == day) & (claims["service"] == "all")
        ]
        assert place in set(there["place"])
    assert figure(claims, "XRY", "1968-09-30") == 41_948
