"""United Nations Peace and Security Data Hub: deaths in field missions, 1948 to 2023.

Published layout, in the copy read: one row for each casualty. ``casualty_id``, ``incident_date``,
``mission_acronym``, ``casualty_nationality`` (a name in English), ``casualty_personnel_type``
(Military, Police, Military Observer, Local, International Civilian, Other). Gender, type of
incident and the codes of the nationality are not imported.

A death proves that the nationality had personnel in the mission on that day, not how many. A claim
is one nationality, mission, host, kind of personnel and day. ``missions.csv`` of the series
``un-contributions`` says where a mission is: in a host where its name or seat names one or an area
between states is one, else in a place.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from operator import itemgetter
from typing import TYPE_CHECKING

from troopdata.errors import Failure, Invalid, TroopdataError
from troopdata.importers import recoded_missions
from troopdata.importers.dated_places import FOLDER, Mission, Missions
from troopdata.importers.series import ClaimSeries, Row, SeriesFile
from troopdata.importers.table_rows import claim

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["UnFatalities"]

SOURCE = "un-psdata-fatalities"
COLUMNS = (
    "casualty_id",
    "incident_date",
    "mission_acronym",
    "casualty_nationality",
    "casualty_personnel_type",
)
FATALITIES = SeriesFile(
    "fatalities.csv",
    "world/un_peacekeeping_fatalities_1948_2023.csv",
    dict(zip(COLUMNS, COLUMNS, strict=True)),
    itemgetter("incident_date", *COLUMNS),
)
FORCES = {"Military": "military", "Police": "police", "Military Observer": "military_observer"}
UNDETERMINED = ("", "ZZ [Undetermined]")

Presence = tuple[str, str, str, str]


class UnFatalities(ClaimSeries):
    """Presence in missions of the United Nations, as their deaths prove it."""

    name = "un-fatalities"
    files = (FATALITIES,)

    def row(self, file: SeriesFile, published: Row) -> Row:
        """Return a casualty without the spaces that some cells end with."""
        return {name: published[name].strip() for name in file.columns}

    def claims(self) -> list[Row]:
        """Return the rows of deployments, without those of a host in its own country.

        Raises
        ------
        Invalid
            With every nationality that is not the name of a country on that day.
        """
        missions = Missions.read(self.folder.parent)
        found = self._presences()
        made = [_claim(key, found[key], missions.on(key[1], key[3])) for key in sorted(found)]
        return [row for row in made if row["sender"] != row["host"]]

    def frames(self) -> Iterator[tuple[str, pd.DataFrame]]:
        """Yield the tables of the series, and the redirects of claims that were coded otherwise."""
        for table, frame in super().frames():
            yield table, frame
            if table == "deployments":
                found = recoded_missions.redirects(self.read(recoded_missions.FILE), frame)
                yield "id_redirects", self._typed("id_redirects", found)

    def _presences(self) -> Mapping[Presence, list[str]]:
        """Return the casualties of each nationality, mission, kind of personnel and day."""
        renamed = self.keyed("nationalities.csv", "name")
        found: dict[Presence, list[str]] = defaultdict(list)
        failures = []
        for line, row in self.lines(FATALITIES.name):
            name, day = row["casualty_nationality"], row["incident_date"]
            force = FORCES.get(row["casualty_personnel_type"])
            if force is None or name in UNDETERMINED:
                continue
            try:
                wanted = renamed[name]["country"] if name in renamed else name
                sender = self.countries.resolve(wanted, on=day)
            except TroopdataError as error:
                failures.append(_unknown(line, row, error))
                continue
            found[sender, row["mission_acronym"], force, day].append(row["casualty_id"])
        if failures:
            raise Invalid(failures)
        return found


def _unknown(line: int, row: Row, error: TroopdataError) -> Failure:
    name, key = row["casualty_nationality"], row["casualty_id"]
    place = (FATALITIES.name, line, key, "casualty_nationality", "country", name)
    return Failure(*place, error.message, error.hint)


def _claim(presence: Presence, casualties: list[str], mission: Mission | None) -> Row:
    sender, acronym, force, day = presence
    if mission is None:
        message = f"missions.csv of {FOLDER} does not say where it was on {day}"
        where = (FATALITIES.name, None, min(casualties), "mission_acronym", "mission", acronym)
        raise Invalid([Failure(*where, message, "add a line, with the page that says so")])
    more = f" and {len(casualties) - 1} more" if len(casualties) > 1 else ""
    return claim(
        sender=sender,
        host=mission.host,
        place=mission.place,
        operation_id=mission.operation_id,
        as_of=day,
        as_of_precision="day",
        force=force,
        value_state="presence_only",
        basis="deployed_for_operation",
        source_id=SOURCE,
        locator=f"{acronym}: {min(casualties)}{more}",
        note=mission.note,
    )
