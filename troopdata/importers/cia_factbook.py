"""CIA World Factbook, field "Military deployments", editions of 2019 to 2026.

Published layout, in the copy read: one row a sender, host and edition. ``observed_on`` is the tag
that the edition prints, a year or a month: the figure's own date. ``operation`` is the label in
brackets, ``count`` or ``count_low`` and ``count_high`` the figure, ``source_id`` the page of one
country as archived on one day, ``note`` the printed item, of which only the hedge is taken
(``est.``, ``approximately``, ``up to``).

The day of archiving is when the figure was out, not what it is about. A host that a later edition
leaves out is not a withdrawal, and gives no row.
"""

from __future__ import annotations

import csv
import re
from collections import Counter
from pathlib import Path

from troopdata.importers.claim_rows import claim, dated, grouped, sources
from troopdata.io import csv_reader, csv_writer

__all__ = ["SERIES", "rebuild", "rows"]

SERIES = "cia-factbook"
FILE = "world/claims_deployments.csv"
COLUMNS = (
    "sender",
    "host",
    "place",
    "operation",
    "tag",
    "count",
    "low",
    "high",
    "hedge",
    "edition",
)
PUBLISHED = ("sender_iso3", "host_iso3", "host_place", "operation", "observed_on")
FIGURES = ("count", "count_low", "count_high")
HEDGES = re.compile(
    r'item: "(est\.|estimated|approximately|about|around|up to|more than|at least)', re.IGNORECASE
)
ESTIMATES = ("est.", "estimated")
QUALIFIERS = {"up to": "up_to", "more than": "more_than", "at least": "at_least"}
# Niger's forces are kept by hand, with other sources.
BY_HAND = ("NER",)

Row = dict[str, str]


def rebuild(upstream: Path, folder: Path) -> None:
    """Write ``deployments.csv`` from the published file.

    Parameters
    ----------
    upstream : pathlib.Path
        The folder that holds ``world/claims_deployments.csv``.
    folder : pathlib.Path
        The folder of the series.
    """
    with open(upstream / FILE, encoding="utf-8", newline="") as handle:
        published = [row for row in csv.DictReader(handle) if row["source_id"].startswith("fb-")]
    csv_writer.write(folder / "deployments.csv", COLUMNS, sorted(map(_printed, published)))


def _printed(row: Row) -> list[str]:
    hedge = HEDGES.search(row["note"])
    cells = [row[name] for name in (*PUBLISHED, *FIGURES)]
    return [*cells, hedge[1].lower() if hedge else "", row["source_id"]]


def rows(folder: Path) -> dict[str, list[Row]]:
    """Return the series as rows of deployments and sources.

    Parameters
    ----------
    folder : pathlib.Path
        The folder of the series.
    """
    printed = [
        row
        for row in csv_reader.read_rows(folder / "deployments.csv")
        if row["host"] not in (*BY_HAND, row["sender"])
    ]
    decided = _decided(printed, csv_reader.read_rows(folder / "decisions.csv"))
    operations = {
        (row["operation"], row["host"]): row["operation_id"]
        for row in csv_reader.read_rows(folder / "operations.csv")
    }
    places = {
        (row["host"], row["place"]): row for row in csv_reader.read_rows(folder / "places.csv")
    }
    editions = grouped(folder, "sources.csv", "source_id")
    shared = Counter(map(_dyad, decided))
    claims = []
    for row in decided:
        label, host = row["operation"], row["host"]
        row["operation_id"] = operations.get((label, host)) or operations.get((label, ""), "")
        row["part"] = label if shared[_dyad(row)] > 1 else ""
        row["published_on"] = editions[row["edition"]]["published_on"]
        claims.append(_claim({**row, **places.get((host, row["place"]), {})}))
    return {"deployments": claims, "sources": sources(folder, claims)}


def _decided(printed: list[Row], decisions: list[Row]) -> list[Row]:
    """Return the rows with the operation, status and note that we give them."""
    given = {(row["edition"], row["host"], row["operation"]): row for row in decisions}
    decided = []
    for row in printed:
        more = given.get((row["edition"], row["host"], row["operation"]))
        label = more["as_operation"] if more else row["operation"]
        words = {"status": more["status"], "note": more["note"]} if more else {}
        decided.append({**row, **words, "operation": label})
    return decided


def _dyad(row: Row) -> tuple[str, ...]:
    return row["sender"], row["host"], row["tag"], row["edition"]


def _claim(row: Row) -> Row:
    """Return a row of `deployments`; one of several of an edition is a part, never a total."""
    part = f"part of the forces ({row['part']})" if row["part"] else ""
    return claim(
        sender=row["sender"],
        host=row.get("as_host") or row["host"],
        place=part or row.get("as_place", row["place"]),
        operation_id=row["operation_id"],
        **dated("as_of", row["tag"]),
        **_figures(row),
        value_state="estimated" if row["hedge"] in ESTIMATES else "reported",
        basis="deployed_for_operation" if row["operation"] else "in_country_total",
        status=row.get("status", ""),
        source_id=row["edition"],
        locator="Military deployments",
        published_on=row["published_on"],
        note=row.get("note", ""),
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
