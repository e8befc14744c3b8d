"""Completion, run in the shells themselves where they are installed."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import troopdata as td
from troopdata.api import country_index
from troopdata.cli import completion
from troopdata.cli.app import run

pytestmark = pytest.mark.integration


def offered(words: str, **settings: str) -> list[str]:
    """Complete as bash does: the last word is the one being typed."""
    asked = {
        "COMP_WORDS": f"troopdata {words}",
        "COMP_CWORD": str(len(words.split(" "))),
        "_TROOPDATA_COMPLETE": "complete_bash",
    }
    command = [sys.executable, "-m", "troopdata"]
    env = {**os.environ, **asked, **settings}
    done = subprocess.run(command, capture_output=True, text=True, env=env, check=False)
    assert done.stderr == ""
    return done.stdout.split()


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        ("sho", {"show"}),
        ("show Nige", {"Niger", "Nigeria"}),
        ("show ner", {"ner"}),
        ("describe dep", {"deployments"}),
        ("describe deployments bas", {"basis", "base_id"}),
        ("get bases --kind nav", {"naval"}),
        ("get events --kind bas", {"base_opened", "base_closed", "base_transferred"}),
        ("presence --freq q", {"quarter"}),
        ("presence --basis per", {"permanently_assigned", "period_average"}),
        ("get deployments --form", {"--format"}),
        ("validate x.csv --as ten", {"tenancies"}),
        ("cite --style b", {"bibtex"}),
        ("cache pa", {"path"}),
    ],
)
def test_a_word_is_completed(words: str, wanted: set[str]) -> None:
    found = set(offered(words))
    assert found & wanted
    assert all(word.startswith(words.rsplit(" ", maxsplit=1)[-1]) for word in found)


def test_releases_are_offered_newest_first() -> None:
    assert completion.releases("")[0] == td.data_version()


def test_every_country_that_is_offered_is_found() -> None:
    countries = country_index.gazetteer()
    today = td.load("countries").query("valid_to.isna()")
    for code, name in zip(today["country"], today["name"], strict=True):
        assert completion.typed(name).replace("-", "").isalnum()
        assert (
            countries.resolve(completion.typed(name), on=td.data_version()[:4] + "-01-01") == code
        )
    assert set(today["country"]) == set(completion.countries(""))


def test_completion_loads_no_pandas() -> None:
    code = (
        "import sys; from troopdata.cli import completion; completion.countries('N');"
        "print(*sorted({'pandas', 'geopandas', 'pandera'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_script_of_each_shell_is_one_that_it_reads(shell: str, tmp_path: Path) -> None:
    if not (program := shutil.which(shell)):
        pytest.skip(f"{shell} is not installed")
    asked = {**os.environ, "_TROOPDATA_COMPLETE": f"source_{shell}"}
    command = [sys.executable, "-m", "troopdata"]
    done = subprocess.run(command, capture_output=True, text=True, env=asked, check=True)
    assert "_TROOPDATA_COMPLETE" in done.stdout
    script = tmp_path / "completion"
    script.write_text(done.stdout, encoding="utf-8")
    read = subprocess.run([program, "-n", str(script)], capture_output=True, text=True, check=False)
    assert (read.returncode, read.stderr) == (0, "")


def test_completion_can_be_installed(capsys: pytest.CaptureFixture[str]) -> None:
    run(["--help"])
    assert "--install-completion" in capsys.readouterr().out
