"""US military construction by place, fiscal years 2008 to 2019 (C-1, construction programs).

Published layout of the transcription: one row a place and fiscal year, or a part of it.
``countryname`` and ``location`` as the C-1 tables print them, ``year`` (fiscal), and
``spend_construction`` in thousands of current dollars. ``ccode``, ``iso3c``, ``lat`` and ``lon``
are the transcriber's: ``NA`` is missing, some countries are misread, and the points come from place
names looked up without a state, so that some lie in another place of the same name.

Where a host or a point is wrong, ``corrections.csv`` says so, by ``country: place`` (``*`` is every
place of the country); ``off_map.csv`` says why a right point lies outside its host on the map of
`borders`. Rows that name no country stay in the series and leave `spending` alone.
"""

from __future__ import annotations

import csv
import itertools
import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path

from troopdata.errors import Failure, Invalid
from troopdata.io import csv_reader, csv_writer

__all__ = ["SERIES", "check", "rebuild", "rows"]

SERIES = "us-c1-construction"
FILE = "us/c1_construction_2008_2019.csv"
SOURCE = "us-dod-c1-2008-2019"
MISSING = "NA"
COLUMNS = (
    "row",
    "country",
    "place",
    "fiscal_year",
    "iso3c",
    "latitude",
    "longitude",
    "thousand_usd",
)
# What the tables print instead of a country.
UNPLACED = frozenset(
    {"Unspecified Location", "Worldwide Classified", "Worldwide Unspecified", "Zc"}
)
# The facts hold the appropriation for Agadez with the base that it built.
ELSEWHERE = frozenset({"Niger: Agadez"})
POINT = "latitude, longitude"
HOST = "iso3c"

Row = dict[str, str]


def rebuild(upstream: Path, folder: Path) -> None:
    """Write ``appropriations.csv`` from the published file.

    Parameters
    ----------
    upstream : pathlib.Path
        The folder that holds ``us/c1_construction_2008_2019.csv``.
    folder : pathlib.Path
        The folder of the series.
    """
    with open(upstream / FILE, encoding="utf-8", newline="") as handle:
        published = list(csv.DictReader(handle))
    cells = [_cells(number, row) for number, row in enumerate(published, start=1)]
    csv_writer.write(folder / "appropriations.csv", COLUMNS, cells)


def _cells(number: int, row: Row) -> list[str]:
    point = ["" if row[name] == MISSING else row[name] for name in ("lat", "lon")]
    place = " ".join(row["location"].split())
    amount = row["spend_construction"]
    return [str(number), row["countryname"], place, row["year"], row["iso3c"], *point, amount]


def rows(folder: Path) -> dict[str, list[Row]]:
    """Return the series as rows of spending, sources and corrections.

    Parameters
    ----------
    folder : pathlib.Path
        The folder of the series.

    Raises
    ------
    Invalid
        With every correction whose printed value is no longer printed, and every country that is
        neither placed nor listed as unplaced.
    """
    if failures := check(folder):
        raise Invalid(failures)
    printed = csv_reader.read_rows(folder / "appropriations.csv")
    corrections = csv_reader.read_rows(folder / "corrections.csv")
    mended = {(row["row"], row["column"]): row["corrected"] for row in corrections}
    copies = dict(_copies(printed))
    off_map = {row["row"]: row["reason"] for row in csv_reader.read_rows(folder / "off_map.csv")}
    spending = [
        {**_spending(row, mended), "off_map": off_map.get(_key(row), "")}
        for row in printed
        if row["country"] not in UNPLACED and _key(row) not in ELSEWHERE
        if row["row"] not in copies
    ]
    dropped = [_dropped(row, copies[row["row"]]) for row in printed if row["row"] in copies]
    return {
        "spending": _named(spending),
        "sources": csv_reader.read_rows(folder / "sources.csv"),
        "corrections": corrections + dropped,
    }


def _key(row: Row) -> str:
    return f"{row['country']}: {row['place']}"


def _copies(printed: list[Row]) -> Iterator[tuple[str, str]]:
    """Yield the number of each row that repeats another, and of that other."""
    seen: dict[tuple[str, ...], str] = {}
    for row in printed:
        content = tuple(row[column] for column in COLUMNS if column != "row")
        if content in seen:
            yield row["row"], seen[content]
        seen.setdefault(content, row["row"])


def _dropped(row: Row, first: str) -> Row:
    """Return the correction that drops a row that repeats another."""
    where = f"{_key(row)}, fiscal year {row['fiscal_year']}, row {row['row']}"
    return {
        "correction_id": f"us-c1-row-{row['row']}",
        "table": SERIES,
        "as_of": "",
        "row": where,
        "column": "thousand_usd",
        "expected": row["thousand_usd"],
        "corrected": "",
        "action": "drop_duplicate",
        "reason": f"Same place, year and sum as row {first}. Two projects of one sum cannot be told"
        " from a row typed twice, so it counts once.",
        "source_id": SOURCE,
    }


