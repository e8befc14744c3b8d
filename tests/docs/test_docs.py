"""The pages: snippets run, links resolve, and counts, commands and paths are up to date."""

from __future__ import annotations

import ast
import doctest
import re
from pathlib import Path

import pytest

import troopdata as td
from troopdata.schemas import model

ROOT = Path(__file__).resolve().parents[2]
COMMANDS = [
    "python -m pip install . && troopdata show NER",
    'python -m pip install -e ".[dev]" && python -m pytest',
]


@pytest.mark.parametrize("command", COMMANDS)
def test_the_readme_has_the_two_commands(root: Path, command: str) -> None:
    assert command in (root / "README.md").read_text(encoding="utf-8").splitlines()


def pages() -> list[Path]:
    return [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]


def name_of(page: Path) -> str:
    return str(page.relative_to(ROOT))


@pytest.mark.parametrize("page", pages(), ids=name_of)
def test_every_snippet_runs_and_prints_what_the_page_says(
    page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if ">>> import matplotlib" in page.read_text(encoding="utf-8"):
        pytest.importorskip("matplotlib")
    monkeypatch.chdir(tmp_path)
    flags = doctest.NORMALIZE_WHITESPACE
    result = doctest.testfile(str(page), module_relative=False, optionflags=flags, encoding="utf-8")
    assert result.failed == 0
    for drawn in tmp_path.glob("*.png"):
        assert (page.parent / drawn.name).is_file(), (
            f"{page} draws {drawn.name}, which is missing from its folder"
        )


def test_the_readme_has_snippets() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    assert len(doctest.DocTestParser().get_examples(text)) >= 8


@pytest.mark.parametrize("page", pages(), ids=name_of)
def test_links_between_pages_resolve(page: Path) -> None:
    for target, anchor in re.findall(r"\]\(([^)\s#]*)(?:#([^)]*))?\)", page.read_text("utf-8")):
        if re.match(r"[a-z]+:", target):
            continue
        found = (page.parent / target) if target else page
        assert found.exists(), f"{name_of(page)} links to {target}"
        if anchor:
            heads = re.findall(r"^#+ (.+)$", found.read_text(encoding="utf-8"), re.MULTILINE)
            slugs = {re.sub(r"[^\w -]", "", head.lower()).replace(" ", "-") for head in heads}
            assert anchor in slugs, f"{name_of(page)} links to {target}#{anchor}"


def test_the_readme_counts_the_rows_of_the_latest_release(root: Path) -> None:
    text = (root / "README.md").read_text(encoding="utf-8")
    assert f"## What is in release {td.data_version()}" in text
    rows = td.tables().set_index("table")["rows"]
    for names, counts in re.findall(
        r"^\| ([a-z_, ]+) \| [^|]+ \| ([\d,; ]+) \|$", text, re.MULTILINE
    ):
        for name, count in zip(names.split(", "), counts.split("; "), strict=True):
            assert rows[name] == int(count.replace(",", "")), name


def test_the_readme_counts_the_estimates_without_a_number(root: Path) -> None:
    text = " ".join((root / "README.md").read_text(encoding="utf-8").split())
    rows = td.load("presence")
    others = rows[rows["sender"] != "USA"]
    empty, elsewhere = rows["personnel"].isna(), others["personnel"].isna()
    signs = (others["state"] == "presence_only").sum()
    assert (
        f"of the {len(rows):,} rows of `presence` {empty.sum():,} have no number: "
        f"{empty.mean():.0%}".replace("%", " %")
        in text
    )
    assert (
        f"{elsewhere.mean() * 100:.0f} % ({elsewhere.sum():,} of {len(others):,}, "
        f"of which {signs:,} know only" in text
    )
    assert f"{rows['grade'].isin(['A', 'B']).sum():,} rows rest on a count of everyone" in text
    senders = td.load("deployments", columns=["sender"])["sender"].nunique()
    assert f"{senders} senders; {empty.sum():,} of {len(rows):,} sender-host-years" in text


def test_every_command_is_in_the_readme_or_the_manual(root: Path) -> None:
    from typer.main import get_command

    from troopdata.cli.app import app

    text = "".join(
        (root / p).read_text(encoding="utf-8") for p in ("README.md", "datasets/README.md")
    )
    for name in get_command(app).commands:  # type: ignore[attr-defined]
        assert re.search(rf"`(troopdata )?{name}\b", text), name


def test_the_schemas_readme_names_every_property_of_our_own(root: Path) -> None:
    import json

    text = (root / "schemas" / "README.md").read_text(encoding="utf-8")
    own = {"grain", "derived", "sort", "listForeignKeys", "rules", "estimate"}
    standard = {"$schema", "name", "title", "fields", "missingValues", "primaryKey", "foreignKeys"}
    for name in model.tables():
        raw = json.loads((root / "schemas" / f"{name}.json").read_text(encoding="utf-8"))
        assert set(raw) <= own | standard
    assert all(f"`{word}`" in text for word in own)


def test_every_file_that_the_map_names_exists(root: Path) -> None:
    text = (root / "docs" / "contributing.md").read_text(encoding="utf-8")
    rows = [line.split("|")[1:-1] for line in text.splitlines() if line.startswith("| ")]
    places = [cell for row in rows for cell in row]
    named = re.findall(r"`((?:troopdata|tests|schemas|datasets|docs)/[^`]*)`", " ".join(places))
    assert len(set(named)) >= 40
    assert [name for name in named if not (root / name).exists()] == []


def test_every_constant_that_the_map_names_is_in_its_file(root: Path) -> None:
    text = (root / "docs" / "contributing.md").read_text(encoding="utf-8")
    named = re.findall(r"`(\w+)` in `((?:troopdata|schemas)/[^`]*)`", text)
    assert len(named) >= 5
    for name, path in named:
        assert re.search(rf"\b{name}\b", (root / path).read_text(encoding="utf-8")), (name, path)


def test_the_floors_of_the_page_are_those_of_the_package(root: Path) -> None:
    tree = ast.parse((root / "tests" / "test_layout.py").read_text(encoding="utf-8"))
    (floors,) = (
        ast.literal_eval(node.value)
        for node in tree.body
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "FLOORS"
    )
    text = (root / "docs" / "contributing.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (\d) \| (`[^|]+) \|", text, re.MULTILINE)
    assert [set(re.findall(r"`(\w+)`", names)) for _, names in rows] == floors[::-1]
    assert [int(number) for number, _ in rows] == list(range(len(floors), 0, -1))
