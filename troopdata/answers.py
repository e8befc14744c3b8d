"""The answer: best estimates for any question, by the rule of `troopdata.estimate`."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING

from troopdata import release, speakers, spec
from troopdata.errors import UsageError, shown
from troopdata.filters import Codes, Place, as_codes, places
from troopdata.periods import Frequency, Period, period

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["presence", "spans"]


def presence(
    *,
    sender: Place = None,
    host: Place = None,
    years: tuple[int, int] | int | None = None,
    freq: Frequency = "year",
    by: Sequence[str] = ("sender", "host"),
    basis: Codes = None,
    prefer: Codes = None,
    version: str | None = None,
) -> pd.DataFrame:
    """Return the best estimate of strength for sender, host and period.

    Parameters
    ----------
    sender, host : str, int or list of these, optional
        ISO3 code, name, alias, World Bank region, or integer COW code.
    years : tuple of two int, or int, optional
        First and last year, inclusive. By default every dyad's own first to last claim.
    freq : {"year", "quarter", "month"}
        The period.
    by : sequence of {"sender", "host", "region", "service"}
        What a row is. Without sender or host the rows are sums, which say of how many parts
        they are (`parts`) and how many of them had no figure (`unknown`). With service, each
        total is split into the services that its own report prints beside it, of the same day;
        what no report splits stays under ``all``.
    basis : str or sequence of str, optional
        Count only this; several are read as one series, with `basis_break` where it changes.
    prefer : str or sequence of str, optional
        Ask these bases first.
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
        With the nearest names, or what is wanted instead.

    Notes
    -----
    The rule is written in ``schemas/presence.json`` and printed by ``describe("presence")``.

    Examples
    --------
    >>> niger = presence(sender="USA", host="NER", years=(2023, 2024))
    >>> niger[["period", "state", "basis"]].values.tolist()
    [['2023', 'observed', 'in_country_total'], ['2024', 'reported_zero', 'in_country_total']]
    >>> pinned = presence(sender="USA", host="NER", years=2023, basis="permanently_assigned")
    >>> pinned.personnel.tolist()
    [17]
    """
    from troopdata.estimate import estimate

    keys = _keys(by)
    unit = period(freq)
    chosen = speakers.order(as_codes(basis), as_codes(prefer))
    where: dict[str, Collection[str]] = places(sender=sender, host=host, version=version)
    asked: dict[str, Collection[str]] = {
        name: where[name] for name in ("sender", "host") if name in where
    }
    where["basis"] = chosen.bases
    if "service" not in keys:
        where["service"] = ("all",)
    columns = list(speakers.COLUMNS)
    claims = release.read("deployments", version=version, columns=columns, where=where)
    sources = release.read("sources", version=version, columns=["source_id", "kind", "interval"])
    spoken = speakers.candidates(claims, sources)
    dyads = _dyads(spoken, asked, years, unit)
    result = estimate(spoken, dyads, chosen, freq=freq)
    if "service" in keys:
        result = _split(result, speakers.candidates(claims, sources, services=_services()), spoken)
    if not {"sender", "host"} <= set(keys):
        result = _totals(result, keys, version)
    result.attrs["troopdata"] = {
        "release": release.data_version(version), "table": "presence", "freq": freq,
    }  # fmt: skip
    return result


def _keys(by: Sequence[str]) -> list[str]:
    keys = [by] if isinstance(by, str) else list(by)
    known = ("sender", "host", "region", "service")
    for key in keys:
        if key not in known:
            raise UsageError(f"cannot sum by {shown(key)}", hint=f"any of {', '.join(known)}")
    if not keys:
        raise UsageError("by is empty", hint=f"any of {', '.join(known)}")
    return keys


def _services() -> tuple[str, ...]:
    return tuple(code for code in spec.vocabularies()["service"].codes if code != "all")


def spans(claims: pd.DataFrame, unit: Period) -> pd.DataFrame:
    """Return each dyad with the periods from its first claim to its last.

    Parameters
    ----------
    claims : pandas.DataFrame
        What `speakers.candidates` returned.
    unit : Period
        The period.
    """
    keys = ["sender", "host"]
    spans = claims[keys].copy()
    spans["first"] = unit.number(claims["first"].to_numpy("datetime64[D]"))
    spans["last"] = unit.number(claims["last"].to_numpy("datetime64[D]"))
    return spans.groupby(keys, as_index=False).agg(first=("first", "min"), last=("last", "max"))


def _dyads(
    claims: pd.DataFrame,
    asked: Mapping[str, Collection[str]],
    years: tuple[int, int] | int | None,
    unit: Period,
) -> pd.DataFrame:
    """Return the dyads and the span of periods that a question covers."""
    import pandas as pd

    dyads = spans(claims, unit)
    keys = ("sender", "host")
    if dyads.empty and all(len(asked.get(key, ())) == 1 for key in keys):
        # Asked for by name and never claimed: the honest answer is unknown, not nothing.
        named = {key: pd.Series(list(asked[key]), dtype="string") for key in keys}
        dyads = pd.DataFrame({**named, "first": [0], "last": [-1]})
    if years is not None:
        first, last = (years, years) if isinstance(years, int) else years
        if first > last:
            raise UsageError(f"years {first} to {last} run backwards", hint=f"({last}, {first})")
        dyads["first"], dyads["last"] = unit.of_year(first), unit.of_year(last + 1) - 1
    return dyads


def _split(result: pd.DataFrame, parts: pd.DataFrame, totals: pd.DataFrame) -> pd.DataFrame:
    """Return totals split into the services that their own report prints beside them."""
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
    """Return sums over rows that say how many parts they have and how many had no figure."""
    if "region" in keys:
        countries = release.gazetteer(version)
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
