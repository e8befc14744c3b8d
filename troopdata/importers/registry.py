"""The built-in series that a build reads: which importer turns which folder into rows.

A series is a folder of ``datasets/series``; its importer is a subclass of `Series`.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from troopdata.errors import Failure, Invalid
from troopdata.importers.cia_factbook import CiaFactbook
from troopdata.importers.coalition_lists import CoalitionLists
from troopdata.importers.dod_base_structure import DodBaseStructure
from troopdata.importers.duplicate_figures import undecided
from troopdata.importers.mme_exercises import MmeExercises
from troopdata.importers.national_series import NationalSeries
from troopdata.importers.national_snapshots import NationalSnapshots
from troopdata.importers.natural_earth import NaturalEarth
from troopdata.importers.published_figures import PublishedFigures
from troopdata.importers.series import Series
from troopdata.importers.ucdp_support import UcdpSupport
from troopdata.importers.un_contributions import UnContributions
from troopdata.importers.un_fatalities import UnFatalities
from troopdata.importers.us_construction import UsConstruction
from troopdata.importers.us_dmdc import UsDmdc
from troopdata.importers.us_in_country import UsInCountry
from troopdata.importers.vine_bases import VineBases
from troopdata.importers.war_powers import WarPowers
from troopdata.importers.wars_and_garrisons import WarsAndGarrisons

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["SERIES", "tables"]

# In the order in which their rows enter the tables, which is part of a release's bytes: a new
# series goes last.
SERIES: Mapping[str, type[Series]] = {
    importer.name: importer
    for importer in (
        UsDmdc,
        CiaFactbook,
        DodBaseStructure,
        MmeExercises,
        NationalSnapshots,
        NaturalEarth,
        UcdpSupport,
        UnFatalities,
        UsConstruction,
        VineBases,
        WarPowers,
        UnContributions,
        NationalSeries,
        WarsAndGarrisons,
        CoalitionLists,
        UsInCountry,
    )
}


def tables(home: Path) -> dict[str, pd.DataFrame]:
    """Return what the built-in series add to the tables.

    Parameters
    ----------
    home : pathlib.Path
        The ``datasets`` folder.

    Returns
    -------
    dict of str to pandas.DataFrame
        Typed rows by table. Computed columns are empty but for ``sources.series``, which names
        the folder that a document came from.

    Raises
    ------
    Invalid
        If a series contradicts itself in a way that its corrections do not list, if a row does
        not have the type of its column, or if a folder has no importer.
    """
    import pandas as pd

    folder = home / "series"
    series = [importer(folder / name) for name, importer in SERIES.items()]
    found = [failure for one in series for failure in one.check()]
    found += _without_importer(folder)
    if not found:
        found = undecided([one for one in series if isinstance(one, PublishedFigures)])
    if found:
        raise Invalid(found)
    parts: dict[str, list[pd.DataFrame]] = {}
    for one in series:
        for table, frame in one.frames():
            if table == "sources":
                frame["series"] = pd.array([one.name] * len(frame), dtype="string")
            parts.setdefault(table, []).append(frame)
    return {table: pd.concat(frames, ignore_index=True) for table, frames in parts.items()}


def _without_importer(folder: Path) -> list[Failure]:
    hint = "add its importer to troopdata/importers/registry.py"
    return [
        Failure(str(path), None, "", "", "series", path.name, "no importer reads this folder", hint)
        for path in sorted(folder.iterdir())
        if path.name not in SERIES and any(path.iterdir())
    ]
