"""Read the spells of a host: its agreements and the tenancies of its bases, with their bounds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from troopdata.api import country_index, load, readers, standing, valid_time
from troopdata.api.agreements import agreements as read_agreements
from troopdata.api.filters import Place, plain
from troopdata.plot import captions, dyad_data
from troopdata.release import loader
from troopdata.schemas import dates

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["agreements", "counts_over_time", "events", "tenancies"]


def agreements(*, host: str, sender: Place, version: str | None) -> pd.DataFrame:
    """Return the agreements of a host with the spells in which they bind it, in time order.

    Returns
    -------
    pandas.DataFrame
        agreement_id, text, signed, stated (boolean: whether an entry into force is stated),
        sure_from, sure_to, may_from, may_to (datetime64[s]: the certain and the longest possible
        span; a missing end is open), end (text: how it ended and when; empty if it did not),
        source_id.
    """
    found = read_agreements(host=host, party=sender, version=version)
    parties = loader.read("agreement_parties", version=version)
    parties = parties[parties["agreement_id"].isin(found["agreement_id"])]
    bound = standing.bound(parties, found, country_index.gazetteer(version))
    bound = bound[bound["party"] == host]
    rows = bound.merge(found[["agreement_id", "title"]], on="agreement_id", how="left")
    spans = _spans(rows).assign(
        agreement_id=rows["agreement_id"],
        text=rows["title"],
        signed=rows["signed"],
        stated=rows["in_force"].notna().astype("boolean"),
        end=_ends(rows, "agreement_end"),
        source_id=rows["source_id"],
    )
    return plain(_ordered(spans, ["text"]))


def tenancies(*, host: str, sender: Place, version: str | None) -> pd.DataFrame:
    """Return the tenancies of a host's bases, by sender (most tenancies first) and beginning.

    Returns
    -------
    pandas.DataFrame
        tenancy_id, sender, text, the spans as in `agreements`, end, source_id.
    """
    rows = readers.tenancies(host=host, sender=sender, version=version)
    sites = load.load("bases", columns=["base_id", "name"], version=version)
    names = rows["base_id"].map(dict(zip(sites["base_id"], sites["name"], strict=True)))
    spans = _spans(rows).assign(
        tenancy_id=rows["tenancy_id"],
        sender=rows["sender"],
        text=names.astype("string"),
        end=_ends(rows, "tenancy_end"),
        source_id=rows["source_id"],
        # Negative, so that an ascending sort puts the largest number first.
        minus_count=-rows.groupby("sender")["sender"].transform("size"),
    )
    return plain(_ordered(spans, ["minus_count", "sender"]).drop(columns="minus_count"))


def _ordered(spans: pd.DataFrame, first: list[str]) -> pd.DataFrame:
    known = spans["sure_from"].fillna(spans["may_from"])
    ordered = spans.assign(known=known)
    keys = [*first, "known", "may_to"] if first != ["text"] else ["known", "text"]
    return ordered.sort_values(keys).drop(columns="known")


def _spans(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the certain and the longest possible span of each spell; an open bound is missing."""
    import pandas as pd

    sure_from, sure_to = valid_time.spans(rows)
    may_from, may_to = valid_time.spans(rows, certain=False)
    first, last = pd.Timestamp(dates.FIRST).as_unit("s"), pd.Timestamp(dates.LAST).as_unit("s")
    return pd.DataFrame(
        {
            "sure_from": sure_from,
            "sure_to": sure_to.mask(sure_to == first),
            "may_from": may_from.mask(may_from == first),
            "may_to": may_to.mask(may_to == last),
            # If only a latest day is known for the end, no day of the spell is certain.
            "no_end_before": (sure_to == first).fillna(False).astype(bool),
        }
    )


def _ends(rows: pd.DataFrame, vocabulary: str) -> list[str]:
    """Return how and when each spell ended ("denounced 16 Mar 2024"), empty if it did not."""
    known = rows[rows["ended"].notna()]
    texts = dict.fromkeys(rows.index, "")
    for at, date, precision, mode in zip(
        known.index, known["ended"], known["ended_precision"], known["end_mode"], strict=True
    ):
        how = captions.label(vocabulary, mode).lower() if isinstance(mode, str) else "ended"
        texts[at] = f"{how} {dates.spelled(date.date(), precision)}"
    return list(texts.values())


def counts_over_time(spells: pd.DataFrame, last: pd.Timestamp) -> pd.DataFrame:
    """Return the number of simultaneous tenancies on every day on which it changes.

    Parameters
    ----------
    spells : pandas.DataFrame
        Rows of `tenancies`.
    last : pandas.Timestamp
        The last day to count.

    Returns
    -------
    pandas.DataFrame
        day, sure and may: how many ran certainly, and how many at most. A spell whose beginning is
        unknown may have begun on any day, so it counts from the first day of year 1.
    """
    import pandas as pd

    sure = spells[spells["sure_from"].notna() & ~spells["no_end_before"]]
    sure = sure[~(sure["sure_to"] <= sure["sure_from"])]
    # Each spell adds one on its first day and takes it away on the day after its last; the running
    # sum over all changes is the count.
    changes = [
        (days.fillna(missing), column, step)
        for days, missing, column, step in (
            (sure["sure_from"], last, "sure", 1),
            (sure["sure_to"], last, "sure", -1),
            (spells["may_from"], pd.Timestamp(dates.FIRST), "may", 1),
            (spells["may_to"], last, "may", -1),
        )
    ]
    moves = pd.concat(
        [pd.DataFrame({"day": days, column: step}) for days, column, step in changes]
    ).fillna({"sure": 0, "may": 0})
    moves = moves[moves["day"] < last]
    total = moves.groupby("day")[["sure", "may"]].sum().cumsum()
    return total.astype("int64").reset_index()


def events(*, host: str, sender: Place, version: str | None) -> pd.DataFrame:
    """Return the accepted events of a host in time order, with the text of a label.

    Returns
    -------
    pandas.DataFrame
        Columns of `events`, then text, which names the sender if there are several.
    """
    rows = readers.events(host=host, sender=sender, status="accepted", version=version)
    text = dyad_data.event_texts(rows, read_agreements(host=host, version=version), version)
    names = rows["sender"].map(
        {code: f"{captions.name(code, version)}: " for code in rows["sender"].dropna().unique()}
    )
    several = rows["sender"].nunique() > 1
    return plain(rows.assign(text=names.fillna("").astype("string") + text if several else text))
