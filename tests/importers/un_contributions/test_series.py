"""The series of UN contributions: import of a PDF, totals, claims, places, and known figures."""

from __future__ import annotations

import csv
import json
import shutil
from collections.abc import Callable
from pathlib import Path

import made_un_reports as reports
import pandas as pd
import pytest
from made_un_reports import Page, made

from troopdata.cli import main
from troopdata.errors import Invalid, UsageError
from troopdata.importers import un_contributions
from troopdata.importers.dated_places import Mission, Missions
from troopdata.importers.un_contributions import UnContributions, claim_rows, rebuild, series
from troopdata.importers.un_contributions.report import COLUMNS
from troopdata.importers.un_contributions.report_head import CLASSES, kind_of
from troopdata.io import csv_reader
from troopdata.schemas.keys import claim_ids

KEPT = ("senders.csv", "missions.csv")


@pytest.fixture
def folder(tmp_path: Path, root: Path) -> Path:
    """A series without reports, with the names and missions of the real one."""
    home = tmp_path / "datasets" / "series" / "un-contributions"
    (home / "reports").mkdir(parents=True)
    (tmp_path / "datasets" / "facts").mkdir()
    for name in KEPT:
        shutil.copy(root / "datasets" / "series" / "un-contributions" / name, home)
    return home


@pytest.fixture(scope="module")
def built(root: Path) -> pd.DataFrame:
    """The claims of the series."""
    frames = dict(UnContributions(root / "datasets" / "series" / "un-contributions").frames())
    found = frames["deployments"]
    return found.assign(month=found["as_of"].dt.strftime("%Y-%m"))


Reports = dict[str, list[tuple[str, str, str]]]


@pytest.fixture
def claims(folder: Path) -> Callable[..., list[tuple[object, ...]]]:
    """Claims of reports given as month: mission, contributor, "troops staff experts police units"."""

    def made_of(found: Reports, **lists: str) -> list[tuple[object, ...]]:
        entries = []
        for month, rows in found.items():
            as_of = rebuild._month_end(f"{month}-01")
            with open(folder / "reports" / f"{month}.csv", "w", encoding="utf-8") as handle:
                writer = csv.writer(handle, lineterminator="\n")
                writer.writerow(COLUMNS)
                for mission, sender, cells in sorted(rows):
                    writer.writerow([mission, sender, *cells.replace("-", "").split(" "), "1"])
            by_mission = any(mission for mission, *_ in rows)
            entries.append(
                rebuild.origin.from_pdf(as_of, "a.pdf", by_mission=by_mission, copy=False)
            )
        (folder / "origin.json").write_text(json.dumps({"reports": entries}), encoding="utf-8")
        (folder / "printed_totals.csv").write_text("month,mission,sender,printed\n")
        for name, text in lists.items():
            (folder / f"{name}.csv").write_text(text, encoding="utf-8")
        assert UnContributions(folder).check() == []
        frame = claim_rows.claims(series.load(folder))
        columns = [
            "sender",
            "host",
            "place",
            "operation_id",
            "as_of",
            "force",
            "personnel",
            "status",
        ]
        rows_ = frame[columns].assign(as_of=frame["as_of"].dt.strftime("%Y-%m"))
        return [
            tuple(None if pd.isna(cell) else cell for cell in row)
            for row in rows_.itertuples(index=False)
        ]

    return made_of


# --- one PDF into the series ---------------------------------------------------------------------


def test_a_pdf_becomes_a_report_with_its_totals_and_origin(folder: Path) -> None:
    path = made(folder.parent / "un.pdf", reports.Y2021)
    found = un_contributions.import_pdf(path, folder)
    rows = csv_reader.read_rows(folder / "reports" / "2021-08.csv")
    (bangladesh,) = [row for row in rows if row["sender"] == "Bangladesh"]
    assert tuple(bangladesh.values()) == ("MINUSCA", "Bangladesh", "1284", "28", "11", "", "", "1")
    totals = [tuple(row.values()) for row in csv_reader.read_rows(folder / "printed_totals.csv")]
    assert totals == [
        ("2021-08", "", "", "2499"), ("2021-08", "MINUSCA", "", "2499"), ("2021-08", "UNVMC", "", "0"),
    ]  # fmt: skip
    (entry,) = json.loads((folder / "origin.json").read_text())["reports"]
    assert (entry["source_id"], entry["file"]) == ("un-contributions-2021-08", "un.pdf")
    assert entry["publisher"].endswith("Department of Peace Operations")
    assert found.report.as_of == "2021-08-31"
    assert UnContributions(folder).check() == []


