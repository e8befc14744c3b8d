"""Write the files of a series, all or none, and report what changed in each."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from troopdata.io.files import replace

__all__ = ["FileChange", "commit", "write"]


class FileChange(NamedTuple):
    """What writing did to one file.

    Attributes
    ----------
    path : pathlib.Path
        The file.
    state : str
        ``created``, ``changed`` or ``unchanged``, by its bytes.
    rows, added, removed : int
        Rows that it holds now; rows that were not there before; rows that are gone. A row with
        one changed cell counts as both. Rows of a file other than CSV are its lines.
    """

    path: Path
    state: str
    rows: int
    added: int
    removed: int

    def __str__(self) -> str:
        rows = f"{self.rows:,} {'row' if self.rows == 1 else 'rows'}"
        moved = f" ({self.added:,} added, {self.removed:,} removed)"
        return f"{self.path}: {self.state}, {rows}{moved if self.state == 'changed' else ''}"


def write(folder: Path, files: Mapping[str, str]) -> list[FileChange]:
    """Write those files whose text differs from what the folder holds.

    Parameters
    ----------
    folder : pathlib.Path
        The folder of the series.
    files : mapping of str to str
        Text by name of file, relative to the folder.

    Returns
    -------
    list of FileChange
        One a file, in the order given.
    """
    changes = [_change(folder / name, text) for name, text in files.items()]
    commit(
        {
            change.path: text
            for change, text in zip(changes, files.values(), strict=True)
            if change.state != "unchanged"
        }
    )
    return changes


def _change(path: Path, text: str) -> FileChange:
    before = path.read_bytes().decode("utf-8", "replace") if path.exists() else None
    now, old = _rows(path, text), _rows(path, before or "")
    state = "created" if before is None else "unchanged" if before == text else "changed"
    return FileChange(path, state, now.total(), (now - old).total(), (old - now).total())


def _rows(path: Path, text: str) -> Counter[tuple[str, ...]]:
    if path.suffix != ".csv":
        return Counter((line,) for line in text.splitlines())
    return Counter(map(tuple, list(csv.reader(io.StringIO(text, newline="")))[1:]))


def commit(files: Mapping[Path, str]) -> None:
    """Write all files, or put back what was there.

    Each file alone is replaced atomically; this adds that an error halfway (a full disk, an
    interrupt) does not leave new reports beside the old list of reports.
    """
    before = {file: file.read_bytes() if file.exists() else None for file in files}
    try:
        for file, text in files.items():
            replace(file, text.encode("utf-8"))
    except BaseException:
        for file, data in before.items():
            if data is None:
                file.unlink(missing_ok=True)
            else:
                replace(file, data)
        raise
