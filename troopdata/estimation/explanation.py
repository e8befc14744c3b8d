"""Say what part each claim of a dyad has in the answer for one period, and what would change it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from troopdata.estimation.candidates import ROLES
from troopdata.estimation.claim_arrays import ClaimArrays, claim_arrays
from troopdata.estimation.context import Context
from troopdata.estimation.evidence import Evidence, evidence
from troopdata.estimation.grid import Grid, grid
from troopdata.estimation.periods import Period
from troopdata.estimation.stationed import exceeding
from troopdata.schemas.model import estimation_rule

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["PARTS", "STEPS", "Part", "otherwise", "parts_of_claims"]

# States of the steps before the one that asks the stationing series.
BEFORE_THE_SERIES = ("observed", "reported_zero", "carried")

# Why a claim gives the figure whose number also counts people aboard ships.
ASHORE = "It gives the figure, less the {afloat:,} people it counts aboard ships."

# claim, part, whether it gave the figure or the bounds, why
Part = tuple[str, str, bool, str]

PARTS = {
    "figure": "It gives the figure.",
    "bound": "It gives the bounds.",
    "count": "A count of everyone in {period}: it is in low and high.",
    "average": "An average over {period}, used only where there is no count of everyone.",
    "floor": "A part of the force: at least so many.",
    "replaced": "An earlier figure of an operation that a later report counts.",
    "series_floor": "The stationing series, known to leave people out: at least so many.",
    "series": "The stationing series of {period}; a count of everyone goes before it.",
    "contradicts": "It exceeds the stationing count of its time by more than a quarter: from its "
    "day on the series is a floor.",
    "cap": "A ceiling: at most so many under that operation.",
    "wider": "It covers more than this host: nothing but a ceiling.",
    "sign": "It shows forces, without a number.",
    "copy": "A reference work that repeats the stationing series: nothing new.",
    "last_count": "The last count of everyone before {period}.",
    "next_count": "The first count of everyone after {period}.",
    "service": "The service's share, which the report prints beside the total.",
    "whole_report": "The report's total, of which the row is one service.",
    "not_accepted": "Its status is {status}: only accepted claims count.",
    "not_military": "It counts {force}, not the armed forces.",
    "one_service": "It counts one service ({service}), not all of them.",
    "other_quantity": "It counts something other than people in the country ({basis}).",
    "basis_not_asked": "Its basis, {basis}, is not among those asked for.",
    "not_public": "It was not public on the day asked about, as far as is certain.",
    "no_figure": "It does not say how many, nor that anyone was there.",
}

STEPS = {
    "observed": "Step 1: counts of everyone in the country in the period.",
    "reported_zero": "Step 2: a count of none, which holds until a later sign of presence.",
    "carried": "Step 3: the last count of everyone, carried into the period.",
    "between": "Step 3: bounds, by older counts of everyone and what was counted in the period.",
    "last_known": "Step 3: no number of the time; the last count is up to five years old.",
    "stationed": "Step 4: the stationing series taken for everyone, as nothing contradicts it.",
    "parts": "Step 5: the sum of the operations counted, as no larger force is on record.",
    "bounds": "Step 6: at least the greatest part counted; no count of everyone is on record.",
    "presence_only": "Step 7: forces are known to be there, without a number.",
    "suppressed": "Step 7: the source withholds the number.",
    "unknown": "No claim bears on the period.",
}


@dataclass(frozen=True, slots=True)
class Asked:
    """One dyad and period, its claims as arrays, and what they say of it."""

    unit: Period
    number: int
    claims: ClaimArrays
    rows: Grid
    found: Evidence

    @property
    def label(self) -> str:
        return self.unit.label(self.number)


def _asked(claims: pd.DataFrame, dyad: pd.DataFrame, around: Context, unit: Period) -> Asked | None:
    arrays = claim_arrays(claims, dyad)
    if not len(arrays.dyad):
        return None
    rows = grid(dyad, unit, around.until)
    number = int(dyad["first"].iloc[0])
    return Asked(unit, number, arrays, rows, evidence(rows, arrays, around))


def parts_of_claims(
    claims: pd.DataFrame,
    dyad: pd.DataFrame,
    around: Context,
    unit: Period,
    answer: dict[str, Any],
) -> Iterator[Part]:
    """Yield the part of every candidate that bears on the period.

    Parameters
    ----------
    claims : pandas.DataFrame
        Candidates of the dyad.
    dyad : pandas.DataFrame
        One row: sender, host, first and last (the number of the period).
    around : Context
        Facts beside the claims.
    unit : Period
        The period.
    answer : dict
        The row of the estimate.
    """
    asked = _asked(claims, dyad, around, unit)
    if asked is None:
        return
    ids = answer.get("claim_ids")
    givers = set(ids.split(";")) if isinstance(ids, str) else set()
    touching = set(asked.rows.touching(asked.claims, np.arange(len(asked.claims.dyad))).claim)
    over = set(_against_the_series(asked, str(answer.get("state"))))
    last, following = int(asked.found.last.lead[0]), int(asked.found.last.following[0])
    records: list[dict[str, Any]] = asked.claims.frame.to_dict("records")  # type: ignore[assignment]
    for at, claim in enumerate(records):
        if claim["claim_id"] in givers:
            yield _giver(asked, claim, answer)
        elif at in touching:
            yield _part(asked, claim, _beside(asked, at))
        elif at in (last, following):
            yield _part(asked, claim, "last_count" if at == last else "next_count")
        elif at in over:
            yield _part(asked, claim, "contradicts")


def _missing(value: Any) -> bool:
    import pandas as pd

    return value is None or bool(pd.isna(value))


def _part(asked: Asked, claim: dict[str, Any], name: str, *, gave: bool = False) -> Part:
    words = {name: claim[name] for name in ("force", "service", "status", "basis")}
    return claim["claim_id"], name, gave, PARTS[name].format(period=asked.label, **words)


def _giver(asked: Asked, claim: dict[str, Any], answer: dict[str, Any]) -> Part:
    """Return the part of a claim that gave the figure or the bounds."""
    personnel, at_sea = answer.get("personnel"), claim["afloat"]
    part = _part(asked, claim, "bound" if _missing(personnel) else "figure", gave=True)
    if part[1] == "figure" and at_sea and claim["figure"] - at_sea == personnel:
        return (*part[:3], ASHORE.format(afloat=at_sea))
    return part


def _against_the_series(asked: Asked, state: str) -> list[int]:
    """Return the claims of the time before the period's end that make the series a floor.

    They matter where step 4 was reached: a count of the period, and one that is carried, is the
    answer whether the series is complete or not.
    """
    if state in BEFORE_THE_SERIES or not bool(asked.found.incomplete[0]):
        return []
    end = asked.unit.last_day(np.array([asked.number]))[0].astype("int64")
    over = exceeding(asked.claims)
    return [int(at) for at in over if asked.claims.first[at] <= end]


def _beside(asked: Asked, at: int) -> str:
    """Return the part of a claim of the period that gave neither the figure nor the bounds."""
    role = ROLES[asked.claims.role[at]]
    if role == "stationed":
        return "series_floor" if bool(asked.found.incomplete[0]) else "series"
    if role == "part" and at not in set(asked.found.parts.current.claim.tolist()):
        return "replaced"
    names = {"total": "count", "part": "floor"}
    return names.get(role, role)


def otherwise(answer: dict[str, Any]) -> list[str]:
    """Return what would have to be on record for another answer, in sentences.

    Parameters
    ----------
    answer : dict
        A row of the estimate.

    Examples
    --------
    >>> otherwise({"state": "stationed", "personnel": 17})[0]
    'A count of everyone in the period would give the figure.'
    """
    state = answer.get("state")
    count = "A count of everyone in the period would give the figure."
    limit = estimation_rule()["contradiction"]
    if state == "stationed":
        most = max(limit["ratio"] * answer["personnel"], answer["personnel"] + limit["people"])
        return [count, f"A count or a part of more than {most:,.0f} would make the series a floor."]
    known = {
        "observed": [
            "An official count would go before one of a reference work, a scholar or the press.",
            "A count nearer the period's end, from as good a source, would take its place.",
        ],
        "reported_zero": [
            "A count of more than 20 people, or of a part of them, dated after the zero would "
            "end it."
        ],
        "carried": [
            count,
            "A completed withdrawal, combat recorded by UCDP, or a greater part counted in the "
            "period would stop the count from being carried.",
        ],
        "parts": [count, "A larger force on record in the five years before would make the sum "
                         "a floor."],
        "unknown": [count, "A stationing series or an operation would bound it."],
    }  # fmt: skip
    floors = [count, "An official count of the last two years would be carried."]
    return known.get(str(state), floors)
