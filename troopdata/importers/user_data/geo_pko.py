"""Geo-PKO v2.3 (Uppsala University): peacekeeping deployments by location and contributor.

Published layouts: the map file has one row for a mission, year and location: ``mission``, ``year``,
``location``, ``latitude``, ``longitude``, ``No.TCC``, and ``year.overview`` with the contributors
as ``Ghana (150), Nepal (size unknown)``. The full data set has one row for each mission, month and
location: ``mission``, ``year``, ``month`` (1 to 12), ``location`` and up to 17 pairs
``nameoftcc_1``, ``notroopspertcc_1`` (a number or ``unknown``).

Sizes are derived from the units on deployment maps, so they are estimates of a unit's size. A
contributor that is not named (a multinational unit, an unknown one) makes no claim.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from typing import ClassVar, NamedTuple

from troopdata.importers.table_rows import claim, dated
from troopdata.importers.user_data import acronyms
from troopdata.importers.user_data.importer import Importer, Tables
from troopdata.importers.user_data.input_csv import Published, Row
from troopdata.importers.user_data.output_folder import LINE

__all__ = ["GeoPko"]

MAP = ("mission", "year", "location", "year.overview")
FULL = ("mission", "year", "month", "location", "nameoftcc_1", "notroopspertcc_1")
CONTRIBUTOR = re.compile(r"\s*(?P<name>[^(),]+(?:\(ROK\))?)\s*\((?P<size>[^()]*)\)\s*(?:,|$)")
UNKNOWN = ("size unknown", "unknown")
# Contributors that are not a country.
UNNAMED = frozenset({"caricom", "multinational", "tcc name unknown", "un", "unknown", "na", ""})
# Spellings of this data set only, in which both Congos and both Koreas are distinct.
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


class GeoPko(Importer):
    """Contributors by location, of the map file or the full data set."""

    name = "geo-pko"
    source: ClassVar[Row] = {
        "source_id": SOURCE,
        "title": "Geocoded United Nations Peacekeeping Operations (Geo-PKO), version 2.3",
        "publisher": "Uppsala University, Department of Peace and Conflict Research",
        "url": "https://www.pcr.uu.se/data/geo-pko/",
        "licence": "terms not stated",
        "interval": "year",
    }

    def rows(self) -> Tables:
        """Return the rows of deployments and operations."""
        by_map = "year.overview" in self.published.columns
        self.published.require(MAP if by_map else FULL)
        units = list(_by_map(self.published) if by_map else _by_month(self.published))
        self.published.settle()
        return {
            "deployments": [_claim(unit, self.published) for unit in dict.fromkeys(units)],
            "operations": acronyms.operations((unit.mission for unit in units), SOURCE),
        }


def _by_map(published: Published) -> Iterator[Unit]:
    for line, row in published.records:
        text = row["year.overview"]
        found = [(match["name"].strip(), match["size"]) for match in CONTRIBUTOR.finditer(text)]
        if CONTRIBUTOR.sub("", text):
            published.fault(line, "year.overview", "type", text, "not name (size), name (size)")
            continue
        for name, size in found:
            yield from _unit(published, line, row, row["year"], ("year.overview", name, size))


def _by_month(published: Published) -> Iterator[Unit]:
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
    day = published.day(line, "year", f"{period}-01" if "-" in period else f"{period}-01-01")
    size = "" if size.casefold() in UNKNOWN else size
    published.count(line, column, size)
    acronyms.require(published, line, "mission", row["mission"])
    if day is None:
        return
    spelled = SPELLED.get(name.casefold(), name)
    # A contributor may have become independent in that year: its last day decides.
    on = day if "-" in period else dt.date(day.year, 12, 31)
    if sender := published.code(spelled, line, column, on):
        yield Unit(line, row["mission"], row["location"], period, sender, size)


def _claim(unit: Unit, published: Published) -> Row:
    host, _ = acronyms.where(published, unit.mission, unit.sender)
    return claim(
        sender=unit.sender,
        host=host,
        place=unit.location,
        operation_id=acronyms.operation_id(unit.mission),
        **dated("as_of", unit.period),
        personnel=unit.size,
        qualifier="approximately" if unit.size else "",
        value_state="estimated" if unit.size else "presence_only",
        basis="unit_size_estimate",
        source_id=SOURCE,
        locator=f"{unit.mission}, row {unit.line}",
        **{LINE: str(unit.line)},
    )
