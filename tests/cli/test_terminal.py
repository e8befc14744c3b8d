"""The terminal: colour, width, encodings, closed pipes and interrupts."""

from __future__ import annotations

import contextlib
import io
import os
import re
import signal
import subprocess
import sys
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from troopdata.cli import terminal

pytestmark = pytest.mark.integration


class Screen(io.StringIO):
    def isatty(self) -> bool:
        return True


def troopdata(*arguments: str, **settings: str) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-m", "troopdata", *arguments]
    return subprocess.run(
        command, capture_output=True, env={**os.environ, **settings}, check=False, timeout=60
    )


@pytest.mark.parametrize(
    ("settings", "tty", "wanted"),
    [
        ({}, True, True),
        ({}, False, False),
        ({"NO_COLOR": "1"}, True, False),
        ({"NO_COLOR": ""}, True, True),
        ({"FORCE_COLOR": "1"}, False, True),
        ({"FORCE_COLOR": "0"}, False, False),
        ({"NO_COLOR": "1", "FORCE_COLOR": "1"}, True, False),
        ({"TERM": "dumb"}, True, False),
    ],
)
def test_colour_is_for_a_terminal_that_wants_it(
    monkeypatch: pytest.MonkeyPatch, settings: dict[str, str], tty: bool, wanted: bool
) -> None:
    monkeypatch.setenv("TERM", "xterm")
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    assert terminal.colour(Screen() if tty else io.StringIO()) is wanted


def test_a_pipe_is_plain_and_eighty_wide(capsys: pytest.CaptureFixture[str]) -> None:
    from troopdata.cli import main

    assert main(["show", "NER"]) == 0
    out = capsys.readouterr().out
    assert "\x1b" not in out
    assert max(map(terminal.cells, out.splitlines())) <= 80


words = st.text(st.characters(exclude_categories=("Cc", "Cs", "Z")), min_size=1, max_size=12)


@given(st.lists(words, min_size=1, max_size=12), st.integers(10, 60))
def test_wrapping_keeps_every_word_and_the_width(text: list[str], room: int) -> None:
    lines = list(terminal.wrap(" ".join(text), room, head="  ", hang=4))
    assert " ".join(" ".join(lines).split()) == " ".join(" ".join(text).split())
    for line in lines:
        assert terminal.cells(line) <= room or len(line.split()) == 1


def test_a_date_is_not_broken_at_the_end_of_a_line() -> None:
    lines = list(terminal.wrap(f"handed over on {terminal.unbreakable('7 Jul 2024')}", 20))
    assert lines == ["handed over on", "7 Jul 2024"]


@given(words, st.integers(2, 30))
def test_cutting_fits_and_says_so(text: str, room: int) -> None:
    short = terminal.truncated(text, room)
    assert terminal.cells(short) <= room
    assert short == text or short.endswith("…")


def test_adjacent_words_of_one_style_share_an_escape(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    line = terminal.styled("LATEST EVENTS", "head") + "  " + terminal.styled("by 3 May", "aside")
    wanted = "\x1b[1mLATEST EVENTS\x1b[0m  \x1b[2mby 3 May\x1b[0m"
    assert terminal.merge_escapes(line) == wanted
    assert terminal.cells(line) == len("LATEST EVENTS  by 3 May")


@pytest.mark.skipif(os.name == "nt", reason="Windows has no terminals of this kind")
@pytest.mark.parametrize("wanted", [True, False])
def test_a_real_terminal_is_filled_and_coloured(wanted: bool) -> None:
    import fcntl
    import struct
    import termios

    master, slave = os.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 100, 0, 0))
    settings = {name: value for name, value in os.environ.items() if name != "COLUMNS"}
    settings |= {"TERM": "xterm", "NO_COLOR": "" if wanted else "1"}
    command = [sys.executable, "-m", "troopdata", "describe", "deployments", "basis"]
    with subprocess.Popen(command, stdout=slave, stderr=slave, env=settings) as process:
        os.close(slave)
        output = b""
        with contextlib.suppress(OSError):  # the other end is closed
            while part := os.read(master, 4096):
                output += part
        assert process.wait() == 0
    os.close(master)
    assert (b"\x1b[36mpermanently_assigned\x1b[0m" in output) is wanted
    # A slow machine also draws the progress line, with escapes that move the cursor.
    lines = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", output.decode()).splitlines()
    assert 80 < max(map(terminal.cells, lines)) <= 100


def test_data_is_never_coloured(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from troopdata.cli import main

    monkeypatch.setenv("FORCE_COLOR", "1")
    for line in ("tables --format json", "tables --format csv", "show NER --format json", "cite"):
        assert main(line.split()) == 0
        assert "\x1b" not in capsys.readouterr().out


def test_a_terminal_that_cannot_spell_a_name_gets_plain_letters() -> None:
    done = troopdata("show", "CIV", PYTHONIOENCODING="ascii")
    assert done.returncode == 0
    assert done.stdout.startswith(b"COTE D'IVOIRE (CIV) on")
    assert done.stderr == b""


@pytest.mark.parametrize("form", ["json", "csv"])
def test_data_keeps_its_characters_in_every_encoding(form: str) -> None:
    import json

    done = troopdata("get", "countries", "--format", form, PYTHONIOENCODING="ascii")
    text = done.stdout.decode("utf-8")
    names = {row["name"] for row in json.loads(text)} if form == "json" else text
    assert "Türkiye" in names
    assert done.returncode == 0


def test_a_pipe_closed_at_once_is_not_an_error() -> None:
    command = [sys.executable, "-m", "troopdata", "tables"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait() == 0


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGINT to send")
def test_an_interrupt_is_quiet_and_130() -> None:
    code = (
        "import time\nfrom troopdata.cli import app, main\n"
        "def slow(a):\n    print('begun', flush=True)\n    time.sleep(30)\n"
        "app.run = slow\nraise SystemExit(main(['tables']))"
    )
    command = [sys.executable, "-c", code]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.readline()
        time.sleep(0.1)
        process.send_signal(signal.SIGINT)
        assert process.stderr.read() == b""
        assert process.wait() == 130
