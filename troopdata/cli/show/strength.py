"""Gather the best estimates of one day, each with the claims that a reader wants beside it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from operator import itemgetter
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from troopdata.api import country_index, load
from troopdata.api.filters import Place, plain
from troopdata.api.presence import presence
from troopdata.cli.terminal import cells
from troopdata.release import loader

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["RECENT", "STATIONED", "names", "no_strength", "publishers", "short_names", "strength"]

# A longer name, such as North Atlantic Treaty Organization, gives way to a short one.
LONGEST_NAME = 24
# A count of a part this old still tells a reader how large the force may be.
RECENT = dt.timedelta(days=731)
STATIONED = ("assigned_incl_temporary", "assigned_without_contingency", "permanently_assigned")
COLUMNS = {
    "sender": "string", "name": "string", "short_name": "string",
    "personnel": "Int32", "low": "Int32", "high": "Int32",
    "grade": "string", "state": "string", "basis": "string", "place": "string",
    "operation": "string", "as_of": "datetime64[s]", "as_of_precision": "string",
    "publisher": "string", "assigned": "Int32", "assigned_basis": "string",
    "assigned_as_of": "datetime64[s]", "assigned_publisher": "string",
    "last_total": "Int32", "last_total_qualifier": "string",
    "last_total_as_of": "datetime64[s]", "last_total_precision": "string",
    "last_total_publisher": "string", "widest": "Int32", "widest_place": "string",
    "widest_as_of": "datetime64[s]", "widest_precision": "string", "widest_publisher": "string",
    "sign_basis": "string", "sign_operation": "string", "sign_as_of": "datetime64[s]",
    "sign_precision": "string", "sign_publisher": "string",
}  # fmt: skip


# Columns of the claims that a screen reads.
NEEDED = (
    "claim_id", "sender", "place", "base_id", "operation_id", "as_of", "as_of_precision",
    "started", "force", "personnel", "personnel_low", "qualifier", "value_state", "basis",
    "source_id",
)  # fmt: skip


def strength(
    host: str, claims: pd.DataFrame, day: dt.date, sender: Place, version: str | None
) -> pd.DataFrame:
    """Return the best estimate of a day for every sender of which anything is known by then.

    Parameters
    ----------
    host : str
        Code of the host.
    claims : pandas.DataFrame
        The accepted claims about it up to the day.
    day : datetime.date
        The day.
    sender : str, int or list of these, or None
        Only these forces.
    version : str, optional
        Release of the data.

    Returns
    -------
    pandas.DataFrame
        The columns of `COLUMNS`, the largest force first. place and operation are those of the
        claims behind the figure; assigned is the last stationing count by the day, at whatever
        age.
    """
    import pandas as pd

    if not len(claims):
        return no_strength()
    rows = presence(host=host, sender=sender, on=day, version=version)
    rows = rows[rows["sender"] != host].reset_index(drop=True)
    known = rows["state"].ne("unknown") | rows["last_total"].notna()
    rows = rows[known.fillna(False)].reset_index(drop=True)
    rows = rows.drop(columns="assigned")
    details = _Details(claims, day, version)
    found = [details.beside(dict(row)) for _, row in rows.iterrows()]
    extra = pd.DataFrame(found, index=rows.index, columns=list(details.names))
    rows = pd.concat([rows, extra], axis=1)
    rows["name"] = names(rows["sender"], day, version)
    rows["short_name"] = short_names(rows["sender"], day, version)
    size = rows["personnel"].fillna(rows["low"]).fillna(rows["last_total"]).fillna(-1)
    rows = rows.assign(size=size).sort_values(["size", "name"], ascending=[False, True])
    return plain(rows[list(COLUMNS)].astype(COLUMNS))


def no_strength() -> pd.DataFrame:
    """Return the columns of `strength` without a row."""
    import pandas as pd

    return pd.DataFrame({name: pd.Series(dtype=kind) for name, kind in COLUMNS.items()})


def publishers(version: str | None) -> dict[str, str]:
    """Return the publisher of each source."""
    columns = ["source_id", "publisher"]
    rows = loader.opened(version).rows("sources", columns=columns).to_pydict()
    return dict(zip(*(rows[name] for name in columns), strict=True))


def names(codes: pd.Series, day: dt.date, version: str | None) -> list[str]:
    """Return the name of each country on a day."""
    countries = country_index.gazetteer(version)
    return [countries.name(code, day if countries.exists(code, day) else None) for code in codes]


def short_names(codes: pd.Series, day: dt.date, version: str | None) -> list[str]:
    """Return the name of each country on a day, or a shorter one where that is long."""
    countries = country_index.gazetteer(version)
    short = []
    for code, name in zip(codes, names(codes, day, version), strict=True):
        others = countries.records[code][-1].names if cells(name) > LONGEST_NAME else ()
        short.append(next((other for other in others if cells(other) <= LONGEST_NAME), name))
    return short


class _Details:
    """What a reader wants to know of the claims behind an estimate."""

    names = (
        "place", "operation", "as_of_precision", "publisher", "assigned", "assigned_basis",
        "assigned_as_of", "assigned_publisher",
        "last_total_qualifier", "last_total_precision", "last_total_publisher",
        "widest", "widest_place", "widest_as_of", "widest_precision", "widest_publisher",
        "sign_basis", "sign_operation", "sign_as_of", "sign_precision", "sign_publisher",
    )  # fmt: skip

    def __init__(self, claims: pd.DataFrame, day: dt.date, version: str | None) -> None:
        import pandas as pd

        operations = load.operations(version=version)
        self.publishers = publishers(version)
        self.operations = dict(zip(operations["operation_id"], operations["name"], strict=True))
        self.oldest = pd.Timestamp(day - RECENT)
        # Plain rows: a screen has a few dozen, for which a query of a frame takes longer each.
        rows = _rows(claims[claims["service"] == "all"])
        self.claims = {row["claim_id"]: row for row in rows}
        forces = [row for row in rows if row["force"] in ("active_duty", "military")]
        self.totals = [row for row in rows if row["whole"] and row["basis"] == "in_country_total"]
        self.series = [
            row for row in forces
            if row["whole"] and row["basis"] in STATIONED and row["personnel"] is not None
        ]  # fmt: skip
        self.signs = [
            row for row in forces
            if row["whole"] and row["value_state"] in ("presence_only", "suppressed", "withheld")
        ]  # fmt: skip
        self.parts = [
            row for row in forces
            if not row["whole"] and row["basis"] in ("deployed_for_operation", "in_country_total")
            and row["personnel"] is not None and row["as_of"] and row["as_of"] >= self.oldest
        ]  # fmt: skip

    def beside(self, row: dict[str, Any]) -> tuple[Any, ...]:
        """Return the values of `names` for one estimate."""
        ids = row["claim_ids"].split(";") if isinstance(row["claim_ids"], str) else []
        behind = [self.claims[one] for one in ids if one in self.claims]
        # The claim that dates the row comes first, as the row's own date is its.
        dated = [claim for claim in behind if claim["dated"] == row["as_of"]]
        lead = (dated or behind)[0] if behind else _NOTHING
        named = dict.fromkeys(claim["operation_id"] for claim in behind)
        operations = [self.operations[one] for one in named if one in self.operations]
        return (
            lead["place"], ", ".join(operations) or None, lead["as_of_precision"],
            self.publishers.get(lead["source_id"]),
            *self._assigned(row["sender"]), *self._last_total(row), *self._widest(row),
            *self._sign(row),
        )  # fmt: skip

    def _assigned(self, sender: str) -> tuple[Any, ...]:
        """Return the last stationing count of a sender, what it counts, its day and publisher."""
        last = _last(self.series, sender, "as_of")
        if last["as_of"] is None or last["as_of"] < self.oldest:
            return None, None, None, None
        publisher = self.publishers.get(last["source_id"])
        return last["personnel"], last["basis"], last["as_of"], publisher

    def _sign(self, row: dict[str, Any]) -> tuple[Any, ...]:
        """Return the last sign of presence after the last count of everyone."""
        import pandas as pd

        last = _last(self.signs, row["sender"], "as_of")
        none = (None, None, None, None, None)
        if last["as_of"] is None or row["state"] not in ("last_known", "unknown"):
            return none
        # A year of combat may begin before the count of the same year: only later years are news.
        if pd.notna(row["last_total_as_of"]) and last["as_of"].year <= row["last_total_as_of"].year:
            return none
        operation = self.operations.get(last["operation_id"])
        publisher = self.publishers.get(last["source_id"])
        return last["basis"], operation, last["as_of"], last["as_of_precision"], publisher

    def _widest(self, row: dict[str, Any]) -> tuple[Any, ...]:
        """Return the greatest count of a base or place of the last two years, if it says more."""
        import pandas as pd

        last = _last(self.parts, row["sender"], "personnel")
        if last["personnel"] is None or pd.notna(row["personnel"]):
            return None, None, None, None, None
        if pd.notna(row["low"]) and last["personnel"] <= row["low"]:
            return None, None, None, None, None
        publisher = self.publishers.get(last["source_id"])
        return last["personnel"], last["place"], last["as_of"], last["as_of_precision"], publisher

    def _last_total(self, row: dict[str, Any]) -> tuple[Any, Any, Any]:
        """Return the hedge, the date's precision and the publisher of the last total."""
        import pandas as pd

        if pd.isna(row["last_total"]):
            return None, None, None
        for own in self.totals:
            figure = own["personnel_low"] if own["personnel"] is None else own["personnel"]
            if (own["sender"], own["dated"], figure) == (
                row["sender"], row["last_total_as_of"], row["last_total"],
            ):  # fmt: skip
                publisher = self.publishers.get(own["source_id"])
                # Of bounds, the last total is the low.
                hedged = own["personnel"] is not None or own["qualifier"] == "more_than"
                hedge = own["qualifier"] if hedged else "at_least"
                return hedge, own["as_of_precision"], publisher
        return None, None, None


_NOTHING: Mapping[str, Any] = MappingProxyType(dict.fromkeys(NEEDED))


def _rows(claims: pd.DataFrame) -> list[dict[str, Any]]:
    """Return claims as dictionaries, with their day and whether they are about the whole host."""
    columns = claims[list(NEEDED)].astype(object)
    values = columns.where(columns.notna(), None).itertuples(index=False, name=None)
    rows = [dict(zip(NEEDED, row, strict=True)) for row in values]
    for row in rows:
        row["dated"] = row["as_of"] or row["started"]
        row["whole"] = row["place"] is None and row["base_id"] is None
    return rows


def _last(rows: Iterable[dict[str, Any]], sender: str, column: str) -> Mapping[str, Any]:
    """Return the row of a sender with the greatest value of a column, the last of equal ones."""
    own = [row for row in rows if row["sender"] == sender and row[column] is not None]
    return max(reversed(own), key=itemgetter(column), default=_NOTHING)
