"""The written rule that turns claims into best estimates.

The rule's constants and its steps stand in ``schemas/presence.json``, and ``td.describe
("presence")`` prints them. Claims come in, one row for each sender, host and period goes out, and
every figure can be traced to the claims that gave it.

A *series* is the claims of one dyad that share a rank of source and a basis. The series of a dyad
are asked in order, for all dyads at once; the first that has an answer for a period speaks.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from troopdata.estimation import lineage
from troopdata.estimation.candidates import Order, rule
from troopdata.estimation.claim_groups import Heard, Voices, heard, spoken_for, voices
from troopdata.estimation.grid import STATES, Grid, grid
from troopdata.estimation.lineage import Crowd
from troopdata.estimation.periods import Frequency, period
from troopdata.schemas import arrow, model

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

__all__ = ["estimate"]

# A dyad and a day as one whole number, so that one sorted search serves all dyads.
STRIDE = 10_000_000
SHIFT = 2_000_000


def estimate(
    claims: pd.DataFrame,
    dyads: pd.DataFrame,
    order: Order,
    *,
    freq: Frequency = "year",
) -> pd.DataFrame:
    """Return the best estimate for every dyad and period asked for.

    Parameters
    ----------
    claims : pandas.DataFrame
        What `speakers.candidates` returned.
    dyads : pandas.DataFrame
        One row a dyad: columns sender, host (and service, if the claims are to be told apart by
        it), first, last (numbers of periods, inclusive).
    order : Order
        Which bases speak, in which order.
    freq : {"year", "quarter", "month"}
        The period.

    Returns
    -------
    pandas.DataFrame
        The columns of table `presence`, sorted by sender, host and period.

    Notes
    -----
    The rule is written in ``schemas/presence.json``; its steps are in the module's functions in
    the same order.
    """
    unit = period(freq)
    keys = [name for name in ("sender", "host", "service") if name in dyads]
    dyads = dyads.sort_values(keys, ignore_index=True)
    speaking = voices(claims, dyads, order, unit)
    groups = heard(speaking)
    speaks = spoken_for(speaking, groups)
    rows = grid(dyads, unit)
    for level in np.unique(speaking.level[speaking.counts]):
        _observe(rows, groups, speaks[groups.level == level])
        _carry(rows, speaking, np.flatnonzero(speaking.level == level))
    _fill_silent(rows, speaking)
    return _finished(rows, speaking, groups, keys)


def _observe(rows: Grid, groups: Heard, group: NDArray[np.int64]) -> None:
    """Take the claim nearest the period's end; the median where one day has several."""
    at = rows.at(groups.dyad[group], groups.number[group])
    free = rows.open(at)
    at, group = at[free], group[free]
    figure = groups.figure[group]
    state = np.where(figure == 0, "reported_zero", "observed")
    rows.decide(at, state, group=group, lead=groups.claim[groups.begin[group]], personnel=figure)


def _carry(rows: Grid, told: Voices, series: NDArray[np.int64]) -> None:
    """Fill gaps of a series: a standing zero, a claim inside its interval, or two neighbours."""
    series = series[~np.isnan(told.figure[series])]
    has = np.zeros(len(rows.dyads), dtype=bool)
    has[told.dyad[series]] = True
    at = np.flatnonzero((rows.state == 0) & has[rows.dyad])
    earlier, later = _neighbours(rows, told, series, at)
    has_earlier, has_later = earlier >= 0, later >= 0
    lasting = _in_country(told)[earlier]
    zero = has_earlier & lasting & (told.figure[earlier] == 0)
    carried = has_earlier & ~zero & (rows.end[at] - told.last[earlier] <= told.reach[earlier])
    near = told.first[later] - told.last[earlier] < rule()["between_years"] * 365.25
    between = has_earlier & has_later & ~zero & ~carried & near
    for mask, state in ((zero, "reported_zero"), (carried, "carried")):
        lead = earlier[mask]
        figures = {"personnel": told.figure[lead], "low": told.low[lead], "high": told.high[lead]}
        rows.decide(at[mask], state, lead=lead, **figures)
    lead, follow = earlier[between], later[between]
    low = np.fmin(told.low[lead], told.low[follow])
    high = np.fmax(told.high[lead], told.high[follow])
    rows.decide(at[between], "between", lead=lead, follow=follow, low=low, high=high)


def _in_country(told: Voices) -> NDArray[np.bool_]:
    return told.frame["basis"].eq("in_country_total").to_numpy(dtype=bool)


