"""Check the tables of a release: each table alone, and what several must agree on."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Hashable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from troopdata.errors import Failure
from troopdata.geometry.borders import Atlas
from troopdata.geometry.coast_tolerance import TOLERANCE_KM
from troopdata.schemas import dates, model
from troopdata.schemas.keys import keys
from troopdata.validation import references, table_schema, withdrawals

if TYPE_CHECKING:
    import pandas as pd

    from troopdata.gazetteer.resolver import Gazetteer

__all__ = ["across"]

ENDINGS = {
    "agreement_denounced",
    "agreement_expired",
    "agreement_terminated",
    "agreement_superseded",
}


def across(
    tables: Mapping[str, pd.DataFrame], countries: Gazetteer, *, until: dt.date | None = None
) -> Iterator[Failure]:
    """Yield everything that is wrong with a set of typed tables.

    Parameters
    ----------
    tables : mapping of str to pandas.DataFrame
        Typed tables by name, each with a plain index from 0.
    countries : Gazetteer
        The countries that codes are checked against.
    until : datetime.date, optional
        The last day that can have been seen; by default the future is left alone.
    """
    for name, frame in tables.items():
        yield from table_schema.failures(frame, model.table(name), countries, until=until)
        yield from references.dangling(name, frame, tables)
    yield from _unlicensed(tables["sources"])
    yield from _counted_after_source(tables["deployments"], tables["sources"])
    yield from _unsupported_ends(tables["agreement_parties"], tables["events"])
    yield from withdrawals.after_withdrawal(tables)
    yield from _unattested(tables["tenancies"])
    if "borders" in tables:
        atlas = Atlas.from_rows(tables["borders"])
        for name in ("bases", "spending"):
            yield from _misplaced(tables[name], model.table(name), atlas)


def _misplaced(frame: pd.DataFrame, table: model.Table, atlas: Atlas) -> Iterator[Failure]:
    """Yield rows whose point lies outside their host and that do not say why.

    A point of precision region or country is skipped: it is not the place itself.
    """
    import numpy as np

    sharp = frame["longitude"].notna()
    if "location_precision" in frame:
        sharp &= ~frame["location_precision"].isin(["region", "country"])
    placed = frame[sharp]
    x, y = (placed[name].to_numpy("float64", na_value=np.nan) for name in ("longitude", "latitude"))
    outside = ~(atlas.distances(x, y, placed["host"]) <= TOLERANCE_KM)
    wrong = placed[outside != placed["off_map"].notna().to_numpy()]
    for position, key, row in zip(
        wrong.index, keys(wrong, table), wrong.to_dict("records"), strict=True
    ):
        where = f"{row['latitude']}, {row['longitude']}"
        message, hint = _misplacement(row, atlas)
        yield Failure(table.name, position, key, "latitude", "point-in-host", where, message, hint)


def _misplacement(row: Mapping[Hashable, Any], atlas: Atlas) -> tuple[str, str]:
    """Return the message and the hint for a row whose point and `off_map` do not agree."""
    x, y, host = row["longitude"], row["latitude"], row["host"]
    distance, exchanged = atlas.distances([x, y], [y, x], [host, host])
    hint = "say in off_map why it lies there"
    if distance <= TOLERANCE_KM:
        return f"the point lies in {host}, and off_map says that it does not", "empty off_map"
    if math.isnan(distance):
        return f"table borders does not have {host}", hint
    if exchanged == 0:
        hint = f"swapped? with latitude and longitude exchanged it lies in {host}"
    return f"the point lies {distance:,.0f} km outside {host}", hint


def _unlicensed(sources: pd.DataFrame) -> Iterator[Failure]:
    """Yield sources that may not be redistributed at all."""
    for position in sources.index[sources["redistribution"] == "none"]:
        key = sources["source_id"].iloc[position]
        message = "nothing from this source may be released"
        yield Failure("sources", position, key, "redistribution", "licence", "none", message)


def _unattested(tenancies: pd.DataFrame) -> Iterator[Failure]:
    """Yield open tenancies that no source shows on any day: nothing says how long they lasted."""
    # Releases before 2026.11.10 do not say when their tenancies were last seen.
    if tenancies["last_attested"].isna().all():
        return
    bare = tenancies[tenancies["ended"].isna() & tenancies["last_attested"].isna()]
    for row in bare.to_dict("records"):
        yield Failure(
            "tenancies", None, row["tenancy_id"], "status_as_of", "tenancy-unattested", "",
            "the spell is open, and no source shows it on a day",
            "give status_as_of: the last day on which the page saw it in use",
        )  # fmt: skip


def _counted_after_source(claims: pd.DataFrame, sources: pd.DataFrame) -> Iterator[Failure]:
    """Yield counts dated after the publication of their source; ceilings are set in advance."""
    published = sources.set_index("source_id")[["published_on", "published_on_precision"]]
    known = claims["source_id"].isin(published.index) & (claims["basis"] != "authorised_ceiling")
    counted = claims[known]
    publication = published.loc[counted["source_id"]].set_axis(counted.index)
    last = dates.latest(publication["published_on"], publication["published_on_precision"])
    first = dates.earliest(counted["as_of"], counted["as_of_precision"])
    for position in counted.index[first > last]:
        row = counted.loc[position]
        message = f"{row['source_id']} was published on {str(last[position])[:10]}, before that day"
        value = str(row["as_of"])[:10]
        key = row["claim_id"]
        yield Failure("deployments", position, key, "as_of", "source-after-fact", value, message)


def _unsupported_ends(parties: pd.DataFrame, events: pd.DataFrame) -> Iterator[Failure]:
    """Yield parties whose end does not follow from the agreement's events."""
    import pandas as pd

    accepted = events[(events["status"] == "accepted") & events["kind"].isin(ENDINGS)]
    endings = {str(key): rows for key, rows in accepted.groupby("agreement_id")}
    sizes = parties["agreement_id"].value_counts()
    for position, party in enumerate(parties.to_dict("records")):
        found = endings.get(party["agreement_id"])
        if found is not None and sizes[party["agreement_id"]] > 2:
            # In a multilateral agreement an act of one party ends it for that party alone.
            found = found[found["actor"].isna() | (found["actor"] == party["party"])]
        message = _end_fault(party, found)
        if message:
            key = f"{party['agreement_id']}|{party['party']}"
            value = str(party["ended"])[:10] if party["ended"] is not pd.NaT else ""
            rule = "agreement-follows-events"
            yield Failure("agreement_parties", position, key, "ended", rule, value, message)


def _end_fault(party: Mapping[Hashable, Any], endings: pd.DataFrame | None) -> str:
    """Return what is wrong with a party's end, given the events that end it for the party."""
    import pandas as pd

    ended = not pd.isna(party["ended"])
    if endings is None or endings.empty:
        return "the party has an end, and no accepted event ends the agreement" if ended else ""
    if not ended:
        return "an accepted event ends the agreement, and the party has no end"
    agrees = _agrees(endings, party)
    return (
        ""
        if agrees
        else "no accepted event that ends the agreement falls on the day of the party's end"
    )


def _agrees(endings: pd.DataFrame, party: Mapping[Hashable, Any]) -> bool:
    """Return whether some ending event can fall on the day of the party's end."""
    import pandas as pd

    low, high = dates.bounds(party["ended"].date(), party["ended_precision"])
    for event in endings.to_dict("records"):
        first, last = dates.bounds(event["date"].date(), event["date_precision"])
        if not pd.isna(event["effective_on"]):
            first = last = event["effective_on"].date()
        if first <= high and low <= last:
            return True
    return False
