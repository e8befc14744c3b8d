"""United Nations monthly contributions of uniformed personnel, by contributor and mission.

Published layouts, both of the UN Peace and Security Data Hub:

DPO-UCHISTORICAL, from 2010: ``contribution_id``, ``contributing_country``, ``isocode3``,
``m49_code``, ``mission_acronym``, ``personnel_type`` (troops, staff officer, experts on mission,
individual police, formed police units), ``female_personnel``, ``male_personnel``,
``last_reporting_date``. Its metadata swap the texts of ``isocode3`` and ``m49_code``; the code is
taken from whichever holds three letters.

DPPADPO-UCPre2010, from 1990: ``ID``, ``Date``, ``Contributor``, ``Contributor_ISO-3``, ``Mission``,
then a column for each personnel type: ``Troops``, ``Experts_on_Mission``, ``Observers``,
``Formed_Police_Units``, ``Inidividual_Police`` (sic), ``Civilian_Police``.

A claim is one contributor's personnel of one type in one mission on one day, women and men
together, a part of the mission. A zero of one type does not mean that the contributor has no
personnel there, so it makes no claim. Hosts are those of the release's `operations`, areas between
states among them; a mission with several hosts has their names in `place` and no host.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import ClassVar, NamedTuple

from troopdata.importers.table_rows import claim, dated
from troopdata.importers.user_data import acronyms
from troopdata.importers.user_data.importer import Importer, Tables
from troopdata.importers.user_data.input_csv import Published, Row
from troopdata.importers.user_data.output_folder import LINE

__all__ = ["UnContributions"]

HISTORICAL = (
    "contributing_country", "isocode3", "m49_code", "mission_acronym", "personnel_type",
    "female_personnel", "male_personnel", "last_reporting_date",
)  # fmt: skip
BEFORE_2010 = ("Date", "Contributor", "Contributor_ISO-3", "Mission", "Troops")
FORCES = {
    "troops": "military",
    "staff officer": "staff_officer",
    "experts on mission": "military_observer",
    "observers": "military_observer",
    "individual police": "individual_police",
    "formed police units": "formed_police",
    "civilian police": "police",
}
TYPES = {
    "Troops": "troops",
    "Experts_on_Mission": "experts on mission",
    "Observers": "observers",
    "Formed_Police_Units": "formed police units",
    "Inidividual_Police": "individual police",
    "Individual_Police": "individual police",
    "Civilian_Police": "civilian police",
}


class Contribution(NamedTuple):
    """One contributor's personnel of one type, in one cell or row of either file."""

    line: int
    sender: str
    mission: str
    kind: str
    day: dt.date
    personnel: int


class UnContributions(Importer):
    """Contributions by month, of either file."""

    name = "un-contributions"
    source: ClassVar[Row] = {
        "publisher": "United Nations Peace and Security Data Hub",
        "licence": "CC BY IGO",
        "redistribution": "facts",
        "kind": "official_series",
        "interval": "month",
        "note": "Read in the user's own copy. Some months are missing in the published file.",
    }

    @property
    def historical(self) -> bool:
        """Whether this is the file from 2010 on."""
        return "personnel_type" in self.published.columns

    def source_row(self) -> Row:
        """Return the row of `sources`, which differs between the two files."""
        name = "DPO-UCHISTORICAL" if self.historical else "DPPADPO-UCPre2010"
        key = "own-un-contributions" if self.historical else "own-un-contributions-pre-2010"
        return {
            **super().source_row(),
            "source_id": key,
            "title": f"Uniformed personnel contributions by contributor and mission ({name})",
            "url": f"https://psdata.un.org/dataset/{name}",
        }

    def rows(self) -> Tables:
        """Return the rows of deployments and operations."""
        published = self.published
        published.require(HISTORICAL if self.historical else BEFORE_2010)
        found = list(_historical(published) if self.historical else _before_2010(published))
        published.settle()
        source = self.source_row()["source_id"]
        claims = {_identity(item): _claim(item, source, published) for item in found}
        return {
            "deployments": list(claims.values()),
            "operations": acronyms.operations((item.mission for item in found), source),
        }


def _identity(item: Contribution) -> tuple[object, ...]:
    """Return what makes a claim: a row printed twice is one; two figures stay two, and conflict."""
    return (item.sender, acronyms.key(item.mission), item.kind, item.day, item.personnel)


def _historical(published: Published) -> Iterator[Contribution]:
    for line, row in published.records:
        kind = row["personnel_type"].replace("_", " ").casefold().removesuffix("s")
        kind = next((name for name in FORCES if name.removesuffix("s") == kind), "")
        if not kind:
            published.fault(line, "personnel_type", "vocabulary", row["personnel_type"], "unknown")
        cells = [
            published.count(line, name, row[name])
            for name in ("female_personnel", "male_personnel")
        ]
        # The metadata swap the two columns; the code is in the one with three letters.
        coded = next((name for name in ("isocode3", "m49_code") if _letters(row[name])), "")
        day = published.day(line, "last_reporting_date", row["last_reporting_date"])
        total = sum(cell for cell in cells if cell is not None)
        mission = acronyms.require(published, line, "mission_acronym", row["mission_acronym"])
        code = _sender(published, line, row, (coded, "contributing_country"), day)
        if day and code and kind and total:
            yield Contribution(line, code, mission, kind, day, total)


def _before_2010(published: Published) -> Iterator[Contribution]:
    for line, row in published.records:
        mission = acronyms.require(published, line, "Mission", row["Mission"])
        day = published.day(line, "Date", row["Date"])
        coded = "Contributor_ISO-3" if _letters(row["Contributor_ISO-3"]) else ""
        code = _sender(published, line, row, (coded, "Contributor"), day)
        for name in (name for name in TYPES if name in row):
            total = published.count(line, name, row[name])
            if day and code and total:
                yield Contribution(line, code, mission, TYPES[name], day, total)


def _sender(
    published: Published, line: int, row: Row, columns: tuple[str, str], day: dt.date | None
) -> str:
    """Return the contributor by its code, or by its name where the code is not valid that day."""
    coded, named = columns
    if day is None:
        return ""
    return (coded and published.known(row[coded], day)) or published.code(
        row[named], line, named, day
    )


def _letters(cell: str) -> bool:
    return len(cell) == 3 and cell.isascii() and cell.isalpha()


def _claim(item: Contribution, source: str, published: Published) -> Row:
    host, place = acronyms.where(published, item.mission, item.sender)
    return claim(
        sender=item.sender,
        host=host,
        place=place,
        operation_id=acronyms.operation_id(item.mission),
        **dated("as_of", item.day.isoformat()),
        force=FORCES[item.kind],
        personnel=str(item.personnel),
        basis="deployed_for_operation",
        source_id=source,
        locator=f"{item.mission}, {item.kind}",
        **{LINE: str(item.line)},
    )
