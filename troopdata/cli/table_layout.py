"""Lay out a frame as columns of text that fit a terminal."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import zip_longest
from typing import TYPE_CHECKING, Any

from troopdata.cli.terminal import cells, padded, styled, truncated, unbreakable, width, wrap

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["table_text"]

MOST_ROWS, GAP = 60, 2
NARROWEST, SENTENCE = 12, 36
# Columns of sentences, which wrap over as many lines as they need.
SENTENCES = ("description", "grain", "reason", "title", "yanked_reason")
NONE = "-"
FIGURE = re.compile(r"-?[\d,.]+")
# Columns of codes joined by semicolons, of which a screen names the first and counts the others.
LISTS = frozenset({"missing"})
# How a date of less than day precision is shown.
BY_PRECISION = {
    "month": "{0:.7}", "year": "{0:.4}", "decade": "{0:.3}0s", "not_later_than": "by {0}",
    "not_earlier_than": "{0} or later",
}  # fmt: skip
# The columns to show first: a terminal does not have room for all columns of these tables.
FIRST: dict[str, tuple[str, ...]] = {
    "deployments": (
        "sender", "host", "as_of", "personnel", "personnel_low", "personnel_high", "qualifier",
        "basis", "force", "service", "place", "value_state", "status", "source_id", "started",
        "ended",
    ),
    "bases": ("name", "place", "host", "kind", "latitude", "longitude", "base_id"),
    "tenancies": ("base_id", "sender", "started", "ended", "end_mode", "role", "source_id"),
    "agreements": ("title", "parties", "kind", "signed", "in_force", "ended", "agreement_id"),
    "events": ("date", "description", "kind", "sender", "host"),
    "operations": ("name", "lead", "hosts", "started", "ended", "operation_id"),
    "spending": ("host", "date", "amount_usd", "amount", "currency", "kind", "place"),
    "exercises": ("name", "started", "ended", "hosts", "participants", "count", "days"),
    "sources": ("title", "publisher", "published_on", "source_id"),
    "countries": ("country", "name", "valid_from", "valid_to", "kind", "cow", "gw", "region"),
}  # fmt: skip
# Integers that are not amounts, and so have no thousands separator.
CODES = frozenset({"cow", "decade", "gw", "iso_numeric", "year", "valid_from", "valid_to"})


def table_text(frame: pd.DataFrame, *, most: int = MOST_ROWS) -> str:
    """Return a frame as columns of text, with numbers aligned right and long cells truncated.

    Parameters
    ----------
    frame : pandas.DataFrame
        The rows.
    most : int
        Number of rows to show.

    Notes
    -----
    If not all columns fit, those with a single value are printed above the table, and those that
    are empty or still do not fit are named below it. Nothing is left out silently.
    """
    if frame.empty:
        return "no rows"
    room = width()
    names = _ordered(frame)
    texts = {name: [_cell(frame, name, value) for value in _values(frame, name, most)]
             for name in names}  # fmt: skip
    numeric = {name for name in names if _numeric(frame[name])}
    above: list[str] = []
    below: list[str] = []
    if _total_width(texts, names) > room:
        above, empty, names = _without_constant(frame, names)
        names, narrow = _that_fit(texts, names, room)
        below = [*_named("empty columns", empty, room), *_named("not shown", narrow, room)]
        above = list(wrap(", ".join(above), room, hang=2)) if above else []
        if narrow:
            every, saved = unbreakable("--format csv"), unbreakable("-o FILE")
            below += wrap(f"{every} prints all columns; {saved} saves them", room)
    sizes = _column_widths(texts, names, room)
    head = "  ".join(padded(truncated(n, sizes[n]), sizes[n], right=n in numeric) for n in names)
    lines = [*above, styled(head.rstrip(), "head")]
    for at in range(len(texts[names[0]])):
        lines += _row({name: texts[name][at] for name in names}, sizes, numeric)
    if len(frame) > most:
        more = f"... {len(frame) - most:,} more rows; {unbreakable('-o FILE')} saves all of them"
        below = [*wrap(more, room), *below]
    return "\n".join([line.rstrip() for line in lines] + [styled(line, "aside") for line in below])


def _row(row: dict[str, str], sizes: dict[str, int], numeric: set[str]) -> Iterator[str]:
    """Yield the lines of one row; a long sentence takes several."""
    lines = {
        name: list(wrap(text, sizes[name])) if name in SENTENCES else [text]
        for name, text in row.items()
    }
    for parts in zip_longest(*lines.values(), fillvalue=""):
        shown = zip(lines, parts, strict=True)
        yield "  ".join(
            padded(truncated(text, sizes[name]), sizes[name], right=name in numeric)
            for name, text in shown
        )


def _ordered(frame: pd.DataFrame) -> list[str]:
    """Return the columns in order of importance; a date column includes its precision."""
    names = [str(name) for name in frame.columns]
    table = str(frame.attrs.get("troopdata", {}).get("table", ""))
    first = [name for name in FIRST.get(table, ()) if name in names]
    precisions = {f"{name}_precision" for name in names}
    return first + [name for name in names if name not in first and name not in precisions]


def _values(frame: pd.DataFrame, name: str, most: int) -> Iterable[tuple[Any, Any]]:
    """Return a column's first cells, each with its precision, or None."""
    from troopdata.cli.values import plain

    shown = frame.head(most)
    other = f"{name}_precision"
    precisions = shown[other].astype(object) if other in frame else [None] * len(shown)
    values = shown[name].astype(object)
    return (
        (plain(value), plain(precision))
        for value, precision in zip(values, precisions, strict=True)
    )


