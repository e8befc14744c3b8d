"""Countries: exact names and codes at a date, over the table that the project ships."""

from __future__ import annotations

import csv
import datetime as dt
import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from troopdata.errors import AmbiguousCountry, UnknownCode, UnknownCountry, UsageError
from troopdata.gazetteer.over_time import areas_of, part_of
from troopdata.gazetteer.records import CountryRecord
from troopdata.gazetteer.resolver import SYSTEMS, Gazetteer, normalised
from troopdata.io import csv_reader
from troopdata.schemas import model

HOME = Path(__file__).parents[2]
TABLE = HOME / "datasets" / "facts" / "countries.csv"
UPSTREAM = Path(__file__).parents[3] / "shared" / "upstream" / "countries"
ROWS = list(csv_reader.read(TABLE).records())
GAZETTEER = Gazetteer.from_rows(ROWS)
RECORDS = [record for known in GAZETTEER.records.values() for record in known]
SPELLINGS = sorted({name for record in RECORDS for name in record.names})
DAY = dt.timedelta(days=1)


def resolve(value: object, on: str | None = None, system: str | None = None) -> str:
    return GAZETTEER.resolve(value, system=system, on=on)


# Names


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("Niger", "niger"),
        ("  NIGER ", "niger"),
        ("Niger (the)", "niger"),
        ("Côte d'Ivoire", "cote divoire"),
        ("COTE DIVOIRE", "cote divoire"),
        ("Côte d\u2019Ivoire", "cote divoire"),
        ("Trinidad & Tobago", "trinidad and tobago"),
        ("Guinea-Bissau", "guinea bissau"),
        ("U.S.", "us"),
        ("Türkiye", "turkiye"),
        ("São Tomé\u00a0and Príncipe", "sao tome and principe"),
        ("Congo \u2013 Kinshasa", "congo kinshasa"),
        ("The", "the"),
    ],
)
def test_normalised(text: str, key: str) -> None:
    assert normalised(text) == key


@given(st.text())
def test_normalising_twice_changes_nothing(text: str) -> None:
    assert normalised(normalised(text)) == normalised(text)


@pytest.mark.parametrize(
    ("value", "code"),
    [
        *[(name, "USA") for name in ("USA", "US", "U.S.", "United States", "the United States")],
        *[(name, "GBR") for name in ("UK", "U.K.", "Britain", "Great Britain", "England")],
        *[(name, "KOR") for name in ("South Korea", "Republic of Korea", "KOREA, SOUTH", "ROK")],
        *[(name, "PRK") for name in ("North Korea", "DPRK", "KOREA, NORTH")],
        *[(name, "COG") for name in ("Congo (Brazzaville)", "Republic of the Congo")],
        *[(name, "COD") for name in ("Congo (Kinshasa)", "DRC", "DR Congo", "Zaire")],
        *[(name, "CIV") for name in ("Ivory Coast", "Cote d'Ivoire", "Côte d'Ivoire")],
        *[(name, "TUR") for name in ("Turkey", "Türkiye", "TURKIYE")],
        *[(name, "CZE") for name in ("Czech Republic", "Czechia")],
        *[(name, "IOT") for name in ("Diego Garcia", "British Indian Ocean Territory")],
        *[(name, "PCZ") for name in ("Panama Canal Zone", "Canal Zone")],
        *[(name, "XKX") for name in ("Kosovo", "XKX")],
        *[(name, "TWN") for name in ("Taiwan", "Formosa", "China, Republic of (Taiwan)")],
        ("Burma", "MMR"),
        ("Swaziland", "SWZ"),
        ("Eswatini", "SWZ"),
        ("Cape Verde", "CPV"),
        ("Macedonia", "MKD"),
        ("Upper Volta", "BFA"),
        ("Ceylon", "LKA"),
        ("Persia", "IRN"),
        ("East Germany", "DDR"),
        ("South Vietnam", "RVN"),
        ("Soviet Union", "SUN"),
        ("Russia", "RUS"),
        ("Czechoslovakia", "CSK"),
        ("Serbia (Includes Kosovo)", "SRB"),
        ("Palestine", "PSE"),
        ("Guam", "GUM"),
        ("Puerto Rico", "PRI"),
        ("Greenland", "GRL"),
        ("Wake Island", "UMI"),
        ("St. Helena (Includes Ascension Island)", "SHN"),
        ("South Yemen", "YMD"),
        ("Germany", "DEU"),
        ("Vietnam", "VNM"),
        ("Yemen", "YEM"),
        ("Serbia", "SRB"),
        ("Okinawa", "JPN"),
        ("Samoa", "WSM"),
        ("American Samoa", "ASM"),
        ("NATO", "NATO"),
        ("European Union", "EU"),
        ("un", "UN"),
        ("ner", "NER"),
    ],
)
def test_today_a_name_is_one_country(value: str, code: str) -> None:
    assert resolve(value) == code


