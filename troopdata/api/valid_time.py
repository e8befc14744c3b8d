"""Valid time: what was certainly, or possibly, so on a day.

A spell runs from `started` up to, and not including, `ended`. With bounds for both, it certainly
ran on a day when even its latest start had passed and its earliest end had not come; it may have
run when its earliest start had passed and its latest end had not come. No end means that none is
known: the spell is taken to go on.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from troopdata.errors import UsageError, shown
from troopdata.schemas import dates

if TYPE_CHECKING:
    import pandas as pd

    from troopdata.gazetteer.resolver import Gazetteer

__all__ = ["active", "binding", "bound", "public", "spans", "touching"]


def active(frame: pd.DataFrame, *, on: str | dt.date, certain: bool = True) -> pd.DataFrame:
    """Keep the rows that were so on a day.

    Parameters
    ----------
    frame : pandas.DataFrame
        Rows with started and ended and their precisions, or as_of, or date, as the tables
        deployments, tenancies, operations and events have them.
    on : str or datetime.date
        The day.
    certain : bool
        Keep only what was certainly so, by the bounds; False adds what may have been.

    Returns
    -------
    pandas.DataFrame
        The rows kept, in their order, index and attributes as they were.

    Raises
    ------
    UsageError
        If the frame has no dates of these names.

    Examples
    --------
    >>> import troopdata as td
    >>> spells = td.tenancies(host="NER", sender="USA")
    >>> len(active(spells, on="2024-08-04")) > len(active(spells, on="2024-08-05"))
    True
    """
    import pandas as pd

    day = pd.Timestamp(dates.parse(on)).as_unit("s")
    mask = _spell(frame, day, certain)
    if "as_of" in frame:
        # A claim that someone arrived says nothing certain of later days unless it says how long.
        mask = (mask & (frame["ended"].notna() | (not certain))) | _moment(
            frame, "as_of", day, certain
        )
    elif "date" in frame:
        mask = _moment(frame, "date", day, certain)
    return frame[mask.fillna(False).astype(bool)]


def _spell(frame: pd.DataFrame, day: pd.Timestamp, certain: bool) -> pd.Series:
    import pandas as pd

    if "started" not in frame:
        if not {"as_of", "date"} & set(frame.columns):
            hint = "it needs started and ended, as_of, or date"
            raise UsageError(f"no dates in columns {shown(list(frame.columns))}", hint=hint)
        return pd.Series(False, index=frame.index)
    opened, closed = spans(frame, certain=certain)
    return (opened <= day).fillna(False) & ~(closed <= day).fillna(False)


def spans(frame: pd.DataFrame, *, certain: bool = True) -> tuple[pd.Series, pd.Series]:
    """Return the first day on which each spell ran, and the first on which it no longer did.

    Parameters
    ----------
    frame : pandas.DataFrame
        Rows with started and ended and their precisions.
    certain : bool
        The shortest span that the bounds allow; False gives the longest.

    Returns
    -------
    tuple of two pandas.Series of datetime64[s]
        A missing first day means never, a missing second one that no end is known.
    """
    import pandas as pd

    started = frame["started"], frame["started_precision"]
    ended = frame["ended"], frame["ended_precision"]
    if certain:
        return dates.latest(*started), dates.earliest(*ended)
    unknown_start = frame["started"].isna()
    if "as_of" in frame:
        unknown_start &= frame["as_of"].isna()
    any_day = pd.Timestamp(dates.FIRST).as_unit("s")
    # An end of day precision is itself the first day over; a vaguer one may be its last day.
    return dates.earliest(*started).mask(unknown_start, any_day), dates.latest(*ended)


def _moment(frame: pd.DataFrame, column: str, day: pd.Timestamp, certain: bool) -> pd.Series:
    first = dates.earliest(frame[column], frame[f"{column}_precision"])
    last = dates.latest(frame[column], frame[f"{column}_precision"])
    if certain:
        return (first == day) & (last == day)
    return (first <= day) & (day <= last)


def touching(frame: pd.DataFrame, between: tuple[object, object]) -> pd.DataFrame:
    """Keep the rows whose dates touch a span of days, both ends included.

    Parameters
    ----------
    frame : pandas.DataFrame
        Rows with as_of or date, or started and ended, and their precisions.
    between : tuple of two days
        First and last day; None leaves an end open.

    Raises
    ------
    UsageError
        If the span runs backwards or is no pair.
    """
    import pandas as pd

    if not isinstance(between, (tuple, list)) or len(between) != 2:
        raise UsageError(f"between {shown(between)} is not two days", hint='("2024-01-01", None)')
    low, high = (None if day is None else pd.Timestamp(dates.parse(day)) for day in between)
    if low is not None and high is not None and low > high:
        raise UsageError(f"between {low.date()} and {high.date()} runs backwards")
    first, last = _extent(frame)
    mask = pd.Series(True, index=frame.index)
    if low is not None:
        mask &= ~(last < low).fillna(False)
    if high is not None:
        mask &= (first <= high).fillna(False)
    return frame[mask & (first.notna() | last.notna())]


def _extent(frame: pd.DataFrame) -> tuple[pd.Series, pd.Series]:
    column = "date" if "date" in frame else "as_of"
    if column not in frame:
        return (
            dates.earliest(frame["started"], frame["started_precision"]),
            dates.latest(frame["ended"], frame["ended_precision"]),
        )
    first = dates.earliest(frame[column], frame[f"{column}_precision"])
    last = dates.latest(frame[column], frame[f"{column}_precision"])
    if "started" in frame:
        begun = dates.earliest(frame["started"], frame["started_precision"])
        over = dates.latest(frame["ended"], frame["ended_precision"])
        spell_only = first.isna()
        return first.fillna(begun), last.mask(spell_only, over)
    return first, last


def public(
    claims: pd.DataFrame, sources: pd.DataFrame, *, on: str | dt.date, certain: bool = True
) -> pd.DataFrame:
    """Keep the claims that were public on a day: published on it, or before.

    Parameters
    ----------
    claims : pandas.DataFrame
        Rows of `deployments` with source_id, published_on (a day), as_of and started.
    sources : pandas.DataFrame
        source_id, published_on and its precision, accessed_on.
    on : str or datetime.date
        The day.
    certain : bool
        Keep only what was certainly public; False adds what may have been.

    Notes
    -----
    A claim has the day on which its own words were published or, without one, that of its source.
    It was public at the latest when the source was read (`accessed_on`). Where no day of
    publication is known it was certainly public from that day, and may have been from the day
    that it speaks of.
    """
    import pandas as pd

    day = pd.Timestamp(dates.parse(on)).as_unit("s")
    of = sources.set_index("source_id").loc[claims["source_id"].to_numpy()].set_index(claims.index)
    own = claims["published_on"].notna()
    when = claims["published_on"].where(own, of["published_on"])
    sharp = of["published_on_precision"].where(~own, "day")
    if certain:
        last = dates.latest(when, sharp)
        read = of["accessed_on"]
        return claims[(last <= day) | (read <= day)]
    said = claims["as_of"].fillna(claims["started"])
    first = dates.earliest(when, sharp)
    vague = first.isna() | (sharp == "not_later_than").fillna(False).astype(bool)
    first = first.mask(vague, said)
    return claims[((first <= day) | first.isna()).astype(bool)]


def bound(standing: pd.DataFrame, countries: Gazetteer) -> pd.DataFrame:
    """Return agreement parties with started: the entry into force, or else the signature.

    The end keeps its names; `started` and its precision are added, so that `active` applies.

    Parameters
    ----------
    standing : pandas.DataFrame
        Rows of `agreement_parties`: every party of each agreement.
    countries : Gazetteer
        A party without a stated end that is no more is bound for certain up to its last day;
        whether a successor took its place is for a source to say. Nor is its partner bound for
        certain any longer than it.
    """
    import pandas as pd

    effective = standing["in_force"].notna()
    last = standing["party"].map({code: countries.ended(code) for code in set(standing["party"])})
    gone = last.notna() & standing["ended"].isna()
    rows = standing.assign(
        started=standing["in_force"].fillna(standing["signed"]),
        started_precision=standing["in_force_precision"].where(
            effective, standing["signed_precision"]
        ),
        ended=standing["ended"].mask(gone, pd.to_datetime(last).astype("datetime64[s]")),
        ended_precision=standing["ended_precision"].mask(gone, "not_earlier_than"),
    )
    return _none_alone(rows)


def _none_alone(rows: pd.DataFrame) -> pd.DataFrame:
    """Bind the last party left for certain only as long as the one before it."""
    agreement = rows["agreement_id"]
    left = rows["ended"].isna()
    alone = left & left.groupby(agreement).transform("sum").eq(1) & agreement.duplicated(keep=False)
    return rows.assign(
        ended=rows["ended"].mask(alone, rows.groupby("agreement_id")["ended"].transform("max")),
        ended_precision=rows["ended_precision"].mask(alone, "not_earlier_than"),
    )


def binding(bound: pd.DataFrame) -> set[str]:
    """Return instruments that bind at least two parties, the least that an agreement takes.

    Where a source names one party only, nobody is told that it is in force.
    """
    sizes = bound.groupby("agreement_id").size()
    return set(sizes.index[sizes >= 2])
