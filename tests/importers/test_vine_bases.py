"""Vine's lists: what a row bounds, where a spell parts, and what is no base."""

from __future__ import annotations

import csv
import re
import shutil
from pathlib import Path

import pytest

from troopdata.errors import Invalid
from troopdata.importers.vine_bases import COUNTRY, LISTS, VineBases
from troopdata.io import csv_reader
from troopdata.schemas import model

LINK = ["list", "row", "base_id", "place", "spell", "sight", "closed", "closed_precision", "reason"]
PLACES = [field.name for field in model.table("bases").fields if not field.computed]


def write(path: Path, header: list[str], rows: list[dict[str, str]]) -> None:
    with open(path, "w", encoding="utf-8", newline="") as handle:
        writer = csv.DictWriter(handle, header, restval="", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


@pytest.fixture(scope="session")
def committed(root: Path) -> Path:
    return root / "datasets" / "series" / VineBases.name


@pytest.fixture
def series(tmp_path: Path, committed: Path) -> Path:
    for name in ("sources", "corrections"):
        header = (committed / f"{name}.csv").read_text(encoding="utf-8").splitlines()[0]
        (tmp_path / f"{name}.csv").write_text(header + "\n", encoding="utf-8")
    for file in LISTS.values():
        write(tmp_path / file.name, list(file.columns), [])
    return tmp_path


def spells(series: Path, *seen: dict[str, str], host: str = "PAN") -> list[dict[str, str]]:
    """Return the spells of one base that rows of the lists name, each row its list and cells."""
    links = []
    for number, row in enumerate(seen, start=1):
        name = row["list"]
        path = series / f"{name}.csv"
        header = path.read_text(encoding="utf-8").splitlines()[0].split(",")
        cells = {key: value for key, value in row.items() if key in header}
        kept = csv_reader.read_rows(path)
        write(path, header, [*kept, {"row": str(number), "name": "Fort X", **cells}])
        link = {"sight": "seen", "place": "series", "spell": "series", "base_id": "pan-fort-x"}
        links.append(link | {k: v for k, v in row.items() if k in LINK} | {"row": str(number)})
    write(series / "links.csv", LINK, links)
    place = {"base_id": "pan-fort-x", "name": "Fort X", "host": host, "source_id": "vine-1989"}
    write(series / "places.csv", PLACES, [place])
    return VineBases(series).rows()["tenancies"]


def span(row: dict[str, str]) -> tuple[str, ...]:
    return tuple(row[name] for name in ("started", "started_precision", "ended", "ended_precision"))


def test_one_old_list_bounds_both_ends(series: Path) -> None:
    (row,) = spells(series, {"list": "1989"})
    assert span(row) == ("1989-12-31", "not_later_than", "1990-01-01", "not_earlier_than")
    assert (row["tenancy_id"], row["source_id"]) == ("pan-fort-x-usa-1989", "vine-1989")
    assert row["end_mode"] == row["status_as_of"] == ""


def test_the_newest_list_leaves_the_end_open(series: Path) -> None:
    (row,) = spells(series, {"list": "1989"}, {"list": "2021", "small": "1"})
    assert span(row) == ("1989-12-31", "not_later_than", "", "")
    assert (row["status_as_of"], row["size"], row["role"]) == ("2021-01-01", "small", "tenant")
    assert row["source_id"] == "vine-1989;vine-open"


def test_the_newest_list_alone_bounds_the_start_and_no_later_day(series: Path) -> None:
    (row,) = spells(series, {"list": "2021", "small": "1"})
    assert span(row) == ("2021-12-31", "not_later_than", "", "")
    assert row["status_as_of"] == ""


def test_1945_and_1989_are_two_spells(series: Path) -> None:
    first, second = spells(series, {"list": "1945"}, {"list": "1989"})
    assert span(first) == ("1945-09-02", "not_later_than", "1945-09-03", "not_earlier_than")
    assert span(second)[:2] == ("1989-12-31", "not_later_than")


def test_an_opening_year_joins_what_it_covers(series: Path) -> None:
    seen = [
        {"list": "1945"},
        {"list": "1989"},
        {"list": "openings", "opened": "1942", "bases": "1"},
    ]
    (row,) = spells(series, *seen)
    assert span(row) == ("1942-01-01", "year", "2020-05-17", "not_earlier_than")


def test_an_opening_year_parts_what_lies_before_it(series: Path) -> None:
    first, second = spells(series, {"list": "1989"}, {"list": "openings", "opened": "2014"})
    assert span(first)[2:] == ("1990-01-01", "not_earlier_than")
    assert span(second)[:2] == ("2014-01-01", "year")


@pytest.mark.parametrize(
    ("text", "started"),
    [("1951?", "2020-05-16"), ("?", "2020-05-16"), ("1990s", "1990-01-01"), ("1951", "1951-01-01")],
)
def test_a_doubtful_year_is_no_opening(series: Path, text: str, started: str) -> None:
    (row,) = spells(series, {"list": "openings", "opened": text})
    assert row["started"] == started


def test_a_correction_turns_an_opening_year_into_a_bound(series: Path) -> None:
    header = (series / "corrections.csv").read_text(encoding="utf-8").strip().split(",")
    correction = {"correction_id": "vine-openings-1-opened", "row": "openings, row 1: Fort X"}
    correction |= {"column": "opened", "expected": "2014", "corrected": "by 2014"}
    write(series / "corrections.csv", header, [correction])
    (row,) = spells(series, {"list": "openings", "opened": "2014"}, {"list": "2021"})
    assert span(row)[:2] == ("2014-12-31", "not_later_than")
    assert row["tenancy_id"] == "pan-fort-x-usa-2014"


@pytest.mark.parametrize(("host", "count"), [("PAN", 1), ("PHL", 2), ("GUM", 2)])
def test_japan_parts_1939_from_1945(series: Path, host: str, count: int) -> None:
    assert len(spells(series, {"list": "1939"}, {"list": "1945"}, host=host)) == count


def test_closed_is_an_end(series: Path) -> None:
    closed = {"sight": "closed", "closed": "2015-07-01", "closed_precision": "month"}
    (row,) = spells(series, {"list": "1989"}, {"list": "2021", **closed})
    assert span(row) == ("1989-12-31", "not_later_than", "2015-07-01", "month")
    assert row["end_mode"] == "closed"
    assert row["status_as_of"] == ""


def test_named_without_a_count_shows_nothing(series: Path) -> None:
    assert spells(series, {"list": "2021", "sight": "not_counted"}) == []


def test_a_territory_is_owned_and_a_host_funded_site_is_access(series: Path) -> None:
    (row,) = spells(series, {"list": "2021", "bases": "1"}, host="GUM")
    assert row["role"] == "owner"


def test_host_funded_is_access(series: Path) -> None:
    (row,) = spells(series, {"list": "2021", "host_funded": "1"})
    assert (row["role"], row["size"]) == ("access", "host_funded")


def test_every_fault_of_the_links_is_named(series: Path) -> None:
    spells(series, {"list": "1989"})
    links = csv_reader.read_rows(series / "links.csv")
    write(series / "links.csv", LINK, [{**links[0], "row": "9", "base_id": "pan-y"}])
    with pytest.raises(Invalid) as caught:
        VineBases(series).rows()
    assert {record.rule for record in caught.value.records} == {
        "row-linked", "link-row", "link-base", "base-linked",
    }  # fmt: skip


def published(series: Path, *rows: dict[str, str]) -> list[dict[str, str]]:
    """Return the rows of the newest list that published rows make."""
    (series / "hosts.csv").write_text("country,host\nGUAM,GUM\n")
    empty = dict.fromkeys(LISTS["2021"].columns.values(), "")
    return list(VineBases(series).records(LISTS["2021"], [{**empty, **row} for row in rows]))


def test_closed_is_taken_from_a_note_and_no_more(series: Path) -> None:
    notes = {"Notes": "CLOSED 7/15 after talks with the host", "sheet_row": "5"}
    (row,) = published(series, {COUNTRY: "GUAM", **notes})
    assert (row["closed"], row["row"], row["host"]) == ("CLOSED 7/15", "5", "GUM")


def test_a_list_ends_at_its_sums(series: Path) -> None:
    names = ("GUAM", "TOTALS", "79 COUNTRIES")
    found = published(series, *({COUNTRY: name} for name in names))
    assert [row["country"] for row in found] == ["GUAM"]


def test_a_country_without_a_host_is_named(series: Path) -> None:
    with pytest.raises(Invalid, match=r"vine_2021\.csv.*no host \(got 'ATLANTIS'\).*hosts\.csv"):
        published(series, {COUNTRY: "ATLANTIS"}, {COUNTRY: "GUAM"})


def test_the_published_lists_give_the_committed_series(
    upstream: Path, committed: Path, tmp_path: Path
) -> None:
    shutil.copy(committed / "hosts.csv", tmp_path)
    VineBases(tmp_path).rebuild(upstream)
    for name in LISTS:
        assert (tmp_path / f"{name}.csv").read_bytes() == (committed / f"{name}.csv").read_bytes()


def test_the_committed_links_are_whole(committed: Path) -> None:
    assert VineBases(committed).check() == []
    links = csv_reader.read_rows(committed / "links.csv")
    assert all(link["reason"] for link in links)
    groups = [link for link in links if not link["base_id"]]
    assert len(groups) < len(links) / 10


def test_no_two_places_of_a_host_share_a_name_or_an_exact_point(committed: Path) -> None:
    places = csv_reader.read_rows(committed / "places.csv")
    names = [(place["host"], place["name"].casefold()) for place in places]
    assert len(names) == len(set(names))
    exact = [p["latitude"] + p["longitude"] for p in places if p["location_precision"] == "exact"]
    assert len(exact) == len(set(exact))


def test_the_slip_of_the_key_in_niger_goes_no_further(committed: Path) -> None:
    found = VineBases(committed).rows()
    text = str(found["bases"]) + str(found["tenancies"])
    assert not re.search("NIger", text)
    assert not any(place["host"] == "NER" for place in found["bases"])
    (slip,) = [row for row in found["corrections"] if row["column"] == "country"]
    assert (slip["expected"], slip["corrected"]) == ("NIger", "Niger")


def test_the_spells_of_one_base_have_ids_of_their_own(committed: Path) -> None:
    ids = [row["tenancy_id"] for row in VineBases(committed).rows()["tenancies"]]
    assert len(ids) == len(set(ids)) > 1500
