"""A user's own copies: each published layout, on small files made up here."""

from __future__ import annotations

import datetime as dt
import itertools
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from troopdata.errors import Invalid, UsageError
from troopdata.gazetteer.resolver import Gazetteer
from troopdata.importers import table_rows, user_data
from troopdata.importers.user_data import (
    acronyms,
    atop,
    column_mapping,
    cow_alliances,
    dcad,
    geo_pko,
    input_csv,
    un_contributions,
)
from troopdata.io import csv_reader


@pytest.fixture(scope="session")
def countries(root: Path) -> Gazetteer:
    return Gazetteer.from_rows(csv_reader.read_rows(root / "datasets" / "facts" / "countries.csv"))


def made(path: Path, *lines: str) -> Path:
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def values(rows: list[dict[str, str]], *columns: str) -> list[tuple[str, ...]]:
    return [tuple(row[column] for column in columns) for row in rows]


# --- United Nations -------------------------------------------------------------------------

UN = (
    "contribution_id,contributing_country,isocode3,m49_code,mission_acronym,personnel_type,"
    "female_personnel,male_personnel,last_reporting_date"
)


def test_women_and_men_are_one_claim_of_the_mission(tmp_path: Path, countries: Gazetteer) -> None:
    file = made(
        tmp_path / "un.csv", UN,
        "1,Ghana,GHA,288,UNIFIL,Troops,10,860,2021-03-31",
        "2,Ghana,GHA,288,UNIFIL,Experts on Mission,,3,2021-03-31",
        "3,Ghana,GHA,288,UNMEE,formed_police_units,4,5,2021-03-31T00:00:00",
    )  # fmt: skip
    found = un_contributions.UnContributions(file, countries).tables()["deployments"]
    columns = ("sender", "host", "place", "as_of", "force", "personnel", "basis")
    assert values(found, *columns) == [
        ("GHA", "LBN", "", "2021-03-31", "military", "870", "deployed_for_operation"),
        ("GHA", "LBN", "", "2021-03-31", "military_observer", "3", "deployed_for_operation"),
        (
            "GHA",
            "",
            "Eritrea and Ethiopia",
            "2021-03-31",
            "formed_police",
            "9",
            "deployed_for_operation",
        ),
    ]


@pytest.mark.parametrize("codes", ["NER,562", "562,NER", ",562", "NER,"])
def test_the_swapped_codes_and_missing_ones_do_not_matter(
    tmp_path: Path, countries: Gazetteer, codes: str
) -> None:
    file = made(tmp_path / "un.csv", UN, f"1,Niger,{codes},MINUSMA,Troops,1,2,2020-01-31")
    assert (
        un_contributions.UnContributions(file, countries).tables()["deployments"][0]["sender"]
        == "NER"
    )


def test_a_zero_makes_no_claim_and_a_row_twice_makes_one(
    tmp_path: Path, countries: Gazetteer
) -> None:
    row = "1,Ghana,GHA,288,UNIFIL,Troops,10,860,2021-03-31"
    zero = "2,Ghana,GHA,288,UNIFIL,Individual Police,0,0,2021-03-31"
    file = made(tmp_path / "un.csv", UN, row, row, zero)
    assert len(un_contributions.UnContributions(file, countries).tables()["deployments"]) == 1


def test_two_figures_of_one_claim_are_both_named(tmp_path: Path, countries: Gazetteer) -> None:
    file = made(
        tmp_path / "un.csv", UN,
        "1,Ghana,GHA,288,UNIFIL,Troops,10,860,2021-03-31",
        "2,Ghana,GHA,288,UNIFIL,Troops,10,861,2021-03-31",
    )  # fmt: skip
    with pytest.raises(Invalid) as caught:
        un_contributions.UnContributions(file, countries).write(tmp_path / "mine")
    assert {record.row for record in caught.value.records} == {2, 3}


