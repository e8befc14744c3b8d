"""Read the tables with filters.

Filters are keyword-only and mean the same in every function. Names match exactly; an unknown
country, code, column or table is an error that suggests the nearest ones.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import TYPE_CHECKING

from troopdata.api import valid_time
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
    places_over,
    plain,
    years_of,
)
from troopdata.api.load import released
from troopdata.errors import UsageError
from troopdata.geometry.points import located
from troopdata.release import loader
from troopdata.schemas import dates

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd

__all__ = [
    "bases", "deployments", "events", "spending", "tenancies",
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
    """Return claims about strength and presence, one row per claim.

    Parameters
    ----------
    sender, host : str, int or list of these, optional
        ISO3 code, name, alias, World Bank region, or integer COW code. A name or number means
        every country that had it on the days asked about: Vietnam in 1968 is RVN and VNM.
    on : str or datetime.date, optional
        Claims that are certainly about that day; ``certain=False`` adds possible ones.
    between : tuple of two days, optional
        Claims whose dates overlap the range, both ends included; either end may be None.
    operation, subdivision, force, service, basis, source : str or list of str, optional
        Codes as `describe` lists them, ids of `operations` and `sources` (a merged id matches the
        one that replaced it), and ISO 3166-2 codes.
    status : str, list of str or None
        ``"accepted"`` by default; None includes superseded and rejected claims.
    certain : bool
        Keep only rows that certainly match `on` and `published_before`, given the bounds of their
        dates; False adds possible matches.
    known : str or datetime.date, optional
        Read the last release on or before that day.
    published_before : str or datetime.date, optional
        Claims that were public on that day: published on or before it. A claim has its own
        publication day, or else that of its source, and was public at the latest when its source
        was read (`accessed_on`). Before that, claims without a publication date, such as those of
        the Defense Manpower Data Center, are not certainly public; ``certain=False`` includes
        them from the day that they are about.
    version : str, optional
        Release of the data; the latest by default.

    Returns
    -------
    pandas.DataFrame
        The columns of table `deployments`; personnel, personnel_low and personnel_high (people)
        are Int32, missing where the source gives no figure.

    Raises
    ------
    UnknownCountry, AmbiguousCountry, UnknownCode, UnknownRelease
        With the nearest names.
    UsageError
        If a day cannot be read, or `known` and `version` are both given.

    Examples
    --------
    >>> claims = deployments(sender="USA", host="Niger", on="2017-09-30", service="all")
    >>> claims.loc[claims.force == "active_duty", "personnel"].tolist()
    [510]
    """
    if known is not None:
        if version is not None:
            raise UsageError("known and version both select a release", hint="give one of them")
        version = released(known)
    bearers = places_over(_days(on, between), sender=sender, host=host, version=version)
    where: dict[str, Collection[str]] = {
        **bearers,
        **coded("deployments", force=force, service=service, basis=basis, status=status),
        **identified(version, operation_id=operation, source_id=source),
        **listed(subdivision=subdivision),
    }
    frame = loader.read("deployments", version=version, where=where)
    frame = valid_time.borne(frame, bearers)
    if on is not None:
        frame = valid_time.active(frame, on=on, certain=certain)
    if between is not None:
        frame = valid_time.touching(frame, between)
    if published_before is not None:
        documents = loader.read("sources", version=version)
        frame = valid_time.public(frame, documents, on=published_before, certain=certain)
    return plain(frame)


def _days(on: Day, between: Span) -> tuple[dt.date, dt.date]:
    """Return the first and the last day that a question is about."""
    if on is not None:
        day = dates.parse(on)
        return day, day
    first, last = (None, None) if between is None else valid_time.days_of(between)
    return first or dt.date.min, last or dt.date.max


def bases(
    *,
    host: Place = None,
    sender: Place = None,
    on: Day = None,
    kind: Codes = None,
    certain: bool = True,
    stale_after: int | None = None,
    version: str | None = None,
) -> gpd.GeoDataFrame:
    """Return places that forces use or used, one row per place.

    Parameters
    ----------
    host : str, int or list of these, optional
        The country in which the place is today.
    sender : str, int or list of these, optional
        Places where these senders have or had a tenancy.
    on : str or datetime.date, optional
        Places with a tenancy (of `sender`, if given) that was certainly running on that day;
        ``certain=False`` adds possible ones.
    kind : str or list of str, optional
        Codes of the vocabulary `base_kind`.
    stale_after : int, optional
        As in `tenancies`.
    version : str, optional
        Release of the data; the latest by default.

    Returns
    -------
    geopandas.GeoDataFrame
        The columns of table `bases`, in EPSG:4326; points are empty where no source gives one.

    Examples
    --------
    >>> bases(host="NER", sender="USA", on="2024-08-01").base_id.tolist()
    ['ner-air-base-201']
    >>> len(bases(host="NER", sender="USA", on="2024-08-06"))
    0
    """
    where = {**places(host=host, version=version), **coded("bases", kind=kind)}
    if sender is not None or on is not None:
        used = tenancies(
            sender=sender, on=on, certain=certain, stale_after=stale_after, version=version
        )
        where["base_id"] = set(used["base_id"])
    return located(plain(loader.read("bases", version=version, where=where)))


def tenancies(
    *,
    base: Codes = None,
    sender: Place = None,
    host: Place = None,
    on: Day = None,
    certain: bool = True,
    stale_after: int | None = None,
    version: str | None = None,
) -> pd.DataFrame:
    """Return the tenancies of bases, one row per spell of a sender at a base.

    Parameters
    ----------
    base : str or list of str, optional
        Ids of bases; a merged id matches the one that replaced it.
    sender, host : str, int or list of these, optional
        The tenant; the country of the base.
    on : str or datetime.date, optional
        Spells that were certainly running on that day; ``certain=False`` adds possible ones.
        `ended` is the first day on which the base was no longer in use.
    stale_after : int, optional
        Years after the last day on which a source shows a spell (`last_attested`), for which one
        without an end is certain. By default 5: of the spells with both ends on record nine in ten
        lasted between three and six years more (docs/method.md). One that was seen on one occasion
        alone, or is missing from the next list, is not possible either after that time.
    version : str, optional
        Release of the data; the latest by default.

    Returns
    -------
    pandas.DataFrame
        The columns of table `tenancies`.

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
        frame = valid_time.active(frame, on=on, certain=certain, stale_after=stale_after)
    return plain(frame)


