"""The publisher's workbooks, made up in every layout, and how they come into the series."""

from __future__ import annotations

import dataclasses
import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from troopdata.errors import Failure, Invalid, UsageError
from troopdata.importers import file_changes, us_dmdc
from troopdata.importers.us_dmdc import columns, report, workbook
from troopdata.importers.us_dmdc.report import Line, Report
from troopdata.io import csv_writer

ROOT = Path(__file__).parents[3]
SERIES = ROOT / "datasets" / "series" / "us-dmdc"
MONTHS = {"03": "March", "06": "June", "09": "September", "12": "December"}
# Report date, rows of the as-of line and of the groups (from 1): every layout that was printed.
LAYOUTS = [
    ("2008-09-30", 3, 5), ("2013-09-30", 4, 6), ("2017-12-31", 4, 6), ("2021-12-31", 4, 6),
    ("2022-06-30", 4, 8), ("2023-06-30", 4, 8), ("2024-06-30", 4, 8), ("2025-12-31", 4, 5),
]  # fmt: skip
STATES = ("ALABAMA", "GEORGIA")
HOSTS = ("ALBANIA", "GEORGIA", "ITALY", "NIGER", "ZZ-UNKNOWN")


@dataclass
class Model:
    """A small workbook: figures of each line by branch, without the totals across."""

    as_of: str = "2025-12-31"
    as_of_row: int = 4
    group_row: int = 5
    notes: int = 6
    army_gap: bool = False
    starred: tuple[str, ...] = ()
    figures: dict[tuple[str, str], list[int]] = field(default_factory=dict)
    sections_named: bool = True

    @property
    def heads(self) -> tuple[str, ...]:
        return columns.heads(self.as_of)

    def branches(self) -> list[str]:
        return [head for head in self.heads if not head.endswith("TOTAL")]

    def lines(self, section: str) -> list[str]:
        return list(STATES) if section == "united_states" else list(HOSTS)

    def row(self, section: str, label: str) -> list[object]:
        if label in self.starred:
            return [None] * len(self.heads)
        plain = dict(zip(self.branches(), self.figures[section, label], strict=True))
        return self.across(plain)

    def across(self, plain: dict[str, int]) -> list[object]:
        gone = ("ACTIVE DUTY ARMY", "ACTIVE DUTY TOTAL", "GRAND TOTAL")
        found: list[object] = []
        for head in self.heads:
            group = head.removesuffix(" TOTAL")
            parts = [v for k, v in plain.items() if head == "GRAND TOTAL" or k.startswith(group)]
            value = plain[head] if head in plain else sum(parts)
            found.append("N/A" if self.army_gap and head in gone else value)
        return found

    def total(self, *sections: str) -> list[object]:
        plain = dict.fromkeys(self.branches(), 0)
        for section in sections:
            for label in self.lines(section):
                if label not in self.starred:
                    for head, value in zip(
                        self.branches(), self.figures[section, label], strict=True
                    ):
                        plain[head] += value
        return self.across(plain)

    def report(self) -> Report:
        found = []
        for section in ("united_states", "overseas"):
            for label in self.lines(section):
                star = label in self.starred
                cells = [
                    "suppressed" if star else cell(value) for value in self.row(section, label)
                ]
                found.append(Line(section, f"{label}*" if star else label, tuple(cells)))
        return Report(self.as_of, "location", self.heads, tuple(found))


def cell(value: object) -> str:
    return "not_reported" if value == "N/A" else str(value)


def model(
    as_of: str = "2025-12-31", as_of_row: int = 4, group_row: int = 5, **more: object
) -> Model:
    found = Model(as_of, as_of_row, group_row, **more)  # type: ignore[arg-type]
    keys = [(s, label) for s in ("united_states", "overseas") for label in found.lines(s)]
    width = len(found.branches())
    found.figures = {key: [7 * n + at for at in range(width)] for n, key in enumerate(keys)}
    return found


