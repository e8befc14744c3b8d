"""The forces on the screen of a host: what a journalist may print from it, and what not."""

from __future__ import annotations

import json
import re

import pandas as pd
import pytest

import troopdata as td
from troopdata.cli import main
from troopdata.cli.show.briefing import briefing
from troopdata.cli.show.forces import forces
from troopdata.cli.show.strength import short_names
from troopdata.release.loader import opened

TEN = ("DJI", "KWT", "QAT", "UKR", "SYR", "POL", "JPN", "CYP", "MLI", "NER")
TWO_YEARS = pd.Timedelta(days=731)


def screen(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert main(["show", *arguments]) == 0
    return capsys.readouterr().out


def section(text: str) -> list[str]:
    """Return the lines about forces, without the heading."""
    lines = text.splitlines()
    start = next(at for at, line in enumerate(lines) if line.startswith("FOREIGN FORCES"))
    return lines[start + 1 : lines.index("BASES AND TENANTS")]


def block(lines: list[str], name: str) -> str:
    """Return the line that begins with a name and the lines that continue it, on one line."""
    start = next(at for at, line in enumerate(lines) if re.match(rf"  {re.escape(name)}  ", line))
    end = start + 1
    while end < len(lines) and lines[end].startswith("      "):
        end += 1
    return " ".join(" ".join(lines[start:end]).split())


def test_djibouti_shows_the_last_count_and_its_source_beside_the_floor(
    capsys: pytest.CaptureFixture[str],
) -> None:
    words = block(section(screen(capsys, "DJI")), "United States")
    assert re.match(r"United States at least \d+ D permanently assigned only; Pentagon, ", words)
    assert "more than 4,000 in all, when last counted; KTVE/KARD, 24 Apr 2020" in words


def test_kuwait_shows_everyone_first_and_the_assigned_beside_them(
    capsys: pytest.CaptureFixture[str],
) -> None:
    lines = section(screen(capsys, "KWT", "--on", "2025-12-31"))
    words = block(lines, "United States")
    assert words.startswith("United States 13,500 C Associated Press, 30 Apr 2025 ")
    assert re.search(r" \d{3} permanently assigned; Pentagon, \d+ \w+ 20\d\d ", words)
    # Civilians are not forces: they are named as left out, on one line.
    assert re.search(r" not included: \d+ civilian; Pentagon", words)


def test_a_bound_after_a_count_is_not_shown_without_the_last_count(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Kuwait in 2026: the last count says "more than", so that only a part bounds the number."""
    words = block(section(screen(capsys, "KWT", "--on", "2026-06-30")), "United States")
    assert re.match(r"United States at least \d+ D bounds only: ", words)
    assert "more than 13,000 in all, when last counted; " in words


def test_of_a_range_counted_last_the_screen_says_at_least(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """The CIA counts 3,000 to 4,000 Rwandan soldiers in the DR Congo."""
    words = block(section(screen(capsys, "COD")), "Rwanda")
    assert words == "Rwanda at least 3,000 CIA, 2025"


def test_a_large_force_in_combat_is_named_first_and_gets_no_number(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Angola in the DR Congo: 8,000 in 2002, and listed as in combat in 2023."""
    lines = section(screen(capsys, "COD"))
    words = block(lines, "Angola")
    assert lines[0].startswith("  Angola ")
    assert re.fullmatch(r"Angola unknown( E)? listed as in combat; UCDP/PRIO, \d{4}", words)
    # The last count is of another time: it would read as the answer.
    assert "8,000" not in " ".join(lines)


def test_ukraine_names_russia_first_with_its_number(capsys: pytest.CaptureFixture[str]) -> None:
    lines = section(screen(capsys, "UKR"))
    assert lines[0].startswith("  Russia ")
    words = block(lines, "Russia")
    assert words == "Russia 600,000 C range 520,000 to 600,000; Hudson Institute, 22 Jan 2025"


def test_an_older_count_is_named_beside_a_sign_for_two_years(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Iran in Syria: counted at 1,000 in 2022, and listed as in combat since."""
    near = block(section(screen(capsys, "SYR", "--on", "2023-06-30")), "Iran")
    far = block(section(screen(capsys, "SYR")), "Iran")
    assert "1,000" in near
    assert "CIA, 2022" in near
    assert "1,000" not in far


def test_cyprus_lists_what_is_in_northern_cyprus_under_its_name(
    capsys: pytest.CaptureFixture[str],
) -> None:
    lines = section(screen(capsys, "CYP"))
    at = lines.index("  in Northern Cyprus:")
    assert lines[at + 1].startswith("  Türkiye ")
    assert "30,000" in lines[at + 1]
    assert not any(line.startswith("  Türkiye") for line in lines[:at])


def test_lebanon_names_the_operation_of_its_forces(capsys: pytest.CaptureFixture[str]) -> None:
    lines = section(screen(capsys, "LBN", "--on", "2024-12-31"))
    words = block(lines, "Indonesia")
    assert re.fullmatch(r"Indonesia [\d,]+ C UNIFIL; UN, 31 Dec 2024", words)
    assert "for one operation" not in " ".join(lines)


def test_a_long_name_gives_way_to_a_short_one(capsys: pytest.CaptureFixture[str]) -> None:
    text = screen(capsys, "POL")
    assert block(section(text), "NATO").startswith("NATO 1,033 NATO forward presence; NATO, ")
    assert "…" not in text


def test_members_of_a_mission_share_a_paragraph(capsys: pytest.CaptureFixture[str]) -> None:
    lines = section(screen(capsys, "LBN"))
    earlier = next(at for at, line in enumerate(lines) if "on record earlier" in line)
    starts = [at for at, line in enumerate(lines) if line.startswith("  UNIFIL; UN, ")]
    (mission,) = starts
    assert earlier < mission
    assert lines[mission].startswith("  UNIFIL; UN, 31 Jul 2025: Indonesia 1,256, Italy ")
    # One who had left earlier has the day of its own last count.
    assert "Slovenia 1 (31 Jul 2023)" in " ".join(" ".join(lines).split())


def test_a_paragraph_adds_up_the_kinds_of_people_of_one_day(
    capsys: pytest.CaptureFixture[str],
) -> None:
    claims = td.deployments(sender="IDN", host="LBN")
    claims = claims[claims["as_of"].eq("2025-07-31")]
    troops = claims[claims["force"].isin(["military", "staff_officer", "military_observer"])]
    assert len(troops) > 1
    assert f"Indonesia {troops['personnel'].sum():,}, " in screen(capsys, "LBN")


def test_police_are_apart_from_the_troops_of_a_mission(capsys: pytest.CaptureFixture[str]) -> None:
    words = " ".join(" ".join(section(screen(capsys, "COD"))).split())
    troops, police = words.split("police in MONUSCO; UN, 31 Jul 2025: ")
    claims = td.deployments(sender="SEN", host="COD")
    claims = claims[claims["as_of"].eq("2025-07-31")]
    of_police = claims["force"].isin(["formed_police", "individual_police"])
    assert 0 < claims.loc[~of_police, "personnel"].sum() < claims.loc[of_police, "personnel"].sum()
    assert f"Senegal {claims.loc[of_police, 'personnel'].sum():,}, " in police
    assert f"Senegal {claims.loc[~of_police, 'personnel'].sum():,}, " in troops


def test_who_has_left_a_mission_is_named_once_and_without_a_zero(
    capsys: pytest.CaptureFixture[str],
) -> None:
    lines = section(screen(capsys, "MLI"))
    assert sum("none left in MINUSMA; UN, by " in line for line in lines) == 1
    words = " ".join(" ".join(lines).split())
    assert re.search(r"none left in MINUSMA; UN, by 31 Jul 2024: Armenia, .*Norway, ", words)
    assert not re.search(r"(Armenia|Norway) 0", words)


def test_a_single_zero_is_not_among_the_members_of_a_mission(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Mauritania had nobody in the UN's support office in Somalia after June 2025."""
    lines = section(screen(capsys, "SOM"))
    assert block(lines, "United Kingdom").startswith("United Kingdom 7 ")
    assert block(lines, "Mauritania") == "Mauritania 0 UNSOS; UN, 30 Jun 2025"


def test_small_contingents_of_a_mission_do_not_bury_the_large_forces(
    capsys: pytest.CaptureFixture[str],
) -> None:
    lines = section(screen(capsys, "LBN", "--on", "2024-12-31"))
    start = next(at for at, line in enumerate(lines) if "under 100 each: " in line)
    assert lines[start].startswith("  UNIFIL; UN, 31 Dec 2024; grade C, under 100 each: ")
    end = next(at for at in range(start + 1, len(lines)) if not lines[at].startswith("      "))
    words = " ".join(" ".join(lines[start:end]).split()).split("each: ")[1]
    figures = dict(re.findall(r"([^,]+?) (\d+)(?:, |$)", words))
    answers = td.presence(host="LBN", on="2024-12-31").set_index("sender")["personnel"]
    assert int(figures["Fiji"]) == answers["FJI"] < 100
    assert len(figures) > 20
    # The large ones have a line each, and nobody is left out of the screen.
    assert block(lines[:start], "Indonesia")
    assert not any(re.match(r"  and \d+ more", line) for line in lines)


def test_the_footer_says_why_the_day_is_this_one(capsys: pytest.CaptureFixture[str]) -> None:
    cutoff = pd.Timestamp(opened(None).manifest["knowledge_cutoff"])
    day = f"{cutoff.day} {cutoff:%b %Y}"
    default = " ".join(screen(capsys, "ISL").split())
    assert f"Figures are for {day}, the last day for which sources were read" in default
    for grade in "ABCDE":
        assert re.search(rf"\b{grade}: [a-z]", default), grade
    asked = " ".join(screen(capsys, "ISL", "--on", "2001-09-10").split())
    assert "Figures are for 10 Sep 2001. Grade A" in asked


def test_json_has_the_estimate_and_what_is_beside_it(capsys: pytest.CaptureFixture[str]) -> None:
    data = json.loads(screen(capsys, "CYP", "--format", "json"))
    assert {"territory", "sender", "personnel"} <= set(data["territories"][0])
    assert {row["territory"] for row in data["territories"]} >= {"Northern Cyprus"}
    for group, known in (("assigned", "assigned_publisher"), ("last_total", "last_total_as_of")):
        for row in data["strength"]:
            assert (row[group] is None) == (row[known] is None), (row["sender"], group)


@pytest.mark.integration
@pytest.mark.parametrize("host", TEN)
def test_no_figure_is_without_its_day(host: str) -> None:
    lines = list(forces(briefing(host), 1_000))  # Nothing wraps: a line has all it says.
    assert lines
    for line in lines:
        headline = line.startswith(("  on record earlier", "  in ", "  and "))
        # Bounds name their sources in the lines below them.
        bounds = line.endswith("bounds only: the last count may no longer hold")
        assert headline or bounds or re.search(r"\b(?:19|20)\d\d\b", line), line


@pytest.mark.integration
@pytest.mark.parametrize("hosts", [10, pytest.param(None, marks=pytest.mark.exhaustive)])
def test_every_recent_count_of_everyone_has_a_line_with_a_figure(hosts: int | None) -> None:
    """Never "unknown" and nothing else where somebody counted everyone in the last two years."""
    cutoff = pd.Timestamp(opened(None).manifest["knowledge_cutoff"])
    claims = td.deployments(status="accepted", basis="in_country_total", service="all")
    counted = claims[["personnel", "personnel_low", "personnel_high"]].notna().any(axis=1)
    whole = claims["place"].isna() & claims["base_id"].isna() & (claims["sender"] != claims["host"])
    recent = claims["as_of"].between(cutoff - TWO_YEARS, cutoff)
    uniformed = claims["force"].isin(["military", "active_duty"])
    claims = claims[counted & whole & recent & uniformed]
    assert claims["host"].nunique() > 20
    missing = []
    for host, senders in list(claims.groupby("host")["sender"])[:hosts]:
        facts = briefing(str(host))
        text = "\n".join(forces(facts, 200))
        for name in short_names(senders.drop_duplicates(), facts.on, None):
            # A line: name, hedge and figure. A paragraph: name and figure after a comma or colon.
            if not re.search(rf"(?:^  |[:,] ){re.escape(name)} +[a-z ]*\d", text, re.MULTILINE):
                missing.append((host, name))
    assert missing == []