def test_everything_unknown_is_named_with_its_line(tmp_path: Path, countries: Gazetteer) -> None:
    file = made(
        tmp_path / "un.csv", UN,
        "1,Atlantis,,,UNIFIL,Troops,1,2,2021-03-31",
        "2,Ghana,GHA,288,UNFOO,Troops,1,2,2021-03-31",
        "3,Ghana,GHA,288,UNIFIL,Bandsmen,1,2,2021-03-31",
        "4,Ghana,GHA,288,UNIFIL,Troops,x,2,31/03/2021",
    )  # fmt: skip
    with pytest.raises(Invalid) as caught:
        un_contributions.UnContributions(file, countries).tables()
    assert [(f.row, f.column) for f in caught.value.records] == [
        (2, "contributing_country"), (3, "mission_acronym"), (4, "personnel_type"),
        (5, "female_personnel"), (5, "last_reporting_date"),
    ]  # fmt: skip


@pytest.mark.usefixtures("kept_operations")
def test_the_file_before_2010_has_a_column_a_type(tmp_path: Path, countries: Gazetteer) -> None:
    file = made(
        tmp_path / "un.csv",
        "ID,Date,Contributor,Contributor_ISO-3,Mission,Troops,Observers,Inidividual_Police",
        "1,1990-11-30,Soviet Union,RUS,UNTSO,,35,",
        "2,1993-06-30,Pakistan,PAK,UNOSOM II,4500,0,2.0",
    )  # fmt: skip
    found = un_contributions.UnContributions(file, countries).tables()
    assert values(found["deployments"], "sender", "host", "place", "force", "personnel") == [
        ("SUN", "XMT", "", "military_observer", "35"),
        ("PAK", "SOM", "", "military", "4500"),
        ("PAK", "SOM", "", "individual_police", "2"),
    ]
    assert found["sources"][0]["source_id"].endswith("pre-2010")


def test_the_published_columns_are_those_of_the_metadata(upstream: Path) -> None:
    import json

    data = json.loads((upstream / "world" / "un_psdata_metadata.json").read_text())
    (entry,) = [item for item in data if item["Dataset ID"] == "DPO-UCHISTORICAL"]
    published = {column["Column Name"] for column in entry["Column definitions"]}
    assert set(un_contributions.HISTORICAL) == published - {"contribution_id"}


def test_every_host_of_a_mission_is_a_country(countries: Gazetteer) -> None:
    hosts = {host for codes in acronyms.hosts().values() for host in codes}
    assert {host for host in hosts if host not in countries} == set()
    assert len(hosts) > 30


def test_a_new_mission_needs_a_row_of_operations_only(
    tmp_path: Path, countries: Gazetteer, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [
        {
            "name": "UNFOO",
            "aliases": "United Nations Mission in Foo;FOO",
            "kind": "un",
            "hosts": "NER",
        },
        {"name": "UNBAR", "aliases": None, "kind": "un", "hosts": "MLI;NER"},
        {"name": "NATOFOO", "aliases": "UNNATO", "kind": "nato", "hosts": "NER"},
    ]
    known = acronyms.hosts_by_name(rows)
    assert known == {
        "UNFOO": ("NER",), "UNITED-NATIONS-MISSION-IN-FOO": ("NER",), "FOO": ("NER",),
        "UNBAR": ("MLI", "NER"),
    }  # fmt: skip
    monkeypatch.setattr(acronyms, "hosts", lambda: known)
    file = made(
        tmp_path / "un.csv", UN,
        "1,Ghana,GHA,288,UNFOO,Troops,1,2,2021-03-31",
        "2,Ghana,GHA,288,UNBAR,Staff Officer,1,3,2021-03-31",
        "3,Niger,NER,562,UNFOO,Individual Police,1,4,2021-03-31",
    )  # fmt: skip
    found = un_contributions.UnContributions(file, countries).tables()["deployments"]
    assert values(found, "sender", "host", "place", "force", "personnel") == [
        ("GHA", "NER", "", "military", "3"),
        ("GHA", "", "Mali and Niger", "staff_officer", "4"),
        ("NER", "", "UNFOO", "individual_police", "5"),
    ]


counts = st.integers(0, 30_000)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rows=st.lists(
        st.tuples(
            st.sampled_from(["GHA", "NLD", "NER", "NGA"]),
            st.sampled_from(["UNIFIL", "MINUSMA", "UNISFA"]),
            counts, counts, st.dates(dt.date(2010, 1, 1), dt.date(2025, 1, 1)),
        ),
        unique_by=lambda row: (row[0], row[1], row[4]),
    )
)  # fmt: skip
def test_no_one_is_lost_or_made_up(
    tmp_path: Path, countries: Gazetteer, rows: list[tuple[str, str, int, int, dt.date]]
) -> None:
    lines = [f"1,,{a},,{b},Troops,{f},{m},{day}" for a, b, f, m, day in rows]
    file = made(tmp_path / "un.csv", UN, *lines)
    found = un_contributions.UnContributions(file, countries).tables()["deployments"]
    assert sum(int(row["personnel"]) for row in found) == sum(f + m for _, _, f, m, _ in rows)


