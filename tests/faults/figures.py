"""The page of figures reached: one row a goal, written by the long runs that reach them."""

from __future__ import annotations

import re
from pathlib import Path

PAGE = Path(__file__).parents[2] / "docs" / "faults.md"


def record(goal: str, wanted: str, reached: str, ran: str) -> None:
    """Put a goal's row on the page, in the place of the one that was there."""
    cells = [re.sub(r"\s+", " ", cell).replace("|", "/") for cell in (goal, wanted, reached, ran)]
    row = f"| {' | '.join(cells)} |"
    lines = PAGE.read_text(encoding="utf-8").splitlines()
    at = [number for number, line in enumerate(lines) if line.startswith(f"| {cells[0]} |")]
    if at:
        lines[at[0]] = row
    else:
        last = max(number for number, line in enumerate(lines) if line.startswith("|"))
        lines.insert(last + 1, row)
    PAGE.write_text("\n".join(lines) + "\n", encoding="utf-8")
