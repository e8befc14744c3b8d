"""Read the tables of a page for a selection of senders, hosts and years."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from troopdata.api import agreements, country_index, load, readers, standing, valid_time
from troopdata.api.coverage import KNOWN, known_of
from troopdata.api.filters import Place, Years, places, years_of
from troopdata.api.presence import presence
from troopdata.estimation import candidates
from troopdata.plot.daily_status import gaps
from troopdata.release import loader
from troopdata.schemas import dates

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["PageData", "read_page_data"]

CLAIMS = (
    "sender", "host", "place", "base_id", "operation_id", "as_of", "force", "personnel",
    "personnel_low", "personnel_high", "qualifier", "value_state", "basis", "status", "source_id",
    "locator", "note",
)  # fmt: skip
PRESENCE = (
    "sender", "host", "year", "personnel", "low", "high", "grade", "state", "basis", "assigned",
    "last_total", "last_total_as_of", "series_break", "conflict",
)  # fmt: skip
SUMS = ("year", "personnel", "low", "high", "grade", "parts")
BASES = ("base_id", "name", "host", "place", "latitude", "longitude", "kind", "location_precision")
# The certain and the longest possible span of a spell, and its bounds as text.
SPELL = ("sure_from", "sure_to", "may_from", "may_to", "started_text", "ended_text")
SOURCES = ("source_id", "title", "publisher", "kind", "url", "archive_url")


@dataclass(frozen=True, slots=True)
class PageData:
    """The tables of a page.

    Attributes
    ----------
    frames : dict of str to pandas.DataFrame
        claims, presence, by_host, by_sender, known, bases, tenancies, agreements, parties, events,
        operations, sources, countries. `claim_rows` of presence has the row numbers of the claims
        behind an estimate. by_host and by_sender are the sums of `troopdata.presence`; their
        missing lists the parts that are present without a figure, the largest first, and silent
        (Int32) counts the others without one. known counts for each sender and year the hosts with
        a total, a floor, a sign, or nothing, as the caption of `troopdata.plot.map` does.
    left_out : dict of str to int
        For each reason, the number of claims in the selection that the page leaves out.
    """

    frames: dict[str, pd.DataFrame]
    left_out: dict[str, int]


def read_page_data(*, sender: Place, host: Place, years: Years, version: str | None) -> PageData:
    """Read the tables of a page.

    Parameters
    ----------
    sender, host, years, version
        As in `troopdata.presence`.
    """
    span = years_of(years)
    claims, left_out = _claims(sender, host, span, version)
    query: dict[str, Any] = {
        "sender": sender, "host": host, "years": span or _covered(version), "version": version
    }  # fmt: skip
    every = presence(**query)
    rows = _answered(every)
    agreements, parties = _agreements(sender, host, version)
    frames = {
        "claims": claims,
        "presence": _presence(claims, rows),
        "by_host": _sums(rows, "host", "sender", query),
        "by_sender": _sums(rows, "sender", "host", query),
        "known": _known(every, version),
        "bases": readers.bases(host=host, sender=sender, version=version)[[*BASES]],
        "tenancies": _tenancies(sender, host, version),
        "agreements": agreements,
        "parties": parties,
        "events": _events(sender, host, version),
        "operations": load.operations(version=version)[["operation_id", "name"]],
    }
    frames["sources"] = _sources(frames.values(), version)
    frames["countries"] = _countries(frames, version)
    # Row numbers have replaced the ids, which compress badly.
    frames["claims"] = claims.drop(columns="claim_id")
    return PageData(frames, left_out)


def _claims(
    sender: Place, host: Place, span: tuple[int, int] | None, version: str | None
) -> tuple[pd.DataFrame, dict[str, int]]:
    """Return the claims that are not split by service, and the numbers of claims left out."""
    days = None if span is None else (f"{span[0]:04}-01-01", f"{span[1]:04}-12-31")
    rows = readers.deployments(sender=sender, host=host, between=days, status=None, version=version)
    whole = rows["service"].eq("all").fillna(False).astype(bool)
    at_home = rows["sender"].eq(rows["host"]).fillna(False).astype(bool)
    nowhere = rows["host"].isna()
    kept = rows[whole & ~at_home & ~nowhere]
    kept = kept.sort_values(["sender", "host", "as_of", "basis", "force", "claim_id"])
    first, last = candidates.span(kept)
    # The number of a line in somebody's file leads no reader to the report, and tens of thousands
    # of them are a seventh of the page.
    lines = kept["locator"].str.fullmatch(r"line \d+").fillna(False).astype(bool)
    claims = kept[["claim_id", *CLAIMS]].assign(
        locator=kept["locator"].mask(lines),
        date_text=date_texts(kept, "as_of").fillna(date_texts(kept, "started")),
        day=(first + (last - first) / 2).astype("datetime64[s]"),
        counted=kept["claim_id"].isin(_counted(kept, version)),
        published=kept["published_on"],
    )
    left_out = {
        "services": int((~whole & ~at_home & ~nowhere).sum()),
        "at_home": int(at_home.sum()),
        "nowhere": int((nowhere & ~at_home).sum()),
    }
    return claims.reset_index(drop=True), left_out


def _counted(rows: pd.DataFrame, version: str | None) -> Collection[str]:
    """Return the ids of the claims that a best estimate may rest on."""
    found = candidates.candidates(rows.reset_index(drop=True), load.sources(version=version))
    return set(found["claim_id"])


def _covered(version: str | None) -> tuple[int, int]:
    """Return the first and last year of any estimate.

    The years are given to `presence`, because without them it ends each pair of sender and host
    with its last claim, although that claim may be carried forward.
    """
    first = int(presence(version=version)["year"].min())
    return first, int(str(loader.opened(version).manifest["released_at"])[:4])


def _answered(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the years of each pair of sender and host from its first answer to its last."""
    known = rows["year"].where(rows["state"] != "unknown")
    years = known.groupby([rows["sender"], rows["host"]])
    inside = rows["year"].between(years.transform("min"), years.transform("max"))
    return rows[inside.fillna(False).astype(bool)].reset_index(drop=True)


