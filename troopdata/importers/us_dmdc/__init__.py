"""The US series: active duty abroad since 1950, as the Defense Manpower Data Center prints it.

The folder of the series holds one CSV file for each report as printed (``reports/YYYY-MM-DD.csv``),
the meaning of labels and columns (``labels.csv``, ``columns.csv``), the printed sums
(``printed_totals.csv``), the figures in which a report contradicts itself (``corrections.csv``),
the origin of each report (``origin.json``) and the codes that claims had in earlier releases
(``recoded.csv``).
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from troopdata.errors import Failure
from troopdata.importers.series import Rows, Series
from troopdata.importers.us_dmdc import rebuild, series
from troopdata.importers.us_dmdc.claim_rows import claims as _claims
from troopdata.importers.us_dmdc.corrections import read as _corrections
from troopdata.importers.us_dmdc.recoded_claims import redirects
from troopdata.importers.us_dmdc.tie_out import TieOut
from troopdata.importers.us_dmdc.tie_out import check as _check
from troopdata.importers.us_dmdc.workbook_import import import_workbook

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "TieOut",
    "UsDmdc",
    "check",
    "claims",
    "corrections",
    "import_workbook",
    "redirects",
    "sources",
]

LICENCE = "US Government work, public domain"


class UsDmdc(Series):
    """US active duty by host."""

    name = "us-dmdc"

    @classmethod
    def originals(cls) -> tuple[str, ...]:
        """Return the transcribed files and the workbook."""
        return rebuild.ORIGINALS

    def transcribed(self, upstream: Path) -> dict[str, str]:
        """Return the reports, the printed sums and ``origin.json``."""
        return rebuild.transcribed(upstream, self.folder)

    def check(self) -> list[Failure]:
        """Return every sum that differs without a correction, and every stale correction."""
        return check(self.folder).failures

    def tables(self) -> Rows:
        """Return the rows of sources and corrections; `frames` adds those made of claims."""
        return {"sources": sources(self.folder), "corrections": corrections(self.folder)}

    def frames(self) -> Iterator[tuple[str, pd.DataFrame]]:
        """Yield deployments, the redirects of their former ids, sources and corrections.

        The claims are built as a frame, column by column: by far the largest series, it is read in
        every build, and a dictionary for each claim would multiply the time.
        """
        found = claims(self.folder)
        yield "deployments", found
        yield "id_redirects", self._typed("id_redirects", redirects(self.folder, found))
        yield from super().frames()


def claims(folder: Path) -> pd.DataFrame:
    """Return the claims of the series, with the columns of `deployments` but the computed ones.

    Parameters
    ----------
    folder : pathlib.Path
        Folder of the series.

    Raises
    ------
    Invalid
        If a file breaks its format, a label is unknown, or a correction no longer fits.
    """
    return _claims(series.load(folder))


def sources(folder: Path) -> list[dict[str, str]]:
    """Return one row of `sources` for each report."""
    return [_source(entry) for entry in series.origin(folder)["reports"]]


def _source(entry: dict[str, str]) -> dict[str, str]:
    same = ("source_id", "title", "publisher", "url", "interval", "transcribed_via")
    # A report whose day of publication is not known came out on or after the day that it counts.
    day, precision = entry["published_on"], "day"
    if not day:
        day, precision = entry["as_of"], "not_earlier_than"
    return {
        **{name: entry[name] for name in same},
        "published_on": day,
        "published_on_precision": precision,
        "archive_url": "",
        "accessed_on": "",
        "licence": LICENCE,
        "redistribution": "facts",
        "kind": "official_series",
        "note": entry["not_covered"],
    }


def corrections(folder: Path) -> list[dict[str, str]]:
    """Return the rows of `corrections` of the series."""
    return [item._asdict() for item in _corrections(folder)]


def check(folder: Path) -> TieOut:
    """Compare every report with the sums that it prints.

    Parameters
    ----------
    folder : pathlib.Path
        Folder of the series.

    Returns
    -------
    TieOut
        How many sums agree, how many differ as a correction says, and every failure.
    """
    return _check(series.load(folder))
