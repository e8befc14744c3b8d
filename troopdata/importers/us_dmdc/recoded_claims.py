"""Former ids of claims that are coded otherwise now, as rows of `id_redirects`.

The id of a claim is a hash of what it says, its basis among it. Where a whole span of reports turns
out to count otherwise than we said, thousands of claims get another id at once: ``recoded.csv``
says once what was changed, and the old ids are computed from the claims as they are now.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from troopdata.io import csv_reader
from troopdata.schemas.keys import claim_ids

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["FILE", "redirects"]

FILE = "recoded.csv"


def redirects(folder: Path, claims: pd.DataFrame) -> list[dict[str, str]]:
    """Return the former ids of claims, each with the id that took its place.

    Parameters
    ----------
    folder : pathlib.Path
        Folder of the series; ``recoded.csv`` in it has one line a change, oldest first: the first
        and the last day of the claims, the column, its code before and now, and the reason.
    claims : pandas.DataFrame
        The claims of the series as they are coded now.

    Returns
    -------
    list of dict of str to str
        Rows of `id_redirects`. An id is among them whether a release held it or not: the build
        leaves out those that none did.
    """
    path = folder / FILE
    changes = csv_reader.read_rows(path) if path.exists() else []
    former = claims.assign(new_id=claim_ids(claims))
    found: list[dict[str, str]] = []
    # Backwards in time, so that a claim recoded twice leads from both of its former ids to the
    # present one: a redirect may not name an id that was itself redirected.
    for change in reversed(changes):
        days = former["as_of"].between(change["first"], change["last"])
        chosen = (days & former[change["column"]].eq(change["now"])).fillna(False).astype(bool)
        former.loc[chosen, change["column"]] = change["before"]
        recoded = former[chosen]
        found += [
            {"table": "deployments", "old_id": old, "new_id": new, "reason": change["reason"]}
            for old, new in zip(claim_ids(recoded), recoded["new_id"], strict=True)
        ]
    return found
