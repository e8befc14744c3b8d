"""Multinational Military Exercises, version 7 (D'Orazio and Galambos, doi 10.7910/DVN/KHFODX).

Published layout: one row an exercise, 1980 to 2010. ``MMEID``, ``Ex_Name``, ``Series_Name``,
``Location``, ``lat`` and ``lon``; ``StartDate`` and ``EndDate`` as ``m/d/yy`` or ``yyyy-mm-xx``,
with their parts in ``s.year`` ... ``e.day`` (``xx`` is a day that is not known); the flags ``CPX``
(command post exercise), ``Air`` ... ``Cyber``, ``Warfighting`` ... ``Humanitarian``; two columns of
prose; then one column a participant, ``StateA`` to ``StateAM``. ``-9`` is missing. Three numbers
stand for two exercises each.

Of the prose nothing is taken but a bare ``NATO`` in ``AdditionalParticipantInfo``.
"""

from __future__ import annotations

import csv
import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from operator import itemgetter
from pathlib import Path

from troopdata.errors import Failure, Invalid, TroopdataError
from troopdata.gazetteer.resolver import Gazetteer
from troopdata.io import csv_reader, csv_writer

__all__ = ["SERIES", "check", "rebuild", "rows"]

SERIES = "mme"
FILE = "exercises/mme_v7.csv"
SOURCE = "mme-v7"
MISSING = ("", "-9")
DOMAINS = {"Air": "air", "Land": "land", "Sea": "sea", "Amphibious": "amphibious", "Cyber": "cyber"}
FOCUSES = {
    "Warfighting": "warfighting",
    "Peacekeeping": "peacekeeping",
    "Humanitarian": "humanitarian",
    "CPX": "command_post",
}
EXERCISES = (
    "exercise_id",
    "mme_id",
    "name",
    "series",
    "location",
    "latitude",
    "longitude",
    "started",
    "ended",
    "domains",
    "focuses",
)
PARTICIPANTS = ("exercise_id", "column", "country")
ORGANISATION = "AdditionalParticipantInfo"

Row = dict[str, str]


def rebuild(upstream: Path, folder: Path) -> None:
    """Write ``exercises.csv`` and ``participants.csv`` from the published file.

    Parameters
    ----------
    upstream : pathlib.Path
        The folder that holds ``exercises/mme_v7.csv``.
    folder : pathlib.Path
        The folder of the series.
    """
    with open(upstream / FILE, encoding="utf-8", newline="") as handle:
        published = list(csv.DictReader(handle))
    named = list(zip(_ids(row["MMEID"] for row in published), published, strict=True))
    exercises = sorted(_exercise(key, row) for key, row in named)
    participants = [
        cells for key, row in sorted(named, key=itemgetter(0)) for cells in _states(key, row)
    ]
    csv_writer.write(folder / "exercises.csv", EXERCISES, exercises)
    csv_writer.write(folder / "participants.csv", PARTICIPANTS, participants)


def _ids(numbers: Iterable[str]) -> Iterator[str]:
    """Yield a slug a row; the second exercise of one number gets ``-2``."""
    seen: Counter[str] = Counter()
    for number in numbers:
        seen[number] += 1
        copy = f"-{seen[number]}" if seen[number] > 1 else ""
        yield f"mme-{number.removeprefix('mme')}{copy}"


def _exercise(key: str, row: Row) -> list[str]:
    texts = [_text(row[name]) for name in ("Ex_Name", "Series_Name", "Location", "lat", "lon")]
    days = [_date(row, part) for part in "se"]
    return [key, row["MMEID"], *texts, *days, _flags(row, DOMAINS), _flags(row, FOCUSES)]


def _text(cell: str) -> str:
    """Return a cell with single spaces; nothing where it is missing."""
    text = " ".join(cell.split())
    return "" if text in MISSING else text


def _date(row: Row, part: str) -> str:
    """Return ``1980-01-14``, or ``1980-01`` where the day is not known."""
    year, month, day = (row[f"{part}.{name}"] for name in ("year", "month", "day"))
    text = f"{int(year):04d}-{int(month):02d}"
    return text if day == "xx" else f"{text}-{int(day):02d}"


def _flags(row: Row, codes: Mapping[str, str]) -> str:
    return ";".join(code for column, code in codes.items() if row[column] == "1")


def _states(key: str, row: Row) -> Iterator[list[str]]:
    """Yield every participant with the column that it is printed in."""
    for column, cell in row.items():
        if column.startswith("State") and _text(cell):
            yield [key, column, _text(cell)]
    if _text(row[ORGANISATION]) == "NATO":
        yield [key, ORGANISATION, "NATO"]