# --- Geo-PKO --------------------------------------------------------------------------------

GEO = "mission,year,location,latitude,longitude,No.TCC,year.overview"


@pytest.fixture
def kept_operations(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The operations as they are kept now, which the next release holds."""
    rows = csv_reader.read_rows(root / "datasets" / "facts" / "operations.csv")
    known = acronyms.hosts_by_name(rows)
    monkeypatch.setattr(acronyms, "hosts", lambda: known)


@pytest.mark.usefixtures("kept_operations")
def test_a_location_has_its_contributors(tmp_path: Path, countries: Gazetteer) -> None:
    file = made(
        tmp_path / "geo.csv", GEO,
        'UNMIS,2008,Wau,7.7,28,3,"Korea (ROK) (150), Kenya (size unknown), Multinational (15)"',
        "UNISFA,2012,Agok,9.3,28.6,1,Ethiopia (650)",
    )  # fmt: skip
    found = geo_pko.GeoPko(file, countries).tables()["deployments"]
    columns = ("sender", "host", "place", "personnel", "value_state", "qualifier")
    assert values(found, *columns) == [
        ("KOR", "SDN", "Wau", "150", "estimated", "approximately"),
        ("KEN", "SDN", "Wau", "", "presence_only", ""),
        ("ETH", "XAY", "Agok", "650", "estimated", "approximately"),
    ]


def test_the_full_file_is_by_month(tmp_path: Path, countries: Gazetteer) -> None:
    file = made(
        tmp_path / "geo.csv",
        "mission,year,month,location,nameoftcc_1,notroopspertcc_1,nameoftcc_2,notroopspertcc_2",
        "UNMIL,2005,7,Zwedru,Ethiopia,800,Senegal,unknown",
        "UNMIL,2005,8,Zwedru,Ethiopia,800,,",
    )  # fmt: skip
    found = geo_pko.GeoPko(file, countries).tables()["deployments"]
    assert values(found, "sender", "as_of", "as_of_precision", "personnel") == [
        ("ETH", "2005-07-01", "month", "800"),
        ("SEN", "2005-07-01", "month", ""),
        ("ETH", "2005-08-01", "month", "800"),
    ]


@pytest.mark.parametrize("year", ["20056", "2005-Q1", "x", ""])
def test_a_year_that_is_not_a_year_is_named(
    tmp_path: Path, countries: Gazetteer, year: str
) -> None:
    file = made(tmp_path / "geo.csv", GEO, f"UNMIL,{year},Zwedru,1,2,1,Ethiopia (800)")
    with pytest.raises(Invalid) as caught:
        geo_pko.GeoPko(file, countries).tables()
    assert [(f.row, f.column) for f in caught.value.records] == [(2, "year")]


def test_an_overview_that_does_not_parse_is_named(tmp_path: Path, countries: Gazetteer) -> None:
    file = made(tmp_path / "geo.csv", GEO, "UNMIL,2005,Zwedru,1,2,1,Ethiopia 800")
    with pytest.raises(Invalid) as caught:
        geo_pko.GeoPko(file, countries).tables()
    assert caught.value.records[0].column == "year.overview"


def test_the_published_map_file_imports_whole(
    upstream: Path, tmp_path: Path, countries: Gazetteer
) -> None:
    file = upstream / "world" / "geopko_tccmap_v2.3.csv"
    written = geo_pko.GeoPko(file, countries).write(tmp_path)
    assert [path.name for path in written] == ["deployments.csv", "operations.csv", "sources.csv"]
    claims = csv_reader.read_rows(tmp_path / "deployments.csv")
    assert len(claims) > 5_000
    assert {row["basis"] for row in claims} == {"unit_size_estimate"}


# --- alliances and agreements ---------------------------------------------------------------

MEMBERS = (
    "version4id,ccode,state_name,mem_st_day,mem_st_month,mem_st_year,mem_end_day,mem_end_month,"
    "mem_end_year,left_censor,right_censor,defense,neutrality,nonaggression,entente,version"
)
DYADS = (
    "version4id,ccode1,state_name1,ccode2,state_name2,dyad_st_day,dyad_st_month,dyad_st_year,"
    "dyad_end_day,dyad_end_month,dyad_end_year,left_censor,right_censor,defense,neutrality,"
    "nonaggression,entente,year,version"
)


def test_cow_members_make_an_agreement(tmp_path: Path, countries: Gazetteer) -> None:
    file = made(
        tmp_path / "cow.csv", MEMBERS,
        "210,2,United States of America,4,4,1949,,,,0,1,1,0,0,0,4.1",
        "210,260,German Federal Republic,6,5,1955,2,10,1990,0,0,1,0,0,0,4.1",
        "210,255,Germany,3,10,1990,,,,0,1,1,0,0,0,4.1",
        "7,300,Austria-Hungary,-9,6,1879,3,11,1918,0,0,1,0,0,0,4.1",
    )  # fmt: skip
    found = cow_alliances.CowAlliances(file, countries).tables()
    assert values(found["agreements"], "agreement_id", "kind", "multilateral") == [
        ("cow-alliance-210", "mutual_defence", "false")
    ]
    assert values(found["agreement_parties"], "party", "in_force", "ended") == [
        ("DEU", "1955-05-06", ""), ("USA", "1949-04-04", ""),
    ]  # fmt: skip


def test_cow_dyads_give_each_member_its_own_span(tmp_path: Path, countries: Gazetteer) -> None:
    row = "9,{a},x,{b},y,{start},{end},0,0,0,0,1,0,{year},4.1"
    founders = row.format(a=200, b=220, start="4,3,1947", end="31,12,1960", year=1947)
    later = row.format(a=200, b=211, start="-9,5,1950", end="31,12,1955", year=1950)
    file = made(tmp_path / "cow.csv", DYADS, founders, founders, later)
    found = cow_alliances.CowAlliances(file, countries).tables()
    columns = ("party", "in_force", "in_force_precision", "ended")
    assert values(found["agreement_parties"], *columns) == [
        ("BEL", "1950-05-01", "month", "1956-01-01"),
        ("FRA", "1947-03-04", "day", "1961-01-01"),
        ("GBR", "1947-03-04", "day", "1961-01-01"),
    ]
    assert found["agreements"][0]["note"] == "Coded obligations: non-aggression."
    assert found["agreements"][0]["kind"] == "defence_cooperation"


def test_an_unknown_cow_number_is_named(tmp_path: Path, countries: Gazetteer) -> None:
    file = made(tmp_path / "cow.csv", MEMBERS, "1,3,Nobody,4,4,1949,,,,0,1,1,0,0,0,4.1")
    with pytest.raises(Invalid) as caught:
        cow_alliances.CowAlliances(file, countries).tables()
    assert [(f.row, f.column, f.value) for f in caught.value.records] == [(2, "ccode", "3")]


@pytest.mark.parametrize("names", [("mem1", "mem2"), ("stateA", "stateB")])
def test_atop_years_make_spans(
    tmp_path: Path, countries: Gazetteer, names: tuple[str, str]
) -> None:
    header = (
        f"{names[0]},{names[1]},year,atopally,defense,offense,neutral,nonagg,consul,atopid1,atopid2"
    )
    file = made(
        tmp_path / "atop.csv", header,
        "2,200,1944,1,1,0,0,0,0,3000,.",
        "2,200,1949,1,1,0,0,0,1,3180,.",
        "2,200,2018,1,1,0,0,0,1,3180,.",
        "210,365,1990,1,0,0,0,1,0,4000.5,3180.0",
        "210,365,1991,1,0,0,0,1,0,4000.5,",
    )  # fmt: skip
    found = atop.Atop(file, countries).tables()
    assert values(found["agreements"], "agreement_id", "kind", "multilateral") == [
        ("atop-alliance-3180", "mutual_defence", "true"),
        ("atop-alliance-4000-5", "defence_cooperation", "false"),
    ]
    columns = ("agreement_id", "party", "in_force", "ended")
    assert ("atop-alliance-3180", "USA", "1949-01-01", "") in values(
        found["agreement_parties"], *columns
    )
    assert ("atop-alliance-4000-5", "NLD", "1990-01-01", "1991-01-01") in values(
        found["agreement_parties"], *columns
    )
    # COW 365 is the Soviet Union in 1990 and Russia on the last day of 1991: one member.
    assert {row["party"] for row in found["agreement_parties"]} == {"USA", "GBR", "NLD", "SUN"}


def test_dcad_runs_make_packages(tmp_path: Path, countries: Gazetteer) -> None:
    flags = {1980: 1, 1981: 1, 1982: 0, 1990: 1, 1991: 1, 2010: 0}
    file = made(
        tmp_path / "dcad.csv",
        "ccode1,abbrev1,ccode2,abbrev2,year,dcaGeneralV1,dcaSectorV1,dcaAnyV1,dcaAnyV2",
        *(f"2,USA,436,NIR,{year},0,0,{flag},1" for year, flag in flags.items()),
        "436,NIR,2,USA,1991,0,0,1,1",
    )  # fmt: skip
    found = dcad.Dcad(file, countries).tables()
    assert values(found["agreements"], "agreement_id", "kind") == [
        ("dcad-ner-usa-1980", "package"), ("dcad-ner-usa-1990", "package"),
    ]  # fmt: skip
    spans = values(found["agreement_parties"], "party", "in_force", "in_force_precision", "ended")
    assert spans[0] == ("NER", "1980-12-31", "not_later_than", "1981-01-01")
    assert spans[2] == ("NER", "1990-01-01", "year", "1991-01-01")


@given(years=st.sets(st.integers(1980, 2010), min_size=1))
def test_runs_cover_exactly_the_years(years: set[int]) -> None:
    runs = list(dcad._runs(years))
    assert {year for first, last in runs for year in range(first, last + 1)} == years
    assert all(a[1] + 1 < b[0] for a, b in itertools.pairwise(runs))


# --- the mapping ----------------------------------------------------------------------------

MAPPING = """
file = "table.csv"
date = "year"
missing = [".."]
delimiter = ";"

[source]
source_id = "my-institute"
title = "Troops abroad"
publisher = "My Institute"
kind = "academic"

[columns]
sender = "From"
host = "To"
as_of = "Year"
personnel = "Troops"
basis = "How"

[codes.basis]
"all" = "in_country_total"
"cap" = "authorised_ceiling"
"""


def test_a_table_of_ones_own_by_a_mapping(tmp_path: Path, countries: Gazetteer) -> None:
    made(
        tmp_path / "table.csv", "From;To;Year;Troops;How",
        "France;Niger;2020;400;all", "Germany;Niger;2020;..;cap",
    )  # fmt: skip
    file = made(tmp_path / "map.toml", MAPPING)
    found = column_mapping.ColumnMapping(file, countries).tables()["deployments"]
    columns = ("sender", "host", "as_of", "as_of_precision", "personnel", "basis", "value_state")
    assert values(found, *columns) == [
        ("FRA", "NER", "2020-01-01", "year", "400", "in_country_total", "reported"),
        ("DEU", "NER", "2020-01-01", "year", "", "authorised_ceiling", "not_reported"),
    ]


def test_names_may_be_numbers_of_a_system(tmp_path: Path, countries: Gazetteer) -> None:
    made(tmp_path / "table.csv", "From;To;Year;Troops;How", "260;436;1980;1;all")
    file = made(tmp_path / "map.toml", 'names = "cow"' + MAPPING)
    assert (
        column_mapping.ColumnMapping(file, countries).tables()["deployments"][0]["sender"] == "DEU"
    )


def test_what_a_row_breaks_is_named_by_its_line(tmp_path: Path, countries: Gazetteer) -> None:
    made(
        tmp_path / "table.csv", "From;To;Year;Troops;How",
        "France;Niger;2020;400;all", "Atlantis;Niger;2020;4,5;all", "France;Niger;020;1;all",
    )  # fmt: skip
    file = made(tmp_path / "map.toml", MAPPING)
    with pytest.raises(Invalid) as caught:
        column_mapping.ColumnMapping(file, countries).write(tmp_path / "mine")
    assert [(f.row, f.column) for f in caught.value.records] == [
        (3, "From"), (3, "Troops"), (4, "Year"),
    ]  # fmt: skip
    made(tmp_path / "table.csv", "From;To;Year;Troops;How", "France;Niger;2020;4;each")
    with pytest.raises(Invalid, match=r"table\.csv:2: basis") as caught:
        column_mapping.ColumnMapping(file, countries).write(tmp_path / "mine")
    assert not (tmp_path / "mine").exists()


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('kind = "academic"', "", "source lacks 'kind'"),
        ('basis = "How"', "", "no column is 'basis'"),
        ('host = "To"', 'hots = "To"', "deployments has no column 'hots'"),
        ('date = "year"', 'date = "week"', "date is one of day, month, year"),
        ('date = "year"', "dates = 1", "no such key 'dates'"),
        ("[columns]", "[columns", "cannot read"),
    ],
)
def test_a_mapping_that_cannot_mean_anything_is_refused(
    tmp_path: Path, countries: Gazetteer, old: str, new: str, message: str
) -> None:
    made(tmp_path / "table.csv", "From;To;Year;Troops;How")
    file = made(tmp_path / "map.toml", MAPPING.replace(old, new))
    with pytest.raises(UsageError, match=message):
        column_mapping.ColumnMapping(file, countries).tables()


# --- the folder -----------------------------------------------------------------------------


def test_a_folder_holds_several_sources_and_an_import_again_changes_nothing(
    tmp_path: Path, countries: Gazetteer
) -> None:
    un = made(tmp_path / "un.csv", UN, "1,Ghana,GHA,288,UNIFIL,Troops,10,860,2021-03-31")
    geo = made(tmp_path / "geo.csv", GEO, "UNIFIL,2012,Tyre,33.3,35.2,1,Ghana (650)")
    mine = tmp_path / "mine"
    un_contributions.UnContributions(un, countries).write(mine)
    geo_pko.GeoPko(geo, countries).write(mine)
    before = {path.name: path.read_bytes() for path in mine.iterdir()}
    assert len(csv_reader.read_rows(mine / "deployments.csv")) == 2
    assert all(len(row["claim_id"]) == 16 for row in csv_reader.read_rows(mine / "deployments.csv"))
    assert len(csv_reader.read_rows(mine / "sources.csv")) == 2
    (operation,) = csv_reader.read_rows(mine / "operations.csv")
    assert operation["source_id"] == "own-geo-pko-2-3;own-un-contributions"
    un_contributions.UnContributions(un, countries).write(mine)
    assert {path.name: path.read_bytes() for path in mine.iterdir()} == before


def test_the_registry_needs_no_more_than_a_file_and_a_folder(
    tmp_path: Path, countries: Gazetteer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(input_csv, "_current_countries", lambda: countries)
    file = made(tmp_path / "un.csv", UN, "1,Ghana,GHA,288,UNIFIL,Troops,10,860,2021-03-31")
    written = user_data.IMPORTERS["un-contributions"](file).write(tmp_path / "mine")
    assert all(path.parent == tmp_path / "mine" and path.exists() for path in written)


@pytest.mark.parametrize("name", sorted(set(user_data.IMPORTERS) - {"mapping"}))
def test_another_layout_is_refused_with_what_it_lacks(
    tmp_path: Path, countries: Gazetteer, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(input_csv, "_current_countries", lambda: countries)
    with pytest.raises(Invalid, match="column missing"):
        user_data.IMPORTERS[name](made(tmp_path / "x.csv", "a,b", "1,2")).write(tmp_path / "mine")
    (tmp_path / "x.csv").write_bytes(b"caf\xe9")
    with pytest.raises(UsageError, match="cannot read"):
        user_data.IMPORTERS[name](tmp_path / "x.csv").write(tmp_path / "mine")
    with pytest.raises(UsageError, match="cannot read"):
        user_data.IMPORTERS[name](tmp_path / "none.csv").write(tmp_path / "mine")


def test_a_blank_row_has_the_columns_of_its_table() -> None:
    assert set(table_rows.blank("sources", {})) >= {"source_id", "title", "interval"}
    assert "claim_id" not in table_rows.blank("deployments", {})
