"""The line that moves: on a terminal, after a second, gone before anything else is written."""

from __future__ import annotations

import io
import time
from collections.abc import Callable

import pytest

from troopdata import progress


class Screen(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress, "QUIET", 0.001)
    monkeypatch.setattr(progress, "EVERY", 0.001)
    monkeypatch.setenv("TERM", "xterm")


def wait(until: Callable[[], bool]) -> None:
    for _ in range(2000):
        if until():
            return
        time.sleep(0.005)
    raise AssertionError("nothing was drawn")


@pytest.mark.usefixtures("soon")
def test_a_terminal_is_told_what_takes_long_and_the_line_goes_away() -> None:
    screen = Screen()
    with progress.working("verify", screen):
        wait(lambda: "verify, 0 s" in screen.getvalue())
        progress.doing("writing bases", 3, 16)
        wait(lambda: "[####...................." in screen.getvalue())
    assert "writing bases, 3 of 16" in screen.getvalue()
    assert screen.getvalue().endswith(" \r")


@pytest.mark.usefixtures("soon")
@pytest.mark.parametrize("dumb", [False, True])
def test_a_pipe_and_a_dumb_terminal_are_told_nothing(
    monkeypatch: pytest.MonkeyPatch, dumb: bool
) -> None:
    if dumb:
        monkeypatch.setenv("TERM", "dumb")
    screen = Screen() if dumb else io.StringIO()
    with progress.working("verify", screen):
        time.sleep(0.02)
        progress.doing("nothing to see")
    assert screen.getvalue() == ""


@pytest.mark.usefixtures("soon")
def test_other_output_finds_the_line_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = Screen()
    monkeypatch.setattr("sys.stdout", screen)
    with progress.working("check", screen):
        wait(lambda: "check, 0 s" in screen.getvalue())
        with progress.aside():
            assert screen.getvalue().endswith(" \r")
            screen.write("62 reports hold\n")
    assert "\n" in screen.getvalue()


def test_what_is_quick_draws_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress, "QUIET", 3600.0)
    screen = Screen()
    with progress.working("tables", screen):
        pass
    assert screen.getvalue() == ""


def test_an_error_takes_the_line_away_too(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = Screen()
    with pytest.raises(ValueError, match="x"), progress.working("build", screen):
        raise ValueError("x")
    progress.doing("after the fact")
    assert "fact" not in screen.getvalue()
