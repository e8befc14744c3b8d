"""The written rule that turns claims into best estimates, as pure functions over frames.

The rule's constants and its steps stand in ``schemas/presence.json``, and ``td.describe
("presence")`` prints them. Claims come in, one row for each sender, host and period goes out, and
every figure can be traced to the claims that gave it.

A *series* is the claims of one dyad that share a rank of source and a basis. The series of a dyad
are asked in order, for all dyads at once; the first that has an answer for a period speaks.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from troopdata import spec
from troopdata.periods import Frequency, Period, period
from troopdata.speakers import Order, rule

if TYPE_CHECKING:
    import numpy as np
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
        What `candidates` returned.
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
    grid = _grid(dyads, keys, unit)
    claims = _levelled(claims, dyads, keys, order)
    touching = _touching(claims, unit)
    speaking = claims[claims["figure"].notna() | claims["low"].notna() | claims["high"].notna()]
    for _, series in speaking.groupby("level", sort=True):
        _speak(grid, series, touching, unit)
    _fill_silent(grid, touching)
    _spread(grid, touching)
    return _finished(grid, keys, unit)


def _grid(dyads: pd.DataFrame, keys: list[str], unit: Period) -> pd.DataFrame:
    """Return one row for every dyad and period, nothing decided yet."""
    import numpy as np
    import pandas as pd

    lengths = (dyads["last"] - dyads["first"] + 1).clip(lower=0).to_numpy(dtype="int64")
    dyad = np.repeat(np.arange(len(dyads)), lengths)
    offsets = np.arange(lengths.sum()) - np.repeat(np.cumsum(lengths) - lengths, lengths)
    number = dyads["first"].to_numpy(dtype="int64")[dyad] + offsets
    grid = pd.DataFrame({"dyad": dyad, "number": number})
    for key in keys:
        grid[key] = dyads[key].to_numpy()[dyad]
    grid["start"] = unit.first_day(number)
    grid["end"] = unit.last_day(number)
    grid["state"] = "unknown"
    grid["decided"] = False
    for column in ("personnel", "low", "high"):
        grid[column] = pd.array([pd.NA] * len(grid), dtype="Float64")
    grid["basis"] = pd.array([pd.NA] * len(grid), dtype="string")
    grid["claim_ids"] = pd.array([pd.NA] * len(grid), dtype="string")
    grid["as_of"] = np.datetime64("NaT", "s")
    grid["neighbours"] = False
    return grid


def _levelled(
    claims: pd.DataFrame, dyads: pd.DataFrame, keys: list[str], order: Order
) -> pd.DataFrame:
    """Keep claims of the dyads and bases asked for, numbered by dyad and by order of speaking."""
    place = {code: at for at, level in enumerate(order.levels) for code in level}
    numbered = dyads[keys].assign(dyad=range(len(dyads)))
    kept = claims[claims["basis"].isin(place)].merge(numbered, on=keys, how="inner")
    kept["level"] = kept["rank"] * 100 + kept["basis"].map(place).astype("int64")
    return kept.sort_values(["dyad", "first", "claim_id"], ignore_index=True)


def _touching(claims: pd.DataFrame, unit: Period) -> pd.DataFrame:
    """Return one row for every claim and period that its dates touch."""
    import numpy as np

    first = unit.number(claims["first"].to_numpy("datetime64[D]"))
    last = unit.number(claims["last"].to_numpy("datetime64[D]"))
    lengths = last - first + 1
    touching = claims.loc[np.repeat(claims.index.to_numpy(), lengths)].reset_index(drop=True)
    starts = np.repeat(np.cumsum(lengths) - lengths, lengths)
    touching["number"] = np.repeat(first, lengths) + np.arange(lengths.sum()) - starts
    return touching


def _speak(grid: pd.DataFrame, series: pd.DataFrame, touching: pd.DataFrame, unit: Period) -> None:
    """Let one series answer the periods that no better one has answered."""
    open_rows = grid[~grid["decided"] & grid["dyad"].isin(series["dyad"].unique())]
    if open_rows.empty:
        return
    heard = touching[
        (touching["level"] == series["level"].iloc[0])
        & touching["claim_id"].isin(series["claim_id"])
    ]
    _observe(grid, open_rows, heard)
    rest = open_rows[~grid.loc[open_rows.index, "decided"]]
    _carry(grid, rest, series)


def _observe(grid: pd.DataFrame, rows: pd.DataFrame, heard: pd.DataFrame) -> None:
    """Take the claim nearest the period's end; the median where one day has several."""
    nearest = _nearest(heard)
    found = rows[["dyad", "number"]].reset_index().merge(nearest, on=["dyad", "number"])
    at = found["index"].to_numpy()
    zero = (found["figure"] == 0).fillna(False).to_numpy(dtype=bool)
    _put(grid, at, found, personnel=found["figure"].array)
    grid.loc[at, "state"] = _where(zero, "reported_zero", "observed")


