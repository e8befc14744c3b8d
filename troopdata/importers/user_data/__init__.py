"""Importers for users' own copies of published files, as tables in a folder of the user's own.

These files may not be redistributed, so the releases hold nothing of them. Each module turns one
published layout into rows with a source of their own; `IMPORTERS` names them for the command line.

Examples
--------
>>> sorted(IMPORTERS)
['atop', 'cow-alliances', 'dcad', 'geo-pko', 'mapping', 'un-contributions']
"""

from __future__ import annotations

from troopdata.importers.user_data.atop import Atop
from troopdata.importers.user_data.column_mapping import ColumnMapping
from troopdata.importers.user_data.cow_alliances import CowAlliances
from troopdata.importers.user_data.dcad import Dcad
from troopdata.importers.user_data.geo_pko import GeoPko
from troopdata.importers.user_data.importer import Importer
from troopdata.importers.user_data.un_contributions import UnContributions

__all__ = ["IMPORTERS", "Importer"]

IMPORTERS: dict[str, type[Importer]] = {
    importer.name: importer
    for importer in (Atop, ColumnMapping, CowAlliances, Dcad, GeoPko, UnContributions)
}