def write(
    made: Model,
    path: Path,
    change: Callable[[openpyxl.worksheet.worksheet.Worksheet], None] | None = None,
) -> Path:
    """Write a model as its publisher lays it out."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "Sheet1"
    sheet["A1"] = "Number of Military and DoD Appropriated Fund (APF) Civilian Personnel"
    year, month, day = made.as_of.split("-")
    sheet.cell(made.as_of_row, 1, f"As of {MONTHS[month]} {int(day)}, {year}")
    _heads(sheet, made)
    row = made.group_row + 2
    for section, words in (("united_states", "UNITED STATES"), ("overseas", "OVERSEAS")):
        first = row
        for label in made.lines(section):
            shown = f"{label}*" if label in made.starred else label
            _fill(sheet, row, "", shown, made.row(section, label))
            row += 1
        if made.sections_named:
            sheet.cell(first, 1, words)
            sheet.merge_cells(start_row=first, end_row=row - 1, start_column=1, end_column=1)
        _fill(sheet, row, f"{words} TOTAL", "", made.total(section))
        row += 1
    _fill(sheet, row, "GRAND TOTAL", "", made.total("united_states", "overseas"))
    for number in range(made.notes):
        sheet.cell(row + 2 + number, 1, f"Note {number}.")
    sheet.cell(
        row + 3 + made.notes,
        1,
        "Prepared by the Defense Manpower Data Center on February 16, 2026.",
    )
    if change:
        change(sheet)
    book.save(path)
    return path


def _heads(sheet: openpyxl.worksheet.worksheet.Worksheet, made: Model) -> None:
    sheet.cell(made.group_row, 1, "LOCATION")
    sheet.cell(made.group_row, 2, "DUTY STATE / COUNTRY")
    seen: set[str] = set()
    for at, head in enumerate(made.heads, start=3):
        group = next(group for group in columns.GROUPS if head.startswith(group))
        if group not in seen:
            sheet.cell(made.group_row, at, group)
            seen.add(group)
        branch = head[len(group) + 1 :]
        star = "***" if made.army_gap and head == "ACTIVE DUTY ARMY" else ""
        sheet.cell(made.group_row + 1, at, (branch + star) or None)


def _fill(
    sheet: openpyxl.worksheet.worksheet.Worksheet,
    row: int,
    first: str,
    second: str,
    cells: list[object],
) -> None:
    for at, value in enumerate([first or None, second or None, *cells], start=1):
        sheet.cell(row, at, value)  # type: ignore[arg-type]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A series without reports, with the labels and columns of the repository."""
    target = tmp_path / "us-dmdc"
    (target / "reports").mkdir(parents=True)
    for name in ("labels.csv", "columns.csv"):
        shutil.copy(SERIES / name, target / name)
    (target / "origin.json").write_text('{"reports": []}\n', encoding="utf-8")
    (target / "printed_totals.csv").write_text(
        "as_of,section,line,column,printed,gap\n", encoding="utf-8"
    )
    return target


@pytest.mark.parametrize(("as_of", "as_of_row", "group_row"), LAYOUTS)
def test_every_layout_is_read(tmp_path: Path, as_of: str, as_of_row: int, group_row: int) -> None:
    made = model(as_of, as_of_row, group_row, army_gap=as_of == "2023-06-30")
    book = workbook.read(write(made, tmp_path / "book.xlsx"), columns.heads(as_of))
    assert book.report == made.report()
    assert len(book.totals) == 3 * len(made.heads)
    assert book.prepared == "2026-02-16"


def test_columns_follow_the_space_force() -> None:
    assert [len(columns.heads(day)) for day, _, _ in LAYOUTS] == [21, 21, 21, 21, 21, 21, 22, 22]
    merged = [
        day
        for day, _, _ in LAYOUTS
        if any("AIR FORCE/SPACE FORCE" in h for h in columns.heads(day))
    ]
    assert merged == ["2021-12-31", "2022-06-30", "2023-06-30"]


