"""Data against the law: one table of anybody's, or a whole release with all that spans tables."""

from __future__ import annotations

import datetime as dt
import math
from collections import Counter
from collections.abc import Hashable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from troopdata import dates, departures, references, release, remarks, spec, validation
from troopdata.atlas import TOLERANCE_KM, Atlas
from troopdata.errors import Failure, Invalid
from troopdata.gazetteer import Gazetteer
from troopdata.identity import keys

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["across", "check", "validate"]

ENDINGS = {
    "agreement_denounced",
    "agreement_expired",
    "agreement_terminated",
    "agreement_superseded",
}


def check(folder: str | Path | None = None) -> pd.DataFrame:
    """Check a whole release: every schema, every reference, every rule, every licence.

    Parameters
    ----------
    folder : str or pathlib.Path, optional
        A folder with ``index.json`` and releases; the one beside the library by default. Its
        latest release is checked.

    Returns
    -------
    pandas.DataFrame
        One row a table: table, rows, rules (how many were run), notes; it is only returned when
        nothing is wrong. What is worth a look and breaks nothing is told in ``.attrs["notes"]``,
        a list of records with severity ``note``: sources that no row rests on, spells a day apart,
        columns without a value.

    Raises
    ------
    Invalid
        With every failure of every table.
    IntegrityError
        If a file is not what was released.

    Examples
    --------
    >>> check().query("table == 'bases'")["rows"].item() > 0
    True
    """
    import pandas as pd

    opened = release.opened(None, Path(folder) if folder else None)
    names = [name for name in spec.tables() if opened.has(name)]
    tables = {name: arrowed(opened, name) for name in names}
    countries = Gazetteer.from_rows(opened.rows("countries").to_pylist())
    found = list(across(tables, countries, until=_released(opened)))
    if found:
        raise Invalid(found)
    notes = list(remarks.notes(tables))
    counts = Counter(note.file for note in notes)
    summary = [(n, len(tables[n]), len(spec.table(n).rules), counts[n]) for n in names]
    told = pd.DataFrame(summary, columns=["table", "rows", "rules", "notes"])
    told.attrs["notes"] = notes
    return told


def validate(source: pd.DataFrame | str | Path, table: str) -> pd.DataFrame:
    """Return a typed copy of a frame or CSV or Parquet file, or raise with all that is wrong.

    Parameters
    ----------
    source : pandas.DataFrame, str or pathlib.Path
        Rows of one table. Columns that are computed may be left out of a CSV file.
    table : str
        The table that they claim to be.

    Returns
    -------
    pandas.DataFrame
        The rows with the dtypes of the schema; the source is left as it was.

    Raises
    ------
    Invalid
        With every failure in `.failures`: file, row, column, rule, value, message, hint.
    UnknownTable
        If there is no such table.

    Notes
    -----
    The file is read by this process, with its memory and for as long as it takes. A file of
    strangers is better checked by ``troopdata validate FILE --as TABLE``, which parses it in a
    process of its own, within limits.

    Examples
    --------
    >>> import troopdata as td
    >>> operations = td.load("operations")
    >>> td.validate(operations, "operations").equals(operations)
    True
    """
    until = max(dt.date.today(), _released(release.opened()))
    return validation.conforming(source, spec.table(table), release.gazetteer(), until=until)


def _released(opened: release.Release) -> dt.date:
    """Return the day of a release: a clock that runs behind makes nothing a future."""
    return dates.parse(opened.manifest["released_at"])


def arrowed(opened: release.Release, name: str) -> pd.DataFrame:
    """Return one table of a release with a plain index."""
    from troopdata import arrow

    return arrow.frame(opened.rows(name))


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
        yield from validation.failures(frame, spec.table(name), countries, until=until)
        yield from references.dangling(name, frame, tables)
    yield from _unlicensed(tables["sources"])
    yield from _foretold(tables["deployments"], tables["sources"])
    yield from _standing(tables["agreement_parties"], tables["events"])
    yield from departures.lingering(tables)
    if "borders" in tables:
        atlas = Atlas.from_rows(tables["borders"])
        for name in ("bases", "spending"):
            yield from _misplaced(tables[name], spec.table(name), atlas)


