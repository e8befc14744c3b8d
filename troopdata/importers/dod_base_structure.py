"""Sites of the US Department of Defense abroad (base structure report, fiscal year 2025 baseline).

Published layout: one row a site, as of 30 September 2024. ``Country/State``, ``Site``,
``Component``, ``Name Nearest City`` (``Unknown`` where none is given), buildings owned, leased and
other by count and square feet, acres owned and in all, and the plant replacement value in millions
of dollars. The series holds the sites outside the fifty states and the District of Columbia.

Two files beside ``sites.csv`` are kept by hand: ``hosts.csv`` (country as printed to our code) and
``links.csv`` (row to base, with the reason). A site without a link is not known to be one of our
bases. A replacement value of zero is printed for land without buildings, and is no claim.
"""

from __future__ import annotations

import csv
import itertools
import re
import unicodedata
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

from troopdata.errors import Failure, Invalid
from troopdata.io import csv_reader, csv_writer

__all__ = ["SERIES", "check", "rebuild", "rows"]

SERIES = "dod-base-structure"
FILE = "bases/dod_base_structure_report_fy25_sites.csv"
SOURCE = "dod-bsr-fy2025"
AS_OF = "2024-09-30"
MISSING = "Unknown"
# Our columns by the published ones.
COLUMNS = {
    "country": "Country/State",
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
HEADER = ("row", "country", "host", *list(COLUMNS)[1:])
# The facts hold the value of the base at Agadez with the base itself.
ELSEWHERE = frozenset({("Niger", "CSL AGADEZ")})

Row = dict[str, str]


def rebuild(upstream: Path, folder: Path) -> None:
    """Write ``sites.csv`` from the published file.

    Parameters
    ----------
    upstream : pathlib.Path
        The folder that holds ``bases/dod_base_structure_report_fy25_sites.csv``.
    folder : pathlib.Path
        The folder of the series; its ``hosts.csv`` names the countries to take and their codes.
    """
    hosts = {row["country"]: row["host"] for row in csv_reader.read_rows(folder / "hosts.csv")}
    with open(upstream / FILE, encoding="utf-8", newline="") as handle:
        published = list(csv.DictReader(handle))
    cells = [
        _cells(number, row, hosts[row["Country/State"]])
        for number, row in enumerate(published, start=1)
        if row["Country/State"] in hosts
    ]
    csv_writer.write(folder / "sites.csv", HEADER, cells)


def _cells(number: int, published: Row, host: str) -> list[str]:
    row = {ours: " ".join(published[theirs].split()) for ours, theirs in COLUMNS.items()}
    row |= {"row": str(number), "host": host}
    return ["" if row[name] == MISSING else row[name] for name in HEADER]


def rows(folder: Path) -> dict[str, list[Row]]:
    """Return the series as rows of spending: the replacement value of each site that has one.

    Parameters
    ----------
    folder : pathlib.Path
        The folder of the series.

    Raises
    ------
    Invalid
        If a link leads to no site, or a site is linked twice.
    """
    if failures := check(folder):
        raise Invalid(failures)
    links = csv_reader.read_rows(folder / "links.csv")
    bases = {link["row"]: link["base_id"] for link in links}
    sites = [
        site
        for site in csv_reader.read_rows(folder / "sites.csv")
        if (site["country"], site["site"]) not in ELSEWHERE
        if Decimal(site["replacement_value_musd"] or 0) > 0
    ]
    spending = [_spending(site, bases.get(site["row"], "")) for site in sites]
    return {"spending": list(_named(spending)), "sources": []}


def _spending(site: Row, base_id: str) -> Row:
    """Return a site's row of `spending`, its id yet without a number."""
    cents = Decimal(site["replacement_value_musd"]) * 1_000_000
    dollars = str(round(cents, 2))
    return {
        "spending_id": f"bsr-fy25-{site['host'].lower()}-{_slug(site['site'])}",
        "host": site["host"],
        "place": site["site"],
        "base_id": base_id,
        "latitude": "",
        "longitude": "",
        "date": AS_OF,
        "date_precision": "day",
        "amount": dollars,
        "currency": "USD",
        "amount_usd": dollars,
        "kind": "replacement_value",
        "qualifier": "",
        "value_state": "reported",
        "source_id": SOURCE,
        "locator": f"{site['country']}, {site['site']}, row {site['row']}",
        "note": "Plant replacement value, printed in millions.",
    }


def _slug(text: str) -> str:
    """Return text as a slug.

    Examples
    --------
    >>> _slug("KWANG-JU AB SITE 1")
    'kwang-ju-ab-site-1'
    """
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return "-".join(re.findall("[a-z0-9]+", plain.replace("'", "")))


def _named(spending: list[Row]) -> Iterator[Row]:
    """Yield the rows with ids of their own: the second of a host and site gets ``-2``."""
    taken: set[str] = set()
    for row in spending:
        slug = row["spending_id"]
        numbered = (f"{slug}-{number}" for number in itertools.count(2))
        row["spending_id"] = next(k for k in itertools.chain([slug], numbered) if k not in taken)
        taken.add(row["spending_id"])
        yield row


def check(folder: Path) -> list[Failure]:
    """Return every link that leads to no site, and every site that is linked twice."""
    path = folder / "links.csv"
    sites = {site["row"] for site in csv_reader.read_rows(folder / "sites.csv")}
    linked = [link["row"] for link in csv_reader.read_rows(path)]
    faults = [(row, "link-row", "no such site") for row in linked if row not in sites]
    faults += [(row, "link-once", "linked twice") for row in set(linked) if linked.count(row) > 1]
    return [
        Failure(str(path), None, row, "row", rule, row, message)
        for row, rule, message in sorted(faults)
    ]
