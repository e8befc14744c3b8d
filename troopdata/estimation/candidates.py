"""Which claims may speak in a best estimate, and in which order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from troopdata.errors import UnknownCode
from troopdata.schemas import dates, model
from troopdata.schemas.codes import INTERVAL_DAYS, PERIOD_MONTHS

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["COLUMNS", "Order", "candidates", "order", "rule", "span"]

# What the rule reads of a claim, and of its source.
COLUMNS = (
    "claim_id", "sender", "host", "place", "subdivision", "base_id", "as_of", "as_of_precision",
    "started", "started_precision", "ended", "ended_precision", "force", "service", "personnel",
    "personnel_low", "personnel_high", "value_state", "basis", "status", "source_id",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Order:
    """Which bases speak, in which order; bases that share a level are one series.

    Attributes
    ----------
    levels : tuple of tuple of str
        The bases, most trusted first.
    """

    levels: tuple[tuple[str, ...], ...]

    @property
    def bases(self) -> tuple[str, ...]:
        return tuple(basis for level in self.levels for basis in level)


def rule() -> Any:
    """Return the constants of the rule, from ``schemas/presence.json``."""
    return model.table("presence").estimate


def order(
    basis: str | Sequence[str] | None = None, prefer: str | Sequence[str] | None = None
) -> Order:
    """Return the order of bases that a question asks for.

    Parameters
    ----------
    basis : str or sequence of str, optional
        Pin one basis; several are read as one series.
    prefer : str or sequence of str, optional
        Put these first, in this order.

    Raises
    ------
    UnknownCode
        If a basis is not in the vocabulary.

    Examples
    --------
    >>> order("permanently_assigned").levels
    (('permanently_assigned',),)
    >>> order(prefer="permanently_assigned").bases[:2]
    ('permanently_assigned', 'in_country_total')
    """
    if basis is not None:
        return Order((_known(basis),))
    first = _known(prefer) if prefer is not None else ()
    rest = [code for code in rule()["basis_order"] if code not in first]
    return Order(tuple((code,) for code in (*first, *rest)))


def _known(basis: str | Sequence[str]) -> tuple[str, ...]:
    vocabulary = model.vocabularies()["basis"]
    codes = (basis,) if isinstance(basis, str) else tuple(basis)
    for code in codes:
        if code not in vocabulary.codes:
            hint = f"one of {', '.join(vocabulary.codes)}"
            raise UnknownCode(code, vocabulary.nearest(str(code)), hint=hint, detail="of basis")
    return codes


def candidates(
    claims: pd.DataFrame, sources: pd.DataFrame, *, services: Sequence[str] = ("all",)
) -> pd.DataFrame:
    """Return the claims that may speak, with the rank and the interval of their sources.

    Parameters
    ----------
    claims : pandas.DataFrame
        Rows of `deployments` with at least `COLUMNS`.
    sources : pandas.DataFrame
        Columns source_id, kind and interval.
    services : sequence of str
        Services to keep; ``("all",)`` for totals.

    Returns
    -------
    pandas.DataFrame
        Accepted claims about a whole host, of the military, with columns first and last (days
        that bound the claim), rank (1 is best) and reach (days it carries forward).
    """
    import pandas as pd

    whole = claims[["place", "subdivision", "base_id"]].isna().all(axis=1) & claims["host"].notna()
    counted = claims["force"].isin(rule()["forces"]) & claims["service"].isin(list(services))
    kept = claims[whole & counted & (claims["status"] == "accepted")].reset_index(drop=True)
    kinds = pd.Series(sources["kind"].to_numpy(), index=sources["source_id"].to_numpy())
    intervals = pd.Series(sources["interval"].to_numpy(), index=sources["source_id"].to_numpy())
    kept["rank"] = kept["source_id"].map(kinds).map(rule()["ranks"]).astype("int64")
    kept["reach"] = kept["source_id"].map(intervals).map(INTERVAL_DAYS).astype("int64")
    kept["first"], kept["last"] = span(kept)
    figures = kept[["personnel", "personnel_low", "personnel_high"]]
    kept["low"], kept["high"] = figures.min(axis=1), figures.max(axis=1)
    bound_above = kept["personnel"].isna() & kept["personnel_low"].isna()
    bound_below = kept["personnel"].isna() & kept["personnel_high"].isna()
    ceiling = kept["basis"].isin(rule()["ceiling_only_high"])
    kept["low"] = kept["low"].mask(bound_above | ceiling)
    kept["high"] = kept["high"].mask(bound_below)
    kept["figure"] = kept["personnel"].mask(ceiling)
    return kept


def span(claims: pd.DataFrame) -> tuple[pd.Series, pd.Series]:
    """Return the first and last day that a claim is about; an open bound is cut at its date."""
    first = claims["as_of"].fillna(claims["started"])
    sharp = claims["as_of_precision"].fillna(claims["started_precision"])
    closed = sharp.where(sharp.isin(PERIOD_MONTHS), "day")
    last = dates.latest(first, closed)
    lasting = claims["as_of"].isna() & claims["ended"].notna()
    return first, last.mask(lasting, claims["ended"])