@pytest.mark.parametrize(
    ("value", "codes"),
    [
        ("Korea", ("KOR", "PRK")),
        ("Congo", ("COD", "COG")),
        ("Virgin Islands", ("VGB", "VIR")),
        ("Yugoslavia", ("SRB", "YUG")),
    ],
)
def test_a_name_of_several_countries_is_refused(value: str, codes: tuple[str, ...]) -> None:
    with pytest.raises(AmbiguousCountry) as caught:
        resolve(value)
    assert caught.value.candidates == codes


@pytest.mark.parametrize(
    ("value", "on", "code"),
    [
        *[("Germany", f"{year}-09-30", "DEU") for year in (1945, 1947, 1950, 1960, 1990, 2026)],
        ("Germany", "1945-05-08", "DEU"),
        ("Vietnam", "1950-06-30", "VNM"),
        ("Vietnam", "1976-01-01", "VNM"),
        ("Yemen", "1970-01-01", "YEM"),
        ("Yemen", "1990-05-22", "YEM"),
        ("Aden", "1965-09-30", "YMD"),
        ("China", "1950-06-30", "CHN"),
        ("Republic of China", "1945-01-01", "CHN"),
        ("Republic of China", "1965-01-01", "TWN"),
        ("Russia", "1917-01-01", "RUS"),
        ("Russia", "1980-01-01", "SUN"),
        ("Yugoslavia", "1991-12-31", "YUG"),
        ("Yugoslavia", "1992-04-27", "SRB"),
        ("Serbia and Montenegro", "2003-02-04", "SRB"),
        ("Montenegro", "1995-01-01", "MNE"),
        ("Kosovo", "1999-06-12", "XKX"),
        ("Okinawa", "1972-05-14", "XRY"),
        ("Okinawa", "1972-05-15", "JPN"),
        ("Korea", "1930-01-01", "XKO"),
        ("Congo", "1985-09-30", "COG"),
        ("Zaire", "1985-09-30", "COD"),
        ("Malaya", "1955-06-30", "MYS"),
        ("British Guiana", "1961-09-30", "GUY"),
        ("French Somaliland", "1955-06-30", "DJI"),
        ("Cameroun", "1961-09-30", "CMR"),
        ("Netherlands Antilles", "2010-10-09", "ANT"),
        ("Indo-China", "1954-06-30", "XIC"),
        ("Trieste", "1950-06-30", "XTS"),
        ("Jerusalem", "1950-06-30", "XJE"),
        ("Panama Canal Zone", "1979-09-30", "PCZ"),
        ("Akrotiri", "2020-09-30", "XAD"),
        ("Abyei", "2011-06-30", "XAY"),
        ("Abyei Area", "2015-06-30", "XAY"),
        ("Golan", "1974-06-30", "XGO"),
        ("Golan Heights", "2014-06-30", "XGO"),
        ("Kashmir", "2014-06-30", "XKM"),
        ("UNTSO area", "1948-06-30", "XMT"),
        ("MINURCAT area", "2010-06-30", "XMC"),
        ("Hong Kong", "1997-06-30", "HKG"),
        ("Bechuanaland", "1960-01-01", "BWA"),
        ("Botswana", "1960-01-01", "BWA"),
    ],
)
def test_a_name_at_a_date(value: str, on: str, code: str) -> None:
    assert resolve(value, on) == code
    assert resolve(value, dt.date.fromisoformat(on)) == code  # type: ignore[arg-type]


@pytest.mark.parametrize("on", ["1955-06-30", "1975-04-30"])
def test_vietnam_while_there_were_two_is_refused(on: str) -> None:
    with pytest.raises(AmbiguousCountry, match="RVN or VNM"):
        resolve("Vietnam", on)


@pytest.mark.parametrize("on", ["1950-06-30", "2024-12-31"])
def test_korea_while_there_are_two_is_refused(on: str) -> None:
    with pytest.raises(AmbiguousCountry, match="KOR or PRK"):
        resolve("Korea", on)


# What the R package gets wrong


def test_r_package_niger_is_not_nigeria() -> None:
    assert resolve("Niger") == "NER"
    assert resolve("Nigeria") == "NGA"
    assert GAZETTEER.select("Niger") == {"NER"}


def test_r_package_mali_is_not_somalia() -> None:
    assert (resolve("Mali"), resolve("Somalia")) == ("MLI", "SOM")


