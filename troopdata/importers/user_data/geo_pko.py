"""Geo-PKO v2.3 (Uppsala University): peacekeeping deployments by location and contributor.

Published layouts: the map file has one row a mission, year and location: ``mission``, ``year``,
``location``, ``latitude``, ``longitude``, ``No.TCC``, and ``year.overview`` with the contributors
as ``Ghana (150), Nepal (size unknown)``. The full data set has one row a mission, month and
location: ``mission``, ``year``, ``month`` (1 to 12), ``location`` and up to 17 pairs
``nameoftcc_1``, ``notroopspertcc_1`` (a number or ``unknown``).

Sizes are worked out from the units on deployment maps, so they are estimates of a unit's size. A
contributor that is not named (a multinational unit, an unknown one) makes no claim.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from troopdata.gazetteer.resolver import Gazetteer
from troopdata.importers.user_data import un_missions
from troopdata.importers.user_data.input_csv import Published, Row
from troopdata.importers.user_data.output_folder import LINE, blank, store

__all__ = ["tables", "write"]

MAP = ("mission", "year", "location", "year.overview")
FULL = ("mission", "year", "month", "location", "nameoftcc_1", "notroopspertcc_1")
CONTRIBUTOR = re.compile(r"\s*(?P<name>[^(),]+(?:\(ROK\))?)\s*\((?P<size>[^()]*)\)\s*(?:,|$)")
UNKNOWN = ("size unknown", "unknown")
# Not a country: nobody's troops can be told from these.
UNNAMED = frozenset({"caricom", "multinational", "tcc name unknown", "un", "unknown", "na", ""})
# Spellings of this data set alone; both Congos and both Koreas have names of their own in it.
SPELLED = {"congo": "COG", "drc": "COD", "korea": "KOR", "korea (rok)": "KOR", "us": "USA"}
SOURCE = "own-geo-pko-2-3"


class Unit(NamedTuple):
    """One contributor at one location in one period."""

    line: int
    mission: str
    location: str
    period: str
    sender: str
    size: str


def write(path: Path, folder: Path, *, countries: Gazetteer | None = None) -> list[Path]:
    """Write deployments, operations and sources from either file into the user's folder."""
    published = Published.read(path, countries)
    return store(_tables(published), folder, file=path, countries=published.countries)


def tables(path: Path, *, countries: Gazetteer | None = None) -> dict[str, list[Row]]:
    """Return the rows of deployments, operations and sources that a file makes.

    Raises
    ------
    Invalid
        With every country, mission and size that is not understood.
    """
    return _tables(Published.read(path, countries))


def _tables(published: Published) -> dict[str, list[Row]]:
    mapped = "year.overview" in published.columns
    published.require(MAP if mapped else FULL)
    units = list(_mapped(published) if mapped else _full(published))
    published.settle()
    names = sorted({un_missions.key(unit.mission) for unit in units})
    return {
        "deployments": [_claim(unit) for unit in dict.fromkeys(units)],
        "operations": [_operation(name) for name in names],
        "sources": [_source()],
    }


def _mapped(published: Published) -> Iterator[Unit]:
    for line, row in published.records:
        text = row["year.overview"]
        found = [(match["name"].strip(), match["size"]) for match in CONTRIBUTOR.finditer(text)]
        if CONTRIBUTOR.sub("", text):
            published.fault(line, "year.overview", "type", text, "not name (size), name (size)")
            continue
        for name, size in found:
            yield from _unit(published, line, row, row["year"], ("year.overview", name, size))


def _full(published: Published) -> Iterator[Unit]:
    numbers = [name.split("_")[1] for name in published.columns if name.startswith("nameoftcc_")]
    for line, row in published.records:
        month = published.count(line, "month", row["month"])
        for number in numbers:
            column = f"nameoftcc_{number}"
            size = row.get(f"notroopspertcc_{number}", "")
            period = f"{row['year']}-{month or 0:02d}"
            yield from _unit(published, line, row, period, (column, row[column], size))


def _unit(
    published: Published, line: int, row: Row, period: str, cell: tuple[str, str, str]
) -> Iterator[Unit]:
    column, name, size = cell
    if name.casefold() in UNNAMED:
        return
    day = published.day(line, "year", _first(period))
    size = "" if size.casefold() in UNKNOWN else size
    published.count(line, column, size)
    if un_missions.key(row["mission"]) not in un_missions.MISSIONS:
        published.fault(line, "mission", "mission", row["mission"], "no mission of this acronym")
    if day is None:
        return
    spelled = SPELLED.get(name.casefold(), name)
    # A year's contributor may have come to be in that year: its last day decides.
    on = day if "-" in period else dt.date(day.year, 12, 31)
    if sender := published.code(spelled, line, column, on):
        yield Unit(line, row["mission"], row["location"], period, sender, size)


def _first(period: str) -> str:
    """Return the first day of a year or month.

    Examples
    --------
    >>> _first("2016"), _first("2016-05")
    ('2016-01-01', '2016-05-01')
    """
    return f"{period}-01" if "-" in period else f"{period}-01-01"


def _claim(unit: Unit) -> Row:
    host = un_missions.MISSIONS[un_missions.key(unit.mission)].host
    cells = {
        LINE: str(unit.line),
        "sender": unit.sender,
        "host": "" if host == unit.sender else host,
        "place": unit.location,
        "operation_id": un_missions.operation_id(unit.mission),
        "as_of": _first(unit.period),
        "as_of_precision": "month" if "-" in unit.period else "year",
        "force": "military",
        "service": "all",
        "personnel": unit.size,
        "qualifier": "approximately" if unit.size else "",
        "value_state": "estimated" if unit.size else "presence_only",
        "basis": "unit_size_estimate",
        "status": "accepted",
        "source_id": SOURCE,
        "locator": f"{unit.mission}, row {unit.line}",
    }
    return blank("deployments", cells)


def _operation(name: str) -> Row:
    cells = {
        "operation_id": un_missions.operation_id(name),
        "name": name.replace("-", " "),
        "kind": "un",
        "lead": "UN",
        "hosts": ";".join(un_missions.MISSIONS[name].hosts),
        "source_id": SOURCE,
    }
    return blank("operations", cells)


def _source() -> Row:
    cells = {
        "source_id": SOURCE,
        "title": "Geocoded United Nations Peacekeeping Operations (Geo-PKO), version 2.3",
        "publisher": "Uppsala University, Department of Peace and Conflict Research",
        "url": "https://www.pcr.uu.se/data/geo-pko/",
        "licence": "terms not stated",
        "redistribution": "none",
        "kind": "academic",
        "interval": "year",
        "note": "Read in the user's own copy.",
    }
    return blank("sources", cells)
