"""Work out the first and last day on which a source shows each tenancy and agreement alive."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from troopdata.schemas import arrow, dates, model

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["attested"]

# Events that end a tenancy or an agreement show it alive until the day before, which its own end
# says already.
CLOSING = ("base_closed", "base_transferred", "withdrawal_completed")
ENDING = ("agreement_expired", "agreement_terminated", "agreement_superseded", "court_ruling")
# Base structure reports list the sites of the United States.
LISTED_BY = "USA"
SIGHTS = ("key", "day", "source_id")


def attested(tables: Mapping[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """Return the tenancies and the agreements with the days on which sources show them alive.

    Parameters
    ----------
    tables : mapping of str to pandas.DataFrame
        Every table of facts.

    Returns
    -------
    dict of str to pandas.DataFrame
        tenancies with first_attested, last_attested and attested_by; agreements with the last two.

    Notes
    -----
    A tenancy is attested by its own dates (the latest day that its start can mean, `status_as_of`,
    the day before its end), by accepted claims of somebody there and accepted events that name
    the base and the sender, and by base structure reports. One without any such day since its
    start is attested by the publication of its sources. An agreement is attested by the dates of
    its parties, `status_as_of`, events, agreements that amend it and tenancies under it. Where a
    date has bounds, the earliest day counts, so that nothing is attested later than it was seen.
    """
    tenancies = _with_days("tenancies", tables["tenancies"], _of_tenancies(tables))
    sights = _of_agreements({**tables, "tenancies": tenancies})
    return {
        "tenancies": tenancies,
        "agreements": _with_days("agreements", tables["agreements"], sights),
    }


def _with_days(name: str, frame: pd.DataFrame, sights: pd.DataFrame) -> pd.DataFrame:
    """Return a table with the first and last of the sights of each row, and whose the last is."""
    table = model.table(name)
    key = table.primary_key[0]
    sights = sights.astype({"day": "datetime64[s]"})
    first = sights.groupby("key")["day"].min()
    last = sights.groupby("key")["day"].max()
    newest = sights[sights["day"] == _looked_up(last, sights["key"])]
    documents = newest.assign(source_id=newest["source_id"].str.split(";")).explode("source_id")
    named = documents.drop_duplicates().sort_values("source_id")
    by = named.groupby("key")["source_id"].agg(";".join)
    found = {"first_attested": first, "last_attested": last, "attested_by": by}
    filled = frame.assign(
        **{field.name: None for field in table.fields if field.name not in frame},
        **{n: _looked_up(v, frame[key]) for n, v in found.items() if n in table.columns},
    )
    return filled[list(table.columns)].astype({f.name: arrow.dtype(f) for f in table.fields})


def _of_tenancies(tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Return every day on which a source shows a tenancy: key, day, source_id."""
    rows = tables["tenancies"]
    own = _joined(
        [
            _sights(rows, "tenancy_id", _begun(rows, tables["sources"])),
            _sights(rows, "tenancy_id", rows["status_as_of"]),
            _sights(rows, "tenancy_id", _before(rows)),
        ]
    )
    seen = _joined([own, _inside(rows, _seen_at_bases(tables))])
    return _joined([seen, _published(rows, tables["sources"], seen)])


def _begun(rows: pd.DataFrame, sources: pd.DataFrame) -> pd.Series:
    """Return the latest day on which each tenancy began, but none after its pages appeared."""
    import pandas as pd

    began = dates.latest(rows["started"], rows["started_precision"])
    known = dates.earliest(sources["published_on"], sources["published_on_precision"])
    day = dict(zip(sources["source_id"], known, strict=True))
    pages = rows["source_id"].str.split(";").explode().map(day).dropna()
    last = pd.to_datetime(pages).groupby(level=0).max().reindex(rows.index)
    capped = (last < began) & (last >= rows["started"])
    by = rows["started_precision"].eq("not_later_than") & (last < began)
    return began.mask((capped | by).fillna(False).astype(bool), last)


def _before(rows: pd.DataFrame) -> pd.Series:
    """Return the day before the earliest day that each end can mean."""
    import pandas as pd

    end = dates.earliest(rows["ended"], rows["ended_precision"])
    return end.mask(end <= pd.Timestamp(dates.FIRST)) - pd.Timedelta(days=1)


