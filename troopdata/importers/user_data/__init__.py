"""A user's own copies of published files, as tables of ours in the user's own folder.

Nothing of these files is shipped. Each module turns one published layout into rows of our schemas
with a source of their own, and `IMPORTERS` names them for the command line.

Examples
--------
>>> sorted(IMPORTERS)
['atop', 'cow-alliances', 'dcad', 'geo-pko', 'mapping', 'un-contributions']
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from troopdata.importers.user_data import (
    atop,
    column_mapping,
    cow_alliances,
    dcad,
    geo_pko,
    un_contributions,
)

__all__ = ["IMPORTERS"]

IMPORTERS: dict[str, Callable[[Path, Path], list[Path]]] = {
    "atop": atop.write,
    "cow-alliances": cow_alliances.write,
    "dcad": dcad.write,
    "geo-pko": geo_pko.write,
    "mapping": column_mapping.write,
    "un-contributions": un_contributions.write,
}
