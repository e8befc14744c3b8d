"""The standing of agreements on a day: in force, provisional, signed only, presumed, ended."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from troopdata.api import valid_time
from troopdata.schemas import dates

if TYPE_CHECKING:
    import pandas as pd

    from troopdata.gazetteer.resolver import Gazetteer

__all__ = [
    "BINDING", "ORDER", "OVER", "POSSIBLE", "agreement_standings", "bound", "party_standings",
    "weakest",
]  # fmt: skip

# From the one that binds most to the one that no longer binds.
ORDER = (
    "in_force", "provisional", "notice_running", "suspended", "presumed", "signed", "superseded",
    "expired", "ended",
)  # fmt: skip
# An agreement under notice is in force until the notice takes effect.
BINDING = ORDER[:3]
POSSIBLE = ORDER[:6]
OVER = ORDER[6:]
ENDED = {"superseded": "superseded", "expired": "expired", "lapsed": "expired"}
# Ways of entry into force by which an agreement without a day is not in force.
NOT_ENTERED = ("not_yet", "never", "provisional")
NOTICES = ("notice_given", "agreement_denounced", "notice_suspended", "notice_withdrawn")
RUNNING = ("notice_given", "agreement_denounced")
BREAKS = ("agreement_suspended", "agreement_in_force")


def bound(parties: pd.DataFrame, agreements: pd.DataFrame, countries: Gazetteer) -> pd.DataFrame:
    """Return agreement parties as spells, to which `valid_time.spans` and `active` apply.

    A party is certainly bound from its entry into force. Where no source gives that day, it may
    have been bound since its signature.

    Parameters
    ----------
    parties : pandas.DataFrame
        Rows of `agreement_parties`: every party of each agreement.
    agreements : pandas.DataFrame
        agreement_id and, in the releases that have it, last_attested.
    countries : Gazetteer
        The index of countries. A party that has ceased to exist, without a stated end, was
        certainly bound until its last day (only a source could say that a successor replaced it),
        and so was its only partner.

    Returns
    -------
    pandas.DataFrame
        The rows, with started and its precision, ended, and last_attested where it is known.
    """
    import pandas as pd

    effective = parties["in_force"].notna()
    last = parties["party"].map({code: countries.ended(code) for code in set(parties["party"])})
    ceased = last.notna() & parties["ended"].isna()
    rows = parties.assign(
        started=parties["in_force"].fillna(parties["signed"]),
        started_precision=parties["in_force_precision"].mask(
            ~effective & parties["signed"].notna(), "not_earlier_than"
        ),
        ended=parties["ended"].mask(ceased, pd.to_datetime(last).astype("datetime64[s]")),
        ended_precision=parties["ended_precision"].mask(ceased, "not_earlier_than"),
    )
    if "last_attested" in agreements:
        seen = agreements.set_index("agreement_id")["last_attested"]
        # A treaty that was seen once is not one of a list that was not repeated.
        never = pd.Series(pd.NaT, index=rows.index, dtype="datetime64[s]")
        last = pd.Series(seen.reindex(rows["agreement_id"]).array, index=rows.index)
        rows = rows.assign(first_attested=never, last_attested=last)
    return _end_with_partner(rows)


def _end_with_partner(rows: pd.DataFrame) -> pd.DataFrame:
    """Give the last party without an end the end of the party that left before it."""
    agreement = rows["agreement_id"]
    left = rows["ended"].isna()
    alone = left & left.groupby(agreement).transform("sum").eq(1) & agreement.duplicated(keep=False)
    return rows.assign(
        ended=rows["ended"].mask(alone, rows.groupby("agreement_id")["ended"].transform("max")),
        ended_precision=rows["ended_precision"].mask(alone, "not_earlier_than"),
    )


def party_standings(
    spells: pd.DataFrame,
    events: pd.DataFrame,
    *,
    on: str | dt.date,
    stale_after: int | None = None,
) -> pd.Series:
    """Return the standing of each row's agreement for its party on a day.

    Parameters
    ----------
    spells : pandas.DataFrame
        Result of `bound`.
    events : pandas.DataFrame
        Accepted rows of `events` about agreements.
    on : str or datetime.date
        The day.
    stale_after : int, optional
        As in `valid_time.active`.

    Returns
    -------
    pandas.Series of str
        Codes of the vocabulary `agreement_standing`; missing before the signature.
    """
    import pandas as pd

    day = pd.Timestamp(dates.parse(on)).as_unit("s")
    opened, closed = valid_time.spans(spells, stale_after=stale_after)
    sure = (opened <= day) & ~(closed <= day)
    signed = dates.earliest(spells["signed"], spells["signed_precision"]) <= day
    begun = (valid_time.spans(spells, certain=False)[0] <= day) | signed.fillna(False)
    over = spells["end_mode"].notna() & (
        dates.latest(spells["ended"], spells["ended_precision"]) <= day
    )
    found = pd.Series(pd.NA, index=spells.index, dtype="string")
    found = found.mask(begun & ~sure, _unsure(spells, events, day)).mask(sure, "in_force")
    if "entry" in spells:
        found = found.mask(sure & spells["entry"].eq("provisional").fillna(False), "provisional")
    found = _with_events(found, spells, events, day)
    mode = spells["end_mode"].map(ENDED).fillna("ended")
    return found.mask(over.fillna(False).astype(bool), mode)


def _unsure(spells: pd.DataFrame, events: pd.DataFrame, day: pd.Timestamp) -> pd.Series:
    """Return presumed, provisional or signed for parties that are not certainly bound."""
    import pandas as pd

    entered = (dates.earliest(spells["in_force"], spells["in_force_precision"]) <= day).fillna(
        False
    )
    if "entry" in spells:
        unknown = spells["in_force"].isna() & ~spells["entry"].isin(NOT_ENTERED)
        stated = spells["entry"].eq("provisional").fillna(False).astype(bool)
    else:
        unknown = spells["in_force"].isna()
        stated = ~unknown & unknown
    applied = events[events["kind"].eq("agreement_provisionally_applied") & (events["date"] <= day)]
    provisional = spells["agreement_id"].isin(applied["agreement_id"]) | stated
    found = pd.Series("signed", index=spells.index, dtype="string")
    found = found.mask((entered | unknown).astype(bool), "presumed")
    # What is applied provisionally is so until its entry into force or its end.
    return found.mask(provisional & ~entered.astype(bool), "provisional")


def _with_events(
    found: pd.Series, spells: pd.DataFrame, events: pd.DataFrame, day: pd.Timestamp
) -> pd.Series:
    """Return the standings with notices that run on the day, and with suspensions."""
    # One of several parties that gives notice leaves the others bound.
    several = spells.loc[spells.groupby("agreement_id")["party"].transform("size") > 2]
    leaving = events["agreement_id"].isin(several["agreement_id"])
    running = _last_of(events.assign(party=events["actor"].where(leaving)), NOTICES, day)
    running = running[running["kind"].isin(RUNNING)]
    stopped = _last_of(events, BREAKS, day)
    stopped = stopped[stopped["kind"].eq("agreement_suspended")]
    alive = found.eq("in_force").fillna(False).astype(bool)
    noticed = spells["agreement_id"].isin(running.loc[running["party"].isna(), "agreement_id"])
    noticed |= _keys(spells).isin(_keys(running))
    paused = spells["agreement_id"].isin(stopped["agreement_id"])
    return found.mask(alive & noticed, "notice_running").mask(alive & paused, "suspended")


def _keys(rows: pd.DataFrame) -> pd.Series:
    """Return the agreement and the party of each row as one string; missing without a party."""
    return rows["agreement_id"] + "|" + rows["party"]


def _last_of(events: pd.DataFrame, kinds: tuple[str, ...], day: pd.Timestamp) -> pd.DataFrame:
    """Return the last event of some kinds by the day, of each agreement (and party, if named)."""
    past = events[events["kind"].isin(kinds) & (events["date"] <= day)]
    one = ["agreement_id", "party"] if "party" in events else ["agreement_id"]
    return past.sort_values(["date", "event_id"]).drop_duplicates(one, keep="last")


def agreement_standings(rows: pd.DataFrame, standing: pd.Series) -> pd.Series:
    """Return the standing of each agreement: the best that at least two of its parties have.

    An agreement for which the sources name only one party is therefore presumed at best.

    Parameters
    ----------
    rows : pandas.DataFrame
        agreement_id of each party.
    standing : pandas.Series of str
        Result of `party_standings`, with the index of `rows`.

    Returns
    -------
    pandas.Series of str
        By agreement_id; agreements that nobody had signed are missing.
    """
    place = standing.map({code: at for at, code in enumerate(ORDER)})
    known = rows.assign(place=place)[["agreement_id", "place"]].dropna()
    ordered = known.sort_values(["agreement_id", "place"]).groupby("agreement_id")["place"]
    second = ordered.nth(1)
    found = known.loc[second.index].set_index("agreement_id")["place"]
    alone = ordered.min()[~ordered.min().index.isin(found.index)].clip(
        lower=ORDER.index("presumed")
    )
    found = found.reindex(found.index.append(alone.index)).fillna(alone)
    return found.astype("int64").map(dict(enumerate(ORDER))).astype("string")


def weakest(one: pd.Series, other: pd.Series) -> pd.Series:
    """Return the standing that binds less, row by row; missing where either is.

    Parameters
    ----------
    one, other : pandas.Series of str
        Codes of the vocabulary `agreement_standing`, with one index.
    """
    place = {code: at for at, code in enumerate(ORDER)}
    found = one.map(place).where(one.map(place) >= other.map(place), other.map(place))
    found = found.where(one.notna() & other.notna())
    return found.astype("Int64").map(dict(enumerate(ORDER))).astype("string")
