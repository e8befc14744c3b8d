"""Lists of one day that no other series holds: KFOR, ISAF, NATO's battlegroups, five senders.

Published layout, in the copy read: one row for each sender, host and mission. ``sender_iso3`` and
``host_iso3`` are ISO codes, several joined by ``;``, or a label in words (``CYP (north)``).
``start`` is the date; ``count``, ``low`` and ``high`` the figure; ``personnel_category`` who was
counted (``army only``); ``source_url`` the page, whose ``source_id`` is in ``pages.csv``.

``labels.csv`` gives each label its code or place, ``missions.csv`` each mission its operation and
basis, ``decisions.csv`` holds editorial decisions about single rows.
"""

from __future__ import annotations

from collections import Counter
from operator import itemgetter

from troopdata.importers.series import KEPT_BY_HAND, ClaimSeries, Row, SeriesFile
from troopdata.importers.table_rows import claim, dated, part_of_forces

__all__ = ["NationalSnapshots"]

COLUMNS = {
    "sender": "sender_iso3",
    "host": "host_iso3",
    "mission": "mission",
    "date": "start",
    "category": "personnel_category",
    "count": "count",
    "low": "low",
    "high": "high",
    "url": "source_url",
}
SNAPSHOTS = SeriesFile(
    "snapshots.csv", "world/transcribed_snapshots.csv", COLUMNS, itemgetter(*COLUMNS)
)
SERVICES = {"army only": "army"}
# Several missions that share these are parts of one presence on one page.
PRESENCE = ("sender", "host", "date", "url")
# These forces are in their own country.
AT_HOME = "(Mayotte and La Reunion, own territory)"


class NationalSnapshots(ClaimSeries):
    """Contingents on one day, as an operation or a sender listed them."""

    name = "national-snapshots"
    files = (SNAPSHOTS,)
    decision_key = ("sender", "host", "mission", "date")

    def claims(self) -> list[Row]:
        """Return the rows of deployments."""
        labels = self.keyed("labels.csv", "label")
        missions = self.keyed("missions.csv", "mission")
        pages = self.keyed("pages.csv", "url")
        decisions = self.decisions()
        printed = [
            row for row in self.read(SNAPSHOTS.name) if row["host"] not in {*KEPT_BY_HAND, AT_HOME}
        ]
        missions_of = Counter(map(itemgetter(*PRESENCE), printed))
        claims = []
        for row in printed:
            decision = decisions.get(self.key(row), {})
            more = {**missions[row["mission"]], **pages[row["url"]], **decision}
            located = _located(row, labels)
            if missions_of[itemgetter(*PRESENCE)(row)] > 1 and located["as_host"]:
                located["as_place"] = part_of_forces(row["mission"])
            claims += _claims(row, {**more, **located})
        return claims


def _located(row: Row, labels: dict[str, Row]) -> Row:
    """Return sender, host and place; what ``labels.csv`` does not list is a code already."""
    host = labels.get(row["host"], {"code": row["host"], "place": ""})
    sender = labels.get(row["sender"], {"code": row["sender"]})
    return {"as_sender": sender["code"], "as_host": host["code"], "as_place": host["place"]}


def _claims(row: Row, more: Row) -> list[Row]:
    """Return the claim of a row, and a second one for a ceiling printed beside its figure."""
    figures = {"personnel": row["count"], "personnel_low": row["low"]}
    ceiling = row["high"] if more.get("high_is") == "ceiling" else ""
    high = "" if ceiling else row["high"]
    made = []
    if any((*figures.values(), high)):
        made.append(_claim(row, more, {**figures, "personnel_high": high}, more["basis"]))
    if ceiling:
        made.append(_claim(row, more, {"personnel_high": ceiling}, "authorised_ceiling"))
    return made


def _claim(row: Row, more: Row, figures: Row, basis: str) -> Row:
    return claim(
        sender=more["as_sender"],
        host=more["as_host"],
        place=more["as_place"],
        operation_id=more["operation_id"],
        **dated("as_of", row["date"]),
        **figures,
        qualifier=_qualifier(figures) or more.get("qualifier", ""),
        service=SERVICES.get(row["category"], ""),
        basis=basis,
        status=more.get("status", ""),
        source_id=more["source_id"],
        locator=row["mission"],
        note=more.get("note") or more["page_note"],
    )


def _qualifier(figures: Row) -> str:
    """Return the qualifier of bounds without a figure.

    Examples
    --------
    >>> _qualifier({"personnel": "", "personnel_low": "3000", "personnel_high": "5000"})
    'range'
    """
    low, high = figures.get("personnel_low"), figures.get("personnel_high")
    if figures.get("personnel"):
        return ""
    return "range" if low and high else "up_to"
