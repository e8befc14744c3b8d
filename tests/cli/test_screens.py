"""The screens, compared character by character with those stored in tests/cli/snapshots.

After an intended change, run with TROOPDATA_SNAPSHOTS=write to store them again, and read the diff.
"""

from __future__ import annotations

import os
import re
import shlex
from pathlib import Path
from typing import Any

import pytest

from troopdata.cli import main
from troopdata.cli.show import briefing
from troopdata.cli.terminal import cells

SNAPSHOTS = Path(__file__).parent / "snapshots"
# Past releases: their contents do not change, so neither do their screens.
OLD, NEW = "2026.11.2", "2026.11.4"
HOSTS = {
    "niger": "NER",
    "niger-2024": "NER --on 2024-03-17",
    "germany": "DEU",
    "djibouti": "DJI",
    "united-states": "USA",
    "iceland": "ISL",
    "ivory-coast": "CIV",
    "north-vietnam-1968": "VNM --on 1968-06-30",
    "south-vietnam-1968": "RVN --on 1968-06-30",
    "afghanistan-2011": "AFG --on 2011-06-30",
    "japan": "JPN",
    "syria": "SYR",
    "mali": "MLI",
}
SCREENS = {
    **{f"show-{name}": f"show {asked} --release {NEW}" for name, asked in HOSTS.items()},
    "presence-niger": f"presence --sender USA --host NER --release {NEW}",
    "presence-regions": f"presence --by region --years 2020 --release {NEW}",
    "coverage-decades": f"coverage --by decade --release {NEW}",
    "coverage-france": f"coverage --sender France --by host,decade --years 1990-2020 --release {NEW}",
    "get-deployments": f"get deployments --host NER --sender USA --release {NEW}",
    "get-bases": f"get bases --host NER --release {NEW}",
    "get-agreements": f"get agreements --party NER --release {NEW}",
    "diff": f"diff {OLD} {NEW}",
    "nearest": f"nearest events.csv --on date --release {NEW}",
    "tables": "tables",
    "describe-deployments": "describe deployments",
    "describe-basis": "describe deployments basis",
    "describe-presence": "describe presence",
}
COLOURED = [
    "show-niger-2024", "show-afghanistan-2011", "diff", "presence-niger", "coverage-decades",
    "describe-basis",
]  # fmt: skip
EVENTS = """name,longitude,latitude,date
Agadez,7.99,16.97,2024-01-15
Djibouti,43.15,11.55,2024-01-15
Türkiye 日本,35.43,37.0,2024-01-15
Nowhere,,,2024-01-15
"""


GATHER = briefing.briefing
GATHERED: dict[str, briefing.Briefing] = {}


def gathered(host: str, **filters: Any) -> briefing.Briefing:
    """Gather once the data shown at two widths and in colour."""
    key = f"{host} {filters}"
    if key not in GATHERED:
        GATHERED[key] = GATHER(host, **filters)
    return GATHERED[key]


def cases() -> list[tuple[str, str, int, bool]]:
    plain = [(name, line, room, False) for name, line in SCREENS.items() for room in (80, 120)]
    return plain + [(name, SCREENS[name], 80, True) for name in COLOURED]


@pytest.fixture
def screen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> object:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "events.csv").write_text(EVENTS, encoding="utf-8")
    monkeypatch.setattr(briefing, "briefing", gathered)

    def shown(line: str, room: int, coloured: bool) -> str:
        monkeypatch.setenv("COLUMNS", str(room))
        monkeypatch.setenv("FORCE_COLOR" if coloured else "NO_COLOR", "1")
        assert main(shlex.split(line)) == 0
        return capsys.readouterr().out

    return shown


@pytest.mark.parametrize(
    ("name", "line", "room", "coloured"),
    cases(),
    ids=lambda part: part if isinstance(part, str) and " " not in part else "",
)
def test_a_screen_is_as_it_was(name: str, line: str, room: int, coloured: bool, screen) -> None:
    text = screen(line, room, coloured)
    assert max(map(cells, text.splitlines())) <= room
    assert ("\x1b" in text) is coloured
    # These counts are of the latest release, so they change.
    text = re.sub(r"\d", "#", text) if name == "tables" else text
    path = SNAPSHOTS / f"{name}-{room}{'-colour' if coloured else ''}.txt"
    stored = text.replace("\x1b", "\\e")
    if os.environ.get("TROOPDATA_SNAPSHOTS") == "write":
        path.parent.mkdir(exist_ok=True)
        path.write_text(stored, encoding="utf-8")
    assert stored == path.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", COLOURED)
def test_colour_adds_nothing_that_the_words_do_not_say(name: str, screen) -> None:
    coloured = screen(SCREENS[name], 80, True)
    assert re.sub(r"\x1b\[\d+m", "", coloured) == (SNAPSHOTS / f"{name}-80.txt").read_text("utf-8")


def test_no_snapshot_is_left_over() -> None:
    wanted = {f"{name}-{room}{'-colour' if on else ''}.txt" for name, _, room, on in cases()}
    assert {path.name for path in SNAPSHOTS.iterdir()} == wanted