def test_a_starred_line_is_withheld_and_its_zero_total_too(tmp_path: Path) -> None:
    made = model("2021-09-30", 4, 6, starred=("NIGER",))

    def zero(sheet: openpyxl.worksheet.worksheet.Worksheet) -> None:
        row = next(row for row in range(1, 40) if sheet.cell(row, 2).value == "NIGER*")
        sheet.cell(row, 3 + made.heads.index("ACTIVE DUTY TOTAL"), 0)

    book = workbook.read(write(made, tmp_path / "book.xlsx", zero), made.heads)
    assert book.report == made.report()
    niger = next(line for line in book.report.lines if line.label == "NIGER*")
    assert set(niger.cells) == {"suppressed"}


def test_sections_are_known_by_their_place_when_column_a_is_blank(tmp_path: Path) -> None:
    made = model("2017-12-31", 4, 6, sections_named=False)
    assert workbook.read(write(made, tmp_path / "book.xlsx"), made.heads).report == made.report()


figures = st.integers(min_value=0, max_value=2_000_000)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25)
@given(
    data=st.data(),
    layout=st.sampled_from(LAYOUTS),
    notes=st.integers(6, 10),
    gap=st.booleans(),
    star=st.booleans(),
)
def test_workbooks_and_reports_round_trip(
    tmp_path: Path,
    data: st.DataObject,
    layout: tuple[str, int, int],
    notes: int,
    gap: bool,
    star: bool,
) -> None:
    made = model(*layout, notes=notes, army_gap=gap, starred=("NIGER",) if star else ())
    width = len(made.branches())
    made.figures = {
        key: data.draw(st.lists(figures, min_size=width, max_size=width)) for key in made.figures
    }
    book = workbook.read(write(made, tmp_path / "book.xlsx"), made.heads)
    assert book.report == made.report()
    file = report.path(tmp_path, made.as_of)
    csv_writer.replace(file, report.rendered(book.report).encode())
    assert report.read(file, "location") == book.report


def bad(path: Path, *expected: str) -> list[Failure]:
    with pytest.raises(Invalid) as caught:
        workbook.read(path, columns.heads("2025-12-31"))
    assert [record.column for record in caught.value.records] == list(expected)
    return list(caught.value.records)


@pytest.mark.parametrize(
    "value", ["1,234", "12 662", -5, 1.5, True, "n/a", "-", "*"],
)  # fmt: skip
def test_a_cell_that_is_no_count_is_refused(tmp_path: Path, value: object) -> None:
    def change(sheet: openpyxl.worksheet.worksheet.Worksheet) -> None:
        sheet["F12"] = value  # type: ignore[assignment]

    found = bad(write(model(), tmp_path / "book.xlsx", change), "Sheet1!F12")[0]
    assert "a whole number, N/A" in found.message
    assert found.value == str(value)
    assert found.row == 12


def test_a_blank_in_a_line_without_a_star_is_refused(tmp_path: Path) -> None:
    def change(sheet: openpyxl.worksheet.worksheet.Worksheet) -> None:
        sheet["C10"] = None
        sheet["X11"] = None

    bad(write(model(), tmp_path / "book.xlsx", change), "Sheet1!C10", "Sheet1!X11")


@pytest.mark.parametrize(
    ("at", "value", "message"),
    [
        ("C5", "ACTIVE", "0 sheets"), ("J5", "RESERVES", "expected one of"), ("D6", "FLEET", "unknown column 'ACTIVE DUTY FLEET'"),
        ("D6", "ARMY", "duplicate column"), ("A4", "As at December 31, 2025", '0 lines "As of'),
        ("A4", "As of December 32, 2025", '0 lines "As of'), ("A9", "ELSEWHERE", "expected UNITED STATES, UNITED STATES TOTAL or a blank"),
        ("Y6", "MORE", "unknown column"), ("B18", "TOTAL", "nothing beside the notes"),
    ],
)  # fmt: skip
def test_a_layout_that_is_not_understood_is_refused(
    tmp_path: Path, at: str, value: str, message: str
) -> None:
    def change(sheet: openpyxl.worksheet.worksheet.Worksheet) -> None:
        sheet[at] = value

    with pytest.raises(Invalid) as caught:
        workbook.read(write(model(), tmp_path / "book.xlsx", change), columns.heads("2025-12-31"))
    assert any(message in str(record) for record in caught.value.records)