def _spending(row: Row, mended: dict[tuple[str, str], str]) -> Row:
    """Return a row of `spending`, its id yet without a number."""
    host = _mended(row, HOST, row["iso3c"], mended)
    kept = _mended(row, POINT, _point(row), mended) == _point(row)
    year, place = row["fiscal_year"], row["place"]
    dollars = str(int(row["thousand_usd"]) * 1000)
    return {
        "spending_id": f"c1-{year}-{host.lower()}-{_slug(place)}",
        "host": host,
        "place": place,
        "base_id": "",
        "latitude": row["latitude"] if kept else "",
        "longitude": row["longitude"] if kept else "",
        "date": f"{year}-01-01",
        "date_precision": "year",
        "amount": dollars,
        "currency": "USD",
        "amount_usd": dollars,
        "kind": "construction_appropriation",
        "qualifier": "",
        "value_state": "reported",
        "source_id": SOURCE,
        "locator": f"{row['country']}, row {row['row']} of the transcription",
        "note": f"Fiscal year {year}.",
    }


def _point(row: Row) -> str:
    """Return a printed point as one text; in brackets, since a cell may not start with a minus."""
    return f"({row['latitude']}, {row['longitude']})" if row["latitude"] else ""


def _mended(row: Row, column: str, printed: str, mended: dict[tuple[str, str], str]) -> str:
    """Return what takes the place of a printed value: a place's own line before its country's."""
    whole = mended.get((f"{row['country']}: *", column), printed)
    return mended.get((_key(row), column), whole)


def _slug(text: str) -> str:
    """Return text as a slug.

    Examples
    --------
    >>> _slug("Joint Base Pearl Harbor-Hickam")
    'joint-base-pearl-harbor-hickam'
    """
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return "-".join(re.findall("[a-z0-9]+", plain.replace("'", "")))


def _named(spending: list[Row]) -> list[Row]:
    """Return the rows with ids of their own: the second of a place and year gets ``-2``."""
    taken: set[str] = set()
    for row in spending:
        slug = row["spending_id"]
        copies = (f"{slug}-{number}" for number in itertools.count(2))
        free = (key for key in itertools.chain([slug], copies) if key not in taken)
        row["spending_id"] = next(free)
        taken.add(row["spending_id"])
    return sorted(spending, key=lambda row: row["spending_id"])


def check(folder: Path) -> list[Failure]:
    """Return what does not fit: a correction that expects another value, a row without a host."""
    printed = csv_reader.read_rows(folder / "appropriations.csv")
    path = folder / "corrections.csv"
    text = csv_reader.read(path)
    if text.failures:
        return list(text.failures)
    values = _values(printed)
    lines = list(zip(text.lines, text.records(), strict=True))
    failures = [
        Failure(
            str(path),
            line,
            row["correction_id"],
            "expected",
            "correction-expected",
            " or ".join(sorted(found)),
            f"the series does not print {row['expected']}",
            "remove the correction if the source was mended",
        )
        for line, row in lines
        if (found := values.get((row["row"], row["column"]), set())) != {row["expected"]}
    ]
    failures += _unprinted(folder / "off_map.csv", printed)
    return failures + _hostless(folder, printed, {(row["row"], row["column"]) for _, row in lines})


def _unprinted(path: Path, printed: list[Row]) -> list[Failure]:
    """Return the lines that name a place which the series does not print."""
    places = {_key(row) for row in printed}
    return [
        Failure(str(path), line, row["row"], "row", "off-map-printed", row["row"], "no such place")
        for line, row in enumerate(csv_reader.read_rows(path), start=2)
        if row["row"] not in places
    ]


def _values(printed: list[Row]) -> dict[tuple[str, str], set[str]]:
    """Return every value that a correction can expect, by what it names."""
    values: dict[tuple[str, str], set[str]] = {}
    for row in printed:
        for key in (_key(row), f"{row['country']}: *"):
            values.setdefault((key, HOST), set()).add(row[HOST])
            values.setdefault((key, POINT), set()).add(_point(row))
    return values


def _hostless(folder: Path, printed: list[Row], mended: set[tuple[str, str]]) -> list[Failure]:
    return [
        Failure(
            str(folder / "appropriations.csv"),
            line,
            row["row"],
            "country",
            "country",
            row["country"],
            "no host",
            "name it in corrections.csv",
        )
        for line, row in enumerate(printed, start=2)
        if row[HOST] == MISSING and row["country"] not in UNPLACED
        if not {(_key(row), HOST), (f"{row['country']}: *", HOST)} & mended
    ]
