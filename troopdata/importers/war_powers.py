"""The President's reports under the War Powers Resolution, and other official US force counts.

Published layout, in the copy read: one row for each document, host and figure, 2000 to 2026. An
empty ``host_iso3`` is a region, named in ``host_place``. ``basis`` already uses the codes of this
project; ``personnel``, ``personnel_low`` and ``personnel_high`` are the figure or its bounds
(``qualifier`` in words); ``value_state`` is ``withheld`` where the document names the force
without a number, which is not zero. ``source_id`` is the page that was read: a letter, or a report
about one.

``letters.csv`` says which letter a page relays: one letter read on two pages is one claim.
``decisions.csv`` holds editorial decisions about single rows.
"""

from __future__ import annotations

from operator import itemgetter

from troopdata.importers.series import KEPT_BY_HAND, ClaimSeries, Row, SeriesFile
from troopdata.importers.table_rows import claim, dated

__all__ = ["WarPowers"]

COLUMNS = {
    "host": "host_iso3",
    "place": "host_place",
    "operation": "operation",
    "as_of": "as_of",
    "force": "force",
    "basis": "basis",
    "personnel": "personnel",
    "personnel_low": "personnel_low",
    "personnel_high": "personnel_high",
    "qualifier": "qualifier",
    "value_state": "value_state",
    "page": "source_id",
}
CLAIMS = SeriesFile("claims.csv", "warpowers/deployments.csv", COLUMNS, itemgetter(*COLUMNS))
FIGURES = ("personnel", "personnel_low", "personnel_high")
SENDER = "USA"


class WarPowers(ClaimSeries):
    """Official counts of US forces abroad."""

    name = "war-powers"
    files = (CLAIMS,)
    decision_key = ("page", "host", "as_of", "basis", "personnel")

    def claims(self) -> list[Row]:
        """Return the rows of deployments; the same claim from two pages is one row."""
        decisions = self.decisions()
        letters = self.keyed("letters.csv", "page", "as_of")
        operations = self.keyed("operations.csv", "operation")
        documents = self.keyed("sources.csv", "source_id")
        claims: dict[tuple[str, ...], Row] = {}
        for row in self.read(CLAIMS.name):
            if row["host"] in KEPT_BY_HAND:
                continue
            letter = letters.get((row["page"], row["as_of"]), {})
            operation = operations.get(row["operation"], {}).get("operation_id", "")
            decision = decisions.get(self.key(row), {})
            made = _claim(row, letter, decision, operation)
            made["published_on"] = _day(documents[made["source_id"]])
            claims.setdefault(tuple(made.values()), made)
        return list(claims.values())


def _day(document: Row) -> str:
    """Return the day of a document; nothing where only its month or year is known."""
    return document["published_on"] if document["published_on_precision"] == "day" else ""


def _claim(row: Row, letter: Row, decision: Row, operation: str) -> Row:
    """Return a row of `deployments`: as printed, except for what a decision changes."""
    changed = {name: cell for name, cell in decision.items() if name.startswith("as_") and cell}
    as_of = changed.get("as_date", row["as_of"])
    return claim(
        sender=SENDER,
        host=row["host"],
        place=changed.get("as_place", row["place"]),
        operation_id=operation,
        **dated("as_of", as_of),
        force=changed.get("as_force", row["force"]),
        **{name: row[name] for name in FIGURES},
        qualifier=row["qualifier"].replace(" ", "_"),
        value_state=row["value_state"],
        basis=changed.get("as_basis", row["basis"]),
        status=changed.get("as_status", ""),
        source_id=letter.get("source_id") or row["page"],
        locator=changed.get("as_locator") or letter.get("locator", ""),
        note=decision.get("note", ""),
    )