def _cell(frame: pd.DataFrame, name: str, value: tuple[Any, Any]) -> str:
    content, precision = value
    if content is None:
        return NONE
    if isinstance(content, bool):
        return "yes" if content else "no"
    if precision is not None:
        return _day(content, precision)
    if isinstance(content, int):
        return str(content) if name in CODES else f"{content:,}"
    if isinstance(content, float):
        return _decimal(name, content)
    return _listed(str(content)) if name in LISTS else " ".join(str(content).split())


def _listed(codes: str) -> str:
    """Return the first of several codes, and how many others there are.

    Examples
    --------
    >>> _listed("AUS-MYS;USA-BMU;USA-SPM"), _listed("USA-ATA")
    ('AUS-MYS and 2 more', 'USA-ATA')
    """
    first, *others = codes.split(";")
    return f"{first} and {len(others)} more" if others else first


def _day(day: str, precision: str) -> str:
    if precision == "quarter":
        return f"{day[:4]}-Q{(int(day[5:7]) + 2) // 3}"
    return BY_PRECISION.get(precision, "{0}").format(day)


def _decimal(name: str, value: float) -> str:
    if name.endswith("_km"):
        return f"{value:,.1f}"
    if name.endswith("_share"):
        return f"{value:.0%}"
    return f"{value:,.0f}" if name.startswith("amount") else f"{value:.10g}"


def _numeric(column: pd.Series) -> bool:
    import pandas as pd

    return pd.api.types.is_numeric_dtype(column) and not pd.api.types.is_bool_dtype(column)


def _total_width(texts: dict[str, list[str]], names: Sequence[str]) -> int:
    """Return the width of the table with sentences wrapped and no other cell truncated."""
    sizes = (_least(texts, n) if n in SENTENCES else _natural(texts, n) for n in names)
    return sum(sizes) + GAP * (len(names) - 1)


def _natural(texts: dict[str, list[str]], name: str) -> int:
    return max(cells(name), *map(cells, texts[name]))


def _without_constant(
    frame: pd.DataFrame, names: Sequence[str]
) -> tuple[list[str], list[str], list[str]]:
    """Return columns with a single value (as ``name value``), empty columns, and the others."""
    above: list[str] = []
    empty: list[str] = []
    others: list[str] = []
    for name in names:
        if frame[name].isna().all():
            empty.append(name)
        elif len(frame) > 1 and frame[name].notna().all() and frame[name].nunique() == 1:
            value = next(iter(_values(frame, name, 1)))
            above.append(unbreakable(f"{name} ") + _cell(frame, name, value))
        else:
            others.append(name)
    return (above, empty, others) if others else ([], empty, list(names[:1]))


def _least(texts: dict[str, list[str]], name: str) -> int:
    """Return the least width of a column; figures, days and short codes are never truncated."""
    wide = _natural(texts, name)
    if all(text == NONE or FIGURE.fullmatch(text) for text in texts[name]):
        return wide
    digits = name in LISTS or all(
        text == NONE or text.removeprefix("by ")[:1].isdigit() for text in texts[name]
    )
    least = max(SENTENCE, width() * 2 // 5) if name in SENTENCES else NARROWEST
    return wide if digits and wide <= 2 * NARROWEST else max(min(wide, least), cells(name))


def _that_fit(
    texts: dict[str, list[str]], names: Sequence[str], room: int
) -> tuple[list[str], list[str]]:
    """Return the columns that fit when truncated to their least widths, and the others."""
    kept: list[str] = []
    taken = 0
    for name in names:
        size = _least(texts, name) + (GAP if kept else 0)
        if kept and taken + size > room:
            return kept, [other for other in names if other not in kept]
        kept.append(name)
        taken += size
    return kept, []


def _column_widths(texts: dict[str, list[str]], names: Sequence[str], room: int) -> dict[str, int]:
    """Return the widths of columns, narrowing the widest first until the table fits."""
    sizes = {name: _natural(texts, name) for name in names}
    surplus = {name: size - _least(texts, name) for name, size in sizes.items()}
    over = sum(sizes.values()) + GAP * (len(names) - 1) - room
    for _ in range(over):
        widest = max(
            (n for n in names if surplus.get(n, 0) > 0), key=sizes.__getitem__, default=None
        )
        if widest is None:
            break
        sizes[widest] -= 1
        surplus[widest] -= 1
    return sizes


def _named(what: str, names: Sequence[str], room: int) -> list[str]:
    return list(wrap(f"{what}: {', '.join(names)}", room, hang=2)) if names else []
