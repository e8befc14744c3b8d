"""Withdraw a release: the previous one becomes the latest, and the number still loads it."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

import troopdata as td
from troopdata import paths
from troopdata.cli import main
from troopdata.curate import publish, yank
from troopdata.curate.build import Stamp
from troopdata.errors import UnknownRelease, UsageError
from troopdata.release import loader

REASON = "The counts of 1990 were doubled."


@pytest.fixture
def home(tmp_path: Path, root: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The datasets of the checkout as the library's own, to be withdrawn from."""
    copied = tmp_path / "datasets"
    (copied / "facts").mkdir(parents=True)
    shutil.copytree(root / "datasets" / "releases", copied / "releases", copy_function=link)
    bundled = paths.folder
    monkeypatch.setattr(
        paths, "folder", lambda name: copied / "releases" if name == "releases" else bundled(name)
    )
    return copied


def link(source: str, target: str) -> None:
    """Nothing but the list is written, and that is replaced."""
    Path(target).hardlink_to(source)


def listed(home: Path) -> dict[str, object]:
    return dict(json.loads((home / "releases" / "index.json").read_bytes()))


def test_the_latest_is_the_one_before(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    number, before = td.data_version(), td.releases()["release"].tolist()[-2]
    old = listed(home)
    folder = home / "releases" / number
    files = {path.name: path.read_bytes() for path in folder.iterdir()}
    said = ["release", "--yank", number, "--reason", REASON, "--superseded-by", before]
    assert main([*said, "--datasets", str(home)]) == 0
    assert f"release {number} is withdrawn; the latest is {before}" in capsys.readouterr().out
    new = listed(home)
    assert (new["latest"], new["serial"]) == (before, int(str(old["serial"])) + 1)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == files
    assert td.data_version() == before
    assert td.load("operations").attrs["troopdata"] == {"release": before, "table": "operations"}
    frame = td.load("operations", version=number)
    notice = f"{REASON} (superseded by {before})"
    assert frame.attrs["troopdata"]["yanked"] == notice
    assert main(["get", "events", "--host", "NER", "--release", number]) == 0
    assert f"release {number} was withdrawn: {notice}" in capsys.readouterr().err
    row = td.releases().set_index("release").loc[number]
    assert (row["status"], row["yanked_reason"]) == ("yanked", REASON)
    assert row["superseded_by"] == before


def test_a_second_or_empty_withdrawal_is_refused(home: Path) -> None:
    numbers = [item["release"] for item in loader.index()["releases"]]
    first, second = numbers[:2]
    for words, message in (
        ({"number": "2031.01.0"}, "unknown release"),
        ({"reason": "  "}, "is not a reason"),
        ({"reason": "two\nlines"}, "is not a reason"),
        ({"superseded_by": "2031.01.0"}, "unknown release"),
        ({"superseded_by": first}, "cannot supersede"),
    ):
        said = {"number": first, "reason": REASON, **words}
        with pytest.raises((UsageError, UnknownRelease), match=message):
            yank.withdraw(home, **said)  # type: ignore[arg-type]
    yank.withdraw(home, first, REASON)
    with pytest.raises(UsageError, match="already withdrawn: The counts"):
        yank.withdraw(home, first, REASON)
    with pytest.raises(UsageError, match="cannot supersede"):
        yank.withdraw(home, second, REASON, superseded_by=first)


def test_the_last_active_release_cannot_be_withdrawn(home: Path) -> None:
    *others, last = [item["release"] for item in loader.index()["releases"]]
    for number in others:
        assert yank.withdraw(home, number, REASON) == last
    before = listed(home)
    with pytest.raises(UsageError, match="the only one that is not withdrawn"):
        yank.withdraw(home, last, REASON)
    assert listed(home) == before


def test_a_number_that_was_withdrawn_is_not_given_again(home: Path) -> None:
    number = td.data_version()
    yank.withdraw(home, number, REASON)
    with pytest.raises(UsageError, match=f"is not above {number}"):
        publish.publish(home, Stamp(number, "2030-01-01", "2030-01-01"))


@pytest.mark.parametrize(
    "words",
    [
        ["--yank", "2026.11.0"],
        ["--yank", "2026.11.0", "--reason", ""],
        ["2026.12.0", "--yank", "2026.11.0", "--reason", REASON],
        ["2026.12.0", "--date", "2026-12-01", "--reason", REASON],
        ["2026.12.0"],
        [],
    ],
)
def test_words_that_mean_nothing(home: Path, words: list[str]) -> None:
    before = listed(home)
    assert main(["release", *words, "--datasets", str(home)]) == 2
    assert listed(home) == before


def test_a_withdrawn_release_in_a_copy_is_listed_there_too(home: Path, tmp_path: Path) -> None:
    number = td.data_version()
    target = tmp_path / "mirror"
    said = ["release", "--yank", number, "--reason", REASON, "--to", str(target)]
    assert main([*said, "--datasets", str(home)]) == 0
    assert loader.index(target)["latest"] == loader.opened(None, target).version != number
    assert loader.opened(number, target).version == number
