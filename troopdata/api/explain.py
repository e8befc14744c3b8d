"""Why a best estimate is what it is: the claims behind it, and those that did not speak."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from troopdata.api import valid_time
from troopdata.api.filters import Codes, as_codes, places
from troopdata.errors import UsageError, shown
from troopdata.estimation import candidates, dyads
from troopdata.estimation.claim_roles import Question, aside, left_out, told
from troopdata.estimation.periods import Period, labelled
from troopdata.release import loader

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["explain"]

COLUMNS = {
    "claim_id": "string", "role": "string", "speaks": "boolean", "why": "string",
    "figure": "Int32", "low": "Int32", "high": "Int32", "basis": "string", "order": "Int32",
    "rank": "Int32", "kind": "string", "publisher": "string", "source_id": "string",
    "first": "datetime64[s]", "last": "datetime64[s]", "force": "string", "service": "string",
    "status": "string",
}  # fmt: skip


def explain(
    row: pd.Series | pd.DataFrame | Mapping[str, Any],
    *,
    basis: Codes = None,
    prefer: Codes = None,
    version: str | None = None,
) -> pd.DataFrame:
    """Return the claims behind one row of `presence`: which won, and why the others did not.

    Parameters
    ----------
    row : pandas.Series, pandas.DataFrame of one row, or mapping
        sender, host and period (and service), as a row of `presence` has them. What the frame
        was asked, its basis, prefer, published_before and release, is read from its
        ``.attrs["troopdata"]`` where that is still there.
    basis, prefer : str or sequence of str, optional
        As they were given to `presence`, for a row that has lost its attributes.
    version : str, optional
        Release of the data; that of the row, or else the latest.

    Returns
    -------
    pandas.DataFrame
        One row a claim of the dyad that touches the period, is carried into it or bounds it:
        claim_id, role, speaks (whether it is one of the row's `claim_ids`), why (a sentence),
        figure, low, high (people), basis, order (place of the basis, 1 is asked first), rank (of
        the source, 1 is best), kind, publisher, source_id, first and last (days that bound it),
        force, service, status. Those that speak come first, then the other
        candidates.

    Raises
    ------
    UsageError
        If it is no such row, or a sum over senders, hosts or regions.

    Notes
    -----
    The roles that speak: ``won`` (nearest the period's end in the best series), ``carried`` (from
    before, inside its source's interval), ``standing_zero`` (none in the country until the next
    positive claim), ``neighbour`` (before and after a period without a figure). Those that do
    not: ``same_series`` (farther from the period's end), ``range`` (same basis, other rank: in
    low and high only), ``outranked_by_source``, ``outranked_by_basis``, ``no_figure``,
    ``out_of_reach`` (the nearest before or after of a series that could not speak), ``total``
    (the total of a service's row), and those that are no candidates: ``not_accepted``,
    ``not_military``, ``one_service``, ``not_whole_country``, ``basis_not_asked``, ``not_public``.

    Examples
    --------
    >>> niger = answers.presence(sender="USA", host="NER", years=2023)
    >>> why = explain(niger.iloc[0])
    >>> why.loc[why.speaks, ["role", "figure", "basis"]].values.tolist()
    [['won', 648, 'in_country_total']]
    >>> sorted(why.role[why.basis == "permanently_assigned"].unique())
    ['not_military', 'one_service', 'outranked_by_basis']
    """
    asked, settings = _asked(row)
    given = {"basis": basis, "prefer": prefer, "version": version}
    settings.update({name: value for name, value in given.items() if value is not None})
    unit, number = labelled(asked["period"])
    claims, sources = _read(asked, settings)
    question = _question(claims, sources, settings, unit, number)
    rows = told(question, asked.get("service", "all"))
    others = left_out(question)
    return _finished([*rows, *aside(question), *others], claims, sources, question)


def _asked(row: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the keys of a row and what its frame was asked."""
    if hasattr(row, "iloc") and getattr(row, "ndim", 1) == 2:
        if len(row) != 1:
            raise UsageError(f"{len(row)} rows at once", hint="explain(frame.iloc[0])")
        row = row.iloc[0]
    if not hasattr(row, "keys"):
        raise UsageError(
            f"{shown(row)} is no row of presence", hint="explain(td.presence(...).iloc[0])"
        )
    frame = getattr(row, "attrs", {}).get("troopdata", {})
    if "period" not in row:
        raise UsageError("the row has no period", hint="explain(td.presence(...).iloc[0])")
    for name in ("sender", "host"):
        if name not in row:
            hint = 'explain its parts: presence(..., by=("sender", "host"))'
            raise UsageError(f"the row has no {name}: it is a sum over them", hint=hint)
    asked = {name: row[name] for name in ("sender", "host", "period", "service") if name in row}
    known = ("basis", "prefer", "published_before", "certain")
    settings = {name: frame[name] for name in known if name in frame}
    return asked, {**settings, "version": frame.get("release")}


def _read(
    asked: Mapping[str, Any], settings: Mapping[str, Any]
) -> tuple[pd.DataFrame, pd.DataFrame]:
    version = settings["version"]
    where = places(sender=asked["sender"], host=asked["host"], version=version)
    claims = loader.read("deployments", version=version, where=where)
    sources = loader.read("sources", version=version)
    claims = claims.assign(was_public=True)
    if settings.get("published_before") is not None:
        how = {"on": settings["published_before"], "certain": settings.get("certain", True)}
        claims["was_public"] = claims.index.isin(valid_time.public(claims, sources, **how).index)
    first, last = candidates.span(claims)
    return claims.assign(first=first, last=last), sources


def _question(
    claims: pd.DataFrame,
    sources: pd.DataFrame,
    settings: Mapping[str, Any],
    unit: Period,
    number: int,
) -> Question:
    """Answer the question once more, and keep what the answer was chosen from."""
    from troopdata.estimation.claim_groups import voices
    from troopdata.estimation.estimate import estimate

    order = candidates.order(as_codes(settings.get("basis")), as_codes(settings.get("prefer")))
    heard = claims[claims["was_public"] & claims["basis"].isin(order.bases)]
    spoken = candidates.candidates(heard, sources)
    pairs = dyads.spans(spoken, unit).assign(first=number, last=number)
    answer = estimate(spoken, pairs, order, freq=unit.name)  # type: ignore[arg-type]
    unknown = {"state": "unknown"}
    return Question(
        unit=unit, number=number, order=order, claims=claims, sources=sources, spoken=spoken,
        voices=voices(spoken, pairs, order, unit),
        answer=dict(zip(answer.columns, answer.iloc[0], strict=True)) if len(answer) else unknown,
    )  # fmt: skip


def _finished(
    rows: list[tuple[str, str, bool, str]],
    claims: pd.DataFrame,
    sources: pd.DataFrame,
    question: Question,
) -> pd.DataFrame:
    """Return roles with what each claim and its source say."""
    import pandas as pd

    roles = pd.DataFrame(rows, columns=["claim_id", "role", "speaks", "why"])
    # A service's part of the winning report speaks, whatever it is otherwise.
    roles = roles.drop_duplicates("claim_id")
    frame = roles.merge(claims, on="claim_id", how="left").merge(
        sources[["source_id", "kind", "publisher"]], on="source_id", how="left"
    )
    place = {code: at + 1 for at, level in enumerate(question.order.levels) for code in level}
    frame["order"] = frame["basis"].map(place)
    frame["rank"] = frame["kind"].map(candidates.rule()["ranks"])
    frame["figure"] = frame["personnel"]
    figures = frame[["personnel", "personnel_low", "personnel_high"]]
    frame["low"], frame["high"] = figures.min(axis=1), figures.max(axis=1)
    limits = question.spoken.set_index("claim_id")[["figure", "low", "high"]]
    known = frame["claim_id"].isin(limits.index)
    for name in limits:
        # A candidate's own bounds: a ceiling has no low, "fewer than" neither.
        exact = frame["claim_id"].map(limits[name])
        frame[name] = frame[name].mask(known, exact)
    frame["candidate"] = known
    by = ["speaks", "candidate", "rank", "order", "last", "claim_id"]
    frame = frame.sort_values(
        by, ascending=[False, False, True, True, False, True], ignore_index=True
    )
    result = frame[list(COLUMNS)].astype(COLUMNS)
    result.attrs["troopdata"] = {**claims.attrs["troopdata"], "table": "explanation"}
    return result
