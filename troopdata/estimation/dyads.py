"""List the pairs of sender and host to estimate, with their spans."""

from __future__ import annotations

from typing import TYPE_CHECKING

from troopdata.estimation.periods import Period

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["spans"]


def spans(claims: pd.DataFrame, unit: Period) -> pd.DataFrame:
    """Return each dyad with the periods from its first claim to its last.

    Parameters
    ----------
    claims : pandas.DataFrame
        What `speakers.candidates` returned.
    unit : Period
        The period.
    """
    keys = ["sender", "host"]
    spans = claims[keys].copy()
    spans["first"] = unit.number(claims["first"].to_numpy("datetime64[D]"))
    spans["last"] = unit.number(claims["last"].to_numpy("datetime64[D]"))
    return spans.groupby(keys, as_index=False).agg(first=("first", "min"), last=("last", "max"))
