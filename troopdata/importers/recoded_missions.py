"""Former ids of claims about missions of the United Nations that are placed otherwise now.

The id of a claim is a hash of what it says, so another operation, host or place is another id.
``recoded.csv`` of a series says once what a column of a mission's claims had before, and the old
ids are computed from the claims as they are now.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from troopdata.importers.series import Row
from troopdata.schemas.keys import claim_ids

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["FILE", "redirects"]

FILE = "recoded.csv"


def redirects(changes: Sequence[Row], claims: pd.DataFrame) -> list[Row]:
    """Return the former ids of claims, each with the id that took its place.

    Parameters
    ----------
    changes : sequence of mapping
        The lines of ``recoded.csv``: an operation, the first and the last day of its claims, a
        column, its code before, and the reason. The newest change of an operation comes first.
    claims : pandas.DataFrame
        The claims of the series as they are coded now.

    Returns
    -------
    list of mapping
        Rows of `id_redirects`. An id is among them whether a release held it or not: the build
        leaves out those that none did.
    """
    about = claims["operation_id"].isin({change["operation_id"] for change in changes})
    former = claims[about].assign(new_id=claim_ids)
    found: list[Row] = []
    for change in changes:
        days = former["as_of"].between(change["first"], change["last"])
        same = former["operation_id"].eq(change["operation_id"]).fillna(False) & days
        # A second line about the same claims is about them as the first left them.
        former.loc[same.astype(bool), change["column"]] = change["before"] or None
        recoded = former[same.astype(bool)]
        found += [
            {"table": "deployments", "old_id": old, "new_id": new, "reason": change["reason"]}
            for old, new in zip(claim_ids(recoded), recoded["new_id"], strict=True)
        ]
    return found
