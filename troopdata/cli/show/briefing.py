"""What is known of one host on one day: strength, bases, agreements and events."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from troopdata.api import country_index, load, readers, valid_time
from troopdata.api.filters import Day, Place, plain
from troopdata.estimation import candidates
from troopdata.estimation.dyads import spans
from troopdata.estimation.estimate import estimate
from troopdata.estimation.periods import period
from troopdata.gazetteer.resolver import Gazetteer
from troopdata.release.loader import opened as open_release
from troopdata.release.loader import read
from troopdata.schemas import dates

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Briefing", "briefing"]

WINDOW, LONG_WINDOW = dt.timedelta(days=366), dt.timedelta(days=5 * 366)
OTHER_COUNTS = 3
LAST_EVENTS = 8


@dataclass(frozen=True, slots=True)
class Briefing:
    """Frames about one host on one day.

    Attributes
    ----------
    host, name : str
        Code and name.
    on : datetime.date
        The day.
    release : str
        Release of the data.
    strength : pandas.DataFrame
        sender, name, personnel, low, high, basis, state, as_of, as_of_precision, publisher: the
        best estimate for every sender that has one on the day.
    counts : pandas.DataFrame
        sender, name, personnel, personnel_low, personnel_high, qualifier, value_state, basis,
        force, place, as_of, as_of_precision, publisher: each sender's latest claims, whatever
        they count; of the year before the day, or of the five before it where none is younger, and
        the latest of everyone in the country of those five.
    tenancies : pandas.DataFrame
        Who uses or used which base, with base_name and sender_name, and `standing` on the day:
        running, may run, over.
    agreements : pandas.DataFrame
        Instruments with `standing` on the day: in force, ended, contested where the bounds of
        the end allow both, or unclear where no other party is on record as bound.
    events : pandas.DataFrame
        The last events up to the day.
    notes : tuple of str
        What else the day's name may mean, and under which country its bases are.
    """

    host: str
    name: str
    on: dt.date
    release: str
    strength: pd.DataFrame
    counts: pd.DataFrame
    tenancies: pd.DataFrame
    agreements: pd.DataFrame
    events: pd.DataFrame
    notes: tuple[str, ...] = ()


def briefing(
    host: str | int, *, on: Day = None, sender: Place = None, version: str | None = None
) -> Briefing:
    """Return what is known of foreign forces in a host on a day.

    Parameters
    ----------
    host : str or int
        One country.
    on : str or datetime.date, optional
        The day; by default the last day that the release's sources were read up to.
    sender : str, int or list of these, optional
        Only these forces.
    version : str, optional
        Release of the data; the latest by default.

    Examples
    --------
    >>> told = briefing("Niger", on="2024-03-17")
    >>> told.agreements.set_index("agreement_id").loc["usa-ner-sofa-2013", "standing"]
    'ended'
    """
    opened = open_release(version)
    day = dates.parse(on if on is not None else opened.manifest["knowledge_cutoff"])
    countries = country_index.gazetteer(version)
    code = countries.resolve(host, on=day)
    claims = _claims(code, day, sender, version)
    return Briefing(
        host=code,
        name=countries.name(code, day),
        on=day,
        release=opened.version,
        strength=_strength(claims, day, version),
        counts=_counts(claims, day, version),
        tenancies=_tenancies(code, day, sender, version),
        agreements=_agreements(code, day, sender, version),
        events=_events(code, day, sender, version),
        notes=tuple(_notes(code, day, countries)),
    )


def _notes(code: str, day: dt.date, countries: Gazetteer) -> Iterator[str]:
    """Say what hides behind a name that two countries shared, or behind one that is no more."""
    record, last = countries.record(code, day), countries.records[code][-1]
    for other, known in countries.records.items():
        then = countries.record(other, day)
        # What this one is called today was the other's name too, as Vietnam was of both.
        if other != code and then and last.valid_to is None and last.name in then.names:
            yield (
                f"{last.name} was also {then.name} on this day (troopdata show {other} "
                f"--on {day.isoformat()})"
            )
        heir = known[-1]
        if other != code and record and heir.valid_to is None and heir.name in record.names:
            yield (
                f"Bases are under the country that they lie in today, {heir.name} (troopdata show "
                f"{other} --on {day.isoformat()})"
            )


def _claims(host: str, day: dt.date, sender: Place, version: str | None) -> pd.DataFrame:
    """Return the accepted claims up to the day."""
    import pandas as pd

    claims = readers.deployments(host=host, sender=sender, between=(None, day), version=version)
    begun = claims["as_of"].fillna(claims["started"]) <= pd.Timestamp(day)
    return plain(claims[begun & (claims["sender"] != claims["host"])])


def _strength(claims: pd.DataFrame, day: dt.date, version: str | None) -> pd.DataFrame:
    """Return the best estimate of the day's month, its range widened to the year before."""
    import numpy as np
    import pandas as pd

    documents = load.sources(version=version)
    spoken = candidates.candidates(claims, documents)
    unit = period("month")
    month = int(unit.number(np.array([day], dtype="datetime64[D]"))[0])
    dyads = spans(spoken, unit).assign(first=month, last=month)
    rows = estimate(spoken, dyads, candidates.order(), freq="month")
    rows = rows[rows["state"] != "unknown"].reset_index(drop=True)
    recent = spoken[spoken["last"] >= pd.Timestamp(day - WINDOW)]
    wide = recent.groupby(["sender", "basis"], as_index=False).agg(
        least=("low", "min"), most=("high", "max")
    )
    rows = rows.merge(wide, on=["sender", "basis"], how="left")
    rows["low"] = rows[["low", "least"]].min(axis=1)
    rows["high"] = rows[["high", "most"]].max(axis=1)
    for column, values in _spoken(rows, spoken, documents).items():
        rows[column] = pd.array(values, dtype="string")
    rows["name"] = _names(rows["sender"], day, version)
    rows = rows.sort_values(["personnel", "high", "name"], ascending=[False, False, True])
    columns = [
        "sender", "name", "personnel", "low", "high", "basis", "state", "as_of",
        "as_of_precision", "publisher",
    ]  # fmt: skip
    return plain(rows[columns])