def _presence(claims: pd.DataFrame, rows: pd.DataFrame) -> pd.DataFrame:
    import pandas as pd

    numbers = {claim: at for at, claim in enumerate(claims["claim_id"])}
    claim_rows = [
        [numbers[one] for one in ids.split(";") if one in numbers] if isinstance(ids, str) else []
        for ids in rows["claim_ids"]
    ]
    lists = pd.Series(claim_rows, index=rows.index, dtype="object")
    return rows[[*PRESENCE]].assign(claim_rows=lists)


def _sums(rows: pd.DataFrame, key: str, part: str, query: dict[str, Any]) -> pd.DataFrame:
    """Return the sums of each sender or host, for the years in which it has an answer."""
    sums = presence(by=(key,), **query)
    known = rows[rows["state"] != "unknown"]
    keys = [key, "year"]
    sums = sums.merge(known[keys].drop_duplicates(), on=keys)
    # Parts without any answer, such as the members of a coalition that left years ago, would
    # drown the forces that are there: they are only counted.
    parts = sums[[*keys, "missing"]].dropna(subset="missing")
    parts = parts.assign(missing=parts["missing"].str.split(";")).explode("missing")
    parts = parts.astype({"missing": "string"}).rename(columns={"missing": part})
    largest = known[["low", "last_total"]].max(axis=1).fillna(0)
    weights = known[[*keys, part]].assign(weight=largest)
    named = parts.merge(weights, on=[*keys, part])
    named = named.sort_values([*keys, "weight", part], ascending=[True, True, False, True])
    texts = named.groupby(keys)[part].agg(";".join).rename("missing")
    numbers = named.groupby(keys).size().rename("named")
    found = sums[[key, *SUMS, "unknown"]].merge(texts, on=keys, how="left")
    found = found.merge(numbers, on=keys, how="left")
    found["silent"] = found["unknown"] - found.pop("named").fillna(0).astype("Int32")
    return found.drop(columns="unknown").astype({"missing": "string", "silent": "Int32"})


def _known(rows: pd.DataFrame, version: str | None) -> pd.DataFrame:
    """Return for each sender and year how many hosts have a total, a floor, a sign, or nothing."""
    known = known_of(rows)
    counted = known.ne("nothing") | gaps(rows, version=version)
    each = {one: known.eq(one).astype("int64") for one in KNOWN}
    groups = rows[["sender", "year"]].assign(**each)[counted].groupby(["sender", "year"])
    return groups.sum().reset_index()


