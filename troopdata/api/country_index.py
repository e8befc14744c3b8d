"""Build the index of country names from a release, once per release."""

from __future__ import annotations

from functools import lru_cache

from troopdata.gazetteer.resolver import Gazetteer
from troopdata.release.loader import opened
from troopdata.release.release import Release

__all__ = ["gazetteer"]


def gazetteer(version: str | None = None) -> Gazetteer:
    """Return the index of the countries of a release."""
    return _gazetteer(opened(version))


@lru_cache(maxsize=8)
def _gazetteer(release: Release) -> Gazetteer:
    return Gazetteer.from_rows(release.rows("countries").to_pylist())
