"""The tables, filtered.

Every filter is keyword-only and means the same everywhere. Names are matched exactly; an unknown
country, code, column or table is an error that offers the nearest ones.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from troopdata.api import country_index, valid_time
from troopdata.api.filters import (
    Codes,
    Day,
    Place,
    Span,
    Years,
    coded,
    identified,
    listed,
    places,
    plain,
    years_of,
)
from troopdata.api.load import released
from troopdata.errors import UsageError
from troopdata.geometry.points import located
from troopdata.release import loader

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd

__all__ = [
    "agreements", "bases", "deployments", "events", "spending", "tenancies",
]  # fmt: skip


def deployments(
    *,
    sender: Place = None,
    host: Place = None,
    on: Day = None,
    between: Span = None,
    operation: Codes = None,
    subdivision: Codes = None,
    force: Codes = None,
    service: Codes = None,
    basis: Codes = None,
    source: Codes = None,
    status: Codes = "accepted",
    certain: bool = True,
    known: Day = None,
    published_before: Day = None,
    version: str | None = None,
) -> pd.DataFrame:
    """Return claims about strength and presence, one row a claim.

    Parameters
    ----------
    sender, host : str, int or list of these, optional
        ISO3 code, name, alias, World Bank region, or integer COW code.
    on : str or datetime.date, optional
        Claims that certainly speak of that day; ``certain=False`` adds those that may.
    between : tuple of two days, optional
        Claims whose dates touch the span, both ends included; either end may be None.
    operation, subdivision, force, service, basis, source : str or list of str, optional
        Codes as `describe` lists them; ids of `operations` and `sources`, of which one that was
        merged stands for the one that took its place; ISO 3166-2 codes.
    status : str, list of str or None
        ``"accepted"`` by default; None keeps superseded and rejected claims too.
    certain : bool
        Keep only what is certain of `on` and `published_before`, by the bounds; False adds what
        may be.
    known : str or datetime.date, optional
        The day whose data to read: those of the last release on or before it.
    published_before : str or datetime.date, optional
        Claims that were public on that day: published on it, or before. A claim has its own day
        of publication or else its source's, and was public at the latest when its source was
        read (`accessed_on`). One whose publication is not dated, as the reports of the Defense
        Manpower Data Center, is not certainly public; with ``certain=False`` it counts from the
        day that it speaks of.
    version : str, optional
        Release of the data; the latest by default.

    Returns
    -------
    pandas.DataFrame
        Columns of table `deployments`; personnel, personnel_low and personnel_high (people) are
        Int32 and missing where the source gives no figure.

    Raises
    ------
    UnknownCountry, AmbiguousCountry, UnknownCode, UnknownRelease
        With the nearest names.
    UsageError
        If a day is none, or `known` and `version` are both given.

    Examples
    --------
    >>> claims = deployments(sender="USA", host="Niger", on="2017-09-30", service="all")
    >>> claims.loc[claims.force == "active_duty", "personnel"].tolist()
    [510]
    """
    if known is not None:
        if version is not None:
            raise UsageError("known and version both choose a release", hint="give one of them")
        version = released(known)
    where = {
        **places(sender=sender, host=host, on=on, version=version),
        **coded("deployments", force=force, service=service, basis=basis, status=status),
        **identified(version, operation_id=operation, source_id=source),
        **listed(subdivision=subdivision),
    }
    frame = loader.read("deployments", version=version, where=where)
    if on is not None:
        frame = valid_time.active(frame, on=on, certain=certain)
    if between is not None:
        frame = valid_time.touching(frame, between)
    if published_before is not None:
        documents = loader.read("sources", version=version)
        frame = valid_time.public(frame, documents, on=published_before, certain=certain)
    return plain(frame)


def bases(
    *,
    host: Place = None,
    sender: Place = None,
    on: Day = None,
    kind: Codes = None,
    certain: bool = True,
    version: str | None = None,
) -> gpd.GeoDataFrame:
    """Return places that forces use or used, one row a place.

    Parameters
    ----------
    host : str, int or list of these, optional
        Country that the place lies in today.
    sender : str, int or list of these, optional
        Places of which this sender has, or had, a tenancy.
    on : str or datetime.date, optional
        Places with a tenancy (of that sender, if one is given) that certainly ran on that day;
        ``certain=False`` adds those that may have.
    kind : str or list of str, optional
        Codes of the vocabulary `base_kind`.
    version : str, optional
        Release of the data; the latest by default.

    Returns
    -------
    geopandas.GeoDataFrame
        Columns of table `bases`, EPSG:4326; the point is empty where no source shows one.

    Examples
    --------
    >>> bases(host="NER", sender="USA", on="2024-08-01").base_id.tolist()
    ['ner-air-base-201']
    >>> len(bases(host="NER", sender="USA", on="2024-08-06"))
    0
    """
    where = {**places(host=host, version=version), **coded("bases", kind=kind)}
    if sender is not None or on is not None:
        used = tenancies(sender=sender, on=on, certain=certain, version=version)
        where["base_id"] = set(used["base_id"])
    return located(plain(loader.read("bases", version=version, where=where)))


def tenancies(
    *,
    base: Codes = None,
    sender: Place = None,
    host: Place = None,
    on: Day = None,
    certain: bool = True,
    version: str | None = None,
) -> pd.DataFrame:
    """Return who used which base from when to when, one row a sender's spell at a base.

    Parameters
    ----------
    base : str or list of str, optional
        Ids of bases; one that was merged stands for the one that took its place.
    sender, host : str, int or list of these, optional
        Whose forces; where.
    on : str or datetime.date, optional
        Spells that certainly ran on that day; ``certain=False`` adds those that may have.
        `ended` is the first day on which the base was no longer used.
    version : str, optional
        Release of the data; the latest by default.

    Returns
    -------
    pandas.DataFrame
        Columns of table `tenancies`.

    Examples
    --------
    >>> tenancies(base="ner-air-base-201", sender="USA").ended.dt.date.tolist()
    [datetime.date(2024, 8, 5)]
    """
    where = {**places(sender=sender, on=on, version=version), **identified(version, base_id=base)}
    if host is not None:
        here = places(host=host, version=version)
        inside = loader.read("bases", version=version, columns=["base_id"], where=here)
        where["base_id"] = set(inside["base_id"]) & set(where.get("base_id", inside["base_id"]))
    frame = loader.read("tenancies", version=version, where=where)
    if on is not None:
        frame = valid_time.active(frame, on=on, certain=certain)
    return plain(frame)


def agreements(
    *,
    party: Place = None,
    sender: Place = None,
    host: Place = None,
    kind: Codes = None,
    on: Day = None,
    certain: bool = True,
    version: str | None = None,
) -> pd.DataFrame:
    """Return instruments, one row an instrument, with its parties and its span.

    Parameters
    ----------
    party : str, int or list of these, optional
        Instruments that bind or bound any of these, in whatever role.
    sender, host : str, int or list of these, optional
        Instruments in which these are a party, and not as the other side only: the sending
        state (or an equal party), the host (or an equal party).
    kind : str or list of str, optional
        Codes of the vocabulary `agreement_kind`.
    on : str or datetime.date, optional
        In force on that day for every party asked for; an instrument without a stated entry
        into force counts from its signature. Where a party is no more and no source states an
        end (the Soviet Union's treaties), it is certain up to that party's last day.
    version : str, optional
        Release of the data; the latest by default.

    Returns
    -------
    pandas.DataFrame
        Columns of table `agreements`, then parties (codes joined by ``;``), signed, in_force and
        ended: the parties' earliest signature and entry into force, and the end where it has
        ended for all but one party or fewer.

    Examples
    --------
    >>> "usa-ner-sofa-2013" in set(agreements(host="NER", on="2024-03-15").agreement_id)
    True
    >>> "usa-ner-sofa-2013" in set(agreements(host="NER", on="2024-03-17").agreement_id)
    False
    """
    where = coded("agreements", kind=kind)
    frame = loader.read("agreements", version=version, where=where)
    standing = loader.read("agreement_parties", version=version)
    bound = standing
    if on is not None:
        spells = valid_time.bound(standing, country_index.gazetteer(version))
        bound = valid_time.active(spells, on=on, certain=certain)
    for asked, roles in ((party, None), (sender, ("sender", "party")), (host, ("host", "party"))):
        if asked is not None:
            codes = places(party=asked, on=on, version=version)["party"]
            match = bound["party"].isin(codes)
            if roles:
                match &= bound["role"].isin(roles)
            frame = frame[frame["agreement_id"].isin(bound.loc[match, "agreement_id"])]
    if on is not None:
        frame = frame[frame["agreement_id"].isin(valid_time.binding(bound))]
    summed = frame.merge(_summed(standing), on="agreement_id", how="left")
    summed.attrs.update(frame.attrs)
    return plain(summed)


def _summed(standing: pd.DataFrame) -> pd.DataFrame:
    grouped = standing.sort_values(["agreement_id", "party"]).groupby("agreement_id")
    summed = grouped.agg(
        parties=("party", ";".join),
        signed=("signed", "min"),
        in_force=("in_force", "min"),
        ended=("ended", "max"),
        left=("ended", lambda dates: dates.isna().sum()),
    ).reset_index()
    summed["ended"] = summed["ended"].where(summed.pop("left") < 2)
    return summed.astype({"agreement_id": "string", "parties": "string"})


def events(
    *,
    sender: Place = None,
    host: Place = None,
    kind: Codes = None,
    between: Span = None,
    status: Codes = None,
    version: str | None = None,
) -> pd.DataFrame:
    """Return what happened on which day, one row an event, in time order.

    Parameters
    ----------
    sender, host : str, int or list of these, optional
        Whose forces are concerned; where.
    kind : str or list of str, optional
        Codes of the vocabulary `event_kind`.
    between : tuple of two days, optional
        Events whose dates touch the span, both ends included; either end may be None.
    status : str or list of str, optional
        Every status by default: a date that stands against another is kept beside it.
    version : str, optional
        Release of the data; the latest by default.

    Returns
    -------
    pandas.DataFrame
        Columns of table `events`.

    Examples
    --------
    >>> revoked = events(host="NER", kind="agreement_denounced", between=("2024-03-01", None))
    >>> revoked.query("status == 'accepted'").date.dt.date.tolist()
    [datetime.date(2024, 3, 16)]
    """
    where = {
        **places(sender=sender, host=host, version=version),
        **coded("events", kind=kind, status=status),
    }
    frame = loader.read("events", version=version, where=where)
    if between is not None:
        frame = valid_time.touching(frame, between)
    return plain(frame.sort_values(["date", "event_id"]))


def spending(
    *,
    host: Place = None,
    years: Years = None,
    kind: Codes = None,
    version: str | None = None,
) -> pd.DataFrame:
    """Return money claims, one row a claim.

    Parameters
    ----------
    host : str, int or list of these, optional
        Where.
    years : tuple of two int, or int, optional
        First and last year of the claim's date, inclusive (the fiscal year of an appropriation);
        claims without a date drop out.
    kind : str or list of str, optional
        Codes of the vocabulary `spending_kind`: an appropriation, a cost and a replacement value
        are three things.
    version : str, optional
        Release of the data; the latest by default.

    Returns
    -------
    pandas.DataFrame
        Columns of table `spending`; amount in currency units, amount_usd in US dollars.

    Examples
    --------
    >>> spending(host="NER", kind="replacement_value").amount_usd.tolist()
    [253377641.95]
    >>> spending(host="DEU", years=(2008, 2019)).date.dt.year.agg(["min", "max"]).tolist()
    [2008, 2019]
    """
    span = years_of(years)
    where = {**places(host=host, version=version), **coded("spending", kind=kind)}
    frame = loader.read("spending", version=version, where=where)
    if span is not None:
        frame = frame[frame["date"].dt.year.between(*span)]
    return plain(frame)
