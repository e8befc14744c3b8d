"""Read agreements with their parties, their dates and their standing on a day."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from troopdata.api import country_index, standing
from troopdata.api.filters import Codes, Day, Place, coded, places, plain
from troopdata.release import loader

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["agreements"]


def agreements(
    *,
    party: Place = None,
    sender: Place = None,
    host: Place = None,
    kind: Codes = None,
    on: Day = None,
    certain: bool = True,
    stale_after: int | None = None,
    version: str | None = None,
) -> pd.DataFrame:
    """Return agreements with their parties and dates, one row per agreement.

    Parameters
    ----------
    party : str, int or list of these, optional
        Agreements that bind or bound any of these, in any role.
    sender, host : str, int or list of these, optional
        Agreements to which these are a party as the sending state, or as the host. Equal parties
        match both.
    kind : str or list of str, optional
        Codes of the vocabulary `agreement_kind`.
    on : str or datetime.date, optional
        In force on that day for each of the parties above, from its own entry into force, or
        applied provisionally; ``certain=False`` adds those suspended, presumed in force or only
        signed. If a party has ceased to exist and no source states an end (the treaties of the
        Soviet Union), it is in force until the last day of that party, and presumed after it.
    stale_after : int, optional
        Years after the last day on which a source shows an agreement alive, for which one without
        an end counts as in force; then it is presumed. By default 5, see `attestation_rule` in
        docs/method.md.
    version : str, optional
        Release of the data; the latest by default.

    Returns
    -------
    pandas.DataFrame
        The columns of table `agreements`, then parties (codes joined by ``;``), signed and in_force
        (the earliest of the parties), and ended (the latest, if at most one party is left).
        standing is that of the day, or of the day of the release.

    Examples
    --------
    >>> "usa-ner-sofa-2013" in set(agreements(host="NER", on="2024-03-15").agreement_id)
    True
    >>> "usa-ner-sofa-2013" in set(agreements(host="NER", on="2024-03-17").agreement_id)
    False
    """
    where = coded("agreements", kind=kind)
    frame = loader.read("agreements", version=version, where=where)
    parties = loader.read("agreement_parties", version=version)
    bound = parties
    if on is not None:
        kept = standing.BINDING if certain else standing.POSSIBLE
        bound, stands = _standing_on(on, stale_after, version)
        frame = frame.assign(standing=frame["agreement_id"].map(stands).astype("string"))
        frame = frame[frame["standing"].isin(kept)]
        bound = bound[bound["standing"].isin(kept)]
    for places_given, roles in (
        (party, None),
        (sender, ("sender", "party")),
        (host, ("host", "party")),
    ):
        if places_given is not None:
            codes = places(party=places_given, on=on, version=version)["party"]
            match = bound["party"].isin(codes)
            if roles:
                match &= bound["role"].isin(roles)
            frame = frame[frame["agreement_id"].isin(bound.loc[match, "agreement_id"])]
    kept_parties = parties[parties["agreement_id"].isin(frame["agreement_id"])]
    summed = frame.merge(_dates_by_agreement(kept_parties), on="agreement_id", how="left")
    summed.attrs.update(frame.attrs)
    return plain(summed)


def _standing_on(
    on: str | dt.date, stale_after: int | None, version: str | None
) -> tuple[pd.DataFrame, pd.Series]:
    """Return the parties of all agreements with their standing, and that of each agreement."""
    spells = standing.bound(
        loader.read("agreement_parties", version=version),
        loader.read("agreements", version=version),
        country_index.gazetteer(version),
    )
    happened = loader.read("events", version=version, where={"status": ["accepted"]})
    each = standing.party_standings(spells, happened, on=on, stale_after=stale_after)
    return spells.assign(standing=each), standing.agreement_standings(spells, each)


def _dates_by_agreement(parties: pd.DataFrame) -> pd.DataFrame:
    grouped = parties.sort_values(["agreement_id", "party"]).groupby("agreement_id")
    summed = grouped.agg(
        parties=("party", ";".join),
        signed=("signed", "min"),
        in_force=("in_force", "min"),
        ended=("ended", "max"),
        members=("party", "size"),
        departed=("ended", "count"),
    ).reset_index()
    left = summed.pop("members") - summed.pop("departed")
    summed["ended"] = summed["ended"].where(left < 2)
    return summed.astype({"agreement_id": "string", "parties": "string"})