def test_the_command_says_what_it_read(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    home = ["--datasets", str(folder.parents[1])]
    path = made(folder.parent / "un.pdf", reports.Y2015)
    assert main(["import", "un-contributions", str(path), *home]) == 0
    out = capsys.readouterr().out
    assert "2015-01, by mission; 6 printed totals agree" in out
    assert "troopdata check" in out
    path = made(folder.parent / "un.pdf", reports.Y2018)
    assert main(["import", "un-contributions", str(path), *home]) == 0
    assert "2018-03, by country only, which makes no claims" in capsys.readouterr().out


def test_a_month_that_is_there_already_is_refused(folder: Path) -> None:
    path = made(folder.parent / "UN_2021_09.pdf", reports.Y2021)
    un_contributions.import_pdf(path, folder)
    before = {file: file.read_bytes() for file in folder.rglob("*") if file.is_file()}
    with pytest.raises(UsageError, match=r"UN_2021_09\.pdf is the report of 2021-08, which .* has"):
        un_contributions.import_pdf(path, folder)
    other: list[Page] = [
        [(h, {**cells, **({516: "12"} if h == 677 else {})}) for h, cells in reports.Y2021[0]],
        [
            (h, {left: text.replace("2499", "2500") for left, text in cells.items()})
            for h, cells in reports.Y2021[1]
        ],
    ]
    with pytest.raises(UsageError, match=r"of 2021-08, and the series has another one"):
        un_contributions.import_pdf(made(folder.parent / "b.pdf", other), folder)
    assert {file: file.read_bytes() for file in folder.rglob("*") if file.is_file()} == before


@pytest.mark.parametrize(("printed", "kind"), [("2456", "mission"), ("45", "mission")])
def test_a_report_that_does_not_add_up_is_refused(folder: Path, printed: str, kind: str) -> None:
    pages = [reports.Y2021[0], [*reports.Y2021[1]]]
    at = next(at for at, line in enumerate(pages[1]) if "Total MINUSCA" in line[1].values())
    pages[1][at] = (666, {30: "Total MINUSCA", 348: "2456", 430: "43", 511: printed})
    with pytest.raises(Invalid) as caught:
        un_contributions.import_pdf(made(folder.parent / "a.pdf", pages), folder)
    (failure,) = caught.value.records
    assert (failure.rule, failure.value, failure.column) == ("ties-out", printed, kind)
    assert "add up to 2,499" in failure.message
    assert list((folder / "reports").iterdir()) == []


def test_the_subtotal_of_a_contributor_in_a_mission_is_compared_too(folder: Path) -> None:
    pages = [
        [(h, {**c, **({500: "1,179"} if h == 566 else {})}) for h, c in page]
        for page in reports.Y2015
    ]
    with pytest.raises(Invalid) as caught:
        un_contributions.import_pdf(made(folder.parent / "a.pdf", pages), folder)
    assert [f.key for f in caught.value.records] == ["total: UNAMID Tanzania, United Republic of"]


def test_an_unknown_mission_is_named(folder: Path) -> None:
    pages = [
        [(h, {x: t.replace("UNVMC", "UNFOO") for x, t in c.items()}) for h, c in page]
        for page in reports.Y2021
    ]
    with pytest.raises(Invalid) as caught:
        un_contributions.import_pdf(made(folder.parent / "a.pdf", pages), folder)
    assert [(f.rule, f.value) for f in caught.value.records] == [("mission", "UNFOO")]


def test_a_pdf_is_not_taken_into_a_folder_of_the_users_own(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = made(folder.parent / "un.pdf", reports.Y2021)
    assert main(["import", "un-contributions", str(path), "--into", str(folder.parent)]) != 0
    assert "without --into" in capsys.readouterr().err


# --- what the reports say ------------------------------------------------------------------------


def test_a_class_is_a_claim_with_a_force_of_its_own(claims: Callable[..., object]) -> None:
    assert claims(
        {"2020-12": [("UNIFIL", "Ghana", "861 16 3 2 140"), ("UNIFIL", "Italy", "0 - - - -")]}
    ) == [
        ("GHA", "LBN", None, "unifil", "2020-12", "formed_police", 140, "accepted"),
        ("GHA", "LBN", None, "unifil", "2020-12", "individual_police", 2, "accepted"),
        ("GHA", "LBN", None, "unifil", "2020-12", "military", 861, "accepted"),
        ("GHA", "LBN", None, "unifil", "2020-12", "military_observer", 3, "accepted"),
        ("GHA", "LBN", None, "unifil", "2020-12", "staff_officer", 16, "accepted"),
    ]


def test_a_mission_in_several_countries_has_its_area_or_a_place(
    claims: Callable[..., object],
) -> None:
    found = claims({"2011-07": [("UNTSO", "Ghana", "- - 3 - -"), ("UNMIS", "Ghana", "4 - - - -")],
                    "2011-06": [("UNMIS", "Ghana", "5 - - - -")]})  # fmt: skip
    assert found == [
        ("GHA", "SDN", None, "unmis", "2011-06", "military", 5, "accepted"),
        ("GHA", None, "Sudan and South Sudan", "unmis", "2011-07", "military", 4, "accepted"),
        ("GHA", "XMT", None, "untso", "2011-07", "military_observer", 3, "accepted"),
    ]  # fmt: skip


def test_an_edition_by_country_makes_no_claims(claims: Callable[..., object]) -> None:
    assert claims({"2018-03": [("", "Ghana", "2000 30 3 2 140")]}) == []


def test_a_figure_under_the_wrong_name_is_superseded_and_counts_under_the_right_one(
    claims: Callable[..., object],
) -> None:
    header = "correction_id,table,as_of,row,column,expected,corrected,action,reason,source_id\n"
    line = "a,un-contributions,2015-07-31,UNAMID: Thailand,troops,818,Ghana,move,Ghana's.,s\n"
    found = claims({"2015-07": [("UNAMID", "Thailand", "818 - 3 - -")]}, corrections=header + line)
    assert found == [
        ("GHA", "SDN", None, "unamid", "2015-07", "military", 818, "accepted"),
        ("THA", "SDN", None, "unamid", "2015-07", "military", 818, "superseded"),
        ("THA", "SDN", None, "unamid", "2015-07", "military_observer", 3, "accepted"),
    ]


@pytest.mark.parametrize("change", [("818", "819"), ("Ghana", "Atlantis")])
def test_a_correction_that_no_longer_fits_is_named(
    folder: Path, claims: Callable[..., object], change: tuple[str, str]
) -> None:
    claims({"2015-07": [("UNAMID", "Thailand", "818 - 3 - -")]})
    header = "correction_id,table,as_of,row,column,expected,corrected,action,reason,source_id\n"
    line = "a,un-contributions,2015-07-31,UNAMID: Thailand,troops,818,Ghana,move,Ghana's.,s\n"
    (folder / "corrections.csv").write_text(header + line.replace(*change, 1), encoding="utf-8")
    (failure,) = UnContributions(folder).check()
    assert (failure.rule, failure.key) == ("correction-expected", "a")


STAYS = ("UNIFIL", "Italy", "1000 - - - -")
IN = ("UNIFIL", "Ghana", "5 - - - 140")
POLICE = ("UNIFIL", "Ghana", "- - - - 140")


@pytest.mark.parametrize(
    ("months", "day"),
    [
        ({"2020-01": [IN, STAYS], "2020-02": [STAYS], "2020-03": [STAYS]}, "2020-02"),
        ({"2020-01": [IN, STAYS], "2020-02": [POLICE, STAYS], "2020-03": [POLICE, STAYS]}, "2020-02"),
        ({"2020-01": [IN, STAYS], "2020-02": [("UNIFIL", "Ghana", "0 - - - -"), STAYS],
          "2020-03": [STAYS]}, "2020-02"),
        # One report without a line may have left it out; and the last one has no second after it.
        ({"2020-01": [IN, STAYS], "2020-02": [STAYS], "2020-03": [IN, STAYS]}, None),
        ({"2020-01": [IN, STAYS], "2020-02": [STAYS]}, None),
        # Months without a report, or without missions.
        ({"2020-01": [IN, STAYS], "2020-03": [STAYS], "2020-04": [STAYS]}, None),
        ({"2020-01": [IN, STAYS], "2020-02": [STAYS], "2020-04": [STAYS]}, None),
        ({"2020-01": [IN, STAYS], "2020-02": [("", "Italy", "1 - - - -")], "2020-03": [STAYS],
          "2020-04": [STAYS]}, None),
        # Only police were there.
        ({"2020-01": [POLICE, STAYS], "2020-02": [STAYS], "2020-03": [STAYS]}, None),
    ],
    ids=["absent", "police stay", "printed zero", "back", "last report", "gap before", "gap after",
         "by country", "police only"],
)  # fmt: skip
def test_a_contributor_that_two_reports_no_longer_list_has_none(
    claims: Callable[..., list[tuple[object, ...]]], months: Reports, day: str | None
) -> None:
    none = [(row[0], row[4], row[5]) for row in claims(months) if row[6] == 0]
    assert none == ([("GHA", day, "military")] if day else [])


def test_nothing_is_concluded_about_a_mission_that_a_report_lists_in_part(
    claims: Callable[..., list[tuple[object, ...]]],
) -> None:
    months = {"2020-01": [IN, STAYS], "2020-02": [STAYS], "2020-03": [STAYS]}
    for month in ("2020-02", "2020-03"):
        found = claims(
            months, incomplete=f"month,mission,reason\n{month},UNIFIL,Ghana is missing.\n"
        )
        assert all(row[6] for row in found)


def test_names_of_one_country_are_one_contributor(
    claims: Callable[..., list[tuple[object, ...]]],
) -> None:
    months = {
        "2020-01": [("UNIFIL", "Turkey", "5 - - - -"), STAYS],
        "2020-02": [("UNIFIL", "Turkiye", "5 - - - -"), STAYS],
        "2020-03": [("UNIFIL", "Türkiye", "5 - - - -"), STAYS],
    }
    assert all(row[6] for row in claims(months))


def test_a_mission_is_in_one_place_at_a_time() -> None:
    lines = [Mission("A", "a", "MLI", "", "", "2020-01-01", "", "s"),
             Mission("A", "a", "NER", "", "2019-12-31", "", "", "s"),
             Mission("B", "b", "", "", "", "", "", "s")]  # fmt: skip
    assert [(f.key, f.rule) for f in Missions(lines).faults()] == [
        ("A", "overlap"),
        ("B", "required"),
    ]
    assert Missions(lines[1:]).on("A", "2019-12-30") is None


def test_every_mission_has_an_operation_and_a_source(root: Path) -> None:
    facts = root / "datasets" / "facts"
    operations = {row["operation_id"] for row in csv_reader.read_rows(facts / "operations.csv")}
    known = {row["source_id"] for row in csv_reader.read_rows(facts / "sources.csv")}
    known |= {"un-psdata-fatalities"}
    missions = csv_reader.read_rows(root / "datasets/series/un-contributions/missions.csv")
    assert {row["operation_id"] for row in missions} - {""} <= operations
    assert {name for row in missions for name in row["source"].split(";")} <= known


# --- the series as it is kept --------------------------------------------------------------------


def test_every_report_agrees_with_its_printed_totals(root: Path) -> None:
    found = un_contributions.check(root / "datasets" / "series" / "un-contributions")
    assert found.failures == []
    assert (found.reports, found.without) >= (120, 55)
    assert found.tied["country"] >= 6660
    assert found.tied["mission"] >= 1413
    assert found.tied["all"] >= 95
    assert found.excepted.total() == 0
    assert "120 reports hold" in str(found)


# Figures as the PDFs print them: troops, staff officers and experts on mission.
KNOWN = [
    ("BGD", "COD", "monusco", "2015-12", [1794, 17], "UN_country_contributions_2015_12.pdf p. 2"),
    (
        "BGD",
        "COD",
        "monusco",
        "2020-12",
        [1715, 24, 5],
        "UN_country_contributions_2020_12.pdf p. 16",
    ),
    ("IND", "SSD", "unmiss", "2016-12", [2290, 13], "UN_country_contributions_2016_12.pdf p. 20"),
    (
        "IND",
        "SSD",
        "unmiss",
        "2020-12",
        [2299, 49, 17],
        "UN_country_contributions_2020_12.pdf p. 39",
    ),
    ("CHN", "MLI", "minusma", "2015-12", [402], "UN_country_contributions_2015_12.pdf p. 9"),
    ("CHN", "MLI", "minusma", "2020-12", [413, 9], "UN_country_contributions_2020_12.pdf p. 11"),
    ("GHA", "LBN", "unifil", "2015-12", [870], "UN_country_contributions_2015_12.pdf p. 17"),
    ("GHA", "LBN", "unifil", "2020-12", [861, 16], "UN_country_contributions_2020_12.pdf p. 30"),
    ("ITA", "LBN", "unifil", "2015-12", [1084], "UN_country_contributions_2015_12.pdf p. 21"),
    ("ITA", "LBN", "unifil", "2020-12", [1039, 25], "UN_country_contributions_2020_12.pdf p. 30"),
    ("RWA", "CAF", "minusca", "2015-12", [823, 8], "UN_country_contributions_2015_12.pdf p. 34"),
    (
        "RWA",
        "CAF",
        "minusca",
        "2022-12",
        [2110, 30, 9],
        "UN_country_contributions_2022_12.pdf p. 6",
    ),
]


@pytest.mark.parametrize(("sender", "host", "operation", "month", "figures", "page"), KNOWN)
def test_known_figures(
    built: pd.DataFrame,
    sender: str,
    host: str,
    operation: str,
    month: str,
    figures: list[int],
    page: str,
) -> None:
    own = built[
        built["sender"].eq(sender) & built["host"].eq(host) & built["month"].eq(month)
        & built["operation_id"].eq(operation) & built["force"].isin(claim_rows.MILITARY)
    ]  # fmt: skip
    assert sorted(own["personnel"], reverse=True) == figures
    assert set(own["locator"]) == {page.split(" ", 1)[1]}
    assert set(own["source_id"]) == {f"un-contributions-{month}"}


def test_misprints_count_under_the_right_contributor(built: pd.DataFrame) -> None:
    printed = built[built["status"].eq("superseded")]
    assert set(zip(printed["sender"], printed["month"], strict=True)) == {
        ("THA", "2015-07"), ("NOR", "2015-08"), ("AUS", "2017-07"),
    }  # fmt: skip
    unifil = built["operation_id"].eq("unifil") & built["month"].eq("2017-07")
    austria = built[unifil & built["sender"].eq("AUT")]
    assert sorted(austria["personnel"]) == [7, 175]
    assert set(austria["status"]) == {"accepted"}


def test_staff_officers_are_apart_from_may_2017_on(built: pd.DataFrame) -> None:
    staff = built[built["force"].eq("staff_officer")]
    assert staff["month"].min() == "2017-05"
    within = built["note"].fillna("").str.startswith(claim_rows.STAFF_WITHIN)
    assert built[within]["month"].max() == "2017-04"


def test_claims_are_many_and_have_no_host_where_none_can_be_told(built: pd.DataFrame) -> None:
    assert len(built) > 140_000
    assert built["sender"].nunique() >= 150
    wide = built[built["host"].isna()]
    assert set(wide["operation_id"]) == {"uniogbis", "unmis", "unowas"}
    assert wide["place"].notna().all()


AREAS = {"minurcat": "XMC", "undof": "XGO", "unisfa": "XAY", "unmogip": "XKM", "untso": "XMT"}
FORMER = {
    "minurcat": "Central African Republic and Chad",
    "undof": "Golan Heights",
    "unisfa": "Abyei",
    "unmogip": "India and Pakistan",
    "untso": "Middle East (seat in Jerusalem)",
}


@pytest.mark.parametrize("operation", AREAS)
def test_a_mission_between_states_is_in_its_area_whole(built: pd.DataFrame, operation: str) -> None:
    own = built[built["operation_id"].eq(operation)]
    assert len(own) > 700
    assert set(own["host"]) == {AREAS[operation]}
    assert own["place"].isna().all()


def test_the_former_id_of_a_claim_leads_to_the_one_in_the_area(root: Path) -> None:
    frames = dict(UnContributions(root / "datasets" / "series" / "un-contributions").frames())
    found = frames["id_redirects"]
    targets = dict(zip(found["old_id"], found["new_id"], strict=True))
    claims = frames["deployments"]
    claims = claims[claims["operation_id"].isin(list(AREAS))]
    former = claims.assign(host=pd.NA, place=claims["operation_id"].map(FORMER))
    olds, news = claim_ids(former), claim_ids(claims)
    assert [targets[old] for old in olds] == list(news)
    assert not set(olds) & set(news)


# --- against the originals -----------------------------------------------------------------------


@pytest.mark.exhaustive
@pytest.mark.integration
def test_a_rebuild_from_the_originals_changes_nothing(
    upstream: Path, root: Path, tmp_path: Path
) -> None:
    committed = root / "datasets" / "series" / "un-contributions"
    shutil.copytree(committed, tmp_path / "un-contributions")
    found = UnContributions(tmp_path / "un-contributions").rebuild(upstream)
    assert {change.state for change in found} == {"unchanged"}
    assert len(found) == 177


def test_totals_of_contributors_agree_with_those_that_were_collected_apart(
    upstream: Path, root: Path
) -> None:
    """From November 2009 to March 2014: 6,136 of 6,155 agree, and the others are known."""
    path = upstream / "un" / "ipi_un_sender_totals_1990_2014.csv.gz"
    totals = pd.read_csv(path)
    totals["month"] = totals["as_of"].str[:7]
    apart = totals.groupby(["month", "sender"])["personnel"].sum()
    whole = series.load(root / "datasets" / "series" / "un-contributions")
    own: dict[tuple[str, str], int] = {}
    for report in whole.reports:
        if report.as_of < "2014-04":
            for row in report.rows:
                key = report.as_of[:7], row.sender
                own[key] = own.get(key, 0) + sum(int(cell) for cell in row.cells if cell)
    both = pd.concat([pd.Series(own), apart], axis=1, keys=["own", "apart"])
    both = both[both.index.get_level_values(0) >= "2009-11"].fillna(0)
    gaps = (both["own"] - both["apart"])[lambda gap: gap != 0]
    assert (len(both), len(gaps)) == (6155, 19)
    large = gaps[gaps.abs() > 200]
    assert large.to_dict() == {
        ("2011-08", "Egypt"): -1497, ("2011-09", "Egypt"): -1478, ("2012-06", "France"): -1011,
    }  # fmt: skip


def test_editions_by_country_agree_with_those_that_were_read_apart(
    upstream: Path, root: Path
) -> None:
    found = pd.read_csv(upstream / "un" / "un_sender_totals_2018_2019_2023.csv.gz")
    whole = series.load(root / "datasets" / "series" / "un-contributions")
    label = found["note"].str.extract("un category: ([^;]+)")[0].str.strip().str.removesuffix("s")
    found["kind"] = label.map(lambda text: kind_of(text) or kind_of(f"{text}s"))
    found["country"] = found["sender"].map(whole.senders)
    apart = found[found["personnel"] > 0].groupby(["as_of", "country", "kind"])["personnel"].sum()
    own = {
        (report.as_of, whole.senders[row.sender], kind): int(cell)
        for report in whole.reports if not report.by_mission and report.as_of < "2024"
        for row in report.rows
        for kind, cell in zip(CLASSES, row.cells, strict=True) if cell not in ("", "0")
    }  # fmt: skip
    assert len(own) == 7322
    assert own == apart.to_dict()