def rows(folder: Path) -> dict[str, list[Row]]:
    """Return the series as rows of exercises, exercise_participants, sources and corrections.

    Parameters
    ----------
    folder : pathlib.Path
        The folder of the series, two levels below the one that holds ``facts/countries.csv``.

    Raises
    ------
    Invalid
        With every participant that no country is called, and every correction whose printed
        value is no longer printed.
    """
    mended, corrections = _mended(folder)
    countries = Gazetteer.from_rows(
        csv_reader.read_rows(folder.parents[1] / "facts" / "countries.csv")
    )
    exercises = csv_reader.read_rows(folder / "exercises.csv")
    _mend(exercises, mended)
    printed = csv_reader.read_rows(folder / "participants.csv")
    started = {row["exercise_id"]: row["started"] for row in exercises}
    repeated = Counter(row["mme_id"] for row in exercises)
    return {
        "exercises": [_row(row, shared=repeated[row["mme_id"]] > 1) for row in exercises],
        "exercise_participants": _participants(printed, started, mended, countries, folder),
        "sources": csv_reader.read_rows(folder / "sources.csv"),
        "corrections": corrections,
    }


def _mended(folder: Path) -> tuple[dict[tuple[str, str], str], list[Row]]:
    """Return what takes the place of what, by exercise and column, and the corrections."""
    if failures := check(folder):
        raise Invalid(failures)
    corrections = csv_reader.read_rows(folder / "corrections.csv")
    return {(row["row"], row["column"]): row["corrected"] for row in corrections}, corrections


def check(folder: Path) -> list[Failure]:
    """Return the corrections whose printed value is no longer the one that they expect."""
    printed = {
        (row["exercise_id"], column): row[column]
        for row in csv_reader.read_rows(folder / "exercises.csv")
        for column in EXERCISES
    }
    for row in csv_reader.read_rows(folder / "participants.csv"):
        printed[row["exercise_id"], row["column"]] = row["country"]
    path = folder / "corrections.csv"
    text = csv_reader.read(path)
    return [
        Failure(
            str(path),
            line,
            row["correction_id"],
            "expected",
            "correction-expected",
            printed.get((row["row"], row["column"]), ""),
            f"the series does not print {row['expected']}",
            "remove the correction if the source was mended",
        )
        for line, row in zip(text.lines, text.records(), strict=True)
        if printed.get((row["row"], row["column"])) != row["expected"]
    ]


def _mend(exercises: list[Row], mended: Mapping[tuple[str, str], str]) -> None:
    for row in exercises:
        for column in ("started", "ended"):
            row[column] = mended.get((row["exercise_id"], column), row[column])


def _row(row: Row, *, shared: bool) -> Row:
    """Return a row of `exercises`."""
    notes = [] if row["name"] else ["The source gives no name."]
    notes += [f"The source gives the number {row['mme_id']} to two exercises."] if shared else []
    where = f" ({row['location']})" if row["location"] else ""
    return {
        **{name: row[name] for name in ("exercise_id", "series", "location", "latitude")},
        **{name: row[name] for name in ("longitude", "domains", "focuses")},
        "name": row["name"] or f"Unnamed exercise{where}",
        **_dated("started", row["started"]),
        **_dated("ended", row["ended"]),
        "hosts": "",
        "source_id": SOURCE,
        "note": " ".join(notes),
    }


def _dated(column: str, text: str) -> Row:
    """Return a date and its precision: ``1980-01`` is the month's first day with month.

    Examples
    --------
    >>> _dated("ended", "1980-01")
    {'ended': '1980-01-01', 'ended_precision': 'month'}
    """
    precision = {0: "", 7: "month", 10: "day"}[len(text)]
    day = f"{text}-01" if precision == "month" else text
    return {column: day, f"{column}_precision": precision}


def _participants(
    printed: list[Row],
    started: Mapping[str, str],
    mended: Mapping[tuple[str, str], str],
    countries: Gazetteer,
    folder: Path,
) -> list[Row]:
    """Return each country once an exercise: the source repeats some."""
    found: set[tuple[str, str]] = set()
    failures: list[Failure] = []
    for line, row in enumerate(printed, start=2):
        key = row["exercise_id"]
        codes = mended.get((key, row["column"]), "").split(";")
        try:
            day = dt.date.fromisoformat(_dated("started", started[key])["started"])
            codes = codes if codes != [""] else [countries.resolve(row["country"], on=day)]
            found.update((key, code) for code in codes)
        except TroopdataError as error:
            failures.append(
                Failure(
                    str(folder / "participants.csv"),
                    line,
                    key,
                    "country",
                    "country",
                    row["country"],
                    error.message,
                    error.hint,
                )
            )
    if failures:
        raise Invalid(failures)
    return [{"exercise_id": key, "country": code} for key, code in sorted(found)]
