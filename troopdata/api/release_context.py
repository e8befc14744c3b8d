"""Read from a release the facts other than claims that an estimate needs."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from troopdata.release.loader import opened
from troopdata.release.release import Release
from troopdata.schemas import arrow, dates

if TYPE_CHECKING:
    import datetime as dt

    import pandas as pd

    from troopdata.estimation.context import Context

__all__ = ["release_context", "series_sources"]


def release_context(version: str | None = None, *, until: dt.date | None = None) -> Context:
    """Return withdrawals, bases in use, breaks of series, and the day of the release.

    Parameters
    ----------
    version : str, optional
        Release of the data; the latest by default.
    until : datetime.date, optional
        An earlier day than the release's, after which nothing is known.
    """
    from dataclasses import replace

    import numpy as np

    found = _context(opened(version))
    if until is None:
        return found
    day = np.datetime64(until, "D")
    return replace(found, until=day if found.until is None or day < found.until else found.until)


@lru_cache(maxsize=4)
def _context(release: Release) -> Context:
    from troopdata.estimation.context import context

    day = dates.parse(release.manifest["released_at"])
    events = _read(release, "events", ["kind", "status", "sender", "host", "date",
                                       "date_precision"])  # fmt: skip
    tenancies = _read(release, "tenancies", ["base_id", "sender", "started", "ended",
                                             "ended_precision"])  # fmt: skip
    bases = _read(release, "bases", ["base_id", "host"])
    named = _series_sources(release)
    series = {source: name for name, sources in named.items() for source in sources}
    operations = arrow.frame(release.rows("operations"))
    return context(events, tenancies, bases, _breaks(release), day, series, operations)


def _read(release: Release, table: str, columns: list[str]) -> pd.DataFrame:
    return arrow.frame(release.rows(table, columns=columns))


def _breaks(release: Release) -> pd.DataFrame:
    """Return the breaks of a release; none of one that was made before the table was."""
    import pandas as pd

    if release.has("series_breaks"):
        return _read(release, "series_breaks", ["series", "day", "until", "scope"])
    days = pd.Series(dtype="datetime64[s]")
    texts = pd.Series(dtype="string")
    return pd.DataFrame({"series": texts, "day": days, "until": days, "scope": texts})


def series_sources(version: str | None = None) -> dict[str, list[str]]:
    """Return the sources of each published series."""
    return _series_sources(opened(version))


def _series_sources(release: Release) -> dict[str, list[str]]:
    columns = next(
        entry["columns"] for entry in release.manifest["files"]
        if entry["name"] == "sources.parquet"
    )  # fmt: skip
    found: dict[str, list[str]] = {}
    if any(column["name"] == "series" for column in columns):
        for row in release.rows("sources", columns=["source_id", "series"]).to_pylist():
            if row["series"]:
                found.setdefault(row["series"], []).append(row["source_id"])
    return found
