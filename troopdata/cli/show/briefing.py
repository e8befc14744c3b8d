"""Gather the data about one host on one day: strength, bases, agreements and events."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from troopdata.api import country_index, load, readers, standing, valid_time
from troopdata.api.agreements import agreements
from troopdata.api.filters import Day, Place, plain
from troopdata.cli.show.strength import names, no_strength, publishers, short_names, strength
from troopdata.gazetteer.over_time import areas_of, part_of
from troopdata.gazetteer.resolver import Gazetteer
from troopdata.release.loader import opened as open_release
from troopdata.release.loader import read
from troopdata.schemas import dates

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Briefing", "briefing"]

WINDOW, LONG_WINDOW = dt.timedelta(days=366), dt.timedelta(days=5 * 366)
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
        The best estimate of the day for every sender of which anything is known by then, with the
        stationing count and the last total: see `strength.strength`.
    territories : pandas.DataFrame
        The same for territories of the host and areas that lie within it, with territory (name).
    counts : pandas.DataFrame
        sender, name, short_name, personnel, personnel_low, personnel_high, qualifier, value_state,
        basis, force, place, operation, as_of, as_of_precision, publisher: each sender's latest
        claims on any basis from the year before the day, or from five years if there are none, and
        the latest total in the country from those five years.
    tenancies : pandas.DataFrame
        Who uses or used which base, with base_name and sender_name, and `standing` on the day:
        running, may run, last seen (no end is stated), over.
    agreements : pandas.DataFrame
        Agreements with `standing` on the day, a code of the vocabulary `agreement_standing`.
    events : pandas.DataFrame
        The latest events up to the day.
    notes : tuple of str
        What else the name may mean on that day, the country under which its bases are listed, and
        areas that are counted apart, such as the Golan Heights.
    default_day : bool
        Whether the day is the knowledge cutoff of the release because none was given.
    """

    host: str
    name: str
    on: dt.date
    release: str
    strength: pd.DataFrame
    territories: pd.DataFrame
    counts: pd.DataFrame
    tenancies: pd.DataFrame
    agreements: pd.DataFrame
    events: pd.DataFrame
    notes: tuple[str, ...] = ()
    default_day: bool = False


def briefing(
    host: str | int, *, on: Day = None, sender: Place = None, version: str | None = None
) -> Briefing:
    """Return the data about foreign forces in a host on a day.

    Parameters
    ----------
    host : str or int
        One country.
    on : str or datetime.date, optional
        The day; by default the knowledge cutoff of the release.
    sender : str, int or list of these, optional
        Only these forces.
    version : str, optional
        Release of the data; the latest by default.

    Examples
    --------
    >>> niger = briefing("Niger", on="2024-03-17")
    >>> niger.agreements.set_index("agreement_id").loc["usa-ner-sofa-2013", "standing"]
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
        strength=strength(code, claims, day, sender, version),
        territories=_territories(code, day, sender, version),
        counts=_counts(claims, day, version),
        tenancies=_tenancies(code, day, sender, version),
        agreements=_agreements(code, day, sender, version),
        events=_events(code, day, sender, version),
        notes=(*_notes(code, day, countries), *_counted_apart(code, day, countries)),
        default_day=on is None,
    )


def _notes(code: str, day: dt.date, countries: Gazetteer) -> Iterator[str]:
    """Yield notes about a name that two countries shared, or about a country that has ended."""
    record, last = countries.record(code, day), countries.records[code][-1]
    for other, known in countries.records.items():
        then = countries.record(other, day)
        # Both countries used the present name of this one, as both Vietnams did.
        if other != code and then and last.valid_to is None and last.name in then.names:
            yield (
                f"On this day, the name {last.name} could also mean {then.name}: "
                f"{_show(other, day)}"
            )
        successor = known[-1]
        if (
            other != code
            and record
            and successor.valid_to is None
            and successor.name in record.names
        ):
            yield (
                f"Bases are listed under the country where they are today, {successor.name}: "
                f"{_show(other, day)}"
            )


def _counted_apart(code: str, day: dt.date, countries: Gazetteer) -> Iterator[str]:
    """Yield a note about an area that is counted in no state, or about those of a state."""
    record = countries.record(code, day)
    if record and record.states:
        names = ", ".join(countries.name(state, day) for state in record.states)
        yield f"Counted in none of its states, {names}: {_show(record.states[0], day)}"
    for area in areas_of(countries, code, day):
        yield f"Counted apart, {countries.name(area, day)}: {_show(area, day)}"


def _show(country: str, day: dt.date) -> str:
    return f"troopdata show {country} --on {day.isoformat()}"


def _claims(host: str, day: dt.date, sender: Place, version: str | None) -> pd.DataFrame:
    """Return the accepted claims up to the day."""
    import pandas as pd

    claims = readers.deployments(host=host, sender=sender, between=(None, day), version=version)
    begun = claims["as_of"].fillna(claims["started"]) <= pd.Timestamp(day)
    return plain(claims[begun & (claims["sender"] != claims["host"])])


def _territories(host: str, day: dt.date, sender: Place, version: str | None) -> pd.DataFrame:
    """Return the estimates of the host's territories and of areas that lie within it."""
    import pandas as pd

    countries = country_index.gazetteer(version)
    found = []
    for code in countries.records:
        if host not in part_of(countries, code) or not countries.exists(code, day):
            continue
        rows = strength(code, _claims(code, day, sender, version), day, sender, version)
        rows = rows[rows["sender"] != host].assign(territory=countries.name(code, day))
        found += [rows.astype({"territory": "string"})] if len(rows) else []
    if found:
        return pd.concat(found, ignore_index=True)
    return no_strength().assign(territory=pd.Series(dtype="string"))


