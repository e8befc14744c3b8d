"""Eligible claims as NumPy arrays, sorted by sender, host and day."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from troopdata.estimation.candidates import ROLES

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

__all__ = ["ClaimArrays", "claim_arrays"]


@dataclass(frozen=True, slots=True)
class ClaimArrays:
    """Claims of the dyads asked for, sorted by dyad, day and id.

    Attributes
    ----------
    frame : pandas.DataFrame
        The claims.
    dyad : numpy.ndarray of int64
        Row of the dyad in the frame of dyads.
    role : numpy.ndarray of int64
        Place in `ROLES`.
    rank : numpy.ndarray of int64
        Of the source; 1 is best.
    basis, operation : numpy.ndarray of int64
        Equal numbers, equal codes; -1 where there is no operation.
    first, last, reach : numpy.ndarray of int64
        Days since 1970 that bound the claim; days that its source's interval lasts.
    figure, low, high : numpy.ndarray of float64
        People, NaN where the claim does not say.
    afloat : numpy.ndarray of float64
        Crews of ships that `figure` includes.
    """

    frame: pd.DataFrame
    dyad: NDArray[np.int64]
    role: NDArray[np.int64]
    rank: NDArray[np.int64]
    basis: NDArray[np.int64]
    operation: NDArray[np.int64]
    first: NDArray[np.int64]
    last: NDArray[np.int64]
    reach: NDArray[np.int64]
    figure: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    afloat: NDArray[np.float64]

    def having(self, *roles: str) -> NDArray[np.int64]:
        """Return the numbers of the claims with one of these roles."""
        return np.flatnonzero(np.isin(self.role, [ROLES.index(role) for role in roles]))

    @property
    def floor(self) -> NDArray[np.float64]:
        """The least number of people whom each claim shows to be in the country."""
        ashore = self.figure - self.afloat
        return np.where(np.isnan(ashore), self.low, ashore)


def claim_arrays(claims: pd.DataFrame, dyads: pd.DataFrame) -> ClaimArrays:
    """Return the claims of some dyads as arrays.

    Parameters
    ----------
    claims : pandas.DataFrame
        Result of `candidates.candidates`.
    dyads : pandas.DataFrame
        One row a dyad; its place is the number of the dyad.
    """
    import pandas as pd

    keys = ["sender", "host"]
    numbered = dyads[keys].assign(dyad=np.arange(len(dyads)))
    kept = claims.merge(numbered, on=keys, how="inner")
    kept = kept.sort_values(["dyad", "first", "claim_id"], ignore_index=True)
    days = {
        name: kept[name].to_numpy(dtype="datetime64[D]").astype("int64")
        for name in ("first", "last")
    }
    people = {
        name: kept[name].to_numpy(dtype="float64", na_value=np.nan)
        for name in ("figure", "low", "high", "afloat")
    }
    places = {name: at for at, name in enumerate(ROLES)}
    return ClaimArrays(
        frame=kept,
        dyad=kept["dyad"].to_numpy(dtype="int64"),
        role=kept["role"].map(places).to_numpy("int64").astype("int64"),
        rank=kept["rank"].to_numpy(dtype="int64"),
        basis=pd.factorize(kept["basis"])[0].astype("int64"),
        operation=pd.factorize(kept["operation_id"])[0].astype("int64"),
        reach=kept["reach"].to_numpy(dtype="int64"),
        **days,
        **people,
    )
