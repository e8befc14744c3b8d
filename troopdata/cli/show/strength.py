"""Gather the best estimates of one day, each with the claims that a reader wants beside it."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from troopdata.api import country_index, load
from troopdata.api.filters import Place, plain
from troopdata.api.presence import presence
from troopdata.cli.terminal import cells

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["RECENT", "STATIONED", "names", "no_strength", "short_names", "strength"]

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

        documents, operations = load.sources(version=version), load.operations(version=version)
        self.publishers = dict(zip(documents["source_id"], documents["publisher"], strict=True))
        self.operations = dict(zip(operations["operation_id"], operations["name"], strict=True))
        self.claims = claims.set_index("claim_id", drop=False)
        whole = claims["place"].isna() & claims["base_id"].isna() & (claims["service"] == "all")
        self.totals = claims[whole & claims["basis"].eq("in_country_total")]
        series = claims["basis"].isin(STATIONED) & claims["personnel"].notna()
        forces = claims["force"].isin(["active_duty", "military"])
        self.series = claims[whole & series & forces].sort_values("as_of")
        self.oldest = pd.Timestamp(day - RECENT)
        recent = claims["as_of"] >= self.oldest
        parts = claims["basis"].isin(["deployed_for_operation", "in_country_total"]) & forces
        parts &= claims["personnel"].notna() & (claims["service"] == "all")
        signs = whole & claims["value_state"].isin(["presence_only", "suppressed", "withheld"])
        self.signs = claims[signs & forces].sort_values("as_of")
        self.parts = claims[parts & recent & ~whole].sort_values("personnel")

    def beside(self, row: dict[str, Any]) -> tuple[Any, ...]:
        """Return the values of `names` for one estimate."""
        ids = row["claim_ids"].split(";") if isinstance(row["claim_ids"], str) else []
        behind = self.claims.loc[[one for one in ids if one in self.claims.index]]
        # The claim that dates the row comes first, as the row's own date is its.
        dated = behind[behind["as_of"].fillna(behind["started"]) == row["as_of"]]
        lead = dated if len(dated) else behind
        operations = [self.operations[one] for one in behind["operation_id"].dropna().unique()
                      if one in self.operations]  # fmt: skip
        return (
            self._first(lead, "place"), ", ".join(operations) or None,
            self._first(lead, "as_of_precision"), self._publisher(lead),
            *self._assigned(row["sender"]), *self._last_total(row), *self._widest(row),
            *self._sign(row),
        )  # fmt: skip

    def _first(self, claims: pd.DataFrame, column: str) -> Any:
        return claims[column].iloc[0] if len(claims) else None

    def _publisher(self, claims: pd.DataFrame) -> str | None:
        return self.publishers.get(claims["source_id"].iloc[0]) if len(claims) else None

    def _assigned(self, sender: str) -> tuple[Any, ...]:
        """Return the last stationing count of a sender, what it counts, its day and publisher."""
        own = self.series[self.series["sender"] == sender]
        if not len(own):
            return None, None, None, None
        last = own.iloc[-1]
        if last["as_of"] < self.oldest:
            return None, None, None, None
        publisher = self.publishers.get(last["source_id"])
        return last["personnel"], last["basis"], last["as_of"], publisher

    def _sign(self, row: dict[str, Any]) -> tuple[Any, ...]:
        """Return the last sign of presence after the last count of everyone."""
        import pandas as pd

        own = self.signs[self.signs["sender"] == row["sender"]]
        none = (None, None, None, None, None)
        if not len(own) or row["state"] not in ("last_known", "unknown"):
            return none
        last = own.iloc[-1]
        # A year of combat may begin before the count of the same year: only later years are news.
        if pd.notna(row["last_total_as_of"]) and last["as_of"].year <= row["last_total_as_of"].year:
            return none
        operation = self.operations.get(last["operation_id"])
        publisher = self.publishers.get(last["source_id"])
        return last["basis"], operation, last["as_of"], last["as_of_precision"], publisher

    def _widest(self, row: dict[str, Any]) -> tuple[Any, ...]:
        """Return the greatest count of a base or place of the last two years, if it says more."""
        import pandas as pd

        own = self.parts[self.parts["sender"] == row["sender"]]
        if not len(own) or pd.notna(row["personnel"]):
            return None, None, None, None, None
        last = own.iloc[-1]
        if pd.notna(row["low"]) and last["personnel"] <= row["low"]:
            return None, None, None, None, None
        publisher = self.publishers.get(last["source_id"])
        return last["personnel"], last["place"], last["as_of"], last["as_of_precision"], publisher

    def _last_total(self, row: dict[str, Any]) -> tuple[Any, Any, Any]:
        """Return the hedge, the date's precision and the publisher of the last total."""
        own = self.totals[self.totals["sender"] == row["sender"]]
        own = own[own["as_of"].fillna(own["started"]) == row["last_total_as_of"]]
        own = own[own["personnel"].fillna(own["personnel_low"]) == row["last_total"]]
        return (
            self._first(own, "qualifier"), self._first(own, "as_of_precision"),
            self._publisher(own),
        )  # fmt: skip
