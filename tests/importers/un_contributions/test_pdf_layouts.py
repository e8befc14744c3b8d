"""The monthly PDF of the United Nations in each of its layouts, on small reports of our own."""

from __future__ import annotations

from pathlib import Path

import made_un_reports as reports
import pytest
from made_un_reports import Page, made

from troopdata.errors import Invalid, UsageError
from troopdata.importers.un_contributions import pdf_report
from troopdata.importers.un_contributions.series import senders

TROOPS, STAFF, EXPERTS, POLICE, UNITS = (
    "troops", "staff_officers", "experts_on_mission", "individual_police", "formed_police_units",
)  # fmt: skip
TANZANIA, TOGETHER = "Tanzania, United Republic of", "United Republic of Tanzania"
IRAN = "Iran (Islamic Republic of)"

# Pages, name of the file, month; figures above zero; totals by mission, contributor and over all.
LAYOUTS = {
    "2015": (reports.Y2015, "a.pdf", "2015-01-31",
        [("UNAMID", TANZANIA, POLICE, 74), ("UNAMID", TANZANIA, TROOPS, 1104),
         ("UNIFIL", TANZANIA, UNITS, 140), ("UNTSO", TANZANIA, EXPERTS, 3),
         ("UNTSO", "Zimbabwe", EXPERTS, 1)],
        [("UNAMID", TANZANIA, 1178), ("UNIFIL", TANZANIA, 140), ("UNTSO", TANZANIA, 3),
         ("", TANZANIA, 1321), ("UNTSO", "Zimbabwe", 1), ("", "Zimbabwe", 1)]),
    "2016": (reports.Y2016, "a.pdf", "2016-11-30",
        [("MONUSCO", "Algeria", EXPERTS, 5), ("MONUSCO", "Algeria", POLICE, 2)],
        [("MONUSCO", "Algeria", 7), ("", "", 7)]),
    "2017": (reports.Y2017, "a.pdf", "2017-10-31",
        [("MINUJUSTH", "Argentina", POLICE, 6), ("UNFICYP", "Argentina", TROOPS, 264),
         ("UNFICYP", "Argentina", STAFF, 12), ("MONUSCO", "Côte d'Ivoire", UNITS, 210)],
        [("MINUJUSTH", "Argentina", 6), ("UNFICYP", "Argentina", 276), ("", "Argentina", 282),
         ("MONUSCO", "Côte d'Ivoire", 210), ("", "Côte d'Ivoire", 210), ("", "", 492)]),
    "2018, by country": (reports.Y2018, "a.pdf", "2018-03-31",
        [("", "Algeria", EXPERTS, 1), ("", "Ghana", TROOPS, 6176), ("", "Ghana", STAFF, 5)],
        [("", "Algeria", 1), ("", "Ghana", 6181), ("", "", 6182)]),
    "September 2019": (reports.SEPTEMBER_2019, "a.pdf", "2019-09-30",
        [("UNIFIL", "Republic of", TROOPS, 327), ("UNIFIL", "United Kingdom", STAFF, 3)], []),
    "October 2019": (reports.OCTOBER_2019, "contributions_2019_10.pdf", "2019-10-31",
        [("UNAMID", IRAN, EXPERTS, 1), ("UNAMID", IRAN, STAFF, 3), ("UNAMID", IRAN, POLICE, 17)],
        [("", IRAN, 21), ("", "", 21)]),
    "November 2019": (reports.NOVEMBER_2019, "a.pdf", "2019-11-30",
        [("BINUH", "Benin", POLICE, 1), ("MINUSCA", TOGETHER, TROOPS, 450),
         ("MINUSCA", "Benin", EXPERTS, 3)],
        [("BINUH", "", 1), ("MINUSCA", "", 453)]),
    "2020": (reports.Y2020, "a.pdf", "2020-02-29",
        [("MINURSO", IRAN, TROOPS, 20), ("MINURSO", IRAN, EXPERTS, 4),
         ("MINURSO", "Benin", UNITS, 2), ("MINURSO", "Benin", STAFF, 1)],
        [("MINURSO", "", 27), ("", "", 27)]),
    "January 2021": (reports.JANUARY_2021, "a.pdf", "2021-01-31",
        [("BINUH", "Benin", POLICE, 2), ("BINUH", "Benin", STAFF, 3)],
        [("BINUH", "", 5), ("BINUH", "Benin", 5), ("", "", 5)]),
    "2021": (reports.Y2021, "a.pdf", "2021-08-31",
        [("MINUSCA", "Argentina", STAFF, 2), ("MINUSCA", "Bangladesh", EXPERTS, 11),
         ("MINUSCA", "Bangladesh", STAFF, 28), ("MINUSCA", "Bangladesh", TROOPS, 1284),
         ("MINUSCA", "Benin", EXPERTS, 4), ("MINUSCA", "Benin", POLICE, 18),
         ("MINUSCA", "Egypt", EXPERTS, 5), ("MINUSCA", "Egypt", UNITS, 140),
         ("MINUSCA", "Egypt", STAFF, 7), ("MINUSCA", "Egypt", TROOPS, 1000)],
        [("MINUSCA", "", 2499), ("UNVMC", "", 0), ("", "", 2499)]),
    "2023, by country": (reports.Y2023, "a.pdf", "2023-09-30",
        [("", "Nepal", EXPERTS, 48), ("", "Nepal", UNITS, 180), ("", "Nepal", POLICE, 42),
         ("", "Nepal", STAFF, 134), ("", "Nepal", TROOPS, 5874), ("", TOGETHER, EXPERTS, 6),
         ("", TOGETHER, POLICE, 28), ("", TOGETHER, STAFF, 35), ("", TOGETHER, TROOPS, 1464)],
        [("", "Nepal", 6278), ("", TOGETHER, 1533), ("", "", 7811)]),
    "October 2024": (reports.OCTOBER_2024, "a.pdf", "2024-10-31",
        [("MINUSCA", "Burkina Faso", POLICE, 1), ("MINUSCA", TOGETHER, TROOPS, 510)], []),
}  # fmt: skip


