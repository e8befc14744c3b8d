"""Generate the reference pages from the schemas, the release and the public names."""

from __future__ import annotations

from pathlib import Path

import troopdata
from troopdata.curate.docs.api_reference import interface
from troopdata.curate.docs.coverage import coverage
from troopdata.curate.docs.data_dictionary import dictionary

__all__ = ["pages"]

# The columns of claims that the page on coverage counts.
COLUMNS = (
    "sender", "basis", "status", "source_id", "as_of", "personnel", "personnel_low",
    "personnel_high",
)  # fmt: skip


def pages(home: Path) -> dict[str, str]:
    """Return each page by its path under ``docs/``, as the latest release makes it.

    Parameters
    ----------
    home : pathlib.Path
        The ``datasets`` folder of a checkout.
    """
    release = troopdata.data_version()
    rows = troopdata.tables().set_index("table")["rows"]
    countries = troopdata.countries().sort_values("valid_from", na_position="first")
    names = {str(row.country): str(row.name) for row in countries.itertuples(index=False)}
    return {
        "reference/data-dictionary.md": dictionary(
            release, {str(name): int(count) for name, count in rows.items()}
        ),
        "reference/coverage.md": coverage(
            release,
            troopdata.load("deployments", columns=COLUMNS),
            troopdata.load("sources", columns=["source_id", "series", "kind"]),
            names,
            home / "series",
        ),
        "reference/python.md": interface(),
    }
