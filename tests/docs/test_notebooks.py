"""The notebooks run, and print what they say."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))

from notebooks import notebooks, printed  # noqa: E402

RUN = (
    "import sys; from notebooks import *; nbformat.write(executed(Path(sys.argv[1])), sys.argv[2])"
)


def test_there_are_two() -> None:
    assert len(notebooks()) == 2


@pytest.mark.parametrize("path", notebooks(), ids=lambda path: path.stem)
def test_it_runs_and_prints_what_it_says(path: Path, tmp_path: Path) -> None:
    """In a process of its own: the sockets of a kernel are its client's to close."""
    again = tmp_path / path.name
    subprocess.run([sys.executable, "-c", RUN, str(path), str(again)], cwd=HERE, check=True)
    before, after = (nbformat.read(book, as_version=4) for book in (path, again))
    for (source, told), (_, now) in zip(printed(before), printed(after), strict=True):
        assert now == told, f"{source}\n\npython tests/docs/notebooks.py writes what it prints now"
    figures = [output for cell in after.cells for output in cell.get("outputs", [])]
    assert sum("image/png" in output.get("data", {}) for output in figures) >= 1
