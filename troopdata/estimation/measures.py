"""Answer a question about strength from claims: everyone, the assigned, or an operation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from troopdata.estimation.claim_arrays import claim_arrays
from troopdata.estimation.context import Context
from troopdata.estimation.dyads import dyads as dyads_of
from troopdata.estimation.estimate import estimate
from troopdata.estimation.frame import without_series
from troopdata.estimation.grid import grid
from troopdata.estimation.parts import parts
from troopdata.estimation.periods import Frequency, period
from troopdata.estimation.pinned import pinned
from troopdata.schemas.model import estimation_rule

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["MEASURES", "Measure", "Question", "admitted", "answer"]

Measure = Literal["in_country", "assigned", "operation"]
MEASURES = ("in_country", "assigned", "operation")
# What gives a period an answer of its own where bases are preferred.
ANSWERED = ("observed", "reported_zero", "carried")


@dataclass(frozen=True, slots=True)
class Question:
    """What is to be estimated.

    Attributes
    ----------
    freq : {"year", "quarter", "month", "day"}
        The period.
    measure : {"in_country", "assigned", "operation"}
        Everyone in the country, the stationing series as printed, or people under operations.
    bases : tuple of str
        Pinned bases; none for the rule.
    prefer : tuple of str
        Bases that give the answer where they have one.
    sources : frozenset of str or None
        Pinned sources (those of one series).
    summed : bool
        Whether the rows are to be summed: they then say in `recent` what may be missing.
    """

    freq: Frequency = "year"
    measure: Measure = "in_country"
    bases: tuple[str, ...] = ()
    prefer: tuple[str, ...] = ()
    sources: frozenset[str] | None = None
    summed: bool = False


def answer(
    claims: pd.DataFrame,
    around: Context,
    question: Question = Question(),
    dyads: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Return the estimate of every dyad and period.

    Parameters
    ----------
    claims : pandas.DataFrame
        Result of `candidates.candidates`.
    around : Context
        Withdrawals, bases in use, breaks of series, and the day of the release.
    question : Question
        What is to be estimated.
    dyads : pandas.DataFrame, optional
        sender, host, first, last (numbers of periods); by default each pair from its first claim
        to its last.

    Returns
    -------
    pandas.DataFrame
        The columns of table `presence`; for ``assigned`` also `afloat` (people aboard ships whom
        the printed figure counts).
    """
    known = admitted(claims, question)
    asked = dyads_of(known, period(question.freq)) if dyads is None else dyads
    if question.measure == "operation":
        return _operations(known, asked, around, question)
    if question.measure == "assigned":
        return _assigned(known, asked, around, question)
    if question.bases:
        return pinned(_of_bases(known, question.bases), asked, around, freq=question.freq)
    if question.sources is not None:
        return pinned(_whole(known), asked, around, freq=question.freq)
    result = estimate(known, asked, around, freq=question.freq, recent=question.summed)
    for basis in reversed(question.prefer):
        first = pinned(_of_bases(known, (basis,)), asked, around, freq=question.freq)
        result = _preferred(result, first)
    return result


def admitted(claims: pd.DataFrame, question: Question) -> pd.DataFrame:
    """Return the candidates that a question admits: those of its bases, series or measure.

    Parameters
    ----------
    claims : pandas.DataFrame
        Result of `candidates.candidates`.
    question : Question
        What is to be estimated.
    """
    known = claims
    if question.sources is not None:
        known = known[known["source_id"].isin(question.sources)]
    if question.measure == "assigned":
        known = known[known["series"] & _stationing(known)]
    elif question.measure == "operation":
        known = known[known["operation_id"].notna()]
    if question.bases:
        known = known[known["basis"].isin(question.bases)]
    return known.reset_index(drop=True)


def _whole(claims: pd.DataFrame) -> pd.DataFrame:
    """Return claims of the military about a whole host."""
    return claims[claims["whole"] & claims["force"].isin(estimation_rule()["forces"])]


def _of_bases(claims: pd.DataFrame, bases: Sequence[str]) -> pd.DataFrame:
    whole = _whole(claims)
    return whole[whole["basis"].isin(bases)]


def _preferred(rows: pd.DataFrame, first: pd.DataFrame) -> pd.DataFrame:
    """Return rows, those of a preferred basis in the place of others where it has an answer."""
    has = first["state"].isin(ANSWERED).to_numpy(dtype=bool)
    keep = ["assigned", "last_total", "last_total_as_of", "series_break", "basis_break"]
    chosen = [name for name in rows.columns if name not in keep]
    result = rows.copy()
    result.loc[has, chosen] = first.loc[has, chosen]
    return result


def _assigned(
    claims: pd.DataFrame, dyads: pd.DataFrame, around: Context, question: Question
) -> pd.DataFrame:
    """Return the stationing series as printed, with the crews of ships that it counts beside it."""
    series = _whole(claims)
    series = series[series["role"].eq("stationed") | _stationing(series)]
    if question.bases:
        series = series[series["basis"].isin(question.bases)]
    rows = pinned(series[series["series"]], dyads, around, freq=question.freq)
    rows["assigned"] = rows["personnel"]
    at_sea = dict(zip(series["claim_id"], series["afloat"], strict=True))
    first = rows["claim_ids"].str.split(";").str[0]
    rows["afloat"] = first.map(at_sea).astype("Int32").where(rows["personnel"].notna())
    return rows


def _stationing(claims: pd.DataFrame) -> Any:
    """Return which claims belong to a stationing series, those without a figure included."""
    bases = [
        b
        for entry in estimation_rule()["roles"]
        if entry["role"] == "stationed"
        for b in entry["bases"]
    ]
    return claims["basis"].isin(bases)


def _operations(
    claims: pd.DataFrame, dyads: pd.DataFrame, around: Context, question: Question
) -> pd.DataFrame:
    """Return the people counted under named operations, one claim an operation."""
    dyads = dyads.sort_values(["sender", "host"], ignore_index=True)
    arrays = claim_arrays(claims, dyads)
    rows = grid(dyads, period(question.freq), around.until)
    if not len(arrays.dyad) or not len(rows):
        return without_series(rows, arrays)
    found = parts(rows, arrays, around)
    at = np.flatnonzero(rows.open & ~np.isnan(found.total))
    low, high = (
        found.added.sums(np.where(np.isnan(bound), arrays.figure, bound)[found.added.claim],
                         len(rows))
        for bound in (arrays.low, arrays.high)
    )  # fmt: skip
    rows.decide(at, "parts", "C", lead=found.lead[at], personnel=found.total[at],
                low=low[at], high=high[at])  # fmt: skip
    rows.figured.append(found.added)
    return without_series(rows, arrays)
