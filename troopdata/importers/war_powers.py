"""The President's reports under the War Powers Resolution, and other official US force counts.

Published layout, in the copy read: one row a document, host and figure, 2000 to 2026. An empty
``host_iso3`` is a region, which ``host_place`` names. ``basis`` is ours already; ``personnel``,
``personnel_low`` and ``personnel_high`` are the figure or its bounds (``qualifier`` in words),
``value_state`` is ``withheld`` where the document names the force and gives no number, which is
not zero. ``source_id`` is the page that was read: a letter, or a report of one.

``letters.csv`` says which letter a page relays: one letter read on two pages is one claim.
``decisions.csv`` holds what we decided of single rows.
"""

from __future__ import annotations

import csv
from pathlib import Path

from troopdata.errors import Failure, Invalid
from troopdata.importers.claim_rows import claim, dated, grouped, sources
from troopdata.io import csv_reader, csv_writer

__all__ = ["SERIES", "check", "rebuild", "rows"]

SERIES = "war-powers"
FILE = "warpowers/deployments.csv"
COLUMNS = (
    "host",
    "place",
    "operation",
    "as_of",
    "force",
    "basis",
    "personnel",
    "personnel_low",
    "personnel_high",
    "qualifier",
    "value_state",
    "page",
)
PUBLISHED = {"host": "host_iso3", "place": "host_place", "page": "source_id"}
FIGURES = ("personnel", "personnel_low", "personnel_high")
KEY = ("page", "host", "as_of", "basis", "personnel")
SENDER = "USA"
# Niger's forces are kept by hand, with other sources.
BY_HAND = ("NER",)

Row = dict[str, str]


def rebuild(upstream: Path, folder: Path) -> None:
    """Write ``claims.csv`` from the published file.

    Parameters
    ----------
    upstream : pathlib.Path
        The folder that holds ``warpowers/deployments.csv``.
    folder : pathlib.Path
        The folder of the series.
    """
    with open(upstream / FILE, encoding="utf-8", newline="") as handle:
        published = [
            [row[PUBLISHED.get(name, name)] for name in COLUMNS] for row in csv.DictReader(handle)
        ]
    csv_writer.write(folder / "claims.csv", COLUMNS, sorted(published))


def rows(folder: Path) -> dict[str, list[Row]]:
    """Return the series as rows of deployments and sources.

    Parameters
    ----------
    folder : pathlib.Path
        The folder of the series.

    Raises
    ------
    Invalid
        With every decision about a row that is no longer printed.
    """
    if failures := check(folder):
        raise Invalid(failures)
    decisions = {_key(row): row for row in csv_reader.read_rows(folder / "decisions.csv")}
    letters = {
        (row["page"], row["as_of"]): row for row in csv_reader.read_rows(folder / "letters.csv")
    }
    operations = grouped(folder, "operations.csv", "operation")
    documents = grouped(folder, "sources.csv", "source_id")
    claims: dict[tuple[str, ...], Row] = {}
    for row in csv_reader.read_rows(folder / "claims.csv"):
        if row["host"] in BY_HAND:
            continue
        letter = letters.get((row["page"], row["as_of"]), {})
        operation = operations.get(row["operation"], {}).get("operation_id", "")
        made = _claim(row, letter, decisions.get(_key(row), {}), operation)
        made["published_on"] = _day(documents[made["source_id"]])
        claims.setdefault(tuple(made.values()), made)
    return {"deployments": list(claims.values()), "sources": sources(folder, claims.values())}


def check(folder: Path) -> list[Failure]:
    """Return the decisions about rows that the series does not print."""
    printed = {_key(row) for row in csv_reader.read_rows(folder / "claims.csv")}
    text = csv_reader.read(folder / "decisions.csv")
    message, hint = "the series prints no such row", "remove the decision, or mend its key"
    return [
        Failure(text.file, line, "|".join(_key(row)), "", "decision-expected", "", message, hint)
        for line, row in zip(text.lines, text.records(), strict=True)
        if _key(row) not in printed
    ]


def _key(row: Row) -> tuple[str, ...]:
    return tuple(row[name] for name in KEY)


def _day(document: Row) -> str:
    """Return the day of a document; nothing where only its month or year is known."""
    return document["published_on"] if document["published_on_precision"] == "day" else ""


def _claim(row: Row, letter: Row, decision: Row, operation: str) -> Row:
    """Return a row of `deployments`, as printed but for what was decided."""
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
