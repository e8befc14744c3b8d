"""Frames as columns of text that fit a terminal, and that say what they leave out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import zip_longest
from typing import TYPE_CHECKING, Any

from troopdata.cli.terminal import cells, cut, firm, ink, padded, width, wrap

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["laid_out"]

MOST_ROWS, GAP = 60, 2
NARROWEST, SENTENCE = 12, 36
# What runs over as many lines as it needs.
SENTENCES = ("description", "grain", "reason", "title", "yanked_reason")
NONE = "-"
# How much of a day a date shows that is less sharp than a day.
SHARP = {
    "month": "{0:.7}", "year": "{0:.4}", "decade": "{0:.3}0s", "not_later_than": "by {0}",
    "not_earlier_than": "{0} or later",
}  # fmt: skip
# What a reader asks for first; a terminal has no room for all columns of these tables.
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
# Whole numbers that are no amounts.
CODES = frozenset({"cow", "gw", "iso_numeric", "year", "valid_from", "valid_to"})


def laid_out(frame: pd.DataFrame, *, most: int = MOST_ROWS) -> str:
    """Return a frame as columns of text: numbers right, long cells cut, the rest named.

    Parameters
    ----------
    frame : pandas.DataFrame
        The rows.
    most : int
        How many are shown.

    Notes
    -----
    Where all columns do not fit, those with one and the same value go above, those that are empty
    are named, and then those that a reader asks for last. Nothing is left out in silence.
    """
    if frame.empty:
        return "no rows"
    room = width()
    names = _ordered(frame)
    texts = {name: [_cell(frame, name, value) for value in _values(frame, name, most)]
             for name in names}  # fmt: skip
    right = {name for name in names if _numeric(frame[name])}
    above: list[str] = []
    below: list[str] = []
    if _taken(texts, names) > room:
        above, empty, names = _settled(frame, names)
        names, narrow = _fitting(texts, names, room)
        below = [*_named("empty", empty, room), *_named("no room for", narrow, room)]
        above = list(wrap(", ".join(above), room, hang=2)) if above else []
        if narrow:
            below += wrap(f"{firm('--format csv')} prints all, {firm('-o FILE')} keeps them", room)
    sizes = _sized(texts, names, room)
    head = "  ".join(padded(cut(n, sizes[n]), sizes[n], right=n in right) for n in names)
    lines = [*above, ink(head.rstrip(), "head")]
    for at in range(len(texts[names[0]])):
        lines += _row({name: texts[name][at] for name in names}, sizes, right)
    if len(frame) > most:
        more = f"... {len(frame) - most:,} more rows; {firm('-o FILE')} keeps them all"
        below = [*wrap(more, room), *below]
    return "\n".join([line.rstrip() for line in lines] + [ink(line, "aside") for line in below])


def _row(row: dict[str, str], sizes: dict[str, int], right: set[str]) -> Iterator[str]:
    """Yield the lines of one row: several where a sentence runs on."""
    runs = {
        name: list(wrap(text, sizes[name])) if name in SENTENCES else [text]
        for name, text in row.items()
    }
    for parts in zip_longest(*runs.values(), fillvalue=""):
        shown = zip(runs, parts, strict=True)
        yield "  ".join(
            padded(cut(text, sizes[name]), sizes[name], right=name in right) for name, text in shown
        )


def _ordered(frame: pd.DataFrame) -> list[str]:
    """Return the columns, those first that a reader asks for first; a date says how sharp it is."""
    names = [str(name) for name in frame.columns]
    table = str(frame.attrs.get("troopdata", {}).get("table", ""))
    first = [name for name in FIRST.get(table, ()) if name in names]
    sharp = {f"{name}_precision" for name in names}
    return first + [name for name in names if name not in first and name not in sharp]


def _values(frame: pd.DataFrame, name: str, most: int) -> Iterable[tuple[Any, Any]]:
    """Return a column's first cells, each with the precision that stands beside it."""
    from troopdata.cli.values import plain

    shown = frame.head(most)
    beside = f"{name}_precision"
    sharp = shown[beside].astype(object) if beside in frame else [None] * len(shown)
    values = shown[name].astype(object)
    return ((plain(value), plain(how)) for value, how in zip(values, sharp, strict=True))