def _neighbours(
    rows: Grid, told: Voices, series: NDArray[np.int64], at: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the claim of a series before each row and the one after it, or -1."""
    if not len(series):
        none = np.full(len(at), -1)
        return none, none
    dyad = rows.dyad[at]
    known = told.dyad[series] * STRIDE + told.first[series] + SHIFT
    before = np.searchsorted(known, dyad * STRIDE + rows.start[at] + SHIFT, side="left") - 1
    after = np.searchsorted(known, dyad * STRIDE + rows.end[at] + SHIFT, side="right")
    earlier, later = series[np.maximum(before, 0)], series[np.minimum(after, len(series) - 1)]
    has_earlier = (before >= 0) & (told.dyad[earlier] == dyad)
    has_later = (after < len(series)) & (told.dyad[later] == dyad)
    return np.where(has_earlier, earlier, -1), np.where(has_later, later, -1)


def _fill_silent(rows: Grid, told: Voices) -> None:
    """Say why a period has no figure: only presence is shown, or the figure is held back."""
    silent = ~told.counts[told.claim]
    claim, number = told.claim[silent], told.number[silent]
    ids = told.frame["claim_id"].to_numpy(dtype=object)[claim]
    order = np.lexsort((np.argsort(np.argsort(ids)), told.level[claim]))
    claim, number = claim[order], number[order]
    says = told.frame["value_state"].to_numpy(dtype=object)[claim]
    wanted = {"presence_only": ["presence_only"], "suppressed": ["suppressed", "withheld"]}
    for state, values in wanted.items():
        match = np.isin(says.astype(str), values)
        at = rows.at(told.dyad[claim[match]], number[match])
        free = rows.open(at)
        at, first = np.unique(at[free], return_index=True)
        rows.decide(at, state, lead=claim[match][free][first])


def _finished(rows: Grid, told: Voices, groups: Heard, keys: list[str]) -> pd.DataFrame:
    """Return the columns of table `presence` with their dtypes."""
    import pandas as pd

    crowd = lineage.crowds(rows, told)
    _spread(rows, told, crowd)
    basis = told.frame["basis"].array.take(rows.lead, allow_fill=True)
    as_of = told.first.astype("datetime64[D]").astype("datetime64[s]")
    columns = {
        **{key: rows.dyads[key].array.take(rows.dyad) for key in keys},
        **_periods(rows),
        "personnel": _people(rows.personnel),
        "low": _people(rows.low),
        "high": _people(rows.high),
        "basis": basis,
        "basis_break": _breaks(rows, told),
        "state": pd.array(list(STATES), dtype="string").take(rows.state),
        "as_of": _or(np.where(rows.follow < 0, rows.lead, -1), as_of, np.datetime64("NaT", "s")),
        "claims": _counts(rows, crowd),
        "conflict": _conflicts(rows),
        "claim_ids": lineage.claim_ids(rows, told, groups),
        "source_ids": lineage.source_ids(rows, told, crowd),
    }
    table = model.table("presence")
    order = [*keys, *[name for name in table.columns if name not in keys]]
    types = {item.name: arrow.dtype(item) for item in table.fields}
    frame = pd.DataFrame(columns)[order]
    return frame.astype({name: types.get(name, "string") for name in order})


def _or(at: NDArray[np.int64], values: NDArray[Any], missing: Any) -> NDArray[Any]:
    """Return `values` at each place, and `missing` at -1."""
    if not len(values):
        return np.full(len(at), missing)
    return np.where(at >= 0, values[at], missing)


def _people(values: NDArray[np.float64]) -> Any:
    """Return whole people, missing where nothing is known."""
    import pandas as pd

    missing = np.isnan(values)
    whole = np.where(missing, 0, values).round().astype("int32")
    return pd.arrays.IntegerArray(whole, missing)


def _periods(rows: Grid) -> dict[str, Any]:
    import pandas as pd

    known, code = np.unique(rows.number, return_inverse=True)
    labels = pd.array([rows.unit.label(number) for number in known.tolist()], dtype="string")
    years = np.array([rows.unit.year(number) for number in known.tolist()], dtype="int32")
    return {"period": labels.take(code), "year": years[code]}


def _breaks(rows: Grid, told: Voices) -> NDArray[np.bool_]:
    """Mark rows whose basis is not that of the last row of the dyad that had one."""
    spoken = np.flatnonzero(rows.lead >= 0)
    basis, dyad = told.basis[rows.lead[spoken]], rows.dyad[spoken]
    breaks = np.zeros(len(rows.lead), dtype=bool)
    breaks[spoken[1:]] = (np.diff(basis) != 0) & (np.diff(dyad) == 0)
    return breaks


def _conflicts(rows: Grid) -> NDArray[np.bool_]:
    ratio: float = rule()["conflict_ratio"]
    apart: NDArray[np.bool_] = rows.high > ratio * rows.low
    apart[rows.state == STATES.index("between")] = False
    return apart


def _spread(rows: Grid, told: Voices, crowd: Crowd) -> None:
    """Give every figure of the period the least and greatest claim of its basis in it."""
    at = np.flatnonzero(crowd.of >= 0)
    if len(at):
        rows.low[at] = np.fmin.reduceat(told.low[crowd.claim], crowd.begin)[crowd.of[at]]
        rows.high[at] = np.fmax.reduceat(told.high[crowd.claim], crowd.begin)[crowd.of[at]]


def _counts(rows: Grid, crowd: Crowd) -> NDArray[np.int64]:
    """Return how many claims stand behind each row."""
    beside = (rows.lead >= 0).astype("int64") + (rows.follow >= 0)
    return np.where(crowd.of >= 0, _or(crowd.of, crowd.end - crowd.begin, 0), beside)