def _counts(claims: pd.DataFrame, day: dt.date, version: str | None) -> pd.DataFrame:
    """Return the latest claim of each sender, basis, force, place and publisher in the window."""
    import pandas as pd

    publisher = publishers(version)
    counts = claims[claims["service"] == "all"].assign(
        publisher=claims["source_id"].map(publisher).astype("string"),
        day=claims["as_of"].fillna(claims["started"]),
    )
    # A zero for a part such as civilians does not mean that there were no forces.
    zero_of_part = counts["personnel"].eq(0).fillna(False) & ~counts["force"].isin(
        ["military", "active_duty"]
    )
    counts = counts[
        counts["base_id"].isna()
        & ~zero_of_part
        & (counts["day"] >= pd.Timestamp(day - LONG_WINDOW))
    ]
    counted = counts[["personnel", "personnel_low", "personnel_high"]].notna().any(axis=1)
    newest = counts["day"].where(counted).groupby(counts["sender"]).transform("max")
    newest = newest.fillna(counts.groupby("sender")["day"].transform("max"))
    # A later count of a part, such as the permanently assigned, must not hide the last total.
    everyone = counted & whole(counts)
    total = counts["day"].where(everyone).groupby(counts["sender"]).transform("max")
    recent = counts["day"] >= pd.Timestamp(day - WINDOW)
    counts = counts[recent | (counts["day"] == newest) | (everyone & (counts["day"] == total))]
    counts = counts.sort_values(["sender", "day", "claim_id"])
    same = ["sender", "basis", "force", "place", "publisher"]
    counts = counts.drop_duplicates(same, keep="last").sort_values(
        ["sender", "day", "personnel"], ascending=[True, False, False]
    )
    operations = load.operations(version=version)
    operation = dict(zip(operations["operation_id"], operations["name"], strict=True))
    counts["operation"] = counts["operation_id"].map(operation).astype("string")
    counts = counts.assign(
        name=names(counts["sender"], day, version),
        short_name=short_names(counts["sender"], day, version),
    )
    columns = [
        "sender", "name", "short_name", "personnel", "personnel_low", "personnel_high", "qualifier",
        "value_state", "basis", "force", "place", "operation", "as_of", "as_of_precision",
        "publisher",
    ]  # fmt: skip
    return plain(counts[columns])


def _tenancies(host: str, day: dt.date, sender: Place, version: str | None) -> pd.DataFrame:
    spells = readers.tenancies(host=host, sender=sender, version=version)
    spells = spells[_begun(spells, day)]
    sites = load.load("bases", columns=["base_id", "name", "place"], version=version)
    sites = sites.rename(columns={"name": "base_name"})
    used = spells.merge(sites, on="base_id", how="left")
    used["sender_name"] = names(used["sender"], day, version)
    used["standing"] = _standing(used, day)
    rank = {"running": 0, "may run": 1, "last seen": 2, "over": 3}
    used["rank"] = used["standing"].map(rank)
    order = ["rank", "base_name", "started", "sender"]
    return plain(used.sort_values(order).drop(columns="rank"))


