"""Turn the lines of a report into rows: mission, country, class and figures, as printed.

Here is what only the look of a page tells: names that continue on the next line, and names beside
the middle of several lines.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, groupby

from troopdata.importers.un_contributions.pdf_lines import Line
from troopdata.importers.un_contributions.report_head import Head, kind_of

__all__ = ["PrintedRow", "rows"]

COUNT = re.compile(r"\d{1,3}(?:,?\d{3})*", re.ASCII)
MISSION = re.compile(r"(?:UN|MINU|MONU|BINU|BNUB)[A-Z]{0,7}", re.ASCII)
DATE = re.compile(r"\d{2}/\d{2}/\d{4}")
TOTAL = re.compile(r"(?:Grand )?Total(?: for Country| by Country| for Mission)?")
FOOTER = re.compile(r"Page \d+ of ?\d+|Report Generated On.*|[AP]M", re.IGNORECASE)
NUMBER_BEFORE = 46.0
# In points: how far apart the lines of one name may be, and a name and the line that it is beside.
NAME_LINES = 16.0
BESIDE = 3.0
MOST_LINES = 4


@dataclass(slots=True)
class PrintedRow:
    """One line, in its parts; those that it does not print are empty.

    Attributes
    ----------
    page, height : int, float
        Where it is.
    mission, name, kind : str
        Acronym, country, and class of personnel.
    counts : tuple of int
        Its figures, left to right.
    total : str
        The words that say that it is a total.
    left : float
        Where the name begins.
    fault : str
        What is wrong with its name, if anything.
    """

    page: int
    height: float
    mission: str = ""
    name: str = ""
    kind: str = ""
    counts: tuple[int, ...] = ()
    total: str = ""
    left: float = 0.0
    fault: str = ""

    @property
    def is_name(self) -> bool:
        """Whether the line is a name alone."""
        return bool(self.name) and not (self.mission or self.kind or self.counts or self.total)

    @property
    def lacks_name(self) -> bool:
        """Whether the line is figures of a class without the name of a country."""
        return bool(self.kind and self.counts) and not self.name


def rows(lines: Sequence[Line], head: Head, names: Collection[str]) -> Iterator[PrintedRow]:
    """Yield the rows of a report from top to bottom, each name whole and before its figures.

    Parameters
    ----------
    lines : sequence of Line
        The report.
    head : Head
        Its layout.
    names : collection of str
        Names of countries as the reports print them, to tell where one ends.
    """
    kept = [_row(line) for line in lines if not _is_furniture(line, head)]
    pages = [list(page) for _, page in groupby(kept, key=lambda row: row.page)]
    found = chain.from_iterable(_with_whole_names(page, names) for page in pages)
    yield from _named(found) if head.centred else found


def _is_furniture(line: Line, head: Head) -> bool:
    """Whether a line is a title, the heads of columns, or a footer."""
    texts = tuple(cell.text for cell in line.cells)
    words = [text for text in texts if not COUNT.fullmatch(text)]
    apart = len(words) == len(texts) > 1 and not MISSION.fullmatch(texts[0])
    return texts in head.titles or apart or any(FOOTER.fullmatch(text) for text in texts)


def _row(line: Line) -> PrintedRow:
    row = PrintedRow(line.page, line.height)
    cells = list(line.cells)
    numbered = len(cells) > 1 and COUNT.fullmatch(cells[0].text) and cells[0].left < NUMBER_BEFORE
    # Countries are numbered in some reports, so the number is not a figure.
    for cell in cells[1:] if numbered else cells:
        text = cell.text
        if COUNT.fullmatch(text):
            row.counts += (int(text.replace(",", "")),)
        elif kind_of(text):
            row.kind = kind_of(text)
        elif MISSION.fullmatch(text):
            row.mission = text
        elif found := TOTAL.match(text):
            row.total, row.mission = found[0], text[found.end() :].strip()
        elif not DATE.fullmatch(text):
            row.name, row.kind = _apart(text, row.kind)
            row.left = cell.left
    return row


def _apart(text: str, kind: str) -> tuple[str, str]:
    """Return a name and the class that follows it too closely to be a cell of its own.

    Examples
    --------
    >>> _apart("United Kingdom Staff Officer", "")
    ('United Kingdom', 'staff_officers')
    """
    words = text.split()
    for at in range(1, len(words)):
        if found := kind_of(" ".join(words[at:])):
            return " ".join(words[:at]), found
    return text, kind


def _with_whole_names(page: list[PrintedRow], names: Collection[str]) -> list[PrintedRow]:
    """Return rows with each name that goes over several lines joined in one of them."""
    gone: set[int] = set()
    for at, row in enumerate(page):
        if row.name and at not in gone:
            taken = _continued(page, at, names)
            if taken:
                pieces = [row, *(page[other] for other in taken)]
                row.name = _joined(pieces, names)
                row.height = (row.height + pieces[-1].height) / 2 if row.is_name else row.height
                gone.update(taken)
    kept = sorted((row for at, row in enumerate(page) if at not in gone), key=lambda r: -r.height)
    return _beside(kept)


def _continued(page: list[PrintedRow], at: int, names: Collection[str]) -> list[int]:
    """Return the lines that continue the name of a row: as many as make a known name."""
    pieces, taken, best = [page[at]], [], []
    for other in range(at + 1, len(page)):
        row = page[other]
        if pieces[-1].height - row.height > NAME_LINES or len(pieces) == MOST_LINES:
            break
        if row.is_name and abs(row.left - page[at].left) < 2 * NAME_LINES:
            pieces.append(row)
            taken.append(other)
            if _joined(pieces, names) in names:
                best = list(taken)
        elif row.name or not page[at].is_name:
            break
    return best


def _joined(pieces: Sequence[PrintedRow], names: Collection[str]) -> str:
    spaced = " ".join(piece.name for piece in pieces)
    return spaced if spaced in names else "".join(piece.name for piece in pieces)


def _beside(page: list[PrintedRow]) -> list[PrintedRow]:
    """Return rows with a name that is level with one line of figures in that line."""
    kept: list[PrintedRow] = []
    for row in page:
        last = kept[-1] if kept else None
        if last and last.height - row.height < BESIDE:
            if last.is_name and row.lacks_name:
                row.name = last.name
                kept[-1] = row
                continue
            if row.is_name and last.lacks_name:
                last.name = row.name
                continue
        kept.append(row)
    return kept


def _named(found: Iterable[PrintedRow]) -> Iterator[PrintedRow]:
    """Yield rows with the name that is beside their middle.

    A name has as many lines above as below it, and perhaps one that is level with it. Its lines
    may go on over the end of a page.
    """
    waiting: list[PrintedRow] = []
    name, below = "", 0
    row = PrintedRow(0, 0.0)
    for row in found:
        if row.lacks_name and below:
            row.name, below = name, below - 1
            yield row
        elif row.lacks_name:
            waiting.append(row)
        elif below and row.is_name and row.name == name:
            continue  # Where its middle is the end of a page, it is printed on both.
        else:
            row.fault = _lopsided(name) if below else ""
            name, below = row.name, len(waiting) if row.name else 0
            for other in waiting:
                other.name = name
            yield from waiting
            waiting = []
            yield row
    yield from waiting
    if below:
        yield PrintedRow(row.page, row.height, fault=_lopsided(name))


def _lopsided(name: str) -> str:
    return f"{name} has more lines above its name than below it"
