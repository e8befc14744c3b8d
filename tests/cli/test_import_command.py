"""The command `import`: a built-in series from a folder of its originals."""

from __future__ import annotations

import csv
import fnmatch
import re
import shutil
from pathlib import Path

import pytest

from troopdata.cli import main
from troopdata.importers.registry import SERIES
from troopdata.importers.war_powers import COLUMNS


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    code = main(arguments)
    out = capsys.readouterr()
    return code, out.out, out.err


@pytest.fixture
def datasets(tmp_path: Path, root: Path) -> Path:
    """A datasets folder with the War Powers series and the facts."""
    home = tmp_path / "datasets"
    series = root / "datasets" / "series"
    shutil.copytree(root / "datasets" / "facts", home / "facts")
    shutil.copytree(series / "war-powers", home / "series" / "war-powers")
    return home


def originals(folder: Path, rows: list[dict[str, str]]) -> Path:
    """Write the published file that makes these rows of the series."""
    (folder / "warpowers").mkdir(parents=True)
    path = folder / "warpowers" / "deployments.csv"
    with open(path, "w", encoding="utf-8", newline="") as handle:
        writer = csv.DictWriter(handle, list(COLUMNS.values()))
        writer.writeheader()
        writer.writerows({COLUMNS[name]: cell for name, cell in row.items()} for row in rows)
    return folder


def test_a_series_is_rebuilt_and_the_changes_are_printed(
    tmp_path: Path, datasets: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = datasets / "series" / "war-powers" / "claims.csv"
    kept = {file.name: file.read_bytes() for file in path.parent.iterdir()}
    with open(path, encoding="utf-8", newline="") as handle:
        rows = list(csv.DictReader(handle))
    extra = {**rows[0], "host": "ZMB"}
    command = ("import", "war-powers", "--datasets", str(datasets), "--upstream")
    more = originals(tmp_path / "more", [*rows[1:], extra])
    code, out, _ = run(capsys, *command, str(more))
    assert code == 0
    assert out.splitlines() == [
        f"{path}: changed, {len(rows)} rows (1 added, 1 removed)",
        "war-powers: 1 of 1 file written; now run troopdata check",
    ]
    code, out, _ = run(capsys, *command, str(originals(tmp_path / "same", rows)))
    assert {file.name: file.read_bytes() for file in path.parent.iterdir()} == kept
    code, out, _ = run(capsys, *command, str(tmp_path / "same"))
    assert (code, out) == (0, f"war-powers: unchanged, 1 file, {len(rows)} rows\n")


@pytest.mark.exhaustive
@pytest.mark.integration
def test_the_originals_give_the_committed_series(
    upstream: Path, root: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copytree(root / "datasets" / "facts", tmp_path / "datasets" / "facts")
    shutil.copytree(root / "datasets" / "series", tmp_path / "datasets" / "series")
    # The map comes from a package registry, not from the folder of the others.
    for name in set(SERIES) - {"natural-earth"}:
        arguments = ("--upstream", str(upstream), "--datasets", str(tmp_path / "datasets"))
        code, out, err = run(capsys, "import", name, *arguments)
        assert (code, err) == (0, "")
        assert re.fullmatch(rf"{name}: unchanged, \d+ files?, [\d,]+ rows\n", out)


def test_a_missing_original_is_named(
    tmp_path: Path, datasets: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ("--upstream", str(tmp_path), "--datasets", str(datasets))
    code, _, err = run(capsys, "import", "war-powers", *arguments)
    assert code == 2
    assert "lacks warpowers/deployments.csv" in err
    assert "troopdata import --help" in err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["war-powers"], "name the published file"),
        (["war-powers", "x.csv"], "troopdata import war-powers --upstream FOLDER"),
        (["nothing", "--upstream", "."], "one of us-dmdc, cia-factbook"),
        (["nothing", "x.csv"], "one of us-dmdc, atop"),
        (["war-powers", "x.csv", "--upstream", "."], "cannot be combined with a file"),
        (["geo-pko", "x.csv"], "--into FOLDER"),
    ],
)
def test_a_mistake_in_the_command_says_what_to_type(
    capsys: pytest.CaptureFixture[str], arguments: list[str], message: str
) -> None:
    code, out, err = run(capsys, "import", *arguments)
    assert (code, out) == (2, "")
    assert message in err


def test_the_help_names_every_original_of_every_series(
    capsys: pytest.CaptureFixture[str],
) -> None:
    code, out, _ = run(capsys, "import", "--help")
    assert code == 0
    for name, importer in SERIES.items():
        (line,) = re.findall(rf"^  {name}: (.*)[;.]$", out, re.MULTILINE)
        patterns = line.replace(" and ", ", ").split(", ")
        for original in importer.originals():
            assert any(fnmatch.fnmatch(original, pattern) for pattern in patterns), original
        for pattern in patterns:
            assert fnmatch.filter(importer.originals(), pattern), pattern