def events(
    *,
    sender: Place = None,
    host: Place = None,
    kind: Codes = None,
    between: Span = None,
    status: Codes = None,
    version: str | None = None,
) -> pd.DataFrame:
    """Return events, one row per event, in the order of their dates.

    Parameters
    ----------
    sender, host : str, int or list of these, optional
        Whose forces; where.
    kind : str or list of str, optional
        Codes of the vocabulary `event_kind`.
    between : tuple of two days, optional
        Events whose dates overlap the range, both ends included; either end may be None.
    status : str or list of str, optional
        Every status by default, so that conflicting dates of an event are all returned.
    version : str, optional
        Release of the data; the latest by default.

    Returns
    -------
    pandas.DataFrame
        The columns of table `events`.

    Examples
    --------
    >>> revoked = events(host="NER", kind="agreement_denounced", between=("2024-03-01", None))
    >>> revoked.query("status == 'accepted'").date.dt.date.tolist()
    [datetime.date(2024, 3, 16)]
    """
    bearers = places_over(_days(None, between), sender=sender, host=host, version=version)
    where: dict[str, Collection[str]] = {
        **bearers,
        **coded("events", kind=kind, status=status),
    }
    frame = valid_time.borne(loader.read("events", version=version, where=where), bearers)
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
    """Return claims about money, one row per claim.

    Parameters
    ----------
    host : str, int or list of these, optional
        Where.
    years : tuple of two int, or int, optional
        First and last year of the date, inclusive (for an appropriation, of its fiscal year);
        claims without a date drop out.
    kind : str or list of str, optional
        Codes of the vocabulary `spending_kind`, which separates appropriations, costs and
        replacement values.
    version : str, optional
        Release of the data; the latest by default.

    Returns
    -------
    pandas.DataFrame
        The columns of table `spending`; amount is in units of currency, amount_usd in US dollars.

    Examples
    --------
    >>> spending(host="NER", kind="replacement_value").amount_usd.tolist()
    [253377641.95]
    >>> spending(host="DEU", years=(2008, 2019)).date.dt.year.agg(["min", "max"]).tolist()
    [2008, 2019]
    """
    span = years_of(years)
    days = (None, None) if span is None else (dt.date(span[0], 1, 1), dt.date(span[1], 12, 31))
    bearers = places_over(_days(None, days), host=host, version=version)
    where: dict[str, Collection[str]] = {**bearers, **coded("spending", kind=kind)}
    frame = valid_time.borne(loader.read("spending", version=version, where=where), bearers)
    if span is not None:
        frame = frame[frame["date"].dt.year.between(*span)]
    return plain(frame)
