"""Read the claims, estimates and events of one sender in one host, and where to draw them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from troopdata.api import load, readers
from troopdata.api.agreements import agreements as read_agreements
from troopdata.api.filters import Years, plain, years_of
from troopdata.api.presence import presence
from troopdata.api.release_context import release_context
from troopdata.estimation import candidates
from troopdata.plot import captions

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["ENDS", "claims", "estimates", "event_texts", "events", "midpoint"]

# Kinds of events that end an agreement.
ENDS = (
    "agreement_denounced", "agreement_terminated", "agreement_expired", "agreement_superseded",
)  # fmt: skip

# Days since 1970 far after any date: a break that has no end.
OPEN = 10**7


def estimates(
    drawn: pd.DataFrame, *, sender: str, host: str, years: Years, version: str | None
) -> pd.DataFrame:
    """Return the best estimate of each year, and the day to draw it at.

    Parameters
    ----------
    drawn : pandas.DataFrame
        The result of `claims`.
    sender, host, version
        As in `troopdata.presence`.
    years : tuple of two int, or int, optional
        First and last year; by default from the first claim to the last year with an answer, which
        may be later than the last claim.

    Returns
    -------
    pandas.DataFrame
        The rows of `presence`, then at (datetime64[s]): the day of its first claim if that lies in
        the year, so that the line passes through the mark; otherwise the middle of the year; and
        break_at (datetime64[s]): for years with a `series_break`, its day.
    """
    import pandas as pd

    rows = presence(
        sender=sender, host=host, years=years_of(years) or _span(drawn, version), version=version
    )
    if years is None:
        known = rows["state"].ne("unknown") | rows["year"].le(drawn["at"].dt.year.max())
        rows = plain(rows[known.fillna(False).astype(bool)])
    first = pd.to_datetime(rows["year"].astype("string") + "-01-01").astype("datetime64[s]")
    middle = first + pd.Timedelta(days=182)
    days = dict(zip(drawn["claim_id"], drawn["at"], strict=True))
    own = pd.to_datetime(rows["claim_ids"].str.split(";").str[0].map(days))
    inside = own.dt.year.eq(rows["year"]).fillna(False).astype(bool)
    at = own.astype("datetime64[s]").where(inside, middle)
    return rows.assign(at=at, break_at=_break_days(rows, middle, version))


def _span(drawn: pd.DataFrame, version: str | None) -> tuple[int, int]:
    """Return the year of the first claim, and the last year that the release covers."""
    last = captions.day_of(None, version).year
    years = drawn["at"].dt.year.dropna()
    return (int(years.min()), max(int(years.max()), last)) if len(years) else (last, last)


def _break_days(rows: pd.DataFrame, middle: pd.Series, version: str | None) -> pd.Series:
    """Return the day of each year's break in the stationing series, missing without one."""
    import pandas as pd

    breaks = release_context(version).breaks
    numbers = pd.concat([breaks["day"], breaks["until"].where(breaks["until"] < OPEN)]).dropna()
    days = pd.to_datetime(numbers.astype("int64"), unit="D").astype("datetime64[s]")
    known = rows["year"].map(dict(zip(days.dt.year, days, strict=True))).astype("datetime64[s]")
    known = known.fillna(middle)
    return known.where(rows["series_break"].fillna(False).astype(bool))


def claims(*, sender: str, host: str, years: Years, version: str | None) -> pd.DataFrame:
    """Return every accepted claim about all services, and where to draw it.

    Returns
    -------
    pandas.DataFrame
        Columns of `deployments`, then first, last and at (datetime64[s]: the bounds of the claim's
        date and their midpoint), least, most and value (Float64, people; value is missing if the
        claim gives no figure), and counted (boolean: whether the rule of the best estimate reads
        the claim as a count, a part, a bound or a sign of the forces in the host).
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

    agreements = read_agreements(host=host, party=sender, version=version)
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
