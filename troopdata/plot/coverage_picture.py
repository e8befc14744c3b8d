"""Draw the picture of the page on coverage, and find out whether a drawn one is up to date.

Another version of matplotlib draws other pixels of the same data. So the file names what it was
drawn from: a hash of the counts and of the module that draws them.
"""

from __future__ import annotations

import hashlib
import io
from pathlib import Path
from typing import Any

from troopdata.api.coverage import KNOWN
from troopdata.api.coverage import coverage as count_known
from troopdata.plot import coverage_rows
from troopdata.release import loader

__all__ = ["drawn", "drawn_from", "is_current"]

DOTS_PER_INCH = 110


def drawn_from() -> str:
    """Return the release and the hash of what the picture is drawn from."""
    counts = count_known(by=("sender", "year"))[["sender", "year", *KNOWN]].to_csv(index=False)
    code = Path(coverage_rows.__file__).read_text(encoding="utf-8")
    digest = hashlib.sha256(f"{DOTS_PER_INCH}\n{counts}\n{code}".encode()).hexdigest()
    return f"troopdata {loader.data_version()} {digest}"


def is_current(path: Path) -> bool:
    """Return whether a picture was drawn from the latest release by the present code."""
    return path.is_file() and drawn_from().encode() in path.read_bytes()


def drawn() -> bytes:
    """Return the picture, a PNG file."""
    from matplotlib import pyplot

    figure: Any = coverage_rows.coverage().get_figure(root=True)
    out = io.BytesIO()
    about = {"Description": drawn_from(), "Software": None}
    figure.savefig(out, dpi=DOTS_PER_INCH, metadata=about)
    pyplot.close(figure)
    return out.getvalue()
