"""Lists of one day that no other series holds: KFOR, ISAF, NATO's battlegroups, five senders.

Published layout, in the copy read: one row a sender, host and mission. ``sender_iso3`` and
``host_iso3`` are ISO codes, several joined by ``;``, or a label in words (``CYP (north)``).
``start`` is the date; ``count``, ``low`` and ``high`` the figure; ``personnel_category`` who was
counted (``army only``); ``source_url`` the page. Its own short name is in ``pages.csv``.

``labels.csv`` gives each label its code or place, ``missions.csv`` each mission its operation and
basis, ``decisions.csv`` what we decided of single rows.
"""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path

from troopdata.importers.claim_rows import claim, dated, grouped, sources
from troopdata.io import csv_reader, csv_writer

__all__ = ["SERIES", "rebuild", "rows"]

SERIES = "national-snapshots"
FILE = "world/transcribed_snapshots.csv"
COLUMNS = ("sender", "host", "mission", "date", "category", "count", "low", "high", "url")
PUBLISHED = {
    "sender": "sender_iso3",
    "host": "host_iso3",
    "date": "start",
    "category": "personnel_category",
    "url": "source_url",
}
SERVICES = {"army only": "army"}
KEY = ("sender", "host", "mission", "date")
# Niger's forces are kept by hand, with other sources; the others are at home.
LEFT_OUT = ("NER", "(Mayotte and La Reunion, own territory)")

Row = dict[str, str]


def rebuild(upstream: Path, folder: Path) -> None:
    """Write ``snapshots.csv`` from the published file.

    Parameters
    ----------
    upstream : pathlib.Path
        The folder that holds ``world/transcribed_snapshots.csv``.
    folder : pathlib.Path
        The folder of the series.
    """
    with open(upstream / FILE, encoding="utf-8", newline="") as handle:
        published = [
            [row[PUBLISHED.get(name, name)] for name in COLUMNS] for row in csv.DictReader(handle)
        ]
    csv_writer.write(folder / "snapshots.csv", COLUMNS, sorted(published))


def rows(folder: Path) -> dict[str, list[Row]]:
    """Return the series as rows of deployments and sources.

    Parameters
    ----------
    folder : pathlib.Path
        The folder of the series.
    """
    labels = grouped(folder, "labels.csv", "label")
    missions = grouped(folder, "missions.csv", "mission")
    pages = grouped(folder, "pages.csv", "url")
    decisions = {_key(row): row for row in csv_reader.read_rows(folder / "decisions.csv")}
    printed = [
        row for row in csv_reader.read_rows(folder / "snapshots.csv") if row["host"] not in LEFT_OUT
    ]
    shared = Counter(map(_dyad, printed))
    claims = []
    for row in printed:
        more = {**missions[row["mission"]], **pages[row["url"]], **decisions.get(_key(row), {})}
        located = _located(row, labels)
        if shared[_dyad(row)] > 1 and located["as_host"]:
            located["as_place"] = f"part of the forces ({row['mission']})"
        claims += _claims(row, {**more, **located})
    return {"deployments": claims, "sources": sources(folder, claims)}


def _dyad(row: Row) -> tuple[str, ...]:
    """Return what makes several missions of a page parts of one presence."""
    return row["sender"], row["host"], row["date"], row["url"]


def _key(row: Row) -> tuple[str, ...]:
    return tuple(row[name] for name in KEY)


def _located(row: Row, labels: dict[str, Row]) -> Row:
    """Return sender, host and place as codes; a label that is no code is in the list of labels."""
    host = labels.get(row["host"], {"code": row["host"], "place": ""})
    sender = labels.get(row["sender"], {"code": row["sender"]})
    return {"as_sender": sender["code"], "as_host": host["code"], "as_place": host["place"]}


def _claims(row: Row, more: Row) -> list[Row]:
    """Return the claim of a row; a ceiling that stands beside its figure is a claim of its own."""
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
    """Return how bounds without a figure are hedged.

    Examples
    --------
    >>> _qualifier({"personnel": "", "personnel_low": "3000", "personnel_high": "5000"})
    'range'
    """
    low, high = figures.get("personnel_low"), figures.get("personnel_high")
    if figures.get("personnel"):
        return ""
    return "range" if low and high else "up_to"