def test_a_sheet_that_ends_early_is_refused(tmp_path: Path) -> None:
    def change(sheet: openpyxl.worksheet.worksheet.Worksheet) -> None:
        sheet.delete_rows(15, 30)

    with pytest.raises(Invalid, match="the sheet ends before OVERSEAS TOTAL"):
        workbook.read(write(model(), tmp_path / "book.xlsx", change), columns.heads("2025-12-31"))


def test_figures_without_a_place_are_refused(tmp_path: Path) -> None:
    def change(sheet: openpyxl.worksheet.worksheet.Worksheet) -> None:
        sheet["B8"] = None

    assert (
        "without a place"
        in bad(write(model(), tmp_path / "book.xlsx", change), "Sheet1!B8")[0].message
    )


def test_a_file_that_is_no_workbook_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    path.write_bytes(b"as_of,section\n")
    with pytest.raises(Invalid, match="not a readable workbook"):
        workbook.read(path, ())


def test_a_workbook_becomes_a_report_of_the_series(tmp_path: Path, folder: Path) -> None:
    made = model()
    written = us_dmdc.import_workbook(write(made, tmp_path / "DMDC_2512.xlsx"), folder)
    assert written == folder / "reports" / "2025-12-31.csv"
    assert report.read(written, "location") == made.report()
    found = us_dmdc.check(folder)
    assert (found.failures, found.reports) == ([], 1)
    claims = us_dmdc.claims(folder)
    italy = claims[
        (claims["host"] == "ITA")
        & (claims["service"] == "all")
        & (claims["force"] == "active_duty")
    ]
    assert italy["personnel"].item() == sum(made.figures["overseas", "ITALY"][:6])
    assert us_dmdc.sources(folder)[0]["source_id"] == "dmdc-location-2025-12-31"
    assert us_dmdc.sources(folder)[0]["transcribed_via"] == ""


def test_the_georgias_are_distinguished_by_their_section(tmp_path: Path, folder: Path) -> None:
    us_dmdc.import_workbook(write(model(), tmp_path / "book.xlsx"), folder)
    claims = us_dmdc.claims(folder)
    there = claims[claims["locator"] == "GEORGIA | ACTIVE DUTY TOTAL"]
    assert set(there["host"]) == {"USA", "GEO"}
    assert there.loc[there["host"] == "USA", "subdivision"].item() == "US-GA"


def test_the_same_workbook_twice_changes_nothing(tmp_path: Path, folder: Path) -> None:
    path = write(model(), tmp_path / "book.xlsx")
    us_dmdc.import_workbook(path, folder)
    before = tree(folder)
    us_dmdc.import_workbook(path, folder)
    assert tree(folder) == before


def test_another_report_of_the_same_day_is_refused_unless_asked_for(
    tmp_path: Path, folder: Path
) -> None:
    us_dmdc.import_workbook(write(model(), tmp_path / "book.xlsx"), folder)
    before = tree(folder)
    other = model()
    other.figures["overseas", "NIGER"][0] += 1
    path = write(other, tmp_path / "other.xlsx")
    with pytest.raises(UsageError, match="another report of 2025-12-31"):
        us_dmdc.import_workbook(path, folder)
    assert tree(folder) == before
    us_dmdc.import_workbook(path, folder, overwrite=True)
    assert report.read(folder / "reports" / "2025-12-31.csv", "location") == other.report()


