"""Eligible claims as NumPy arrays, sorted by sender, host and day."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from troopdata.estimation.candidates import ROLES
from troopdata.estimation.context import NEVER

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
    basis, operation, source : numpy.ndarray of int64
        Equal numbers, equal codes; -1 where there is no operation.
    series : numpy.ndarray of bool
        Whether the source is a report of an official series.
    first, last, reach : numpy.ndarray of int64
        Days since 1970 that bound the claim; days that its source's interval lasts.
    figure, low, high : numpy.ndarray of float64
        People, NaN where the claim does not say.
    afloat : numpy.ndarray of float64
        Crews of ships that `figure` includes.
    replaced : numpy.ndarray of int64
        First day on which a later figure of the operation replaced the claim, or `NEVER`.
    """

    frame: pd.DataFrame
    dyad: NDArray[np.int64]
    role: NDArray[np.int64]
    rank: NDArray[np.int64]
    basis: NDArray[np.int64]
    operation: NDArray[np.int64]
    source: NDArray[np.int64]
    series: NDArray[np.bool_]
    first: NDArray[np.int64]
    last: NDArray[np.int64]
    reach: NDArray[np.int64]
    figure: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    afloat: NDArray[np.float64]
    replaced: NDArray[np.int64]

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
    columns = {
        "dyad": kept["dyad"].to_numpy(dtype="int64"),
        "role": kept["role"].map(places).to_numpy("int64").astype("int64"),
        "rank": kept["rank"].to_numpy(dtype="int64"),
        "operation": pd.factorize(kept["operation_id"])[0].astype("int64"),
        "series": kept["series"].to_numpy(dtype=bool),
    }
    whole = kept["whole"].to_numpy(dtype=bool)
    about = whole & (columns["role"] == ROLES.index("part")) & (columns["operation"] >= 0)
    place = columns["dyad"] * (int(columns["operation"].max(initial=0)) + 1) + columns["operation"]
    known = about & ~np.isnan(people["figure"])
    stated = (columns["rank"] == 1) & ~columns["series"]
    return ClaimArrays(
        frame=kept,
        basis=pd.factorize(kept["basis"])[0].astype("int64"),
        source=pd.factorize(kept["source_id"])[0].astype("int64"),
        reach=kept["reach"].to_numpy(dtype="int64"),
        replaced=_replaced(about, known, stated, columns["rank"], place, days["first"]),
        **columns,
        **days,
        **people,
    )


def _replaced(
    about: NDArray[np.bool_], known: NDArray[np.bool_], stated: NDArray[np.bool_],
    rank: NDArray[np.int64], place: NDArray[np.int64], first: NDArray[np.int64],
) -> NDArray[np.int64]:  # fmt: skip
    """Return the first day on which a later figure of the operation replaced each claim.

    A later figure of the whole contingent says who is there now; earlier ones of sources that are
    not better say who was. A monthly series does not replace what officials stated, which may count
    more people than the series does.

    Parameters
    ----------
    about, known, stated : numpy.ndarray of bool
        Whether a claim is about the whole of an operation in the host; has a figure too; and
        is a statement of officials, not a report of a series.
    rank, place, first : numpy.ndarray of int64
        Rank of the source; equal numbers for one operation of a dyad; the claim's first day.
    """
    replaced = np.full(len(first), NEVER)
    if not known.any():
        return replaced
    # One number for the operation and the day: no day of one operation reaches into the next.
    key = place * (first.max() - first.min() + 2) + first - first.min()
    order = np.argsort(key, kind="stable")
    for least in np.unique(rank[about]):
        for officials in (False, True):
            own = np.flatnonzero(about & (rank == least) & (stated == officials))
            by = order[(known & (rank <= least) & (stated | (not officials)))[order]]
            at = np.searchsorted(key[by], key[own], side="right")
            own, at = own[at < len(by)], at[at < len(by)]
            later = by[at]
            same = place[later] == place[own]
            replaced[own[same]] = first[later[same]]
    return replaced
