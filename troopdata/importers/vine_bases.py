"""Lists of US military bases abroad, 1939 to 2021 (David Vine), and the points of 2018 (after him).

Published layout: one sheet a list, one row a base, a place that holds several, or a country where
none is known; the header stands some rows down, and `row` is the row of the sheet. 1939: name and
point. 1945, 1989: country, name, point, and the country's total beside its first row. 2015:
country, name, point, counts of bases, small sites and host-funded sites, which a country's first
row carries for the whole group. 2021: country, name, four counts that belong to the row; many names
run on into the figures of the base structure report; CLOSED is typed into names and notes. The
list with opening dates: country, name, year, two counts. The points of 2018 are another file: ISO
code, name, point, three flags. Notes and citations stay behind.

Five files beside the lists are kept by hand: ``hosts.csv`` (country as printed to our code),
``links.csv`` (row to base, with the reason), ``places.csv`` (the bases that are defined here),
``corrections.csv`` (what the lists misprint, points above all) and ``sources.csv``. A link says
whether the place and the spell are told here (``series``) or among the facts (``facts``), and what
the row shows: the place ``seen`` in use, ``not_counted`` by the list, or ``closed``, on a date. No
base_id: the row is no base, and the reason says why.

A list bounds a spell. The base was there by the date of the first list that names it, unless an
opening year is known; it is there still if the last list counts it; else it ended some time after
the last list that does. The lists of 1945 and 1989 lie too far apart for one spell, and so do 1939
and 1945 where Japan ruled between, unless the opening year covers both.
"""

from __future__ import annotations

import csv
import datetime as dt
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from troopdata.errors import Failure, Invalid
from troopdata.io import csv_reader, csv_writer

__all__ = ["SERIES", "check", "rebuild", "rows"]

SERIES = "vine-bases"
Row = dict[str, str]
COUNTRY, NAME = "Country/Colony Name", "Base Name/Location"
TOTAL = "Country Totals (for countries/colonies with large numbers of base sites)"
POINT = {"latitude": "Latitude", "longitude": "Longitude"}
PLACE = {"row": "sheet_row", "country": COUNTRY, "name": NAME}
COUNTS = {"bases": "# Bases", "small": "# Lily Pads"}
# List, published file, our columns by the published ones.
LISTS: dict[str, tuple[str, dict[str, str]]] = {
    "1939": ("vine_1939.csv", {"row": "sheet_row", "name": "Bases", **POINT}),
    "1945": ("vine_1945.csv", {**PLACE, "name": "col1", **POINT, "total": TOTAL}),
    "1989": ("vine_1989.csv", {**PLACE, **POINT, "total": TOTAL}),
    "2015": (
        "vine_2015.csv",
        {
            **PLACE,
            **POINT,
            "bases": "# Bases",
            "small": "# Lily Pads/Small Bases",
            "host_funded": "# U.S. Funded Host Nation Bases",
        },
    ),
    "openings": (
        "vine_opening_dates.csv",
        {**PLACE, "opened": "Opening Year", **COUNTS, "small": "# Small Bases/Lily Pads"},
    ),
    "points-2018": (
        "vine_2015_updated_2018_points.csv",
        {
            "row": "",
            "country": "countryname",
            "name": "basename",
            "latitude": "lat",
            "longitude": "lon",
            "bases": "base",
            "small": "lilypad",
            "host_funded": "fundedsite",
        },
    ),
    "2021": (
        "vine_2021.csv",
        {
            **PLACE,
            **COUNTS,
            "unconfirmed": "Unconfirmed",
            "host_funded": "# US-Funded",
            "closed": "Notes",
        },
    ),
}
# A list carries a year and speaks for its last day: 1945 for the end of the war. The list with
# opening dates prints its day.
SEEN = {
    "1939": dt.date(1939, 12, 31),
    "1945": dt.date(1945, 9, 2),
    "1989": dt.date(1989, 12, 31),
    "2015": dt.date(2015, 12, 31),
    "points-2018": dt.date(2018, 12, 31),
    "openings": dt.date(2020, 5, 16),
    "2021": dt.date(2021, 12, 31),
}
NEWEST = "2021"
# The newest list was published in its year, so the base was in use on some day of that year.
STATUS = "2021-01-01"
SOURCES = {
    "1939": "vine-1939",
    "1945": "vine-1945",
    "1989": "vine-1989",
    "2015": "vine-2015",
    "points-2018": "vine-points-2018",
    "openings": "vine-open",
    "2021": "vine-open",
}
SIZES = {
    "bases": "base",
    "small": "small",
    "host_funded": "host_funded",
    "unconfirmed": "unconfirmed",
}
OWNED = frozenset({"ASM", "GUM", "MNP", "PRI", "UMI", "VIR"})
# Japan held, or fought for, these between the lists of 1939 and 1945.
OCCUPIED = frozenset({"CHN", "GUM", "HKG", "PHL", "UMI"})
CLOSED = re.compile(r"\bclosed(?: (?:in )?(?:\d{4}|\d{1,2}/\d{2}))?", re.IGNORECASE)
DECADE = re.compile(r"(\d{3}0)s")
YEAR = re.compile(r"\d{4}")
MISSING = frozenset({"", "NA"})
LAST_ROW = ("NOTE", "TOTALS")


