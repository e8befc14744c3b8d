"""The rule of ``docs/method.md`` once more, plain and slow: one dyad and one period at a time.

It is written from the page, step by step in the page's order, and shares with the library only
the candidates, the context and the constants: the tests hold the two against each other.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from statistics import median
from typing import Any

import pandas as pd

from troopdata.estimation.context import Context

RULE: dict[str, Any] = json.loads(
    (Path(__file__).parents[2] / "schemas" / "estimation_rule.json").read_text(encoding="utf-8")
)
CARRY, OLD, OLDEST = (RULE["carry_days"][name] for name in ("one_grade", "grade_c", "bounds"))
COLUMNS = (
    "sender", "host", "period", "personnel", "low", "high", "grade", "state", "as_of",
    "last_total", "last_total_as_of", "assigned",
)  # fmt: skip
EPOCH = date(1970, 1, 1)
LOWER = {"A": "B", "B": "C"}
Number = float | None


@dataclass(frozen=True)
class Claim:
    """One candidate; days are counted from 1970, a missing number is None."""

    role: str
    whole: bool
    official: bool
    rank: int
    reach: int
    first: int
    last: int
    figure: Number
    low: Number
    high: Number
    afloat: float
    basis: str
    force: str
    value_state: str
    operation: str | None
    of_series: bool
    source: str
    claim_id: str

    @property
    def floor(self) -> Number:
        """At least so many, without crews of ships."""
        return self.low if self.figure is None else self.figure - self.afloat

    @property
    def least(self) -> Number:
        return self.high if self.low is None else self.low

    @property
    def most(self) -> Number:
        return self.low if self.high is None else self.high


@dataclass(frozen=True)
class Dyad:
    """Everything on record about one sender in one host."""

    claims: list[Claim]
    withdrawals: list[int]
    tenancies: list[tuple[int, int]]
    breaks: list[tuple[str, int, int, str]]
    names: Mapping[str, str]
    ended: Mapping[str, int]
    inside: Mapping[str, str]

    def series(self) -> list[Claim]:
        return [claim for claim in self.of("stationed") if claim.figure is not None]

    def of(self, *roles: str) -> list[Claim]:
        return [claim for claim in self.claims if claim.role in roles]


@dataclass(frozen=True)
class Span:
    """One period, cut at the day of the release."""

    start: int
    end: int
    year: tuple[int, int]

    def touches(self, claim: Claim) -> bool:
        return claim.first <= self.end and claim.last >= self.start


def exceeds(figure: Number, other: Number) -> bool:
    """Whether a figure contradicts another by exceeding it."""
    if figure is None or other is None:
        return False
    limit = RULE["contradiction"]
    return figure > limit["ratio"] * other and figure - other > limit["people"]


def agrees(figure: Number, other: Number) -> bool:
    """Whether two figures differ by at most a quarter of the greater one."""
    if figure is None or other is None:
        return False
    return abs(figure - other) <= RULE["agreement_share"] * max(figure, other)


def greatest(*values: Number) -> Number:
    known = [value for value in values if value is not None]
    return max(known) if known else None


def least(*values: Number) -> Number:
    known = [value for value in values if value is not None]
    return min(known) if known else None


# --- the floor of the period ---------------------------------------------------------------------


def stationing_count(dyad: Dyad, span: Span) -> Claim | None:
    """The last count of the series by the period's end that still holds for the period."""
    series = [claim for claim in dyad.series() if claim.first <= span.end]
    last = max(series, key=in_time, default=None)
    holds = last and (span.touches(last) or span.end - last.last <= RULE["series_days"])
    return last if holds else None


def in_time(claim: Claim) -> tuple[Any, ...]:
    return (claim.first, -claim.rank, claim.claim_id)


def count_of_its_time(series: Iterable[Claim], day: int) -> Claim | None:
    """The last count of the series by that day, otherwise the first one; a year apart at most."""
    series = list(series)
    before = [claim for claim in series if claim.first <= day]
    found = max(before, key=in_time) if before else min(series, key=in_time, default=None)
    return found if found and abs(found.first - day) <= CARRY else None