def _misplaced(frame: pd.DataFrame, table: spec.Table, atlas: Atlas) -> Iterator[Failure]:
    """Yield rows whose point lies outside their host, but for those that say why it does.

    A point that stands for a region or a whole country says nothing about where it lies.
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
        message, hint = _astray(row, atlas)
        yield Failure(table.name, position, key, "latitude", "point-in-host", where, message, hint)


def _astray(row: Mapping[Hashable, Any], atlas: Atlas) -> tuple[str, str]:
    """Return what is wrong with a row's point, and what to do."""
    x, y, host = row["longitude"], row["latitude"], row["host"]
    distance, exchanged = atlas.distances([x, y], [y, x], [host, host])
    why = "say in off_map why it lies there"
    if distance <= TOLERANCE_KM:
        return f"the point lies in {host}, and off_map says that it does not", "empty off_map"
    if math.isnan(distance):
        return f"the map of borders lacks {host}", why
    if exchanged == 0:
        why = f"swapped? with latitude and longitude exchanged it lies in {host}"
    return f"the point lies {distance:,.0f} km outside {host}", why


def _unlicensed(sources: pd.DataFrame) -> Iterator[Failure]:
    """Yield sources of which nothing may be released."""
    for position in sources.index[sources["redistribution"] == "none"]:
        key = sources["source_id"].iloc[position]
        message = "nothing of this source may be released"
        yield Failure("sources", position, key, "redistribution", "licence", "none", message)


def _foretold(claims: pd.DataFrame, sources: pd.DataFrame) -> Iterator[Failure]:
    """Yield counts of a day that came after their source; a ceiling may be set ahead."""
    published = sources.set_index("source_id")[["published_on", "published_on_precision"]]
    known = claims["source_id"].isin(published.index) & (claims["basis"] != "authorised_ceiling")
    counted = claims[known]
    said = published.loc[counted["source_id"]].set_axis(counted.index)
    last = dates.latest(said["published_on"], said["published_on_precision"])
    first = dates.earliest(counted["as_of"], counted["as_of_precision"])
    for position in counted.index[first > last]:
        row = counted.loc[position]
        message = f"{row['source_id']} was published on {str(last[position])[:10]}, before it"
        value = str(row["as_of"])[:10]
        key = row["claim_id"]
        yield Failure("deployments", position, key, "as_of", "source-after-fact", value, message)


def _standing(parties: pd.DataFrame, events: pd.DataFrame) -> Iterator[Failure]:
    """Yield parties whose standing does not follow from the agreement's events."""
    import pandas as pd

    accepted = events[(events["status"] == "accepted") & events["kind"].isin(ENDINGS)]
    endings = {str(key): rows for key, rows in accepted.groupby("agreement_id")}
    sizes = parties["agreement_id"].value_counts()
    for position, party in enumerate(parties.to_dict("records")):
        found = endings.get(party["agreement_id"])
        if found is not None and sizes[party["agreement_id"]] > 2:
            # In a multilateral instrument an act of one party ends it for that party alone.
            found = found[found["actor"].isna() | (found["actor"] == party["party"])]
        message = _fault(party, found)
        if message:
            key = f"{party['agreement_id']}|{party['party']}"
            value = str(party["ended"])[:10] if party["ended"] is not pd.NaT else ""
            rule = "agreement-follows-events"
            yield Failure("agreement_parties", position, key, "ended", rule, value, message)


def _fault(party: Mapping[Hashable, Any], endings: pd.DataFrame | None) -> str:
    """Return what is wrong with a party's end, given the events that end it for the party."""
    import pandas as pd

    ended = not pd.isna(party["ended"])
    if endings is None or endings.empty:
        return "ended, and no accepted event ends the agreement" if ended else ""
    if not ended:
        return "an accepted event ends the agreement, and the party has no end"
    agrees = _agrees(endings, party)
    return (
        "" if agrees else "no accepted ending event falls on the day that the party's standing ends"
    )


def _agrees(endings: pd.DataFrame, party: Mapping[Hashable, Any]) -> bool:
    """Whether some ending can fall on the day that the party's standing ends."""
    import pandas as pd

    low, high = dates.bounds(party["ended"].date(), party["ended_precision"])
    for event in endings.to_dict("records"):
        first, last = dates.bounds(event["date"].date(), event["date_precision"])
        if not pd.isna(event["effective_on"]):
            first = last = event["effective_on"].date()
        if first <= high and low <= last:
            return True
    return False
