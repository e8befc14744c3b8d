"""What is told of one sender in one host: estimates, claims, and what happened."""

from __future__ import annotations

from typing import TYPE_CHECKING

from troopdata.api import load, readers
from troopdata.api.filters import Years, plain, years_of
from troopdata.api.presence import presence
from troopdata.estimation import candidates
from troopdata.plot import captions

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["ENDS", "claims", "estimates", "happenings", "middle", "written"]

# Kinds of events that end an agreement.
ENDS = (
    "agreement_denounced", "agreement_terminated", "agreement_expired", "agreement_superseded",
)  # fmt: skip


def estimates(
    told: pd.DataFrame, *, sender: str, host: str, years: Years, version: str | None
) -> pd.DataFrame:
    """Return the best estimate of each year, and the day to draw it at.

    Parameters
    ----------
    told : pandas.DataFrame
        What `claims` returned.
    sender, host, years, version
        As `troopdata.presence` takes them.

    Returns
    -------
    pandas.DataFrame
        The rows of `presence`, then at (datetime64[s]): where its claim is drawn if that is in
        the year, else the middle of the year.
    """
    import pandas as pd

    rows = presence(sender=sender, host=host, years=years, version=version)
    first = pd.to_datetime(rows["year"].astype("string") + "-01-01").astype("datetime64[s]")
    drawn = dict(zip(told["claim_id"], told["at"], strict=True))
    own = pd.to_datetime(rows["claim_ids"].str.split(";").str[0].map(drawn))
    inside = own.dt.year.eq(rows["year"]).fillna(False).astype(bool)
    return rows.assign(at=own.astype("datetime64[s]").where(inside, first + pd.Timedelta(days=182)))


def claims(*, sender: str, host: str, years: Years, version: str | None) -> pd.DataFrame:
    """Return every accepted claim about all services, and where to draw it.

    Returns
    -------
    pandas.DataFrame
        Columns of `deployments`, then first, last and at (datetime64[s]: the days that bound it
        and their middle), least, most and value (Float64: its figures; value is missing where it
        gives none), and counted (boolean: the estimate may rest on it, for it is about all of the
        host and about military forces).
    """
    span = years_of(years)
    days = None if span is None else (f"{span[0]:04}-01-01", f"{span[1]:04}-12-31")
    rows = readers.deployments(
        sender=sender, host=host, service="all", between=days, version=version
    )
    first, last = candidates.span(rows)
    spoken = candidates.candidates(rows, load.sources(version=version))
    figures = rows[["personnel", "personnel_low", "personnel_high"]].astype("Float64")
    least, most = figures.min(axis=1), figures.max(axis=1)
    return rows.assign(
        first=first,
        last=last,
        at=middle(first, last),
        least=least,
        most=most,
        value=figures["personnel"].fillna((least + most) / 2),
        counted=rows["claim_id"].isin(spoken["claim_id"]).astype("boolean"),
    )


def middle(first: pd.Series, last: pd.Series) -> pd.Series:
    """Return the day halfway between two bounds."""
    return (first + (last - first) / 2).astype("datetime64[s]")


def happenings(*, sender: str, host: str, years: Years, version: str | None) -> pd.DataFrame:
    """Return what happened between the two, with the end of every agreement among it.

    Returns
    -------
    pandas.DataFrame
        date, date_precision, kind, text (what a label says), source_id, in time order: accepted
        events of the dyad, those of its agreements and coups in the host, and the ends that
        table `agreements` knows and no event tells.
    """
    import pandas as pd

    laws = readers.agreements(host=host, party=sender, version=version)
    told = readers.events(host=host, status="accepted", version=version)
    shared = told["sender"].isna() & (
        told["agreement_id"].isin(laws["agreement_id"]) | told["kind"].eq("coup")
    )
    told = told[told["sender"].eq(sender).fillna(False) | shared]
    columns = ["date", "date_precision", "kind", "base_id", "agreement_id", "source_id"]
    ended = told.loc[told["kind"].isin(ENDS), "agreement_id"]
    silent = laws[laws["ended"].notna() & ~laws["agreement_id"].isin(ended)]
    ends = pd.DataFrame(
        {
            "date": silent["ended"],
            "date_precision": pd.array(["day"] * len(silent), dtype="string"),
            "kind": pd.array(["agreement_expired"] * len(silent), dtype="string"),
            "base_id": pd.array([pd.NA] * len(silent), dtype="string"),
            "agreement_id": silent["agreement_id"],
            "source_id": silent["source_id"],
        }
    )
    rows = pd.concat([told[columns], ends]) if len(ends) else told[columns]
    rows = rows.sort_values("date", ignore_index=True)
    span = years_of(years)
    if span is not None:
        rows = rows[rows["date"].dt.year.between(*span)]
    rows = rows.assign(text=written(rows, laws, version))
    rows.attrs.update(told.attrs)
    return plain(rows)


def written(rows: pd.DataFrame, laws: pd.DataFrame, version: str | None) -> pd.Series:
    """Return how a label says each event: what ended, which base was opened."""
    import pandas as pd

    kinds = dict(zip(laws["agreement_id"], laws["kind"], strict=True))
    sites = load.load("bases", columns=["base_id", "name"], version=version)
    names = dict(zip(sites["base_id"], sites["name"], strict=True))
    words = []
    for kind, base, law in zip(rows["kind"], rows["base_id"], rows["agreement_id"], strict=True):
        text = captions.label("event_kind", kind)
        if kind.startswith("agreement_") and law in kinds:
            what = captions.label("agreement_kind", kinds[law])
            text = text.replace("Agreement", what, 1)
        elif kind.startswith("base_") and base in names:
            text = text.replace("Base", names[base], 1)
        words.append(text)
    return pd.Series(words, index=rows.index, dtype="string")