def _spoken(
    rows: pd.DataFrame, claims: pd.DataFrame, sources: pd.DataFrame
) -> dict[str, list[str | None]]:
    """Return who made the claim that speaks, and how sharp its date is."""
    source = dict(zip(claims["claim_id"], claims["source_id"], strict=True))
    publisher = dict(zip(sources["source_id"], sources["publisher"], strict=True))
    sharp = dict(zip(claims["claim_id"], claims["as_of_precision"], strict=True))
    first = [ids.split(";")[0] for ids in rows["claim_ids"].fillna("")]
    return {
        "publisher": [publisher.get(source.get(claim, "")) for claim in first],
        "as_of_precision": [sharp.get(claim) for claim in first],
    }


def _names(codes: pd.Series, day: dt.date, version: str | None) -> list[str]:
    countries = country_index.gazetteer(version)
    return [countries.name(code, day if countries.exists(code, day) else None) for code in codes]


def _counts(claims: pd.DataFrame, day: dt.date, version: str | None) -> pd.DataFrame:
    """Return the latest claim of each sender, basis, force, place and publisher of the year."""
    import pandas as pd

    documents = load.sources(version=version)
    publisher = dict(zip(documents["source_id"], documents["publisher"], strict=True))
    told = claims[claims["service"] == "all"].assign(
        publisher=claims["source_id"].map(publisher).astype("string"),
        day=claims["as_of"].fillna(claims["started"]),
    )
    beside = told["personnel"].eq(0).fillna(False) & ~told["force"].isin(
        ["military", "active_duty"]
    )
    told = told[told["base_id"].isna() & ~beside & (told["day"] >= pd.Timestamp(day - LONG_WINDOW))]
    counted = told[["personnel", "personnel_low", "personnel_high"]].notna().any(axis=1)
    newest = told["day"].where(counted).groupby(told["sender"]).transform("max")
    newest = newest.fillna(told.groupby("sender")["day"].transform("max"))
    # A younger count of a part, as of the permanently assigned, does not hide how many there were.
    everyone = counted & whole(told)
    total = told["day"].where(everyone).groupby(told["sender"]).transform("max")
    recent = told["day"] >= pd.Timestamp(day - WINDOW)
    told = told[recent | (told["day"] == newest) | (everyone & (told["day"] == total))]
    told = told.sort_values(["sender", "day", "claim_id"])
    same = ["sender", "basis", "force", "place", "publisher"]
    told = told.drop_duplicates(same, keep="last").sort_values(
        ["sender", "day", "personnel"], ascending=[True, False, False]
    )
    told = told.assign(name=_names(told["sender"], day, version))
    columns = [
        "sender", "name", "personnel", "personnel_low", "personnel_high", "qualifier",
        "value_state", "basis", "force", "place", "as_of", "as_of_precision", "publisher",
    ]  # fmt: skip
    return plain(told[columns])


