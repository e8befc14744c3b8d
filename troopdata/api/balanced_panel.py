"""Build the balanced panel: every pair of states that existed, for every period."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from troopdata.estimation.periods import Period
from troopdata.gazetteer.resolver import Gazetteer

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

__all__ = ["Panel", "panel"]


class Panel(NamedTuple):
    """Dyads of states, and the periods in which both states existed.

    Attributes
    ----------
    dyads : pandas.DataFrame
        sender, host, first, last (numbers of periods); every dyad spans all periods.
    existed : numpy.ndarray of bool
        One value per dyad and period, in the order of dyads and then of periods.
    """

    dyads: pd.DataFrame
    existed: NDArray[np.bool_]


def panel(
    gazetteer: Gazetteer,
    first: int,
    last: int,
    unit: Period,
    filters: Mapping[str, Collection[str]],
) -> Panel:
    """Return the balanced panel of states.

    Parameters
    ----------
    gazetteer : Gazetteer
        The countries, with the dates on which they were states.
    first, last : int
        Numbers of the first and the last period.
    unit : Period
        The type of period.
    filters : mapping of {"sender", "host"} to collection of str
        Codes to keep.
    """
    import pandas as pd

    states = _states(gazetteer, first, last, unit)
    senders, hosts = (
        sorted(code for code in states if code in filters.get(name, states))
        for name in ("sender", "host")
    )
    pairs = [(sender, host) for sender in senders for host in hosts if sender != host]
    dyads = pd.DataFrame(pairs, columns=["sender", "host"], dtype="string")
    dyads["first"], dyads["last"] = first, last
    none = np.zeros((0, last - first + 1), dtype=bool)
    rows = [states[sender] & states[host] for sender, host in pairs]
    existed = np.stack(rows) if rows else none
    some = existed.any(axis=1)
    kept: pd.DataFrame = dyads[pd.Series(some)].reset_index(drop=True)
    return Panel(kept, existed[some].ravel())


def _states(
    gazetteer: Gazetteer, first: int, last: int, unit: Period
) -> dict[str, NDArray[np.bool_]]:
    """Return, for each country, the periods in which it was a state on at least one day."""
    states: dict[str, NDArray[np.bool_]] = {}
    for code, records in gazetteer.records.items():
        for record in records:
            if record.kind != "state":
                continue
            end = np.datetime64(record.valid_to or "9999-12-31") - np.timedelta64(1, "D")
            days = np.array([record.valid_from, end], dtype="datetime64[D]")
            begins, ends = unit.number(days) - first
            there = states.setdefault(code, np.zeros(last - first + 1, dtype=bool))
            there[max(int(begins), 0) : max(int(ends) + 1, 0)] = True
    return states