def operations(dyad: Dyad, span: Span) -> list[Claim]:
    """Step 5: one report of each operation, and in it one claim of each kind of force."""
    limit, age = RULE["parts_days"], RULE["parts_age"]
    gone = max([day for day in dyad.withdrawals if day <= span.end], default=None)
    none = last_none(dyad, span)
    groups: dict[str, list[Claim]] = {}
    for claim in dyad.of("part"):
        if not claim.whole or claim.figure is None or claim.operation is None:
            continue
        if (none is not None and claim.first < none) or replaced(dyad, claim, span):
            continue
        older = claim.first <= span.end and 0 < span.start - claim.last <= age
        over = dyad.ended.get(claim.operation, span.start) < span.start
        left = gone is not None and gone > claim.first
        if span.touches(claim) or (older and not over and not left):
            groups.setdefault(claim.operation, []).append(claim)
    chosen = [claim for group in groups.values() for claim in of_one_report(group, span)]
    # The forces of an operation that is over may be those of one that goes on.
    chosen = [
        c for c in chosen if dyad.ended.get(str(c.operation), span.end + 1) > span.end
    ] or chosen
    if not chosen:
        return []
    most = max(claim.figure or 0 for claim in chosen)
    large = [c for c in chosen if c.figure == most or exceeds(most + (c.figure or 0), most)]
    latest = max(claim.first for claim in large)
    chosen = [claim for claim in chosen if claim.last >= latest - limit]
    names = {claim.operation for claim in chosen}
    return [claim for claim in chosen if not names & wholes(str(claim.operation), dyad.inside)]


def wholes(operation: str, inside: Mapping[str, str]) -> set[str]:
    """The operations that one is a part of, directly or through others."""
    whole = inside.get(operation)
    return {whole} | wholes(whole, inside) if whole else set()


def of_one_report(group: list[Claim], span: Span) -> list[Claim]:
    """The best claim of an operation, and those of other kinds of the same source and day."""
    lead = min(
        group, key=lambda c: (not span.touches(c), c.rank, -c.first, -(c.figure or 0), c.claim_id)
    )
    kinds: dict[str, list[Claim]] = {}
    for claim in group:
        if (claim.source, claim.first) == (lead.source, lead.first):
            kind = claim.force if claim.force in RULE["part_forces"] else "forces"
            kinds.setdefault(kind, []).append(claim)
    return [min(same, key=lambda c: (-(c.figure or 0), c.claim_id)) for same in kinds.values()]


def single_parts(dyad: Dyad, span: Span) -> list[Claim]:
    """The parts of the period, but those that a later figure of the operation replaced."""
    none = last_none(dyad, span)
    return [
        c for c in dyad.of("part")
        if span.touches(c) and not replaced(dyad, c, span) and (none is None or c.first >= none)
    ]  # fmt: skip


def last_none(dyad: Dyad, span: Span) -> int | None:
    """The day of the last count of none by the period's end."""
    days = [c.first for c in dyad.of("total") if c.figure == 0 and c.first <= span.end]
    return max(days, default=None)


def replaced(dyad: Dyad, claim: Claim, span: Span) -> bool:
    """Whether a source as good has a later figure of the operation by the period's end."""
    return (
        claim.role == "part"
        and claim.whole
        and claim.operation is not None
        and any(
            other.whole
            and other.operation == claim.operation
            and other.figure is not None
            and claim.first < other.first <= span.end
            and as_good(other, claim)
            for other in dyad.of("part")
        )
    )


def as_good(later: Claim, earlier: Claim) -> bool:
    """Whether a later figure replaces an earlier one; a series never a statement of officials."""
    stated = earlier.rank == 1 and not earlier.of_series
    return later.rank <= earlier.rank and not (stated and later.of_series)


def floor_of_period(dyad: Dyad, span: Span) -> Number:
    parts = [claim.floor for claim in single_parts(dyad, span)]
    count = stationing_count(dyad, span)
    added = [claim.figure or 0 for claim in operations(dyad, span)]
    return greatest(*parts, count.floor if count else None, sum(added) if added else None)


# --- steps 1 and 2 -------------------------------------------------------------------------------