def _begun(spells: pd.DataFrame, day: dt.date) -> pd.Series:
    """Return which spells may have started by the day."""
    import pandas as pd

    return ~(dates.earliest(spells["started"], spells["started_precision"]) > pd.Timestamp(day))


def _standing(frame: pd.DataFrame, day: dt.date) -> pd.Series:
    """Return whether each tenancy is certainly, possibly or not running on the day."""
    import pandas as pd

    certain = frame.index.isin(valid_time.active(frame, on=day).index)
    possible = frame.index.isin(valid_time.active(frame, on=day, certain=False).index)
    stated = frame["ended"].notna() & frame["ended_precision"].ne("not_earlier_than")
    words = [
        "running" if c else "may run" if p else "over" if s else "last seen"
        for c, p, s in zip(certain, possible, stated, strict=True)
    ]
    return pd.Series(words, index=frame.index, dtype="string")


def _agreements(host: str, day: dt.date, sender: Place, version: str | None) -> pd.DataFrame:
    """Return the agreements that the host had signed by the day, with their standing for it."""
    found = agreements(host=host, party=sender, version=version)
    parties = read("agreement_parties", version=version)
    parties = parties[parties["agreement_id"].isin(found["agreement_id"])]
    everyone = standing.bound(parties, found, country_index.gazetteer(version))
    happened = read("events", version=version, where={"status": ["accepted"]})
    each = standing.party_standings(everyone, happened, on=day)
    of_all = standing.agreement_standings(everyone, each)
    spells = everyone[everyone["party"] == host]
    rows = spells[["agreement_id", "ended", "ended_precision", "end_mode"]].rename(
        columns={"ended": "host_ended"}
    )
    # No agreement binds the host alone: the weaker of its own standing and that of all counts.
    rows["standing"] = standing.weakest(each[spells.index], rows["agreement_id"].map(of_all))
    unstated = spells["in_force"].isna()
    rows["since"] = spells["started"]
    rows["since_precision"] = spells["started_precision"].mask(unstated, spells["signed_precision"])
    rows["signed_only"] = unstated
    rows = rows[rows["standing"].notna()].merge(found.drop(columns="standing"), on="agreement_id")
    over = rows["standing"].isin(standing.OVER)
    rows["latest"] = rows["host_ended"].where(over, rows["since"])
    # What ended comes first: it is the news.
    rows["rank"] = rows["standing"].map({code: at for at, code in enumerate(standing.ORDER)})
    rows["rank"] = rows["rank"].mask(over, -1)
    rows = rows.sort_values(["rank", "latest", "agreement_id"], ascending=[True, False, True])
    return plain(rows.drop(columns=["rank", "latest"]))


def _events(host: str, day: dt.date, sender: Place, version: str | None) -> pd.DataFrame:
    import pandas as pd

    past = readers.events(
        host=host, sender=sender, between=(None, day), status="accepted", version=version
    )
    return plain(past[past["date"] <= pd.Timestamp(day)].tail(LAST_EVENTS).iloc[::-1])


def whole(counts: pd.DataFrame) -> pd.Series:
    """Return which claims count everyone in the country."""
    return counts["basis"].eq("in_country_total") & counts["place"].isna()


def other_counts(briefing: Briefing, sender: str) -> pd.DataFrame:
    """Return a sender's latest claims that its estimate does not show already."""
    import pandas as pd

    best = briefing.strength[briefing.strength["sender"] == sender]
    rows = briefing.counts[briefing.counts["sender"] == sender]
    if best.empty or rows.empty:
        return rows
    row = best.iloc[0]
    if row["state"] != "presence_only":
        # Next to a figure, a claim of mere presence adds nothing.
        rows = rows[rows[["personnel", "personnel_low", "personnel_high"]].notna().any(axis=1)]
    shown = pd.Series(False, index=rows.index)
    # A report counts civilians and reserves on the same day, and no estimate has them.
    armed = rows["force"].isin(["military", "active_duty"])
    for day, basis in (("as_of", "basis"), ("assigned_as_of", "assigned_basis")):
        if pd.notna(row[day]) and pd.notna(row[basis]):
            shown |= armed & rows["basis"].eq(row[basis]) & rows["as_of"].eq(row[day])
    if pd.notna(row["last_total_as_of"]):
        shown |= whole(rows) & rows["as_of"].eq(row["last_total_as_of"])
    return plain(rows[~shown.fillna(False).astype(bool)])
