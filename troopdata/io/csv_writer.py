"""Write canonical CSV: UTF-8, NFC, LF, minimal quotes, so that a diff shows changed cells only."""

from __future__ import annotations

import csv
import io
import unicodedata
from collections.abc import Iterable, Sequence
from pathlib import Path

from troopdata.io.files import replace

__all__ = ["rendered", "replace", "write"]


def rendered(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    r"""Return rows as canonical CSV text.

    Parameters
    ----------
    columns : sequence of str
        The header.
    rows : iterable of sequence of str
        The cells, in the wanted order.

    Examples
    --------
    >>> rendered(["code", "name"], [["NA", "Namibia"]])
    'code,name\nNA,Namibia\n'
    """
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(columns)
    for row in rows:
        writer.writerow([unicodedata.normalize("NFC", cell) for cell in row])
    return out.getvalue()


def write(path: Path, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Write rows as canonical CSV in one step: a reader sees the old file or the new one.

    Parameters
    ----------
    path : pathlib.Path
        The file; its folder is created if missing.
    columns : sequence of str
        The header.
    rows : iterable of sequence of str
        The cells, in the wanted order.
    """
    replace(path, rendered(columns, rows).encode("utf-8"))
