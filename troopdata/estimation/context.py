"""Facts other than claims that an estimate needs: withdrawals, bases in use, breaks, the day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from troopdata.schemas import dates

if TYPE_CHECKING:
    import datetime as dt

    import pandas as pd
    from numpy.typing import NDArray

__all__ = ["Context", "context"]

NEVER = np.iinfo("int64").max // 4


@dataclass(frozen=True, slots=True)
class Context:
    """Facts beside the claims.

    Attributes
    ----------
    withdrawals : pandas.DataFrame
        sender, host, day (days since 1970) on which an accepted withdrawal was completed.
    tenancies : pandas.DataFrame
        sender, host, first, last (days since 1970): when the sender may have used a base there.
    breaks : pandas.DataFrame
        series, day, until (days since 1970), scope: spans in which a series counts otherwise.
    until : numpy.datetime64 or None
        The day of the release.
    series : mapping of str to str
        The published series that each source belongs to, by its id.
    ended : mapping of str to int
        The last day (days since 1970) of each operation that has ended.
    inside : mapping of str to str
        Operations that are part of another.
    """

    withdrawals: pd.DataFrame
    tenancies: pd.DataFrame
    breaks: pd.DataFrame
    until: np.datetime64 | None
    series: Mapping[str, str] = field(default_factory=dict)
    ended: Mapping[str, int] = field(default_factory=dict)
    inside: Mapping[str, str] = field(default_factory=dict)


def context(
    events: pd.DataFrame,
    tenancies: pd.DataFrame,
    bases: pd.DataFrame,
    breaks: pd.DataFrame,
    until: dt.date | None,
    series: Mapping[str, str] | None = None,
    operations: pd.DataFrame | None = None,
) -> Context:
    """Return what an estimate needs of the other tables.

    Parameters
    ----------
    events, tenancies, bases, breaks : pandas.DataFrame
        Rows of the tables; `breaks` of `series_breaks`.
    until : datetime.date or None
        The day of the release; None for no limit.
    series : mapping of str to str, optional
        The published series that each source belongs to, by its id.
    operations : pandas.DataFrame, optional
        Rows of the table: when each ended, and which is part of another.
    """
    gone = events[(events["kind"] == "withdrawal_completed") & (events["status"] == "accepted")]
    gone = gone[gone["sender"].notna() & gone["host"].notna() & gone["date"].notna()]
    gone = gone.assign(day=_days(dates.latest(gone["date"], gone["date_precision"])))
    hosts = bases[["base_id", "host"]]
    used = tenancies[["base_id", "sender", "started", "ended", "ended_precision"]].merge(
        hosts, on="base_id"
    )
    # An end "not before 3 September 1945" bounds what is known: it shows no base in use today.
    bounded = used["ended_precision"].eq("not_earlier_than").fillna(False).astype(bool)
    ended = dates.latest(used["ended"], used["ended_precision"]).mask(bounded, used["ended"])
    used = used.assign(
        first=_days(used["started"], missing=-NEVER), last=_days(ended, missing=NEVER)
    )
    spans = breaks.assign(day=_days(breaks["day"]), until=_days(breaks["until"], missing=NEVER))
    return Context(
        gone[["sender", "host", "day"]],
        used[["sender", "host", "first", "last"]],
        spans[["series", "day", "until", "scope"]],
        None if until is None else np.datetime64(until, "D"),
        dict(series or {}),
        *_operations(operations),
    )


def _operations(rows: pd.DataFrame | None) -> tuple[dict[str, int], dict[str, str]]:
    """Return the last day of each operation that ended, and which are part of another."""
    if rows is None:
        return {}, {}
    over = rows[rows["ended"].notna()]
    days = _days(dates.latest(over["ended"], over["ended_precision"]))
    ended = dict(zip(over["operation_id"], days.tolist(), strict=True))
    if "part_of" not in rows:
        return ended, {}
    part = rows[rows["part_of"].notna()]
    return ended, dict(zip(part["operation_id"], part["part_of"], strict=True))


def _days(values: pd.Series, missing: int | None = None) -> NDArray[np.int64]:
    """Return days since 1970."""
    days = values.to_numpy(dtype="datetime64[D]")
    numbers = days.astype("int64")
    return numbers if missing is None else np.where(np.isnat(days), missing, numbers)
