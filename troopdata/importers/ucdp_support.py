"""UCDP/PRIO Armed Conflict Dataset 25.1: states that sent troops into another's conflict.

Published layout, in the copy read: one row for each sender, host, conflict and year from 1946 to
2024. ``sender_gw`` and ``host_gw`` are codes of Gleditsch and Ward (the ISO columns beside them
were added in that copy and do not follow successions), ``gwno_b`` is the second state of an
interstate conflict, ``type_of_conflict`` is ``II`` (a state against a rebel side, with foreign
troops), ``interstate`` or ``extrasystemic``, ``side_supported`` is ``a`` (the government) or
``b``, ``intensity_level`` 1 or 2.

Troops were in the host only where the conflict is the host's own: of the three types, II. A row
shows that they were there in the year, not how many.
"""

from __future__ import annotations

from collections import defaultdict

from troopdata.errors import UnknownCountry
from troopdata.importers.series import ClaimSeries, Row, SeriesFile
from troopdata.importers.table_rows import claim, dated

__all__ = ["UcdpSupport"]

SOURCE = "ucdp-prio-acd-25-1"
COLUMNS = {
    "sender_gw": "sender_gw",
    "host_gw": "host_gw",
    "second_gw": "gwno_b",
    "year": "year",
    "conflict_id": "conflict_id",
    "type_of_conflict": "type_of_conflict",
    "side_supported": "side_supported",
    "intensity_level": "intensity_level",
}
INTRASTATE = "II"
# Gleditsch and Ward end Serbia and Montenegro on 5 June 2006; UCDP goes on using its code.
CARRIED_ON = {"345": "SRB"}

Dyad = tuple[str, str, str]


def _by_year_and_conflict(row: Row) -> tuple[object, ...]:
    """Return the order of the rows: years and conflicts as numbers, then every cell as text."""
    return int(row["year"]), int(row["conflict_id"]), *(row[name] for name in COLUMNS)


SUPPORT = SeriesFile(
    "support.csv",
    "world/ucdp_secondary_troops_1946_2024.csv",
    COLUMNS,
    _by_year_and_conflict,
)


class UcdpSupport(ClaimSeries):
    """Presence of states that supported a side of another state's conflict with troops."""

    name = "ucdp-support"
    files = (SUPPORT,)

    def row(self, file: SeriesFile, published: Row) -> Row:
        """Return a row; the copy read has ``gwno_b`` as a float where other rows lack it."""
        row = file.renamed(published)
        return {**row, "second_gw": row["second_gw"].removesuffix(".0")}

    def claims(self) -> list[Row]:
        """Return the rows of deployments, one for each sender, host and year."""
        elsewhere = self.keyed("elsewhere.csv", "conflict_id")
        found: dict[Dyad, list[Row]] = defaultdict(list)
        for row in self.read(SUPPORT.name):
            if row["type_of_conflict"] != INTRASTATE or row["conflict_id"] in elsewhere:
                continue
            sender, host = self._states(row)
            if sender != host:
                found[sender, host, row["year"]].append(row)
        return [_claim(dyad, found[dyad]) for dyad in sorted(found)]

    def _states(self, row: Row) -> tuple[str, str]:
        """Return both states as they were when the year began, else when it ended.

        Two empty codes, so a row to leave out, if one of the two existed on neither day.
        """
        for day in (f"{row['year']}-01-01", f"{row['year']}-12-31"):
            sender, host = (self._state(row[name], day) for name in ("sender_gw", "host_gw"))
            if sender and host:
                return sender, host
        return "", ""

    def _state(self, code: str, day: str) -> str:
        try:
            return self.countries.resolve(int(code), on=day, system="gw")
        except UnknownCountry:
            return CARRIED_ON.get(code, "") if day > "2006-06-05" else ""


def _claim(dyad: Dyad, printed: list[Row]) -> Row:
    sender, host, year = dyad
    conflicts = sorted({(int(row["conflict_id"]), row["side_supported"]) for row in printed})
    sides = {side for _, side in conflicts}
    notes = {"a": "on the government's side", "b": "against the government"}
    return claim(
        sender=sender,
        host=host,
        **dated("as_of", year),
        value_state="presence_only",
        basis="combat_support",
        source_id=SOURCE,
        locator="; ".join(f"conflict {number}, side {side}" for number, side in conflicts),
        note=f"Troops in combat {' and '.join(notes[side] for side in sorted(sides))}.",
    )
