"""The curator's manual, followed to the letter."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from troopdata.curate import build, facts
from troopdata.io import csv_reader
from troopdata.schemas import model
from troopdata.validation import formatting

KEYS = {"sources": "dbe-20230922,", "deployments": "a92cbab7492bcb06,"}


@pytest.fixture
def home(tmp_path: Path, root: Path) -> Path:
    """The facts of the checkout without the two lines that the manual adds, to be edited."""
    shutil.copytree(root / "datasets" / "facts", tmp_path / "facts")
    for table, key in KEYS.items():
        path = tmp_path / "facts" / f"{table}.csv"
        kept = [line for line in path.read_text("utf-8").splitlines() if not line.startswith(key)]
        path.write_text("\n".join(kept) + "\n", encoding="utf-8")
    return tmp_path


def lines(root: Path) -> dict[str, str]:
    """The lines that the manual gives, by the file that each belongs to."""
    text = (root / "datasets" / "README.md").read_text(encoding="utf-8")
    source, claim = re.findall(r"^   ```\n   (.*)\n   ```$", text, re.MULTILINE)
    return {"sources": source, "deployments": claim}


def add(home: Path, table: str, line: str) -> None:
    with open(home / "facts" / f"{table}.csv", "a", encoding="utf-8") as handle:
        handle.write(line + "\n")


def test_the_claim_of_the_manual_is_added_end_to_end(home: Path, root: Path) -> None:
    for table, line in lines(root).items():
        add(home, table, line)
        path = home / "facts" / f"{table}.csv"
        path.write_text(formatting.formatted(path), encoding="utf-8")
        assert path.read_bytes() == (root / "datasets" / "facts" / path.name).read_bytes()
    _, failures = facts.read(home)
    assert failures == []


def test_the_columns_that_make_a_claim_are_those_of_the_manual(root: Path) -> None:
    from troopdata.schemas.codes import identity_columns

    text = " ".join((root / "datasets" / "README.md").read_text(encoding="utf-8").split())
    (listed,) = re.findall(r"The id follows from ([^:]+):", text)
    words = listed.replace(" and ", ", ").split(", ")
    plain = [name.removesuffix("_id").removesuffix("_of") for name in identity_columns()]
    named = ["date" if name == "as" else name for name in plain if "precision" not in name]
    assert words == named


def test_a_failure_across_tables_names_the_file_and_the_line(home: Path, root: Path) -> None:
    add(home, "deployments", lines(root)["deployments"].replace(",BEL,", "0123456789abcdef,BEL,"))
    text = csv_reader.read(home / "facts" / "deployments.csv")
    from troopdata.errors import Failure

    wrong = Failure("deployments", 3, "0123456789abcdef", "source_id", "reference", "x", "none")
    elsewhere = wrong._replace(key="of a series")
    found = facts.traced([wrong, elsewhere], home)
    assert (found[0].file, found[0].row) == ("datasets/facts/deployments.csv", text.lines[-1])
    assert (found[1].file, found[1].row) == ("deployments", 3)


@pytest.mark.parametrize(
    ("old", "new", "rule", "hint"),
    [
        (",10,,,approximately,", ",10,,,more_than,", "bound-without-figure", ""),
        (",10,,,approximately,", ",,,,more_than,", "bound-without-figure", ""),
        (",10,,,approximately,", ",10,5,15,range,", "bound-without-figure", ""),
        (",military,all,", ",military,,", "required", "one of all, army"),
        (",BEL,", ",Belgium,", "pattern", "countries.csv"),
    ],
)
def test_a_slip_says_what_to_type(
    home: Path, root: Path, old: str, new: str, rule: str, hint: str
) -> None:
    add(home, "deployments", lines(root)["deployments"].replace(old, new))
    _, failures = facts.read(home)
    mine = [failure for failure in failures if failure.rule == rule]
    assert mine, failures
    assert hint in mine[0].hint
    assert mine[0].row is not None


def test_a_spell_that_ended_has_no_status(home: Path) -> None:
    path = home / "facts" / "tenancies.csv"
    text = csv_reader.read(path)
    at = {name: text.columns.index(name) for name in ("ended", "ended_precision", "status_as_of")}
    number, row = next(
        (n, r) for n, r in zip(text.lines, text.rows, strict=True) if r[at["status_as_of"]]
    )
    row[at["ended"]], row[at["ended_precision"]] = "2025-05-01", "day"
    from troopdata.io import csv_writer

    path.write_text(csv_writer.rendered(text.columns, text.rows), encoding="utf-8")
    _, failures = facts.read(home)
    assert [(failure.rule, failure.row) for failure in failures] == [("status-or-end", number)]


def test_a_build_into_a_folder_that_exists_says_so(home: Path, tmp_path: Path) -> None:
    from troopdata.errors import UsageError

    with pytest.raises(UsageError, match="name a folder that does not exist yet"):
        build.build(home, tmp_path, build.Stamp("2030.01.0", "2030-01-01", "2030-01-01"))


def test_every_code_of_the_schemas_can_be_looked_up() -> None:
    import troopdata as td

    for name in model.tables():
        for field in model.table(name).fields:
            if field.vocabulary:
                found = td.describe(name, field.name)
                assert found["code"].tolist() == list(field.vocabulary.codes)
                assert found["label"].notna().all()


def test_the_lines_of_the_manual_have_the_columns_of_their_files(root: Path) -> None:
    text = (root / "datasets" / "README.md").read_text(encoding="utf-8")
    blocks = re.findall(r"^```\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    lines = [line for block in blocks for line in block.splitlines()]
    stated = [line for line in lines if re.match(r"\d{4}\.\d{2}\.\d+,", line)]
    moved = [line for line in lines if line.startswith("bases,")]
    for name, found in (("reasons.csv", stated), ("facts/id_redirects.csv", moved)):
        header = (root / "datasets" / name).read_text(encoding="utf-8").splitlines()[0]
        assert found
        assert not csv_reader.read("\n".join([header, *found, ""]).encode()).failures, name
