"""Select the claims that an estimate may rest on, and say what each can tell of everyone there."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from troopdata.errors import UnknownCode
from troopdata.schemas import dates, model
from troopdata.schemas.codes import INTERVAL_DAYS, PERIOD_MONTHS
from troopdata.schemas.model import estimation_rule

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["COLUMNS", "ROLES", "SOURCE_COLUMNS", "candidates", "known_bases", "span"]

# What the rule reads of a claim, and of its source.
COLUMNS = (
    "claim_id", "sender", "host", "place", "subdivision", "base_id", "operation_id", "as_of",
    "as_of_precision", "started", "started_precision", "ended", "ended_precision", "force",
    "service", "personnel", "personnel_low", "personnel_high", "value_state", "basis", "status",
    "source_id",
)  # fmt: skip
SOURCE_COLUMNS = ("source_id", "kind", "interval")

ROLES = ("total", "average", "stationed", "part", "cap", "sign", "wider", "copy")

# Rows of one printed line: its columns are components of the total, not parts beside it.
COMPONENTS = ("Ashore", "Afloat", "Temporarily ashore")
# One printed line: its crews of ships belong to the total of the same service.
PRINTED_LINE = ("sender", "host", "source_id", "as_of", "service")
SILENT = ("presence_only", "suppressed", "withheld")


def known_bases(basis: str | Sequence[str]) -> tuple[str, ...]:
    """Return codes of `basis` as a tuple.

    Raises
    ------
    UnknownCode
        If a basis is not in the vocabulary.

    Examples
    --------
    >>> known_bases("permanently_assigned")
    ('permanently_assigned',)
    """
    vocabulary = model.vocabularies()["basis"]
    codes = (basis,) if isinstance(basis, str) else tuple(basis)
    for code in codes:
        if code not in vocabulary.codes:
            hint = f"one of {', '.join(vocabulary.codes)}"
            raise UnknownCode(code, vocabulary.nearest(str(code)), hint=hint, detail="of basis")
    return codes


def forces() -> list[str]:
    """Return whose counts bear on an estimate: forces, and parts of them that are counted apart."""
    return [*estimation_rule()["forces"], *estimation_rule()["part_forces"]]


def candidates(
    claims: pd.DataFrame, sources: pd.DataFrame, *, services: Sequence[str] = ("all",)
) -> pd.DataFrame:
    """Return the accepted military claims about a host, each with its role.

    Parameters
    ----------
    claims : pandas.DataFrame
        Rows of `deployments` with at least `COLUMNS`.
    sources : pandas.DataFrame
        At least `SOURCE_COLUMNS`.
    services : sequence of str
        Services to keep; ``("all",)`` for totals.

    Returns
    -------
    pandas.DataFrame
        The claims with role (one of `ROLES`, by ``schemas/estimation_rule.json``), whole
        (whether it is about the whole host), official, first and last (days that bound it), rank
        (1 is best),
        reach (days that its source's interval lasts), figure, low and high (people; figure is
        empty where the claim gives only a bound), and afloat (crews of ships that a stationing
        series includes in the figure).
    """
    eligible = (
        claims["force"].isin(forces())
        & claims["service"].isin(list(services))
        & (claims["status"] == "accepted")
        & claims["host"].notna()
        & claims["subdivision"].isna()
    )
    afloat = _afloat(claims[eligible & claims["basis"].eq("afloat")])
    kept = claims[eligible & ~claims["place"].isin(COMPONENTS)].reset_index(drop=True)
    kept["whole"] = kept[["place", "base_id"]].isna().all(axis=1)
    for name, values in _of_sources(kept, sources).items():
        kept[name] = values
    kept["role"] = _roles(kept)
    kept["first"], kept["last"] = span(kept)
    kept["afloat"] = _beside(kept, afloat)
    useful = kept["role"].notna()
    return _bounded(kept if useful.all() else kept[useful].reset_index(drop=True))


def _of_sources(claims: pd.DataFrame, sources: pd.DataFrame) -> dict[str, Any]:
    """Return what the source of each claim says of it: official, series, rank and reach."""
    import pandas as pd

    # There are a hundred claims to a source: what it is, is looked up once.
    codes, ids = pd.factorize(claims["source_id"])
    known = sources.set_index("source_id").loc[ids]
    rank = known["kind"].map(estimation_rule()["ranks"]).to_numpy(dtype="int64")
    found = {
        "official": rank == 1,
        "series": known["kind"].eq("official_series").to_numpy(dtype=bool),
        "rank": rank,
        "reach": known["interval"].map(INTERVAL_DAYS).to_numpy(dtype="int64"),
    }
    return {name: values[codes] for name, values in found.items()}


def _afloat(claims: pd.DataFrame) -> dict[Any, int]:
    """Return the crews of ships that a printed line of a stationing series counts in its total.

    Those at a part of a host ("Azores, afloat") are in the total of the host.
    """
    at_sea = claims[(claims["basis"] == "afloat") & claims["personnel"].notna()]
    at_sea = at_sea[at_sea["place"].eq("Afloat") | at_sea["place"].str.endswith(", afloat")]
    lines = zip(*(at_sea[name] for name in PRINTED_LINE), strict=True)
    crews: dict[Any, int] = defaultdict(int)
    for line, people in zip(lines, at_sea["personnel"].astype(int), strict=True):
        crews[line] += people
    return crews


def _beside(claims: pd.DataFrame, afloat: dict[Any, int]) -> Any:
    """Return the crews of ships that each claim's figure includes, 0 for most."""
    import numpy as np

    people = np.zeros(len(claims), dtype="int64")
    documents = {key[PRINTED_LINE.index("source_id")] for key in afloat}
    lines = claims["whole"] & claims["role"].eq("stationed") & claims["source_id"].isin(documents)
    at = np.flatnonzero(lines.to_numpy(dtype=bool, na_value=False))
    printed = claims.iloc[at]
    keys = zip(*(printed[name] for name in PRINTED_LINE), strict=True)
    people[at] = np.fromiter((afloat.get(key, 0) for key in keys), dtype="int64", count=len(at))
    return people