def test_r_package_oman_is_not_romania() -> None:
    assert (resolve("Oman"), resolve("Romania")) == ("OMN", "ROU")


def test_r_package_dominica_is_not_the_dominican_republic() -> None:
    assert (resolve("Dominica"), resolve("Dominican Republic")) == ("DMA", "DOM")


def test_r_package_guinea_is_one_of_four() -> None:
    names = ("Guinea", "Guinea-Bissau", "Equatorial Guinea", "Papua New Guinea")
    assert [resolve(name) for name in names] == ["GIN", "GNB", "GNQ", "PNG"]


def test_r_package_uk_is_not_ukraine() -> None:
    assert (resolve("UK"), resolve("Ukraine")) == ("GBR", "UKR")


def test_r_package_us_is_not_australia_austria_or_russia() -> None:
    names = ("US", "Australia", "Austria", "Russia")
    assert [resolve(name) for name in names] == ["USA", "AUS", "AUT", "RUS"]


def test_r_package_two_sudans() -> None:
    assert (resolve("Sudan"), resolve("South Sudan")) == ("SDN", "SSD")


def test_r_package_virginia_is_not_a_country() -> None:
    with pytest.raises(UnknownCountry):
        resolve("Virginia")


def test_r_package_host_2_is_one_country_and_not_fifty() -> None:
    assert resolve(2) == "USA"
    assert GAZETTEER.select(2) == {"USA"}


def test_r_package_germany_is_255_and_260() -> None:
    assert resolve(255, "1995-01-01") == resolve(260, "1980-01-01") == resolve(255) == "DEU"
    assert GAZETTEER.codes("DEU", "cow", "1989-12-31") == 260
    assert GAZETTEER.codes("DEU", "cow", "1990-10-03") == 255
    assert GAZETTEER.codes("DEU", "gw", "1990-10-03") == 260


@pytest.mark.parametrize("code", ["GUM", "GRL", "PRI", "YEM", "XKX"])
def test_r_package_codes_that_return_nothing(code: str) -> None:
    assert resolve(code) == code


def test_r_package_swaziland_and_botswana_have_their_own_codes() -> None:
    assert resolve(GAZETTEER.codes("SWZ", "cow")) == "SWZ"
    assert resolve(GAZETTEER.codes("BWA", "cow")) == "BWA"


# Codes


@pytest.mark.parametrize(
    ("value", "system", "on", "code"),
    [
        (436, None, None, "NER"),
        ("436", "cow", None, "NER"),
        (345, "cow", "1950-01-01", "YUG"),
        (345, "cow", "1995-01-01", "SRB"),
        (345, "cow", None, "SRB"),
        (345, "gw", "2006-06-04", "SRB"),
        (340, "gw", "2006-06-05", "SRB"),
        (365, "cow", "1980-01-01", "SUN"),
        (365, "cow", None, "RUS"),
        (678, "cow", "1980-01-01", "YEM"),
        (679, "cow", None, "YEM"),
        (817, "gw", "1968-09-30", "RVN"),
        (970, "cow", None, "NRU"),
        (970, "gw", None, "KIR"),
        ("AUS", "cow_abbr", None, "AUT"),
        ("AUS", "iso3", None, "AUS"),
        ("AUS", None, None, "AUS"),
        ("MNG", "cow_abbr", None, "MNE"),
        ("MNG", None, None, "MNG"),
        ("004", "iso_numeric", None, "AFG"),
        (4, "iso_numeric", None, "AFG"),
        ("276", "iso_numeric", None, "DEU"),
        ("280", "iso_numeric", "1980-01-01", "DEU"),
        ("YUG", "iso3", "1980-01-01", "YUG"),
        ("YUG", "iso3", "2002-08-25", "SRB"),
        ("YUG", None, None, "YUG"),
        ("YUG", None, "2002-08-25", "SRB"),
        ("SCG", None, "2004-01-01", "SRB"),
        ("SCG", None, None, "SRB"),
        ("SRB", "iso3", "1995-01-01", "SRB"),
        ("ZAR", None, None, "COD"),
        ("MMR", "iso3", "1970-01-01", "MMR"),
        ("BUR", "iso3", "1970-01-01", "MMR"),
        ("Chad", "name", None, "TCD"),
    ],
)
def test_a_code_of_a_system(
    value: str | int, system: str | None, on: str | None, code: str
) -> None:
    assert resolve(value, on, system) == code


@pytest.mark.parametrize("code", ["AUT", "NER"])
def test_a_code_is_not_a_name(code: str) -> None:
    with pytest.raises(UnknownCountry):
        resolve(code, system="name")


