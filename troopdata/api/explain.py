"""Why a best estimate is what it is: the claims behind it, and those that did not count."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from troopdata.api import country_index, valid_time
from troopdata.api.filters import Codes, as_codes, places
from troopdata.api.presence import presence
from troopdata.api.release_context import release_context
from troopdata.errors import UsageError, shown
from troopdata.estimation.periods import Period, labelled
from troopdata.release import loader
from troopdata.schemas import dates
from troopdata.schemas.model import estimation_rule

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
SETTINGS = ("measure", "basis", "series", "prefer", "published_before", "certain")


def explain(
    row: pd.Series | pd.DataFrame | Mapping[str, Any],
    *,
    basis: Codes = None,
    prefer: Codes = None,
    version: str | None = None,
) -> pd.DataFrame:
    """Return the claims behind one row of `presence`, and why the others did not count.

    Parameters
    ----------
    row : pandas.Series, pandas.DataFrame of one row, or mapping
        sender, host and period (and service), as a row of `presence` has them. The question (its
        measure, basis, prefer, published_before and release) is read from the frame's
        ``.attrs["troopdata"]`` where that is still there.
    basis, prefer : str or sequence of str, optional
        As they were given to `presence`, for a row that has lost its attributes.
    version : str, optional
        Release of the data; that of the row, or else the latest.

    Returns
    -------
    pandas.DataFrame
        One row a claim of the dyad that bears on the period: claim_id, role, `speaks` (whether it
        gave the figure or the bounds), why (a sentence), figure, low, high (people), basis, order
        (place of what it can say: 1 is a count of everyone), rank (of the source, 1 is best),
        kind, publisher, source_id, first and last (days that bound it), force, service, status.
        Those that gave the figure come first, then the other candidates.
        ``.attrs["troopdata"]`` holds `step` (which step of the rule gave the row) and `otherwise`
        (what would have to be on record for another answer).

    Raises
    ------
    UsageError
        If it is not such a row, or a sum over senders, hosts or regions.

    Notes
    -----
    Roles: ``figure`` and ``bound`` gave the answer; ``count``, ``average``, ``floor``,
    ``series``, ``series_floor``, ``contradicts``, ``cap``, ``wider``, ``sign``, ``copy``,
    ``last_count`` and ``next_count`` were weighed; ``service`` and ``whole_report`` belong to a
    row of one service; ``not_accepted``, ``not_military``, ``one_service``, ``other_quantity``,
    ``basis_not_asked``, ``no_figure`` and ``not_public`` were not.

    Examples
    --------
    >>> niger = presence(sender="USA", host="NER", years=2023)
    >>> why = explain(niger.iloc[0])
    >>> why.loc[why.speaks, ["role", "figure", "basis"]].values.tolist()
    [['figure', 648, 'in_country_total']]
    >>> why.attrs["troopdata"]["step"]
    'Step 1: counts of everyone in the country in the period.'
    """
    asked, settings = _asked(row)
    given = {"basis": basis, "prefer": prefer, "version": version}
    settings.update({name: value for name, value in given.items() if value is not None})
    countries = country_index.gazetteer(settings["version"])
    # A mapping may have names; the claims have codes.
    asked.update({key: countries.resolve(asked[key]) for key in ("sender", "host")})
    unit, number = labelled(asked["period"])
    claims, sources = _read(asked, settings)
    answer = _answer(asked, settings, unit)
    parts = list(_parts(claims, sources, asked, settings, unit, number, answer))
    return _finished(parts, claims, sources, answer)


def _asked(row: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the keys of a row and the question of its frame."""
    if hasattr(row, "iloc") and getattr(row, "ndim", 1) == 2:
        if len(row) != 1:
            raise UsageError(f"{len(row)} rows at once", hint="explain(frame.iloc[0])")
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
    settings = {name: frame[name] for name in SETTINGS if name in frame}
    return asked, {**settings, "version": frame.get("release")}


