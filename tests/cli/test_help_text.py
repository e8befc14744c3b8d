"""The help texts: every example in them runs as written."""

from __future__ import annotations

import os
import shlex
from pathlib import Path
from typing import Any

import pytest
import typer

import troopdata as td
from troopdata.cli import main
from troopdata.cli.app import app
from troopdata.cli.help_text import commands, examples, format_help

LONG = {"check"}
# Running one of these would make a release of the present facts, finished or not.
MAKERS = {"build": "target", "release": "to"}
# Likewise, an import of published originals would rewrite a series of the checkout.
REBUILDS = "--upstream"
COMMANDS = dict(commands(typer.main.get_command(app)))
EXAMPLES = [(words, line) for words, found in COMMANDS.items() for line in examples(found.help)]


def helped(words: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> str:
    assert main([*words, "--help"]) == 0
    return capsys.readouterr().out


@pytest.fixture
def folder(tmp_path: Path, root: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Change to a folder with the files that the examples name."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TROOPDATA_URL", str(root / "datasets" / "releases"))
    monkeypatch.setenv("TROOPDATA_CACHE", str(tmp_path / "cache"))
    # Do not open a browser window during tests.
    monkeypatch.setenv("BROWSER", "true")
    (tmp_path / "events.csv").write_text("date,longitude,latitude\n2024-01-15,7.99,16.97\n")
    (tmp_path / "geopko.csv").write_text(
        "mission,year,location,latitude,longitude,No.TCC,year.overview\n"
        "UNIFIL,2012,Tyre,33.3,35.2,1,Ghana (650)\n"
    )
    rows = td.deployments(host="NER", sender="ITA")
    rows.to_csv(tmp_path / "mine.csv", index=False, date_format="%Y-%m-%d")
    (tmp_path / "datasets").symlink_to(root / "datasets")
    return tmp_path


def cases() -> list[Any]:
    return [
        pytest.param(line, id=line, marks=[pytest.mark.slow] if words[0] in LONG else [])
        for words, line in EXAMPLES
        if words[0] not in MAKERS and REBUILDS not in line
    ]


@pytest.mark.integration
@pytest.mark.parametrize("line", cases())
@pytest.mark.usefixtures("folder")
def test_an_example_runs(line: str, capsys: pytest.CaptureFixture[str]) -> None:
    program, *arguments = shlex.split(line)
    assert program == "troopdata"
    code = main(arguments)
    out = capsys.readouterr()
    assert (code, "no rows" in out.out) == (0, "cache list" in line), out.err
    assert out.out or out.err


@pytest.mark.parametrize(
    ("words", "line"),
    [item for item in EXAMPLES if item[0][0] in MAKERS or REBUILDS in item[1]],
    ids=lambda item: item if isinstance(item, str) else "",
)
def test_an_example_that_would_write_to_the_checkout_parses(
    words: tuple[str, ...], line: str
) -> None:
    context = COMMANDS[words].make_context(words[0], shlex.split(line)[2:])
    assert context.params[MAKERS.get(words[0], "upstream")]


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_every_command_has_an_example_and_prints_it_whole(
    words: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    found = examples(COMMANDS[words].help)
    assert found
    text = helped(words, capsys)
    for line in found:
        assert f"\n    {line}\n" in text
    assert max(map(len, text.splitlines())) <= 80
    assert "<list" not in text


def test_the_list_of_commands_cuts_no_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    text = helped((), capsys)
    assert "..." not in text.replace("[ARGS]...", "")
    assert all(words[0] in text for words in COMMANDS)


def test_shaping_twice_changes_nothing() -> None:
    once = format_help(typer.main.get_command(app))
    texts = {words: found.help for words, found in commands(once)}
    assert {words: found.help for words, found in commands(format_help(once))} == texts


def test_help_needs_no_data_and_no_pandas() -> None:
    import subprocess
    import sys

    code = (
        "import sys; from troopdata.cli import main; main(['show', '--help']);"
        "print(*sorted({'pandas', 'pyarrow', 'numpy', 'rich'} & set(sys.modules)))"
    )
    env = {**os.environ, "COLUMNS": "80"}
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=env
    )
    assert done.stdout.splitlines()[-1] == ""