@pytest.mark.parametrize(
    ("on", "iso3", "numeric"),
    [
        ("1992-04-26", None, None),
        ("1992-04-27", "YUG", "891"),
        ("2003-02-03", "YUG", "891"),
        ("2003-02-04", "SCG", "891"),
        ("2006-06-02", "SCG", "891"),
        ("2006-06-03", "SRB", "688"),
    ],
)
def test_serbia_takes_over_yugoslavias_codes(
    on: str, iso3: str | None, numeric: str | None
) -> None:
    if iso3 is None:
        assert GAZETTEER.codes("YUG", "iso3", on) == "YUG"
        assert not GAZETTEER.exists("YUG", "1992-04-27")
    else:
        assert GAZETTEER.codes("SRB", "iso3", on) == iso3
        assert GAZETTEER.codes("SRB", "iso_numeric", on) == numeric
        assert GAZETTEER.codes("SRB", "cow", on) == 345


def test_a_day_without_the_country_has_no_code() -> None:
    assert GAZETTEER.codes("RVN", "cow", "1990-01-01") is None
    assert GAZETTEER.codes("GUM", "cow") is None


@pytest.mark.parametrize("system", ["iso", "", "COW"])
def test_an_unknown_system_is_refused(system: str) -> None:
    with pytest.raises(UnknownCode, match=r"one of name, iso3|did you mean"):
        resolve("Niger", system=system)
    with pytest.raises(UnknownCode):
        GAZETTEER.codes("NER", system)
    with pytest.raises(UnknownCode):
        GAZETTEER.lookup(system)


@pytest.mark.parametrize("value", [None, True, 2.0, b"NER", ["NER"], "", "  ", "..."])
def test_what_is_neither_name_nor_number_is_refused(value: object) -> None:
    with pytest.raises(UsageError):
        resolve(value)


@pytest.mark.parametrize("on", ["2024", "1.1.2024", "2024-02-30", 2024])
def test_what_is_not_a_day_is_refused(on: object) -> None:
    with pytest.raises(UsageError, match="is not a date"):
        GAZETTEER.resolve("Niger", on=on)  # type: ignore[arg-type]


# Messages


def test_a_near_name_is_offered_first() -> None:
    with pytest.raises(UnknownCountry) as caught:
        resolve("Nigr")
    assert caught.value.suggestions[0] == "Niger"
    assert str(caught.value).startswith("unknown country 'Nigr'; did you mean Niger or ")


def test_the_nearest_name_of_a_country_with_several_near_names_is_first() -> None:
    """Germany has "Germany" and the names of its past, which are less like it than Guernsey is."""
    with pytest.raises(UnknownCountry) as caught:
        resolve("Germny")
    assert caught.value.suggestions[:2] == ("Germany", "Guernsey")


def test_a_code_of_another_day_says_when_and_what_instead() -> None:
    with pytest.raises(UnknownCountry) as caught:
        resolve(260, "1995-01-01")
    assert str(caught.value) == (
        "unknown country 260 (cow) on 1995-01-01: it was DEU from 1955-05-05 to 1990-10-03; "
        "DEU has 255 on that day"
    )


def test_a_name_of_another_day_says_when() -> None:
    with pytest.raises(UnknownCountry, match="COD from 1971-10-27 to 1997-05-17"):
        resolve("Zaire", "2020-01-01")
    with pytest.raises(UnknownCountry, match="SUN from 1922-12-30 to 1991-12-26"):
        resolve("SUN", "2008-09-30")
    with pytest.raises(UnknownCountry, match=r"EU from 1993-11-01$"):
        resolve("EU", "1980-01-01")


def test_a_number_as_text_asks_for_its_system() -> None:
    with pytest.raises(UnknownCountry, match="needs its system"):
        resolve("999")


def test_near_offers_codes() -> None:
    assert GAZETTEER.near("NGER")[0] == "NER"
    assert GAZETTEER.near("Nigr")[0] == "NER"
    assert GAZETTEER.near("zzzzzz") == []


# Filters


def test_select_takes_one_or_several() -> None:
    assert GAZETTEER.select(["NER", "Chad", 432]) == {"NER", "TCD", "MLI"}
    assert GAZETTEER.select(("Germany",), on="1960-01-01") == {"DEU"}
    assert GAZETTEER.select([]) == frozenset()


def test_select_resolves_exactly() -> None:
    with pytest.raises(AmbiguousCountry):
        GAZETTEER.select("Yugoslavia")
    assert GAZETTEER.select("Yugoslavia", on="2000-01-01") == {"SRB"}
    with pytest.raises(UnknownCountry):
        GAZETTEER.select(["Niger", "Nigr"])


