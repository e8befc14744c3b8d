"""Best estimates of strength for senders, hosts and periods."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from troopdata.api import country_index, valid_time
from troopdata.api.bearers import bearers_over, rows_of_bearers
from troopdata.api.filters import Codes, Day, Place, Years, as_codes, years_of
from troopdata.api.presence_sums import by_service, rolled_up, sums_of, territories_of
from troopdata.api.release_context import release_context, series_sources
from troopdata.errors import UsageError, shown
from troopdata.estimation.periods import Frequency, Period, period
from troopdata.release import loader
from troopdata.schemas import dates

if TYPE_CHECKING:
    import pandas as pd

    from troopdata.estimation.measures import Measure, Question

__all__ = ["presence"]

KEYS = ("sender", "host", "region", "service")
FREQUENCIES = ("year", "quarter", "month")


def presence(
    *,
    sender: Place = None,
    host: Place = None,
    years: Years = None,
    on: Day = None,
    freq: Frequency = "year",
    by: Sequence[str] = ("sender", "host"),
    measure: Measure = "in_country",
    basis: Codes = None,
    series: str | None = None,
    prefer: Codes = None,
    territories: bool = False,
    balanced: bool = False,
    published_before: Day = None,
    certain: bool = True,
    version: str | None = None,
) -> pd.DataFrame:
    """Return the best estimate of strength for sender, host and period.

    Parameters
    ----------
    sender, host : str, int or list of these, optional
        ISO3 code, name, alias, World Bank region, or integer COW code. A name or number means
        every country that had it in the period: Vietnam in 1968 is South and North Vietnam.
    years : tuple of two int, or int, optional
        First and last year, inclusive. By default every dyad's own first to last claim.
    on : str or datetime.date, optional
        One day instead of periods.
    freq : {"year", "quarter", "month"}
        The period.
    by : sequence of {"sender", "host", "region", "service"}
        What a row is. Without sender or host the rows are sums, which name the parts they have no
        figure for (`missing`). With service, each figure of a report is split into the services
        that the report prints beside it; what no report splits stays under ``all``.
    measure : {"in_country", "assigned", "operation"}
        Everyone of the sender's forces in the host at the end of the period (the default); what
        the sender's own stationing series prints, its breaks marked; or the people counted under
        named operations.
    basis : str or sequence of str, optional
        Count only this; several are read as one series, with `basis_break` where it changes.
    series : str, optional
        Count only what one published series says, such as ``"us-dmdc"``.
    prefer : str or sequence of str, optional
        Take the answer of these bases where they have one.
    territories : bool
        Add a host's territories, and areas that lie within it, to it.
    balanced : bool
        A row for every sender, host and period of `years` in which both were states (a day of it
        is enough), ``unknown`` where nothing is known.
    published_before : str or datetime.date, optional
        The estimate from the claims that were public on that day, as `deployments` selects them.
    certain : bool
        With `published_before`: False adds claims that may have been public by then.
    version : str, optional
        Release of the data; the latest by default.

    Returns
    -------
    pandas.DataFrame
        sender, host, period, year, personnel, low, high (people), grade (A to E), state, basis,
        basis_break, as_of, assigned (people), last_total, last_total_as_of, series_break, claims,
        conflict, claim_ids, source_ids; for ``assigned`` also afloat. A sum has its keys, period,
        year, personnel, low, high, grade, parts, unknown and missing.

    Raises
    ------
    UnknownCountry, AmbiguousCountry, UnknownCode, UnknownRelease, UsageError
        With the nearest names, or what to give instead.

    Notes
    -----
    The rule is written in ``schemas/estimation_rule.json``, printed by ``describe("presence")`` and
    explained in docs/method.md; `explain` lists the claims behind a row. The question is in
    ``.attrs["troopdata"]``.

    Examples
    --------
    >>> niger = presence(sender="USA", host="NER", years=(2023, 2024))
    >>> niger[["period", "personnel", "grade", "state"]].values.tolist()
    [['2023', 648, 'A', 'observed'], ['2024', 0, 'A', 'reported_zero']]
    >>> presence(sender="USA", host="NER", years=2023, measure="assigned").personnel.tolist()
    [17]
    >>> neighbours = presence(sender="NER", host=["BEN", "TCD"], years=2023, balanced=True)
    >>> neighbours[["sender", "host", "state"]].values.tolist()
    [['NER', 'BEN', 'unknown'], ['NER', 'TCD', 'unknown']]
    """
    keys = _keys(by)
    unit, span = _unit(freq, on, years)
    summed = territories or not {"sender", "host"} <= set(keys)
    question = _question(unit, measure, basis, series, prefer, summed, version)
    if balanced and span is None:
        raise UsageError("a balanced panel has no end", hint="say which years=(first, last)")
    bearers = bearers_over(unit, span, sender=sender, host=host, version=version)
    asked = {name: set(found) for name, found in bearers.items()}
    if territories and "host" in asked:
        asked["host"] |= territories_of(asked["host"], version)
    claims, sources = _read(asked, "service" in keys, published_before, certain, version)
    rows = _estimated(
        claims, sources, asked, unit, span, question,
        balanced=balanced, published_before=published_before, version=version,
    )  # fmt: skip
    rows = rows_of_bearers(rows, bearers, unit)
    if "service" in keys:
        rows = by_service(rows, claims, sources)
    if territories:
        rows = rolled_up(rows, asked, bearers, version)
    rows = sums_of(rows, keys, unit, version) if summed else rows.drop(columns="recent")
    rows.attrs["troopdata"] = _asked(keys, unit, question, measure, series, published_before,
                                     certain, version)  # fmt: skip
    return rows


def _unit(freq: Frequency, on: Day, years: Years) -> tuple[Period, tuple[int, int] | None]:
    """Return the period, and the numbers of the first and last one asked for."""
    import numpy as np

    if on is not None:
        if years is not None:
            raise UsageError("on and years both say when", hint="give one of them")
        unit = period("day")
        day = np.array([dates.parse(on)], dtype="datetime64[D]")
        number = int(unit.number(day)[0])
        return unit, (number, number)
    if freq not in FREQUENCIES:
        raise UsageError(
            f"unknown freq {shown(freq)}", hint=f"one of {', '.join(FREQUENCIES)}", value=freq
        )
    unit, span = period(freq), years_of(years)
    if span is None:
        return unit, None
    return unit, (unit.of_year(span[0]), unit.of_year(span[1] + 1) - 1)


def _question(
    unit: Period, measure: str, basis: Codes, series: str | None, prefer: Codes,
    summed: bool, version: str | None,
) -> Question:  # fmt: skip
    from troopdata.estimation.candidates import known_bases
    from troopdata.estimation.measures import MEASURES, Question

    if measure not in MEASURES:
        raise UsageError(f"unknown measure {shown(measure)}", hint=f"one of {', '.join(MEASURES)}")
    pinned, preferred = as_codes(basis), as_codes(prefer)
    return Question(
        freq=unit.name,  # type: ignore[arg-type]
        measure=measure,  # type: ignore[arg-type]
        bases=() if pinned is None else known_bases(pinned),
        prefer=() if preferred is None else known_bases(preferred),
        sources=None if series is None else frozenset(_series(series, version)),
        summed=summed,
    )


def _series(series: str, version: str | None) -> list[str]:
    known = series_sources(version)
    if series not in known:
        import difflib

        near = difflib.get_close_matches(series, known, n=2) or sorted(known)
        raise UsageError(f"unknown series {shown(series)}", hint=f"one of {', '.join(near)}")
    return known[series]


def _keys(by: Sequence[str]) -> list[str]:
    keys: list[Any] = list(by) if isinstance(by, (tuple, list)) else [by]
    for key in keys:
        if key not in KEYS:
            raise UsageError(f"cannot sum by {shown(key)}", hint=f"any of {', '.join(KEYS)}")
    if not keys:
        raise UsageError("by is empty", hint=f"any of {', '.join(KEYS)}")
    return keys


def _read(
    asked: Mapping[str, Collection[str]],
    services: bool,
    published_before: Day,
    certain: bool,
    version: str | None,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the claims that a question may rest on, and all sources."""
    from troopdata.estimation import candidates

    # What no estimate rests on, such as police and reserves, need not be read.
    where: dict[str, Collection[str]] = {**asked, "force": candidates.forces()}
    if not services:
        where["service"] = ("all",)
    columns = [*candidates.COLUMNS, "published_on"]
    claims = loader.read("deployments", version=version, columns=columns, where=where)
    known = [*candidates.SOURCE_COLUMNS, "published_on", "published_on_precision"]
    sources = loader.read("sources", version=version, columns=[*known, "accessed_on"])
    if published_before is not None:
        claims = valid_time.public(claims, sources, on=published_before, certain=certain)
    return claims, sources


