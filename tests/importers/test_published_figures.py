"""Collected figures: remarks stay out, hosts that are joined stay joined, plans are no strengths."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path

import pytest

from troopdata.errors import Invalid, UsageError
from troopdata.importers import duplicate_figures
from troopdata.importers.coalition_lists import CoalitionLists
from troopdata.importers.national_series import NationalSeries
from troopdata.importers.published_figures import PublishedFigures
from troopdata.importers.us_in_country import UsInCountry
from troopdata.importers.wars_and_garrisons import WarsAndGarrisons
from troopdata.io import csv_reader

FAMILIES: tuple[type[PublishedFigures], ...] = (
    NationalSeries,
    WarsAndGarrisons,
    CoalitionLists,
    UsInCountry,
)
PAGE = "https://example.org/list"
HEADERS = {
    "pages.csv": "address,source_id,note,stationed_is,unnamed_is",
    "labels.csv": "label,code",
    "places.csv": "host,operation,as_host,as_place",
    "operations.csv": "operation,host,operation_id,as_place,force,service,as_basis",
    "sources.csv": "source_id,title,publisher,published_on,published_on_precision,url,archive_url,"
    "accessed_on,licence,redistribution,kind,interval,transcribed_via,note",
    "decisions.csv": "sender,host,operation,as_of,personnel,low,high,basis,page,decision,as_sender,"
    "as_host,as_place,as_operation_id,as_date,as_personnel,as_low,as_high,as_qualifier,as_force,"
    "as_service,as_basis,as_status,as_source,as_locator,of_source,of_date,note,reason",
}
USUAL = {
    "sender": "DEU",
    "host": "LBN",
    "as_of": "2021-06-25",
    "personnel": "128",
    "basis": "deployed_for_operation",
    "address": PAGE,
    "confidence": "high",
}


def kept(folder: Path, **rows: list[str]) -> Path:
    """Write the files that are kept by hand, with these lines beside the usual page."""
    folder.mkdir(parents=True, exist_ok=True)
    lines = {
        "pages": [f"{PAGE},a-list-2021,,in_country_total,in_country_total"],
        "sources": ["a-list-2021,A list,A paper,2021-06-30,day,,,,facts,facts,press,irregular,,"],
        **rows,
    }
    for name, header in HEADERS.items():
        text = "\n".join([header, *lines.get(name.removesuffix(".csv"), [])])
        (folder / name).write_text(f"{text}\n", encoding="utf-8")
    return folder


def rebuilt(
    family: type[PublishedFigures], folder: Path, *rows: dict[str, str], usual: dict[str, str]
) -> PublishedFigures:
    """Rebuild a family from these published rows."""
    (file,) = family.files
    path = folder.parent / "up" / file.published
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(path, "w", encoding="utf-8", newline="") as handle:
        writer = csv.DictWriter(handle, list(file.columns.values()), restval="")
        writer.writeheader()
        writer.writerows({**usual, **row} for row in rows)
    family(folder).rebuild(folder.parent / "up")
    return family(folder)


def made(folder: Path, *rows: dict[str, str]) -> list[dict[str, str]]:
    return rebuilt(NationalSeries, folder, *rows, usual=USUAL).rows()["deployments"]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "national-series"


# --- from the published files ---------------------------------------------------------------


def test_remarks_and_quotations_stay_out(home: Path) -> None:
    remark = "about; Army of the Rhine only, said the minister"
    row = {"qualifier": remark, "locator": "para 4; undated, by content"}
    series = rebuilt(NationalSeries, kept(home), row, usual=USUAL)
    (figure,) = series.figures()
    assert (figure["hedge"], figure["locator"], figure["page"]) == (
        "about",
        "paragraph 4",
        "a-list-2021",
    )
    assert "Rhine" not in (home / "figures.csv").read_text(encoding="utf-8")


def test_every_fault_of_the_file_is_named_and_nothing_is_written(home: Path) -> None:
    bad = [{"address": "https://example.org/new"}, {"personnel": "some"}, {"low": "1,000"}]
    with pytest.raises(Invalid) as caught:
        rebuilt(NationalSeries, kept(home), {}, *bad, usual=USUAL)
    assert [(f.row, f.column, f.rule, f.value) for f in caught.value.records] == [
        (3, "address", "pages", "https://example.org/new"),
        (4, "personnel", "type", "some"),
        (5, "low", "type", "1,000"),
    ]
    assert "pages.csv" in caught.value.records[0].hint
    assert not (home / "figures.csv").exists()


def test_a_missing_column_is_named(home: Path) -> None:
    path = home.parent / "up" / "world2" / "national_series.csv"
    path.parent.mkdir(parents=True)
    path.write_text("sender,host\nDEU,LBN\n")
    with pytest.raises(Invalid, match="column missing") as caught:
        NationalSeries(kept(home)).rebuild(home.parent / "up")
    assert "address" in {record.column for record in caught.value.records}


def test_a_missing_file_is_named(home: Path) -> None:
    with pytest.raises(UsageError, match=r"lacks world2/national_series\.csv"):
        NationalSeries(kept(home)).rebuild(home.parent)


def test_a_row_that_was_written_down_twice_is_one_figure(home: Path) -> None:
    assert len(made(kept(home), {}, {"locator": "para 2"}, {"personnel": "5"}, {})) == 2


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.name)
def test_the_committed_figures_are_what_the_published_file_gives(
    family: type[PublishedFigures], upstream: Path, tmp_path: Path, root: Path
) -> None:
    committed = root / "datasets" / "series" / family.name
    shutil.copy(committed / "pages.csv", tmp_path)
    family(tmp_path).rebuild(upstream)
    assert (tmp_path / "figures.csv").read_bytes() == (committed / "figures.csv").read_bytes()


# --- what a figure says ---------------------------------------------------------------------


def test_hosts_that_are_joined_are_not_split(home: Path) -> None:
    kept(home, places=["IRQ+KWT,,,Iraq and Kuwait"])
    (claim,) = made(home, {"host": "IRQ+KWT"})
    assert (claim["host"], claim["place"], claim["personnel"]) == ("", "Iraq and Kuwait", "128")


def test_an_operation_can_move_its_figures(home: Path) -> None:
    """The former Yugoslavia as a whole is not Bosnia, and one base is not the country."""
    kept(
        home,
        places=["BIH,IFOR (as a whole),,the former Yugoslavia"],
        operations=["IFOR (as a whole),,ifor,,,,", "Camp,LBN,,Camp A,,,"],
    )
    found = made(home, {"host": "BIH", "operation": "IFOR (as a whole)"}, {"operation": "Camp"})
    assert [(c["host"], c["place"], c["operation_id"], c["locator"]) for c in found] == [
        ("", "the former Yugoslavia", "ifor", ""),
        ("LBN", "Camp A", "", "Camp"),
    ]


def test_a_line_for_one_host_goes_before_the_general_line(home: Path) -> None:
    kept(home, operations=["ECOMOG,,,,,,", "ECOMOG,LBR,ecomog-liberia,,,,"])
    found = made(home, {"host": "LBR", "operation": "ECOMOG"}, {"operation": "ECOMOG"})
    assert [claim["operation_id"] for claim in found] == ["", "ecomog-liberia"]


@pytest.mark.parametrize(
    "row",
    [
        {"basis": "authorised_ceiling"},
        {"qualifier": "planned about"},
        {"qualifier": "up to", "basis": "authorised_ceiling"},
        {"personnel": "", "low": "100", "high": "128", "basis": "authorised_ceiling"},
    ],
)
def test_a_plan_or_mandate_is_a_ceiling_and_has_no_figure(home: Path, row: dict[str, str]) -> None:
    (claim,) = made(kept(home), row)
    assert claim["basis"] == "authorised_ceiling"
    assert (claim["personnel"], claim["personnel_low"], claim["personnel_high"]) == ("", "", "128")
    assert claim["qualifier"] == "up_to"


def test_a_plan_beside_a_mandate_has_a_locator_of_its_own(home: Path) -> None:
    rows = [{"basis": "authorised_ceiling"}, {"qualifier": "planned", "personnel": "100"}]
    found = made(kept(home), *rows)
    assert sorted(claim["locator"] for claim in found) == ["", "planned strength"]


@pytest.mark.parametrize(
    ("row", "figures", "qualifier"),
    [
        ({}, ("128", "", ""), ""),
        ({"qualifier": "about"}, ("128", "", ""), "approximately"),
        ({"qualifier": "more than"}, ("", "128", ""), "more_than"),
        ({"qualifier": "fewer than"}, ("", "", "128"), "fewer_than"),
        ({"personnel": "", "low": "100", "high": "200"}, ("", "100", "200"), "range"),
        ({"personnel": "", "low": "128", "high": "128"}, ("128", "", ""), ""),
    ],
)
def test_a_bound_leaves_no_figure(
    home: Path, row: dict[str, str], figures: tuple[str, ...], qualifier: str
) -> None:
    (claim,) = made(kept(home), row)
    found = tuple(claim[name] for name in ("personnel", "personnel_low", "personnel_high"))
    assert (found, claim["qualifier"]) == (figures, qualifier)


@pytest.mark.parametrize(
    "row", [{"low": "200", "high": "999", "personnel": ""}, {"qualifier": "several hundred"}]
)
def test_several_hundred_is_presence_without_a_number(home: Path, row: dict[str, str]) -> None:
    (claim,) = made(kept(home), row)
    assert claim["value_state"] == "presence_only"
    assert not any(claim[name] for name in ("personnel", "personnel_low", "personnel_high"))


def test_mercenaries_are_contractors_and_police_are_police(home: Path) -> None:
    kept(
        home,
        operations=[
            "Wagner,,,,contractor,,contractors_in_support",
            "MSS,,mss-haiti,,police,,",
        ],
    )
    found = made(home, {"operation": "Wagner"}, {"operation": "MSS"})
    assert {(claim["force"], claim["basis"]) for claim in found} == {
        ("contractor", "contractors_in_support"),
        ("police", "deployed_for_operation"),
    }


def test_a_page_says_what_its_unnamed_and_stationed_figures_count(home: Path) -> None:
    rows = [{"basis": "permanently_assigned"}, {"personnel": "5"}, {"operation": "X"}]
    found = made(kept(home), *rows)
    assert [(c["personnel"], c["locator"], c["basis"]) for c in found] == [
        ("128", "", "in_country_total"),
        ("5", "", "in_country_total"),
        ("128", "X", "deployed_for_operation"),
    ]
    kept(home, pages=[f"{PAGE},a-list-2021,,,"])
    assert [c["basis"] for c in made(home, *rows)] == [
        "permanently_assigned",
        "deployed_for_operation",
        "deployed_for_operation",
    ]


def test_a_list_prints_senders_and_hosts_in_words(home: Path) -> None:
    kept(home, labels=["Britain,GBR"], places=["West Germany,,DEU,"])
    usual = {"source address": PAGE, "as_of": "1963-06-01", "force": "army"}
    row = {"sender": "Britain", "host_or_mission": "West Germany", "personnel": "52500"}
    series = rebuilt(CoalitionLists, home, {**row, "note": "about; without Berlin"}, usual=usual)
    (claim,) = series.rows()["deployments"]
    assert (claim["sender"], claim["host"], claim["service"]) == ("GBR", "DEU", "army")
    assert claim["qualifier"] == "approximately"


def test_forces_in_niger_are_kept_by_hand(home: Path) -> None:
    assert made(kept(home), {"host": "NER"}) == []


def test_a_weak_figure_says_so(home: Path) -> None:
    (claim,) = made(kept(home), {"confidence": "low"})
    assert (claim["status"], claim["note"][:8]) == ("accepted", "The page")
    kept(home, pages=[f"{PAGE},a-list-2021,The date was worked out.,,"])
    (claim,) = made(home, {"confidence": "low"})
    assert claim["note"] == "The date was worked out."


# --- decisions ------------------------------------------------------------------------------

KEY = "DEU,LBN,,2021-06-25,128,,,deployed_for_operation,a-list-2021"


def decision(kind: str, **cells: str) -> str:
    """Return a line of decisions.csv about the usual figure."""
    columns = HEADERS["decisions.csv"].split(",")[9:]
    return ",".join([KEY, *({"decision": kind, **cells}.get(name, "") for name in columns)])


@pytest.mark.parametrize("kind", ["leave out", "duplicate"])
def test_a_decision_leaves_a_row_out(home: Path, kind: str) -> None:
    assert made(kept(home, decisions=[decision(kind, reason="It repeats a list.")]), {}) == []


def test_a_decision_amends_a_row(home: Path) -> None:
    line = decision(
        "amend", as_host="-", as_place="the front", as_date="2021-06", as_status="conflict",
        as_personnel="130", as_basis="in_country_total", as_locator="list", note="A note.",
    )  # fmt: skip
    (claim,) = made(kept(home, decisions=[line]), {})
    assert (claim["host"], claim["place"], claim["personnel"]) == ("", "the front", "130")
    assert (claim["as_of"], claim["as_of_precision"]) == ("2021-06-01", "month")
    assert (claim["basis"], claim["status"]) == ("in_country_total", "conflict")
    assert (claim["locator"], claim["note"]) == ("list", "A note.")


def test_a_better_source_takes_the_place_of_a_repost(home: Path) -> None:
    better = "the-list,The list,A ministry,2021-06-26,day,,,,facts,facts,official,irregular,,"
    kept(home, decisions=[decision("amend", as_source="the-list")], sources=[better])
    (claim,) = made(home, {})
    assert (claim["source_id"], claim["published_on"]) == ("the-list", "2021-06-26")


def test_a_decision_about_nothing_or_of_an_unknown_kind_stops(home: Path) -> None:
    kept(home, decisions=[decision("amend"), decision("forget")])
    with pytest.raises(Invalid) as caught:
        made(home, {"personnel": "7"})
    found = [(record.row, record.rule) for record in caught.value.records]
    assert found == [
        (2, "decision-expected"),
        (3, "decision-expected"),
        (3, "decision-kind"),
    ]
    assert "amend" in caught.value.records[-1].hint


def test_a_figure_of_added_csv_that_is_there_already_stops(home: Path) -> None:
    kept(home)
    made(home, {})
    shutil.copy(home / "figures.csv", home / "added.csv")
    with pytest.raises(Invalid, match="figure-twice"):
        NationalSeries(home).rows()


# --- the committed series -------------------------------------------------------------------


@pytest.fixture(scope="module")
def families(root: Path) -> list[PublishedFigures]:
    return [family(root / "datasets" / "series" / family.name) for family in FAMILIES]


def test_no_figure_repeats_another_without_a_decision(families: list[PublishedFigures]) -> None:
    assert duplicate_figures.undecided(families) == []


def test_every_duplicate_names_a_source_that_makes_the_claim(
    families: list[PublishedFigures], root: Path
) -> None:
    held = [
        csv_reader.read_rows(path)
        for path in sorted((root / "datasets" / "series").glob("*/sources.csv"))
    ]
    held.append(csv_reader.read_rows(root / "datasets" / "facts" / "sources.csv"))
    known = {row["source_id"] for rows in held for row in rows}
    for family in families:
        for row in family.read("decisions.csv"):
            assert row["reason"], row
            assert (row["decision"] == "duplicate") == bool(row["of_source"]), row
            assert not row["of_source"] or row["of_source"] in known, row


def test_every_claim_has_its_source_and_only_ceilings_are_plans(
    families: list[PublishedFigures],
) -> None:
    for family in families:
        found = family.rows()
        sources = {row["source_id"] for row in family.read("sources.csv")}
        for claim in found["deployments"]:
            assert claim["source_id"] in sources
            assert claim["host"] or claim["place"]
            assert claim["sender"] != claim["host"]
            ceiling = claim["basis"] == "authorised_ceiling"
            assert not (ceiling and claim["personnel"])
            assert "planned strength" not in claim["locator"] or ceiling


def test_no_quotation_is_in_the_series(families: list[PublishedFigures], upstream: Path) -> None:
    """No sentence of a page: 40 characters of one are not in any file of the series."""
    for family in families:
        path = upstream / family.files[0].published
        with open(path, encoding="utf-8", newline="") as handle:
            words = [row.get("words_seen", "") for row in csv.DictReader(handle)]
        text = "\n".join(file.read_text(encoding="utf-8") for file in family.folder.glob("*.csv"))
        titles = "\n".join(row["title"] for row in family.read("sources.csv"))
        for quoted in words:
            start = quoted[:60]
            assert len(start) < 40 or start not in text or start in titles, start