def _seen_at_bases(tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Return the days on which a sender was seen at a base: base_id, sender, day, source_id."""
    claims, events, worth = tables["deployments"], tables["events"], tables["spending"]
    people = claims[["personnel", "personnel_low"]].max(axis=1).gt(0).fillna(False)
    there = claims[
        claims["base_id"].notna()
        & claims["status"].eq("accepted")
        & (people | claims["value_state"].eq("presence_only"))
    ]
    when = dates.earliest(there["as_of"], there["as_of_precision"])
    since = dates.earliest(there["started"], there["started_precision"])
    happened = events[
        events[["base_id", "sender"]].notna().all(axis=1)
        & events["status"].eq("accepted")
        & ~events["kind"].isin(CLOSING)
    ]
    listed = worth[worth["base_id"].notna() & worth["kind"].eq("replacement_value")]
    return _joined(
        [
            there.assign(day=when.fillna(since)),
            happened.assign(day=dates.earliest(happened["date"], happened["date_precision"])),
            listed.assign(
                sender=LISTED_BY, day=dates.earliest(listed["date"], listed["date_precision"])
            ),
        ],
        ("base_id", "sender", "day", "source_id"),
    )


def _inside(rows: pd.DataFrame, seen: pd.DataFrame) -> pd.DataFrame:
    """Return the sights that fall into a spell of the sender at the base: into the last begun."""
    spells = rows[["tenancy_id", "base_id", "sender", "started"]].assign(
        opened=dates.earliest(rows["started"], rows["started_precision"]),
        closed=dates.latest(rows["ended"], rows["ended_precision"]),
    )
    pairs = seen.merge(spells, on=["base_id", "sender"])
    pairs = pairs[~(pairs["day"] < pairs["opened"]) & ~(pairs["day"] >= pairs["closed"])]
    ordered = pairs.sort_values("started", na_position="first")
    one = ordered.drop_duplicates(["base_id", "sender", "day", "source_id"], keep="last")
    return _sights(one, "tenancy_id", one["day"])


def _published(rows: pd.DataFrame, sources: pd.DataFrame, seen: pd.DataFrame) -> pd.DataFrame:
    """Return the publication days of the sources of open spells that were not seen since a start.

    A page that tells of a base in use, without saying when, shows it on the day of the page.
    """
    began = dates.latest(rows["started"], rows["started_precision"])
    newest = seen.groupby("key")["day"].max().astype("datetime64[s]")
    last = _looked_up(newest, rows["tenancy_id"])
    silent = rows["ended"].isna() & rows["status_as_of"].isna()
    bare = rows[silent & ~(last > began).fillna(False)]
    published = sources[["source_id"]].assign(
        day=dates.earliest(sources["published_on"], sources["published_on_precision"])
    )
    pairs = bare[["tenancy_id", "source_id"]].assign(source_id=bare["source_id"].str.split(";"))
    found = pairs.explode("source_id").merge(published, on="source_id")
    return _sights(found, "tenancy_id", found["day"])


def _of_agreements(tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Return every day on which a source shows an agreement alive: key, day, source_id."""
    rows, parties = tables["agreements"], tables["agreement_parties"]
    events = tables["events"]
    events = events[
        events["agreement_id"].notna()
        & events["status"].eq("accepted")
        & ~events["kind"].isin(ENDING)
    ]
    under = tables["tenancies"][tables["tenancies"]["agreement_id"].notna()]
    signed = parties.groupby("agreement_id")["signed"].min()
    changes = rows.assign(amended=rows["amends"].str.split(";")).explode("amended")
    changes = changes[changes["amended"].notna()]
    key = "agreement_id"
    return _joined(
        [
            _sights(parties, key, dates.earliest(parties["signed"], parties["signed_precision"])),
            _sights(
                parties, key, dates.earliest(parties["in_force"], parties["in_force_precision"])
            ),
            _sights(parties, key, _before(parties)),
            _sights(rows, key, rows["status_as_of"]),
            _sights(events, key, dates.earliest(events["date"], events["date_precision"])),
            _sights(under, key, under["last_attested"]).assign(source_id=under["attested_by"]),
            _sights(changes, "amended", _looked_up(signed, changes[key])),
        ]
    )


def _looked_up(values: pd.Series, keys: pd.Series) -> pd.Series:
    """Return the value of each key, missing where it has none; with the dtype of the values."""
    import pandas as pd

    return pd.Series(values.reindex(keys).array, index=keys.index)


def _sights(rows: pd.DataFrame, key: str, days: pd.Series) -> pd.DataFrame:
    import pandas as pd

    open_ended = (days <= pd.Timestamp(dates.FIRST)) | (days >= pd.Timestamp(dates.LAST))
    days = days.mask(open_ended)
    found = pd.DataFrame({"key": rows[key], "day": days, "source_id": rows["source_id"]})
    return found[found["day"].notna()]


def _joined(parts: Iterable[pd.DataFrame], columns: tuple[str, ...] = SIGHTS) -> pd.DataFrame:
    import pandas as pd

    return pd.concat([part[list(columns)] for part in parts], ignore_index=True)