def _estimated(
    claims: pd.DataFrame,
    sources: pd.DataFrame,
    asked: Mapping[str, Collection[str]],
    unit: Period,
    span: tuple[int, int] | None,
    question: Question,
    *,
    balanced: bool,
    published_before: Day,
    version: str | None,
) -> pd.DataFrame:
    """Return the estimate of every pair of sender and host."""
    from troopdata.estimation.candidates import candidates
    from troopdata.estimation.measures import admitted, answer

    until = None if published_before is None else dates.parse(published_before)
    around = release_context(version, until=until)
    if balanced and span is not None:
        return _balanced(claims, sources, asked, unit, span, question, around, version)
    known = candidates(claims, sources)
    pairs = _pairs(admitted(known, question), asked, unit, span)
    return answer(known, around, question, pairs)


def _pairs(
    known: pd.DataFrame,
    asked: Mapping[str, Collection[str]],
    unit: Period,
    span: tuple[int, int] | None,
) -> pd.DataFrame:
    """Return the dyads and the span of periods that a question covers."""
    import pandas as pd

    from troopdata.estimation.dyads import dyads

    pairs = dyads(known, unit, span)
    keys = ("sender", "host")
    if pairs.empty and all(len(asked.get(key, ())) == 1 for key in keys):
        # Asked for by name and never claimed: the honest answer is unknown, not nothing.
        named = {key: pd.Series(list(asked[key]), dtype="string") for key in keys}
        first, last = span or (0, -1)
        pairs = pd.DataFrame({**named, "first": [first], "last": [last]})
    return pairs


