"""Explain a best estimate: the claims that gave it, and why the others did not."""

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
    """Return the claims behind one row of `presence`, each with its role.

    Parameters
    ----------
    row : pandas.Series, pandas.DataFrame of one row, or mapping
        sender, host and period (and service), as in a row of `presence`. The other arguments of
        that call (basis, prefer, published_before and release) are read from
        ``.attrs["troopdata"]``, if the row still has it.
    basis, prefer : str or sequence of str, optional
        The arguments of `presence`, for a row that has lost its attributes.
    version : str, optional
        Release of the data; by default that of the row, or else the latest.

    Returns
    -------
    pandas.DataFrame
        One row per claim of the dyad that touches the period, is carried into it or bounds it:
        claim_id, role, `speaks` (whether it is one of the row's `claim_ids`), why (a sentence),
        figure, low, high (people), basis, order (position of the basis, 1 is first), rank (of the
        source, 1 is best), kind, publisher, source_id, first and last (bounds of its date),
        force, service, status. Claims that gave the estimate come first, then other candidates.

    Raises
    ------
    UsageError
        If this is not such a row, or is a sum over senders, hosts or regions.

    Notes
    -----
    Roles of claims that gave the estimate: ``won`` (nearest to the end of the period in the best
    series), ``carried`` (from before, within the interval of its source), ``standing_zero`` (zero
    in the country until the next positive claim), ``neighbour`` (before or after a period without
    a figure). Roles of other candidates: ``same_series`` (farther from the end of the period),
    ``range`` (same basis, other rank: only in low and high), ``outranked_by_source``,
    ``outranked_by_basis``, ``no_figure``, ``out_of_reach`` (the nearest claim before or after, of
    a series that gives nothing for the period), ``total`` (the total of a service's row). Claims
    that are not candidates: ``not_accepted``, ``not_military``, ``one_service``,
    ``not_whole_country``, ``basis_not_asked``, ``not_public``.

    Examples
    --------
    >>> import troopdata as td
    >>> niger = td.presence(sender="USA", host="NER", years=2023)
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
    """Return the keys of a row, and the arguments of the call that made its frame."""
    if hasattr(row, "iloc") and getattr(row, "ndim", 1) == 2:
        if len(row) != 1:
            raise UsageError(
                f"{len(row)} rows, but explain takes one", hint="explain(frame.iloc[0])"
            )
        row = row.iloc[0]
    if not hasattr(row, "keys"):
        raise UsageError(
            f"{shown(row)} is not a row of presence", hint="explain(td.presence(...).iloc[0])"
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
    """Estimate the row again, and keep everything the estimate was chosen from."""
    from troopdata.estimation.claim_groups import voices
    from troopdata.estimation.estimate import estimate

    order = candidates.order(as_codes(settings.get("basis")), as_codes(settings.get("prefer")))
    considered = claims[claims["was_public"] & claims["basis"].isin(order.bases)]
    eligible = candidates.candidates(considered, sources)
    pairs = dyads.spans(eligible, unit).assign(first=number, last=number)
    answer = estimate(eligible, pairs, order, freq=unit.name)  # type: ignore[arg-type]
    unknown = {"state": "unknown"}
    return Question(
        unit=unit, number=number, order=order, claims=claims, sources=sources, spoken=eligible,
        voices=voices(eligible, pairs, order, unit),
        answer=dict(zip(answer.columns, answer.iloc[0], strict=True)) if len(answer) else unknown,
    )  # fmt: skip


def _finished(
    rows: list[tuple[str, str, bool, str]],
    claims: pd.DataFrame,
    sources: pd.DataFrame,
    question: Question,
) -> pd.DataFrame:
    """Return the roles with the columns of each claim and its source."""
    import pandas as pd

    roles = pd.DataFrame(rows, columns=["claim_id", "role", "speaks", "why"])
    # A service's part of the winning report may also have another role; the first one counts.
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
        # Candidates have bounds of their own: a ceiling or "fewer than" has no low.
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
