"""The US series: active duty abroad since 1950, as the Defense Manpower Data Center prints it.

A folder holds one CSV file a report as printed (``reports/YYYY-MM-DD.csv``), what the labels and
columns mean (``labels.csv``, ``columns.csv``), the printed sums (``printed_totals.csv``), the
figures that a report contradicts itself (``corrections.csv``) and where each report comes from
(``origin.json``).
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from troopdata.importers.us_dmdc import series
from troopdata.importers.us_dmdc.claim_rows import claims as _claims
from troopdata.importers.us_dmdc.corrections import read as _corrections
from troopdata.importers.us_dmdc.rebuild import rebuild
from troopdata.importers.us_dmdc.tie_out import TieOut
from troopdata.importers.us_dmdc.tie_out import check as _check
from troopdata.importers.us_dmdc.workbook_import import import_workbook

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["TieOut", "check", "claims", "corrections", "import_workbook", "rebuild", "sources"]

LICENCE = "US Government work, public domain"


def claims(folder: Path) -> pd.DataFrame:
    """Return the claims of the series, with the columns of `deployments` but the computed ones.

    Parameters
    ----------
    folder : pathlib.Path
        Folder of the series.

    Raises
    ------
    Invalid
        If a file is not as it must be, a label is not known, or a correction no longer fits.
    """
    return _claims(series.load(folder))


def sources(folder: Path) -> list[dict[str, str]]:
    """Return one row of `sources` for each report."""
    return [_source(entry) for entry in series.origin(folder)["reports"]]


def _source(entry: dict[str, str]) -> dict[str, str]:
    same = ("source_id", "title", "publisher", "published_on", "url", "interval", "transcribed_via")
    return {
        **{name: entry[name] for name in same},
        "published_on_precision": "day" if entry["published_on"] else "",
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
    """Hold every report against the sums that it prints.

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
