"""The columns of a line of `troopdata show` about forces: name, figure, grade and words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from troopdata.cli.terminal import cells, padded, styled, wrap

__all__ = ["Entry", "Widths", "line", "more", "widths"]


class Entry(NamedTuple):
    """What a line shows in each column; a line that goes on about a force has words alone."""

    name: str = ""
    figure: str = ""
    words: str = ""
    grade: str = ""


class Widths(NamedTuple):
    """Terminal columns of names and of figures, which differ by host."""

    name: int
    figure: int


def widths(entries: Iterable[Entry]) -> Widths:
    """Return the least widths in which every name and every figure is whole."""
    found = list(entries)
    return Widths(
        name=max((cells(entry.name) for entry in found), default=0),
        figure=max((cells(entry.figure) for entry in found), default=0),
    )


def line(entry: Entry, widths: Widths, room: int) -> Iterator[str]:
    """Yield a line, and those that it runs on to under its words.

    Parameters
    ----------
    entry : Entry
        The content.
    widths : Widths
        Widths of the first two columns.
    room : int
        Terminal columns to fill.

    Examples
    --------
    >>> list(line(Entry("Italy", "350", "deployed", "B"), Widths(7, 4), 80))
    ['  Italy     350  B  deployed']
    """
    shown = styled(padded(entry.name, widths.name), "name")
    number = styled(padded(entry.figure, widths.figure, right=True), "strong")
    head = f"  {shown}  {number}  {padded(entry.grade, 1)}  "
    yield from wrap(entry.words, room, head=head)


def more(count: int, command: str) -> Iterator[str]:
    """Yield how many are not shown and the command that shows them, if there are any.

    Parameters
    ----------
    count : int
        How many.
    command : str
        The command.

    Examples
    --------
    >>> list(more(0, "troopdata presence --host MLI"))
    []
    """
    if count > 0:
        yield f"  and {count} more: {styled(command, 'code')}"