def _cell(frame: pd.DataFrame, name: str, value: tuple[Any, Any]) -> str:
    held, sharp = value
    if held is None:
        return NONE
    if isinstance(held, bool):
        return "yes" if held else "no"
    if sharp is not None:
        return _day(held, sharp)
    if isinstance(held, int):
        return str(held) if name in CODES else f"{held:,}"
    if isinstance(held, float):
        return _decimal(name, held)
    return " ".join(str(held).split())


def _day(held: str, sharp: str) -> str:
    if sharp == "quarter":
        return f"{held[:4]}-Q{(int(held[5:7]) + 2) // 3}"
    return SHARP.get(sharp, "{0}").format(held)


def _decimal(name: str, value: float) -> str:
    if name.endswith("_km"):
        return f"{value:,.1f}"
    return f"{value:,.0f}" if name.startswith("amount") else f"{value:.10g}"


def _numeric(column: pd.Series) -> bool:
    import pandas as pd

    return pd.api.types.is_numeric_dtype(column) and not pd.api.types.is_bool_dtype(column)


def _taken(texts: dict[str, list[str]], names: Sequence[str]) -> int:
    """Return how wide the columns are when nothing is cut, and no sentence runs on one line."""
    sizes = (_least(texts, n) if n in SENTENCES else _natural(texts, n) for n in names)
    return sum(sizes) + GAP * (len(names) - 1)


def _natural(texts: dict[str, list[str]], name: str) -> int:
    return max(cells(name), *map(cells, texts[name]))


def _settled(frame: pd.DataFrame, names: Sequence[str]) -> tuple[list[str], list[str], list[str]]:
    """Part the columns with one value, as ``name value``, and the empty ones from the others."""
    above: list[str] = []
    empty: list[str] = []
    others: list[str] = []
    for name in names:
        if frame[name].isna().all():
            empty.append(name)
        elif len(frame) > 1 and frame[name].notna().all() and frame[name].nunique() == 1:
            value = next(iter(_values(frame, name, 1)))
            above.append(firm(f"{name} ") + _cell(frame, name, value))
        else:
            others.append(name)
    return (above, empty, others) if others else ([], empty, list(names[:1]))


def _least(texts: dict[str, list[str]], name: str) -> int:
    """Return how narrow a column may get: figures, days and short codes are never cut."""
    wide = _natural(texts, name)
    digits = all(text == NONE or text.removeprefix("by ")[:1].isdigit() for text in texts[name])
    least = max(SENTENCE, width() * 2 // 5) if name in SENTENCES else NARROWEST
    return wide if digits and wide <= 2 * NARROWEST else max(min(wide, least), cells(name))


def _fitting(
    texts: dict[str, list[str]], names: Sequence[str], room: int
) -> tuple[list[str], list[str]]:
    """Return the columns that fit when long ones are cut, and those that there is no room for."""
    kept: list[str] = []
    taken = 0
    for name in names:
        size = _least(texts, name) + (GAP if kept else 0)
        if kept and taken + size > room:
            return kept, [other for other in names if other not in kept]
        kept.append(name)
        taken += size
    return kept, []


def _sized(texts: dict[str, list[str]], names: Sequence[str], room: int) -> dict[str, int]:
    """Return widths that fill the room: the widest column gives way first."""
    sizes = {name: _natural(texts, name) for name in names}
    spare = {name: size - _least(texts, name) for name, size in sizes.items()}
    over = sum(sizes.values()) + GAP * (len(names) - 1) - room
    for _ in range(over):
        widest = max((n for n in names if spare.get(n, 0) > 0), key=sizes.__getitem__, default=None)
        if widest is None:
            break
        sizes[widest] -= 1
        spare[widest] -= 1
    return sizes


def _named(what: str, names: Sequence[str], room: int) -> list[str]:
    return list(wrap(f"{what}: {', '.join(names)}", room, hang=2)) if names else []