def _nearest(heard: pd.DataFrame) -> pd.DataFrame:
    """Return for each dyad and period the figure that stands nearest its end."""
    exact = heard["figure"].notna()
    has_exact = exact.groupby([heard["dyad"], heard["number"]]).transform("any")
    told = heard[exact | ~has_exact]
    by = ["dyad", "number"]
    told = told[told["first"] == told.groupby(by)["first"].transform("max")]
    nearest = told.groupby(by, as_index=False).agg(
        figure=("figure", "median"), basis=("basis", "first"), as_of=("first", "first")
    )
    return nearest.assign(claim_ids=_joined(told, by, "claim_id"))


def _joined(rows: pd.DataFrame, by: list[str], column: str) -> NDArray[Any]:
    """Return each group's distinct texts, sorted and joined by ``;``, in the order of the groups.

    Most groups hold one claim: only the others are worth a loop.
    """
    rows = rows[[*by, column]].drop_duplicates().sort_values([*by, column])
    first = ~rows.duplicated(by)
    texts: NDArray[Any] = rows.loc[first, column].to_numpy(dtype=object)
    group = first.cumsum().to_numpy() - 1
    for at, text in zip(group[~first], rows.loc[~first, column], strict=True):
        texts[at] = f"{texts[at]};{text}"
    return texts


def _carry(grid: pd.DataFrame, rows: pd.DataFrame, series: pd.DataFrame) -> None:
    """Fill gaps of a series: a standing zero, a claim inside its interval, or two neighbours."""
    import numpy as np

    if rows.empty:
        return
    figures = series[series["figure"].notna()].sort_values(["dyad", "first", "claim_id"])
    if figures.empty:
        return
    starts, ends = _days(rows["start"]), _days(rows["end"])
    dyad = rows["dyad"].to_numpy()
    before = _at(figures, "first", dyad, starts, side="left") - 1
    after = _at(figures, "first", dyad, ends, side="right")
    owner = figures["dyad"].to_numpy()
    has_before = (before >= 0) & (owner[np.maximum(before, 0)] == dyad)
    has_after = (after < len(owner)) & (owner[np.minimum(after, len(owner) - 1)] == dyad)
    earlier = figures.iloc[np.maximum(before, 0)]
    later = figures.iloc[np.minimum(after, len(figures) - 1)]
    day_before, day_after = _days(earlier["last"]), _days(later["first"])

    lasting = earlier["basis"].eq("in_country_total").to_numpy(dtype=bool)
    zero = has_before & lasting & (earlier["figure"] == 0).fillna(False).to_numpy(dtype=bool)
    reach = earlier["reach"].to_numpy()
    carried = has_before & ~zero & (ends - day_before <= reach)
    near = day_after - day_before < rule()["between_years"] * 365.25
    between = has_before & has_after & ~zero & ~carried & near

    for mask, state in ((zero, "reported_zero"), (carried, "carried")):
        at, told = rows.index[mask], earlier[mask]
        told = told.assign(as_of=told["first"].array, claim_ids=told["claim_id"].array)
        _put(grid, at.to_numpy(), told, personnel=told["figure"].array)
        grid.loc[at, "state"] = state
        grid.loc[at, ["low", "high"]] = told[["low", "high"]].astype("Float64").to_numpy()
        grid.loc[at, "neighbours"] = True
    _bracket(grid, rows.index[between].to_numpy(), earlier[between], later[between])


def _bracket(
    grid: pd.DataFrame, at: NDArray[np.int64], earlier: pd.DataFrame, later: pd.DataFrame
) -> None:
    """Mark periods as lying between two claims: no figure, the neighbours' low and high."""
    import numpy as np

    low = np.fmin(
        earlier["low"].to_numpy("float64", na_value=np.nan),
        later["low"].to_numpy("float64", na_value=np.nan),
    )
    high = np.fmax(
        earlier["high"].to_numpy("float64", na_value=np.nan),
        later["high"].to_numpy("float64", na_value=np.nan),
    )
    grid.loc[at, "state"] = "between"
    grid.loc[at, "low"], grid.loc[at, "high"] = low, high
    grid.loc[at, "basis"] = earlier["basis"].to_numpy()
    pairs = earlier["claim_id"].to_numpy() + ";" + later["claim_id"].to_numpy()
    grid.loc[at, "claim_ids"] = pairs
    grid.loc[at, ["decided", "neighbours"]] = True


def _put(grid: pd.DataFrame, at: NDArray[np.int64], told: pd.DataFrame, *, personnel: Any) -> None:
    grid.loc[at, "personnel"] = personnel.astype("Float64")
    grid.loc[at, "basis"] = told["basis"].to_numpy()
    grid.loc[at, "as_of"] = told["as_of"].to_numpy()
    grid.loc[at, "claim_ids"] = told["claim_ids"].to_numpy()
    grid.loc[at, "decided"] = True


