"""The page of counts that were not found names no year that has one."""

from __future__ import annotations

import re
from pathlib import Path

import troopdata as td

CELL = re.compile(r"\| ([A-Z]{3}): ([0-9, to]+) \|")


def years(text: str) -> set[int]:
    """Return the years of a cell such as "2018 to 2020, 2024"."""
    found: set[int] = set()
    for part in text.split(", "):
        first, _, last = part.partition(" to ")
        found |= set(range(int(first), int(last or first) + 1))
    return found


def test_no_year_without_a_count_has_a_count(root: Path) -> None:
    text = (root / "docs" / "curators" / "searched.md").read_text(encoding="utf-8")
    listed = {host: years(cell) for host, cell in CELL.findall(text)}
    assert len(listed) >= 25
    claims = td.deployments(sender="USA", basis="in_country_total", service="all")
    whole = claims["place"].isna() & claims["base_id"].isna() & claims["status"].eq("accepted")
    figure = claims[["personnel", "personnel_low", "personnel_high"]].notna().any(axis=1)
    claims = claims[whole & figure & claims["force"].isin(["military", "active_duty"])]
    counted = {(host, day.year) for host, day in zip(claims["host"], claims["as_of"], strict=True)}
    stale = sorted((h, y) for h, known in listed.items() for y in known if (h, y) in counted)
    assert stale == []
