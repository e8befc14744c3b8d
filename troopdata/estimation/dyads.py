"""List the pairs of sender and host to estimate, with their spans."""

from __future__ import annotations

from typing import TYPE_CHECKING

from troopdata.estimation.periods import Period

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["dyads"]


def dyads(claims: pd.DataFrame, unit: Period, span: tuple[int, int] | None = None) -> pd.DataFrame:
    """Return each pair of sender and host with its first and its last period.

    Parameters
    ----------
    claims : pandas.DataFrame
        Result of `candidates.candidates`.
    unit : Period
        The period.
    span : tuple of two int, optional
        Numbers of the first and the last period; by default from each pair's first claim to its
        last.
    """
    keys = ["sender", "host"]
    spans = claims[keys].copy()
    spans["first"] = unit.number(claims["first"].to_numpy("datetime64[D]"))
    spans["last"] = unit.number(claims["last"].to_numpy("datetime64[D]"))
    pairs = spans.groupby(keys, as_index=False).agg(first=("first", "min"), last=("last", "max"))
    if span is not None:
        pairs["first"], pairs["last"] = span
    return pairs