def best(totals: Iterable[Claim]) -> list[Claim]:
    """Figures before bounds, then the best source, then the latest; all of that kind and day."""
    totals = list(totals)

    def kind(claim: Claim) -> tuple[bool, int, int]:
        return (claim.figure is None, claim.rank, -claim.first)

    first = min(map(kind, totals))
    return [claim for claim in totals if kind(claim) == first]


def in_force(totals: Iterable[Claim]) -> list[Claim]:
    """The counts that none of the same period contradicts from more than 92 days later."""
    totals = list(totals)
    with_figure = [claim for claim in totals if claim.figure is not None]
    if not with_figure:
        return totals
    last = min(with_figure, key=lambda c: (-c.first, c.rank, c.claim_id))
    return [
        claim
        for claim in totals
        if last.first - claim.last <= RULE["same_time_days"]
        or not (exceeds(claim.figure, last.figure) or exceeds(last.figure, claim.figure))
    ]


def bounds(totals: list[Claim]) -> tuple[Number, Number]:
    """Least low and greatest high; where no total has a figure, as narrow as all of them."""
    if all(claim.figure is None for claim in totals):
        low = greatest(*(claim.low for claim in totals))
        high = least(*(claim.high for claim in totals))
        if low is None or high is None or low <= high:
            return low, high
    return least(*(c.least for c in totals)), greatest(*(c.most for c in totals))


def raised(low: Number, high: Number, figure: Number, floor: Number) -> tuple[Number, Number]:
    """Low raised to the floor, never above the figure; high raised to the floor, if there is one."""
    if floor is None:
        return low, high
    low = greatest(low, floor if figure is None else min(floor, figure))
    return low, high if high is None else max(high, floor)


def exact(row: dict[str, Any], count: Claim | None, told: Number, lead: Claim) -> bool:
    """Take the exact number of the stationing series where it agrees; return whether it does."""
    if count is None or count.figure is None or not agrees(count.floor, told):
        return False
    if lead.official and lead.figure is not None and lead.first > count.first:
        return False
    row["personnel"] = count.floor
    row["low"] = least(row["low"], count.floor)
    row["high"] = greatest(row["high"], told, count.floor)
    row["as_of"] = count.first
    return True


def counts_of_period(dyad: Dyad, span: Span) -> dict[str, Any] | None:
    totals = [claim for claim in dyad.of("total") if span.touches(claim)]
    if not totals:
        return averages_of_period(dyad, span)
    floor, series = floor_of_period(dyad, span), stationing_count(dyad, span)
    lead = best(in_force(totals))
    figure = (
        None if lead[0].figure is None else median(c.figure for c in lead if c.figure is not None)
    )
    if figure == 0:
        return count_of_none(dyad, span, totals, lead, floor)
    low, high = bounds(totals)
    row: dict[str, Any] = {"state": "observed", "as_of": lead[0].first, "personnel": figure}
    grade = "A" if lead[0].official else "B"
    row["low"], row["high"] = raised(low, high, figure, floor)
    beside = [c for c in dyad.of("part") if span.touches(c)] + ([series] if series else [])
    of_its_time = [
        claim.floor
        for claim in beside
        if abs(claim.first - lead[0].first) <= RULE["same_time_days"]
    ]
    over = [other for other in of_its_time if exceeds(other, figure)]
    if over:
        high = greatest(row["high"], *over)
        return {**row, "personnel": None, "high": high, "grade": "D"}
    if figure is None:
        # The counts' own low is compared: a low that the series has raised would always agree.
        row["grade"] = grade if exact(row, series, low, lead[0]) else "D"
        return row
    exact(row, series, figure, lead[0])
    return {**row, "grade": grade}


def averages_of_period(dyad: Dyad, span: Span) -> dict[str, Any] | None:
    averages = [claim for claim in dyad.of("average") if span.touches(claim)]
    if not averages or best(averages)[0].figure is None:
        return None
    lead = best(in_force(averages))
    figure = median(claim.figure for claim in lead if claim.figure is not None)
    floor = floor_of_period(dyad, span)
    if exceeds(floor, figure):
        return None
    low, high = bounds(averages)
    return {
        "state": "observed", "as_of": lead[0].first, "personnel": figure, "low": low,
        "high": greatest(high, floor), "grade": "C",
    }  # fmt: skip