def rebuild(upstream: Path, folder: Path) -> None:
    """Write the seven lists from the published files.

    Parameters
    ----------
    upstream : pathlib.Path
        The folder that holds ``bases/vine_1939.csv`` and the others.
    folder : pathlib.Path
        The folder of the series; its ``hosts.csv`` gives each country's code.
    """
    hosts = {row["country"]: row["host"] for row in csv_reader.read_rows(folder / "hosts.csv")}
    for name, (file, columns) in LISTS.items():
        with open(upstream / "bases" / file, encoding="utf-8", newline="") as handle:
            published = list(csv.DictReader(handle))
        header = ["row", *(["country", "host"] if "country" in columns else [])]
        header += [column for column in columns if column not in header]
        printed = (_printed(number, row, columns) for number, row in enumerate(published, start=1))
        cells = [_hosted(row, hosts, header) for row in _listed(printed)]
        csv_writer.write(folder / f"{name}.csv", header, cells)


def _printed(number: int, published: Row, columns: dict[str, str]) -> Row:
    """Return a row in our columns, spaces put right, CLOSED taken out of the notes."""
    row = {ours: " ".join(published.get(theirs, "").split()) for ours, theirs in columns.items()}
    row = {column: "" if text in MISSING else text for column, text in row.items()}
    if "closed" in row:
        found = CLOSED.search(row["closed"])
        row["closed"] = found[0] if found else ""
    return {**row, "row": row["row"] or str(number)}


def _listed(printed: Iterable[Row]) -> Iterator[Row]:
    """Yield the rows of a list, without the remarks and sums below it."""
    for row in printed:
        if row.get("country", "").startswith(LAST_ROW):
            return
        yield row


def _hosted(row: Row, hosts: dict[str, str], header: list[str]) -> list[str]:
    return [hosts[row["country"]] if name == "host" else row[name] for name in header]


class Sight(NamedTuple):
    """What one row of one list shows of one base."""

    list: str
    link: Row
    row: Row

    @property
    def day(self) -> dt.date:
        return SEEN[self.list]


def rows(folder: Path) -> dict[str, list[Row]]:
    """Return the series as rows of bases, tenancies and sources.

    Parameters
    ----------
    folder : pathlib.Path
        The folder of the series.

    Raises
    ------
    Invalid
        If a link leads nowhere, or a row of a list has none.
    """
    if failures := check(folder):
        raise Invalid(failures)
    places = csv_reader.read_rows(folder / "places.csv")
    hosts = {place["base_id"]: place["host"] for place in places}
    lists = {name: _by_row(folder, name) for name in LISTS}
    sights: dict[str, list[Sight]] = {}
    for link in csv_reader.read_rows(folder / "links.csv"):
        if link["spell"] == "series":
            sight = Sight(link["list"], link, lists[link["list"]][link["row"]])
            sights.setdefault(link["base_id"], []).append(sight)
    return {
        "bases": places,
        "tenancies": [
            spell
            for base_id in sorted(sights)
            for spell in _spells(base_id, hosts.get(base_id, ""), sights[base_id])
        ],
        "sources": csv_reader.read_rows(folder / "sources.csv"),
        "corrections": csv_reader.read_rows(folder / "corrections.csv"),
    }


def _by_row(folder: Path, name: str) -> dict[str, Row]:
    return {row["row"]: row for row in csv_reader.read_rows(folder / f"{name}.csv")}


def _spells(base_id: str, host: str, sights: list[Sight]) -> Iterator[Row]:
    """Yield the spells of the US at one base, in time."""
    seen = sorted((s for s in sights if s.link["sight"] == "seen"), key=lambda s: s.day)
    closing = next((s for s in sights if s.link["sight"] == "closed"), None)
    opened = _opened(sights)
    runs = _runs(seen, opened, host) or [[]]
    for number, run in enumerate(runs):
        last = number == len(runs) - 1
        whole = [*run, closing] if closing and last else run
        if whole:
            start = opened if _opens(run, opened) else None
            yield _spell(base_id, host, whole, start, closing if last else None)


def _opened(sights: list[Sight]) -> tuple[dt.date, str] | None:
    """Return the opening date and its precision, the earliest of a base; no date with a doubt."""
    found = []
    for sight in sights:
        text = sight.row.get("opened", "")
        if YEAR.fullmatch(text):
            found.append((dt.date(int(text), 1, 1), "year"))
        elif decade := DECADE.fullmatch(text):
            found.append((dt.date(int(decade[1]), 1, 1), "decade"))
    return min(found, default=None)


