"""United Nations Peace and Security Data Hub: deaths in field missions, 1948 to 2023.

Published layout, in the copy read: one row a casualty. ``casualty_id``, ``incident_date``,
``mission_acronym``, ``casualty_nationality`` (a name in English), ``casualty_personnel_type``
(Military, Police, Military Observer, Local, International Civilian, Other); besides them gender,
type of incident and codes of the nationality, which are not taken.

A death proves that the nationality had personnel in the mission on that day, and says nothing of
their number. A claim is one nationality, mission, host, kind of personnel and day. Where a mission
sits is in ``missions.csv``: a host where the mission's name or seat names one, else an area.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path

from troopdata.errors import Failure, Invalid, TroopdataError
from troopdata.gazetteer.resolver import Gazetteer
from troopdata.importers.claim_rows import claim, countries, grouped, sources
from troopdata.io import csv_reader, csv_writer

__all__ = ["SERIES", "rebuild", "rows"]

SERIES = "un-fatalities"
FILE = "world/un_peacekeeping_fatalities_1948_2023.csv"
SOURCE = "un-psdata-fatalities"
COLUMNS = (
    "casualty_id",
    "incident_date",
    "mission_acronym",
    "casualty_nationality",
    "casualty_personnel_type",
)
FORCES = {"Military": "military", "Police": "police", "Military Observer": "military_observer"}
UNDETERMINED = ("", "ZZ [Undetermined]")

Row = dict[str, str]
Presence = tuple[str, str, str, str]


def rebuild(upstream: Path, folder: Path) -> None:
    """Write ``fatalities.csv`` from the published file.

    Parameters
    ----------
    upstream : pathlib.Path
        The folder that holds ``world/un_peacekeeping_fatalities_1948_2023.csv``.
    folder : pathlib.Path
        The folder of the series.
    """
    with open(upstream / FILE, encoding="utf-8", newline="") as handle:
        published = [[row[name].strip() for name in COLUMNS] for row in csv.DictReader(handle)]
    order = sorted(published, key=lambda cells: (cells[1], cells))
    csv_writer.write(folder / "fatalities.csv", COLUMNS, order)


def rows(folder: Path) -> dict[str, list[Row]]:
    """Return the series as rows of deployments and sources.

    Parameters
    ----------
    folder : pathlib.Path
        The folder of the series, two levels below the one that holds ``facts/countries.csv``.

    Raises
    ------
    Invalid
        With every nationality that no country is called on the day.
    """
    missions = grouped(folder, "missions.csv", "mission")
    named = grouped(folder, "nationalities.csv", "name")
    found = _presences(csv_reader.read_rows(folder / "fatalities.csv"), named, countries(folder))
    made = [_claim(key, found[key], missions[key[1]]) for key in sorted(found)]
    claims = [row for row in made if row["sender"] != row["host"]]
    return {"deployments": claims, "sources": sources(folder, claims)}


def _presences(
    printed: Iterable[Row], named: Mapping[str, Row], known: Gazetteer
) -> Mapping[Presence, list[str]]:
    """Return the casualties behind each nationality, mission, kind of personnel and day."""
    found: dict[Presence, list[str]] = defaultdict(list)
    failures = []
    for line, row in enumerate(printed, start=2):
        name, day = row["casualty_nationality"], row["incident_date"]
        force = FORCES.get(row["casualty_personnel_type"])
        if force is None or name in UNDETERMINED:
            continue
        try:
            sender = known.resolve(named[name]["country"] if name in named else name, on=day)
        except TroopdataError as error:
            failures.append(_unknown(line, row, error))
            continue
        found[sender, row["mission_acronym"], force, day].append(row["casualty_id"])
    if failures:
        raise Invalid(failures)
    return found


def _unknown(line: int, row: Row, error: TroopdataError) -> Failure:
    name, key = row["casualty_nationality"], row["casualty_id"]
    place = ("fatalities.csv", line, key, "casualty_nationality", "country", name)
    return Failure(*place, error.message, error.hint)


def _claim(presence: Presence, casualties: list[str], mission: Row) -> Row:
    sender, acronym, force, day = presence
    more = f" and {len(casualties) - 1} more" if len(casualties) > 1 else ""
    return claim(
        sender=sender,
        host=mission["host"],
        place=mission["place"],
        operation_id=mission["operation_id"],
        as_of=day,
        as_of_precision="day",
        force=force,
        value_state="presence_only",
        basis="deployed_for_operation",
        source_id=SOURCE,
        locator=f"{acronym}: {min(casualties)}{more}",
        note=mission["note"],
    )