def count_of_none(
    dyad: Dyad, span: Span, totals: list[Claim], lead: list[Claim], floor: Number
) -> dict[str, Any] | None:
    _, high = bounds(totals)
    before = [c for c in dyad.of("total") if c.figure is not None and c.last < span.start]
    if before:
        last = max(before, key=in_time)
        if span.start - last.last <= CARRY:
            high = greatest(high, *(c.most for c in before if c.first == last.first))
    high = greatest(high, *(c.floor for c in dyad.of("part") if span.touches(c)))
    row = {
        "state": "reported_zero", "as_of": lead[0].first, "personnel": 0, "low": 0,
        "high": greatest(high, floor), "grade": "A" if lead[0].official else "B",
    }  # fmt: skip
    series = stationing_count(dyad, span)
    beside = [c for c in dyad.of("part") if span.touches(c)] + ([series] if series else [])
    later = [
        claim.floor for claim in beside if 0 < claim.first - lead[0].first <= RULE["same_time_days"]
    ]
    over = [other for other in later if exceeds(other, 0)]
    # Those who came after the zero are counted by the later steps.
    return averages_of_period(dyad, span) if over else row


# --- steps 2 and 3, later periods ----------------------------------------------------------------


@dataclass(frozen=True)
class LastCount:
    claim: Claim
    figure: Number
    low: Number
    high: Number
    people: Number


def last_count(dyad: Dyad, span: Span) -> LastCount | None:
    totals = [claim for claim in dyad.of("total") if claim.first <= span.end]
    if not totals:
        return None
    day = max(claim.first for claim in totals)
    latest = max(best(c for c in totals if c.first == day), key=lambda c: c.figure or 0)
    same = [claim for claim in totals if (claim.figure == 0) == (latest.figure == 0)]
    lead = best(claim for claim in same if claim.first >= day - 31)
    figure = (
        None if lead[0].figure is None else median(c.figure for c in lead if c.figure is not None)
    )
    year = [claim for claim in same if claim.first >= day - CARRY]
    low, high = least(*(c.least for c in year)), greatest(*(c.most for c in year))
    # A bound leaves its other side open, whatever was counted before it.
    if figure is None:
        of_day = [claim.low for claim in lead]
        chosen = max(lead, key=lambda c: c.claim_id)
        low = None if chosen.low is None else low
        high = None if chosen.high is None else high
        return LastCount(chosen, None, low, high, greatest(*of_day))
    return LastCount(lead[0], figure, low, high, figure)


def carried_zero(dyad: Dyad, span: Span, last: LastCount) -> dict[str, Any] | None:
    zero, limit = last.claim, RULE["contradiction"]["people"]
    since = [claim for claim in dyad.claims if zero.first < claim.first <= span.end]
    floor = floor_of_period(dyad, span)
    if any(claim.role == "part" and (claim.floor or 0) > limit for claim in since):
        return None
    if any(claim.role == "sign" and claim.whole for claim in since):
        return None
    if floor is not None and floor > limit:
        return None
    grade = "A" if zero.official else "B"
    return {
        "state": "reported_zero", "as_of": zero.first, "personnel": 0, "low": 0,
        "high": greatest(last.high, floor),
        "grade": LOWER[grade] if span.start - zero.last <= CARRY else "C",
    }  # fmt: skip


def carried(dyad: Dyad, span: Span, last: LastCount) -> dict[str, Any] | None:
    claim, age = last.claim, span.start - last.claim.last
    floor, series = floor_of_period(dyad, span), stationing_count(dyad, span)
    if last.figure is None or age > OLD or exceeds(floor, last.high):
        return None
    if (
        withdrawn_since(dyad, span, claim)
        or in_combat_since(dyad, span, claim)
        or moved(dyad, span, claim)
    ):
        return None
    low, high = raised(last.low, last.high, last.figure, floor)
    row = {
        "state": "carried", "as_of": claim.first, "personnel": last.figure, "low": low,
        "high": high, "grade": "C" if age > CARRY or not claim.official else "B",
    }  # fmt: skip
    exact(row, series, last.figure, claim)
    return row


def withdrawn_since(dyad: Dyad, span: Span, claim: Claim) -> bool:
    return any(claim.first < day <= span.end for day in dyad.withdrawals)