def _opens(run: list[Sight], opened: tuple[dt.date, str] | None) -> bool:
    """Whether the opening date falls before or in a run of sights."""
    return bool(
        opened and run and opened[0] <= run[-1].day and any(s.row.get("opened") for s in run)
    )


def _runs(seen: list[Sight], opened: tuple[dt.date, str] | None, host: str) -> list[list[Sight]]:
    """Part the sights of one base where no source says that use went on."""
    runs: list[list[Sight]] = []
    for sight in seen:
        if runs and _goes_on(runs[-1][-1].day, sight.day, opened, host):
            runs[-1].append(sight)
        else:
            runs.append([sight])
    return runs


def _goes_on(
    before: dt.date, after: dt.date, opened: tuple[dt.date, str] | None, host: str
) -> bool:
    if opened and opened[0] <= before:
        return True
    if opened and before < opened[0] <= after:
        return False
    apart = before == SEEN["1945"] < after or (before == SEEN["1939"] and after > SEEN["1945"])
    return not (apart or (before == SEEN["1939"] < after and host in OCCUPIED))


def _spell(
    base_id: str,
    host: str,
    run: list[Sight],
    opened: tuple[dt.date, str] | None,
    closing: Sight | None,
) -> Row:
    first, last = run[0], run[-1]
    size = _size(run)
    start: dt.date | None
    start, sharp = opened or (first.day, "not_later_than")
    if first.link["sight"] == "closed" and not opened:
        start, sharp = None, ""
    going_on = last.list == NEWEST and closing is None
    return {
        "tenancy_id": f"{base_id}-usa" + (f"-{start.year}" if start else ""),
        "base_id": base_id,
        "sender": "USA",
        "role": "owner" if host in OWNED else "access" if size == "host_funded" else "tenant",
        "size": size,
        "started": str(start or ""),
        "started_precision": sharp,
        **_end(last, closing, going_on),
        "agreement_id": "",
        "operation_id": "",
        "status_as_of": STATUS if going_on else "",
        "source_id": ";".join(sorted({SOURCES[sight.list] for sight in run})),
        "note": "",
    }


def _end(last: Sight, closing: Sight | None, going_on: bool) -> Row:
    """Return when a spell ended: as the list says, or some time after the last sight."""
    if closing:
        link = closing.link
        return {
            "ended": link["closed"],
            "ended_precision": link["closed_precision"],
            "end_mode": "closed",
        }
    after = "" if going_on else str(last.day + dt.timedelta(days=1))
    return {
        "ended": after,
        "ended_precision": "not_earlier_than" if after else "",
        "end_mode": "",
    }


def _size(run: list[Sight]) -> str:
    """Return the size class of the newest list that gives one; the largest of its rows."""
    for name in reversed(SEEN):
        counted = {
            column for sight in run if sight.list == name for column in SIZES
            if sight.row.get(column) == "1"
        }  # fmt: skip
        for column, size in SIZES.items():
            if column in counted:
                return size
    return ""


def check(folder: Path) -> list[Failure]:
    """Return every row without a link, every link without a row, every base without either."""
    path = folder / "links.csv"
    links = csv_reader.read_rows(path)
    places = {row["base_id"] for row in csv_reader.read_rows(folder / "places.csv")}
    keys = [(link["list"], link["row"]) for link in links]
    named = {
        (name, number)
        for name in LISTS
        for number, row in _by_row(folder, name).items()
        if row["name"]
    }
    ours = {link["base_id"] for link in links if link["place"] == "series"}
    faults = [
        *((key, "row-linked", "this row of the list has no link") for key in named - set(keys)),
        *((key, "link-row", "no such named row in the list") for key in set(keys) - named),
        *((key, "link-once", "linked twice") for key in set(keys) if keys.count(key) > 1),
        *(((key, ""), "link-base", "not in places.csv") for key in ours - places),
        *(((key, ""), "base-linked", "no row names this base") for key in places - ours),
    ]
    return [
        Failure(str(path), None, "|".join(key), "", rule, "", message)
        for key, rule, message in sorted(faults)
    ] + _unprinted(folder)


def _unprinted(folder: Path) -> list[Failure]:
    """Return the corrections that expect what their list does not print."""
    path = folder / "corrections.csv"
    return [
        Failure(
            str(path),
            None,
            row["correction_id"],
            "expected",
            "correction-expected",
            row["expected"],
            "the list does not print this",
            "remove the correction if the source was mended",
        )
        for row in csv_reader.read_rows(path)
        if row["expected"] != _expected(folder, row)
    ]


def _expected(folder: Path, correction: Row) -> str:
    """Return what the list prints where a correction points; a point in brackets."""
    name, number = correction["row"].split(":")[0].split(", row ")
    row = _by_row(folder, name).get(number, {})
    text = ", ".join(row.get(column, "") for column in correction["column"].split(", "))
    return f"({text})" if "," in correction["column"] else text
