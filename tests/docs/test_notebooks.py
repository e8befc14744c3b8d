"""The notebooks run, and print the output that is stored in them."""

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


@pytest.mark.exhaustive
@pytest.mark.parametrize("path", notebooks(), ids=lambda path: path.stem)
def test_it_runs_and_prints_its_stored_output(path: Path, tmp_path: Path) -> None:
    """Run it in a separate process, because only the kernel's client can close its sockets."""
    again = tmp_path / path.name
    subprocess.run([sys.executable, "-c", RUN, str(path), str(again)], cwd=HERE, check=True)
    before, after = (nbformat.read(book, as_version=4) for book in (path, again))
    for (source, stored), (_, now) in zip(printed(before), printed(after), strict=True):
        assert now == stored, (
            f"{source}\n\nrun python tests/docs/notebooks.py to store the new output"
        )
    figures = [output for cell in after.cells for output in cell.get("outputs", [])]
    assert sum("image/png" in output.get("data", {}) for output in figures) >= 1
