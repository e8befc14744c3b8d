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
from troopdata.curate.docs.coverage import counts_by_sender
from troopdata.curate.docs.pages import pages as written_pages
from troopdata.schemas import model


@pytest.fixture(scope="module")
def pages(root: Path) -> dict[str, str]:
    return written_pages(root / "datasets") | {"reference/command-line.md": commands(app)}


def test_the_written_pages_are_those_of_the_newest_release(
    pages: dict[str, str], root: Path
) -> None:
    for name, text in pages.items():
        assert (root / "docs" / name).read_text("utf-8") == text, "run: troopdata handbook"


def test_the_command_writes_what_is_out_of_date_and_says_so(
    tmp_path: Path, root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = ["handbook", "--docs", str(tmp_path), "--datasets", str(root / "datasets")]
    assert main([*asked, "--check"]) == 1
    assert not list(tmp_path.iterdir())
    assert main(asked) == 0
    assert len(list((tmp_path / "reference").iterdir())) == 4
    assert main([*asked, "--check"]) == 0
    assert "4 pages are up to date" in capsys.readouterr().out


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


def test_every_sender_is_covered_and_every_year_counted_once(pages: dict[str, str]) -> None:
    presence = td.load("presence")
    counts = counts_by_sender(presence)
    assert set(counts.index) == set(presence["sender"])
    assert counts["years"].sum() == len(presence)
    assert counts[["figure", "bounds", "present", "unknown"]].sum(axis=1).eq(counts["years"]).all()
    assert counts["unknown"].sum() == presence["state"].eq("unknown").sum()
    assert counts["figure"].sum() == presence["personnel"].notna().sum()
    for code in counts.index:
        assert f" ({code}) |" in pages["reference/coverage.md"]


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
