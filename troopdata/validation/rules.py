"""The named rules of the schemas: one pure function per kind of rule, over one frame.

A rule yields the rows that break it, with the value; it never changes a frame. A missing value
breaks only `required` and the rules that are about missing values: unknown is not wrong.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from troopdata.schemas import dates
from troopdata.schemas.codes import (
    ENTRIES_OPEN,
    ENTRIES_WITH_DAY,
    PERIOD_MONTHS,
    QUALIFIER_BOUNDS,
    STATES_WITH_FIGURE,
)
from troopdata.schemas.keys import claim_ids
from troopdata.schemas.model import Rule

if TYPE_CHECKING:
    import pandas as pd

    from troopdata.gazetteer.resolver import Gazetteer

__all__ = ["RULES", "Finding", "broken"]


class Finding(NamedTuple):
    """A row that breaks a rule: its position, the column at fault, the value, and a detail."""

    position: int
    column: str
    value: str
    detail: str = ""


Check = Callable[["pd.DataFrame", Rule, "Gazetteer | None"], Iterator[Finding]]


def broken(frame: pd.DataFrame, rule: Rule, countries: Gazetteer | None) -> Iterator[Finding]:
    """Yield every row of `frame` that breaks `rule`."""
    return RULES[rule.kind](frame, rule, countries)


def _day(value: object) -> str:
    return str(value)[:10]


def _positions(mask: pd.Series) -> list[int]:
    import numpy as np

    return np.flatnonzero(mask.fillna(False).to_numpy(dtype=bool)).tolist()


def _groups(frame: pd.DataFrame, columns: list[str]) -> Iterator[tuple[tuple[Any, ...], list[int]]]:
    """Yield each distinct set of values with its positions: there are far fewer sets than rows."""
    for values, positions in frame.groupby(columns, observed=True).indices.items():
        yield cast("tuple[Any, ...]", values), frame.index[positions].tolist()


def date_precision(
    frame: pd.DataFrame, rule: Rule, countries: Gazetteer | None
) -> Iterator[Finding]:
    """Check that a date and its precision are both given, and that the date fits its precision."""
    column, precision = rule.columns
    values, codes = frame[column], frame[precision]
    for position in _positions(values.isna() != codes.isna()):
        lacking = column if values.isna().iloc[position] else precision
        yield Finding(position, lacking, "", f"{lacking} is empty")
    whole = frame[values.notna() & codes.isin(PERIOD_MONTHS)]
    for (value, code), positions in _groups(whole, [column, precision]):
        if not dates.fits(value.date(), code):
            for position in positions:
                yield Finding(position, column, _day(value), f"precision is {code}")


def dates_ordered(
    frame: pd.DataFrame, rule: Rule, countries: Gazetteer | None
) -> Iterator[Finding]:
    """Check that the first date can lie before the second, by their bounds."""
    first, second = rule.columns
    low, high = frame[first], frame[second]
    if f"{first}_precision" in frame:
        low = dates.earliest(low, frame[f"{first}_precision"])
    if f"{second}_precision" in frame:
        high = dates.latest(high, frame[f"{second}_precision"])
    for position in _positions(low > high):
        before, after = frame[first].iloc[position], frame[second].iloc[position]
        yield Finding(position, second, _day(after), f"{first} is {_day(before)}")


def dates_strictly_ordered(
    frame: pd.DataFrame, rule: Rule, countries: Gazetteer | None
) -> Iterator[Finding]:
    """Check that the second of two sharp dates is later than the first."""
    first, second = rule.columns
    for position in _positions(frame[first] >= frame[second]):
        before, after = frame[first].iloc[position], frame[second].iloc[position]
        yield Finding(position, second, _day(after), f"{first} is {_day(before)}")


def any_of(frame: pd.DataFrame, rule: Rule, countries: Gazetteer | None) -> Iterator[Finding]:
    """Check that at least one of the columns is filled."""
    for position in _positions(frame[list(rule.columns)].isna().all(axis=1)):
        yield Finding(position, rule.columns[0], "")


def together(frame: pd.DataFrame, rule: Rule, countries: Gazetteer | None) -> Iterator[Finding]:
    """Check that the columns are all filled or all empty."""
    gaps = frame[list(rule.columns)].isna()
    for position in _positions(gaps.any(axis=1) & ~gaps.all(axis=1)):
        lacking = [name for name in rule.columns if gaps[name].iloc[position]]
        yield Finding(position, lacking[0], "", f"empty: {', '.join(lacking)}")


def implies(frame: pd.DataFrame, rule: Rule, countries: Gazetteer | None) -> Iterator[Finding]:
    """Check that the second column is filled wherever the first is."""
    first, second = rule.columns
    for position in _positions(frame[first].notna() & frame[second].isna()):
        yield Finding(position, second, "", f"{first} is {frame[first].iloc[position]}")


def apart(frame: pd.DataFrame, rule: Rule, countries: Gazetteer | None) -> Iterator[Finding]:
    """Check that the second column is empty wherever the first is filled."""
    first, second = rule.columns
    for position in _positions(frame[first].notna() & frame[second].notna()):
        value = str(frame[second].iloc[position])
        yield Finding(position, second, value, f"{first} is {frame[first].iloc[position]}")


def bound(frame: pd.DataFrame, rule: Rule, countries: Gazetteer | None) -> Iterator[Finding]:
    """Check that a bound is not a figure: "more than 1,000" is not a count of 1,000."""
    qualifier, figure, *_ = rule.columns
    for position in _positions(frame[qualifier].isin(list(QUALIFIER_BOUNDS))):
        code = frame[qualifier].iloc[position]
        lacking = [name for name in QUALIFIER_BOUNDS[code] if frame[name].isna().iloc[position]]
        if frame[figure].notna().iloc[position]:
            value = str(frame[figure].iloc[position])
            yield Finding(position, figure, value, f"{qualifier} is {code}")
        elif lacking:
            yield Finding(position, lacking[0], "", f"{qualifier} is {code}")


def ordered(frame: pd.DataFrame, rule: Rule, countries: Gazetteer | None) -> Iterator[Finding]:
    """Check that the values do not decrease from left to right; missing ones are skipped."""
    for at, left in enumerate(rule.columns):
        for right in rule.columns[at + 1 :]:
            for position in _positions(frame[left] > frame[right]):
                below, above = frame[right].iloc[position], frame[left].iloc[position]
                yield Finding(position, right, str(below), f"{left} is {above}")


def figure_state(frame: pd.DataFrame, rule: Rule, countries: Gazetteer | None) -> Iterator[Finding]:
    """Check that there is a figure exactly where the value state implies one."""
    state, *figures = rule.columns
    has_figure = frame[figures].notna().any(axis=1)
    needs = frame[state].isin(STATES_WITH_FIGURE)
    known = frame[state].notna()
    for position in _positions((has_figure != needs) & known):
        code = frame[state].iloc[position]
        if needs.iloc[position]:
            yield Finding(position, figures[0], "", f"{state} is {code}")
        else:
            filled = next(name for name in figures if frame[name].notna().iloc[position])
            value = str(frame[filled].iloc[position])
            yield Finding(position, filled, value, f"{state} is {code}")


def entry_into_force(
    frame: pd.DataFrame, rule: Rule, countries: Gazetteer | None
) -> Iterator[Finding]:
    """Check that there is a day of entry into force exactly where the way of entry gives one.

    A table without any way of entry is older than the column.
    """
    entry, day, precision, signed, signed_precision = rule.columns
    codes, given = frame[entry], frame[day].notna()
    for position in _positions(codes.isna()) if codes.notna().any() else ():
        yield Finding(position, entry, "")
    for position in _positions(codes.isin(ENTRIES_WITH_DAY) & ~given):
        yield Finding(position, day, "", f"{entry} is {codes.iloc[position]}")
    dayless = codes.notna() & ~codes.isin([*ENTRIES_WITH_DAY, *ENTRIES_OPEN])
    for position in _positions(dayless & given):
        yield Finding(position, entry, str(codes.iloc[position]), f"{day} is filled")
    same = (frame[day] == frame[signed]) & (frame[precision] == frame[signed_precision])
    for position in _positions((codes == "on_signature") & given & ~same.fillna(False)):
        other = frame[signed].iloc[position]
        yield Finding(position, day, _day(frame[day].iloc[position]), f"{signed} is {_day(other)}")


def domestic(frame: pd.DataFrame, rule: Rule, countries: Gazetteer | None) -> Iterator[Finding]:
    """Check that forces inside their own country, and only those, have a subdivision."""
    sender, host, subdivision = rule.columns
    at_home = (frame[sender] == frame[host]).fillna(False).astype(bool)
    for position in _positions(at_home != frame[subdivision].notna()):
        column = subdivision if at_home.iloc[position] else host
        value = frame[column].fillna("").iloc[position]
        yield Finding(position, column, str(value))


def claim_id(frame: pd.DataFrame, rule: Rule, countries: Gazetteer | None) -> Iterator[Finding]:
    """Check that a claim id is the hash of the identity columns."""
    column = rule.columns[0]
    for position, (found, wanted) in enumerate(zip(frame[column], claim_ids(frame), strict=True)):
        if isinstance(found, str) and found != wanted:
            yield Finding(position, column, found, f"expected {wanted}")


def country_existed(
    frame: pd.DataFrame, rule: Rule, countries: Gazetteer | None
) -> Iterator[Finding]:
    """Check that a country existed on the first or last day that the date can mean."""
    if countries is None:
        return
    column, date, precision = rule.columns
    filled = frame[frame[[column, date, precision]].notna().all(axis=1)]
    for (code, value, sharp), positions in _groups(filled, [column, date, precision]):
        first, last = dates.bounds(value.date(), sharp)
        if not (countries.exists(code, first) or countries.exists(code, last)):
            for position in positions:
                yield Finding(position, column, code, f"{date} is {_day(value)}")


def null_island(frame: pd.DataFrame, rule: Rule, countries: Gazetteer | None) -> Iterator[Finding]:
    """Check that a point is not 0, 0, which is what lost coordinates become."""
    at_zero = (frame[list(rule.columns)] == 0).fillna(False)
    for position in _positions(at_zero.all(axis=1)):
        yield Finding(position, rule.columns[0], "0")


def spells_apart(frame: pd.DataFrame, rule: Rule, countries: Gazetteer | None) -> Iterator[Finding]:
    """Check that the certain parts of two spells of one key do not overlap."""
    *keys, started, ended = rule.columns
    spans = frame[keys].copy()
    spans["start"], spans["end"] = frame[started], frame[ended]
    if f"{started}_precision" in frame:
        spans["start"] = dates.latest(frame[started], frame[f"{started}_precision"])
        spans["end"] = dates.earliest(frame[ended], frame[f"{ended}_precision"])
    spans = spans[spans["start"].notna()]
    spans["end"] = spans["end"].fillna(dt.datetime(9999, 12, 31))
    spans = spans[spans["end"] > spans["start"]].sort_values([*keys, "start", "end"])
    before = spans.groupby(keys)["end"].shift()
    for position in spans.index[_positions(before > spans["start"])]:
        value = _day(frame[started].loc[position])
        yield Finding(position, started, value, "overlaps the previous spell")


def no_circle(frame: pd.DataFrame, rule: Rule, countries: Gazetteer | None) -> Iterator[Finding]:
    """Check that no row is a part of itself, directly or through the rows it is a part of."""
    identifier, whole = rule.columns
    known = frame[frame[identifier].notna() & frame[whole].notna()]
    wholes = dict(zip(known[identifier], known[whole], strict=True))
    for position, start in known[identifier].items():
        chain = [start]
        # A chain that runs into a circle further on ends there: the circle's own rows are named.
        while (above := wholes.get(chain[-1])) is not None and above not in chain:
            chain.append(above)
        if above == start:
            detail = " is part of ".join([*chain, start])
            yield Finding(int(str(position)), whole, wholes[start], detail)


RULES: dict[str, Check] = {
    "any_of": any_of,
    "apart": apart,
    "bound": bound,
    "claim_id": claim_id,
    "country_existed": country_existed,
    "date_precision": date_precision,
    "dates_ordered": dates_ordered,
    "dates_strictly_ordered": dates_strictly_ordered,
    "domestic": domestic,
    "entry_into_force": entry_into_force,
    "figure_state": figure_state,
    "implies": implies,
    "no_circle": no_circle,
    "null_island": null_island,
    "ordered": ordered,
    "spells_apart": spells_apart,
    "together": together,
}