def _roles(claims: pd.DataFrame) -> pd.Series:
    """Return what each claim can say of everyone in the host; missing where it says nothing."""
    import pandas as pd

    roles = {
        basis: entry["role"] for entry in estimation_rule()["roles"] for basis in entry["bases"]
    }
    role = claims["basis"].map(roles).astype(object)
    # A count of one base or place, or of observers, is a part whatever its basis is.
    narrow = ~claims["whole"] | claims["force"].isin(estimation_rule()["part_forces"])
    everyone = role.isin(["total", "average", "stationed"])
    role = role.mask(narrow & everyone, "part")
    figures = claims[["personnel", "personnel_low", "personnel_high"]].notna().any(axis=1)
    # The parts of a series' host are in its count of the host. A series that counts operations, by
    # kind of force, has no such count.
    counts_operations = claims["whole"] & figures & ~everyone
    role = role.mask(narrow & claims["series"] & role.eq("part") & ~counts_operations, None)
    for entry in estimation_rule()["exceptions"]:
        where = claims["basis"].eq(entry["basis"]) & claims["sender"].eq(entry["sender"])
        role = role.mask(where & claims["source_id"].str.startswith(entry["source_prefix"]),
                         entry["role"])  # fmt: skip
    silent = ~figures & claims["value_state"].isin(SILENT)
    # A withheld figure shows that forces are there; one that was not collected shows nothing.
    role = role.mask(silent & role.notna(), "sign").mask(~figures & ~silent, None)
    return pd.Series(role, index=claims.index).astype("string")


def _bounded(kept: pd.DataFrame) -> pd.DataFrame:
    """Return claims with figure, low and high; a ceiling is only ever a high."""
    figures = kept[["personnel", "personnel_low", "personnel_high"]]
    kept["low"], kept["high"] = figures.min(axis=1), figures.max(axis=1)
    only_high = kept["personnel"].isna() & kept["personnel_low"].isna()
    only_low = kept["personnel"].isna() & kept["personnel_high"].isna()
    cap = kept["role"].isin(["cap", "wider"])
    kept["low"] = kept["low"].mask(only_high | cap)
    kept["high"] = kept["high"].mask(only_low)
    kept["figure"] = kept["personnel"].mask(cap)
    return kept


def span(claims: pd.DataFrame) -> tuple[pd.Series, pd.Series]:
    """Return the first and last day that a claim is about; an open bound is cut at its date."""
    first = claims["as_of"].fillna(claims["started"])
    sharp = claims["as_of_precision"].fillna(claims["started_precision"])
    closed = sharp.where(sharp.isin(PERIOD_MONTHS), "day")
    last = dates.latest(first, closed)
    lasting = claims["as_of"].isna() & claims["ended"].notna()
    return first, last.mask(lasting, claims["ended"])