@pytest.mark.parametrize("region", model.vocabularies()["region"].codes)
def test_a_region_is_its_countries(region: str) -> None:
    label = model.vocabularies()["region"].labels[region]
    wanted = {row["country"] for row in ROWS if row["region"] == region}
    assert wanted
    assert GAZETTEER.select(region) == GAZETTEER.select(label) == wanted
    assert GAZETTEER.select(label.replace(" and ", " & ").upper()) == wanted
    assert {GAZETTEER.region(code) for code in wanted} == {region}


@pytest.mark.parametrize(
    ("region", "within", "without"),
    [
        ("Sub-Saharan Africa", {"NER", "SDN", "IOT", "SHN"}, {"DZA", "DJI", "EGY"}),
        ("Middle East and North Africa", {"DJI", "MLT", "IRN", "YMD"}, {"TUR", "AFG"}),
        ("Europe and Central Asia", {"DEU", "SUN", "YUG", "TUR", "GRL", "KAZ"}, {"MLT"}),
        ("South Asia", {"AFG", "PAK"}, {"IRN", "MMR"}),
        ("North America", {"USA", "CAN", "BMU"}, {"MEX", "GRL"}),
        ("Latin America and Caribbean", {"PRI", "PCZ", "CUB", "ANT"}, {"BMU"}),
        ("East Asia and Pacific", {"JPN", "XRY", "GUM", "RVN", "AUS"}, {"LKA"}),
    ],
)
def test_countries_lie_in_their_region(region: str, within: set[str], without: set[str]) -> None:
    selected = GAZETTEER.select(region)
    assert within <= selected
    assert not without & selected


def test_a_region_at_a_date() -> None:
    europe = GAZETTEER.select("europe_central_asia", on="1980-01-01")
    assert {"SUN", "YUG", "CSK", "DDR", "DEU"} <= europe
    assert not {"RUS", "HAN"} & europe


def test_no_region_is_also_a_country() -> None:
    labels = model.vocabularies()["region"].labels
    names = {normalised(name) for name in SPELLINGS}
    assert not names & {normalised(word) for pair in labels.items() for word in pair}


# Reading off


def test_record_name_and_exists() -> None:
    assert GAZETTEER.name("COD") == "Democratic Republic of the Congo"
    assert GAZETTEER.name("COD", "1985-01-01") == "Zaire"
    assert GAZETTEER.exists("RVN", "1975-04-30")
    assert not GAZETTEER.exists("RVN", "1975-05-01")
    assert not GAZETTEER.exists("QQQ", "2000-01-01")
    assert GAZETTEER.exists("NER", dt.date.max)
    assert GAZETTEER.record("RVN", "1990-01-01") is None
    record = GAZETTEER.record("GUM", "1980-01-01")
    assert record is not None
    assert (record.kind, record.sovereign, record.valid_to) == ("territory", "USA", None)
    assert "NER" in GAZETTEER
    assert "Niger" not in GAZETTEER
    with pytest.raises(UnknownCountry, match="1954-05-01 to 1975-05-01"):
        GAZETTEER.name("RVN", "1990-01-01")
    with pytest.raises(UnknownCountry):
        GAZETTEER.region("QQQ")


def test_lookup_joins_neighbours_of_one_value() -> None:
    cow = GAZETTEER.lookup("cow")
    assert cow["DEU"] == [
        (dt.date(1816, 1, 1), dt.date(1945, 5, 9), 255),
        (dt.date(1955, 5, 5), dt.date(1990, 10, 3), 260),
        (dt.date(1990, 10, 3), dt.date.max, 255),
    ]
    assert cow["SRB"][-1] == (dt.date(1992, 4, 27), dt.date.max, 345)
    assert cow["GUM"] == []
    assert GAZETTEER.lookup("iso3")["COD"][1][2] == "ZAR"
    assert GAZETTEER.lookup("name")["NER"] == [(dt.date(1900, 1, 1), dt.date.max, "Niger")]


def test_lookup_says_what_codes_says() -> None:
    for system in SYSTEMS:
        for code, spans in GAZETTEER.lookup(system).items():
            for first, last, value in spans:
                assert GAZETTEER.codes(code, system, first) == value
                assert GAZETTEER.codes(code, system, last - DAY) == value


def test_typed_rows_give_the_same_gazetteer() -> None:
    def typed(row: dict[str, str]) -> dict[str, object]:
        given: dict[str, object] = {column: value or None for column, value in row.items()}
        for column in ("cow", "gw"):
            given[column] = int(row[column]) if row[column] else None
        for column in ("valid_from", "valid_to"):
            given[column] = dt.date.fromisoformat(row[column]) if row[column] else None
        return given

    assert Gazetteer.from_rows(map(typed, ROWS)).records == GAZETTEER.records


