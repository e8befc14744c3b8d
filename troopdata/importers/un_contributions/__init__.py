"""The series of the United Nations: uniformed personnel by mission and contributor, since 2009.

The folder of the series holds one CSV file for each monthly report as printed
(``reports/YYYY-MM.csv``), the printed totals (``printed_totals.csv``), the country of each printed
name (``senders.csv``), where missions are (``missions.csv``), figures under the wrong name
(``corrections.csv``), missions that a report lists in part (``incomplete.csv``), the codes that
claims had in earlier releases (``recoded.csv``), and the origin of each report (``origin.json``).

Published layouts: the monthly PDF of the United Nations, in those of 2015 to 2025, and before that
the rows that the International Peace Institute collected from the same reports.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from troopdata.errors import Failure
from troopdata.importers import recoded_missions
from troopdata.importers.series import Row, Rows, Series
from troopdata.importers.un_contributions import rebuild, series, tie_out
from troopdata.importers.un_contributions.claim_rows import claims
from troopdata.importers.un_contributions.pdf_import import import_pdf
from troopdata.importers.un_contributions.series import MonthlySeries
from troopdata.importers.un_contributions.tie_out import TieOut

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["TieOut", "UnContributions", "check", "import_pdf"]

LICENCE = "UN facts; CC BY IGO for the same series on the UN Peace and Security Data Hub"


class UnContributions(Series):
    """Uniformed personnel of the United Nations by month, mission, contributor and class."""

    name = "un-contributions"

    @classmethod
    def originals(cls) -> tuple[str, ...]:
        """Return the transcribed rows and the PDFs."""
        return rebuild.ORIGINALS

    def transcribed(self, upstream: Path) -> dict[str, str]:
        """Return the reports, the printed totals and ``origin.json``."""
        return rebuild.transcribed(upstream, self.folder)

    @cached_property
    def loaded(self) -> MonthlySeries:
        """The files of the series, read once."""
        return series.load(self.folder)

    def check(self) -> list[Failure]:
        """Return every total that differs without a correction, and every unknown name."""
        return tie_out.check(self.loaded).failures

    def tables(self) -> Rows:
        """Return the rows of sources and corrections; `frames` adds those made of claims."""
        corrections = [item._asdict() for item in self.loaded.corrections]
        sources = [_source(entry) for entry in self.loaded.entries.values() if entry["by_mission"]]
        return {"sources": sources, "corrections": corrections}

    def frames(self) -> Iterator[tuple[str, pd.DataFrame]]:
        """Yield deployments, the redirects of their former ids, sources and corrections.

        The claims are built as a frame, column by column, for speed.
        """
        found = claims(self.loaded)
        yield "deployments", found
        if (self.folder / recoded_missions.FILE).exists():
            former = recoded_missions.redirects(self.read(recoded_missions.FILE), found)
            yield "id_redirects", self._typed("id_redirects", former)
        yield from super().frames()


def check(folder: Path) -> TieOut:
    """Compare every report with the totals that it prints.

    Parameters
    ----------
    folder : pathlib.Path
        Folder of the series.
    """
    return tie_out.check(series.load(folder))


def _source(entry: dict[str, Any]) -> Row:
    same = ("source_id", "title", "publisher", "url", "transcribed_via")
    return {
        **{name: entry[name] for name in same},
        "licence": LICENCE,
        "redistribution": "facts",
        "kind": "official_series",
        "interval": "month",
        "note": f"Read from {entry['file']}.",
    }