def in_combat_since(dyad: Dyad, span: Span, count: Claim) -> bool:
    """Whether UCDP records combat in the period's year, and the count is not of that year."""
    first, last = span.year
    return count.first < first and any(
        claim.basis == "combat_support" and claim.first <= last and claim.last >= first
        for claim in dyad.of("sign")
    )


def moved(dyad: Dyad, span: Span, claim: Claim) -> bool:
    """Whether the series that follows deployments has moved since the last count."""
    series = [c for c in dyad.series() if c.basis in RULE["follows_deployments"]]
    now = stationing_count(dyad, span)
    then = count_of_its_time(series, claim.first)
    if now is None or then is None or now.basis not in RULE["follows_deployments"]:
        return False
    return exceeds(now.floor, then.floor) or exceeds(then.floor, now.floor)


def last_known(dyad: Dyad, span: Span, last: LastCount) -> dict[str, Any] | None:
    age = span.start - last.claim.last
    if last.figure == 0 or age > OLDEST or withdrawn_since(dyad, span, last.claim):
        return None
    if last.figure is None and last.claim.low is None:
        return None
    return {"state": "last_known", "grade": "E", "personnel": None, "as_of": last.claim.first}


def between(dyad: Dyad, span: Span, last: LastCount) -> dict[str, Any] | None:
    """Bounds from the counts before and after, or by a floor of the period."""
    age, floor = span.start - last.claim.last, floor_of_period(dyad, span)
    if age > OLDEST or withdrawn_since(dyad, span, last.claim) or exceeds(floor, last.high):
        return None
    since = [c.floor for c in dyad.of("part") if last.claim.first < c.first <= span.end]
    if any(f is not None and last.high is not None and f > last.high for f in since):
        return None
    if stationed(dyad, span) is not None:
        return None
    after = [c for c in dyad.of("total") if 0 < c.first - span.end <= OLDEST]
    coming = best([c for c in after if c.first == min(a.first for a in after)]) if after else []
    if floor is None and not coming:
        return None
    coming = [max(coming, key=lambda c: (c.figure or 0, c.claim_id))] if coming else []
    low, high = (coming[0].low, coming[0].high) if coming else (None, None)
    open_above = last.high is None or (bool(coming) and high is None)
    open_below = last.low is None or low is None
    low = floor if floor is not None else None if open_below else least(last.low, low)
    high = None if open_above else greatest(last.high, high, floor)
    if low is None and high is None:
        return None
    return {
        "state": "between", "grade": "D", "personnel": None, "low": low, "high": high,
        "as_of": last.claim.first,
    }  # fmt: skip


# --- steps 4 to 7 --------------------------------------------------------------------------------


def stationed(dyad: Dyad, span: Span) -> dict[str, Any] | None:
    count, floor = stationing_count(dyad, span), floor_of_period(dyad, span)
    if count is None or count.floor is None or exceeds(floor, count.floor):
        return None
    if incomplete(dyad, span):
        return None
    return {
        "state": "stationed", "as_of": count.first, "personnel": count.floor,
        "low": count.floor, "high": greatest(count.floor, floor), "grade": "C",
    }  # fmt: skip


def incomplete(dyad: Dyad, span: Span) -> bool:
    """Whether the series is known to be incomplete at the period's end."""
    series = dyad.series()
    begun: list[int] = []
    ended = [day for day in dyad.withdrawals if day <= span.end]
    for claim in dyad.of("total", "part"):
        if claim.first > span.end:
            continue
        count = count_of_its_time(series, claim.first)
        if count is None:
            continue
        if exceeds(claim.floor, count.floor):
            begun.append(claim.first)
        below = claim.floor is not None and claim.floor < (count.floor or 0)
        if claim.role == "total" and claim.figure is not None:
            ended += [claim.first] if below or agrees(claim.floor, count.floor) else []
    for name, day, until, scope in dyad.breaks:
        # The end of a break ends what the break began.
        if day <= span.end < until and break_shows(dyad, name, day, until, scope):
            begun.append(day)
    if not begun:
        return False
    if ended and max(ended) > max(begun):
        return False
    in_use = any(first <= span.end <= last for first, last in dyad.tenancies)
    return in_use or span.end - max(begun) <= OLDEST


