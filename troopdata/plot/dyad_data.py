"""Read the claims, estimates and events of one sender in one host, and where to draw them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from troopdata.api import load, readers
from troopdata.api.filters import Years, plain, years_of
from troopdata.api.presence import presence
from troopdata.estimation import candidates
from troopdata.plot import captions

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["ENDS", "claims", "estimates", "event_texts", "events", "midpoint"]

# Kinds of events that end an agreement.
ENDS = (
    "agreement_denounced", "agreement_terminated", "agreement_expired", "agreement_superseded",
)  # fmt: skip


def estimates(
    drawn: pd.DataFrame, *, sender: str, host: str, years: Years, version: str | None
) -> pd.DataFrame:
    """Return the best estimate of each year, and the day to draw it at.

    Parameters
    ----------
    drawn : pandas.DataFrame
        The result of `claims`.
    sender, host, years, version
        As in `troopdata.presence`.

    Returns
    -------
    pandas.DataFrame
        The rows of `presence`, then at (datetime64[s]): the day of its first claim if that lies in
        the year, so that the line passes through the mark; otherwise the middle of the year.
    """
    import pandas as pd

    rows = presence(sender=sender, host=host, years=years, version=version)
    first = pd.to_datetime(rows["year"].astype("string") + "-01-01").astype("datetime64[s]")
    days = dict(zip(drawn["claim_id"], drawn["at"], strict=True))
    own = pd.to_datetime(rows["claim_ids"].str.split(";").str[0].map(days))
    inside = own.dt.year.eq(rows["year"]).fillna(False).astype(bool)
    return rows.assign(at=own.astype("datetime64[s]").where(inside, first + pd.Timedelta(days=182)))


def claims(*, sender: str, host: str, years: Years, version: str | None) -> pd.DataFrame:
    """Return every accepted claim about all services, and where to draw it.

    Returns
    -------
    pandas.DataFrame
        Columns of `deployments`, then first, last and at (datetime64[s]: the bounds of the claim's
        date and their midpoint), least, most and value (Float64, people; value is missing if the
        claim gives no figure), and counted (boolean: whether the best estimate may rest on the
        claim, which then covers military forces in the whole host).
    """
    span = years_of(years)
    days = None if span is None else (f"{span[0]:04}-01-01", f"{span[1]:04}-12-31")
    rows = readers.deployments(
        sender=sender, host=host, service="all", between=days, version=version
    )
    first, last = candidates.span(rows)
    eligible = candidates.candidates(rows, load.sources(version=version))
    figures = rows[["personnel", "personnel_low", "personnel_high"]].astype("Float64")
    least, most = figures.min(axis=1), figures.max(axis=1)
    return rows.assign(
        first=first,
        last=last,
        at=midpoint(first, last),
        least=least,
        most=most,
        value=figures["personnel"].fillna((least + most) / 2),
        counted=rows["claim_id"].isin(eligible["claim_id"]).astype("boolean"),
    )


def midpoint(first: pd.Series, last: pd.Series) -> pd.Series:
    """Return the day halfway between two bounds."""
    return (first + (last - first) / 2).astype("datetime64[s]")


def events(*, sender: str, host: str, years: Years, version: str | None) -> pd.DataFrame:
    """Return the events between sender and host, including the end of every agreement.

    Returns
    -------
    pandas.DataFrame
        date, date_precision, kind, text (for a label), source_id, in time order: accepted events
        of the dyad, those of its agreements, coups in the host, and the ends of agreements that
        are recorded in table `agreements` but not as an event.
    """
    import pandas as pd

    agreements = readers.agreements(host=host, party=sender, version=version)
    found = readers.events(host=host, status="accepted", version=version)
    shared = found["sender"].isna() & (
        found["agreement_id"].isin(agreements["agreement_id"]) | found["kind"].eq("coup")
    )
    found = found[found["sender"].eq(sender).fillna(False) | shared]
    columns = ["date", "date_precision", "kind", "base_id", "agreement_id", "source_id"]
    ended = found.loc[found["kind"].isin(ENDS), "agreement_id"]
    other = agreements[agreements["ended"].notna() & ~agreements["agreement_id"].isin(ended)]
    ends = pd.DataFrame(
        {
            "date": other["ended"],
            "date_precision": pd.array(["day"] * len(other), dtype="string"),
            "kind": pd.array(["agreement_expired"] * len(other), dtype="string"),
            "base_id": pd.array([pd.NA] * len(other), dtype="string"),
            "agreement_id": other["agreement_id"],
            "source_id": other["source_id"],
        }
    )
    # Concatenating an empty frame would change dtypes.
    rows = pd.concat([found[columns], ends]) if len(ends) else found[columns]
    rows = rows.sort_values("date", ignore_index=True)
    span = years_of(years)
    if span is not None:
        rows = rows[rows["date"].dt.year.between(*span)]
    rows = rows.assign(text=event_texts(rows, agreements, version))
    rows.attrs.update(found.attrs)
    return plain(rows)


def event_texts(rows: pd.DataFrame, agreements: pd.DataFrame, version: str | None) -> pd.Series:
    """Return a label for each event, which names the kind of agreement or the base."""
    import pandas as pd

    kinds = dict(zip(agreements["agreement_id"], agreements["kind"], strict=True))
    sites = load.load("bases", columns=["base_id", "name"], version=version)
    names = dict(zip(sites["base_id"], sites["name"], strict=True))
    texts = []
    ids = zip(rows["kind"], rows["base_id"], rows["agreement_id"], strict=True)
    for kind, base, agreement in ids:
        text = captions.label("event_kind", kind)
        # "Agreement denounced" becomes "Status of forces agreement denounced".
        if kind.startswith("agreement_") and agreement in kinds:
            what = captions.label("agreement_kind", kinds[agreement])
            text = text.replace("Agreement", what, 1)
        elif kind.startswith("base_") and base in names:
            text = text.replace("Base", names[base], 1)
        texts.append(text)
    return pd.Series(texts, index=rows.index, dtype="string")
