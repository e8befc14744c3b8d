"""What part each claim of a dyad has in the answer for one period."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from troopdata.estimation.candidates import Order, rule
from troopdata.estimation.claim_groups import Voices
from troopdata.estimation.periods import Period

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

__all__ = ["ROLES", "Question", "Role", "aside", "left_out", "told"]

# claim, role, whether it speaks, why
Role = tuple[str, str, bool, str]

ROLES = {
    "won": "Of the best series that speaks of {period}, it stands nearest the period's end.",
    "carried": "The last claim before {period}, which ends inside its source's interval.",
    "standing_zero": "None in the country, which stands until the next positive claim.",
    "neighbour": "{period} lies between two claims of one series less than {years} years apart: "
    "no figure, their low and high.",
    "same_series": "Of the series that speaks, but another claim stands nearer the end of "
    "{period} or gives a figure where this gives a bound.",
    "range": "Of the basis that speaks, from a source of another rank: in low and high only.",
    "outranked_by_source": "A better source speaks: official before reference before academic "
    "before press.",
    "outranked_by_basis": "{basis} is asked before {own} in the order of bases.",
    "no_figure": "It does not say how many.",
    "out_of_reach": "Not of {period}: its source's interval does not reach the period's end, and "
    "no claim of its series lies on the other side within {years} years.",
    "total": "The report's total, of which the row is one service.",
    "not_accepted": "Its status is {status}: only accepted claims speak.",
    "not_military": "It counts {force}, not military forces as a whole.",
    "one_service": "It counts one service ({service}), not all of them.",
    "not_whole_country": "It counts a part of the host, not the whole of it.",
    "basis_not_asked": "Its basis, {own}, is not among those asked.",
    "not_public": "It was not public on the day asked about, as far as is certain.",
}


@dataclass(frozen=True, slots=True)
class Question:
    """One dyad and period: its claims, those that may speak, and the answer.

    Attributes
    ----------
    unit, number : Period, int
        The period.
    order : Order
        Which bases speak.
    claims, sources, spoken : pandas.DataFrame
        All claims of the dyad, all sources, and the candidates.
    voices : Voices
        The candidates in their order.
    answer : dict
        The row of the estimate.
    """

    unit: Period
    number: int
    order: Order
    claims: pd.DataFrame
    sources: pd.DataFrame
    spoken: pd.DataFrame
    voices: Voices
    answer: dict[str, Any]

    @property
    def winners(self) -> list[str]:
        ids = self.answer.get("claim_ids")
        return ids.split(";") if isinstance(ids, str) else []

    @property
    def touching(self) -> NDArray[np.bool_]:
        """Which of the voices speak of the period."""
        there = np.zeros(len(self.voices.level), dtype=bool)
        there[self.voices.claim[self.voices.number == self.number]] = True
        return there

    def role(self, claim: Any, name: str, *, speaks: bool = False) -> Role:
        words = {
            "period": self.unit.label(self.number), "years": rule()["between_years"],
            "basis": self.answer.get("basis"), "own": claim["basis"], "force": claim["force"],
            "service": claim["service"], "status": claim["status"],
        }  # fmt: skip
        return claim["claim_id"], name, speaks, ROLES[name].format(**words)


def told(question: Question, service: str) -> Iterator[Role]:
    """Return the part of every candidate that speaks of the period, or that it rests on."""
    voices, touching = question.voices, question.touching
    frame, winners = voices.frame, set(question.winners)
    lead = frame.index[frame["claim_id"].isin(winners)]
    level = int(voices.level[lead].min()) if len(lead) else None
    parts = _parts(question, service) if service != "all" else None
    for at, claim in enumerate(frame.to_dict("records")):
        if claim["claim_id"] in winners:
            won = _winner(question, bool(touching[at]))
            whole = parts is not None and len(parts) > 0
            yield question.role(claim, "total" if whole else won, speaks=not whole)
        elif touching[at]:
            yield question.role(claim, _loser(question, at, level))
    for part in parts.to_dict("records") if parts is not None else ():
        yield question.role(part, "won", speaks=True)


def _winner(question: Question, touches: bool) -> str:
    names = {"carried": "carried", "between": "neighbour"}
    if question.answer["state"] == "reported_zero" and not touches:
        return "standing_zero"
    return names.get(question.answer["state"], "won")


def _loser(question: Question, at: int, level: int | None) -> str:
    """Return why a candidate that speaks of the period did not give the figure."""
    voices = question.voices
    if level is None or not voices.counts[at]:
        return "no_figure"
    in_period = bool(question.touching[voices.level == level].any())
    same_basis = voices.frame["basis"].iloc[at] == question.answer["basis"]
    if voices.level[at] == level:
        return "same_series"
    if same_basis and in_period:
        return "range"
    return "outranked_by_source" if voices.level[at] // 100 > level // 100 else "outranked_by_basis"


def _parts(question: Question, service: str) -> pd.DataFrame:
    """Return one service's claims that the report of the winning total prints beside it."""
    same = ["sender", "host", "first", "basis", "source_id", "force"]
    spoken = question.spoken
    totals = spoken[spoken["claim_id"].isin(question.winners)]
    beside = question.claims[question.claims["was_public"]]
    whole = beside[["place", "subdivision", "base_id"]].isna().all(axis=1)
    accepted = beside[whole & (beside["status"] == "accepted") & (beside["service"] == service)]
    if len(totals) != 1:
        return accepted.iloc[:0]
    return accepted.merge(totals[same], on=same)


def aside(question: Question) -> Iterator[Role]:
    """Return the nearest figures before and after the period of series that could not speak."""
    voices, winners = question.voices, set(question.winners)
    lead = voices.frame["claim_id"].isin(winners).to_numpy(dtype=bool)
    best = voices.level[lead].min() if lead.any() else np.inf
    middle = question.unit.first_day(np.array([question.number])).astype("int64")[0]
    for level in np.unique(voices.level[(voices.level < best) & ~np.isnan(voices.figure)]):
        series = np.flatnonzero((voices.level == level) & ~np.isnan(voices.figure))
        before = series[voices.first[series] < middle][-1:]
        after = series[voices.first[series] >= middle][:1]
        for at in (*before, *after):
            if not question.touching[at] and not lead[at]:
                yield question.role(voices.frame.iloc[at], "out_of_reach")


def left_out(question: Question) -> Iterator[Role]:
    """Return the claims of the period that were no candidates, each with the first reason."""
    claims = question.claims
    first, last = (
        question.unit.number(claims[name].to_numpy("datetime64[D]")) for name in ("first", "last")
    )
    touches = (first <= question.number) & (question.number <= last)
    rest = claims[touches & ~claims["claim_id"].isin(question.spoken["claim_id"]).to_numpy()]
    place = rest[["place", "subdivision", "base_id"]].notna().any(axis=1)
    reasons = {
        "not_public": ~rest["was_public"],
        "not_accepted": rest["status"] != "accepted",
        "not_military": ~rest["force"].isin(rule()["forces"]),
        "one_service": rest["service"] != "all",
        "not_whole_country": place,
    }
    for at, claim in enumerate(rest.to_dict("records")):
        names = [name for name, holds in reasons.items() if bool(holds.iloc[at])]
        yield question.role(claim, names[0] if names else "basis_not_asked")
