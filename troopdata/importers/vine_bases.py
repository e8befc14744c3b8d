"""Lists of US military bases abroad, 1939 to 2021 (David Vine), and the points of 2018 (after him).

Published layout: one sheet for each list, one row for a base, a place with several, or a country
where none is known; the header is some rows down, and `row` is the row of the sheet. 1939: name
and point. 1945, 1989: country, name, point, and the country's total beside its first row. 2015:
country, name, point, counts of bases, small sites and host-funded sites, which a country's first
row gives for the whole group. 2021: country, name, four counts that belong to the row; many names
run on into the figures of the base structure report; CLOSED is typed into names and notes. The
list with opening dates: country, name, year, two counts. The points of 2018 are another file: ISO
code, name, point, three flags. Notes and citations are not imported.

Five files beside the lists are kept by hand: ``hosts.csv`` (country as printed to country code),
``links.csv`` (row to base, with the reason), ``places.csv`` (the bases that this series defines),
``corrections.csv`` (misprints of the lists, points above all, and opening years that the notes call
doubtful) and ``sources.csv``. A link says whether the place and the tenancy (`spell`) come from
this series (``series``) or from the facts (``facts``), and what the row shows: the place ``seen``
in use, ``not_counted`` by the list, or ``closed``, on a date. A row without a base_id is not a
base, and the reason says why.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from troopdata.errors import Failure, Invalid
from troopdata.importers.series import NUMBER, Row, Rows, Series, SeriesFile
from troopdata.importers.vine_tenancies import Sighting, tenancies

__all__ = ["LISTS", "VineBases"]

COUNTRY, NAME = "Country/Colony Name", "Base Name/Location"
TOTAL = "Country Totals (for countries/colonies with large numbers of base sites)"
POINT = {"latitude": "Latitude", "longitude": "Longitude"}
PLACE = {"row": "sheet_row", "country": COUNTRY, "host": COUNTRY, "name": NAME}


def _list(name: str, published: str, /, **columns: str) -> SeriesFile:
    return SeriesFile(f"{name}.csv", f"bases/{published}.csv", columns)


LISTS: dict[str, SeriesFile] = {
    "1939": _list("1939", "vine_1939", row="sheet_row", name="Bases", **POINT),
    "1945": _list("1945", "vine_1945", **{**PLACE, "name": "col1"}, **POINT, total=TOTAL),
    "1989": _list("1989", "vine_1989", **PLACE, **POINT, total=TOTAL),
    "2015": _list(
        "2015",
        "vine_2015",
        **PLACE,
        **POINT,
        bases="# Bases",
        small="# Lily Pads/Small Bases",
        host_funded="# U.S. Funded Host Nation Bases",
    ),
    "openings": _list(
        "openings",
        "vine_opening_dates",
        **PLACE,
        opened="Opening Year",
        bases="# Bases",
        small="# Small Bases/Lily Pads",
    ),
    "points-2018": _list(
        "points-2018",
        "vine_2015_updated_2018_points",
        row=NUMBER,
        country="countryname",
        host="countryname",
        name="basename",
        latitude="lat",
        longitude="lon",
        bases="base",
        small="lilypad",
        host_funded="fundedsite",
    ),
    "2021": _list(
        "2021",
        "vine_2021",
        **PLACE,
        bases="# Bases",
        small="# Lily Pads",
        unconfirmed="Unconfirmed",
        host_funded="# US-Funded",
        closed="Notes",
    ),
}
CLOSED = re.compile(r"\bclosed(?: (?:in )?(?:\d{4}|\d{1,2}/\d{2}))?", re.IGNORECASE)
MISSING = frozenset({"", "NA"})
# Below a list are remarks and sums, which are not bases.
LAST_ROW = ("NOTE", "TOTALS")


class VineBases(Series):
    """US bases abroad as the lists name them, and the tenancies that the lists bound."""

    name = "vine-bases"
    files = tuple(LISTS.values())

    def records(self, file: SeriesFile, published: Iterable[Row]) -> Iterator[Row]:
        """Yield the rows of a list, without the remarks and sums below it.

        Raises
        ------
        Invalid
            With every country that ``hosts.csv`` does not list.
        """
        failures = []
        for row in super().records(file, published):
            country = row.get("country", "")
            if country.startswith(LAST_ROW):
                break
            if "host" in row and country not in self.hosts:
                failures.append(_unknown(file, row["row"], country))
            yield {**row, "host": self.hosts.get(country, "")}
        if failures:
            raise Invalid(failures)

    def row(self, file: SeriesFile, published: Row) -> Row:
        """Return a row with single spaces, and of its notes only that it closed."""
        row = {name: " ".join(cell.split()) for name, cell in file.renamed(published).items()}
        row = {name: "" if cell in MISSING else cell for name, cell in row.items()}
        if "closed" in row:
            found = CLOSED.search(row["closed"])
            row["closed"] = found[0] if found else ""
        return {**row, "row": row["row"] or published[NUMBER]}

    def check(self) -> list[Failure]:
        """Return rows without a link, links without a row, and places that no link names."""
        links = self.read("links.csv")
        places = {row["base_id"] for row in self.read("places.csv")}
        keys = [(link["list"], link["row"]) for link in links]
        named = {
            (name, row["row"])
            for name, file in LISTS.items()
            for row in self.read(file.name)
            if row["name"]
        }
        linked = {link["base_id"] for link in links if link["place"] == "series"}
        faults = [
            *((key, "row-linked", "this row of the list has no link") for key in named - set(keys)),
            *((key, "link-row", "no such named row in the list") for key in set(keys) - named),
            *((key, "link-once", "linked twice") for key in set(keys) if keys.count(key) > 1),
            *(((key, ""), "link-base", "not in places.csv") for key in linked - places),
            *(((key, ""), "base-linked", "no row names this base") for key in places - linked),
        ]
        path = str(self.folder / "links.csv")
        return [
            *(
                Failure(path, None, "|".join(key), "", rule, "", message)
                for key, rule, message in sorted(faults)
            ),
            *self.stale_corrections(lambda row: {self._printed(row)}),
        ]

    def _printed(self, correction: Row) -> str:
        """Return what the list prints where a correction points; a point in brackets."""
        name, number = correction["row"].split(":")[0].split(", row ")
        row = self.keyed(f"{name}.csv", "row").get(number, {})
        text = ", ".join(row.get(column, "") for column in correction["column"].split(", "))
        return f"({text})" if "," in correction["column"] else text

    def _corrected(self, name: str) -> dict[str, Row]:
        """Return the rows of a list by number, with the opening years that corrections put."""
        rows = self.keyed(f"{name}.csv", "row")
        for correction in self.read("corrections.csv"):
            place, number = correction["row"].split(":")[0].split(", row ")
            if place == name and correction["column"] == "opened":
                rows[number] = rows[number] | {"opened": correction["corrected"]}
        return rows

    def tables(self) -> Rows:
        """Return the rows of bases, tenancies, sources and corrections."""
        places = self.read("places.csv")
        hosts = {place["base_id"]: place["host"] for place in places}
        lists = {name: self._corrected(name) for name in LISTS}
        sightings: dict[str, list[Sighting]] = {}
        for link in self.read("links.csv"):
            if link["spell"] == "series":
                sighting = Sighting(link["list"], link, lists[link["list"]][link["row"]])
                sightings.setdefault(link["base_id"], []).append(sighting)
        return {
            "bases": places,
            "tenancies": [
                tenancy
                for base_id in sorted(sightings)
                for tenancy in tenancies(base_id, hosts.get(base_id, ""), sightings[base_id])
            ],
            "sources": self.read("sources.csv"),
            "corrections": self.read("corrections.csv"),
        }


def _unknown(file: SeriesFile, number: str, country: str) -> Failure:
    hint = "add it to hosts.csv with its country code"
    place = (file.published, None, number, COUNTRY, "country", country)
    return Failure(*place, "no host", hint)