@pytest.mark.parametrize(
    ("column", "value", "message"),
    [
        ("valid_from", "", "has no country, valid_from or name"),
        ("name", None, "has no country, valid_from or name"),
        ("valid_to", "2024", "is not a date"),
        ("cow", 436.0, "is not a whole number"),
        ("cow", "four", "is not a whole number"),
        ("aliases", float("nan"), "is not text"),
    ],
)
def test_a_row_of_the_wrong_type_is_refused(column: str, value: object, message: str) -> None:
    row = {"country": "NER", "valid_from": "1960-08-03", "name": "Niger", column: value}
    with pytest.raises(UsageError, match=message):
        Gazetteer.from_rows([row])


# The table


def test_the_table_has_the_columns_of_its_schema() -> None:
    assert csv_reader.read(TABLE).failures == ()
    assert csv_reader.read(TABLE).columns == model.table("countries").columns
    keys = [(row["country"], row["valid_from"]) for row in ROWS]
    assert keys == sorted(set(keys))


def test_cells_fit_their_constraints() -> None:
    for field in model.table("countries").fields:
        pattern = field.constraints.get("pattern", ".*")
        for row in ROWS:
            cell = row[field.name]
            assert cell or not field.required
            assert not csv_reader.suspicious(cell)
            assert not cell or re.fullmatch(pattern, cell, re.DOTALL)
            assert len(cell) <= field.constraints.get("maxLength", len(cell))
            assert not cell or field.vocabulary is None or cell in field.vocabulary.codes


def test_records_of_a_country_do_not_overlap() -> None:
    for known in GAZETTEER.records.values():
        for one, other in pairwise(known):
            assert one.valid_to is not None
            assert one.valid_from < one.valid_to <= other.valid_from
        assert known[-1].valid_to is None or known[-1].valid_from < known[-1].valid_to


def test_every_sovereign_exists_all_the_while() -> None:
    for record in RECORDS:
        if record.sovereign:
            last = (record.valid_to or dt.date(2026, 1, 1)) - DAY
            assert record.kind in ("territory", "disputed")
            assert GAZETTEER.exists(record.sovereign, record.valid_from), record
            assert GAZETTEER.exists(record.sovereign, last), record


def test_states_have_a_code_or_a_reason() -> None:
    bare = {
        record.country
        for record in RECORDS
        if record.kind == "state" and record.cow is None and record.gw is None
    }
    assert bare == {"VAT"}


def test_only_states_have_numbers() -> None:
    for record in RECORDS:
        assert record.kind == "state" or (record.cow, record.gw) == (None, None)
        assert (record.cow is None) == (record.cow_abbr is None)


def test_no_name_is_the_code_of_another() -> None:
    for record in RECORDS:
        for name in record.names:
            assert GAZETTEER.records.get(normalised(name).upper(), (record,))[0].country == (
                record.country
            )


@pytest.mark.integration
def test_only_these_names_are_shared_on_one_day() -> None:
    shared: dict[str, set[str]] = {}
    for name in SPELLINGS:
        carrying = [s for s in RECORDS if normalised(name) in {normalised(n) for n in s.names}]
        for day in {s.valid_from for s in carrying}:
            codes = {s.country for s in carrying if s.covers(day)}
            if len(codes) > 1:
                shared[normalised(name)] = codes
    assert shared == {
        "congo": {"COD", "COG"},
        "korea": {"KOR", "PRK"},
        "viet nam": {"RVN", "VNM"},
        "vietnam": {"RVN", "VNM"},
        "virgin islands": {"VGB", "VIR"},
    }


@pytest.mark.parametrize(
    "code",
    [
        *("SUN", "YUG", "CSK", "DDR", "YMD", "PCZ", "PCI", "ANT", "RVN", "XKX", "TWN", "PSE"),
        *(
            "XRY",
            "XIC",
            "XWI",
            "XTS",
            "XAD",
            "XSP",
            "XAB",
            "XSO",
            "XNC",
            "XSL",
            "XTN",
            "XNK",
            "XJE",
            "XAY",
            "XGO",
            "XKM",
            "XMC",
            "XMT",
        ),
        *("UN", "EU", "NATO", "AU", "ECO", "MFO", "OSCE"),
        *("GUM", "PRI", "GRL", "IOT", "UMI", "ASM", "MNP", "VIR", "BMU", "HKG", "GIB", "SHN"),
    ],
)
def test_a_special_code_exists(code: str) -> None:
    assert resolve(code) == code


def test_codes_of_our_own_are_explained() -> None:
    for row in ROWS:
        if row["country"].startswith("X") and not row["country"].startswith("XK"):
            assert "Our own code" in row["note"]


