"""United Nations monthly contributions of uniformed personnel, by contributor and mission.

Published layouts, both of the UN Peace and Security Data Hub:

DPO-UCHISTORICAL, from 2010: ``contribution_id``, ``contributing_country``, ``isocode3``,
``m49_code``, ``mission_acronym``, ``personnel_type`` (troops, staff officer, experts on mission,
individual police, formed police units), ``female_personnel``, ``male_personnel``,
``last_reporting_date``. Its metadata swap the texts of ``isocode3`` and ``m49_code``; the code is
taken from whichever holds three letters.

DPPADPO-UCPre2010, from 1990: ``ID``, ``Date``, ``Contributor``, ``Contributor_ISO-3``, ``Mission``,
then a column a personnel type: ``Troops``, ``Experts_on_Mission``, ``Observers``,
``Formed_Police_Units``, ``Inidividual_Police`` (so printed), ``Civilian_Police``.

A claim is one contributor's personnel of one type in one mission on one day, women and men
together, a part of the mission. A zero of one type does not say that the contributor has nobody
there, so it makes no claim. A mission in several countries has an area in `place` and no host.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from troopdata.gazetteer.resolver import Gazetteer
from troopdata.importers.user_data import un_missions
from troopdata.importers.user_data.input_csv import Published, Row
from troopdata.importers.user_data.output_folder import LINE, blank, store

__all__ = ["tables", "write"]

HISTORICAL = (
    "contributing_country", "isocode3", "m49_code", "mission_acronym", "personnel_type",
    "female_personnel", "male_personnel", "last_reporting_date",
)  # fmt: skip
BEFORE_2010 = ("Date", "Contributor", "Contributor_ISO-3", "Mission", "Troops")
FORCES = {
    "troops": "military",
    "staff officer": "military",
    "experts on mission": "military_observer",
    "observers": "military_observer",
    "individual police": "police",
    "formed police units": "police",
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
    """What one cell or row of either file says."""

    line: int
    sender: str
    mission: str
    kind: str
    day: dt.date
    personnel: int


def write(path: Path, folder: Path, *, countries: Gazetteer | None = None) -> list[Path]:
    """Write deployments, operations and sources from either file into the user's folder."""
    published = Published.read(path, countries)
    return store(_tables(published), folder, file=path, countries=published.countries)


def tables(path: Path, *, countries: Gazetteer | None = None) -> dict[str, list[Row]]:
    """Return the rows of deployments, operations and sources that a file makes.

    Raises
    ------
    Invalid
        With every country, mission, personnel type, number and date that is not understood.
    """
    return _tables(Published.read(path, countries))


def _tables(published: Published) -> dict[str, list[Row]]:
    historical = "personnel_type" in published.columns
    published.require(HISTORICAL if historical else BEFORE_2010)
    found = list(_historical(published) if historical else _before_2010(published))
    published.settle()
    source = _source(historical=historical)
    claims = {_identity(item): _claim(item, source["source_id"]) for item in found}
    names = sorted({un_missions.key(item.mission) for item in found})
    operations = [_operation(name, source["source_id"]) for name in names]
    return {"deployments": list(claims.values()), "operations": operations, "sources": [source]}


def _identity(item: Contribution) -> tuple[object, ...]:
    """Return what makes a claim: a row printed twice is one; two figures stay two, and clash."""
    return (item.sender, un_missions.key(item.mission), item.kind, item.day, item.personnel)


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
        # Whatever the metadata say, the code is in the column that holds three letters.
        coded = next((name for name in ("isocode3", "m49_code") if _letters(row[name])), "")
        day = published.day(line, "last_reporting_date", row["last_reporting_date"])
        total = sum(cell for cell in cells if cell is not None)
        mission = _mission(published, line, "mission_acronym", row)
        code = _sender(published, line, row, (coded, "contributing_country"), day)
        if day and code and kind and total:
            yield Contribution(line, code, mission, kind, day, total)


def _before_2010(published: Published) -> Iterator[Contribution]:
    for line, row in published.records:
        mission = _mission(published, line, "Mission", row)
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
    """Return the contributor by its code, or by its name where today's code is not that day's."""
    coded, named = columns
    if day is None:
        return ""
    return (coded and published.known(row[coded], day)) or published.code(
        row[named], line, named, day
    )


def _letters(cell: str) -> bool:
    return len(cell) == 3 and cell.isascii() and cell.isalpha()


def _mission(published: Published, line: int, column: str, row: Row) -> str:
    name = row[column]
    if un_missions.key(name) not in un_missions.MISSIONS:
        published.fault(line, column, "mission", name, "no mission of this acronym is known")
    return name


def _claim(item: Contribution, source: str) -> Row:
    mission = un_missions.MISSIONS[un_missions.key(item.mission)]
    # In its own country a contributor is not abroad: the mission's area stands for the place.
    host = "" if item.sender == mission.host else mission.host
    cells = {
        LINE: str(item.line),
        "sender": item.sender,
        "host": host,
        "place": "" if host else mission.area or item.mission,
        "operation_id": un_missions.operation_id(item.mission),
        "as_of": item.day.isoformat(),
        "as_of_precision": "day",
        "force": FORCES[item.kind],
        "service": "all",
        "personnel": str(item.personnel),
        "value_state": "reported",
        "basis": "deployed_for_operation",
        "status": "accepted",
        "source_id": source,
        "locator": f"{item.mission}, {item.kind}",
    }
    return blank("deployments", cells)


def _operation(name: str, source: str) -> Row:
    mission = un_missions.MISSIONS[name]
    cells = {
        "operation_id": un_missions.operation_id(name),
        "name": name.replace("-", " "),
        "kind": "un",
        "lead": "UN",
        "hosts": ";".join(mission.hosts),
        "source_id": source,
    }
    return blank("operations", cells)


def _source(*, historical: bool) -> Row:
    name = "DPO-UCHISTORICAL" if historical else "DPPADPO-UCPre2010"
    cells = {
        "source_id": "own-un-contributions" if historical else "own-un-contributions-pre-2010",
        "title": f"Uniformed personnel contributions by contributor and mission ({name})",
        "publisher": "United Nations Peace and Security Data Hub",
        "url": f"https://psdata.un.org/dataset/{name}",
        "licence": "CC BY IGO",
        "redistribution": "facts",
        "kind": "official_series",
        "interval": "month",
        "note": "Read in the user's own copy. Some months are missing in the published file.",
    }
    return blank("sources", cells)
