"""Sites of the US Department of Defense abroad (base structure report, fiscal year 2025 baseline).

Published layout: one row for each site, as of 30 September 2024. ``Country/State``, ``Site``,
``Component``, ``Name Nearest City`` (``Unknown`` where none is given), buildings owned, leased and
other by count and square feet, acres owned and in total, and the plant replacement value in
millions of dollars. The series holds the sites outside the fifty states and the District of
Columbia.

Two files beside ``sites.csv`` are kept by hand: ``hosts.csv`` (country as printed to country code)
and ``links.csv`` (row to base, with the reason). A site without a link is not known to be a base of
`bases`. A replacement value of zero is printed for land without buildings, and is not a claim.
"""

from __future__ import annotations

from collections import Counter
from decimal import Decimal

from troopdata.errors import Failure
from troopdata.importers.series import NUMBER, Row, Rows, Series, SeriesFile
from troopdata.importers.table_rows import distinct, slug, spending

__all__ = ["DodBaseStructure"]

SOURCE = "dod-bsr-fy2025"
AS_OF = "2024-09-30"
MISSING = "Unknown"
COLUMNS = {
    "row": NUMBER,
    "country": "Country/State",
    "host": "Country/State",
    "site": "Site",
    "component": "Component",
    "nearest_city": "Name Nearest City",
    "buildings_owned": "Count Building Owned",
    "buildings_leased": "Count Bldgs Leased",
    "buildings_other": "Count Bldgs Other",
    "acres_owned": "Acres Owned",
    "acres_total": "Total Acres",
    "replacement_value_musd": "Plant Replacement Value ($M)",
}
SITES = SeriesFile("sites.csv", "bases/dod_base_structure_report_fy25_sites.csv", COLUMNS)
# The value of the base at Agadez is among the facts, with the base itself.
ELSEWHERE = frozenset({("Niger", "CSL AGADEZ")})


class DodBaseStructure(Series):
    """Plant replacement values of US sites abroad."""

    name = "dod-base-structure"
    files = (SITES,)

    def row(self, file: SeriesFile, published: Row) -> Row | None:
        """Return a site in a country of ``hosts.csv``, which leaves out the fifty states."""
        host = self.hosts.get(published["Country/State"])
        if host is None:
            return None
        row = {name: " ".join(cell.split()) for name, cell in file.renamed(published).items()}
        row["host"] = host
        return {name: "" if cell == MISSING else cell for name, cell in row.items()}

    def check(self) -> list[Failure]:
        """Return every link to a site that does not exist, and every site that is linked twice."""
        sites = self.keyed(SITES.name, "row")
        links = Counter(link["row"] for link in self.read("links.csv"))
        faults = [(row, "link-row", "no such site") for row in links if row not in sites]
        faults += [(row, "link-once", "linked twice") for row, times in links.items() if times > 1]
        path = str(self.folder / "links.csv")
        return [
            Failure(path, None, row, "row", rule, row, message)
            for row, rule, message in sorted(faults)
        ]

    def tables(self) -> Rows:
        """Return the rows of spending: the replacement value of each site that has one."""
        bases = {link["row"]: link["base_id"] for link in self.read("links.csv")}
        sites = [
            site
            for site in self.read(SITES.name)
            if (site["country"], site["site"]) not in ELSEWHERE
            if Decimal(site["replacement_value_musd"] or 0) > 0
        ]
        ids = distinct(f"bsr-fy25-{site['host'].lower()}-{slug(site['site'])}" for site in sites)
        rows = [
            _spending(key, site, bases.get(site["row"], ""))
            for key, site in zip(ids, sites, strict=True)
        ]
        return {"spending": rows, "sources": []}


def _spending(key: str, site: Row, base_id: str) -> Row:
    # Decimal, since the report prints millions with eight decimals: a float would miss cents.
    dollars = Decimal(site["replacement_value_musd"]) * 1_000_000
    return spending(
        spending_id=key,
        host=site["host"],
        place=site["site"],
        base_id=base_id,
        date=AS_OF,
        date_precision="day",
        amount=str(round(dollars, 2)),
        kind="replacement_value",
        source_id=SOURCE,
        locator=f"{site['country']}, {site['site']}, row {site['row']}",
        note="Plant replacement value, printed in millions.",
    )