@pytest.fixture(scope="module")
def names(root: Path) -> frozenset[str]:
    return frozenset(senders(root / "datasets" / "series" / "un-contributions"))


def added(found: list[pdf_report.Figure]) -> dict[tuple[str, str, str], int]:
    """Figures above zero; those of one class that are printed on two lines add up."""
    sums: dict[tuple[str, str, str], int] = {}
    for figure in found:
        key = figure.mission, figure.sender, figure.kind
        sums[key] = sums.get(key, 0) + figure.people
    return {key: people for key, people in sums.items() if people}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_layout_is_read(tmp_path: Path, names: frozenset[str], layout: str) -> None:
    pages, name, as_of, figures, totals = LAYOUTS[layout]
    found = pdf_report.read(made(tmp_path / name, pages), names)
    assert found.as_of == as_of
    assert found.by_mission == any(mission for mission, *_ in figures)
    assert added(found.figures) == {tuple(key): people for *key, people in figures}
    assert [(t.mission, t.sender, t.people) for t in found.totals] == totals
    assert found.splits == []


def test_zeros_are_kept_and_pages_are_told(tmp_path: Path, names: frozenset[str]) -> None:
    found = pdf_report.read(made(tmp_path / "a.pdf", reports.Y2021), names).figures
    assert [(f.mission, f.people, f.page) for f in found if f.sender == "Uruguay"] == [
        ("UNVMC", 0, 2)
    ]
    assert {f.page for f in found if f.sender == "Egypt"} == {1, 2}


def test_men_and_women_that_do_not_add_up_are_told(tmp_path: Path, names: frozenset[str]) -> None:
    pages: list[Page] = [
        [*reports.Y2020[0][:5], (612, {249: "experts", 398: "1", 472: "4", 533: "6"})]
    ]
    found = pdf_report.read(made(tmp_path / "a.pdf", pages), names)
    assert [(f.sender, f.people) for f in found.splits] == [(IRAN, 6)]


def fault(path: Path, names: frozenset[str]) -> tuple[str, str]:
    with pytest.raises(Invalid) as caught:
        pdf_report.read(path, names)
    return caught.value.records[0].rule, caught.value.records[0].value


def test_what_is_not_understood_is_named(tmp_path: Path, names: frozenset[str]) -> None:
    assert fault(made(tmp_path / "a.pdf", [[(700, {100: "Annual report"})]]), names)[0] == "layout"
    unnamed = made(tmp_path / "undated.pdf", reports.OCTOBER_2019)
    assert fault(unnamed, names)[0] == "month"
    atlantis = [
        [
            *reports.Y2020[0][:3],
            (640, {123: "Atlantis"}),
            (612, {249: "fpu", 398: "1", 472: "0", 533: "1"}),
        ]
    ]
    assert fault(made(tmp_path / "b.pdf", atlantis), names) == ("sender", "Atlantis")
    homeless = [[*reports.Y2020[0][:2], (612, {249: "fpu", 398: "1", 472: "0", 533: "1"})]]
    assert fault(made(tmp_path / "c.pdf", homeless), names) == ("layout", "1")
    # Two lines above the name of Benin and one below it.
    lines = [line for line in reports.Y2021[0] if line[0] != 633]
    lopsided = [[*lines[:6], (601, {122: "Benin"}), lines[-1]]]
    assert fault(made(tmp_path / "d.pdf", lopsided), names)[0] == "layout"


def test_a_file_that_is_not_a_pdf_is_refused(tmp_path: Path, names: frozenset[str]) -> None:
    file = tmp_path / "a.pdf"
    with pytest.raises(UsageError, match="cannot read"):
        pdf_report.read(file, names)
    file.write_text("mission,country\n")
    with pytest.raises(UsageError, match="cannot read"):
        pdf_report.read(file, names)