def break_shows(dyad: Dyad, name: str, day: int, until: int, scope: str) -> bool:
    """Whether a count outside a break contradicts one within it."""
    own = [c for c in dyad.series() if dyad.names.get(c.source) == name]
    before = [c for c in own if c.first < day]
    within = [c for c in own if day <= c.first < until]
    after = [c for c in own if until <= c.first]
    pairs = []
    if before and within:
        pairs.append((max(before, key=in_time), min(within, key=in_time), 1))
    if after and within:
        pairs.append((min(after, key=in_time), max(within, key=in_time), RULE["after_break"]))
    largest = RULE["small_host"] if scope == "small_hosts" else float("inf")
    return any(
        exceeds(outside.floor, inside.floor)
        and (outside.floor or 0) > times * (inside.floor or 0)
        and (outside.floor or 0) <= largest
        and abs(outside.first - inside.first) <= OLDEST
        for outside, inside, times in pairs
    )


def sum_of_operations(dyad: Dyad, span: Span) -> dict[str, Any] | None:
    chosen, floor = operations(dyad, span), floor_of_period(dyad, span)
    figure = sum(claim.figure or 0 for claim in chosen)
    if figure <= 0 or exceeds(floor, figure):
        return None
    gone = [day for day in dyad.withdrawals if day <= span.end]
    none = [c.first for c in dyad.of("total") if c.figure == 0 and c.first <= span.end]
    since = max([*gone, *none], default=-(10**9))
    for claim in dyad.of("total", "average", "stationed", "part"):
        of_five_years = claim.last >= span.start - RULE["larger_force_days"]
        of_five_years = of_five_years and not replaced(dyad, claim, span)
        if of_five_years and since < claim.first <= span.end and exceeds(claim.floor, figure):
            return None
    one = chosen[0] if len(chosen) == 1 else None
    return {
        "state": "parts", "as_of": max(claim.first for claim in chosen), "personnel": figure,
        "low": one.low if one else figure, "grade": "C",
        "high": greatest(one.high if one else figure, floor),
    }  # fmt: skip


def only_bounds(dyad: Dyad, span: Span) -> dict[str, Any] | None:
    floor, count = floor_of_period(dyad, span), stationing_count(dyad, span)
    caps = [c for c in dyad.of("cap", "wider") if span.touches(c) and c.high is not None]
    parts = single_parts(dyad, span)
    low = floor if floor is not None and floor > 0 else None
    high = least(*(claim.high for claim in caps))
    one = {claim.operation for claim in [*caps, *parts]}
    if len(one) != 1 or None in one or (count is not None and (count.floor or 0) > 0):
        high = None
    if high is not None and floor is not None and floor > high:
        high = None
    if low is None and high is None:
        return None
    return {
        "state": "bounds", "personnel": None, "low": low, "high": high, "grade": "D",
        "as_of": day_of_floor(dyad, span) or min(cap.first for cap in caps),
    }  # fmt: skip


def day_of_floor(dyad: Dyad, span: Span) -> int | None:
    """The first day of the greatest part, or of the stationing count or the sum that exceeds it."""
    parts = [c for c in single_parts(dyad, span) if c.floor is not None]
    lead = min(parts, key=lambda c: (-(c.floor or 0), c.first, c.claim_id), default=None)
    count, chosen = stationing_count(dyad, span), operations(dyad, span)
    found: list[tuple[Number, int]] = [(lead.floor, lead.first)] if lead else []
    found += [(count.floor, count.first)] if count else []
    added = sum(claim.figure or 0 for claim in chosen)
    found += [(added, max(claim.first for claim in chosen))] if chosen else []
    # Of equal ones the earlier kind.
    return max(found, key=lambda one: one[0] or 0)[1] if found else None


