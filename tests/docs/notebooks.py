"""Run the notebooks and store their output: ``python tests/docs/notebooks.py``.

The tests also run them, and compare the text that they print with the stored text.
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
    """Run a notebook from its first cell to its last in a new kernel, and return it."""
    book = nbformat.read(path, as_version=4)
    for cell in book.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    NotebookClient(book, timeout=SECONDS, record_timing=False).execute()
    return book


def printed(book: nbformat.NotebookNode) -> Iterator[tuple[str, str]]:
    """Yield each code cell and the text that it printed, leaving out figures."""
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
