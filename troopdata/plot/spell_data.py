"""Spells of a host: its agreements and the tenancies of its bases, each with its bounds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from troopdata.api import country_index, load, readers, valid_time
from troopdata.api.filters import Place, plain
from troopdata.plot import captions, dyad_data
from troopdata.release import loader
from troopdata.schemas import dates

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["counts", "events", "laws", "stays"]


def laws(*, host: str, sender: Place, version: str | None) -> pd.DataFrame:
    """Return the agreements of a host as they bound it, in the order of their beginning.

    Returns
    -------
    pandas.DataFrame
        agreement_id, text, signed, stated (boolean: an entry into force is stated), sure_from,
        sure_to, may_from, may_to (datetime64[s]: the shortest and the longest span that the
        bounds allow; a missing end is open), end (what ended it and when; empty if nothing did),
        source_id.
    """
    found = readers.agreements(host=host, party=sender, version=version)
    parties = loader.read("agreement_parties", version=version)
    standing = valid_time.bound(parties, country_index.gazetteer(version))
    standing = standing[standing["agreement_id"].isin(found["agreement_id"])]
    standing = standing[standing["party"] == host]
    rows = standing.merge(found[["agreement_id", "title"]], on="agreement_id", how="left")
    spans = _spans(rows).assign(
        agreement_id=rows["agreement_id"],
        text=rows["title"],
        signed=rows["signed"],
        stated=rows["in_force"].notna().astype("boolean"),
        end=_ends(rows, "agreement_end"),
        source_id=rows["source_id"],
    )
    return plain(_ordered(spans, ["text"]))


def stays(*, host: str, sender: Place, version: str | None) -> pd.DataFrame:
    """Return the tenancies of a host's bases, by sender (the one with most first) and beginning.

    Returns
    -------
    pandas.DataFrame
        tenancy_id, sender, text, the columns of the spans as in `laws`, end, source_id.
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
        crowd=-rows.groupby("sender")["sender"].transform("size"),
    )
    return plain(_ordered(spans, ["crowd", "sender"]).drop(columns="crowd"))


def _ordered(spans: pd.DataFrame, first: list[str]) -> pd.DataFrame:
    known = spans["sure_from"].fillna(spans["may_from"])
    ordered = spans.assign(known=known)
    keys = [*first, "known", "may_to"] if first != ["text"] else ["known", "text"]
    return ordered.sort_values(keys).drop(columns="known")


def _spans(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the shortest and the longest span of each spell; a first day of year 1 is missing."""
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
            # An end of which only a later bound is known is never certain before it.
            "no_end_before": (sure_to == first).fillna(False).astype(bool),
        }
    )


def _ends(rows: pd.DataFrame, vocabulary: str) -> list[str]:
    """Return what ended each spell, and when."""
    known = rows[rows["ended"].notna()]
    words = dict.fromkeys(rows.index, "")
    for at, date, sharp, mode in zip(
        known.index, known["ended"], known["ended_precision"], known["end_mode"], strict=True
    ):
        how = captions.label(vocabulary, mode).lower() if isinstance(mode, str) else "ended"
        words[at] = f"{how} {dates.spelled(date.date(), sharp)}"
    return list(words.values())


def counts(stays: pd.DataFrame, last: pd.Timestamp) -> pd.DataFrame:
    """Return how many of some tenancies ran at a time, from each change on.

    Parameters
    ----------
    stays : pandas.DataFrame
        Rows of `stays`.
    last : pandas.Timestamp
        The last day; where no beginning is known, a spell may have begun on any day.

    Returns
    -------
    pandas.DataFrame
        day (the first missing bound is year 1), sure and may: certainly, and at most.
    """
    import pandas as pd

    sure = stays[stays["sure_from"].notna() & ~stays["no_end_before"]]
    sure = sure[~(sure["sure_to"] <= sure["sure_from"])]
    changes = [
        (days.fillna(missing), column, step)
        for days, missing, column, step in (
            (sure["sure_from"], last, "sure", 1),
            (sure["sure_to"], last, "sure", -1),
            (stays["may_from"], pd.Timestamp(dates.FIRST), "may", 1),
            (stays["may_to"], last, "may", -1),
        )
    ]
    moves = pd.concat(
        [pd.DataFrame({"day": days, column: step}) for days, column, step in changes]
    ).fillna({"sure": 0, "may": 0})
    moves = moves[moves["day"] < last]
    total = moves.groupby("day")[["sure", "may"]].sum().cumsum()
    return total.astype("int64").reset_index()


def events(*, host: str, sender: Place, version: str | None) -> pd.DataFrame:
    """Return the accepted events of a host in time order, each with what a label says.

    Returns
    -------
    pandas.DataFrame
        Columns of `events`, then text.
    """
    rows = readers.events(host=host, sender=sender, status="accepted", version=version)
    told = readers.agreements(host=host, version=version)
    text = dyad_data.written(rows, told, version)
    who = rows["sender"].map(
        {code: f"{captions.name(code, version)}: " for code in rows["sender"].dropna().unique()}
    )
    several = rows["sender"].nunique() > 1
    return plain(rows.assign(text=who.fillna("").astype("string") + text if several else text))