def between_reports(dyad: Dyad, span: Span) -> dict[str, Any] | None:
    """Bounds by the reports of the series before and after a period that has none."""
    if stationing_count(dyad, span) is not None or incomplete(dyad, span):
        return None
    counts = [claim for claim in dyad.series() if claim.figure is not None]
    earlier = [claim for claim in counts if claim.first <= span.end]
    later = [claim for claim in counts if claim.first > span.end]
    if not earlier or not later:
        return None
    before, after = max(earlier, key=in_time), min(later, key=in_time)
    most, floor = greatest(before.floor, after.floor), floor_of_period(dyad, span)
    if after.first - before.last > OLDEST or exceeds(floor, most):
        return None
    return {
        "state": "between", "personnel": None, "grade": "D", "as_of": before.first,
        "low": greatest(least(before.floor, after.floor), floor), "high": greatest(most, floor),
    }  # fmt: skip


def signs(dyad: Dyad, span: Span) -> dict[str, Any] | None:
    here = [claim for claim in dyad.of("sign") if span.touches(claim)]
    if not here:
        return None
    shown = any(claim.value_state == "presence_only" for claim in here)
    of_state = [c for c in here if (c.value_state == "presence_only") == shown]
    best = min(of_state, key=lambda claim: (claim.rank, claim.first))
    state = "presence_only" if shown else "suppressed"
    return {"state": state, "personnel": None, "grade": "E", "as_of": best.first}


def answer(dyad: Dyad, span: Span) -> dict[str, Any]:
    """The steps in their order; the first that has an answer gives the row."""
    row = counts_of_period(dyad, span)
    last = last_count(dyad, span)
    waiting = None
    if row is None and last is not None:
        if last.figure == 0:
            row = carried_zero(dyad, span, last)
        else:
            row = carried(dyad, span, last) or between(dyad, span, last)
            waiting = last_known(dyad, span, last)
    for step in (stationed, sum_of_operations, between_reports, only_bounds, signs):
        row = row or step(dyad, span)
    row = row or waiting or {"state": "unknown"}
    if last is not None and last.people is not None:
        row["last_total"] = last.people
        row["last_total_as_of"] = last.claim.first
    count = stationing_count(dyad, span)
    row["assigned"] = count.figure if count else None
    return row


# --- every dyad ----------------------------------------------------------------------------------


def reference(
    claims: pd.DataFrame,
    around: Context,
    first_year: int,
    last_year: int,
    freq: str,
) -> pd.DataFrame:
    """Return the best estimate of every dyad for every period of the years first to last."""
    rows = []
    for (sender, host), own in claims.groupby(["sender", "host"]):
        dyad = _dyad(own, around, sender, host)
        for label, span in _periods(around, first_year, last_year, freq):
            row = {"state": "unknown"} if span.start > span.end else answer(dyad, span)
            rows.append({"sender": sender, "host": host, "period": label, **row})
    frame = pd.DataFrame(rows, columns=list(COLUMNS))
    for name in ("as_of", "last_total_as_of"):
        frame[name] = pd.to_datetime(frame[name].astype("float64"), unit="D")
    for name in ("personnel", "low", "high", "last_total", "assigned"):
        frame[name] = frame[name].astype("Float64").round().astype("Int64")
    return frame


def _dyad(own: pd.DataFrame, around: Context, sender: str, host: str) -> Dyad:
    gone, used = (
        table[(table["sender"] == sender) & (table["host"] == host)]
        for table in (around.withdrawals, around.tenancies)
    )
    breaks = around.breaks[["series", "day", "until", "scope"]]
    return Dyad(
        [_claim(row) for row in own.to_dict("records")],
        [int(day) for day in gone["day"]],
        [(int(first), int(last)) for first, last in zip(used["first"], used["last"], strict=True)],
        [(name, int(a), int(b), scope) for name, a, b, scope in breaks.itertuples(index=False)],
        around.series,
        around.ended,
        around.inside,
    )


def _claim(row: dict[str, Any]) -> Claim:
    def number(name: str) -> Number:
        return None if pd.isna(row[name]) else float(row[name])

    def day(name: str) -> int:
        return (pd.Timestamp(row[name]).date() - EPOCH).days

    return Claim(
        role=row["role"], whole=bool(row["whole"]), official=bool(row["official"]),
        rank=int(row["rank"]), reach=int(row["reach"]), first=day("first"), last=day("last"),
        figure=number("figure"), low=number("low"), high=number("high"),
        afloat=float(row["afloat"]), basis=row["basis"], force=row["force"],
        value_state=row["value_state"],
        operation=None if pd.isna(row["operation_id"]) else row["operation_id"],
        of_series=bool(row["series"]), source=row["source_id"], claim_id=row["claim_id"],
    )  # fmt: skip


