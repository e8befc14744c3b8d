"""US military construction by place, fiscal years 2008 to 2019 (C-1, construction programs).

Published layout of the transcription: one row for each place and fiscal year, or a part of it.
``countryname`` and ``location`` as the C-1 tables print them, ``year`` (fiscal), and
``spend_construction`` in thousands of current dollars. ``ccode``, ``iso3c``, ``lat`` and ``lon``
were added by the transcriber: ``NA`` is missing, some countries are misread, and the points come
from place names looked up without a state, so that some are in another place of the same name.

Where a host or a point is wrong, ``corrections.csv`` says so by ``country: place`` (``*`` is every
place of the country); ``off_map.csv`` says why a right point is outside its host on the map of
`borders`. Rows without a country stay in the series and do not enter `spending`.
"""

from __future__ import annotations

from collections.abc import Iterator

from troopdata.errors import Failure
from troopdata.importers.series import NUMBER, Row, Rows, Series, SeriesFile
from troopdata.importers.table_rows import distinct, slug, spending

__all__ = ["UsConstruction"]

SOURCE = "us-dod-c1-2008-2019"
MISSING = "NA"
COLUMNS = {
    "row": NUMBER,
    "country": "countryname",
    "place": "location",
    "fiscal_year": "year",
    "iso3c": "iso3c",
    "latitude": "lat",
    "longitude": "lon",
    "thousand_usd": "spend_construction",
}
APPROPRIATIONS = SeriesFile("appropriations.csv", "us/c1_construction_2008_2019.csv", COLUMNS)
# What the tables print instead of a country.
UNPLACED = frozenset(
    {"Unspecified Location", "Worldwide Classified", "Worldwide Unspecified", "Zc"}
)
# The appropriation for Agadez is among the facts, with the base that it built.
ELSEWHERE = frozenset({"Niger: Agadez"})
POINT = "latitude, longitude"
HOST = "iso3c"

# What `corrections.csv` puts in place of a printed value, by what it names and column.
Corrected = dict[tuple[str, str], str]


class UsConstruction(Series):
    """Appropriations for military construction."""

    name = "us-c1-construction"
    files = (APPROPRIATIONS,)

    def row(self, file: SeriesFile, published: Row) -> Row:
        """Return a row with single spaces in its place, and no point instead of ``NA``."""
        row = file.renamed(published)
        row["place"] = " ".join(row["place"].split())
        for name in ("latitude", "longitude"):
            row[name] = "" if row[name] == MISSING else row[name]
        return row

    def check(self) -> list[Failure]:
        """Return corrections and reasons that fit no row, and rows without a host."""
        printed = self.read(APPROPRIATIONS.name)
        values = _values(printed)
        return [
            *self.stale_corrections(lambda row: values.get((row["row"], row["column"]), set())),
            *self._unprinted(printed),
            *self._hostless(printed),
        ]

    def _unprinted(self, printed: list[Row]) -> list[Failure]:
        """Return the lines of ``off_map.csv`` about a place that the series does not print."""
        places = {_key(row) for row in printed}
        path = str(self.folder / "off_map.csv")
        return [
            Failure(path, line, row["row"], "row", "off-map-printed", row["row"], "no such place")
            for line, row in self.lines("off_map.csv")
            if row["row"] not in places
        ]

    def _hostless(self, printed: list[Row]) -> list[Failure]:
        corrected = {row["row"] for row in self.read("corrections.csv") if row["column"] == HOST}
        path, hint = str(self.folder / APPROPRIATIONS.name), "give its host in corrections.csv"
        return [
            Failure(path, line, row["row"], "country", "country", row["country"], "no host", hint)
            for line, row in enumerate(printed, start=2)
            if row[HOST] == MISSING and row["country"] not in UNPLACED
            if not {_key(row), f"{row['country']}: *"} & corrected
        ]

    def tables(self) -> Rows:
        """Return the rows of spending, sources and corrections."""
        printed = self.read(APPROPRIATIONS.name)
        corrections = self.read("corrections.csv")
        corrected = {(row["row"], row["column"]): row["corrected"] for row in corrections}
        copies = dict(_copies(printed))
        off_map = {row["row"]: row["reason"] for row in self.read("off_map.csv")}
        placed = [
            {**row, "host": _corrected(row, HOST, row[HOST], corrected)}
            for row in printed
            if row["country"] not in UNPLACED and _key(row) not in ELSEWHERE
            if row["row"] not in copies
        ]
        ids = distinct(
            f"c1-{row['fiscal_year']}-{row['host'].lower()}-{slug(row['place'])}" for row in placed
        )
        rows = [
            _spending(key, row, corrected, off_map.get(_key(row), ""))
            for key, row in zip(ids, placed, strict=True)
        ]
        dropped = [_dropped(row, copies[row["row"]]) for row in printed if row["row"] in copies]
        return {
            "spending": sorted(rows, key=lambda row: row["spending_id"]),
            "sources": self.read("sources.csv"),
            "corrections": corrections + dropped,
        }


