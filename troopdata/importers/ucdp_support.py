"""UCDP/PRIO Armed Conflict Dataset 25.1: states that sent troops into another's conflict.

Published layout, in the copy read: one row a sender, host, conflict and year from 1946 to 2024.
``sender_gw`` and ``host_gw`` are codes of Gleditsch and Ward (the ISO columns beside them are that
copy's own and do not follow successions), ``gwno_b`` is the second state of an interstate
conflict, ``type_of_conflict`` is ``II`` (a state against a rebel side, with foreign troops),
``interstate`` or ``extrasystemic``, ``side_supported`` is ``a`` (the government) or ``b``,
``intensity_level`` 1 or 2.

Troops were in the host only where the conflict is the host's own: of the three types, II. A row
shows that they were there in the year, not how many.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path

from troopdata.errors import UnknownCountry
from troopdata.gazetteer.resolver import Gazetteer
from troopdata.importers.claim_rows import claim, countries, dated, sources
from troopdata.io import csv_reader, csv_writer

__all__ = ["SERIES", "rebuild", "rows"]

SERIES = "ucdp-support"
FILE = "world/ucdp_secondary_troops_1946_2024.csv"
SOURCE = "ucdp-prio-acd-25-1"
COLUMNS = (
    "sender_gw",
    "host_gw",
    "second_gw",
    "year",
    "conflict_id",
    "type_of_conflict",
    "side_supported",
    "intensity_level",
)
INTRASTATE = "II"
# Gleditsch and Ward end Serbia and Montenegro on 5 June 2006; the data set goes on using its code.
CARRIED_ON = {"345": "SRB"}

Row = dict[str, str]
Dyad = tuple[str, str, str]


def rebuild(upstream: Path, folder: Path) -> None:
    """Write ``support.csv`` from the published file.

    Parameters
    ----------
    upstream : pathlib.Path
        The folder that holds ``world/ucdp_secondary_troops_1946_2024.csv``.
    folder : pathlib.Path
        The folder of the series.
    """
    with open(upstream / FILE, encoding="utf-8", newline="") as handle:
        published = [_printed(row) for row in csv.DictReader(handle)]
    order = sorted(published, key=lambda cells: (*map(int, (cells[3], cells[4])), *cells))
    csv_writer.write(folder / "support.csv", COLUMNS, order)


def _printed(row: Row) -> list[str]:
    row["second_gw"] = row["gwno_b"].removesuffix(".0")
    return [row[name] for name in COLUMNS]


def rows(folder: Path) -> dict[str, list[Row]]:
    """Return the series as rows of deployments and sources.

    Parameters
    ----------
    folder : pathlib.Path
        The folder of the series, two levels below the one that holds ``facts/countries.csv``.
    """
    elsewhere = {row["conflict_id"] for row in csv_reader.read_rows(folder / "elsewhere.csv")}
    printed = csv_reader.read_rows(folder / "support.csv")
    kept = [
        row
        for row in printed
        if row["type_of_conflict"] == INTRASTATE and row["conflict_id"] not in elsewhere
    ]
    found = _dyads(kept, countries(folder))
    claims = [_claim(dyad, found[dyad]) for dyad in sorted(found)]
    return {"deployments": claims, "sources": sources(folder, claims)}


def _dyads(printed: Iterable[Row], known: Gazetteer) -> Mapping[Dyad, list[Row]]:
    """Return the rows of each sender, host and year; one without both states is left out."""
    found: dict[Dyad, list[Row]] = defaultdict(list)
    for row in printed:
        sender, host = _states(row, known)
        if sender != host:
            found[sender, host, row["year"]].append(row)
    return found


def _states(row: Row, known: Gazetteer) -> tuple[str, str]:
    """Return both states, as they were when the year began, else when it ended."""
    for day in (f"{row['year']}-01-01", f"{row['year']}-12-31"):
        sender, host = (_state(row[name], day, known) for name in ("sender_gw", "host_gw"))
        if sender and host:
            return sender, host
    return "", ""


def _state(code: str, day: str, known: Gazetteer) -> str:
    try:
        return known.resolve(int(code), on=day, system="gw")
    except UnknownCountry:
        return CARRIED_ON.get(code, "") if day > "2006-06-05" else ""


def _claim(dyad: Dyad, printed: list[Row]) -> Row:
    sender, host, year = dyad
    conflicts = {(int(row["conflict_id"]), row["side_supported"]) for row in printed}
    sides = {side for _, side in conflicts}
    notes = {"a": "on the government's side", "b": "against the government"}
    return claim(
        sender=sender,
        host=host,
        **dated("as_of", year),
        value_state="presence_only",
        basis="combat_support",
        source_id=SOURCE,
        locator="; ".join(f"conflict {number}, side {side}" for number, side in sorted(conflicts)),
        note=f"Troops in combat {' and '.join(notes[side] for side in sorted(sides))}.",
    )