def _periods(
    around: Context, first_year: int, last_year: int, freq: str
) -> Iterable[tuple[str, Span]]:
    months = {"year": 12, "quarter": 3, "month": 1}[freq]
    until = None if around.until is None else int(around.until.astype("int64"))
    for year in range(first_year, last_year + 1):
        bounds_of_year = _day(year, 1), _day(year + 1, 1) - 1
        for month in range(1, 13, months):
            start = _day(year, month)
            end = _day(year + (month + months > 12), (month + months - 1) % 12 + 1) - 1
            label = {12: f"{year}", 3: f"{year}-Q{month // 3 + 1}", 1: f"{year}-{month:02d}"}
            cut = end if until is None else min(end, until)
            yield label[months], Span(start, cut, bounds_of_year)


def _day(year: int, month: int) -> int:
    return (date(year, month, 1) - EPOCH) // timedelta(days=1)


# --- sums ----------------------------------------------------------------------------------------


def reference_sums(
    rows: pd.DataFrame, keys: Sequence[str], organisations: Collection[str]
) -> pd.DataFrame:
    """Return sums over rows of an estimate, by `keys` and period."""
    parts = []
    for row in rows.to_dict("records"):
        part = {name: None if pd.isna(value) else value for name, value in row.items()}
        force = (part["low"], part["last_total"], part["recent"])
        part["weight"] = max(_people(value) for value in force)
        part["added"], part["covered"] = _floor(part), False
        parts.append(part)
    cut = []
    for part in parts:
        if part["sender"] in organisations and "sender" not in keys:
            beside = [other for other in parts if other["sender"] not in organisations
                      and all(other[key] == part[key] for key in ("host", "period"))]  # fmt: skip
            cut.append(_beyond_members(part, beside))
        else:
            cut.append(part)
    groups: dict[tuple[Any, ...], list[dict[str, Any]]] = {}
    for part in cut:
        groups.setdefault((*(part[key] for key in keys), part["period"]), []).append(part)
    return pd.DataFrame([_sum(keys, groups[key]) for key in sorted(groups)])


def _people(value: Any) -> float:
    return 0.0 if value is None else float(value)


def _floor(part: Mapping[str, Any]) -> float:
    return _people(part["personnel"] if part["low"] is None else part["low"])


def _beyond_members(own: dict[str, Any], members: list[dict[str, Any]]) -> dict[str, Any]:
    """An organisation's count as far as it exceeds its members': a part without a figure."""
    counted = sum(
        _floor(part) if part["personnel"] is None else float(part["personnel"])
        for part in members
    )  # fmt: skip
    if not counted:
        return own
    floors = sum(_floor(part) for part in members)
    reach = own["weight"] if own["personnel"] is None else own["personnel"]
    covered = reach <= counted
    return {
        **own, "personnel": None, "low": max(_floor(own) - floors, 0.0),
        "added": max(_floor(own) - counted, 0.0), "weight": max(reach - counted, 0.0),
        "high": 0.0 if covered else None, "covered": covered,
    }  # fmt: skip


def _sum(keys: Sequence[str], own: list[dict[str, Any]]) -> dict[str, Any]:
    counted = [part for part in own if part["personnel"] is not None]
    missing = [part for part in own if part["personnel"] is None and not part["covered"]]
    figure = sum(p["personnel"] for p in counted) + sum(p["added"] for p in missing)
    weight = sum(part["weight"] for part in missing)
    known = bool(counted) and (not missing or weight < RULE["small_share"] * figure)
    grades = [str(part["grade"]) for part in counted]
    lows = [part for part in own if part["low"] is not None or part["personnel"] is not None]
    return {
        **{key: own[0][key] for key in keys}, "period": own[0]["period"],
        "personnel": figure if known else None,
        "low": sum(_floor(part) for part in lows) if lows else None,
        "high": None if any(p["high"] is None for p in own) else sum(p["high"] for p in own),
        "grade": max([*grades, *(["C"] if missing else [])]) if known else "D" if lows else "E",
        "parts": len(own), "unknown": len(missing),
    }  # fmt: skip