def _key(row: Row) -> str:
    return f"{row['country']}: {row['place']}"


def _copies(printed: list[Row]) -> Iterator[tuple[str, str]]:
    """Yield the number of each row that repeats another, and the number of that other."""
    seen: dict[tuple[str, ...], str] = {}
    for row in printed:
        content = tuple(row[column] for column in COLUMNS if column != "row")
        if content in seen:
            yield row["row"], seen[content]
        seen.setdefault(content, row["row"])


def _dropped(row: Row, first: str) -> Row:
    """Return the correction that drops a row that repeats another."""
    return {
        "correction_id": f"us-c1-row-{row['row']}",
        "table": UsConstruction.name,
        "as_of": "",
        "row": f"{_key(row)}, fiscal year {row['fiscal_year']}, row {row['row']}",
        "column": "thousand_usd",
        "expected": row["thousand_usd"],
        "corrected": "",
        "action": "drop_duplicate",
        "reason": f"Same place, year and sum as row {first}. Two projects of one sum cannot be"
        " distinguished from a row typed twice, so it counts once.",
        "source_id": SOURCE,
    }


def _spending(key: str, row: Row, corrected: Corrected, off_map: str) -> Row:
    # A wrong point is dropped, not moved: corrections.csv gives none in its place.
    kept = _corrected(row, POINT, _point(row), corrected) == _point(row)
    return spending(
        spending_id=key,
        host=row["host"],
        place=row["place"],
        latitude=row["latitude"] if kept else "",
        longitude=row["longitude"] if kept else "",
        date=f"{row['fiscal_year']}-01-01",
        date_precision="year",
        amount=str(int(row["thousand_usd"]) * 1000),
        kind="construction_appropriation",
        source_id=SOURCE,
        locator=f"{row['country']}, row {row['row']} of the transcription",
        note=f"Fiscal year {row['fiscal_year']}.",
        off_map=off_map,
    )


def _point(row: Row) -> str:
    """Return a printed point as one text; in brackets, since a cell may not start with a minus."""
    return f"({row['latitude']}, {row['longitude']})" if row["latitude"] else ""


def _corrected(row: Row, column: str, printed: str, corrected: Corrected) -> str:
    """Return the corrected value of a column; a place's own line goes before its country's."""
    of_country = corrected.get((f"{row['country']}: *", column), printed)
    return corrected.get((_key(row), column), of_country)


def _values(printed: list[Row]) -> dict[tuple[str, str], set[str]]:
    """Return every value that a correction can expect, by what it names and column."""
    values: dict[tuple[str, str], set[str]] = {}
    for row in printed:
        for key in (_key(row), f"{row['country']}: *"):
            values.setdefault((key, HOST), set()).add(row[HOST])
            values.setdefault((key, POINT), set()).add(_point(row))
    return values
