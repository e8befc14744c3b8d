"""The page in a browser, from a file and without a network: linked views, keyboard, phone."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

import troopdata as td

pytestmark = pytest.mark.slow

DRIVER = Path(__file__).parent / "browser" / "explorer.js"
CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
CONTROLS = (
    "skip", "host", "sender", "play", "year", "map-view", "closer", "farther", "world",
    "with-bases", "since", "chart", "timeline", "all-years", "all-claims",
)  # fmt: skip


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    modules = os.environ.get("TROOPDATA_PLAYWRIGHT", "")
    browser = next((found for name in CHROMIUM if (found := shutil.which(name))), None)
    if browser is None or shutil.which("node") is None:
        pytest.skip("chromium and node are absent")
    if not (Path(modules) / "playwright-core").is_dir():
        pytest.skip("TROOPDATA_PLAYWRIGHT names no node_modules with playwright-core")
    folder = tmp_path_factory.mktemp("pages")
    pages = [folder / "world.html", folder / "niger.html"]
    td.plot.explorer(pages[0])
    td.plot.explorer(pages[1], host="Niger")
    done = subprocess.run(
        ["node", DRIVER, browser, *pages],
        check=False, capture_output=True, text=True, timeout=240,
        env={**os.environ, "NODE_PATH": modules},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    report: dict[str, Any] = json.loads(done.stdout)
    return report


def test_the_page_makes_no_request_and_raises_no_error(seen: dict[str, Any]) -> None:
    assert (seen["outside"], seen["errors"]) == ([], [])


def test_the_slider_moves_map_series_timeline_and_table(seen: dict[str, Any]) -> None:
    start, after, first = seen["start"], seen["after"], seen["first"]
    assert (start["year"], after["year"]) == ("2023", "2024")
    for view in ("title", "answers", "looks", "marker", "now", "rows", "hash"):
        assert start[view] != after[view], view
    assert first["year"] < "1960"


def test_the_views_show_the_figures_of_the_tables(seen: dict[str, Any]) -> None:
    assert seen["start"]["title"] == "Foreign forces in Niger, 2023"
    row = td.presence(sender="USA", host="NER", years=2023).iloc[0]
    answer = next(one for one in seen["start"]["answers"] if one.startswith("United States"))
    assert f"{row.personnel:,}" in answer
    assert f"{row.low:,} to {row.high:,}" in answer
    assert all(link.startswith(("http://", "https://")) for link in seen["start"]["links"])


def test_a_selection_updates_all_views(seen: dict[str, Any]) -> None:
    chosen, both = seen["chosen"], seen["both"]
    assert all(one.endswith("|DJI") for one in chosen["series"])
    assert both["series"] == ["USA|DJI"]
    assert "Djibouti" in chosen["title"]
    assert "host=DJI" in chosen["hash"]
    assert chosen["timeline"] > both["timeline"] > 0
    assert seen["clicked"]["title"].startswith("Foreign forces in Brazil")


def test_the_map_can_be_used_with_the_keyboard(seen: dict[str, Any]) -> None:
    assert seen["tip"]
    assert seen["announced"]
    assert "host=" in seen["entered"]["hash"]
    assert seen["entered"]["focus"] == "map-view"
    assert "host=" not in seen["escaped"]["hash"]


def test_an_address_restores_a_view(seen: dict[str, Any]) -> None:
    same = ("hash", "title", "answers", "looks", "series", "rows", "year")
    assert {key: seen["bookmark"][key] for key in same} == {key: seen["both"][key] for key in same}


def test_charts_and_timeline_name_their_sources(seen: dict[str, Any]) -> None:
    assert "Source: " in seen["chart"] or "Best estimate" in seen["chart"]
    assert "Source: " in seen["event"]


def test_the_years_play(seen: dict[str, Any]) -> None:
    assert seen["played"] >= 1


def test_the_tab_key_reaches_every_control_with_a_visible_focus(seen: dict[str, Any]) -> None:
    reached = [stop["id"] for stop in seen["tabs"]]
    missing = [control for control in CONTROLS if control not in reached]
    assert missing == []
    assert [stop["id"] for stop in seen["tabs"] if not stop["named"]] == []
    assert [stop["id"] for stop in seen["tabs"] if not stop["visible"]] == []


def test_a_phone_scrolls_down_only(seen: dict[str, Any]) -> None:
    assert seen["widths"] == {"world": 390, "niger": 390}