AREAS = {
    "XAY": ("disputed", ("SDN", "SSD")),
    "XGO": ("disputed", ("ISR", "SYR")),
    "XKM": ("disputed", ("IND", "PAK")),
    "XMC": ("mission_area", ("CAF", "TCD")),
    "XMT": ("mission_area", ("EGY", "ISR", "JOR", "LBN", "SYR")),
}


@pytest.mark.parametrize("code", AREAS)
def test_an_area_between_states_names_them_and_is_no_part_of_one(code: str) -> None:
    last = GAZETTEER.records[code][-1]
    assert (last.kind, last.states) == AREAS[code]
    assert (last.sovereign, last.within) == (None, None)
    assert not part_of(GAZETTEER, code)
    on = dt.date(2010, 6, 30) if code == "XMC" else dt.date(2015, 6, 30)
    for state in last.states:
        assert code in areas_of(GAZETTEER, state, on)
    assert code not in areas_of(GAZETTEER, "FRA", on)
    # Codes that ISO leaves to its users can be no other system's.
    assert not last.iso3
    assert not GAZETTEER.carrying("iso3", code)


def test_an_area_is_named_by_its_states_only_while_it_is_one() -> None:
    assert areas_of(GAZETTEER, "SDN", dt.date(2011, 7, 8)) == ()
    assert areas_of(GAZETTEER, "SDN", dt.date(2011, 7, 9)) == ("XAY",)
    assert areas_of(GAZETTEER, "TCD", dt.date(2011, 2, 1)) == ()
    # Until South Sudan left it, Abyei was in Sudan.
    before = GAZETTEER.record("XAY", "2011-07-08")
    assert before is not None
    assert (before.kind, before.sovereign, before.states) == ("disputed", "SDN", ())


@pytest.mark.parametrize(
    ("wrong", "near"),
    [("Abiyei", "Abyei"), ("Golan Hights", "Golan Heights"), ("Kashmeer", "Kashmir")],
)
def test_a_misspelt_area_is_suggested(wrong: str, near: str) -> None:
    with pytest.raises(UnknownCountry) as caught:
        resolve(wrong)
    assert caught.value.hint == f"did you mean {near}?"


def test_countries_of_today_reach_back() -> None:
    for known in GAZETTEER.records.values():
        if known[-1].valid_to is None and known[-1].iso3 and known[-1].country != "RUS":
            assert known[0].valid_from < dt.date(1960, 1, 1), known[-1].country
            gaps = [b.valid_from for a, b in pairwise(known) if a.valid_to != b.valid_from]
            assert all(gap <= dt.date(1945, 1, 1) for gap in gaps), known[-1].country


def test_countries_cite_sources() -> None:
    files = (HOME / "datasets" / "facts").glob("sources*.csv")
    known = {row["source_id"] for file in files for row in csv_reader.read(file).records()}
    assert {source for row in ROWS for source in row["source_id"].split(";")} <= known


# The state lists that the table is built from, where the checkout has them


def upstream(name: str) -> Path:
    path = UPSTREAM / name
    if not path.exists():
        pytest.skip(f"no {name} beside this checkout")
    return path


def states(name: str, code: str) -> Iterator[tuple[int, dt.date, dt.date]]:
    with open(upstream(name), encoding="utf-8", newline="") as handle:
        for row in csv.DictReader(handle):
            first, last = (dt.date.fromisoformat(row[end]) for end in ("start", "end"))
            yield int(row[code]), first, min(last, dt.date(9999, 12, 30))


@pytest.mark.parametrize(
    ("name", "column", "system"),
    [("cow_states.csv", "cowcode", "cow"), ("gw_states.csv", "gwcode", "gw")],
)
def test_round_trip_of_a_state_list(name: str, column: str, system: str) -> None:
    for number, first, last in states(name, column):
        ends = [GAZETTEER.resolve(number, system=system, on=day) for day in (first, last)]
        for day, country in zip((first, last), ends, strict=True):
            assert GAZETTEER.codes(country, system, day) == number
        if number not in (345, 365):  # Serbia and Yugoslavia, Russia and the Soviet Union
            assert len(set(ends)) == 1


@pytest.mark.parametrize(
    ("name", "column", "system"),
    [("cow_states.csv", "cowcode", "cow"), ("gw_states.csv", "gwcode", "gw")],
)
def test_a_number_holds_on_the_days_of_its_list_alone(name: str, column: str, system: str) -> None:
    listed: dict[int, list[tuple[dt.date, dt.date]]] = {}
    for number, first, last in states(name, column):
        listed.setdefault(number, []).append((first, last + DAY))
    held: dict[int, list[tuple[dt.date, dt.date]]] = {}
    for spans in GAZETTEER.lookup(system).values():
        for first, last, number in spans:
            held.setdefault(int(number), []).append((first, last))
    assert {number: joined(spans) for number, spans in held.items()} == {
        number: joined(spans) for number, spans in listed.items()
    }


