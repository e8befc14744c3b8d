"""Valid time: select the rows that certainly, or possibly, applied on a day.

A spell runs from `started` until the day before `ended`. Both dates have bounds. A spell was
certainly running on a day if its latest start had passed and its earliest end had not come, and
possibly if its earliest start had passed and its latest end had not come.

Where a table says when each spell was last seen (`last_attested`), one without a stated end is
certain until `stale_after` years after that day, and possible after it. A spell that was seen on
one occasion alone, or that the next list of its source no longer names, is not possible either
after that time. Other frames have no such column, and their spells without an end continue.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from troopdata.errors import UsageError, shown
from troopdata.schemas import dates, model

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["active", "borne", "days_of", "public", "spans", "touching"]

# More years than any spell here has lasted.
MOST_YEARS = 1000


def active(
    frame: pd.DataFrame, *, on: str | dt.date, certain: bool = True, stale_after: int | None = None
) -> pd.DataFrame:
    """Keep the rows that applied on a day.

    Parameters
    ----------
    frame : pandas.DataFrame
        Rows with started and ended, as_of, or date, and their precisions, as in the tables
        deployments, tenancies, operations and events.
    on : str or datetime.date
        The day.
    certain : bool
        Keep only rows that certainly applied, given the bounds; False adds possible ones.
    stale_after : int, optional
        Years for which a spell without an end is certain after its last attestation; by default
        those of ``schemas/attestation_rule.json``.

    Returns
    -------
    pandas.DataFrame
        The rows kept, with their order, index and attributes.

    Raises
    ------
    UsageError
        If the frame has none of these columns, or stale_after is not a number of years.

    Examples
    --------
    >>> import troopdata as td
    >>> spells = td.tenancies(host="NER", sender="USA")
    >>> len(active(spells, on="2024-08-04")) > len(active(spells, on="2024-08-05"))
    True
    """
    import pandas as pd

    day = pd.Timestamp(dates.parse(on)).as_unit("s")
    mask = _spell(frame, day, certain, stale_after)
    if "as_of" in frame:
        # A claim with a start only is not certain about later days, so it also needs an end.
        if "started" in frame:
            mask &= frame["ended"].notna() | (not certain)
        mask |= _moment(frame, "as_of", day, certain)
    elif "date" in frame:
        mask = _moment(frame, "date", day, certain)
    return frame[mask.fillna(False).astype(bool)]


def _spell(
    frame: pd.DataFrame, day: pd.Timestamp, certain: bool, stale_after: int | None
) -> pd.Series:
    import pandas as pd

    if "started" not in frame:
        if not {"as_of", "date"} & set(frame.columns):
            hint = "the frame needs started and ended, as_of, or date"
            raise UsageError(f"no dates in columns {shown(list(frame.columns))}", hint=hint)
        return pd.Series(False, index=frame.index)
    opened, closed = spans(frame, certain=certain, stale_after=stale_after)
    return (opened <= day).fillna(False) & ~(closed <= day).fillna(False)


def spans(
    frame: pd.DataFrame, *, certain: bool = True, stale_after: int | None = None
) -> tuple[pd.Series, pd.Series]:
    """Return the first day of each spell, and the first day after it.

    Parameters
    ----------
    frame : pandas.DataFrame
        Rows with started and ended and their precisions, and first_attested and last_attested
        where the table has them.
    certain : bool
        Return the shortest span that the bounds allow; False returns the longest.
    stale_after : int, optional
        As in `active`.

    Returns
    -------
    tuple of two pandas.Series of datetime64[s]
        A missing first day means never; a missing second day means that no end is known.
    """
    import pandas as pd

    started = frame["started"], frame["started_precision"]
    ended = frame["ended"], frame["ended_precision"]
    known = "last_attested" in frame
    if certain:
        opened, closed = dates.latest(*started), dates.earliest(*ended)
        if known:
            # It was there on the day on which a source saw it, whenever it began.
            opened = opened.fillna(frame["first_attested"])
            closed = closed.fillna(_stale(frame, stale_after))
        return opened, closed
    unknown_start = frame["started"].isna()
    if "as_of" in frame:
        unknown_start &= frame["as_of"].isna()
    any_day = pd.Timestamp(dates.FIRST).as_unit("s")
    # An end known to the day is the first day after the spell; with less precision, the spell may
    # have ended at the last of the possible days.
    opened, closed = dates.earliest(*started).mask(unknown_start, any_day), dates.latest(*ended)
    if known:
        closed = closed.mask(_seen_once(frame), _stale(frame, stale_after))
    return opened, closed


def _stale(frame: pd.DataFrame, stale_after: int | None) -> pd.Series:
    """Return the first day on which the last attestation of each spell no longer counts."""
    import pandas as pd

    years = model.attestation_rule()["stale_after"] if stale_after is None else stale_after
    if isinstance(years, bool) or not isinstance(years, int) or not 0 <= years <= MOST_YEARS:
        message = f"stale_after {shown(years)} is not a number of whole years, 0 to {MOST_YEARS}"
        raise UsageError(message, hint="stale_after=5")
    days: pd.Series = frame["last_attested"] + pd.DateOffset(years=years, days=1)
    return days


def _seen_once(frame: pd.DataFrame) -> pd.Series:
    """Return which spells have no stated end and were seen once, or are missing from a next list.

    An end "not before" a day is that of a list which still had the spell where the next has not.
    """
    listed = frame["first_attested"].notna()
    missing = listed & frame["ended_precision"].eq("not_earlier_than").fillna(False).astype(bool)
    once = frame["ended"].isna() & frame["first_attested"].eq(frame["last_attested"])
    return missing | once


def _moment(frame: pd.DataFrame, column: str, day: pd.Timestamp, certain: bool) -> pd.Series:
    first = dates.earliest(frame[column], frame[f"{column}_precision"])
    last = dates.latest(frame[column], frame[f"{column}_precision"])
    if certain:
        return (first == day) & (last == day)
    return (first <= day) & (day <= last)


def touching(frame: pd.DataFrame, between: tuple[object, object]) -> pd.DataFrame:
    """Keep the rows whose dates overlap a range of days, both ends included.

    Parameters
    ----------
    frame : pandas.DataFrame
        Rows with as_of or date, or started and ended, and their precisions.
    between : tuple of two days
        First and last day; None leaves that end open.

    Raises
    ------
    UsageError
        If the range is not a pair of days in order.
    """
    import pandas as pd

    days = days_of(between)
    low, high = (None if day is None else pd.Timestamp(day) for day in days)
    first, last = _extent(frame)
    mask = pd.Series(True, index=frame.index)
    if low is not None:
        mask &= ~(last < low).fillna(False)
    if high is not None:
        mask &= (first <= high).fillna(False)
    return frame[mask & (first.notna() | last.notna())]


def days_of(between: object) -> tuple[dt.date | None, dt.date | None]:
    """Return the first and last day of a range, None where that end is open.

    Raises
    ------
    UsageError
        If it is not a pair of days in order.

    Examples
    --------
    >>> days_of(("2024-03-01", None))
    (datetime.date(2024, 3, 1), None)
    """
    if not isinstance(between, (tuple, list)) or len(between) != 2:
        hint = 'write between=("2024-01-01", None)'
        raise UsageError(f"between={shown(between)} is not a pair of days", hint=hint)
    low, high = (None if day is None else dates.parse(day) for day in between)
    if low is not None and high is not None and low > high:
        hint = f'write between=("{high}", "{low}")'
        raise UsageError(f"the first day, {low}, is after the last, {high}", hint=hint)
    return low, high


def borne(
    frame: pd.DataFrame,
    bearers: Mapping[str, Mapping[str, Iterable[tuple[dt.date, dt.date]] | None]],
) -> pd.DataFrame:
    """Keep the rows whose dates touch a spell in which their country had the name asked for.

    Parameters
    ----------
    frame : pandas.DataFrame
        Rows with as_of or date, or started and ended, and their precisions.
    bearers : mapping of str to mapping
        Result of `filters.places_over`: for each column the codes, and the spells of each.
    """
    import numpy as np
    import pandas as pd

    first, last = _extent(frame)
    kept = pd.Series(True, index=frame.index)
    for column, codes in bearers.items():
        for code, spells in codes.items():
            if spells is None:
                continue
            inside = pd.Series(False, index=frame.index)
            for begins, ends in spells:
                # An open end is a missing date, which no comparison excludes.
                early = last < np.datetime64(begins, "s")
                inside |= ~early & ~(first >= np.datetime64(ends, "s"))
            kept &= frame[column].ne(code) | inside
    return frame[kept.astype(bool)]


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
    """Keep the claims that were public on a day: published on or before it.

    Parameters
    ----------
    claims : pandas.DataFrame
        Rows of `deployments` with source_id, published_on (a day), as_of and started.
    sources : pandas.DataFrame
        source_id, published_on and its precision, accessed_on.
    on : str or datetime.date
        The day.
    certain : bool
        Keep only claims that were certainly public; False adds possible ones.

    Notes
    -----
    A claim has its own publication day or, without one, that of its source. It was public at the
    latest when the source was read (`accessed_on`). If no publication day is known, it was
    certainly public from that day, and possibly from the day that it is about.
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
    about = claims["as_of"].fillna(claims["started"])
    first = dates.earliest(when, sharp)
    vague = first.isna() | (sharp == "not_later_than").fillna(False).astype(bool)
    first = first.mask(vague, about)
    return claims[((first <= day) | first.isna()).astype(bool)]