def _balanced(
    claims: pd.DataFrame,
    sources: pd.DataFrame,
    asked: Mapping[str, Collection[str]],
    unit: Period,
    span: tuple[int, int],
    question: Question,
    around: Any,
    version: str | None,
) -> pd.DataFrame:
    """Return the estimate for every pair of states in every period that both of them existed."""
    from troopdata.api.balanced_panel import panel
    from troopdata.estimation.candidates import candidates
    from troopdata.estimation.measures import answer

    states = panel(country_index.gazetteer(version), *span, unit, asked)
    if states.dyads.empty and asked:
        hint = "leave balanced=True out to see territories and organisations"
        years = unit.year(span[0]), unit.year(span[1])
        raise UsageError(f"no two states asked for existed in {years[0]} to {years[1]}", hint=hint)
    rows = answer(candidates(claims, sources), around, question, states.dyads)
    return rows[states.existed].reset_index(drop=True)


def _asked(
    keys: list[str], unit: Period, question: Question, measure: str, series: str | None,
    published_before: Day, certain: bool, version: str | None,
) -> dict[str, Any]:  # fmt: skip
    """Return the question, as the frame's attributes keep it."""
    day = None if published_before is None else dates.parse(published_before).isoformat()
    return {
        "release": loader.data_version(version), "table": "presence", "freq": unit.name,
        "by": keys, "measure": measure, "basis": question.bases or None, "series": series,
        "prefer": question.prefer or None, "published_before": day, "certain": certain,
    }  # fmt: skip