def _days(column: pd.Series) -> NDArray[np.int64]:
    return column.to_numpy("datetime64[D]").astype("int64")


def _at(
    figures: pd.DataFrame,
    column: str,
    dyad: NDArray[np.int64],
    days: NDArray[np.int64],
    *,
    side: Any,
) -> NDArray[np.int64]:
    """Return where each dyad's day falls among the claims, sorted by dyad and day."""
    import numpy as np

    known = figures["dyad"].to_numpy() * STRIDE + _days(figures[column]) + SHIFT
    return np.searchsorted(known, dyad * STRIDE + days + SHIFT, side=side).astype("int64")


def _where(mask: NDArray[np.bool_], yes: str, no: str) -> NDArray[Any]:
    import numpy as np

    return np.where(mask, yes, no).astype(object)


def _fill_silent(grid: pd.DataFrame, touching: pd.DataFrame) -> None:
    """Say why a period has no figure: only presence is shown, or the figure is held back."""
    silent = touching[touching["figure"].isna() & touching["low"].isna() & touching["high"].isna()]
    wanted = {"presence_only": ["presence_only"], "suppressed": ["suppressed", "withheld"]}
    for state, values in wanted.items():
        told = silent[silent["value_state"].isin(values)].sort_values(["level", "claim_id"])
        told = told.drop_duplicates(["dyad", "number"])
        rows = grid.loc[~grid["decided"], ["dyad", "number"]].reset_index()
        found = rows.merge(told, on=["dyad", "number"])
        at = found["index"].to_numpy()
        grid.loc[at, "state"] = state
        grid.loc[at, "basis"] = found["basis"].to_numpy()
        grid.loc[at, "as_of"] = found["first"].to_numpy()
        grid.loc[at, "claim_ids"] = found["claim_id"].to_numpy()
        grid.loc[at, "decided"] = True


def _spread(grid: pd.DataFrame, touching: pd.DataFrame) -> None:
    """Give every observed figure the least and greatest claim of its basis in the period."""
    by = ["dyad", "number", "basis"]
    grouped = touching.groupby(by, as_index=False).agg(
        least=("low", "min"), most=("high", "max"), count=("claim_id", "size")
    )
    grouped["sources"] = _joined(touching, by, "source_id")
    found = grid[by].reset_index().merge(grouped, on=by).set_index("index")
    here = found.index[~grid.loc[found.index, "neighbours"]]
    grid.loc[here, "low"] = found.loc[here, "least"].astype("Float64")
    grid.loc[here, "high"] = found.loc[here, "most"].astype("Float64")
    grid["claims"] = found["count"].reindex(grid.index).fillna(0)
    grid["source_ids"] = found["sources"].reindex(grid.index).astype("string")
    _trace_neighbours(grid, touching)


def _trace_neighbours(grid: pd.DataFrame, touching: pd.DataFrame) -> None:
    """Name the sources of the claims that a carried or bracketed period leans on."""
    leaning = grid.index[grid["neighbours"]]
    sources = dict(zip(touching["claim_id"], touching["source_id"], strict=True))
    claims = [ids.split(";") for ids in grid.loc[leaning, "claim_ids"]]
    grid.loc[leaning, "claims"] = [len(ids) for ids in claims]
    named = [";".join(sorted({sources[claim] for claim in ids})) for ids in claims]
    grid.loc[leaning, "source_ids"] = named


def _finished(grid: pd.DataFrame, keys: list[str], unit: Period) -> pd.DataFrame:
    """Return the columns of table `presence` with their dtypes."""
    grid = grid.sort_values([*keys, "number"], ignore_index=True)
    labels = {number: unit.label(number) for number in grid["number"].unique()}
    grid["period"] = grid["number"].map(labels)
    grid["year"] = grid["number"].map({number: unit.year(number) for number in labels})
    told = grid.groupby(grid["dyad"])["basis"].ffill()
    before = told.groupby(grid["dyad"]).shift()
    breaks = grid["basis"].notna() & before.notna() & (grid["basis"] != before)
    grid["basis_break"] = breaks.fillna(False)
    ratio = rule()["conflict_ratio"]
    grid["conflict"] = (grid["high"] > ratio * grid["low"]).fillna(False)
    grid.loc[grid["state"] == "between", "conflict"] = False
    table = spec.table("presence")
    columns = [*keys, *[name for name in table.columns if name not in keys]]
    from troopdata import arrow

    types = {item.name: arrow.dtype(item) for item in table.fields}
    rounded = grid.assign(**{name: grid[name].round() for name in ("personnel", "low", "high")})
    return rounded[columns].astype({name: types.get(name, "string") for name in columns})
