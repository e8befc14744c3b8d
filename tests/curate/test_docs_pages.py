"""The pages that are written from the schemas, the release, the package and its commands."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import troopdata as td
from troopdata.cli import main
from troopdata.cli.app import app
from troopdata.cli.commands.docs import commands
from troopdata.curate.docs.api_reference import GROUPS
from troopdata.curate.docs.pages import pages as written_pages
from troopdata.plot import coverage_picture
from troopdata.plot.coverage_picture import is_current
from troopdata.schemas import model


@pytest.fixture(scope="module")
def pages(root: Path) -> dict[str, str]:
    return written_pages(root / "datasets") | {"reference/command-line.md": commands(app)}


def test_the_written_pages_are_those_of_the_newest_release(
    pages: dict[str, str], root: Path
) -> None:
    for name, text in pages.items():
        assert (root / "docs" / name).read_text("utf-8") == text, "run: troopdata handbook"


def test_the_picture_is_drawn_from_the_newest_release(root: Path) -> None:
    path = root / "docs" / "reference" / "coverage.png"
    assert is_current(path), "run: troopdata handbook"
    assert path.stat().st_size < 200_000
    assert "![" in (path.with_suffix(".md")).read_text("utf-8").split("](coverage.png)")[0]


def test_a_picture_of_other_counts_or_other_code_is_out_of_date(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = root / "docs" / "reference" / "coverage.png"
    assert not is_current(tmp_path / "coverage.png")
    before = coverage_picture.drawn_from()
    monkeypatch.setattr(coverage_picture, "DOTS_PER_INCH", 55)
    assert coverage_picture.drawn_from() != before
    assert not is_current(path)
    monkeypatch.undo()
    few = td.coverage(by=("sender", "year")).iloc[1:]
    monkeypatch.setattr(coverage_picture, "count_known", lambda **_: few)
    assert not is_current(path)


def test_the_command_writes_what_is_out_of_date_and_says_so(
    tmp_path: Path, root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("matplotlib")
    asked = ["handbook", "--docs", str(tmp_path), "--datasets", str(root / "datasets")]
    assert main([*asked, "--check"]) == 1
    assert not list(tmp_path.iterdir())
    assert main(asked) == 0
    written = {path.suffix for path in (tmp_path / "reference").iterdir()}
    assert len(list((tmp_path / "reference").iterdir())) == 5
    assert written == {".md", ".png"}
    assert is_current(tmp_path / "reference" / "coverage.png")
    assert main([*asked, "--check"]) == 0
    assert "4 pages and a picture are up to date" in capsys.readouterr().out


def test_the_dictionary_has_every_table_column_and_code(pages: dict[str, str]) -> None:
    text = pages["reference/data-dictionary.md"]
    for name in model.tables():
        table = model.table(name)
        section = text.split(f"\n## {name}\n")[1].split("\n## ")[0]
        for item in table.fields:
            assert f"| `{item.name}` |" in section, f"{name}.{item.name}"
            if item.vocabulary:
                assert f"(#codes-{item.vocabulary.name})" in section
        assert all(f"`{rule.name}`" in section for rule in table.rules)
    for vocabulary in model.vocabularies().values():
        section = text.split(f"\n### Codes: {vocabulary.name}\n")[1].split("\n### ")[0]
        assert all(f"| `{code}` |" in section for code in vocabulary.codes)


def test_no_row_of_a_table_breaks_into_two(pages: dict[str, str]) -> None:
    for name, text in pages.items():
        for block in re.findall(r"(?:^\|.*\n)+", text, re.MULTILINE):
            bars = {len(re.findall(r"(?<!\\)\|", line)) for line in block.splitlines()}
            assert len(bars) == 1, f"{name}: {block[:200]}"


def table_after(text: str, heading: str) -> list[dict[str, str]]:
    """Return the first table of a section, by its header."""
    section = text.split(f"\n## {heading}\n")[1].split("\n## ", maxsplit=1)[0]
    lines = [line.split("|")[1:-1] for line in section.splitlines() if line[:1] == "|"]
    header, _, *rows = ([cell.strip() for cell in line] for line in lines)
    return [dict(zip(header, row, strict=True)) for row in rows]


def whole(text: str) -> int:
    return int(text.replace(",", ""))


CLASSES = ("total", "floor", "sign", "nothing")


def test_every_sender_is_covered_and_every_year_counted_once(pages: dict[str, str]) -> None:
    presence = td.load("presence")
    counts = td.coverage(by="sender").set_index("sender")
    rows = table_after(pages["reference/coverage.md"], "Senders")
    assert set(counts.index) == set(presence["sender"])
    assert [row["sender"].rsplit("(")[-1].rstrip(")") for row in rows] == list(counts.index)
    for row, (_, wanted) in zip(rows, counts.iterrows(), strict=True):
        assert whole(row["years"]) == wanted["dyad_years"]
        assert [whole(row[one]) for one in CLASSES] == wanted[list(CLASSES)].tolist()
    assert sum(whole(row["total"]) for row in rows) == presence["personnel"].notna().sum()
    known = presence[presence["personnel"].notna()]
    assert sum(whole(row["with total"]) for row in rows) == len(
        known[["sender", "host"]].drop_duplicates()
    )
    firsts = known.groupby("sender")["year"].min()
    assert {int(row["from"]) for row in rows if row["from"]} == set(firsts)


def test_the_cells_of_sender_and_decade_add_up_to_all_years(pages: dict[str, str]) -> None:
    text = pages["reference/coverage.md"]
    rows = table_after(text, "By sender and decade")
    cells = [cell for row in rows for name, cell in row.items() if name != "sender" and cell]
    sums = [sum(whole(cell.split(" / ")[at]) for cell in cells) for at in range(4)]
    counts = td.coverage(by="decade")
    assert sums == [counts[one].sum() for one in CLASSES]
    assert len(cells) == len(td.coverage())
    by_decade = table_after(text, "By decade")
    assert sum(whole(row["years"]) for row in by_decade) == counts["dyad_years"].sum()
    usa = td.coverage(sender="USA", by="decade").set_index("decade")
    for row in by_decade:
        if row["senders"] == "United States":
            share = usa.loc[int(row["decade"][:4]), "total_share"]
            assert row["total"] == f"{100 * share:.0f} %"


def test_every_claim_with_a_number_is_under_what_it_rests_on(pages: dict[str, str]) -> None:
    rows = table_after(
        pages["reference/coverage.md"], "What the numbers rest on, and what is missing"
    )
    claims = td.load("deployments")
    number = claims[["personnel", "personnel_low", "personnel_high"]].notna().any(axis=1)
    counted = claims[number & claims["status"].eq("accepted")]
    usa = counted["sender"].eq("USA").sum()
    assert sum(whole(row["claims, United States"]) for row in rows) == usa
    assert sum(whole(row["claims, others"]) for row in rows) == len(counted) - usa


def test_what_each_series_leaves_out_is_listed(pages: dict[str, str], root: Path) -> None:
    for path in (root / "datasets" / "series").glob("*/origin.json"):
        assert f"\n### {path.parent.name}\n" in pages["reference/coverage.md"]


def test_every_public_name_is_in_the_reference(pages: dict[str, str]) -> None:
    text = pages["reference/python.md"]
    parts = ("geo", "plot")
    dotted = [f"troopdata.{name}" for name in td.__all__ if name not in parts]
    dotted += [f"troopdata.{part}.{name}" for part in parts for name in getattr(td, part).__all__]
    for path in dotted:
        assert text.count(f"\n::: {path}\n") == 1, path
    assert {name for names in GROUPS.values() for name in names} <= set(td.__all__)


def test_every_command_is_listed_with_every_option(pages: dict[str, str]) -> None:
    from typer.main import get_command

    text = pages["reference/command-line.md"]
    found = get_command(app).commands  # type: ignore[attr-defined]
    for name, command in found.items():
        leaves = getattr(command, "commands", {"": command})
        for below, leaf in leaves.items():
            section = text.split(f"\n## {f'{name} {below}'.strip()}\n")[1].split("\n## ")[0]
            for item in leaf.params:
                options = item.opts if item.param_type_name == "option" else [item.name.upper()]
                assert all(f"{word}" in section for word in options), (name, item.name)
