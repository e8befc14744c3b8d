"""The page in a browser, from a file and without a network: linked views, keyboard, phone."""

from __future__ import annotations

import datetime as dt
import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import troopdata as td
from troopdata.plot import colours
from troopdata.plot.daily_status import day_estimates, gaps, host_sums

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


def look(personnel: Any, low: Any, *, present: bool, zero: bool) -> str:
    """Return how the page shades a host: by its figure, or by its low under lines."""
    people = low if pd.isna(personnel) else personnel
    if not pd.isna(people) and people > 0:
        at = sum(people >= least for least in colours.CLASSES) - 1
        return f"{'l' if pd.isna(personnel) else 'c'}{at}"
    return "present" if present else "zero" if zero else "unknown"


@pytest.mark.parametrize("year", [2019, 2025])
def test_the_page_shades_every_host_as_the_map_does(seen: dict[str, Any], year: int) -> None:
    query: dict[str, Any] = {
        "host": None, "sender": None, "on": dt.date(year, 12, 31), "version": None
    }  # fmt: skip
    rows = host_sums(day_estimates(**query), **query)
    shades = seen["shades"][f"#year={year}"]["looks"]
    wanted = {
        row.host: look(
            row.personnel, row.low, present=row.answer == "present", zero=row.answer == "zero"
        )
        for row in rows.itertuples()
        if row.host in shades
    }
    assert len(wanted) > 150
    silent = {"silent": "unknown", "none": "unknown"}
    assert {host: silent.get(shades[host], shades[host]) for host in wanted} == wanted


@pytest.mark.parametrize(
    ("hash_", "sender"),
    [("#year=2019", None), ("#year=2025", None), ("#sender=USA&year=2025", "USA")],
)
def test_the_page_says_its_coverage_as_the_map_does(
    seen: dict[str, Any], hash_: str, sender: str | None
) -> None:
    from troopdata.plot.map_caption import coverage_text

    year = int(hash_[-4:])
    rows = day_estimates(host=None, sender=sender, on=dt.date(year, 12, 31), version=None)
    text = coverage_text(rows, gaps(rows, version=None))
    assert text.startswith("Coverage: a figure for ")
    assert seen["shades"][hash_]["coverage"] == text


@pytest.mark.parametrize("sender", ["CHN", "USA"])
def test_a_chosen_sender_shades_the_hosts_it_is_in(seen: dict[str, Any], sender: str) -> None:
    shades = seen["shades"][f"#sender={sender}&year=2025"]["looks"]
    rows = td.presence(sender=sender, years=2025)
    wanted = {
        row.host: look(row.personnel, row.low, present=row.grade == "E", zero=row.personnel == 0)
        for row in rows.fillna({"grade": ""}).itertuples()
        if row.state != "unknown" and row.host in shades
    }
    assert {host: shades[host] for host in wanted} == wanted
    ever = set(td.presence(sender=sender).host)
    others = {shade for host, shade in shades.items() if host not in ever}
    assert others == {"none"}


def test_a_selection_says_the_sum_of_the_library_and_what_it_lacks(seen: dict[str, Any]) -> None:
    row = td.presence(host="DJI", years=2025, by=("host",)).iloc[0]
    lead = seen["shades"]["#host=DJI&year=2025"]["lead"]
    assert lead.startswith(f"At least {row.low:,} in all; no figure for United States")
    # No number of people is on record for this day, but a base in use is.
    assert lead.endswith("Bases in use but no figure: China.")


def test_one_sender_and_host_begin_with_the_widest_recent_count(seen: dict[str, Any]) -> None:
    first, second, third = seen["shades"]["#host=DJI&sender=USA&year=2025"]["answers"][:3]
    assert first.startswith("Last count of everyoneat least 4,00024 Apr 2020")
    assert "at least 17" in second
    assert third.startswith("Assigned, as the stationing series prints it17")
    assert seen["shades"]["#host=DJI&sender=USA&year=2025"]["series"] == 2


def test_the_last_count_is_said_as_its_source_says_it(seen: dict[str, Any]) -> None:
    (row,) = td.presence(sender="RUS", host="TJK", years=2025).to_dict("records")
    assert (row["state"], row["last_total"]) == ("last_known", 3_000)
    first, second = seen["shades"]["#host=TJK&sender=RUS&year=2025"]["answers"][:2]
    assert first.startswith("Last count of everyone3,000 to 5,0002024")
    assert "present, number unknown" in second


def test_the_page_opens_with_a_year_that_has_answers(seen: dict[str, Any]) -> None:
    assert seen["shades"][""]["year"] == "2025"
    assert len(seen["shades"][""]["answers"]) == 10


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