def test_unknown_labels_are_all_named_and_nothing_is_written(tmp_path: Path, folder: Path) -> None:
    def change(sheet: openpyxl.worksheet.worksheet.Worksheet) -> None:
        sheet["B10"], sheet["B12"] = "ATLANTIS", "KOREA, EAST"

    before = tree(folder)
    with pytest.raises(Invalid) as caught:
        us_dmdc.import_workbook(write(model(), tmp_path / "book.xlsx", change), folder)
    records = caught.value.records
    assert [record.value for record in records] == ["ATLANTIS", "KOREA, EAST"]
    assert [record.row for record in records] == [4, 6]
    assert records[1].hint == 'add to labels.csv: "KOREA, EAST",location,overseas,,,CODE,,,host,'
    assert tree(folder) == before


def test_a_sum_that_does_not_agree_is_refused_until_a_correction_says_so(
    tmp_path: Path, folder: Path
) -> None:
    def change(sheet: openpyxl.worksheet.worksheet.Worksheet) -> None:
        sheet["C15"] = sheet["C15"].value + 5  # type: ignore[operator]

    path = write(model(), tmp_path / "book.xlsx", change)
    before = tree(folder)
    with pytest.raises(Invalid) as caught:
        us_dmdc.import_workbook(path, folder)
    failed = {(record.key, record.column) for record in caught.value.records}
    row = ("overseas: OVERSEAS TOTAL", "ACTIVE DUTY ARMY")
    assert failed == {
        row,
        (row[0], "ACTIVE DUTY TOTAL"),
        ("grand: GRAND TOTAL", "ACTIVE DUTY ARMY"),
    }
    assert tree(folder) == before
    records = sorted((r.key, r.column, r.value.replace(",", "")) for r in caught.value.records)
    corrections(folder, [(row, column, value, "", "except_sum") for row, column, value in records])
    us_dmdc.import_workbook(path, folder)
    assert us_dmdc.check(folder).failures == []
    assert us_dmdc.check(folder).excepted == 3


def corrections(folder: Path, rows: list[tuple[str, str, str, str, str]]) -> None:
    head = [
        "correction_id",
        "table",
        "as_of",
        "row",
        "column",
        "expected",
        "corrected",
        "action",
        "reason",
        "source_id",
    ]
    cells = [
        [
            f"c{n}",
            "us-dmdc",
            "2025-12-31",
            row,
            column,
            expected,
            corrected,
            action,
            "Because.",
            "dmdc-location-2025-12-31",
        ]
        for n, (row, column, expected, corrected, action) in enumerate(rows)
    ]
    csv_writer.write(folder / "corrections.csv", head, cells)


def test_a_correction_that_the_source_no_longer_needs_stops_the_build(
    tmp_path: Path, folder: Path
) -> None:
    us_dmdc.import_workbook(write(model(), tmp_path / "book.xlsx"), folder)
    corrections(folder, [("overseas: NIGER", "ACTIVE DUTY TOTAL", "999", "1", "replace")])
    found = us_dmdc.check(folder).failures
    assert [item.rule for item in found] == ["correction-expected", "correction-needed"]
    assert "c0" in found[0].hint
    with pytest.raises(Invalid, match="no longer prints 999"):
        us_dmdc.claims(folder)


def test_an_exception_holds_for_its_gap_alone(tmp_path: Path, folder: Path) -> None:
    us_dmdc.import_workbook(write(model(), tmp_path / "book.xlsx"), folder)
    file = folder / "reports" / "2025-12-31.csv"
    read = report.read(file, "location")
    at = [line.label for line in read.lines].index("NIGER")
    cells = ["0"] * len(read.columns)
    lines = (*read.lines[:at], read.lines[at]._replace(cells=tuple(cells)), *read.lines[at + 1 :])
    csv_writer.replace(file, report.rendered(dataclasses.replace(read, lines=lines)).encode())
    failed = us_dmdc.check(folder).failures
    assert {item.rule for item in failed} == {"ties-out"}
    assert {item.key for item in failed} == {"overseas: OVERSEAS TOTAL"}
    assert len(failed) == len(read.columns)


