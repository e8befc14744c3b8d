"""CIA World Factbook, field "Military deployments", editions of 2019 to 2026.

Published layout, in the copy read: one row for each sender, host and edition. ``observed_on`` is
the tag that the edition prints, a year or a month: the date of the figure itself. ``operation`` is
the label in brackets, ``count`` or ``count_low`` and ``count_high`` the figure, ``source_id`` the
page of one country as archived on one day, ``note`` the printed item, of which only the hedge is
imported (``est.``, ``approximately``, ``up to``).

The archiving day is when the figure was published, not the day that it describes. A host that a
later edition leaves out is not a withdrawal, and gives no row.
"""

from __future__ import annotations

import re
from collections import Counter
from operator import itemgetter

from troopdata.importers.series import KEPT_BY_HAND, ClaimSeries, Row, SeriesFile
from troopdata.importers.table_rows import claim, dated, part_of_forces

__all__ = ["CiaFactbook"]

COLUMNS = {
    "sender": "sender_iso3",
    "host": "host_iso3",
    "place": "host_place",
    "operation": "operation",
    "tag": "observed_on",
    "count": "count",
    "low": "count_low",
    "high": "count_high",
    "hedge": "note",
    "edition": "source_id",
}
DEPLOYMENTS = SeriesFile(
    "deployments.csv", "world/claims_deployments.csv", COLUMNS, itemgetter(*COLUMNS)
)
# The published file holds claims of other sources too; these are the Factbook's.
EDITIONS = "fb-"
HEDGES = re.compile(
    r'item: "(est\.|estimated|approximately|about|around|up to|more than|at least)', re.IGNORECASE
)
ESTIMATES = ("est.", "estimated")
QUALIFIERS = {"up to": "up_to", "more than": "more_than", "at least": "at_least"}
# Several operations that share these are parts of one presence in one edition.
PRESENCE = ("sender", "host", "tag", "edition")


class CiaFactbook(ClaimSeries):
    """Deployments abroad as the editions of the Factbook print them."""

    name = "cia-factbook"
    files = (DEPLOYMENTS,)
    decision_key = ("edition", "host", "operation")

    def row(self, file: SeriesFile, published: Row) -> Row | None:
        """Return a row of an edition, of its note only the hedge."""
        if not published["source_id"].startswith(EDITIONS):
            return None
        hedge = HEDGES.search(published["note"])
        return {**file.renamed(published), "hedge": hedge[1].lower() if hedge else ""}

    def claims(self) -> list[Row]:
        """Return the rows of deployments."""
        operations = {
            (row["operation"], row["host"]): row["operation_id"]
            for row in self.read("operations.csv")
        }
        editions = self.keyed("sources.csv", "source_id")
        decided = self._decided()
        operations_of = Counter(map(itemgetter(*PRESENCE), decided))
        claims = []
        for row in decided:
            label, host = row["operation"], row["host"]
            # An operation's line for one host goes before its line for every host.
            row["operation_id"] = operations.get((label, host)) or operations.get((label, ""), "")
            row["part"] = label if operations_of[itemgetter(*PRESENCE)(row)] > 1 else ""
            row["published_on"] = editions[row["edition"]]["published_on"]
            claims.append(_claim(row))
        return claims

    def _decided(self) -> list[Row]:
        """Return the printed rows with what ``decisions.csv`` and ``places.csv`` say of them."""
        decisions = self.decisions()
        places = self.keyed("places.csv", "host", "place", "operation")
        decided = []
        for row in self.read(DEPLOYMENTS.name):
            if row["host"] in {*KEPT_BY_HAND, row["sender"]}:
                continue
            decision = decisions.get(self.key(row), {})
            label = decision.get("as_operation", row["operation"])
            where = (row["host"], row["place"])
            # A place's line for one operation goes before its line for every operation.
            placed = places.get((*where, label)) or places.get((*where, "")) or {}
            decided.append(
                {
                    **row,
                    "operation": label,
                    "host": placed.get("as_host", row["host"]),
                    "place": placed.get("as_place", row["place"]),
                    "status": decision.get("status", ""),
                    "note": decision.get("note") or placed.get("note", ""),
                }
            )
        return decided


def _claim(row: Row) -> Row:
    """Return a row of `deployments`; one of several of an edition is a part, never a total."""
    part = part_of_forces(row["part"]) if row["part"] else ""
    return claim(
        sender=row["sender"],
        host=row["host"],
        place=part or row["place"],
        operation_id=row["operation_id"],
        **dated("as_of", row["tag"]),
        **_figures(row),
        value_state="estimated" if row["hedge"] in ESTIMATES else "reported",
        basis="deployed_for_operation" if row["operation"] else "in_country_total",
        status=row["status"],
        source_id=row["edition"],
        locator="Military deployments",
        published_on=row["published_on"],
        note=row["note"],
    )


def _figures(row: Row) -> Row:
    """Return the figure and its hedge; a bound or a range has no figure.

    Examples
    --------
    >>> _figures({"count": "", "low": "3000", "high": "5000", "hedge": "est."})["qualifier"]
    'range'
    """
    qualifier = QUALIFIERS.get(row["hedge"], "approximately" if row["hedge"] else "")
    if row["low"] and row["high"]:
        qualifier = "range"
    figures = {"personnel": "count", "personnel_low": "low", "personnel_high": "high"}
    return {**{name: row[column] for name, column in figures.items()}, "qualifier": qualifier}
