"""Run the notebooks: ``python tests/docs/notebooks.py`` writes what they print into them.

The tests run them, too, and hold the text that comes out against the text that is in them.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import nbformat
from nbclient import NotebookClient

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "notebooks"
SECONDS = 300


def notebooks() -> list[Path]:
    return sorted(FOLDER.glob("*.ipynb"))


def executed(path: Path) -> nbformat.NotebookNode:
    """Return a notebook run from its first cell to its last, in a kernel of its own."""
    book = nbformat.read(path, as_version=4)
    for cell in book.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    NotebookClient(book, timeout=SECONDS, record_timing=False).execute()
    return book


def printed(book: nbformat.NotebookNode) -> Iterator[tuple[str, str]]:
    """Yield each code cell and the text that it printed; figures are pixels, and no text."""
    for cell in book.cells:
        if cell.cell_type == "code":
            yield cell.source, "".join(map(_text, cell.outputs))


def _text(output: nbformat.NotebookNode) -> str:
    if output.output_type == "stream":
        return str(output.text)
    return "" if "image/png" in output.data else str(output.data["text/plain"])


def main() -> None:
    for path in notebooks():
        nbformat.write(executed(path), path)
        sys.stdout.write(f"{path}\n")


if __name__ == "__main__":
    main()
