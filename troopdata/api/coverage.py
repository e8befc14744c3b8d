"""Count what is known: dyad-years with a total, a floor, a sign of forces, or nothing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Literal

from troopdata.api import country_index
from troopdata.api.bearers import bearers_over, rows_of_bearers
from troopdata.api.filters import Place, Years, years_of
from troopdata.api.release_context import release_context
from troopdata.errors import UsageError, shown
from troopdata.estimation.periods import period
from troopdata.release import loader

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["KNOWN", "coverage", "dyad_years", "known_of", "years_around"]

# What may be known of a dyad in a period, from most to least.
KNOWN = ("total", "floor", "sign", "nothing")
KEYS = ("sender", "host", "region", "decade", "year", "state")
COLUMNS = (
    "sender", "host", "period", "year", "personnel", "low", "high", "state", "source_ids",
)  # fmt: skip


def coverage(
    *,
    sender: Place = None,
    host: Place = None,
    years: Years = None,
    by: str | Sequence[str] = ("sender", "decade"),
    version: str | None = None,
) -> pd.DataFrame:
    """Count the dyad-years that have a total, a floor, a sign of forces, or nothing.

    Parameters
    ----------
    sender, host : str, int or list of these, optional
        As in `presence`: code, name, alias, region or COW number.
    years : tuple of two int, or int, optional
        First and last year, inclusive.
    by : {"sender", "host", "region", "decade", "year", "state"} or sequence of these
        What a row is. A region is that of the host; a state is that of table `presence`, such as
        ``parts``: the step of the rule that gave the answer.
    version : str, optional
        Release of the data; the latest by default.

    Returns
    -------
    pandas.DataFrame
        The keys; dyads (pairs of sender and host), dyad_years; how many of these have a total,
        floor, sign, nothing, which add up to dyad_years; and the four shares, as total_share.

    Raises
    ------
    UnknownCountry, AmbiguousCountry, UnknownRelease, UsageError
        With the nearest names, or what to give instead.

    Notes
    -----
    A dyad-year is a row of table `presence`: the years of a sender and a host from the first claim
    about them to the last. Each is counted once:

    - total: the best estimate is a figure, zero included;
    - floor: it has no figure, but a low, a high or both;
    - sign: forces were there, and no source says how many;
    - nothing: no claim covers the year, which lies between others that do. Not a zero.

    Years without a claim after a recorded withdrawal are left out until the next claim: there was
    nothing to count. So are all years before the first claim and after the last, and pairs without
    any claim. What no source mentions can therefore not appear as missing: the shares say how well
    known presence is counted, not how much of all presence is known.

    Examples
    --------
    >>> found = coverage(sender="USA", host="NER", by="decade")
    >>> list(found.columns[:7])
    ['decade', 'dyads', 'dyad_years', 'total', 'floor', 'sign', 'nothing']
    >>> bool((found[["total", "floor", "sign", "nothing"]].sum(axis=1) == found.dyad_years).all())
    True
    """
    keys = _keys(by)
    rows = dyad_years(sender=sender, host=host, years=years, version=version)
    found = _counts(_keyed(rows, keys, version), keys)
    found.attrs["troopdata"] = {**rows.attrs["troopdata"], "table": "coverage", "by": keys}
    return found


def dyad_years(
    *, sender: Place = None, host: Place = None, years: Years = None, version: str | None = None
) -> pd.DataFrame:
    """Return the dyad-years that `coverage` counts, and what is known in each.

    Returns
    -------
    pandas.DataFrame
        sender, host, period, year, personnel, low, high, state, source_ids, known (one of
        `KNOWN`).
    """
    unit, span = period("year"), years_of(years)
    numbers = None if span is None else (unit.of_year(span[0]), unit.of_year(span[1]))
    bearers = bearers_over(unit, numbers, sender=sender, host=host, version=version)
    where = {column: set(codes) for column, codes in bearers.items()}
    rows = loader.read("presence", version=version, columns=COLUMNS, where=where)
    attrs = rows.attrs
    rows = rows.assign(known=known_of(rows))
    rows = rows[~_after_withdrawal(rows, version)]
    if span is not None:
        rows = rows[rows["year"].between(*span)]
    rows = rows_of_bearers(rows.reset_index(drop=True), bearers, unit)
    rows.attrs.update(attrs)
    return rows


def known_of(rows: pd.DataFrame) -> pd.Series:
    """Return what each row of `presence` knows, one of `KNOWN`.

    Examples
    --------
    >>> import troopdata as td
    >>> known_of(td.presence(sender="USA", host="NER", years=(2023, 2024))).tolist()
    ['total', 'total']
    """
    import pandas as pd

    found = pd.Series("sign", index=rows.index, dtype="string")
    found[rows["state"].eq("unknown").to_numpy(dtype=bool)] = "nothing"
    found[(rows["low"].notna() | rows["high"].notna()).to_numpy(dtype=bool)] = "floor"
    found[rows["personnel"].notna().to_numpy(dtype=bool)] = "total"
    return found


def years_around(rows: pd.DataFrame, years: pd.DataFrame, version: str | None) -> pd.DataFrame:
    """Return when a sender and a host are known before and after each row, and when they left.

    Parameters
    ----------
    rows : pandas.DataFrame
        sender, host, year.
    years : pandas.DataFrame
        The result of `dyad_years`, of all years.
    version : str or None
        The release, which has the withdrawals.

    Returns
    -------
    pandas.DataFrame
        With the index of `rows`: before, after (the nearest years with an answer) and left (the
        year of the last withdrawal up to that of the row), as float64.
    """
    import numpy as np

    known = years.loc[years["known"] != "nothing", ["sender", "host", "year"]]
    gone = release_context(version).withdrawals
    days = gone["day"].to_numpy("datetime64[D]").astype("datetime64[Y]")
    gone = gone[["sender", "host"]].assign(year=days.astype(np.int64) + 1970)
    return rows[[]].assign(
        before=_nearest(rows, known, "backward"),
        after=_nearest(rows, known, "forward"),
        left=_nearest(rows, gone, "backward", same=True),
    )


def _nearest(
    rows: pd.DataFrame,
    years: pd.DataFrame,
    direction: Literal["backward", "forward"],
    *,
    same: bool = False,
) -> pd.Series:
    """Return the nearest year of the same sender and host, with the index of the rows."""
    import pandas as pd

    # Objects, because pandas fails to match Arrow's texts where one side is empty.
    kinds = {"sender": "object", "host": "object", "year": "int64"}
    asked = rows[["sender", "host", "year"]].astype(kinds).assign(row=rows.index)
    known = years.astype(kinds).assign(nearest=years["year"].astype("float64"))
    found = pd.merge_asof(
        asked.sort_values("year"), known.sort_values("year"), on="year", by=["sender", "host"],
        direction=direction, allow_exact_matches=same,
    )  # fmt: skip
    return found.set_index("row")["nearest"]


def _after_withdrawal(rows: pd.DataFrame, version: str | None) -> pd.Series:
    """Return which rows without a claim follow a withdrawal, with no claim since."""
    gone = release_context(version).withdrawals
    # Few senders have left: the search among all rows takes longer than all counting.
    concerned = rows["sender"].isin(gone["sender"]) & rows["host"].isin(gone["host"])
    near = rows[concerned.to_numpy(dtype=bool)]
    around = years_around(near[near["known"] == "nothing"], near, version)
    after = around["left"] >= around["before"]
    return after.reindex(rows.index, fill_value=False)


def _keys(by: str | Sequence[str]) -> list[str]:
    keys: list[Any] = list(by) if isinstance(by, (tuple, list)) else [by]
    hint = f"any of {', '.join(KEYS)}"
    for key in keys:
        if key not in KEYS:
            raise UsageError(f"cannot count by {shown(key)}", hint=hint)
        if keys.count(key) > 1:
            raise UsageError(f"by has {shown(key)} twice", hint=hint)
    if not keys:
        raise UsageError("by is empty", hint=hint)
    return keys


def _keyed(rows: pd.DataFrame, keys: list[str], version: str | None) -> pd.DataFrame:
    """Return rows with the keys that table `presence` does not have."""
    if "decade" in keys:
        rows = rows.assign(decade=(rows["year"] // 10 * 10).astype("Int32"))
    if "region" in keys:
        countries = country_index.gazetteer(version)
        regions = {code: countries.region(code) for code in rows["host"].unique()}
        rows = rows.assign(region=rows["host"].map(regions).astype("string"))
    return rows


def _counts(rows: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    """Return the counts and the shares of each group."""
    each = {known: rows["known"].eq(known).astype("Int32") for known in KNOWN}
    pair = rows["sender"] + " " + rows["host"]
    counted = rows[keys].assign(dyads=pair, dyad_years=1, **each)
    groups = counted.groupby(keys, dropna=False, sort=True)
    found = groups.agg({"dyads": "nunique", "dyad_years": "sum", **dict.fromkeys(KNOWN, "sum")})
    found = found.astype("Int32")
    for known in KNOWN:
        found[f"{known}_share"] = (found[known] / found["dyad_years"]).astype("Float64")
    result = found.reset_index()
    return result.astype({key: rows[key].dtype for key in keys})