def test_a_failed_write_leaves_the_series_as_it_was(
    tmp_path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    us_dmdc.import_workbook(write(model(), tmp_path / "book.xlsx"), folder)
    before = tree(folder)
    real, calls = csv_writer.replace, []

    def failing(path: Path, data: bytes) -> None:
        calls.append(path.name)
        if len(calls) == 3:
            raise OSError("disk full")
        real(path, data)

    monkeypatch.setattr(file_changes, "replace", failing)
    path = write(model("2026-06-30"), tmp_path / "next.xlsx")
    with pytest.raises(OSError, match="disk full"):
        us_dmdc.import_workbook(path, folder)
    assert tree(folder) == before


def test_a_report_that_origin_does_not_list_is_named(tmp_path: Path, folder: Path) -> None:
    us_dmdc.import_workbook(write(model(), tmp_path / "book.xlsx"), folder)
    shutil.copy(folder / "reports" / "2025-12-31.csv", folder / "reports" / "2026-03-31.csv")
    with pytest.raises(Invalid, match=r"2026-03-31\.csv.*origin\.json does not list"):
        us_dmdc.check(folder)


@pytest.mark.parametrize("cell", ["1,5", "-3", "007", "many", "reported"])
def test_a_cell_of_a_report_is_a_count_or_a_state(tmp_path: Path, cell: str) -> None:
    file = tmp_path / "reports" / "2025-12-31.csv"
    csv_writer.write(
        file,
        ["section", "label", "ACTIVE DUTY ARMY"],
        [["overseas", "ITALY", "5"], ["overseas", "NIGER", cell]],
    )
    with pytest.raises(Invalid) as caught:
        report.read(file, "location")
    assert (caught.value.records[0].row, caught.value.records[0].column) == (3, "ACTIVE DUTY ARMY")


def tree(folder: Path) -> dict[str, bytes]:
    return {
        p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()
    }


# Against the published files themselves, where they are at hand.


@pytest.fixture(scope="module")
def us(upstream: Path) -> Path:
    return upstream / "us"


def test_rebuild_reproduces_the_series_byte_for_byte(upstream: Path, tmp_path: Path) -> None:
    for name in ("labels.csv", "columns.csv", "corrections.csv", "recoded.csv"):
        shutil.copy(SERIES / name, tmp_path / name)
    us_dmdc.UsDmdc(tmp_path).rebuild(upstream)
    made, kept = tree(tmp_path), tree(SERIES)
    assert set(made) == set(kept)
    assert [name for name in kept if made[name] != kept[name]] == []


def test_the_original_workbook_imports_over_its_own_report(us: Path, tmp_path: Path) -> None:
    target = tmp_path / "us-dmdc"
    shutil.copytree(SERIES, target)
    before = tree(target)
    us_dmdc.import_workbook(us / "dmdc_location_report_2025-12-31.xlsx", target)
    assert tree(target) == before
    entry = next(
        e
        for e in json.loads((target / "origin.json").read_text())["reports"]
        if e["as_of"] == "2025-12-31"
    )
    assert entry["prepared"] == "2025-02-16"
    assert entry["published_on"] == ""


def test_the_transcription_of_the_workbook_says_the_same(
    us: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from troopdata.importers.us_dmdc import location_reports
    from troopdata.importers.us_dmdc.transcribed_rows import by_date

    rows = by_date(us / "dmdc_reports_1950_2025.csv")["2025-12-31"]
    monkeypatch.setattr(location_reports, "WORKBOOK", "")
    typed, _ = next(location_reports.reports(us, {"2025-12-31": rows}))
    book = workbook.read(
        us / "dmdc_location_report_2025-12-31.xlsx", [h for _, h in columns.read(SERIES)]
    )
    printed = {(line.section, line.label): line.cells for line in book.report.lines}
    for line in typed.lines:
        pairs = zip(line.cells, printed[line.section, line.label], strict=True)
        assert all(ours in ("", theirs) for ours, theirs in pairs)
    lacking = set(printed) - {(line.section, line.label) for line in typed.lines}
    assert {section for section, _ in lacking} == {"united_states"}
    assert len(lacking) == 7
