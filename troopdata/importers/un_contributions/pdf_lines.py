"""Read the lines of a PDF as cells: runs of text with their place on the page."""

from __future__ import annotations

import ctypes
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from troopdata.errors import UsageError

__all__ = ["Cell", "Line", "cells_of", "is_pdf", "read"]

# In points. Cells of one line are at most this far apart in height: some reports print figures
# 3 points above their label. Lines are at least 6 points apart.
SAME_LINE = 4.0
WORD_GAP = 1.5
CELL_GAP = 6.0
LINE_BREAKS = (0, 10, 13)
SIGNATURE = b"%PDF-"


class Cell(NamedTuple):
    """A run of text without a wide gap, and where it begins and ends, in points from the left."""

    left: float
    right: float
    text: str


class Line(NamedTuple):
    """The cells of one line from left to right; `page` counts from 1, `height` from the foot."""

    page: int
    height: float
    cells: tuple[Cell, ...]


class _Character(NamedTuple):
    height: float
    left: float
    right: float
    text: str


def is_pdf(path: Path) -> bool:
    """Return whether a file is a PDF, by its first bytes.

    Raises
    ------
    UsageError
        If it cannot be read.
    """
    try:
        with open(path, "rb") as handle:
            return handle.read(len(SIGNATURE)) == SIGNATURE
    except OSError as error:
        raise UsageError(f"cannot read {path}: {error.strerror}", file=str(path)) from None


def read(path: Path) -> list[Line]:
    """Return the lines of a PDF from top to bottom.

    Parameters
    ----------
    path : pathlib.Path
        The file.

    Raises
    ------
    UsageError
        If it is not a PDF, or pypdfium2 is not installed.
    """
    try:
        import pypdfium2
    except ImportError:
        hint = 'python -m pip install "troopdata[curate]"'
        raise UsageError("reading a PDF needs pypdfium2", hint=hint, file=str(path)) from None
    try:
        document = pypdfium2.PdfDocument(path)
    except (OSError, pypdfium2.PdfiumError) as error:
        hint = "give the PDF as the United Nations publish it"
        raise UsageError(f"cannot read {path}: {error}", hint=hint, file=str(path)) from None
    try:
        return [
            Line(page, *line)
            for page in range(1, len(document) + 1)
            for line in cells_of(_characters(document[page - 1]))
        ]
    finally:
        document.close()


def _characters(page: object) -> Iterator[_Character]:
    """Yield the characters of a page with the place that each takes, without line breaks."""
    import pypdfium2.raw as pdfium

    text = page.get_textpage()  # type: ignore[attr-defined]
    x, y = ctypes.c_double(), ctypes.c_double()
    box = pdfium.FS_RECTF()
    for at in range(text.count_chars()):
        code = pdfium.FPDFText_GetUnicode(text.raw, at)
        # pdfium adds spaces and line breaks where it sees fit; gaps are measured here instead.
        if code in LINE_BREAKS or pdfium.FPDFText_IsGenerated(text.raw, at) == 1:
            continue
        pdfium.FPDFText_GetCharOrigin(text.raw, at, x, y)
        pdfium.FPDFText_GetLooseCharBox(text.raw, at, box)
        yield _Character(y.value, box.left, box.right, chr(code))


def cells_of(
    characters: Iterable[tuple[float, float, float, str]],
) -> Iterator[tuple[float, tuple[Cell, ...]]]:
    """Yield the height and the cells of each line of a page, top line first.

    Parameters
    ----------
    characters : iterable of (float, float, float, str)
        Height, left, right and text of each character, in any order.

    Examples
    --------
    >>> page = [(700.0, 10.0, 16.0, "A"), (703.0, 60.0, 66.0, "1"), (703.0, 66.0, 72.0, "2")]
    >>> [[cell.text for cell in cells] for _, cells in cells_of(page)]
    [['A', '12']]
    """
    line: list[tuple[float, float, float, str]] = []
    for character in sorted(characters, key=lambda item: -item[0]):
        if line and line[-1][0] - character[0] > SAME_LINE:
            yield from _cells(line)
            line = []
        line.append(character)
    yield from _cells(line)


def _cells(
    line: list[tuple[float, float, float, str]],
) -> Iterator[tuple[float, tuple[Cell, ...]]]:
    """Yield one line, unless it is blank."""
    cells: list[Cell] = []
    for _, left, right, text in sorted(line, key=lambda item: item[1]):
        if text.isspace():
            continue
        gap = left - cells[-1].right if cells else CELL_GAP
        if gap < CELL_GAP:
            space = " " if gap > WORD_GAP else ""
            cells[-1] = Cell(cells[-1].left, right, cells[-1].text + space + text)
        else:
            cells.append(Cell(left, right, text))
    if cells:
        yield line[0][0], tuple(cells)
