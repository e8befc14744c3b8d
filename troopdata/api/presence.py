"""Estimate presence: best estimates of strength, by sender, host and period."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from troopdata.api import country_index, valid_time
from troopdata.api.filters import Codes, Day, Place, Years, as_codes, places, years_of
from troopdata.errors import UsageError, shown
from troopdata.estimation import candidates
from troopdata.estimation.dyads import spans
from troopdata.estimation.periods import Frequency, Period, period
from troopdata.release import loader
from troopdata.schemas import dates, model

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["presence"]


def presence(
    *,
    sender: Place = None,
    host: Place = None,
    years: Years = None,
    freq: Frequency = "year",
    by: Sequence[str] = ("sender", "host"),
    basis: Codes = None,
    prefer: Codes = None,
    balanced: bool = False,
    published_before: Day = None,
    certain: bool = True,
    version: str | None = None,
) -> pd.DataFrame:
    """Return the best estimate of strength for sender, host and period.

    Parameters
    ----------
    sender, host : str, int or list of these, optional
        ISO3 code, name, alias, World Bank region, or integer COW code.
    years : tuple of two int, or int, optional
        First and last year, inclusive. By default, each dyad spans its first to its last claim.
    freq : {"year", "quarter", "month"}
        The type of period.
    by : sequence of {"sender", "host", "region", "service"}
        The keys of a row. Without sender or host, rows are sums, with the number of their parts
        (`parts`) and of parts without a figure (`unknown`). With service, each total is split
        into the services that the same report prints for the same day; a total that its report
        does not split stays under ``all``.
    basis : str or sequence of str, optional
        Only claims on this basis; several form one series, with `basis_break` where it changes.
    prefer : str or sequence of str, optional
        Use these bases before the others.
    balanced : bool
        Return a row for every sender, host and period of `years` in which both were states on at
        least one day, ``unknown`` where there are no claims. Only states have rows, and no state
        is its own host. The other filters select among these states.
    published_before : str or datetime.date, optional
        Estimate only from claims that were public on that day: published on or before it, as in
        `deployments`.
    certain : bool
        With `published_before`: False adds claims that were possibly public by then.
    version : str, optional
        Release of the data; the latest by default.

    Returns
    -------
    pandas.DataFrame
        sender, host, period, year, personnel, low, high (people), basis, basis_break, state,
        as_of, claims, conflict, claim_ids, source_ids. A sum has its keys, period, year,
        personnel, low, high, parts and unknown.

    Raises
    ------
    UnknownCountry, AmbiguousCountry, UnknownCode, UnknownRelease, UsageError
        With the nearest names, or the expected form.

    Notes
    -----
    The rule is in ``schemas/presence.json``, and ``describe("presence")`` prints it. `explain`
    lists the claims behind a row. ``.attrs["troopdata"]`` holds the arguments of the call.

    Examples
    --------
    >>> niger = presence(sender="USA", host="NER", years=(2023, 2024))
    >>> niger[["period", "state", "basis"]].values.tolist()
    [['2023', 'observed', 'in_country_total'], ['2024', 'reported_zero', 'in_country_total']]
    >>> pinned = presence(sender="USA", host="NER", years=2023, basis="permanently_assigned")
    >>> pinned.personnel.tolist()
    [17]
    >>> neighbours = presence(sender="NER", host=["BEN", "TCD"], years=2023, balanced=True)
    >>> neighbours[["sender", "host", "state"]].values.tolist()
    [['NER', 'BEN', 'unknown'], ['NER', 'TCD', 'unknown']]
    """
    from troopdata.estimation.estimate import estimate

    keys = _keys(by)
    unit = period(freq)
    span = years_of(years)
    if balanced and span is None:
        raise UsageError("a balanced panel needs years", hint="add years=(first, last)")
    chosen = candidates.order(as_codes(basis), as_codes(prefer))
    asked = places(sender=sender, host=host, version=version)
    claims, sources = _read(asked, keys, chosen, published_before, certain, version)
    eligible = candidates.candidates(claims, sources)
    if balanced and span is not None:
        result = _balanced(eligible, asked, span, chosen, freq, version)
    else:
        result = estimate(eligible, _dyads(eligible, asked, span, unit), chosen, freq=freq)
    if "service" in keys:
        result = _split(
            result, candidates.candidates(claims, sources, services=_services()), eligible
        )
    if not {"sender", "host"} <= set(keys):
        result = _totals(result, keys, version)
    day = None if published_before is None else dates.parse(published_before).isoformat()
    result.attrs["troopdata"] = {
        "release": loader.data_version(version), "table": "presence", "freq": freq, "by": keys,
        "basis": as_codes(basis), "prefer": as_codes(prefer), "published_before": day,
        "certain": certain,
    }  # fmt: skip
    return result


def _read(
    asked: Mapping[str, Collection[str]],
    keys: list[str],
    chosen: candidates.Order,
    published_before: Day,
    certain: bool,
    version: str | None,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the claims that match the filters, and all sources."""
    where: dict[str, Collection[str]] = {**asked, "basis": chosen.bases}
    if "service" not in keys:
        where["service"] = ("all",)
    columns = [*candidates.COLUMNS, "published_on"]
    claims = loader.read("deployments", version=version, columns=columns, where=where)
    known = ["source_id", "kind", "interval", "published_on", "published_on_precision"]
    sources = loader.read("sources", version=version, columns=[*known, "accessed_on"])
    if published_before is not None:
        claims = valid_time.public(claims, sources, on=published_before, certain=certain)
    return claims, sources


