"""Split estimates by service, roll territories up, and sum over senders, hosts and regions."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any

from troopdata.api import country_index
from troopdata.estimation.periods import Period
from troopdata.gazetteer.over_time import kind, part_of
from troopdata.schemas import model

if TYPE_CHECKING:
    import pandas as pd

    from troopdata.gazetteer.resolver import Gazetteer

__all__ = ["by_service", "rolled_up", "sums_of", "territories_of"]


def by_service(rows: pd.DataFrame, claims: pd.DataFrame, sources: pd.DataFrame) -> pd.DataFrame:
    """Return figures split into the services that their own report prints beside them."""
    import pandas as pd

    from troopdata.estimation.candidates import candidates

    services = [code for code in model.vocabularies()["service"].codes if code != "all"]
    totals, parts = candidates(claims, sources), candidates(claims, sources, services=services)
    same = ["sender", "host", "as_of", "basis", "source_id", "force"]
    beside = totals[["claim_id", *same]].merge(parts, on=same, suffixes=("_total", ""))
    beside["people"] = beside["figure"] - beside["afloat"]
    beside = beside[["claim_id_total", "service", "people", "claim_id"]]
    split = rows.drop(columns=["personnel", "low", "high"]).merge(
        beside, left_on="claim_ids", right_on="claim_id_total"
    )
    split = split.assign(
        personnel=split["people"], low=split["people"], high=split["people"],
        claim_ids=split["claim_id"],
    )  # fmt: skip
    whole = rows[~rows["claim_ids"].isin(beside["claim_id_total"])].assign(service="all")
    columns = ["sender", "host", "service", *rows.columns.drop(["sender", "host"])]
    result = pd.concat([split[columns], whole[columns]], ignore_index=True)
    kinds = {**rows.dtypes.to_dict(), "service": "string"}
    order = ["sender", "host", "period", "service"]
    return result.astype(kinds).sort_values(order, ignore_index=True)


def territories_of(hosts: Collection[str], version: str | None) -> set[str]:
    """Return the territories of some hosts, and the areas that lie within them."""
    countries = country_index.gazetteer(version)
    return {code for code in countries.records if part_of(countries, code) & set(hosts)}


def rolled_up(
    rows: pd.DataFrame, asked: Mapping[str, Collection[str]], bearers: Mapping[str, Any],
    version: str | None,
) -> pd.DataFrame:  # fmt: skip
    """Return rows with each territory under the host that it belongs to or lies in."""
    countries = country_index.gazetteer(version)
    wanted = set(bearers["host"]) if "host" in bearers else None

    def above(code: str, sender: str) -> str:
        if wanted is not None and code in wanted:
            return code
        holders = part_of(countries, code) - {sender}
        chosen = holders if wanted is None else holders & wanted
        return min(chosen) if chosen else code

    pairs = zip(rows["host"], rows["sender"], strict=True)
    return rows.assign(
        territory=rows["host"],
        host=rows["host"].__class__([above(*pair) for pair in pairs], dtype="string"),
    )


def sums_of(rows: pd.DataFrame, keys: list[str], unit: Period, version: str | None) -> pd.DataFrame:
    """Return sums over rows, which name the parts they have no figure for.

    A country that did not exist in the period, and of which nothing is recorded then, is not a
    part of its sums.
    """
    from troopdata.estimation.sums import sums

    countries = country_index.gazetteer(version)
    rows = rows[~_before_or_after(rows, countries, unit)]
    if "region" in keys:
        regions = {code: countries.region(code) for code in rows["host"].unique()}
        rows = rows.assign(region=rows["host"].map(regions).astype("string"))
    bodies = {code for code in rows["sender"].unique() if kind(countries, code) == "organisation"}
    return sums(rows, keys, bodies)


def _before_or_after(rows: pd.DataFrame, countries: Gazetteer, unit: Period) -> Any:
    """Return which unknown rows are of a sender or host that did not exist in the period."""
    import numpy as np

    from troopdata.estimation.periods import labelled

    numbers = {text: labelled(text)[1] for text in rows["period"].unique()}
    period_number = rows["period"].map(numbers).to_numpy("int64")
    first = unit.first_day(period_number).astype("int64")
    last = unit.last_day(period_number).astype("int64")
    unknown = rows["state"].eq("unknown").to_numpy(dtype=bool)
    gone = np.zeros(len(rows), dtype=bool)
    for column in ("sender", "host"):
        code, known = rows[column].factorize()
        spans = [_existence(countries, one) for one in known]
        begins, ends = (np.array([span[end] for span in spans], dtype="int64") for end in (0, 1))
        if spans:
            gone |= (last < begins[code]) | (first >= ends[code])
    return unknown & gone


def _existence(countries: Gazetteer, code: str) -> tuple[int, int]:
    """Return the first day of a country, and the first day after it, as days since 1970."""
    import numpy as np

    if code not in countries:
        return -(2**40), 2**40
    records = countries.records[code]
    begins = int(np.datetime64(records[0].valid_from, "D").astype("int64"))
    end = records[-1].valid_to
    return begins, 2**40 if end is None else int(np.datetime64(end, "D").astype("int64"))