def _tenancies(sender: Place, host: Place, version: str | None) -> pd.DataFrame:
    rows = readers.tenancies(sender=sender, host=host, version=version)
    columns = ["base_id", "sender", "role", "size", "end_mode", "operation_id", "source_id"]
    return rows[columns].assign(**_spell(rows))


def _agreements(
    sender: Place, host: Place, version: str | None
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the agreements, and the spell in which each binds each party."""
    rows = agreements.agreements(host=host, sender=sender, version=version)
    members = loader.read("agreement_parties", version=version)
    members = members[members["agreement_id"].isin(rows["agreement_id"])]
    bound = standing.bound(members, rows, country_index.gazetteer(version))
    parties = bound[["agreement_id", "party", "role", "end_mode", "source_id"]].assign(
        **_spell(bound),
        signed=date_texts(bound, "signed"),
        stated=bound["in_force"].notna(),
        ended=bound["ended"].notna(),
    )
    columns = ["agreement_id", "title", "kind", "multilateral", "treaty_series", "source_id"]
    return rows[columns], parties


def _events(sender: Place, host: Place, version: str | None) -> pd.DataFrame:
    rows = readers.events(sender=sender, host=host, version=version)
    columns = ["date", "kind", "sender", "host", "agreement_id", "base_id", "description"]
    return rows[[*columns, "status", "source_id"]].assign(date_text=date_texts(rows, "date"))


def _spell(rows: pd.DataFrame) -> dict[str, Any]:
    """Return the columns `SPELL` of each spell; an open bound is missing."""
    import pandas as pd

    first, last = (pd.Timestamp(day).as_unit("s") for day in (dates.FIRST, dates.LAST))
    bounds = [*valid_time.spans(rows), *valid_time.spans(rows, certain=False)]
    bounds = [days.mask(days == first).mask(days == last) for days in bounds]
    # If only a latest day is known for the end, no day is certain: the certain span is empty.
    bounds[1] = bounds[1].mask(valid_time.spans(rows)[1] == first, bounds[0])
    texts = date_texts(rows, "started"), date_texts(rows, "ended")
    return dict(zip(SPELL, (*bounds, *texts), strict=True))


def date_texts(rows: pd.DataFrame, column: str) -> pd.Series:
    """Return the dates of a column as text, to their precision; missing where there is none."""
    import pandas as pd

    pairs = zip(rows[column], rows[f"{column}_precision"], strict=True)
    # Few distinct dates are repeated in many rows.
    known: dict[tuple[Any, Any], Any] = {}
    texts = []
    for day, precision in pairs:
        if (day, precision) not in known:
            text = pd.NA if pd.isna(day) else dates.spelled(day.date(), precision)
            known[day, precision] = text
        texts.append(known[day, precision])
    return pd.Series(texts, index=rows.index, dtype="string")


def _sources(frames: Collection[pd.DataFrame], version: str | None) -> pd.DataFrame:
    """Return the documents that any row cites."""
    used = {
        one
        for frame in frames
        if "source_id" in frame
        for ids in frame["source_id"].dropna().unique()
        for one in ids.split(";")
    }
    rows = load.sources(version=version)
    rows = rows[rows["source_id"].isin(used)]
    return rows[[*SOURCES]].assign(published=date_texts(rows, "published_on"))


def _countries(frames: dict[str, pd.DataFrame], version: str | None) -> pd.DataFrame:
    """Return the latest name of every country in any row."""
    import pandas as pd

    used = {
        code
        for frame in frames.values()
        for column in ("sender", "host", "party")
        if column in frame
        for code in frame[column].dropna().unique()
    }
    countries = country_index.gazetteer(version)
    codes = sorted(used)
    names = [countries.name(code) if code in countries else code for code in codes]
    return pd.DataFrame({"code": codes, "name": names}, dtype="string")


def country_codes(value: Place, version: str | None) -> list[str]:
    """Return the codes that a filter selects, empty without a filter."""
    return sorted(places(country=value, version=version)["country"]) if value is not None else []