def _balanced(
    claims: pd.DataFrame,
    asked: Mapping[str, Collection[str]],
    span: tuple[int, int],
    chosen: candidates.Order,
    freq: Frequency,
    version: str | None,
) -> pd.DataFrame:
    """Return an estimate for every pair of states and every period in which both existed."""
    from troopdata.api.balanced_panel import panel
    from troopdata.estimation.estimate import estimate

    unit = period(freq)
    first, last = unit.of_year(span[0]), unit.of_year(span[1] + 1) - 1
    states = panel(country_index.gazetteer(version), first, last, unit, asked)
    if states.dyads.empty and asked:
        hint = "leave out balanced=True to include territories and organisations"
        raise UsageError(f"no two of these states existed in {span[0]} to {span[1]}", hint=hint)
    rows = estimate(claims, states.dyads, chosen, freq=freq)
    return rows[states.existed].reset_index(drop=True)


def _keys(by: Sequence[str]) -> list[str]:
    keys: list[Any] = list(by) if isinstance(by, (tuple, list)) else [by]
    known = ("sender", "host", "region", "service")
    for key in keys:
        if key not in known:
            raise UsageError(f"cannot sum by {shown(key)}", hint=f"use any of {', '.join(known)}")
    if not keys:
        raise UsageError("by is empty", hint=f"use any of {', '.join(known)}")
    return keys


def _services() -> tuple[str, ...]:
    return tuple(code for code in model.vocabularies()["service"].codes if code != "all")


def _dyads(
    claims: pd.DataFrame,
    asked: Mapping[str, Collection[str]],
    span: tuple[int, int] | None,
    unit: Period,
) -> pd.DataFrame:
    """Return the dyads and the range of periods to estimate."""
    import pandas as pd

    dyads = spans(claims, unit)
    keys = ("sender", "host")
    if dyads.empty and all(len(asked.get(key, ())) == 1 for key in keys):
        # A single pair without claims has a row of state "unknown", instead of no rows.
        named = {key: pd.Series(list(asked[key]), dtype="string") for key in keys}
        dyads = pd.DataFrame({**named, "first": [0], "last": [-1]})
    if span is not None:
        first, last = span
        dyads["first"], dyads["last"] = unit.of_year(first), unit.of_year(last + 1) - 1
    return dyads


def _split(result: pd.DataFrame, parts: pd.DataFrame, totals: pd.DataFrame) -> pd.DataFrame:
    """Return totals split into the services that the same report prints."""
    import pandas as pd

    same = ["sender", "host", "as_of", "basis", "source_id", "force"]
    beside = totals[["claim_id", *same]].merge(parts, on=same, suffixes=("_total", ""))
    beside = beside[["claim_id_total", "service", "figure", "low", "high", "claim_id"]]
    rows = result.drop(columns=["personnel", "low", "high"]).merge(
        beside, left_on="claim_ids", right_on="claim_id_total"
    )
    rows = rows.rename(columns={"figure": "personnel"})
    rows["claim_ids"] = rows["claim_id"]
    whole = result[~result["claim_ids"].isin(beside["claim_id_total"])].assign(service="all")
    columns = ["sender", "host", "service", *result.columns.drop(["sender", "host"])]
    split = pd.concat([rows[columns], whole[columns]], ignore_index=True)
    kinds = {**result.dtypes.to_dict(), "service": "string"}
    order = ["sender", "host", "period", "service"]
    return split.astype(kinds).sort_values(order, ignore_index=True)


def _totals(rows: pd.DataFrame, keys: list[str], version: str | None) -> pd.DataFrame:
    """Return sums over rows, with the number of parts and of parts without a figure."""
    if "region" in keys:
        countries = country_index.gazetteer(version)
        regions = {code: countries.region(code) for code in rows["host"].unique()}
        rows = rows.assign(region=rows["host"].map(regions).astype("string"))
    grouped = rows.groupby([*keys, "period", "year"], as_index=False, dropna=False, observed=True)
    return grouped.agg(
        personnel=("personnel", lambda part: part.sum(min_count=1)),
        low=("low", lambda part: part.sum(min_count=1)),
        high=("high", lambda part: part.sum(min_count=1)),
        parts=("personnel", "size"),
        unknown=("personnel", lambda part: part.isna().sum()),
    ).astype(
        {
            "personnel": "Int64",
            "low": "Int64",
            "high": "Int64",
            "parts": "Int32",
            "unknown": "Int32",
        }
    )
