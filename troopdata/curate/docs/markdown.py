"""Format cells and tables as Markdown for the generated pages."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

__all__ = ["cell", "table"]


def cell(value: Any) -> str:
    r"""Return a value as one cell of a table: on one line, with bars and markup escaped.

    Examples
    --------
    >>> cell("a | b")
    'a \\| b'
    >>> cell(12345)
    '12,345'
    """
    text = f"{value:,}" if isinstance(value, int) else str(value)
    return " ".join(text.split()).replace("|", "\\|").replace("<", "&lt;").replace("*", "\\*")


def table(header: Sequence[str], rows: Iterable[Sequence[Any]], numbers: int = 0) -> str:
    """Return a table; its last `numbers` columns are right-aligned.

    Examples
    --------
    >>> print(table(["host", "people"], [["NER", 648]], numbers=1))
    | host | people |
    |---|---:|
    | NER | 648 |
    """
    rules = ["---"] * (len(header) - numbers) + ["---:"] * numbers
    lines = [f"| {' | '.join(header)} |", f"|{'|'.join(rules)}|"]
    lines += [f"| {' | '.join(cell(value) for value in row)} |" for row in rows]
    return "\n".join(lines)