def joined(spans: list[tuple[dt.date, dt.date]]) -> list[tuple[dt.date, dt.date]]:
    """Join spans that touch."""
    found: list[tuple[dt.date, dt.date]] = []
    for first, last in sorted(spans):
        touching = bool(found) and found[-1][1] == first
        found.append((found.pop()[0] if touching else first, last))
    return found


def test_every_iso_code_exists() -> None:
    with open(upstream("hdx_countries.csv"), encoding="utf-8", newline="") as handle:
        rows = list(csv.DictReader(handle))
    codes = {row["ISO 3166-1 Alpha 3-Codes"]: row for row in rows}
    codes.pop("")
    assert len(codes) == 249
    for code, row in codes.items():
        assert resolve(code) == code
        assert GAZETTEER.codes(code, "iso3") == code
        assert GAZETTEER.codes(code, "iso_numeric") == row["m49 numerical code"].zfill(3)
        for column in ("Preferred Term", "English Formal", "M49 English"):
            name = row[column].removeprefix("the ")
            if name and name != "Congo":
                assert resolve(name) == code


# Properties


def carried(code: str, on: dt.date | None) -> set[str]:
    known = [s for s in GAZETTEER.records[code] if on is None or s.covers(on)]
    return {code.casefold()} | {
        key
        for record in known
        for key in (*map(normalised, record.names), (record.iso3 or code).casefold())
    }


texts = st.one_of(
    st.text(max_size=30),
    st.sampled_from(SPELLINGS),
    st.sampled_from(SPELLINGS).flatmap(lambda name: st.sampled_from([name[:-1], name[1:]])),
    st.tuples(st.sampled_from(SPELLINGS), st.text(max_size=3)).map("".join),
    st.sampled_from(SPELLINGS).map(lambda name: f" The {name.upper()} "),
)
days = st.none() | st.dates(dt.date(1816, 1, 1), dt.date(2030, 1, 1))


@given(value=texts, on=days)
def test_resolve_never_guesses(value: str, on: dt.date | None) -> None:
    try:
        code = GAZETTEER.resolve(value, on=on)
    except UsageError:
        return
    assert normalised(value) in carried(code, on)


@given(record=st.sampled_from(RECORDS), data=st.data())
def test_a_name_on_its_day_is_found_or_shared(record: CountryRecord, data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(record.names))
    last = (record.valid_to or dt.date(2030, 1, 1)) - DAY
    day = data.draw(st.dates(record.valid_from, last))
    try:
        found: tuple[str, ...] = (GAZETTEER.resolve(name, on=day),)
    except AmbiguousCountry as error:
        found = error.candidates
    assert record.country in found


@given(number=st.integers(0, 1000), on=days, system=st.sampled_from(["cow", "gw"]))
def test_a_number_is_carried_on_that_day(number: int, on: dt.date | None, system: str) -> None:
    try:
        code = GAZETTEER.resolve(number, system=system, on=on)
    except UsageError:
        return
    assert any(
        record.value(system) == number and (on is None or record.covers(on))
        for record in GAZETTEER.records[code]
    )


@pytest.mark.parametrize(("value", "code"), [("NGR", "NER"), ("UAS", "USA"), ("DUE", "DEU")])
def test_a_slip_in_a_code_is_offered_the_code(value: str, code: str) -> None:
    assert code in GAZETTEER.near(value)


@pytest.mark.parametrize(
    ("continent", "first"),
    [
        ("Europe", "Europe and Central Asia"),
        ("Latin America", "Latin America and Caribbean"),
        ("the Middle East", "Middle East and North Africa"),
        ("Western Africa", "Middle East and North Africa"),
    ],
)
def test_a_continent_is_answered_with_the_regions_there_are(continent: str, first: str) -> None:
    import troopdata as td

    for ask in (
        lambda: td.presence(sender="USA", host=continent, years=2020),
        lambda: td.deployments(host=continent),
    ):
        with pytest.raises(UnknownCountry) as caught:
            ask()
        assert f"regions are those of the World Bank: {first!r}, " in str(caught.value)
        assert "'Sub-Saharan Africa'" in caught.value.hint
        assert "did you mean" not in str(caught.value)
    assert len(td.deployments(host=first, between=("2020-01-01", "2020-12-31")))