def _read(
    asked: Mapping[str, Any], settings: Mapping[str, Any]
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return all claims of the dyad, whether each was public, and all sources."""
    from troopdata.estimation import candidates

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


def _answer(asked: Mapping[str, Any], settings: Mapping[str, Any], unit: Period) -> dict[str, Any]:
    """Return the row of the estimate once more."""
    when: dict[str, Any] = {"on": asked["period"]}
    if unit.name != "day":
        when = {"freq": unit.name, "years": int(asked["period"][:4])}
    question = {name: value for name, value in settings.items() if value is not None}
    frame = presence(sender=asked["sender"], host=asked["host"], **when, **question)
    found = frame[frame["period"] == asked["period"]]
    if not len(found):
        return {"state": "unknown"}
    return dict(zip(found.columns, found.iloc[0], strict=True))


def _parts(
    claims: pd.DataFrame,
    sources: pd.DataFrame,
    asked: Mapping[str, Any],
    settings: Mapping[str, Any],
    unit: Period,
    number: int,
    answer: dict[str, Any],
) -> Iterator[tuple[str, str, bool, str]]:
    """Yield the part of each claim: candidates first, then those that are none."""
    import pandas as pd

    from troopdata.estimation.candidates import candidates
    from troopdata.estimation.explanation import parts_of_claims

    version = settings["version"]
    public = claims[claims["was_public"]].drop(columns=["first", "last"])
    known = candidates(public, sources)
    pinned = as_codes(settings.get("basis"))
    if pinned is not None:
        known = known[known["basis"].isin([pinned] if isinstance(pinned, str) else pinned)]
    before = settings.get("published_before")
    until = None if before is None else dates.parse(before)
    dyad = pd.DataFrame(
        {"sender": [asked["sender"]], "host": [asked["host"]], "first": [number], "last": [number]}
    ).astype({"sender": "string", "host": "string"})
    yield from _of_a_service(claims, asked, answer)
    yield from parts_of_claims(known, dyad, release_context(version, until=until), unit, answer)
    yield from _left_out(claims, known, unit, number, pinned is not None)


def _of_a_service(
    claims: pd.DataFrame, asked: Mapping[str, Any], answer: dict[str, Any]
) -> Iterator[tuple[str, str, bool, str]]:
    """Yield the share of a service, and the report's total that it is a share of."""
    from troopdata.estimation.explanation import PARTS

    service = asked.get("service", "all")
    ids = answer.get("claim_ids")
    if service == "all" or not isinstance(ids, str) or ";" in ids:
        return
    total = claims[claims["claim_id"] == ids]
    same = ["sender", "host", "first", "basis", "source_id", "force"]
    whole = claims[["place", "subdivision", "base_id"]].isna().all(axis=1)
    shares = claims[whole & (claims["service"] == service) & claims["was_public"]]
    shares = shares[shares["status"] == "accepted"].merge(total[same], on=same)
    for claim in shares["claim_id"]:
        yield claim, "service", True, PARTS["service"]
    if len(shares):
        yield ids, "whole_report", False, PARTS["whole_report"]


def _left_out(
    claims: pd.DataFrame, known: pd.DataFrame, unit: Period, number: int, pinned: bool
) -> Iterator[tuple[str, str, bool, str]]:
    """Yield the claims of the period that were not candidates, each with the first reason."""
    from troopdata.estimation.explanation import PARTS

    first, last = (
        unit.number(claims[name].to_numpy("datetime64[D]")) for name in ("first", "last")
    )
    touches = (first <= number) & (number <= last)
    rest = claims[touches & ~claims["claim_id"].isin(known["claim_id"]).to_numpy()]
    counted = [*estimation_rule()["forces"], *estimation_rule()["part_forces"]]
    bases = [basis for entry in estimation_rule()["roles"] for basis in entry["bases"]]
    figures = rest[["personnel", "personnel_low", "personnel_high"]].notna().any(axis=1)
    reasons = {
        "not_public": ~rest["was_public"],
        "not_accepted": rest["status"] != "accepted",
        "not_military": ~rest["force"].isin(counted),
        "one_service": rest["service"] != "all",
        "other_quantity": ~rest["basis"].isin(bases),
        "no_figure": ~figures,
    }
    for at, claim in enumerate(rest.to_dict("records")):
        names = [name for name, holds in reasons.items() if bool(holds.iloc[at])]
        name = names[0] if names else "basis_not_asked" if pinned else "other_quantity"
        words = {one: claim[one] for one in ("force", "service", "status", "basis")}
        yield claim["claim_id"], name, False, PARTS[name].format(period="", **words)


def _finished(
    parts: list[tuple[str, str, bool, str]],
    claims: pd.DataFrame,
    sources: pd.DataFrame,
    answer: dict[str, Any],
) -> pd.DataFrame:
    """Return the parts with what each claim and its source say."""
    import pandas as pd

    from troopdata.estimation.candidates import ROLES, candidates
    from troopdata.estimation.explanation import STEPS, otherwise

    frame = pd.DataFrame(parts, columns=["claim_id", "role", "speaks", "why"])
    frame = frame.drop_duplicates("claim_id")
    known = candidates(claims.drop(columns=["first", "last"]), sources).set_index("claim_id")
    frame = frame.merge(claims, on="claim_id", how="left").merge(
        sources[["source_id", "kind", "publisher"]], on="source_id", how="left"
    )
    at = frame["claim_id"].isin(known.index)
    place = {role: number for number, role in enumerate(ROLES, start=1)}
    frame["order"] = frame["claim_id"].map(known["role"].map(place))
    frame["rank"] = frame["kind"].map(estimation_rule()["ranks"])
    people = frame[["personnel", "personnel_low", "personnel_high"]]
    frame["figure"], frame["low"], frame["high"] = (
        frame["personnel"], people.min(axis=1), people.max(axis=1)
    )  # fmt: skip
    for name in ("figure", "low", "high"):
        # A candidate's own bounds: a ceiling has no low, "fewer than" neither.
        frame[name] = frame[name].mask(at, frame["claim_id"].map(known[name]))
    frame["candidate"] = at
    by = ["speaks", "candidate", "rank", "order", "last", "claim_id"]
    frame = frame.sort_values(
        by, ascending=[False, False, True, True, False, True], ignore_index=True
    )
    result = frame[list(COLUMNS)].astype(COLUMNS)
    state = str(answer.get("state", "unknown"))
    result.attrs["troopdata"] = {
        **claims.attrs.get("troopdata", {}), "table": "explanation",
        "step": STEPS[state], "otherwise": otherwise(answer),
    }  # fmt: skip
    return result