def _tenancies(host: str, day: dt.date, sender: Place, version: str | None) -> pd.DataFrame:
    spells = readers.tenancies(host=host, sender=sender, version=version)
    spells = spells[_begun(spells, day)]
    sites = load.load("bases", columns=["base_id", "name", "place"], version=version)
    sites = sites.rename(columns={"name": "base_name"})
    told = spells.merge(sites, on="base_id", how="left")
    told["sender_name"] = _names(told["sender"], day, version)
    told["standing"] = _standing(told, day, running="running", maybe="may run", over="over")
    rank = {"running": 0, "may run": 1, "over": 2}
    told["rank"] = told["standing"].map(rank)
    order = ["rank", "base_name", "started", "sender"]
    return plain(told.sort_values(order).drop(columns="rank"))


def _begun(spells: pd.DataFrame, day: dt.date) -> pd.Series:
    """Return which spells may have begun by the day."""
    import pandas as pd

    return ~(dates.earliest(spells["started"], spells["started_precision"]) > pd.Timestamp(day))


def _standing(
    frame: pd.DataFrame, day: dt.date, *, running: str, maybe: str, over: str
) -> pd.Series:
    """Return how each spell stands on the day."""
    import pandas as pd

    certain = frame.index.isin(valid_time.active(frame, on=day).index)
    possible = frame.index.isin(valid_time.active(frame, on=day, certain=False).index)
    standing = [
        running if c else maybe if p else over for c, p in zip(certain, possible, strict=True)
    ]
    return pd.Series(standing, index=frame.index, dtype="string")


def _agreements(host: str, day: dt.date, sender: Place, version: str | None) -> pd.DataFrame:
    """Return the host's instruments signed by the day, and how the host stood to each."""
    found = readers.agreements(host=host, party=sender, version=version)
    parties = read("agreement_parties", version=version)
    parties = parties[parties["agreement_id"].isin(found["agreement_id"])]
    everyone = valid_time.bound(parties, country_index.gazetteer(version))
    spells = everyone[everyone["party"] == host]
    spells = spells[_begun(spells, day)].reset_index(drop=True)
    told = spells[["agreement_id", "ended", "ended_precision", "end_mode"]].rename(
        columns={"ended": "host_ended"}
    )
    told["standing"] = _standing(spells, day, running="in force", maybe="contested", over="ended")
    alone = ~told["agreement_id"].isin(valid_time.binding(valid_time.active(everyone, on=day)))
    unstated = ~told["agreement_id"].isin(parties.dropna(subset=["ended"])["agreement_id"])
    open_ended = told["standing"] != "ended"
    told["standing"] = told["standing"].mask(alone & unstated & open_ended, "unclear")
    told["since"], told["since_precision"] = spells["started"], spells["started_precision"]
    told = told.merge(found, on="agreement_id")
    told["latest"] = told["host_ended"].where(told["standing"] == "ended", told["since"])
    rank = {"ended": 0, "in force": 1, "contested": 2, "unclear": 3}
    told["rank"] = told["standing"].map(rank)
    told = told.sort_values(["rank", "latest", "agreement_id"], ascending=[True, False, True])
    return plain(told.drop(columns=["rank", "latest"]))


def _events(host: str, day: dt.date, sender: Place, version: str | None) -> pd.DataFrame:
    import pandas as pd

    told = readers.events(
        host=host, sender=sender, between=(None, day), status="accepted", version=version
    )
    return plain(told[told["date"] <= pd.Timestamp(day)].tail(LAST_EVENTS).iloc[::-1])


def whole(counts: pd.DataFrame) -> pd.Series:
    """Return which claims are of everyone in the country."""
    return counts["basis"].eq("in_country_total") & counts["place"].isna()


def other_counts(told: Briefing, sender: str) -> pd.DataFrame:
    """Return a few of a sender's latest claims, those that the best estimate does not repeat."""
    import pandas as pd

    best = told.strength[told.strength["sender"] == sender]
    rows = told.counts[told.counts["sender"] == sender]
    if best.empty or rows.empty:
        return rows.head(OTHER_COUNTS)
    row = best.iloc[0]
    if row["state"] != "presence_only":
        # Beside a figure, that they were there is no news.
        rows = rows[rows[["personnel", "personnel_low", "personnel_high"]].notna().any(axis=1)]
    same = (
        (rows["basis"] == row["basis"])
        & (rows["publisher"] == row["publisher"])
        & (rows["as_of"] == row["as_of"])
        & (rows["place"].isna())
    )
    rows = rows[~pd.Series(same).fillna(False).astype(bool)]
    if row["basis"] != "in_country_total":
        # Beside the estimate of a part, what counts everyone stands first.
        rows = rows.loc[(~whole(rows)).sort_values(kind="stable").index]
    return rows.head(OTHER_COUNTS)
