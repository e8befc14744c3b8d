"""The decided rows of a grid as the columns of table `presence`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from troopdata.estimation.claim_arrays import ClaimArrays
from troopdata.estimation.grid import GRADES, STATES, Grid, Pairs
from troopdata.estimation.totals import LastCounts
from troopdata.schemas import arrow, model
from troopdata.schemas.model import estimation_rule

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

__all__ = ["finished", "without_series"]

NO_DAY = np.datetime64("NaT", "s")


def finished(
    rows: Grid,
    claims: ClaimArrays,
    *,
    assigned: NDArray[np.float64],
    last: LastCounts,
    recent: NDArray[np.float64],
    broken: NDArray[np.bool_],
) -> pd.DataFrame:
    """Return the columns of table `presence` with their dtypes.

    Parameters
    ----------
    rows : Grid
        The rows, decided.
    claims : ClaimArrays
        The claims.
    assigned : numpy.ndarray of float64
        What the stationing series prints.
    last : LastCounts
        The last counts of everyone.
    recent : numpy.ndarray of float64
        The greatest force on record in the five years before, for rows without a figure.
    broken : numpy.ndarray of bool
        Whether the stationing series began to count otherwise.
    """
    import pandas as pd

    figured, behind = _unique(rows, rows.figured), _unique(rows, [*rows.figured, *rows.behind])
    days = claims.first.astype("datetime64[D]").astype("datetime64[s]")
    count = last.least
    counted = np.where(np.isnan(count), -1, last.lead)
    columns = {
        "sender": rows.dyads["sender"].array.take(rows.dyad),
        "host": rows.dyads["host"].array.take(rows.dyad),
        **_periods(rows),
        "personnel": _people(rows.personnel),
        "low": _people(rows.low),
        "high": _people(rows.high),
        "grade": pd.array([name or None for name in GRADES], dtype="string").take(rows.grade),
        "state": pd.array(list(STATES), dtype="string").take(rows.state),
        "basis": claims.frame["basis"].array.take(rows.lead, allow_fill=True),
        "basis_break": np.zeros(len(rows), dtype=bool),
        "as_of": _or_missing(rows.lead, days),
        "assigned": _people(assigned),
        "last_total": _people(count),
        "last_total_as_of": _or_missing(counted, days),
        "series_break": broken,
        "claims": np.bincount(behind.row, minlength=len(rows)).astype("int32"),
        "conflict": _conflicts(rows),
        "claim_ids": _texts(rows, figured, claims.frame["claim_id"]),
        "source_ids": _texts(rows, behind, claims.frame["source_id"]),
    }
    types = {item.name: arrow.dtype(item) for item in model.table("presence").fields}
    frame = pd.DataFrame(columns)[list(types)].astype(types)
    return frame.assign(recent=_people(recent))


def without_series(rows: Grid, claims: ClaimArrays) -> pd.DataFrame:
    """Return the columns of table `presence` without a stationing series or a last count."""
    nobody, nothing = np.full(len(rows), -1), np.full(len(rows), np.nan)
    last = LastCounts(nobody, nobody, nothing, nothing, nothing, nothing)
    broken = np.zeros(len(rows), dtype=bool)
    return finished(rows, claims, assigned=nothing, last=last, recent=nothing,
                    broken=broken)  # fmt: skip


def _or_missing(at: NDArray[np.int64], days: NDArray[Any]) -> NDArray[Any]:
    """Return the day at each place, missing at -1."""
    if not len(days):
        return np.full(len(at), NO_DAY)
    return np.where(at >= 0, days[at], NO_DAY)


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


def _conflicts(rows: Grid) -> NDArray[np.bool_]:
    """Return whether the bounds of a figure are more than a quarter apart."""
    ratio: float = estimation_rule()["conflict_ratio"]
    apart: NDArray[np.bool_] = ~np.isnan(rows.personnel) & (rows.high > ratio * rows.low)
    return apart


def _unique(rows: Grid, parts: list[Pairs]) -> Pairs:
    """Return the pairs of several lists, each once, sorted by row and claim."""
    row = np.concatenate([part.row for part in parts]) if parts else np.zeros(0, dtype="int64")
    claim = np.concatenate([part.claim for part in parts]) if parts else row
    order = np.lexsort((claim, row))
    row, claim = row[order], claim[order]
    new = np.ones(len(row), dtype=bool)
    new[1:] = (np.diff(row) != 0) | (np.diff(claim) != 0)
    return Pairs(row[new], claim[new])


def _texts(rows: Grid, pairs: Pairs, texts: pd.Series) -> Any:
    """Return each row's texts, sorted, each once, joined by ``;``; missing where it has none."""
    import pandas as pd

    code, known = pd.factorize(texts, sort=True)
    keys = np.unique(pairs.row * max(len(known), 1) + code[pairs.claim])
    row, code = np.divmod(keys, max(len(known), 1))
    values = np.asarray(known, dtype=object)
    first = np.ones(len(row), dtype=bool)
    first[1:] = np.diff(row) != 0
    whole = values[code[first]]
    # Most rows have one text: only the others are worth a loop.
    place = np.cumsum(first) - 1
    for at, text in zip(place[~first].tolist(), values[code[~first]].tolist(), strict=True):
        whole[at] = f"{whole[at]};{text}"
    of = np.full(len(rows), -1)
    of[row[first]] = np.arange(len(whole))
    return pd.array(whole, dtype="string").take(of, allow_fill=True)
