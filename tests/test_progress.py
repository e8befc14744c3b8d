"""The progress line: on a terminal, after a second, removed before anything else is written."""

from __future__ import annotations

import io
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

import troopdata as td
from troopdata import progress


class Screen(io.StringIO):
    def isatty(self) -> bool:
        return True

    def text(self) -> str:
        """What was written, without colours and movements of the cursor."""
        return re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", self.getvalue())

    def left(self) -> str:
        """The visible rest after the line was last erased."""
        rest = self.getvalue().rpartition("\x1b[2K")[2]
        return re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", rest).strip()


@pytest.fixture
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress, "QUIET", 0.001)
    monkeypatch.setattr(progress, "REFRESH", 1000.0)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "100")


def wait(until: Callable[[], bool]) -> None:
    for _ in range(2000):
        if until():
            return
        time.sleep(0.005)
    raise AssertionError("nothing was drawn")


@pytest.mark.usefixtures("soon")
def test_a_terminal_shows_what_takes_long_and_the_line_goes_away() -> None:
    screen = Screen()
    with progress.working("verify", screen):
        wait(lambda: re.search(r"verify .*0:00:00", screen.text()) is not None)
        progress.doing("writing bases", 3, 16)
        wait(lambda: "3 of 16" in screen.text())
    assert re.search(r"writing bases \W+ 3 of 16 +0:00:00", screen.text())
    assert screen.left() == ""
    assert screen.getvalue().count("\x1b[?25l") == screen.getvalue().count("\x1b[?25h")


@pytest.mark.usefixtures("soon")
@pytest.mark.parametrize("dumb", [False, True])
def test_a_pipe_and_a_dumb_terminal_show_nothing(
    monkeypatch: pytest.MonkeyPatch, dumb: bool
) -> None:
    if dumb:
        monkeypatch.setenv("TERM", "dumb")
    screen = Screen() if dumb else io.StringIO()
    with progress.working("verify", screen):
        time.sleep(0.02)
        progress.doing("nothing to see")
    with progress.Bar("fetching", 100, screen) as bar:
        time.sleep(0.02)
        bar.at(50)
    assert screen.getvalue() == ""


@pytest.mark.usefixtures("soon")
def test_other_output_finds_the_line_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = Screen()
    monkeypatch.setattr("sys.stdout", screen)
    with progress.working("check", screen):
        wait(lambda: "check" in screen.text())
        with progress.aside():
            assert screen.left() == ""
            screen.write("62 reports hold\n")
            time.sleep(0.05)
            assert screen.getvalue().endswith("62 reports hold\n")
        at = len(screen.getvalue())
        wait(lambda: "check" in screen.getvalue()[at:])
    assert "\n" in screen.getvalue()
    assert screen.left() == ""


@pytest.mark.usefixtures("soon")
def test_a_pager_has_the_terminal_for_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = Screen()
    monkeypatch.setattr("sys.stdout", io.StringIO())
    with progress.working("check", screen):
        wait(lambda: "check" in screen.text())
        with progress.aside():
            pass
        at = screen.getvalue()
        time.sleep(0.05)
        assert screen.getvalue() == at


@pytest.mark.usefixtures("soon")
def test_a_download_shows_its_share_in_place_of_the_commands_line() -> None:
    screen = Screen()
    with progress.working("fetch", screen):
        wait(lambda: "fetch" in screen.text())
        with progress.Bar("fetching 2026.11.0", 2_000_000, screen) as bar:
            time.sleep(0.01)
            bar.at(1_000_000)
            at = len(screen.getvalue())
            wait(lambda: "50% of 2.0 MB" in screen.text())
            assert "fetch " not in screen.getvalue()[at:]
        assert screen.left() == ""
    assert screen.left() == ""


def test_what_is_quick_draws_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress, "QUIET", 3600.0)
    screen = Screen()
    with progress.working("tables", screen), progress.Bar("fetching", 100, screen) as bar:
        bar.at(50)
    assert screen.getvalue() == ""


def test_an_error_takes_the_line_away_too(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = Screen()
    with pytest.raises(ValueError, match="x"), progress.working("build", screen):
        raise ValueError("x")
    progress.doing("after the fact")
    assert "fact" not in screen.getvalue()


def test_rich_is_imported_only_when_a_line_is_drawn() -> None:
    code = (
        "import io, sys, time\n"
        "from troopdata import progress\n"
        "class Screen(io.StringIO):\n"
        "    def isatty(self): return True\n"
        "def loaded(): return 'rich' in sys.modules\n"
        "with progress.working('check', Screen()): progress.doing('at once')\n"
        "before, progress.QUIET = loaded(), 0.0\n"
        "with progress.Bar('fetching', 9, Screen()) as bar: time.sleep(0.01); bar.at(5)\n"
        "print(before, loaded())"
    )
    environment = {
        **os.environ,
        "PYTHONPATH": str(Path(td.__file__).parents[1]),
        "TERM": "xterm",
    }
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == ["False", "True"]
